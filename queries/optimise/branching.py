"""On which action to branch: that whose two sides lift the bound most, as far as earlier nodes told (pure arrays).

Pseudocosts: M. Bénichou et al.: Experiments in mixed-integer linear programming. Mathematical Programming 1 (1971)
76–94; the product of both sides: T. Achterberg, T. Koch, A. Martin: Branching rules revisited. Operations Research
Letters 33 (2005) 42–54.
"""

from dataclasses import dataclass

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
        rise = max(0.0, bound - branch.before) / branch.move
        at = (branch.side, branch.action)
        self._rise[at] += rise - self._last.get(node, 0.0)
        self._seen[at] += node not in self._last
        self._last[node] = rise

    def best(self, part: Floats, free: Bools) -> int:
        """Return the action among ``free`` [J] at ``part`` [J] that lifts the lower side, and the other, most."""
        moved = np.stack([part, 1.0 - part])
        told = (self._seen * self._weight).sum(axis=1)
        usual = np.divide(self._rise.sum(axis=1), told, out=np.ones(2), where=told > 0)
        each = (self._rise + usual[:, None] * self._weight) / (self._seen + 1.0)
        score = np.maximum(moved * each, LEAST).prod(axis=0)
        return int(np.argmax(np.where(free, score, -1.0)))
