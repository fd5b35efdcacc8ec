// @ts-check
/** The forms of the API reference: they ask this service, live, and show what it says. */

const LONGEST = 20000; // characters of an answer that are shown; the address gives all of it
const zh = document.documentElement.lang.startsWith("zh");
/** @param {string} chinese @param {string} english */
const say = (chinese, english) => (zh ? chinese : english);

/**
 * What a form asks: its address, and the pairs of its query.
 * @param {HTMLFormElement} form
 * @returns {{path: string, pairs: [string, string][]}}
 */
function asked(form) {
  let path = form.dataset.path ?? "";
  /** @type {[string, string][]} */
  const pairs = [];
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[data-place]"))) {
    if (field.dataset.place === "body") continue;
    if (field.dataset.place === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.value) pairs.push([field.name, field.value]);
  }
  return { path, pairs };
}

/** @param {{path: string, pairs: [string, string][]}} question @param {[string, string][]} more */
function address({ path, pairs }, ...more) {
  const query = new URLSearchParams([...pairs, ...more]).toString();
  return query ? `${path}?${query}` : path;
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The body that a form sends, empty where it asks without one. @param {HTMLFormElement} form */
const body = (form) => /** @type {HTMLTextAreaElement | null} */ (form.querySelector("[data-place=body]"))?.value ?? "";

/** @param {{path: string, pairs: [string, string][]}} question @param {string} sent */
function curl({ path, pairs }, sent) {
  const url = quoted(location.origin + path);
  if (sent) return `curl ${url} --json ${quoted(sent.replaceAll(/\s*\n\s*/g, " "))}`;
  return pairs.length ? [`curl -G ${url}`, ...pairs.map((p) => `--data-urlencode ${quoted(p.join("="))}`)].join(" \\\n  ") : `curl ${url}`;
}

/** @param {HTMLFormElement} form @param {string} selector */
const part = (form, selector) => /** @type {HTMLElement} */ (form.querySelector(selector));

/** @param {HTMLFormElement} form */
function refresh(form) {
  const question = asked(form);
  part(form, ".curl").textContent = curl(question, body(form));
  form.querySelector(".open")?.setAttribute("href", address(question));
  form.querySelector(".csv")?.setAttribute("href", address(question, ["format", "csv"]));
}

/** @type {WeakMap<HTMLFormElement, AbortController>} */
const running = new WeakMap();

/** @param {HTMLFormElement} form */
async function ask(form) {
  running.get(form)?.abort();
  const abort = new AbortController();
  running.set(form, abort);
  const status = part(form, ".status");
  const shown = part(form, ".response");
  status.classList.remove("bad");
  status.textContent = say("请求中…", "Asking…");
  const begun = performance.now();
  try {
    const headers = { "Accept-Language": document.documentElement.lang };
    const sent = body(form);
    const how = sent ? { method: "POST", body: sent, headers: { ...headers, "Content-Type": "application/json" } } : { headers };
    const answer = await fetch(address(asked(form)), { ...how, signal: abort.signal });
    const text = await answer.text();
    status.textContent = `${answer.status} · ${Math.round(performance.now() - begun)} ms · ${(new Blob([text]).size / 1024).toFixed(1)} KB`;
    status.classList.toggle("bad", !answer.ok);
    show(shown, text, answer.headers.get("Content-Type") ?? "");
  } catch (error) {
    if (abort.signal.aborted) return;
    status.textContent = say("连不上服务。", "The service does not answer.");
    status.classList.add("bad");
  }
}

/** @param {HTMLElement} place @param {string} text @param {string} type */
function show(place, text, type) {
  const pretty = type.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
  const cut = say("\n…（其余略，见“打开地址”）", "\n… (cut here; see “Open”)");
  place.textContent = pretty.length > LONGEST ? pretty.slice(0, LONGEST) + cut : pretty;
  place.hidden = false;
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    void ask(/** @type {HTMLFormElement} */ (entry.target.closest("form")));
  }
});

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-path]"))) {
  refresh(form);
  form.addEventListener("input", () => refresh(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(form);
  });
  // Only what asks for little is asked at sight: a body may mean much work, and without an example there is nothing to ask.
  if ("example" in form.dataset && !body(form)) seen.observe(part(form, ".status"));
}
