"""A cube after some of its resources change, without computing the others again.

R(s) rests on demand and s alone, so access and every count of covering resources are sums over resources:
A' = A − Σ removed R·w + Σ added R·w. States, reasons and providers follow from the sums. The result equals
``build_cube`` of the changed facts: counts exactly, access to rounding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from queries.cube import LOW_LEVELS, REASONS, STATES, TOLERANCE, Cube, CubeFacts, count_providers
from queries.supply import Bools, Floats, Supply, SupplyFacts, supply


@dataclass(frozen=True)
class Sums:
    """Sums over resources, each [R, N] (``matched``: [N]); of active ones but for ``expired``.

    ``access``, ``local``: Σ R·w, and of the region's own prefecture. The others count resources that cover a cell:
    ``covering``; ``giving``: with R > 0; ``giving_local``; ``offline``; ``high``: not of a low level;
    ``assumed``: without a stated capacity; ``expired``. ``matched``: those that match a column anywhere.
    """

    access: Floats
    local: Floats
    covering: Floats
    giving: Floats
    giving_local: Floats
    offline: Floats
    high: Floats
    assumed: Floats
    expired: Floats
    matched: Floats

    def plus(self, other: "Sums", sign: float = 1.0) -> "Sums":
        """Return the sums of both; with −1 those without the other's."""
        return Sums(**{n: getattr(self, n) + sign * getattr(other, n) for n in self.__dataclass_fields__})


def shares(offered: Supply, services: Floats) -> Floats:
    """Return R(s), [S]: capacity a demanded service (services [R, N], unknown as 0); 0 where inactive or unasked."""
    reachable = offered.weight @ services
    entries = offered.matches.tocoo()
    asked = reachable[offered.profile[entries.row], entries.col]
    total = np.bincount(entries.row, asked, minlength=len(offered.profile))
    return np.divide(offered.capacity, total, out=np.zeros(len(total)), where=offered.active & (total > 0))


def access_of(offered: Supply, share: Floats) -> Floats:
    """Return [R, N]: what resources add to access."""
    return offered.weight.T @ _by_profile(offered, share)


def sums_of(offered: Supply, share: Floats) -> Sums:
    """Return all sums of some resources."""
    reach = (offered.weight > 0).astype(np.float64)
    by_distance = (offered.offline_weight > 0).astype(np.float64)
    near = np.where(offered.local, offered.weight, 0.0)
    one = offered.active.astype(np.float64)
    giving = _by_profile(offered, (share > 0).astype(np.float64))
    present, given = _by_profile(offered, one), _by_profile(offered, share)
    high = ~offered.resources["level"].fillna("").isin(LOW_LEVELS).to_numpy()
    assumed = offered.resources["capacity"].isna().to_numpy()
    return Sums(
        access=offered.weight.T @ given,
        local=near.T @ given,
        covering=reach.T @ present,
        giving=reach.T @ giving,
        giving_local=(near > 0).astype(np.float64).T @ giving,
        offline=by_distance.T @ present,
        high=reach.T @ _by_profile(offered, one * high),
        assumed=reach.T @ _by_profile(offered, one * assumed),
        expired=reach.T @ _by_profile(offered, 1.0 - one),
        matched=present.sum(axis=0),
    )


def _by_profile(offered: Supply, value: Floats) -> Floats:
    """Return [P, N]: Σ over the resources of a profile of value(s) where s matches the column."""
    rows = np.flatnonzero(value)
    shape = (offered.weight.shape[0], len(offered.profile))
    pick = sparse.csr_array((value[rows], (offered.profile[rows], rows)), shape=shape)
    summed: Floats = (pick @ offered.matches).toarray()
    return summed


def part(cube: Cube, facts: CubeFacts, keys: Iterable[str], as_of: date) -> Supply:
    """Return the supply of some resources of the facts, on the cube's grid."""
    return parts(cube, [(facts, tuple(keys))], as_of)[0]


def parts(cube: Cube, some: Sequence[tuple[CubeFacts, Sequence[str]]], as_of: date) -> tuple[Supply, NDArray[np.int64]]:
    """Return the supply of some resources of several facts at once, and for each row which of ``some`` it is of.

    Where there are several, keys are preceded by the number and a slash. The work is that of one supply.
    """
    pairs = [(key, number) for number, (_, keys) in enumerate(some) for key in keys]
    asked = pd.DataFrame(pairs, columns=["resource", "part"])

    def rows(name: str) -> pd.DataFrame:
        of: dict[int, tuple[pd.DataFrame, list[int]]] = {}
        for number, (facts, _) in enumerate(some):
            frame: pd.DataFrame = getattr(facts.supply, name)
            of.setdefault(id(frame), (frame, []))[1].append(number)
        found = pd.concat(
            [frame.merge(asked[asked["part"].isin(numbers)], on="resource") for frame, numbers in of.values()],
            ignore_index=True,
        )
        if len(some) > 1:
            found["resource"] = found["part"].astype(str) + "/" + found["resource"].astype(str)
        return found

    resources = rows("resources")
    placed = resources.dropna(subset=["home"]).drop_duplicates("resource")
    if placed.empty:
        return picked(cube.offered, np.zeros(len(cube.offered.profile), dtype=bool)), np.zeros(0, dtype=np.int64)
    joined = SupplyFacts(
        placed.drop(columns="part"), *(rows(n).drop(columns="part") for n in ("types", "chains", "scopes"))
    )
    grid = cube.grid
    offered = supply(
        joined, cube.facts.demand.regions, grid.regions, tuple(grid.chains["key"]), grid.types, as_of
    )  # fmt: skip
    return offered, placed["part"].to_numpy(dtype=np.int64)


def picked(offered: Supply, keep: Bools) -> Supply:
    """Return some resources of a supply, with the profiles of all."""
    rows = np.flatnonzero(keep)
    return replace(
        offered, resources=offered.resources[keep].reset_index(drop=True), profile=offered.profile[rows],
        active=offered.active[rows], capacity=offered.capacity[rows], matches=offered.matches[rows],
    )  # fmt: skip


def _compact(offered: Supply) -> Supply:
    """Return the same resources with the profiles that they have alone."""
    used, profile = np.unique(offered.profile, return_inverse=True)
    return replace(
        offered,
        profile=profile.astype(np.int64),
        weight=offered.weight[used],
        offline_weight=offered.offline_weight[used],
        local=offered.local[used],
    )


def _joined(one: Supply, other: Supply) -> Supply:
    resources = pd.concat([one.resources.astype(object), other.resources.astype(object)], ignore_index=True)
    return Supply(
        resources=resources,
        profile=np.concatenate([one.profile, other.profile + len(one.weight)]),
        active=np.concatenate([one.active, other.active]),
        capacity=np.concatenate([one.capacity, other.capacity]),
        matches=sparse.csr_array(sparse.vstack([one.matches, other.matches])),
        weight=np.vstack([one.weight, other.weight]),
        offline_weight=np.vstack([one.offline_weight, other.offline_weight]),
        local=np.vstack([one.local, other.local]),
    )


def overlaid(cube: Cube, sums: Sums, facts: CubeFacts, keys: Iterable[str], *, as_of: date, standard: float) -> Cube:
    """Return the cube of ``facts``, which differ from the cube's in the resources ``keys`` alone.

    ``sums`` are those of the whole cube (``sums_of(cube.offered, cube.share)``). The order of resources differs from
    that of ``build_cube``: the changed ones come last.
    """
    services = np.nan_to_num(cube.demand)
    gone = cube.offered.resources["resource"].isin(list(keys)).to_numpy()
    came = part(cube, facts, keys, as_of)
    share = shares(came, services)
    left, kept = picked(cube.offered, gone), picked(cube.offered, ~gone)
    total = sums.plus(sums_of(_compact(left), cube.share[gone]), -1.0).plus(sums_of(came, share))
    # What rounding leaves where nobody gives any more is nothing.
    access = np.where(total.giving > 0, total.access, 0.0)
    local = np.where(total.giving_local > 0, total.local, 0.0)
    offered = _joined(kept, came)
    offers, providers = _providers(cube, left, came, offered)
    state = _state(cube.demand, access, standard)
    made = replace(
        cube, facts=facts, access=access, local=local, providers=providers, state=state, offers=offers,
        reaches=offered.weight > 0, offered=offered, share=np.concatenate([cube.share[~gone], share]),
    )  # fmt: skip
    return replace(made, reasons=_reasons(made, total))


def _providers(cube: Cube, left: Supply, came: Supply, after: Supply) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return offers and providers [R, N] after; only providers with changed resources are counted anew."""
    concerned = {*left.resources["provider"], *came.resources["provider"]}
    _, names = pd.factorize(cube.offered.resources["provider"])
    number = {name: at for at, name in enumerate(names)}
    for name in concerned:
        number.setdefault(name, len(number))
    columns = cube.demand.shape[1]
    theirs = cube.offers["provider"].isin([number[n] for n in concerned])
    rows = np.flatnonzero(after.active & after.resources["provider"].isin(concerned).to_numpy())
    entries = after.matches[rows].tocoo()
    of = rows[entries.row]
    provider = after.resources["provider"].map(number).to_numpy(dtype=np.int64)
    anew = pd.DataFrame(
        {"provider": provider[of], "column": entries.col, "profile": after.profile[of]}
    ).drop_duplicates()
    before = count_providers(cube.offers[theirs], cube.reaches, columns)
    now = count_providers(anew, after.weight > 0, columns)
    offers = pd.concat([cube.offers[~theirs], anew], ignore_index=True)
    return offers, cube.providers - before + now


def _state(demand: Floats, access: Floats, standard: float) -> NDArray[np.int8]:
    conditions = [np.isnan(demand), demand == 0, access <= 0, access >= standard - TOLERANCE]
    codes = [STATES.index(n) for n in ("unknown", "not_applicable", "empty", "covered")]
    return np.select(conditions, codes, default=STATES.index("partial")).astype(np.int8)


def _reasons(cube: Cube, total: Sums) -> Bools:
    """Return [len(REASONS), R, N] from the counts, by the rules of ``queries.cube``."""
    unknown, demand = np.isnan(cube.demand), np.nan_to_num(cube.demand)
    wanted, covered, matched = demand > 0, total.covering > 0, (total.matched > 0)[None, :]
    with_, without = wanted & covered, wanted & ~covered
    stale = unknown & cube.grid.stale[:, None]
    short = np.isin(cube.state, [STATES.index("partial"), STATES.index("empty")])
    applies = {
        "no_provider": without & ~matched,
        "all_expired": without & (total.expired > 0),
        "out_of_reach": without & matched,
        "online_only": with_ & (total.offline <= 0),
        "over_capacity": with_ & short,
        "single_provider": with_ & (cube.access > 0) & (cube.providers == 1),
        "low_level_only": with_ & (total.high <= 0),
        "capacity_assumed": with_ & (total.assumed > 0),
        "not_reported": unknown & ~stale,
        "stale": stale,
    }
    return np.stack([applies[r] for r in REASONS])
