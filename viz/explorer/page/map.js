// Prefectures and counties by any measure, with the network's sites over them; the same filter as everywhere.
import { own, OwnBoundaries, OwnTable } from "./boundaries.js";
import { catalogue } from "./catalogue.js";
import { CatchmentHead, catchmentAsked, CatchmentLegend, CatchmentTable, reached, reachName, reachShade } from "./catchment.js";
import { titleOf } from "./caption.js";
import { cut } from "./cells.js";
import { FlowLines, flowsAsked, flowsTold, FlowTable } from "./flows.js";
import { frame, neighbour, Patterns, project, Sign, unitOf, withRoom } from "./geography.js";
import { changeText, Compare, LayerLegend, layerOf, reachOf, stepClass } from "./layer.js";
import { PlanLegend, PlanSites } from "./plansites.js";
import { Pictures } from "./picture.js";
import { kindName, networkAsked } from "./sites.js";
import { go, state } from "./state.js";
import { Choice, html, Loading, stateClass, StateLegend, StateMark, Step, Switch } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { brief, MEASURES, number, percent, placeInFull, placeName, rounded, say, shown, term } from "./words.js";

const CLASSES = 5;
/** How far a window reaches by road, as in the report of the network; roads are longer than the line by the factor. */
const REACH_KM = 30, DETOUR = 1.3, KM_IN_DEGREE = 111.2;

/** What is drawn of one area. @typedef {{ code: string, of: Figures, value: number, text: string, shade: string }} Area */

/** @extends {Component<{ cells: Cells }, { here: string }>} */
export class MapView extends Component {
  /** @param {{ cells: Cells }} props */
  constructor(props) {
    super(props);
    this.state = { here: "" };
  }

  render() {
    const of = state.value;
    const asked = catchmentAsked();
    const level = asked || of.places === "site" ? "county" : of.places;
    const found = reached(asked);
    const filter = { region: of.region, industry: of.industry, type: of.type };
    const grid = cut(this.props.cells, level, null, filter);
    const layer = layerOf(of);
    const before = layer.base && cut(layer.base, level, null, filter);
    const past = new Map(before?.rows.map((g, a) => [g.code, before.rowTotals[a]]));
    const areas = grid.rows.map((g, a) => ({ code: g.code, of: /** @type {Figures} */ (grid.rowTotals[a]) })).filter((a) => catalogue.outlines[level][a.code]).map((a) => ({ ...a, value: layer.value(a.of, past.get(a.code) ?? null) }));
    const steps = classes(areas.map((a) => rounded(a.value)));
    const reach = reachOf(areas.map((a) => a.value));
    const shaded = asked ? areas.map((a) => ({ ...a, text: found.has(a.code) ? percent(found.get(a.code)?.weight, 0) : "", shade: reachShade(found.get(a.code)?.weight) })) : areas.map((a) => ({ ...a, text: layer.change ? changeText(layer, a.value) : shown(of.measure, a.of), shade: layer.change ? stepClass(a.value, reach, layer) : shadeOf(a.of, of.measure, steps) }));
    const here = shaded.find((a) => a.code === this.state.here);
    const flows = flowsAsked();
    const sites = of.sites && !flows ? sitesBy(level) : null;
    return html`<div class="bar-of-tools">
        <${Switch} label=${say("区划", "Areas")} value=${level} options=${[["prefecture", say("市州", "Prefectures")], ["county", say("区县", "Counties")]]} onChange=${(/** @type {"county"} */ v) => go({ places: v })} />
        <${Switch} label=${say("指标", "Measure")} value=${of.measure} options=${Object.entries(MEASURES).map(([id, name]) => [id, say(...name)])} onChange=${(/** @type {Measure} */ v) => go({ measure: v })} />
        <${Compare} cells=${this.props.cells} layer=${layer} />
        <${Choice} label=${say("叠加", "Over it")} value=${of.sites} options=${[["", say("无", "nothing")], ["windows", say("枢纽与窗口", "hub and windows")], ["all", say("窗口、站点、载体", "windows, stations, carriers")], ["reach", say(`窗口 ${REACH_KM} 公里以内`, `within ${REACH_KM} km of a window`)], ["presence", say("没有服务存在的地方", "places without presence")], ...(window.shuniuOffline ? [] : [["flows", say("调剂流向", "flows of allocation")], ["partners", say("市州间的合作", "partnerships of prefectures")]])]} onChange=${(/** @type {string} */ v) => go({ sites: v, ...(v === "partners" ? { places: "prefecture" } : {}) })} />
        <${OwnBoundaries} />
      </div>
      ${asked ? html`<${CatchmentHead} asked=${asked} />` : null}
      <div class="map-and-list">
        <figure class="map">
          ${sites && !sites.ready ? html`<${Loading} what=${say("正在读取窗口、站点、载体…", "Loading windows, stations, carriers…")} />` : null}
          <${Drawing} areas=${shaded} level=${level} here=${this.state.here} sites=${sites} flows=${flows} onHere=${(/** @type {string} */ code) => this.setState({ here: code })} />
          <figcaption>${asked ? html`<${CatchmentLegend} />` : layer.change ? html`<${LayerLegend} layer=${layer} reach=${reach} />` : of.measure === "ratio" || of.measure === "local" ? html`<${StateLegend} />` : html`<${Steps} steps=${steps} title=${layer.title} />`}<${PlanLegend} />${sites?.ready ? html`<${SiteLegend} />` : null}<p class="muted small">${say(...catalogue.reviewNote)}</p><${Pictures} what=${asked ? reachName() : layer.name} lines=${(/** @type {Meta} */ meta) => [titleOf(asked ? reachName() : layer.title, meta), ...(flows ? [flowsTold(flows)] : [])]} /></figcaption>
          <p class="map-card" aria-live="polite">${here ? html`<b>${placeInFull(here.code)}</b> <${StateMark} state=${here.of.state} ratio=${here.of.ratio} /> ${say("覆盖率", "coverage")} ${percent(here.of.ratio)} · ${say("需求", "demand")} ${number(here.of.demand)} · ${say("未满足", "unmet")} ${number(here.of.unmet)}${sites?.ready ? ` · ${say("在网", "sites")} ${number(sites.counts.get(here.code)?.all ?? 0)}` : ""}` : say("指向或用方向键选一个地方；回车看解释。", "Point at a place or use the arrows; Enter explains it.")}</p>
        </figure>
        ${asked ? html`<${CatchmentTable} found=${found} here=${this.state.here} onHere=${(/** @type {string} */ code) => this.setState({ here: code })} />` : flows ? html`<${FlowTable} of=${flows} here=${this.state.here} onHere=${(/** @type {string} */ code) => this.setState({ here: code })} />` : own.value.outlines.length ? html`<${OwnTable} counties=${cut(this.props.cells, "county", null, filter)} />` : html`<${Ranking} areas=${shaded} name=${layer.name} change=${layer.change} here=${this.state.here} onHere=${(/** @type {string} */ code) => this.setState({ here: code })} />`}
      </div>`;
  }
}

/** @param {{ areas: Area[], level: "prefecture" | "county", here: string, sites: ReturnType<typeof sitesBy>, flows: import("./flows.js").Flows | null, onHere: (code: string) => void }} o */
function Drawing({ areas, level, here, sites, flows, onHere }) {
  const of = state.value;
  const box = frame(of.region);
  const narrow = innerWidth < 600;
  const unit = unitOf(box);
  const size = unit * 15;
  const codes = areas.map((a) => a.code);
  const selected = of.cell.split(":")[0] ?? "";
  const key = (/** @type {KeyboardEvent} */ e) => {
    const first = codes.includes(here) ? here : (codes[0] ?? "");
    if (e.key.startsWith("Arrow")) {
      e.preventDefault();
      onHere(here ? neighbour(first, e.key, codes) : first);
    } else if ((e.key === "Enter" || e.key === " ") && here) {
      e.preventDefault();
      explain(here);
    }
  };
  const names = (level === "prefecture" || of.region ? areas : []).flatMap((a) => {
    const place = catalogue.places.get(a.code);
    return place ? [{ code: a.code, x: place.inner[0], y: place.inner[1], text: placeName(a.code), first: a.code === here || a.code === selected ? Infinity : a.of.demand || 0, beside: /** @type {[number, number][]} */ ([[0, -size * 0.7], [0, size * 0.7], [-size, 0], [size, 0], [0, -size * 1.6], [0, size * 1.6]]) }] : [];
  });
  const signs = sites?.ready && (of.sites === "windows" || of.sites === "all") ? sites.nodes.filter((n) => n.label === "Window" && n.kind !== "station") : [];
  const room = withRoom(names, size, { lines: narrow ? 1 : 2, discs: apart(together(signs), unit).map(({ group, x, y }) => ({ code: group[0]?.key ?? "", x, y, r: unit * 7 })) });
  return html`<svg class="province" viewBox=${box.join(" ")} tabindex="0" role="application" aria-roledescription=${say("地图", "map")} aria-label=${say("地图：方向键移动，回车看解释；数值见旁边的表", "Map: arrows move, Enter explains; the values stand in the table beside it")} onKeyDown=${key}>
    <${Patterns} unit=${unit} />
    ${areas.map((a) => html`<path key=${a.code} class=${`area ${a.shade}${a.code === here ? " here" : ""}${a.code === selected ? " open" : ""}${of.state && a.of.state !== of.state ? " dim" : ""}`} d=${catalogue.outlines[level][a.code]} vector-effect="non-scaling-stroke" onPointerEnter=${() => onHere(a.code)} onClick=${() => explain(a.code)}></path>`)}
    ${level === "county" ? Object.entries(catalogue.outlines.prefecture).filter(([code]) => !of.region || code.slice(0, 4) === of.region.slice(0, 4) || catalogue.places.get(code)?.zone === of.region).map(([code, d]) => html`<path key=${`b${code}`} class="border" d=${d} vector-effect="non-scaling-stroke"></path>`) : null}
    ${areas.filter((a) => a.code === here || a.code === selected).map((a) => html`<path key=${`h${a.code}`} class=${`outline${a.code === here ? " here" : ""}`} d=${catalogue.outlines[level][a.code]} vector-effect="non-scaling-stroke"></path>`)}
    ${flows ? html`<${FlowLines} of=${flows} here=${here} unit=${unit} />` : null}
    ${sites && of.sites === "reach" ? html`<${Sites} sites=${sites} unit=${unit} areas=${areas} />` : null}
    ${areas.map((a) => {
      const at = room.get(a.code);
      return at ? html`<g key=${`t${a.code}`} class="area-name" transform=${`translate(${at.x} ${at.y})`} font-size=${size}><text>${placeName(a.code)}</text>${narrow ? null : html`<text class="value" dy=${size}>${a.text}</text>`}</g>` : null;
    })}
    ${own.value.outlines.map((o, i) => html`<path key=${`o${i}`} class="own-area" d=${o.path} vector-effect="non-scaling-stroke"><title>${o.name}</title></path>`)}
    <${PlanSites} unit=${unit} />
    ${sites && of.sites !== "reach" ? html`<${Sites} sites=${sites} unit=${unit} areas=${areas} />` : null}
  </svg>`;
}

/** @param {string} code */
export function explain(code) {
  const { industry, type } = state.value;
  go({ cell: `${code}:${industry}:${type}`, ask: "", node: "" });
}

/** Sites by place, once the network has answered. @param {"prefecture" | "county"} level */
function sitesBy(level) {
  const got = networkAsked();
  const nodes = (got.data?.data.nodes ?? []).filter((n) => n.active);
  /** @type {Map<string, { all: number, carriers: number, stations: number }>} */
  const counts = new Map();
  for (const n of nodes) {
    const code = level === "county" ? n.region : (n.prefecture ?? "");
    const found = counts.get(code) ?? { all: 0, carriers: 0, stations: 0 };
    found.all += 1;
    if (n.label === "Carrier") found.carriers += 1;
    if (n.kind === "station") found.stations += 1;
    counts.set(code, found);
  }
  return { nodes, counts, ready: Boolean(got.data) };
}

/** @param {{ sites: ReturnType<typeof sitesBy>, unit: number, areas: Area[] }} o */
function Sites({ sites, unit, areas }) {
  const { sites: which, places, region } = state.value;
  const level = places === "prefecture" ? places : "county";
  if (!sites.ready) return null;
  const inside = new Set(areas.map((a) => a.code));
  const shownHere = (/** @type {string} */ code) => (code === "510000" && !region) || inside.has(code) || inside.has(`${code.slice(0, 4)}00`) || (level === "county" && code.endsWith("00") && (!region || areas.some((a) => a.code.slice(0, 4) === code.slice(0, 4))));
  if (which === "presence") return html`<g>${areas.filter((a) => !sites.counts.get(a.code)).map((a) => {
    const p = catalogue.places.get(a.code);
    return p ? html`<g class="absent" transform=${`translate(${p.x} ${p.y})`}><circle r=${unit * 6} /><path d=${`M${-unit * 3} ${-unit * 3}L${unit * 3} ${unit * 3}M${unit * 3} ${-unit * 3}L${-unit * 3} ${unit * 3}`} stroke-width=${unit * 1.6} /></g>` : null;
  })}</g>`;
  const windows = sites.nodes.filter((n) => n.label === "Window" && n.lon !== null && n.lat !== null && shownHere(n.region) && (which !== "windows" || n.kind !== "station"));
  if (which === "reach") return html`<g>${windows.map((n) => {
    const [x, y] = project(n.lon ?? 0, n.lat ?? 0);
    return html`<circle key=${n.key} class="reach" cx=${x} cy=${y} r=${(REACH_KM / DETOUR / KM_IN_DEGREE) * catalogue.origin.scale} vector-effect="non-scaling-stroke"><title>${n.name}</title></circle>`;
  })}</g>`;
  return html`<g>
    ${which === "all" ? [...sites.counts].filter(([code, c]) => c.carriers && inside.has(code)).map(([code, c]) => {
      const p = catalogue.places.get(code);
      return p ? html`<circle class="carriers" cx=${p.x} cy=${p.y} r=${unit * (3 + 1.6 * Math.sqrt(c.carriers))} stroke-width=${unit}><title>${placeName(code)} ${c.carriers}</title></circle>` : null;
    }) : null}
    ${apart(together(windows), unit).map(({ group, x, y }) => {
      const n = /** @type {NetworkNode} */ (group[0]);
      const names = group.map((g) => g.name).join(say("、", ", "));
      return html`<g class="site" key=${n.key} data-kind=${n.kind} transform=${`translate(${x} ${y})`} onClick=${() => go({ node: group.length > 1 ? n.region : n.key, cell: "", ask: "" })}><title>${kindName(n)} ${names}</title><${Sign} x=${0} y=${0} size=${unit * signSize(n)} list="window_kinds" kind=${n.kind} />${group.length > 1 ? html`<text x=${unit * 5} y=${unit * 4} font-size=${unit * 11}>${group.length}</text>` : null}</g>`;
    })}</g>`;
}

/** Half the width of a site's sign, in units. @param {NetworkNode} n */
function signSize(n) {
  return n.kind === "hub" ? 9 : n.kind === "station" ? 4.2 : 6.5;
}

/** Sites of one kind at one place, which have one sign. @param {NetworkNode[]} nodes */
function together(nodes) {
  /** @type {Map<string, NetworkNode[]>} */
  const groups = new Map();
  for (const n of nodes) groups.set(`${n.region}|${n.kind}`, [...(groups.get(`${n.region}|${n.kind}`) ?? []), n]);
  return [...groups.values()];
}

/** Where signs stand: the largest first, each where it is or as little to the right as keeps it clear of those before. @param {NetworkNode[][]} groups @param {number} unit */
function apart(groups, unit) {
  /** @type {{ group: NetworkNode[], x: number, y: number, r: number }[]} */
  const placed = [];
  const sizeOf = (/** @type {NetworkNode[]} */ g) => signSize(/** @type {NetworkNode} */ (g[0]));
  for (const group of [...groups].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const n = /** @type {NetworkNode} */ (group[0]);
    const r = unit * sizeOf(group);
    let [x, y] = project(n.lon ?? 0, n.lat ?? 0);
    for (let hit; (hit = placed.find((p) => Math.hypot(p.x - x, p.y - y) < 0.85 * (p.r + r)));) x = hit.x + Math.sqrt(Math.max(0, (0.85 * (hit.r + r)) ** 2 - (hit.y - y) ** 2)) + unit * 0.1;
    placed.push({ group, x, y, r });
  }
  return placed;
}

/** What the signs over the areas mean. */
function SiteLegend() {
  const { sites: which } = state.value;
  const kinds = [...(catalogue.lists.get("window_kinds")?.keys() ?? [])].filter((k) => which === "all" || k !== "station");
  if (which === "presence") return html`<ul class="legend"><li><svg class="sign" viewBox="-7 -7 14 14" aria-hidden="true"><g class="absent"><circle r="6" /><path d="M-3 -3L3 3M3 -3L-3 3" stroke-width="1.6" /></g></svg>${say("没有服务存在", "no presence")}</li></ul>`;
  if (which === "reach") return html`<ul class="legend"><li><svg class="sign" viewBox="-7 -7 14 14" aria-hidden="true"><circle class="reach-sign" r="6" /></svg>${say(`窗口、站点 ${REACH_KM} 公里路程以内（示意）；一处实际够到哪里，见它的“够到哪里”`, `within about ${REACH_KM} km by road; what a site reaches in the computation, its own panel shows`)}</li></ul>`;
  return html`<ul class="legend" aria-label=${say("叠加的图例", "Legend of what is over it")}>${kinds.map((kind) => html`<li><svg class="sign" viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true"><${Sign} x=${0} y=${0} size=${1} list="window_kinds" kind=${kind} /></svg>${term("window_kinds", kind)}</li>`)}${which === "all" ? html`<li><svg class="sign" viewBox="-7 -7 14 14" aria-hidden="true"><circle class="carriers" r="6" /></svg>${say("载体，圆越大越多", "carriers, the larger the more")}</li>` : null}</ul>`;
}

/** Upper ends of classes of equal size. @param {number[]} of */
function classes(of) {
  const values = of.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  return values.length ? Array.from({ length: CLASSES }, (_, i) => values[Math.min(values.length - 1, Math.ceil(((i + 1) * values.length) / CLASSES) - 1)] ?? 0) : [];
}

/** @param {Figures} of @param {Measure} measure @param {number[]} steps */
function shadeOf(of, measure, steps) {
  if (measure === "ratio") return stateClass(of.state, of.ratio);
  const value = of[measure];
  if (Number.isNaN(value)) return of.state === "not_applicable" ? "s-not_applicable" : "s-unknown";
  if (measure === "local") return value >= 1 ? "s-covered" : value <= 0 ? "s-empty" : stateClass("partial", value);
  return `q${steps.findIndex((end) => rounded(value) <= end)}`;
}

/** @param {{ steps: number[], title: string }} o */
function Steps({ steps, title }) {
  return html`<ul class="legend">${steps.map((end, i) => html`<li><span class=${`swatch q${i}`} aria-hidden="true"></span>≤ ${brief(end)}</li>`)}<li><span class="swatch s-unknown" aria-hidden="true"></span>${say("数据不明", "Unknown")}</li><li class="muted">${title}</li></ul>`;
}

/** The same as a table: what a map cannot say to everyone. @param {{ areas: Area[], name: string, change: boolean, here: string, onHere: (code: string) => void }} o */
function Ranking({ areas, name, change, here, onHere }) {
  const { measure, places } = state.value;
  const level = places === "site" ? "county" : places;
  const low = change || measure === "ratio" || measure === "local" || measure === "surplus";
  const value = (/** @type {Area} */ a) => (Number.isNaN(a.value) ? Infinity : low ? a.value : -a.value);
  const listed = [...areas].sort((a, b) => value(a) - value(b));
  return html`<div class="ranking" tabindex="0" role="region" aria-label=${say("各地数值", "Values by place")}><table class="rows"><thead><tr><th scope="col">${level === "county" ? say("区县", "County") : say("市州", "Prefecture")}</th><th scope="col" class="num">${name}</th></tr></thead><tbody>
    ${listed.map((a) => html`<tr key=${a.code} class=${a.code === here ? "here" : ""} onPointerEnter=${() => onHere(a.code)}><th scope="row"><span class=${`swatch ${a.shade}`} aria-hidden="true"></span><${Step} to=${{ cell: `${a.code}:${state.value.industry}:${state.value.type}`, ask: "", node: "" }}>${level === "county" && !state.value.region ? placeInFull(a.code) : placeName(a.code)}</${Step}></th><td class="num">${a.text || "—"}</td></tr>`)}</tbody></table></div>`;
}
