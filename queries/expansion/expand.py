"""What should we build, share or upgrade next? (method, section 7)

Under a budget, the actions that leave the least unmet demand; exact by a mixed-integer program, with bound and gap.
"""

import math
import time

from graph.errors import BadParameter
from graph.export.cells import cell
from graph.language import Text, listed
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import Answer, meta
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube
from queries.expansion.answer import KINDS, OBJECTIVES, Expansion, ExpansionQuestion
from queries.expansion.candidates import ActionFacts, read_action_facts
from queries.expansion.explain import curve, relaxations, why_not
from queries.expansion.impact import describe, equal_plans
from queries.expansion.planner import Planner
from queries.expansion.problem import FORBIDDEN, prepare
from queries.expansion.sites import LOCATIONS, locate, read_places
from queries.optimise.terms import INFINITE, Solution
from queries.solvers.plan import within

SOLVED = 1e-7
PLANNED, COVERING = ("unmet", "max-min"), ("max-cover", "set-cover")
COUNTED = tuple(goal for goal in OBJECTIVES if goal != "set-cover")
GOALS_OF: dict[str, tuple[str, ...]] = {
    "target_ratio": ("unmet",), "reach_km": COVERING, "sites": COUNTED, "budget": COUNTED,
    **dict.fromkeys(("kinds", "why_not", "curve", "harm", "harm_price"), PLANNED),
}  # fmt: skip
"""Parameters that some goals know nothing of; with these they are refused."""
SITING_MEANS: dict[str, object] = {"kinds": ("build",)}
"""What a goal that sites windows means anyway: to say it is no mistake."""


def expand(store: Store, question: ExpansionQuestion) -> Answer[Expansion]:
    """Return the best set of actions, what it changes, and the explanations asked for.

    Raises:
        BadParameter: a budget, target or lock that cannot be; nothing demanded in the scope.
        UnknownCode: a key that no candidate has.
    """
    check(question)
    asked = CoverageQuestion(
        as_of=question.as_of, freshness_days=question.freshness_days, rates=question.rates, method=question.method
    )
    version, cube = cube_of(store, asked)
    with store.read() as session:
        _, facts = cached_by_version(store, session, "expansion facts", read_action_facts)
        _, places = cached_by_version(store, session, "expansion places", read_places)
    located = question.objective in LOCATIONS
    data = locate(cube, facts, places, question) if located else plan(cube, facts, question)
    parameters = question.model_dump(mode="json", exclude_none=True)
    return Answer(data=data, meta=meta(version, parameters, cube.facts.data_class()))


def check(question: ExpansionQuestion) -> None:
    """Refuse what cannot be asked.

    Raises:
        BadParameter: naming the parameter and what it should be.
    """
    amounts = (("budget", question.budget), ("time_limit", question.time_limit), ("reach_km", question.reach_km),
               ("sites", question.sites), *(("curve", b) for b in question.curve))  # fmt: skip
    for name, value in amounts:
        if value is not None and not 0 < value < math.inf:
            raise BadParameter(name=name, value=value, reason=Text("应大于 0", "it should be above 0"))
    if question.target_ratio is not None and not 0 < question.target_ratio <= 1:
        raise BadParameter(name="target_ratio", value=question.target_ratio, reason="(0, 1]")
    if not 0 <= question.gap < 1:
        raise BadParameter(name="gap", value=question.gap, reason="[0, 1)")
    if not 0 <= question.harm_price < FORBIDDEN:
        raise BadParameter(name="harm_price", value=question.harm_price, reason=f"[0, {FORBIDDEN:,.0f})")
    kinds = (*KINDS, *question.costs.build, *question.costs.upgrade)
    if wrong := [k for k in question.kinds if k not in kinds]:
        raise BadParameter(name="kinds", value=listed(wrong), reason=listed(dict.fromkeys(kinds)))
    open_ended = question.budget is None and question.target_ratio is None and not question.curve
    if open_ended and question.objective not in LOCATIONS:
        why = Text("请给出预算或目标覆盖率", "give a budget or a target ratio")
        raise BadParameter(name="budget", value="–", reason=why)
    for name, goals in GOALS_OF.items():
        value = getattr(question, name)
        meant = ExpansionQuestion.model_fields[name].default, SITING_MEANS.get(name)
        if question.objective not in goals and value not in meant:
            why = Text(f"只与 {'、'.join(goals)} 目标一起使用", f"only with the objectives {', '.join(goals)}")
            raise BadParameter(name=name, value=cell(value), reason=why)


def plan(cube: Cube, facts: ActionFacts, question: ExpansionQuestion) -> Expansion:
    """Return the answer for the objectives ``unmet`` and ``max-min``."""
    began = time.monotonic()
    prepared = prepare(cube, facts, question)
    planner = Planner(prepared, question)
    budget = question.budget or max(question.curve, default=INFINITE)
    best = _best(planner, budget)
    asked = None
    if question.why_not:
        asked, best = why_not(planner, question.why_not, best, budget, planner.most_unmet)
    missing = best.x is None
    status = _status(best, question.gap, prepared.demand)
    made = describe(planner, best.x, began, question.budget)
    answer = made.model_copy(update={
        **_objective(planner, best, made), "status": status, "why_not": asked,
        "equal": equal_plans(planner, best) if question.objective == "unmet" else (),
        "curve": curve(planner, question.curve, INFINITE) if question.curve else (),
        "relaxations": relaxations(planner, question.budget) if missing and status == "infeasible" else (),
    })  # fmt: skip
    return answer.model_copy(update={"seconds": round(time.monotonic() - began, 3)})


def _best(planner: Planner, budget: float) -> Solution:
    """Return the plan of least unmet demand or, with a target and no budget, of least cost."""
    cost = planner.prepared.problem.cost
    if not within(float(cost @ planner.fixed), budget) or planner.most_unmet < 0:
        return Solution(None, math.inf, math.inf)
    if planner.question.target_ratio is not None and math.isinf(budget):
        return planner.least(cost, budget, planner.most_unmet, planner.fixed, planner.excluded)
    return planner.best(budget, most_unmet=planner.most_unmet)


def _status(best: Solution, gap: float, demand: float) -> str:
    if best.x is None:
        return "infeasible" if best.bound == math.inf else "not_found"
    if best.objective - best.bound <= SOLVED * max(min(1.0, demand), abs(best.objective)):
        return "optimal"
    return "within_gap" if best.gap <= gap else "best_found"


def _objective(planner: Planner, best: Solution, made: Expansion) -> dict[str, float | str | None]:
    """Return objective and bound as the asker knows them: unmet demand, cost, or the worst ratio."""
    question, still = planner.question, planner.prepared.untouched
    of = "cost" if question.target_ratio and question.budget is None and not question.curve else question.objective
    if best.x is None:
        return {"objective": None, "bound": None, "gap": None, "objective_of": of}
    value, bound = best.objective, best.bound
    if of == "max-min":
        value, bound = 1 - value, 1 - bound
    elif of == "unmet":
        value, bound = value + still, bound + still
    off, effect = abs(value - bound), None
    if of == "unmet":
        effect = made.unmet_before - value
    elif of == "max-min" and made.worst_ratio_before is not None:
        effect = value - made.worst_ratio_before
    gap_of_effect = off / effect if effect is not None and effect > 0 else None
    return {"objective": value, "bound": bound, "gap": off / max(abs(value), 1e-9), "gap_of_effect": gap_of_effect,
            "objective_of": of}  # fmt: skip
