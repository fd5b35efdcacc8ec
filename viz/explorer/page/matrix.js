// Region × service type, or any two axes: state by colour and pattern, the value printed, keys throughout.
import { AXIS, cut } from "./cells.js";
import { exportGrid } from "./export.js";
import { widthOf } from "./geography.js";
import { Compare, LayerLegend, layerOf, layerText, reachOf, stepClass } from "./layer.js";
import { axesOf, beforeOf, below, cellId, figuresAt, lineName, signOf, sorted, Trail } from "./lines.js";
import { matrixDrawing } from "./matrixpicture.js";
import { Pictures } from "./picture.js";
import { copyPicked, Picked, pickedBox, range } from "./selection.js";
import { go, state } from "./state.js";
import { Choice, Empty, html, stateClass, StateLegend, Switch } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { LEVELS, MEASURES, say, term } from "./words.js";

const ROW = 30;
const SPARE = 6;
/** Size of the letters of a total, and what a cell has round them. */
const BOLD = 13.5, INSIDE = 17;
/** Width of a printed page that lies across, in pixels of 1/96 inch. */
const PAPER = 1000;
/** @typedef {import("./lines.js").Line} Line */
const TOTAL = /** @type {Line} */ ({ code: "", level: "total" });

/** @extends {Component<{ cells: Cells }, { row: number, col: number, top: number, height: number, width: number, dragging: boolean, printing: boolean }>} */
export class Matrix extends Component {
  /** @param {{ cells: Cells }} props */
  constructor(props) {
    super(props);
    this.state = { row: 0, col: 0, top: 0, height: 600, width: 1000, dragging: false, printing: false };
    /** @type {HTMLElement | null} */ this.box = null;
    /** @type {ResizeObserver | null} */ this.watch = null;
    this.print = () => this.setState({ printing: true });
    this.printed = () => this.setState({ printing: false });
  }

  componentDidMount() {
    const box = this.box;
    if (!box) return;
    this.watch = new ResizeObserver(() => this.setState({ height: box.clientHeight, width: box.clientWidth }));
    this.watch.observe(box);
    addEventListener("beforeprint", this.print);
    addEventListener("afterprint", this.printed);
  }

  componentWillUnmount() {
    this.watch?.disconnect();
    removeEventListener("beforeprint", this.print);
    removeEventListener("afterprint", this.printed);
  }

  /** Everything that is drawn, in the order in which it is drawn. */
  plan() {
    const of = state.value;
    const [rowLevel, colLevel] = axesOf(of);
    const filter = { region: of.region, industry: of.industry, type: of.type };
    const grid = cut(this.props.cells, rowLevel, colLevel, filter);
    const layer = layerOf(of);
    const other = layer.base && beforeOf(grid, cut(layer.base, rowLevel, colLevel, filter));
    const value = (/** @type {number} */ a, /** @type {number} */ b) => layer.value(figuresAt(grid, a, b), other?.(a, b) ?? null);
    const order = sorted(grid, of, value);
    const rows = /** @type {Line[]} */ ([TOTAL, ...order.map((i) => grid.rows[i])]);
    const cols = /** @type {Line[]} */ ([TOTAL, ...grid.cols]);
    /** @param {number} r @param {number} c @returns {Figures} */
    const at = (r, c) => figuresAt(grid, r ? (order[r - 1] ?? 0) : -1, c - 1);
    /** @param {number} r @param {number} c */
    const before = (r, c) => other?.(r ? (order[r - 1] ?? 0) : -1, c - 1) ?? null;
    /** @param {number} r @param {number} c */
    const valueAt = (r, c) => layer.value(at(r, c), before(r, c));
    return { of, rowLevel, colLevel, grid, rows, cols, at, before, layer, value, valueAt };
  }

  render() {
    const { of, rowLevel, colLevel, grid, rows, cols, at, before, layer, value, valueAt } = this.plan();
    const axes = /** @type {[string, string][]} */ (Object.entries(LEVELS).map(([id, name]) => [id, say(...name)]));
    const { top, height, printing } = this.state;
    const width = printing ? PAPER : this.state.width;
    const label = width < 500 ? 104 : 148;
    const totals = cols.map((_, c) => widthOf(layerText(layer, at(0, c), before(0, c)), BOLD));
    const least = layer.plain && layer.share ? 46 : Math.max(58, Math.ceil(Math.max(...totals)) + INSIDE);
    const wide = Math.max(least, Math.min(132, Math.floor((width - label - 4) / cols.length)));
    const from = printing ? 1 : Math.max(1, Math.floor(top / ROW) - SPARE);
    const to = printing ? rows.length : Math.min(rows.length, Math.ceil((top + height) / ROW) + SPARE);
    const inner = layer.plain && layer.share ? [] : grid.rows.flatMap((_, a) => grid.cols.map((_c, b) => value(a, b)));
    const most = layer.change ? reachOf(inner) : inner.reduce((m, v) => Math.max(m, Math.abs(v) || 0), 1e-9);
    const rowOf = (/** @type {number} */ r) => this.line({ r, rows, cols, at, before, layer, of, wide, label, most });
    return html`<div class="bar-of-tools">
        <${Choice} label=${say("行", "Rows")} value=${rowLevel} options=${axes} onChange=${(/** @type {Level} */ v) => go({ rows: v, sort: "", pick: "" })} />
        <button type="button" class="icon" aria-label=${say("行列互换", "Swap rows and columns")} title=${say("行列互换", "Swap rows and columns")} onClick=${() => go({ rows: colLevel, cols: rowLevel, sort: "", pick: "" })}>⇄</button>
        <${Choice} label=${say("列", "Columns")} value=${colLevel} options=${axes.filter(([id]) => AXIS[/** @type {Level} */ (id)] !== AXIS[rowLevel])} onChange=${(/** @type {Level} */ v) => go({ cols: v, sort: "", pick: "" })} />
        <${Switch} label=${say("格中数值", "Value in the cells")} value=${of.measure} options=${Object.entries(MEASURES).map(([id, name]) => [id, say(...name)])} onChange=${(/** @type {Measure} */ v) => go({ measure: v })} />
        <${Compare} cells=${this.props.cells} layer=${layer} />
        <button type="button" class="button quiet" onClick=${() => exportGrid(rows, cols, valueAt, layer.name)}>${say("导出 CSV", "Export CSV")}</button>
      </div>
      <${Trail} of=${of} />
      ${grid.rows.length && grid.cols.length ? html`<div class="grid" role="grid" tabindex="0" style=${printing ? { zoom: Math.min(1, PAPER / (label + 4 + wide * cols.length)) } : {}} ref=${(/** @type {HTMLElement | null} */ e) => { this.box = e; }}
        aria-label=${`${say(...LEVELS[rowLevel])} × ${say(...LEVELS[colLevel])}${say("：", ": ")}${layer.name}`} aria-describedby="grid-keys"
        aria-rowcount=${rows.length + 1} aria-colcount=${cols.length + 1} aria-activedescendant=${`m${this.state.row}_${this.state.col}`} aria-multiselectable="true"
        onScroll=${(/** @type {Event} */ e) => this.setState({ top: /** @type {HTMLElement} */ (e.currentTarget).scrollTop })}
        onKeyDown=${(/** @type {KeyboardEvent} */ e) => this.key(e)} onPointerUp=${() => this.setState({ dragging: false })}>
        <div class="grid-head" role="rowgroup">${this.head({ cols, of, wide, label, colLevel, rowLevel })}${rowOf(0)}</div>
        <div class="grid-body" role="rowgroup" style=${{ height: `${(rows.length - 1) * ROW}px` }}>${range(from, to).map(rowOf)}</div>
      </div>` : html`<${Empty} title=${say("筛选之下没有单元", "No cell under this filter")} />`}
      <div class="under">${layer.change ? html`<${LayerLegend} layer=${layer} reach=${most} />` : html`<${StateLegend} />`}<${Pictures} what=${layer.name} of=${() => matrixDrawing({ rows, cols, at, valueAt, textAt: (r, c) => layerText(layer, at(r, c), before(r, c)), layer, most, cells: this.props.cells })} /><p id="grid-keys" class="muted keys">${say("方向键移动，回车看解释，Shift+方向键或拖动选多格，Ctrl+C 复制；在行首、列首上回车下钻、排序。", "Arrows move, Enter explains, Shift+arrows or dragging selects, Ctrl+C copies; Enter on a row's head opens it, on a column's sorts by it.")}</p></div>
      <${Picked} rows=${rows} cols=${cols} at=${at} />`;
  }

  /** @param {{ cols: Line[], of: State, wide: number, label: number, colLevel: Level, rowLevel: Level }} o */
  head({ cols, of, wide, label, colLevel, rowLevel }) {
    const longest = Math.max(...cols.map((line) => lineName(line).length)) * (of.lang === "zh" ? 14 : 7.5);
    const upright = wide < 74 || of.lang === "en";
    return html`<div class=${`grid-row names${upright ? " upright" : ""}`} role="row" aria-rowindex="1" style=${upright ? { height: `${Math.min(150, Math.max(64, longest + 24))}px` } : {}}>
      <div role="columnheader" class="corner" style=${{ width: `${label}px` }}>${say(...LEVELS[rowLevel])}<span>${say(...LEVELS[colLevel])}</span></div>
      ${cols.map((line, c) => {
        const way = of.sort === `-${line.code || "total"}` ? "descending" : of.sort === (line.code || "total") ? "ascending" : undefined;
        const here = this.state.row === -1 && this.state.col === c;
        return html`<div role="columnheader" id=${`m-1_${c}`} class=${`name${here ? " here" : ""}${c ? "" : " total"}${/[a-z]/i.test(lineName(line)) ? " latin" : ""}`} aria-sort=${way} style=${{ width: `${wide}px` }} title=${lineName(line)}
          onClick=${() => { this.setState({ row: -1, col: c }); this.sortBy(line); }}><span>${lineName(line)}</span>${way ? html`<i aria-hidden="true">${way === "descending" ? "▼" : "▲"}</i>` : null}</div>`;
      })}</div>`;
  }

  /** @param {{ r: number, rows: Line[], cols: Line[], at: (r: number, c: number) => Figures, before: (r: number, c: number) => Figures | null, layer: import("./layer.js").Layer, of: State, wide: number, label: number, most: number }} o */
  line({ r, rows, cols, at, before, layer, of, wide, label, most }) {
    const row = /** @type {Line} */ (rows[r]);
    const picked = pickedBox(of.pick, rows, cols);
    const { row: activeRow, col: activeCol } = this.state;
    const open = below(of, row, "rows");
    return html`<div class=${`grid-row${r ? "" : " total"}`} role="row" key=${row.code} aria-rowindex=${r + 2} style=${r && !this.state.printing ? { top: `${(r - 1) * ROW}px`, position: "absolute" } : {}}>
      <div role="rowheader" id=${`m${r}_-1`} class=${`name${activeRow === r && activeCol === -1 ? " here" : ""}${open ? " opens" : ""}`} style=${{ width: `${label}px` }} title=${lineName(row)} onClick=${() => { this.setState({ row: r, col: -1 }); this.openRow(row); }}><span>${lineName(row)}</span></div>
      ${cols.map((col, c) => {
        const figure = at(r, c);
        const dim = of.state && figure.state !== of.state && !figure.counts[this.props.cells.states.indexOf(of.state)];
        const inside = picked && r >= picked[0] && r <= picked[1] && c >= picked[2] && c <= picked[3];
        const here = activeRow === r && activeCol === c;
        const open_ = of.cell === cellId(of, row, col);
        const value = layer.value(figure, before(r, c));
        const scale = layer.plain && !layer.share && r && c;
        const text = layerText(layer, figure, before(r, c)) || signOf(layer.change && figure.state !== "not_applicable" ? "unknown" : figure.state);
        const colour = layer.change && figure.state !== "not_applicable" ? stepClass(value, most, layer) : stateClass(figure.state, figure.ratio);
        return html`<div role="gridcell" id=${`m${r}_${c}`} aria-colindex=${c + 2} aria-selected=${inside ? "true" : "false"} aria-label=${`${lineName(row)} ${lineName(col)} ${term("coverage_states", figure.state)} ${text}`}
          class=${`cell ${colour}${here ? " here" : ""}${inside ? " picked" : ""}${open_ ? " open" : ""}${dim ? " dim" : ""}${c ? "" : " total"}`} style=${{ width: `${wide}px` }}
          onPointerDown=${(/** @type {PointerEvent} */ e) => this.press(e, r, c)} onPointerEnter=${() => this.state.dragging && this.extend(r, c)}
          onClick=${(/** @type {MouseEvent} */ e) => this.click(e, r, c)}><span>${text}</span>${scale ? html`<i style=${{ width: `${Math.round((100 * (Math.abs(value) || 0)) / most)}%` }}></i>` : null}</div>`;
      })}</div>`;
  }

  /** @param {PointerEvent} event @param {number} r @param {number} c */
  press(event, r, c) {
    if (event.button || event.pointerType === "touch") return;
    if (event.shiftKey) return void this.extend(r, c);
    this.setState({ row: r, col: c, dragging: true });
    this.anchor = /** @type {[number, number]} */ ([r, c]);
    if (state.value.pick) go({ pick: "" }, true);
  }

  /** @param {MouseEvent} event @param {number} r @param {number} c */
  click(event, r, c) {
    if (event.shiftKey || state.value.pick) return;
    this.setState({ row: r, col: c });
    this.open(r, c);
  }

  /** @param {number} r @param {number} c */
  open(r, c) {
    const { of, rows, cols } = this.plan();
    go({ cell: cellId(of, /** @type {Line} */ (rows[r]), /** @type {Line} */ (cols[c])), ask: "", node: "" });
  }

  /** @param {Line} line */
  openRow(line) {
    const next = below(state.value, line, "rows");
    go(next ?? { cell: cellId(state.value, line), ask: "", node: "" });
    this.setState({ row: 0, col: 0, top: 0 });
    if (next && this.box) this.box.scrollTop = 0;
  }

  /** @param {Line} line */
  sortBy(line) {
    const id = line.code || "total";
    const { sort } = state.value;
    go({ sort: sort === `-${id}` ? id : sort === id ? "" : `-${id}`, pick: "" });
  }

  /** Select from where the selection began to here. @param {number} r @param {number} c */
  extend(r, c) {
    const { rows, cols } = this.plan();
    const [a, b] = (this.anchor ??= /** @type {[number, number]} */ ([this.state.row, this.state.col]));
    if (r < 0 || c < 0 || (a === r && b === c)) return;
    const code = (/** @type {Line | undefined} */ l) => l?.code || "total";
    go({ pick: [rows[Math.min(a, r)], rows[Math.max(a, r)]].map(code).concat([cols[Math.min(b, c)], cols[Math.max(b, c)]].map(code)).join("~") }, true);
    this.setState({ row: r, col: c });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { rows, cols, valueAt } = this.plan();
    const { row, col, height } = this.state;
    const page = Math.max(1, Math.floor(height / ROW) - 4);
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowUp: [row - 1, col], ArrowDown: [row + 1, col], ArrowLeft: [row, col - 1], ArrowRight: [row, col + 1], Home: event.ctrlKey ? [0, -1] : [row, -1], End: event.ctrlKey ? [rows.length - 1, cols.length - 1] : [row, cols.length - 1], PageUp: [row - page, col], PageDown: [row + page, col] };
    const to = moves[event.key];
    if (to) {
      event.preventDefault();
      const r = Math.max(to[1] < 0 ? 0 : -1, Math.min(rows.length - 1, to[0]));
      const c = Math.max(row < 0 ? 0 : -1, Math.min(cols.length - 1, to[1]));
      if (event.shiftKey) this.extend(Math.max(0, r), Math.max(0, c));
      else {
        this.anchor = undefined;
        this.setState({ row: r, col: c });
        if (state.value.pick) go({ pick: "" }, true);
      }
      this.show(r, c);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (row < 0) this.sortBy(/** @type {Line} */ (cols[col]));
      else if (col < 0) this.openRow(/** @type {Line} */ (rows[row]));
      else this.open(row, col);
    } else if (event.key === "Escape" && state.value.pick) {
      event.preventDefault();
      go({ pick: "" }, true);
    } else if (event.key === "c" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void copyPicked(rows, cols, valueAt, [row, row, col, col]);
    }
  }

  /** Bring a place into sight. @param {number} r @param {number} c */
  show(r, c) {
    const box = this.box;
    if (!box) return;
    const head = /** @type {HTMLElement} */ (box.firstElementChild).offsetHeight;
    if (r > 0) {
      const y = (r - 1) * ROW;
      if (y < box.scrollTop) box.scrollTop = y;
      else if (y + ROW > box.scrollTop + box.clientHeight - head) box.scrollTop = y + ROW - box.clientHeight + head;
    }
    const cell = /** @type {HTMLElement | null} */ (box.querySelector(`.names > :nth-child(${c + 2})`));
    const label = /** @type {HTMLElement | null} */ (box.querySelector(".corner"));
    if (!cell || !label) return;
    if (cell.offsetLeft - label.offsetWidth < box.scrollLeft) box.scrollLeft = cell.offsetLeft - label.offsetWidth;
    else if (cell.offsetLeft + cell.offsetWidth > box.scrollLeft + box.clientWidth) box.scrollLeft = cell.offsetLeft + cell.offsetWidth - box.clientWidth;
  }
}
