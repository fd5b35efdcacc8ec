// The cells themselves, one a row: as many as the filter leaves, only those in sight drawn.
import { catalogue } from "./catalogue.js";
import { CypherCopy } from "./cypher.js";
import { fileName, saveCsv } from "./export.js";
import { go, state } from "./state.js";
import { Empty, html, StateMark } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { industryName, number, percent, placeInFull, say, term, typeName } from "./words.js";

const ROW = 34;
const SPARE = 8;
/** Rows that go to a printer: some thirty pages; who wants more wants a file. */
const PRINTED = 1000;

/**
 * @typedef {{ id: string, name: [string, string], wide: string, latin?: string, number?: boolean, value: (cells: Cells, i: number) => string | number, shown?: (cells: Cells, i: number) => any }} Column
 */
const place = (/** @type {Cells} */ c, /** @type {number} */ i) => c.regions[Math.floor(i / (c.chains.length * c.types.length))]?.code ?? "";
const chain = (/** @type {Cells} */ c, /** @type {number} */ i) => c.chains[Math.floor(i / c.types.length) % c.chains.length]?.code ?? "";
const service = (/** @type {Cells} */ c, /** @type {number} */ i) => c.types[i % c.types.length] ?? "";
const demand = (/** @type {Cells} */ c, /** @type {number} */ i) => c.demand[i] ?? NaN;
const ratio = (/** @type {Cells} */ c, /** @type {number} */ i) => (Number.isNaN(demand(c, i)) || !demand(c, i) ? NaN : Math.min(1, c.access[i] ?? 0));
const reasons = (/** @type {Cells} */ c, /** @type {number} */ i) => c.reasonIds.filter((_, k) => ((c.reasons[i] ?? 0) >> k) & 1);

/** @type {Column} */
const UNMET = { id: "unmet", name: ["未满足", "Unmet"], wide: "5.2rem", number: true, value: (c, i) => demand(c, i) * (1 - Math.min(1, c.access[i] ?? 0)) };
/** @type {Column[]} */
const COLUMNS = [
  { id: "region", name: ["地区", "Region"], wide: "minmax(8.5rem,1fr)", value: (c, i) => placeInFull(place(c, i)) },
  { id: "industry", name: ["产业链", "Chain"], wide: "minmax(8rem,1fr)", latin: "minmax(8rem,1.4fr)", value: (c, i) => industryName(chain(c, i)) },
  { id: "service_type", name: ["服务类型", "Service type"], wide: "minmax(7rem,1fr)", latin: "minmax(7rem,1.9fr)", value: (c, i) => typeName(service(c, i)) },
  { id: "state", name: ["状态", "State"], wide: "7.5rem", value: (c, i) => term("coverage_states", c.states[c.state[i] ?? 0] ?? ""), shown: (c, i) => html`<${StateMark} state=${c.states[c.state[i] ?? 0]} ratio=${ratio(c, i)} />` },
  { id: "demand", name: ["需求", "Demand"], wide: "5.2rem", number: true, value: demand },
  { id: "supply", name: ["可及供给", "Supply"], wide: "5.2rem", number: true, value: (c, i) => demand(c, i) * (c.access[i] ?? 0) },
  UNMET,
  { id: "ratio", name: ["覆盖率", "Coverage"], wide: "5.5rem", number: true, value: ratio, shown: (c, i) => percent(ratio(c, i)) },
  { id: "local", name: ["本地", "Local"], wide: "5.5rem", number: true, value: (c, i) => (Number.isNaN(ratio(c, i)) ? NaN : Math.min(1, c.local[i] ?? 0)), shown: (c, i) => (Number.isNaN(ratio(c, i)) ? "—" : percent(Math.min(1, c.local[i] ?? 0))) },
  { id: "providers", name: ["机构", "Providers"], wide: "5rem", number: true, value: (c, i) => c.providers[i] ?? 0 },
  { id: "reasons", name: ["原因", "Reasons"], wide: "minmax(9rem,1.4fr)", value: (c, i) => reasons(c, i).map((r) => term("coverage_reasons", r)).join(say("、", ", ")) },
];

/** The column that the rows stand by, and whether the largest is first: most unmet, unless the state names a column (a matrix is sorted by others). @param {State} of */
function sortOf(of) {
  const named = COLUMNS.find((c) => c.id === of.sort.replace(/^-/, ""));
  return { column: named ?? UNMET, down: !named || of.sort.startsWith("-") };
}

/** Positions of the cells under the filter, in the order asked for. @param {Cells} cells @param {State} of */
export function selection(cells, of) {
  const R = cells.regions.length, C = cells.chains.length, T = cells.types.length;
  const only = cells.states.indexOf(of.state);
  const inside = cells.regions.map((r) => !of.region || of.region === "510000" || r.code === of.region || (of.region.endsWith("00") && r.code.slice(0, 4) === of.region.slice(0, 4)) || catalogue.places.get(r.code)?.zone === of.region);
  const chains = cells.chains.map((c) => !of.industry || [c.code, c.pillar, c.system].includes(of.industry));
  const found = [];
  for (let r = 0; r < R; r++) if (inside[r]) for (let c = 0; c < C; c++) if (chains[c]) for (let t = 0; t < T; t++) {
    const i = (r * C + c) * T + t;
    if ((!of.type || cells.types[t] === of.type) && (only < 0 || cells.state[i] === only)) found.push(i);
  }
  const { column, down } = sortOf(of);
  const keys = new Map(found.map((i) => [i, column.value(cells, i)]));
  return found.sort((a, b) => {
    const [x, y] = [keys.get(a), keys.get(b)];
    if (typeof x === "number" && typeof y === "number") {
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
      return (down ? y - x : x - y) || a - b;
    }
    const way = String(x).localeCompare(String(y), "zh-CN");
    return (down ? -way : way) || a - b;
  });
}

let memo = { key: "", cells: /** @type {Cells | null} */ (null), found: /** @type {number[]} */ ([]) };

/** @extends {Component<{ cells: Cells }, { top: number, height: number, row: number, printing: boolean }>} */
export class Table extends Component {
  /** @param {{ cells: Cells }} props */
  constructor(props) {
    super(props);
    this.state = { top: 0, height: 700, row: 0, printing: false };
    /** @type {HTMLElement | null} */ this.box = null;
    this.print = () => this.setState({ printing: true });
    this.printed = () => this.setState({ printing: false });
  }

  componentDidMount() {
    addEventListener("beforeprint", this.print);
    addEventListener("afterprint", this.printed);
    const box = this.box;
    if (!box) return;
    this.watch = new ResizeObserver(() => this.setState({ height: box.clientHeight }));
    this.watch.observe(box);
  }

  componentWillUnmount() {
    this.watch?.disconnect();
    removeEventListener("beforeprint", this.print);
    removeEventListener("afterprint", this.printed);
  }

  render() {
    const of = state.value;
    const { cells } = this.props;
    const key = [of.region, of.industry, of.type, of.state, of.sort, of.lang].join("|");
    if (memo.key !== key || memo.cells !== cells) memo = { key, cells, found: selection(cells, of) };
    const found = memo.found;
    const hidden = of.hide.split("~"), by = sortOf(of);
    const columns = COLUMNS.filter((c) => !hidden.includes(c.id));
    const template = columns.map((c) => say(c.wide, c.latin ?? c.wide)).join(" ");
    const { printing } = this.state;
    const from = printing ? 0 : Math.max(0, Math.floor(this.state.top / ROW) - SPARE);
    const to = Math.min(found.length, printing ? PRINTED : Math.ceil((this.state.top + this.state.height) / ROW) + SPARE);
    const idOf = (/** @type {number} */ i) => `${place(cells, i)}:${chain(cells, i)}:${service(cells, i)}`;
    return html`<div class="bar-of-tools"><p><b>${number(found.length)}</b> ${say("个单元", found.length === 1 ? "cell" : "cells")} <span class="muted">${say(`共 ${number(cells.demand.length)} 个`, `of ${number(cells.demand.length)}`)}</span></p>
        <details class="columns-choice"><summary>${say("列", "Columns")}</summary><div>${COLUMNS.map((c) => html`<label><input type="checkbox" checked=${!hidden.includes(c.id)} onChange=${() => go({ hide: (hidden.includes(c.id) ? hidden.filter((h) => h !== c.id) : [...hidden, c.id]).filter(Boolean).join("~") }, true)} /> ${say(...c.name)}</label>`)}</div></details>
        <button type="button" class="button quiet" onClick=${() => void copy(cells, found, columns)}>${say("复制", "Copy")}</button>
        <button type="button" class="button quiet" onClick=${() => saveCsv(fileName(say("单元明细", "cells")), lines(cells, found, columns))}>${say("导出 CSV", "Export CSV")}</button>
        <${CypherCopy} />
        ${window.shuniuOffline ? null : html`<a class="button quiet" href=${xlsx(of)} download>${say("导出 Excel", "Export Excel")}</a>`}</div>
      ${found.length ? html`<div class="sheet" role="table" tabindex="0" aria-rowcount=${found.length + 1} aria-label=${say("单元明细，上下键移动，回车看解释", "Cells; arrows move, Enter explains")} ref=${(/** @type {HTMLElement | null} */ e) => { this.box = e; }}
        onScroll=${(/** @type {Event} */ e) => this.setState({ top: /** @type {HTMLElement} */ (e.currentTarget).scrollTop })}
        onKeyDown=${(/** @type {KeyboardEvent} */ e) => this.key(e, found, idOf)}>
        <div role="rowgroup" class="sheet-top"><div class="sheet-head" role="row" aria-rowindex="1" style=${{ gridTemplateColumns: template }}>${columns.map((c) => { const way = c !== by.column ? undefined : by.down ? "descending" : "ascending"; return html`<div role="columnheader" class=${c.number ? "num" : ""} aria-sort=${way}><button type="button" onClick=${() => go({ sort: way === "descending" ? c.id : `-${c.id}` })}>${say(...c.name)}${way ? html`<i aria-hidden="true">${way === "descending" ? "▼" : "▲"}</i>` : null}</button></div>`; })}</div></div>
        <div role="rowgroup" class="sheet-body" style=${{ height: `${found.length * ROW}px` }}>${found.slice(from, to).map((i, k) => html`<div role="row" key=${i} aria-rowindex=${from + k + 2} class=${`sheet-row${idOf(i) === of.cell ? " open" : ""}${from + k === this.state.row ? " here" : ""}`} style=${{ top: `${(from + k) * ROW}px`, gridTemplateColumns: template }} onClick=${() => { this.setState({ row: from + k }); go({ cell: idOf(i), ask: "", node: "" }); }}>${columns.map((c) => html`<div role="cell" class=${c.number ? "num" : ""}>${c.shown ? c.shown(cells, i) : c.number ? number(Number(c.value(cells, i))) : c.value(cells, i)}</div>`)}</div>`)}</div>
      </div>
      ${printing && to < found.length ? html`<p class="left-off">${say(`只打印前 ${number(to)} 个，共 ${number(found.length)} 个；全部请导出 Excel 或 CSV。`, `Only the first ${number(to)} of ${number(found.length)} are printed; for all of them export Excel or CSV.`)}</p>` : null}` : html`<${Empty} title=${say("筛选之下没有单元", "No cell under this filter")} />`}`;
  }

  /** @param {KeyboardEvent} event @param {number[]} found @param {(i: number) => string} idOf */
  key(event, found, idOf) {
    if (event.target !== event.currentTarget) return;
    const page = Math.floor(this.state.height / ROW) - 3;
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -found.length, End: found.length });
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const row = Math.max(0, Math.min(found.length - 1, this.state.row + step));
      this.setState({ row });
      const box = this.box;
      if (box) {
        if (row * ROW < box.scrollTop) box.scrollTop = row * ROW;
        else if ((row + 2) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (row + 2) * ROW - box.clientHeight;
      }
    } else if (event.key === "Enter") {
      event.preventDefault();
      go({ cell: idOf(found[this.state.row] ?? 0), ask: "", node: "" });
    }
  }
}

/** @param {Cells} cells @param {number[]} found @param {Column[]} columns @returns {(string | number)[][]} */
function lines(cells, found, columns) {
  return [columns.map((c) => say(...c.name)), ...found.map((i) => columns.map((c) => c.value(cells, i)))];
}

/** @param {Cells} cells @param {number[]} found @param {Column[]} columns */
async function copy(cells, found, columns) {
  await navigator.clipboard?.writeText(lines(cells, found, columns).map((l) => l.map((v) => (typeof v === "number" && Number.isNaN(v) ? "" : String(v))).join("\t")).join("\n"));
}

/** @param {State} of */
function xlsx(of) {
  const made = new URLSearchParams();
  for (const [name, value] of [["region", of.region], ["industry", of.industry], ["service_type", of.type], ["state", of.state], ["as_of", of.day], ["lang", of.lang]]) if (name && value) made.set(name, value);
  return `/explorer/cells.xlsx?${made}`;
}
