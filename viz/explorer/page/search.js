// One field for places, names, initials and phrases; it shows what it understood before it answers.
import { catalogue } from "./catalogue.js";
import { ask, cellsAsked } from "./data.js";
import { around, labelName } from "./entity.js";
import { kindName, networkAsked } from "./sites.js";
import { go } from "./state.js";
import { html } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { industryName, LEVELS, money, placeInFull, placeName, say, term, typeName } from "./words.js";

const MOST = 9;
/** Milliseconds without a key after which the service is asked too, and what it is asked for: what the page does not hold itself. */
const PAUSE = 250, ELSEWHERE = "Organization,Resource,Enterprise,Park,Cluster";
/** @typedef {{ plan: string, about: string, to: Partial<State> }} Offer */

/** Spellings of what a phrase can name. @param {string} kind @returns {[string, string][]} spelling, code */
function spellings(kind) {
  if (kind === "place") return [...catalogue.places.values()].flatMap((p) => /** @type {[string, string][]} */ ([[p.name, p.code], ...(p.level === "prefecture" ? [[p.short, p.code]] : p.name.length > 2 ? [[p.name.replace(/[市区县]$/, ""), p.code]] : []), ...(p.en.length > 2 ? [[spelt(p.en), p.code]] : [])])).concat(terms("economic_zones"));
  if (kind === "type") return terms("service_types");
  return [...catalogue.chains.values()].flatMap((c) => /** @type {[string, string][]} */ ([c.name, catalogue.english[c.code]].filter(Boolean).map((name) => [name, c.code]))).concat(terms("industry_pillars"), terms("industry_systems"));
}

/** As it is typed: small, without the apostrophe of Ya'an. @param {string} text */
function spelt(text) {
  return text.trim().toLowerCase().replace(/['’]/g, "");
}

/** @param {string} list @returns {[string, string][]} */
function terms(list) {
  return [...(catalogue.lists.get(list)?.values() ?? [])].flatMap((t) => [t.zh, t.en.toLowerCase(), ...t.aliases].map((w) => /** @type {[string, string]} */ ([w, t.id])));
}

/** Names that stand in a text, the longest first taken, in the order of the text. @param {string} text @param {string} kind */
function named(text, kind) {
  const found = [];
  let rest = text;
  for (const [word, code] of spellings(kind).filter(([w]) => w.length > 1 && text.includes(w)).sort((a, b) => b[0].length - a[0].length)) {
    const at = rest.indexOf(word);
    if (at < 0) continue;
    found.push({ at, code, word });
    rest = rest.replace(word, "\u0000".repeat(word.length));
  }
  return { found: found.sort((a, b) => a.at - b.at), rest };
}

/** What a phrase asks for. @param {string} typed @returns {Offer[]} */
export function understood(typed) {
  const text = spelt(typed);
  const types = named(text, "type");
  const industries = named(types.rest, "industry");
  const places = named(industries.rest, "place");
  const [type = "", industry = "", region = "", other = ""] = [types.found[0]?.code, industries.found[0]?.code, places.found[0]?.code, places.found[1]?.code];
  const what = [industry && industryName(industry), type && typeName(type)].filter(Boolean).join(" ");
  if (region && other && /到|至|→|->|\bto\b|路径|path/.test(text)) return [{ plan: say(`从 ${placeName(region)} 到 ${placeName(other)} 的协作路径`, `Collaboration paths from ${placeName(region)} to ${placeName(other)}`), about: say("路径", "paths"), to: { ask: `path:${region}:${other}`, cell: "", node: "" } }];
  /** @type {Offer[]} */
  const offers = [];
  const budget = /(\d+(?:\.\d+)?)\s*万/.exec(text)?.[1] ?? "";
  const sites = counted(text);
  if (/预算|万元|万|建|budget|build/.test(text) && (budget || sites)) offers.push({ plan: say(`${placeName(region)}${budget ? ` ${budget} 万元` : ""}${what ? ` 用于 ${what}` : ""}${sites ? `，至多新建 ${sites} 处` : ""}：先做什么`, `${placeName(region)}${budget ? `, ${money(Number(budget))}` : ""}${what ? ` for ${what}` : ""}${sites ? `, ${sites} new sites at most` : ""}: what to do first`), about: say("扩展方案", "plan"), to: { ask: `plan:${region}:${industry}:${type}:${budget}:${sites}:${sites ? "build" : ""}`, cell: "", node: "" } });
  if (/报告|\breport\b/.test(text)) offers.push({ plan: say(`${placeName(region)}${what ? ` ${what}` : ""} 的缺口报告`, `Gap report of ${placeName(region)}${what ? `: ${what}` : ""}`), about: say("报告", "report"), to: { ask: `report:${region}:${industry}:${type}`, cell: "", node: "" } });
  if (/上传|载入|\bupload\b|\bload\b/.test(text)) offers.push({ plan: say("载入数据表：先试，再写入", "Load tables: a trial first"), about: say("数据", "data"), to: { ask: "load", cell: "", node: "" } });
  if (/假如|假设|如果|what if/i.test(text)) offers.push({ plan: say("假设分析：加、迁、关、升、共享", "What if: add, move, close, upgrade, share"), about: say("方案", "scenario"), to: { ask: "whatif", cell: "", node: "" } });
  if (region && /失去|停摆|关闭|lose|loss|lost/.test(text)) offers.push({ plan: say(`${placeName(region)} 的窗口失去了会怎样`, `What the loss of a window of ${placeName(region)} would cost`), about: say("韧性", "resilience"), to: { ask: `loss:${region}`, cell: "", node: "" } });
  if (region && /帮|伙伴|协作|help|partner/.test(text)) offers.push({ plan: say(`谁能帮 ${placeName(region)}${what ? ` 补上 ${what}` : ""}`, `Who could help ${placeName(region)}${what ? ` with ${what}` : ""}`), about: say("合作伙伴", "partners"), to: { ask: `help:${region}:${type}:${industry}`, cell: "", node: "" } });
  if ((region && (type || industry)) || (region && /缺|空白|gap|lack/.test(text))) {
    offers.push({ plan: say(`${placeName(region)} 的 ${what || "缺口"}：覆盖、原因、依据`, `${what || "Gaps"} in ${placeName(region)}: coverage, reasons, rows`), about: say("解释", "explained"), to: { cell: `${region}:${industry}:${type}`, ask: "", node: "" } });
    offers.push({ plan: say(`${placeName(region)} 各地缺多少 ${what}`, `${what} missing within ${placeName(region)}`), about: say("矩阵", "matrix"), to: { view: "matrix", region, industry, type, rows: catalogue.places.get(region)?.level === "prefecture" ? "county" : "prefecture", cols: type && !industry ? "system" : "service_type", measure: "unmet", cell: "", ask: "", node: "", sort: "-total", pick: "" } });
  }
  return offers;
}

/** How many stations or windows a phrase asks for, as digits; nothing where it does not say. @param {string} text */
function counted(text) {
  const found = /([\d一二两三四五六七八九十]+)\s*(?:个|处|座)?\s*(?:服务)?(?:站|窗口|网点|stations?|sites?|windows?)/.exec(text)?.[1];
  if (!found) return "";
  const digit = "〇一二三四五六七八九十".indexOf(found.replace("两", "二"));
  return digit > 0 ? String(digit) : /^\d{1,3}$/.test(found) ? found : "";
}

/** Places, types, industries and sites whose name holds a text. @param {string} typed @returns {Offer[]} */
function matching(typed) {
  const text = spelt(typed);
  if (!text) return [];
  /** @type {Offer[]} */
  const made = [];
  for (const p of catalogue.places.values()) {
    if (p.level === "province") continue;
    if (p.name.includes(text) || spelt(p.en).startsWith(text) || (text.length > 1 && p.initials.startsWith(text))) made.push({ plan: placeInFull(p.code), about: say(...LEVELS[p.level]), to: { region: p.code, rows: p.level === "prefecture" ? "county" : "chain", pick: "", sort: "" } });
  }
  for (const [word, code] of terms("service_types")) if (word.includes(text) && !made.some((m) => m.to.type === code)) made.push({ plan: typeName(code), about: say("服务类型", "service type"), to: { type: code, cols: "system", pick: "", sort: "" } });
  for (const c of catalogue.chains.values()) if (`${c.name} ${catalogue.english[c.code] ?? ""}`.toLowerCase().includes(text)) made.push({ plan: industryName(c.code), about: say("产业链", "chain"), to: { industry: c.code, pick: "" } });
  for (const list of ["economic_zones", "industry_pillars", "industry_systems"]) for (const [word, code] of terms(list)) if (word.includes(text) && !made.some((m) => m.plan === term(list, code))) made.push({ plan: term(list, code), about: list === "economic_zones" ? say("经济区", "zone") : say("产业", "industry"), to: list === "economic_zones" ? { region: code, rows: "prefecture" } : { industry: code } });
  const got = networkAsked();
  for (const n of got.data?.data.nodes ?? []) {
    if (made.length > 3 * MOST) break;
    if (n.name.toLowerCase().includes(text)) made.push({ plan: n.name, about: kindName(n), to: { node: n.key, cell: "", ask: "" } });
  }
  return made;
}

/** Other nodes of the graph that are called so, as the service finds them. @param {string} text @returns {Offer[]} */
function elsewhere(text) {
  if (text.length < 2 || window.shuniuOffline) return [];
  const got = /** @type {Asked<{ data: { key: string, label: string, name: string | null, region: string | null }[] }>} */ (ask(`/v1/search?${new URLSearchParams([["q", text], ["kinds", ELSEWHERE], ["limit", String(MOST)]])}`));
  return (got.data?.data ?? []).map((f) => ({ plan: f.name ?? f.key, about: [labelName(f.label), f.region && placeInFull(f.region)].filter(Boolean).join(" · "), to: around(f.label, f.key) }));
}

/** @extends {Component<{}, { text: string, settled: string, open: boolean, at: number }>} */
export class Search extends Component {
  /** @param {{}} props */
  constructor(props) {
    super(props);
    this.state = { text: "", settled: "", open: false, at: 0 };
  }

  componentWillUnmount() {
    clearTimeout(this.pause);
  }

  /** @param {string} text */
  type(text) {
    this.setState({ text, open: true, at: 0 });
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.setState({ settled: text.trim() }), PAUSE);
  }

  /** @param {Offer | undefined} offer */
  take(offer) {
    if (!offer) return;
    this.setState({ text: "", open: false, at: 0 });
    go(offer.to);
  }

  render() {
    const { text, settled, open, at } = this.state;
    const offers = open && text && cellsAsked.value.data ? [...understood(text), ...matching(text), ...(settled === text.trim() ? elsewhere(settled) : [])].slice(0, MOST) : [];
    return html`<div class="search" role="search">
      <input type="search" role="combobox" aria-autocomplete="list" aria-expanded=${String(offers.length > 0)} aria-controls="offers" aria-activedescendant=${offers.length ? `offer${at}` : undefined}
        aria-label=${say("查找", "Search")} placeholder=${say("地方、名称、首字母，或“谁能帮 资阳 知识产权”", "A place, a name, or “who can help Ziyang …”")} value=${text} autocomplete="off"
        onInput=${(/** @type {Event} */ e) => this.type(/** @type {HTMLInputElement} */ (e.target).value)}
        onFocus=${() => this.setState({ open: true })} onBlur=${() => this.setState({ open: false })}
        onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
          if (e.isComposing) return;
          if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); this.setState({ at: (at + (e.key === "ArrowDown" ? 1 : -1) + offers.length) % Math.max(1, offers.length) }); }
          else if (e.key === "Enter") this.take(offers[at]);
          else if (e.key === "Escape") this.setState({ open: false, text: "" });
        }} />
      <ul id="offers" role="listbox" aria-label=${say("理解为", "Understood as")} hidden=${!offers.length}>${offers.map((o, i) => html`<li role="option" id=${`offer${i}`} aria-selected=${String(i === at)} class=${i === at ? "here" : ""} onPointerDown=${(/** @type {Event} */ e) => { e.preventDefault(); this.take(o); }}><span>${o.plan}</span><small>${o.about}</small></li>`)}</ul>
      ${open && text && !offers.length && cellsAsked.value.data ? html`<p class="no-offer" role="status">${say("没有找到。试试市州、区县、服务类型、产业链、窗口或机构名称。", "Nothing found. Try a place, a service type, a chain, a site or an organisation.")}</p>` : null}
    </div>`;
  }
}
