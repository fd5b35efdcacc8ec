// Small parts that every view uses.
import htm from "./vendor/htm.mjs";
import { h } from "./vendor/preact.mjs";
import { catalogue } from "./catalogue.js";
import { go, href } from "./state.js";
import { percent, say, term } from "./words.js";

export const html = htm.bind(h);
/** @typedef {import("./vendor/preact.mjs").Child} Child */

/** A link that takes a step in this page. @param {{ to: Partial<State>, children?: Child, class?: string, label?: string, current?: boolean }} of */
export function Step({ to, children, class: name, label, current }) {
  /** @param {MouseEvent} event */
  const step = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(to);
  };
  return html`<a href=${href(to)} onClick=${step} class=${name} aria-label=${label} aria-current=${current ? "page" : undefined}>${children}</a>`;
}

/** Class names of a state, and for a partly covered one its shade. @param {string} state @param {number} ratio */
export function stateClass(state, ratio) {
  if (state !== "partial") return `s-${state}`;
  const band = catalogue.bands.findIndex((end) => ratio < end);
  return `s-partial b${band < 0 ? catalogue.bands.length - 1 : band}`;
}

/** @param {{ state: string, ratio?: number }} of */
export function StateMark({ state, ratio }) {
  const mark = catalogue.lists.get("coverage_states")?.get(state);
  return html`<span class="state"><span class=${`swatch ${stateClass(state, ratio ?? 0.6)}`} aria-hidden="true">${mark?.symbol}</span>${term("coverage_states", state)}</span>`;
}

export function StateLegend() {
  return html`<ul class="legend" aria-label=${say("图例", "Legend")}>${[...(catalogue.lists.get("coverage_states")?.keys() ?? [])].map((s) => s === "partial"
    ? html`<li><span class="shades" aria-hidden="true">${catalogue.bands.map((_, b) => html`<span class=${`swatch s-partial b${b}`}></span>`)}</span>${term("coverage_states", s)} 0–100%</li>`
    : html`<li><${StateMark} state=${s} /></li>`)}</ul>`;
}

/** How much of what lies behind is invented. @param {{ counts: Record<string, number> }} of */
export function Synthetic({ counts }) {
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  const made = counts["SYNTHETIC"] ?? 0;
  if (!made) return null;
  return html`<span class="badge">${say("含虚构数据", "synthetic")} ${percent(made / all, made === all ? 0 : 1)}</span>`;
}

/** @param {{ data_class: string | null }} of */
export function DataClass({ data_class: id }) {
  if (!id) return null;
  return id === "SYNTHETIC" ? html`<span class="badge">${term("data_classes", id)}</span>` : html`<span class="class">${term("data_classes", id)}</span>`;
}

/** A share as a bar; what it says stands beside it. @param {{ share: number, goal?: number, unknown?: boolean }} of */
export function Bar({ share, goal, unknown }) {
  return html`<svg class=${`bar${unknown ? " unknown" : ""}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="ground" width="100" height="8" />
    <rect class="filled" width=${100 * Math.max(0, Math.min(1, share || 0))} height="8" />
    ${goal === undefined ? null : html`<rect class="goal" x=${Math.min(99, 100 * goal)} width="1" height="8" />`}
  </svg>`;
}

/** Head of the panel beside the view. @param {{ children?: Child, kicker?: string }} of */
export function Title({ children, kicker }) {
  return html`${kicker ? html`<p class="kicker">${kicker}</p>` : null}<h2 id="detail-title" tabindex="-1">${children}</h2>`;
}

/** @param {{ what?: string }} of */
export function Loading({ what }) {
  return html`<p class="waiting" role="status"><span class="pulse" aria-hidden="true"></span>${what ?? say("正在读取…", "Loading…")}</p>`;
}

/** Statuses after which asking again may help: too much at once, and what is wrong with the service. */
const BUSY = 429, BROKEN = 500;

/** @param {{ problem?: Problem, again?: () => void }} of */
export function Failure({ problem, again }) {
  const status = problem?.status ?? 0;
  const title = status === -1 ? say("离线文件不含这部分", "This part is not in the offline file")
    : status === 0 ? say("服务没有应答", "The service does not answer") : problem?.title || say("无法回答", "No answer");
  const more = status === -1 ? say("请在服务页面中打开。", "Open the page of the service for it.")
    : status === 0 ? say("请检查网络，或确认服务仍在运行。", "Check the network, or whether the service still runs.") : problem?.detail;
  return html`<div class="failure" role="alert"><strong>${title}</strong>${more ? html`<p>${more}</p>` : null}
    ${again && (status === 0 || status === BUSY || status >= BROKEN) ? html`<button type="button" class="button" onClick=${again}>${say("再试一次", "Try again")}</button>` : null}</div>`;
}

/** What stands where an answer is not there: that it is on its way, or why there is none. @param {{ of: Asked<unknown>, what?: string }} o */
export function Pending({ of, what }) {
  return of.status === "failed" ? html`<${Failure} problem=${of.problem} again=${of.again} />` : html`<${Loading} what=${what} />`;
}

/** @param {{ title: string, children?: Child }} of */
export function Empty({ title, children }) {
  return html`<div class="nothing"><strong>${title}</strong>${children}</div>`;
}

/** A choice among named values. @param {{ label: string, value: string, options: [string, string][], onChange: (value: string) => void }} of */
export function Choice({ label, value, options, onChange }) {
  return html`<label class="choice"><span>${label}</span><select value=${value} onChange=${(/** @type {Event} */ e) => onChange(/** @type {HTMLSelectElement} */ (e.target).value)}>
    ${options.map(([id, name]) => html`<option value=${id} selected=${id === value}>${name}</option>`)}</select></label>`;
}

/** One of a few, all in sight. @param {{ label: string, value: string, options: [string, string][], onChange: (value: string) => void }} of */
export function Switch({ label, value, options, onChange }) {
  return html`<div class="switch" role="group" aria-label=${label}>${options.map(([id, name]) => html`<button type="button" aria-pressed=${String(id === value)} onClick=${() => onChange(id)}>${name}</button>`)}</div>`;
}
