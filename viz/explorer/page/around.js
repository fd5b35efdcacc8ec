// One node in the middle: each kind of its ties with its number, and who is at the other end; always at the same place.
import { ask, askAgain } from "./data.js";
import { around, entityAsked, labelName, partsOf, tieName } from "./entity.js";
import { Failure, html, Loading, Step } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, say } from "./words.js";

/** Heights in pixels: of a kind's head, of a node, of the gap below a kind, of the middle. */
const HEAD = 30, ROW = 26, GAP = 18, MIDDLE = 96;
/** Columns in hundredths of the width: how wide the sides are, and where the middle begins. */
const SIDE = 37, CENTRE = 42;
const MOST = 1000;

/** @typedef {{ tie: Tie, top: number, nodes: { key: string, name: string | null }[], more: boolean }} Kind */

/** @extends {Component<{ id: string }, { open: string[] }>} */
export class Around extends Component {
  /** @param {{ id: string }} props */
  constructor(props) {
    super(props);
    this.state = { open: /** @type {string[]} */ ([]) };
  }

  /** Kinds of one side from top to bottom, those that are opened with all their nodes. @param {Tie[]} ties @returns {{ kinds: Kind[], height: number }} */
  column(ties) {
    let top = 0;
    const kinds = ties.map((tie) => {
      const all = this.state.open.includes(kindId(tie)) ? this.neighbours().filter((n) => n.label === tie.label) : [];
      const nodes = all.length > tie.first.length ? all : tie.first;
      const made = { tie, top, nodes, more: nodes.length < tie.number };
      top += HEAD + ROW * (nodes.length + Number(made.more)) + GAP;
      return made;
    });
    return { kinds, height: Math.max(0, top - GAP) };
  }

  /** All that the node is tied to. @returns {{ key: string, name: string | null, label: string }[]} */
  neighbours() {
    const [label, key] = partsOf(this.props.id);
    const got = /** @type {Asked<{ data: { key: string, name: string | null, label: string }[] }>} */ (ask(`/v1/entities/${encodeURIComponent(label)}/${encodeURIComponent(key)}/neighbours?limit=${MOST}`));
    return got.data?.data ?? [];
  }

  render() {
    const { id } = this.props;
    const { url, got } = entityAsked(id);
    const back = html`<div class="bar-of-tools"><${Step} to=${{ ego: "" }} class="button quiet">${say("回到全图", "Back to the whole network")}</${Step}>
      <p class="muted">${got.data ? say(`${labelName(got.data.data.label)}“${got.data.data.name ?? id}”的 ${number(got.data.data.ties.reduce((n, t) => n + t.number, 0))} 条联系；点一个，就换它到中间。`, `${number(got.data.data.ties.reduce((n, t) => n + t.number, 0))} ties of ${got.data.data.name ?? id}; click one to put it in the middle.`) : ""}</p></div>`;
    if (!got.data) return html`${back}${got.status === "failed" ? html`<${Failure} problem=${got.problem} again=${() => askAgain(url)} />` : html`<${Loading} what=${say("正在读取它的联系…", "Loading its ties…")} />`}`;
    const of = got.data.data;
    const [left, right] = [this.column(of.ties.filter((t) => !t.outgoing)), this.column(of.ties.filter((t) => t.outgoing))];
    const height = Math.max(left.height, right.height, MIDDLE);
    const middle = Math.min(height / 2, 3 * MIDDLE);
    const most = Math.max(...of.ties.map((t) => t.number), 1);
    const line = (/** @type {Kind} */ k, /** @type {number} */ from, /** @type {number} */ to) => html`<path key=${kindId(k.tie)} class="tie" d=${`M${from} ${middle}C${(from + to) / 2} ${middle} ${(from + to) / 2} ${k.top + HEAD / 2} ${to} ${k.top + HEAD / 2}`} stroke-width=${1 + 5 * Math.sqrt(k.tie.number / most)} vector-effect="non-scaling-stroke" />`;
    return html`${back}<div class="around" style=${{ "--tall": `${height}px` }}>
      <svg viewBox=${`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">${left.kinds.map((k) => line(k, CENTRE, SIDE))}${right.kinds.map((k) => line(k, 100 - CENTRE, 100 - SIDE))}</svg>
      <p class=${`middle of-${of.label}`} style=${{ "--top": `${middle - MIDDLE / 2}px` }}><small>${labelName(of.label)}</small><b>${of.name ?? of.key}</b></p>
      ${this.side(left.kinds, say("指向它的", "Towards it"), "left")}${this.side(right.kinds, say("由它指出的", "From it"), "right")}</div>`;
  }

  /** @param {Kind[]} kinds @param {string} name @param {string} side */
  side(kinds, name, side) {
    return html`<div class=${`side-of ${side}`} role="group" aria-label=${name}>${kinds.map((k) => html`<section key=${kindId(k.tie)} style=${{ "--top": `${k.top}px` }} aria-label=${tieName(k.tie)}><h2>${tieName(k.tie)} <span class="muted">${k.tie.outgoing ? labelName(k.tie.label) : ""}</span> <b>${number(k.tie.number)}</b></h2>
      <ul>${k.nodes.map((n) => html`<li key=${n.key}><${Step} to=${around(k.tie.label, n.key)} class=${`of-${k.tie.label}`}>${n.name ?? n.key}</${Step}></li>`)}
        ${k.more ? html`<li><button type="button" class="link" onClick=${() => this.setState({ open: [...this.state.open, kindId(k.tie)] })}>${say(`还有 ${number(k.tie.number - k.nodes.length)} 个`, `${number(k.tie.number - k.nodes.length)} more`)}</button></li>` : null}</ul></section>`)}</div>`;
  }
}

/** @param {Tie} tie */
function kindId(tie) {
  return `${tie.type} ${tie.outgoing} ${tie.label}`;
}
