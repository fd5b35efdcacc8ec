"""The network as pyvis builds it: nodes, edges and options of vis-network, in our places and our theme.

pyvis only assembles what vis-network understands; its templates, which link outside addresses and let names
become script, are not used. Node ids are numbers, so that no key of a source ever reaches the library.
"""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from graph.language import Text
from graph.model import RELATIONSHIPS
from queries.network.report import NetworkEdge, NetworkGraph, NetworkNode

if TYPE_CHECKING:
    from pyvis.network import Network
from viz import places, theme
from viz.layout import BACKBONE, Layout

SIZES = {"hub": 17, "prefecture_window": 10, "cluster_window": 8, "station": 5.2}
"""Radius of a window's mark: of hub and windows in pixels of the screen, of stations in drawing units."""

CARRIER_SIZE = 4.4
TRUNK = "#6F8CB0"
"""Lines between windows, and from a carrier to its window."""

SUPERIOR = ("REPORTS_TO", "IMPLIED")
"""Lines to a superior: stated, or implied by the notice where nobody stated one."""

Json = dict[str, Any]


def network_drawing(graph: NetworkGraph, layout: Layout) -> Json:
    """Return ``nodes``, ``edges``, ``options`` for vis-network, and ``bundles``: lines from a cluster as a whole."""
    from pyvis.network import Network  # noqa: PLC0415 brings IPython along, which only a drawing needs to wait for

    net = Network(directed=True)
    for i, (node, (x, y)) in enumerate(zip(graph.nodes, layout.points, strict=True)):
        net.add_node(
            i, label=short_label(node).zh, shape=theme.node_mark(node.label, node.kind).shape, x=x, y=y,
            size=SIZES.get(node.kind, CARRIER_SIZE) if node.label == "Window" else CARRIER_SIZE, group=group(node),
        )  # fmt: skip
    numbers = {node.key: i for i, node in reversed(list(enumerate(graph.nodes)))}
    for edge in graph.edges:
        if edge.source in numbers and edge.target in numbers:
            source, target = numbers[edge.source], numbers[edge.target]
            look = _line(edge, trunk=_is_backbone(graph.nodes[source]))
            net.add_edge(source, target, arrows="", type=edge.type, dimension=edge.dimension, **look)
    _set_options(net, graph)
    options = json.loads(net.options.to_json())
    return {"nodes": net.nodes, "edges": net.edges, "options": options, "bundles": _bundles(net.edges, layout)}


def group(node: NetworkNode) -> str:
    """Return the style group of a node: its kind, and whether it is synthetic or out of service."""
    flags = ("s" if node.data_class == "SYNTHETIC" else "") + ("" if node.active else "x")
    return f"{node.label}.{node.kind}.{flags}"


def short_label(node: NetworkNode) -> Text:
    """Return what stands beside a mark: a prefecture window goes by its prefecture, all others by name."""
    if node.kind == "prefecture_window":
        return places.short_name(node.prefecture or node.region, node.region_name)
    if node.kind == "hub":
        return Text("省级枢纽", "Provincial hub")
    name = node.name or node.key
    if node.data_class == "SYNTHETIC" and "示例" not in name:
        name = f"[示例] {name}"
    return Text(name, name)


def _is_backbone(node: NetworkNode) -> bool:
    return node.label == "Window" and node.kind in BACKBONE


def _line(edge: NetworkEdge, *, trunk: bool) -> Json:
    """Cooperation has the colour of its dimension; a superior that nobody stated is dashed."""
    if edge.dimension:
        known = theme.marks("cooperation_dimensions").get(edge.dimension)
        return {"color": known.colour if known else theme.NEUTRAL, "width": 1.0}
    dashes = [5, 4] if edge.type == "IMPLIED" else False
    return {"color": TRUNK, "width": 0.7, "dashes": dashes, "trunk": trunk}


def _style(label: str, kind: str, flags: str) -> Json:
    """Real nodes are filled; synthetic ones are pale with a dashed border; closed ones are hollow."""
    colour = theme.node_mark(label, kind).colour
    pale = "#FFFFFF" if "x" in flags else theme.mix(colour, "#FFFFFF", 0.62) if "s" in flags else colour
    border = colour if flags else theme.mix(colour, "#000000", 0.25)
    return {
        "color": {"background": pale, "border": border, "highlight": {"background": pale, "border": "#111111"}},
        "borderWidth": 1.4 if flags else 0.8,
        "borderWidthSelected": 1.8,
        "shapeProperties": {"borderDashes": [3, 2] if "s" in flags else False},
    }


def _set_options(net: "Network", graph: NetworkGraph) -> None:
    """Physics off, straight lines, no dragging of nodes: the picture stays the map it is."""
    net.toggle_physics(False)
    net.options.edges.smooth = False
    net.options.edges.chosen = False
    net.options.groups = {g: _style(*g.split(".", 2)) for g in sorted({group(n) for n in graph.nodes})}
    net.options.nodes = {
        "font": {"face": ", ".join(theme.SANS), "size": 12, "strokeWidth": 3, "strokeColor": "#FFFFFF"}
    }
    net.options.interaction.dragNodes = False
    net.options.interaction.hover = True
    net.options.interaction.selectConnectedEdges = False
    net.options.interaction.hoverConnectedEdges = False
    net.options.interaction.hideEdgesOnZoom = True
    net.options.interaction.zoomView = False
    net.options.interaction.keyboard = {"enabled": True, "bindToWindow": False}
    net.options.layout = {"improvedLayout": False}


def _bundles(edges: list[Json], layout: Layout) -> list[Json]:
    """Return one line for all members of a cluster with the same superior, stated and implied ones apart.

    The page draws these; a member's own line appears when it is selected. Two hundred lines from one county to
    one window say no more than one does, and cost a second a frame.
    """
    cluster_of = {i: c for c, cluster in enumerate(layout.clusters) for i in cluster.members}
    reports = (e for e in edges if e["type"] in SUPERIOR and e["from"] in cluster_of and e["to"] not in cluster_of)
    lines = Counter((cluster_of[e["from"]], e["to"], e["type"] == "IMPLIED") for e in reports)
    return [{"cluster": c, "to": to, "implied": i, "count": n} for (c, to, i), n in sorted(lines.items())]


def link_terms(graph: NetworkGraph) -> dict[str, Text]:
    """Return the name of each type of relationship in the picture."""
    implied = {"IMPLIED": Text("推定上级（非入库事实）", "implied superior (not a stored fact)")}
    known = {t: spec.label for t, spec in RELATIONSHIPS.items()} | implied
    return {t: known.get(t, Text(t, t)) for t in sorted({e.type for e in graph.edges})}
