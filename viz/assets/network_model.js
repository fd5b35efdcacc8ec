/* The page's state and what follows from it; nothing here touches the document or the canvas. */
"use strict";
/** @type {any} */
const shuniu = {};

/** @typedef {{q: string, kinds: string[]|null, prefecture: string, reality: string, links: string, lang: "zh"|"en", selected: string}} State */

/** The form in which names are compared, as graph.vocabulary.fold does. @param {string} text */
shuniu.fold = (text) => text.normalize("NFKC").replace(/\s+/gu, "").toLowerCase();

/** Read the state that a shared link carries; what it does not say is open. @param {string} hash @param {any} data @returns {State} */
shuniu.readState = (hash, data) => {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const lang = said.get("lang");
  return {
    q: said.get("q") ?? "",
    kinds: said.has("kinds") ? (said.get("kinds") ?? "").split(",") : null,
    prefecture: said.get("prefecture") ?? "",
    reality: said.get("reality") ?? "",
    links: said.get("links") ?? "superior",
    lang: lang === "zh" || lang === "en" ? lang : data.lang,
    selected: said.get("selected") ?? "",
  };
};

/** Write the state as a link's fragment, without what is as at the start. @param {State} state @param {any} data */
shuniu.writeState = (state, data) => {
  const said = new URLSearchParams();
  for (const name of ["q", "prefecture", "reality", "selected"]) if (state[name]) said.set(name, state[name]);
  if (state.kinds) said.set("kinds", state.kinds.join(","));
  if (state.links !== "superior") said.set("links", state.links);
  if (state.lang !== data.lang) said.set("lang", state.lang);
  return said.toString();
};

/** Numbers of the nodes that pass all filters. @param {State} state @param {any} data @returns {Set<number>} */
shuniu.matching = (state, data) => {
  const wanted = shuniu.fold(state.q);
  const kinds = state.kinds && new Set(state.kinds);
  /** @type {Set<number>} */
  const found = new Set();
  data.facts.forEach((fact, i) => {
    if (kinds && !kinds.has(fact.kind)) return;
    if (state.prefecture && fact.prefecture !== state.prefecture) return;
    if (state.reality && (fact.dataClass === "SYNTHETIC") !== (state.reality === "synthetic")) return;
    if (wanted && !fact.folded.includes(wanted)) return;
    found.add(i);
  });
  return found;
};

/** The prefecture that a page holds, beside the hub; null of the whole province. @param {any} data @returns {string | null} */
shuniu.onlyPrefecture = (data) => {
  const [one, ...more] = new Set(data.facts.map((fact) => fact.prefecture).filter(Boolean));
  return one && !more.length ? one : null;
};

/** Number of matching members of each cluster. @param {Set<number>} found @param {any} data @returns {number[]} */
shuniu.clusterCounts = (found, data) => data.clusters.map((c) => c.members.filter((i) => found.has(i)).length);

/** How often each value of one fact occurs, in order of first sight. @param {number[]} ids @param {string} fact @param {any} data */
shuniu.tally = (ids, fact, data) => {
  const counts = new Map();
  for (const i of ids) counts.set(data.facts[i][fact], (counts.get(data.facts[i][fact]) ?? 0) + 1);
  return counts;
};

/** Room a sign takes beside a Chinese one. @param {string} sign */
shuniu.width = (sign) => (sign > "\u2e80" ? 1 : 0.55);

/** A long name in lines as wide as eight Chinese signs, three lines at most. @param {string} name */
shuniu.wrapped = (name) => {
  const lines = [""];
  let room = 8;
  for (const piece of name.replace(/\s+/gu, " ").match(/[\u0021-\u2e7f]{1,15} ?|./gu) ?? []) {
    const wide = [...piece].reduce((sum, sign) => sum + shuniu.width(sign), 0);
    if (wide > room && lines[lines.length - 1]) {
      if (lines.length === 3) return `${lines.join("\n").slice(0, -1)}…`;
      lines.push("");
      room = 8;
    }
    lines[lines.length - 1] += piece;
    room -= wide;
  }
  return lines.join("\n");
};

/** Whether a line of this type is wanted. @param {string} type @param {string} links */
shuniu.wants = (type, links) => links === "all" || (type === "PARTNERS_WITH") === (links === "partners");

/** Read the page's data and add what can be derived. @param {Document} document */
shuniu.readData = (document) => {
  const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  for (const fact of data.facts) fact.folded = shuniu.fold(`${fact.name} ${(fact.short ?? []).join(" ")} ${data.terms[`region.${fact.region}`]?.join(" ") ?? ""}`);
  data.terms.active = ["在用", "In service"];
  data.terms.closed = ["已停用", "Out of service"];
  data.terms.badge = ["示例", "Synthetic"];
  /** The wording of a term; an unknown one as it is. */
  data.say = (term, lang) => data.terms[term]?.[lang === "zh" ? 0 : 1] ?? String(term).replace(/^[a-z_]+\./, "");
  return data;
};
