"""A weighted graph as compact arrays, and what each node costs at least to a target."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

DIGITS = math.log10(2.0**52)
"""Digits that floating point numbers add without rounding."""
ROUNDS = 200
"""Rounds of delta-stepping after which a graph counts as long and thin, and Dijkstra's algorithm takes over."""


@dataclass(frozen=True)
class Arcs:
    """A graph as compact arrays; what leaves node v are the arcs ``starts[v]`` to ``starts[v + 1]``, parallel ones too.

    Attributes:
        starts: n + 1 positions.
        heads: m node numbers.
        costs: m costs ≥ 0 in a unit of their own, a power of ten: whole numbers, so that sums along any path are exact
            and 0.1 + 0.2 is 0.3.
        rows: m row numbers: the edge that each arc was made from.
        symmetric: Whether each arc has a twin of the same cost in the other direction.
        unit: What a cost of 1 is in the unit of the weights.
    """

    starts: NDArray[np.int32]
    heads: NDArray[np.int32]
    costs: NDArray[np.float64]
    rows: NDArray[np.int64]
    symmetric: bool
    unit: float

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.starts) - 1

    @cached_property
    def tails(self) -> NDArray[np.int32]:
        """The node that each arc leaves."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.starts))

    @cached_property
    def backwards(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Starts by head, the tails in that order, and the arcs in that order."""
        starts, order = grouped(self.heads, self.nodes)
        return starts, self.tails[order], order

    def between(self, tail: int, head: int) -> int:
        """Return the cheapest arc, the first of equal ones, from one node to another, which must be there."""
        start, stop = self.starts[tail], self.starts[tail + 1]
        there = np.flatnonzero(self.heads[start:stop] == head) + start
        return int(there[np.lexsort((self.rows[there], self.costs[there]))[0]])


def grouped(numbers: NDArray[np.int32], groups: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return where each group starts, and the positions of its members, in their order."""
    at = np.arange(len(numbers), dtype=np.int32)
    # A matrix with one entry a column, made row by row: a counting sort in compiled code.
    matrix = csr_array((np.ones(len(numbers), dtype=np.int8), (numbers, at)), shape=(groups, len(numbers)))
    return matrix.indptr, matrix.indices


def to_arcs(
    tails: NDArray[np.integer],
    heads: NDArray[np.integer],
    weights: NDArray[np.float64],
    node_costs: NDArray[np.float64],
    *,
    directed: bool = False,
) -> Arcs:
    """Return the graph of some edges without loops.

    The cost of an arc is its weight and the cost of the node it leaves. So a path costs its edges, its inner nodes,
    and its first node, which all paths from there have in common.

    Args:
        tails: m node numbers.
        heads: m node numbers.
        weights: m weights ≥ 0.
        node_costs: n costs ≥ 0.
        directed: Whether edges lead only from tail to head.
    """
    nodes = len(node_costs)
    rows = np.flatnonzero(tails != heads)
    a, b = tails[rows].astype(np.int32), heads[rows].astype(np.int32)
    if not directed:
        a, b, rows = np.concatenate((a, b)), np.concatenate((b, a)), np.concatenate((rows, rows))
    starts, order = grouped(a, nodes)
    rows = rows[order]
    scale = _scale(float(weights.max(initial=0.0) + node_costs.max(initial=0.0)), nodes)
    costs = np.rint(weights * scale)[rows]
    dear = bool(node_costs.any())
    if dear:  # rounded apart, so that the same parts in another order are the same sum
        costs = costs + np.rint(node_costs * scale)[a[order]]
    return Arcs(starts, b[order], costs, rows, not (directed or dear), 1.0 / scale)


def _scale(largest: float, nodes: int) -> float:
    """Return the largest power of ten by which costs may be multiplied so that every sum of ``nodes`` stays exact."""
    if not largest:
        return 1.0
    digits = math.floor(DIGITS - math.log10(largest) - math.log10(nodes))
    return float(10.0 ** min(digits, 300))


# --- distances ----------------------------------------------------------------------------------------


def least_costs(
    arcs: Arcs,
    costs: NDArray[np.float64],
    targets: NDArray[np.bool_],
    max_hops: int | None = None,
    until: int | None = None,
) -> NDArray[np.float64]:
    """Return what each node costs at least to the nearest target: row h with h hops, the last row with any more.

    Args:
        arcs: The graph, n nodes.
        costs: m costs, infinite where an arc must not be used; symmetric where the graph is.
        targets: n flags.
        max_hops: The last row, at most; without it the only row stands for any number of hops.
        until: With any number of hops, a node that is far enough: nodes that are farther are given its cost.
    """
    if max_hops is None:
        if arcs.symmetric:
            return _distances(arcs.starts, arcs.heads, costs, targets, until)[None, :]
        starts, tails, order = arcs.backwards
        return _distances(starts, tails, costs[order], targets, until)[None, :]
    layers = [np.where(targets, 0.0, np.inf)]
    filled = np.flatnonzero(np.diff(arcs.starts))
    for _ in range(max_hops):
        through = costs + layers[-1][arcs.heads]
        layer = layers[-1].copy()
        if len(filled):
            layer[filled] = np.minimum(layer[filled], np.minimum.reduceat(through, arcs.starts[filled]))
        if np.array_equal(layer, layers[-1]):
            break
        layers.append(layer)
    return np.stack(layers)


def _distances(
    starts: NDArray[np.int32], heads: NDArray[np.int32], costs: NDArray[np.float64], sources: NDArray[np.bool_],
    until: int | None,
) -> NDArray[np.float64]:  # fmt: skip
    """Return the distance of each node from the nearest source, by delta-stepping (Meyer & Sanders 2003)."""
    distance = np.where(sources, 0.0, np.inf)
    waiting = sources.copy()
    usable = np.isfinite(costs)
    width = float(costs.mean(where=usable)) if usable.any() else 0.0
    for _ in range(ROUNDS):
        front = np.flatnonzero(waiting)
        nearest = distance[front].min(initial=np.inf)
        enough = np.inf if until is None else distance[until]
        if nearest >= enough or not len(front):
            return np.minimum(distance, enough) if until is not None else distance
        front = front[distance[front] <= nearest + width]
        waiting[front] = False
        out, sizes = arcs_of(starts, front)
        reached, length = heads[out], np.repeat(distance[front], sizes) + costs[out]
        shorter = length < distance[reached]
        reached = reached[shorter]
        np.minimum.at(distance, reached, length[shorter])
        waiting[reached] = True
    matrix = csr_array((costs, heads, starts), shape=(len(sources), len(sources)))
    return np.asarray(dijkstra(matrix, indices=np.flatnonzero(sources), min_only=True))


def arcs_of(starts: NDArray[np.int32], nodes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return all arcs that leave some nodes, one node after another, and how many leave each."""
    sizes = starts[nodes + 1] - starts[nodes]
    shifts = np.repeat(starts[nodes] - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    return np.arange(sizes.sum()) + shifts, sizes
