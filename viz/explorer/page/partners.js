// Who could help: candidates by weights that the reader moves, what each score is made of, and the fewest that fill the gap.
import { ask, may } from "./data.js";
import { go, state } from "./state.js";
import { html, Pending, Step, Synthetic, Title } from "./ui.js";
import { hundredths, number, percent, placeInFull, say, typeName } from "./words.js";

/** Parts of a score with their usual weights, as in queries/partners. @type {Record<string, { name: [string, string], usual: number }>} */
const PARTS = {
  complementarity: { name: ["互补", "fills"], usual: 35 }, reach: { name: ["可及", "reach"], usual: 15 }, relatedness: { name: ["相近", "related"], usual: 15 },
  quality: { name: ["质量", "quality"], usual: 15 }, record: { name: ["记录", "record"], usual: 10 }, openness: { name: ["开放", "open"], usual: 10 },
};
const SHARE = 80;

/** @typedef {{ region: string, type: string, industry: string, weights: string, least: string }} Wanted weights: six numbers with dashes, in the order of PARTS; least: percent of the gap that the smallest set fills */

/** @param {Wanted} of */
export function Helpers(of) {
  const { region, type, industry } = of;
  const weights = of.weights ? of.weights.split("-").map(Number) : Object.values(PARTS).map((p) => p.usual);
  const query = new URLSearchParams([["requester", region]]);
  if (type) query.set("service_types", type);
  if (industry) query.set("industry", industry);
  if (state.value.day) query.set("as_of", state.value.day);
  if (state.value.mode) query.set("mode", state.value.mode);
  if (state.value.level) query.set("level", state.value.level);
  if (of.weights) Object.keys(PARTS).forEach((id, i) => query.set(`weight_${id}`, String(weights[i] ?? 0)));
  const got = /** @type {Asked<{ data: any[], total: number, requester: any, meta: Meta }>} */ (ask(`/v1/partners?${query}&limit=10`));
  const change = (/** @type {Partial<Wanted>} */ patch) => {
    const next = { ...of, ...patch };
    const more = next.weights || next.least ? [next.weights, next.least] : [];
    go({ ask: ["help", next.region, next.type, next.industry, ...more].join(":") });
  };
  const weighed = (/** @type {number} */ i, /** @type {string} */ value) => weights.map((w, k) => (k === i ? Number(value) : w)).join("-");
  return html`<${Title} kicker=${say("谁能帮上忙", "Who could help")}>${placeInFull(region)} · ${typeName(type)}</${Title}>
    <p><${Step} to=${{ cell: `${region}:${industry}:${type}`, ask: "" }}>${say("回到这个缺口", "Back to the gap")}</${Step}></p>
    <details class="sources weights" open=${Boolean(of.weights)}><summary>${say("权重", "Weights")}</summary><div class="plan-form">${Object.entries(PARTS).map(([id, part], i) => html`<label key=${id}><span>${say(...part.name)}</span><input type="range" min="0" max="50" step="5" value=${weights[i] ?? 0} onChange=${(/** @type {Event} */ e) => change({ weights: weighed(i, /** @type {HTMLInputElement} */ (e.target).value) })} /><output>${weights[i] ?? 0}</output></label>`)}
      ${of.weights ? html`<button type="button" class="link" onClick=${() => change({ weights: "" })}>${say("恢复通常的权重", "The usual weights")}</button>` : null}</div></details>
    ${got.data ? html`<p class="muted">${say(`差 ${number(got.data.requester?.unmet)} 次/年；${number(got.data.total)} 家候选，列出前 ${got.data.data.length} 家。`, `${number(got.data.requester?.unmet)} a year short; ${number(got.data.total)} candidates, the first ${got.data.data.length} listed.`)}</p>
      ${type ? (of.least ? html`<${Fewest} query=${query} share=${Number(of.least)} onShare=${(/** @type {string} */ v) => change({ least: v })} />` : html`<p class="actions"><button type="button" class="button quiet" onClick=${() => change({ least: String(SHARE) })}>${say("最少找几家就够", "The fewest that suffice")}</button></p>`) : null}
      <ol class="partners">${got.data.data.map((p) => html`<li key=${p.key}><b>${p.name}</b> <span class="num">${hundredths(p.score)}</span><small>${placeInFull(p.region)} · ${say(`余量 ${number(p.spare_capacity)}，可补 ${number(p.would_meet)}，约 ${number(p.distance_km)} 公里`, `${number(p.spare_capacity)} to spare, would meet ${number(p.would_meet)}, about ${number(p.distance_km)} km`)}</small>
        <ul class="parts">${Object.entries(p.parts).map(([id, v]) => html`<li><span>${say(...(PARTS[id]?.name ?? [id, id]))}</span><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="6" /><rect class="filled" width=${100 * Number(v)} height="6" /></svg><span class="num">${hundredths(Number(v))}</span></li>`)}</ul>
        ${may("change") ? html`<${Step} to=${{ ask: `asking:${region}:${p.key}:${type}` }} label=${say(`向${p.name}提出合作请求`, `Ask ${p.name} for cooperation`)}>${say("提出合作请求", "Ask for cooperation")}</${Step}>` : null}</li>`)}</ol>
      <p class="small muted"><${Synthetic} counts=${got.data.meta.data_class} /></p>` : html`<${Pending} of=${got} what=${say("正在比较全省机构…", "Comparing organisations…")} />`}`;
}

/** The fewest candidates that together fill a share of the gap. @param {{ query: URLSearchParams, share: number, onShare: (value: string) => void }} o */
function Fewest({ query, share, onShare }) {
  const got = /** @type {Asked<{ data: any, meta: Meta }>} */ (ask(`/v1/partners/fewest?${query}&share=${share / 100}`));
  const data = got.data?.data;
  return html`<section class="fewest"><h3>${say("最少几家就够", "The fewest that suffice")}</h3>
    <div class="plan-form"><label><span>${say("补到缺口的", "Of the gap")}</span><input type="range" min="10" max="100" step="10" value=${share} onChange=${(/** @type {Event} */ e) => onShare(/** @type {HTMLInputElement} */ (e.target).value)} /><output>${share}%</output></label></div>
    ${data ? html`<p><b>${say(`${number(data.members.length)} 家`, `${number(data.members.length)} of them`)}</b> ${say(`可补 ${number(data.filled)} 次（要 ${number(data.wanted)}，至多能补 ${number(data.possible)}）`, `fill ${number(data.filled)} (wanted ${number(data.wanted)}, possible ${number(data.possible)})`)}${data.proven ? say("，已证明不能再少", "; proven: fewer cannot") : ""}</p>
      <table class="rows"><tbody>${data.members.map((/** @type {any} */ m) => html`<tr key=${m.key}><th scope="row">${m.name}<small>${placeInFull(m.region)} · ${say(`约 ${number(m.distance_km)} 公里`, `about ${number(m.distance_km)} km`)}</small></th><td class="num">${number(m.fills)}</td><td class="num">${percent(m.fills / data.wanted, 0)}</td></tr>`)}</tbody></table>`
      : html`<${Pending} of=${got} what=${say("正在找最少的组合…", "Looking for the fewest…")} />`}</section>`;
}
