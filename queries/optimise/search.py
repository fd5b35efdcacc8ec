"""The best set of actions, by branch and cut, in deterministic work (pure arrays, no graph).

Coverage is linear in capacity, so A(x) = A₀ + E·T·x for chosen actions x ∈ {0,1}, and unmet demand

    f(x) = Σᵢ max(Dᵢ·(1 − Aᵢ(x)), floorᵢ)

is convex and piecewise linear. What is certain of it is taken out (``reduced``), the rest is bounded by cuts as the
relaxation asks for them (``relaxation``), and what stays fractional is branched on, best bound first (Land, Doig 1960).
Work is counted in entries of matrices looked at, not in time: the same question takes the same steps on any machine,
a longer search goes on where a shorter one stops, and so finds no worse a plan.
"""

from dataclasses import replace

import numpy as np

from queries.optimise.levels import Levels
from queries.optimise.loss import LossProblem
from queries.optimise.reduced import reduced
from queries.optimise.relaxation import Relaxation
from queries.optimise.terms import Solution, Terms
from queries.optimise.tree import PROVEN, Tree

WORK_A_SECOND = 5e7
"""Work that a core of 2024 does in about a second, so that limits can be asked for in seconds."""
BY_LEVELS = 0.5
"""Share of the work that goes by levels, where the worst-served region is what matters; the rest is branching."""


class PlanSearch:
    """Searches for plans of one problem; cuts found by one search serve the next, whatever its budget and locks.

    Args:
        problem: The problem, with demand in any unit; inside it is told in one for which the tolerances are made.
        budget: The largest budget that is asked about often; plans beyond it are searched with weaker cuts.
        gap: Accepted distance from the bound, as a share of the objective.
    """

    def __init__(self, problem: LossProblem, budget: float, *, gap: float = 0.0) -> None:
        self.unit = problem.unit
        self.problem, self.gap, self._budget = problem.told_in(self.unit), gap, budget
        self._models: dict[float, tuple[Relaxation, Levels]] = {}

    def model(self, budget: float) -> Relaxation:
        """Return the relaxation for plans up to a budget."""
        return self._both(budget)[0]

    def solve(self, terms: Terms, seconds: float) -> Solution:
        """Return the best plan found in the work of about so many seconds, with its bound; none where none fits."""
        found = self._solved(replace(terms, most_unmet=terms.most_unmet / self.unit), seconds)
        if terms.goal != "unmet":
            return found
        return replace(found, objective=found.objective * self.unit, bound=found.bound * self.unit)

    def _solved(self, terms: Terms, seconds: float) -> Solution:
        model, levels = self._both(terms.budget)
        work = seconds * WORK_A_SECOND
        if terms.goal != "worst" or not len(self.problem.weight):
            return Tree(self.problem, model, terms, self.gap, work).solved()
        one = levels.solve(terms, work * BY_LEVELS)
        if one.objective - one.bound <= PROVEN:
            return one
        other = Tree(self.problem, model, terms, self.gap, work * (1 - BY_LEVELS)).solved()
        return replace(min(one, other, key=lambda found: found.objective), bound=max(one.bound, other.bound))

    def raised(self, found: Solution, terms: Terms, seconds: float) -> Solution:
        """Return the best plan for the worst-served region with the bound that levels prove."""
        return self._both(terms.budget)[1].raised(found, terms, seconds * WORK_A_SECOND)

    def refutes(self, terms: Terms, level: float) -> bool:
        """Tell whether it is soon proven that no plan brings the worst share of unmet demand down to a level."""
        return self._both(terms.budget)[1].refutes(terms, level)

    def _both(self, budget: float) -> tuple[Relaxation, Levels]:
        most = self._budget if budget <= self._budget else np.inf
        if most not in self._models:
            rest = reduced(self.problem, most)
            self._models[most] = Relaxation(self.problem, rest), Levels(self.problem, rest)
        return self._models[most]
