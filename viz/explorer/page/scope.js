// What a part of the overview is about where it does not follow the filter, so that no figure is taken for one of the filter.
import { ownRegion } from "./data.js";
import { state } from "./state.js";
import { html } from "./ui.js";
import { placeName, say } from "./words.js";

/** The place that a part follows, and that it holds all industries and services; nothing where the filter asks for no less. @param {{ place?: string }} of */
export function Scope({ place = "" }) {
  const { region, industry, type } = state.value;
  const whole = industry || type ? say("全部产业和服务", "all industries and services") : "";
  if (place === region && !whole) return null;
  return html` <small>${[placeName(place || (ownRegion() ?? "")), whole].filter(Boolean).join(" · ")}</small>`;
}
