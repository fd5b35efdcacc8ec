// Every site by itself, however many: as marks of the drawing where a frame of them is quick, else as dots on a canvas. No WebGL.
import { catalogue } from "./catalogue.js";
import { frame, project, widthOf, withRoom } from "./geography.js";
import { go, state } from "./state.js";
import { html } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, say } from "./words.js";

/** Longest frame in which marks are drawn, ms; and how many marks the measuring begins with. */
const FRAME = 34, SAMPLE = 600;
const NAMED = 80, REACH = 12, NEAREST = 400, STEP = 1.5, CLOSEST = 256;
/** Milliseconds of a frame for one mark, as measured here; not known before the first. */
let perMark = NaN;

/** How so many marks are drawn, from what one took. @param {number} marks @param {number} ms of one @returns {"svg" | "canvas"} */
export function wayOf(marks, ms) {
  return Number.isNaN(ms) ? (marks > SAMPLE ? "canvas" : "svg") : marks * ms > FRAME ? "canvas" : "svg";
}

/** @typedef {{ nodes: NetworkNode[], x: Float32Array, y: Float32Array, colour: Uint32Array, names: string[], index: Map<string, number> }} Points */

/** How far apart sites are drawn several stand at one point, in units of the drawing; and the angle between one and the next. */
const APART = 2.5, TURN = 2.39996;

/** Where the sites stand, and their colours. @param {NetworkNode[]} nodes @returns {Points} */
export function pointsOf(nodes) {
  const x = new Float32Array(nodes.length), y = new Float32Array(nodes.length), colour = new Uint32Array(nodes.length);
  /** @type {Map<string, number>} */
  const taken = new Map();
  const names = nodes.map((n, i) => {
    const place = catalogue.places.get(n.region);
    const [px, py] = n.lon !== null && n.lat !== null ? project(n.lon, n.lat) : [place?.x ?? 0, place?.y ?? 0];
    const spot = `${Math.round(px)} ${Math.round(py)}`, before = taken.get(spot) ?? 0, off = APART * Math.sqrt(before);
    taken.set(spot, before + 1);
    [x[i], y[i]] = [px + off * Math.cos(before * TURN), py + off * Math.sin(before * TURN)];
    const mark = catalogue.lists.get(n.label === "Window" ? "window_kinds" : "carrier_kinds")?.get(n.kind);
    const rgb = parseInt((mark?.colour ?? "#777777").slice(1), 16);
    colour[i] = (255 << 24) | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16);
    return mark?.colour ?? "#777777";
  });
  return { nodes, x, y, colour, names, index: new Map(nodes.map((n, i) => [n.key, i])) };
}

/** Positions of the dot nearest to a point, or -1. @param {Points} of @param {number} x @param {number} y @param {number} within */
export function nearest({ x: xs, y: ys }, x, y, within) {
  let best = -1, least = within * within;
  for (let i = 0; i < xs.length; i++) {
    const d = ((xs[i] ?? 0) - x) ** 2 + ((ys[i] ?? 0) - y) ** 2;
    if (d <= least) [best, least] = [i, d];
  }
  return best;
}

/** @extends {Component<{ nodes: NetworkNode[], edges: NetworkEdge[], here: string, onHere: (key: string) => void }, { box: [number, number, number, number] | null, way: "svg" | "canvas" }>} */
export class Dots extends Component {
  /** @param {any} props */
  constructor(props) {
    super(props);
    this.state = { box: null, way: wayOf(props.nodes.length, perMark) };
    /** @type {HTMLElement | null} */ this.root = null;
    /** @type {Points} */ this.points = pointsOf(props.nodes);
    this.wheel = (/** @type {WheelEvent} */ e) => { e.preventDefault(); this.zoom(e.deltaY < 0 ? STEP : 1 / STEP, this.at(e)); };
  }

  componentDidMount() {
    this.root?.addEventListener("wheel", this.wheel, { passive: false });
    this.watch = new ResizeObserver(() => this.paint());
    if (this.root) this.watch.observe(this.root);
    this.measure();
  }

  componentWillUnmount() {
    this.root?.removeEventListener("wheel", this.wheel);
    this.watch?.disconnect();
  }

  componentDidUpdate() {
    this.paint();
  }

  /** Time one frame of marks; where all would take too long, they go to the canvas. */
  measure() {
    const { length } = this.props.nodes;
    if (this.state.way === "canvas" && !Number.isNaN(perMark)) return this.paint();
    const begun = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      perMark = (performance.now() - begun) / Math.max(1, Math.min(length, SAMPLE));
      const way = wayOf(length, perMark);
      if (way !== this.state.way) this.setState({ way });
      else this.paint();
    }));
  }

  /** @returns {[number, number, number, number]} what part of the province is in sight */
  box() {
    return this.state.box ?? frame(state.value.region);
  }

  /** Where on the drawing an event happened. @param {MouseEvent} event @returns {[number, number, number]} with the length of a pixel */
  at(event) {
    const ctm = this.root?.querySelector("svg")?.getScreenCTM();
    return ctm ? [(event.clientX - ctm.e) / ctm.a, (event.clientY - ctm.f) / ctm.d, 1 / ctm.a] : [0, 0, 1];
  }

  /** @param {number} by @param {number[]} [around] */
  zoom(by, around) {
    const [x, y, w, h] = this.box(), whole = frame(state.value.region);
    const [cx, cy] = [around?.[0] ?? x + w / 2, around?.[1] ?? y + h / 2];
    if (by > 1 && w < whole[2] / CLOSEST) return;
    this.setState({ box: w / by >= whole[2] ? null : [cx - (cx - x) / by, cy - (cy - y) / by, w / by, h / by] });
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    const [x, y, w, h] = this.box();
    this.setState({ box: [x + dx * w, y + dy * h, w, h] });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, () => void>} */
    const keys = { "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), 0: () => this.setState({ box: null }), ArrowLeft: () => this.pan(-0.15, 0), ArrowRight: () => this.pan(0.15, 0), ArrowUp: () => this.pan(0, -0.15), ArrowDown: () => this.pan(0, 0.15), Enter: () => this.open(), n: () => this.middle() };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]?.();
  }

  /** Point at the site nearest to the middle of what is in sight. */
  middle() {
    const [x, y, w, h] = this.box();
    const i = nearest(this.points, x + w / 2, y + h / 2, NEAREST);
    if (i >= 0) this.props.onHere(this.points.nodes[i]?.key ?? "");
  }

  open() {
    if (this.props.here) go({ node: this.props.here, cell: "", ask: "" });
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (event.buttons === 1 && this.grip) {
      const [x, y, w, h] = this.box(), [px, py] = this.at(event);
      this.dragged = true;
      this.setState({ box: [x + this.grip[0] - px, y + this.grip[1] - py, w, h] });
      return;
    }
    const [x, y, pixel] = this.at(event);
    const i = nearest(this.points, x, y, REACH * pixel);
    const key = i < 0 ? "" : (this.points.nodes[i]?.key ?? "");
    if (key !== this.props.here) this.props.onHere(key);
  }

  /** Dots on the canvas, straight into its pixels. */
  paint() {
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.root?.querySelector("canvas"));
    const ctm = this.root?.querySelector("svg")?.getScreenCTM(), at = canvas?.getBoundingClientRect();
    const context = canvas?.getContext("2d");
    if (!canvas || !ctm || !at || !context || this.state.way !== "canvas" || !at.width) return;
    const [w, h] = [Math.round(at.width), Math.round(at.height)];
    [canvas.width, canvas.height] = [w, h];
    const image = context.createImageData(w, h), pixels = new Uint32Array(image.data.buffer);
    const { x, y, colour } = this.points, left = ctm.e - at.left, top = ctm.f - at.top;
    const r = x.length > 20000 && !this.state.box ? 0 : 1;
    for (let i = 0; i < x.length; i++) {
      const px = Math.round((x[i] ?? 0) * ctm.a + left), py = Math.round((y[i] ?? 0) * ctm.d + top);
      if (px < r || py < r || px >= w - r - 1 || py >= h - r - 1) continue;
      for (let a = -r; a <= r + 1; a++) for (let b = -r; b <= r + 1; b++) pixels[(py + a) * w + px + b] = colour[i] ?? 0;
    }
    context.putImageData(image, 0, 0);
    if (this.root) this.root.dataset["drawn"] = String(x.length);
  }

  render() {
    const { nodes, edges, here } = this.props;
    if (this.points.nodes !== nodes) this.points = pointsOf(nodes);
    const of = this.points, box = this.box(), way = this.state.way;
    const root = /** @type {HTMLElement | null} */ (this.root);
    const pixel = Math.max(box[2] / Math.max(300, root?.clientWidth ?? 900), box[3] / Math.max(240, root?.clientHeight ?? 560));
    const marked = way === "svg" ? nodes.map((_, i) => i) : [];
    const chosen = new Set([here, state.value.node].filter(Boolean));
    const at = of.index;
    const ties = chosen.size ? edges.filter((e) => chosen.has(e.source) || chosen.has(e.target)).slice(0, NEAREST) : [];
    const seen = [];
    for (let i = 0; i < nodes.length && seen.length <= NAMED; i++) if ((of.x[i] ?? 0) >= box[0] && (of.x[i] ?? 0) <= box[0] + box[2] && (of.y[i] ?? 0) >= box[1] && (of.y[i] ?? 0) <= box[1] + box[3]) seen.push(i);
    const size = pixel * 12;
    const first = [...chosen].map((key) => at.get(key)).filter((i) => i !== undefined);
    const names = withRoom((seen.length <= NAMED ? [...new Set([...first, ...seen])] : first).map((i) => ({ code: String(i), x: of.x[i] ?? 0, y: (of.y[i] ?? 0) - pixel * 6, text: nodes[i]?.name ?? "", first: chosen.has(nodes[i]?.key ?? "") ? Infinity : widthOf("0", 1) })), size);
    return html`<div class="dots" ref=${(/** @type {HTMLElement | null} */ e) => { this.root = e; }} data-way=${way} tabindex="0" role="application" aria-roledescription=${say("网络图", "network")} aria-label=${say("逐个的窗口、站点与载体：加减号缩放，0 看全部，方向键移动，N 指向正中的一个，回车打开；数量见旁边的表", "Every site: plus and minus zoom, 0 shows all, arrows move, N points at the middle one, Enter opens; the numbers stand in the table beside it")}
      onKeyDown=${(/** @type {KeyboardEvent} */ e) => this.key(e)} onPointerMove=${(/** @type {PointerEvent} */ e) => this.point(e)}
      onPointerDown=${(/** @type {PointerEvent} */ e) => { this.grip = this.at(e); this.dragged = false; }} onPointerUp=${() => { this.grip = undefined; }} onClick=${() => { if (!this.dragged) this.open(); }}>
      <svg class="province network" viewBox=${box.join(" ")} aria-hidden="true">
        ${Object.entries(catalogue.outlines.prefecture).map(([code, d]) => html`<path key=${code} class="land" d=${d} vector-effect="non-scaling-stroke"></path>`)}
        ${ties.map((e) => { const [a, b] = [at.get(e.source), at.get(e.target)]; return a === undefined || b === undefined ? null : html`<path class="tie here" d=${`M${of.x[a]} ${of.y[a]}L${of.x[b]} ${of.y[b]}`} stroke-width="1.2" vector-effect="non-scaling-stroke" />`; })}
        ${marked.map((i) => html`<circle key=${nodes[i]?.key} class="dot" cx=${of.x[i]} cy=${of.y[i]} r=${pixel * 3} fill=${of.names[i]} />`)}
        ${[...chosen].map((key) => { const i = at.get(key); return i === undefined ? null : html`<circle class="dot here" cx=${of.x[i]} cy=${of.y[i]} r=${pixel * 5} fill=${of.names[i]} />`; })}
        ${[...names].map(([i, p]) => html`<text key=${`t${i}`} class="spot-name" font-size=${size} x=${p.x} y=${p.y}>${nodes[Number(i)]?.name}</text>`)}
      </svg>${way === "canvas" ? html`<canvas aria-hidden="true"></canvas>` : null}
      <div class="zoom"><button type="button" aria-label=${say("放大", "Zoom in")} onClick=${(/** @type {Event} */ e) => { e.stopPropagation(); this.zoom(STEP); }}>+</button><button type="button" aria-label=${say("缩小", "Zoom out")} onClick=${(/** @type {Event} */ e) => { e.stopPropagation(); this.zoom(1 / STEP); }}>−</button></div>
      <span class="sr" role="status">${say(`图上 ${number(nodes.length)} 个`, `${number(nodes.length)} on the drawing`)}</span></div>`;
  }
}
