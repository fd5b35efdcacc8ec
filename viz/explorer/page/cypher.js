// The cells' facts as questions for Neo4j Browser: what is asked for and what is offered under the filter, row by row.
import { catalogue } from "./catalogue.js";
import { state } from "./state.js";
import { html } from "./ui.js";
import { say } from "./words.js";

/** A list of codes within a question; only codes get there. @param {string[]} codes */
function codes(codes) {
  return `[${codes.filter((c) => /^[A-Za-z0-9]+$/.test(c)).map((c) => `'${c}'`).join(", ")}]`;
}

/** The province's counts of enterprises and its resources that the filter leaves, as coverage rests on them. @param {Pick<State, "region" | "industry" | "type">} of */
export function tableCypher({ region, industry, type }) {
  const place = catalogue.places.get(region);
  const inside = !region || place?.level === "province" ? "" : place ? (place.level === "prefecture" ? `r.prefecture = '${region}' OR r.key = '${region}'` : `r.key = '${region}'`) : `r.prefecture IN ${codes([...catalogue.places.values()].filter((p) => p.level === "prefecture" && p.zone === region).map((p) => p.code))}`;
  const chains = industry ? codes([...catalogue.chains.values()].filter((c) => [c.code, c.pillar, c.system].includes(industry)).map((c) => c.code)) : "";
  const where = (/** @type {string[]} */ parts) => (parts.some(Boolean) ? `\nWHERE ${parts.filter(Boolean).map((p) => `(${p})`).join(" AND ")}` : "");
  return {
    demand: `MATCH (n:EnterpriseCount)-[:LOCATED_IN]->(r:Region)\nMATCH (n)-[:BELONGS_TO]->(c:Chain)${where([inside, chains && `c.key IN ${chains}`])}\nRETURN r.key AS region, c.key AS chain, n.count AS enterprises, n.as_of AS as_of ORDER BY region, chain, as_of`,
    supply: `MATCH (o:Organization)-[:PROVIDES]->(s:Resource)-[:OFFERS]->(t:ServiceType)\nMATCH (o)-[:LOCATED_IN]->(r:Region)${where([inside, type && `t.key IN ${codes([type])}`, chains && `NOT EXISTS { MATCH (s)-[:SUITS]->(:Chain) } OR EXISTS { MATCH (s)-[:SUITS]->(c:Chain) WHERE c.key IN ${chains} }`])}\nRETURN r.key AS region, t.key AS service_type, o.name AS provider, s.name AS resource, s.capacity AS capacity, s.until AS until ORDER BY region, service_type, provider, resource`,
  };
}

/** Both questions, one after the other, for the clipboard. */
export function CypherCopy() {
  const copy = () => {
    const { demand, supply } = tableCypher(state.value);
    void navigator.clipboard?.writeText(`// ${say("需求依据的企业数量", "counts behind demand")}\n${demand};\n// ${say("当地的服务资源", "resources of the place")}\n${supply};\n`);
  };
  return html`<button type="button" class="button quiet" onClick=${copy}>${say("复制 Cypher", "Copy Cypher")}</button>`;
}
