"""One question's optimiser: locks as arrays, the best plan for a budget, and what a plan does."""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats
from graph.errors import BadParameter, UnknownCode
from graph.language import Text
from queries.expansion.answer import Action, ExpansionQuestion
from queries.expansion.greedy import Greedy
from queries.expansion.model import INFINITE, Goal, MasterProblem, Solution, Terms
from queries.expansion.problem import PlanningProblem

TOLERANCE = 1e-6
SHOWN_KEYS = 8


@dataclass
class Planner:
    """A prepared question with its master program, which keeps its cuts from one solve to the next."""

    prepared: PlanningProblem
    question: ExpansionQuestion
    fixed: Bools = field(init=False)
    excluded: Bools = field(init=False)

    def __post_init__(self) -> None:
        self._number = {key: at for at, key in enumerate(self.prepared.table["key"])}
        self.fixed, self.excluded = self.locks(self.question.fixed), self.locks(self.question.excluded)
        problem = self.prepared.problem
        if (both := self.fixed & self.excluded).any():
            why = Text("同时要求必选和排除", "both fixed and excluded")
            raise BadParameter(name="fixed", value="、".join(self.keys(both)), reason=why)
        if not problem.allowed(self.fixed.astype(np.float64)):
            raise BadParameter(name="fixed", value="、".join(self.keys(self.fixed)), reason=_CLASH)
        self._master = MasterProblem(problem, gap=self.question.gap)
        self._greedy = Greedy(problem)

    def number(self, key: str) -> int:
        """Return an action's number.

        Raises:
            UnknownCode: no candidate has this key.
        """
        if key not in self._number:
            last = key.rsplit(":", 1)[-1]
            near = [k for k in self._number if last and last in k] or list(self._number)
            what = Text("候选行动（或它没有效果）", "candidate action (or it has no effect)")
            raise UnknownCode(value=key, list=what, allowed="、".join(near[:SHOWN_KEYS]) + " …")
        return self._number[key]

    def locks(self, keys: Iterable[str]) -> Bools:
        """Return which actions are named, [J]."""
        made = np.zeros(len(self.prepared.table), dtype=bool)
        made[[self.number(key) for key in keys]] = True
        return made

    def keys(self, chosen: Bools) -> list[str]:
        """Return the keys of some actions."""
        return [str(k) for k in self.prepared.table["key"][chosen]]

    def names(self, chosen: Bools) -> tuple[list[str], list[str]]:
        """Return the names of some actions in both languages."""
        table = self.prepared.table[chosen]
        return [str(n) for n in table["name_zh"]], [str(n) for n in table["name_en"]]

    @property
    def most_unmet(self) -> float:
        """The loss that the target ratio allows; infinite without a target."""
        target = self.question.target_ratio
        if target is None:
            return math.inf
        allowed: float = (1.0 - target) * self.prepared.demand - self.prepared.untouched
        return allowed

    def best(
        self, budget: float, *, also: Bools | None = None, start: Floats | None = None, most_unmet: float = INFINITE
    ) -> Solution:
        """Return the best plan under a budget, containing the fixed actions and ``also``."""
        fixed = self.fixed if also is None else self.fixed | also
        seconds, began = self.question.time_limit, time.monotonic()
        greedy = self._greedy.plan(budget, fixed, self.excluded)
        loss = self.prepared.problem.loss
        best_start = greedy if start is None or loss(greedy) < loss(start) else start
        terms = Terms(budget=budget, fixed=fixed, excluded=self.excluded, start=best_start, most_unmet=most_unmet)
        if self.question.objective != "max-min":
            return self._master.solve(terms, seconds)
        worst = self._master.solve(_with(terms, "worst", INFINITE), seconds / 2)
        if worst.x is None:
            return worst
        left = max(0.1, seconds - (time.monotonic() - began))
        then = self._master.solve(_with(terms, "unmet", worst.objective + TOLERANCE, worst.x), left)
        return Solution(then.x if then.x is not None else worst.x, worst.objective, worst.bound)

    def least(self, weights: Floats, budget: float, most_unmet: float, fixed: Bools, excluded: Bools) -> Solution:
        """Return the plan of least Σ weights·x that keeps the limits."""
        plan = self._greedy.plan(budget, fixed, excluded)
        terms = Terms(goal="linear", weights=weights, budget=budget, most_unmet=most_unmet, fixed=fixed,
                      excluded=excluded, start=plan)  # fmt: skip
        return self._master.solve(terms, self.question.time_limit)

    def loosest(self, budget: float, fixed: Bools, excluded: Bools) -> Solution:
        """Return the plan of least unmet demand, whatever the target."""
        plan = self._greedy.plan(budget, fixed, excluded)
        terms = Terms(budget=budget, fixed=fixed, excluded=excluded, start=plan)
        return self._master.solve(terms, self.question.time_limit)

    def effects(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return of each chosen action, in order of the table: effect when added one by one, marginal, alone."""
        p = self.prepared.problem
        chosen = np.flatnonzero(x)
        columns = sparse.csc_array(p.effects @ sparse.csc_array(p.made_of)[:, chosen])
        now, then = p.demand * p.need, p.demand * (p.need - p.effects @ (p.made_of @ x))
        step = now.copy()
        found = np.zeros((3, len(chosen)))
        for at in range(len(chosen)):
            start, stop = columns.indptr[at], columns.indptr[at + 1]
            cells = columns.indices[start:stop]
            change, floor = p.demand[cells] * columns.data[start:stop], p.floor[cells]

            def saved(before: Floats, after: Floats, floor: Floats = floor) -> float:
                return float((np.maximum(before, floor) - np.maximum(after, floor)).sum())

            found[:, at] = (
                saved(step[cells], step[cells] - change),
                saved(then[cells] + change, then[cells]),
                saved(now[cells], now[cells] - change),
            )
            step[cells] -= change
        return found[0], found[1], found[2]

    def actions(self, x: Floats) -> list[Action]:
        """Return the actions of a plan in the order of the candidates: builds, agreements, upgrades."""
        effect, marginal, alone = self.effects(x)
        chosen = self.prepared.table[x > 0]
        columns = ("key", "kind", "region", "region_name", "service_type", "cost", "quantity")
        rows = chosen.to_dict("records")
        return [
            Action(name=row["name_zh"], name_en=row["name_en"], effect=e, marginal=m, alone=a,
                   **{c: row[c] for c in columns})
            for row, e, m, a in zip(rows, effect, marginal, alone, strict=True)
        ]  # fmt: skip


_CLASH = Text(
    "其中有的行动不能同时采取（同一载体的两种升级、超出同一来源余量的共享，或上线与共享同一资源）",
    "some exclude each other: two upgrades of a carrier, more agreements than a source has to spare, "
    "or online mode and sharing of one resource",
)


def _with(terms: Terms, goal: Goal, most_worst: float, start: Floats | None = None) -> Terms:
    return replace(terms, goal=goal, most_worst=most_worst, start=terms.start if start is None else start)
