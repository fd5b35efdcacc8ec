// What if: a list of changes laid over the graph, edited here; the whole page can then show the day after it.
import { catalogue } from "./catalogue.js";
import { changesOf, planOf } from "./changes.js";
import { ask } from "./data.js";
import { networkAsked, nodeName } from "./sites.js";
import { go, href, LONGEST_LINK, state } from "./state.js";
import { Choice, html, Pending, Step, Switch, Synthetic, Title } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { difference, number, percent, placeInFull, placeName, say, term, told, typeName, withSign } from "./words.js";

const SHORT = 12;
/** @type {Record<string, [string, string]>} */
const TARGETS = { window: ["窗口或站点", "window or station"], carrier: ["载体", "carrier"], organization: ["机构", "organisation"], resource: ["资源", "resource"] };
/** What each action can be done to. @type {Record<string, string[]>} */
const OF = { move: ["carrier", "resource"], close: ["window", "carrier", "organization", "resource"], upgrade: ["carrier", "resource"] };

/** A plan with one more change. @param {Change} change */
export function withChange(change) {
  return planOf([...changesOf(state.value.plan), change]);
}

/** One change in words. @param {Change} of */
export function changeText(of) {
  const nodes = networkAsked().data?.data.nodes ?? [];
  const [kind = ""] = Object.keys(TARGETS).filter((k) => of[/** @type {"window"} */ (k)]);
  const target = kind ? nodeName(String(of[/** @type {"window"} */ (kind)]), nodes) : "";
  const types = (of.service_types ?? []).map(typeName).join(say("、", ", "));
  const capacity = of.capacity === undefined ? "" : say(`，每年 ${number(of.capacity)} 次`, `, ${number(of.capacity)} a year`);
  if (of.action === "add") return say(`新增“${of.name}”：${placeInFull(of.place ?? "")}，${types}${capacity}`, `add “${of.name}” in ${placeInFull(of.place ?? "")}: ${types}${capacity}`);
  if (of.action === "move") return say(`把 ${target} 迁到 ${placeInFull(of.place ?? "")}`, `move ${target} to ${placeInFull(of.place ?? "")}`);
  if (of.action === "share") return say(`${placeInFull(of.from_region ?? "")} 与 ${(of.to ?? []).map(placeInFull).join("、")} 共享 ${types}`, `${placeInFull(of.from_region ?? "")} shares ${types} with ${(of.to ?? []).map(placeInFull).join(", ")}`);
  return `${term("plan_actions", of.action)} ${target}${capacity}`;
}

/** @extends {Component<{}, { action: Change["action"], kind: string, wrong: string }>} */
export class WhatIf extends Component {
  /** @param {{}} props */
  constructor(props) {
    super(props);
    this.state = { action: /** @type {Change["action"]} */ ("add"), kind: "window", wrong: "" };
  }

  /** @param {Event} event */
  add(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const given = new FormData(form);
    const field = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
    const { action } = this.state;
    const capacity = field("capacity") ? { capacity: Number(field("capacity")) } : {};
    /** @type {Change} */
    const change = { action };
    if (action === "add") Object.assign(change, { name: field("name"), place: field("place"), service_types: [field("type")], ...capacity });
    else if (action === "share") Object.assign(change, { from_region: field("place"), to: [field("to")], service_types: [field("type")] });
    else Object.assign(change, { [this.kind()]: keyOf(field("target")) }, action === "move" ? { place: field("place") } : action === "upgrade" ? capacity : {});
    const plan = withChange(change);
    if (href({ plan }).length > LONGEST_LINK - location.origin.length) {
      this.setState({ wrong: say("方案太长，网址装不下了；更长的方案请用 shuniu what-if 和 YAML 文件。", "The plan is too long for an address; for more use shuniu what-if with a YAML file.") });
      return;
    }
    this.setState({ wrong: "" });
    form.reset();
    go({ plan, snapshot: "", real: "", mode: "", level: "" });
  }

  kind() {
    const kinds = OF[this.state.action] ?? [];
    return kinds.includes(this.state.kind) ? this.state.kind : (kinds[0] ?? "");
  }

  render() {
    const { plan } = state.value;
    const changes = changesOf(plan);
    return html`<${Title} kicker=${say("假设分析", "What if")}>${changes.length ? say(`${changes.length} 项变更`, changes.length === 1 ? "1 change" : `${changes.length} changes`) : say("假如……", "What if …")}</${Title}>
      <p class="small muted">${say("变更只叠加在图上计算，什么都不写入。", "Changes are laid over the graph; nothing is written.")}</p>
      ${changes.length ? html`<ol class="changes">${changes.map((c, i) => html`<li>${changeText(c)} <button type="button" class="link" aria-label=${say(`去掉第 ${i + 1} 项`, `remove change ${i + 1}`)} onClick=${() => go({ plan: planOf(changes.filter((_, k) => k !== i)) })}>${say("去掉", "remove")}</button></li>`)}</ol><${Outcome} changes=${changes} />` : null}
      ${this.form()}`;
  }

  form() {
    const { action, wrong } = this.state;
    const kind = this.kind();
    const actions = /** @type {[string, string][]} */ ([...(catalogue.lists.get("plan_actions")?.keys() ?? [])].map((id) => [id, term("plan_actions", id)]));
    const nodes = (networkAsked().data?.data.nodes ?? []).filter((n) => n.label === (kind === "window" ? "Window" : "Carrier") && (kind === "window" || kind === "carrier"));
    return html`<form class="plan-form" onSubmit=${(/** @type {Event} */ e) => this.add(e)} aria-label=${say("加一项变更", "Add a change")}>
      <h3>${say("加一项变更", "Add a change")}</h3>
      <${Switch} label=${say("做什么", "Action")} value=${action} options=${actions} onChange=${(/** @type {Change["action"]} */ v) => this.setState({ action: v, wrong: "" })} />
      ${action === "add" ? html`<label><span>${say("名称", "Name")}</span><input name="name" required maxlength="40" /></label>` : null}
      ${kind ? html`<${Choice} label=${say("对象", "Of")} value=${kind} options=${(OF[action] ?? []).map((k) => [k, say(...(TARGETS[k] ?? [k, k]))])} onChange=${(/** @type {string} */ v) => this.setState({ kind: v })} />
        <label><span>${say("哪一个", "Which")}</span><input name="target" required maxlength="120" list="targets" autocomplete="off" placeholder=${say("名称或标识", "name or key")} /></label><datalist id="targets">${nodes.map((n) => html`<option value=${n.name}></option>`)}</datalist>` : null}
      ${action === "add" || action === "move" ? html`<${Places} name="place" label=${say("地点", "Place")} />` : null}
      ${action === "share" ? html`<${Places} name="place" label=${say("提供方", "From")} wide /><${Places} name="to" label=${say("受益方", "To")} wide />` : null}
      ${action === "add" || action === "share" ? html`<label><span>${say("服务", "Service")}</span><select name="type" required>${[...(catalogue.lists.get("service_types")?.keys() ?? [])].map((id) => html`<option value=${id}>${typeName(id)}</option>`)}</select></label>` : null}
      ${action === "add" || action === "upgrade" ? html`<label><span>${say("每年次数", "A year")}</span><input name="capacity" type="number" min="1" max="1000000" required=${action === "upgrade"} placeholder="100" /></label>` : null}
      <button class="button">${say("加上", "Add it")}</button>
      ${wrong ? html`<p class="bad" role="alert">${wrong}</p>` : null}
    </form>`;
  }
}

/** Key of what was chosen by its name. @param {string} text */
function keyOf(text) {
  return networkAsked().data?.data.nodes.find((n) => n.name === text)?.key ?? text;
}

/** @param {{ name: string, label: string, wide?: boolean }} o wide: prefectures may be chosen, too */
function Places({ name, label, wide }) {
  const places = [...catalogue.places.values()];
  const near = state.value.region.slice(0, 4);
  const first = places.find((p) => p.level === (wide ? "prefecture" : "county") && p.code.slice(0, 4) === near)?.code;
  return html`<label><span>${label}</span><select name=${name} required>${places.filter((p) => p.level === "prefecture").map((p) => html`<optgroup label=${placeName(p.code)}>${[...(wide ? [p] : []), ...places.filter((q) => q.parent === p.code)].map((q) => html`<option value=${q.code} selected=${q.code === first}>${placeName(q.code)}</option>`)}</optgroup>`)}</select></label>`;
}

/** What the plan does, and the ways to see it. @param {{ changes: Change[] }} o */
function Outcome({ changes }) {
  const body = { changes, limit: 1, ...(state.value.day ? { as_of: state.value.day } : {}) };
  const got = /** @type {Asked<{ data: PlanOutcome, meta: Meta }>} */ (ask("/v1/what-if", body));
  if (!got.data) return html`<${Pending} of=${got} what=${say("正在算变更的后果…", "Reckoning what the changes would do…")} />`;
  const { totals, effects, groups, assumptions } = got.data.data;
  const places = [...(groups["prefecture"] ?? [])].sort((a, b) => Math.abs(b.unmet_change ?? 0) - Math.abs(a.unmet_change ?? 0)).slice(0, SHORT);
  return html`<p class="plan-sum"><b>${say(`未满足 ${number(totals.unmet_before)} → ${number(totals.unmet_after)}`, `Unmet ${number(totals.unmet_before)} → ${number(totals.unmet_after)}`)}</b> (${difference(totals.unmet_after, totals.unmet_before)})${say("，覆盖率", "; coverage")} ${percent(totals.ratio_before, 2)} → ${percent(totals.ratio_after, 2)}</p>
    <p class="small muted">${say(`${number(totals.cells_better)} 个单元变好，${number(totals.cells_worse)} 个变差`, `${number(totals.cells_better)} cells get better, ${number(totals.cells_worse)} worse`)}</p>
    <p class="actions"><${Step} to=${{ view: "map", base: "now", formula: "", measure: "ratio" }} class="button quiet">${say("地图：与现状之差", "Map: the difference")}</${Step}><${Step} to=${{ view: "matrix", base: "now", formula: "", measure: "unmet" }} class="button quiet">${say("矩阵：与现状之差", "Matrix: the difference")}</${Step}><${Step} to=${{ base: "" }} class="button quiet">${say("方案之后的数", "Figures after it")}</${Step}></p>
    <table class="rows"><thead><tr><th scope="col">${say("变更", "Change")}</th><th scope="col" class="num">${say("资源", "resources")}</th><th scope="col" class="num">${say("未满足之差", "unmet, change")}</th></tr></thead><tbody>${effects.map((e) => html`<tr><th scope="row">${e.number}. ${changes[e.number - 1] ? changeText(/** @type {Change} */ (changes[e.number - 1])) : ""}${Math.abs(e.unmet_change - e.unmet_change_alone) > 0.5 ? html`<small>${say(`单独实施 ${withSign(e.unmet_change_alone)}`, `alone ${withSign(e.unmet_change_alone)}`)}</small>` : null}</th><td class="num">${number(e.resources)}</td><td class="num">${withSign(e.unmet_change)}</td></tr>`)}</tbody></table>
    ${places.length ? html`<details class="sources"><summary>${say("各市州前后", "Prefectures before and after")}</summary><table class="rows"><tbody>${places.map((g) => html`<tr><th scope="row">${placeName(g.region ?? "")}</th><td class="num">${percent(g.before.ratio)} → ${percent(g.after.ratio)}</td><td class="num">${withSign(g.unmet_change ?? NaN)}</td></tr>`)}</tbody></table></details>` : null}
    <details class="sources"><summary>${say("假设", "Assumed")}</summary><ul>${assumptions.map((a) => html`<li class="small">${told(a, "text")}</li>`)}</ul></details>
    <p class="small muted">${say("单位：次/年。", "Services a year.")} <${Synthetic} counts=${got.data.meta.data_class} /></p>`;
}
