"""On whom and on which line does the network hang? Articulation points and bridges, with those they would cut off."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import rustworkx as rx
from pydantic import Field

from graph.projection import plain_rows
from queries.answers import Result
from queries.data_classes import BEHIND, among


class CutPoint(Result):
    """A window or carrier whose loss cuts others off."""

    key: str
    name: str
    label: str = Field(description="Window | Carrier")
    kind: str
    region_name: str | None
    cut_off: int = Field(description="失联的窗口和载体数 / windows and carriers that lose the rest of the network")
    names: list[str] = Field(description="失联者，按标识排序 / who they are, by key")
    data_class: list[str] = Field(description=BEHIND)


class Bridge(Result):
    """A single line whose loss cuts others off."""

    source: str
    source_name: str
    target: str
    target_name: str
    type: str = Field(description="REPORTS_TO | PARTNERS_WITH | IMPLIED")
    cut_off: int = Field(description="失联的窗口和载体数 / windows and carriers that lose the rest of the network")
    names: list[str] = Field(description="失联者，按标识排序 / who they are, by key")
    data_class: list[str] = Field(description=BEHIND)


@dataclass(frozen=True)
class Hinges:
    """Nodes and edges whose loss parts a graph: ``points`` ascending, ``bridges`` as pairs, the smaller first."""

    points: list[int]
    bridges: list[tuple[int, int]]


def undirected(nodes: int, ends: Iterable[tuple[int, int]]) -> "rx.PyGraph[None, None]":
    """Return the simple graph of ``nodes`` numbered nodes and the given edges; loops are left out."""
    graph: rx.PyGraph[None, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from([None] * nodes)
    graph.add_edges_from_no_data(sorted({(min(e), max(e)) for e in ends if e[0] != e[1]}))
    return graph


def hinges(graph: "rx.PyGraph[None, None]") -> Hinges:
    """Return the articulation points and bridges, in time with nodes and edges (Hopcroft & Tarjan 1973)."""
    points = sorted(int(p) for p in rx.articulation_points(graph))
    # The stubs of rustworkx call a pair a tuple of one.
    edges: Iterable[Any] = rx.bridges(graph)
    return Hinges(points, sorted((min(a, b), max(a, b)) for a, b in edges))


def parted(graph: "rx.PyGraph[None, None]", around: Iterable[int], main: int | None) -> list[int]:
    """Return the nodes that are parted from the rest among the components of ``around``, ascending.

    The rest is the component of ``main``, or the largest (of equals that with the smallest number) where ``main`` is
    in none of them.
    """
    parts: list[set[int]] = []
    for start in sorted(around):
        if not any(start in part for part in parts):
            parts.append(set(rx.node_connected_component(graph, start)))
    if not parts:
        return []
    rest = next((p for p in parts if main in p), None) or min(parts, key=lambda p: (-len(p), min(p)))
    return sorted(node for part in parts if part is not rest for node in part)


def cut_points(sites: pd.DataFrame, lines: pd.DataFrame) -> list[CutPoint]:
    """Return the articulation points of the network, those that cut off most first, then by key.

    Args:
        sites: key, name, label, kind, region_name, data_class; sorted by key.
        lines: source and target (keys of ``sites``), type.
    """
    graph, hub = _graph(sites, lines)
    names, classes = sites["name"].tolist(), sites["data_class"].tolist()
    columns = ["key", "name", "label", "kind", "region_name"]
    rows = plain_rows(sites[columns])
    found = []
    for point in hinges(graph).points:
        left = graph.copy()
        left.remove_node(point)
        lost = parted(left, graph.neighbors(point), hub)
        its = among([classes[n] for n in (point, *lost)])
        found.append(CutPoint(**rows[point], cut_off=len(lost), names=[names[n] for n in lost], data_class=its))
    return sorted(found, key=lambda c: (-c.cut_off, c.key))


def bridges(sites: pd.DataFrame, lines: pd.DataFrame) -> list[Bridge]:
    """Return the lines whose loss cuts someone off, those that cut off most first, then by keys.

    Two sites that are joined by several lines do not hang on one of them. The parameters are those of
    :func:`cut_points`.
    """
    graph, hub = _graph(sites, lines)
    keys, names, classes = (sites[column].tolist() for column in ("key", "name", "data_class"))
    number = {key: at for at, key in enumerate(keys)}
    rows: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
    for line in zip(lines["source"], lines["target"], lines["type"], strict=True):
        a, b = sorted((number[line[0]], number[line[1]]))
        rows.setdefault((a, b), []).append(line)
    found = []
    for ends, lost in beyond_bridges(graph, hub).items():
        if len(rows[ends]) == 1:
            source, target, type_ = rows[ends][0]
            found.append(
                Bridge(
                    source=source, source_name=names[number[source]], target=target,
                    target_name=names[number[target]], type=type_, cut_off=len(lost), names=[names[n] for n in lost],
                    data_class=among([classes[n] for n in {*ends, *lost}]),
                )
            )  # fmt: skip
    return sorted(found, key=lambda e: (-e.cut_off, e.source, e.target))


def beyond_bridges(graph: "rx.PyGraph[None, None]", main: int | None) -> dict[tuple[int, int], list[int]]:
    """Return the bridges, the smaller end first, with the nodes that the loss of each parts from the rest.

    A bridge is an edge of every spanning tree, and what hangs below it there is one of both sides. The rest is the
    side of ``main``, or the larger (of equals that with the smaller number), as in :func:`parted`.
    """
    edges = hinges(graph).bridges
    found: dict[tuple[int, int], list[int]] = {}
    for part in rx.connected_components(graph):
        root = main if main in part else min(part)
        tree = list(rx.dfs_edges(graph, root))
        order = [root, *(child for _, child in tree)]
        above, at = {child: parent for parent, child in tree}, {node: n for n, node in enumerate(order)}
        size = dict.fromkeys(order, 1)
        for parent, child in reversed(tree):
            size[parent] += size[child]
        for a, b in edges:
            if a in part:
                child = b if above.get(b) == a else a
                below = order[at[child] : at[child] + size[child]]
                # From ``root``, which is the smallest of a part without the hub, ``below`` is the other side.
                small = root == main or 2 * len(below) <= len(order)
                found[a, b] = sorted(below if small else set(order) - set(below))
    return found


def without_hub(sites: pd.DataFrame, lines: pd.DataFrame) -> list[str]:
    """Return the names of the sites that no line joins to the hub as things are, by key; none without a hub."""
    graph, hub = _graph(sites, lines)
    if hub is None:
        return []
    joined = rx.node_connected_component(graph, hub)
    names: list[str] = sites["name"][[n not in joined for n in range(len(sites))]].tolist()
    return names


def _graph(sites: pd.DataFrame, lines: pd.DataFrame) -> "tuple[rx.PyGraph[None, None], int | None]":
    number = pd.Index(sites["key"])
    source, target = (number.get_indexer(lines[c]).tolist() for c in ("source", "target"))
    graph = undirected(len(sites), zip(source, target, strict=True))
    hubs = np.flatnonzero(sites["kind"] == "hub")
    return graph, int(hubs[0]) if len(hubs) else None
