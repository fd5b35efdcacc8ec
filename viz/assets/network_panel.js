/* The details panel: everything known about one node, or what a county has. All text is set as text. */
{
  const WORDS = {
    title: ["详情", "Details"],
    empty: ["在图上点选一个图标，或在名录中选择一个名称，这里显示它的类型、级别、来源和数据性质。", "Choose a mark in the picture or a name in the directory; its kind, level, source and data class appear here."],
    close: ["关闭", "Close"],
    fake: ["此节点为演示虚构，不对应任何真实机构。", "This node is invented for demonstration and stands for no real organisation."],
    total: ["站点与载体", "stations and carriers"],
    byKind: ["按类型", "By kind"],
    byClass: ["按数据性质", "By data class"],
    names: ["名称", "Names"],
    more: ["……其余见名录", "… the rest is in the directory"],
    places: ["各市（州）站点与载体", "Stations and carriers by prefecture"],
    counties: ["各区县站点与载体", "Stations and carriers by county"],
    links: ["连线", "Connected to"],
  };
  const FIELDS = [["kind", "类型", "Kind"], ["level", "级别", "Level"], ["region", "所在地区", "Region"], ["active", "状态", "Status"], ["source", "来源", "Source"], ["verification", "核实程度", "Verification"], ["dataClass", "数据性质", "Data class"], ["key", "标识", "Key"]];
  const LONGEST = 12;

  /** An element with text. @param {string} tag @param {string} [text] @param {string} [style] */
  const make = (tag, text = "", style = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (style) element.className = style;
    return element;
  };

  /** Keep the panel; `on` gets {select, close}. @param {any} data @param {any} on */
  shuniu.panel = (data, on) => {
    const title = /** @type {HTMLElement} */ (document.getElementById("details-title"));
    const box = /** @type {HTMLElement} */ (document.getElementById("details"));
    const say = (word, lang) => WORDS[word][lang === "zh" ? 0 : 1];

    const clear = (heading) => {
      title.textContent = heading;
      box.replaceChildren();
    };

    const value = (fact, field, lang) => {
      if (field === "kind") return data.say(fact.kind, lang);
      if (field === "level") return fact.level ? data.say(`levels.${fact.level}`, lang) : "";
      if (field === "active") return data.say(fact.active ? "active" : "closed", lang);
      if (field === "source") return data.sources[fact.source];
      if (field === "verification") return fact.verification ? data.say(`verifications.${fact.verification}`, lang) : "";
      if (field === "dataClass") return fact.dataClass ? data.say(`data_classes.${fact.dataClass}`, lang) : "";
      if (field === "region") return data.say(`region.${fact.region}`, lang);
      return fact[field] ?? "";
    };

    const close = (lang) => {
      const button = make("button", say("close", lang), "quiet");
      button.addEventListener("click", () => on.close());
      const line = make("p");
      line.append(button);
      return line;
    };

    const list = (heading, lines) => {
      const items = make("ul");
      for (const [text, count, id] of lines) {
        const item = make("li");
        if (id === undefined) item.append(make("span", text));
        else {
          const button = make("button", text, "quiet");
          button.addEventListener("click", () => (typeof id === "function" ? id() : on.select(id)));
          item.append(button);
        }
        if (count !== undefined) item.append(make("span", count.toLocaleString("en"), "count"));
        items.append(item);
      }
      box.append(make("h3", heading), items);
    };

    const links = (id, lang) => {
      const ends = data.edges.filter((e) => e.from === id || e.to === id);
      const lines = ends.slice(0, LONGEST).map((e) => {
        const other = e.from === id ? e.to : e.from;
        const way = e.dimension ? data.say(`cooperation_dimensions.${e.dimension}`, lang) : data.say(`link.${e.type}`, lang);
        return [`${e.from === id ? "→" : "←"} ${way}：${data.facts[other].name}`, undefined, other];
      });
      if (lines.length) list(`${say("links", lang)}（${ends.length}）`, lines);
      if (ends.length > LONGEST) box.append(make("p", say("more", lang), "empty"));
    };

    return {
      none(found, lang, prefecture) {
        clear(say("title", lang));
        box.append(make("p", say("empty", lang), "empty"));
        if (prefecture) {
          const inside = data.clusters.map((c, i) => [data.say(`region.${c.region}`, lang), c.members.filter((m) => found.has(m)).length, () => on.cluster(i)]);
          list(say("counties", lang), inside.filter((line, i) => line[1] && data.clusters[i].prefecture === prefecture).sort((a, b) => b[1] - a[1]));
          return;
        }
        const ids = [...found].filter((i) => !data.facts[i].backbone && data.facts[i].prefecture);
        const counts = [...shuniu.tally(ids, "prefecture", data)].sort((a, b) => b[1] - a[1]);
        list(say("places", lang), counts.map(([code, n]) => [data.prefectures[code]?.[lang === "zh" ? 0 : 1] ?? code, n, () => on.prefecture(code)]));
      },
      node(id, lang) {
        const fact = data.facts[id];
        clear(fact.name);
        if (fact.dataClass === "SYNTHETIC") {
          const note = make("p");
          note.append(make("span", data.say("badge", lang), "badge"), ` ${say("fake", lang)}`);
          box.append(note);
        }
        const pairs = make("dl");
        for (const [field, zh, en] of FIELDS) {
          pairs.append(make("dt", lang === "zh" ? zh : en), make("dd", value(fact, field, lang) || "—"));
        }
        box.append(pairs);
        links(id, lang);
        box.append(close(lang));
      },
      cluster(index, found, lang) {
        const cluster = data.clusters[index];
        const members = cluster.members.filter((i) => found.has(i));
        clear(`${data.say(`region.${cluster.region}`, lang)} · ${members.length.toLocaleString("en")} ${say("total", lang)}`);
        list(say("byKind", lang), [...shuniu.tally(members, "kind", data)].map(([k, n]) => [data.say(k, lang), n]));
        list(say("byClass", lang), [...shuniu.tally(members, "dataClass", data)].map(([k, n]) => [k ? data.say(`data_classes.${k}`, lang) : "—", n]));
        list(say("names", lang), members.slice(0, LONGEST).map((i) => [data.facts[i].name, undefined, i]));
        if (members.length > LONGEST) box.append(make("p", say("more", lang), "empty"));
        box.append(close(lang));
      },
      focus() { title.focus(); },
    };
  };
}
