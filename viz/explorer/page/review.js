// Organisations that may be one, in groups of one kind: decided pair by pair, or all of a group with one word.
import { ask, forget, may } from "./data.js";
import { Posting } from "./posting.js";
import { go, state } from "./state.js";
import { Empty, html, Pending, Switch, Title } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, placeInFull, say, told } from "./words.js";

/** Pairs that the service takes at once. */
const MOST = 500;
/** @type {Record<string, [string, string]>} */
const VERDICTS = { same: ["同一家", "the same"], different: ["不同", "different"], undo: ["撤销", "taken back"] };

/** @param {boolean} decided */
function pairsAsked(decided) {
  const query = new URLSearchParams([["limit", "1000"], ["decided", String(decided)]]);
  if (state.value.region) query.set("region", state.value.region);
  return /** @type {Asked<{ data: ReviewPair[], total: number }>} */ (ask(`/v1/review?${query}`));
}

/** Pairs of one group, in their order. @param {ReviewPair[]} pairs @returns {ReviewPair[][]} */
function grouped(pairs) {
  /** @type {Map<number | null, ReviewPair[]>} */
  const groups = new Map();
  for (const p of pairs) groups.set(p.group, [...(groups.get(p.group) ?? []), p]);
  return [...groups.values()];
}

/** @extends {Component<{ list: string }, { last?: DecidedPair[] }>} */
export class Review extends Component {
  /** @param {{ data: DecidedPair[] }} answer */
  decided(answer) {
    this.setState({ last: answer.data });
    forget("/v1/review");
  }

  render() {
    const decided = this.props.list === "decided";
    const heading = html`<${Title} kicker=${state.value.region ? placeInFull(state.value.region) : say("同类的一起判", "Those of a kind together")}>${say("疑似重复的机构", "Organisations that may be one")}</${Title}>`;
    if (!may("change")) return html`${heading}<p class="small muted">${say("由枢纽管理员和窗口编辑判定。", "The hub admin and the editors of windows decide.")}</p>`;
    const got = pairsAsked(decided);
    return html`${heading}
      <${Switch} label=${say("哪些", "Which")} value=${decided ? "decided" : ""} options=${[["", say("待判定", "Waiting")], ["decided", say("已判定", "Decided")]]} onChange=${(/** @type {string} */ v) => go({ ask: v ? `review:${v}` : "review" })} />
      ${this.account()}
      ${got.data ? (got.data.total ? (decided ? this.pairs(got.data.data) : grouped(got.data.data).map((pairs, i) => this.group(pairs, i))) : html`<${Empty} title=${decided ? say("还没有判定过", "Nothing is decided yet") : say("没有待判定的", "Nothing waits")} />`) : html`<${Pending} of=${got} />`}
      ${got.data && got.data.total > got.data.data.length ? html`<p class="small muted">${say(`共 ${number(got.data.total)} 对，先列 ${number(got.data.data.length)} 对。`, `The first ${number(got.data.data.length)} of ${number(got.data.total)} pairs.`)}</p>` : null}`;
  }

  /** What was decided last, and the way back. */
  account() {
    const { last } = this.state;
    const first = last?.[0];
    if (!last || !first) return null;
    return html`<div class="banner" role="status">${say(`${number(last.length)} 对：`, `${number(last.length)} pairs: `)}${say(...(VERDICTS[first.verdict] ?? ["", ""]))}${first.verdict === "undo" ? null : this.asking(last, [["undo", say("撤销", "Take it back")]], say("撤销", "Take it back"))}</div>`;
  }

  /** @param {ReviewPair[]} pairs @param {number} nth */
  group(pairs, nth) {
    const one = /** @type {ReviewPair} */ (pairs[0]);
    const title = told(one, "group");
    return html`<details class="sources" key=${title} open=${nth === 0}><summary>${title}${say(`（${number(pairs.length)}）`, ` (${number(pairs.length)})`)}</summary>
      ${pairs.length > 1 ? this.asking(pairs.slice(0, MOST), [["same", say("这组都是同一家", "All the same")], ["different", say("这组都不同", "All different")]], title) : null}
      ${this.pairs(pairs)}</details>`;
  }

  /** @param {ReviewPair[]} pairs */
  pairs(pairs) {
    return html`<ul>${pairs.map((p) => html`<li key=${`${p.a} ${p.b}`}><b>${p.a_name}</b><small>${placeInFull(p.a_region)}</small><b>${p.b_name}</b><small>${placeInFull(p.b_region)}</small>
      ${p.verdict ? html`<small>${say("判定：", "decided: ")}${say(...(VERDICTS[p.verdict] ?? ["", ""]))}</small>` : html`<small>${told(p, "evidence")}</small>`}
      ${this.asking([p], p.verdict ? [["undo", say("撤销判定", "Take it back")]] : [["same", say("同一家", "The same")], ["different", say("不同", "Different")]], `${p.a_name} / ${p.b_name}`)}</li>`)}</ul>`;
  }

  /** Words that can be said of pairs, a button each. @param {{ a: string, b: string }[]} pairs @param {[string, string][]} words @param {string} name of what is decided */
  asking(pairs, words, name) {
    return html`<${Posting} to="/v1/review" name=${name} body=${(/** @type {import("./posting.js").Fields} */ { verdict }) => ({ pairs: pairs.map(({ a, b }) => ({ a, b, verdict })) })} done=${(/** @type {{ data: DecidedPair[] }} */ answer) => this.decided(answer)}>
      <p class="actions">${words.map(([id, word]) => html`<button class="button quiet" name="verdict" value=${id}>${word}</button>`)}</p></${Posting}>`;
  }
}
