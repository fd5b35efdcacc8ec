// The long work that whoever is here has asked for: what it is, how far it is, an end to it, and what came of it.
import { fetched } from "./data.js";
import { Job } from "./jobs.js";
import { Empty, Failure, html, Loading, Title } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { moment, say } from "./words.js";

/** @type {Record<string, [string, string]>} */
const KINDS = {
  reports: ["报告", "Report"], loads: ["载入数据表", "Tables loaded"], expand: ["扩展方案", "Plan of a budget"], allocate: ["调剂方案", "Allocation"], "what-if": ["假设分析", "What if"],
};

/** What a job does, by the address that it was asked for at. @param {string} kind */
function kindName(kind) {
  const found = KINDS[kind.replace(/^.*\/v1\//, "").replace(/[?].*$/, "")];
  return found ? say(...found) : kind;
}

/** @extends {Component<{}, { jobs?: JobStatus[], problem?: Problem | undefined }>} */
export class Tasks extends Component {
  componentDidMount() {
    this.shown = true;
    void this.look();
  }

  componentWillUnmount() {
    this.shown = false;
  }

  async look() {
    try {
      const told = /** @type {{ data: JobStatus[] }} */ (await fetched("/v1/jobs"));
      if (this.shown) this.setState({ jobs: told.data, problem: undefined });
    } catch (problem) {
      if (this.shown) this.setState({ problem: /** @type {Problem} */ (problem) });
    }
  }

  render() {
    const { jobs, problem } = this.state;
    return html`<${Title} kicker=${say("报告与数据", "Reports and data")}>${say("我的作业", "My jobs")}</${Title}>
      ${problem ? html`<${Failure} problem=${problem} again=${() => void this.look()} />` : !jobs ? html`<${Loading} />` : jobs.length ? html`<ul class="tasks">${jobs.map((job) => html`<li key=${job.id}><b>${kindName(job.kind)}</b> <small class="muted">${moment(job.asked)}</small>
        <${Job} id=${job.id} done=${done} key=${job.id} />${job.rejects ? html`<p class="small"><a href=${job.rejects} download>${say("退回的行", "Rejected rows")}</a></p>` : null}</li>`)}</ul>`
      : html`<${Empty} title=${say("没有进行中或刚完成的作业", "No job under way or just done")}><p class="small muted">${say("报告、载入等长时间的工作列在这里，可以取消，完成后留存一天。", "Reports, loads and other long work stand here; each can be cancelled, and is kept for a day when done.")}</p></${Empty}>`}`;
  }
}

/** @param {JobStatus} job */
function done(job) {
  return html`<p class="small" role="status">${say("已完成", "Done")}${job.result ? html` · <a href=${job.result} download>${say("取结果", "Its result")}</a>` : null}</p>`;
}
