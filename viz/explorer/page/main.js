// Where the page begins: draw at every change of state or data.
import { effect } from "./vendor/signals-core.mjs";
import { render } from "./vendor/preact.mjs";
import { loadCells } from "./data.js";
import { App } from "./shell.js";
import { watch } from "./signals.js";
import { state } from "./state.js";
import { html } from "./ui.js";
import { placeName, say, VIEWS } from "./words.js";

const root = /** @type {HTMLElement} */ (document.getElementById("explorer"));
const dark = matchMedia("(prefers-color-scheme: dark)");

function dress() {
  const { lang, theme } = state.value;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset["theme"] = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
}

root.replaceChildren(); // what said that the page is on its way
effect(dress);
dark.addEventListener("change", dress);
effect(() => void loadCells());
effect(() => {
  watch();
  render(html`<${App} />`, root);
  const { view, region } = state.value;
  document.title = `${region ? `${placeName(region)} · ` : ""}${say(...VIEWS[view])} — ${say("枢纽", "Shuniu")}`;
});
