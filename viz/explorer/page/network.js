// The network by place: how many sites stand where, and what hangs on what; a place opens to its sites.
import { Around } from "./around.js";
import { catalogue } from "./catalogue.js";

import { Dots } from "./dots.js";
import { bend, frame, neighbour, Sign, unitOf, widthOf, withRoom } from "./geography.js";
import { NetworkFiles } from "./graphml.js";
import { routeOf } from "./paths.js";
import { Pictures } from "./picture.js";
import { kindName, networkAsked, nodeName } from "./sites.js";
import { go, listed, state, steps, turned } from "./state.js";
import { Empty, html, Pending, Step, Switch } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { day, number, placeInFull, placeName, say, term } from "./words.js";

/** @typedef {{ code: string, sites: NetworkNode[], x: number, y: number }} Spot */
/** @typedef {{ from: string, to: string, counts: Map<string, number>, all: number }} Line */

const HUB = "510000";
/** How far the hub stands from the seat of Chengdu, so that both are seen; in units of the drawing. */
const ASIDE = 36;

/** @param {NetworkNode[]} nodes @param {NetworkEdge[]} edges @param {"prefecture" | "county"} level */
export function byPlace(nodes, edges, level) {
  /** @type {Map<string, Spot>} */
  const spots = new Map();
  /** @type {Map<string, string>} */
  const placed = new Map();
  for (const n of nodes) {
    const code = n.kind === "hub" ? HUB : level === "county" ? n.region : (n.prefecture ?? n.region);
    const place = catalogue.places.get(code);
    if (!place) continue;
    placed.set(n.key, code);
    const seat = catalogue.places.get("510100") ?? place;
    const spot = spots.get(code) ?? { code, sites: [], ...(code === HUB ? { x: seat.x - ASIDE, y: seat.y - ASIDE } : { x: place.x, y: place.y }) };
    spot.sites.push(n);
    spots.set(code, spot);
  }
  /** @type {Map<string, Line>} */
  const lines = new Map();
  for (const e of edges) {
    const [from, to] = [placed.get(e.source), placed.get(e.target)];
    if (!from || !to || from === to) continue;
    const line = lines.get(`${from}>${to}`) ?? { from, to, counts: new Map(), all: 0 };
    const kind = e.dimension ?? e.type;
    line.counts.set(kind, (line.counts.get(kind) ?? 0) + 1);
    line.all += 1;
    lines.set(`${from}>${to}`, line);
  }
  return { spots: [...spots.values()], lines: [...lines.values()], placed };
}

/** @param {string} kind */
function edgeName(kind) {
  return kind === "REPORTS_TO" ? say("上下级", "reports to") : kind === "IMPLIED" ? say("上下级（推定）", "reports to (implied)") : term("cooperation_dimensions", kind);
}

/** @extends {Component<{ cells: Cells }, { here: string }>} */
export class Network extends Component {
  /** @param {{ cells: Cells }} props */
  constructor(props) {
    super(props);
    this.state = { here: "" };
    /** @type {({ nodes: NetworkNode[], key: string, drawn: NetworkNode[] } & ReturnType<typeof byPlace>) | undefined} */ this.memo = undefined;
    /** @type {{ drawn: NetworkNode[], key: string, found: NetworkNode[] } | undefined} */ this.kept = undefined;
  }

  /** Places and lines, summed once for what is drawn. @param {NetworkNode[]} nodes @param {NetworkEdge[]} edges @param {Set<string>} off @param {"prefecture" | "county"} level */
  summed(nodes, edges, off, level) {
    const key = [...off, level].join();
    if (this.memo?.nodes !== nodes || this.memo.key !== key) {
      const drawn = off.size ? nodes.filter((n) => !off.has(n.kind)) : nodes;
      this.memo = { nodes, key, drawn, ...byPlace(drawn, edges.filter((e) => !off.has(e.dimension ?? e.type)), level) };
    }
    return this.memo;
  }

  /** Sites of the places that are shown; the same list as long as these are the same. @param {NetworkNode[]} drawn @param {Set<string>} codes @param {"prefecture" | "county"} level */
  within(drawn, codes, level) {
    const key = [...codes].join();
    if (this.kept?.drawn !== drawn || this.kept.key !== key) this.kept = { drawn, key, found: drawn.filter((n) => codes.has(n.kind === "hub" ? HUB : level === "county" ? n.region : (n.prefecture ?? n.region))) };
    return this.kept.found;
  }

  render() {
    const of = state.value;
    if (of.ego) return html`<${Around} id=${of.ego} key=${of.ego} />`;
    const got = networkAsked();
    if (!got.data) return html`<${Pending} of=${got} what=${say("正在读取网络…", "Loading the network…")} />`;
    const { nodes, edges } = got.data.data;
    if (!nodes.length) return html`<${Empty} title=${say("图中还没有窗口、站点或载体", "No window, station or carrier yet")} />`;
    const off = new Set(listed(of.off)), out = new Set(listed(of.out));
    const level = of.places === "prefecture" ? of.places : "county";
    const { spots, lines, placed, drawn } = this.summed(nodes, edges, off, level);
    const inside = spots.filter((s) => !out.has(s.code) && (!of.region || s.code === of.region || s.code.slice(0, 4) === of.region.slice(0, 4) || catalogue.places.get(s.code)?.zone === of.region || s.code === HUB));
    const codes = new Set(inside.map((s) => s.code));
    const single = of.places === "site";
    const shown = single ? this.within(drawn, codes, level) : drawn;
    const one = single ? shown.find((n) => n.key === this.state.here) : undefined;
    const here = inside.find((s) => s.code === this.state.here);
    const near = lines.filter((l) => codes.has(l.from) && codes.has(l.to));
    const pinned = new Set(listed(of.pin).map((id) => (catalogue.places.has(id) ? id : (placed.get(id) ?? ""))));
    const onHere = (/** @type {string} */ code) => this.setState({ here: code });
    const about = say(`${number(nodes.length)} 个窗口、站点与载体，${number(edges.length)} 条连线，${single ? `图上 ${number(shown.length)} 个。` : `按地点合成 ${number(inside.length)} 个圆；圆越大，数量越多，实心部分是窗口与站点。`}`, `${number(nodes.length)} sites and ${number(edges.length)} lines, ${single ? `${number(shown.length)} drawn.` : `drawn as ${number(inside.length)} places; the larger, the more; the filled part is windows and stations.`}`);
    return html`<div class="bar-of-tools"><${Switch} label=${say("按", "By")} value=${of.places} options=${[["prefecture", say("市州", "Prefectures")], ["county", say("区县", "Counties")], ["site", say("逐个", "One by one")]]} onChange=${(/** @type {"county"} */ v) => go({ places: v })} />
      <p class="muted">${about}${single ? say("指向一个看它的连线。", " Point at one to see its lines.") : null}</p></div>
      <${Pins} nodes=${nodes} />
      <div class="map-and-list"><figure class="map">${single ? html`<${Dots} nodes=${shown} edges=${edges} here=${this.state.here} onHere=${onHere} key=${of.region} />` : html`<${Drawing} spots=${inside} lines=${near} pinned=${pinned} route=${routeOf(level)} here=${this.state.here} onHere=${onHere} />`}
        <figcaption><${Kinds} nodes=${nodes} edges=${edges} off=${off} /><p class="pictures"><${Pictures} what=${say("网络", "network")} legend=${single} lines=${(/** @type {Meta} */ meta) => [[say("网络", "Network"), placeName(of.region), day(String(meta.parameters["as_of"]))].join(" · "), about]} /><${NetworkFiles} /></p></figcaption>
        <p class="map-card" aria-live="polite">${one ? html`<b>${one.name}</b> ${kindName(one)} · ${placeInFull(one.region)}` : here ? html`<b>${here.code === HUB ? say("省级枢纽", "Provincial hub") : placeInFull(here.code)}</b> ${number(here.sites.length)} ${say("个", "sites")} · ${linesOf(here.code, near)}` : single ? say("滚轮或加减号缩放，拖动或方向键移动，指向一个看它的连线，点开或回车看明细；没有坐标的排在所在地周围。", "Wheel or plus and minus zoom, dragging or arrows move; point at one to see its lines, click or Enter opens it. Those without coordinates stand round their place.") : say("指向或用方向键选一个地方；回车打开，P 钉住，H 隐藏，Z 撤销。", "Point at a place or use the arrows; Enter opens it, P pins, H hides, Z undoes.")}</p></figure>
        <div class="ranking" tabindex="0" role="region" aria-label=${say("各地数量", "Sites by place")}><table class="rows"><thead><tr><th scope="col">${say("地点", "Place")}</th><th scope="col" class="num">${say("窗口", "Windows")}</th><th scope="col" class="num">${say("载体", "Carriers")}</th></tr></thead><tbody>${[...inside].sort((a, b) => b.sites.length - a.sites.length).map((s) => html`<tr key=${s.code} class=${s.code === this.state.here ? "here" : ""} onPointerEnter=${() => onHere(s.code)}><th scope="row"><${Step} to=${target(s)}>${s.code === HUB ? say("省级枢纽", "Provincial hub") : of.region ? placeName(s.code) : placeInFull(s.code)}</${Step}></th><td class="num">${number(s.sites.filter((n) => n.label === "Window").length)}</td><td class="num">${number(s.sites.filter((n) => n.label === "Carrier").length)}</td></tr>`)}</tbody></table></div></div>`;
  }
}

/** What is pinned and hidden, and the way back. @param {{ nodes: NetworkNode[] }} o */
function Pins({ nodes }) {
  const { pin, out, off } = state.value;
  const pins = listed(pin), hidden = listed(out);
  const [from, to] = pins;
  const chip = (/** @type {"pin" | "out"} */ key, /** @type {string} */ id) => html`<button type="button" class="chip" aria-label=${say(`${nodeName(id, nodes)}：${key === "pin" ? "取消钉住" : "放回"}`, `${nodeName(id, nodes)}: ${key === "pin" ? "unpin" : "put back"}`)} onClick=${() => go({ [key]: turned(state.value[key], id) })}>${nodeName(id, nodes)} <span aria-hidden="true">×</span></button>`;
  if (!pins.length && !hidden.length && !off) return null;
  return html`<div class="pins" role="status">
    ${pins.length ? html`<span class="muted">${say("已钉住", "Pinned")}</span>${pins.map((id) => chip("pin", id))}` : null}
    ${pins.length === 1 ? html`<span class="muted">${say("再钉住一处，可找两处之间的协作路径", "Pin another to find the paths between the two")}</span>` : null}
    ${pins.length === 2 && !window.shuniuOffline ? html`<${Step} to=${{ ask: `path:${from}:${to}`, route: "", node: "", cell: "" }} class="button quiet">${say("两处之间的协作路径", "Paths between the two")}</${Step}>` : null}
    ${hidden.length ? html`<span class="muted">${say("已隐藏", "Hidden")}</span>${hidden.map((id) => chip("out", id))}` : null}
    ${hidden.length || off ? html`<button type="button" class="link" onClick=${() => go({ out: "", off: "" })}>${say("全部放回", "Put all back")}</button>` : null}
    ${steps() ? html`<button type="button" class="link" onClick=${() => history.back()}>${say("撤销", "Undo")}</button>` : null}</div>`;
}

/** @typedef {Map<string, { list: string, n: number }>} Counts */
/** @type {WeakMap<NetworkNode[], Counts>} */
const counted = new WeakMap();

/** @param {NetworkNode[]} nodes @param {NetworkEdge[]} edges */
function countOf(nodes, edges) {
  const kinds = /** @type {Counts} */ (new Map());
  const count = (/** @type {string} */ id, /** @type {string} */ list) => kinds.set(id, { list, n: (kinds.get(id)?.n ?? 0) + 1 });
  for (const n of nodes) count(n.kind, n.label === "Window" ? "window_kinds" : "carrier_kinds");
  for (const e of edges) count(e.dimension ?? e.type, "");
  return kinds;
}

/** The legend: each kind with its number, drawn or not. @param {{ nodes: NetworkNode[], edges: NetworkEdge[], off: Set<string> }} o */
function Kinds({ nodes, edges, off }) {
  const kinds = counted.get(nodes) ?? countOf(nodes, edges);
  counted.set(nodes, kinds);
  return html`<div class="kinds" role="group" aria-label=${say("图例：点选显示或不显示", "Legend: choose what is drawn")}>${[...kinds].map(([id, { list, n }]) => html`<button type="button" key=${id} class="kind" aria-pressed=${String(!off.has(id))} onClick=${() => go({ off: turned(state.value.off, id) })}>
    <svg viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true">${list ? html`<${Sign} x=${0} y=${0} size=${1} list=${list} kind=${id} />` : html`<path class="tie" d="M-1 .5Q0 -1 1 .5" stroke-width=".3" />`}</svg>${list ? term(list, id) : edgeName(id)} <b>${number(n)}</b></button>`)}</div>`;
}

/** @param {Spot} spot @returns {Partial<State>} */
function target(spot) {
  const one = spot.sites.length === 1 ? spot.sites[0] : undefined;
  return { node: one ? one.key : spot.code, cell: "", ask: "" };
}

/** @param {string} code @param {Line[]} lines */
function linesOf(code, lines) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const l of lines) if (l.from === code || l.to === code) for (const [kind, n] of l.counts) sums.set(kind, (sums.get(kind) ?? 0) + n);
  return [...sums].map(([kind, n]) => `${edgeName(kind)} ${n}`).join(say("，", ", "));
}

/** @param {{ spots: Spot[], lines: Line[], pinned: Set<string>, route: string[], here: string, onHere: (code: string) => void }} o */
function Drawing({ spots, lines, pinned, route, here, onHere }) {
  const of = state.value;
  const box = frame(of.region);
  const unit = unitOf(box);
  const at = new Map(spots.map((s) => [s.code, s]));
  const codes = spots.map((s) => s.code);
  const lit = new Set([...pinned, ...route, here].filter((code) => at.has(code)));
  const radius = (/** @type {Spot} */ s) => unit * (3 + 1.7 * Math.sqrt(s.sites.length));
  const size = unit * 14;
  const named = withRoom(spots.map((s) => {
    const r = radius(s), text = s.code === HUB ? say("枢纽", "hub") : placeName(s.code), side = r + widthOf(text, size) / 2 + unit * 3;
    return { code: s.code, x: s.x, y: s.y + r + size, text, first: lit.has(s.code) ? Infinity : s.sites.length, beside: /** @type {[number, number][]} */ ([[0, -2 * r - size * 1.3], [side, -r - size * 0.65], [-side, -r - size * 0.65]]) };
  }), size, { discs: spots.map((s) => ({ code: s.code, x: s.x, y: s.y, r: radius(s) })) });
  const key = (/** @type {KeyboardEvent} */ e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const spot = at.get(here);
    if (e.key.startsWith("Arrow")) {
      e.preventDefault();
      onHere(here ? neighbour(here, e.key, codes) : (codes[0] ?? ""));
    } else if (e.key === "Enter" && spot) go(target(spot));
    else if (e.key.toLowerCase() === "p" && spot) go({ pin: turned(of.pin, here) });
    else if (e.key.toLowerCase() === "h" && spot) go({ out: turned(of.out, here) });
    else if (e.key.toLowerCase() === "z" && steps()) history.back();
  };
  const tie = (/** @type {Line} */ l) => (l.from === here || l.to === here || pinned.has(l.from) || pinned.has(l.to) ? " here" : here || pinned.size || route.length ? " dim" : "");
  return html`<svg class="province network" viewBox=${box.join(" ")} tabindex="0" role="application" aria-roledescription=${say("网络图", "network")} aria-label=${say("网络图：方向键移动，回车打开，P 钉住，H 隐藏，Z 撤销；数量见旁边的表", "Network: arrows move, Enter opens, P pins, H hides, Z undoes; the numbers stand in the table beside it")} onKeyDown=${key}>
    ${Object.entries(catalogue.outlines.prefecture).map(([code, d]) => html`<path key=${code} class="land" d=${d} vector-effect="non-scaling-stroke"></path>`)}
    ${of.places === "county" ? Object.entries(catalogue.outlines.county).filter(([code]) => of.region && code.slice(0, 4) === of.region.slice(0, 4)).map(([code, d]) => html`<path key=${`c${code}`} class="parish" d=${d} vector-effect="non-scaling-stroke"></path>`) : null}
    ${lines.map((l) => {
      const [a, b] = [at.get(l.from), at.get(l.to)];
      return a && b ? html`<path key=${`${l.from}>${l.to}`} class=${`tie${tie(l)}`} d=${bend(a, b)} stroke-width=${Math.min(6, 0.8 + Math.sqrt(l.all) / 2)} vector-effect="non-scaling-stroke"><title>${placeName(l.from)} → ${placeName(l.to)}: ${[...l.counts].map(([k, n]) => `${edgeName(k)} ${n}`).join(", ")}</title></path>` : null;
    })}
    ${route.slice(1).map((code, i) => {
      const [a, b] = [spotOf(route[i] ?? "", at), spotOf(code, at)];
      return a && b ? html`<path key=${`r${i}`} class="route" d=${bend(a, b)} vector-effect="non-scaling-stroke" />` : null;
    })}
    ${spots.map((s) => {
      const stations = s.sites.filter((n) => n.label === "Window").length;
      const r = radius(s);
      return html`<g key=${s.code} class=${`spot${s.code === here ? " here" : ""}${s.code === HUB ? " hub" : ""}${pinned.has(s.code) ? " pinned" : ""}`} transform=${`translate(${s.x} ${s.y})`} onPointerEnter=${() => onHere(s.code)} onClick=${(/** @type {MouseEvent} */ e) => go(e.shiftKey ? { pin: turned(of.pin, s.code) } : target(s))}>
        <circle r=${r} vector-effect="non-scaling-stroke" />${stations ? html`<circle class="windows" r=${r * Math.sqrt(stations / s.sites.length)} vector-effect="non-scaling-stroke" />` : null}</g>`;
    })}
    ${[...named].map(([code, { x, y }]) => html`<text key=${`t${code}`} class="spot-name" font-size=${size} x=${x} y=${y}>${code === HUB ? say("枢纽", "hub") : placeName(code)}</text>`)}
    ${route.map((code, i) => {
      const spot = spotOf(code, at);
      return spot ? html`<g key=${`s${i}`} class="step" transform=${`translate(${spot.x} ${spot.y})`}><circle r=${unit * 9} vector-effect="non-scaling-stroke" /><text font-size=${unit * 12} y=${unit * 4.3}>${i + 1}</text></g>` : null;
    })}
  </svg>`;
}

/** Where a place of the path is drawn: at its spot, or at its seat. @param {string} code @param {Map<string, Spot>} at @returns {{ x: number, y: number } | undefined} */
function spotOf(code, at) {
  return at.get(code) ?? catalogue.places.get(code);
}
