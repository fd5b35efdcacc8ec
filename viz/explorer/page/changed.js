// What changed since last month: totals, causes, places and what ends next, of the two newest months' snapshots.
import { ask } from "./data.js";
import { state } from "./state.js";
import { Empty, html, Pending, Step } from "./ui.js";
import { day, difference, number, percent, placeName, say, withSign } from "./words.js";

const SHORT = 3;
/** @type {Record<string, [string, string]>} */
const CAUSES = {
  "resource added": ["新增资源", "New resources"], "resource removed": ["撤下资源", "Resources gone"], "resource started": ["资源开始生效", "Resources begun"],
  "resource expired": ["资源到期", "Resources expired"], "resource changed": ["资源变动", "Resources changed"],
};

/** The newest snapshot and the last one of an earlier month, as shuniu snapshot diff takes them (queries/snapshots/months.py). @param {KeptSnapshot[]} kept @returns {[KeptSnapshot, KeptSnapshot] | null} */
export function monthsOf(kept) {
  const all = [...kept].sort((a, b) => a.parameters.as_of.localeCompare(b.parameters.as_of) || a.graph_version - b.graph_version || a.id.localeCompare(b.id));
  const last = all.pop();
  const before = all.filter((s) => last && s.parameters.as_of.slice(0, 7) < last.parameters.as_of.slice(0, 7)).pop() ?? all.pop();
  return last && before ? [before, last] : null;
}

export function Changed() {
  const kept = /** @type {Asked<{ data: KeptSnapshot[] }>} */ (ask("/v1/snapshots?limit=50"));
  if (kept.problem?.status === 403) return null;
  const months = kept.data ? monthsOf(kept.data.data) : null;
  return html`<section aria-labelledby="changed"><h2 id="changed">${say("上月以来的变化", "Since last month")}</h2>
    ${months ? html`<${Between} before=${months[0]} after=${months[1]} />` : kept.data ? html`<${Empty} title=${say("还没有两个月的快照", "No snapshots of two months yet")}><p class="small muted">${say("每次载入留存当月快照；下个月起这里有变化。", "Every load keeps one of its month; from the next month on, changes stand here.")}</p></${Empty}>` : html`<${Pending} of=${kept} />`}</section>`;
}

/** @param {{ before: KeptSnapshot, after: KeptSnapshot }} o */
function Between({ before, after }) {
  const query = new URLSearchParams({ limit: "1" });
  const { region, industry, type } = state.value;
  for (const [name, value] of Object.entries({ region, industry, service_type: type })) if (value) query.set(name, value);
  const asked = /** @type {Asked<{ total: number, summary: DiffSummary }>} */ (ask(`/v1/snapshots/${encodeURIComponent(before.id)}/diff/${encodeURIComponent(after.id)}?${query}`));
  if (asked.problem?.status === 403) return html`<p class="small muted">${say("您的角色看不到变化的明细。", "Your role does not see what changed.")}</p>`;
  if (!asked.data) return html`<${Pending} of=${asked} />`;
  const { summary, total } = asked.data;
  const [was, is] = [summary.before, summary.after];
  const unmet = (is.unmet ?? NaN) - (was.unmet ?? NaN);
  const ended = summary.expiring_total;
  return html`<p class="small muted">${day(before.parameters.as_of)} → ${day(after.parameters.as_of)}</p>
    <dl class="pairs"><div><dt>${say("未满足需求", "Unmet demand")}</dt><dd><b class=${unmet > 0 ? "bad" : ""}>${difference(is.unmet, was.unmet)}</b> <span class="muted">${number(was.unmet)} → ${number(is.unmet)}</span></dd></div>
      <div><dt>${say("覆盖率", "Coverage")}</dt><dd>${percent(was.ratio, 2)} → ${percent(is.ratio, 2)}</dd></div>
      ${summary.causes.map((c) => html`<div><dt>${causeName(c)}${c.resources ? html` <span class="muted">${say(`${number(c.resources)} 项`, number(c.resources))}</span>` : null}</dt><dd title=${c.largest.join(say("、", ", "))}>${withSign(c.amount)} <span class="muted">${c.kind === "demand" ? say("次需求", "demand") : say("次供给", "supply")}</span></dd></div>`)}</dl>
    ${summary.places.length ? html`<p class="small">${say("变化最大：", "Most: ")}${summary.places.slice(0, SHORT).map((p, i) => html`${i ? say("、", ", ") : ""}<${Step} to=${{ view: "matrix", region: p.region, rows: "county", base: before.id, measure: "unmet" }}>${placeName(p.region)}</${Step}> ${withSign(p.unmet_change)}`)}</p>` : null}
    <p class="small"><${Step} to=${{ view: "map", base: before.id, measure: "unmet" }}>${say(`在地图上看变化的 ${number(total)} 个单元`, `The ${number(total)} cells that changed, on the map`)}</${Step}>${ended ? html`<span class="muted">${say(`；此后 ${summary.expiring_days} 天内全省 ${number(summary.expiring_total)} 项资源到期`, `; ${number(summary.expiring_total)} resources of the province end within ${summary.expiring_days} days after`)}</span>` : null}</p>`;
}

/** @param {DiffSummary["causes"][number]} cause */
function causeName(cause) {
  const found = CAUSES[`${cause.kind} ${cause.change}`];
  return found ? say(...found) : cause.kind === "demand" ? say("需求本身", "Demand itself") : say("别处的分用", "Shared differently");
}
