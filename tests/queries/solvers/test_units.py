"""The unit changes nothing: plans, flows and paths in units from 1e-12 to 1e12 equal brute force."""

from collections.abc import Iterator
from itertools import combinations, pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from graph.arrays import Floats
from graph.errors import BadParameter
from queries.solvers import (
    Plan,
    k_best_paths,
    solve_facility_location,
    solve_max_cover,
    solve_p_median,
    solve_set_cover,
    solve_transport,
)

EXACT = 1e-9
EACH = 200
"""Cases of each of five questions: a thousand."""


class Case:
    """A small random problem by seed; ``demand``, ``price`` and ``cost`` have units of their own."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.n, self.m = (int(k) for k in random.integers((1, 2), (11, 8)))
        shape = (self.n, self.m)
        units = 10.0 ** random.integers(-12, 13, 3)
        tenths = 10.0 if seed % 2 else 1.0
        self.demand: Floats = random.integers(0, 9, self.n) / tenths * units[0]
        self.price: Floats = random.integers(0, 9, self.m) / tenths * units[1]
        self.cost: Floats = random.integers(0, 20, shape) / tenths * units[2]
        self.covers = random.random(shape) < random.choice([0.3, 0.5])
        self.covers[~self.covers.any(axis=1), 0] = True
        if seed % 5 == 0:  # something far out of the way
            self.price[-1] = 1e15 * units[1]
        self.p = int(random.integers(1, self.m + 1))
        self.fixed: list[int] = random.choice(self.m - 1, int(random.integers(0, 2)), replace=False).tolist()
        self.budget = float(self.price[self.fixed].sum() + random.integers(1, 12) / tenths * units[1])
        self.opening: Floats = random.integers(0, 40, self.m) / tenths * units[0] * units[2]

    def choices(self) -> Iterator[list[int]]:
        for size in range(self.m + 1):
            yield from (list(c) for c in combinations(range(self.m), size) if set(self.fixed) <= set(c))

    def reached(self, sites: list[int]) -> float:
        return float(self.demand[self.covers[:, sites].any(axis=1)].sum())

    def paid(self, sites: list[int]) -> float:
        return float((self.demand * self.cost[:, sites].min(axis=1)).sum()) if sites else np.inf


def assert_best(plan: Plan, best: float) -> None:
    assert plan.objective == pytest.approx(best, rel=EXACT, abs=0)
    assert plan.bound == pytest.approx(best, rel=1e-8, abs=0)


def affordable(price: Floats, sites: list[int], budget: float) -> bool:
    return float(price[sites].sum()) <= budget * (1 + EXACT)


@pytest.mark.parametrize("seed", range(EACH))
def test_maximal_covers(seed: int) -> None:
    case = Case(seed)
    few = [sites for sites in case.choices() if len(sites) <= max(case.p, 1)]
    assert_best(solve_max_cover(case.covers, case.demand, case.p, fixed=case.fixed), max(map(case.reached, few)))
    cheap = [sites for sites in case.choices() if affordable(case.price, sites, case.budget)]
    plan = solve_max_cover(case.covers, case.demand, site_cost=case.price, budget=case.budget, fixed=case.fixed)
    assert_best(plan, max(map(case.reached, cheap)))
    assert affordable(case.price, plan.sites.tolist(), case.budget)


@pytest.mark.parametrize("seed", range(EACH))
def test_set_covers(seed: int) -> None:
    case = Case(seed)
    full = [sites for sites in case.choices() if case.covers[:, sites].any(axis=1).all()]
    plan = solve_set_cover(case.covers, case.price, case.fixed)
    assert_best(plan, min(float(case.price[sites].sum()) for sites in full))
    assert plan.sites.tolist() in full


@pytest.mark.parametrize("seed", range(EACH))
def test_medians(seed: int) -> None:
    case = Case(seed)
    plan = solve_p_median(case.cost, case.demand, case.p, case.fixed)
    assert_best(plan, min(case.paid(sites) for sites in case.choices() if len(sites) == case.p))


@pytest.mark.parametrize("seed", range(EACH))
def test_facilities_that_cost(seed: int) -> None:
    case = Case(seed)
    plan = solve_facility_location(case.cost, case.demand, case.opening, case.fixed)
    anything = bool(case.demand.any())
    totals = (
        float(case.opening[sites].sum()) + (case.paid(sites) if anything else 0.0)
        for sites in case.choices()
        if sites or not anything
    )
    assert_best(plan, min(totals))


@pytest.mark.parametrize("seed", range(EACH))
def test_flows(seed: int) -> None:
    """Whole numbers are solved exactly (test_transport.py); in any unit it is the same flow, and as well proven."""
    random = np.random.default_rng(seed)
    m, n = random.integers(1, 7, 2)
    supply, demand = random.integers(0, 30, m), random.integers(0, 30, n)
    cost = random.integers(0, 50, (m, n)).astype(float)
    cost[random.random((m, n)) < random.choice([0, 0.3])] = np.inf
    plain = solve_transport(supply, demand, cost)
    assert plain.bound == pytest.approx(plain.cost, rel=EXACT, abs=0)
    idle = np.argwhere(np.isfinite(cost) & (plain.flow == 0))
    if len(idle):  # an arc that nobody uses may cost anything
        cost[tuple(idle[0])] = 1e15
    quantity, price = 10.0 ** random.integers(-12, 13, 2)
    other = solve_transport(supply * quantity, demand * quantity, cost * price)
    assert other.met == pytest.approx(plain.met * quantity, rel=EXACT, abs=0)
    assert other.cost == pytest.approx(plain.cost * quantity * price, rel=EXACT, abs=0)
    assert other.bound == pytest.approx(other.cost, rel=EXACT, abs=0)


def simple_paths(edges: list[tuple[int, int, int]], nodes: int, target: int) -> list[tuple[int, list[int]]]:
    """Return every path from 0, in tenths, by cost and then by nodes: whole numbers, so that nothing is rounded."""
    least: dict[tuple[int, int], int] = {}
    for a, b, weight in edges:
        for pair in ((a, b), (b, a)):
            least[pair] = min(weight, least.get(pair, weight))
    inner = [v for v in range(nodes) if v not in (0, target)]
    walks = ([0, *between, target] for size in range(len(inner) + 1) for between in permutations(inner, size))
    found = [(walk, list(pairwise(walk))) for walk in walks]
    return sorted((sum(least[h] for h in hops), walk) for walk, hops in found if all(h in least for h in hops))


@pytest.mark.parametrize("seed", range(EACH))
def test_paths_and_an_edge_that_none_of_them_uses(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = int(random.integers(3, 7))
    drawn = random.integers(0, nodes, (15, 2))
    edges = [(int(a), int(b), int(w)) for (a, b), w in zip(drawn, random.integers(0, 9, 15), strict=True) if a != b]
    edges.append((0, 1, 3))
    unit = 10.0 ** random.integers(-12, 13)
    rows = [(a, b, w / 10 * unit) for a, b, w in edges] + [(nodes, nodes + 1, 1e15 * unit), (nodes, 1, unit)]
    frame = pd.DataFrame(rows, columns=["source", "target", "weight"])
    found = k_best_paths(frame, 0, 1, 10)
    expected = simple_paths(edges, nodes, 1)[:10]
    assert [path for path, _ in found] == [path for _, path in expected]
    assert [cost for _, cost in found] == pytest.approx([cost / 10 * unit for cost, _ in expected], rel=EXACT, abs=0)


# --- cases that went wrong ------------------------------------------------------------------------------


def test_a_cover_in_billionths_is_the_best() -> None:
    covers = [[0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 1, 1]]
    plan = solve_max_cover(covers, [2e-9, 4e-9, 4e-9, 3e-9], p=2)
    assert (plan.sites.tolist(), plan.objective) == ([1, 3], pytest.approx(13e-9, rel=EXACT))


def test_tenths_add_up_to_the_budget() -> None:
    both = solve_max_cover(np.eye(2), [1, 1], site_cost=[0.1, 0.2], budget=0.3)
    assert both.sites.tolist() == [0, 1]
    held = solve_max_cover(np.eye(4), np.ones(4), site_cost=[0.1] * 4, budget=0.3, fixed=[0, 1, 2])
    assert held.sites.tolist() == [0, 1, 2]
    with pytest.raises(BadParameter, match="budget"):
        solve_max_cover(np.eye(4), np.ones(4), site_cost=[0.1] * 4, budget=0.29, fixed=[0, 1, 2])


def test_sites_that_pass_the_budget_by_a_ten_millionth_are_not_taken() -> None:
    plan = solve_max_cover(np.eye(3), [1, 1, 1.5], site_cost=[1.0, 1.0, 1.0000001], budget=2.0)
    assert (plan.sites.tolist(), plan.objective) == ([0, 1], 2.0)
    assert plan.bound == pytest.approx(2.0, rel=EXACT)


ARCS = sparse.coo_array(([1.0, 2.0, 3.0], ([0, 0, 1], [0, 1, 1])), shape=(2, 2))


def test_sparse_limits_are_matched_by_place() -> None:
    another_order = sparse.coo_array(([0.0, 5.0, 1.0], ([1, 0, 0], [1, 1, 0])), shape=(2, 2))
    assert solve_transport([5, 5], [4, 6], ARCS, another_order).flow.toarray().tolist() == [[1, 4], [0, 0]]
    whole = np.array([[1.0, 1.0], [9.0, 2.0]])
    assert solve_transport([5, 5], [4, 6], ARCS, whole).flow.toarray().tolist() == [[1, 1], [0, 2]]


@pytest.mark.parametrize(
    "limit",
    [
        sparse.coo_array(([0.0, 5.0, 1.0], ([1, 1, 0], [1, 0, 0])), shape=(2, 2)),
        sparse.coo_array(([5.0, 5.0], ([0, 0], [0, 1])), shape=(2, 2)),
        np.ones((3, 2)),
        np.ones(4),
    ],
    ids=["transposed", "an arc without", "another shape", "too many"],
)
def test_limits_of_other_places_are_refused(limit: object) -> None:
    with pytest.raises(BadParameter, match="limit"):
        solve_transport([5, 5], [4, 6], ARCS, limit)


def test_a_transposed_dense_limit_is_refused() -> None:
    with pytest.raises(BadParameter, match="limit"):
        solve_transport([5, 5], [4, 6, 1], np.ones((2, 3)), np.ones((3, 2)))
