"""What a path consists of: each part of its score, the facts behind it and where they come from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from pydantic import Field

from graph import schema
from graph.projection import plain_rows
from graph.stores.base import ReadSession
from graph.stores.browser import PathStep, path_text
from queries.answers import Result
from queries.paths.graph import PathGraph
from queries.paths.scoring import hub_costs
from queries.solvers.arcs import Arcs

FACT = ("source", "verification", "data_class")


class PathNode(Result):
    """A node of a path."""

    key: str
    label: str = Field(description="节点类别，如 Window / label")
    name: str | None
    kind: str | None
    prefecture: str | None = Field(description="所在市州代码 / code of the prefecture of its home")
    resources: int = Field(
        default=0, description="可拿出的资源数（当日有效）/ resources in force that it provides or hosts"
    )
    offers: list[str] = Field(
        default=[], description="其服务类型，资源多者在前 / their service types, most resources first"
    )
    source: str | None = None
    verification: str | None = None
    data_class: str | None = None


class PathEdge(Result):
    """An edge of a path, in the direction in which it is kept."""

    type: str
    from_key: str
    to_key: str
    dimension: str | None
    strength: float = Field(description="强度 σ，0–1 / strength σ")
    since: date | None = None
    until: date | None = None
    source: str | None = None
    verification: str | None = None
    data_class: str | None = None


class Contribution(Result):
    """A part of a score."""

    of: str = Field(description="节点标识，或 起点-[类型]-终点 / key of a node, or from-[TYPE]-to of an edge")
    kind: Literal["edge", "hub"] = Field(description="edge：log σ；hub：−惩罚 × log 度 / −penalty × log degree")
    value: float


class Path(Result):
    """One path; its contributions sum to its score."""

    nodes: list[PathNode]
    edges: list[PathEdge]
    score: float = Field(description="得分，不大于 0，0 最好 / score, at most 0; 0 is best")
    contributions: list[Contribution]
    hops: int
    sources: list[str] = Field(description="所依据事实的来源 / sources of its facts")
    cypher: str = Field(description="在 Neo4j Browser 中显示这条路径 / shows the path in Neo4j Browser")


NODE = ["key", "label", "name", "kind", "prefecture", "data_class"]
EDGE = ["type", "source", "target", "dimension", "strength"]


@dataclass(frozen=True)
class PathRoute:
    """A path that was found.

    Attributes:
        nodes: Node numbers.
        edges: Rows of the graph's edges, one less.
        penalty: Weight of log degree with which it was found.
    """

    nodes: tuple[int, ...]
    edges: list[int]
    penalty: float


def route(arcs: Arcs, path: tuple[int, ...], penalty: float) -> PathRoute:
    """Return a path with the edges it runs along, of parallel ones the strongest."""
    return PathRoute(path, [int(arcs.rows[arcs.between(*ends)]) for ends in pairwise(path)], penalty)


def node_of(graph: PathGraph, number: int) -> PathNode:
    """Return a node by its number."""
    said: dict[str, Any] = {name: graph.nodes[name].iat[number] for name in NODE}
    return PathNode(**{name: None if pd.isna(value) else value for name, value in said.items()})


def described(session: ReadSession, graph: PathGraph, routes: Sequence[PathRoute]) -> list[Path]:
    """Return paths with all that is to be said of them; the store is asked once for all.

    Args:
        session: Of the store that the graph was read from.
        graph: Nodes and edges of the day.
        routes: What was found in it.
    """
    nodes = _nodes(session, graph, sorted({v for r in routes for v in r.nodes}))
    edges = _edges(session, graph, sorted({e for r in routes for e in r.edges}))
    return [
        _path([nodes[v] for v in r.nodes], [edges[e] for e in r.edges], _parts(graph, r, nodes, edges)) for r in routes
    ]


def _path(nodes: list[PathNode], edges: list[PathEdge], parts: list[Contribution]) -> Path:
    steps = [
        PathStep(edge.type, edge.dimension, (edge.from_key, edge.to_key) == (node.key, after.key))
        for edge, (node, after) in zip(edges, pairwise(nodes), strict=True)
    ]
    stated = [*(node.source for node in nodes), *(edge.source for edge in edges)]
    return Path(
        nodes=nodes, edges=edges, score=math.fsum(p.value for p in parts), contributions=parts, hops=len(edges),
        sources=list(dict.fromkeys(s for s in stated if s)), cypher=path_text([(n.label, n.key) for n in nodes], steps),
    )  # fmt: skip


def _parts(
    graph: PathGraph, found: PathRoute, nodes: dict[int, PathNode], edges: dict[int, PathEdge]
) -> list[Contribution]:  # fmt: skip
    """Return the parts of a score in the order in which one travels: edge, hub, edge, hub, … edge."""
    parts: list[Contribution] = []
    hubs = hub_costs(graph.degrees[list(found.nodes)], found.penalty).tolist()
    for number, row, hub in zip(found.nodes[:-1], found.edges, hubs[:-1], strict=True):
        if parts:
            parts.append(Contribution(of=nodes[number].key, kind="hub", value=0.0 - hub))
        edge = edges[row]
        name = f"{edge.from_key}-[{edge.type}]-{edge.to_key}"
        parts.append(Contribution(of=name, kind="edge", value=math.log(edge.strength)))
    return parts


# --- facts ----------------------------------------------------------------------------------------------


def _nodes(session: ReadSession, graph: PathGraph, numbers: list[int]) -> dict[int, PathNode]:
    """Return nodes with the facts behind them, by number."""
    shown = graph.nodes.loc[numbers, NODE]
    facts = {}
    for label, keys in shown.groupby("label")["key"]:
        table = session.nodes(schema.nodes()[str(label)], pa.array(keys.tolist()))
        facts.update({(label, row.pop("key")): row for row in table.select(["key", *FACT]).to_pylist()})
    rows = zip(numbers, plain_rows(shown), strict=True)
    gives = {at: dict(zip(("resources", "offers"), has, strict=True)) for at, has in graph.offered(numbers).items()}
    known = ((at, {**row, **facts.get((row["label"], row["key"]), {}), **gives.get(at, {})}) for at, row in rows)
    return {at: PathNode(**row) for at, row in known}


def _edges(session: ReadSession, graph: PathGraph, rows: list[int]) -> dict[int, PathEdge]:
    """Return edges with the facts behind them, by row."""
    shown = graph.edges.loc[rows, EDGE].astype({"type": str})
    ends = {f"{end}_{c}": graph.nodes[c].to_numpy(dtype=object)[shown[end]] for end in ("source", "target")
            for c in ("label", "key")}  # fmt: skip
    shown = shown.assign(**ends)
    facts = {}
    for (type_, source, target), some in shown.groupby(["type", "source_label", "target_label"]):
        pair = schema.relationships()[str(type_), str(source), str(target)]
        table = session.relationships(pair, "from_key", pa.array(some["source_key"].unique().tolist()))
        wanted = [c for c in ("from_key", "to_key", "dimension", *FACT, "since", "until") if c in table.column_names]
        for row in table.select(wanted).to_pylist():
            facts[type_, row["from_key"], row["to_key"], row.get("dimension")] = row
    made = {}
    for at, row in zip(rows, plain_rows(shown), strict=True):
        name = (row["type"], row["source_key"], row["target_key"], row["dimension"])
        own = {"type": name[0], "from_key": name[1], "to_key": name[2], "dimension": name[3]}
        made[at] = PathEdge(**{**facts.get(name, {}), **own, "strength": row["strength"]})
    return made
