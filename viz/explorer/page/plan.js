// What a budget would do, and what a loss would cost: answers of the service that take a while.
import { ask } from "./data.js";
import { go, state } from "./state.js";
import { Empty, html, Pending, Step, Synthetic, Title } from "./ui.js";
import { industryName, money, number, percent, placeInFull, placeName, say, told, typeName } from "./words.js";

/** A share below which it would be printed as 0.0%. */
const ROUNDING = 0.0005;
const BUDGET = 300;
const MOST = 2000;
/** @type {Record<string, [string, string]>} */
const KINDS = { build: ["新建", "build"], share: ["共享", "share"], upgrade: ["升级", "upgrade"] };
/** @type {Record<string, [string, string]>} */
const STATUS = {
  optimal: ["已证明最好", "proven best"], within_gap: ["在容许差距内", "best within the accepted gap"], best_found: ["找到的最好方案", "best found"],
  not_found: ["没有找到方案", "no plan found"], infeasible: ["没有可行的方案", "no plan is possible"],
};

/** The plan that a link asks for: empty is the usual. @param {{ region: string, industry: string, type: string, budget: string, sites: string, kinds: string }} o */
export function Plan({ region, industry, type, budget, sites, kinds }) {
  const amount = Number(budget) || BUDGET;
  const which = kinds ? kinds.split(",") : Object.keys(KINDS);
  /** @type {Record<string, unknown>} */
  const body = { budget: amount, kinds: which };
  if (region && region !== "510000") body["region"] = region;
  if (industry) body["industry"] = industry;
  if (type) body["service_type"] = type;
  if (Number(sites)) body["sites"] = Number(sites);
  if (state.value.day) body["as_of"] = state.value.day;
  const got = /** @type {Asked<{ data: any, meta: Meta }>} */ (ask("/v1/expand", body));
  const change = (/** @type {{ budget?: string, sites?: string, kinds?: string }} */ patch) => go({ ask: ["plan", region, industry, type, patch.budget ?? budget, patch.sites ?? sites, patch.kinds ?? kinds].join(":") });
  const input = (/** @type {Event} */ e) => /** @type {HTMLInputElement} */ (e.target).value;
  return html`<${Title} kicker=${[say("有钱先做什么", "What to do with a budget"), industry && industryName(industry), type && typeName(type)].filter(Boolean).join(" · ")}>${placeInFull(region)}</${Title}>
    <div class="plan-form">
      <label><span>${say("预算", "Budget")}</span><input type="range" min="50" max=${MOST} step="50" value=${Math.min(MOST, amount)} onChange=${(/** @type {Event} */ e) => change({ budget: input(e) })} /><output>${money(amount)}</output></label>
      <label><span>${say("至多新建", "New sites at most")}</span><input type="number" min="1" max="99" value=${sites} placeholder=${say("不限", "any")} onChange=${(/** @type {Event} */ e) => change({ sites: input(e) })} /></label>
      <fieldset><legend class="sr">${say("做法", "Kinds")}</legend>${Object.entries(KINDS).map(([id, name]) => html`<label><input type="checkbox" checked=${which.includes(id)} disabled=${which.length === 1 && which.includes(id)} onChange=${() => change({ kinds: Object.keys(KINDS).filter((k) => (k === id) !== which.includes(k)).join(",") })} />${say(...name)}</label>`)}</fieldset>
    </div>
    ${got.data ? html`<${Found} plan=${got.data.data} meta=${got.data.meta} />` : html`<${Pending} of=${got} what=${say("正在比较可做的事，约几秒…", "Weighing what could be done; a few seconds…")} />`}`;
}

/** @param {{ plan: any, meta: Meta }} o */
function Found({ plan, meta }) {
  if (!plan.actions.length) {
    return html`<${Empty} title=${plan.status === "infeasible" || plan.status === "not_found" ? say(...(STATUS[plan.status] ?? ["", ""])) : say("没有值得做的事", "Nothing is worth doing")}>
      ${plan.relaxations.map((/** @type {any} */ r) => html`<p>${told(r, "text")}</p>`)}</${Empty}>`;
  }
  const gap = plan.gap_of_effect;
  return html`<p class="plan-sum"><b>${say(`未满足 ${number(plan.unmet_before)} → ${number(plan.unmet_after)}`, `Unmet ${number(plan.unmet_before)} → ${number(plan.unmet_after)}`)}</b> ${say(`覆盖率 ${percent(plan.ratio_before)} → ${percent(plan.ratio_after)}，用 ${money(plan.cost)}`, `coverage ${percent(plan.ratio_before)} → ${percent(plan.ratio_after)}, for ${money(plan.cost)}`)}</p>
    <p class="small muted">${say(...(STATUS[plan.status] ?? [plan.status, plan.status]))}${gap > ROUNDING ? say(`，离界至多还差效果的 ${percent(gap)}`, `; at most ${percent(gap)} of its effect below the bound`) : ""}${plan.harm_outside > 0.5 ? say(`；别处因此多缺 ${number(plan.harm_outside)}`, `; ${number(plan.harm_outside)} more unmet elsewhere`) : ""}</p>
    <table class="rows"><thead><tr><th scope="col">${say("做什么", "Action")}</th><th scope="col" class="num">${say("万元", "thousand yuan")}</th><th scope="col" class="num">${say("少缺", "less unmet")}</th></tr></thead><tbody>
      ${plan.actions.map((/** @type {any} */ a) => html`<tr><th scope="row">${say(a.name, a.name_en)}<small>${say(...(KINDS[a.kind] ?? [a.kind, a.kind]))} · <${Step} to=${{ ask: "", cell: `${a.region}::${a.service_type ?? ""}` }}>${placeName(a.region)}</${Step}>${a.assumed.length ? ` · ${say("含假设", "assumed in part")}` : ""}${a.harm > 0.5 ? say(` · 别处多缺 ${number(a.harm)}`, ` · ${number(a.harm)} more unmet elsewhere`) : ""}</small></th><td class="num">${say(number(a.cost), number(a.cost * 10))}</td><td class="num">${number(a.effect)}</td></tr>`)}</tbody></table>
    ${plan.equal.length ? html`<section><h3>${say("一样好的方案", "As good")}</h3><ul>${plan.equal.map((/** @type {any} */ e) => html`<li class="small">${told(e, "text")}</li>`)}</ul></section>` : null}
    ${plan.groups.length > 1 ? html`<details class="sources"><summary>${say("各市州前后", "Prefectures before and after")}</summary><table class="rows"><thead><tr><th scope="col">${say("市州", "Prefecture")}</th><th scope="col" class="num">${say("前", "before")}</th><th scope="col" class="num">${say("后", "after")}</th></tr></thead><tbody>${plan.groups.map((/** @type {any} */ g) => html`<tr><th scope="row">${placeName(g.region)}</th><td class="num">${percent(g.ratio_before)}</td><td class="num">${percent(g.ratio_after)}</td></tr>`)}</tbody></table></details>` : null}
    <section><h3>${say("假设", "Assumed")}</h3><ul>${plan.assumptions.map((/** @type {any} */ a) => html`<li class="small">${told(a, "text")}</li>`)}</ul></section>
    <p class="small muted">${say("单位：次/年。", "Services a year.")} <${Synthetic} counts=${meta.data_class} /></p>`;
}

/** What the loss of a prefecture's windows would cost. @param {{ region: string }} o */
export function Loss({ region }) {
  const query = new URLSearchParams([["view", "resilience"], ["prefecture", region], ["kind", "window"], ["limit", "10"]]);
  if (state.value.day) query.set("as_of", state.value.day);
  const got = /** @type {Asked<{ data: { losses: any[], unmet: number }, meta: Meta }>} */ (ask(`/v1/network?${query}`));
  return html`<${Title} kicker=${say("失去窗口会怎样", "What if a window were lost")}>${placeInFull(region)}</${Title}>
    ${got.data ? (got.data.data.losses.length ? got.data.data.losses.map((l) => html`<section><h3><${Step} to=${{ node: l.key, ask: "" }}>${l.name}</${Step}></h3><dl class="pairs">
        ${l.coordination ? html`<div><dt>${say("只失去协调：窗口记录的服务", "Contact alone lost: services recorded there")}</dt><dd>${number(l.coordination.services)}</dd></div>` : null}
        <div><dt>${say("连同资源失去：全省多缺", "With its resources: more unmet")}</dt><dd>${number(l.unmet_added)}</dd></div>
        <div><dt>${say("资源", "Resources")}</dt><dd>${number(l.resources)}</dd></div><div><dt>${say("只靠它的单元", "Cells that nobody else supplies")}</dt><dd>${number(l.cells_emptied)}</dd></div></dl>
        ${l.prefectures.length ? html`<table class="rows"><thead><tr><th scope="col">${say("受影响的市州", "Prefecture hit")}</th><th scope="col" class="num">${say("多缺", "more unmet")}</th></tr></thead><tbody>${l.prefectures.map((/** @type {any} */ p) => html`<tr><th scope="row">${placeName(p.region)}</th><td class="num">${number(p.unmet_added)}</td></tr>`)}</tbody></table>` : null}</section>`)
      : html`<${Empty} title=${say("这里没有拥有资源的窗口", "No window with resources here")} />`)
      : html`<${Pending} of=${got} what=${say("正在算失去的后果…", "Reckoning what a loss would cost…")} />`}
    ${got.data ? html`<p class="small muted">${say("单位：次/年。", "Services a year.")} <${Synthetic} counts=${got.data.meta.data_class} /></p>` : null}`;
}
