// A few words sent to the service: a form whose fields become what is posted, and what the service says of it.
import { fetched } from "./data.js";
import { Failure, html } from "./ui.js";
import { Component } from "./vendor/preact.mjs";

/** @typedef {Record<string, string>} Fields what was filled in, and the button that was pressed */

/** Done with the answer once there is one. @extends {Component<{ to: string, name: string, body: (fields: Fields) => object, done: (told: any) => void, children?: import("./ui.js").Child }, { problem?: Problem | undefined, sending?: boolean }>} */
export class Posting extends Component {
  /** @param {SubmitEvent} event */
  async send(event) {
    event.preventDefault();
    if (this.state.sending) return;
    const { to, body, done } = this.props;
    const given = [...new FormData(/** @type {HTMLFormElement} */ (event.currentTarget), event.submitter)];
    const fields = Object.fromEntries(given.map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value));
    this.setState({ sending: true, problem: undefined });
    let told;
    try {
      told = await fetched(to, body(fields));
    } catch (problem) {
      return this.setState({ problem: /** @type {Problem} */ (problem), sending: false });
    }
    this.setState({ sending: false });
    done(told);
  }

  render() {
    const { name, children } = this.props;
    return html`<form class="plan-form" aria-label=${name} aria-busy=${String(Boolean(this.state.sending))} onSubmit=${(/** @type {SubmitEvent} */ e) => void this.send(e)}>${children}${this.state.problem ? html`<${Failure} problem=${this.state.problem} />` : null}</form>`;
  }
}
