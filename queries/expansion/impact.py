"""What a plan changes, as the answer tells it."""

import time

import numpy as np

from graph.arrays import Floats
from queries.assumptions import Assumption, assumptions
from queries.expansion.answer import EqualPlan, Expansion
from queries.expansion.planner import Planner
from queries.expansion.problem import PlanningProblem
from queries.optimise.terms import Solution

LISTED = 5


def describe(planner: Planner, x: Floats | None, began: float, budget: float | None) -> Expansion:
    """Return what a plan changes: ``x`` [J], which actions are taken; without one only how things stand."""
    prepared = planner.prepared
    stays = np.zeros(len(prepared.problem.cost))
    after = prepared.after(stays if x is None else x)
    unmet, demand = float(after[prepared.inside].sum()), prepared.demand
    there = x is not None
    actions = planner.actions(x) if x is not None else []
    return Expansion(
        status="infeasible", actions=actions, objective=None,
        objective_of=planner.question.objective, bound=None, gap=None, gap_of_effect=None,
        unmet_before=prepared.unmet_before, unmet_after=unmet if there else None,
        effect_by_distance=_summed([a.effect_by_distance for a in actions]),
        effect_by_data_class=_summed([a.effect_by_data_class for a in actions]),
        harm_outside=prepared.harm(after) if there else None,
        ratio_before=1 - prepared.unmet_before / demand, ratio_after=1 - unmet / demand if there else None,
        worst_ratio_before=_worst(prepared, prepared.unmet),
        worst_ratio_after=_worst(prepared, after) if there else None,
        cost=float(prepared.problem.cost @ x) if x is not None else None, budget=budget,
        seconds=round(time.monotonic() - began, 3), candidates=int(prepared.asked.sum()), cells=prepared.reached,
        groups=prepared.prefectures(after) if there else [],
        assumptions=_assumptions(planner, x),
    )  # fmt: skip


def _summed(parts: list[dict[str, float]]) -> dict[str, float]:
    return {name: sum(p[name] for p in parts) for name in (parts[0] if parts else ())}


def _assumptions(planner: Planner, x: Floats | None) -> tuple[Assumption, ...]:
    """Return what the answer rests on that nobody stated: rates, capacities, costs, use."""
    chosen = planner.prepared.table["assumed"].iloc[np.zeros(0, dtype=np.int64) if x is None else np.flatnonzero(x)]
    defaults = sum("cost" in a or "capacity" in a for a in chosen)
    return assumptions(
        planner.prepared.baseline.cube, planner.question.rates, use=sum("use" in a for a in chosen), costs=defaults
    )


def equal_plans(planner: Planner, best: Solution) -> tuple[EqualPlan, ...]:
    """Return the plans that are as good as the best within the accepted gap, by what they do instead."""
    if best.x is None:
        return ()
    made = []
    for x in best.others:
        out, come = (best.x > 0) & (x == 0), (x > 0) & (best.x == 0)
        objective = planner.prepared.problem.loss(x) + planner.prepared.untouched
        (out_zh, out_en), (come_zh, come_en) = planner.names(out), planner.names(come)
        made.append(EqualPlan(
            objective=objective, without=planner.keys(out), instead=planner.keys(come),
            text_zh=f"不做{_listed(out_zh, '、', '（无）')}，改做{_listed(come_zh, '、', '（无）')}",
            text_en=f"without {_listed(out_en, '; ', 'none')}, instead {_listed(come_en, '; ', 'none')}",
        ))  # fmt: skip
    return tuple(made)


def _listed(names: list[str], between: str, none: str) -> str:
    return between.join(names[:LISTED]) + (" …" if len(names) > LISTED else "") if names else none


def _worst(prepared: PlanningProblem, unmet: Floats) -> float:
    """Return the ratio of the worst-served region of the scope."""
    wide = prepared.baseline.services.shape[1]
    demand, missing = (
        np.where(prepared.inside, v, 0.0).reshape(-1, wide).sum(axis=1)
        for v in (prepared.baseline.services.ravel(), unmet)
    )
    known = demand > 0
    return float((1 - missing[known] / demand[known]).min())
