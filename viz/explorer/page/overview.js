// The morning page: targets, gaps in words with what to do, presence, how fresh and how real, what waits.
import { Changed } from "./changed.js";
import { cut, mainReasons, newest } from "./cells.js";
import { catalogue } from "./catalogue.js";
import { ask, dayQuery, may, ownRegion } from "./data.js";
import { LastMonth } from "./month.js";
import { recordsStep } from "./records.js";
import { reportStep } from "./report.js";
import { Scope } from "./scope.js";
import { silentUrl } from "./silent.js";
import { isOther, notToday, state } from "./state.js";
import { Bar, Empty, html, Pending, Step, Synthetic } from "./ui.js";
import { day, industryName, money, number, percent, placeInFull, placeName, say, term, told, typeName } from "./words.js";

const SHORT = 5;
const PER_PLACE = 2;
const FLOOR = 100;

/** @param {{ cells: Cells }} of */
export function Overview({ cells }) {
  const { region, industry, type } = state.value;
  const filter = { region, industry, type };
  const all = cut(cells, null, "service_type", filter);
  return html`<${Headline} cells=${cells} all=${all} />
    <div class="columns">
      <div class="main-column">${Number.isNaN(all.total.demand) ? null : html`<${Gaps} cells=${cells} filter=${filter} />`}
        <div class="side">${ownRegion() ? null : html`<${Presence} />`}<${Reality} cells=${cells} total=${all.total} filter=${filter} /></div></div>
      <div class="side">
        ${ownRegion() ? null : html`<${Targets} />`}
        ${window.shuniuOffline || notToday() ? null : html`<${Changed} />`}
        ${window.shuniuOffline ? null : html`<${LastMonth} />`}
        <${Waiting} />
        ${window.shuniuOffline ? null : html`<section class="desk" aria-labelledby="desk"><h2 id="desk">${say("报告与数据", "Reports and data")}</h2>
          <p class="actions"><${Step} to=${reportStep()} class="button quiet">${say("写一份报告", "Make a report")}</${Step}><${Step} to=${{ ask: "load", cell: "", node: "" }} class="button quiet">${say("载入数据表", "Load tables")}</${Step}><${Step} to=${{ ask: "jobs", cell: "", node: "" }} class="button quiet">${say("我的作业", "My jobs")}</${Step}></p></section>`}
      </div>
    </div>`;
}

/** @param {{ cells: Cells, all: Pivot }} of */
function Headline({ cells, all }) {
  const { region, industry, type } = state.value;
  const total = all.total;
  const worst = all.cols.map((g, i) => ({ code: g.code, unmet: all.colTotals[i]?.unmet ?? 0 })).filter((w) => w.unmet > 0).sort((a, b) => b.unmet - a.unmet).slice(0, 3);
  const where = [placeName(region), industry ? industryName(industry) : "", type ? typeName(type) : ""].filter(Boolean).join(" · ");
  const open = Boolean(total.counts[cells.states.indexOf("unknown")]);
  if (Number.isNaN(total.demand)) return html`<h1 class="title">${where}</h1><${Empty} title=${say("没有可用的需求数据", "No demand is known")}><p>${say("载入企业数量或需求清单后，这里给出覆盖与缺口。", "Load enterprise counts or needs; coverage and gaps then stand here.")}</p></${Empty}>`;
  return html`<section class="headline" aria-labelledby="headline">
    <p class="where">${where} <span>${day(String(cells.meta.parameters["as_of"]))}</span></p>
    <h1 id="headline">${say(
      `每年${open ? "已知" : ""} ${number(total.demand)} 次服务需求，已能满足 ${percent(total.ratio)}，还差 ${number(total.unmet)} 次`,
      `Of ${number(total.demand)} services asked for a year${open ? " as far as known" : ""}, ${percent(total.ratio)} can be met; ${number(total.unmet)} cannot`)}</h1>
    <div class="spread" role="img" aria-label=${say("各状态单元数", "Cells by state")}>${cells.states.map((s, i) => (all.total.counts[i] ? html`<span class=${`s-${s}${s === "partial" ? " b3" : ""}`} style=${{ flexGrow: all.total.counts[i] }}></span>` : null))}</div>
    <ul class="spread-words">${cells.states.map((s, i) => html`<li><${Step} to=${{ view: "table", state: s }}><span class=${`swatch s-${s}${s === "partial" ? " b3" : ""}`} aria-hidden="true"></span>${term("coverage_states", s)} <b>${number(all.total.counts[i])}</b></${Step}></li>`)}<li class="muted">${say(`共 ${number(total.cells)} 个单元（区县 × 产业链 × 服务类型）`, `of ${number(total.cells)} cells (county × chain × service type)`)}</li></ul>
    ${worst.length > 1 ? html`<p class="worst">${say("差得最多的是", "Most is missing in")} ${worst.map((w, i) => html`${i ? say("、", ", ") : ""}<${Step} to=${{ view: "matrix", type: "", sort: `-${w.code}`, rows: region ? "county" : "prefecture", cols: "service_type", measure: "unmet" }}>${typeName(w.code)}</${Step}> ${say(`${number(w.unmet)} 次`, `(${number(w.unmet)})`)}`)}${say("。", ".")}</p>` : null}
  </section>`;
}

/** @typedef {{ place: string, industry: string, type: string, unmet: number, ratio: number, bare: number, reasons: string[], remedy?: Remedy }} Listed */

/** Three orders of the gaps: at once from the cells, then as the service ranks them, with what would fill them. @param {{ cells: Cells, filter: Filter }} of */
function Gaps({ cells, filter }) {
  const query = new URLSearchParams([["first", String(SHORT)], ...dayQuery()]);
  for (const [name, value] of Object.entries({ region: filter.region, industry: filter.industry, service_type: filter.type })) if (value) query.set(name, value);
  const asked = /** @type {Asked<{ data: Record<"size" | "depth" | "empty", Ranking> }>} */ (isOther() ? { status: "ready" } : ask(`/v1/gaps/rankings?${query}`));
  const ranked = asked.data?.data;
  const own = ranked ? null : orders(cells, filter);
  const list = (/** @type {"size" | "depth" | "empty"} */ order) => (ranked ? ranked[order].gaps.map(listed) : (own?.[order] ?? []));
  const about = (/** @type {"size" | "depth" | "empty"} */ order) => (ranked?.[order].gaps.length ? told(ranked[order], "text") : "");
  return html`<section class="gaps" aria-labelledby="gaps" aria-busy=${String(asked.status === "loading")}>
    <h2 id="gaps">${say("先看这些缺口", "The gaps to look at first")}</h2>
    <${GapList} title=${say("缺得最多", "Largest")} about=${about("size") || say("未满足需求最多", "most unmet demand")} found=${list("size")} />
    <${GapList} title=${say("满足得最少", "Deepest")} about=${about("depth") || say("每年至少 100 次需求中满足得最少", "of at least 100 services asked for, the least met")} found=${list("depth")} />
    <${GapList} title=${say("无人可及", "Empty")} about=${about("empty") || say("没有任何服务可及的需求最多", "most demand that nothing reaches")} found=${list("empty")} bare />
  </section>`;
}

/** @param {RankedGap} gap @returns {Listed} */
function listed(gap) {
  return { place: gap.region ?? "", industry: gap.industry ?? "", type: gap.service_type ?? "", unmet: gap.unmet, ratio: gap.ratio ?? NaN, bare: gap.empty_demand, reasons: gap.reasons, remedy: gap.remedies[0] };
}

/** The first gaps of each order, by the rules of queries/rankings. @param {Cells} cells @param {Filter} filter */
function orders(cells, filter) {
  const place = catalogue.places.get(filter.region ?? "");
  const whole = !filter.region || place?.level === "province";
  const other = filter.type ? "chain" : "service_type";
  const wide = cut(cells, place && !whole ? "county" : "prefecture", other, filter);
  const fine = cut(cells, "county", other, filter);
  const all = (/** @type {Pivot} */ from) => from.rows.flatMap((row, a) => from.cols.map((col, b) => ({ row, col, of: from.at(a, b) }))).filter((e) => e.of.unmet > 0);
  const first = (/** @type {ReturnType<typeof all>} */ found) => {
    /** @type {Map<string, number>} */
    const taken = new Map();
    return found.filter((e) => {
      const at = e.row.code.slice(0, 4);
      taken.set(at, (taken.get(at) ?? 0) + 1);
      return filter.region || (taken.get(at) ?? 0) <= PER_PLACE;
    }).slice(0, SHORT).map((e) => ({ place: e.row.code, industry: filter.type ? e.col.code : (filter.industry ?? ""), type: filter.type || e.col.code, unmet: e.of.unmet, ratio: e.of.ratio, bare: e.of.bare, reasons: mainReasons(e.of).map((i) => cells.reasonIds[i] ?? "") }));
  };
  return {
    size: first(all(wide).sort((a, b) => b.of.unmet - a.of.unmet)),
    depth: first(all(wide).filter((e) => e.of.demand >= FLOOR).sort((a, b) => a.of.ratio - b.of.ratio)),
    empty: first(all(fine).filter((e) => e.of.bare > 0).sort((a, b) => b.of.bare - a.of.bare)),
  };
}

/** @param {{ title: string, about: string, found: Listed[], bare?: boolean }} of */
function GapList({ title, about, found, bare }) {
  return html`<div class="gap-list"><h3>${title}<small>${about}</small></h3>${found.length ? html`<ol>${found.map((gap) => html`<li>
      <${Step} to=${{ cell: `${gap.place}:${gap.industry}:${gap.type}`, ask: "", node: "" }} class="gap"><b>${placeInFull(gap.place)}</b> ${say("缺", "lacks")} <b>${typeName(gap.type)}</b>${gap.industry ? html`<span class="muted"> ${industryName(gap.industry)}</span>` : null}</${Step}>
      <span class="figure">${bare ? say(`${number(gap.bare)} 次无人可及`, `${number(gap.bare)} unreached`) : say(`差 ${number(gap.unmet)} 次/年`, `${number(gap.unmet)} a year short`)}</span>
      <${Bar} share=${gap.ratio} /><span class="rate">${say("已满足", "met")} ${percent(gap.ratio)}</span>
      <p>${gap.reasons.slice(0, 2).map((r) => term("coverage_reasons", r)).join(say("、", ", "))}${gap.remedy ? html`<span aria-hidden="true"> → </span><em>${told(gap.remedy, "name")}</em>${say("，可补", ", fills")} ${number(gap.remedy.relief)}${gap.remedy.cost === null ? "" : say(`，约 ${money(gap.remedy.cost)}`, `, about ${money(gap.remedy.cost)}`)}${gap.remedy.assumptions.length ? html` <span class="assumed">${say("含假设", "assumed in part")}</span>` : null}` : html`<span aria-hidden="true"> → </span><em>${remedyOf(gap.reasons)}</em>`}</p>
    </li>`)}</ol>` : html`<p class="muted">${say("已知的需求中没有。", "None in what demand is known.")}</p>`}</div>`;
}

/** What the vocabulary says can be done about the reasons: of each note what follows the semicolon. @param {string[]} reasons */
function remedyOf(reasons) {
  return reasons.slice(0, 2).map((id) => told(catalogue.lists.get("coverage_reasons")?.get(id) ?? {}, "note").split(/[；;]/)[1]?.replace(/[。.]$/, "").trim()).filter(Boolean).join(say("；", "; "));
}

function Targets() {
  const asked = /** @type {Asked<{ data: TargetStatus[], meta: Meta }>} */ (ask(`/v1/kpi?${dayQuery()}`));
  return html`<section aria-labelledby="targets"><h2 id="targets">${say("目标与实际", "Targets and actual")} <small>${say("通知第二条", "clause 2 of the notice")}</small><${Scope} /></h2>
    ${asked.data ? html`<table class="targets"><thead class="sr"><tr><th scope="col">${say("目标", "Target")}</th><th scope="col">${say("实际", "Actual")}</th><th scope="col">${say("达到", "Met")}</th></tr></thead><tbody>${asked.data.data.map((t) => html`<tr>
      <th scope="row" title=${told(t, "note")}>${told(t, "name")}${t.unit_en === "share" ? null : html` <small class="muted">${told(t, "unit")}</small>`}</th>
      <td class="num"><b><${Step} to=${behind(t)}>${figure(t, t.actual)}</${Step}></b> <span class="whole muted">/ ${t.comparison === "gt" ? ">" : "≥"} ${figure(t, t.target)}</span><${Bar} share=${(t.actual ?? 0) / (t.target * 1.25)} goal=${0.8} unknown=${t.actual === null} /></td>
      <td class=${`verdict ${t.met === null ? "unknown" : t.met ? "yes" : "no"}`}>${t.met === null ? say("不详", "unknown") : t.met ? say("✓ 达到", "✓ met") : say("✗ 未达", "✗ short")}</td></tr>`)}</tbody></table>
      ${asked.data.meta.data_class["SYNTHETIC"] ? html`<p class="small"><${Synthetic} counts=${asked.data.meta.data_class} /></p>` : null}`
      : html`<${Pending} of=${asked} />`}</section>`;
}

/** Where a target's figure comes from: records, presence on the map, or the resources of the province. @param {TargetStatus} target @returns {Partial<State>} */
function behind({ id }) {
  if (id in catalogue.indicators && may("work")) return recordsStep({ indicator: id });
  return id === "multi_level_coverage" ? { view: "map", sites: "presence", places: "county" } : { cell: "510000::", ask: "", node: "" };
}

/** @param {TargetStatus} target @param {number | null} value */
function figure(target, value) {
  return target.unit_en === "share" ? percent(value) : number(value);
}

function Presence() {
  const asked = /** @type {Asked<{ data: { presence: LevelPresence[] } }>} */ (ask(`/v1/network?${dayQuery()}`));
  return html`<section aria-labelledby="presence"><h2 id="presence">${say("网络到哪一级", "Presence by level")}<${Scope} /></h2>
    ${asked.data ? html`<table class="presence"><thead class="sr"><tr><th scope="col">${say("层级", "Level")}</th><th scope="col">${say("有服务存在", "With presence")}</th></tr></thead><tbody>${asked.data.data.presence.map((p) => html`<tr><th scope="row">${told(p, "name")}</th>
      <td class="num"><${Step} to=${{ view: "map", sites: "presence", places: p.level === "county" ? "county" : "prefecture" }}>${p.with_presence} / ${p.total}</${Step}> <span class="muted">${percent(p.share)}</span><${Bar} share=${p.share ?? 0} unknown=${p.share === null} /></td></tr>`)}</tbody></table>`
      : html`<${Pending} of=${asked} />`}</section>`;
}

/** @param {{ cells: Cells, total: Figures, filter: Filter }} of */
function Reality({ cells, total, filter }) {
  const counts = cells.meta.data_class;
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  const asked = new Set(cut(cells, "county", null, filter).rows.map((row) => row.code));
  const regions = cells.regions.filter((r) => asked.has(r.code));
  const unknown = total.counts[cells.states.indexOf("unknown")] ?? 0;
  const silent = regions.filter((r) => !r.as_of).length;
  return html`<section aria-labelledby="reality"><h2 id="reality">${say("数据新不新、真不真", "How fresh, how real")}</h2>
    <dl class="pairs">
      <div><dt>${say("最新统计", "Newest count")}</dt><dd>${day(newest(regions))}</dd></div>
      <div><dt>${say("没有企业数量的地区", "Places without a count")}</dt><dd>${number(silent)} / ${number(regions.length)}</dd></div>
      <div><dt>${say("数据不明的单元", "Unknown cells")}</dt><dd>${number(unknown)} <span class="muted">${percent(unknown / total.cells)}</span></dd></div>
      ${Object.entries(counts).map(([id, n]) => html`<div><dt>${term("data_classes", id)}<${Scope} /></dt><dd>${number(n)} <span class="muted">${all ? percent(n / all) : "—"}</span></dd></div>`)}
    </dl></section>`;
}

/** What waits for whoever may see to it: the rule, its name, where it is counted and where it is done. @type {["work" | "change", [string, string], () => string, Partial<State> | null][]} */
const WAITING = [
  ["change", ["疑似重复的机构", "Organisations that may be one"], () => "/v1/review?limit=1", { ask: "review" }],
  ["work", ["合作请求", "Partner requests"], () => "/v1/requests?limit=1", { ask: "requests" }],
  ["work", ["久未报送的窗口", "Windows that report nothing"], silentUrl, { ask: "silent" }],
  ["work", ["供需信号", "Signals"], () => "/v1/signals?limit=1", null],
];

function Waiting() {
  const mine = WAITING.filter(([rule]) => may(rule));
  /** @param {Asked<{ total: number }>} of */
  const count = (of) => (of.data ? number(of.data.total) : of.status === "failed" ? "—" : "…");
  if (!mine.length) return null;
  return html`<section aria-labelledby="waiting"><h2 id="waiting">${say("等着办的", "What waits")}<${Scope} /></h2><dl class="pairs">${mine.map(([, name, url, to]) => html`
    <div><dt>${to ? html`<${Step} to=${{ ...to, cell: "", node: "" }}>${say(...name)}</${Step}>` : say(...name)}</dt><dd>${count(ask(url()))}</dd></div>`)}</dl></section>`;
}
