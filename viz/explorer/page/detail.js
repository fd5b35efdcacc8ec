// One cell, place, node, helper or path explained: numbers, reasons, what would close it, who could help, the rows.
import { catalogue } from "./catalogue.js";
import { cut } from "./cells.js";
import { SegmentDetail } from "./chains.js";
import { ask, cellsAsked, dayQuery, may, ownRegion } from "./data.js";
import { Load } from "./load.js";
import { Month } from "./month.js";
import { Helpers } from "./partners.js";
import { Paths } from "./paths.js";
import { Loss, Plan } from "./plan.js";
import { Records, recordsStep } from "./records.js";
import { Report } from "./report.js";
import { Asking, Request, Requests } from "./requests.js";
import { Review } from "./review.js";
import { Silent } from "./silent.js";
import { Site } from "./sites.js";
import { Source } from "./source.js";
import { go, isOther, state } from "./state.js";
import { DataClass, Empty, html, Pending, StateMark, Step, Synthetic, Title } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { Tasks } from "./tasks.js";
import { WhatIf } from "./whatif.js";
import { day, industryName, number, percent, placeInFull, say, term, told, typeName } from "./words.js";

const SHORT = 5;

/** @extends {Component<{ cells: Cells }>} */
export class Detail extends Component {
  componentDidMount() {
    this.before = /** @type {HTMLElement | null} */ (document.activeElement);
    document.getElementById("detail-title")?.focus({ preventScroll: true });
  }

  componentDidUpdate() {
    if (document.activeElement === document.body) document.getElementById("detail-title")?.focus({ preventScroll: true });
  }

  componentWillUnmount() {
    if (this.before?.isConnected) this.before.focus({ preventScroll: true });
  }

  render() {
    const { cell, ask: asked, node } = state.value;
    return html`<aside class="detail" aria-labelledby="detail-title" onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Escape" && !e.isComposing) shut(); }}>
      <button type="button" class="close" onClick=${shut} aria-label=${say("关闭", "Close")}>×</button>
      ${asked ? html`<${Asked_} asked=${asked} />` : node ? html`<${Site} id=${node} />` : html`<${Cell} id=${cell} cells=${this.props.cells} />`}
    </aside>`;
  }
}

function shut() {
  go({ cell: "", ask: "", node: "" });
}

/** @param {{ id: string, cells: Cells }} of */
function Cell({ id, cells }) {
  const [region = "", industry = "", type = ""] = id.split(":");
  const of = cut(cells, null, null, { region, industry, type }).total;
  const head = html`<${Title} kicker=${[industryName(industry), typeName(type)].join(" · ")}>${placeInFull(region)}</${Title}>`;
  if (!of.cells && !ownRegion()) return html`${head}<${Empty} title=${say("没有这样的单元", "There is no such cell")}><p>${say("网址可能来自更早的区划或分类，或抄写有误。", "The address may be of an earlier division or taxonomy, or miscopied.")}</p></${Empty}>`;
  const why = /** @type {Asked<{ data: any, meta: Meta }>} */ (ask(`/v1/gaps/${encodeURIComponent(`${region || "510000"}:${industry}:${type}`)}/why?${new URLSearchParams([["rows", "20"], ["whole", "true"], ...dayQuery()])}`));
  const data = why.data?.data;
  return html`${head}
    <p class="verdict-line"><${StateMark} state=${of.state} ratio=${of.ratio} />${of.cells > 1 ? html` <span class="muted">${say(`${number(of.cells)} 个单元合计`, `${number(of.cells)} cells together`)}</span>` : null}</p>
    <dl class="figures">
      <div><dt>${say("需求", "Demand")}</dt><dd>${number(of.demand)}</dd></div><div><dt>${say("可及供给", "Supply")}</dt><dd>${number(of.supply)}</dd></div>
      <div class="main"><dt>${say("未满足", "Unmet")}</dt><dd>${number(of.unmet)}</dd></div><div><dt>${say("覆盖率", "Coverage")}</dt><dd>${percent(of.ratio)}</dd></div>
      <div><dt>${say("本地", "Local")}</dt><dd>${percent(of.local)}</dd></div><div><dt>${say("提供机构", "Providers")}</dt><dd>${data ? number((data.cell ?? data.group).providers) : why.status === "failed" ? "—" : "…"}</dd></div>
    </dl><p class="small muted">${say("次/年", "services a year")}</p>
    ${isOther() && !cellsAsked.value.stale ? html`<p class="banner">${say("上面是所选方案、快照或部分数据的数；下面的解释按现状。", "The figures above are of the plan, snapshot or part of the facts; the explanation below is of the day as it is.")}</p>` : null}
    ${data ? (data.kind === "cell" ? html`<${One} of=${data} />` : html`<${Several} of=${data} cells=${cells} whole=${of} />`) : html`${why.status === "failed" ? html`<${Reasons} of=${of} cells=${cells} />` : null}<${Pending} of=${why} />`}
    ${region && type ? html`<p class="actions">${window.shuniuOffline ? null : html`<${Step} to=${{ ask: `help:${region}:${type}:${industry}`, cell: "" }} class="button">${say("谁能帮上忙", "Who could help")}</${Step}>`}
      <${Step} to=${{ view: "map", type, industry, region: "", cell: id }} class="button quiet">${say("在地图上看这项服务", "This service on the map")}</${Step}></p>` : null}
    ${window.shuniuOffline ? null : html`<p class="actions"><${Step} to=${{ ask: `plan:${region}:${industry}:${type}`, cell: "" }} class="button quiet">${say("有钱先做什么", "What to do with a budget")}</${Step}> <${Step} to=${{ ask: "whatif", cell: "" }} class="button quiet">${say("假设分析", "What if")}</${Step}> <${Step} to=${{ ask: `report:${region}:${industry}:${type}`, cell: "" }} class="button quiet">${say("写成报告", "As a report")}</${Step}>${may("work") ? html` <${Step} to=${recordsStep({ indicator: "services", region, type })} class="button quiet">${say("已办服务的记录", "Services delivered")}</${Step}>` : null}</p>`}
    ${why.data ? html`<p class="small muted">${say("图版本", "Graph version")} ${why.data.meta.graph_version} <${Synthetic} counts=${why.data.meta.data_class} /></p>` : null}`;
}

/** @param {{ of: any }} o a single cell */
function One({ of }) {
  return html`
    ${of.reasons.length ? html`<section><h3>${say("为什么", "Why")}</h3><ul class="reasons">${of.reasons.map((/** @type {any} */ r) => html`<li><b>${told(r, "label")}</b> ${told(r, "text")}</li>`)}</ul></section>` : null}
    ${of.closing.length ? html`<section><h3>${say("怎样补上", "What would close it")}</h3><table class="rows"><thead><tr><th scope="col">${say("办法", "Way")}</th><th scope="col" class="num">${say("需增能力", "Capacity")}</th><th scope="col" class="num">${say("全省少缺", "Relief")}</th></tr></thead><tbody>${of.closing.slice(0, SHORT).map((/** @type {any} */ c) => html`<tr><th scope="row">${told(c, "label")}<small>${c.name ?? placeInFull(c.region)}</small></th><td class="num">${number(c.capacity)}</td><td class="num">${number(c.relief)}</td></tr>`)}</tbody></table></section>` : null}
    <section><h3>${say("最近的同类服务", "Nearest of the kind")}</h3><table class="rows"><thead><tr><th scope="col">${say("机构", "Provider")}</th><th scope="col" class="num">${say("公里", "km")}</th><th scope="col" class="num">${say("余量", "Spare")}</th></tr></thead><tbody>${of.near.slice(0, SHORT).map((/** @type {any} */ n) => html`<tr><th scope="row">${n.provider_name ?? n.provider}<small>${placeInFull(n.home)}${n.same_chain ? "" : say(" · 其他产业链", " · another chain")}</small></th><td class="num">${number(n.distance_km)}</td><td class="num">${number(n.spare)}</td></tr>`)}</tbody></table></section>
    <${Rows} title=${say(`需求依据的行（${of.demand.parts.reduce((/** @type {number} */ n, /** @type {any} */ p) => n + p.rows_total, 0)}）`, "Rows behind demand")} rows=${of.demand.parts.flatMap((/** @type {any} */ p) => p.rows)} number="services" />
    <${Rows} title=${say(`供给依据的资源（${of.contributors.length}）`, `Resources behind supply (${of.contributors.length})`)} rows=${of.contributors} number="contribution" />`;
}

/** Rows with source, freshness, class. @param {{ title: string, rows: any[], number: string }} o */
function Rows({ title, rows, number: field }) {
  return html`<details class="sources"><summary>${title}</summary>${rows.length ? html`<ul>${rows.map((r) => html`<li>
    <b>${r.name ?? r.key}</b> <span class="num">${field === "services" ? `${number(r.services)} ${say("次", "")}` : percent(r.share)}</span>
    <small>${r.provider_name ?? (r.kind ? say({ enterprise_count: "企业数量", enterprise: "列名企业", need: "需求清单" }[/** @type {"need"} */ (r.kind)] ?? "", r.kind.replace("_", " ")) : "")} ${r.as_of ? day(r.as_of) : r.until ? say(`有效至 ${r.until}`, `until ${r.until}`) : ""}</small>
    <small><${Source} of=${r} /></small></li>`)}</ul>` : html`<p class="muted">${say("没有。", "None.")}</p>`}</details>`;
}

/** Reasons of many cells, by the unmet demand that they concern. @param {{ of: Figures, cells: Cells }} o */
function Reasons({ of, cells }) {
  const reasons = of.reasons.map((unmet, i) => ({ id: cells.reasonIds[i] ?? "", unmet })).filter((r) => r.unmet > 0).sort((a, b) => b.unmet - a.unmet);
  if (!reasons.length) return null;
  return html`<section><h3>${say("为什么", "Why")} <small>${say("涉及的未满足需求，原因可并存", "unmet demand concerned; reasons overlap")}</small></h3><ul class="reasons">${reasons.map((r) => html`<li><b>${term("coverage_reasons", r.id)}</b> <span class="num">${number(r.unmet)} · ${percent(r.unmet / of.unmet, 0)}</span><small>${told(catalogue.lists.get("coverage_reasons")?.get(r.id) ?? {}, "note")}</small></li>`)}</ul></section>`;
}

/** @param {{ of: any, cells: Cells, whole: Figures }} o a group of cells */
function Several({ of, cells, whole }) {
  const short = of.cells.filter((/** @type {any} */ c) => c.cell.unmet !== 0);
  return html`
    <${Reasons} of=${whole} cells=${cells} />
    ${short.length ? html`<section><h3>${say("差在哪些单元", "Where it is missing")}</h3><table class="rows"><thead><tr><th scope="col">${say("单元", "Cell")}</th><th scope="col" class="num">${say("未满足", "Unmet")}</th><th scope="col" class="num">${say("份额", "Share")}</th></tr></thead><tbody>${short.slice(0, 12).map((/** @type {any} */ c) => html`<tr><th scope="row"><${Step} to=${{ cell: c.id }}>${placeInFull(c.cell.region)} · ${typeName(c.cell.service_type)}</${Step}><small>${industryName(c.cell.industry)}</small></th><td class="num">${number(c.cell.unmet)}</td><td class="num">${percent(c.share)}</td></tr>`)}</tbody></table>
      <p class="small muted">${say(`共 ${number(of.cells_total)} 个单元；未列出的还差 ${number(of.rest_unmet)} 次。`, `${number(of.cells_total)} cells; those not listed lack ${number(of.rest_unmet)}.`)}</p></section>` : null}
    <section><h3>${say("谁在供给", "Who supplies")}</h3><table class="rows"><thead><tr><th scope="col">${say("资源", "Resource")}</th><th scope="col" class="num">${say("供给", "Supply")}</th></tr></thead><tbody>${of.contributors.slice(0, 8).map((/** @type {any} */ c) => html`<tr><th scope="row">${window.shuniuOffline ? c.name ?? c.key : html`<${Step} to=${{ view: "map", places: "county", region: "", reach: c.key, sites: "" }} label=${say(`${c.name ?? c.key}：够到哪里`, `${c.name ?? c.key}: what it reaches`)}>${c.name ?? c.key}</${Step}>`}<small>${c.provider_name ?? c.provider} · ${placeInFull(c.home)} <${DataClass} data_class=${c.data_class} /></small></th><td class="num">${number(c.supply)}</td></tr>`)}</tbody></table>
      <p class="small muted">${say(`共 ${number(of.contributors_total)} 项资源。`, `${number(of.contributors_total)} resources in all.`)}</p></section>`;
}

/** @param {{ asked: string }} o `help:region:type:industry:weights:share`, `path:from:to`, `plan:region:industry:type:budget:sites:kinds`, `loss:region`, `segment:id`, `whatif`, `report:region:industry:type:form:language:job` or `load:step:job`, `jobs`, `requests:state`, `request:key`, `asking:a:b:type`, `review:list`, `records:indicator:region:type:month:rows:site`, `month:region:month:by`, `silent` */
function Asked_({ asked }) {
  const [kind, a = "", b = "", c = "", ...more] = asked.split(":");
  if (kind === "plan") return html`<${Plan} region=${a} industry=${b} type=${c} budget=${more[0] ?? ""} sites=${more[1] ?? ""} kinds=${more[2] ?? ""} />`;
  if (kind === "whatif") return html`<${WhatIf} />`;
  if (kind === "report") return html`<${Report} region=${a} industry=${b} type=${c} form=${more[0] ?? ""} lang=${more[1] ?? ""} job=${more[2] ?? ""} />`;
  if (kind === "jobs") return html`<${Tasks} />`;
  if (kind === "requests") return html`<${Requests} only=${a} />`;
  if (kind === "request") return html`<${Request} id=${a} />`;
  if (kind === "asking") return html`<${Asking} a=${a} b=${b} type=${c} />`;
  if (kind === "review") return html`<${Review} list=${a} />`;
  if (kind === "records") return html`<${Records} indicator=${a} region=${b} type=${c} month=${more[0] ?? ""} most=${more[1] ?? ""} site=${more.slice(2).join(":")} />`;
  if (kind === "month") return html`<${Month} region=${a} month=${b} by=${c} />`;
  if (kind === "silent") return html`<${Silent} />`;
  if (kind === "load") return html`<${Load} step=${a} job=${b} />`;
  if (kind === "segment") return html`<${SegmentDetail} id=${a} />`;
  if (kind === "loss") return html`<${Loss} region=${a} />`;
  if (kind === "path") return html`<${Paths} from=${a} to=${b} />`;
  if (kind !== "help") return html`<${Title}>${say("没有这样的内容", "There is nothing of the kind")}</${Title}><p>${say("网址可能抄写有误。", "The address may be miscopied.")}</p>`;
  return html`<${Helpers} region=${a} type=${b} industry=${c} weights=${more[0] ?? ""} least=${more[1] ?? ""} />`;
}
