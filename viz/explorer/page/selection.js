// Many cells of the matrix at once: where the selection lies, what it comes to, and its copy for a spreadsheet.
import { lineName } from "./lines.js";
import { go, state } from "./state.js";
import { html } from "./ui.js";
import { number, percent, say } from "./words.js";

/** @typedef {import("./lines.js").Line} Line */

/** @param {number} from @param {number} to */
export function range(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** First and last row and column of the selection. @param {string} pick @param {Line[]} rows @param {Line[]} cols */
export function pickedBox(pick, rows, cols) {
  const parts = pick.split("~");
  if (parts.length !== 4) return null;
  const at = (/** @type {Line[]} */ lines, /** @type {string | undefined} */ code) => lines.findIndex((l) => (l.code || "total") === code);
  const [a, b, c, d] = [at(rows, parts[0]), at(rows, parts[1]), at(cols, parts[2]), at(cols, parts[3])];
  if (Math.min(a, b, c, d) < 0) return null;
  return /** @type {[number, number, number, number]} */ ([Math.min(a, b), Math.max(a, b), Math.min(c, d), Math.max(c, d)]);
}

/** @param {Line[]} rows @param {Line[]} cols @param {(r: number, c: number) => number} valueAt @param {[number, number, number, number]} alone */
export async function copyPicked(rows, cols, valueAt, alone) {
  const of = state.value;
  const [a, b, c, d] = pickedBox(of.pick, rows, cols) ?? alone;
  const lines = range(Math.max(0, a), b + 1).map((r) => [lineName(/** @type {Line} */ (rows[r])), ...range(Math.max(0, c), d + 1).map((k) => { const v = valueAt(r, k); return Number.isNaN(v) ? "" : String(v); })].join("\t"));
  const head = ["", ...range(Math.max(0, c), d + 1).map((k) => lineName(/** @type {Line} */ (cols[k])))].join("\t");
  await navigator.clipboard?.writeText([head, ...lines].join("\n"));
}

/** What several cells come to together. @param {{ rows: Line[], cols: Line[], at: (r: number, c: number) => Figures }} o */
export function Picked({ rows, cols, at }) {
  const box = pickedBox(state.value.pick, rows, cols);
  if (!box) return null;
  const [first, last, left, right] = /** @type {[number, number, number, number]} */ (box);
  let demand = 0, met = 0, cells = 0, unknown = 0;
  for (const r of range(first, last + 1)) for (const c of range(left, right + 1)) {
    if (!r || !c) continue;
    const of = at(r, c);
    cells += 1;
    if (Number.isNaN(of.demand)) unknown += 1;
    else [demand, met] = [demand + of.demand, met + of.met];
  }
  return html`<p class="picked-sum" role="status"><b>${say(`已选 ${number(cells)} 格`, `${number(cells)} cells selected`)}</b>
    <span>${say("需求", "demand")} ${number(demand)}</span><span>${say("覆盖率", "coverage")} ${percent(met / demand)}</span><span>${say("未满足", "unmet")} ${number(demand - met)}</span>
    ${unknown ? html`<span>${say(`${unknown} 格不明，未计入`, `${unknown} unknown, not counted`)}</span>` : null}
    <button type="button" class="link" onClick=${() => go({ pick: "" })}>${say("取消选择", "Clear")}</button></p>`;
}
