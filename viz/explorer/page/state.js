// One state, and it lives in the address: every view reads it here and changes it here.
import { watched } from "./signals.js";

/** What an empty address means: language and view are those that the page was given with. @type {State} */
export const DEFAULTS = {
  view: window.shuniuOffline?.view ?? "overview", region: "", industry: "", type: "", rows: "prefecture", cols: "service_type", measure: "ratio",
  state: "", sort: "", cell: "", pick: "", ask: "", places: "prefecture", sites: "", reach: "", node: "", ego: "", pin: "", out: "", off: "", route: "", hide: "", standard: "", day: "", snapshot: "", plan: "", real: "", mode: "", level: "", tour: "", base: "", formula: "",
  lang: document.getElementById("explorer")?.dataset.lang === "en" ? "en" : "zh", theme: "auto",
};
/** @type {Partial<Record<keyof State, string[]>>} */
const ALLOWED = {
  view: ["overview", "matrix", "map", "network", "chains", "table"],
  rows: ["zone", "prefecture", "county", "system", "pillar", "chain", "service_type"],
  cols: ["zone", "prefecture", "county", "system", "pillar", "chain", "service_type"],
  measure: ["ratio", "local", "unmet", "demand", "supply", "surplus"],
  places: ["prefecture", "county", "site"],
  real: ["true"],
  tour: ["1", "2", "3", "4", "5"],
  mode: ["online", "offline"],
  level: ["national", "provincial", "city", "county"],
  lang: ["zh", "en"],
  theme: ["auto", "light", "dark"],
};
export const DAY = /^\d{4}-\d\d-\d\d$/;
const LONGEST = 300;
/** A plan may be longer than anything else; with it a link still has no more than 2,000 characters. */
const LONGEST_PLAN = 900;
export const LONGEST_LINK = 2000;
const offline = Boolean(window.shuniuOffline);

/** @param {string} text what stands after ? or # @returns {State} */
export function readState(text) {
  const made = { ...DEFAULTS };
  for (const [name, value] of new URLSearchParams(text)) {
    const key = /** @type {keyof State} */ (name);
    if (!(key in DEFAULTS) || value.length > (key === "plan" ? LONGEST_PLAN : LONGEST)) continue;
    if (ALLOWED[key] && !ALLOWED[key].includes(value)) continue;
    if (key === "day" && !DAY.test(value)) continue;
    Object.assign(made, { [key]: value });
  }
  return made;
}

/** @param {State} of @returns {string} only what differs from the defaults */
export function writeState(of) {
  const made = new URLSearchParams();
  for (const [key, value] of Object.entries(of)) {
    if (value && value !== DEFAULTS[/** @type {keyof State} */ (key)]) made.set(key, value);
  }
  return made.toString();
}

function address() {
  return offline ? location.hash.slice(1) : location.search;
}

export const state = watched(readState(address()));

/** Change the state; a step that a reader takes is one that "back" undoes. @param {Partial<State>} patch @param {boolean} [replace] */
export function go(patch, replace = false) {
  const next = { ...state.peek(), ...patch };
  const link = linkOf(next);
  if (link !== linkOf(state.peek())) history[replace ? "replaceState" : "pushState"]({ steps: steps() + Number(!replace) }, "", link);
  state.value = next;
}

/** How many steps lie behind in this page, which "back" takes back. @returns {number} */
export function steps() {
  return history.state?.steps ?? 0;
}

/** Whether what is shown is not the day as it is: a snapshot, a plan, or some of the facts alone. */
export function isOther() {
  const { snapshot, plan, real, mode, level } = state.value;
  return Boolean(snapshot || plan || real || mode || level);
}

/** Whether another day than today, which it is in Beijing, was asked for. */
export function notToday() {
  return Boolean(state.value.day) && state.value.day !== new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
}

/** Words of a list that a state keeps. @param {string} text @returns {string[]} */
export function listed(text) {
  return text.split(",").filter(Boolean);
}

/** A list with a word put in, or taken out where it stood. @param {string} text @param {string} word */
export function turned(text, word) {
  const words = listed(text);
  return (words.includes(word) ? words.filter((w) => w !== word) : [...words, word]).join(",");
}

/** @param {State} of */
function linkOf(of) {
  const text = writeState(of);
  return offline ? `#${text}` : text ? `?${text}` : location.pathname;
}

/** Address of a step, so that it can be opened in a tab or copied. @param {Partial<State>} patch */
export function href(patch) {
  return linkOf({ ...state.value, ...patch });
}

addEventListener(offline ? "hashchange" : "popstate", () => {
  state.value = readState(address());
});
