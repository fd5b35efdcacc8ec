"""One question's optimiser: locks as arrays, the best plan for a budget, and what a plan does."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats
from graph.errors import BadParameter
from graph.language import Text
from graph.places import gazetteer
from queries.data_classes import among, named
from queries.expansion.answer import Action, ExpansionQuestion
from queries.expansion.effect_parts import by_data_class, by_distance
from queries.expansion.problem import HARMLESS, PlanningProblem
from queries.expansion.selection import selected
from queries.expansion.worst_first import WorstFirst
from queries.optimise.greedy import Greedy
from queries.optimise.search import PlanSearch
from queries.optimise.terms import INFINITE, Solution, Terms

TOLERANCE = 1e-6


@dataclass(frozen=True)
class MarginalEffects:
    """What each of some chosen actions does, services a year, [J'] each.

    ``effect``: when added one by one. ``gain``, ``harm``: unmet demand less in the scope, and more anywhere, than if
    only it were left out. ``alone``: by itself. ``by_region``: [J', R], ``effect`` by where it is felt.
    """

    effect: Floats
    gain: Floats
    harm: Floats
    alone: Floats
    by_region: Floats


@dataclass
class Planner:
    """A prepared question with its search, which keeps its cuts from one plan to the next.

    ``seconds``: the work that each search may do; all of an answer's together keep the limit that was asked for.

    ``fixed``, ``excluded``: [J]. ``one_of``: sets [J] of which the question wants one action at least.
    """

    prepared: PlanningProblem
    question: ExpansionQuestion
    fixed: Bools = field(init=False)
    excluded: Bools = field(init=False)
    one_of: list[Bools] = field(init=False)
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        problem, table = self.prepared.problem, self.prepared.table
        self.excluded, self.fixed = (np.zeros(len(table), dtype=bool) for _ in range(2))
        for text in self.question.excluded:
            self.excluded |= self._selected(text)
        self.one_of = []
        for text in self.question.fixed:
            meant = self.meant("fixed", text)
            if not (meant & ~self.excluded).any():
                why = Text("同时要求必选和排除", "both fixed and excluded")
                raise BadParameter(name="fixed", value=text, reason=why)
            if meant.sum() == 1:
                self.fixed |= meant
            else:
                self.one_of.append(meant & ~self.excluded)
        if not problem.allowed(self.fixed.astype(np.float64)):
            raise BadParameter(name="fixed", value="、".join(self.keys(self.fixed)), reason=_CLASH)
        question = self.question
        self.seconds = question.time_limit / (1 + (question.why_not is not None) + len(set(question.curve)))
        most = max([question.budget or 0.0, *question.curve]) or INFINITE
        self._search = PlanSearch(problem, most, gap=question.gap)
        self._greedy = Greedy(self._search.problem)
        self._worst_first = WorstFirst(self._search, table, self.prepared.asked, self._start)

    def meant(self, name: str, text: str) -> Bools:
        """Return the actions that a key, a site or a place means, [J]: one at least.

        Raises:
            UnknownCode, UnknownRegion, AmbiguousRegion: it means nothing, or several places.
            BadParameter: no candidate stands there; ``name`` is the parameter.
        """
        found = self._selected(text)
        if found.any():
            return found
        known = gazetteer.region(text) in self.prepared.baseline.known_places
        why = (
            Text("那里没有能增加覆盖的候选行动", "no candidate there adds coverage")
            if known
            else Text(
                "当地需求未知，不作候选；加 --with-unknown 列入并标明",
                "demand there is unknown, so it is no candidate; --with-unknown adds such places, flagged",
            )
        )
        raise BadParameter(name=name, value=text, reason=why)

    def _selected(self, text: str) -> Bools:
        asked, found = self.prepared.asked, np.zeros(len(self.prepared.table), dtype=bool)
        found[asked] = selected(self.prepared.table[asked], text)
        return found

    def locks(self, keys: Iterable[str]) -> Bools:
        """Return which actions are named, [J]."""
        made = np.zeros(len(self.prepared.table), dtype=bool)
        for key in keys:
            made |= self.meant("keys", key)
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

    @property
    def _nothing(self) -> float:
        """What counts as no unmet demand, services a year."""
        return HARMLESS * min(1.0, self.prepared.demand)

    def best(
        self, budget: float, *, also: Bools | None = None, start: Floats | None = None, most_unmet: float = INFINITE
    ) -> Solution:
        """Return the best plan under a budget, containing what is fixed and one of ``also``, and nothing idle."""
        fixed, wanted = self.fixed, list(self.one_of)
        if also is not None and also.sum() == 1:
            fixed = fixed | also
        elif also is not None:
            wanted.append(also)
        terms = Terms(
            budget=budget, fixed=fixed, excluded=self.excluded, most_unmet=most_unmet, one_of=tuple(wanted), start=start
        )
        if self.question.objective == "max-min":
            return self._lean(self._worst_first.solve(terms, self.seconds), terms)
        plan, loss = self._start(terms), self.prepared.problem.loss
        better = start if start is not None and loss(start) <= loss(plan) else plan
        return self._lean(self._search.solve(replace(terms, start=better), self.seconds), terms)

    def _lean(self, found: Solution, terms: Terms) -> Solution:
        """Return a solution, and those as good, without what changes nothing beside the rest of them.

        Where the best had any, or leaves nothing unmet, money is left: it becomes the cheapest that leaves as little.
        """
        if found.x is None:
            return found
        best = self._without_idle(found.x, terms)
        if self.question.objective == "unmet" and ((best != found.x).any() or found.objective <= self._nothing):
            best = self._cheapest(best, terms)
        others = {lean.tobytes(): lean for lean in (self._without_idle(x, terms) for x in found.others)}
        others.pop(best.tobytes(), None)
        return replace(found, x=best, others=tuple(others.values()))

    def _cheapest(self, x: Floats, terms: Terms) -> Floats:
        """Return a plan that costs the least of those that leave no more unmet demand than ``x``, if one is found."""
        problem = self.prepared.problem
        least = replace(terms, goal="linear", weights=problem.cost, budget=float(problem.cost @ x),
                        most_unmet=problem.loss(x) + self._nothing, start=x)  # fmt: skip
        found = self._search.solve(least, self.seconds)
        return x if found.x is None or problem.cost @ found.x >= problem.cost @ x else found.x

    def _without_idle(self, x: Floats, terms: Terms) -> Floats:
        """Return a plan without actions that change nothing beside the rest of it, the dearest first."""
        x = x.copy()
        while True:
            each, idle = self.effects(x), x > 0
            idle[idle] = each.gain + each.harm <= self._nothing
            for needed in (terms.fixed, *(some for some in terms.one_of if x[some].sum() <= 1)):
                if needed is not None:
                    idle &= ~needed
            if not idle.any():
                return x
            x[np.argmax(np.where(idle, self.prepared.problem.cost, -1.0))] = 0.0

    def _start(self, terms: Terms) -> Floats:
        """Return a good plan at once: a greedy one, with one of each wanted set."""
        none = np.zeros(len(self.prepared.table), dtype=bool)
        fixed, excluded = (none if part is None else part for part in (terms.fixed, terms.excluded))
        held = fixed.copy()
        for chosen in terms.one_of:
            if not (held & chosen).any() and len(fit := self._greedy.hopeful(chosen, held, excluded, terms.budget)):
                held[fit[0]] = True
        return self._greedy.plan(terms.budget, held, excluded)

    def least(
        self, weights: Floats, budget: float, most_unmet: float, fixed: Bools, excluded: Bools, *, free: bool = False
    ) -> Solution:
        """Return the plan of least Σ weights·x that keeps the limits; ``free``: sets need not be in."""
        return self._from_greedy(
            Terms(goal="linear", weights=weights, budget=budget, most_unmet=most_unmet, fixed=fixed, excluded=excluded,
                  one_of=() if free else tuple(self.one_of))
        )  # fmt: skip

    def loosest(self, budget: float, fixed: Bools, excluded: Bools, *, free: bool) -> Solution:
        """Return the plan of least unmet demand, whatever the target."""
        return self._from_greedy(
            Terms(budget=budget, fixed=fixed, excluded=excluded, one_of=() if free else tuple(self.one_of))
        )

    def _from_greedy(self, terms: Terms) -> Solution:
        """Search among the actions that are asked about, from a good plan."""
        excluded = ~self.prepared.asked if terms.excluded is None else terms.excluded | ~self.prepared.asked
        terms = replace(terms, excluded=excluded)
        return self._search.solve(replace(terms, start=self._start(terms)), self.seconds)

    def effects(self, x: Floats) -> MarginalEffects:
        """Return what each chosen action does, in order of the table."""
        p = self.prepared.unweighted
        chosen = np.flatnonzero(x)
        columns = sparse.csc_array(p.effects @ sparse.csc_array(p.made_of)[:, chosen])
        now, then = p.demand * p.need, p.raw(x)
        step = now.copy()
        regions, wide = self.prepared.baseline.services.shape
        effect, gain, harm, alone = (np.zeros(len(chosen)) for _ in range(4))
        made = MarginalEffects(effect, gain, harm, alone, by_region=np.zeros((len(chosen), regions)))
        for at in range(len(chosen)):
            start, stop = columns.indptr[at], columns.indptr[at + 1]
            cells = columns.indices[start:stop]
            change, floor = p.demand[cells] * columns.data[start:stop], p.floor[cells]

            def saved(before: Floats, after: Floats, floor: Floats = floor) -> Floats:
                return np.maximum(before, floor) - np.maximum(after, floor)

            last = saved(then[cells] + change, then[cells])
            brought = saved(step[cells], step[cells] - change)
            made.effect[at] = brought.sum()
            made.by_region[at] = np.bincount(self.prepared.cells[cells] // wide, brought, regions)
            made.gain[at], made.harm[at] = np.maximum(last, 0.0).sum(), np.maximum(-last, 0.0).sum()
            made.alone[at] = saved(now[cells], now[cells] - change).sum()
            step[cells] -= change
        return made

    def actions(self, x: Floats) -> list[Action]:
        """Return the actions of a plan in the order of the candidates: builds, agreements, upgrades."""
        each = self.effects(x)
        chosen = self.prepared.table[x > 0]
        columns = ("key", "kind", "region", "region_name", "service_type", "cost", "quantity", "assumed")
        rows, known = chosen.to_dict("records"), self.prepared.baseline.known_places
        far = by_distance(self.prepared.baseline, list(chosen["origin"]), each.by_region)
        classes = by_data_class(self.prepared.baseline, each.by_region)
        return [
            Action(name=row["name_zh"], name_en=row["name_en"], demand_known=row["region"] in known,
                   effect=each.effect[at], marginal=each.gain[at] - each.harm[at], alone=each.alone[at],
                   gain=each.gain[at], harm=each.harm[at],
                   effect_by_distance=far[at], effect_by_data_class=classes[at],
                   data_class=among([*(c for c, n in classes[at].items() if n), *named([row["classes"]])[0]]),
                   **{c: row[c] for c in columns})
            for at, row in enumerate(rows)
        ]  # fmt: skip


_CLASH = Text(
    "其中有的行动不能同时采取（同一载体的两种升级、超出同一来源余量的共享，或上线与共享同一资源）",
    "some exclude each other: two upgrades of a carrier, more agreements than a source has to spare, "
    "or online mode and sharing of one resource",
)
