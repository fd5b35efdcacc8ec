"""Choices of sites that cover rows: what they are worth, a greedy one, and the programmes of the best."""

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.arrays import Floats, Ints
from queries.solvers.plan import SLACK, Matrix, open_solver, power_of_two, within
from queries.solvers.programme import Programme, solved


@dataclass(frozen=True)
class Rows:
    """Distinct rows of a covering matrix that need a site: [k, m] zeros and ones, and the demand of each."""

    covers: Matrix
    demand: Floats


@dataclass(frozen=True)
class Limits:
    """What may be built: at most ``p`` sites for at most ``budget``, ``fixed`` among them."""

    cost: Floats
    fixed: Ints
    p: int
    budget: float

    @property
    def shut(self) -> Ints:
        """Sites too dear beside the fixed ones."""
        held = float(self.cost[self.fixed].sum())
        return np.setdiff1d(np.flatnonzero(~within(held + self.cost, self.budget)), self.fixed)

    def allow(self, sites: Ints) -> bool:
        """Tell whether the sites with these numbers keep both limits."""
        return len(sites) <= self.p and bool(within(float(self.cost[sites].sum()), self.budget))


def without(matrix: Matrix, sites: Ints) -> Matrix:
    """Return the matrix [n, m] with columns of nothing in place of ``sites``."""
    if not len(sites):
        return matrix
    kept = np.ones(matrix.shape[1])
    kept[sites] = 0.0
    made: Matrix = sparse.csr_array(matrix @ sparse.diags_array(kept))
    made.eliminate_zeros()
    return made


def distinct(matrix: Matrix, demand: Floats, fixed: Ints) -> Rows:
    """Merge equal rows of [n, m]; leave out those without demand [n], those nobody covers, and the covered."""
    wanted = (demand > 0) & (np.diff(matrix.indptr) > 0) & (first(matrix, fixed) < 0)
    found: dict[bytes, int] = {}
    kept: list[int] = []
    group: list[int] = []
    for row in np.flatnonzero(wanted):
        key = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tobytes()
        if key not in found:
            found[key] = len(kept)
            kept.append(int(row))
        group.append(found[key])
    sums: Floats = np.bincount(np.asarray(group, dtype=np.int64), weights=demand[wanted], minlength=len(kept)).astype(
        np.float64
    )
    return Rows(sparse.csr_array(matrix[np.asarray(kept, dtype=np.int64)]), sums)


# --- what a choice of sites is worth ------------------------------------------------------------------


def first(matrix: Matrix, sites: Ints) -> Ints:
    """Return [n] the lowest of ``sites`` that covers each row of [n, m], -1 where none does."""
    part = sparse.csr_array(matrix[:, sites])
    part.sort_indices()
    covered = np.diff(part.indptr) > 0
    made = np.full(matrix.shape[0], -1, dtype=np.int64)
    made[covered] = sites[part.indices[part.indptr[:-1][covered]]]
    return made


def reached(rows: Rows, sites: Ints) -> float:
    """Return the demand that sites cover, in the unit of the rows' demand [n]."""
    return float(rows.demand[first(rows.covers, sites) >= 0].sum())


def greedy(rows: Rows, limits: Limits) -> Ints:
    """Return sites, from the fixed ones on, each that gains most for its cost [m] while one gains and fits."""
    chosen, left = list(limits.fixed), rows.demand.copy()
    columns = sparse.csc_array(rows.covers)
    spent = float(limits.cost[limits.fixed].sum())
    price = np.maximum(limits.cost, SLACK * float(limits.cost.max())) if limits.cost.any() else 1.0
    gain = rows.covers.T @ left
    while len(chosen) < limits.p:
        worth = np.where(within(spent + limits.cost, limits.budget), gain / price, 0.0)
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


def needed(matrix: Matrix, demand: Floats, sites: Ints, limits: Limits) -> Ints:
    """Drop sites, the dearest first, without which as much of the demand [n] is covered."""
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


def best_cover(rows: Rows, limits: Limits, start: Ints, deadline: float) -> tuple[Ints, float]:
    """Return the sites that reach most of ``rows`` [n, m], and a bound: columns are the sites, then the rows.

    HiGHS may pass a limit by its tolerance. Sites that are over the budget are cut off, and the rest is solved again.
    """
    known = np.concatenate((np.zeros(rows.covers.shape[1]), np.where(first(rows.covers, start) >= 0, 1.0, 0.0)))
    known[start] = 1.0
    over: list[Ints] = []
    bound = np.inf
    while True:
        programme = _cover_programme(rows, limits, over)
        chosen, step = solved(programme, known, open_solver(deadline - time.perf_counter()))
        bound = min(bound, step)
        if limits.allow(chosen) or time.perf_counter() > deadline:
            return chosen, bound
        over.append(_least_over(chosen, limits))


def _cover_programme(rows: Rows, limits: Limits, over: list[Ints]) -> Programme:
    """Return the programme of :func:`solve_max_cover`, in which no whole set of ``over`` may be chosen."""
    k, m = rows.covers.shape
    money = power_of_two(limits.budget) if np.isfinite(limits.budget) else 1.0
    paid = limits.cost / money
    paid[limits.shut] = 0.0
    sets = np.zeros((len(over), m))
    for row, sites in enumerate(over):
        sets[row, sites] = 1.0
    either = sparse.csr_array(np.vstack((np.ones(m), paid, sets)))
    reach = sparse.hstack((rows.covers, -sparse.eye_array(k)))
    matrix = sparse.csr_array(sparse.vstack((reach, sparse.hstack((either, sparse.csr_array((either.shape[0], k)))))))
    fewer = [len(sites) - 1.0 for sites in over]
    lower = np.concatenate((np.zeros(k), np.full(either.shape[0], -np.inf)))
    upper = np.concatenate((np.full(k, np.inf), [limits.p, limits.budget * (1 + SLACK) / money], fewer))
    worth = np.concatenate((np.zeros(m), rows.demand))
    return Programme(matrix, (lower, upper), worth, m, limits.fixed, limits.shut, most=True)


def _least_over(sites: Ints, limits: Limits) -> Ints:
    """Return a part of ``sites`` that is over the budget and is not once any one of them leaves."""
    kept = sites[np.argsort(-limits.cost[sites], kind="stable")]
    spent = np.cumsum(limits.cost[kept])
    return kept[: int(np.argmax(~within(spent, limits.budget))) + 1]


def cheapest_cover(rows: Rows, limits: Limits, start: Ints, time_limit: float) -> tuple[Ints, float]:
    """Return the cheapest sites that cover all ``rows`` [n, m], and a bound of their cost."""
    k, m = rows.covers.shape
    sides = np.ones(k), np.full(k, np.inf)
    known = np.zeros(m)
    known[start] = 1.0
    programme = Programme(rows.covers, sides, limits.cost, m, limits.fixed, limits.shut, most=False)
    return solved(programme, known, open_solver(time_limit))
