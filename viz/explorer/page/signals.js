// What is drawn hangs on these values: a change of any draws the page anew.
import { signal } from "./vendor/signals-core.mjs";

/** @template T @typedef {import("./vendor/signals-core.mjs").Signal<T>} Signal */
/** @type {Signal<any>[]} */
const all = [];

/** A value whose change draws the page anew. @template T @param {T} value @returns {Signal<T>} */
export function watched(value) {
  const made = signal(value);
  all.push(made);
  return made;
}

/** Read all of them, so that whoever draws is called again whatever changes: a component that is drawn again by its own state alone, or that an error kept from being drawn, has read some unseen. */
export function watch() {
  for (const one of all) void one.value;
}
