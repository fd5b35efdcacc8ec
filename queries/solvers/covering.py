"""Covering: reach most with what may be built, or reach everyone with the least.

    maximal covering (Church, ReVelle 1974):   maximise Σ d_i·z_i,  z_i ≤ Σ_j a_ij·y_j,  Σ y_j ≤ p,  Σ c_j·y_j ≤ budget
    set covering (Toregas et al. 1971):        minimise Σ c_j·y_j,  Σ_j a_ij·y_j ≥ 1

Rows that the same sites cover are one row with the sum of their demand, rows that a fixed site covers are done, and z
stays continuous (it is 0 or 1 by itself). The matrix goes to HiGHS as it is; a greedy choice is its start.
"""

import time
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arguments import amounts
from queries.solvers.cover_choice import (
    Limits,
    Rows,
    best_cover,
    cheapest_cover,
    distinct,
    first,
    greedy,
    needed,
    reached,
    without,
)
from queries.solvers.plan import Matrix, Plan, count, locked, matrix_shape, seconds, within

SHOWN = 5
"""Rows named in an error."""


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
        budget: What the sites may cost together, the fixed ones among them; a share of 1e-9 more is rounding.
        fixed: Sites that are there already.
        time_limit: Seconds; the best found by then is returned with its bound.

    Returns:
        The plan; ``objective`` is the demand covered, ``bound`` ≥ it, by a share of 1e-9 at most if proven.

    Raises:
        BadParameter: nonsense in any of these, or neither ``p`` nor ``budget``.
    """
    started, time_limit = time.perf_counter(), seconds(time_limit)
    matrix = _matrix(covers)
    n, m = matrix.shape
    weights = amounts("demand", demand, n)
    limits = _limits(m, p, site_cost, budget, locked(fixed, m))
    open_rows = distinct(without(matrix, limits.shut), weights, limits.fixed)
    chosen, bound = _best(open_rows, limits, started + time_limit)
    assignment = first(matrix, sites := needed(matrix, weights, chosen, limits))
    objective = float(weights[assignment >= 0].sum())
    held = float(weights[first(matrix, limits.fixed) >= 0].sum())
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
        The plan; ``objective`` is the cost of its sites, ``bound`` ≤ it, by a share of 1e-9 at most if proven.

    Raises:
        BadParameter: nonsense in any of these, or rows that no site covers.
    """
    started, time_limit = time.perf_counter(), seconds(time_limit)
    matrix = _matrix(covers)
    n, m = matrix.shape
    cost = np.ones(m) if site_cost is None else amounts("site_cost", site_cost, m)
    _all_coverable(matrix)
    limits = Limits(cost, locked(fixed, m), m, np.inf)
    weights = np.ones(n)
    open_rows = distinct(matrix, weights, limits.fixed)
    start = greedy(open_rows, limits)
    chosen, bound = cheapest_cover(open_rows, limits, start, time_limit - (time.perf_counter() - started))
    if reached(open_rows, chosen) < reached(open_rows, start):
        chosen = start
    plans = [needed(matrix, weights, each, limits) for each in (chosen, start)]
    sites = min(plans, key=lambda each: float(cost[each].sum()))
    objective = float(cost[sites].sum())
    bound = min(objective, max(bound, float(cost[limits.fixed].sum())))
    return Plan(sites, first(matrix, sites), objective, bound, time.perf_counter() - started)


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


def _best(rows: Rows, limits: Limits, deadline: float) -> tuple[Ints, float]:
    """Return the sites of the best cover, or of a greedy one where that is better, and the bound of what they cover."""
    start = greedy(rows, limits)
    chosen, bound = best_cover(rows, limits, start, deadline)
    if not limits.allow(chosen) or reached(rows, start) > reached(rows, chosen):
        chosen = start
    return chosen, bound


def _limits(
    m: int, p: int | None, site_cost: npt.ArrayLike | None, budget: float | None, fixed: Ints
) -> Limits:  # fmt: skip
    if p is None and budget is None:
        raise BadParameter(name="p", value=p, reason=Text("p 与 budget 至少给出一个", "give p, budget or both"))
    if (site_cost is None) != (budget is None):
        name = "site_cost" if site_cost is None else "budget"
        raise BadParameter(
            name=name, value=None, reason=Text("site_cost 与 budget 须同时给出", "site_cost and budget go together")
        )
    most = m if p is None else count(p, m, fixed)
    if site_cost is None or budget is None:
        return Limits(np.zeros(m), fixed, most, np.inf)
    cost = amounts("site_cost", site_cost, m)
    if not budget > 0:
        raise BadParameter(name="budget", value=budget, reason=Text("应大于 0", "must be above 0"))
    held = float(cost[fixed].sum())
    if not within(held, budget):
        raise BadParameter(
            name="budget",
            value=budget,
            reason=Text(f"已锁定的站点共需 {held:g}，超出预算", f"the fixed sites alone cost {held:g}"),
        )
    return Limits(cost, fixed, most, float(budget))


def _all_coverable(matrix: Matrix) -> None:
    bare = np.flatnonzero(np.diff(matrix.indptr) == 0)
    if len(bare):
        named = ", ".join(str(k) for k in bare[:SHOWN]) + (" …" if len(bare) > SHOWN else "")
        raise BadParameter(
            name="covers",
            value=named,
            reason=Text(f"有 {len(bare)} 个需求点没有任何站点能覆盖", f"{len(bare)} rows are covered by no site"),
        )
