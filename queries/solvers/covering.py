"""Covering: reach most with what may be built, or reach everyone with the least.

    maximal covering (Church, ReVelle 1974):   maximise Σ d_i·z_i,  z_i ≤ Σ_j a_ij·y_j,  Σ y_j ≤ p,  Σ c_j·y_j ≤ budget
    set covering (Toregas et al. 1971):        minimise Σ c_j·y_j,  Σ_j a_ij·y_j ≥ 1

Rows that the same sites cover are one row with the sum of their demand, rows that a fixed site covers are done, and z
stays continuous (it is 0 or 1 by itself). The matrix goes to HiGHS as it is; a greedy choice is its start.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.plan import Matrix, Plan, amounts, count, locked, matrix_shape, seconds
from queries.solvers.programme import Programme, solved

SHOWN = 5
"""Rows named in an error."""


@dataclass(frozen=True)
class _Rows:
    """Distinct rows of a covering matrix that need a site: [k, m] zeros and ones, and the demand of each."""

    covers: Matrix
    demand: Floats


@dataclass(frozen=True)
class _Limits:
    """What may be built: at most ``p`` sites for at most ``budget``, ``fixed`` among them."""

    cost: Floats
    fixed: Ints
    p: int
    budget: float


def solve_max_cover(
    covers: Any,
    demand: npt.ArrayLike,
    p: int | None = None,
    site_cost: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    time_limit: float = 90.0,
) -> Plan:
    """Return the sites that cover most demand, at most ``p`` of them, for at most ``budget``.

    Sites that add nothing are left out, so there may be fewer than ``p``.

    Args:
        covers: [n, m] whether a site covers a row; dense or scipy sparse.
        demand: [n] ≥ 0.
        p: Most sites, the fixed ones among them.
        site_cost: [m] ≥ 0, in the unit of ``budget``; together with it.
        budget: What the sites may cost together, the fixed ones among them.
        fixed: Sites that are there already.
        time_limit: Seconds; the best found by then is returned with its bound.

    Returns:
        The plan; ``objective`` is the demand covered, ``bound`` ≥ it.

    Raises:
        BadParameter: nonsense in any of these, or neither ``p`` nor ``budget``.
    """
    started, time_limit = time.perf_counter(), seconds(time_limit)
    matrix = _matrix(covers)
    n, m = matrix.shape
    weights = amounts("demand", demand, n)
    limits = _limits(m, p, site_cost, budget, locked(fixed, m))
    open_rows = _distinct(matrix, weights, limits.fixed)
    start = _greedy(open_rows, limits)
    chosen, bound = _best_cover(open_rows, limits, start, time_limit - (time.perf_counter() - started))
    if _reached(open_rows, start) > _reached(open_rows, chosen) or not _within(chosen, limits):
        chosen = start
    assignment = _first(matrix, sites := _needed(matrix, weights, chosen, limits))
    objective = float(weights[assignment >= 0].sum())
    held = float(weights[_first(matrix, limits.fixed) >= 0].sum())
    bound = max(objective, held + min(bound, float(open_rows.demand.sum())))
    return Plan(sites, assignment, objective, bound, time.perf_counter() - started)


def solve_set_cover(
    covers: Any, site_cost: npt.ArrayLike | None = None, fixed: Iterable[int] = (), time_limit: float = 90.0
) -> Plan:
    """Return the cheapest sites that cover every row.

    Args:
        covers: [n, m] whether a site covers a row; dense or scipy sparse.
        site_cost: [m] ≥ 0; 1 each if not given, so that the fewest sites are sought.
        fixed: Sites that are there already; their cost counts.
        time_limit: Seconds; the best found by then is returned with its bound.

    Returns:
        The plan; ``objective`` is the cost of its sites, ``bound`` ≤ it.

    Raises:
        BadParameter: nonsense in any of these, or rows that no site covers.
    """
    started, time_limit = time.perf_counter(), seconds(time_limit)
    matrix = _matrix(covers)
    n, m = matrix.shape
    cost = np.ones(m) if site_cost is None else amounts("site_cost", site_cost, m)
    _all_coverable(matrix)
    limits = _Limits(cost, locked(fixed, m), m, np.inf)
    weights = np.ones(n)
    open_rows = _distinct(matrix, weights, limits.fixed)
    start = _greedy(open_rows, limits)
    chosen, bound = _cheapest_cover(open_rows, limits, start, time_limit - (time.perf_counter() - started))
    if _reached(open_rows, chosen) < _reached(open_rows, start):
        chosen = start
    plans = [_needed(matrix, weights, each, limits) for each in (chosen, start)]
    sites = min(plans, key=lambda each: float(cost[each].sum()))
    objective = float(cost[sites].sum())
    bound = min(objective, max(bound, float(cost[limits.fixed].sum())))
    return Plan(sites, _first(matrix, sites), objective, bound, time.perf_counter() - started)


# --- what is given ------------------------------------------------------------------------------------


def _matrix(covers: Any) -> Matrix:
    """Return a covering matrix as ones in compressed rows."""
    thin = bool(sparse.issparse(covers))
    try:
        given: Any = covers.tocsr() if thin else np.asarray(covers)
    except ValueError as error:
        raise BadParameter(name="covers", value="…", reason=Text("各行长度不一", "rows differ in length")) from error
    matrix_shape("covers", given.shape)
    values = given.data if thin else given
    if values.dtype.kind not in "biuf" or not ((values == 0) | (values == 1)).all():
        raise BadParameter(
            name="covers",
            value=str(values.dtype),
            reason=Text("只能是真或假（1 或 0）", "must be true or false (1 or 0)"),
        )
    made: Matrix = sparse.csr_array(given.astype(np.float64))
    made.sum_duplicates()
    made.eliminate_zeros()
    made.data[:] = 1.0
    return made


def _limits(
    m: int, p: int | None, site_cost: npt.ArrayLike | None, budget: float | None, fixed: Ints
) -> _Limits:  # fmt: skip
    if p is None and budget is None:
        raise BadParameter(name="p", value=p, reason=Text("p 与 budget 至少给出一个", "give p, budget or both"))
    if (site_cost is None) != (budget is None):
        name = "site_cost" if site_cost is None else "budget"
        raise BadParameter(
            name=name, value=None, reason=Text("site_cost 与 budget 须同时给出", "site_cost and budget go together")
        )
    most = m if p is None else count(p, m, fixed)
    if site_cost is None or budget is None:
        return _Limits(np.zeros(m), fixed, most, np.inf)
    cost = amounts("site_cost", site_cost, m)
    if not budget > 0:
        raise BadParameter(name="budget", value=budget, reason=Text("应大于 0", "must be above 0"))
    held = float(cost[fixed].sum())
    if held > budget:
        raise BadParameter(
            name="budget",
            value=budget,
            reason=Text(f"已锁定的站点共需 {held:g}，超出预算", f"the fixed sites alone cost {held:g}"),
        )
    return _Limits(cost, fixed, most, float(budget))


def _all_coverable(matrix: Matrix) -> None:
    bare = np.flatnonzero(np.diff(matrix.indptr) == 0)
    if len(bare):
        named = ", ".join(str(k) for k in bare[:SHOWN]) + (" …" if len(bare) > SHOWN else "")
        raise BadParameter(
            name="covers",
            value=named,
            reason=Text(f"有 {len(bare)} 个需求点没有任何站点能覆盖", f"{len(bare)} rows are covered by no site"),
        )


def _distinct(matrix: Matrix, demand: Floats, fixed: Ints) -> _Rows:
    """Merge equal rows; leave out those without demand, those that nobody covers, and those that are covered."""
    wanted = (demand > 0) & (np.diff(matrix.indptr) > 0) & (_first(matrix, fixed) < 0)
    found: dict[bytes, int] = {}
    first: list[int] = []
    group: list[int] = []
    for row in np.flatnonzero(wanted):
        key = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tobytes()
        if key not in found:
            found[key] = len(first)
            first.append(int(row))
        group.append(found[key])
    sums: Floats = np.bincount(np.asarray(group, dtype=np.int64), weights=demand[wanted], minlength=len(first)).astype(
        np.float64
    )
    return _Rows(sparse.csr_array(matrix[np.asarray(first, dtype=np.int64)]), sums)


# --- what a choice of sites is worth ------------------------------------------------------------------


def _first(matrix: Matrix, sites: Ints) -> Ints:
    """Return the lowest of ``sites`` that covers each row, -1 where none does."""
    part = sparse.csr_array(matrix[:, sites])
    part.sort_indices()
    covered = np.diff(part.indptr) > 0
    made = np.full(matrix.shape[0], -1, dtype=np.int64)
    made[covered] = sites[part.indices[part.indptr[:-1][covered]]]
    return made


def _reached(rows: _Rows, sites: Ints) -> float:
    return float(rows.demand[_first(rows.covers, sites) >= 0].sum())


def _within(sites: Ints, limits: _Limits) -> bool:
    return len(sites) <= limits.p and float(limits.cost[sites].sum()) <= limits.budget


def _greedy(rows: _Rows, limits: _Limits) -> Ints:
    """Add the site that gains most for its cost while one gains and fits."""
    chosen, left = list(limits.fixed), rows.demand.copy()
    columns = sparse.csc_array(rows.covers)
    spent = float(limits.cost[limits.fixed].sum())
    price = np.maximum(limits.cost, 1e-9 * max(1.0, float(limits.cost.max()))) if limits.cost.any() else 1.0
    gain = rows.covers.T @ left
    while len(chosen) < limits.p:
        worth = np.where(spent + limits.cost <= limits.budget, gain / price, 0.0)
        best = int(worth.argmax())
        new = columns.indices[columns.indptr[best] : columns.indptr[best + 1]]
        new = new[left[new] > 0]
        if worth[best] <= 0 or not len(new):
            break
        chosen.append(best)
        spent += float(limits.cost[best])
        left[new] = 0.0
        gain = rows.covers.T @ left
    return np.unique(np.asarray(chosen, dtype=np.int64))


def _needed(matrix: Matrix, demand: Floats, sites: Ints, limits: _Limits) -> Ints:
    """Drop sites, the dearest first, without which as much demand is covered."""
    part = sparse.csc_array(matrix[demand > 0])
    times = np.asarray(part[:, sites].sum(axis=1)).ravel()
    kept = set(sites.tolist())
    for site in sites[np.lexsort((-sites, -limits.cost[sites]))]:
        own = part.indices[part.indptr[site] : part.indptr[site + 1]]
        if site not in limits.fixed and (times[own] > 1).all():
            times[own] -= 1
            kept.discard(int(site))
    return np.asarray(sorted(kept), dtype=np.int64)


# --- the programmes -----------------------------------------------------------------------------------


def _best_cover(rows: _Rows, limits: _Limits, start: Ints, time_limit: float) -> tuple[Ints, float]:
    """Return the sites that reach most of ``rows``, and a bound: columns are the sites, then the rows."""
    k, m = rows.covers.shape
    either = sparse.csr_array(np.vstack((np.ones(m), limits.cost)))
    reach = sparse.hstack((rows.covers, -sparse.eye_array(k)))
    matrix = sparse.csr_array(sparse.vstack((reach, sparse.hstack((either, sparse.csr_array((2, k)))))))
    lower = np.concatenate((np.zeros(k), np.full(2, -np.inf)))
    upper = np.concatenate((np.full(k, np.inf), [limits.p, limits.budget]))
    worth = np.concatenate((np.zeros(m), rows.demand))
    known = np.concatenate((np.zeros(m), np.where(_first(rows.covers, start) >= 0, 1.0, 0.0)))
    known[start] = 1.0
    return solved(Programme(matrix, (lower, upper), worth, m, limits.fixed, most=True), known, time_limit)


def _cheapest_cover(rows: _Rows, limits: _Limits, start: Ints, time_limit: float) -> tuple[Ints, float]:
    """Return the cheapest sites that cover all ``rows``, and a bound."""
    k, m = rows.covers.shape
    sides = np.ones(k), np.full(k, np.inf)
    known = np.zeros(m)
    known[start] = 1.0
    return solved(Programme(rows.covers, sides, limits.cost, m, limits.fixed, most=False), known, time_limit)
