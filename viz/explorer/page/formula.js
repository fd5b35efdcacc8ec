// Layers reckoned with: a formula over the measures of a cell, in which what is unknown stays unknown.
//
//   sum     = product (("+" | "-") product)*        atom = number | layer | function "(" sum ("," sum)* ")" | "(" sum ")"
//   product = sign (("*" | "/") sign)*              layer = ["before."] measure
//   sign    = "-" sign | atom                       function = max | min | over (share of the layers above the first number)

/** Names of the measures in formulas, in both languages. @type {Record<string, Measure>} */
const LAYERS = {
  ratio: "ratio", local: "local", unmet: "unmet", demand: "demand", supply: "supply", surplus: "surplus",
  覆盖率: "ratio", 本地覆盖率: "local", 未满足需求: "unmet", 未满足: "unmet", 需求: "demand", 可及供给: "supply", 供给: "supply",
};
const BEFORE = ["before", "对照"];
/** @type {Record<string, (values: number[]) => number>} */
const FUNCTIONS = {
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  over: ([least = NaN, ...values]) => values.filter((v) => v > least).length / values.length,
};
/** @type {Record<string, string>} */
const CHINESE = { 最大: "max", 最小: "min", 超过: "over" };
const SHARES = ["ratio", "local"];
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)(%?)|([\p{L}_]+)|([-+*/(),.×÷−]))/uy;
const PLAIN = /** @type {Record<string, string>} */ ({ "×": "*", "÷": "/", "−": "-" });

/** Thrown for a text that is no formula. @typedef {{ at: number, zh: string, en: string }} Misread */
/** @typedef {{ kind: "number" | "name" | "sign", text: string, at: number }} Token */
/** @typedef {(today: Record<Measure, number>, before: Record<Measure, number> | null) => number} Reckon */
/** A formula: what it gives for a cell, whether it looks at the other day, whether what comes is a share. @typedef {{ of: Reckon, before: boolean, share: boolean }} Formula */

/** @param {string} text @returns {Token[]} */
function tokens(text) {
  text = text.normalize("NFKC"); // full-width signs are as good
  /** @type {Token[]} */
  const made = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw misread(at, `看不懂“${text.slice(at, at + 8)}”`, `cannot read “${text.slice(at, at + 8)}”`);
    const start = TOKEN.lastIndex - found[0].trimStart().length;
    if (found[1] !== undefined) made.push({ kind: "number", text: String(Number(found[1]) / (found[2] ? 100 : 1)), at: start });
    else if (found[3] !== undefined) made.push({ kind: "name", text: found[3], at: start });
    else made.push({ kind: "sign", text: PLAIN[found[4] ?? ""] ?? found[4] ?? "", at: start });
  }
  return made;
}

/** @param {number} at @param {string} zh @param {string} en @returns {Misread} */
function misread(at, zh, en) {
  return { at, zh: `第 ${at + 1} 个字：${zh}`, en: `character ${at + 1}: ${en}` };
}

/**
 * Read a formula. A division by nought, and whatever has an unknown part, is unknown (NaN).
 * @param {string} text @returns {Formula}
 * @throws {Misread} with the place and what is wrong there
 */
export function readFormula(text) {
  const list = tokens(text);
  const used = { before: false, share: true };
  let next = 0;
  const is = (/** @type {string} */ sign) => list[next]?.kind === "sign" && list[next]?.text === sign && Boolean(++next);
  const need = (/** @type {string} */ sign) => {
    if (!is(sign)) throw misread(list[next]?.at ?? text.length, `这里应是“${sign}”`, `“${sign}” should stand here`);
  };

  /** @param {() => Reckon} part @param {Record<string, (a: number, b: number) => number>} by @returns {Reckon} */
  const chain = (part, by) => {
    let left = part();
    for (let found = true; found;) {
      found = false;
      for (const [sign, reckon] of Object.entries(by)) {
        if (!is(sign)) continue;
        const [first, second] = [left, part()];
        left = (today, before) => reckon(first(today, before), second(today, before));
        found = true;
        break;
      }
    }
    return left;
  };
  const sum = () => chain(product, { "+": (a, b) => a + b, "-": (a, b) => a - b });
  const product = () => chain(sign, { "*": (a, b) => a * b, "/": (a, b) => (b ? a / b : NaN) });
  /** @returns {Reckon} */
  const sign = () => {
    if (!is("-")) return atom();
    const of = sign();
    return (today, before) => -of(today, before);
  };
  /** @returns {Reckon} */
  const atom = () => {
    const token = list[next++];
    if (token?.kind === "number") return () => Number(token.text);
    if (token?.kind === "name") return named(token);
    if (token?.text === "(") {
      const of = sum();
      need(")");
      return of;
    }
    throw misread(token?.at ?? text.length, "这里应是指标、数或括号", "a measure, a number or a bracket should stand here");
  };
  /** @param {Token} token @returns {Reckon} */
  const named = (token) => {
    const reckon = FUNCTIONS[CHINESE[token.text] ?? token.text];
    if (reckon && is("(")) {
      const outside = used.share;
      const parts = [sum()];
      while (is(",")) parts.push(sum());
      need(")");
      if (reckon === FUNCTIONS["over"]) used.share = outside;
      if (reckon === FUNCTIONS["over"] && parts.length < 2) throw misread(token.at, "先写界限，再写图层", "a limit comes first, then layers");
      return (today, before) => {
        const values = parts.map((p) => p(today, before));
        return values.some(Number.isNaN) ? NaN : reckon(values);
      };
    }
    const past = BEFORE.includes(token.text);
    if (past) need(".");
    const name = past ? list[next++] : token;
    const layer = name?.kind === "name" ? LAYERS[name.text] : undefined;
    if (!layer) throw misread(name?.at ?? text.length, `没有“${name?.text ?? ""}”这个指标`, `there is no measure “${name?.text ?? ""}”`);
    used.before ||= past;
    used.share &&= SHARES.includes(layer);
    return past ? (_, before) => before?.[layer] ?? NaN : (today) => today[layer];
  };

  const of = sum();
  const rest = list[next];
  if (rest) throw misread(rest.at, `“${rest.text}”多了`, `“${rest.text}” is one too many`);
  return { of, ...used };
}
