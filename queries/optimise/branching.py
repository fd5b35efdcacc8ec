"""On which action to branch: that whose two sides lift the bound most, as far as anybody told (pure arrays).

Pseudocosts: M. Bénichou et al.: Experiments in mixed-integer linear programming. Mathematical Programming 1 (1971)
76–94; the product of both sides: T. Achterberg, T. Koch, A. Martin: Branching rules revisited. Operations Research
Letters 33 (2005) 42–54.
"""

from dataclasses import dataclass, field

import numpy as np

from graph.arrays import Bools, Floats

LEAST = 1e-6
"""Rise of the bound below which sides are not told apart."""


@dataclass(frozen=True)
class Branching:
    """How a node came to be: action, side (0 left out, 1 taken), how far it was moved, and the bound before."""

    action: int
    side: int
    move: float
    before: float

    def rise(self, bound: float) -> float:
        """Return what a move by a whole would lift the bound by; nothing where none was known before."""
        return max(0.0, bound - self.before) / self.move if self.before > -np.inf else 0.0


@dataclass(order=True)
class Subproblem:
    """A part of the choice: bounds of the actions, and what nothing in it is below."""

    bound: float
    number: int
    lower: Floats = field(compare=False)
    upper: Floats = field(compare=False)
    branch: Branching | None = field(default=None, compare=False)


class Pseudocosts:
    """What moving an action by a whole lifted the bound by so far, on each side.

    Args:
        weight: [J] > 0, how much may hang on an action: what is thought of those that were never moved.
    """

    def __init__(self, weight: Floats) -> None:
        self._weight = weight
        self._rise, self._seen = np.zeros((2, len(weight))), np.zeros((2, len(weight)))
        self._last: dict[int, float] = {}

    def learn(self, node: int, branch: Branching, bound: float) -> None:
        """Learn from a node, by its number; what is told of it later counts instead."""
        rise = branch.rise(bound)
        at = (branch.side, branch.action)
        self._rise[at] += rise - self._last.get(node, 0.0)
        self._seen[at] += node not in self._last
        self._last[node] = rise

    def tried(self, branch: Branching, bound: float) -> None:
        """Learn from a side that was only tried: what it lifted the bound to."""
        at = (branch.side, branch.action)
        self._rise[at] += branch.rise(bound)
        self._seen[at] += 1

    def untold(self, part: Floats, free: Bools, most: int) -> list[int]:
        """Return who of the ``most`` first among ``free`` [J] was not moved to both sides yet, the first ones first."""
        score = np.where(free, self._scores(part), -1.0)
        first = np.argsort(-score, kind="stable")[: min(most, int(free.sum()))]
        return [int(j) for j in first if not self._seen[:, j].all()]

    def best(self, part: Floats, free: Bools) -> int:
        """Return the action among ``free`` [J] at ``part`` [J] that lifts the lower side, and the other, most."""
        return int(np.argmax(np.where(free, self._scores(part), -1.0)))

    def _scores(self, part: Floats) -> Floats:
        moved = np.stack([part, 1.0 - part])
        trials = (self._seen * self._weight).sum(axis=1)
        usual = np.divide(self._rise.sum(axis=1), trials, out=np.ones(2), where=trials > 0)
        each = (self._rise + usual[:, None] * self._weight) / (self._seen + 1.0)
        scores: Floats = np.maximum(moved * each, LEAST).prod(axis=0)
        return scores
