// A gap report as a file, about what the filter shows: asked for here, made by the service, fetched when it is ready.
import { fetched } from "./data.js";
import { Job } from "./jobs.js";
import { go, isOther, state } from "./state.js";
import { Choice, Failure, html, Step, Title } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { industryName, placeInFull, say, typeName } from "./words.js";

/** @type {Record<string, [string, string]>} */
const FORMS = { docx: ["Word 文档", "Word document"], pdf: ["PDF", "PDF"], xlsx: ["Excel 工作簿", "Excel workbook"], html: ["网页", "Web page"] };

/** @typedef {{ region: string, industry: string, type: string, form: string, lang: string, job: string }} Order what a link asks for; an empty form or language is the usual */

/** The step that opens the builder with what the filter shows. @returns {Partial<State>} */
export function reportStep() {
  const { region, industry, type } = state.value;
  return { ask: `report:${region}:${industry}:${type}`, cell: "", node: "" };
}

/** @extends {Component<Order, { problem?: Problem | undefined, sending?: boolean }>} */
export class Report extends Component {
  /** @param {Partial<Order>} patch what is changed; a report that was made of something else is left */
  to(patch) {
    const { region, industry, type, form, lang, job } = { ...this.props, job: "", ...patch };
    this.setState({ problem: undefined });
    go({ ask: ["report", region, industry, type, form, lang, job].join(":") });
  }

  /** @param {string} form @param {string} lang */
  async send(form, lang) {
    const { region, industry, type } = this.props;
    const { day, standard } = state.value;
    const body = { format: form, language: lang, region, industry, service_type: type, as_of: day, standard: Number(standard) };
    this.setState({ sending: true, problem: undefined });
    try {
      const told = await fetched("/v1/reports", Object.fromEntries(Object.entries(body).filter(([, value]) => value)));
      this.to({ form, lang, job: told.data.id });
    } catch (problem) {
      this.setState({ problem: /** @type {Problem} */ (problem) });
    }
    this.setState({ sending: false });
  }

  render() {
    const { region, industry, type, job } = this.props;
    const { problem, sending } = this.state;
    const form = FORMS[this.props.form] ? this.props.form : "docx";
    const lang = this.props.lang || state.value.lang;
    const other = reportStep();
    const same = other.ask === `report:${region}:${industry}:${type}`;
    return html`<${Title} kicker=${[say("缺口报告", "Gap report"), industry && industryName(industry), type && typeName(type)].filter(Boolean).join(" · ")}>${placeInFull(region)}</${Title}>
      ${same ? null : html`<p class="small"><${Step} to=${other}>${say("改为现在筛选的范围", "About what the filter shows now")}</${Step}></p>`}
      ${isOther() ? html`<p class="banner">${say("报告按现状写，不含所选方案、快照或部分数据。", "The report is of the day as it is, not of the plan, snapshot or part of the facts that was chosen.")}</p>` : null}
      <form class="plan-form" aria-label=${say("写报告", "Make a report")} onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); void this.send(form, lang); }}>
        <${Choice} label=${say("格式", "Form")} value=${form} options=${Object.entries(FORMS).map(([id, name]) => [id, say(...name)])} onChange=${(/** @type {string} */ v) => this.to({ form: v })} />
        <${Choice} label=${say("语言", "Language")} value=${lang} options=${[["zh", "中文"], ["en", "English"]]} onChange=${(/** @type {string} */ v) => this.to({ lang: v })} />
        ${job ? null : html`<button class="button" disabled=${Boolean(sending)}>${say("生成报告", "Make the report")}</button>`}
      </form>
      ${problem ? html`<${Failure} problem=${problem} />` : null}
      ${job ? html`<${Job} key=${job} id=${job} done=${(/** @type {JobStatus} */ made) => html`<p role="status">${say("报告好了，留存一天。", "The report is ready and kept for a day.")}</p>
        <p class="actions"><a class="button" href=${made.result} download>${say(`下载 ${say(...(FORMS[form] ?? ["", ""]))}`, `Download the ${say(...(FORMS[form] ?? ["", ""]))}`)}</a></p>`} />
        <p class="actions"><button type="button" class="link" onClick=${() => this.to({})}>${say("再写一份", "Make another")}</button></p>` : null}`;
  }
}
