// What goes from place to place over the map: who could give to whom, and who already works with whom.
import { catalogue } from "./catalogue.js";
import { ask, dayQuery } from "./data.js";
import { bend } from "./geography.js";
import { state } from "./state.js";
import { html, Pending } from "./ui.js";
import { number, placeName, say } from "./words.js";

const MOST = 40;
/** @typedef {{ from: string, to: string, value: number, km?: number }} Flow */
/** @typedef {{ kind: string, flows: Flow[], got: Asked<any> }} Flows */

/** The flows that the state asks for, largest first; null where it asks for none. @returns {Flows | null} */
export function flowsAsked() {
  const { sites: kind, places: level, region, industry, type, day } = state.value;
  if (kind === "flows") {
    const body = { level, ...(region ? { region } : {}), ...(industry ? { industry } : {}), ...(type ? { service_type: type } : {}), ...(day ? { as_of: day } : {}) };
    const got = /** @type {Asked<{ data: any }>} */ (ask("/v1/allocate", body));
    return { kind, got, flows: summed((got.data?.data.flows ?? []).map((/** @type {any} */ f) => ({ from: f.from, to: f.to, value: f.quantity, km: f.distance_km * f.quantity }))) };
  }
  if (kind !== "partners") return null;
  const got = /** @type {Asked<{ data: any[] }>} */ (ask(`/v1/chains?${new URLSearchParams([["view", "pairs"], ["limit", "1000"], ...(catalogue.chains.has(industry) ? [["chain", industry]] : []), ...dayQuery()])}`));
  const inside = (/** @type {string} */ code) => !region || code.slice(0, 4) === region.slice(0, 4) || catalogue.places.get(code)?.zone === region;
  return { kind, got, flows: summed((got.data?.data ?? []).filter((p) => p.partnerships && (inside(p.a) || inside(p.b))).map((p) => ({ from: p.a, to: p.b, value: p.partnerships }))) };
}

/** One flow for each pair of places. @param {Flow[]} of */
function summed(of) {
  /** @type {Map<string, Flow>} */
  const made = new Map();
  for (const f of of) {
    if (f.from === f.to || !catalogue.places.has(f.from) || !catalogue.places.has(f.to)) continue;
    const found = made.get(`${f.from}>${f.to}`);
    if (found) {
      found.value += f.value;
      if (found.km !== undefined) found.km += f.km ?? 0;
    } else made.set(`${f.from}>${f.to}`, { ...f });
  }
  return [...made.values()].sort((a, b) => b.value - a.value);
}

/** What the lines over a map are, for a picture of it. @param {Flows} of */
export function flowsTold({ kind, flows }) {
  const most = flows.length > MOST ? say(`，最大的 ${MOST} 条`, `, the largest ${MOST}`) : "";
  return kind === "flows" ? say(`箭头：余量可以调剂到哪里${most}，越粗越多`, `Arrows: where capacity to spare could go${most}; the thicker, the more`)
    : say(`连线：市州间的合作${most}，越粗越多`, `Lines: partnerships between prefectures${most}; the thicker, the more`);
}

/** @param {{ of: Flows, here: string, unit: number }} o */
export function FlowLines({ of, here, unit }) {
  const shown = of.flows.slice(0, MOST);
  const most = shown[0]?.value ?? 1;
  return html`<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth=${unit * 11} markerHeight=${unit * 11} markerUnits="userSpaceOnUse" orient="auto"><path class="arrow" d="M0 0L8 4L0 8z" /></marker></defs>
    ${shown.map((f) => {
      const [a, b] = [catalogue.places.get(f.from), catalogue.places.get(f.to)];
      const touched = f.from === here || f.to === here;
      return a && b ? html`<path key=${`${f.from}>${f.to}`} class=${`flow${touched ? " here" : here ? " dim" : ""}`} d=${bend(a, b)} stroke-width=${0.8 + 5 * Math.sqrt(f.value / most)} marker-end=${of.kind === "flows" ? "url(#arrow)" : undefined} vector-effect="non-scaling-stroke"><title>${placeName(f.from)} → ${placeName(f.to)} ${number(f.value)}</title></path>` : null;
    })}`;
}

/** The same as a table, with what all of it comes to. @param {{ of: Flows, here: string, onHere: (code: string) => void }} o */
export function FlowTable({ of, here, onHere }) {
  const allocated = of.kind === "flows";
  const data = of.got.data?.data;
  if (!data) return html`<${Pending} of=${of.got} what=${allocated ? say("正在算谁能调剂给谁…", "Reckoning who could give to whom…") : say("正在读取合作…", "Loading partnerships…")} />`;
  return html`<div class="ranking" tabindex="0" role="region" aria-label=${say("流向", "Flows")}>
    <p class="small">${allocated ? say(`调剂余量可再满足 ${number(data.met)} 次，其中 ${number(data.met_inside)} 次不出市州；仍差 ${number(data.unmet_after)} 次。`, `Capacity to spare could meet ${number(data.met)} more, ${number(data.met_inside)} of it within a prefecture; ${number(data.unmet_after)} would stay unmet.`)
      : say(`${number(of.flows.reduce((sum, f) => sum + f.value, 0))} 项跨市州合作。`, `${number(of.flows.reduce((sum, f) => sum + f.value, 0))} partnerships between prefectures.`)}${of.flows.length > MOST ? say(`图上画最大的 ${MOST} 条。`, ` The largest ${MOST} are drawn.`) : ""}</p>
    <table class="rows"><thead><tr><th scope="col">${allocated ? say("从 → 到", "From → to") : say("市州之间", "Between")}</th><th scope="col" class="num">${allocated ? say("次/年", "a year") : say("项", "count")}</th>${allocated ? html`<th scope="col" class="num">${say("公里", "km")}</th>` : null}</tr></thead><tbody>
      ${of.flows.slice(0, 3 * MOST).map((f) => html`<tr key=${`${f.from}>${f.to}`} class=${here === f.from || here === f.to ? "here" : ""} onPointerEnter=${() => onHere(f.from)}><th scope="row">${placeName(f.from)} ${allocated ? "→" : "—"} ${placeName(f.to)}</th><td class="num">${number(f.value)}</td>${allocated ? html`<td class="num">${number((f.km ?? 0) / f.value)}</td>` : null}</tr>`)}</tbody></table></div>`;
}
