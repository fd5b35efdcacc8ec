"""Good plans from fractions: round, fill what is left of the budget, and exchange (pure arrays)."""

import numpy as np

from graph.arrays import Bools, Floats, Ints
from queries.optimise.loss import TOLERANCE, LossProblem
from queries.optimise.reduced import Reduced
from queries.solvers.plan import within

PASS, PART = 0.5, 0.15
"""Work of an entry that is looked at for what an action would bring: everywhere, or to one region."""


class Filling:
    """Fills plans up to a budget; ``work``: entries of matrices looked at so far."""

    def __init__(self, problem: LossProblem, rest: Reduced, budget: float) -> None:
        self.problem, self.rest, self.budget = problem, rest, budget
        self.work = 0.0
        self._limits = problem.limits.tocsc()

    def filled(self, x: Floats, barred: Bools) -> Floats:
        """Return a plan to which actions are added while one gains: each time that which gains most for its cost."""
        p, made = self.problem, x.copy()
        used, spent = p.limits @ made, float(p.cost @ made)
        closed = barred | (made > 0)
        while True:
            gains = self.rest.gains(made)
            self.work += PASS * self.rest.effects.nnz
            may = ~closed & (gains > TOLERANCE) & within(spent + p.cost, self.budget)
            order = np.flatnonzero(may)
            order = order[np.argsort(-(gains[order] / p.cost[order]), kind="stable")]
            j = next((int(j) for j in order if self._fits(int(j), used)), -1)
            if j < 0:
                return made
            made[j], closed[j] = 1.0, True
            used, spent = p.limits @ made, spent + float(p.cost[j])

    def levelled(self, x: Floats, barred: Bools) -> Floats:
        """Return a plan to which actions are added that help the region which is worst off, as long as one does."""
        p, made = self.problem, x.copy()
        used, spent = p.limits @ made, float(p.cost @ made)
        while True:
            shares = (p.compared @ self.rest.losses(made) + p.base) / p.weight
            worst = np.asarray(p.compared[[int(shares.argmax())]].toarray()[0] > 0, dtype=bool)
            gains = self.rest.gains(made, worst)
            self.work += PART * self.rest.effects.nnz
            may = ~barred & (made == 0) & (gains > TOLERANCE) & within(spent + p.cost, self.budget)
            order = np.flatnonzero(may)
            order = order[np.argsort(-(gains[order] / p.cost[order]), kind="stable")]
            j = next((int(j) for j in order if self._fits(int(j), used)), -1)
            if j < 0:
                return self.filled(made, barred)
            made[j] = 1.0
            used, spent = p.limits @ made, spent + float(p.cost[j])

    def rounded(self, part: Floats, fixed: Bools, barred: Bools, least: float = 0.5) -> Floats:
        """Return a plan of the actions that a relaxation takes to ``least`` or more, most first."""
        p, made = self.problem, fixed.astype(np.float64)
        used, spent = p.limits @ made, float(p.cost @ made)
        for j in np.argsort(-part, kind="stable"):
            if part[j] < least:
                break
            fits = within(spent + float(p.cost[j]), self.budget) and self._fits(int(j), used)
            if made[j] == 0 and not barred[j] and fits:
                made[j] = 1.0
                used, spent = p.limits @ made, spent + float(p.cost[j])
        return made

    def exchanges(self, x: Floats, fixed: Bools) -> Ints:
        """Return the actions of a plan that may leave it, the least useful for their cost first."""
        chosen = np.flatnonzero((x > 0) & ~fixed)
        loss = self.rest.losses(x).sum()
        worth = [(self.rest.losses(_without(x, int(j))).sum() - loss) / self.problem.cost[j] for j in chosen]
        self.work += PASS * len(chosen) * self.rest.effects.nnz
        return chosen[np.argsort(worth, kind="stable")]

    def _fits(self, j: int, used: Floats) -> bool:
        start, stop = self._limits.indptr[j], self._limits.indptr[j + 1]
        rows, uses = self._limits.indices[start:stop], self._limits.data[start:stop]
        return bool(np.all(used[rows] + uses <= self.problem.at_most[rows] + TOLERANCE))


def _without(x: Floats, j: int) -> Floats:
    made = x.copy()
    made[j] = 0.0
    return made
