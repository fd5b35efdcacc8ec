// The matrix as a drawing to be saved: every row and column, with its legend and what it shows, not only what is in sight.
import { Patterns, widthOf } from "./geography.js";
import { stepClass } from "./layer.js";
import { lineName, signOf } from "./lines.js";
import { state } from "./state.js";
import { html, stateClass } from "./ui.js";
import { render } from "./vendor/preact.mjs";
import { day, industryName, placeName, say, typeName } from "./words.js";

const ROW = 26, LABEL = 150, LEAST = 56, SIZE = 12.5, EDGE = 12;
/** @typedef {import("./lines.js").Line} Line */
/** @typedef {{ rows: Line[], cols: Line[], at: (r: number, c: number) => Figures, valueAt: (r: number, c: number) => number, textAt: (r: number, c: number) => string, layer: import("./layer.js").Layer, most: number, name: string, cells: Cells }} Sheet */

/** An element beyond the edge of the page that holds the drawing; whoever asks takes it away again. @param {Sheet} of @returns {{ svg: SVGSVGElement | null, drop: () => void }} */
export function matrixDrawing(of) {
  const box = document.createElement("div");
  box.className = "offstage";
  box.setAttribute("aria-hidden", "true");
  document.body.append(box);
  render(html`<${Sheet} of=${of} />`, box);
  return { svg: box.querySelector("svg"), drop: () => { render(null, box); box.remove(); } };
}

/** @param {{ of: Sheet }} o */
function Sheet({ of: { rows, cols, at, valueAt, textAt, layer, most, name, cells } }) {
  const { region, industry, type } = state.value;
  const upright = cols.some((c) => widthOf(lineName(c), SIZE) > LEAST - 6);
  const head = upright ? Math.max(...cols.map((c) => widthOf(lineName(c), SIZE))) + 14 : ROW;
  const top = EDGE + 2 * ROW, left = EDGE + LABEL;
  const wide = left + cols.length * LEAST + EDGE, tall = top + head + rows.length * ROW + EDGE;
  const title = [name, placeName(region), industry && industryName(industry), type && typeName(type), day(String(cells.meta.parameters["as_of"]))].filter(Boolean).join(" · ");
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="sheet-picture" viewBox=${`0 0 ${wide} ${tall}`} width=${wide} height=${tall}>
    <${Patterns} unit=${1} />
    <text class="sheet-title" x=${EDGE} y=${EDGE + ROW * 0.7}>${title}</text>
    <text x=${EDGE} y=${EDGE + ROW * 1.4}>${say("四川省中小企业公共服务网络 · 不明为 ?，不当作 0", "Public services for small firms, Sichuan · ? is unknown, never 0")}${cells.meta.data_class["SYNTHETIC"] ? say(" · 含虚构数据", " · holds synthetic data") : ""}</text>
    ${cols.map((col, c) => html`<text class="sheet-name" transform=${upright ? `translate(${left + (c + 0.5) * LEAST + 4} ${top + head - 7}) rotate(-90)` : `translate(${left + c * LEAST + 4} ${top + head - 7})`}>${lineName(col)}</text>`)}
    ${rows.map((row, r) => html`<text class=${r ? "" : "sheet-title"} x=${EDGE} y=${top + head + r * ROW + ROW * 0.68}>${lineName(row)}</text>
      ${cols.map((_, c) => {
        const figure = at(r, c), x = left + c * LEAST, y = top + head + r * ROW;
        const shade = layer.change && figure.state !== "not_applicable" ? stepClass(valueAt(r, c), most, layer) : stateClass(figure.state, figure.ratio);
        return html`<path class=${shade} d=${`M${x} ${y}h${LEAST - 1}v${ROW - 1}h${1 - LEAST}z`} /><text class="sheet-value" x=${x + LEAST / 2} y=${y + ROW * 0.66}>${textAt(r, c) || signOf(layer.change && figure.state !== "not_applicable" ? "unknown" : figure.state)}</text>`;
      })}`)}</svg>`;
}
