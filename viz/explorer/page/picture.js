// The drawing of map or network as a file: SVG as it is seen, PNG drawn on a canvas, for the page may load no picture from itself.
import { cellsAsked } from "./data.js";
import { fileName, save } from "./export.js";
import { html } from "./ui.js";
import { day, say } from "./words.js";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linejoin", "stroke-linecap", "opacity", "font-size", "font-family", "font-weight", "text-anchor", "paint-order"];
const PIXELS = 2400;

/** @returns {SVGSVGElement | null} */
function drawing() {
  return document.querySelector("svg.province");
}

/** The drawing with a line at its foot, for a file goes its own way: of which day it is, and whether its figures are invented. @returns {Drawn} */
function signed() {
  const svg = drawing(), meta = cellsAsked.peek().data?.meta;
  if (!svg || !meta) return { svg, drop: () => undefined };
  const line = document.createElementNS("http://www.w3.org/2000/svg", "text"), box = svg.viewBox.baseVal;
  line.textContent = [say("四川省中小企业公共服务网络", "Public services for small firms, Sichuan"), day(String(meta.parameters["as_of"])), meta.data_class["SYNTHETIC"] ? say("含虚构数据", "holds synthetic data") : ""].filter(Boolean).join(" · ");
  Object.assign(line.style, { fontSize: `${box.height / 45}px`, fill: "#333", stroke: "none", textAnchor: "start" });
  for (const [name, value] of Object.entries({ x: box.x + box.width / 100, y: box.y + 0.985 * box.height })) line.setAttribute(name, String(value));
  svg.append(line);
  return { svg, drop: () => line.remove() };
}

/** The canvas over a drawing, where there is one, in units of the drawing. @param {SVGSVGElement} svg */
function dotsOf(svg) {
  const canvas = svg.parentElement?.querySelector("canvas"), origin = svg.getScreenCTM();
  if (!canvas || !origin) return null;
  const at = canvas.getBoundingClientRect();
  return { canvas, x: (at.left - origin.e) / origin.a, y: (at.top - origin.f) / origin.d, w: at.width / origin.a, h: at.height / origin.d };
}

/** The drawing with its looks written into it. @param {SVGSVGElement} svg */
export function svgText(svg) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const [from, to] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  from.forEach((element, i) => {
    const look = getComputedStyle(element);
    for (const name of LOOKS) to[i]?.setAttribute(name, look.getPropertyValue(name).replaceAll('url("#', "url(#").replaceAll('")', ")"));
    to[i]?.removeAttribute("class");
  });
  const dots = dotsOf(svg);
  if (dots) {
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    for (const [name, value] of Object.entries({ x: dots.x, y: dots.y, width: dots.w, height: dots.h, href: dots.canvas.toDataURL("image/png") })) image.setAttribute(name, String(value));
    copy.append(image);
  }
  for (const name of ["tabindex", "role", "class", "aria-label", "aria-roledescription"]) copy.removeAttribute(name);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

/** The drawing on white, its longer side of so many pixels. @param {SVGSVGElement} svg */
function painted(svg) {
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
  const dots = dotsOf(svg);
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

/** @typedef {{ svg: SVGSVGElement | null, drop: () => void }} Drawn */

/** Buttons that save a drawing: that of the view, or one that is made for it; in the colours for paper, whatever those of the screen. @param {{ what: string, of?: () => Drawn }} o */
export function Pictures({ what, of = signed }) {
  const saved = (/** @type {string} */ ending, /** @type {(svg: SVGSVGElement) => string} */ written) => {
    const page = document.documentElement.dataset, screen = page["theme"];
    page["theme"] = "light";
    const { svg, drop } = of();
    if (svg) save(`${fileName(what)}.${ending}`, written(svg));
    drop();
    page["theme"] = screen;
  };
  return html`<span class="pictures"><button type="button" class="link" onClick=${() => saved("svg", (svg) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`)}>${say("存为 SVG", "Save SVG")}</button>
    <button type="button" class="link" onClick=${() => saved("png", (svg) => painted(svg).toDataURL("image/png"))}>${say("存为 PNG", "Save PNG")}</button></span>`;
}
