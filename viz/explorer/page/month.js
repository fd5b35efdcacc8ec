// What was delivered in a month and how it was judged: every figure leads to its records.
import { ask, asOfQuery } from "./data.js";
import { recordedAt, Recorded } from "./records.js";
import { Scope } from "./scope.js";
import { go, state } from "./state.js";
import { Bar, Empty, html, Pending, Step, Switch, Synthetic, Title } from "./ui.js";
import { monthName, number, percent, placeName, say, typeName } from "./words.js";

/** @typedef {"region" | "window" | "service_type" | "month"} By */
/** Groups of what was delivered at no window or carrier. */
const ELSEWHERE = "-";
/** @type {[By, [string, string]][]} */
const GROUPS = [["region", ["市州", "Prefectures"]], ["window", ["窗口、载体", "Sites"]], ["service_type", ["服务类型", "Services"]], ["month", ["24 个月", "24 months"]]];

/** @param {string} region @param {string} month @param {By} by */
function monthAsked(region, month, by) {
  const query = new URLSearchParams([["by", by], ...asOfQuery()]);
  for (const [name, value] of Object.entries({ month, region: recordedAt(region) })) if (value) query.set(name, value);
  return /** @type {Asked<{ data: Monitoring, meta: Meta }>} */ (ask(`/v1/monitoring?${query}`));
}

/** The last full month, on the overview. */
export function LastMonth() {
  const { region } = state.value;
  const got = monthAsked(region, "", "region");
  const of = got.data?.data;
  const more = (/** @type {string} */ month) => ({ ask: `month:${recordedAt(region)}:${month}:`, cell: "", node: "" });
  return html`<section aria-labelledby="month"><h2 id="month">${of ? say(`${monthName(of.month)}的服务`, `Services of ${monthName(of.month)}`) : say("上月的服务", "Services of last month")}<${Scope} place=${recordedAt(region)} /></h2>
    ${of ? html`${of.total.services === null ? html`<${Empty} title=${say("这个月还没有报送服务", "Nothing was reported of this month")} />` : html`<${Figures} of=${of.total} region=${region} />`}
      ${of.newest ? html`<p class="small"><${Step} to=${more(of.total.services === null ? of.newest : of.month)}>${of.total.services === null ? say(`有数据的最近月份：${monthName(of.newest)}`, `The newest month with data: ${monthName(of.newest)}`) : say("按市州、窗口、服务类型和月份", "By prefecture, site, service and month")}</${Step}></p>` : null}`
    : html`<${Pending} of=${got} />`}</section>`;
}

/** Figures of all of a month, each with its records. @param {{ of: MonthFigures, region: string }} o */
function Figures({ of, region }) {
  const growth = of.year_on_year === null ? "" : say(`同比 ${signed(of.year_on_year)}`, `${signed(of.year_on_year)} on the year`);
  /** @type {[string, string, string, string][]} */
  const rows = [
    ["services", say("服务次数", "Services"), number(of.services), growth],
    ["firms", say("服务企业", "Firms served"), number(of.firms), ""],
    ["online_share", say("线上占比", "Online"), percent(of.online_share), ""],
    ["satisfaction", say("满意度", "Satisfaction"), percent(of.satisfaction), say(`${number(of.rated)} 条评价`, `${number(of.rated)} ratings`)],
    ["complaint_rate", say("投诉", "Complaints"), number(of.complaints), of.complaints_open ? say(`${number(of.complaints_open)} 件未办结`, `${number(of.complaints_open)} open`) : ""],
    ["visit_rate", say("回访", "Return visits"), number(of.return_visits), ""],
  ];
  return html`<dl class="pairs">${rows.map(([indicator, name, value, about]) => html`<div><dt>${name}</dt><dd>${about ? html`<span class="muted">${about}</span> ` : null}<b>${value === "—" ? value : html`<${Recorded} of=${{ indicator, region, month: of.month }}>${value}</${Recorded}>`}</b></dd></div>`)}</dl>`;
}

/** @param {number} share */
function signed(share) {
  return `${share > 0 ? "+" : ""}${percent(share)}`;
}

/** A month group by group. @param {{ region: string, month: string, by: string }} o */
export function Month({ region, month, by }) {
  const group = GROUPS.find(([id]) => id === by)?.[0] ?? "region";
  const got = monthAsked(region, month, group);
  const of = got.data?.data;
  const most = Math.max(1, ...(of?.groups ?? []).map((g) => g.services ?? 0));
  return html`<${Title} kicker=${placeName(region)}>${of || month ? say(`${monthName(of?.month ?? month)}的服务`, `Services of ${monthName(of?.month ?? month)}`) : say("上月的服务", "Services of last month")}</${Title}>
    <${Switch} label=${say("分组", "Groups")} value=${group} options=${GROUPS.map(([id, name]) => [id, say(...name)])} onChange=${(/** @type {string} */ v) => go({ ask: `month:${region}:${month}:${v}` })} />
    ${of && got.data ? html`<${Figures} of=${of.total} region=${region} />
      ${of.groups.length ? html`<table class="rows"><thead><tr><th scope="col">${say(...(GROUPS.find(([id]) => id === group)?.[1] ?? ["", ""]))}</th><th scope="col" class="num">${say("服务", "Services")}</th><th scope="col" class="num">${say("满意度", "Satisfied")}</th><th scope="col" class="num">${say("投诉", "Complaints")}</th></tr></thead>
        <tbody>${(group === "month" ? [...of.groups].reverse() : of.groups).map((g) => html`<${Group} of=${g} by=${group} region=${region} most=${most} />`)}</tbody></table>` : html`<${Empty} title=${say("这个月没有数据", "No data of this month")} />`}
      <p class="small muted">${say("点数字看其记录。", "A figure leads to its records.")} <${Synthetic} counts=${got.data.meta.data_class} /></p>`
    : html`<${Pending} of=${got} />`}`;
}

/** @param {{ of: MonthFigures, by: By, region: string, most: number }} o */
function Group({ of, by, region, most }) {
  const group = of.group ?? "";
  const scope = { region: by === "region" ? group : region, type: by === "service_type" ? group : "", site: by === "window" ? group : "", month: of.month };
  const name = by === "region" ? placeName(group) : by === "service_type" ? typeName(group) : by === "month" ? monthName(of.month) : group === ELSEWHERE ? say("不在窗口或载体", "at no window or carrier") : (of.name ?? group);
  const cell = (/** @type {string} */ indicator, /** @type {string} */ value) => html`<td class="num">${value === "—" || group === ELSEWHERE ? value : html`<${Recorded} of=${{ indicator, ...scope }} label=${`${name} ${value}`}>${value}</${Recorded}>`}</td>`;
  return html`<tr><th scope="row">${name}<${Bar} share=${(of.services ?? 0) / most} unknown=${of.services === null} /></th>${cell("services", number(of.services))}${cell("satisfaction", of.few_ratings ? `${percent(of.satisfaction, 0)}*` : percent(of.satisfaction))}${cell("complaint_rate", number(of.complaints))}</tr>`;
}
