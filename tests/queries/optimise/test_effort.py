"""What a search reaches with little work, and what work its proof takes: as measured, or better.

That the end is right hides a step that is no help. Who makes the search better states what
``python -m tests.queries.optimise.test_effort`` prints; who makes it worse in one case has a reason to say. Trying both
sides of actions before one is branched on takes a tenth more of these, of two dozen actions; of hundreds, half the gap.
"""
# ruff: noqa: T201 it prints what it measured

from typing import NamedTuple

import pytest

from queries.optimise.search import WORK_A_SECOND, PlanSearch
from queries.optimise.terms import Terms
from tests.queries.optimise.test_search import random_problem

BUDGET, LITTLE, MORE = 40.0, 5e4, 5e5
"""Work after which a search is looked at."""
SLACK = 0.02
"""Sums are rounded otherwise on another machine, and a search may turn elsewhere for it."""


class Reached(NamedTuple):
    """Loss, or the share that the worst-served lack, and its bound after little work and after more; work in all."""

    little: tuple[float, float]
    more: tuple[float, float]
    work: float | None


MEASURED = {
    ("unmet", 0): Reached((175.189, 122.483), (153.441, 135.629), 1.54417e06),
    ("unmet", 2): Reached((82.5634, 0), (67.8212, 25.4354), 1.47388e06),
    ("unmet", 3): Reached((41.1189, 0), (41.1189, 32.5142), 1.18915e06),
    ("worst", 0): Reached((0.0280437, 0.0119055), (0.0235924, 0.0139104), None),
    ("worst", 1): Reached((0.015116, 0.00650083), (0.015116, 0.00930035), None),
    ("worst", 2): Reached((0.0108359, 0), (0.0108359, 0), None),
    ("worst", 3): Reached((0.00999242, 0), (0.00823914, 0.0026912), None),
}


def reached(goal: str, seed: int) -> Reached:
    problem, terms = random_problem(seed, actions=24, cells=120, groups=6), Terms(goal=goal, budget=BUDGET)
    found = []
    for work in (LITTLE, MORE, WORK_A_SECOND):
        search = PlanSearch(problem, BUDGET)
        if work < WORK_A_SECOND or goal == "unmet":
            found.append(search.solve(terms, work / WORK_A_SECOND))
    if goal == "unmet":
        assert found[-1].bound == pytest.approx(found[-1].objective, rel=1e-6)
    little, more = ((float(f.objective), float(f.bound)) for f in found[:2])
    return Reached(little, more, float(search.model(BUDGET).work) if goal == "unmet" else None)


@pytest.mark.parametrize(("goal", "seed"), MEASURED)
def test_a_search_reaches_as_much_with_as_little_work(goal: str, seed: int) -> None:
    now, before = reached(goal, seed), MEASURED[goal, seed]
    for (objective, bound), (most, least) in zip(now[:2], before[:2], strict=True):
        assert objective <= most * (1 + SLACK)
        assert bound >= least * (1 - SLACK) - 1e-9
    if before.work is not None:
        assert now.work is not None
        assert now.work <= before.work * (1 + SLACK)


if __name__ == "__main__":
    for goal, seed in MEASURED:
        print(f'    ("{goal}", {seed}): {reached(goal, seed)},')
