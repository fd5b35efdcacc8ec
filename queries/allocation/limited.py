"""Transport with few partners: nobody receives from more than so many.

Exact by delayed constraints: the problem without the limit is solved first; receivers that have too many partners
get a yes-or-no for each of their arcs, and the mixed-integer programme (HiGHS) is solved again, until nobody has too
many. Each step relaxes the whole problem, so that its bound holds for it; most receivers never need a choice.
Before that, a flow that is allowed is made by keeping the largest arcs and refilling; where it meets as much as the
problem without the limit can, no other meets more.

Work is counted, not timed, and goes in steps that are the same whatever the limit: a longer search goes on where a
shorter one stops, on any machine, however busy, and so never ends with a worse flow.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from queries.solvers.plan import power_of_two
from queries.solvers.programme import open_counted
from queries.solvers.transport import Transport, solve_transport

SLACK = 1e-9
ARCS, CHOICES = 10_000, 1_000
"""Larger programmes are not tried: the flow found without them stands, with its bound."""
WORK_A_SECOND = 200_000.0
"""Arcs and choices times nodes that are about a second's work."""
ROOT, REFILL = 50, 0.05
"""A programme's first node, with its cuts, counts as so many nodes; a transport solved again as so much of one."""
NODES, FASTER = 20, 4
"""Nodes of the first try of a programme; each further try has so many times as many."""
ROUNDS = 8
"""How often an allowed flow is refilled before it is taken as it is."""


@dataclass(frozen=True)
class Limited:
    """A flow [m, n] with what is met, its cost, and proven bounds: ``met_bound`` ≥ any, ``cost_bound`` ≤ any.

    ``cost_bound`` is for meeting as much as this flow does; 0 where the work did not suffice to find one.
    """

    flow: Floats
    met: float
    cost: float
    met_bound: float
    cost_bound: float


def in_turn(searches: "list[LimitedSearch]", seconds: float) -> None:
    """Let searches take one step each, again and again, until all are done or the work of so many seconds is.

    The order of steps is the same for any limit, so that more work only adds to what less has found.
    """
    left = seconds * WORK_A_SECOND - sum(search.work for search in searches)
    while open_ := [search for search in searches if search.open]:
        for search in open_:
            if left <= 0:
                return
            before = search.work
            search.step()
            left -= search.work - before


class LimitedSearch:
    """The search for the flow that meets most, then costs least, with few suppliers for each receiver, step by step.

    ``work`` is what was done so far, ``found`` the best flow and its bounds.
    """

    def __init__(self, supply: Floats, demand: Floats, cost: Floats, limit: float | None, most: int) -> None:
        """Begin with the flow that has no such limit.

        Args:
            supply: [m]; demand: [n]; cost: [m, n] ≥ 0, inf where there is no arc.
            demand: See above.
            cost: See above.
            limit: Highest cost of an arc that may be used.
            most: Suppliers a receiver may have, 1 or more.

        Raises:
            BadParameter: ``most`` is below 1.
        """
        if most < 1:
            raise BadParameter(name="max_partners", value=most, reason="≥ 1")
        plain = solve_transport(supply, demand, cost, limit)
        self.work, self._nodes = 0.0, NODES
        self._chosen = _too_many(plain.flow, most)
        self.open = bool(self._chosen.any())
        self._best: Transport[Floats] = plain
        self._met_bound, self._cost_bound = plain.met, plain.bound
        if self.open:
            allowed = np.isfinite(cost) & (cost <= (np.inf if limit is None else limit))
            self._problem = _Problem(supply, demand, np.where(allowed, cost, np.inf), most)
            self._best = self._refilled(plain.flow)
            self.open = self._problem.fits(self._chosen)

    @property
    def found(self) -> Limited:
        """The best flow so far."""
        best, met_bound = self._best, max(self._met_bound, self._best.met)
        # The bound of the cost is for meeting as much as can be; whoever meets less may do so at less.
        cost_bound = min(self._cost_bound, best.cost) if _reached(best.met, met_bound) else 0.0
        return Limited(best.flow, best.met, best.cost, met_bound, cost_bound)

    def step(self) -> None:
        """Solve the programme of the receivers chosen so far; where its nodes ran out, it has more the next time."""
        met = self._best.met if _reached(self._best.met, self._met_bound) else None
        made = self._problem.solved(self._chosen, met, self._nodes)
        self.work += made.work
        self._met_bound = min(self._met_bound, made.met_bound)
        self._cost_bound = max(self._cost_bound, made.cost_bound)
        if made.flow is not None:
            self._best = max(self._best, self._refilled(made.flow), key=self._value)
        if not made.proven:
            self._nodes *= FASTER
            return
        more = self._chosen if made.flow is None else _too_many(made.flow, self._problem.most) | self._chosen
        self.open = bool((more & ~self._chosen).any()) and self._problem.fits(more)
        self._chosen = more

    def _value(self, made: "Transport[Floats]") -> tuple[float, float]:
        # What is met within 1e-7 is as much.
        return round(made.met / max(self._best.met, 1e-300), 7), -made.cost

    def _refilled(self, flow: Floats) -> "Transport[Floats]":
        """Return a flow that is allowed: the largest arcs of a receiver stay; who has room may choose again."""
        p, best = self._problem, None
        for _ in range(ROUNDS):
            rank = np.argsort(np.argsort(-flow, axis=0, kind="stable"), axis=0, kind="stable")
            kept = _serving(flow) & (rank < p.most)
            made = solve_transport(p.supply, p.demand, np.where(kept, p.cost, np.inf))
            self.work += REFILL * p.cost.size
            if best is not None and made.met <= best.met * (1 + SLACK):
                break
            best = made
            room = (kept.sum(axis=0) < p.most)[None, :]
            flow = solve_transport(p.supply, p.demand, np.where(kept | room, p.cost, np.inf)).flow
            self.work += REFILL * p.cost.size
        return best or made


def _reached(met: float, bound: float) -> bool:
    return met >= bound * (1 - SLACK)


def _too_many(flow: Floats, most: int) -> Bools:
    """Tell which receivers have more suppliers than they may."""
    found: Bools = _serving(flow).sum(axis=0) > most
    return found


def _serving(flow: Floats) -> Bools:
    return flow > SLACK * float(flow.sum())


@dataclass(frozen=True)
class _Step:
    """What came of a programme; ``proven``: of all of it, and not of a part of its nodes."""

    flow: Floats | None
    met_bound: float
    cost_bound: float
    work: float
    proven: bool


@dataclass(frozen=True)
class _Rows:
    """A programme without its goal: lower ≤ matrix·x ≤ upper, 0 ≤ x ≤ most, whole from column ``arcs`` on."""

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    most: Floats
    arcs: int

    def with_row(self, row: Floats, least: float) -> "_Rows":
        """Return it with one more row that is at least something."""
        matrix = sparse.csr_array(sparse.vstack([self.matrix, sparse.csr_array(row[None, :])]))
        return _Rows(matrix, np.append(self.lower, least), np.append(self.upper, np.inf), self.most, self.arcs)

    def best(self, weights: Floats, nodes: int) -> "_Found":
        """Return the solution of least weight that so many nodes find."""
        rows, columns = self.matrix.shape
        highs = open_counted(nodes)
        highs.setOptionValue("mip_rel_gap", 1e-7)
        kinds = np.where(np.arange(columns) < self.arcs, 0, 1).astype(np.int32)
        highs.passModel(
            columns, rows, self.matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            weights, np.zeros(columns), self.most, self.lower, self.upper,
            self.matrix.indptr.astype(np.int32), self.matrix.indices.astype(np.int32), self.matrix.data, kinds,
        )  # fmt: skip
        highs.run()
        info = highs.getInfo()
        some = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        limited = highs.getModelStatus() == highspy.HighsModelStatus.kSolutionLimit
        values = np.asarray(highs.getSolution().col_value, dtype=np.float64) if some else None
        return _Found(values, float(info.mip_dual_bound), (ROOT + max(info.mip_node_count, 0)) * columns, not limited)


@dataclass(frozen=True)
class _Found:
    x: Floats | None
    bound: float
    work: float
    proven: bool


class _Problem:
    """The programme over the arcs there are, with yes-or-no for the arcs of chosen receivers."""

    def __init__(self, supply: Floats, demand: Floats, cost: Floats, most: int) -> None:
        self.supply, self.demand, self.cost, self.most = supply, demand, cost, most
        caps = np.minimum(supply[:, None], demand[None, :])
        self._row, self._column = np.nonzero(np.isfinite(cost) & (caps > 0))
        # HiGHS compares with absolute tolerances: it is given quantities and costs that are about 1.
        self._size = power_of_two(float(caps[self._row, self._column].max(initial=0.0)))
        self._dear = power_of_two(float(cost[self._row, self._column].max(initial=0.0)))
        self._costs = cost[self._row, self._column] / self._dear
        self._caps = caps[self._row, self._column] / self._size

    def fits(self, chosen: Bools) -> bool:
        """Tell whether the programme is small enough to be solved in seconds."""
        return len(self._costs) <= ARCS and int(chosen[self._column].sum()) <= CHOICES

    def solved(self, chosen: Bools, met: float | None, nodes: int) -> _Step:
        """Return the flow that costs least of those that meet ``met``, or else of those that meet most."""
        arcs, work, proven = len(self._costs), 0.0, True
        met = None if met is None else met / self._size
        own = np.flatnonzero(chosen[self._column])
        rows, none = self._rows(own), np.zeros(len(own))
        weights, costs = np.concatenate([-np.ones(arcs), none]), np.concatenate([self._costs, none])
        met_bound, found = np.inf, None
        if met is None:
            most = rows.best(weights, nodes)
            met_bound, found, work, proven = -most.bound, most.x, most.work, most.proven
            if found is None:
                return _Step(None, met_bound * self._size, 0.0, work, proven)
            met = float(found[:arcs].sum())
        least = rows.with_row(-weights, met * (1 - SLACK)).best(costs, nodes)
        work, proven = work + least.work, proven and least.proven
        found = found if least.x is None else least.x
        if found is None:
            return _Step(None, met_bound * self._size, 0.0, work, proven)
        flow = np.zeros(self.cost.shape)
        flow[self._row, self._column] = found[:arcs] * self._size
        cost_bound = max(least.bound, 0.0) * self._size * self._dear
        return _Step(flow, met_bound * self._size, cost_bound, work, proven)

    def _rows(self, own: Ints) -> _Rows:
        arcs, extra = len(self._costs), len(own)
        m, n = self.cost.shape
        at, ones = np.arange(arcs), np.ones(arcs)
        width = arcs + extra
        given = sparse.csr_array((ones, (self._row, at)), shape=(m, width))
        got = sparse.csr_array((ones, (self._column, at)), shape=(n, width))
        # An arc carries something only where it is chosen, and few are.
        rows = np.arange(extra)
        linked = sparse.csr_array(
            (
                np.concatenate([np.ones(extra), -self._caps[own]]),
                (np.tile(rows, 2), np.concatenate([own, arcs + rows])),
            ),
            shape=(extra, width),
        )
        few = sparse.csr_array((np.ones(extra), (self._column[own], arcs + rows)), shape=(n, width))
        upper = [self.supply / self._size, self.demand / self._size, np.zeros(extra), np.full(n, float(self.most))]
        matrix = sparse.csr_array(sparse.vstack([given, got, linked, few]))
        most = np.concatenate([self._caps, np.ones(extra)])
        return _Rows(matrix, np.full(matrix.shape[0], -np.inf), np.concatenate(upper), most, arcs)
