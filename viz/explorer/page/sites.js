// Windows, stations and carriers: what the network holds, one of them, or those of a place.
import { catalogue } from "./catalogue.js";
import { changesOf, planOf } from "./changes.js";
import { ask, dayQuery, may } from "./data.js";
import { around, Entity } from "./entity.js";
import { recordsStep } from "./records.js";
import { go, listed, state, turned } from "./state.js";
import { Source } from "./source.js";
import { DataClass, Empty, html, Pending, Step, Title } from "./ui.js";
import { placeInFull, say, term } from "./words.js";

/** @typedef {{ nodes: NetworkNode[], edges: NetworkEdge[] }} Net */
/** @type {WeakMap<NetworkDocument, { data: Net }>} */
const decoded = new WeakMap();

/** All sites and the ties between them. @returns {Asked<{ data: Net }>} */
export function networkAsked() {
  const { data, ...asked } = /** @type {Asked<NetworkDocument>} */ (ask(`/explorer/network.json?${dayQuery()}`));
  if (!data) return asked;
  const net = decoded.get(data) ?? { data: decode(data) };
  decoded.set(data, net);
  return { ...asked, data: net };
}

/** How numbers are written; see viz/explorer/network.py. */
const FIRST = 0x4e00, BASE = 0x4000, DEGREE = 100000;

/** Numbers that stand in signs, so many for each. @param {string} text @param {number} rows */
export function fromSigns(text, rows) {
  const each = rows ? text.length / rows : 1;
  return Array.from({ length: rows }, (_, i) => (each === 1 ? text.charCodeAt(i) - FIRST : (text.charCodeAt(2 * i) - FIRST) * BASE + text.charCodeAt(2 * i + 1) - FIRST));
}

/** @param {NetworkDocument} of @returns {Net} */
export function decode({ nodes: { rows, keys, names, lon, lat, ...coded }, edges: { rows: ties, source, target, ...kinds } }) {
  const [x, y] = [fromSigns(lon, rows), fromSigns(lat, rows)];
  const key = rows ? keys.split("\n") : [];
  const degrees = (/** @type {number | undefined} */ v) => (v ? v / DEGREE : null);
  const nodes = /** @type {NetworkNode[]} */ (columns(coded, key.map((k, i) => ({ key: k, name: names[i] ?? "", lon: degrees(x[i]), lat: degrees(y[i]) }))));
  const [from, to] = [fromSigns(source, ties), fromSigns(target, ties)];
  const edges = /** @type {NetworkEdge[]} */ (columns(kinds, Array.from({ length: ties }, (_, i) => ({ source: key[from[i] ?? 0] ?? "", target: key[to[i] ?? 0] ?? "" }))));
  return { nodes, edges };
}

/** @param {Record<string, Column>} of @param {any[]} rows */
function columns(of, rows) {
  for (const [name, { words, at }] of Object.entries(of)) fromSigns(at, rows.length).forEach((word, i) => { rows[i][name] = word ? words[word - 1] : null; });
  return rows;
}

/** Sites of the network at a place, one site, or another node of the graph. @param {{ id: string }} o a region's code, a site's key, or label and key of another */
export function Site({ id }) {
  if (id.includes(":")) return html`<${Entity} id=${id} />`;
  const got = networkAsked();
  if (!got.data) return html`<${Title}>${got.status === "failed" ? placeInFull(id) : "…"}</${Title}><${Pending} of=${got} />`;
  const { nodes, edges } = got.data.data;
  const one = nodes.find((n) => n.key === id);
  if (!one && id !== "510000" && !catalogue.places.has(id)) return html`<${Title}>${id}</${Title}><${Empty} title=${say("网络中没有这样的地方或站点", "There is no such place or site in the network")}><p>${say("它可能已停用或撤除，或网址抄写有误。", "It may have been closed or removed, or the address is miscopied.")}</p></${Empty}>`;
  return one ? html`<${OneSite} of=${one} nodes=${nodes} edges=${edges} />` : html`<${PlaceSites} code=${id} nodes=${nodes} />`;
}

/** Keep a place or site lit, put it in the middle, or leave a place out of the network. @param {{ id: string, label: string, place?: boolean }} o */
function Pinning({ id, label, place }) {
  const { pin, out } = state.value;
  const pinned = listed(pin).includes(id), hidden = listed(out).includes(id);
  return html`<p class="actions"><button type="button" class="button quiet" aria-pressed=${String(pinned)} onClick=${() => go({ view: "network", pin: turned(pin, id) })}>${pinned ? say("取消钉住", "Unpin") : say("钉住", "Pin")}</button>
    ${place ? html`<button type="button" class="button quiet" aria-pressed=${String(hidden)} onClick=${() => go({ view: "network", out: turned(out, id), node: "" })}>${hidden ? say("放回图上", "Put back") : say("从图上隐藏", "Hide")}</button>` : null}
    ${window.shuniuOffline ? null : html`<${Step} to=${around(label, id)} class="button quiet">${say("它连着谁", "What it is tied to")}</${Step}>`}</p>`;
}

/** Name of a place or a site of the network. @param {string} id @param {NetworkNode[]} nodes */
export function nodeName(id, nodes) {
  if (id === "510000") return say("省级枢纽", "Provincial hub");
  return catalogue.places.has(id) ? placeInFull(id) : (nodes.find((n) => n.key === id)?.name ?? id);
}

/** @param {NetworkNode} n */
export function kindName(n) {
  return term(n.label === "Window" ? "window_kinds" : "carrier_kinds", n.kind);
}

/** @param {{ of: NetworkNode, nodes: NetworkNode[], edges: NetworkEdge[] }} o */
function OneSite({ of, nodes, edges }) {
  const names = new Map(nodes.map((n) => [n.key, n]));
  const up = edges.filter((e) => e.source === of.key && e.type !== "PARTNERS_WITH");
  const down = edges.filter((e) => e.target === of.key && e.type !== "PARTNERS_WITH");
  const partners = edges.filter((e) => e.type === "PARTNERS_WITH" && (e.source === of.key || e.target === of.key));
  const link = (/** @type {string} */ key) => html`<${Step} to=${{ node: key }}>${names.get(key)?.name ?? key}</${Step}>`;
  return html`<${Title} kicker=${kindName(of)}>${of.name}</${Title}>
    <${Pinning} id=${of.key} label=${of.label} />
    <dl class="pairs"><div><dt>${say("所在地", "Place")}</dt><dd><${Step} to=${{ node: of.region }}>${placeInFull(of.region)}</${Step}></dd></div>
      ${of.level ? html`<div><dt>${say("级别", "Level")}</dt><dd>${term("levels", of.level)}</dd></div>` : null}
      <div><dt>${say("状态", "State")}</dt><dd>${of.active ? say("在运行", "active") : say("已停用", "out of service")}</dd></div></dl>
    ${up.length ? html`<section><h3>${say("上级", "Reports to")}</h3><ul>${up.map((e) => html`<li>${link(e.target)} ${e.type === "IMPLIED" ? html`<small class="muted">${say("推定", "implied")}</small>` : null}</li>`)}</ul></section>` : null}
    ${down.length ? html`<details class="sources" open=${down.length < 12}><summary>${say(`下级（${down.length}）`, `Below it (${down.length})`)}</summary><ul>${down.map((e) => html`<li>${link(e.source)}</li>`)}</ul></details>` : null}
    ${partners.length ? html`<section><h3>${say("合作", "Partners")}</h3><ul>${partners.map((e) => html`<li>${link(e.source === of.key ? e.target : e.source)} <small>${term("cooperation_dimensions", e.dimension)}</small></li>`)}</ul></section>` : null}
    ${window.shuniuOffline ? null : html`<p class="actions"><${Step} to=${{ view: "map", places: "county", region: "", reach: of.key, sites: "" }} class="button quiet">${say("够到哪里", "What it reaches")}</${Step}><${Step} to=${{ ask: "whatif", node: "", plan: planOf([...changesOf(state.value.plan), { action: "close", [of.label === "Window" ? "window" : "carrier"]: of.key }]) }} class="button quiet">${say("假如关闭它", "What if it closed")}</${Step}></p>`}
    ${of.label === "Window" && of.prefecture && !window.shuniuOffline ? html`<p class="actions"><${Step} to=${{ ask: `loss:${of.prefecture}`, node: "" }} class="button quiet">${say("失去它会怎样", "What if it were lost")}</${Step}></p>` : null}
    ${may("work") ? html`<p class="actions"><${Step} to=${recordsStep({ indicator: "services", site: of.key })} class="button quiet">${say("这里的服务记录", "Its service records")}</${Step}></p>` : null}
    <p class="small"><${Source} of=${of} /></p>`;
}

/** @param {{ code: string, nodes: NetworkNode[] }} o */
function PlaceSites({ code, nodes }) {
  const here = nodes.filter((n) => n.region === code || (code.endsWith("00") && n.prefecture === code));
  /** @type {Map<string, NetworkNode[]>} */
  const kinds = new Map();
  for (const n of here) kinds.set(kindName(n), [...(kinds.get(kindName(n)) ?? []), n]);
  return html`<${Title} kicker=${say("网络中的窗口、站点与载体", "Windows, stations and carriers")}>${code === "510000" ? say("省级枢纽", "Provincial hub") : placeInFull(code)}</${Title}>
    <${Pinning} id=${code} label="Region" place />
    ${here.length ? [...kinds].map(([kind, list]) => html`<details class="sources" open=${list.length < 8}><summary>${kind}${say(`（${list.length}）`, ` (${list.length})`)}</summary><ul>${list.map((n) => html`<li><${Step} to=${{ node: n.key }}>${n.name}</${Step}> <small>${n.level ? term("levels", n.level) : ""}${n.active ? "" : say(" · 已停用", " · out of service")} <${DataClass} data_class=${n.data_class} /></small></li>`)}</ul></details>`) : html`<p>${say("没有在网的窗口、站点或载体。", "No window, station or carrier.")}</p>`}
    <p class="actions"><${Step} to=${{ cell: `${code}::`, node: "" }} class="button quiet">${say("这里的覆盖与缺口", "Coverage and gaps here")}</${Step}></p>`;
}
