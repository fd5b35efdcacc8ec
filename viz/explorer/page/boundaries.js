// The reader's own boundaries: a GeoJSON file that is read in the page and goes nowhere else.
import { catalogue } from "./catalogue.js";
import { project } from "./geography.js";
import { watched } from "./signals.js";
import { html } from "./ui.js";
import { number, percent, say } from "./words.js";

/** @typedef {[number, number]} Point */
/** @typedef {{ name: string, path: string, rings: Point[][] }} Outline */
export const own = watched({ file: "", outlines: /** @type {Outline[]} */ ([]), wrong: "" });
const LARGEST = 30e6;
const NAMES = ["name", "NAME", "名称", "地名"];

/** @param {File | undefined} file */
async function read(file) {
  if (!file) return;
  if (file.size > LARGEST) return void (own.value = { file: file.name, outlines: [], wrong: say("文件超过 30 MB，请先简化。", "The file is larger than 30 MB; simplify it first.") });
  /** @type {Outline[]} */
  let outlines;
  try {
    outlines = outlinesOf(JSON.parse(await file.text()));
  } catch {
    return void (own.value = { file: file.name, outlines: [], wrong: say("不是 GeoJSON：应是经纬度（WGS-84）的 FeatureCollection。", "This is no GeoJSON; a FeatureCollection in degrees (WGS-84) is needed.") });
  }
  // Outside of the above: drawing follows at once, and what goes wrong there is no fault of the file.
  own.value = { file: file.name, outlines, wrong: outlines.length ? "" : say("文件里没有面（Polygon、MultiPolygon）。", "The file holds no Polygon or MultiPolygon.") };
}

/** Outlines of the areas of a collection, in units of the drawing. @param {any} from @returns {Outline[]} */
export function outlinesOf(from) {
  const features = Array.isArray(from?.features) ? from.features : [from];
  return features.flatMap((/** @type {any} */ f, /** @type {number} */ i) => {
    const shape = f?.geometry ?? f;
    const parts = shape?.type === "Polygon" ? [shape.coordinates] : shape?.type === "MultiPolygon" ? shape.coordinates : [];
    const rings = parts.flat().map((/** @type {any[]} */ ring) => ring.map(([lon, lat]) => project(Number(lon), Number(lat))));
    if (!rings.length || rings.flat(2).some((/** @type {number} */ v) => !Number.isFinite(v))) return [];
    const found = NAMES.map((n) => f?.properties?.[n]).find((v) => typeof v === "string" && v);
    return [{ name: found ?? say(`第 ${i + 1} 个`, `no. ${i + 1}`), rings, path: rings.map((/** @type {Point[]} */ r) => `M${r.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}z`).join("") }];
  });
}

/** Whether a point lies inside; a hole is outside. @param {Outline} of @param {Point} point */
export function holds(of, [x, y]) {
  let inside = false;
  for (const ring of of.rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [/** @type {Point} */ (ring[i]), /** @type {Point} */ (ring[j])];
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
  }
  return inside;
}

export function OwnBoundaries() {
  const { file, wrong, outlines } = own.value;
  return html`<span class="own"><label class="button quiet">${say("自己的界线", "Own boundaries")}<input class="sr" type="file" accept=".geojson,.json,application/geo+json" onChange=${(/** @type {Event} */ e) => void read(/** @type {HTMLInputElement} */ (e.target).files?.[0])} /></label>
    ${file && !wrong ? html`<span class="small muted">${say(`${file}：${outlines.length} 个面，只在本页`, `${file}: ${outlines.length} areas, in this page only`)}</span> <button type="button" class="link" onClick=${() => { own.value = { file: "", outlines: [], wrong: "" }; }}>${say("拿掉", "Remove")}</button>` : null}
    ${wrong ? html`<span class="bad small" role="alert">${wrong}</span>` : null}</span>`;
}

/** The areas with what the counties in them come to. @param {{ counties: Pivot }} o */
export function OwnTable({ counties }) {
  return html`<div class="ranking" tabindex="0" role="region" aria-label=${say("自己的界线之内", "Within one's own boundaries")}><table class="rows"><thead><tr><th scope="col">${say("界线", "Area")}</th><th scope="col" class="num">${say("区县", "counties")}</th><th scope="col" class="num">${say("需求", "demand")}</th><th scope="col" class="num">${say("覆盖率", "coverage")}</th></tr></thead><tbody>
    ${own.value.outlines.map((o, i) => {
      let demand = 0, met = 0, n = 0;
      counties.rows.forEach((g, a) => {
        const place = catalogue.places.get(g.code), of = counties.rowTotals[a];
        if (!place || !of || place.level !== "county" || !holds(o, place.inner)) return;
        n += 1;
        if (!Number.isNaN(of.demand)) [demand, met] = [demand + of.demand, met + of.met];
      });
      return html`<tr key=${i}><th scope="row">${o.name}</th><td class="num">${number(n)}</td><td class="num">${n ? number(demand) : "—"}</td><td class="num">${percent(met / demand)}</td></tr>`;
    })}</tbody></table><p class="small muted">${say("按区县中心点落在界线内合计；不明的不计。", "Counties whose centre lies inside, summed; unknown ones are not counted.")}</p></div>`;
}
