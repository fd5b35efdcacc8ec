// What a picture says of itself, for a file goes its own way: what it shows, of which place, day and facts, and its legend.
import { factsName } from "./facts.js";
import { widthOf } from "./geography.js";
import { state } from "./state.js";
import { html } from "./ui.js";
import { day, industryName, placeName, say, typeName } from "./words.js";

const LEADING = 1.7;
/** Parts of a line that stay together: a word, or a Chinese character with the mark that follows it. */
const WORDS = /[\u2e80-\uffef][，。；：、）”·]?|[^\s\u2e80-\uffef]+\s*|\s+/g;

/** @typedef {{ swatches: string[], sign: SVGSVGElement | null, text: string }} Item */

/** What figures are shown, of which place, industry, service, facts and day. @param {string} what @param {Meta} meta */
export function titleOf(what, meta) {
  const { region, industry, type } = state.value;
  return [what, placeName(region), industry && industryName(industry), type && typeName(type), factsName(state.value), day(String(meta.parameters["as_of"]))].filter(Boolean).join(" · ");
}

/** Whose figures these are, and whether any are invented. @param {Meta} meta */
export function standing(meta) {
  return [say("四川省中小企业公共服务网络", "Public services for small firms, Sichuan"), meta.data_class["SYNTHETIC"] ? say("含虚构数据", "holds synthetic data") : ""].filter(Boolean).join(" · ");
}

/** The signs of a view's legends that are in use, each with its words. @param {string} view where they stand @returns {Item[]} */
export function legendOf(view) {
  return [...document.querySelectorAll(`${view} :is(.legend > li, .kind[aria-pressed="true"])`)].flatMap((item) => {
    const words = /** @type {Element} */ (item.cloneNode(true));
    words.querySelectorAll(".swatch, svg").forEach((sign) => sign.remove());
    const swatches = [...item.querySelectorAll(".swatch")].map((s) => s.className.replace("swatch ", ""));
    const sign = item.querySelector("svg");
    return swatches.length || sign ? [{ swatches, sign, text: words.textContent?.trim() ?? "" }] : [];
  });
}

/** Lines and legend below a drawing, in rows no wider than it. @param {{ lines: string[], legend: Item[], x: number, y: number, width: number, size: number }} of */
export function caption({ lines, legend, x, y, width, size }) {
  const rows = lines.flatMap((line, i) => inRows(line.match(WORDS) ?? [], (word) => widthOf(word, size), width).map((words) => ({ text: words.join("").trim(), head: !i })));
  const signs = (/** @type {Item} */ item) => size * (item.swatches.length > 1 ? 0.6 * item.swatches.length : 1);
  const wide = (/** @type {Item} */ item) => signs(item) + 0.4 * size + widthOf(item.text, size) + size;
  const step = LEADING * size, items = inRows(legend, wide, width);
  const at = (/** @type {number} */ row) => y + (row + 0.8) * step;
  return {
    tall: (rows.length + items.length + 0.4) * step,
    part: html`<g class="sheet-picture" style=${{ fontSize: `${size}px` }}>${rows.map(({ text, head }, r) => html`<text class=${head ? "sheet-title" : ""} x=${x} y=${at(r)}>${text}</text>`)}
      ${items.map((row, r) => {
        let left = x;
        return row.map((item) => {
          const from = left, base = at(rows.length + r);
          left += wide(item);
          return html`${drawn(item, from, base - 0.85 * size, size)}<text x=${from + signs(item) + 0.4 * size} y=${base}>${item.text}</text>`;
        });
      })}</g>`,
  };
}

/** @param {Item} item @param {number} x @param {number} y @param {number} size */
function drawn({ swatches, sign }, x, y, size) {
  const wide = swatches.length > 1 ? 0.6 * size : size;
  if (!sign) return swatches.map((name, i) => html`<path class=${name} d=${`M${x + i * wide} ${y}h${wide}v${size}h${-wide}z`} />`);
  const box = sign.viewBox.baseVal, scale = size / box.width;
  return html`<g class=${`kinds legend ${sign.getAttribute("class") ?? ""}`} transform=${`translate(${x} ${y}) scale(${scale}) translate(${-box.x} ${-box.y})`} ref=${(/** @type {Element | null} */ g) => g?.replaceChildren(.../** @type {Element} */ (sign.cloneNode(true)).children)} />`;
}

/** @template T @param {T[]} items @param {(item: T) => number} widthOf @param {number} width @returns {T[][]} */
function inRows(items, widthOf, width) {
  /** @type {T[][]} */
  const rows = [];
  let left = 0;
  for (const item of items) {
    if (!rows.length || widthOf(item) > left) {
      rows.push([]);
      left = width;
    }
    rows[rows.length - 1]?.push(item);
    left -= widthOf(item);
  }
  return rows;
}
