"""Levels of the worst-served region: the bound holds for every plan, and knows that half an action is none."""

import numpy as np
import pytest
from scipy import sparse

from queries.optimise.levels import CLOSE, Levels
from queries.optimise.loss import LossProblem
from queries.optimise.reduced import reduced
from queries.optimise.terms import Terms
from tests.queries.optimise.test_search import SEEDS, plans, random_problem


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_holds_and_the_plan_is_one(seed: int) -> None:
    problem, budget = random_problem(seed), 14.0
    every = plans(problem, budget)
    best = min(problem.worst(x) for x in every)
    levels, terms = Levels(problem, reduced(problem, budget)), Terms(goal="worst", budget=budget)
    found = levels.raised(levels.solve(terms, 1e6), terms, 1e6)
    assert found.bound <= best + 1e-9
    assert best - 1e-9 <= found.objective <= 1.3 * best
    assert any((found.x == x).all() for x in every)
    assert not levels.refutes(terms, best)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_work_finds_no_worse_a_plan_and_no_lower_a_bound(seed: int) -> None:
    problem, budget = random_problem(seed), 14.0
    levels, terms = Levels(problem, reduced(problem, budget)), Terms(goal="worst", budget=budget)
    found = [levels.solve(terms, work) for work in (10.0, 1e3, 1e4, 1e6)]
    assert [f.objective for f in found] == sorted((f.objective for f in found), reverse=True)
    assert [f.bound for f in found] == sorted(f.bound for f in found)


def test_two_regions_that_each_need_a_whole_action_are_not_helped_by_halves() -> None:
    """Each region lacks 10 of 10; either action meets one of them whole; with money for both, both is the plan."""
    problem = LossProblem(
        need=np.ones(2), demand=np.full(2, 10.0), floor=np.zeros(2), group=np.arange(2),
        effects=sparse.csr_array(np.eye(2)), made_of=sparse.csr_array(np.eye(2)), cost=np.full(2, 60.0),
        limits=sparse.csr_array((0, 2)), at_most=np.zeros(0), compared=sparse.csr_array(np.eye(2)),
        weight=np.full(2, 10.0), base=np.zeros(2),
    )  # fmt: skip
    levels = Levels(problem, reduced(problem, 120.0))
    for budget, excluded, worst in ((60.0, None, 1.0), (120.0, np.array([False, True]), 1.0), (120.0, None, 0.0)):
        terms = Terms(goal="worst", budget=budget, excluded=excluded)
        found = levels.solve(terms, 1e6)
        assert (found.objective, found.bound) == (worst, pytest.approx(worst, abs=CLOSE))
        assert levels.refutes(terms, worst - 0.01)
