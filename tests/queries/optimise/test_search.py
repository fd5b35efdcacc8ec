"""Plans found by branch and cut equal brute force; more work, money or actions never give a worse one."""

from dataclasses import replace
from itertools import chain, combinations, pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from queries.optimise import reduced as reduced_module
from queries.optimise import relaxation as relaxation_module
from queries.optimise.branching import Branching, Pseudocosts
from queries.optimise.greedy import Greedy
from queries.optimise.loss import LossProblem
from queries.optimise.reduced import reduced
from queries.optimise.relaxation import Relaxation
from queries.optimise.search import PlanSearch
from queries.optimise.terms import INFINITE, Goal, Terms

Vector = NDArray[np.float64]
SEEDS = range(12)


def random_problem(seed: int, actions: int = 8, cells: int = 30, groups: int = 4) -> LossProblem:
    """Actions that give to cells, take from cells, share what they draw on, and exclude each other; three regions."""
    random = np.random.default_rng(seed)
    effects = np.where(random.random((cells, actions + 1)) < 0.35, random.gamma(1.0, 0.5, (cells, actions + 1)), 0.0)
    effects[:, -1] *= -0.4  # what several agreements take from
    made_of = np.vstack([np.eye(actions), np.where(np.arange(actions) < 4, 0.5, 0.0)])
    limits = np.zeros((2, actions))
    limits[0, :4], limits[1, -2:] = 0.5, 1.0
    need = np.round(random.normal(0.5, 0.6, cells), 2)
    demand = random.gamma(2.0, 10.0, cells)
    outside = random.random(cells) < 0.2
    group = np.where(outside, groups - 1, random.integers(0, groups - 1, cells))
    return LossProblem(
        need=need, demand=demand, floor=np.where(outside, demand * np.maximum(need, 0.0), 0.0), group=group,
        effects=sparse.csr_array(effects), made_of=sparse.csr_array(made_of),
        cost=np.round(random.uniform(1, 9, actions), 1), limits=sparse.csr_array(limits), at_most=np.ones(2),
        compared=sparse.csr_array(np.eye(groups)[: groups - 1]), weight=np.full(groups - 1, demand.sum()),
        base=np.zeros(groups - 1),
    )  # fmt: skip


def plans(problem: LossProblem, budget: float) -> list[Vector]:
    """Every set of actions that keeps the limits."""
    actions = len(problem.cost)
    sets = chain.from_iterable(combinations(range(actions), size) for size in range(actions + 1))
    made = [np.isin(np.arange(actions), chosen).astype(np.float64) for chosen in sets]
    return [x for x in made if problem.cost @ x <= budget + 1e-9 and problem.allowed(x)]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_certain_and_what_is_left_make_the_loss(seed: int) -> None:
    problem = random_problem(seed)
    for budget in (12.0, np.inf):
        rest = reduced(problem, budget)
        for x in plans(problem, budget):
            assert rest.losses(x) == pytest.approx(problem.losses(x), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_cuts_hold_for_every_plan_and_are_tight_where_they_are_made(seed: int) -> None:
    problem, random = random_problem(seed), np.random.default_rng(seed)
    rest, every = reduced(problem, 15.0), plans(problem, 15.0)
    certain = [problem.losses(x) - rest.constant - rest.slope @ x for x in every]
    for point in (random.random(len(problem.cost)), every[-1], every[len(every) // 2]):
        bound, slopes = rest.cuts(rest.counted.numbers(point))
        for x, loss in zip(every, certain, strict=True):
            assert (bound - slopes @ rest.counted.numbers(x) <= loss + 1e-9).all()
    bound, slopes = rest.cuts(rest.counted.numbers(every[-1]))
    assert bound - slopes @ rest.counted.numbers(every[-1]) == pytest.approx(certain[-1], abs=1e-9)


def test_effects_worked_on_in_blocks_are_those_worked_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, random = random_problem(3), np.random.default_rng(3)
    whole = reduced(problem, 15.0)
    assert len(whole._blocks) == 1
    with monkeypatch.context() as patch:
        patch.setattr(reduced_module, "AT_ONCE", 5)
        parts = reduced(problem, 15.0)
        assert len(parts._blocks) > 5
        for part, one in ((parts.need, whole.need), (parts.demand, whole.demand), (parts.constant, whole.constant)):
            assert part.tolist() == one.tolist()
        for _ in range(5):
            x = random.random(len(problem.cost))
            assert parts.gains(x) == pytest.approx(whole.gains(x), rel=1e-12)
            (bound, slopes), (other, others) = (r.cuts(whole.counted.numbers(x)) for r in (parts, whole))
            assert bound.tolist() == other.tolist()
            assert slopes.toarray().tolist() == others.toarray().tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all(seed: int) -> None:
    problem, budget = random_problem(seed), 14.0
    search, every = PlanSearch(problem, budget), plans(problem, budget)
    found = search.solve(Terms(budget=budget), 60)
    assert found.objective == pytest.approx(min(problem.loss(x) for x in every), rel=1e-7, abs=1e-6)
    assert found.bound == pytest.approx(found.objective, rel=1e-6, abs=1e-5)
    worst = search.solve(Terms(goal="worst", budget=budget), 60)
    assert worst.objective == pytest.approx(min(problem.worst(x) for x in every), abs=1e-6)
    assert worst.bound == pytest.approx(worst.objective, abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_what_no_action_changes_is_part_of_what_a_region_lacks(seed: int) -> None:
    plain, random = random_problem(seed), np.random.default_rng(seed)
    problem, budget = replace(plain, base=plain.demand.sum() * random.random(len(plain.base))), 14.0

    def lack(x: Vector) -> float:
        short = np.maximum(0.0, problem.demand * (problem.need - problem.effects @ problem.made_of @ x) - problem.floor)
        return max(
            (short[problem.group == k].sum() + problem.base[k]) / problem.weight[k] for k in range(len(problem.base))
        )

    found = PlanSearch(problem, budget).solve(Terms(goal="worst", budget=budget), 60)
    assert found.objective == pytest.approx(min(lack(x) for x in plans(problem, budget)), rel=1e-9)
    assert found.x is not None
    assert found.objective == pytest.approx(lack(found.x), rel=1e-12)


@pytest.mark.parametrize("goal", ["unmet", "worst"])
def test_where_the_relaxation_has_no_answer_the_plan_is_the_best_all_the_same(goal: Goal) -> None:
    """The simplex may stop without one; that is not to be told from a proof that nothing is there."""
    problem, budget = random_problem(2, actions=6), 9.0
    loss = problem.loss if goal == "unmet" else problem.worst
    search = PlanSearch(problem, budget)
    search.model(budget)._model.setOptionValue("simplex_iteration_limit", 0)
    found = search.solve(Terms(goal=goal, budget=budget), 60)
    assert found.objective == pytest.approx(min(loss(x) for x in plans(problem, budget)), rel=1e-9)
    assert found.bound == pytest.approx(found.objective, rel=1e-6)


def test_a_basis_that_leads_nowhere_is_left() -> None:
    """Costs and demand far apart: from the basis before, HiGHS calls some of these unbounded."""
    problem, budget = random_problem(1020), 14.0
    told = {name: getattr(problem, name) * 1e9 for name in ("demand", "floor", "weight", "base")}
    large = replace(problem, **told)
    worst = min(problem.worst(x) for x in plans(problem, budget))
    found = PlanSearch(large, budget).solve(Terms(goal="worst", budget=budget), 60)
    assert (found.objective, found.bound) == pytest.approx((worst, worst), abs=1e-4)


@pytest.mark.parametrize("of_demand", [1e-12, 1e-9, 1e-4, 1e9, 1e12])
def test_plans_are_the_best_in_any_unit(of_demand: float) -> None:
    """And what a longer search finds is no worse; a demand of billionths once ended searches at the first plan."""
    for seed in (1020, 1028, *SEEDS):
        plain, budget, of_cost = random_problem(seed), 14.0, 10.0 ** ((seed % 5) * 5 - 9)
        told = {name: getattr(plain, name) * of_demand for name in ("demand", "floor", "weight", "base")}
        problem = replace(plain, **told, cost=plain.cost * of_cost)
        search, every = PlanSearch(problem, budget * of_cost), plans(plain, budget)
        least, worst = min(problem.loss(x) for x in every), min(problem.worst(x) for x in every)
        close = 1e-6 * float(problem.demand.sum())
        found = [search.solve(Terms(budget=budget * of_cost), seconds) for seconds in (1e-3, 1e-2, 60)]
        values = [f.objective for f in found]
        assert values == sorted(values, reverse=True)
        assert (values[-1], found[-1].bound) == pytest.approx((least, least), rel=1e-6, abs=close)
        fair = search.solve(Terms(goal="worst", budget=budget * of_cost), 60)
        assert (fair.objective, fair.bound) == pytest.approx((worst, worst), abs=1e-4)
        none = search.solve(Terms(budget=budget * of_cost, most_unmet=least - 10 * close), 60)
        assert (none.x, none.bound) == (None, np.inf)


@pytest.mark.parametrize("seed", SEEDS)
def test_cuts_are_made_only_for_groups_that_lose_more_than_is_known(seed: int) -> None:
    problem, random = random_problem(seed), np.random.default_rng(seed)
    rest = reduced(problem, 15.0)
    v = rest.counted.numbers(random.random(len(problem.cost)))
    every, slopes = rest.cuts(v)
    value = every - slopes @ v
    least = value + np.where(np.arange(len(value)) % 2, 1e-6, -1e-6)
    bound, some = rest.cuts(v, least)
    wanted = value > least
    assert bound.tolist() == np.where(wanted, every, 0.0).tolist()
    assert some.toarray().tolist() == np.where(wanted[:, None], slopes.toarray(), 0.0).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all_however_soon_cuts_are_forgotten(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, forgotten = random_problem(seed), 0
    remove = Relaxation._remove

    def counted(model: Relaxation, rows: NDArray[np.int64]) -> None:
        nonlocal forgotten
        forgotten += len(rows)
        remove(model, rows)

    monkeypatch.setattr(relaxation_module, "IDLE", 0)
    monkeypatch.setattr(relaxation_module, "MANY", 1)
    monkeypatch.setattr(Relaxation, "_remove", counted)
    search, every, wanted = PlanSearch(problem, 14.0), plans(problem, 14.0), np.isin(np.arange(8), [1, 2, 7])
    found = search.solve(Terms(budget=14.0), 60)
    assert found.objective == pytest.approx(min(problem.loss(x) for x in every), rel=1e-7, abs=1e-6)
    assert found.bound == pytest.approx(found.objective, rel=1e-6, abs=1e-5)
    one = search.solve(Terms(budget=14.0, one_of=(wanted,)), 60)
    best = min(problem.loss(x) for x in every if x[wanted].any())
    assert one.objective == pytest.approx(best, rel=1e-7, abs=1e-6)
    free = search.solve(Terms(budget=14.0), 60)
    assert free.objective == pytest.approx(found.objective, rel=1e-7, abs=1e-6)
    assert forgotten > 0


def test_branching_is_where_earlier_nodes_rose_most() -> None:
    """Of two actions alike the bound rose more by the second; of one never moved its weight is what is thought."""
    costs = Pseudocosts(np.array([1.0, 1.0, 4.0, 1.0]))
    part, free = np.array([0.5, 0.5, 0.5, 0.2]), np.array([True, True, True, False])
    assert costs.best(part, free) == 2
    assert costs.best(part, np.array([False, False, False, True])) == 3
    assert costs.best(np.array([0.5, 0.5, 0.1, 0.5]), free) == 2  # 0.4 · 3.6 is above 0.5 · 0.5
    for side in (0, 1):
        costs.learn(10 + side, Branching(0, side, 0.5, 100.0), 100.5)
        costs.learn(20 + side, Branching(1, side, 0.5, 100.0), 110.0)
        costs.learn(30 + side, Branching(2, side, 0.5, 100.0), 100.0)
    # The rises by a whole are 1, 20 and 0: 21 for a weight of 6, so 3.5 for each; halves of 2.25, 11.75 and 7.
    assert costs.best(part, free) == 1
    costs.learn(20, Branching(1, 0, 0.5, 100.0), 100.0)
    costs.learn(21, Branching(1, 1, 0.5, 100.0), 100.0)
    # The same nodes, told of anew: 1, 0 and 0, so 1/6 for each; halves of 7/12, 1/12 and 1/3.
    assert costs.best(part, free) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_locks_sets_and_a_goal_of_cost_are_kept(seed: int) -> None:
    problem = random_problem(seed)
    search = PlanSearch(problem, 20.0)
    fixed, excluded, one_of = (np.isin(np.arange(8), at) for at in ([5], [0, 6], [1, 2]))
    every = [x for x in plans(problem, 20.0) if x[5] and not x[[0, 6]].any() and x[[1, 2]].any()]
    terms = Terms(budget=20.0, fixed=fixed, excluded=excluded, one_of=(one_of,))
    found = search.solve(terms, 60)
    if not every:
        assert found.x is None
        return
    assert found.objective == pytest.approx(min(problem.loss(x) for x in every), rel=1e-7, abs=1e-6)
    most = (problem.loss(every[0]) + found.objective) / 2
    cheap = search.solve(Terms(goal="linear", weights=problem.cost, most_unmet=most, budget=INFINITE), 60)
    least = min(problem.cost @ x for x in plans(problem, np.inf) if problem.loss(x) <= most + 1e-6)
    assert cheap.objective == pytest.approx(least)


@pytest.mark.parametrize("seed", range(4))
def test_more_work_money_or_actions_are_never_worse(seed: int) -> None:
    """A search of some work is the beginning of a longer one; proven plans are monotone."""
    problem = random_problem(seed, actions=24, cells=160)
    nothing = np.zeros(24, dtype=bool)

    def found(seconds: float, budget: float = 30.0, excluded: Any = None) -> Any:
        start = Greedy(problem).plan(budget, nothing, nothing if excluded is None else excluded)
        return PlanSearch(problem, budget).solve(Terms(budget=budget, start=start, excluded=excluded), seconds)

    by_work = [found(seconds) for seconds in (1e-4, 1e-2, 0.1, 2, 60)]
    assert all(a.objective >= b.objective - 1e-9 for a, b in pairwise(by_work))
    assert all(a.bound <= by_work[-1].objective + 1e-6 for a in by_work)
    again = found(0.1)
    assert (again.x == by_work[2].x).all()
    assert again.bound == by_work[2].bound
    proven = by_work[-1]
    assert proven.bound == pytest.approx(proven.objective, rel=1e-6)
    assert found(60, budget=40.0).objective <= proven.objective + 1e-6
    fewer = found(60, excluded=np.arange(24) % 3 == 0)
    assert fewer.objective >= proven.objective - 1e-6


def test_plans_that_are_as_good_are_told() -> None:
    """Two stations that do the same: either is the best plan, and the other is told beside it."""
    problem = LossProblem(
        need=np.ones(2), demand=np.array([10.0, 10.0]), floor=np.zeros(2), group=np.zeros(2, dtype=np.int64),
        effects=sparse.csr_array(np.array([[1.0, 0.0, 0.2], [0.0, 1.0, 0.2]])), made_of=sparse.csr_array(np.eye(3)),
        cost=np.ones(3), limits=sparse.csr_array((0, 3)), at_most=np.zeros(0), compared=sparse.csr_array((0, 1)),
        weight=np.zeros(0), base=np.zeros(0),
    )  # fmt: skip
    found = PlanSearch(problem, 1.0).solve(Terms(budget=1.0), 1)
    assert found.x is not None
    assert found.objective == 10.0
    assert sorted([found.x.tolist(), *(x.tolist() for x in found.others)]) == [[0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("budget", [12.0, np.inf])
def test_a_greedy_plan_keeps_budget_limits_and_locks(seed: int, budget: float) -> None:
    """And nothing that still fits would bring anything."""
    problem = random_problem(seed)
    actions = np.arange(len(problem.cost))
    fixed, excluded = actions == seed % 8, actions == (seed + 3) % 8
    x = Greedy(problem).plan(budget, fixed, excluded)
    assert set(x.tolist()) <= {0.0, 1.0}
    assert x[fixed].all()
    assert not x[excluded].any()
    assert problem.cost @ x <= budget + 1e-9
    assert problem.allowed(x)
    for j in actions[(x == 0) & ~excluded]:
        more = np.where(actions == j, 1.0, x)
        fits = problem.cost @ more <= budget + 1e-9 and problem.allowed(more)
        assert not fits or problem.losses(more).sum() >= problem.losses(x).sum() - 1e-6, j


@pytest.mark.parametrize("seed", SEEDS)
def test_who_may_join_the_fixed_fits_beside_them(seed: int) -> None:
    problem = random_problem(seed)
    actions = np.arange(len(problem.cost))
    fixed, excluded, chosen = actions == seed % 8, actions == (seed + 3) % 8, actions != (seed + 5) % 8
    found = Greedy(problem).hopeful(chosen, fixed, excluded, 12.0)
    for j in actions:
        both = np.where(actions == j, 1.0, fixed.astype(float))
        fits = problem.cost @ both <= 12.0 + 1e-9 and problem.allowed(both)
        assert (j in found) == (chosen[j] and not excluded[j] and (fixed[j] or fits)), j
