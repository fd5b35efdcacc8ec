// Partner requests from asking to closing: which there are, how far each is, and what can be done about it next.
import { catalogue } from "./catalogue.js";
import { ask, forget, may } from "./data.js";
import { Posting } from "./posting.js";
import { go, state } from "./state.js";
import { Choice, DataClass, Empty, html, Pending, Step, Title } from "./ui.js";
import { day, number, placeInFull, say, term, typeName } from "./words.js";

const ALL = "/v1/requests?limit=1000";
/** States after which it is looked back at what came of it. */
const AGREED = ["agreed", "delivered", "closed"];
/** What is said of the terms. @type {[string, "text" | "date", [string, string]][]} */
const TERMS = [["owner", "text", ["责任单位", "Seen to by"]], ["due", "date", ["答复期限", "Answer by"]], ["review", "date", ["复查日期", "Look again"]], ["expires", "date", ["有效期至", "Holds until"]]];

/** A step changes how far a request is, and may make two parties partners. */
function changed() {
  forget("/v1/requests", "/explorer/network.json");
}

/** @param {string} list @returns {[string, string][]} */
function terms(list) {
  return [...(catalogue.lists.get(list)?.keys() ?? [])].map((id) => [id, term(list, id)]);
}

/** @param {{ of: PartnerRequest }} o */
function Marks({ of }) {
  return html`${of.overdue ? html` <strong class="bad">${say("逾期未答复", "overdue")}</strong>` : null}${of.lapsed ? html` <strong class="bad">${say("已过有效期", "lapsed")}</strong>` : null}`;
}

/** All requests, newest first, of one state where one is chosen. @param {{ only: string }} o */
export function Requests({ only }) {
  const { region } = state.value;
  const got = /** @type {Asked<{ data: PartnerRequest[], total: number }>} */ (ask(region ? `${ALL}&region=${region}` : ALL));
  const all = got.data?.data ?? [];
  const counted = (/** @type {string} */ id) => number(all.filter((r) => r.state === id).length);
  const options = /** @type {[string, string][]} */ ([["", `${say("全部", "All")} ${number(got.data?.total)}`], ...terms("request_states").map(([id, name]) => [id, `${name} ${counted(id)}`])]);
  const shown = all.filter((r) => !only || r.state === only);
  return html`<${Title} kicker=${region ? placeInFull(region) : say("从提出到办结", "From asking to closing")}>${say("合作请求", "Partner requests")}</${Title}>
    ${got.data ? html`<div class="plan-form"><${Choice} label=${say("状态", "State")} value=${only} options=${options} onChange=${(/** @type {string} */ v) => go({ ask: v ? `requests:${v}` : "requests" })} /></div>
      ${shown.length ? html`<ul class="tasks">${shown.map((r) => html`<li key=${r.key}><${Step} to=${{ ask: `request:${r.key}` }}><b>${r.a_name} → ${r.b_name}</b></${Step}>
        <small>${[term("request_states", r.state), term("cooperation_dimensions", r.dimension), r.service_type && typeName(r.service_type), day(r.day)].filter(Boolean).join(" · ")}<${Marks} of=${r} /></small></li>`)}</ul>`
      : html`<${Empty} title=${only ? say("没有这样的请求", "No such request") : say("还没有请求", "No request yet")} />`}
      ${got.data.total > all.length ? html`<p class="small muted">${say(`共 ${number(got.data.total)} 项，列出最新的 ${number(all.length)} 项。`, `The newest ${number(all.length)} of ${number(got.data.total)}.`)}</p>` : null}`
    : html`<${Pending} of=${got} />`}
    ${may("change") ? html`<p class="actions"><${Step} to=${{ ask: "asking" }} class="button">${say("提出合作请求", "Ask for cooperation")}</${Step}></p>` : null}`;
}

/** One request: how it stands, and the steps that it can take. @param {{ id: string }} o */
export function Request({ id }) {
  const got = /** @type {Asked<{ data: PartnerRequest[] }>} */ (ask(ALL));
  const of = got.data?.data.find((r) => r.key === id);
  const back = html`<p><${Step} to=${{ ask: "requests" }}>${say("全部请求", "All requests")}</${Step}></p>`;
  if (!of) return html`<${Title} kicker=${say("合作请求", "Partner request")}>${id}</${Title}>${back}${got.data ? html`<p>${say("没有这项请求。", "There is no such request.")}</p>` : html`<${Pending} of=${got} />`}`;
  /** @type {[string, any][]} */
  const facts = [
    [say("状态", "State"), html`<b>${term("request_states", of.state)}</b> <span class="muted">${day(of.changed)}</span><${Marks} of=${of} />`],
    [say("提出", "Asked"), day(of.day)], [say("维度", "Dimension"), term("cooperation_dimensions", of.dimension)], [say("服务", "Service"), of.service_type && typeName(of.service_type)],
    [say("内容", "About"), of.content], [say("依据", "Evidence"), of.evidence],
    .../** @type {[string, any][]} */ (TERMS.map(([name, kind, label]) => { const value = of[/** @type {"owner"} */ (name)]; return [say(...label), value && kind === "date" ? day(value) : value]; })),
    [say("有意参与", "Interested"), of.interested.join(say("、", ", "))],
    [say("成效", "Outcome"), of.outcome ? html`${term("request_outcomes", of.outcome)} <span class="muted">${day(of.outcome_day)}</span>` : of.outcome_due && say(`${day(of.outcome_due)} 起回看`, `to be looked at from ${day(of.outcome_due)}`)],
  ];
  return html`<${Title} kicker=${say("合作请求", "Partner request")}>${of.a_name} → ${of.b_name}</${Title}>${back}
    <dl class="pairs">${facts.filter(([, value]) => value).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
    <p class="small muted">${of.key} <${DataClass} data_class=${of.data_class} /></p>
    ${may("change") ? html`<${Steps} of=${of} key=${`${of.state} ${of.changed}`} />` : html`<p class="small muted">${say("推进请求由枢纽管理员和窗口编辑办理。", "The hub admin and the editors of windows take a request further.")}</p>`}`;
}

/** @param {{ of: PartnerRequest }} o */
function Steps({ of }) {
  const next = catalogue.lists.get("request_states")?.get(of.state)?.next ?? [];
  const body = (/** @type {import("./posting.js").Fields} */ fields) => ({ key: of.key, ...fields });
  return html`
    ${next.length ? html`<section><h3>${say("下一步", "Next step")}</h3><${Posting} to="/v1/requests/steps" name=${say("下一步", "Next step")} body=${body} done=${changed}>
      <label><span>${say("依据", "Evidence")}</span><input name="evidence" maxlength="2000" placeholder=${say("如会议纪要、协议文号", "minutes, an agreement …")} /></label>
      <p class="actions">${next.map((id) => html`<button class=${id === "declined" ? "button quiet" : "button"} name="state" value=${id}>${term("request_states", id)}</button>`)}</p></${Posting}></section>` : null}
    ${AGREED.includes(of.state) ? html`<section><h3>${say("六个月后的成效", "Outcome after six months")}</h3><${Posting} to="/v1/requests/outcome" name=${say("成效", "Outcome")} body=${body} done=${changed}>
      <p class="actions">${terms("request_outcomes").map(([id, name]) => html`<button class="button quiet" name="outcome" value=${id} aria-pressed=${String(of.outcome === id)}>${name}</button>`)}</p></${Posting}></section>` : null}
    <details class="sources"><summary>${say("责任与期限", "Who sees to it, until when")}</summary><${Posting} to="/v1/requests/terms" name=${say("责任与期限", "Terms")} body=${body} done=${changed}><${Terms} of=${of} /><button class="button quiet">${say("写明", "State them")}</button></${Posting}></details>
    <details class="sources"><summary>${say("第三方有意参与", "A third party is interested")}</summary><${Posting} to="/v1/requests/interest" name=${say("有意参与", "Interest")} body=${body} done=${changed}>
      <label><span>${say("哪一方", "Which")}</span><input name="party" required maxlength="200" placeholder=${say("名称或标识", "name or key")} /></label><button class="button quiet">${say("记下", "Note it")}</button></${Posting}></details>`;
}

/** @param {{ of?: PartnerRequest }} o */
function Terms({ of }) {
  return html`${TERMS.map(([name, kind, label]) => html`<label><span>${say(...label)}</span><input name=${name} type=${kind} maxlength="200" value=${of?.[/** @type {"owner"} */ (name)] ?? ""} /></label>`)}`;
}

/** A new request; who asks and who is asked may be known. @param {{ a: string, b: string, type: string }} o */
export function Asking({ a, b, type }) {
  const party = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ known) => html`<label><span>${label}</span>${known ? html`<input type="hidden" name=${name} value=${known} /><b><${PartyName} id=${known} /></b>` : html`<input name=${name} required maxlength="200" placeholder=${say("机构、载体、窗口或地区", "name or key of a body or a place")} />`}</label>`;
  return html`<${Title} kicker=${say("合作请求", "Partner request")}>${say("提出合作请求", "Ask for cooperation")}</${Title}>
    <p><${Step} to=${{ ask: "requests" }}>${say("全部请求", "All requests")}</${Step}></p>
    ${may("change") ? html`<${Posting} to="/v1/requests" name=${say("提出合作请求", "Ask for cooperation")} body=${(/** @type {import("./posting.js").Fields} */ fields) => fields} done=${(/** @type {{ data: PartnerRequest }} */ told) => { changed(); go({ ask: `request:${told.data.key}` }); }}>
      ${party("a", say("请求方", "Who asks"), a)}${party("b", say("被请求方", "Who is asked"), b)}
      <label><span>${say("维度", "Dimension")}</span><select name="dimension" required>${terms("cooperation_dimensions").map(([id, name]) => html`<option value=${id}>${name}</option>`)}</select></label>
      <label><span>${say("服务", "Service")}</span><select name="service_type"><option value="">${say("不限", "any")}</option>${terms("service_types").map(([id, name]) => html`<option value=${id} selected=${id === type}>${name}</option>`)}</select></label>
      <label><span>${say("内容", "About")}</span><textarea name="content" rows="3" maxlength="2000"></textarea></label>
      <${Terms} /><button class="button">${say("提出", "Ask")}</button></${Posting}>`
    : html`<p class="small muted">${say("合作请求由枢纽管理员和窗口编辑提出。", "The hub admin and the editors of windows ask for cooperation.")}</p>`}`;
}

/** @param {{ id: string }} o a region's code, or the key of an organisation */
function PartyName({ id }) {
  if (catalogue.places.has(id)) return html`${placeInFull(id)}`;
  const got = /** @type {Asked<{ data: { name: string | null } }>} */ (ask(`/v1/entities/Organization/${encodeURIComponent(id)}`));
  return html`${got.data?.data.name ?? id}`;
}
