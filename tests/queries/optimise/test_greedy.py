"""Greedy plans: what brings most for its cost is taken, time after time, as plainly reckoned."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from queries.optimise.greedy import Greedy
from queries.optimise.loss import LossProblem
from tests.queries.optimise.test_search import SEEDS, Vector, random_problem

BUDGET = 14.0


def without_harm(seed: int) -> LossProblem:
    """A problem in which no action takes from another, so that what one brings never grows."""
    problem = random_problem(seed)
    return replace(problem, effects=sparse.csr_array(np.maximum(problem.effects.toarray(), 0.0)))


def plainly(problem: LossProblem, budget: float, fixed: Vector, excluded: Vector) -> Vector:
    """Take the action of most gain for its cost, of all that still fit, until none brings anything."""
    x = fixed.copy()
    while True:
        best, taken = 0.0, None
        for j in np.flatnonzero((x == 0) & (excluded == 0)):
            more = x.copy()
            more[j] = 1.0
            gain = problem.loss(x) - problem.loss(more)
            fits = problem.cost @ more <= budget + 1e-9 and problem.allowed(more)
            if fits and gain > 1e-7 and gain / problem.cost[j] > best:
                best, taken = gain / problem.cost[j], j
        if taken is None:
            return x
        x[taken] = 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_what_brings_most_for_its_cost_is_taken_time_after_time(seed: int) -> None:
    problem, random = without_harm(seed), np.random.default_rng(seed)
    none = np.zeros(len(problem.cost))
    locked = np.isin(np.arange(len(none)), random.choice(4, 1)).astype(np.float64)
    out = np.isin(np.arange(len(none)), 4 + random.choice(4, 2, replace=False)).astype(np.float64)
    sizes = set()
    for budget in (5.0, BUDGET, np.inf):
        for fixed, excluded in ((none, none), (locked, out)):
            found = Greedy(problem).plan(budget, fixed > 0, excluded > 0)
            assert found.tolist() == plainly(problem, budget, fixed, excluded).tolist(), (budget, fixed)
            sizes.add(found.sum())
    assert len(sizes) > 1


def test_what_is_fixed_stays_alone_where_it_is_more_than_the_budget() -> None:
    problem = random_problem(1)
    fixed = np.arange(len(problem.cost)) < 2
    assert Greedy(problem).plan(0.5, fixed, ~fixed).tolist() == fixed.astype(np.float64).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_who_may_join_stands_in_the_order_of_what_it_would_bring_were_nothing_ever_enough(seed: int) -> None:
    problem, random = random_problem(seed), np.random.default_rng(seed)
    fixed, excluded, chosen = (random.random(len(problem.cost)) < share for share in (0.2, 0.2, 0.9))
    excluded &= ~fixed
    held = fixed.astype(np.float64)
    lacking = np.where(problem.raw(held) > problem.floor, problem.demand, 0.0)
    worth = lacking @ (problem.effects.toarray() @ problem.made_of.toarray()) / problem.cost

    def fits(j: int) -> bool:
        more = held.copy()
        more[j] = 1.0
        return bool(fixed[j] or (problem.cost @ more <= BUDGET + 1e-9 and problem.allowed(more)))

    expected = [int(j) for j in np.argsort(-worth) if chosen[j] and not excluded[j] and fits(int(j))]
    assert Greedy(problem).hopeful(chosen, fixed, excluded, BUDGET).tolist() == expected
