"""The plan by which the worst-served region fares best, never worse than with some of its kinds of action alone.

Each set of actions of which kinds may be made is searched in the same steps, whatever else is asked, and in the same
problem: what --kinds leaves out is barred there, and not absent. A question's answer is the best of its own search and
those of its parts, so none of these questions has a better answer by itself. A part of which it is proven that it
cannot do better is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from graph.arrays import Bools, Floats
from queries.expansion.kinds import names_of
from queries.optimise.search import PlanSearch
from queries.optimise.terms import Solution, Terms

TOLERANCE = 1e-6
PART, BOUND, REST = 0.2, 0.1, 0.2
"""Shares of the work: of every part, all of them together first; for the bound; for the least unmet demand of the best.
"""


def parts(table: pd.DataFrame, asked: Bools) -> Iterator[Bools]:
    """Yield the parts of the actions that are asked for, [J] each: kinds together, then variants alone."""
    kind, variant = names_of(table)
    kinds, made = sorted(set(kind[asked])), {asked.tobytes()}
    sets = [np.isin(kind, some) for n in range(len(kinds), 0, -1) for some in combinations(kinds, n)]
    for part in (*sets, *(variant == v for v in sorted(set(variant[asked]) - {""}))):
        within = part & asked
        if within.tobytes() not in made:
            made.add(within.tobytes())
            yield within


@dataclass(frozen=True)
class WorstFirst:
    """A question's search: ``table`` and ``asked`` [J] say which actions it names; ``start``: a plan to begin with."""

    search: PlanSearch
    table: pd.DataFrame
    asked: Bools
    start: Callable[[Terms], Floats]

    def solve(self, terms: Terms, seconds: float) -> Solution:
        """Return the plan of the least worst share of unmet demand and, among those, of least unmet demand."""
        whole, worst = replace(terms, goal="worst"), self.search.problem.worst
        best = self._of(whole, self.asked, seconds * PART)
        if best.x is None:
            return best
        if terms.start is not None and worst(terms.start) < best.objective:
            best = replace(best, x=terms.start, objective=worst(terms.start))
        for part in parts(self.table, self.asked):
            level = best.objective - TOLERANCE
            if level <= best.bound or self.search.refutes(_only(whole, part), level):
                continue
            found = self._of(whole, part, seconds * PART)
            if found.objective < best.objective:
                best = replace(found, bound=best.bound)
        best = replace(best, bound=min(best.bound, best.objective))
        best = self.search.raised(best, _only(whole, self.asked), seconds * BOUND)
        least = replace(_only(terms, self.asked), goal="unmet", most_worst=best.objective + TOLERANCE, start=best.x)
        then = self.search.solve(least, seconds * REST)
        return replace(then, objective=best.objective, bound=best.bound) if then.x is not None else best

    def _of(self, terms: Terms, part: Bools, seconds: float) -> Solution:
        """Return what is found with some actions alone: a matter of these, the limits and the work only."""
        only = _only(terms, part)
        return self.search.solve(replace(only, start=self.start(only)), seconds)


def _only(terms: Terms, part: Bools) -> Terms:
    """Return terms that allow a part, and what is fixed."""
    others = ~part if terms.fixed is None else ~(part | terms.fixed)
    return replace(terms, start=None, excluded=others if terms.excluded is None else terms.excluded | others)
