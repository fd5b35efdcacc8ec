"""Why a plan is as it is: why not another action, what a larger budget brings, and which limits leave no plan."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from graph.arrays import Bools, Floats
from queries.expansion.answer import CurvePoint, LimitRelaxation, WhyNot
from queries.expansion.planner import Planner
from queries.money import money
from queries.optimise.terms import INFINITE, Solution
from queries.solvers.plan import within

LISTED = 5
PROVEN = 1e-3
NO_PLAN = ("现有限制下没有任何方案，先放宽限制。", "No plan keeps the limits at all: relax them first.")


def why_not(planner: Planner, asked: str, best: Solution, budget: float, most_unmet: float) -> tuple[WhyNot, Solution]:
    """Return the best plan that contains an action, or one at a site or place, and what that costs beside the best.

    The best plan comes back with it: where the search for the other found a better one, that is now the best.

    Raises:
        UnknownCode, UnknownRegion, AmbiguousRegion, BadParameter: it means no candidate.
    """
    meant = planner.meant("why_not", asked)
    alone = _alone(planner, meant)
    name, named = _called(planner, asked, meant)
    base = {"key": asked, "name": name, "alone": alone}
    forced = None
    if best.x is not None and not (best.x[meant] > 0).any():
        forced = _forced(planner, meant, best, budget, most_unmet)
        if forced is not None and forced.x is not None and forced.objective < best.objective:
            best = replace(forced, bound=min(best.bound, forced.objective))
    if best.x is not None and (best.x[meant] > 0).any():
        zh, en = f"最优方案本来就包含“{name}”。", f"The best plan has it: {named}."
        return WhyNot(**base, chosen=True, possible=True, objective=best.objective, loss=0.0, displaced=[], added=[],
                      text_zh=zh, text_en=en), best  # fmt: skip
    if forced is None or forced.x is None or best.x is None:
        zh, en = _impossible(planner, meant, budget) if best.x is not None else NO_PLAN
        return WhyNot(**base, chosen=False, possible=False, objective=None, loss=None, displaced=[], added=[],
                      text_zh=zh, text_en=en), best  # fmt: skip
    out, come = (best.x > 0) & (forced.x == 0), (forced.x > 0) & (best.x == 0)
    loss = forced.objective - best.objective
    zh, en = _traded(planner, alone, loss, out, come & meant)
    come &= ~meant if meant.sum() == 1 else True
    return WhyNot(**base, chosen=False, possible=True, objective=forced.objective, loss=loss,
                  displaced=planner.keys(out), added=planner.keys(come), text_zh=zh, text_en=en), best  # fmt: skip


def _alone(planner: Planner, meant: Bools) -> float:
    """Return the most that one of some actions would do by itself."""
    each = np.eye(len(meant))[np.flatnonzero(meant)]
    return max(float(planner.effects(x).alone[0]) for x in each)


def _called(planner: Planner, asked: str, meant: Bools) -> tuple[str, str]:
    if meant.sum() > 1:
        return asked, asked
    row = planner.prepared.table[meant].iloc[0]
    return str(row["name_zh"]), str(row["name_en"])


def _forced(planner: Planner, meant: Bools, best: Solution, budget: float, most_unmet: float) -> Solution | None:
    if best.x is None or not len(_fitting(planner, meant, budget)):
        return None
    return planner.best(budget, also=meant & ~planner.excluded, most_unmet=most_unmet)


def _fitting(planner: Planner, meant: Bools, budget: float) -> list[int]:
    """Return those of some actions that fit beside the fixed ones."""
    problem, found = planner.prepared.problem, []
    for j in np.flatnonzero(meant & ~planner.excluded):
        locked = planner.fixed.astype(np.float64)
        locked[j] = 1.0
        if problem.allowed(locked) and within(float(problem.cost @ locked), budget):
            found.append(int(j))
    return found


def _impossible(planner: Planner, meant: Bools, budget: float) -> tuple[str, str]:
    problem = planner.prepared.problem
    if planner.excluded[meant].all():
        return "它已被排除（--exclude）。", "It is excluded."
    need = float(problem.cost[meant & ~planner.excluded].min() + problem.cost[planner.fixed].sum())
    if not within(need, budget):
        return (
            f"连同必选行动需 {money(need).zh}，超出预算 {money(budget).zh}。",
            f"With the fixed actions it costs {money(need).en}, more than the budget of {money(budget).en}.",
        )
    return "没有同时满足其他限制且含它的方案。", "No plan that contains it keeps the other limits."


def _traded(planner: Planner, alone: float, loss: float, out: Bools, there: Bools) -> tuple[str, str]:
    zh, en = planner.names(out)
    own_zh, own_en = planner.names(there)
    more = Textual(len(zh))
    worst = planner.question.objective == "max-min"
    how_zh = f"最差地区覆盖率低 {loss:z.2%}" if worst else f"未满足需求多 {loss:z,.1f} 次/年"
    how_en = f"the worst-served ratio falls by {loss:z.2%}" if worst else f"unmet demand is {loss:z,.1f} a year higher"
    return (
        f"单独做它可减少 {alone:z,.1f} 次/年；若必须包含，最好是“{'、'.join(own_zh[:LISTED])}”，此时{how_zh}，"
        f"并放弃{len(zh)}项：{'、'.join(zh[:LISTED]) or '无'}{more.zh}。",
        f"Alone it would meet {alone:z,.1f} a year; if it must be in, best as {', '.join(own_en[:LISTED])}, "
        f"{how_en}, and {len(en)} actions "
        f"leave: {', '.join(en[:LISTED]) or 'none'}{more.en}.",
    )


class Textual:
    """What follows a list that is cut off."""

    def __init__(self, count: int) -> None:
        self.zh, self.en = (" 等", " …") if count > LISTED else ("", "")


def curve(planner: Planner, budgets: tuple[float, ...], most_unmet: float) -> tuple[CurvePoint, ...]:
    """Return what each budget brings, ascending; each starts at the plan before, so that more is never worse."""
    points: list[CurvePoint] = []
    start: Floats | None = None
    prepared = planner.prepared
    for budget in sorted(set(budgets)):
        found = planner.best(budget, start=start, most_unmet=most_unmet)
        if found.x is None:
            continue
        start = found.x
        unmet = float(prepared.after(start)[prepared.inside].sum())
        worst = planner.question.objective == "max-min"
        value, bound = (1 - found.objective, 1 - found.bound) if worst else (
            found.objective + prepared.untouched, found.bound + prepared.untouched
        )  # fmt: skip
        points.append(CurvePoint(
            budget=budget, cost=float(prepared.problem.cost @ start), actions=int(start.sum()), unmet_after=unmet,
            ratio_after=1 - unmet / prepared.demand, objective=value, bound=bound,
            gap=abs(value - bound) / max(abs(value), 1e-9),
        ))  # fmt: skip
    return tuple(points)


def relaxations(planner: Planner, budget: float | None) -> tuple[LimitRelaxation, ...]:
    """Return every smallest set of kinds of limit whose relaxation allows a plan, each with how far it must go.

    Kinds are the budget, the target ratio, the fixed and the excluded actions: sets are tried by size, so that
    none returned contains another.
    """
    stated = [
        name
        for name, there in (
            ("budget", budget is not None), ("target_ratio", planner.question.target_ratio is not None),
            ("fixed", planner.fixed.any() or planner.one_of), ("excluded", planner.excluded.any()),
        ) if there
    ]  # fmt: skip
    for size in range(1, len(stated) + 1):
        found = [made for of in combinations(stated, size) if (made := _relaxed(planner, budget, of)) is not None]
        if found:
            return tuple(found)
    return ()


def _relaxed(planner: Planner, budget: float | None, of: tuple[str, ...]) -> LimitRelaxation | None:
    """Return how far the limits ``of`` must be relaxed, the others kept; none where that does not help."""
    problem = planner.prepared.problem
    none = np.zeros(len(problem.cost), dtype=bool)
    fixed = none if "fixed" in of else planner.fixed
    excluded = none if "excluded" in of else planner.excluded
    money = INFINITE if "budget" in of or budget is None else budget
    most = INFINITE if "target_ratio" in of else planner.most_unmet
    if most < 0:
        return None
    if "target_ratio" in of:
        weights = None
    elif "budget" in of:
        weights = problem.cost
    else:
        weights = np.where(planner.excluded & ~excluded, 1.0, 0.0) + np.where(planner.excluded, 1.0, 0.0)
        weights = weights - np.where(planner.fixed, 1.0, 0.0)
    free = "fixed" in of
    found = (
        planner.least(weights, money, most, fixed, excluded, free=free) if weights is not None
        else planner.loosest(money, fixed, excluded, free=free)
    )  # fmt: skip
    if found.x is None:
        return None
    x = found.x
    unlocked = (planner.fixed & (x == 0)) | (planner.excluded & (x > 0))
    for chosen in planner.one_of:
        unlocked = unlocked if (x[chosen] > 0).any() else unlocked | chosen
    needed = float(problem.cost @ x) if "budget" in of else None
    reached = None
    if "target_ratio" in of:
        reached = 1 - (problem.loss(x) + planner.prepared.untouched) / planner.prepared.demand
    return _described(planner, of, needed, reached, unlocked, proven=found.gap <= PROVEN)


def _described(
    planner: Planner, of: tuple[str, ...], needed: float | None, reached: float | None, unlocked: Bools, *, proven: bool
) -> LimitRelaxation:
    zh, en = [], []
    unsure = ("", "") if proven else ("（时限内找到的，可能还能更小）", " (found in time; less may do)")
    if needed is not None:
        zh.append(f"把预算提高到 {money(needed).zh}")
        en.append(f"raise the budget to {money(needed).en}")
    if reached is not None:
        zh.append(f"把目标覆盖率降到 {reached:.2%}")
        en.append(f"lower the target ratio to {reached:.2%}")
    if unlocked.any():
        names_zh, names_en = planner.names(unlocked)
        zh.append(f"放开 {len(names_zh)} 项锁定：{'、'.join(names_zh[:LISTED])}{Textual(len(names_zh)).zh}")
        en.append(f"unlock {len(names_en)}: {', '.join(names_en[:LISTED])}{Textual(len(names_en)).en}")
    return LimitRelaxation(
        limits=list(of), budget=needed, target_ratio=reached, keys=planner.keys(unlocked),
        text_zh="，并".join(zh) + unsure[0] + "。", text_en=" and ".join(en) + unsure[1] + ".",
    )  # fmt: skip
