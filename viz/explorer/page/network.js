// The network by place: how many sites stand where, and what hangs on what; a place opens to its sites.
import { catalogue } from "./catalogue.js";
import { ask, askAgain, dayQuery } from "./data.js";
import { frame, neighbour, unitOf } from "./geography.js";
import { go, state } from "./state.js";
import { Empty, Failure, html, Loading, Step, Switch } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, placeInFull, placeName, say, term } from "./words.js";

/** @typedef {{ code: string, sites: NetworkNode[], x: number, y: number }} Spot */
/** @typedef {{ from: string, to: string, counts: Map<string, number>, all: number }} Line */

/** @param {NetworkNode[]} nodes @param {NetworkEdge[]} edges @param {"prefecture" | "county"} level */
export function byPlace(nodes, edges, level) {
  /** @type {Map<string, Spot>} */
  const spots = new Map();
  /** @type {Map<string, string>} */
  const placed = new Map();
  for (const n of nodes) {
    const code = n.kind === "hub" ? "510000" : level === "county" ? n.region : (n.prefecture ?? n.region);
    const place = catalogue.places.get(code);
    if (!place) continue;
    placed.set(n.key, code);
    const spot = spots.get(code) ?? { code, sites: [], x: place.x, y: place.y };
    if (code === "510000" && n.lon !== null) [spot.x, spot.y] = [catalogue.places.get("510100")?.x ?? place.x, catalogue.places.get("510100")?.y ?? place.y];
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
  return { spots: [...spots.values()], lines: [...lines.values()] };
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
  }

  render() {
    const of = state.value;
    const url = `/v1/network?${new URLSearchParams([["view", "graph"], ...dayQuery()])}`;
    const got = /** @type {Asked<{ data: { nodes: NetworkNode[], edges: NetworkEdge[] } }>} */ (ask(url));
    if (!got.data) return got.status === "failed" ? html`<${Failure} problem=${got.problem} again=${() => askAgain(url)} />` : html`<${Loading} what=${say("正在读取网络…", "Loading the network…")} />`;
    const { nodes, edges } = got.data.data;
    const { spots, lines } = byPlace(nodes, edges, of.places);
    if (!spots.length) return html`<${Empty} title=${say("图中还没有窗口、站点或载体", "No window, station or carrier yet")} />`;
    const inside = spots.filter((s) => !of.region || s.code === of.region || s.code.slice(0, 4) === of.region.slice(0, 4) || catalogue.places.get(s.code)?.zone === of.region || s.code === "510000");
    const codes = new Set(inside.map((s) => s.code));
    const here = inside.find((s) => s.code === this.state.here);
    const near = lines.filter((l) => codes.has(l.from) && codes.has(l.to));
    return html`<div class="bar-of-tools"><${Switch} label=${say("按", "By")} value=${of.places} options=${[["prefecture", say("市州", "Prefectures")], ["county", say("区县", "Counties")]]} onChange=${(/** @type {"county"} */ v) => go({ places: v })} />
      <p class="muted">${say(`${number(nodes.length)} 个窗口、站点与载体，${number(edges.length)} 条连线，按地点合成 ${number(inside.length)} 个圆；圆越大，数量越多。`, `${number(nodes.length)} sites and ${number(edges.length)} lines, drawn as ${number(inside.length)} places; the larger, the more.`)}</p></div>
      <div class="map-and-list"><figure class="map"><${Drawing} spots=${inside} lines=${near} here=${this.state.here} onHere=${(/** @type {string} */ code) => this.setState({ here: code })} />
        <p class="map-card" aria-live="polite">${here ? html`<b>${here.code === "510000" ? say("省级枢纽", "Provincial hub") : placeInFull(here.code)}</b> ${number(here.sites.length)} ${say("个", "sites")} · ${linesOf(here.code, near)}` : say("指向或用方向键选一个地方，回车打开。", "Point at a place or use the arrows, Enter opens it.")}</p></figure>
        <div class="ranking" tabindex="0" role="region" aria-label=${say("各地数量", "Sites by place")}><table class="rows"><thead><tr><th scope="col">${say("地点", "Place")}</th><th scope="col" class="num">${say("窗口", "Windows")}</th><th scope="col" class="num">${say("载体", "Carriers")}</th></tr></thead><tbody>${[...inside].sort((a, b) => b.sites.length - a.sites.length).map((s) => html`<tr key=${s.code} class=${s.code === this.state.here ? "here" : ""} onPointerEnter=${() => this.setState({ here: s.code })}><th scope="row"><${Step} to=${target(s)}>${s.code === "510000" ? say("省级枢纽", "Provincial hub") : placeName(s.code)}</${Step}></th><td class="num">${number(s.sites.filter((n) => n.label === "Window").length)}</td><td class="num">${number(s.sites.filter((n) => n.label === "Carrier").length)}</td></tr>`)}</tbody></table></div></div>`;
  }
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

/** @param {{ spots: Spot[], lines: Line[], here: string, onHere: (code: string) => void }} o */
function Drawing({ spots, lines, here, onHere }) {
  const box = frame(state.value.region);
  const unit = unitOf(box);
  const at = new Map(spots.map((s) => [s.code, s]));
  const codes = spots.map((s) => s.code);
  const key = (/** @type {KeyboardEvent} */ e) => {
    if (e.key.startsWith("Arrow")) {
      e.preventDefault();
      onHere(here ? neighbour(here, e.key, codes) : (codes[0] ?? ""));
    } else if (e.key === "Enter" && here) {
      const spot = at.get(here);
      if (spot) go(target(spot));
    }
  };
  return html`<svg class="province network" viewBox=${box.join(" ")} tabindex="0" role="application" aria-roledescription=${say("网络图", "network")} aria-label=${say("网络图：方向键移动，回车打开；数量见旁边的表", "Network: arrows move, Enter opens; the numbers stand in the table beside it")} onKeyDown=${key}>
    ${Object.entries(catalogue.outlines.prefecture).map(([code, d]) => html`<path key=${code} class="land" d=${d} vector-effect="non-scaling-stroke"></path>`)}
    ${lines.map((l) => {
      const [a, b] = [at.get(l.from), at.get(l.to)];
      const touched = l.from === here || l.to === here;
      return a && b ? html`<path key=${`${l.from}>${l.to}`} class=${`tie${touched ? " here" : here ? " dim" : ""}`} d=${`M${a.x} ${a.y}Q${(a.x + b.x) / 2 + (b.y - a.y) / 8} ${(a.y + b.y) / 2 - (b.x - a.x) / 8} ${b.x} ${b.y}`} stroke-width=${Math.min(6, 0.8 + Math.sqrt(l.all) / 2)} vector-effect="non-scaling-stroke"><title>${placeName(l.from)} → ${placeName(l.to)}: ${[...l.counts].map(([k, n]) => `${edgeName(k)} ${n}`).join(", ")}</title></path>` : null;
    })}
    ${spots.map((s) => {
      const stations = s.sites.filter((n) => n.label === "Window").length;
      const radius = unit * (3 + 1.7 * Math.sqrt(s.sites.length));
      return html`<g key=${s.code} class=${`spot${s.code === here ? " here" : ""}${s.code === "510000" ? " hub" : ""}`} transform=${`translate(${s.x} ${s.y})`} onPointerEnter=${() => onHere(s.code)} onClick=${() => go(target(s))}>
        <circle r=${radius} vector-effect="non-scaling-stroke" />${stations ? html`<circle class="windows" r=${radius * Math.sqrt(stations / s.sites.length)} vector-effect="non-scaling-stroke" />` : null}
        ${state.value.places === "prefecture" || s.code === here ? html`<text font-size=${unit * 14} y=${radius + unit * 14}>${s.code === "510000" ? say("枢纽", "hub") : placeName(s.code)}</text>` : null}</g>`;
    })}
  </svg>`;
}
