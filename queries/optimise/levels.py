"""How well the worst-served region can fare at most: what every region needs has to be paid for (pure arrays).

For a share t of unmet demand region w has to be freed of need(t) = unmet − t·demand. Together actions free it of no
more than the sum of what each frees it of alone, what they take left out; so for whole actions, and for every region,

    Σⱼ min(gainⱼ, need(t))·xⱼ ≥ need(t)

Where nothing within the budget keeps all of these, no plan reaches t. The relaxation of a plan's choice knows less: it
lets many actions give each region a little, where a region needs one of them whole.
"""

from dataclasses import replace
from functools import cached_property

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Floats
from queries.optimise.loss import LossProblem
from queries.optimise.terms import Solution, Terms
from queries.solvers.plan import SLACK, power_of_two
from queries.solvers.programme import open_counted
from queries.unmet import saved_by_action

NODES = 200
"""Nodes of one trial; what is not decided by then counts as if it could be."""
CLOSE = 1e-4
"""Share of demand to which the bound is brought."""
BLOCK = 512
"""Actions whose effects are held in memory at once."""
SHORT = 1e-6
"""Part of a need that rounding may leave."""


class Levels:
    """Bounds on plans for the worst-served region of one problem."""

    def __init__(self, problem: LossProblem) -> None:
        self.problem = problem

    @cached_property
    def gains(self) -> sparse.csr_array:
        """[W, J] what each action alone frees each region of, what it takes left out."""
        p = self.problem
        at = sparse.csr_array((np.ones(len(p.group)), (p.group, np.arange(len(p.group)))), (p.groups, len(p.group)))
        of_region, made_of = p.compared @ at, sparse.csc_array(p.made_of)
        need = p.need - p.floor / p.demand
        parts = []
        for first in range(0, made_of.shape[1], BLOCK):
            saved = saved_by_action(p.demand, need, p.effects, made_of[:, first : first + BLOCK])
            parts.append(of_region @ saved.maximum(0))
        return sparse.csr_array(sparse.hstack(parts))

    @cached_property
    def unmet(self) -> Floats:
        """[W] unmet demand of each region as things are."""
        p = self.problem
        now: Floats = p.compared @ p.losses(np.zeros(len(p.cost))) + p.base
        return now

    def raised(self, found: Solution, terms: Terms) -> Solution:
        """Return a solution of the goal ``worst`` with the highest bound proven, and its plan or a better one."""
        p, low, high = self.problem, found.bound, found.objective
        while found.x is not None and high - low > CLOSE:
            level = (low + high) / 2
            within, x = self._trial(level, terms)
            if x is not None and p.allowed(x) and p.worst(x) < found.objective:
                found = replace(found, x=x, objective=p.worst(x))
            low, high = (low, level) if within else (level, high)
        return replace(found, bound=min(low, found.objective))

    def _trial(self, level: float, terms: Terms) -> tuple[bool, Floats | None]:
        """Tell whether needs at a level may be paid for, and by which plan, where one is found."""
        p = self.problem
        need = self.unmet - level * p.weight
        lacking = np.flatnonzero(need > SHORT * p.weight)
        parts = sparse.csr_array(sparse.diags_array(1.0 / need[lacking]) @ self.gains[lacking])
        parts.data = np.minimum(parts.data, 1.0)
        money = power_of_two(float(p.cost.max(initial=0.0)))
        wanted = [sparse.csr_array(chosen[None, :].astype(np.float64)) for chosen in terms.one_of]
        least = len(lacking) + len(wanted)
        rows = sparse.csr_array(
            sparse.vstack([parts, *wanted, p.limits, sparse.csr_array(p.cost[None, :] / money)], format="csr")
        )
        lower, upper = np.full(rows.shape[0], -highspy.kHighsInf), np.full(rows.shape[0], highspy.kHighsInf)
        lower[:least] = 1.0 - SHORT
        upper[least:-1], upper[-1] = p.at_most, min(terms.budget * (1 + SLACK) / money, highspy.kHighsInf)
        return self._paid(rows, lower, upper, p.cost / money, terms)

    def _paid(
        self, rows: sparse.csr_array, lower: Floats, upper: Floats, cost: Floats, terms: Terms
    ) -> tuple[bool, Floats | None]:
        actions = len(cost)
        least, most = np.zeros(actions), np.ones(actions)
        if terms.fixed is not None:
            least[terms.fixed] = 1.0
        if terms.excluded is not None:
            most[terms.excluded] = 0.0
        highs = open_counted(NODES)
        highs.setOptionValue("mip_rel_gap", highspy.kHighsInf)
        whole = np.full(actions, int(highspy.HighsVarType.kInteger), dtype=np.int32)
        highs.passModel(
            actions, rows.shape[0], rows.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            cost, least, most, lower, upper, rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data,
            whole,
        )  # fmt: skip
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return False, None
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return True, None
        return True, np.asarray(np.round(highs.getSolution().col_value), dtype=np.float64)
