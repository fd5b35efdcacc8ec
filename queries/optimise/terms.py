"""What one search for a plan asks for, and what it finds."""

from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np

from graph.arrays import Bools, Floats

Goal = Literal["unmet", "worst", "linear"]
INFINITE: float = highspy.kHighsInf


@dataclass(frozen=True)
class Solution:
    """The best plan found: ``x`` [J] of 0 and 1, none where there is no plan; ``bound`` on its objective.

    ``others``: plans that differ from it and are as good within the accepted gap.
    """

    x: Floats | None
    objective: float
    bound: float
    others: tuple[Floats, ...] = ()

    @property
    def gap(self) -> float:
        """How far the objective may be from the best, relative to it."""
        if self.x is None:
            return np.inf
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), 1e-9)


@dataclass(frozen=True)
class Terms:
    """The goal, limits and locks of one search; ``weights`` are those of a linear goal.

    ``one_of``: sets of actions [J] of which one at least must be in. ``start``: a plan to begin with.
    """

    goal: Goal = "unmet"
    budget: float = INFINITE
    most_unmet: float = INFINITE
    most_worst: float = INFINITE
    fixed: Bools | None = None
    excluded: Bools | None = None
    weights: Floats | None = None
    start: Floats | None = None
    one_of: tuple[Bools, ...] = ()
