"""A cube after some of its resources change, without computing the others again.

By every method but ``bfca`` R(s) rests on demand and s alone, so access and every count of covering resources are sums
over resources: A' = A − Σ removed R·v + Σ added R·v. States, reasons and providers follow from the sums. The result
equals ``build_cube`` of the changed facts: counts exactly, access to rounding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from queries.cube import (
    Counts,
    Cube,
    CubeFacts,
    by_profile,
    count_providers,
    counts_of,
    reasons_of,
    shares,
    states,
)
from queries.supply import Supply, SupplyFacts, supply


@dataclass(frozen=True)
class Sums:
    """Sums over resources, each [R, N].

    ``access``, ``local``: Σ R·w, and of the region's own prefecture. ``giving``, ``giving_local``: how many resources
    have R > 0 there. ``counts``: those that the reasons rest on.
    """

    access: Floats
    local: Floats
    giving: Floats
    giving_local: Floats
    counts: Counts

    def plus(self, other: "Sums", sign: float = 1.0) -> "Sums":
        """Return the sums of both; with −1 those without the other's."""
        return Sums(
            self.access + sign * other.access,
            self.local + sign * other.local,
            self.giving + sign * other.giving,
            self.giving_local + sign * other.giving_local,
            self.counts.plus(other.counts, sign),
        )


def access_of(offered: Supply, share: Floats) -> Floats:
    """Return [R, N]: what resources add to access."""
    return offered.given_weight.T @ by_profile(offered, share)


def sums_of(offered: Supply, share: Floats) -> Sums:
    """Return all sums of some resources, of whom ``share`` [S] is R."""
    reach = (offered.weight > 0).astype(np.float64)
    near = np.where(offered.local, offered.given_weight, 0.0)
    given, giving = by_profile(offered, share), by_profile(offered, (share > 0).astype(np.float64))
    return Sums(
        access=offered.given_weight.T @ given,
        local=near.T @ given,
        giving=reach.T @ giving,
        giving_local=(near > 0).astype(np.float64).T @ giving,
        counts=counts_of(offered),
    )


def _frames(facts: SupplyFacts) -> tuple[pd.DataFrame, ...]:
    return facts.resources, facts.types, facts.chains, facts.scopes


def _among(frame: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Tell which rows are of these resources; of a column of Arrow strings each key would be converted by itself."""
    return frame["resource"].astype(object).isin(keys)


def rows_of(facts: SupplyFacts, keys: Iterable[str]) -> SupplyFacts:
    """Return what the facts say of some resources."""
    wanted = list(dict.fromkeys(keys))
    return SupplyFacts(*(frame[_among(frame, wanted)] for frame in _frames(facts)))


def set_aside(facts: SupplyFacts, keys: Iterable[str]) -> tuple[SupplyFacts, SupplyFacts]:
    """Return the facts without some resources, and what they say of these, as frames of objects to be changed."""
    wanted = list(dict.fromkeys(keys))
    hits = [_among(frame, wanted) for frame in _frames(facts)]
    pairs = list(zip(_frames(facts), hits, strict=True))
    return SupplyFacts(*(f[~hit] for f, hit in pairs)), SupplyFacts(*(f[hit].astype(object) for f, hit in pairs))


def joined(one: SupplyFacts, other: SupplyFacts) -> SupplyFacts:
    """Return what both say; types are those of the first."""
    pairs = zip(_frames(one), _frames(other), strict=True)
    return SupplyFacts(*(pd.concat([a, b.astype(a.dtypes)], ignore_index=True) for a, b in pairs))


def part(cube: Cube, rows: SupplyFacts, as_of: date) -> Supply:
    """Return the supply of some rows of facts, on the cube's grid."""
    return parts(cube, [rows], as_of)[0]


def parts(cube: Cube, some: Sequence[SupplyFacts], as_of: date) -> tuple[Supply, Ints]:
    """Return the supply of several parts of facts at once, and [S] which of ``some`` each of its rows is of.

    Where there are several, keys are preceded by the number and a slash. The work is that of one supply.
    """

    def rows(name: str) -> pd.DataFrame:
        frames: dict[int, pd.DataFrame] = {number: getattr(facts, name) for number, facts in enumerate(some)}
        found: pd.DataFrame = pd.concat(frames, names=["part"]).reset_index(level=0).reset_index(drop=True)
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
    offered = supply(joined, cube.facts.demand.regions, cube.grid, as_of, cube.method)
    return offered, placed["part"].to_numpy(dtype=np.int64)


def picked(offered: Supply, keep: Bools) -> Supply:
    """Return some resources of a supply, ``keep`` [S], with the profiles of all."""
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
        given_weight=offered.given_weight[used],
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
        given_weight=np.vstack([one.given_weight, other.given_weight]),
        offline_weight=np.vstack([one.offline_weight, other.offline_weight]),
        local=np.vstack([one.local, other.local]),
    )


def updated_cube(
    cube: Cube, sums: Sums, facts: CubeFacts, keys: Iterable[str], *, as_of: date, standard: float
) -> Cube:
    """Return the cube of ``facts``, which differ from the cube's in the resources ``keys`` alone.

    ``sums`` are those of the whole cube (``sums_of(cube.offered, cube.share)``). The order of resources differs from
    that of ``build_cube``: the changed ones come last.
    """
    gone = cube.offered.resources["resource"].isin(list(keys)).to_numpy()
    came = part(cube, rows_of(facts.supply, keys), as_of)
    share = shares(came, cube.asked)
    left, kept = picked(cube.offered, gone), picked(cube.offered, ~gone)
    total = sums.plus(sums_of(_compact(left), cube.share[gone]), -1.0).plus(sums_of(came, share))
    # What rounding leaves where nobody gives any more is nothing.
    access = np.where(total.giving > 0, total.access, 0.0)
    local = np.where(total.giving_local > 0, total.local, 0.0)
    offered = _joined(kept, came)
    offers, providers = _providers(cube, left, came, offered)
    state = states(cube.demand, access, standard)
    return replace(
        cube, facts=facts, access=access, local=local, providers=providers, state=state, offers=offers,
        reaches=offered.weight > 0, offered=offered, share=np.concatenate([cube.share[~gone], share]),
        reasons=reasons_of(cube.grid.stale, cube.demand, access, state, providers, total.counts),
    )  # fmt: skip


def _providers(cube: Cube, left: Supply, came: Supply, after: Supply) -> tuple[pd.DataFrame, Ints]:
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
