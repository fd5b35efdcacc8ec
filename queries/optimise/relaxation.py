"""The linear relaxation of a plan's choice, tightened by cuts as it is solved (HiGHS; pure arrays).

Columns are the V numbers of :class:`Counted`, the loss θₖ of each group of cells beyond what is certain, and the worst
share of unmet demand. Cuts (:meth:`Reduced.cuts`) hold for every plan: those found by one search serve the next.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Floats, Ints
from queries.optimise.loss import LossProblem
from queries.optimise.reduced import Reduced
from queries.optimise.terms import INFINITE, Terms
from queries.solvers.plan import SLACK, power_of_two

STEP, CUT = 2.4, 2.8
"""Work of a step of the simplex, for each row and column, and of an entry that is looked at for a cut."""
VIOLATED = 1e-6
"""Services a year by which a cut must be violated to be added."""

IDLE, MANY = 5, 100
"""Solutions after which a cut that bounded none of them is taken out again, with as many others at least: every row
makes every step dearer, and a cut that is missed is found anew.
"""
BINDING = 1e-9
"""Dual value above which a cut bounds a solution."""
ANSWERS = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
FIXED, WANTED = -1, -2
"""Marks of rows that are no cuts: those of the problem, and those of one question."""


@dataclass(frozen=True)
class RelaxedPoint:
    """A solution of the relaxation: its value, v [V], θ [K], and the reduced costs of the actions [J]."""

    value: float
    v: Floats
    theta: Floats
    reduced: Floats


class Relaxation:
    """The linear programme of a problem for plans of at most some budget.

    ``work``: what was done so far, in entries of matrices that were looked at.
    """

    def __init__(self, problem: LossProblem, rest: Reduced) -> None:
        self.problem, self.rest = problem, rest
        self.work = 0.0
        self._actions, self._numbers = len(problem.cost), len(rest.counted.most)
        self._worst = self._numbers + problem.groups
        self._model = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("solver", "simplex"),
                            ("presolve", "off")):  # fmt: skip
            self._model.setOptionValue(name, value)
        self._money = power_of_two(float(problem.cost.max(initial=0.0)))
        size = self._worst + 1
        upper = np.concatenate([rest.counted.most, np.full(problem.groups + 1, INFINITE)])
        self._model.addCols(size, np.zeros(size), np.zeros(size), upper, 0, np.zeros(size, np.int32),
                            np.zeros(0, dtype=np.int32), np.zeros(0))  # fmt: skip
        self._offset = 0.0
        self._idle = np.zeros(0, dtype=np.int64)  # of each row: solutions since it bounded one, or what it is
        self._fixed_rows()

    def _wide(self, *parts: sparse.csr_array | None) -> sparse.csr_array:
        """Return rows over all columns from parts over actions, counts, groups and the worst share."""
        widths = (self._actions, self._numbers - self._actions, self.problem.groups, 1)
        rows = next(p.shape[0] for p in parts if p is not None)
        blocks = [sparse.csr_array((rows, w)) if p is None else p for p, w in zip(parts, widths, strict=True)]
        return sparse.csr_array(sparse.hstack(blocks))

    def _fixed_rows(self) -> None:
        """Add budget, Σ of the loss, regions compared, limits between actions, and what counts are."""
        p, rest, one = self.problem, self.rest, sparse.csr_array(np.ones((1, self.problem.groups)))
        free, sets = -INFINITE, rest.counted.of
        worst = sparse.csr_array(-p.weight[:, None])
        compared = self._wide(sparse.csr_array(p.compared @ rest.slope), None, p.compared, worst)
        none = np.zeros(sets.shape[0])
        for rows, lower, upper in (
            (self._wide(sparse.csr_array(p.cost[None, :] / self._money), None, None, None), [free], [INFINITE]),
            (self._wide(sparse.csr_array(rest.total[None, :]), None, one, None), [free], [INFINITE]),
            (compared, np.full(len(p.weight), free), -p.base - p.compared @ rest.constant),
            (self._wide(p.limits, None, None, None), np.full(len(p.at_most), free), p.at_most),
            (self._wide(sets, sparse.csr_array(-sparse.eye_array(len(none))), None, None), none, none),
        ):  # fmt: skip
            self._add(rows, np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64), FIXED)

    def _add(self, rows: sparse.csr_array, lower: Floats, upper: Floats, idle: int) -> None:
        rows.sort_indices()
        self._idle = np.concatenate([self._idle, np.full(rows.shape[0], idle)])
        self._model.addRows(rows.shape[0], lower, upper, rows.nnz, rows.indptr[:-1].astype(np.int32),
                            rows.indices.astype(np.int32), rows.data.astype(np.float64))  # fmt: skip

    @property
    def offset(self) -> float:
        """What every plan loses for certain, all groups together."""
        return float(self.rest.constant.sum())

    def pose(self, terms: Terms) -> None:
        """Set goal and limits; actions are bounded by :meth:`solve`."""
        self._offset = self.offset if terms.goal == "unmet" else 0.0
        cost = np.zeros(self._worst + 1)
        if terms.goal == "linear" and terms.weights is not None:
            cost[: self._actions] = terms.weights
        elif terms.goal == "worst":
            cost[self._worst] = 1.0
        else:
            cost[: self._actions], cost[self._numbers : self._worst] = self.rest.total, 1.0
        self._model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self._model.changeColBounds(self._worst, 0.0, terms.most_worst)
        self._model.changeRowBounds(0, -INFINITE, terms.budget * (1 + SLACK) / self._money)
        self._model.changeRowBounds(1, -INFINITE, terms.most_unmet - self.offset)
        self._remove(np.flatnonzero(self._idle == WANTED))
        for chosen in terms.one_of:
            row = self._wide(sparse.csr_array(chosen[None, :].astype(np.float64)), None, None, None)
            self._add(row, np.ones(1), np.array([INFINITE]), WANTED)

    def solve(self, lower: Floats, upper: Floats) -> RelaxedPoint | None:
        """Return the best point with actions within bounds [J]; none where there is none.

        The value is that of a point of the relaxation: a bound to the tolerance of HiGHS; −∞, at the middle, where
        HiGHS finds no answer.
        """
        self._model.changeColsBounds(self._actions, np.arange(self._actions, dtype=np.int32), lower, upper)
        status = self._run()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            middle = self.rest.counted.numbers((lower + upper) / 2)
            return RelaxedPoint(-np.inf, middle, np.zeros(self.problem.groups), np.zeros(self._actions))
        found = self._model.getSolution()
        cuts, binding = self._idle >= 0, np.abs(np.asarray(found.row_dual)) > BINDING
        self._idle = np.where(cuts, np.where(binding, 0, self._idle + 1), self._idle)
        values = np.asarray(found.col_value, dtype=np.float64)
        v = np.clip(values[: self._numbers], 0.0, self.rest.counted.most)
        reduced = np.asarray(found.col_dual, dtype=np.float64)[: self._actions]
        value = float(self._model.getObjectiveValue()) + self._offset
        return RelaxedPoint(value, v, values[self._numbers : self._worst], reduced)

    def _run(self) -> highspy.HighsModelStatus:
        """Solve, from the basis before or, where that ends without an answer, anew; return how it ended.

        HiGHS calls some bases unbounded, or gives up on them, from which a plain start leads to the end.
        """
        for _ in range(2):
            self._model.run()
            iterations = self._model.getInfo().simplex_iteration_count
            self.work += STEP * (iterations + 1.0) * (self._model.getNumRow() + self._model.getNumCol())
            status = self._model.getModelStatus()
            if status in ANSWERS:
                break
            self._model.clearSolver()
        return status

    def cut(self, point: RelaxedPoint) -> int:
        """Add the cuts that a point violates; return how many."""
        self._forget()
        least = point.theta + VIOLATED * np.maximum(1.0, point.theta)
        bound, slopes = self.rest.cuts(point.v, least)
        self.work += CUT * self.rest.effects.nnz
        over = np.flatnonzero(bound - slopes @ point.v > least)
        if len(over):
            ones = sparse.csr_array((np.ones(len(over)), (np.arange(len(over)), over)),
                                    shape=(len(over), self.problem.groups))  # fmt: skip
            rows = slopes[over]
            parts = sparse.csr_array(rows[:, : self._actions]), sparse.csr_array(rows[:, self._actions :])
            self._add(self._wide(*parts, ones, None), bound[over], np.full(len(over), INFINITE), 0)
        return len(over)

    def _forget(self) -> None:
        """Take out cuts that bounded nothing for long; what is left of the basis is one, as their slacks were in it."""
        rows = np.flatnonzero(self._idle > IDLE)
        if len(rows) < MANY:
            return
        basis = self._model.getBasis()
        status = list(basis.row_status)
        rows = np.array([r for r in rows if status[r] == highspy.HighsBasisStatus.kBasic], dtype=np.int64)
        keep = np.ones(len(status), dtype=bool)
        keep[rows] = False
        self._remove(rows)
        basis.row_status = [status[r] for r in np.flatnonzero(keep)]  # taking rows out forgets the basis
        self._model.setBasis(basis)

    def _remove(self, rows: Ints) -> None:
        if len(rows):
            self._model.deleteRows(len(rows), rows.astype(np.int32))
            self._idle = np.delete(self._idle, rows)
