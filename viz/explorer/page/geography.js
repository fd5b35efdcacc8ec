// The drawing of the province that map and network share: areas, a frame, patterns, signs of sites.
import { catalogue } from "./catalogue.js";
import { html } from "./ui.js";

/** Outline as absolute numbers, to find the box that holds it. @param {string} path @returns {[number, number, number, number]} */
function boxOf(path) {
  let [x, y, left, top, right, bottom] = [0, 0, Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of path.split("z")) {
    const numbers = ring.match(/-?\d+/g)?.map(Number) ?? [];
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      [x, y] = i ? [x + (numbers[i] ?? 0), y + (numbers[i + 1] ?? 0)] : [numbers[0] ?? 0, numbers[1] ?? 0];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return [left, top, right, bottom];
}

/** @type {Map<string, [number, number, number, number]>} */
const boxes = new Map();

/** View box that shows a place, or all. @param {string} region @returns {[number, number, number, number]} */
export function frame(region) {
  const place = catalogue.places.get(region);
  const inside = Object.keys(catalogue.outlines.prefecture).filter((code) => !region || region === "510000" || (place ? code.slice(0, 4) === region.slice(0, 4) : catalogue.places.get(code)?.zone === region));
  const key = inside.join();
  let box = boxes.get(key);
  if (!box) {
    box = inside.map((code) => boxOf(catalogue.outlines.prefecture[code] ?? "")).reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])], [Infinity, Infinity, -Infinity, -Infinity]);
    boxes.set(key, box);
  }
  const edge = (box[2] - box[0]) / 30;
  return [box[0] - edge, box[1] - edge, box[2] - box[0] + 2 * edge, box[3] - box[1] + 2 * edge];
}

/** Length of about a pixel on every frame, from what the drawing may take of the window. @param {[number, number, number, number]} box */
export function unitOf(box) {
  const phone = innerWidth < 600;
  return Math.max(box[2] / (phone ? innerWidth - 28 : 1060), box[3] / Math.max(240, innerHeight - 256)) * (phone ? 0.75 : 0.9);
}

/** Patterns of the states that are hatched; the size follows the frame. @param {{ unit: number }} of */
export function Patterns({ unit }) {
  const states = catalogue.lists.get("coverage_states");
  return html`<defs>
    <pattern id="p-unknown" width=${unit * 6} height=${unit * 6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width=${unit * 6} height=${unit * 6} fill=${states?.get("unknown")?.colour} /><rect width=${unit * 2} height=${unit * 6} fill="#fff" fill-opacity=".6" /></pattern>
    <pattern id="p-empty" width=${unit * 6} height=${unit * 6} patternUnits="userSpaceOnUse"><rect width=${unit * 6} height=${unit * 6} fill=${states?.get("empty")?.colour} /><path d=${`M0 0L${unit * 6} ${unit * 6}M${unit * 6} 0L0 ${unit * 6}`} stroke="#fff" stroke-opacity=".45" stroke-width=${unit} /></pattern>
  </defs>`;
}

/** Where a longitude and latitude stand on the drawing. @param {number} lon @param {number} lat */
export function project(lon, lat) {
  const { lon: lon0, lat: lat0, scale } = catalogue.origin;
  return /** @type {[number, number]} */ ([(lon - lon0) * Math.cos((lat0 * Math.PI) / 180) * scale, (lat0 - lat) * scale]);
}

/** The place in a direction that is nearest to one. @param {string} from @param {string} key an arrow key @param {string[]} among */
export function neighbour(from, key, among) {
  const here = catalogue.places.get(from);
  if (!here) return from;
  const [dx, dy] = key === "ArrowLeft" ? [-1, 0] : key === "ArrowRight" ? [1, 0] : key === "ArrowUp" ? [0, -1] : [0, 1];
  let best = from, least = Infinity;
  for (const code of among) {
    const there = catalogue.places.get(code);
    if (!there || code === from) continue;
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const across = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (along <= 0 || across > 2 * along) continue;
    if (along + 2 * across < least) [best, least] = [code, along + 2 * across];
  }
  return best;
}

/** A sign of a kind of site. @param {{ x: number, y: number, size: number, list: string, kind: string }} of */
export function Sign({ x, y, size, list, kind }) {
  const mark = catalogue.lists.get(list)?.get(kind);
  return html`<path d=${catalogue.shapes[mark?.shape ?? "dot"]} transform=${`translate(${x} ${y}) scale(${size})`} fill=${mark?.colour} stroke="#fff" stroke-width=".22" />`;
}

/** @typedef {{ code: string, x: number, y: number, text: string, first: number, beside?: [number, number][] }} Name */

/**
 * Where names find room: the first in their order, each where no other name and no disc stands already, at its own
 * place or one of those ``beside`` it; what is to be seen in any case stands at the last it tried.
 * @param {Name[]} names @param {number} size of the letters @param {{ lines?: number, discs?: { code: string, x: number, y: number, r: number }[] }} [o] @returns {Map<string, { x: number, y: number }>}
 */
export function withRoom(names, size, { lines = 1, discs = [] } = {}) {
  /** @type {[number, number, number, number][]} */
  const taken = [];
  /** @type {Map<string, { x: number, y: number }>} */
  const made = new Map();
  for (const n of [...names].sort((a, b) => b.first - a.first)) {
    const half = widthOf(n.text, size) / 2;
    const free = (/** @type {[number, number, number, number]} */ b) => !taken.some((t) => b[0] < t[2] && t[0] < b[2] && b[1] < t[3] && t[1] < b[3]) && !discs.some((d) => d.code !== n.code && (Math.max(b[0], Math.min(d.x, b[2])) - d.x) ** 2 + (Math.max(b[1], Math.min(d.y, b[3])) - d.y) ** 2 < d.r ** 2);
    for (const [dx, dy] of n.first === Infinity ? [...(n.beside ?? []), [0, 0]] : [[0, 0], ...(n.beside ?? [])]) {
      const [x, y] = [n.x + (dx ?? 0), n.y + (dy ?? 0)];
      const box = /** @type {[number, number, number, number]} */ ([x - half, y - size, x + half, y + size * (lines - 0.8)]);
      if (!free(box) && !(n.first === Infinity && !dx && !dy)) continue;
      taken.push(box);
      made.set(n.code, { x, y });
      break;
    }
  }
  return made;
}

/** About how wide a text is. @param {string} text @param {number} size of its letters */
export function widthOf(text, size) {
  return [...text].reduce((sum, c) => sum + (c > "\u2e80" ? 1 : 0.56), 0) * size;
}

/** A line that bends, so that there and back differ. @param {{ x: number, y: number }} a @param {{ x: number, y: number }} b */
export function bend(a, b) {
  return `M${a.x} ${a.y}Q${(a.x + b.x) / 2 + (b.y - a.y) / 8} ${(a.y + b.y) / 2 - (b.x - a.x) / 8} ${b.x} ${b.y}`;
}
