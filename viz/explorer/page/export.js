// Tables for spreadsheets, made in the page: what is seen is what is written.
import { state } from "./state.js";
import { LEVELS, groupName, industryName, placeName, say, typeName } from "./words.js";

/** A spreadsheet runs a cell that begins like a formula; such text gets an apostrophe (as in api/export.py). @param {string | number} value */
export function csvCell(value) {
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {string} name @param {(string | number)[][]} lines */
export function saveCsv(name, lines) {
  const text = `\ufeff${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
  save(`${name}.csv`, `data:text/csv;charset=utf-8,${encodeURIComponent(text)}`);
}

/** @param {string} name @param {string} address what it holds, as an address that begins with data: */
export function save(name, address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

/** Name of a file that says what is in it. @param {string} what */
export function fileName(what) {
  const { region, industry, type } = state.value;
  return [say("枢纽", "shuniu"), what, placeName(region), industry && industryName(industry), type && typeName(type)].filter(Boolean).join("-");
}

/** @param {{ code: string, level: Level | "total" }[]} rows @param {{ code: string, level: Level | "total" }[]} cols @param {(r: number, c: number) => number} valueAt @param {string} what */
export function exportGrid(rows, cols, valueAt, what) {
  const of = state.value;
  const name = (/** @type {{ code: string, level: Level | "total" }} */ l) => (l.level === "total" ? say("合计", "Total") : groupName(/** @type {Group} */ (l)));
  const head = [say("代码", "code"), say(...LEVELS[of.rows]), ...cols.map(name)];
  saveCsv(fileName(what), [head, ...rows.map((row, r) => [row.code, name(row), ...cols.map((_, c) => valueAt(r, c))])]);
}
