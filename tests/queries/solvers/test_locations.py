"""Plans equal brute force on small cases, the full model on medium ones, and never claim more than they prove."""

import warnings
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import dijkstra

from graph.errors import BadParameter
from queries.solvers.locations import (
    Plan,
    solve_facility_location,
    solve_max_cover,
    solve_p_median,
    solve_set_cover,
)
from tests.support.soak import trials

CLOSE = 1e-9


class Case:
    """A small random problem: ties, zero demand, unreachable pairs and fixed sites, by seed."""

    def __init__(self, seed: int) -> None:
        random = self.random = np.random.default_rng(seed)
        self.n, self.m = (int(k) for k in random.integers((1, 1), (14, 9)))
        shape = (self.n, self.m)
        self.cost = random.integers(0, 20, shape).astype(float) if seed % 3 else random.random(shape)
        if seed % 4 == 0:
            self.cost[random.random(shape) < 0.3] = np.inf
        self.demand = random.integers(0, 5, self.n).astype(float) if seed % 5 else random.random(self.n)
        self.covers = random.random(shape) < random.choice([0.2, 0.4, 0.7])
        self.site_cost = random.integers(0, 5, self.m).astype(float)
        self.p = int(random.integers(1, self.m + 1))
        some = random.choice(self.m, size=int(random.integers(0, self.p + 1)), replace=False)
        self.fixed: list[int] = some.tolist() if seed % 2 else []
        self.budget = float(self.site_cost[self.fixed].sum() + random.integers(1, 8))

    def choices(self) -> list[list[int]]:
        """Return every set of sites that holds the fixed ones."""
        sites = range(self.m)
        every = (list(c) for k in range(self.m + 1) for c in combinations(sites, k))
        return [c for c in every if set(self.fixed) <= set(c)]

    def covered(self, sites: list[int]) -> float:
        return float(self.demand[self.covers[:, sites].any(axis=1)].sum())

    def paid(self, sites: list[int]) -> float:
        asks = self.demand > 0
        return float((self.demand[asks] * self.cost[asks][:, sites].min(axis=1)).sum())


def assert_proven(plan: Plan, best: float) -> None:
    assert plan.objective == pytest.approx(best, rel=CLOSE, abs=CLOSE)
    assert plan.bound == pytest.approx(best, rel=1e-8, abs=1e-8)
    assert (np.diff(plan.sites) > 0).all()
    assert set(plan.assignment.tolist()) <= {-1, *plan.sites.tolist()}


# --- brute force --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(150))
def test_p_median_equals_brute_force(seed: int) -> None:
    case = Case(seed)
    best = min(case.paid(sites) for sites in case.choices() if len(sites) == case.p)
    if np.isinf(best):
        with pytest.raises(BadParameter, match="需求"):
            solve_p_median(case.cost, case.demand, case.p, case.fixed)
        return
    plan = solve_p_median(case.cost, case.demand, case.p, case.fixed)
    assert_proven(plan, best)
    assert plan.bound <= plan.objective
    assert len(plan.sites) == case.p
    assert set(case.fixed) <= set(plan.sites.tolist())
    served = plan.assignment >= 0
    nearest = case.cost[:, plan.sites].min(axis=1)
    assert (case.cost[np.flatnonzero(served), plan.assignment[served]] == nearest[served]).all()
    assert np.isinf(nearest[~served]).all()


@pytest.mark.parametrize("seed", range(150))
def test_max_cover_equals_brute_force(seed: int) -> None:
    case = Case(seed)
    few = max(case.covered(sites) for sites in case.choices() if len(sites) <= case.p)
    cheap = max(case.covered(sites) for sites in case.choices() if case.site_cost[sites].sum() <= case.budget)
    plan = solve_max_cover(case.covers, case.demand, case.p, fixed=case.fixed)
    assert_proven(plan, few)
    assert len(plan.sites) <= case.p
    plan = solve_max_cover(
        sparse.coo_array(case.covers), case.demand, site_cost=case.site_cost, budget=case.budget, fixed=case.fixed
    )
    assert_proven(plan, cheap)
    assert case.site_cost[plan.sites].sum() <= case.budget
    assert set(case.fixed) <= set(plan.sites.tolist())
    assert ((plan.assignment >= 0) == case.covers[:, plan.sites].any(axis=1)).all()


@pytest.mark.parametrize("seed", range(40))
def test_max_cover_keeps_within_both_limits(seed: int) -> None:
    case = Case(seed)
    plan = solve_max_cover(case.covers, case.demand, case.p, case.site_cost, case.budget, case.fixed)
    possible = [s for s in case.choices() if len(s) <= case.p and case.site_cost[s].sum() <= case.budget]
    assert_proven(plan, max(case.covered(sites) for sites in possible))


@pytest.mark.parametrize("seed", range(150))
def test_set_cover_equals_brute_force(seed: int) -> None:
    case = Case(seed)
    case.covers[~case.covers.any(axis=1), 0] = True
    full = [sites for sites in case.choices() if case.covers[:, sites].any(axis=1).all()]
    plan = solve_set_cover(case.covers, case.site_cost, case.fixed)
    assert_proven(plan, min(float(case.site_cost[sites].sum()) for sites in full))
    assert (plan.assignment >= 0).all()
    assert set(case.fixed) <= set(plan.sites.tolist())
    assert_proven(solve_set_cover(case.covers, fixed=case.fixed), min(len(sites) for sites in full))


# --- the full model -----------------------------------------------------------------------------------


def full_p_median(weighted: np.ndarray[Any, Any], p: int) -> float:
    """Solve Σ w·x with x_ij ≤ y_j, Σ_j x_ij = 1, Σ y = p."""
    n, m = weighted.shape
    each = sparse.kron(sparse.eye_array(n), np.ones((1, m)))
    opened = sparse.hstack((sparse.eye_array(n * m), -sparse.kron(np.ones((n, 1)), sparse.eye_array(m))))
    rows = [
        LinearConstraint(sparse.hstack((each, sparse.csr_array((n, m)))).tocsr(), 1, 1),
        LinearConstraint(opened.tocsr(), -np.inf, 0),
        LinearConstraint(np.concatenate((np.zeros(n * m), np.ones(m)))[None, :], p, p),
    ]
    whole = np.concatenate((np.zeros(n * m), np.ones(m)))
    found = milp(
        np.concatenate((weighted.ravel(), np.zeros(m))), constraints=rows, integrality=whole, bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )  # fmt: skip
    return float(found.fun)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_p_median_equals_the_full_model(seed: int) -> None:
    random = np.random.default_rng(seed)
    at, sites = random.random((60, 2)), random.random((40, 2))
    cost = np.hypot(*(at[:, None] - sites[None]).transpose(2, 0, 1))
    if seed % 2:
        cost = random.random((60, 40))  # no geometry: the relaxation is weak and branching has work
    demand = random.integers(1, 50, 60)
    plan = solve_p_median(cost, demand, 3 + seed)
    best = full_p_median(demand[:, None] * cost, 3 + seed)
    assert plan.objective == pytest.approx(best, rel=1e-6)
    assert plan.objective <= best * (1 + 1e-9)
    assert plan.gap <= 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_covers_equal_spopt(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp  # noqa: PLC0415
        from spopt.locate import LSCP, MCLP  # noqa: PLC0415

        random = np.random.default_rng(seed)
        at, sites = random.random((150, 2)) * 10, random.random((40, 2)) * 10
        cost = np.hypot(*(at[:, None] - sites[None]).transpose(2, 0, 1))
        demand = random.integers(1, 50, 150)
        most = MCLP.from_cost_matrix(cost, demand, 1.5, p_facilities=6).solve(pulp.PULP_CBC_CMD(msg=False))
        radius = float(cost.min(axis=1).max())
        least = LSCP.from_cost_matrix(cost, radius).solve(pulp.PULP_CBC_CMD(msg=False))
        by_spopt, fewest = abs(float(most.problem.objective.value())), float(least.problem.objective.value())
    assert_proven(solve_max_cover(cost <= 1.5, demand, 6), by_spopt)
    assert_proven(solve_set_cover(cost <= radius), fewest)


# --- general graphs -----------------------------------------------------------------------------------


def all_pairs(nodes: int, edges: int, seed: int) -> np.ndarray[Any, Any]:
    """Return distances in a random connected graph with lengths 1 to 100, as the OR-library's pmed files have them."""
    random = np.random.default_rng(seed)
    tails = np.concatenate((random.integers(0, nodes, edges), np.arange(nodes)))
    heads = np.concatenate((random.integers(0, nodes, edges), (np.arange(nodes) + 1) % nodes))
    lengths = np.full((nodes, nodes), np.inf)
    np.minimum.at(lengths, (tails, heads), random.integers(1, 101, len(tails)))
    np.fill_diagonal(lengths, 0)
    return np.asarray(dijkstra(np.where(np.isinf(lengths), 0, lengths), directed=False))


@pytest.mark.slow
@pytest.mark.parametrize("p", [5, 33, 67])
def test_general_graphs_of_200_nodes_are_proven(p: int) -> None:
    cost = all_pairs(200, 800, seed=p)
    plan = solve_p_median(cost, np.ones(200), p)
    assert plan.gap == 0
    assert plan.objective == cost[:, plan.sites].min(axis=1).sum()


@pytest.mark.slow
@pytest.mark.parametrize(("p", "most"), [(5, 0.01), (50, 1e-3), (200, 0), (10, 0.02)][: trials(3, 4)])
def test_general_graphs_of_900_nodes_have_a_small_gap(p: int, most: float) -> None:
    plan = solve_p_median(all_pairs(900, 16_200, seed=1), np.ones(900), p, time_limit=120)  # 4 on a quiet machine
    assert plan.gap <= most
    assert plan.bound <= plan.objective


# --- honesty ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_little_time_gives_a_valid_bound() -> None:
    cost = all_pairs(300, 1800, seed=3)
    demand = np.arange(300) % 7
    near = cost <= np.quantile(cost, 0.08)
    proven, most, least = solve_p_median(cost, demand, 12), solve_max_cover(near, demand, 8), solve_set_cover(near)
    assert proven.gap == 0
    for time_limit in (1e-6, 0.02, 0.2, 1.0):
        plan = solve_p_median(cost, demand, 12, time_limit=time_limit)
        assert plan.bound <= proven.objective <= plan.objective
        plan = solve_max_cover(near, demand, 8, time_limit=time_limit)
        assert plan.objective <= most.bound + CLOSE
        assert most.objective <= plan.bound + CLOSE
        plan = solve_set_cover(near, time_limit=time_limit)
        assert plan.bound <= least.objective
        assert least.bound <= plan.objective
        assert near[:, plan.sites].any(axis=1).all()


def test_the_same_question_has_the_same_answer() -> None:
    cost = np.abs(np.arange(40)[:, None] - np.arange(40)[None, :]).astype(float)
    plans = [solve_p_median(cost, np.ones(40), 5) for _ in range(3)]
    assert len({tuple(plan.sites) for plan in plans}) == 1
    covers = [solve_max_cover(cost < 3, np.ones(40), 5) for _ in range(3)]
    assert len({tuple(plan.sites) for plan in covers}) == 1


def test_scale_changes_nothing() -> None:
    case = Case(7)
    sites = solve_p_median(case.cost, case.demand, case.p).objective
    for factor in (1e-9, 1e9):
        scaled = solve_p_median(case.cost * factor, case.demand, case.p)
        assert scaled.objective == pytest.approx(sites * factor)
        assert scaled.gap <= 1e-8


def test_sites_that_add_nothing_are_left_out() -> None:
    plan = solve_max_cover([[True, True], [True, False]], [1, 1], 2)
    assert plan.sites.tolist() == [0]
    assert plan.assignment.tolist() == [0, 0]


def test_nothing_asked_for_costs_nothing() -> None:
    plan = solve_p_median(np.ones((3, 2)), np.zeros(3), 1)
    assert (plan.objective, plan.bound, plan.gap, len(plan.sites)) == (0, 0, 0, 1)
    assert solve_max_cover(np.zeros((3, 2), dtype=bool), np.ones(3), 1).objective == 0
    assert solve_set_cover(np.zeros((0, 2), dtype=bool)).sites.tolist() == []


# --- nonsense -----------------------------------------------------------------------------------------

GRID = np.ones((3, 4))
MARKS = GRID.astype(bool)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"demand": [1, -1, 1]}, "demand[1]"),
        ({"demand": [1, float("nan"), 1]}, "demand[1]"),
        ({"demand": [1, float("inf"), 1]}, "demand[1]"),
        ({"demand": [1, 1]}, "demand"),
        ({"demand": "abc"}, "demand"),
        ({"cost": -GRID}, "cost[(0, 0)]"),
        ({"cost": GRID * float("nan")}, "cost[(0, 0)]"),
        ({"cost": GRID * float("inf")}, "cost"),
        ({"cost": np.ones(3)}, "cost"),
        ({"cost": np.ones((3, 0))}, "cost"),
        ({"p": 0}, "p"),
        ({"p": 5}, "p"),
        ({"p": 1.5}, "p"),
        ({"p": 1, "fixed": [0, 1]}, "p"),
        ({"fixed": [4]}, "fixed"),
        ({"fixed": [-1]}, "fixed"),
        ({"time_limit": 0}, "time_limit"),
        ({"time_limit": float("nan")}, "time_limit"),
    ],
)
def test_p_median_refuses_nonsense(changed: dict[str, Any], name: str) -> None:
    with pytest.raises(BadParameter) as error:
        solve_p_median(**({"cost": GRID, "demand": np.ones(3), "p": 2} | changed))
    assert error.value.details["name"] == name
    assert error.value.say("zh") != error.value.say("en")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({}, "p"),
        ({"p": 5}, "p"),
        ({"p": 2, "covers": GRID * 2}, "covers"),
        ({"p": 2, "covers": sparse.csr_array(GRID * 0.5)}, "covers"),
        ({"p": 2, "covers": [[1, 0], [1]]}, "covers"),
        ({"p": 2, "demand": np.ones(4)}, "demand"),
        ({"budget": 3}, "site_cost"),
        ({"p": 2, "site_cost": np.ones(4)}, "budget"),
        ({"budget": 0, "site_cost": np.ones(4)}, "budget"),
        ({"budget": -1, "site_cost": np.ones(4)}, "budget"),
        ({"budget": float("nan"), "site_cost": np.ones(4)}, "budget"),
        ({"budget": 3, "site_cost": -np.ones(4)}, "site_cost[0]"),
        ({"budget": 3, "site_cost": np.ones(3)}, "site_cost"),
        ({"budget": 3, "site_cost": np.ones(4) * 2, "fixed": [0, 1]}, "budget"),
        ({"p": 2, "fixed": [9]}, "fixed"),
    ],
)
def test_max_cover_refuses_nonsense(changed: dict[str, Any], name: str) -> None:
    with pytest.raises(BadParameter) as error:
        solve_max_cover(**({"covers": MARKS, "demand": np.ones(3)} | changed))
    assert error.value.details["name"] == name
    assert error.value.say("zh") != error.value.say("en")


def test_set_cover_names_rows_that_nobody_covers() -> None:
    covers = np.ones((9, 2), dtype=bool)
    covers[2:] = False
    with pytest.raises(BadParameter) as error:
        solve_set_cover(covers)
    assert "2, 3, 4, 5, 6 …" in error.value.say("en")
    assert "7 rows" in error.value.say("en")
    with pytest.raises(BadParameter):
        solve_set_cover(MARKS, site_cost=[1, 2, 3, -4])


def test_too_few_sites_to_reach_everyone_says_how_many_it_takes() -> None:
    cost = np.full((3, 3), np.inf)
    np.fill_diagonal(cost, 1.0)
    with pytest.raises(BadParameter, match="3 个站点"):
        solve_p_median(cost, np.ones(3), 2)


@pytest.mark.parametrize("seed", range(20))
def test_the_least_radius_that_p_sites_can_keep_is_that_of_brute_force(seed: int) -> None:
    """The p-center (Hakimi 1964) by covering: the least distance within which p sites cover all (Minieka 1970)."""
    random = np.random.default_rng(seed)
    n, m, p = 12, 8, int(random.integers(1, 5))
    distance = random.uniform(0, 100, (n, m)).round(1)
    best = min(distance[:, list(sites)].min(axis=1).max() for sites in combinations(range(m), p))
    enough = [radius for radius in np.unique(distance) if radius >= distance.min(axis=1).max()
              and len(solve_set_cover(distance <= radius).sites) <= p]  # fmt: skip
    assert enough[0] == best


@pytest.mark.parametrize("seed", range(6))
def test_facility_location_is_that_of_the_full_model(seed: int) -> None:
    """Against the programme with a variable for every row and site (Balinski 1965), solved by HiGHS."""
    random = np.random.default_rng(seed)
    n, m = 30, 10
    cost, demand = random.uniform(0, 50, (n, m)), random.uniform(0.5, 4, n)
    opening = random.uniform(20, 300, m)
    worth = np.concatenate([(demand[:, None] * cost).ravel(), opening])
    served = np.hstack([np.kron(np.eye(n), np.ones(m)), np.zeros((n, m))])
    linked = np.hstack([np.eye(n * m), -np.tile(np.eye(m), (n, 1))])
    rules = [LinearConstraint(served, 1, 1), LinearConstraint(linked, -np.inf, 0)]
    whole = np.concatenate([np.zeros(n * m), np.ones(m)])
    best: Any = milp(worth, constraints=rules, integrality=whole, bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0})
    plan = solve_facility_location(cost, demand, opening)
    assert plan.objective == pytest.approx(best.fun, rel=1e-7)
    assert plan.bound == pytest.approx(plan.objective, rel=1e-7)
    assert plan.sites.tolist() == np.flatnonzero(best.x[n * m :] > 0.5).tolist()
