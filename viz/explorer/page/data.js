// What the page has asked for: the two documents of its own, and answers of /v1, each asked once.
import { catalogue, keepCatalogue } from "./catalogue.js";
import { decode } from "./cells.js";
import { changesOf } from "./changes.js";
import { watched } from "./signals.js";
import { DAY, state } from "./state.js";

export const cellsAsked = watched(/** @type {Asked<Cells>} */ ({ status: "loading" }));
const answers = watched(/** @type {Map<string, Asked<any>>} */ (new Map()));
/** Whether the service wants a key that this browser does not show. */
export const locked = watched(false);
/** The newest graph version that any answer was given from: somebody else, or another tab, may change the graph. */
export const newestVersion = watched(0);
const KEPT = 200;
let asking = "";
/** What whoever is here may do, and the region held to; see api/http/routers/explorer.py. @type {{ may: string[], region: string | null } | null} */
let caller = null;

/** An answer of the service, or a throw of its problem; with a body (a form with files, or what becomes JSON) it is posted. @param {string} url @param {object} [body] @param {"GET" | "POST" | "DELETE"} [method] @returns {Promise<any>} */
export async function fetched(url, body, method = body ? "POST" : "GET") {
  let answer;
  const headers = { Accept: "application/json", "Accept-Language": state.peek().lang };
  try {
    if (!body || body instanceof FormData) answer = await fetch(url, { method, headers, body: body ?? null });
    else answer = await fetch(url, { method, headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw { title: "", detail: "", status: 0 };
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) locked.value = true;
  if (!answer.ok) throw { title: told.title ?? "", detail: told.detail ?? "", status: answer.status };
  newestVersion.value = Math.max(newestVersion.peek(), told.meta?.graph_version ?? 0);
  return told;
}

/** Parameter of the day that the state asks for. */
export function asOfQuery() {
  return new URLSearchParams(state.value.day ? [["as_of", state.value.day]] : []);
}

/** Parameters of the day and standard that the state asks for. */
export function dayQuery() {
  const made = asOfQuery();
  if (state.value.standard) made.set("standard", state.value.standard);
  return made;
}

/** @type {WeakMap<CellsDocument, Cells>} */
const decoded = new WeakMap();

/** What gives the cells that the state asks for: a day or a part of it, a snapshot, or a day after a plan. @returns {{ url: string, body?: object }} */
function cellsQuestion() {
  const { plan, snapshot, real, mode, level } = state.value;
  const query = dayQuery();
  if (plan) return { url: "/explorer/cells.json", body: { ...Object.fromEntries(query), changes: changesOf(plan) } };
  for (const [name, value] of Object.entries(snapshot ? { snapshot } : { real, mode, level })) if (value) query.set(name, value);
  return { url: `/explorer/cells.json?${query}` };
}

/** Cells of another day, of a snapshot, or ("now") of the day as it is. @param {string} base @returns {Asked<Cells>} */
export function cellsOf(base) {
  const query = dayQuery();
  if (base !== "now") query.set(DAY.test(base) ? "as_of" : "snapshot", base);
  const { data, ...asked } = /** @type {Asked<CellsDocument>} */ (ask(`/explorer/cells.json?${query}`));
  if (!data) return asked;
  const cells = decoded.get(data) ?? decode(data);
  decoded.set(data, cells);
  return { ...asked, data: cells };
}

/** Show the service a key; what was refused is asked for again. @param {string} key @returns {Promise<string>} what is wrong, nothing when it is taken */
export async function signIn(key) {
  try {
    await fetched("/explorer/key", { key });
  } catch (problem) {
    const { detail, title } = /** @type {Problem} */ (problem);
    return detail || title || "—";
  }
  locked.value = false;
  answers.value = new Map();
  caller = null;
  await loadCells(true);
  return "";
}

/** Learn once what never changes while the page is open. */
async function start() {
  if (!catalogue.places.size) keepCatalogue(window.shuniuOffline ? window.shuniuOffline.catalogue : await fetched("/explorer/catalogue.json"));
}

/** Learn who is here, until somebody else signs in. */
async function meet() {
  if (!caller && !window.shuniuOffline) caller = await fetched("/explorer/caller.json");
}

/** Whether whoever is here may do what a rule of api/security/roles.py allows. @param {"work" | "change"} rule */
export function may(rule) {
  return caller?.may.includes(rule) ?? false;
}

/** The region to which whoever is here is held; none: to none. */
export function ownRegion() {
  return caller?.region ?? null;
}

/** Load the cells of the state's day, unless they are there. @param {boolean} [again] */
export async function loadCells(again = false) {
  const { url, body } = cellsQuestion();
  const mine = keyOf(url, body);
  if (mine === asking && !again) return;
  asking = mine;
  const before = cellsAsked.peek().data;
  cellsAsked.value = before ? { status: "loading", data: before, stale: true } : { status: "loading" };
  try {
    const [document] = await Promise.all([window.shuniuOffline ? window.shuniuOffline.cells : fetched(url, body), start(), meet()]);
    const cells = decode(document);
    if (asking !== mine) return;
    catalogue.chains = new Map(cells.chains.map((c) => [c.code, c]));
    if (again) answers.value = new Map();
    cellsAsked.value = { status: "ready", data: cells };
  } catch (problem) {
    if (asking !== mine) return;
    const told = /** @type {Problem} */ (problem);
    const failed = /** @type {Asked<Cells>} */ ({ status: "failed", problem: told, again: () => void loadCells(true) });
    cellsAsked.value = before ? { ...failed, data: before, stale: true } : failed;
  }
}

/** An answer of the service, asked for at the first look; with a body it is posted. @template T @param {string} address @param {object} [body] @returns {Asked<T>} */
export function ask(address, body) {
  const url = keyOf(address, body);
  const found = answers.value.get(url);
  if (found) return found;
  if (window.shuniuOffline) {
    const kept = window.shuniuOffline.answers[url];
    return kept ? { status: "ready", data: /** @type {any} */ (kept) } : { status: "failed", problem: { title: "", detail: "", status: -1 } };
  }
  const waiting = /** @type {Asked<T>} */ ({ status: "loading" });
  const known = answers.peek();
  known.set(url, waiting);
  if (known.size > KEPT) known.delete([...known.keys()][0] ?? "");
  fetched(address, body).then(
    (data) => settle(url, waiting, { status: "ready", data }),
    (problem) => settle(url, waiting, { status: "failed", problem, again: () => askAgain(url) }),
  );
  return waiting;
}

/** Keep an answer, unless what waited for it was forgotten meanwhile: a late one must not stand where a newer one is asked for. @param {string} url @param {Asked<any>} waiting @param {Asked<any>} answer */
function settle(url, waiting, answer) {
  if (answers.peek().get(url) !== waiting) return;
  const next = new Map(answers.peek());
  next.set(url, answer);
  answers.value = next;
}

/** @param {string} address @param {object} [body] */
function keyOf(address, body) {
  return body ? `${address} ${JSON.stringify(body)}` : address;
}

/** Ask again for what failed. @param {string} url */
function askAgain(url) {
  answers.value = new Map([...answers.peek()].filter(([known]) => known !== url));
}

/** Forget what a change made untrue: answers whose address begins so; those on show are asked for again. @param {...string} begins */
export function forget(...begins) {
  answers.value = new Map([...answers.peek()].filter(([known]) => !begins.some((b) => known.startsWith(b))));
}

