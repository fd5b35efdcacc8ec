"""What is around a node?"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field

from graph import schema
from graph.arrays import Ints
from graph.errors import BadParameter, NotFound
from graph.projection import Projection, plain_rows, projection_of
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores.base import ReadSession, Store
from graph.vocabulary import fold
from queries.answers import ListAnswer, Meta, Result, meta
from queries.paths.graph import LABELS, PathGraph, PathLimits, path_graph, path_graph_of
from queries.paths.scoring import strengths
from queries.solvers.arcs import Arcs, arcs_of

MOST_HOPS = 4


class Neighbour(Result):
    """A node near another."""

    key: str
    label: str = Field(description="节点类别，如 Window / label")
    name: str | None
    kind: str | None
    prefecture: str | None = Field(description="所在市州代码 / code of the prefecture of its home")
    data_class: str | None
    hops: int = Field(description="最少步数 / fewest hops")


def within(arcs: Arcs, nodes: NDArray[np.integer], hops: int) -> tuple[Ints, Ints]:
    """Return what is within some hops of any of the nodes, by hops, then by number, and the hops of each; [m] both."""
    seen = np.zeros(arcs.nodes, dtype=bool)
    seen[nodes] = True
    rings = [np.flatnonzero(seen)]
    for _ in range(hops):
        heads = arcs.heads[arcs_of(arcs.starts, rings[-1])[0]]
        fresh = np.unique(heads[~seen[heads]])
        if not len(fresh):
            break
        seen[fresh] = True
        rings.append(fresh.astype(np.int64))
    return np.concatenate(rings), np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])


@dataclass(frozen=True)
class Surroundings:
    """The nodes around one, a row each with the columns of Neighbour; models are made of what is shown."""

    nodes: pd.DataFrame
    meta: Meta

    def page(self, limit: int, start: int = 0) -> ListAnswer[Neighbour]:
        """Return ``limit`` nodes from position ``start``; ``next`` is the following position, if any."""
        rows = [Neighbour(**row) for row in plain_rows(self.nodes.iloc[start : start + limit])]
        following = str(start + limit) if start + limit < len(self.nodes) else None
        return ListAnswer(data=rows, total=len(self.nodes), next=following, meta=self.meta)


def neighbours(store: Store, label: str, key: str, *, as_of: date, hops: int = 1) -> Surroundings:
    """Return the nodes around one, nearest first, then in the order of the graph (label, then key).

    Args:
        store: Where the graph is kept.
        label: Of the node, in any case.
        key: Of the node.
        as_of: The day on which windows, carriers, resources and partnerships must be in force.
        hops: How far, 1 to 4.

    Raises:
        NotFound: there is no such node.
        BadParameter: ``hops`` is out of range.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise BadParameter(name="hops", value=hops, reason=f"1 … {MOST_HOPS}")
    spec = schema.node_called(label, LABELS)
    with store.read() as session:
        version, graph = _graph_around(store, session, spec, key, as_of, hops)
    found = graph.names.get(fold(f"{spec.name}:{key}"), [])
    if not found:
        raise NotFound(kind=spec.label, key=key)
    numbers, far = within(graph.arcs(PathLimits()), np.array(found[:1]), hops)
    near = graph.nodes.loc[numbers[1:]].assign(hops=far[1:])
    counts = {str(c): n for c, n in near["data_class"].value_counts().items()}
    asked = {"kind": label, "key": key, "hops": hops, "as_of": as_of.isoformat()}
    return Surroundings(near[list(Neighbour.model_fields)], meta(version, asked, counts))


def _graph_around(
    store: Store, session: ReadSession, spec: NodeSpec, key: str, as_of: date, hops: int
) -> tuple[int, PathGraph]:
    """Return the graph version and so much of the graph as the answer rests on: for one hop the store finds it."""
    if hops > 1:
        return path_graph(store, session, as_of)
    return session.version(), path_graph_of(_around(session, spec, key), as_of)


class _Part:
    """A part of the graph that grows: keys of nodes by label, and tables of relationships."""

    def __init__(self, session: ReadSession, label: str, key: str) -> None:
        self._session = session
        self.keys: dict[str, set[str]] = {label: {key}}
        self._tables: dict[RelationshipSpec, list[pa.Table]] = {}

    def add(self, pair: RelationshipSpec, end: str, keys: set[str]) -> None:
        """Add the relationships of a pair at one end of which is one of ``keys``, and the nodes at both."""
        table = self._session.relationships(pair, end, pa.array(sorted(keys), pa.string()))
        self._tables.setdefault(pair, []).append(table)
        for label, column in ((pair.source, "from_key"), (pair.target, "to_key")):
            self.keys.setdefault(label, set()).update(table[column].to_pylist())

    def projection(self) -> Projection:
        """Return the part."""
        nodes = (
            (spec, self._session.nodes(spec, pa.array(sorted(self.keys[label]), pa.string())))
            for label, spec in schema.nodes().items()
            if label in self.keys
        )
        tables = self._tables
        return projection_of(nodes, ((p, pa.concat_tables(tables[p])) for p in _PAIRS if p in tables))


_PAIRS = tuple(p for p in schema.relationships().values() if {p.source, p.target} <= {*LABELS})
_HOMES = ("HOSTS", "PROVIDES", "LOCATED_IN")
"""What leads to where something is: a resource through its carrier or provider."""


def _around(session: ReadSession, spec: NodeSpec, key: str) -> Projection:
    """Return a node, what it is tied to by the edges of paths, and where all of that is."""
    part = _Part(session, spec.name, key)
    going, coming = (
        {(t["type"], t["label"]) for t in session.ties(spec, key, outgoing=outgoing).to_pylist()}
        for outgoing in (True, False)
    )
    for pair in (p for p in _PAIRS if p.type in strengths().types):
        if pair.source == spec.name and (pair.type, pair.target) in going:
            part.add(pair, "from_key", {key})
        if pair.target == spec.name and (pair.type, pair.source) in coming:
            part.add(pair, "to_key", {key})
    for type_ in _HOMES:
        for pair in (p for p in _PAIRS if p.type == type_):
            owned, end = (pair.source, "from_key") if type_ == "LOCATED_IN" else (pair.target, "to_key")
            if part.keys.get(owned):
                part.add(pair, end, set(part.keys[owned]))
    return part.projection()
