// Where a fact is from, by the name under which the public may read of it; an address leads there.
import { catalogue } from "./catalogue.js";
import { DataClass, html } from "./ui.js";
import { say, term } from "./words.js";

/** As queries/sources.py does it, by the same rules. @param {string} source @returns {{ name: string, address: string | null }} */
export function publicSource(source) {
  const { cut, names } = catalogue.sources;
  const text = cut.reduce((said, pattern) => said.replace(pattern, ""), source);
  const name = names.reduce((said, [pattern, other]) => said.replace(pattern, other), text).trim() || source;
  return { name, address: /^https?:\/\//.test(text.trim()) ? text.trim() : null };
}

/** What is said of where a fact is from, how far it was checked, and whether it is real.
 * @param {{ of: { source: string | null, verification: string | null, data_class: string | null }, more?: string }} o */
export function Source({ of, more }) {
  const { name, address } = publicSource(of.source ?? say("来源未注明", "no source stated"));
  return html`<span class="source">${address ? html`<a href=${address} target="_blank" rel="noreferrer">${name}</a>` : name}${[of.verification ? term("verifications", of.verification) : "", more].filter(Boolean).map((said) => ` · ${said}`)} <${DataClass} data_class=${of.data_class} /></span>`;
}
