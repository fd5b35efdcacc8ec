"""Branch and bound over the actions: nodes that are open, best bound first (Land, Doig 1960), with cuts at each (pure
arrays).

Sides of actions of which nobody told are tried before one is branched on: reliability branching with one trial
(Achterberg, Koch, Martin 2005); good plans come from fractions, rounded, filled up and exchanged.
"""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from graph.arrays import Bools, Floats
from queries.optimise.branching import Branching, Pseudocosts, Subproblem
from queries.optimise.heuristics import Filling
from queries.optimise.loss import TOLERANCE, LossProblem
from queries.optimise.relaxation import Relaxation, RelaxedPoint
from queries.optimise.terms import Solution, Terms
from queries.solvers.plan import within

ROOT_ROUNDS, NODE_ROUNDS = 200, 4
STALLED = 2e-5
"""A round of cuts that lifts the bound by a smaller share is the last one."""
WHOLE = 1e-6
PROVEN = 1e-7
OTHERS, POOL = 2, 50
"""Plans told beside the best, and plans kept to choose them from."""
EVERY = 4
"""Nodes after which a fraction is rounded again."""
TRIED = 8
"""Actions at a node of which both sides are tried, if nobody told of them yet: the first branches decide most."""
EXCHANGED = 0.2
"""Share of the work so far in which plans may be filled while nodes are open, exchanges among them."""


class Tree:
    """One search: nodes that are open, the best plan so far, and the work done."""

    def __init__(self, problem: LossProblem, model: Relaxation, terms: Terms, gap: float, work: float) -> None:
        self.problem, self.model, self.terms, self.gap = problem, model, terms, gap
        none = np.zeros(len(problem.cost), dtype=bool)
        self.fixed = none if terms.fixed is None else terms.fixed
        self.barred = none if terms.excluded is None else terms.excluded
        self.filling = Filling(problem, model.rest, terms.budget)
        self.begun, self.most = model.work, work
        self.best = Solution(None, np.inf, -np.inf)
        self.closed = np.inf
        self.pool: dict[bytes, tuple[float, Floats]] = {}

    @property
    def level(self) -> bool:
        """Tell whether the region that is worst off is what matters."""
        return self.terms.goal == "worst" and len(self.problem.weight) > 0

    @property
    def work(self) -> float:
        """Work done so far."""
        return self.model.work - self.begun + self.filling.work

    def solved(self) -> Solution:
        """Search until all is decided or the work is done."""
        if self.terms.start is not None:
            self._offer(self.terms.start)
        self.model.pose(self.terms)
        lower = self.fixed.astype(np.float64)
        heap = [Subproblem(-np.inf, 0, lower, np.where(self.barred, 0.0, 1.0))]
        if (heap[0].lower > heap[0].upper).any():
            return Solution(None, np.inf, np.inf)
        count = 0
        while heap and (self.work < self.most or not count):
            node = heapq.heappop(heap)
            if self._enough(node.bound):
                self.closed = min(self.closed, node.bound)
                continue
            heap_of = self._explored(node, count)
            count += 1
            for child in heap_of:
                heapq.heappush(heap, child)
        bound = min([self.closed, *(n.bound for n in heap)], default=np.inf)
        if self.best.x is None:
            return Solution(None, np.inf, np.inf if not heap else bound)
        self._exchanged()
        return self._solution(self.best.x, bound)

    def _solution(self, x: Floats, bound: float) -> Solution:
        """Return the best plan, with the loss of every cell of it, and those that are as good."""
        objective = self._value(x, self.problem.losses(x))
        best = Solution(x, objective, min(bound, objective))
        most = best.objective + max(self.gap * abs(best.objective), PROVEN)
        others = sorted((v, k) for k, (v, other) in self.pool.items() if v <= most and (other != x).any())
        return replace(best, others=tuple(self.pool[k][1] for _, k in others[:OTHERS]))

    def _enough(self, bound: float) -> bool:
        """Tell whether nothing below a bound is worth the search."""
        value = self.best.objective
        return self.best.x is not None and bound >= value - max(self.gap * abs(value), PROVEN * max(1.0, abs(value)))

    def _explored(self, node: Subproblem, count: int) -> list[Subproblem]:
        """Solve a node with cuts; return its children."""
        lower, upper = node.lower, node.upper
        rounds, last = ROOT_ROUNDS if not count else NODE_ROUNDS, -np.inf
        point: RelaxedPoint | None = None
        while True:
            found = self.model.solve(lower, upper)
            if found is None:
                return []
            point = found
            node.bound = max(node.bound, point.value)
            if node.branch is not None:
                self.costs.learn(node.number, node.branch, node.bound)
            if self._enough(node.bound):
                self.closed = min(self.closed, node.bound)
                return []
            part = point.v[: len(lower)]
            split = np.minimum(part - lower, upper - part)
            whole = bool((split <= WHOLE).all())
            if whole:
                self._offer(np.round(part))
            if point.value == -np.inf:  # no answer: what is certain is what is settled
                return [] if whole else self._children(node, point, count)
            rounds -= 1
            stalled = point.value - last <= STALLED * abs(point.value)
            last = point.value
            if (not whole and (rounds < 0 or stalled)) or self.work > self.most or not self.model.cut(point):
                break
        if whole:
            # Whole and without a violated cut, so its value is its loss; or the work is done.
            if self.work <= self.most:
                self.closed = min(self.closed, max(node.bound, point.value))
                return []
            return [Subproblem(node.bound, 2 * count + 1, lower, upper)]
        if not count % EVERY:
            self._rounded(part)
        return self._children(node, point, count)

    def _rounded(self, part: Floats) -> None:
        before = self.best.objective
        self._filled_up(part)
        if self.best.objective < before - TOLERANCE:
            self._exchanged(EXCHANGED)

    def _filled_up(self, part: Floats) -> None:
        fill = self.filling.levelled if self.level else self.filling.filled
        for least in (0.99, 0.5, 0.1, *((1.1,) if self.level else ())):
            self._offer(fill(self.filling.rounded(part, self.fixed, self.barred, least), self.barred))
            if self.work >= self.most:
                return

    def _children(self, node: Subproblem, point: RelaxedPoint, count: int) -> list[Subproblem]:
        lower, upper, part = node.lower, node.upper, point.v[: len(node.lower)]
        if self.best.x is not None:
            lower, upper = self._narrowed(lower, upper, point)
        free = np.minimum(part, 1.0 - part) > WHOLE
        lower, upper = lower.copy(), upper.copy()
        if not self._tried(lower, upper, point, free):
            return []
        if not free.any():
            return [Subproblem(node.bound, 2 * count + 1, lower, upper)]
        j = self.costs.best(part, free)
        made = []
        for at, (low, high) in enumerate(_sides(lower, upper, j)):
            branch = Branching(j, at, abs(at - float(part[j])), node.bound)
            made.append(Subproblem(node.bound, 2 * count + 1 + at, low, high, branch))
        return made

    def _tried(self, lower: Floats, upper: Floats, point: RelaxedPoint, free: Bools) -> bool:
        """Try both sides of some actions; in place, settle those of which one side holds nothing better.

        Returns:
            Whether something better may be left.
        """
        for j in self.costs.untold(point.v[: len(lower)], free, TRIED):
            nothing = []
            for side, (low, high) in enumerate(_sides(lower, upper, j)):
                found = self.model.solve(low, high)
                bound = np.inf if found is None else found.value
                nothing.append(found is None or self._enough(bound))
                if nothing[-1]:
                    self.closed = min(self.closed, bound)
                move = Branching(j, side, abs(side - float(point.v[j])), point.value)
                self.costs.tried(move, min(bound, self.best.objective) if self.best.x is not None else point.value)
            if all(nothing):
                return False
            if any(nothing):
                lower[j] = upper[j] = float(nothing[0])
                free[j] = False
            if self.work > self.most:
                break
        return True

    def _narrowed(self, lower: Floats, upper: Floats, point: RelaxedPoint) -> tuple[Floats, Floats]:
        """Fix actions that by their reduced cost are in no better plan, or in every one."""
        room = self.best.objective - point.value + PROVEN * max(1.0, abs(self.best.objective))
        part = point.v[: len(lower)]
        upper = np.where((part <= lower + WHOLE) & (point.reduced > room), lower, upper)
        lower = np.where((part >= upper - WHOLE) & (point.reduced < -room), upper, lower)
        return lower, upper

    @cached_property
    def costs(self) -> Pseudocosts:
        """What nodes told of actions; at first what hangs on one is what it would bring alone, or what it costs."""
        gains = self.model.rest.gains(np.zeros(len(self.problem.cost)))
        return Pseudocosts(np.maximum(gains, 0.0) + 1e-6 * self.problem.cost)

    def _exchanged(self, share: float = 1.0) -> None:
        """Let each action leave the best plan in turn, and fill; begin again where that helps.

        ``share``: of the work so far that filling may have taken in all; no share of the limit, so that a longer search
        goes the same way.
        """
        if self.terms.goal == "linear":
            return
        fill = self.filling.levelled if self.level else self.filling.filled
        again = True
        while again and self.work < self.most and self.best.x is not None:
            again, x = False, self.best.x
            for j in self.filling.exchanges(x, self.fixed):
                before = self.best.objective
                left, barred = x.copy(), self.barred.copy()
                left[j], barred[j] = 0.0, True
                self._offer(fill(left, barred))
                if self.best.objective < before - TOLERANCE:
                    again = True
                    break
                if self.work >= self.most or self.filling.work > share * self.work:
                    return

    def _offer(self, x: Floats) -> None:
        """Keep a plan that keeps every limit, if it is good."""
        terms = self.terms
        if not self._fits(x):
            return
        losses = self.model.rest.losses(x)
        most = terms.most_unmet * (1 + TOLERANCE) + TOLERANCE
        if losses.sum() > most or self.problem.worst_of(losses) > terms.most_worst + 10 * TOLERANCE:
            return
        value = self._value(x, losses)
        if len(self.pool) < POOL or value <= self.best.objective:
            self.pool[x.tobytes()] = (value, x)
        if value < self.best.objective:
            self.best = Solution(x, value, -np.inf)

    def _value(self, x: Floats, losses: Floats) -> float:
        """Return the objective of a plan by which groups lose ``losses`` [K]."""
        if self.terms.goal == "linear" and self.terms.weights is not None:
            return float(self.terms.weights @ x)
        return self.problem.worst_of(losses) if self.terms.goal == "worst" else float(losses.sum())

    def _fits(self, x: Floats) -> bool:
        p, terms = self.problem, self.terms
        return (
            bool((x[self.fixed] == 1).all())
            and not x[self.barred].any()
            and all(x[chosen].any() for chosen in terms.one_of)
            and bool(within(float(p.cost @ x), terms.budget))
            and p.allowed(x)
        )


def _sides(lower: Floats, upper: Floats, j: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield bounds of the actions with one left out, then taken."""
    for value in (0.0, 1.0):
        low, high = lower.copy(), upper.copy()
        low[j] = high[j] = value
        yield low, high
