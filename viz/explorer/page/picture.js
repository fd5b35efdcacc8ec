// The drawing of map or network as a file: SVG as it is seen, PNG drawn on a canvas, for the page may load no picture from itself.
import { caption, legendOf, standing } from "./caption.js";
import { catalogue } from "./catalogue.js";
import { cellsAsked } from "./data.js";
import { fileName, save } from "./export.js";
import { html } from "./ui.js";
import { render } from "./vendor/preact.mjs";
import { say } from "./words.js";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linejoin", "stroke-linecap", "opacity", "font-size", "font-family", "font-weight", "text-anchor", "paint-order"];
const PIXELS = 2400;

/** @returns {SVGSVGElement | null} */
function drawing() {
  return document.querySelector("svg.province");
}

/** An element beyond the edge of the page that holds a drawing; whoever asks takes it away again. @param {Child} content @param {ReturnType<typeof dotsOf>} [dots] @returns {Drawn} */
export function offstage(content, dots = null) {
  const box = document.createElement("div");
  box.className = "offstage";
  box.setAttribute("aria-hidden", "true");
  document.body.append(box);
  render(content, box);
  return { svg: box.querySelector("svg"), dots, drop: () => { render(null, box); box.remove(); } };
}

/** The drawing of the view with what it is of below it. @param {(meta: Meta) => string[]} lines @param {boolean} legend @returns {Drawn} */
function captioned(lines, legend) {
  const svg = drawing(), meta = cellsAsked.peek().data?.meta;
  if (!svg || !meta) return { svg, dots: null, drop: () => undefined };
  const { x, y, width, height } = svg.viewBox.baseVal, scale = svg.getScreenCTM()?.a ?? 1, size = height / 45;
  const { tall, part } = caption({ lines: [...lines(meta), standing(meta), say(...catalogue.reviewNote)], legend: legend ? legendOf("figure.map figcaption") : [], x: x + size / 2, y: y + height, width: width - size, size });
  const made = offstage(html`<svg viewBox=${`${x} ${y} ${width} ${height + tall}`} width=${width * scale} height=${(height + tall) * scale}>${part}</svg>`, dotsOf(svg));
  made.svg?.prepend(...svg.cloneNode(true).childNodes);
  return made;
}

/** The canvas over a drawing, where there is one, in units of the drawing. @param {SVGSVGElement} svg */
function dotsOf(svg) {
  const canvas = svg.parentElement?.querySelector("canvas"), origin = svg.getScreenCTM();
  if (!canvas || !origin) return null;
  const at = canvas.getBoundingClientRect();
  return { canvas, x: (at.left - origin.e) / origin.a, y: (at.top - origin.f) / origin.d, w: at.width / origin.a, h: at.height / origin.d };
}

/** The drawing with its looks written into it. @param {SVGSVGElement} svg @param {Drawn["dots"]} dots */
export function svgText(svg, dots) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const [from, to] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  from.forEach((element, i) => {
    const look = getComputedStyle(element);
    for (const name of LOOKS) to[i]?.setAttribute(name, look.getPropertyValue(name).replaceAll('url("#', "url(#").replaceAll('")', ")"));
    to[i]?.removeAttribute("class");
  });
  for (const name of ["tabindex", "role", "class", "aria-label", "aria-roledescription"]) copy.removeAttribute(name);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const written = new XMLSerializer().serializeToString(copy);
  if (dots) {
    const { x, y, w, h, canvas } = dots;  // as text: the page's policy would refuse an element that loads it
    return written.replace(/<\/svg>$/, `<image x="${x}" y="${y}" width="${w}" height="${h}" href="${canvas.toDataURL("image/png")}"/></svg>`);
  }
  return written;
}

/** The drawing on white, its longer side of so many pixels. @param {SVGSVGElement} svg @param {Drawn["dots"]} dots */
function painted(svg, dots) {
  const box = svg.viewBox.baseVal;
  const scale = Math.max(1, PIXELS / Math.max(box.width, box.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(box.width * scale), Math.round(box.height * scale)];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const screen = svg.getScreenCTM()?.inverse();
  const thin = svg.getScreenCTM()?.a ?? 1;
  for (const element of svg.querySelectorAll("path, circle, text")) {
    const shape = /** @type {SVGGraphicsElement} */ (element);
    const at = shape.getScreenCTM();
    if (!at || !screen || shape.closest("defs")) continue;
    const m = screen.multiply(at);
    context.setTransform(scale * m.a, scale * m.b, scale * m.c, scale * m.d, scale * (m.e - box.x), scale * (m.f - box.y));
    paint(context, shape, Math.hypot(m.a, m.b), thin);
  }
  if (dots) {
    context.setTransform(scale, 0, 0, scale, -scale * box.x, -scale * box.y);
    context.globalAlpha = 1;
    context.drawImage(dots.canvas, dots.x, dots.y, dots.w, dots.h);
  }
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {SVGGraphicsElement} shape @param {number} own scale of the shape within the drawing @param {number} thin pixels of the screen in a unit of the drawing */
function paint(context, shape, own, thin) {
  const look = getComputedStyle(shape);
  const fill = paintOf(context, look.fill), stroke = paintOf(context, look.stroke);
  const width = parseFloat(look.strokeWidth) || 0;
  context.globalAlpha = (parseFloat(look.opacity) || 1) * (shape.parentElement instanceof SVGGElement ? parseFloat(getComputedStyle(shape.parentElement).opacity) || 1 : 1);
  context.lineJoin = "round";
  context.lineWidth = shape.getAttribute("vector-effect") ? width / thin / own : width;
  if (fill) context.fillStyle = fill;
  if (stroke) context.strokeStyle = stroke;
  if (shape instanceof SVGTextElement) {
    context.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
    context.textAlign = look.textAnchor === "middle" ? "center" : "left";
    const [x, y] = [Number(shape.getAttribute("x")) || 0, (Number(shape.getAttribute("y")) || 0) + (Number(shape.getAttribute("dy")) || 0)];
    if (stroke) context.strokeText(shape.textContent ?? "", x, y);
    if (fill) context.fillText(shape.textContent ?? "", x, y);
    return;
  }
  const path = new Path2D(shape.getAttribute("d") ?? "");
  if (shape instanceof SVGCircleElement) path.arc(shape.cx.baseVal.value, shape.cy.baseVal.value, shape.r.baseVal.value, 0, 2 * Math.PI);
  if (fill) context.fill(path);
  if (stroke && width) context.stroke(path);
}

/** A colour, or a hatching; nothing where nothing is painted. @param {CanvasRenderingContext2D} context @param {string} text */
function paintOf(context, text) {
  if (text === "none") return null;
  const id = /url\("?#([\w-]+)"?\)/.exec(text)?.[1];
  if (!id) return text;
  const tile = document.createElement("canvas");
  [tile.width, tile.height] = [12, 12];
  const hatch = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  hatch.fillStyle = document.querySelector(`#${id} rect`)?.getAttribute("fill") ?? "#999";
  hatch.fillRect(0, 0, 12, 12);
  hatch.strokeStyle = "rgb(255 255 255 / .6)";
  hatch.lineWidth = 3;
  hatch.stroke(new Path2D("M-3 3L3 -3M0 12L12 0M9 15L15 9"));
  const made = context.createPattern(tile, "repeat");
  made?.setTransform(context.getTransform().inverse());
  return made;
}

/** @typedef {import("./ui.js").Child} Child */
/** @typedef {{ svg: SVGSVGElement | null, dots: ReturnType<typeof dotsOf>, drop: () => void }} Drawn */

/** Buttons that save a drawing: that of the view with lines and legend below it, or one that is made for it; in the colours for paper, whatever those of the screen. @param {{ what: string, lines?: (meta: Meta) => string[], legend?: boolean, of?: () => Drawn }} o */
export function Pictures({ what, lines = () => [what], legend = true, of = () => captioned(lines, legend) }) {
  const saved = (/** @type {string} */ ending, /** @type {(svg: SVGSVGElement, dots: Drawn["dots"]) => string} */ written) => {
    const page = document.documentElement.dataset, screen = page["theme"];
    page["theme"] = "light";
    const { svg, dots, drop } = of();
    if (svg) save(`${fileName(what)}.${ending}`, written(svg, dots));
    drop();
    page["theme"] = screen;
  };
  return html`<span class="pictures"><button type="button" class="link" onClick=${() => saved("svg", (svg, dots) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg, dots))}`)}>${say("存为 SVG", "Save SVG")}</button>
    <button type="button" class="link" onClick=${() => saved("png", (svg, dots) => painted(svg, dots).toDataURL("image/png"))}>${say("存为 PNG", "Save PNG")}</button></span>`;
}
