// A chain from upstream to downstream: where its segments are, which are missing here, and who has them.
import { catalogue } from "./catalogue.js";
import { ask, ownRegion } from "./data.js";
import { go, state } from "./state.js";
import { Choice, Empty, html, Pending, Step, Title } from "./ui.js";
import { chainName, industryName, number, percent, placeName, say } from "./words.js";

const STAGES = /** @type {["upstream" | "midstream" | "downstream", [string, string]][]} */ ([["upstream", ["上游", "Upstream"]], ["midstream", ["中游", "Midstream"]], ["downstream", ["下游", "Downstream"]]]);
/** Height of a card and of what it takes with the gap below it, pixels. */
const CARD = 104, STEP = 118;
const SHORT = 3;

/** @param {Iterable<[string, string]>} pairs */
function chainsAsked(pairs) {
  const query = new URLSearchParams([...pairs, ["limit", "1000"]]);
  if (state.value.day) query.set("as_of", state.value.day);
  const own = ownRegion();
  if (own) query.set("prefecture", `${own.slice(0, 4)}00`);
  return ask(`/v1/chains?${query}`);
}

/** The prefectures that a region stands for; none for the whole province. @param {string} region @returns {string[]} */
function prefecturesOf(region) {
  if (!region || region === "510000") return [];
  if (catalogue.places.has(region)) return [`${region.slice(0, 4)}00`];
  return [...catalogue.places.values()].filter((p) => p.level === "prefecture" && p.zone === region).map((p) => p.code);
}

/** Enterprises of a segment in some prefectures; in all, where none are named. @param {Segment} segment @param {string[]} inside */
function within(segment, inside) {
  return inside.length ? segment.places.reduce((sum, p) => sum + (inside.includes(p.prefecture ?? "") ? p.enterprises : 0), 0) : segment.enterprises ?? 0;
}

/** Whether any firm of a place is listed by name: without a list nothing can be called missing. @param {Segment[]} all @param {string[]} inside */
function isListed(all, inside) {
  return all.some((s) => within(s, inside));
}

/** Whether the firms of a chain are listed, and not counted alone. @param {Segment[]} segments */
function isTold(segments) {
  return !segments.length || segments.some((s) => s.enterprises !== null);
}

/** @param {{ cells: Cells }} o */
export function Chains({ cells }) {
  const { region, industry } = state.value;
  const got = chainsAsked([]);
  if (!got.data) return html`<${Pending} of=${got} what=${say("正在读取产业链…", "Loading the chains…")} />`;
  const all = /** @type {Segment[]} */ (got.data.data);
  const inside = prefecturesOf(region), known = isListed(all, inside);
  const options = /** @type {[string, string][]} */ ([["", say("全部产业链", "All chains")], ...cells.chains.map((c) => [c.code, industryName(c.code)])]);
  const one = cells.chains.find((c) => c.code === industry);
  const tools = html`<div class="bar-of-tools"><${Choice} label=${say("产业链", "Chain")} value=${one ? industry : ""} options=${options} onChange=${(/** @type {string} */ v) => go({ industry: v, pick: "" })} />
    <p class="muted">${!known ? say(`${placeName(region)}没有逐户名录（企业表），不明有哪些环节，也就不能说缺哪些。`, `${placeName(region)}: no enterprise is listed by name; which segments there are is unknown, and so is what it lacks.`) : say(`企业数来自逐户名录，跨环节的按份额计${inside.length ? `；“缺”指${placeName(region)}一家也没有` : "；选一个地区，看它缺哪些环节"}。`, `Enterprises are those listed by name, shared out among their segments${inside.length ? `; missing: ${placeName(region)} has none` : "; choose a region to see what it lacks"}.`)}</p></div>`;
  if (!one) return html`${tools}<${AllChains} all=${all} inside=${inside} known=${known} shown=${cells.chains.filter((c) => !industry || c.pillar === industry || c.system === industry)} />`;
  const segments = all.filter((s) => s.chain === industry && s.segment);
  if (!segments.length) return html`${tools}<${Empty} title=${say("这条产业链没有划分环节", "No segments of this chain are known")} />`;
  return html`${tools}<${Flow} segments=${segments} inside=${inside} known=${known && isTold(segments)} />
    <p class="actions"><${Step} to=${{ view: "matrix", rows: inside.length === 1 ? "county" : "prefecture", cols: "service_type" }} class="button quiet">${say("这条产业链的服务覆盖", "Services for this chain")}</${Step}></p>`;
}

/** @param {{ all: Segment[], inside: string[], known: boolean, shown: Cells["chains"] }} o */
function AllChains({ all, inside, known, shown }) {
  const rows = shown.map((c) => {
    const segments = all.filter((s) => s.chain === c.code && s.segment);
    const told = known && isTold(segments);
    return { ...c, segments, told, missing: segments.filter((s) => told && !within(s, inside)), enterprises: !told ? NaN : all.filter((s) => s.chain === c.code).reduce((sum, s) => sum + within(s, inside), 0) };
  });
  const count = (/** @type {typeof rows[number]} */ row, /** @type {string} */ stage) => {
    const of = row.segments.filter((s) => s.stage === stage);
    const there = of.filter((s) => within(s, inside)).length;
    return html`<td class=${`num${row.told && there < of.length ? " bad" : ""}`}>${row.told && of.length ? `${there} / ${of.length}` : "—"}</td>`;
  };
  return html`<div class="chain-list" tabindex="0" role="region" aria-label=${say("各产业链", "All chains")}><table class="rows"><thead><tr><th scope="col">${say("产业链", "Chain")}</th>${STAGES.map(([, name]) => html`<th scope="col" class="num">${say(...name)}</th>`)}<th scope="col" class="num">${say("企业", "Enterprises")}</th><th scope="col">${say("缺的环节", "Segments missing")}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.code}><th scope="row"><${Step} to=${{ industry: row.code, pick: "" }}>${industryName(row.code)}</${Step}></th>${STAGES.map(([stage]) => count(row, stage))}<td class="num">${number(row.enterprises)}</td><td>${row.missing.length ? row.missing.map((s) => chainName(s.segment, s.segment_name)).join(say("、", ", ")) : html`<span class="muted">${row.told ? say("无", "none") : say("不明", "unknown")}</span>`}</td></tr>`)}</tbody></table></div>`;
}

/** @param {{ segments: Segment[], inside: string[], known: boolean }} o */
function Flow({ segments, inside, known }) {
  const columns = STAGES.map(([stage, name]) => ({ stage, name, of: segments.filter((s) => s.stage === stage) })).filter((c) => c.of.length);
  const tallest = Math.max(...columns.map((c) => c.of.length));
  /** @type {Map<string, { x: number, y: number }>} */
  const at = new Map(columns.flatMap((c, x) => c.of.map((s, i) => /** @type {[string, { x: number, y: number }]} */ ([s.segment ?? "", { x, y: i * STEP + CARD / 2 + ((tallest - c.of.length) * STEP) / 2 }]))));
  const width = 100 / (columns.length + (columns.length - 1) * 0.28);
  const left = (/** @type {number} */ x) => x * width * 1.28;
  const open = state.value.ask.split(":")[1] ?? "";
  const most = Math.max(...segments.map((s) => s.enterprises ?? 0), 1);
  return html`<div class="chain" style=${{ "--columns": columns.length, "--tall": `${tallest * STEP}px` }}>
    <svg class="feeds" viewBox=${`0 0 100 ${tallest * STEP}`} preserveAspectRatio="none" aria-hidden="true">${segments.flatMap((s) => s.feeds.map((to) => {
      const [a, b] = [at.get(s.segment ?? ""), at.get(to)];
      if (!a || !b || a.x >= b.x) return null;
      const [x, end] = [left(a.x) + width, left(b.x)];
      return html`<path key=${`${s.segment}>${to}`} class=${s.segment === open || to === open ? "here" : ""} d=${`M${x} ${a.y}C${(x + end) / 2} ${a.y} ${(x + end) / 2} ${b.y} ${end} ${b.y}`} vector-effect="non-scaling-stroke" />`;
    }))}</svg>
    ${columns.map((c, x) => html`<section class="stage-of-chain" style=${{ "--left": `${left(x)}%`, "--width": `${width}%`, "--top": `${((tallest - c.of.length) * STEP) / 2}px` }} aria-label=${say(...c.name)}><h2>${say(...c.name)}</h2><ol>${c.of.map((s) => html`<li key=${s.segment} class=${`segment${within(s, inside) || !known ? "" : " missing"}${s.segment === open ? " open" : ""}`}>
      <${Step} to=${{ ask: `segment:${s.segment}`, cell: "", node: "" }}><b>${chainName(s.segment, s.segment_name)}</b></${Step}>
      <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="8" /><rect class="filled" width=${(100 * within(s, inside)) / most} height="8" /></svg>
      <p>${!known ? say("不明", "unknown") + (s.places.length ? say(`，全省 ${number(s.enterprises)} 家`, `; ${number(s.enterprises)} in the province`) : "") : inside.length ? (within(s, inside) ? say(`本地 ${number(within(s, inside))} 家，全省 ${number(s.enterprises)} 家`, `${number(within(s, inside))} here of ${number(s.enterprises)}`) : html`<strong class="bad">${say("本地缺", "Missing here")}</strong>${s.places.length ? say("，有的：", ", had by") : say("，全省也没有", ", and in the whole province")}`) : s.enterprises ? say(`${number(s.enterprises)} 家`, `${number(s.enterprises)} enterprises`) : html`<strong class="bad">${say("全省缺", "Missing in the province")}</strong>`}
        ${s.places.length ? html` <span class="muted">${s.places.filter((p) => p.prefecture).slice(0, SHORT).map((p) => `${placeName(p.prefecture ?? "")} ${number(p.enterprises)}`).join(say("、", ", "))}</span>` : null}</p></li>`)}</ol></section>`)}
  </div>`;
}

/** One segment: where it is, what it feeds and is fed by, who lacks it though close to it. @param {{ id: string }} o */
export function SegmentDetail({ id }) {
  const got = chainsAsked([]);
  const missing = chainsAsked([["view", "missing"], ["chain", id.split("-")[0] ?? ""]]);
  if (!got.data) return html`<${Title}>${got.status === "failed" ? id : "…"}</${Title}><${Pending} of=${got} />`;
  const all = /** @type {Segment[]} */ (got.data.data);
  const of = all.find((s) => s.segment === id);
  if (!of) return html`<${Title}>${id}</${Title}><p>${say("没有这个环节。", "There is no such segment.")}</p>`;
  const names = new Map(all.map((s) => [s.segment, chainName(s.segment, s.segment_name)]));
  const link = (/** @type {string | null} */ key) => html`<${Step} to=${{ ask: `segment:${key}` }}>${names.get(key) ?? key}</${Step}>`;
  const fedBy = all.filter((s) => s.feeds.includes(id));
  const close = /** @type {MissingLink[]} */ (missing.data?.data ?? []).filter((m) => m.segment === id);
  const stage = STAGES.find(([s]) => s === of.stage)?.[1];
  return html`<${Title} kicker=${[industryName(of.chain), stage ? say(...stage) : ""].filter(Boolean).join(" · ")}>${chainName(of.segment, of.segment_name)}</${Title}>
    ${fedBy.length ? html`<section><h3>${say("上游供给它的", "Fed by")}</h3><ul>${fedBy.map((s) => html`<li>${link(s.segment)}</li>`)}</ul></section>` : null}
    ${of.feeds.length ? html`<section><h3>${say("它供给的下游", "Feeds")}</h3><ul>${of.feeds.map((s) => html`<li>${link(s)}</li>`)}</ul></section>` : null}
    <section><h3>${say("在哪里", "Where it is")}</h3>${of.places.length ? html`<table class="rows"><thead><tr><th scope="col">${say("市州", "Prefecture")}</th><th scope="col" class="num">${say("企业", "Enterprises")}</th></tr></thead><tbody>${of.places.map((p) => html`<tr><th scope="row">${placeName(p.prefecture ?? "510000")}</th><td class="num">${number(p.enterprises)}</td></tr>`)}</tbody></table>` : of.enterprises !== null ? html`<p class="bad">${say("全省名录中一家也没有。", "None is listed in the province.")}</p>` : html`<p class="muted">${say("没有逐户名录，不明。", "Unknown: no enterprise is listed by name.")}</p>`}</section>
    <section><h3>${say("缺它而有条件发展的", "Without it, but close to it")}</h3>${missing.data ? (close.length ? html`<ul>${close.slice(0, 8).map((m) => html`<li><b>${placeName(m.prefecture)}</b> <span class="num">${percent(m.density, 0)}</span><small>${say("已有相近的", "has what is close:")} ${m.because.slice(0, SHORT).map((b) => chainName(b.key, b.name)).join(say("、", ", "))}</small></li>`)}</ul><p class="small muted">${say("比例是相近环节中已具备的份额。", "The share is that of the close segments it has.")}</p>` : html`<p class="muted">${say("没有。", "None.")}</p>`) : html`<${Pending} of=${missing} />`}</section>`;
}
