// Rows and columns of the matrix: which a state asks for, what opens below them, their names, figures and order.
import { AXIS } from "./cells.js";
import { html, Step } from "./ui.js";
import { groupName, industryName, placeInFull, say, typeName } from "./words.js";

/** @typedef {{ code: string, level: Level | "total" }} Line */

/** Rows and columns that a state asks for, never twice the same axis. @param {State} of @returns {[Level, Level]} */
export function axesOf(of) {
  if (AXIS[of.rows] !== AXIS[of.cols]) return [of.rows, of.cols];
  return [of.rows, AXIS[of.rows] === "service_type" ? "prefecture" : "service_type"];
}

/** Id of the cell at a row and column, within the filter: region:industry:service type. @param {State} of @param {Line[]} lines */
export function cellId(of, ...lines) {
  const at = { region: of.region, industry: of.industry, service_type: of.type };
  for (const line of lines) if (line.level !== "total") at[AXIS[line.level]] = line.code;
  return `${at.region}:${at.industry}:${at.service_type}`;
}

/** What opens below a group. @param {State} of @param {Line} line @param {"rows" | "cols"} side @returns {Partial<State> | null} */
export function below(of, line, side) {
  /** @type {Partial<Record<Level, [keyof State, Level]>>} */
  const next = { zone: ["region", "prefecture"], prefecture: ["region", "county"], system: ["industry", "pillar"], pillar: ["industry", "chain"], service_type: ["type", AXIS[side === "rows" ? axesOf(of)[1] : axesOf(of)[0]] === "region" ? "system" : "prefecture"] };
  const found = line.level === "total" ? undefined : next[line.level];
  return found ? { [found[0]]: line.code, [side]: found[1], sort: "", pick: "", cell: "" } : null;
}

/** @param {Line} line */
export function lineName(line) {
  return line.level === "total" ? say("合计", "Total") : groupName(/** @type {Group} */ (line));
}

/** The sign of a state that has no number. @param {string} id */
export function signOf(id) {
  return id === "unknown" ? "?" : id === "not_applicable" ? "–" : id === "empty" ? "0%" : "";
}

/** Figures of a row and column; -1 is the total. @param {Pivot} grid @param {number} a @param {number} b */
export function figuresAt(grid, a, b) {
  const found = a < 0 ? (b < 0 ? grid.total : grid.colTotals[b]) : b < 0 ? grid.rowTotals[a] : grid.at(a, b);
  return /** @type {Figures} */ (found);
}

/** Figures of the other day at the same row and column, found by their codes. @param {Pivot} grid @param {Pivot} other @returns {(a: number, b: number) => Figures | null} */
export function beforeOf(grid, other) {
  const rows = new Map(other.rows.map((g, i) => [g.code, i])), cols = new Map(other.cols.map((g, i) => [g.code, i]));
  return (a, b) => {
    const row = a < 0 ? -1 : rows.get(grid.rows[a]?.code ?? ""), col = b < 0 ? -1 : cols.get(grid.cols[b]?.code ?? "");
    return row === undefined || col === undefined ? null : figuresAt(other, row, col);
  };
}

/** Order of the rows: as they stand, or by a column's value, unknown last. @param {Pivot} grid @param {State} of @param {(a: number, b: number) => number} valueAt */
export function sorted(grid, of, valueAt) {
  const order = grid.rows.map((_, i) => i);
  if (!of.sort) return order;
  const down = of.sort.startsWith("-") ? -1 : 1;
  const id = of.sort.replace(/^-/, "");
  const col = grid.cols.findIndex((g) => g.code === id);
  if (col < 0 && id !== "total") return order;
  const value = (/** @type {number} */ a) => valueAt(a, id === "total" ? -1 : col);
  return order.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return down * (x - y) || a - b;
  });
}

/** Where one is, and the way back up. @param {{ of: State }} o */
export function Trail({ of }) {
  /** @type {[string, Partial<State>][]} */
  const steps = [];
  if (of.region) {
    steps.push([say("全省", "Province"), { region: "", rows: AXIS[of.rows] === "region" ? "prefecture" : of.rows, pick: "", sort: "" }]);
    steps.push([placeInFull(of.region), {}]);
  }
  if (of.industry) steps.push([say("全部产业", "All industries"), { industry: "", pick: "", sort: "", rows: AXIS[of.rows] === "industry" ? "system" : of.rows, cols: AXIS[of.cols] === "industry" ? "system" : of.cols }], [industryName(of.industry), {}]);
  if (of.type) steps.push([say("全部服务", "All services"), { type: "", pick: "", sort: "" }], [typeName(of.type), {}]);
  if (!steps.length) return null;
  return html`<nav class="trail" aria-label=${say("所在位置", "Where you are")}>${steps.map(([name, to]) => (Object.keys(to).length ? html`<${Step} to=${to}>${name}</${Step}><span aria-hidden="true">›</span>` : html`<b>${name}</b>`))}</nav>`;
}
