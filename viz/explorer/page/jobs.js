// Long work of the service: how far it is, an end to it, and what came of it.
import { ask, fetched } from "./data.js";
import { Failure, html, Loading, Pending } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, say } from "./words.js";

/** Milliseconds between two looks at a job: soon at first, then ever more rarely. */
const SOON = 400;
const SELDOM = 8000;
const SLOWER = 1.5;

/** What came of a job as JSON; of one that failed, why. @template T @param {JobStatus} job @returns {Asked<T>} */
export function resultOf(job) {
  return ask(job.result ?? `/v1/jobs/${job.id}/result`);
}

/** One job, looked at while it is on show; give it its id as key, too. @extends {Component<{ id: string, done: (job: JobStatus) => import("./ui.js").Child }, { job?: JobStatus, problem?: Problem | undefined, ending?: boolean }>} */
export class Job extends Component {
  componentDidMount() {
    this.shown = true;
    void this.look(SOON);
  }

  componentWillUnmount() {
    this.shown = false;
    clearTimeout(this.timer);
  }

  /** @param {number} wait before the next look @param {"GET" | "DELETE"} [method] */
  async look(wait, method = "GET") {
    clearTimeout(this.timer);
    try {
      const told = /** @type {{ data: JobStatus }} */ (await fetched(`/v1/jobs/${this.props.id}`, undefined, method));
      if (!this.shown) return;
      this.setState({ job: told.data, problem: undefined });
      clearTimeout(this.timer); // another look may have come between
      if (underWay(told.data)) this.timer = setTimeout(() => void this.look(Math.min(SELDOM, wait * SLOWER)), wait);
    } catch (problem) {
      if (!this.shown) return;
      if (method === "DELETE" && /** @type {Problem} */ (problem).status === 409) void this.look(SOON); // it has just ended
      else this.setState({ problem: /** @type {Problem} */ (problem), ending: false });
    }
  }

  end() {
    this.setState({ ending: true });
    void this.look(SOON, "DELETE");
  }

  render() {
    const { job, problem, ending } = this.state;
    if (problem) return html`<${Failure} problem=${problem} again=${() => void this.look(SOON)} />`;
    if (!job) return html`<${Loading} />`;
    if (job.state === "done") return this.props.done(job);
    if (job.state === "failed") return html`<${Failed} job=${job} />`;
    if (job.state === "cancelled") return html`<p role="status">${say("已取消。", "Cancelled.")}</p>`;
    const rows = job.rows ? say(`，已处理 ${number(job.rows)} 行`, `; ${number(job.rows)} rows so far`) : "";
    const how = ending ? say("正在停下…", "Stopping…") : job.state === "queued" ? say("排队等候…", "Waiting its turn…") : say(`正在进行${rows}…`, `Under way${rows}…`);
    return html`<${Loading} what=${how} /><p class="small muted">${say("可以关上这里，用“后退”回来看。", "This may be closed; “back” leads to it again.")}</p>
      <p class="actions"><button type="button" class="button quiet" disabled=${Boolean(ending)} onClick=${() => this.end()}>${say("取消", "Cancel")}</button></p>`;
  }
}

/** @param {JobStatus} job */
function underWay(job) {
  return job.state === "queued" || job.state === "running";
}

/** @param {{ job: JobStatus }} o */
function Failed({ job }) {
  const got = resultOf(job);
  return html`<${Pending} of=${got} />`;
}
