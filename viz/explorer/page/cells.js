// All cells in the page: decoded once, then cut, summed and sorted here by the rules of queries/rollup.py.
import { catalogue } from "./catalogue.js";

/** Axis of a level. @type {Record<Level, Axis>} */
export const AXIS = {
  zone: "region", prefecture: "region", county: "region",
  system: "industry", pillar: "industry", chain: "industry", service_type: "service_type",
};
const STATES = 5;
const REASONS = 10;
/** Numbers kept for each group: demand, met, supply, local, demand that nothing reaches, then counts by state, then unmet by reason. */
const WIDTH = 5 + STATES + REASONS;

/** @param {string} text base64 */
function bytes(text) {
  const plain = atob(text);
  const made = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i++) made[i] = plain.charCodeAt(i);
  return made.buffer;
}

/** @param {CellsDocument} from @returns {Cells} */
export function decode(from) {
  const { columns } = from;
  return {
    regions: from.regions, chains: from.chains, types: from.types, states: from.states, reasonIds: from.reason_ids, meta: from.meta,
    demand: new Float32Array(bytes(columns.demand)), access: new Float32Array(bytes(columns.access)),
    local: new Float32Array(bytes(columns.local)), providers: new Uint16Array(bytes(columns.providers)),
    state: new Uint8Array(bytes(columns.state)), reasons: new Uint16Array(bytes(columns.reasons)),
  };
}

/** Group of each position of an axis. @param {Cells} cells @param {Level} level @param {Map<string, Place>} places */
function codesOf(cells, level, places) {
  if (level === "service_type") return cells.types;
  if (level === "chain") return cells.chains.map((c) => c.code);
  if (level === "pillar" || level === "system") return cells.chains.map((c) => c[level]);
  if (level === "county") return cells.regions.map((r) => r.code);
  if (level === "prefecture") return cells.regions.map((r) => `${r.code.slice(0, 4)}00`);
  return cells.regions.map((r) => places.get(r.code)?.zone || places.get(`${r.code.slice(0, 4)}00`)?.zone || "");
}

/** Positions of an axis that a filter keeps. @param {Cells} cells @param {Axis} axis @param {Filter} filter @param {Map<string, Place>} places */
function kept(cells, axis, filter, places) {
  const asked = axis === "region" ? filter.region : axis === "industry" ? filter.industry : filter.type;
  const levels = /** @type {Level[]} */ (Object.keys(AXIS).filter((l) => AXIS[/** @type {Level} */ (l)] === axis));
  const size = axis === "region" ? cells.regions.length : axis === "industry" ? cells.chains.length : cells.types.length;
  const made = new Uint8Array(size).fill(!asked || asked === "510000" ? 1 : 0);
  if (asked) for (const level of levels) codesOf(cells, level, places).forEach((code, i) => { if (code === asked) made[i] = 1; });
  return made;
}

/**
 * Cut the cells into rows and columns. Groups stand in the order of the axis.
 * @param {Cells} cells @param {Level | null} rowLevel @param {Level | null} colLevel @param {Filter} filter @param {Map<string, Place>} places
 * @returns {Pivot}
 */
export function pivot(cells, rowLevel, colLevel, filter, places) {
  const row = grouping(cells, rowLevel, filter, places);
  const col = grouping(cells, colLevel, filter, places);
  const keep = { region: kept(cells, "region", filter, places), industry: kept(cells, "industry", filter, places), service_type: kept(cells, "service_type", filter, places) };
  const count = col.groups.length;
  const sums = new Float64Array(row.groups.length * count * WIDTH);
  const rowSums = new Float64Array(row.groups.length * WIDTH);
  const colSums = new Float64Array(count * WIDTH);
  const all = new Float64Array(WIDTH);
  const R = cells.regions.length, C = cells.chains.length, T = cells.types.length;
  const empty = cells.states.indexOf("empty");
  for (let r = 0; r < R; r++) {
    if (!keep.region[r]) continue;
    for (let c = 0; c < C; c++) {
      if (!keep.industry[c]) continue;
      for (let t = 0; t < T; t++) {
        if (!keep.service_type[t]) continue;
        const i = (r * C + c) * T + t;
        const a = row.of[row.axis === "region" ? r : row.axis === "industry" ? c : row.axis ? t : 0] ?? 0;
        const b = col.of[col.axis === "region" ? r : col.axis === "industry" ? c : col.axis ? t : 0] ?? 0;
        add(cells, i, empty, sums, (a * count + b) * WIDTH);
      }
    }
  }
  for (let a = 0; a < row.groups.length; a++) {
    for (let b = 0; b < count; b++) {
      for (let k = 0; k < WIDTH; k++) {
        const value = sums[(a * count + b) * WIDTH + k] ?? 0;
        rowSums[a * WIDTH + k] = (rowSums[a * WIDTH + k] ?? 0) + value;
        colSums[b * WIDTH + k] = (colSums[b * WIDTH + k] ?? 0) + value;
        all[k] = (all[k] ?? 0) + value;
      }
    }
  }
  /** @type {(Figures | undefined)[]} */
  const made = new Array(row.groups.length * count);
  return {
    rows: row.groups, cols: col.groups,
    at: (a, b) => (made[a * count + b] ??= figures(cells, sums, (a * count + b) * WIDTH)),
    rowTotals: row.groups.map((_, a) => figures(cells, rowSums, a * WIDTH)),
    colTotals: col.groups.map((_, b) => figures(cells, colSums, b * WIDTH)),
    total: figures(cells, all, 0),
  };
}

/** @type {WeakMap<Cells, Map<string, Pivot>>} */
const cutsOf = new WeakMap();
const CUTS = 24;

/** The same as pivot(), made once for the same question. @param {Cells} cells @param {Level | null} rows @param {Level | null} cols @param {Filter} filter @returns {Pivot} */
export function cut(cells, rows, cols, filter) {
  const cuts = cutsOf.get(cells) ?? new Map();
  cutsOf.set(cells, cuts);
  const key = [rows, cols, filter.region, filter.industry, filter.type].join("|");
  let made = cuts.get(key);
  if (!made) {
    made = pivot(cells, rows, cols, filter, catalogue.places);
    if (cuts.size >= CUTS) cuts.delete([...cuts.keys()][0] ?? "");
    cuts.set(key, made);
  }
  return made;
}

/** @param {Cells["regions"]} regions the day of the newest count in any of them */
export function newest(regions) {
  return regions.reduce((/** @type {string | null} */ last, r) => (r.as_of && (!last || r.as_of > last) ? r.as_of : last), null);
}

/** @param {Cells} cells @param {Level | null} level @param {Filter} filter @param {Map<string, Place>} places */
function grouping(cells, level, filter, places) {
  if (!level) return { axis: null, of: [0], groups: [{ code: "", level: /** @type {Level} */ ("county") }] };
  const axis = AXIS[level];
  const codes = codesOf(cells, level, places);
  const keep = kept(cells, axis, filter, places);
  /** @type {Map<string, number>} */
  const index = new Map();
  const of = codes.map((code, i) => {
    if (!keep[i]) return 0;
    if (!index.has(code)) index.set(code, index.size);
    return index.get(code) ?? 0;
  });
  return { axis, of, groups: [...index.keys()].map((code) => ({ code, level })) };
}

/** @param {Cells} cells @param {number} i @param {number} empty @param {Float64Array} sums @param {number} at */
function add(cells, i, empty, sums, at) {
  const demand = cells.demand[i] ?? NaN, access = cells.access[i] ?? 0, code = cells.state[i] ?? 0;
  const state = at + 5 + code;
  sums[state] = (sums[state] ?? 0) + 1;
  if (!(demand > 0)) return;
  const met = demand * Math.min(1, access);
  const unmet = demand - met;
  sums[at] = (sums[at] ?? 0) + demand;
  sums[at + 1] = (sums[at + 1] ?? 0) + met;
  sums[at + 2] = (sums[at + 2] ?? 0) + demand * access;
  sums[at + 3] = (sums[at + 3] ?? 0) + demand * Math.min(1, cells.local[i] ?? 0);
  if (code === empty) sums[at + 4] = (sums[at + 4] ?? 0) + demand;
  let bits = cells.reasons[i] ?? 0;
  for (let k = at + 5 + STATES; bits; bits >>= 1, k++) if (bits & 1) sums[k] = (sums[k] ?? 0) + unmet;
}

/** @param {Cells} cells @param {Float64Array} sums @param {number} at @returns {Figures} */
function figures(cells, sums, at) {
  const counts = [...sums.subarray(at + 5, at + 5 + STATES)];
  const n = Object.fromEntries(cells.states.map((s, i) => [s, counts[i] ?? 0]));
  const needed = (n["covered"] ?? 0) + (n["partial"] ?? 0) + (n["empty"] ?? 0);
  const known = needed + (n["not_applicable"] ?? 0) > 0;
  const demand = known ? (sums[at] ?? 0) : NaN;
  const met = known ? (sums[at + 1] ?? 0) : NaN;
  const supply = known ? (sums[at + 2] ?? 0) : NaN;
  const state = !needed ? (n["unknown"] ? "unknown" : "not_applicable")
    : n["covered"] === needed ? "covered" : n["empty"] === needed ? "empty" : "partial";
  return {
    demand, met, supply, unmet: demand - met, surplus: supply - demand,
    ratio: demand > 0 ? met / demand : NaN, local: demand > 0 ? (sums[at + 3] ?? 0) / demand : NaN,
    bare: sums[at + 4] ?? 0, state, counts, cells: counts.reduce((a, b) => a + b, 0),
    reasons: [...sums.subarray(at + 5 + STATES, at + WIDTH)],
  };
}

/** Positions of the reasons that hold most unmet demand, largest first. @param {Figures} of */
export function mainReasons(of) {
  return of.reasons.map((value, i) => ({ value, i })).filter((r) => r.value > 0).sort((a, b) => b.value - a.value).map((r) => r.i);
}
