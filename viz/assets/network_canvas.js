/* The picture: vis-network draws what pyvis built; far away one mark a county, near by every station and carrier. */
{
  const { CLUSTER } = shuniu;
  const PIXELS_OPEN = 7.5;
  const PIXELS_NAMED = 58;
  const SPACING = 11.5;
  const SCALE_DASHED = 1.1;
  const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** Draw the network into `box`; `on` gets {select, hover}. @param {HTMLElement} box @param {any} data @param {any} on */
  shuniu.draw = (box, data, on) => {
    const picture = new Picture(box, data);
    picture.listen(on);
    return picture;
  };

  class Picture {
    constructor(box, data) {
      this.box = box;
      this.data = data;
      this.lang = data.lang;
      this.found = new Set(data.facts.keys());
      this.counts = shuniu.clusterCounts(this.found, data);
      this.links = "superior";
      this.near = !data.aggregate;
      this.named = false;
      this.dashed = true;
      this.step = NaN;
      this.items = new vis.DataSet(data.nodes.map((n) => ({ ...n, label: undefined })).concat(data.clusters.map(shuniu.bubble)));
      this.lines = new vis.DataSet(data.edges.map((e, i) => ({ ...e, id: i })));
      this.chosen = -1;
      this.labels = [];
      this.nodes = new vis.DataView(this.items, { filter: (n) => this.shows(n.id) });
      this.edges = new vis.DataView(this.lines, { filter: (e) => this.joins(e) });
      this.land = shuniu.borders(data.outlines);
      this.bounds = shuniu.extent(data);
      this.network = new vis.Network(box, { nodes: this.nodes, edges: this.edges }, data.options);
      this.network.on("beforeDrawing", (context) => this.paintLand(context));
      this.network.on("afterDrawing", (context) => this.paintCounts(context));
      this.fit(false);
    }

    shows(id) {
      if (id >= CLUSTER) return !this.near && this.counts[id - CLUSTER] > 0;
      return this.found.has(id) && (this.near || this.data.facts[id].backbone);
    }

    joins(line) {
      if (!this.shows(line.from) || !this.shows(line.to)) return false;
      if (line.from === this.chosen || line.to === this.chosen) return true;
      const { facts } = this.data;
      const bundled = !facts[line.from].backbone && facts[line.to].backbone && line.type !== "PARTNERS_WITH";
      return !bundled && shuniu.wants(line.type, this.links);
    }

    listen(on) {
      const { network, box } = this;
      network.on("click", ({ nodes }) => (nodes.length ? this.choose(nodes[0], on) : on.select(null)));
      network.on("hoverNode", ({ node, event }) => on.hover(this.caption(node), event));
      network.on("blurNode", () => on.hover(null));
      for (const event of ["zoom", "animationFinished"]) network.on(event, () => this.adapt());
      network.on("resize", () => this.adapt());
      const active = (yes) => {
        network.setOptions({ interaction: { zoomView: yes } });
        box.closest(".map")?.classList.toggle("active", yes);
      };
      box.addEventListener("focusin", () => active(true));
      box.addEventListener("focusout", () => active(false));
      box.addEventListener("pointerdown", () => box.focus({ preventScroll: true }));
      addEventListener("keydown", (event) => {
        if (event.target !== box && !box.contains(/** @type {Node} */ (event.target))) return;
        if (event.key === "+" || event.key === "=") this.zoom(1.5);
        if (event.key === "-") this.zoom(1 / 1.5);
        if (event.key === "0") this.fit();
      });
    }

    choose(id, on) {
      if (id < CLUSTER) return on.select(id);
      this.open(id - CLUSTER);
      return on.cluster(id - CLUSTER);
    }

    /** Go to a county, near enough that its stations and carriers show. */
    open(index) {
      const { x, y } = this.data.clusters[index];
      this.go({ x, y }, Math.max(this.openScale() * 1.8, this.network.getScale()));
    }

    /** Show the lines of one node, or of none (-1). */
    mark(id) {
      if (id === this.chosen) return;
      this.chosen = id;
      this.edges.refresh();
    }

    caption(id) {
      if (id >= CLUSTER) return `${this.data.say(`region.${this.data.clusters[id - CLUSTER].region}`, this.lang)} · ${this.counts[id - CLUSTER]}`;
      return this.data.facts[id].name;
    }

    /** Show only these nodes and this type of line. */
    filter(found, links) {
      this.found = found;
      this.links = links;
      this.counts = shuniu.clusterCounts(found, this.data);
      this.refresh();
    }

    refresh() {
      this.nodes.refresh();
      this.edges.refresh();
    }

    speak(lang) {
      this.lang = lang;
      this.step = NaN;
      this.named = false;
      this.adapt();
    }

    openScale() { return PIXELS_OPEN / SPACING; }

    /** After a change of scale: open or close clusters, keep marks and labels readable. */
    adapt() {
      const scale = this.network.getScale();
      const near = !this.data.aggregate || scale >= this.openScale();
      if (near !== this.near) {
        this.near = near;
        this.refresh();
      }
      const step = Math.round(4 * Math.log2(scale));
      if (step !== this.step) {
        this.step = step;
        this.resize(2 ** (step / 4));
      }
      const dashed = scale >= SCALE_DASHED;
      if (dashed !== this.dashed) {
        this.dashed = dashed;
        this.items.update(this.members().filter((n) => this.data.facts[n.id].dataClass === "SYNTHETIC").map((n) => this.bordered(n, dashed)));
      }
      const named = scale * SPACING >= PIXELS_NAMED;
      if (named !== this.named) {
        this.named = named;
        this.items.update(this.members().map((n) => this.labelled(n, named)));
      }
    }

    /** Stations and carriers. */
    members() { return this.data.nodes.filter((n) => !this.data.facts[n.id].backbone); }

    /** A dash too short to see only costs time; the pale filling marks synthetic nodes at every scale. */
    bordered(node, dashed) {
      return { id: node.id, shapeProperties: { borderDashes: dashed ? [3, 2] : false } };
    }

    labelled(node, named) {
      const font = { size: 2.3, strokeWidth: 0.6 };
      return { id: node.id, font, label: named ? shuniu.wrapped(this.label(node.id)) : undefined };
    }

    label(id) {
      const { short, name } = this.data.facts[id];
      return short ? short[this.lang === "zh" ? 0 : 1] : name;
    }

    /** Hub and windows keep about the same size on the screen, smaller where the whole picture is small. */
    resize(scale) {
      const shrink = Math.min(1, Math.max(0.55, this.box.clientWidth / 800)) * Math.min(1.5, Math.max(1, Math.sqrt(scale / 0.35)));
      const text = Math.max(11, 13 * shrink);
      const free = shuniu.vacancy(this.marks(scale, shrink));
      const changed = this.data.nodes.filter((n) => this.data.facts[n.id].backbone).map((n) => {
        const size = n.size * shrink, name = shuniu.wrapped(this.label(n.id));
        const lesser = this.data.facts[n.id].kind !== "window_kinds.prefecture_window";
        const fits = free(n.x * scale, n.y * scale + size + text * 0.7, name, text, lesser);
        const font = { size: text / scale, strokeWidth: 3 / scale, color: "#1b2430", vadjust: 0 };
        return { id: n.id, size: size / scale, label: fits ? name : undefined, font, borderWidth: 1.2 / scale };
      });
      this.labels = free.taken.map((box) => box.map((v) => v / scale));
      this.items.update(changed);
      this.lines.update(this.lines.get({ filter: (l) => l.trunk }).map((l) => ({ id: l.id, width: 1.5 / scale })));
    }

    /** Boxes of the prefecture windows on the screen, which labels of hub and cluster windows must spare. */
    marks(scale, shrink) {
      const windows = this.data.nodes.filter((n) => this.data.facts[n.id].kind === "window_kinds.prefecture_window");
      return windows.map(({ x, y, size }) => [x * scale - size * shrink, y * scale - size * shrink, x * scale + size * shrink, y * scale + size * shrink]);
    }

    go(position, scale) {
      this.network.moveTo({ position, scale, animation: quiet ? false : { duration: 350, easingFunction: "easeInOutQuad" } });
      if (quiet) this.adapt();
    }

    zoom(factor) {
      this.go(this.network.getViewPosition(), Math.min(12, Math.max(0.05, this.network.getScale() * factor)));
    }

    fit(animate = true) {
      const { x, y, width, height } = this.bounds;
      const scale = 0.96 * Math.min(this.box.clientWidth / width, this.box.clientHeight / height);
      if (animate) return this.go({ x: x + width / 2, y: y + height / 2 }, scale);
      this.network.moveTo({ position: { x: x + width / 2, y: y + height / 2 }, scale });
      this.adapt();
    }

    /** Show where these nodes are; null is the whole province. */
    frame(found) {
      const places = [...(found ?? [])].map((i) => this.data.nodes[i]);
      if (!places.length) return this.fit();
      const box = shuniu.extent({ nodes: places, outlines: [] });
      const scale = 0.8 * Math.min(this.box.clientWidth / (box.width + 60), this.box.clientHeight / (box.height + 60));
      this.go({ x: box.x + box.width / 2, y: box.y + box.height / 2 }, Math.min(scale, 4));
    }

    /** Bring a node into the middle, near enough that it shows. */
    focus(id) {
      const { x, y } = this.data.nodes[id];
      this.go({ x, y }, Math.max(this.network.getScale(), this.data.facts[id].backbone ? 0.5 : this.openScale() * 2));
      if (this.nodes.get(id)) this.network.selectNodes([id], false);
      else this.network.once("animationFinished", () => this.nodes.get(id) && this.network.selectNodes([id], false));
    }

    paintLand(context) {
      context.fillStyle = "#f1f4f8";
      context.strokeStyle = "#c3cedb";
      context.lineWidth = 1 / this.network.getScale();
      const from = this.network.DOMtoCanvas({ x: 0, y: 0 });
      const to = this.network.DOMtoCanvas({ x: this.box.clientWidth, y: this.box.clientHeight });
      for (const { path, box } of this.land) {
        if (box.x > to.x || box.y > to.y || box.x + box.width < from.x || box.y + box.height < from.y) continue;
        context.fill(path);
        context.stroke(path);
      }
      if (shuniu.wants("REPORTS_TO", this.links)) this.paintBundles(context);
      if (this.near) this.paintCounties(context);
    }

    /** One line from a county to each superior of its stations and carriers, the wider the more they are. */
    paintBundles(context) {
      const scale = this.network.getScale();
      context.strokeStyle = "#b4c1d0";
      for (const { cluster, to, count, implied } of this.data.bundles) {
        if (!this.counts[cluster] || !this.found.has(to)) continue;
        const { x, y } = this.data.clusters[cluster];
        context.lineWidth = Math.min(0.8 + count / 25, 2.2) / scale;
        context.setLineDash(implied ? [5 / scale, 3 / scale] : []);
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(this.data.nodes[to].x, this.data.nodes[to].y);
        context.stroke();
      }
      context.setLineDash([]);
    }

    /** Opened counties: a pale disc around their members; above all discs their names, without the prefecture's. */
    paintCounties(context) {
      const scale = this.network.getScale(), size = 12 / scale;
      context.strokeStyle = "#a9bacd";
      context.lineWidth = 1 / scale;
      context.textAlign = "center";
      context.font = `${size}px ${this.data.options.nodes.font.face}`;
      const open = this.data.clusters.filter((_, i) => this.counts[i]);
      for (const { x, y, radius } of open) {
        context.beginPath();
        context.arc(x, y, radius - 1, 0, 2 * Math.PI);
        context.fillStyle = "#ffffff";
        context.fill();
        context.stroke();
      }
      if (scale < 0.9) return;
      context.fillStyle = "#33465c";
      for (const { x, y, radius, short } of open) context.fillText(short[this.lang === "zh" ? 0 : 1], x, y - radius - size * 0.25);
    }

    paintCounts(context) {
      if (this.near) return;
      const scale = this.network.getScale();
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = "#16324f";
      this.data.clusters.forEach((cluster, i) => {
        const pixels = cluster.radius * scale;
        const { x, y } = cluster;
        const covered = this.labels.some((b) => b[0] < x && x < b[2] && b[1] < y && y < b[3]);
        if (!this.counts[i] || pixels < 6.5 || covered) return;
        context.font = `${Math.min(13, pixels * 1.05) / scale}px ${this.data.options.nodes.font.face}`;
        context.fillText(String(this.counts[i]), x, y);
      });
    }
  }
}
