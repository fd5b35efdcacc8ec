"""Facilities that cost: how many to open, and where, when every site has its price (uncapacitated facility location).

    minimise Σ_j f_j·y_j + Σ_i d_i·min_{j open} c_ij          (Balinski 1965; Krarup, Pruzan 1983)

For each row the costs that it may pay stand in order, D_1 < D_2 < …, and z_ik says that no open site is within D_k:

    Σ_j f_j·y_j + Σ_i (D_i1 + Σ_k (D_i,k+1 − D_ik)·z_ik),   z_ik + Σ_{c_ij = D_ik} y_j ≥ z_i,k−1,   z_i0 = 1

(Cornuéjols, Nemhauser, Wolsey 1980; Elloumi 2010): as tight as a variable for each pair, and smaller. No row pays more
than what a site of its own would cost it, so that costs beyond are left out.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arguments import amounts, natural, numbers
from queries.solvers.plan import SLACK, Plan, locked, matrix_shape, open_solver, seconds
from queries.solvers.programme import Programme, solved


def solve_facility_location(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    site_cost: npt.ArrayLike,
    fixed: Iterable[int] = (),
    time_limit: float = 90.0,
) -> Plan:
    """Return the sites with the least cost of opening them and of serving everyone from the nearest.

    Args:
        cost: [n, m] ≥ 0 of serving a unit of a row from a site; ∞ if it cannot be.
        demand: [n] ≥ 0; rows without demand need no site.
        site_cost: [m] ≥ 0, in the unit of demand·cost.
        fixed: Sites that are there already; their cost counts.
        time_limit: Seconds; the best found by then is returned with its bound.

    Returns:
        The plan; ``objective`` is Σ site_cost + Σ demand·cost, ``bound`` ≤ it, by a share of 1e-9 at most if proven.

    Raises:
        BadParameter: nonsense in any of these, or rows with demand that no site can serve.
    """
    started, limit = time.perf_counter(), seconds(time_limit)
    costs = numbers("cost", cost)
    matrix_shape("cost", costs.shape)
    natural("cost", costs, infinite=True)
    n, m = costs.shape
    weights, price = amounts("demand", demand, n), amounts("site_cost", site_cost, m)
    held = locked(fixed, m)
    rows = np.flatnonzero(weights > 0)
    weighted = weights[rows, None] * costs[rows]
    _all_served(weighted)
    sites, bound = _least(weighted, price, held, started + limit)
    objective = _total(weighted, price, sites)
    return Plan(sites, _nearest(costs, sites), objective, min(bound, objective), time.perf_counter() - started)


def _all_served(weighted: Floats) -> None:
    none = np.isinf(weighted).all(axis=1)
    if none.any():
        why = Text(f"有 {none.sum()} 个需求点到任何站点都不可达", f"{none.sum()} rows with demand reach no site")
        raise BadParameter(name="cost", value="∞", reason=why)


def _nearest(costs: Floats, sites: Ints) -> Ints:
    """Return the site that serves each row, −1 where none can."""
    if not len(sites):
        return np.full(len(costs), -1, dtype=np.int64)
    at = costs[:, sites].argmin(axis=1)
    return np.where(np.isfinite(costs[np.arange(len(costs)), sites[at]]), sites[at], -1)


def _total(weighted: Floats, price: Floats, sites: Ints) -> float:
    paid = weighted[:, sites].min(axis=1) if len(weighted) else np.zeros(0)
    return float(price[sites].sum() + paid.sum())


def _least(weighted: Floats, price: Floats, held: Ints, deadline: float) -> tuple[Ints, float]:
    """Return the best sites and a bound, given valid input: rows with demand alone."""
    if not len(weighted):
        return held, float(price[held].sum())
    own = price.copy()
    own[held] = 0.0
    ceiling = (weighted + own).min(axis=1)
    start = _improved(weighted, own, held, ceiling)
    chains = _chains(weighted, ceiling)
    programme, known = _programme(chains, price, held, start, weighted)
    found, bound = solved(programme, known, open_solver(deadline - time.perf_counter()))
    bound += float(weighted.min(axis=1).sum())
    plans = [_used(weighted, sites, held) for sites in (found, start) if np.isfinite(_total(weighted, price, sites))]
    return min(plans, key=lambda sites: _total(weighted, price, sites)), bound


def _used(weighted: Floats, sites: Ints, held: Ints) -> Ints:
    """Return the sites that serve somebody, and the fixed ones."""
    return np.union1d(held, sites[weighted[:, sites].argmin(axis=1)])


# --- a good choice ------------------------------------------------------------------------------------


def _improved(weighted: Floats, own: Floats, held: Ints, ceiling: Floats) -> Ints:
    """Open and close sites, the best first, while that saves anything; in the end no row pays above its ceiling."""
    far = 2.0 * float(ceiling.sum()) or 1.0
    opened = np.zeros(len(own), dtype=bool)
    opened[held] = True
    while True:
        near, following, at = _two_nearest(weighted, np.flatnonzero(opened), far)
        gain = np.maximum(near[:, None] - weighted, 0.0).sum(axis=0) - own
        gain[opened] = -np.inf
        saved = own - np.bincount(at[at >= 0], (following - near)[at >= 0], len(own))
        saved[~opened] = -np.inf
        saved[held] = -np.inf
        enters, leaves = int(gain.argmax()), int(saved.argmax())
        if max(gain[enters], saved[leaves]) <= 1e-12 * far:
            return np.flatnonzero(opened)
        if gain[enters] >= saved[leaves]:
            opened[enters] = True
        else:
            opened[leaves] = False


def _two_nearest(weighted: Floats, sites: Ints, far: float) -> tuple[Floats, Floats, Ints]:
    """Return what each row pays at the nearest and second nearest of ``sites``, ``far`` at most, and the nearest."""
    rows = np.arange(len(weighted))
    if not len(sites):
        return np.full(len(rows), far), np.full(len(rows), far), np.full(len(rows), -1)
    part = np.minimum(weighted[:, sites], far)
    first = part.argmin(axis=1)
    near = part[rows, first]
    part[rows, first] = far
    return near, part.min(axis=1), sites[first]


# --- the programme ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Chains:
    """The costs that each row may pay, ascending: E entries of row, site and level (numbered over all rows); L levels
    with their row, cost, and whether they are the first and the last of their row."""

    site: Ints
    level: Ints
    row: Ints
    cost: Floats
    first: Bools
    last: Bools


def _chains(weighted: Floats, ceiling: Floats) -> _Chains:
    order = weighted.argsort(axis=1, kind="stable")
    ordered = np.take_along_axis(weighted, order, axis=1)
    there = ordered <= ceiling[:, None] * (1 + SLACK)
    starts = np.ones(ordered.shape, dtype=bool)
    starts[:, 1:] = ordered[:, 1:] > ordered[:, :-1]
    starts = starts[there]
    row = np.nonzero(there)[0]
    of = row[starts]
    edge = np.diff(of, prepend=-1, append=-1) != 0
    return _Chains(order[there], starts.cumsum() - 1, of, ordered[there][starts], edge[:-1], edge[1:])


def _programme(chains: _Chains, price: Floats, held: Ints, start: Ints, weighted: Floats) -> tuple[Programme, Floats]:
    """Return the programme and the solution that ``start`` is: columns are the sites, then z of all but last levels."""
    m, levels = len(price), len(chains.cost)
    column = np.cumsum(~chains.last) - 1 + m
    own, above = np.flatnonzero(~chains.last), np.flatnonzero(~chains.first)
    row = np.concatenate((chains.level, own, above))
    at = np.concatenate((chains.site, column[own], column[above - 1]))
    value = np.concatenate((np.ones(len(chains.site) + len(own)), -np.ones(len(above))))
    matrix = sparse.csr_array((value, (row, at)), shape=(levels, m + len(own)))
    worth = np.concatenate((price, chains.cost[own + 1] - chains.cost[own]))
    near = weighted[:, start].min(axis=1)
    known = np.concatenate((np.zeros(m), (near[chains.row[own]] > chains.cost[own]).astype(float)))
    known[start] = 1.0
    sides = chains.first.astype(float), np.full(levels, np.inf)
    shut = np.setdiff1d(np.arange(m), np.concatenate((chains.site, held, start)))
    return Programme(matrix, sides, worth, m, held, shut, most=False), known
