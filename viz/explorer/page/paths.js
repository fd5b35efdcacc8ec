// Collaboration paths between two places or sites: each step, what makes up its score, and the way that it takes.
import { catalogue } from "./catalogue.js";
import { ask } from "./data.js";
import { calledAs } from "./entity.js";
import { go, state } from "./state.js";
import { DataClass, html, Pending, Step, Title } from "./ui.js";
import { hundredths, placeInFull, say, term, told } from "./words.js";

const MOST = 5;
/** Ways that a path goes. @type {Record<string, [string, string]>} */
const EDGES = {
  PROVIDES: ["提供", "provides"], OPERATED_BY: ["运营", "operated by"], HOSTS: ["承载", "hosts"], PARTNERS_WITH: ["合作", "partners with"],
  REPORTS_TO: ["上下级", "reports to"], FEEDS: ["上下游", "feeds"], SERVES: ["服务", "serves"], BELONGS_TO: ["属于", "belongs to"],
  PART_OF: ["隶属", "part of"], SUITS: ["适用", "suits"], LOCATED_IN: ["位于", "located in"],
};

/** What a way is called. @param {string} type */
export function wayName(type) {
  return say(...(EDGES[type] ?? [type, type]));
}

/** @param {string} from @param {string} to */
function addressOf(from, to) {
  const query = new URLSearchParams([["from", from], ["to", to], ["k", String(MOST)]]);
  if (state.value.day) query.set("as_of", state.value.day);
  return `/v1/paths?${query}`;
}

/** Places that the path on show passes, in its order, each once; nothing where no path is asked for. @param {"prefecture" | "county"} level @returns {string[]} */
export function routeOf(level) {
  const { ask: asked, route } = state.value;
  const [kind, from = "", to = ""] = asked.split(":");
  if (kind !== "path") return [];
  const got = /** @type {Asked<PathAnswer>} */ (ask(addressOf(from, to)));
  const path = got.data?.data[Number(route) || 0];
  const codes = (path?.nodes ?? []).map((n) => (n.label === "Region" && (level === "county" || n.key.endsWith("00")) ? n.key : (n.prefecture ?? ""))).filter((code) => catalogue.places.has(code));
  return codes.filter((code, i) => code !== codes[i - 1]);
}

/** @param {{ from: string, to: string }} o */
export function Paths({ from, to }) {
  const got = /** @type {Asked<PathAnswer>} */ (ask(addressOf(from, to)));
  const name = (/** @type {string} */ key, /** @type {PathNode | null | undefined} */ node) => (catalogue.places.has(key) ? placeInFull(key) : (node?.name ?? key));
  const title = `${name(from, got.data?.start)} → ${name(to, got.data?.end)}`;
  const shown = Number(state.value.route) || 0;
  const found = got.data?.data ?? [];
  return html`<${Title} kicker=${say("协作路径", "Collaboration paths")}>${title}</${Title}>
    ${got.data && !found.length ? html`<p>${got.data.explanation ? told(got.data.explanation, "reason") : say("没有路径。", "No path.")}</p>` : null}
    ${found.length ? html`<p class="small muted">${say("得分越接近 0 越好；图上画的是选中的一条。", "The nearer to 0 the better; the one chosen is drawn.")}</p>
      <ol class="paths">${found.map((p, i) => html`<li class=${i === shown ? "here" : ""}>
        <p class="path-head"><button type="button" class="link" aria-pressed=${String(i === shown)} onClick=${() => go({ view: "network", route: i ? String(i) : "" })}>${say(`第 ${i + 1} 条：${p.hops} 步`, `Path ${i + 1}: ${p.hops} hops`)}</button> <span class="num">${hundredths(p.score)}</span></p>
        <ol class="hops">${p.nodes.map((n, k) => html`<li><b>${calledAs(n.label, n)}</b>${p.edges[k] ? html`<${Way} of=${p.edges[k]} />` : null}</li>`)}</ol>
        <${Parts} path=${p} /></li>`)}</ol>` : null}
    ${got.data ? null : html`<${Pending} of=${got} what=${say("正在寻找路径…", "Looking for paths…")} />`}
    ${state.value.view === "network" ? null : html`<p class="actions"><${Step} to=${{ view: "network" }} class="button quiet">${say("在网络图上看", "On the network")}</${Step}></p>`}`;
}

/** @param {{ of: PathEdge }} o */
function Way({ of }) {
  return html`<small>${wayName(of.type)}${of.dimension ? ` · ${term("cooperation_dimensions", of.dimension)}` : ""} · ${say("强度", "strength")} ${hundredths(of.strength)} <${DataClass} data_class=${of.data_class} /></small>`;
}

/** What the score is made of; the parts sum to it. @param {{ path: Path }} o */
function Parts({ path }) {
  const names = new Map(path.nodes.map((n) => [n.key, calledAs(n.label, n)]));
  const of = (/** @type {{ of: string, kind: string }} */ c) => {
    const [, from = "", type = "", to = ""] = /^(.*)-\[(\w+)\]-(.*)$/.exec(c.of) ?? [];
    return c.kind === "hub" ? say(`经过 ${names.get(c.of) ?? c.of}（连线越多，扣得越多）`, `through ${names.get(c.of) ?? c.of} (the more ties, the more it costs)`)
      : `${names.get(from) ?? from} ${wayName(type)} ${names.get(to) ?? to}`;
  };
  return html`<details class="sources"><summary>${say("得分怎样来", "What makes up the score")}</summary><table class="rows"><tbody>
    ${path.contributions.map((c) => html`<tr><th scope="row">${of(c)}</th><td class="num">${hundredths(c.value)}</td></tr>`)}
    <tr class="total"><th scope="row">${say("合计", "Total")}</th><td class="num">${hundredths(path.score)}</td></tr></tbody></table><button type="button" class="link" onClick=${() => void navigator.clipboard?.writeText(path.cypher)}>${say("复制 Cypher", "Copy Cypher")}</button></details>`;
}
