// One node in the middle: each kind of its ties with its number, and who is at the other end; always at the same place.
import { catalogue } from "./catalogue.js";
import { ask } from "./data.js";
import { around, calledAs, entityAsked, labelName, partsOf, tieName } from "./entity.js";
import { html, Pending, Step } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, say } from "./words.js";

/** Heights in pixels: of a kind's head, of a node, of the gap below a kind, of the middle. */
const HEAD = 30, ROW = 26, GAP = 18, MIDDLE = 96;
/** Columns in hundredths of the width: how wide the sides are, and where the middle begins. */
const SIDE = 37, CENTRE = 42;
const MOST = 1000;

/** @typedef {{ tie: Tie, top: number, nodes: { key: string, name: string | null }[], more: boolean }} Kind */
/** @typedef {{ kinds: Kind[], height: number }} Side */

/** @extends {Component<{ id: string }, { open: string[] }>} */
export class Around extends Component {
  /** @param {{ id: string }} props */
  constructor(props) {
    super(props);
    this.state = { open: /** @type {string[]} */ ([]) };
  }

  /** Kinds from top to bottom on two sides, in the order of the model, each on the side that is shorter so far, whatever is opened; an opened one with all its nodes. @param {Tie[]} ties @returns {Side[]} */
  sides(ties) {
    const order = Object.keys(catalogue.labels);
    const sides = [0, 1].map(() => ({ kinds: /** @type {Kind[]} */ ([]), height: 0, closed: 0 }));
    const tall = (/** @type {number} */ nodes, /** @type {boolean} */ more) => HEAD + ROW * (nodes + Number(more)) + GAP;
    for (const tie of [...ties].sort((a, b) => order.indexOf(a.label) - order.indexOf(b.label))) {
      const side = /** @type {typeof sides[number]} */ (sides[Number((sides[0]?.closed ?? 0) > (sides[1]?.closed ?? 0))]);
      const all = this.state.open.includes(kindId(tie)) ? this.neighbours().filter((n) => n.label === tie.label) : [];
      const nodes = all.length > tie.first.length ? all : tie.first;
      const more = nodes.length < tie.number;
      side.kinds.push({ tie, top: side.height, nodes, more });
      side.height += tall(nodes.length, more);
      side.closed += tall(tie.first.length, tie.first.length < tie.number);
    }
    return sides;
  }

  /** All that the node is tied to. @returns {{ key: string, name: string | null, label: string }[]} */
  neighbours() {
    const [label, key] = partsOf(this.props.id);
    const got = /** @type {Asked<{ data: { key: string, name: string | null, label: string }[] }>} */ (ask(`/v1/entities/${encodeURIComponent(label)}/${encodeURIComponent(key)}/neighbours?limit=${MOST}`));
    return got.data?.data ?? [];
  }

  render() {
    const { id } = this.props;
    const got = entityAsked(id);
    const back = html`<div class="bar-of-tools"><${Step} to=${{ ego: "" }} class="button quiet">${say("回到全图", "Back to the whole network")}</${Step}>
      <p class="muted">${got.data ? say(`${labelName(got.data.data.label)}“${calledAs(got.data.data.label, got.data.data)}”的 ${number(got.data.data.ties.reduce((n, t) => n + t.number, 0))} 条联系；点一个，就换它到中间。`, `${number(got.data.data.ties.reduce((n, t) => n + t.number, 0))} ties of ${calledAs(got.data.data.label, got.data.data)}; click one to put it in the middle.`) : ""}</p></div>`;
    if (!got.data) return html`${back}${html`<${Pending} of=${got} what=${say("正在读取它的联系…", "Loading its ties…")} />`}`;
    const of = got.data.data;
    const [left, right] = /** @type {[Side, Side]} */ (this.sides(of.ties));
    const height = Math.max(left.height - GAP, right.height - GAP, MIDDLE);
    const middle = Math.min(height / 2, 3 * MIDDLE);
    const most = Math.max(...of.ties.map((t) => t.number), 1);
    const line = (/** @type {Kind} */ k, /** @type {number} */ from, /** @type {number} */ to) => html`<path key=${kindId(k.tie)} class="tie" d=${`M${from} ${middle}C${(from + to) / 2} ${middle} ${(from + to) / 2} ${k.top + HEAD / 2} ${to} ${k.top + HEAD / 2}`} stroke-width=${1 + 5 * Math.sqrt(k.tie.number / most)} vector-effect="non-scaling-stroke" />`;
    return html`${back}<div class="around" style=${{ "--tall": `${height}px` }}>
      <svg viewBox=${`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">${left.kinds.map((k) => line(k, CENTRE, SIDE))}${right.kinds.map((k) => line(k, 100 - CENTRE, 100 - SIDE))}</svg>
      <p class=${`middle of-${of.label}`} style=${{ "--top": `${middle - MIDDLE / 2}px` }}><small>${labelName(of.label)}</small><b>${calledAs(of.label, of)}</b></p>
      ${this.side(left.kinds, "left")}${this.side(right.kinds, "right")}</div>`;
  }

  /** @param {Kind[]} kinds @param {"left" | "right"} side */
  side(kinds, side) {
    return html`<div class=${`side-of ${side}`}>${kinds.map((k) => html`<section key=${kindId(k.tie)} style=${{ "--top": `${k.top}px` }} aria-label=${tieName(k.tie)}><h2>${tieName(k.tie)} <b>${number(k.tie.number)}</b></h2>
      <ul>${k.nodes.map((n) => html`<li key=${n.key}><${Step} to=${around(k.tie.label, n.key)} class=${`of-${k.tie.label}`}>${calledAs(k.tie.label, n)}</${Step}></li>`)}
        ${k.more ? html`<li><button type="button" class="link" onClick=${() => this.setState({ open: [...this.state.open, kindId(k.tie)] })}>${say(`还有 ${number(k.tie.number - k.nodes.length)} 个`, `${number(k.tie.number - k.nodes.length)} more`)}</button></li>` : null}</ul></section>`)}</div>`;
  }
}

/** @param {Tie} tie */
function kindId(tie) {
  return `${tie.type} ${tie.outgoing} ${tie.label}`;
}
