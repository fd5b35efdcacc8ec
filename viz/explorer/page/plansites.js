// Sites of a plan on the map: what stands before it, what stands after it, and who shares with whom.
import { catalogue } from "./catalogue.js";
import { changesOf } from "./changes.js";
import { bend, project, Sign } from "./geography.js";
import { networkAsked } from "./sites.js";
import { state } from "./state.js";
import { html } from "./ui.js";
import { say } from "./words.js";
import { changeText } from "./whatif.js";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ kind: "new" | "gone" | "better", at: Point, text: string }} Mark */

/** Where a change takes place, as far as the network knows: marks, and ways from one place to another. @param {NetworkNode[]} nodes */
export function marksOf(nodes) {
  /** @type {Mark[]} */
  const marks = [];
  /** @type {{ from: Point, to: Point, text: string }[]} */
  const ways = [];
  const seat = (/** @type {string | undefined} */ code) => catalogue.places.get(code ?? "");
  const site = (/** @type {string | undefined} */ key) => {
    const n = nodes.find((m) => m.key === key);
    if (!n) return undefined;
    if (n.lon === null || n.lat === null) return seat(n.region);
    const [x, y] = project(n.lon, n.lat);
    return { x, y };
  };
  for (const change of changesOf(state.value.plan)) {
    const text = changeText(change);
    const before = site(change.window ?? change.carrier), after = seat(change.place);
    if (change.action === "add" && after) marks.push({ kind: "new", at: after, text });
    else if (change.action === "close" && before) marks.push({ kind: "gone", at: before, text });
    else if (change.action === "upgrade" && before) marks.push({ kind: "better", at: before, text });
    else if (change.action === "move" && after) {
      marks.push({ kind: "new", at: after, text });
      if (before) {
        marks.push({ kind: "gone", at: before, text });
        ways.push({ from: before, to: after, text });
      }
    } else if (change.action === "share") for (const code of change.to ?? []) {
      const [from, to] = [seat(change.from_region), seat(code)];
      if (from && to) ways.push({ from, to, text });
    }
  }
  return { marks, ways };
}

const PATHS = { new: "M-4 0L4 0M0 -4L0 4", gone: "M-3 -3L3 3M3 -3L-3 3", better: "M-4 2L0 -3L4 2" };

/** The plan's own marks, and the site whose catchment is shown. @param {{ unit: number }} o */
export function PlanSites({ unit }) {
  const { plan, reach } = state.value;
  if (!plan && !reach) return null;
  const nodes = networkAsked().data?.data.nodes ?? [];
  const { marks, ways } = marksOf(nodes);
  const beside = (/** @type {Mark} */ m, /** @type {number} */ i) => marks.slice(0, i).filter((o) => Math.hypot(o.at.x - m.at.x, o.at.y - m.at.y) < unit * 16).length * unit * 19;
  const centre = nodes.find((n) => n.key === reach);
  return html`<g class="plan-sites">
    ${ways.map((w) => html`<path class="way" d=${bend(w.from, w.to)} vector-effect="non-scaling-stroke"><title>${w.text}</title></path>`)}
    ${marks.map((m, i) => html`<g class=${`mark ${m.kind}`} transform=${`translate(${m.at.x + beside(m, i)} ${m.at.y}) scale(${unit * 1.4})`}><title>${m.text}</title><circle r="6" /><path d=${PATHS[m.kind]} /></g>`)}
    ${centre ? html`<${Centre} of=${centre} unit=${unit} />` : null}</g>`;
}

/** @param {{ of: NetworkNode, unit: number }} o */
function Centre({ of, unit }) {
  const place = catalogue.places.get(of.region);
  const [x, y] = of.lon !== null && of.lat !== null ? project(of.lon, of.lat) : [place?.x ?? 0, place?.y ?? 0];
  return html`<${Sign} x=${x} y=${y} size=${unit * 9} list=${of.label === "Window" ? "window_kinds" : "carrier_kinds"} kind=${of.kind} />`;
}

export function PlanLegend() {
  if (!state.value.plan) return null;
  /** @type {[Mark["kind"], string][]} */
  const kinds = [["gone", say("方案之前：关闭或迁走", "before: closed or moved away")], ["new", say("方案之后：新增或迁来", "after: new or moved here")], ["better", say("提升", "upgraded")]];
  return html`<ul class="legend" aria-label=${say("方案", "Plan")}>${kinds.map(([kind, text]) => html`<li><svg class="sign plan-sites" viewBox="-7 -7 14 14" aria-hidden="true"><g class=${`mark ${kind}`}><circle r="6" /><path d=${PATHS[kind]} /></g></svg>${text}</li>`)}</ul>`;
}
