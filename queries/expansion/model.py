"""Choosing actions exactly: a mixed-integer program by outer approximation (pure arrays, no graph).

Coverage is linear in capacity, so A(x) = A₀ + E·T·x for chosen actions x ∈ {0,1}, and unmet demand

    f(x) = Σᵢ max(Dᵢ·(1 − Aᵢ(x)), floorᵢ)

is convex and piecewise linear. Cells are summed to groups k, and the master program (HiGHS) keeps one θₖ ≥ fₖ(x)
by the cuts θₖ ≥ fₖ(x̂) + ∇fₖ(x̂)·(x − x̂), added where a solution x̂ violates them (Benders 1962; Kelley 1960). The
optimum is that of the full model with a row for each cell, and the master's bound is a bound of it.
"""

import time
from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats
from queries.expansion.loss import TOLERANCE, LossProblem
from queries.solvers.plan import SLACK, power_of_two, within

Goal = Literal["unmet", "worst", "linear"]

LP_ROUNDS = 60
INFINITE = highspy.kHighsInf


@dataclass(frozen=True)
class Solution:
    """The best plan found: ``x`` [J] of 0 and 1, none where there is no plan; ``bound`` on its objective."""

    x: Floats | None
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the objective may be from the best, relative to it."""
        if self.x is None:
            return np.inf
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), 1e-9)


@dataclass(frozen=True)
class Terms:
    """What one solve asks for: the goal, limits and locks; ``weights`` are those of a linear goal.

    ``one_of``: numbers of sets (:meth:`MasterProblem.set_of`) of which one action must be in.
    """

    goal: Goal = "unmet"
    budget: float = INFINITE
    most_unmet: float = INFINITE
    most_worst: float = INFINITE
    fixed: Bools | None = None
    excluded: Bools | None = None
    weights: Floats | None = None
    start: Floats | None = None
    one_of: tuple[int, ...] = ()


class MasterProblem:
    """The master program; cuts found by one solve serve the next, whatever its budget and locks."""

    def __init__(self, problem: LossProblem, *, gap: float = 0.0) -> None:
        self.problem = problem
        self._gap = gap
        self._several = np.flatnonzero(np.diff(problem.made_of.indptr) > 1)
        self._single = np.flatnonzero(np.diff(problem.made_of.indptr) == 1)
        actions, groups = len(problem.cost), problem.groups
        self._theta = actions + len(self._several)
        self._worst = self._theta + groups
        self._model = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", gap / 2),
                            ("mip_abs_gap", 1e-6), ("mip_feasibility_tolerance", 1e-7)):  # fmt: skip
            self._model.setOptionValue(name, value)
        self._add_columns(actions, groups)
        self._sets: list[tuple[int, Bools]] = []
        self._money = power_of_two(float(problem.cost.max(initial=0.0)))
        self._add_fixed_rows()
        self._cut(np.zeros(actions), np.full(groups, -np.inf))

    def set_of(self, chosen: Bools) -> int:
        """Return the number of a set of actions, for ``Terms.one_of``."""
        row = np.zeros((1, self._worst + 1))
        row[0, : len(chosen)] = chosen
        self._sets.append((self._model.getNumRow(), chosen))
        self._add_rows(sparse.csr_array(row), np.array([-INFINITE]), np.array([INFINITE]))
        return len(self._sets) - 1

    def _add_columns(self, actions: int, groups: int) -> None:
        free = len(self._several)
        lower = np.concatenate([np.zeros(actions), np.full(free, -INFINITE), np.zeros(groups + 1)])
        upper = np.concatenate([np.ones(actions), np.full(free, INFINITE), np.full(groups, INFINITE), [INFINITE]])
        empty = np.zeros(0, dtype=np.int32)
        size = len(lower)
        self._model.addCols(size, np.zeros(size), lower, upper, 0, np.zeros(size, np.int32), empty, np.zeros(0))

    def _add_rows(self, rows: sparse.csr_array, lower: Floats, upper: Floats) -> None:
        rows = sparse.csr_array(rows)
        rows.sort_indices()
        self._model.addRows(
            rows.shape[0], lower, upper, rows.nnz, rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32), rows.data.astype(np.float64),
        )  # fmt: skip

    def _add_fixed_rows(self) -> None:
        """Budget, Σθ, regions compared, limits between actions, and z = T·x of effects several actions share."""
        p, size = self.problem, self._worst + 1
        actions, groups = len(p.cost), p.groups
        budget = sparse.csr_array((p.cost / self._money, (np.zeros(actions, int), np.arange(actions))), shape=(1, size))
        theta = np.arange(self._theta, self._worst)
        total = sparse.csr_array((np.ones(groups), (np.zeros(groups, int), theta)), shape=(1, size))
        regions = len(p.weight)
        worst = sparse.csr_array(-p.weight[:, None])
        compared = sparse.hstack([sparse.csr_array((regions, self._theta)), p.compared, worst])
        limits = sparse.hstack([p.limits, sparse.csr_array((len(p.at_most), size - actions))])
        n = len(self._several)
        link = sparse.hstack([p.made_of[self._several], -sparse.eye_array(n), sparse.csr_array((n, groups + 1))])
        low, zero = np.full(len(p.at_most), -INFINITE), np.zeros(n)
        for rows, lower, upper in (
            (budget, np.array([-INFINITE]), np.array([INFINITE])), (total, np.array([-INFINITE]), np.array([INFINITE])),
            (compared, np.full(regions, -INFINITE), -p.base), (limits, low, p.at_most), (link, zero, zero),
        ):  # fmt: skip
            self._add_rows(sparse.csr_array(rows), lower, upper)

    def _cut(self, x: Floats, theta: Floats) -> int:
        """Add the cuts at ``x`` that ``theta`` violates; return how many."""
        p = self.problem
        value = p.losses(x)
        violated = np.flatnonzero(value > theta + TOLERANCE * np.maximum(1.0, value))
        if not len(violated):
            return 0
        slope = sparse.csr_array(p.slopes(x)[violated])
        constant = value[violated] - slope @ (p.made_of @ x)
        on_actions = sparse.csr_array(slope[:, self._single] @ p.made_of[self._single])
        ones = sparse.csr_array(
            (np.ones(len(violated)), (np.arange(len(violated)), violated)), shape=(len(violated), p.groups + 1)
        )
        self._add_rows(
            sparse.csr_array(sparse.hstack([-on_actions, -slope[:, self._several], ones])),
            constant, np.full(len(violated), INFINITE),
        )  # fmt: skip
        return len(violated)

    def _pose(self, terms: Terms) -> None:
        p, model = self.problem, self._model
        actions, size = len(p.cost), self._worst + 1
        cost = np.zeros(size)
        if terms.goal == "linear" and terms.weights is not None:
            cost[:actions] = terms.weights
        elif terms.goal == "worst":
            cost[self._worst] = 1.0
        else:
            cost[self._theta : self._worst] = 1.0
        model.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
        lower, upper = np.zeros(actions), np.ones(actions)
        if terms.excluded is not None:
            upper[terms.excluded] = 0.0
        if terms.fixed is not None:
            lower[terms.fixed] = 1.0
        model.changeColsBounds(actions, np.arange(actions, dtype=np.int32), lower, upper)
        model.changeColBounds(self._worst, 0.0, terms.most_worst)
        model.changeRowBounds(0, -INFINITE, terms.budget * (1 + SLACK) / self._money)
        for number, (row, _) in enumerate(self._sets):
            model.changeRowBounds(row, 1.0 if number in terms.one_of else -INFINITE, INFINITE)
        model.changeRowBounds(1, -INFINITE, terms.most_unmet)

    def solve(self, terms: Terms, seconds: float) -> Solution:
        """Return the best plan within ``seconds``, with its bound; x is none where no plan fits the terms."""
        ends = time.monotonic() + seconds
        self._pose(terms)
        best = self._better(Solution(None, np.inf, -np.inf), terms.start, terms)
        if best.x is not None:
            self._cut(best.x, np.full(self.problem.groups, -np.inf))
        bound, converged = self._relax(ends, ends if best.x is not None else ends - seconds / 2)
        if bound == INFINITE:
            return Solution(None, np.inf, np.inf)
        if not converged and best.x is not None:
            return replace(best, bound=min(bound, best.objective))
        actions = np.arange(len(self.problem.cost), dtype=np.int32)
        self._model.changeColsIntegrality(
            len(actions), actions, np.full(len(actions), highspy.HighsVarType.kInteger)
        )  # fmt: skip
        return self._search(terms, best, bound, ends)

    def _relax(self, ends: float, stop: float) -> tuple[float, bool]:
        """Add cuts at solutions of the linear relaxation; return its value, infinite where it has none.

        The search for whole actions begins once that has settled: until then its tree would only be larger.
        """
        actions = np.arange(len(self.problem.cost), dtype=np.int32)
        self._model.changeColsIntegrality(
            len(actions), actions, np.full(len(actions), highspy.HighsVarType.kContinuous)
        )
        bound = -INFINITE
        for _ in range(LP_ROUNDS):
            self._model.setOptionValue("time_limit", max(0.1, ends - time.monotonic()))
            self._model.run()
            status = self._model.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return INFINITE, True
            if status != highspy.HighsModelStatus.kOptimal:
                return bound, False
            value = self._model.getInfo().objective_function_value
            stalled = value - bound <= max(self._gap / 4, 1e-6) * abs(value)
            bound = value
            if not self._cut(*self._point()) or stalled:
                return bound, True
            if time.monotonic() > stop:
                return bound, False
        return bound, False

    def _point(self) -> tuple[Floats, Floats]:
        values = np.array(self._model.getSolution().col_value)
        return np.clip(values[: len(self.problem.cost)], 0.0, 1.0), values[self._theta : self._worst]

    def _search(self, terms: Terms, best: Solution, bound: float, ends: float) -> Solution:
        while (left := ends - time.monotonic()) > 0:
            if best.x is not None:
                self._model.setSolution(len(best.x), np.arange(len(best.x), dtype=np.int32), best.x)
            self._model.setOptionValue("time_limit", max(0.1, left))
            self._model.run()
            status, info = self._model.getModelStatus(), self._model.getInfo()
            if status == highspy.HighsModelStatus.kInfeasible:
                return Solution(None, np.inf, np.inf)
            bound = max(bound, info.mip_dual_bound)
            if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
                break
            x, theta = self._point()
            x = np.round(x)
            best = self._better(best, x, terms)
            proven = best.objective - bound <= max(self._gap * abs(best.objective), TOLERANCE * 10)
            if proven or not self._cut(x, theta):
                break
        return Solution(best.x, best.objective, min(bound, best.objective))

    def _better(self, best: Solution, x: Floats | None, terms: Terms) -> Solution:
        """Return the better of the best so far and ``x``, if that keeps every limit."""
        if x is None or not self._keeps(x, terms):
            return best
        p = self.problem
        value = p.loss(x)
        if terms.goal == "worst":
            value = p.worst(x)
        elif terms.goal == "linear" and terms.weights is not None:
            value = float(terms.weights @ x)
        return Solution(x, value, best.bound) if value < best.objective else best

    def _keeps(self, x: Floats, terms: Terms) -> bool:
        p = self.problem
        locks = (terms.fixed is None or bool(np.all(x[terms.fixed] == 1))) and (
            terms.excluded is None or not np.any(x[terms.excluded])
        )
        return (
            locks
            and all(x[self._sets[number][1]].any() for number in terms.one_of)
            and bool(within(float(p.cost @ x), terms.budget))
            and p.allowed(x)
            and p.loss(x) <= terms.most_unmet * (1 + TOLERANCE) + TOLERANCE
            and p.worst(x) <= terms.most_worst + 10 * TOLERANCE
        )
