"""The coverage cube: every cell of region × chain × service type, computed at once (method, sections 2 and 3).

Floating catchments by one of :mod:`queries.methods`, in the forms of :mod:`queries.solvers.catchment`:

    R(s) = K(s) / Σ over covered cells of D(cell)·u(s,r)
    A(cell) = Σ over covering s of R(s)·v(s,r)

Cells are arrays [R, C·T]; the work is a few products of small dense and sparse matrices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.stores.base import ReadSession
from graph.vocabulary import vocabulary
from queries.answers import DATA_CLASSES
from queries.data_classes import BITS, bits_of, joined
from queries.demand import Demand, DemandFacts, demand, read_demand
from queries.methods import DEFAULT, FORMS, Method
from queries.solvers.catchment import evenly, supply_ratio
from queries.supply import Supply, SupplyFacts, read_supply, supply

TOLERANCE = 1e-9
STATES = tuple(vocabulary("coverage_states").ids)
REASONS = tuple(vocabulary("coverage_reasons").ids)
LOW_LEVELS = ("city", "county")


@dataclass(frozen=True)
class CubeFacts:
    """What the cube rests on, as read from one version of the graph."""

    demand: DemandFacts
    supply: SupplyFacts

    def data_class(self) -> dict[str, int]:
        """Count the facts behind the cube by data class."""
        frames = (
            self.demand.counts,
            self.demand.enterprises.drop_duplicates("enterprise"),
            self.demand.needs.drop_duplicates("need"),
            self.supply.resources.drop_duplicates("resource"),
        )
        counts = pd.concat([f["data_class"] for f in frames]).value_counts()
        return {c: int(counts.get(c, 0)) for c in DATA_CLASSES}


def read_cube_facts(session: ReadSession) -> CubeFacts:
    """Read everything the cube rests on."""
    return CubeFacts(read_demand(session), read_supply(session))


@dataclass(frozen=True)
class Cube:
    """All cells. Arrays are [R, N] with N = C·T columns, chain-major.

    ``demand``: services a year, NaN unknown. ``access``: A. ``local``: the part of A from the cell's own
    prefecture. ``state``: index in STATES. ``reasons``: [len(REASONS), R, N]. ``offers``: for every provider
    and column the profiles by which it covers, columns ``provider``, ``column``, ``profile``; ``reaches``: [P, R].
    ``offered``: the resources as arrays. ``share``: [S] R(s), capacity a demanded service. ``asked``: demand as
    suppliers meet it, for a unit of weight: D, 0 where unknown; by ``bfca`` the part of one of them.
    """

    facts: CubeFacts
    grid: Demand
    demand: Floats
    access: Floats
    local: Floats
    providers: Ints
    state: NDArray[np.int8]
    reasons: Bools
    offers: pd.DataFrame
    reaches: Bools
    offered: Supply
    share: Floats
    asked: Floats
    method: Method

    @cached_property
    def classes(self) -> Ints:
        """[R, N] data classes (bits) of the facts behind each cell: what its region has reported, and who covers it."""
        demand, offered = self.facts.demand, self.offered
        stated = pd.concat(
            [rows[["region", "data_class"]] for rows in (demand.counts, demand.enterprises, demand.needs)]
        )
        at = pd.Index(self.grid.regions["key"]).get_indexer(pd.Index(stated["region"]))
        of_region = joined(at, len(self.demand), bits_of(stated["data_class"]))
        of_resource, reach = bits_of(offered.resources["data_class"]), (offered.weight > 0).astype(np.float64)
        made = np.repeat(of_region[:, None], self.demand.shape[1], axis=1)
        for bit in BITS.values():
            its = by_profile(offered, np.where(offered.active & (of_resource == bit), 1.0, 0.0))
            made |= np.where(reach.T @ its > 0, bit, 0)
        return made


def build_cube(
    facts: CubeFacts,
    *,
    as_of: date,
    standard: float,
    freshness_days: int,
    rates: Mapping[str, float] | None = None,
    method: Method = DEFAULT,
) -> Cube:
    """Compute every cell for a day of analysis."""
    grid = demand(facts.demand, as_of=as_of, freshness_days=freshness_days, rates=rates)
    services = grid.services.reshape(len(grid.regions), int(np.prod(grid.services.shape[1:])))
    offered = supply(facts.supply, facts.demand.regions, grid, as_of, method)
    asked = np.nan_to_num(services)
    if FORMS[method] == "bfca":
        has = np.where(offered.active & (offered.capacity > 0), 1.0, 0.0)
        asked = evenly(asked, offered.weight.T @ by_profile(offered, has))
    share = shares(offered, asked)
    given = by_profile(offered, share)
    access = offered.given_weight.T @ given
    local = np.where(offered.local, offered.given_weight, 0.0).T @ given
    offers = _offers(offered)
    reaches = offered.weight > 0
    providers = count_providers(offers, reaches, services.shape[1])
    state = states(services, access, standard)
    reasons = reasons_of(grid.stale, services, access, state, providers, counts_of(offered))
    return Cube(
        facts, grid, services, access, local, providers, state, reasons, offers, reaches, offered, share, asked, method
    )


def by_profile(offered: Supply, value: Floats) -> Floats:
    """Return [P, N]: Σ over the resources of a profile of value(s) where s matches the column."""
    rows = np.flatnonzero(value)
    shape = (offered.weight.shape[0], len(offered.profile))
    pick = sparse.csr_array((value[rows], (offered.profile[rows], rows)), shape=shape)
    summed: Floats = (pick @ offered.matches).toarray()
    return summed


def shares(offered: Supply, services: Floats) -> Floats:
    """Return R(s), [S]: capacity a demanded service (services as ``Cube.asked``); 0 where inactive or unasked."""
    reachable = offered.weight @ services  # [P, N]: Σ over regions of D·w
    entries = offered.matches.tocoo()
    asked = reachable[offered.profile[entries.row], entries.col]
    total = np.bincount(entries.row, asked, minlength=len(offered.profile)).astype(np.float64)
    return supply_ratio(np.where(offered.active, offered.capacity, 0.0), total)


def _offers(offered: Supply) -> pd.DataFrame:
    """Return which provider covers which column by which profile, each once."""
    provider, _ = pd.factorize(offered.resources["provider"])
    entries = offered.matches.tocoo()
    active = offered.active[entries.row]
    rows, columns = entries.row[active], entries.col[active]
    frame = pd.DataFrame({"provider": provider[rows], "column": columns, "profile": offered.profile[rows]})
    return frame[~_numbered(frame).duplicated().to_numpy()]


def _numbered(offers: pd.DataFrame, *, by: Sequence[str] = ("provider", "column", "profile")) -> "pd.Series[int]":
    """Return a number for each combination of some columns of whole numbers: told apart at once, not one by one."""
    size = [int(offers[name].max()) + 1 if len(offers) else 1 for name in by]
    return pd.Series(np.ravel_multi_index([offers[name].to_numpy() for name in by], size))


def count_providers(offers: pd.DataFrame, reaches: Bools, columns: int) -> Ints:
    """Return [R, N]: distinct providers that cover a region and column.

    ``offers`` and ``reaches`` may already be grouped: columns to groups of columns, regions to groups of regions.
    """
    offers = offers[~_numbered(offers).duplicated().to_numpy()]
    alone = ~_numbered(offers, by=("provider", "column")).duplicated(keep=False).to_numpy()
    single = offers[alone]
    by_profile = sparse.csr_array(
        (np.ones(len(single), dtype=np.int64), (single["profile"], single["column"])),
        shape=(len(reaches), columns),
    )
    counts: Ints = (by_profile.T @ reaches.astype(np.int64)).T
    # A provider with several profiles on one column covers a region once.
    several = offers[~alone].sort_values(["column", "provider"])
    first = np.flatnonzero(~_numbered(several, by=("provider", "column")).duplicated().to_numpy())
    if len(first):
        covered = np.logical_or.reduceat(reaches[several["profile"].to_numpy()], first, axis=0)
        np.add.at(counts.T, several["column"].to_numpy()[first], covered)
    return counts


def states(demand: Floats, access: Floats, standard: float) -> NDArray[np.int8]:
    """Return the state of every cell, [R, N], as positions in STATES; demand is NaN where unknown."""
    conditions = [np.isnan(demand), demand == 0, access <= 0, access >= standard - TOLERANCE]
    codes = [STATES.index(n) for n in ("unknown", "not_applicable", "empty", "covered")]
    return np.select(conditions, codes, default=STATES.index("partial")).astype(np.int8)


@dataclass(frozen=True)
class Counts:
    """How many resources cover each cell, [R, N]; of active ones but for ``expired``.

    ``offline``: by distance; ``high``: not of a low level; ``assumed``: without a stated capacity. ``matched``, [N]:
    those that match a column anywhere. All are sums over resources.
    """

    covering: Floats
    offline: Floats
    high: Floats
    assumed: Floats
    expired: Floats
    matched: Floats

    def plus(self, other: "Counts", sign: float = 1.0) -> "Counts":
        """Return the counts of both; with −1 those without the other's."""
        return Counts(**{n: getattr(self, n) + sign * getattr(other, n) for n in self.__dataclass_fields__})


def counts_of(offered: Supply) -> Counts:
    """Return how many resources cover each cell."""
    reach = (offered.weight > 0).astype(np.float64)
    by_distance = (offered.offline_weight > 0).astype(np.float64)
    one = offered.active.astype(np.float64)
    present = by_profile(offered, one)
    high = ~offered.resources["level"].fillna("").isin(LOW_LEVELS).to_numpy()
    assumed = offered.resources["capacity"].isna().to_numpy()
    return Counts(
        covering=reach.T @ present,
        offline=by_distance.T @ present,
        high=reach.T @ by_profile(offered, one * high),
        assumed=reach.T @ by_profile(offered, one * assumed),
        expired=reach.T @ by_profile(offered, 1.0 - one),
        matched=present.sum(axis=0),
    )


def reasons_of(
    stale_regions: Bools,
    services: Floats,
    access: Floats,
    state: NDArray[np.int8],
    providers: Ints,
    counts: Counts,
) -> Bools:
    """Return [len(REASONS), R, N]: the reasons that apply to each cell (method, section 3).

    A resource of capacity 0 covers too; then the cell is empty because its providers have no capacity.
    ``stale_regions``: [R], those whose demand is unknown for its age.
    """
    unknown, wanted = np.isnan(services), np.nan_to_num(services) > 0
    covered, matched = counts.covering > 0, (counts.matched > 0)[None, :]
    with_providers, without = wanted & covered, wanted & ~covered
    stale = unknown & stale_regions[:, None]
    empty_or_partial = np.isin(state, [STATES.index("partial"), STATES.index("empty")])
    applies = {
        "no_provider": without & ~matched,
        "all_expired": without & (counts.expired > 0),
        "out_of_reach": without & matched,
        "online_only": with_providers & (counts.offline <= 0),
        "over_capacity": with_providers & empty_or_partial,
        "single_provider": with_providers & (access > 0) & (providers == 1),
        "low_level_only": with_providers & (counts.high <= 0),
        "capacity_assumed": with_providers & (counts.assumed > 0),
        "not_reported": unknown & ~stale,
        "stale": stale,
    }
    return np.stack([applies[r] for r in REASONS])
