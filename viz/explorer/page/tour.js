// Five steps for who comes for the first time; each is an address, so that back, forward and a shared link work.
import { go, state } from "./state.js";
import { html, Step } from "./ui.js";
import { say } from "./words.js";

const SEEN = "shuniu.tour";
/** @type {{ to: Partial<State>, zh: string, en: string, text: [string, string] }[]} */
const STEPS = [
  { to: { view: "overview" }, zh: "一句话看全省", en: "The province in a sentence", text: ["需求满足了多少、还差多少；下面三榜是先要看的缺口，点任一条，右边说原因和补法。", "How much demand is met and how much is not. Below stand the gaps to look at first; click one and the panel says why, and what would fill it."] },
  { to: { view: "matrix", rows: "prefecture", cols: "service_type", measure: "ratio" }, zh: "任意两维的矩阵", en: "Any two axes", text: ["颜色和花纹是状态，格中是数。点行首下钻，点列首排序，点格看解释；“比较”看与上月之差。", "Colour and pattern are the state, the number stands in the cell. A row's head opens it, a column's sorts by it, a cell is explained; compare with a month ago."] },
  { to: { view: "map", sites: "presence", places: "county" }, zh: "地图上看哪里没有", en: "Where there is nothing", text: ["“叠加”可换成窗口、30 公里范围、调剂流向；也可放上自己的界线，文件不离开本页。", "Lay windows, their reach or flows over it, or boundaries of your own, which never leave the page."] },
  { to: { view: "network" }, zh: "网络和路径", en: "Network and paths", text: ["钉住两处，就能看它们之间的协作路径和得分怎样来；图例可选显示什么。", "Pin two places to see the paths between them and what makes up their score; the legend chooses what is drawn."] },
  { to: { view: "overview", ask: "whatif" }, zh: "假如……", en: "What if …", text: ["加、迁、关、升、共享，整页换成方案之后的数。上面的查找框认短语：谁能帮 资阳 知识产权。", "Add, move, close, upgrade, share: the whole page shows the day after. The search field takes phrases: who can help Ziyang with intellectual property."] },
];
/** What a step leaves behind. @type {Partial<State>} */
const BARE = { ask: "", cell: "", node: "", sites: "", places: "prefecture" };

function isSeen() {
  try {
    return Boolean(localStorage.getItem(SEEN));
  } catch {
    return true; // where a browser keeps nothing, nothing is offered each time anew
  }
}

function close() {
  try {
    localStorage.setItem(SEEN, "yes");
  } catch {
    // kept nowhere: the offer comes again
  }
  go({ tour: "", ...(state.value.tour ? BARE : {}) });
}

/** The offer, on the start page until it is taken or declined. */
export function TourOffer() {
  if (window.shuniuOffline || state.value.tour || state.value.view !== "overview" || isSeen()) return null;
  return html`<p class="offer"><span>${say("第一次来？五步看完这一页能做什么。", "New here? Five steps show what this page can do.")}</span> <${Step} to=${stepTo(0)} class="button quiet">${say("开始", "Start")}</${Step}> <button type="button" class="link" onClick=${() => { close(); state.value = { ...state.value }; }}>${say("不用了", "No, thanks")}</button></p>`;
}

/** @param {number} at @returns {Partial<State>} */
export function stepTo(at) {
  return { ...BARE, ...STEPS[at]?.to, tour: String(at + 1) };
}

/** The step that the address asks for. */
export function Tour() {
  const at = Number(state.value.tour) - 1;
  const step = STEPS[at];
  if (!step) return null;
  return html`<section class="tour" aria-label=${say("导览", "Tour")} aria-live="polite"><p class="kicker">${at + 1} / ${STEPS.length}</p><h2>${say(step.zh, step.en)}</h2><p>${say(...step.text)}</p>
    <p class="actions">${at ? html`<${Step} to=${stepTo(at - 1)} class="button quiet">${say("上一步", "Back")}</${Step}>` : null}${at + 1 < STEPS.length ? html`<${Step} to=${stepTo(at + 1)} class="button">${say("下一步", "Next")}</${Step}>` : null}<button type="button" class="link" onClick=${close}>${say("结束导览", "End the tour")}</button></p></section>`;
}
