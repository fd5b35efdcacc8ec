"""A good plan at once: the action with the most effect for its cost, again and again (lazy greedy, Minoux 1978)."""

import heapq

import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from queries.optimise.loss import TOLERANCE, LossProblem
from queries.solvers.plan import within


class Greedy:
    """The state of a plan that grows: ``raw`` is a cell's demand not met, negative where there is plenty."""

    def __init__(self, problem: LossProblem) -> None:
        self.problem = problem
        self._by_basis = sparse.csc_array(problem.effects)
        self._by_action = sparse.csc_array(problem.made_of)
        self._limits = sparse.csc_array(problem.limits)

    def plan(self, budget: float, fixed: Bools, excluded: Bools) -> Floats:
        """Return actions ([J] of 0 and 1) that keep budget, limits and locks; the fixed alone where they exceed it."""
        p = self.problem
        x = fixed.astype(np.float64)
        raw = p.raw(x)
        used, spent = p.limits @ x, float(p.cost @ x)
        heap = [
            (-g / p.cost[j], int(j)) for j, g in enumerate(self._hopes(raw)) if g > 0 and not excluded[j] and not x[j]
        ]
        heapq.heapify(heap)
        while heap:
            _, j = heapq.heappop(heap)
            if not within(spent + float(p.cost[j]), budget) or not self._fits(j, used):
                continue
            cells, change, gain = self._gain(j, raw)
            value = gain / p.cost[j]
            if gain <= TOLERANCE:
                continue
            if heap and value < -heap[0][0]:
                heapq.heappush(heap, (-value, j))
                continue
            x[j], spent = 1.0, spent + float(p.cost[j])
            raw[cells] += change
            used[self._rows(j)] += self._uses(j)
        return x

    def hopeful(self, chosen: Bools, fixed: Bools, excluded: Bools, budget: float) -> Ints:
        """Return those of ``chosen`` that may join the fixed, by what they would bring for their cost, most first."""
        p = self.problem
        held = fixed.astype(np.float64)
        raw = p.raw(held)
        order = np.argsort(-self._hopes(raw) / p.cost, kind="stable")
        used, spent = p.limits @ held, float(p.cost @ held)
        fits = [
            j for j in order if chosen[j] and not excluded[j]
            and (fixed[j] or (within(spent + float(p.cost[j]), budget) and self._fits(int(j), used)))
        ]  # fmt: skip
        return np.array(fits, dtype=np.int64)

    def _hopes(self, raw: Floats) -> Floats:
        """Return what each action would bring if nothing were ever enough: by convexity no action brings more."""
        p = self.problem
        active = np.where(raw > p.floor, p.demand, 0.0)
        hopes: Floats = (active @ p.effects) @ p.made_of
        return hopes

    def _gain(self, j: int, raw: Floats) -> tuple[Ints, Floats, float]:
        """Return the cells that an action changes, the change of their raw unmet demand, and the loss it avoids."""
        p, of = self.problem, self._by_action
        parts = [self._column(z, v) for z, v in zip(*self._entries(of, j), strict=True)]
        cells = np.concatenate([at for at, _ in parts])
        added = np.concatenate([v for _, v in parts])
        if len(parts) > 1:
            cells, inverse = np.unique(cells, return_inverse=True)
            added = np.bincount(inverse, added, minlength=len(cells))
        change, floor, now = -p.demand[cells] * added, p.floor[cells], raw[cells]
        return cells, change, float((np.maximum(now, floor) - np.maximum(now + change, floor)).sum())

    def _column(self, basis: int, units: float) -> tuple[Ints, Floats]:
        at, added = self._entries(self._by_basis, basis)
        return at, added * units

    @staticmethod
    def _entries(matrix: sparse.csc_array, column: int) -> tuple[Ints, Floats]:
        start, stop = matrix.indptr[column], matrix.indptr[column + 1]
        return matrix.indices[start:stop].astype(np.int64), matrix.data[start:stop].astype(np.float64)

    def _rows(self, j: int) -> Ints:
        return self._entries(self._limits, j)[0]

    def _uses(self, j: int) -> Floats:
        return self._entries(self._limits, j)[1]

    def _fits(self, j: int, used: Floats) -> bool:
        rows = self._rows(j)
        return bool(np.all(used[rows] + self._uses(j) <= self.problem.at_most[rows] + TOLERANCE))
