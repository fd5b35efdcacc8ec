"""The proof of a transport problem: shadow prices, and the bound of its cost that they give."""

from dataclasses import dataclass

import numpy as np

from graph.arrays import Floats, Ints

PROVED = 1e-9
"""Relative distance of cost and bound up to which an answer is as good as exact."""


@dataclass(frozen=True)
class ShadowPrices:
    """What a little more would be worth while the same quantity is met, in cost a unit.

    ``supply``: [m] by how much one more unit at i lowers the cost; ``demand``: [n] one more unit asked for at j;
    ``met``: what the last unit met costs at the margin. All zero or more but ``met``. They are the dual solution:
    met·Σx − Σ supply·s − Σ demand·d − Σ cap·max(0, met − supply_i − demand_j − c_ij) = bound.
    """

    supply: Floats
    demand: Floats
    met: float


@dataclass(frozen=True)
class TransportArcs:
    """Arcs that may carry something: from, to, cost and capacity, with their position among all that were given."""

    source: Ints
    target: Ints
    cost: Floats
    cap: Floats
    at: Ints


def proved(have: Floats, want: Floats, arcs: TransportArcs, flow: Floats) -> tuple[ShadowPrices, float]:
    """Return shadow prices and the bound that the prices of [m] suppliers and [n] receivers prove: weak duality.

    Prices are potentials: shortest distances in the residual network of the flow, with the quantity met held.
    """
    m, n, met = len(have), len(want), float(flow.sum())
    given = np.bincount(arcs.source, flow, m).astype(np.float64)
    got = np.bincount(arcs.target, flow, n).astype(np.float64)
    little = PROVED * max(met, 1e-300) / max(m + n, 1)
    at = _potentials(m, n, _residual(arcs, flow, (have - given, given), (want - got, got), little))
    # Nodes: suppliers, receivers, one where supplies begin, one where demands end.
    begin, end = at[-2], at[-1]
    supply_price = np.maximum(at[:m] - begin, 0.0) if m else np.zeros(0)
    demand_price = np.maximum(end - at[m : m + n], 0.0) if n else np.zeros(0)
    marginal = float(end - begin)
    gain = np.maximum(0.0, marginal - supply_price[arcs.source] - demand_price[arcs.target] - arcs.cost)
    bound = marginal * met - supply_price @ have - demand_price @ want - gain @ arcs.cap
    return ShadowPrices(supply_price, demand_price, marginal), float(bound)


def _residual(
    arcs: TransportArcs, flow: Floats, supply: tuple[Floats, Floats], demand: tuple[Floats, Floats], little: float
) -> tuple[Ints, Ints, Floats]:
    """Return the arcs (from, to, cost) over which a flow can still change; each end is (left, used)."""
    m, n = len(supply[0]), len(demand[0])
    begin, end = m + n, m + n + 1
    more, less = arcs.cap - flow > little, flow > little
    parts = [
        (arcs.source[more], arcs.target[more] + m, arcs.cost[more]),
        (arcs.target[less] + m, arcs.source[less], -arcs.cost[less]),
    ]
    left, used = (np.flatnonzero(a > little) for a in supply)
    parts += [
        (np.full(len(left), begin), left, np.zeros(len(left))),
        (used, np.full(len(used), begin), np.zeros(len(used))),
    ]
    left, used = (np.flatnonzero(a > little) for a in demand)
    parts += [
        (left + m, np.full(len(left), end), np.zeros(len(left))),
        (np.full(len(used), end), used + m, np.zeros(len(used))),
    ]
    tails, heads, costs = (np.concatenate([p[k] for p in parts]) for k in range(3))
    return tails.astype(np.int64), heads.astype(np.int64), costs.astype(np.float64)


def _potentials(m: int, n: int, residual: tuple[Ints, Ints, Floats]) -> Floats:
    """Return shortest distances of all nodes from a node that reaches each at no cost (Bellman 1958, Ford 1956)."""
    tails, heads, costs = residual
    at = np.zeros(m + n + 2)
    if not len(heads):
        return at
    order = np.argsort(heads, kind="stable")
    tails, costs = tails[order], costs[order]
    nodes, first = np.unique(heads[order], return_index=True)
    # Only arcs of negative cost draw a path below 0; those that nothing uses, however dear, do not.
    little = 1e-13 * float(-costs.min(initial=0.0))
    for _ in range(m + n + 2):
        best = np.minimum.reduceat(at[tails] + costs, first)
        closer = best < at[nodes] - little
        if not closer.any():
            break
        at[nodes[closer]] = best[closer]
    return at
