// What matrix and map show of a cell: a measure, its change since another day, or a formula; with its words and colours.
import { ask, cellsOf } from "./data.js";
import { readFormula } from "./formula.js";
import { DAY, go, isOther, state } from "./state.js";
import { Choice, html, Loading } from "./ui.js";
import { brief, day, MEASURES, percent, rounded, say, shown } from "./words.js";

/** @typedef {import("./formula.js").Misread} Misread */
/**
 * ``value`` of figures and of those of the other day; ``change``: the sign counts, so that colours part at nought;
 * ``points``: there for what is the difference of two days, true for that of shares; ``fewer``: less of it is better.
 * ``title``: the name with its unit.
 * @typedef {{ name: string, title: string, share: boolean, change: boolean, plain: boolean, points?: boolean, fewer?: boolean, base: Cells | null, value: (of: Figures, before: Figures | null) => number }} Layer
 */

const STEPS = 3;
const TYPICAL = 0.95;

/** The layer that a state asks for; until the other day is there, what it gives is unknown. @param {State} of @returns {Layer & { misread?: Misread, asked?: Asked<Cells> }} */
export function layerOf(of) {
  const name = say(...MEASURES[of.measure]), share = of.measure === "ratio" || of.measure === "local";
  const measure = { name, title: share ? name : withUnit(name), share, change: false, plain: true, base: null, value: (/** @type {Figures} */ f) => f[of.measure] };
  if (!of.base && !of.formula) return measure;
  try {
    const formula = readFormula(of.formula || `${of.measure} - before.${of.measure}`);
    const asked = formula.before && of.base ? cellsOf(of.base) : undefined;
    const unit = measure.share ? say("（百分点）", " (points)") : "";
    const name = of.formula || say(`${measure.name}：比${baseName(of.base)}${unit}`, `${measure.name} against ${baseName(of.base)}${unit}`);
    return { name, title: of.formula || measure.share ? name : withUnit(name), share: formula.share, change: true, plain: false, base: asked?.data ?? null, value: formula.of, ...(of.formula ? {} : { points: measure.share, fewer: of.measure === "unmet" }), ...(asked ? { asked } : {}) };
  } catch (problem) {
    return { ...measure, misread: /** @type {Misread} */ (problem) };
  }
}

/** @param {string} name of a measure that counts services */
function withUnit(name) {
  return say(`${name}（次/年）`, `${name} (services a year)`);
}

/** @param {string} base */
function baseName(base) {
  if (base === "now") return say("现状", "things as they are");
  if (DAY.test(base)) return day(base);
  return DAY.test(base.slice(0, 10)) ? say(`${day(base)}快照`, `the snapshot of ${day(base)}`) : say(`快照 ${base}`, `snapshot ${base}`);
}

/** Size that takes the strongest colour: what all but the largest few values stay under. @param {number[]} values */
export function reachOf(values) {
  const sizes = values.filter((v) => !Number.isNaN(v)).map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor(TYPICAL * (sizes.length - 1))] || sizes[sizes.length - 1] || 1;
}

/** Class of a value: n3 … n1 below nought, z for what is printed as nought, p1 … p3 above; the other way round where fewer is better. @param {number} value @param {number} reach @param {Pick<Layer, "share" | "fewer">} of */
export function stepClass(value, reach, { share, fewer = false }) {
  if (Number.isNaN(value)) return "s-unknown";
  if (Math.abs(value) < (share ? 0.0005 : 0.05)) return "z";
  const size = printed(Math.abs(value), share);
  const step = [1, 2].find((k) => size <= printed((k * reach) / STEPS, share) + 1e-9) ?? STEPS;
  return `${value < 0 === fewer ? "p" : "n"}${step}`;
}

/** A size as precise as it is printed: what reads alike has one colour, that of the legend. @param {number} size @param {boolean} share */
function printed(size, share) {
  const step = size < 0.1 ? 0.001 : 0.01;
  return share ? Math.round(size / step) * step : rounded(size);
}

/** Text of a value in a cell. @param {Layer} layer @param {Figures} of @param {Figures | null} before */
export function layerText(layer, of, before) {
  if (layer.plain) return shown(state.value.measure, of);
  return changeText(layer, layer.value(of, before));
}

/** A change of a share is told in points, without the sign that would make it look relative. @param {Layer} layer @param {number} value */
export function changeText(layer, value) {
  if (Number.isNaN(value)) return "";
  const digits = Math.abs(value) < 0.1 ? 1 : 0;
  const text = !layer.share ? brief(value) : layer.points ? (100 * value).toFixed(digits).replace("-", "−") : percent(value, digits);
  const plain = text.replace(/^−(0(\.0)?%?)$/, "$1");
  return layer.points !== undefined && parseFloat(plain) > 0 ? `+${plain}` : plain;
}

/** @param {{ layer: Layer, reach: number }} o */
export function LayerLegend({ layer, reach }) {
  const end = (/** @type {number} */ k) => (k * reach) / STEPS;
  /** The last step each way holds all that lies beyond the one before. @param {number} k */
  const within = (k) => `${Math.abs(k) === STEPS ? (k < 0 ? "< " : "> ") : k < 0 ? "≥ " : k > 0 ? "≤ " : ""}${changeText(layer, end(Math.abs(k) === STEPS ? k - Math.sign(k) : k))}`;
  return html`<ul class="legend" aria-label=${say("图例", "Legend")}>${[-3, -2, -1, 0, 1, 2, 3].map((k) => html`<li><span class=${`swatch ${stepClass(end(k), reach, layer)}`} aria-hidden="true"></span>${within(k)}</li>`)}
    <li><span class="swatch s-unknown" aria-hidden="true"></span>${say("不明", "Unknown")}</li><li class="muted">${layer.title}</li></ul>`;
}

/** What is compared with, and a formula of one's own. @param {{ cells: Cells, layer: ReturnType<typeof layerOf> }} o */
export function Compare({ cells, layer }) {
  const { base, formula } = state.value;
  const today = state.value.day || String(cells.meta.parameters["as_of"] ?? "");
  const kept = window.shuniuOffline ? null : /** @type {Asked<{ data: KeptSnapshot[] }>} */ (ask("/v1/snapshots?limit=50"));
  /** @type {[string, string][]} */
  const options = [["", say("不比较", "nothing")], [ago(today, 1), say("上月同日", "a month ago")], [ago(today, 12), say("去年同日", "a year ago")]];
  if (isOther() || base === "now") options.splice(1, 0, ["now", say("现状", "as things are")]);
  for (const s of [...(kept?.data?.data ?? [])].reverse()) options.push([s.id, say(`快照 ${s.parameters.as_of}（版本 ${s.graph_version}）`, `snapshot ${s.parameters.as_of} (version ${s.graph_version})`)]);
  if (!options.some(([id]) => id === base)) options.push([base, baseName(base)]);
  return html`${window.shuniuOffline ? null : html`<${Choice} label=${say("比较", "Compare with")} value=${base} options=${options} onChange=${(/** @type {string} */ v) => go({ base: v, sort: "" })} />`}
    <details class="formula" open=${Boolean(formula)}><summary>${say("公式", "Formula")}</summary><form onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); go({ formula: String(new FormData(/** @type {HTMLFormElement} */ (e.currentTarget)).get("formula") ?? "").trim(), sort: "" }); }}>
      <input name="formula" list="formulas" maxlength="200" value=${formula} aria-label=${say("公式", "Formula")} aria-invalid=${String(Boolean(layer.misread))} aria-describedby="formula-about" placeholder=${say("如 覆盖率 - 本地覆盖率", "e.g. ratio - local")} />
      <datalist id="formulas">${examples().map((text) => html`<option value=${text}></option>`)}</datalist>
      <button class="button quiet">${say("算", "Reckon")}</button>
      ${formula ? html`<button type="button" class="link" onClick=${() => go({ formula: "", sort: "" })}>${say("不用公式", "No formula")}</button>` : null}
      <p id="formula-about" class=${layer.misread ? "bad" : "muted"} role=${layer.misread ? "alert" : undefined}>${layer.misread ? say(layer.misread.zh, layer.misread.en) : say("指标：覆盖率、本地覆盖率、未满足、需求、供给；对照.覆盖率 是比较的那天；最大、最小、超过(50%, …) 是过线的份额。有一个不明，结果就不明。", "Measures: ratio, local, unmet, demand, supply, surplus; before.ratio is of the day compared with; max, min, over(50%, …) the share above a limit. With one part unknown all is unknown.")}</p>
    </form></details>
    ${layer.asked?.status === "failed" ? html`<p class="banner" role="alert">${layer.asked.problem?.detail || layer.asked.problem?.title || say("没能取到比较的那天。", "The day compared with could not be loaded.")}</p>` : null}
    ${layer.asked?.status === "loading" ? html`<${Loading} what=${say("正在取比较的那天…", "Loading the day compared with…")} />` : null}`;
}

function examples() {
  return say("覆盖率 - 本地覆盖率|供给 - 需求|最大(覆盖率, 本地覆盖率)|超过(50%, 覆盖率, 对照.覆盖率)|未满足 / 需求", "ratio - local|supply - demand|max(ratio, local)|over(50%, ratio, before.ratio)|unmet / demand").split("|");
}

/** The same day some months before; the last of the month where there is no such day. @param {string} iso @param {number} months */
export function ago(iso, months) {
  const [year = 0, month = 1, date = 1] = iso.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10);
}
