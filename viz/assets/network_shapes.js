/* Shapes of the picture that vis-network has no word for: clusters, borders, and where a label has room. */
{
  /** Clusters are numbered from here, nodes from 0. */
  const CLUSTER = 1_000_000;
  shuniu.CLUSTER = CLUSTER;

  /** Tell for one label after another whether it has room on the screen beside those before it. */
  shuniu.vacancy = (marks) => {
    const taken = [];
    const free = (x, y, text, height, own) => {
      const lines = text.split("\n"), wide = (s) => [...s].reduce((w, c) => w + shuniu.width(c), 0);
      const half = (Math.max(...lines.map(wide)) * height) / 2;
      const box = [x - half, y - height / 2, x + half, y + height * (lines.length - 0.5)];
      if ([...taken, ...(own ? marks : [])].some((t) => t[0] < box[2] && box[0] < t[2] && t[1] < box[3] && box[1] < t[3])) return false;
      taken.push(box);
      return true;
    };
    return Object.assign(free, { taken });
  };

  shuniu.bubble = (cluster, i) => ({
    id: CLUSTER + i, x: cluster.x, y: cluster.y, size: cluster.radius - 1, shape: "dot", borderWidth: 1,
    color: { background: "#dbe6f2", border: "#6f8cb0", highlight: { background: "#c4d7ec", border: "#111111" } },
  });

  /** Every prefecture as a path with the box around it, so that only what is in view is painted. */
  shuniu.borders = (outlines) => outlines.map(({ rings }) => {
    const path = new Path2D();
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) i ? path.lineTo(ring[i], ring[i + 1]) : path.moveTo(ring[i], ring[i + 1]);
      path.closePath();
    }
    return { path, box: shuniu.extent({ nodes: [], outlines: [{ rings }] }) };
  });

  shuniu.extent = (data) => {
    const xs = data.nodes.map((n) => n.x), ys = data.nodes.map((n) => n.y);
    for (const { rings } of data.outlines) for (const ring of rings) ring.forEach((v, i) => (i % 2 ? ys : xs).push(v));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  };
}
