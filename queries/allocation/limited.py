"""Transport with few partners: nobody receives from more than so many.

Exact by delayed constraints: the problem without the limit is solved first; receivers that have too many partners
get a yes-or-no for each of their arcs, and the mixed-integer programme (HiGHS) is solved again, until nobody has too
many. Each step relaxes the whole problem, so that its bound holds for it; most receivers never need a choice.
Before that, a flow that is allowed is made by keeping the largest arcs and refilling; where it meets as much as the
problem without the limit can, no other meets more.

Work is counted, not timed: a node of a programme counts as much as it has arcs and choices, so that the same question
has the same answer on any machine, however busy.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from graph.arrays import Bools, Floats
from graph.errors import BadParameter
from queries.solvers.plan import power_of_two
from queries.solvers.transport import Transport, solve_transport

SLACK = 1e-9
ARCS, CHOICES = 10_000, 1_000
"""Larger programmes are not tried: the flow found without them stands, with its bound."""
WORK_A_SECOND = 100_000.0
"""Arcs and choices times nodes that are about a second's work."""
ROOT = 50
"""A programme's first node, with its cuts and heuristics, counts as so many."""
ROUNDS = 8
"""How often an allowed flow is refilled before it is taken as it is."""


@dataclass(frozen=True)
class Limited:
    """A flow [m, n] with what is met, its cost, and proven bounds: ``met_bound`` ≥ any, ``cost_bound`` ≤ any.

    ``cost_bound`` is for meeting as much as this flow does; 0 where the work did not suffice to find one. ``seconds``:
    the work that was done, in about seconds.
    """

    flow: Floats
    met: float
    cost: float
    met_bound: float
    cost_bound: float
    seconds: float = 0.0


def solve_limited(
    supply: Floats, demand: Floats, cost: Floats, limit: float | None, most: int, seconds: float
) -> Limited:
    """Return the flow that meets most, then costs least, with at most ``most`` suppliers for each receiver.

    Args:
        supply: [m]; demand: [n]; cost: [m, n] ≥ 0, inf where there is no arc.
        demand: See above.
        cost: See above.
        limit: Highest cost of an arc that may be used.
        most: Suppliers a receiver may have, 1 or more.
        seconds: After so much work, in about seconds, the best flow found is returned; its bounds say how good it is.

    Raises:
        BadParameter: ``most`` is below 1.
    """
    if most < 1:
        raise BadParameter(name="max_partners", value=most, reason="≥ 1")
    plain = solve_transport(supply, demand, cost, limit)
    if _too_many(plain.flow, most).sum() == 0:
        return Limited(plain.flow, plain.met, plain.cost, plain.met, plain.bound)
    work = _Work(seconds * WORK_A_SECOND)
    allowed = np.isfinite(cost) & (cost <= (np.inf if limit is None else limit))
    problem = _Problem(supply, demand, np.where(allowed, cost, np.inf), most)
    best, met_bound, cost_bound = _refilled(problem, plain.flow), plain.met, plain.bound
    chosen = _too_many(plain.flow, most)
    while problem.fits(chosen) and work.left > 0:
        step = problem.solved(chosen, best.met if _reached(best.met, met_bound) else None, work)
        met_bound, cost_bound = min(met_bound, step.met_bound), max(cost_bound, step.cost_bound)
        if step.flow is None:
            break
        best = max(best, _refilled(problem, step.flow), key=lambda made: (round(made.met / met_bound, 7), -made.cost))
        more = _too_many(step.flow, most) & ~chosen
        if not more.any():
            break
        chosen = chosen | more
    met_bound = max(met_bound, best.met)
    # The bound of the cost is for meeting as much as can be; whoever meets less may do so at less.
    cost_bound = min(cost_bound, best.cost) if _reached(best.met, met_bound) else 0.0
    return Limited(best.flow, best.met, best.cost, met_bound, cost_bound, seconds - work.left / WORK_A_SECOND)


@dataclass
class _Work:
    """What may still be done."""

    left: float


def _reached(met: float, bound: float) -> bool:
    return met >= bound * (1 - SLACK)


def _too_many(flow: Floats, most: int) -> Bools:
    """Tell which receivers have more suppliers than they may."""
    found: Bools = _serving(flow).sum(axis=0) > most
    return found


def _serving(flow: Floats) -> Bools:
    return flow > SLACK * float(flow.sum())


def _refilled(problem: "_Problem", flow: Floats) -> "Transport[Floats]":
    """Return a flow that is allowed: the largest arcs of each receiver stay; who has room for more may choose again."""
    most, best = problem.most, None
    for _ in range(ROUNDS):
        rank = np.argsort(np.argsort(-flow, axis=0, kind="stable"), axis=0, kind="stable")
        kept = _serving(flow) & (rank < most)
        made = solve_transport(problem.supply, problem.demand, np.where(kept, problem.cost, np.inf))
        if best is not None and made.met <= best.met * (1 + SLACK):
            break
        best = made
        room = (kept.sum(axis=0) < most)[None, :]
        flow = solve_transport(problem.supply, problem.demand, np.where(kept | room, problem.cost, np.inf)).flow
    return best or made


@dataclass(frozen=True)
class _Step:
    flow: Floats | None
    met_bound: float
    cost_bound: float


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

    def solved(self, chosen: Bools, met: float | None, work: _Work) -> _Step:
        """Return the flow that costs least of those that meet ``met``, or else of those that meet most."""
        arcs = len(self._costs)
        met = None if met is None else met / self._size
        own = np.flatnonzero(chosen[self._column])
        rules, bounds, whole = self._rules(own)
        none = np.zeros(len(own))
        weights, costs = np.concatenate([-np.ones(arcs), none]), np.concatenate([self._costs, none])
        met_bound, found = np.inf, None
        if met is None:
            most = _milp(weights, rules, bounds, whole, work)
            met_bound, found = -_bound(most), most.x
            if found is None:
                return _Step(None, met_bound * self._size, 0.0)
            met = float(found[:arcs].sum())
        enough = LinearConstraint(sparse.csr_array(-weights[None, :]), met * (1 - SLACK), np.inf)
        least = _milp(costs, [*rules, enough], bounds, whole, work)
        found = found if least.x is None else least.x
        if found is None:
            return _Step(None, met_bound * self._size, 0.0)
        flow = np.zeros(self.cost.shape)
        flow[self._row, self._column] = found[:arcs] * self._size
        return _Step(flow, met_bound * self._size, max(_bound(least), 0.0) * self._size * self._dear)

    def _rules(
        self, own: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> tuple[list[LinearConstraint], Bounds, Floats]:
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
        limits = [
            (given, self.supply / self._size),
            (got, self.demand / self._size),
            (linked, np.zeros(extra)),
            (few, np.full(n, self.most)),
        ]
        bounds = Bounds(np.zeros(width), np.concatenate([self._caps, np.ones(extra)]))
        whole = np.concatenate([np.zeros(arcs), np.ones(extra)])
        return [LinearConstraint(a, -np.inf, b) for a, b in limits], bounds, whole


def _bound(solved: OptimizeResult) -> float:
    """Return what no solution is below."""
    return -np.inf if solved.mip_dual_bound is None else float(solved.mip_dual_bound)


def _milp(weights: Floats, rules: list[LinearConstraint], bounds: Bounds, whole: Floats, work: _Work) -> OptimizeResult:
    nodes = max(1, int(work.left / len(weights)) - ROOT)
    options = {"node_limit": nodes, "mip_rel_gap": 1e-7}
    # Its type stubs know neither arrays of integralities nor plain dictionaries of options.
    found = milp(weights, constraints=rules, bounds=bounds, integrality=whole, options=options)  # type: ignore[arg-type]
    work.left -= (ROOT + (found.mip_node_count or 0)) * len(weights)
    return found
