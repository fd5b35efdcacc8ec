"""Why is there no path: how far each side reaches, what would join them, which filter stands in the way."""

import math
from collections.abc import Iterator

import numpy as np
from pydantic import Field

from graph.arrays import Bools, Floats
from queries.answers import Result
from queries.paths.explanation import PathNode, node_of
from queries.paths.graph import PARTNERS, PathGraph
from queries.paths.scoring import new_partnership
from queries.paths.surroundings import within
from queries.solvers.arcs import Arcs, least_costs

LINKS = 3
"""Missing links that an answer names."""
ENDS = 8
"""Cheapest ends of a missing link that are tried on each side."""


class Reach(Result):
    """What one side comes to within the hops allowed."""

    count: int = Field(description="可到达的节点数，不含自己 / nodes that it reaches, without itself")
    hops: int = Field(description="最远的步数 / hops to the farthest")
    furthest: PathNode = Field(description="最远的节点（并列取标识最小者）/ the farthest, the first by key of several")


class MissingPartnership(Result):
    """A partnership that does not exist; with it there would be a path."""

    a: PathNode
    b: PathNode
    type: str = "PARTNERS_WITH"
    strength: float = Field(description="新合作的强度 σ / strength of a new partnership")
    score: float = Field(description="建立后路径的得分 / score of the path that it would make")
    hops: int


class PathRelaxation(Result):
    """A filter without which there is a path."""

    drop: str = Field(description="参数名 / name of the parameter")
    score: float = Field(description="去掉后最佳路径的得分 / score of the best path without it")
    hops: int


class NoPath(Result):
    """Why there is none, and what would change that."""

    reason_zh: str
    reason_en: str
    start_reach: Reach | None = None
    end_reach: Reach | None = None
    missing_links: list[MissingPartnership] = Field(default=[], description="最省的新合作 / cheapest new partnerships")
    relaxations: list[PathRelaxation] = Field(default=[], description="放宽后即有路径的条件 / filters in the way")


def reach(graph: PathGraph, arcs: Arcs, ends: Bools, max_hops: int) -> Reach:
    """Return how far a side comes; ``ends`` [n] are flags of its nodes, one at least."""
    numbers, hops = within(arcs, np.flatnonzero(ends), max_hops)
    farthest = int(numbers[np.argmax(hops)])
    return Reach(count=len(numbers) - int(ends.sum()), hops=int(hops[-1]), furthest=node_of(graph, farthest))


def missing_links(graph: PathGraph, arcs: Arcs, start: int, targets: Bools, max_hops: int) -> list[MissingPartnership]:
    """Return the partnerships that would join start and ``targets`` [n] most cheaply, best first, then by node numbers.

    Ends of a link are nodes that can be partners and are in service. A path with the link costs what leads from the
    start to one end, the link itself, and what leads from the other end to a target; the ends cost as any inner node.
    """
    fit = (graph.nodes["label"].isin(PARTNERS) & graph.nodes["active"]).to_numpy()
    from_start = least_costs(arcs, arcs.costs, np.arange(arcs.nodes) == start, max_hops - 1)
    to_target = least_costs(arcs, arcs.costs, targets, max_hops - 1)
    own = -math.log(new_partnership()) / arcs.unit
    found: dict[tuple[int, int], tuple[float, int]] = {}
    for hops in range(max_hops):
        here = from_start[min(hops, len(from_start) - 1)]
        there = to_target[min(max_hops - 1 - hops, len(to_target) - 1)]
        for a in _cheapest(here, fit):
            for b in _cheapest(there, fit):
                cost = float(here[a] + own + there[b])
                if a != b and cost < found.get((a, b), (np.inf, 0))[0]:
                    found[a, b] = cost, _hops(from_start, a) + 1 + _hops(to_target, b)
    best = sorted((cost, ends, hops) for ends, (cost, hops) in found.items())[:LINKS]
    return [
        MissingPartnership(
            a=node_of(graph, a), b=node_of(graph, b), strength=new_partnership(), score=-cost * arcs.unit, hops=hops
        )
        for cost, (a, b), hops in best
    ]


def _cheapest(costs: Floats, fit: Bools) -> Iterator[int]:
    numbers = np.flatnonzero(fit & np.isfinite(costs))
    yield from numbers[np.argsort(costs[numbers], kind="stable")[:ENDS]].tolist()


def _hops(layers: Floats, node: int) -> int:
    """Return the fewest hops with which a node's least cost is reached."""
    return int(np.argmin(layers[:, node]))
