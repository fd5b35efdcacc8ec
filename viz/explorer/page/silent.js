// Windows of which nothing was reported for long, by the rule of alerts.
import { ask, asOfQuery } from "./data.js";
import { around } from "./entity.js";
import { Empty, html, Pending, Step, Title } from "./ui.js";
import { number, say, told } from "./words.js";

/** Where they are counted and listed. */
export function silentUrl() {
  const query = String(asOfQuery());
  return `/explorer/silent.json${query && `?${query}`}`;
}

export function Silent() {
  const got = /** @type {Asked<{ data: Finding[], total: number }>} */ (ask(silentUrl()));
  return html`<${Title} kicker=${say("等着办的", "What waits")}>${say("久未报送的窗口", "Windows that report nothing")}</${Title}>
    ${got.data ? (got.data.total ? html`<p class="small muted">${say(`${number(got.data.total)} 个窗口本身及下属站点、载体都没有新的服务记录。`, `${number(got.data.total)} windows: nothing new there or at what reports to them.`)}</p>
      <ul class="tasks">${got.data.data.map((one) => html`<li key=${one.subject}><${Step} to=${around("Window", one.subject)}><b>${one.subject_name}</b></${Step}><small>${told(one, "text")}</small></li>`)}</ul>`
      : html`<${Empty} title=${say("各窗口都有近期记录", "Every window has reported of late")} />`)
    : html`<${Pending} of=${got} />`}`;
}
