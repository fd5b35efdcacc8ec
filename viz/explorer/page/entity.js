// Any node of the graph: what is known of it, where from, and how many ties of each kind it has.
import { catalogue } from "./catalogue.js";
import { ask } from "./data.js";
import { Source } from "./source.js";
import { html, Pending, Step, Title } from "./ui.js";
import { chainName, moment, number, placeInFull, say, told } from "./words.js";

/** Nodes that a panel of their own knows by their key alone. */
const PLAIN = ["Window", "Carrier"];

/** How an address names a node: label and key, apart. @param {string} id @returns {[string, string]} */
export function partsOf(id) {
  const at = id.indexOf(":");
  return [id.slice(0, Math.max(0, at)), id.slice(at + 1)];
}

/** The step to a node: it in the middle of the network, and its own panel. @param {string} label @param {string} key @returns {Partial<State>} */
export function around(label, key) {
  const plain = PLAIN.includes(label) || (label === "Region" && catalogue.places.has(key));
  return { view: "network", ego: `${label}:${key}`, node: plain ? key : `${label}:${key}`, cell: "", ask: "" };
}

/** @param {string} label */
export function labelName(label) {
  return say(...(catalogue.labels[label] ?? [label, label]));
}

/** Closed lists whose entries are nodes, too, under the same ids. @type {Record<string, string>} */
const LISTS = { EconomicZone: "economic_zones", System: "industry_systems", Pillar: "industry_pillars", ServiceType: "service_types", Dimension: "cooperation_dimensions" };

/** What a node is called; places, chains, segments and entries of closed lists have a name in English. @param {string} label @param {{ key: string, name: string | null }} of */
export function calledAs(label, { key, name }) {
  const listed = catalogue.lists.get(LISTS[label] ?? "")?.get(key);
  if (listed) return say(listed.zh, listed.en);
  return label === "Region" ? say(name ?? key, placeInFull(key)) : chainName(key, name ?? key);
}

/** What is known of a node, by its label and key. @param {string} id @returns {Asked<{ data: EntityReport, meta: Meta }>} */
export function entityAsked(id) {
  const [label, key] = partsOf(id);
  return ask(`/v1/entities/${encodeURIComponent(label)}/${encodeURIComponent(key)}`);
}

/** Ties of a kind in words: who does what to it, or what it does. @param {Tie} tie */
export function tieName(tie) {
  const [name, other] = [told(tie, "name"), labelName(tie.label)];
  return tie.outgoing ? say(`${name}${other}`, `${name} ${other}`) : say(`${other}${name}此处`, `${other} ${name} it`);
}

/** @param {{ id: string }} o */
export function Entity({ id }) {
  const got = entityAsked(id);
  if (!got.data) return html`<${Title} kicker=${labelName(partsOf(id)[0])}>…</${Title}>${html`<${Pending} of=${got} />`}`;
  const of = got.data.data;
  const value = (/** @type {EntityReport["facts"][number]} */ f) => (f.value_zh !== null && say("zh", "en") === "zh" ? f.value_zh : Array.isArray(f.value) ? f.value.join(say("、", ", ")) : String(f.value));
  return html`<${Title} kicker=${labelName(of.label)}>${calledAs(of.label, of)}</${Title}>
    <p class="actions"><${Step} to=${around(of.label, of.key)} class="button quiet">${say("它连着谁", "What it is tied to")}</${Step}></p>
    <dl class="pairs">${of.facts.map((f) => html`<div><dt>${told(f, "name")}</dt><dd>${value(f)}</dd></div>`)}</dl>
    ${of.ties.length ? html`<section><h3>${say("与别处的联系", "Ties")}</h3><table class="rows"><tbody>${of.ties.map((t) => html`<tr><th scope="row">${tieName(t)}</th><td class="num">${number(t.number)}</td></tr>`)}</tbody></table></section>` : null}
    <p class="small"><${Source} of=${of} more=${of.stated && say(`${of.stated.file} 第 ${of.stated.row ?? "—"} 行，${moment(of.stated.at)} 载入`, `${of.stated.file}, row ${of.stated.row ?? "—"}, loaded ${moment(of.stated.at)}`)} /></p>`;
}
