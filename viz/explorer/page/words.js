// Words in the reader's language, names of codes, numbers and days as an office writes them.
import { catalogue } from "./catalogue.js";
import { state } from "./state.js";

/** @param {string} zh @param {string} en */
export function say(zh, en) {
  return state.value.lang === "zh" ? zh : en;
}

/** @param {Record<string, any>} of @param {string} field @returns {string} */
export function told(of, field) {
  return String(of[`${field}_${state.value.lang}`] ?? "");
}

/** @param {string} list @param {string | null} id */
export function term(list, id) {
  const found = catalogue.lists.get(list)?.get(id ?? "");
  return found ? say(found.zh, found.en) : (id ?? "");
}

/** Name of a place as a table shows it. @param {string} code */
export function placeName(code) {
  if (!code) return say("全省", "Province");
  const place = catalogue.places.get(code);
  return place ? (place.level === "province" ? say("全省", "Province") : say(place.short, place.en)) : term("economic_zones", code);
}

/** Name of a place with the prefecture it lies in: 绵阳·涪城区. @param {string} code */
export function placeInFull(code) {
  const place = catalogue.places.get(code);
  if (place?.level !== "county") return placeName(code);
  return say(`${placeName(place.parent)}·${place.short}`, `${place.en}, ${placeName(place.parent)}`);
}

/** Name of a chain or segment; one of a reader's own has no English. @param {string | null} code @param {string | null} name */
export function chainName(code, name) {
  return say(name ?? "", catalogue.english[code ?? ""] ?? name ?? "");
}

/** Name of a chain, pillar or system. @param {string} code */
export function industryName(code) {
  if (!code) return say("全部产业", "All industries");
  const chain = catalogue.chains.get(code);
  return chain ? chainName(code, chain.name) : term(catalogue.lists.get("industry_pillars")?.has(code) ? "industry_pillars" : "industry_systems", code);
}

/** @param {string} code */
export function typeName(code) {
  return code ? term("service_types", code) : say("全部服务", "All services");
}

/** @param {Group} group */
export function groupName(group) {
  if (group.level === "service_type") return typeName(group.code);
  return ["zone", "prefecture", "county"].includes(group.level) ? placeName(group.code) : industryName(group.code);
}

export const LEVELS = /** @type {Record<Level, [string, string]>} */ ({
  zone: ["经济区", "Zone"], prefecture: ["市州", "Prefecture"], county: ["区县", "County"],
  system: ["产业体系", "System"], pillar: ["产业", "Pillar"], chain: ["产业链", "Chain"], service_type: ["服务类型", "Service type"],
});
export const MEASURES = /** @type {Record<Measure, [string, string]>} */ ({
  ratio: ["覆盖率", "Coverage"], local: ["本地覆盖率", "Local coverage"], unmet: ["未满足需求", "Unmet demand"],
  demand: ["需求", "Demand"], supply: ["可及供给", "Supply"], surplus: ["供给 − 需求", "Supply − demand"],
});
/** @type {Record<View, [string, string]>} */
export const VIEWS = {
  overview: ["概览", "Overview"], matrix: ["矩阵", "Matrix"], map: ["地图", "Map"], network: ["网络", "Network"], chains: ["产业链", "Chains"], table: ["明细", "Table"],
};

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** What would be printed as nought, though it is none. */
const LEAST = 0.05;

/** With a minus sign in place of the hyphen that programs write. @param {string} text */
function signed(text) {
  return text.replace("-", "−");
}

/** Grouped thousands; a dash where unknown. @param {number | null | undefined} value */
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  if (value > 0 && value < LEAST) return `<${2 * LEAST}`;
  return signed(formOf(value).format(value).replace(/^-0$/, "0"));
}

/** Ones below ten have a decimal. @param {number} value */
function formOf(value) {
  return Math.abs(value) < 10 && value % 1 ? tenths : grouped;
}

/** A difference with its sign, of two figures as they are shown beside it. @param {number | null | undefined} is @param {number | null | undefined} was */
export function difference(is, was) {
  const [a, b] = [is, was].map((value) => Number(formOf(value ?? NaN).format(value ?? NaN).replaceAll(",", "")));
  return withSign(Math.round(10 * ((a ?? NaN) - (b ?? NaN))) / 10);
}

/** A change with its sign. @param {number} value */
export function withSign(value) {
  return `${value >= LEAST ? "+" : ""}${number(value)}`;
}

/** Percent; what is not all is not told as all, and some not as none. @param {number | null | undefined} value @param {number} [digits] */
export function percent(value, digits = 1) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  const step = 10 ** (digits + 2);
  if (value > 0 && value * step < 0.5) return `<${(100 / step).toFixed(digits)}%`;
  const whole = value < 1 && Math.round(value * step) >= step;
  return signed(`${((whole ? (step - 1) / step : value) * 100).toFixed(digits)}%`);
}

/** A number that fits a cell: 1.2万, 12k. @param {number} value */
export function brief(value) {
  if (Number.isNaN(value)) return "—";
  const size = Math.abs(value);
  if (state.value.lang === "zh" && size >= 10000) return signed(`${tenths.format(value / 10000)}万`);
  if (state.value.lang === "en" && size >= 10000) return signed(`${tenths.format(value / 1000)}k`);
  return signed(size < 10 && size > 0 ? tenths.format(value) : grouped.format(value));
}

/** A number as brief() prints it, so that what reads alike is taken for alike. @param {number} value */
export function rounded(value) {
  const size = Math.abs(value), step = size >= 10000 ? say("1000", "100") : size < 10 ? "0.1" : "1";
  return Math.round(value / Number(step)) * Number(step);
}

/** @param {Measure} measure @param {Figures} of */
export function shown(measure, of) {
  const value = of[measure];
  if (of.state === "not_applicable" || of.state === "unknown") return "";
  return measure === "ratio" || measure === "local" ? (Number.isNaN(value) ? "" : percent(value, 0)) : Number.isNaN(value) ? "" : brief(value);
}

/** A score, with two decimals. @param {number} value */
export function hundredths(value) {
  return signed(value.toFixed(2));
}

/** An amount of money. @param {number} wan in 10,000 yuan */
export function money(wan) {
  return say(`${number(wan)} 万元`, wan < 100 ? `${grouped.format(wan * 10000)} yuan` : `${tenths.format(wan / 100)} million yuan`);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** @param {string | null | undefined} iso */
export function day(iso) {
  if (!iso) return "—";
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number);
  return say(`${year}年${month}月${date}日`, `${date} ${MONTHS[(month ?? 1) - 1]} ${year}`);
}

/** @param {string} month YYYY-MM */
export function monthName(month) {
  const [year, number] = month.split("-").map(Number);
  return say(`${year}年${number}月`, `${MONTHS[(number ?? 1) - 1]} ${year}`);
}

/** A point in time in Beijing time. @param {string} iso */
export function moment(iso) {
  const local = new Date(Date.parse(iso) + 8 * 3600e3).toISOString();
  return `${day(local)} ${local.slice(11, 16)}`;
}
