"""What a plan changes, as the answer tells it."""

import time

import numpy as np

from graph.arrays import Floats
from queries.expansion.answer import Expansion
from queries.expansion.planner import Planner
from queries.expansion.problem import PlanningProblem


def describe(planner: Planner, x: Floats | None, began: float, budget: float | None) -> Expansion:
    """Return what a plan changes; without one only how things stand."""
    prepared = planner.prepared
    stays = np.zeros(len(prepared.problem.cost))
    after = prepared.after(stays if x is None else x)
    unmet, demand = float(after[prepared.inside].sum()), prepared.demand
    there = x is not None
    return Expansion(
        status="infeasible", actions=planner.actions(x) if x is not None else [], objective=None,
        objective_of=planner.question.objective, bound=None, gap=None, gap_of_effect=None,
        unmet_before=prepared.unmet_before, unmet_after=unmet if there else None,
        harm_outside=prepared.harm(after) if there else None,
        ratio_before=1 - prepared.unmet_before / demand, ratio_after=1 - unmet / demand if there else None,
        worst_ratio_before=_worst(prepared, prepared.unmet),
        worst_ratio_after=_worst(prepared, after) if there else None,
        cost=float(prepared.problem.cost @ x) if x is not None else None, budget=budget,
        seconds=round(time.monotonic() - began, 3), candidates=len(prepared.table), cells=len(prepared.cells),
        groups=prepared.prefectures(after) if there else [],
    )  # fmt: skip


def _worst(prepared: PlanningProblem, unmet: Floats) -> float:
    """Return the ratio of the worst-served region of the scope."""
    wide = prepared.baseline.services.shape[1]
    demand, missing = (
        np.where(prepared.inside, v, 0.0).reshape(-1, wide).sum(axis=1)
        for v in (prepared.baseline.services.ravel(), unmet)
    )
    known = demand > 0
    return float((1 - missing[known] / demand[known]).min())
