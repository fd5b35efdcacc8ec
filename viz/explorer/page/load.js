// Tables brought to the service: tried first, with an account of what would come of them, then loaded in earnest.
import { catalogue } from "./catalogue.js";
import { fetched } from "./data.js";
import { Job, resultOf } from "./jobs.js";
import { go } from "./state.js";
import { Failure, html, Pending, Step, Title } from "./ui.js";
import { Component } from "./vendor/preact.mjs";
import { number, say, term } from "./words.js";

/** Tables by the names that an account gives them, as in loaders/tables. @type {Record<string, [string, string]>} */
export const TABLES = {
  organizations: ["机构", "Organisations"], windows: ["枢纽与窗口", "Hub, windows and stations"], carriers: ["服务载体", "Service carriers"],
  enterprises: ["企业", "Enterprises"], resources: ["服务资源", "Service resources"], demand_counts: ["企业数量", "Enterprise counts"],
  needs: ["需求清单", "Needs"], partnerships: ["合作关系", "Partnerships"], chain_nodes: ["产业链环节", "Chain segments"],
  chain_links: ["产业链关系", "Chain links"], activities: ["服务活动", "Activities"], feedback: ["评价投诉", "Feedback"], service_records: ["服务台账", "Service records"],
};
const ENDINGS = ".csv,.tsv,.xlsx,.xlsm,.xls,.ods,.et,.jsonl,.ndjson,.json,.parquet,.zip,.yml";
/** @type {[keyof LoadTally, [string, string]][]} */
const COLUMNS = [["read", ["读到", "read"]], ["created", ["新增", "new"]], ["updated", ["更新", "changed"]], ["unchanged", ["不变", "same"]], ["merged", ["合并", "merged"]], ["rejected", ["退回", "rejected"]]];
/** What was chosen last: an address cannot hold files, and they are sent twice. @type {{ files: FormData, options: [string, string][] } | null} */
let chosen = null;

/** @extends {Component<{ step: string, job: string }, { problem?: Problem | undefined, sending?: boolean }>} */
export class Load extends Component {
  /** @param {Event} event */
  choose(event) {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const files = new FormData();
    for (const file of given.getAll("files")) files.append("files", file);
    const options = /** @type {[string, string][]} */ (["source", "data_class"].map((name) => [name, String(given.get(name) ?? "").trim()]));
    chosen = { files, options: options.filter(([, value]) => value) };
    void this.send("try");
  }

  /** @param {"try" | "in"} step only tried, or written into the graph */
  async send(step) {
    if (!chosen || this.state.sending) return;
    const query = new URLSearchParams([...chosen.options, ["dry_run", String(step === "try")]]);
    this.setState({ sending: true, problem: undefined });
    try {
      const told = await fetched(`/v1/loads?${query}`, chosen.files);
      go({ ask: `load:${step}:${told.data.id}` });
    } catch (problem) {
      this.setState({ problem: /** @type {Problem} */ (problem) });
    }
    this.setState({ sending: false });
  }

  render() {
    const { step, job } = this.props;
    const { problem, sending } = this.state;
    return html`<${Title} kicker=${say("载入数据表", "Load tables")}>${!job ? say("先试一遍", "A trial first") : step === "in" ? say("载入", "The load") : say("试载的账目", "Account of the trial")}</${Title}>
      ${job ? html`<${Job} key=${job} id=${job} done=${(/** @type {JobStatus} */ made) => html`<${Account} job=${made} tried=${step !== "in"} />${step === "in" ? null : this.earnest()}`} />` : this.form()}
      ${problem ? html`<${Failure} problem=${problem} />${problem.status === 403 ? html`<p class="small">${say("载入会改动所有人看到的图，只有枢纽管理员可以做。请把表交给枢纽管理员。", "A load changes the graph for everybody and is for the hub admin. Give the tables to one.")}</p>` : null}` : null}
      ${job && !sending ? html`<p class="actions"><${Step} to=${{ ask: "load" }}>${say("换一批文件", "Other files")}</${Step}></p>` : null}`;
  }

  earnest() {
    return chosen ? html`<p class="actions"><button type="button" class="button" disabled=${Boolean(this.state.sending)} onClick=${() => void this.send("in")}>${say("正式载入", "Load in earnest")}</button></p>`
      : html`<p class="small muted">${say("页面已不记得文件；要正式载入，请重新选择。", "The page no longer has the files; to load them, choose them again.")}</p>`;
  }

  form() {
    return html`<p class="small muted">${say("CSV、Excel、JSON、Parquet 或 zip，合计至多 50 MB。先只试读，不写入；看过账目再正式载入。", "CSV, Excel, JSON, Parquet or zip, 50 MB together at most. They are only tried at first; after the account they can be loaded.")}</p>
      <form class="plan-form" aria-label=${say("试载", "Try a load")} onSubmit=${(/** @type {Event} */ e) => this.choose(e)}>
        <label><span>${say("文件", "Files")}</span><input name="files" type="file" multiple required accept=${ENDINGS} /></label>
        <label><span>${say("来源", "Source")}</span><input name="source" maxlength="100" placeholder=${say("如：绵阳市经信局", "e.g. an office")} /></label>
        <label><span>${say("数据性质", "Class of data")}</span><select name="data_class">${[...(catalogue.lists.get("data_classes")?.keys() ?? [])].map((id) => html`<option value=${id} selected=${id === "REAL"}>${term("data_classes", id)}</option>`)}</select></label>
        <button class="button" disabled=${Boolean(this.state.sending)}>${this.state.sending ? say("正在上传…", "Uploading…") : say("试载（不写入）", "Try (nothing is written)")}</button>
      </form>`;
  }
}

/** What a load did, or would do. @param {{ job: JobStatus, tried: boolean }} o */
function Account({ job, tried }) {
  const got = /** @type {Asked<LoadAccount>} */ (resultOf(job));
  if (!got.data) return html`<${Pending} of=${got} />`;
  const { data, warnings = [], notes = [], cells = [] } = got.data;
  const left = [notes.length && say(`${notes.length} 行不是数据（合计、脚注、示例），未计入`, `${notes.length} rows are no data (sums, footnotes, examples)`), cells.length && say(`${cells.length} 格读不懂，留空`, `${cells.length} cells that cannot be read are left empty`)].filter(Boolean);
  return html`<p role="status">${tried ? say("还没有写入。正式载入将会：", "Nothing is written yet. A load would do this:") : say("已载入：", "Loaded:")}</p>
    <table class="rows account"><thead><tr><th scope="col">${say("表", "Table")}</th>${COLUMNS.map(([, name]) => html`<th scope="col" class="num">${say(...name)}</th>`)}</tr></thead>
      <tbody>${data.map((t) => html`<tr><th scope="row">${say(...(TABLES[t.table] ?? [t.table, t.table]))}</th>${COLUMNS.map(([field]) => html`<td class="num">${number(Number(t[field]))}</td>`)}</tr>`)}</tbody></table>
    ${[...warnings.map((w) => say(w.zh, w.en)), ...left].map((text) => html`<p class="small">${text}</p>`)}
    ${job.rejects ? html`<p><a href=${job.rejects} download>${say("退回的行和原因（Excel），改正后可再载入", "Rejected rows and why (Excel), to be corrected and loaded again")}</a></p>` : null}`;
}
