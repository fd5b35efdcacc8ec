"""The bound for the worst-served region holds for every plan, and knows that half an action is none."""

import numpy as np
import pytest
from scipy import sparse

from queries.optimise.levels import CLOSE, Levels
from queries.optimise.loss import LossProblem
from queries.optimise.search import PlanSearch
from queries.optimise.terms import Solution, Terms
from tests.queries.optimise.test_search import SEEDS, plans, random_problem


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_holds_and_the_plan_is_one(seed: int) -> None:
    problem, budget = random_problem(seed), 14.0
    every = plans(problem, budget)
    best = min(problem.worst(x) for x in every)
    terms = Terms(goal="worst", budget=budget)
    hasty = PlanSearch(problem, budget).solve(terms, 1e-6)
    found = Levels(problem).raised(hasty, terms)
    assert hasty.bound <= found.bound <= best + 1e-9
    assert best - 1e-9 <= found.objective <= hasty.objective
    assert any((found.x == x).all() for x in every)


def test_two_regions_that_each_need_a_whole_action_are_not_helped_by_halves() -> None:
    """Each region lacks 10 of 10; either action meets one of them whole; with money for both, both is the plan."""
    problem = LossProblem(
        need=np.ones(2), demand=np.full(2, 10.0), floor=np.zeros(2), group=np.arange(2),
        effects=sparse.csr_array(np.eye(2)), made_of=sparse.csr_array(np.eye(2)), cost=np.full(2, 60.0),
        limits=sparse.csr_array((0, 2)), at_most=np.zeros(0), compared=sparse.csr_array(np.eye(2)),
        weight=np.full(2, 10.0), base=np.zeros(2),
    )  # fmt: skip
    halves = Solution(np.array([1.0, 0.0]), objective=1.0, bound=0.5)
    for budget, excluded, bound in ((60.0, None, 1.0), (120.0, np.array([False, True]), 1.0), (120.0, None, 0.0)):
        found = Levels(problem).raised(halves, Terms(goal="worst", budget=budget, excluded=excluded))
        assert found.bound == pytest.approx(bound, abs=CLOSE)
    assert found.objective == 0.0
