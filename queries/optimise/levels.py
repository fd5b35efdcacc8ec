"""How well the worst-served region can fare: levels that are tried, each by what every region has to be paid for.

For a share t of unmet demand region w has to be freed of need(t) = unmet − t·demand. Together actions free it of no
more than the sum of what each frees it of alone; so for whole actions, and for every region,

    Σⱼ min(gainⱼ, need(t))·xⱼ ≥ need(t)

The cheapest whole actions that keep all of these (HiGHS, a small covering programme) are where good plans begin: they
are filled up with what helps the region that is worst off. Where nothing within the budget keeps them, no plan reaches
t. The relaxation of a plan's choice knows less: it lets many actions give each region a little, where a region needs
one of them whole.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats
from queries.optimise.heuristics import Filling
from queries.optimise.loss import LossProblem
from queries.optimise.reduced import Reduced
from queries.optimise.relaxation import STEP
from queries.optimise.terms import INFINITE, Solution, Terms
from queries.solvers.plan import SLACK, power_of_two, within
from queries.solvers.programme import open_counted

NODES = 50
"""Nodes of one programme; what is not decided by then counts as if it could be."""
CLOSE = 1e-4
"""Share of demand to which levels are told apart."""
OPEN = 0.02
"""Part of what is open between plan and bound to which a bound is brought: the rest would be dear, and say little."""
SHORT = 1e-6
"""Part of a need that rounding may leave."""
POSED = 60.0
"""Work of each entry of a programme, before the first step."""


@dataclass(frozen=True)
class _Needs:
    """What is known of regions: each lacks ``lack`` − ``gain``·x at least, and may lack ``most`` · level.

    ``lack``, ``most``: [W]. ``gain``: [W, J]; below 0 where an action takes.
    """

    lack: Floats
    most: Floats
    gain: sparse.csr_array

    def at(self, level: float, open_: Bools) -> sparse.csr_array:
        """Return rows [n, J] of which every plan has 1 at least that reaches a level with actions ``open_`` [J]."""
        short = self.lack - level * self.most
        rows = np.flatnonzero(short > SHORT * self.most)
        gain = sparse.csr_array(self.gain[rows] @ sparse.diags_array(open_.astype(np.float64)))
        takes = sparse.csr_array((np.minimum(gain.data, 0.0), gain.indices, gain.indptr), shape=gain.shape)
        enough = short[rows] - np.asarray(takes.sum(axis=1)).ravel()
        of = np.repeat(np.arange(len(rows)), np.diff(gain.indptr))
        gain.data = np.minimum(gain.data, enough[of]) / short[rows][of]
        return gain


class Levels:
    """Searches for the plan by which the worst-served region fares best; deterministic, level after level.

    Args:
        problem: The problem.
        rest: Its reduction, for plans up to the budgets that are asked about.
    """

    def __init__(self, problem: LossProblem, rest: Reduced) -> None:
        self.problem, self.rest = problem, rest
        self._known: dict[bytes, _Needs] = {}

    def solve(self, terms: Terms, most: float) -> Solution:
        """Return the best plan found in about so much work (as in :mod:`queries.optimise.search`), with a bound."""
        trials = _Trials(self, terms)
        start = trials.fixed.astype(np.float64)
        trials.offer(trials.filling.levelled(start, trials.barred) if terms.start is None else terms.start)
        low, high = 0.0, 1.0
        while high - low > CLOSE and trials.work < most:
            level = (low + high) / 2
            may, x = trials.programme(level)
            if x is not None:
                trials.offer(x)
                trials.offer(trials.filling.levelled(x, trials.barred))
            low, high = (low, level) if may else (level, high)
        return replace(trials.best, bound=min(low, trials.best.objective))

    def raised(self, found: Solution, terms: Terms, most: float) -> Solution:
        """Return a solution with the highest bound that programmes prove in about so much work.

        Its plan stays: it is to be one that a search finds which knows nothing of what else is asked.
        """
        trials, low, high = _Trials(self, terms), found.bound, found.objective
        while high - low > max(CLOSE, OPEN * (found.objective - low)) and trials.work < most:
            level = (low + high) / 2
            low, high = (low, level) if trials.programme(level)[0] else (level, high)
        return replace(found, bound=min(low, found.objective))

    def refutes(self, terms: Terms, level: float) -> bool:
        """Tell whether one programme proves that no plan reaches a level."""
        return not _Trials(self, terms).programme(level)[0]

    def needs(self, fixed: Bools) -> _Needs:
        """Return what every region is known to lack with what is fixed, and what actions give it alone."""
        if fixed.tobytes() not in self._known:
            p, rest = self.problem, self.rest
            bound, slopes = rest.cuts(rest.counted.numbers(fixed.astype(np.float64)))
            actions = len(p.cost)
            gain = slopes[:, :actions] + slopes[:, actions:] @ rest.counted.of - rest.slope
            lack = p.base + p.compared @ (bound + rest.constant)
            self._known[fixed.tobytes()] = _Needs(lack, p.weight, sparse.csr_array(p.compared @ gain))
        return self._known[fixed.tobytes()]


class _Trials:
    """Programmes of one search: the best plan so far, and the work done."""

    def __init__(self, levels: Levels, terms: Terms) -> None:
        self.problem, self.terms = levels.problem, terms
        none = np.zeros(len(self.problem.cost), dtype=bool)
        self.fixed = none if terms.fixed is None else terms.fixed
        self.barred = none if terms.excluded is None else terms.excluded
        self.best = Solution(None, np.inf, 0.0)
        self.filling = Filling(self.problem, levels.rest, terms.budget)
        self._needs, self._posed = levels.needs(self.fixed), 0.0
        self._money = power_of_two(float(self.problem.cost.max(initial=0.0)))

    @property
    def work(self) -> float:
        """Work done so far."""
        return self._posed + self.filling.work

    def offer(self, x: Floats) -> None:
        """Keep a plan that keeps every limit, if it is the best."""
        p, terms = self.problem, self.terms
        keeps = (
            bool((x[self.fixed] == 1).all()) and not x[self.barred].any()
            and all(x[chosen].any() for chosen in terms.one_of)
            and bool(within(float(p.cost @ x), terms.budget)) and p.allowed(x)
        )  # fmt: skip
        if keeps and (value := p.worst(x)) < self.best.objective:
            self.best = replace(self.best, x=x, objective=value)

    def programme(self, level: float) -> tuple[bool, Floats | None]:
        """Tell whether needs at a level may be paid for, and by which whole actions [J], where any are found."""
        p, terms = self.problem, self.terms
        needs = self._needs.at(level, ~self.barred)
        wanted = [sparse.csr_array(chosen[None, :].astype(np.float64)) for chosen in terms.one_of]
        paid = sparse.csr_array(p.cost[None, :] / self._money)
        rows = sparse.csr_array(sparse.vstack([needs, *wanted, p.limits, paid], format="csr"))
        least = rows.shape[0] - 1 - len(p.at_most)
        lower, upper = np.full(rows.shape[0], -INFINITE), np.full(rows.shape[0], INFINITE)
        lower[:least] = 1.0 - SHORT
        upper[least:-1], upper[-1] = p.at_most, min(terms.budget * (1 + SLACK) / self._money, INFINITE)
        return self._cheapest(rows, lower, upper)

    def _cheapest(self, rows: sparse.csr_array, lower: Floats, upper: Floats) -> tuple[bool, Floats | None]:
        open_ = np.flatnonzero(~self.barred | self.fixed)
        rows, actions = sparse.csr_array(rows[:, open_]), len(open_)
        highs = open_counted(NODES)
        highs.setOptionValue("mip_rel_gap", highspy.kHighsInf)
        whole = np.full(actions, int(highspy.HighsVarType.kInteger), dtype=np.int32)
        highs.passModel(
            actions, rows.shape[0], rows.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            self.problem.cost[open_] / self._money, self.fixed[open_].astype(np.float64), np.ones(actions), lower,
            upper, rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data, whole,
        )  # fmt: skip
        highs.run()
        info = highs.getInfo()
        self._posed += POSED * rows.nnz + STEP * (info.simplex_iteration_count + 1.0) * sum(rows.shape)
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return False, None
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return True, None
        x = np.zeros(len(self.problem.cost))
        x[open_] = np.round(highs.getSolution().col_value)
        return True, x
