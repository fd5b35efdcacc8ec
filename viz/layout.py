"""Where each node of the network picture stands: geography first, then room for everybody.

Every county (or prefecture seat) with stations and carriers gets a disc large enough for them; hub and
windows get discs of their own. Discs start at their place on the map and give way to each other until none
overlap, so that the province keeps its shape and no two nodes coincide. Inside a disc nodes follow a
sunflower spiral (Vogel 1979), which packs evenly and puts a lone node in the middle.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.arrays import Floats, Indices
from queries.network.report import NetworkNode
from viz import places

SCALE = 240.0
"""Drawing units a degree of latitude."""

SPIRAL = 7.0
"""A node in n occupies as much room as a disc of this radius; neighbours are about 1.7 times as far apart."""

BACKBONE = {"hub": 76.0, "prefecture_window": 38.0, "cluster_window": 26.0}
"""Kinds that stand on their own and always show, with the radius of their disc."""

HEAVY = {"hub": 1e8, "prefecture_window": 1e6, "cluster_window": 2e4}
"""How hard these are to move; a cluster weighs the square of its radius, some hundreds to thousands."""

_GOLDEN = math.pi * (3 - math.sqrt(5))
_MARGIN = 5.0
_ROUNDS = 150
_LIMIT = 5_000
_REFRESH = 10
_SOON = 60.0
_PULL = 0.02
_EAGER = 0.8
_TOLERANCE = 0.5


@dataclass(frozen=True)
class NodeCluster:
    """The stations and carriers of one region: a disc; ``members`` are positions in the list of nodes."""

    region: str
    name: str
    prefecture: str | None
    x: float
    y: float
    radius: float
    members: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Coordinates by position in the list of nodes, and the clusters."""

    points: tuple[places.Point, ...]
    clusters: tuple[NodeCluster, ...]


def arrange(nodes: Sequence[NetworkNode]) -> Layout:
    """Place all nodes; the same nodes in the same order always get the same places."""
    regions: dict[str, list[int]] = defaultdict(list)
    backbone: list[int] = []
    for i, node in enumerate(nodes):
        if node.label == "Window" and node.kind in BACKBONE:
            backbone.append(i)
        else:
            regions[node.region].append(i)
    backbone.sort(key=lambda i: (list(BACKBONE).index(nodes[i].kind), nodes[i].region, nodes[i].key))
    groups = [[i] for i in backbone] + [regions[r] for r in sorted(regions)]
    if not groups:
        return Layout((), ())
    radii = [BACKBONE[nodes[i].kind] for i in backbone] + [_radius(len(regions[r])) for r in sorted(regions)]
    weights = [HEAVY[nodes[i].kind] for i in backbone] + [r**2 for r in radii[len(backbone) :]]
    centres = spread(np.array([_home(nodes, g) for g in groups]), np.array(radii), np.array(weights))
    points: list[places.Point] = [(0.0, 0.0)] * len(nodes)
    clusters: list[NodeCluster] = []
    for position, (group, (x, y), radius) in enumerate(zip(groups, centres, radii, strict=True)):
        members = sorted(group, key=lambda i: (nodes[i].label != "Window", nodes[i].kind, nodes[i].name, nodes[i].key))
        for rank, i in enumerate(members):
            points[i] = _seat(float(x), float(y), rank, len(members))
        if position >= len(backbone):
            first = nodes[group[0]]
            prefecture = first.prefecture or places.prefecture_of(first.region)
            place = (round(float(x), 1), round(float(y), 1))
            clusters.append(NodeCluster(first.region, first.region_name, prefecture, *place, radius, tuple(members)))
    return Layout(tuple(points), tuple(clusters))


def _radius(members: int) -> float:
    return SPIRAL * math.sqrt(members) + _MARGIN


def _seat(x: float, y: float, rank: int, members: int) -> places.Point:
    reach = 0.0 if members == 1 else SPIRAL * math.sqrt(rank + 0.5)
    return round(x + reach * math.cos(rank * _GOLDEN), 1), round(y + reach * math.sin(rank * _GOLDEN), 1)


def _home(nodes: Sequence[NetworkNode], group: list[int]) -> places.Point:
    """Return where a group stands on the map; without coordinates in its prefecture, else below the map."""
    known = [(n.lon, n.lat) for n in (nodes[i] for i in group) if n.lon is not None and n.lat is not None]
    if known:
        lon, lat = sum(p[0] for p in known) / len(known), sum(p[1] for p in known) / len(known)
    else:
        centres = {o.code: o.centre for o in places.outlines()}
        lon, lat = centres.get(places.prefecture_of(nodes[group[0]].region), (98.5, 26.6))
    x, y = places.project(lon, lat)
    return x * SCALE, y * SCALE


def spread(homes: Floats, radii: Floats, weights: Floats) -> Floats:
    """Return centres near ``homes`` (n × 2) such that discs of ``radii`` do not overlap.

    Overlapping pairs push each other apart, the lighter disc further; a weak pull keeps everybody near home.
    Coinciding homes are first parted by a tiny spiral, so the outcome does not depend on chance.
    """
    index = np.arange(len(homes))
    start = homes + 0.5 * np.sqrt(index + 1)[:, None] * np.c_[np.cos(index * _GOLDEN), np.sin(index * _GOLDEN)]
    centres: Floats = start.copy()
    for step in range(_LIMIT):
        if step % _REFRESH == 0:
            pairs = _near(centres, radii)
        if step < _ROUNDS:
            centres += _PULL * (1 - step / _ROUNDS) * (start - centres)
        push, worst = _push(centres, radii, weights, *pairs)
        if step >= _ROUNDS and worst < _TOLERANCE:
            break
        centres += push
    return centres


def _near(centres: Floats, radii: Floats) -> tuple[Indices, Indices]:
    """Return the pairs of discs that overlap or may soon."""
    first, second = np.triu_indices(len(radii), 1)
    delta = centres[first] - centres[second]
    apart = np.hypot(delta[:, 0], delta[:, 1]) - radii[first] - radii[second]
    close = apart < _SOON
    return first[close], second[close]


def _push(centres: Floats, radii: Floats, weights: Floats, first: Indices, second: Indices) -> tuple[Floats, float]:
    """Return how far each disc gives way in one round, and the deepest overlap."""
    delta = centres[first] - centres[second]
    distance = np.maximum(np.hypot(delta[:, 0], delta[:, 1]), 1e-9)
    overlap = np.maximum(0.0, radii[first] + radii[second] - distance)
    own, other = weights[first], weights[second]
    step = delta * (_EAGER * overlap / distance / (own + other))[:, None]
    moves = np.zeros_like(centres)
    np.add.at(moves, first, step * other[:, None])
    np.add.at(moves, second, -step * own[:, None])
    return moves, float(overlap.max(initial=0.0))
