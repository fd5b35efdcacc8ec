// The records behind a figure of what was delivered: services, complaints or return visits, each with its file and row.
import { catalogue } from "./catalogue.js";
import { ask, asOfQuery, may } from "./data.js";
import { around } from "./entity.js";
import { go } from "./state.js";
import { Choice, Empty, html, Pending, Step, Synthetic, Title } from "./ui.js";
import { day, monthName, number, percent, placeName, say, term, typeName } from "./words.js";

const FIRST = 20, MOST = 1000;
/** Months that can be chosen, from the last full one back. */
const MONTHS = 24;
/** Which figure, of where, which service, when and at which window or carrier; what is empty is not narrowed. @typedef {{ indicator: string, region?: string, type?: string, month?: string, site?: string }} Figure */

/** Where services are known: a county's stand with its prefecture. @param {string} region */
export function recordedAt(region) {
  const place = catalogue.places.get(region);
  return place?.level === "county" ? place.parent : region;
}

/** The step to the records of a figure. @param {Figure} figure @param {number} [most] rows to show @returns {Partial<State>} */
export function recordsStep({ indicator, region = "", type = "", month = "", site = "" }, most = FIRST) {
  return { ask: ["records", indicator, recordedAt(region), type, month, most === FIRST ? "" : most, site].join(":"), cell: "", node: "" };
}

/** A figure that leads to its records, where whoever is here may see them. @param {{ of: Figure, label?: string, children?: import("./ui.js").Child }} o */
export function Recorded({ of, label, children }) {
  return may("work") ? html`<${Step} to=${recordsStep(of)} label=${label}>${children}</${Step}>` : html`${children}`;
}

/** @param {string} indicator */
export function indicatorName(indicator) {
  const known = catalogue.indicators[indicator];
  return known ? say(known.zh, `${known.en.charAt(0).toUpperCase()}${known.en.slice(1)}`) : indicator;
}

/** @param {string} indicator @param {number | null} value */
function valueOf(indicator, value) {
  return catalogue.indicators[indicator]?.share ? percent(value) : number(value);
}

/** Months up to one, newest first. @param {string} last */
function monthsTo(last) {
  const at = Number(last.slice(0, 4)) * 12 + Number(last.slice(5, 7)) - 1;
  return Array.from({ length: MONTHS }, (_, i) => `${Math.floor((at - i) / 12)}-${String(((at - i) % 12) + 1).padStart(2, "0")}`);
}

/** @param {Figure & { most: string }} o */
export function Records({ most, ...figure }) {
  const { indicator, region = "", type = "", month = "", site = "" } = figure;
  const shown = Math.min(MOST, Number(most) || FIRST);
  const query = new URLSearchParams([["indicator", indicator], ...asOfQuery()]);
  for (const [name, value] of Object.entries({ month, region, window: site, service_type: type })) if (value) query.set(name, value);
  const got = /** @type {Asked<FigureRecords>} */ (ask(`/v1/monitoring/records?${query}&limit=${shown}`));
  const to = (/** @type {Partial<Figure>} */ patch) => go(recordsStep({ ...figure, ...patch }));
  const last = String(got.data?.meta.parameters["as_of"] ?? "");
  const months = /** @type {[string, string][]} */ ((last ? monthsTo(last) : month ? [month] : []).map((m) => [m, monthName(m)]));
  return html`<${Title} kicker=${[placeName(region), type && typeName(type), site && (got.data?.data[0]?.site_name ?? site)].filter(Boolean).join(" · ")}>${indicatorName(indicator)}</${Title}>
    <div class="plan-form">
      <${Choice} label=${say("指标", "Figure")} value=${indicator} options=${Object.keys(catalogue.indicators).map((id) => [id, indicatorName(id)])} onChange=${(/** @type {string} */ v) => to({ indicator: v })} />
      <${Choice} label=${say("月份", "Month")} value=${month} options=${[["", say("近 12 个完整月", "the last 12 full months")], ...months]} onChange=${(/** @type {string} */ v) => to({ month: v })} />
    </div>
    ${got.data ? html`<${Listed} of=${got.data} />
      <p class="actions">${got.data.total > shown && shown < MOST ? html`<${Step} to=${recordsStep(figure, Math.min(MOST, shown * 5))} class="button quiet">${say(`列出 ${number(Math.min(got.data.total, MOST, shown * 5))} 条`, `List ${number(Math.min(got.data.total, MOST, shown * 5))}`)}</${Step}>` : null}
        ${got.data.total ? html`<a class="button quiet" href=${`/v1/monitoring/records?${query}&format=csv&whole=true`} download="records.csv">${say("全部存为 CSV", "All of them as CSV")}</a>` : null}</p>`
    : html`<${Pending} of=${got} />`}`;
}

/** The figure, what it is made of, and its records. @param {{ of: FigureRecords }} o */
function Listed({ of }) {
  const share = catalogue.indicators[of.indicator]?.share;
  const sums = (of.services_summed ?? 0) - of.services;
  return html`<p class="plan-sum"><b>${valueOf(of.indicator, of.value)}</b> <span class="muted">${of.months.split("—").map(monthName).join("—")}</span></p>
    <p class="small">${share ? say(`${number(of.counted)} 条计入，分母 ${number(of.among)}。`, `${number(of.counted)} count, of ${number(of.among)}.`) : say(`由 ${number(of.counted)} 条记录得出。`, `It comes from ${number(of.counted)} records.`)}${sums > 0 ? say(`另有 ${number(sums)} 次只报了月度汇总，没有逐次记录。`, ` Of ${number(sums)} more services only monthly sums were delivered.`) : ""} <${Synthetic} counts=${of.meta.data_class} /></p>
    ${of.data.length ? html`<ul class="tasks">${of.data.map((r) => html`<li key=${r.id}><b>${day(r.day)}</b> ${[r.service_type && typeName(r.service_type), r.mode && term("modes", r.mode), ...judged(r)].filter(Boolean).join(" · ")}${r.counted || !share ? null : html` <span class="muted">${say("不计入", "not counted")}</span>`}
        <small>${[r.site_name ?? (r.region && placeName(r.region)), r.service && say(`服务 ${r.service}`, `service ${r.service}`)].filter(Boolean).join(" · ")} ${r.provider ? html`<${Step} to=${around("Organization", r.provider)}>${say("提供机构", "provider")}</${Step}> ` : null}${r.enterprise ? html`<${Step} to=${around("Enterprise", r.enterprise)}>${say("企业", "firm")}</${Step}>` : null}</small>
        <small class="source">${[r.id, r.file && (r.row ? say(`${r.file} 第 ${r.row} 行`, `${r.file}, row ${r.row}`) : r.file)].filter(Boolean).join(" · ")}${r.load ? html` <span class="whole">· ${r.load}</span>` : null}</small></li>`)}</ul>
      ${of.total > of.data.length ? html`<p class="small muted">${say(`共 ${number(of.total)} 条，列出最新的 ${number(of.data.length)} 条。`, `The newest ${number(of.data.length)} of ${number(of.total)}.`)}</p>` : null}`
    : html`<${Empty} title=${say("没有逐次记录", "No records one by one")} />`}`;
}

/** What was said of it and paid for it. @param {FigureRecord} r */
function judged(r) {
  return [
    r.satisfaction !== null && say(`评 ${r.satisfaction} 分`, `rated ${r.satisfaction}`),
    r.fee !== null && (r.fee ? say(`${number(r.fee)} 元`, `${number(r.fee)} yuan`) : say("免费", "free")),
    r.kind === "complaint" && (r.closed ? say(`${day(r.closed)} 办结`, `closed ${day(r.closed)}`) : say("未办结", "open")),
  ];
}
