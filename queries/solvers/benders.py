"""The p-median by Benders cuts: the relaxation over what cuts say, and branching where it stays undecided.

    minimise Σ_i θ_i,  Σ_j y_j = p,  θ_i ≥ D − Σ_j (D − w_ij)⁺·y_j  for levels D of row i
(Duran-Mateluna, Alès, Elloumi, EJOR 2023). For given y the most violated cut of a row has the level at which its
nearest sites together reach 1, so separation is sorting. Bounds are computed from the multipliers of the cuts, not
read from the solver, so that its tolerances cannot make them too good.
"""

import heapq
import itertools
import time
from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from queries.solvers.interchange import exchange, total
from queries.solvers.plan import Matrix, open_solver
from queries.solvers.relaxation import smallest

TOLERANCE = 1e-9
"""A cut is added if violated by more, where the mean row costs about 1; so much is what a proof may lack."""


@dataclass(frozen=True)
class NodeBound:
    """What the relaxation says at a node: its bound, y [m], and r [m], by how much each column pulls the bound."""

    bound: float
    y: Floats
    reduced: Floats


@dataclass
class Master:
    """The relaxation: y, then θ. Cuts stay valid wherever they were found.

    Attributes:
        weighted: [n, m] finite costs ≥ 0.
        p: Sites to choose.
        ceiling: [n] what a row costs at most.
        reach: [k, m] rows that need one of the columns marked, or none.
        deadline: On the clock of ``time.perf_counter``.
        owner: [c] the row that each cut is about, −1 for those of ``reach``.
        level: [c] D of each cut.
        cuts: [c, m] the weights of y in each cut.
        highs: The solver, which holds them all.
    """

    weighted: Floats
    p: int
    ceiling: Floats
    reach: Matrix
    deadline: float
    owner: Ints = field(init=False)
    level: Floats = field(init=False)
    cuts: Matrix = field(init=False)
    highs: highspy.Highs = field(init=False)

    def __post_init__(self) -> None:
        n, m = self.weighted.shape
        self.highs = open_solver()
        for name, value in (
            ("presolve", "off"),
            *((f"{kind}_feasibility_tolerance", TOLERANCE) for kind in ("primal", "dual")),
        ):
            self.highs.setOptionValue(name, value)
        infinite = highspy.kHighsInf
        no_starts, none, nothing = np.zeros(n + m, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0)
        self.highs.addCols(
            m + n, np.concatenate((np.zeros(m), np.ones(n))), np.zeros(m + n),
            np.concatenate((np.ones(m), np.full(n, infinite))), 0, no_starts, none, nothing,
        )  # fmt: skip
        self._add(sparse.csr_array(np.ones((1, m))), np.array([self.p]), np.array([self.p]))
        self.owner, self.level = np.full(self.reach.shape[0], -1), np.ones(self.reach.shape[0])
        self.cuts = self.reach
        if self.reach.shape[0]:
            self._add(self.reach, self.level, np.full(len(self.level), infinite))

    def _add(self, rows: Matrix, lower: Floats, upper: Floats) -> None:
        self.highs.addRows(
            rows.shape[0], lower.astype(float), upper.astype(float), rows.nnz,
            rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
        )  # fmt: skip

    def add_cuts(self, owner: Ints, level: Floats) -> None:
        """Add θ_i ≥ D − Σ (D − w_ij)⁺·y_j for each row i of ``owner`` [k] and its D of ``level`` [k]."""
        made = sparse.csr_array(np.maximum(level[:, None] - self.weighted[owner], 0.0))
        self.cuts = sparse.csr_array(sparse.vstack((self.cuts, made)))
        self.owner, self.level = np.concatenate((self.owner, owner)), np.concatenate((self.level, level))
        theta = sparse.csr_array(
            (np.ones(len(owner)), (np.arange(len(owner)), owner)), shape=(len(owner), len(self.weighted))
        )
        self._add(sparse.csr_array(sparse.hstack((made, theta))), level, np.full(len(level), highspy.kHighsInf))

    def separate(self, y: Floats, theta: Floats) -> tuple[Ints, Floats]:
        """Return the rows [k] of which y [m] and θ [n] violate a cut, and the level D [k] of the most violated one."""
        support = np.flatnonzero(y > 1e-9)
        part = self.weighted[:, support]
        order = part.argsort(axis=1, kind="stable")
        part = np.take_along_axis(part, order, axis=1)
        reached = y[support][order].cumsum(axis=1)
        critical = np.minimum((reached < 1 - 1e-9).sum(axis=1), len(support) - 1)
        level = np.minimum(part[np.arange(len(part)), critical], self.ceiling)
        must = level - (np.maximum(level[:, None] - part, 0.0) * y[support][order]).sum(axis=1)
        over = must - theta > TOLERANCE
        return np.flatnonzero(over), level[over]

    def ask(self, zero: Bools, one: Bools, enough: float) -> NodeBound | None:
        """Return the relaxation with columns ``zero`` [m] at 0 and ``one`` [m] at 1; None if nothing is feasible.

        It stops adding cuts as soon as the bound is ``enough`` or time is over; the bound holds all the same.
        """
        m = self.weighted.shape[1]
        self.highs.changeColsBounds(m, np.arange(m, dtype=np.int32), one.astype(float), 1.0 - zero)
        best = NodeBound(-np.inf, np.zeros(m), np.zeros(m))
        while True:
            self.highs.setOptionValue(
                "time_limit", self.highs.getRunTime() + max(self.deadline - time.perf_counter(), 1e-3)
            )
            self.highs.run()
            status = self.highs.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
            if status != highspy.HighsModelStatus.kOptimal:
                return best
            solution = self.highs.getSolution()
            values = np.asarray(solution.col_value)
            bound, reduced = self.proven(np.asarray(solution.row_dual)[1:], zero, one)
            y = values[:m].clip(0, 1)
            best = NodeBound(max(bound, best.bound), y, reduced if bound >= best.bound else best.reduced)
            if bound >= enough or time.perf_counter() > self.deadline:
                return best
            owner, level = self.separate(y, values[m:])
            if not len(owner):
                return best
            self.add_cuts(owner, level)

    def proven(self, duals: Floats, zero: Bools, one: Bools) -> tuple[float, Floats]:
        """Return the bound that multipliers of the cuts prove, whatever they are, and r [m]."""
        n = len(self.weighted)
        duals = np.maximum(duals, 0.0)
        own = self.owner >= 0
        sums = np.bincount(self.owner[own], weights=duals[own], minlength=n)
        duals[own] /= np.maximum(sums, 1.0)[self.owner[own]]
        reduced = -(self.cuts.T @ duals)
        free = np.flatnonzero(~(zero | one))
        taken = free[smallest(reduced[free], self.p - int(one.sum()))]
        return float(duals @ self.level + reduced[one].sum() + reduced[taken].sum()), reduced

    def binding(self) -> tuple[Ints, Floats]:
        """Return rows and levels of the cuts that carry the bound of the last answer."""
        duals = np.asarray(self.highs.getSolution().row_dual)[1:]
        keep = (duals > 0) & (self.owner >= 0)
        return self.owner[keep], self.level[keep]


@dataclass
class Search:
    """Best-first branch and bound: what is known, and the nodes that may hold better."""

    master: Master
    sites: Ints
    value: float
    bound: float
    grid: float

    @property
    def enough(self) -> float:
        """Bound from which on a node holds nothing better: totals are multiples of ``grid``, if that is not 0."""
        return self.value - (0.999 * self.grid if self.grid else TOLERANCE * self.value)

    def run(self) -> None:
        """Improve ``sites`` and ``bound`` until they meet or time is over."""
        m = self.master.weighted.shape[1]
        nothing = np.zeros(m, dtype=bool)
        ticket = itertools.count()
        least = np.inf
        queue: list[tuple[float, int, Bools, Bools]] = [(self.bound, next(ticket), nothing, nothing.copy())]
        while queue and queue[0][0] < self.enough:
            if time.perf_counter() > self.master.deadline:
                break
            known, _, zero, one = heapq.heappop(queue)
            answer = self.master.ask(zero, one, self.enough)
            if answer is None:
                continue
            if max(answer.bound, known) >= self.enough:
                least = min(least, max(answer.bound, known))
                continue
            if answer.bound == -np.inf or time.perf_counter() > self.master.deadline:
                heapq.heappush(queue, (max(known, answer.bound), next(ticket), zero, one))
                break
            self.improve(answer.y)
            zero, one = self.fixed(answer, zero, one)
            if one.sum() == self.master.p or zero.sum() == m - self.master.p:
                continue
            branch = int(np.where(zero | one, np.inf, np.abs(answer.y - 0.5)).argmin())
            for side in (one, zero):
                changed = side.copy()
                changed[branch] = True
                pair = (changed, one) if side is zero else (zero, changed)
                if pair[1].sum() <= self.master.p <= m - pair[0].sum():
                    heapq.heappush(queue, (max(answer.bound, known), next(ticket), *pair))
        least = min(least, queue[0][0]) if queue else least
        self.bound = self.value if least >= self.enough and self.grid else min(least, self.value)

    def improve(self, y: Floats) -> None:
        """Try the sites of which y [m] has most."""
        trial = np.sort(np.argsort(-y, kind="stable")[: self.master.p])
        value = total(self.master.weighted, trial)
        if value < 1.02 * self.value:
            trial, value = exchange(self.master.weighted, trial, self.master.deadline)
        if value < self.value:
            self.sites, self.value = trial, value

    def fixed(self, answer: NodeBound, zero: Bools, one: Bools) -> tuple[Bools, Bools]:
        """Return ``zero`` and ``one`` [m] with the columns whose other choice alone lifts the bound too far."""
        free = np.flatnonzero(~(zero | one))
        left = self.master.p - int(one.sum())
        ordered = np.sort(answer.reduced[free])
        if not 0 < left < len(free):
            return zero, one
        out = free[answer.bound + answer.reduced[free] - ordered[left - 1] >= self.enough]
        into = free[answer.bound - answer.reduced[free] + ordered[left] >= self.enough]
        zero, one = zero.copy(), one.copy()
        zero[out], one[into] = True, True
        return zero, one
