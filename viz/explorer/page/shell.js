// The frame around every view: names of views, search, the one filter, how fresh and how real.
import { newest } from "./cells.js";
import { Chains } from "./chains.js";
import { catalogue } from "./catalogue.js";
import { ask, cellsAsked, loadCells, locked, newestVersion, signIn } from "./data.js";
import { Detail } from "./detail.js";
import { factsName } from "./facts.js";
import { layerOf } from "./layer.js";
import { MapView } from "./map.js";
import { Matrix } from "./matrix.js";
import { Network } from "./network.js";
import { Overview } from "./overview.js";
import { Search } from "./search.js";
import { networkAsked } from "./sites.js";
import { DEFAULTS, go, isOther, notToday, state } from "./state.js";
import { Table } from "./table.js";
import { stepTo, Tour, TourOffer } from "./tour.js";
import { Choice, Empty, html, Pending, Step, Synthetic } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { day, industryName, moment, placeName, say, term, typeName, VIEWS } from "./words.js";

const SHOWN = { overview: Overview, matrix: Matrix, map: MapView, network: Network, chains: Chains, table: Table };

export function App() {
  if (locked.value) return html`<${Header} /><main id="view" tabindex="-1" class="view"><${SignIn} /></main>`;
  const { view } = state.value;
  const asked = cellsAsked.value;
  if (view === "network" && !asked.data) networkAsked(); // on its way while the cells are
  const Shown = SHOWN[view], gone = asked.data ? unknown() : [];
  const open = Boolean(state.value.cell || state.value.ask || state.value.node);
  return html`
    <a class="skip" href="#view" onClick=${skip}>${say("跳到正文", "Skip to content")}</a>
    <${Header} />
    ${asked.data ? html`<${Filters} cells=${asked.data} />` : null}
    <div class=${`stage${open && asked.data ? " with-detail" : ""}`}>
      <main id="view" tabindex="-1" class=${`view ${view}`} aria-busy=${String(asked.status === "loading")}>
        ${view === "overview" && asked.data && !gone.length ? null : html`<h1 class="title">${[say(...VIEWS[view]), placeName(state.value.region), state.value.industry && industryName(state.value.industry), state.value.type && typeName(state.value.type), asked.data && measured()].filter(Boolean).join(" · ")}</h1>`}
        ${asked.data ? html`<${TourOffer} />` : null}
        ${asked.data ? html`<${Notices} asked=${asked} meta=${asked.data.meta} />` : null}
        ${asked.data ? (gone.length ? html`<${Gone} names=${gone} />` : html`<${Shown} cells=${asked.data} key=${view} />`) : html`<${Pending} of=${asked} what=${say("正在读取全省数据…", "Loading the province…")} />${asked.status === "failed" ? html`<p><${Back} /></p>` : null}`}
      </main>
      ${open && asked.data ? html`<${Detail} cells=${asked.data} key=${`${state.value.cell}|${state.value.ask.split(":").slice(0, 4).join(":")}|${state.value.node}`} />` : null}
    </div>
    ${asked.data ? html`<${Tour} /><${Footer} meta=${asked.data.meta} />` : null}`;
}

/** The way to the figures as they are, where others were asked for. */
function Back() {
  return isOther() || notToday() || state.value.standard ? html`<${Step} to=${{ ...TODAY, day: "", standard: "" }}>${say("回到现状", "Back to the day as it is")}</${Step}>` : null;
}

/** What of the figures below must be known before they are read: those of the choice before stand until its own are there. @param {{ asked: Asked<Cells>, meta: Meta }} of */
function Notices({ asked, meta }) {
  if (asked.stale && asked.status === "loading") return html`<p class="banner other" role="status">${say("正在读取所选的数据，下面还是先前的。", "What was chosen is being loaded; these are the earlier figures.")} <${Back} /></p>`;
  if (asked.stale) return html`<div class="banner" role="alert">${say("没能取到新的数据，下面是先前的。", "New data could not be loaded; these are the earlier ones.")} ${asked.problem?.detail || asked.problem?.title} <button type="button" class="link" onClick=${() => loadCells(true)}>${say("再试一次", "Try again")}</button> <${Back} /></div>`;
  return html`
    ${isOther() ? html`<p class="banner other">${say("这里的覆盖、需求和缺口是所选方案、快照或部分数据的；目标、网络和解释按现状。", "Coverage, demand and gaps here are of the plan, snapshot or part of the facts that was chosen; targets, network and explanations are of the day as it is.")} <${Step} to=${TODAY}>${say("回到现状", "Back to the day as it is")}</${Step}></p>` : null}
    ${notToday() ? html`<p class="banner other">${say(`这是 ${day(state.value.day)} 的情形：现有记录中当日有效的。`, `This is as of ${day(state.value.day)}: of what is on record, what is in force on that day.`)} <${Step} to=${{ day: "" }}>${say("回到今天", "Back to today")}</${Step}></p>` : null}
    ${!isOther() && newestVersion.value > meta.graph_version ? html`<p class="banner newer" role="status">${say("图中数据已有更新，下面的覆盖、需求和缺口是更新前的。", "The graph has changed since; coverage, demand and gaps here are of before.")} <button type="button" class="link" onClick=${() => loadCells(true)}>${say("用新数据重算本页", "Show the page with the new data")}</button></p>` : null}`;
}

/** What matrix or map show of a cell, which on paper only the heading says. */
function measured() {
  const { view, reach } = state.value;
  return view === "matrix" || (view === "map" && !reach) ? layerOf(state.value).title : "";
}

/** What of the filter is none of ours, as of an address of years ago: parts of the state. @returns {("region" | "industry" | "type")[]} */
function unknown() {
  const { region, industry, type } = state.value, { places, chains, lists } = catalogue;
  const listed = (/** @type {string} */ code, /** @type {string[]} */ ...names) => names.some((name) => lists.get(name)?.has(code));
  const known = { region: places.has(region) || listed(region, "economic_zones"), industry: chains.has(industry) || listed(industry, "industry_pillars", "industry_systems"), type: listed(type, "service_types") };
  return (/** @type {("region" | "industry" | "type")[]} */ (["region", "industry", "type"])).filter((name) => state.value[name] && !known[name]);
}

/** @type {Record<"region" | "industry" | "type", [string, string]>} */
const FILTERS = { region: ["地区", "place"], industry: ["产业", "industry"], type: ["服务类型", "service type"] };

/** @param {{ names: ("region" | "industry" | "type")[] }} o */
function Gone({ names }) {
  const told = names.map((name) => say(`${FILTERS[name][0]} ${state.value[name]}`, `${FILTERS[name][1]} ${state.value[name]}`)).join(say("、", ", "));
  return html`<${Empty} title=${say(`没有这样的${told}`, `There is no ${told}`)}><p>${say("网址可能来自更早的区划或分类，或抄写有误。请在上面另选，或", "The address may be of an earlier division or taxonomy, or miscopied. Choose another above, or")} <${Step} to=${{ ...Object.fromEntries(names.map((name) => [name, ""])), cell: "", ask: "", node: "", pick: "" }}>${say("去掉它看全部", "see all without it")}</${Step}>${say("。", ".")}</p></${Empty}>`;
}

/** @extends {Component<{}, { wrong: string }>} */
class SignIn extends Component {
  /** @param {Event} event */
  async send(event) {
    event.preventDefault();
    const key = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("key") ?? "");
    this.setState({ wrong: await signIn(key) });
  }

  render() {
    const { wrong } = this.state;
    const offered = document.getElementById("explorer")?.dataset["signIn"] === "yes", refused = new URLSearchParams(location.search).has("refused");
    return html`<form class="sign-in" onSubmit=${(/** @type {Event} */ e) => void this.send(e)}>
      <h1>${say("请出示密钥", "A key, please")}</h1>
      <p>${say("这项服务只回答持有密钥的人。密钥由管理员用 shuniu keys create 发放。", "This service answers whoever holds a key. An administrator gives one with shuniu keys create.")}</p>
      <label><span>${say("密钥", "Key")}</span><input name="key" type="password" required maxlength="200" autocomplete="current-password" aria-invalid=${String(Boolean(wrong))} aria-describedby="key-wrong" /></label>
      <button class="button">${say("进入", "Enter")}</button>
      ${offered ? html`<p>${say("或者", "or")} <a class="button quiet" href="/explorer/sign-in">${say("用单位账号登录", "Sign in with your office's account")}</a></p>` : null}
      ${refused && !wrong ? html`<p class="bad" role="alert">${say("登录没有成功：身份提供方没有给出本系统的角色，或登录已过时。请再试一次，或联系管理员。", "Signing in did not succeed: the provider gave no role of this service, or it took too long. Try again, or ask an administrator.")}</p>` : null}
      <p id="key-wrong" class="bad" role="alert">${wrong ?? ""}</p>
    </form>`;
  }
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("view")?.focus();
}

function Header() {
  const { view, lang, theme } = state.value;
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return html`<header class="top">
    <${Step} to=${{ ...DEFAULTS, lang, theme }} class="brand" label=${say("枢纽：回到概览", "Shuniu: back to the overview")}><strong>${say("枢纽", "Shuniu")}</strong><span>${say("四川省中小企业公共服务网络", "Public services for small firms, Sichuan")}</span></${Step}>
    <nav class="views" aria-label=${say("视图", "Views")}>${/** @type {View[]} */ (Object.keys(VIEWS)).map((v) => html`<${Step} to=${{ view: v }} current=${v === view}>${say(...VIEWS[v])}</${Step}>`)}</nav>
    <${Search} />
    <div class="tools">
      <button type="button" lang=${lang === "zh" ? "en" : "zh-CN"} onClick=${() => go({ lang: lang === "zh" ? "en" : "zh" })}>${lang === "zh" ? "English" : "中文"}</button>
      <button type="button" aria-pressed=${String(dark)} aria-label=${say("深色", "Dark")} title=${say("深色", "Dark")} onClick=${() => go({ theme: dark ? "light" : "dark" })}><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14zM8 1a7 7 0 0 1 0 14" fill="currentColor" /><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" /></svg></button>
      ${window.shuniuOffline ? null : html`<${Step} to=${stepTo(0)}>${say("导览", "Tour")}</${Step}><a href=${`/docs?lang=${lang}`}>${say("接口", "API")}</a>`}
    </div>
  </header>`;
}

/** @param {{ cells: Cells }} of */
function Filters({ cells }) {
  const { region, industry, type, day: asOf, state: only } = state.value;
  const set = region || industry || type || only || isOther() || notToday();
  return html`<section class="filters" aria-label=${say("筛选", "Filter")}>
    <${Choice} label=${say("地区", "Region")} value=${region} options=${regionOptions(region)} onChange=${(/** @type {string} */ v) => go({ region: v, pick: "" })} />
    <${Choice} label=${say("产业", "Industry")} value=${industry} options=${industryOptions(cells)} onChange=${(/** @type {string} */ v) => go({ industry: v, pick: "" })} />
    <${Choice} label=${say("服务", "Service")} value=${type} options=${[["", typeName("")], ...cells.types.map((t) => [t, typeName(t)])]} onChange=${(/** @type {string} */ v) => go({ type: v, pick: "" })} />
    <${Choice} label=${say("状态", "State")} value=${only} options=${[["", say("全部状态", "All states")], ...cells.states.map((s) => [s, term("coverage_states", s)])]} onChange=${(/** @type {string} */ v) => go({ state: v })} />
    ${window.shuniuOffline ? null : html`<label class="choice"><span>${say("分析日", "Day")}</span><input type="date" value=${asOf || String(cells.meta.parameters["as_of"] ?? "")} onChange=${(/** @type {Event} */ e) => go({ day: /** @type {HTMLInputElement} */ (e.target).value })} /></label>`}
    ${window.shuniuOffline ? null : html`<${Facts} />`}
    ${set ? html`<button type="button" class="link" onClick=${() => go({ region: "", industry: "", type: "", state: "", pick: "", day: "", ...TODAY })}>${say("清除筛选", "Clear")}</button>` : null}
    <p class="fresh"><${Synthetic} counts=${cells.meta.data_class} /> <span>${say("数据截至", "Data to")} ${day(newest(cells.regions))}</span></p>
  </section>`;
}

/** The day as it is, with all facts. @type {Partial<State>} */
const TODAY = { snapshot: "", plan: "", real: "", mode: "", level: "", base: "" };

/** What the figures rest on: all facts or some, a snapshot, or a plan; one excludes the others. */
function Facts() {
  const { snapshot, plan, real, mode, level } = state.value;
  const kept = /** @type {Asked<{ data: KeptSnapshot[] }>} */ (ask("/v1/snapshots?limit=50"));
  const value = plan ? "plan" : snapshot ? `snapshot ${snapshot}` : real ? "real" : mode ? `mode ${mode}` : level ? `level ${level}` : "";
  const list = (/** @type {"mode" | "level"} */ key) => /** @type {[string, string][]} */ ([...(catalogue.lists.get(`${key}s`)?.keys() ?? [])].map((id) => [`${key} ${id}`, factsName({ [key]: id })]));
  /** @type {[string, string][]} */
  const options = [["", say("全部数据", "All facts")], ["real", factsName({ real: "true" })], ...list("mode"), ...list("level")];
  for (const s of [...(kept.data?.data ?? [])].reverse()) options.push([`snapshot ${s.id}`, say(`快照 ${s.parameters.as_of}`, `snapshot ${s.parameters.as_of}`)]);
  if (snapshot && !options.some(([id]) => id === value)) options.push([value, factsName({ snapshot })]);
  options.push(["plan", factsName({ plan }) || say("假设方案…", "What if …")]);
  const choose = (/** @type {string} */ chosen) => {
    const [kind = "", id = ""] = chosen.split(" ");
    go({ ...TODAY, ...(kind === "plan" ? { ask: "whatif", cell: "", node: "", plan } : kind === "real" ? { real: "true" } : kind ? { [kind]: id } : {}) });
  };
  return html`<${Choice} label=${say("数据", "Facts")} value=${value} options=${options} onChange=${choose} />
    ${plan ? html`<${Step} to=${{ ask: "whatif", cell: "", node: "" }} class="button quiet">${say("编辑方案", "Edit the plan")}</${Step}>` : null}`;
}

/** Zones and prefectures; counties of the one that is open. @param {string} region @returns {[string, string][]} */
function regionOptions(region) {
  const places = [...catalogue.places.values()];
  const open = region ? `${region.slice(0, 4)}00` : "";
  /** @type {[string, string][]} */
  const made = [["", say("全省", "Whole province")]];
  for (const [zone] of catalogue.lists.get("economic_zones") ?? []) {
    made.push([zone, term("economic_zones", zone)]);
    for (const p of places.filter((q) => q.level === "prefecture" && q.zone === zone)) {
      made.push([p.code, `\u2003${placeName(p.code)}`]);
      if (p.code === open) for (const c of places.filter((q) => q.parent === p.code)) made.push([c.code, `\u2003\u2003${placeName(c.code)}`]);
    }
  }
  return made;
}

/** @param {Cells} cells @returns {[string, string][]} */
function industryOptions(cells) {
  /** @type {[string, string][]} */
  const made = [["", industryName("")]];
  let system = "", pillar = "";
  for (const chain of cells.chains) {
    if (chain.system !== system) made.push([chain.system, industryName(chain.system)]);
    if (chain.pillar !== pillar) made.push([chain.pillar, `\u2003${industryName(chain.pillar)}`]);
    [system, pillar] = [chain.system, chain.pillar];
    made.push([chain.code, `\u2003\u2003${industryName(chain.code)}`]);
  }
  return made;
}

/** @param {{ meta: Meta }} of */
function Footer({ meta }) {
  return html`<footer class="foot"><span>${say("图版本", "Graph version")} ${meta.graph_version}</span><span>${say("分类版本", "Taxonomy")} ${meta.taxonomy_version}</span><span>${say("算于", "Computed")} ${moment(meta.generated_at)} ${say("（北京时间）", "(Beijing time)")}</span>
    <span>${say("覆盖率 = 可及供给能满足的需求份额；不明不当作 0。", "Coverage is the share of demand that reachable supply meets; unknown is never 0.")}</span></footer>`;
}
