"""The k best loopless paths of a weighted graph, exact and in a stable order.

Yen's algorithm (Management Science 17, 1971) in Lawler's form (1972), which finds no path twice. Each of its searches
is an A* whose bound is exact: the distances to the target, from one run of Dijkstra backwards. Where the number of hops
is limited, the bound is the least cost with so many hops left (Bellman's recursion, one sweep a hop).
"""

import math
import sys
from bisect import insort
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arcs import Arcs, least_costs, to_arcs

Found = tuple[float, tuple[int, ...]]
Label = tuple[float, int, tuple[int, ...]]

DENSE = 4
"""Whole numbers up to so many times their count are numbered by a table."""
FAR = 1e3
"""Paths that cost so many times less than the dearest edge are compared in finer steps."""
UNLIMITED = sys.float_info.max
PATIENCE = 500
"""Nodes that a search looks at before its bound is made anew without the nodes that stand in its way."""


# --- the search ---------------------------------------------------------------------------------------


class _Finder:
    """Finds the best way on from the beginning of a path."""

    def __init__(self, arcs: Arcs, source: int, targets: NDArray[np.bool_], max_hops: int | None) -> None:
        self._arcs, self._targets, self._max_hops = arcs, targets, max_hops
        # With any number of hops, what lies farther from the target than the source hardly matters.
        self._bound = least_costs(arcs, arcs.costs, targets, max_hops, until=source)
        self._whole = max_hops is not None

    def find(self, root: tuple[int, ...], spent: float, banned: set[int], limit: float) -> Found | None:
        """Return the cost and nodes of the best path that begins with ``root`` and does not go on to ``banned``.

        Args:
            root: Its first nodes.
            spent: What these cost.
            banned: Nodes that must not follow.
            limit: A path that costs more is not wanted.
        """
        found, done = self._search(root, spent, banned, limit, self._bound, PATIENCE)
        if not done and not self._whole:
            self._bound = least_costs(self._arcs, self._arcs.costs, self._targets)
            self._whole = True
            found, done = self._search(root, spent, banned, limit, self._bound, PATIENCE)
        return found if done else self._search(root, spent, banned, limit, self._own_bound(root, banned), None)[0]

    def _own_bound(self, root: tuple[int, ...], banned: set[int]) -> NDArray[np.float64]:
        """Return the bound without the nodes of ``root`` and the arcs between its last and ``banned``."""
        arcs, last = self._arcs, root[-1]
        closed, barred = np.zeros(arcs.nodes, dtype=bool), np.zeros(arcs.nodes, dtype=bool)
        closed[list(root[:-1])] = True
        barred[list(banned)] = True
        shut = closed[arcs.heads] | closed[arcs.tails]
        shut |= (barred[arcs.heads] & (arcs.tails == last)) | (barred[arcs.tails] & (arcs.heads == last))
        left = None if self._max_hops is None else self._max_hops - len(root) + 1
        return least_costs(arcs, np.where(shut, np.inf, arcs.costs), self._targets, left)

    def _search(
        self, root: tuple[int, ...], spent: float, banned: set[int], limit: float, bound: NDArray[np.float64],
        patience: int | None,
    ) -> tuple[Found | None, bool]:  # fmt: skip
        """Return what was found, and whether the search came to its end.

        Beginnings of paths leave the heap by lowest bound, then by node numbers. As neither falls when a path grows,
        the first that reaches a target is the best, and the first by number among the best.
        """
        arcs, closed = self._arcs, set(root[:-1])
        heap = [(spent, root, spent)]
        labels: dict[int, list[Label]] = defaultdict(list)
        while heap:
            _, path, cost = heappop(heap)
            node = path[-1]
            if self._targets[node]:
                return (cost, path), True
            hops = 0 if self._max_hops is None else len(path) - 1
            if _beaten(labels[node], cost, hops, path):
                continue
            labels[node].append((cost, hops, path))
            if patience is not None and len(labels) > patience:
                return None, False
            layer = len(bound) - 1 if self._max_hops is None else min(self._max_hops - hops, len(bound)) - 1
            if layer < 0:
                continue
            start, stop = arcs.starts[node], arcs.starts[node + 1]
            costs = cost + arcs.costs[start:stop]
            least = costs + bound[layer][arcs.heads[start:stop]]
            wanted = np.flatnonzero(least <= limit)
            shut = closed if len(path) > len(root) else closed | banned
            for at, own, head in zip(
                least[wanted], costs[wanted], arcs.heads[start:stop][wanted].tolist(), strict=True
            ):
                if head not in shut:
                    heappush(heap, (float(at), (*path, head), float(own)))
        return None, True


def _beaten(labels: list[Label], cost: float, hops: int, path: tuple[int, ...]) -> bool:
    """Tell whether a path came to the same node before that goes on at least as well in every respect."""
    return any(h <= hops and (c < cost or (c == cost and p <= path)) for c, h, p in labels)


def best_paths(
    arcs: Arcs, source: int, targets: NDArray[np.bool_], k: int, max_hops: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Yield the k best loopless paths from a node to any target, by cost, then by node numbers.

    Args:
        arcs: The graph, n nodes.
        source: Its number; not a target.
        targets: n flags; a path ends at the first target it meets.
        k: How many at most. Those that are known not to be among the first k are not searched for.
        max_hops: Most arcs of a path; without it any number.
    """
    if not targets.any():
        return
    finder = _Finder(arcs, source, targets, max_hops)
    followers: dict[tuple[int, ...], set[int]] = defaultdict(set)
    first = finder.find((source,), 0.0, set(), UNLIMITED)
    waiting = [(*first, 0)] if first else []
    for left in range(k - 1, -1, -1):
        if not waiting:
            return
        _, path, fork = waiting.pop(0)
        yield path
        hops = [arcs.between(*ends) for ends in pairwise(path)]
        spent = [0.0, *np.cumsum(arcs.costs[hops]).tolist()]
        for at in range(fork, len(path) - 1 if left else fork):
            root = path[: at + 1]
            followers[root].add(path[at + 1])
            limit = waiting[left - 1][0] if len(waiting) >= left else UNLIMITED
            if found := finder.find(root, spent[at], followers[root], limit):
                insort(waiting, (*found, at))
                del waiting[left:]


# --- for anyone -----------------------------------------------------------------------------------------


def k_best_paths(
    edges: pd.DataFrame,
    source: Hashable,
    target: Hashable,
    k: int,
    directed: bool = False,
    node_penalty: Mapping[Hashable, float] | None = None,
    max_hops: int | None = None,
) -> list[tuple[list[Hashable], float]]:
    """Return the k cheapest loopless paths between two nodes as (nodes, cost), cheapest first.

    Exact. Paths of equal cost stand in the order of their node sequences, compared node by node; costs count as equal
    where they differ by less than about 10⁻¹⁵ × number of nodes × the largest cost of a hop or, where that is less,
    10³ times what they cost: neither the rounding of sums nor an edge that no such path uses decides anything. No walk
    with a repeated node is counted. Fewer than k paths come back where there are no more.

    Args:
        edges: Columns source, target (node keys of one sortable type), weight (≥ 0, any unit; costs have it too).
            Of parallel edges the cheapest counts; loops never do.
        source: Where the paths begin.
        target: Where they end; from a node to itself there is one path, of that node alone.
        k: How many, at least 1.
        directed: Whether edges lead from source to target only.
        node_penalty: Cost ≥ 0 of passing through a node (not of beginning or ending there); 0 where it names none.
        max_hops: Most edges of a path, at least 1; without it any number.

    Raises:
        BadParameter: columns are missing, a weight or penalty is negative or no number, an end is on no edge, or k or
            ``max_hops`` is below 1.
    """
    _check_numbers(k, max_hops)
    numbers, keys, weights = _numbered(edges)
    ends = {name: _number(keys, name, key) for name, key in (("source", source), ("target", target))}
    if source == target:
        return [([source], 0.0)]
    costs = _passing(keys, node_penalty)
    hops = None if max_hops is None or max_hops >= len(keys) - 1 else max_hops
    graph = _Weighted(numbers[: len(edges)], numbers[len(edges) :], weights, costs, directed)
    return [([keys[v] for v in path], cost) for path, cost in graph.best(ends["source"], ends["target"], k, hops)]


@dataclass(frozen=True)
class _Weighted:
    """M edges from ``tails`` to ``heads`` with ``weights``, and what it costs to pass each of N nodes."""

    tails: NDArray[np.int64]
    heads: NDArray[np.int64]
    weights: NDArray[np.float64]
    passing: NDArray[np.float64]
    directed: bool

    def best(
        self, source: int, target: int, k: int, max_hops: int | None, most: float = np.inf
    ) -> list[tuple[tuple[int, ...], float]]:
        """Return the k best paths, with their costs, over what costs ``most`` at most.

        Costs are compared in steps that the largest sets. Paths that cost far less are found again, in finer steps,
        over what costs no more than they do.
        """
        found = list(self._among(most, source, target, k, max_hops))
        largest = max(float(of.max(where=of <= most, initial=0.0)) for of in (self.weights, self.passing))
        cheap = [cost for _, cost in found if cost * FAR < largest]
        if not cheap:
            return found
        again = self.best(source, target, len(cheap), max_hops, max(cheap))
        seen = {path for path, _ in again}
        return [*again, *(each for each in found if each[0] not in seen)][: len(found)]

    def _among(
        self, most: float, source: int, target: int, k: int, max_hops: int | None
    ) -> Iterator[tuple[tuple[int, ...], float]]:
        """Yield the k best paths, with their costs, over what costs ``most`` at most."""
        shut = self.passing > most
        shut[[source, target]] = False
        rows = np.flatnonzero((self.weights <= most) & ~shut[self.tails] & ~shut[self.heads])
        passing = np.where(shut, 0.0, self.passing)
        passing[[source, target]] = 0.0
        arcs = to_arcs(self.tails[rows], self.heads[rows], self.weights[rows], passing, directed=self.directed)
        for path in best_paths(arcs, source, np.arange(arcs.nodes) == target, k, max_hops):
            hops = rows[arcs.rows[[arcs.between(*pair) for pair in pairwise(path)]]]
            yield path, math.fsum([*self.weights[hops], *passing[list(path[1:-1])]])


def _passing(keys: list[Hashable], penalty: Mapping[Hashable, float] | None) -> NDArray[np.float64]:
    """Return what it costs to pass through each node."""
    if not penalty:
        return np.zeros(len(keys))
    costs = np.array([penalty.get(key, 0.0) for key in keys])
    _check_costs("node_penalty", costs)
    return costs


def _check_numbers(k: int, max_hops: int | None) -> None:
    for name, value in (("k", k), ("max_hops", max_hops)):
        if value is not None and value < 1:
            raise BadParameter(name=name, value=value, reason="≥ 1")


def _check_costs(name: str, values: NDArray[np.float64]) -> None:
    bad = values[~((values >= 0) & (values < np.inf))]
    if len(bad):
        raise BadParameter(name=name, value=bad[0], reason=Text("应为不小于 0 的有限数", "must be finite, 0 or more"))


def _numbered(edges: pd.DataFrame) -> tuple[NDArray[np.int64], list[Hashable], NDArray[np.float64]]:
    """Return the numbers of all sources, then of all targets; the keys in order; the weights."""
    missing = [c for c in ("source", "target", "weight") if c not in edges.columns]
    if missing:
        raise BadParameter(name="edges", value="、".join(missing), reason=Text("缺少这些列", "columns are missing"))
    try:
        numbers, keys = _coded(edges["source"], edges["target"])
    except TypeError as error:
        why = Text("节点标识应为同一种可排序的类型", "node keys must be of one sortable type")
        raise BadParameter(name="edges", value="source, target", reason=why) from error
    if len(numbers) and numbers.min() < 0:
        raise BadParameter(name="edges", value="source, target", reason=Text("有空的节点标识", "a node key is missing"))
    weights = edges["weight"].to_numpy(float)
    _check_costs("weight", weights)
    return numbers, keys.tolist(), weights


def _coded(sources: pd.Series, targets: pd.Series) -> tuple[NDArray[np.int64], pd.Index]:
    """Return the numbers of all sources, then of all targets, −1 where there is none, and the keys in order."""
    both = pd.concat([sources, targets], ignore_index=True)
    if both.dtype.kind in "iu" and len(both) and 0 <= both.min() <= both.max() <= DENSE * len(both):
        values = both.to_numpy(np.int64)  # whole numbers close together need neither hashing nor sorting
        there = np.zeros(values.max() + 1, dtype=bool)
        there[values] = True
        return (np.cumsum(there) - 1)[values], pd.Index(np.flatnonzero(there))
    numbers, keys = pd.factorize(both, sort=True)
    return numbers.astype(np.int64), pd.Index(keys)


def _number(keys: list[Hashable], name: str, key: Hashable) -> int:
    try:
        return keys.index(key)
    except ValueError as error:
        raise BadParameter(name=name, value=key, reason=Text("没有边与它相连", "it is on no edge")) from error
