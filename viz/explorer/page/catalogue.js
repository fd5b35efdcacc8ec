// Places, closed lists and outlines: what the page knows before it asks anything.

/** What never changes while the page is open, filled by keepCatalogue(). */
export const catalogue = {
  /** @type {Map<string, Place>} */ places: new Map(),
  /** @type {Map<string, Map<string, Term>>} */ lists: new Map(),
  /** @type {Catalogue["indicators"]} */ indicators: {},
  /** @type {Catalogue["labels"]} */ labels: {},
  /** Chains and segments. @type {Catalogue["english"]} */ english: {},
  /** @type {Map<string, CellsDocument["chains"][number]>} */ chains: new Map(),
  /** @type {Catalogue["outlines"]} */ outlines: { prefecture: {}, county: {} },
  origin: { lon: 0, lat: 0, scale: 1 },
  /** @type {Record<string, string>} */ shapes: {},
  /** @type {number[]} */ bands: [],
  /** @type {[string, string]} */ reviewNote: ["", ""],
  /** Rules of public names: what is cut, then what stands for what. @type {{ cut: RegExp[], names: [RegExp, string][] }} */ sources: { cut: [], names: [] },
};

/** @param {string} pattern */
const everywhere = (pattern) => new RegExp(pattern, "g");

/** @param {Catalogue} from */
export function keepCatalogue(from) {
  catalogue.places = new Map(from.places.map((p) => [p.code, p]));
  catalogue.lists = new Map(Object.entries(from.lists).map(([name, terms]) => [name, new Map(terms.map((t) => [t.id, t]))]));
  Object.assign(catalogue, { indicators: from.indicators, labels: from.labels, english: from.english, outlines: from.outlines, origin: from.origin, shapes: from.shapes, bands: from.bands, reviewNote: from.review_note });
  catalogue.sources = { cut: from.sources.cut.map(everywhere), names: from.sources.names.map(([pattern, name]) => [everywhere(pattern), name]) };
}

