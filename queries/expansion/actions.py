"""Candidate actions and what each adds to A of every cell (method, section 7).

A is linear in capacity, and R(s) of one resource does not depend on others, so an action adds a known vector. Effects
are kept by basis: a unit of capacity at a county and service type; a carrier's present contribution, and that which
it has once online; the spare capacity of a prefecture, where it is and where an agreement takes it. An action is a
few units of these.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.english import in_english
from queries.action_costs import ActionCosts, Build, assumed_of, default_costs
from queries.cube import Cube
from queries.data_classes import bits_of
from queries.supply import reach_weights

KINDS = {
    "station": Text("服务站点", "station"), "window": Text("窗口", "window"),
    "hosted": Text("驻点", "hosted station"), "online": Text("线上服务", "online service"),
}  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """J actions: ``table`` with key, kind, name_zh, name_en, region, region_name, service_type, cost, quantity, site
    (name of the carrier that is upgraded), origin (where it stands; of an agreement the prefecture that gives),
    assumed, classes (bits of :mod:`queries.data_classes`: of the resources that it shares or upgrades; 0 of a build).

    ``effects``: [R·N, Z], A per unit of a basis effect. ``made_of``: [Z, J]. ``limits``: [L, J], with
    ``limits @ x <= at_most``.
    """

    table: pd.DataFrame
    effects: sparse.csc_array
    made_of: sparse.csr_array
    limits: sparse.csr_array
    at_most: Floats


Column = tuple[Ints, Floats]
"""A basis effect: cells (positions in R·N), each once, and what a unit adds to A there."""


@dataclass
class Collected:
    """Candidates while they are gathered: basis effects, actions, and limits."""

    effects: list[Column] = field(default_factory=list)
    units: list[tuple[int, int, float]] = field(default_factory=list)
    actions: list[dict[str, object]] = field(default_factory=list)
    limits: list[tuple[list[int], list[float], float]] = field(default_factory=list)

    def basis(self, cells: Ints, added: Floats) -> int:
        """Add a basis effect; return its number."""
        self.effects.append((cells, added))
        return len(self.effects) - 1

    def action(self, units: list[tuple[int, float]], **row: object) -> int:
        """Add an action made of some units of basis effects; return its number."""
        number = len(self.actions)
        self.actions.append(row)
        self.units += [(basis, number, amount) for basis, amount in units]
        return number

    def limit(self, actions: list[int], uses: list[float], most: float = 1.0) -> None:
        """Add a limit: Σ uses·x ≤ most."""
        self.limits.append((actions, uses, most))


@dataclass(frozen=True)
class Baseline:
    """What effects are computed on: the cube, demand without unknowns [R, N], names of places."""

    cube: Cube
    services: Floats
    names: dict[str, str]

    @property
    def regions(self) -> pd.DataFrame:
        """The grid's regions."""
        return self.cube.grid.regions

    @cached_property
    def prefectures(self) -> NDArray[np.object_]:
        """The prefecture of each region, [R]."""
        return np.array([prefecture_of(k) for k in self.regions["key"]], dtype=object)

    @cached_property
    def known(self) -> Bools:
        """Tell of each region whether its demand is known, [R]."""
        return np.asarray((~np.isnan(self.cube.demand)).any(axis=1), dtype=bool)

    @cached_property
    def known_places(self) -> frozenset[str]:
        """Regions whose demand is known, and prefectures in which that of some region is."""
        return frozenset([*self.regions["key"][self.known], *self.prefectures[self.known]])

    @cached_property
    def bits(self) -> Ints:
        """The data class of each resource, [S], as a bit."""
        return bits_of(self.cube.offered.resources["data_class"])

    @cached_property
    def by_type(self) -> Floats:
        """Demand as [R, C, T]."""
        return self.services.reshape(len(self.regions), -1, len(self.cube.grid.types))


def joined(made: Collected, on: Baseline) -> Candidates:
    """Return what was collected as arrays."""
    cells, actions = on.services.size, len(made.actions)
    columns = ["key", "kind", "name_zh", "name_en", "region", "region_name", "service_type", "cost", "quantity",
               "site", "origin", "assumed", "classes"]  # fmt: skip
    # As objects: an action without a service type has none, not a number that is none.
    table = pd.DataFrame(made.actions, columns=columns, dtype=object)
    units = np.array(made.units, dtype=np.float64).reshape(-1, 3)
    basis, action = units[:, 0].astype(np.int32), units[:, 1].astype(np.int32)
    rows = [np.full(len(a), at) for at, (a, _, _) in enumerate(made.limits)]
    row = np.concatenate([*rows, np.zeros(0, dtype=np.int64)])
    of = np.array([j for a, _, _ in made.limits for j in a], dtype=np.int64)
    uses = np.array([u for _, used, _ in made.limits for u in used], dtype=np.float64)
    return Candidates(
        table=table,
        effects=_columns(made.effects, cells),
        made_of=sparse.csr_array((units[:, 2], (basis, action)), shape=(len(made.effects), actions)),
        limits=sparse.csr_array((uses, (row, of)), shape=(len(rows), actions)),
        at_most=np.array([most for _, _, most in made.limits], dtype=np.float64),
    )


def _columns(effects: list[Column], cells: int) -> sparse.csc_array:
    # Short indices: what is made of the effects keeps them, and a province has ten million.
    starts = np.cumsum([0, *(len(at) for at, _ in effects)]).astype(np.int32)
    at = np.concatenate([np.zeros(0, np.int32), *(at for at, _ in effects)], dtype=np.int32, casting="same_kind")
    added = np.concatenate([np.zeros(0), *(v for _, v in effects)])
    return sparse.csc_array((added, at, starts), shape=(cells, len(effects)))


@dataclass(frozen=True)
class ResourceReach:
    """How resources reach the regions, by their ``profile`` [rows]: many are alike.

    ``asked``: [P, R], by which demand comes to them. ``given``: [P, R], by which they add to A.
    """

    profile: Ints
    asked: Floats
    given: Floats

    def __getitem__(self, rows: Ints | Bools) -> "ResourceReach":
        return ResourceReach(self.profile[rows], self.asked, self.given)

    @property
    def each_asked(self) -> Floats:
        """``asked`` of each resource, [rows, R]."""
        return self.asked[self.profile]

    @property
    def each_given(self) -> Floats:
        """``given`` of each resource, [rows, R]."""
        return self.given[self.profile]

    def summed(self, amount: Floats, of: sparse.csr_array) -> tuple[Floats, sparse.csr_array]:
        """Return ``given`` [P', R] of the profiles there are, and Σ amount · of over the resources of each, [P', V].

        Args:
            amount: [rows].
            of: [rows, V].
        """
        there, at = np.unique(self.profile, return_inverse=True)
        pick = sparse.csr_array((amount, (at, np.arange(len(at)))), shape=(len(there), len(at)))
        return self.given[there], sparse.csr_array(pick @ of)


def reach_of(on: Baseline, resources: pd.DataFrame, *, everywhere: bool = False) -> ResourceReach:
    """Return how resources (rows as in SupplyFacts) reach the regions, by the rule of coverage.

    ``everywhere`` takes their scope to be the whole province.
    """
    facts = on.cube.facts
    scopes = facts.supply.scopes
    if everywhere:
        province = resources["home"].str[:2] + "0000"
        scopes = pd.DataFrame({"resource": resources["resource"], "region": province})
    profile, *weights = reach_weights(resources, scopes, facts.demand.regions, on.cube.grid, on.cube.method)
    return ResourceReach(profile, *weights)


def _as_resources(homes: pd.Series, *, online: bool) -> pd.DataFrame:
    """Return new resources of one mode at some places."""
    blank = {"capacity": 1.0, "online": online, "offline": not online, "level": None, "data_class": None,
             "since": pd.NaT, "until": pd.NaT}  # fmt: skip
    return pd.DataFrame({"resource": "new " + homes, "provider": homes, "home": homes, **blank})


def builds(made: Collected, on: Baseline, costs: ActionCosts, within: Bools, hosts: pd.Series) -> None:
    """Add stations and windows at every county of the scope, hosted ones where there is a host, services online.

    ``hosts``: name of the host of each county that has one.

    ``within``: [R], the counties of the scope.
    """
    regions = on.regions
    counties = regions.loc[within & (regions["level"] == "county").to_numpy(), "key"]
    prefectures = pd.Series(sorted({str(p) for p in on.prefectures[within]}), dtype=object)
    for scope, online in sorted({(b.scope, b.online) for b in costs.build.values()}):
        places = prefectures if online else counties
        if not len(places):
            continue
        reach = reach_of(on, _as_resources(places, online=online), everywhere=scope == "province")
        first = [_per_capacity(made, on, reach, t) for t in range(len(on.cube.grid.types))]
        for at, code in enumerate(places):
            for kind, build in costs.build.items():
                if (build.scope, build.online) == (scope, online) and (not build.hosted or code in hosts.index):
                    _build(made, on, (kind, build), code, [f + at for f in first], hosts)


def _build(
    made: Collected, on: Baseline, what: tuple[str, Build], code: str, basis: list[int], hosts: pd.Series
) -> None:
    kind, build = what
    name, label = on.names[code], KINDS.get(kind, Text(kind, kind))
    place = in_english(code, name)
    said = Text(f"在{name}新建{label.zh}", f"Build a {label.en} at {place}")
    if build.hosted:
        host = hosts[code]
        said = Text(f"在{name}的{host}设{label.zh}", f"Set up a {label.en} at {host}, {place}")
    elif build.online:
        said = Text(f"为{name}开通{label.zh}", f"Open an {label.en} for {place}")
    made.action(
        [(basis[t], k) for t, k in enumerate(build.capacity[i] for i in on.cube.grid.types) if k],
        key=f"build:{kind}:{code}", kind="build", name_zh=said.zh, name_en=said.en, region=code, origin=code,
        region_name=name, service_type=None, cost=build.cost, quantity=sum(build.capacity.values()), classes=0,
        assumed=assumed_of(build, default_costs().build.get(kind)),
    )  # fmt: skip


def _per_capacity(made: Collected, on: Baseline, reach: ResourceReach, t: int) -> int:
    """Add what a unit of capacity for type t at each site ([sites, R] reach) adds to A; return the first's number."""
    chains, types = on.by_type.shape[1:]
    total, given = reach.each_asked @ on.by_type[:, :, t].sum(axis=1), reach.each_given
    per = np.divide(given, total[:, None], out=np.zeros_like(given), where=total[:, None] > 0)
    first = len(made.effects)
    for at_site in per:
        region = np.flatnonzero(at_site)
        cell = (region[:, None] * chains + np.arange(chains)[None, :]) * types + t
        made.basis(cell.ravel(), np.repeat(at_site[region], chains))
    return first
