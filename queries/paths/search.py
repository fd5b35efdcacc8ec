"""Finds paths that a question asks for: the best, the best through given nodes, the best that differ."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

import numpy as np

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arcs import Arcs
from queries.solvers.paths import best_paths

Nodes = tuple[int, ...]

PATIENCE = 30_000
"""Beginnings of paths that a search through given nodes looks at; it may have to try them all."""
EXAMINED = 500
"""Paths among which different ones are chosen."""


def search(
    arcs: Arcs, source: int, targets: Bools, groups: Sequence[Bools], k: int, max_hops: int
) -> Iterator[Nodes]:  # fmt: skip
    """Yield the k best loopless paths to any of ``targets`` [n] that touch each group [n], by cost, then by nodes.

    Raises:
        BadParameter: there are too many beginnings of paths to try.
    """
    if groups:
        return _through(arcs, source, targets, groups, k, max_hops)
    return best_paths(arcs, source, targets, k, max_hops)


def _through(
    arcs: Arcs, source: int, targets: Bools, groups: Sequence[Bools], k: int, max_hops: int
) -> Iterator[Nodes]:  # fmt: skip
    """Grow beginnings of paths, that of the lowest bound first, so that whole ones come out best first.

    Which groups a beginning touches is a set of bits. The bound is the least cost of a walk to a target that touches
    the rest with the hops left; it is exact but for walks that meet a node twice.
    """
    bits = sum((flags.astype(np.int64) << at for at, flags in enumerate(groups)), np.zeros(arcs.nodes, dtype=np.int64))
    bound = _bounds(arcs, targets, bits, 1 << len(groups), max_hops)
    whole = (1 << len(groups)) - 1
    heap: list[tuple[float, Nodes, float, int]] = [(0.0, (source,), 0.0, int(bits[source]))]
    seen: set[Nodes] = set()
    while heap and k:
        _, path, cost, touched = heappop(heap)
        if path in seen:  # by a dearer one of parallel edges
            continue
        seen.add(path)
        node, left = path[-1], max_hops - len(path)
        if targets[node]:
            if touched == whole:
                k -= 1
                yield path
            continue
        if len(seen) > PATIENCE:
            why = Text(
                "必经节点太偏，可能的走法太多；请减少必经节点或最多步数",
                "too many ways to try; ask for fewer nodes or hops",
            )
            raise BadParameter(name="must_pass", value=len(groups), reason=why)
        if left < 0:
            continue
        out = slice(arcs.starts[node], arcs.starts[node + 1])
        heads = arcs.heads[out]
        costs, sets = cost + arcs.costs[out], touched | bits[heads]
        least = costs + bound[left][sets, heads]
        for at in np.flatnonzero(np.isfinite(least)).tolist():
            head = int(heads[at])
            if head not in path:
                heappush(heap, (float(least[at]), (*path, head), float(costs[at]), int(sets[at])))


def _bounds(
    arcs: Arcs, targets: Bools, bits: Ints, sets: int, max_hops: int
) -> list[Floats]:  # fmt: skip
    """Return for 0 … max_hops hops left: sets × n least costs to a target with all groups touched on the way."""
    layer = np.full((sets, arcs.nodes), np.inf)
    layer[-1, targets] = 0.0
    layers, filled = [layer], np.flatnonzero(np.diff(arcs.starts))
    for _ in range(max_hops):
        layer = layers[-1].copy()
        for touched in range(sets):
            through = arcs.costs + layers[-1][touched | bits[arcs.heads], arcs.heads]
            if len(filled):
                least = np.minimum.reduceat(through, arcs.starts[filled])
                layer[touched, filled] = np.minimum(layer[touched, filled], least)
        layer[:, targets] = layers[-1][:, targets]
        layers.append(layer)
    return layers


def different(paths: Iterable[Nodes], k: int) -> list[Nodes]:
    """Return the first k paths of which none shares more than half of its inner nodes with one chosen before.

    Half is of the shorter path's inner nodes; a path without inner nodes shares none.
    """
    chosen: list[Nodes] = []
    for path in paths:
        inner = set(path[1:-1])
        if all(2 * len(inner & set(other[1:-1])) <= min(len(inner), len(other) - 2) for other in chosen):
            chosen.append(path)
        if len(chosen) == k:
            break
    return chosen
