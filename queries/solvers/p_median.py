"""The p-median, exactly: p sites so that everyone is near one of them on the whole.

    minimise Σ_i d_i·min_{j open} c_ij,  Σ y_j = p          (Hakimi 1964)

Fixed sites cap what each row costs and leave the problem. Greedy adding and exchanges give a solution, prices a bound
that strikes most sites off (relaxation.py), Benders cuts and branching close the rest (benders.py).
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arguments import amounts, natural, numbers
from queries.solvers.benders import Master, Search
from queries.solvers.covering import solve_set_cover
from queries.solvers.interchange import exchange, greedy, shaken
from queries.solvers.plan import Matrix, Plan, count, locked, matrix_shape, seconds
from queries.solvers.relaxation import hopeless, priced


def solve_p_median(
    cost: npt.ArrayLike, demand: npt.ArrayLike, p: int, fixed: Iterable[int] = (), time_limit: float = 90.0
) -> Plan:
    """Return ``p`` sites with the least Σ demand·cost when everyone uses the nearest.

    Args:
        cost: [n, m] ≥ 0 of serving a row from a site; ∞ if it cannot be.
        demand: [n] ≥ 0; rows without demand need no site.
        p: Sites to choose, the fixed ones among them.
        fixed: Sites that are there already.
        time_limit: Seconds; the best found by then is returned with its bound.

    Returns:
        The plan; ``objective`` is Σ demand·cost, ``bound`` ≤ it: equal, or at most a share of 1e-9 below, if proven.

    Raises:
        BadParameter: nonsense in any of these, or no ``p`` sites serve every row that has demand.
    """
    started, limit = time.perf_counter(), seconds(time_limit)
    costs = numbers("cost", cost)
    matrix_shape("cost", costs.shape)
    natural("cost", costs, infinite=True)
    n, m = costs.shape
    weights = amounts("demand", demand, n)
    held = locked(fixed, m)
    p = count(p, m, held)
    sites, bound = _solved(costs, weights, p, held, started + limit)
    at = costs[:, sites].argmin(axis=1)
    paid = costs[np.arange(n), sites[at]]
    assignment = np.where(np.isfinite(paid), sites[at], -1)
    objective = float((weights * np.where(weights > 0, paid, 0.0)).sum())
    return Plan(sites, assignment, objective, min(bound, objective), time.perf_counter() - started)


@dataclass
class _State:
    """The rest of a problem: [n, m] finite costs of open columns, the best sites among them, value and bound."""

    weighted: Floats
    columns: Ints
    sites: Ints
    value: float
    bound: float

    def keep(self, positions: Ints) -> None:
        """Leave only the columns at these positions, and the sites."""
        positions = np.union1d(positions, self.sites)
        self.sites = np.searchsorted(positions, self.sites)
        self.weighted, self.columns = np.ascontiguousarray(self.weighted[:, positions]), self.columns[positions]


def _solved(costs: Floats, weights: Floats, p: int, held: Ints, deadline: float) -> tuple[Ints, float]:
    """Return the sites and a bound, given valid input."""
    rows = np.flatnonzero(weights > 0)
    m = costs.shape[1]
    free = np.setdiff1d(np.arange(m), held)
    weighted = weights[rows, None] * costs[rows]
    cap = weighted[:, held].min(axis=1) if len(held) else np.full(len(rows), np.inf)
    weighted = np.minimum(weighted[:, free], cap[:, None])
    start = _feasible(weighted, p, held, deadline)
    left = p - len(held)
    if left == 0 or left == len(free) or not len(rows):
        sites = np.union1d(held, free[:left])
        return sites, float(np.minimum(weighted[:, :left].min(axis=1, initial=np.inf), cap).sum())
    finite = np.where(np.isfinite(weighted), weighted, 0.0)
    ceiling = finite.max(axis=1)
    reach = np.isfinite(weighted[np.isinf(weighted).any(axis=1)])
    whole = bool((finite == np.rint(finite)).all()) and float(ceiling.sum()) < 2**50
    weighted = np.where(np.isfinite(weighted), weighted, 2 * (float(ceiling.sum()) or 1.0))
    sites, bound = _least(weighted, left, ceiling, sparse.csr_array(reach.astype(float)), start, whole, deadline)
    return np.union1d(held, free[sites]), bound


def _feasible(weighted: Floats, p: int, held: Ints, deadline: float) -> Ints:
    """Return free columns that serve every row, no more than may be added; none if anything goes.

    Raises:
        BadParameter: there are none.
    """
    lacking = np.isinf(weighted).any(axis=1)
    if not lacking.any():
        return np.zeros(0, dtype=np.int64)
    reach = np.isfinite(weighted[lacking])
    left = p - len(held)
    none = np.flatnonzero(~reach.any(axis=1))
    if len(none):
        raise BadParameter(
            name="cost",
            value="∞",
            reason=Text(f"有 {len(none)} 个需求点到任何站点都不可达", f"{len(none)} rows with demand reach no site"),
        )
    plan = solve_set_cover(reach, time_limit=max(deadline - time.perf_counter(), 1e-3))
    if len(plan.sites) > left:
        more = int(np.ceil(plan.bound - 1e-6)) + len(held)
        raise BadParameter(
            name="p",
            value=p,
            reason=Text(f"服务所有可达需求至少需要 {more} 个站点", f"it takes {more} sites or more to reach every row")
            if more > p
            else Text("时限内没有找到能服务所有需求的方案", "no plan that reaches every row was found in time"),
        )
    return plan.sites


def _least(
    weighted: Floats, p: int, ceiling: Floats, reach: Matrix, start: Ints, whole: bool, deadline: float
) -> tuple[Ints, float]:
    """Return the best ``p`` columns of finite costs and a bound; ``whole``: all totals are whole numbers."""
    sites, value = exchange(weighted, greedy(weighted, p, start), deadline)
    sites, value = shaken(
        weighted, sites, value, min(deadline, time.perf_counter() + (deadline - time.perf_counter()) / 5)
    )
    scale = len(weighted) / value if value > 0 else 1.0
    grid = 1.0 if whole else 0.0
    if value == 0:
        return sites, 0.0
    state = _State(weighted * scale, np.arange(weighted.shape[1]), sites, value * scale, 0.0)
    ceiling = ceiling * scale
    found, left = priced(state.weighted, p, ceiling, sites, state.value, deadline)
    state.bound, state.sites = found.bound, np.sort(found.sites)
    state.keep(left)
    state.sites, state.value = exchange(state.weighted, state.sites, deadline)
    search = Search(
        _master(state, p, ceiling, reach[:, state.columns], deadline),
        state.sites,
        state.value,
        state.bound,
        grid * scale,
    )
    if state.bound < search.enough:
        search.master.add_cuts(*_levels(state, found.prices, ceiling))
        _cut(state, search, reach)
        search.run()
    bound = search.bound / scale
    best = state.columns[search.sites]
    if whole:
        bound = float(np.ceil(bound - 1e-6 * max(1.0, 1e-6 * bound)))
    return best, bound


def _master(state: _State, p: int, ceiling: Floats, reach: Matrix, deadline: float) -> Master:
    return Master(state.weighted, p, ceiling, sparse.csr_array(reach), deadline)


def _levels(state: _State, prices: Floats, ceiling: Floats) -> tuple[Ints, Floats]:
    """Return the levels of each row next to its price, below and above, and that of the best sites."""
    price = prices[:, None]
    below = np.where(state.weighted <= price, state.weighted, 0.0).max(axis=1)
    above = np.where(state.weighted >= price, state.weighted, np.inf).min(axis=1)
    near = state.weighted[:, state.sites].min(axis=1)
    levels = np.concatenate([np.minimum(each, ceiling) for each in (below, above, near)])
    owner = np.tile(np.arange(len(prices)), 3)
    pairs = np.unique(np.stack((owner, levels)), axis=1)
    return pairs[0].astype(np.int64), pairs[1]


def _cut(state: _State, search: Search, reach: Matrix) -> None:
    """Solve the relaxation at the root and start over with the columns and cuts that still matter."""
    master = search.master
    nothing = np.zeros(state.weighted.shape[1], dtype=bool)
    answer = master.ask(nothing, nothing, search.enough)
    if answer is None or answer.bound <= state.bound:
        return
    search.improve(answer.y)
    search.bound = answer.bound
    useless = hopeless(answer.bound, answer.reduced, master.p, search.value)
    owner, level = master.binding()
    state.sites, state.value, state.bound = search.sites, search.value, answer.bound
    state.keep(np.setdiff1d(np.arange(len(nothing)), useless))
    search.sites = state.sites
    search.master = _master(state, master.p, master.ceiling, reach[:, state.columns], master.deadline)
    search.master.add_cuts(owner, level)
