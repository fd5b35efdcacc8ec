"""What is around a node?"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from graph import schema
from graph.arrays import Ints
from graph.errors import BadParameter, NotFound
from graph.projection import plain_rows
from graph.stores.base import Store
from graph.vocabulary import fold
from queries.answers import ListAnswer, Meta, Result, meta
from queries.paths.graph import LABELS, PathLimits, path_graph
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
    """Return what is within some hops of any of the nodes, by hops, then by number, and the hops of each."""
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
    with store.read() as session:
        version, graph = path_graph(store, session, as_of)
    found = graph.names.get(fold(f"{label}:{key}"), [])
    if not found:
        names = {name.casefold(): schema.nodes()[name].label for name in LABELS}
        raise NotFound(kind=names.get(label.casefold(), label), key=key)
    numbers, far = within(graph.arcs(PathLimits()), np.array(found[:1]), hops)
    near = graph.nodes.loc[numbers[1:]].assign(hops=far[1:])
    counts = {str(c): n for c, n in near["data_class"].value_counts().items()}
    asked = {"kind": label, "key": key, "hops": hops, "as_of": as_of.isoformat()}
    return Surroundings(near[list(Neighbour.model_fields)], meta(version, asked, counts))
