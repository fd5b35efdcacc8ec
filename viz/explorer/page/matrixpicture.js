// The matrix as a drawing to be saved: every row and column, with its legend and what it shows, not only what is in sight.
import { caption, legendOf, standing, titleOf } from "./caption.js";
import { Patterns, widthOf } from "./geography.js";
import { stepClass } from "./layer.js";
import { lineName, signOf } from "./lines.js";
import { offstage } from "./picture.js";
import { html, stateClass } from "./ui.js";
import { say } from "./words.js";

const ROW = 26, LABEL = 150, LEAST = 56, SIZE = 12.5, EDGE = 12;
/** @typedef {import("./lines.js").Line} Line */
/** @typedef {{ rows: Line[], cols: Line[], at: (r: number, c: number) => Figures, valueAt: (r: number, c: number) => number, textAt: (r: number, c: number) => string, layer: import("./layer.js").Layer, most: number, cells: Cells }} Sheet */

/** @param {Sheet} of */
export function matrixDrawing(of) {
  return offstage(html`<${Sheet} of=${of} />`);
}

/** @param {{ of: Sheet }} o */
function Sheet({ of: { rows, cols, at, valueAt, textAt, layer, most, cells } }) {
  const upright = cols.some((c) => widthOf(lineName(c), SIZE) > LEAST - 6);
  const head = upright ? Math.max(...cols.map((c) => widthOf(lineName(c), SIZE))) + 14 : ROW;
  const left = EDGE + LABEL, wide = left + cols.length * LEAST + EDGE;
  const { tall: top, part } = caption({ lines: [titleOf(layer.title, cells.meta), `${standing(cells.meta)}${say(" · 不明为 ?，不当作 0", " · ? is unknown, never 0")}`], legend: legendOf(".under"), x: EDGE, y: 0, width: wide - 2 * EDGE, size: SIZE });
  const tall = top + head + rows.length * ROW + EDGE;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="sheet-picture" viewBox=${`0 0 ${wide} ${tall}`} width=${wide} height=${tall}>
    <${Patterns} unit=${1} />
    ${part}
    ${cols.map((col, c) => html`<text class="sheet-name" transform=${upright ? `translate(${left + (c + 0.5) * LEAST + 4} ${top + head - 7}) rotate(-90)` : `translate(${left + c * LEAST + 4} ${top + head - 7})`}>${lineName(col)}</text>`)}
    ${rows.map((row, r) => html`<text class=${r ? "" : "sheet-title"} x=${EDGE} y=${top + head + r * ROW + ROW * 0.68}>${lineName(row)}</text>
      ${cols.map((_, c) => {
        const figure = at(r, c), x = left + c * LEAST, y = top + head + r * ROW;
        const shade = layer.change && figure.state !== "not_applicable" ? stepClass(valueAt(r, c), most, layer) : stateClass(figure.state, figure.ratio);
        return html`<path class=${shade} d=${`M${x} ${y}h${LEAST - 1}v${ROW - 1}h${1 - LEAST}z`} /><text class="sheet-value" x=${x + LEAST / 2} y=${y + ROW * 0.66}>${textAt(r, c) || signOf(layer.change && figure.state !== "not_applicable" ? "unknown" : figure.state)}</text>`;
      })}`)}</svg>`;
}
