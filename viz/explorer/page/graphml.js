// The network as a file for Gephi, yEd and the like, and as the question that gives it in Neo4j.
import { fileName, save } from "./export.js";
import { networkAsked } from "./sites.js";
import { listed, state } from "./state.js";
import { html } from "./ui.js";
import { say } from "./words.js";

const KEYS = ["label", "name", "kind", "region", "prefecture", "lon", "lat", "data_class", "source"];

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);
}

/** @param {NetworkNode[]} nodes @param {NetworkEdge[]} edges */
export function graphml(nodes, edges) {
  const data = (/** @type {Record<string, any>} */ of, /** @type {string[]} */ keys) => keys.filter((k) => of[k] !== null && of[k] !== undefined).map((k) => `<data key="${k}">${escaped(String(of[k]))}</data>`).join("");
  const key = (/** @type {string} */ id, /** @type {string} */ of) => `<key id="${id}" for="${of}" attr.name="${id}" attr.type="${id === "lon" || id === "lat" ? "double" : "string"}"/>`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">', ...KEYS.filter((k) => k !== "data_class").map((k) => key(k, "node")), key("data_class", "all"), key("type", "edge"), key("dimension", "edge"), '<graph edgedefault="directed">',
    ...nodes.map((n) => `<node id="${escaped(n.key)}">${data(n, KEYS)}</node>`),
    ...edges.map((e) => `<edge source="${escaped(e.source)}" target="${escaped(e.target)}">${data(e, ["type", "dimension", "data_class"])}</edge>`), "</graph>", "</graphml>", ""].join("\n");
}

/** What the network shows: within the region, without the kinds that are left out. */
function shown() {
  const { region, off, out } = state.value;
  const data = networkAsked().data?.data;
  const without = new Set(listed(off)), hidden = new Set(listed(out));
  const nodes = (data?.nodes ?? []).filter((n) => !without.has(n.kind) && !hidden.has(n.prefecture ?? n.region) && (!region || n.kind === "hub" || n.region.slice(0, 4) === region.slice(0, 4)));
  const keys = new Set(nodes.map((n) => n.key));
  return { nodes, edges: (data?.edges ?? []).filter((e) => keys.has(e.source) && keys.has(e.target) && !without.has(e.dimension ?? e.type)) };
}

/** The question that gives the sites of the region with what they hang on, for Neo4j Browser. @param {string} region */
export function networkCypher(region) {
  const within = /^\d{6}$/.test(region) && region !== "510000" ? ` WHERE r.key STARTS WITH '${region.endsWith("00") ? region.slice(0, 4) : region}'` : "";
  return `MATCH (w)-[:LOCATED_IN]->(r:Region)${within}${within ? " AND" : " WHERE"} (w:Window OR w:Carrier)\nOPTIONAL MATCH (w)-[t:REPORTS_TO]->(u:Window)\nRETURN w, t, u`;
}

export function NetworkFiles() {
  return html`<button type="button" class="link" onClick=${() => { const { nodes, edges } = shown(); save(`${fileName(say("网络", "network"))}.graphml`, `data:application/xml;charset=utf-8,${encodeURIComponent(graphml(nodes, edges))}`); }}>${say("存为 GraphML", "Save GraphML")}</button>
    <button type="button" class="link" onClick=${() => void navigator.clipboard?.writeText(networkCypher(state.value.region))}>${say("复制 Cypher", "Copy Cypher")}</button>`;
}
