"""What would close a cell's gap: A is linear in capacity, so the capacity needed is exact (method, section 2).

A new resource of capacity x for this chain and type alone adds x·v(s,r) / Σ D·u to A of the cell; x more of an
existing one adds x·v(s,r) / Σ D·u likewise, its Σ over all its cells; v = u = w by the usual method. So

    x = (standard − A) · Σ over covered cells of D·u  /  v(s,r)

By a method in which each resource changes what others give (``bfca``) a new one has no such number.

The demand it is shared with counts: a wider scope needs more, and helps more cells; ``relief`` says how much.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.arrays import Floats, Ints
from graph.geography import road_km
from graph.identity import prefecture_of
from graph.language import Text
from queries.cube import TOLERANCE, Cube
from queries.explanation.cell_rows import CellPosition, records
from queries.explanation.parts import Closing
from queries.methods import FORMS, is_additive
from queries.rollup import region_names
from queries.solvers.catchment import given_weight
from queries.supply import placed_weight

WAYS = {
    "county_only": Text("本地线下新增，只服务本地", "New offline here, for this place alone"),
    "county": Text("本地线下新增，服务全市州", "New offline here, for the prefecture"),
    "prefecture_seat": Text("市州驻地线下新增，服务全市州", "New offline at the prefecture seat, for the prefecture"),
    "prefecture_online": Text("线上新增，服务全市州", "New online, for the prefecture"),
    "province_online": Text("线上新增，服务全省", "New online, for the province"),
    "raise": Text("扩充现有资源", "More capacity of an existing resource"),
}


@dataclass(frozen=True)
class CandidateSite:
    """Where a new resource would stand, by which mode, and what it would serve."""

    way: str
    home: str
    online: bool
    scope: str


def places_for(at: CellPosition) -> list[CandidateSite]:
    """Return the places that are tried for a cell."""
    prefecture = prefecture_of(at.region)
    alone = [] if at.region == prefecture else [CandidateSite("county_only", at.region, False, at.region)]
    return [
        *alone,
        CandidateSite("county", at.region, False, prefecture),
        CandidateSite("prefecture_seat", seat_of(at.cube, prefecture), False, prefecture),
        CandidateSite("prefecture_online", prefecture, True, prefecture),
        CandidateSite("province_online", at.region[:2] + "0000", True, at.region[:2] + "0000"),
    ]


def seat_of(cube: Cube, prefecture: str) -> str:
    """Return the county of a prefecture whose seat is nearest to the prefecture's own; ties by code."""
    places = cube.facts.demand.regions
    seat = places[places["key"] == prefecture].iloc[0]
    counties = places[(places["prefecture"] == prefecture) & (places["level"] == "county")].sort_values("key")
    distance = road_km(counties["lon"].to_numpy(), counties["lat"].to_numpy(), float(seat["lon"]), float(seat["lat"]))
    return str(counties["key"].iloc[int(np.argmin(distance))])


def closing(at: CellPosition, covering: pd.DataFrame, standard: float, limit: int) -> list[Closing]:
    """Return ways to bring A of a cell to the standard, each alone; none where it is there or D is 0 or unknown.

    Existing contributors come last, those that need least first, at most ``limit`` of them; ``covering`` are they,
    as of :func:`queries.explanation.cell_rows.resource_frame`.
    """
    missing = standard - at.access
    if not at.services > 0 or missing <= TOLERANCE:
        return []
    new = places_for(at) if is_additive(at.cube.method) else []
    return [*(_new(at, place, missing) for place in new), *_raised(at, covering, missing, limit)]


def _relief(cube: Cube, columns: Ints, more: Floats) -> float:
    """Return the unmet demand that disappears where A of some columns rises by ``more`` [R, columns]."""
    demand, access = np.nan_to_num(cube.demand[:, columns]), cube.access[:, columns]
    before, after = np.minimum(1.0, access), np.minimum(1.0, access + more)
    return float((demand * (after - before)).sum())


def _new(at: CellPosition, place: CandidateSite, missing: float) -> Closing:
    cube = at.cube
    weight = placed_weight(
        place.home, (place.scope,), cube.facts.demand.regions, cube.grid.regions, online=place.online,
        method=cube.method,
    )  # fmt: skip
    given: Floats = given_weight(weight[:, None], FORMS[cube.method])[:, 0]
    here, demand = float(given[at.r]), cube.asked[:, at.n]
    capacity = missing * float(weight @ demand) / here if here > 0 else None
    relief = None
    if here > 0:
        relief = _relief(cube, np.array([at.n]), (missing / here * given)[:, None])
    return Closing(
        way=place.way, label_zh=WAYS[place.way].zh, label_en=WAYS[place.way].en,
        region=place.home, region_name=region_names(cube)[place.home], mode="online" if place.online else "offline",
        scope=[place.scope], resource=None, name=None, provider_name=None, weight=float(weight[at.r]),
        capacity=capacity,
        relief=relief,
    )  # fmt: skip


def _raised(at: CellPosition, covering: pd.DataFrame, missing: float, limit: int) -> Iterator[Closing]:
    frame = covering.assign(needed=missing * covering["asked"] / covering["given_weight"])
    listed = frame.sort_values(["needed", "key"], kind="stable").head(limit)
    offered = at.cube.offered
    for at_row, row in zip(listed.index.tolist(), records(listed), strict=True):
        columns = np.sort(offered.matches[[at_row]].tocoo().col).astype(np.int64)
        weight = offered.given_weight[offered.profile[at_row]]
        more = np.repeat((missing / row["given_weight"] * weight)[:, None], len(columns), axis=1)
        yield Closing(
            way="raise", label_zh=WAYS["raise"].zh, label_en=WAYS["raise"].en,
            region=row["home"], region_name=row["home_name"], mode=row["mode"], scope=[], resource=row["key"],
            name=row["name"], provider_name=row["provider_name"], weight=row["weight"], capacity=row["needed"],
            relief=_relief(at.cube, columns, more),
        )  # fmt: skip
