// How far a site reaches, as it was computed: the weight of each county, and what is brought there; no circle.
import { ask, dayQuery } from "./data.js";
import { networkAsked, nodeName } from "./sites.js";
import { go, state } from "./state.js";
import { html, Pending, Step } from "./ui.js";
import { number, percent, placeInFull, say } from "./words.js";

/** Classes of the weight, each with its upper end. */
const ENDS = [0.2, 0.4, 0.6, 0.8, 1];

/** @returns {Asked<{ data: CatchmentOf, meta: Meta }> | null} */
export function catchmentAsked() {
  const { reach } = state.value;
  if (!reach || window.shuniuOffline) return null;
  return ask(`/explorer/catchment.json?${new URLSearchParams([["of", reach], ...dayQuery()])}`);
}

/** Weight and services of each county that is reached. @param {ReturnType<typeof catchmentAsked>} asked */
export function reached(asked) {
  return new Map((asked?.data?.data.regions ?? []).map((r) => [r.region, r]));
}

/** @param {number | undefined} weight */
export function reachShade(weight) {
  return weight ? `q${ENDS.findIndex((end) => weight <= end + 1e-9)}` : "q-none";
}

/** What a map of it is called. */
export function reachName() {
  const name = nodeName(state.value.reach, networkAsked().data?.data.nodes ?? []);
  return say(`${name} 的服务范围`, `What ${name} reaches`);
}

/** What is shown, and the way back. @param {{ asked: NonNullable<ReturnType<typeof catchmentAsked>> }} o */
export function CatchmentHead({ asked: got }) {
  const of = got.data?.data;
  return html`<p class="banner other"><b>${reachName()}</b>
    ${of ? html` <span>${say(`${number(of.resources)} 项资源，每年 ${number(of.capacity)} 次，够到 ${number(of.regions.length)} 个地区；颜色是计算覆盖率所用的可达权重，多项资源按能力平均。`, `${number(of.resources)} resources, ${number(of.capacity)} services a year, reach ${number(of.regions.length)} places; the colour is the weight that coverage was computed with, of several resources the mean by capacity.`)}</span>` : null}
    <button type="button" class="link" onClick=${() => go({ reach: "" })}>${say("回到指标", "Back to the measure")}</button></p>
    ${of ? null : html`<${Pending} of=${got} what=${say("正在取服务范围…", "Loading what it reaches…")} />`}`;
}

export function CatchmentLegend() {
  return html`<ul class="legend" aria-label=${say("图例", "Legend")}>${ENDS.map((end, i) => html`<li><span class=${`swatch q${i}`} aria-hidden="true"></span>≤ ${percent(end, 0)}</li>`)}<li><span class="swatch q-none" aria-hidden="true"></span>${say("够不到", "not reached")}</li></ul>`;
}

/** The counties that are reached, nearest first. @param {{ found: ReturnType<typeof reached>, here: string, onHere: (code: string) => void }} o */
export function CatchmentTable({ found, here, onHere }) {
  const listed = [...found.values()].sort((a, b) => b.weight - a.weight || b.services - a.services);
  return html`<div class="ranking" tabindex="0" role="region" aria-label=${say("够到的区县", "Counties that are reached")}><table class="rows"><thead><tr><th scope="col">${say("区县", "County")}</th><th scope="col" class="num">${say("权重", "Weight")}</th><th scope="col" class="num">${say("次/年", "a year")}</th></tr></thead><tbody>
    ${listed.map((r) => html`<tr key=${r.region} class=${r.region === here ? "here" : ""} onPointerEnter=${() => onHere(r.region)}><th scope="row"><span class=${`swatch ${reachShade(r.weight)}`} aria-hidden="true"></span><${Step} to=${{ cell: `${r.region}::`, ask: "", node: "" }}>${placeInFull(r.region)}</${Step}></th><td class="num">${percent(r.weight, 0)}</td><td class="num">${number(r.services)}</td></tr>`)}</tbody></table></div>`;
}
