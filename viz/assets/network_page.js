/* The page: one state, kept in the address; controls write it, picture, panel and directory follow it. */
{
  const data = shuniu.readData(document);
  const state = shuniu.readState(location.hash, data);
  const byId = (id) => /** @type {any} */ (document.getElementById(id));
  const rows = [...byId("rows").rows];
  const boxes = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[name=kind]")]);
  let found = shuniu.matching(state, data);
  let cluster = -1;
  let opener = /** @type {HTMLElement|null} */ (null);

  const panel = shuniu.panel(data, { select: (id) => select(id, true), close: () => close(), prefecture, cluster: openCluster });
  const picture = shuniu.draw(byId("canvas"), data, { select: (id) => select(id, false), hover, cluster: showCluster });

  /** Put every wording of the page into the state's language. */
  function speak() {
    const zh = state.lang === "zh";
    document.documentElement.lang = zh ? "zh-CN" : "en";
    for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-zh]"))) e.textContent = (zh ? e.dataset.zh : e.dataset.en) ?? "";
    for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-label-zh]"))) e.setAttribute("aria-label", (zh ? e.dataset.labelZh : e.dataset.labelEn) ?? "");
    for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-term]"))) e.textContent = data.say(e.dataset.term, state.lang);
    for (const b of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-lang]"))) b.setAttribute("aria-pressed", String(b.dataset.lang === state.lang));
    picture.speak(state.lang);
    describe();
    announce();
  }

  function announce() {
    const total = data.facts.length.toLocaleString("en"), shown = found.size.toLocaleString("en");
    byId("status").textContent = state.lang === "zh" ? `显示 ${shown} 个节点，共 ${total} 个` : `Showing ${shown} of ${total} nodes`;
  }

  /** Apply the filters everywhere. */
  function filter() {
    found = shuniu.matching(state, data);
    picture.filter(found, state.links);
    for (const row of rows) row.hidden = !found.has(Number(row.dataset.id));
    const counts = shuniu.tally([...found], "kind", data);
    for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"))) e.textContent = (counts.get(e.dataset.count) ?? 0).toLocaleString("en");
    if (selectedId() < 0) describe();
    announce();
    remember();
  }

  function remember() {
    const said = shuniu.writeState(state, data);
    history.replaceState(null, "", said ? `#${said}` : location.pathname + location.search);
  }

  function selectedId() {
    return state.selected ? data.facts.findIndex((f) => f.key === state.selected) : -1;
  }

  function describe() {
    const id = selectedId();
    if (id >= 0) panel.node(id, state.lang);
    else if (cluster >= 0) panel.cluster(cluster, found, state.lang);
    else panel.none(found, state.lang, state.prefecture);
    picture.mark(id);
    for (const row of rows) row.classList.toggle("selected", Number(row.dataset.id) === id);
  }

  /** Show a node's details; `travel` also brings it into the picture and moves the keyboard to the panel. */
  function select(id, travel) {
    state.selected = id === null ? "" : data.facts[id].key;
    if (id === null) cluster = -1;
    describe();
    remember();
    if (id === null || !travel) return;
    picture.focus(id);
    panel.focus();
  }

  function openCluster(index) {
    picture.open(index);
    showCluster(index);
    panel.focus();
  }

  function showCluster(index) {
    cluster = index;
    state.selected = "";
    describe();
    remember();
  }

  /** Narrow everything to one prefecture, as the list of the empty panel offers. */
  function prefecture(code) {
    state.prefecture = code;
    show();
    filter();
    picture.frame(found);
    byId("prefecture").focus();
  }

  function close() {
    select(null, false);
    (opener ?? byId("canvas")).focus();
    opener = null;
  }

  function hover(text, event) {
    const tip = byId("tip");
    tip.hidden = text === null;
    if (text === null) return;
    const frame = tip.parentElement.getBoundingClientRect();
    tip.textContent = text;
    tip.style.left = `${Math.min(event.clientX - frame.left + 14, frame.width - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY - frame.top + 14}px`;
  }

  function sort(button) {
    const heading = button.closest("th"), column = Number(button.dataset.sort);
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const th of heading.parentElement.cells) th.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = new Intl.Collator(state.lang === "zh" ? "zh-CN" : "en", { numeric: true }).compare;
    rows.sort((a, b) => (down ? -1 : 1) * order(a.cells[column].textContent, b.cells[column].textContent));
    byId("rows").append(...rows);
  }

  function show() {
    byId("search").value = state.q;
    byId("prefecture").value = state.prefecture;
    byId("reality").value = state.reality;
    if (byId("links")) byId("links").value = state.links;
    for (const box of boxes) box.checked = !state.kinds || state.kinds.includes(box.value);
  }

  function listen() {
    let waiting = 0;
    byId("search").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { state.q = byId("search").value; filter(); }, 150);
    });
    byId("search").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      clearTimeout(waiting);
      state.q = byId("search").value;
      filter();
      const first = rows.find((row) => !row.hidden);
      if (first && state.q) { opener = byId("search"); select(Number(first.dataset.id), true); }
    });
    for (const name of ["prefecture", "reality", "links"]) {
      byId(name)?.addEventListener("change", () => { state[name] = byId(name).value; filter(); if (name === "prefecture") picture.frame(state.prefecture ? found : null); });
    }
    for (const box of boxes) box.addEventListener("change", () => {
      const chosen = boxes.filter((b) => b.checked).map((b) => b.value);
      state.kinds = chosen.length === boxes.length ? null : chosen;
      filter();
    });
    byId("reset").addEventListener("click", () => {
      Object.assign(state, { q: "", kinds: null, prefecture: "", reality: "", links: "superior" });
      show();
      filter();
      picture.frame(null);
    });
    byId("rows").addEventListener("click", ({ target }) => {
      if (!target.closest("button")) return;
      opener = target;
      select(Number(target.closest("tr").dataset.id), true);
    });
    for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", () => sort(button));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-lang]"))) button.addEventListener("click", () => {
      state.lang = button.dataset.lang === "en" ? "en" : "zh";
      speak();
      remember();
    });
    byId("zoom-in").addEventListener("click", () => picture.zoom(1.6));
    byId("zoom-out").addEventListener("click", () => picture.zoom(1 / 1.6));
    byId("zoom-fit").addEventListener("click", () => picture.fit());
    addEventListener("beforeprint", () => {
      byId("filters").open = true;
      byId("printed").src = document.querySelector("#canvas canvas")?.toDataURL("image/png");
    });
  }

  if (matchMedia("(max-width: 760px)").matches) byId("filters").open = false;
  show();
  listen();
  filter();
  speak();
  const only = shuniu.onlyPrefecture(data);
  if (state.prefecture) picture.frame(found);
  else if (only) picture.frame(shuniu.matching({ ...state, prefecture: only }, data));
  if (selectedId() >= 0) picture.focus(selectedId());
  shuniu.picture = picture;
}
