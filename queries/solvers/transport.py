"""The transport problem: bring what some have to what others lack, as much as can be, at the least cost.

    maximise  met = Σ x_ij,  then minimise  cost = Σ c_ij·x_ij
    with      Σ_j x_ij ≤ supply_i,   Σ_i x_ij ≤ demand_j,   0 ≤ x_ij ≤ cap_ij

Quantities and costs become integers (exactly where they are, else in steps of 2⁻⁵⁰ of the whole and 2⁻³⁶ of the
highest cost), the integers are solved exactly by cost scaling (Goldberg 1997, in OR-tools), and the answer is proved
on the true numbers: ``bound`` is the value of a feasible dual solution. Where the steps are too coarse for the proof,
the costs are solved again as a linear programme (HiGHS).
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.solvers.arguments import amounts
from queries.solvers.plan import power_of_two
from queries.solvers.transport_proof import PROVED, ShadowPrices, TransportArcs, proved

__all__ = ["Floats", "Ints", "ShadowPrices", "Transport", "solve_transport"]

Flow = TypeVar("Flow", Floats, sparse.coo_array)

QUANTITY_BITS = 50
COST_BITS = 36


@dataclass(frozen=True)
class Transport(Generic[Flow]):
    """A solved transport problem.

    ``flow``: x in the form of ``cost``, dense [m, n] or sparse with the same entries. ``met``: Σ flow, the most that
    can be met. ``cost``: Σ cost·flow. ``bound``: proven to be no more than the least cost of meeting as much.
    """

    flow: Flow
    met: float
    cost: float
    bound: float
    prices: ShadowPrices


def solve_transport(
    supply: npt.ArrayLike,
    demand: npt.ArrayLike,
    cost: Any,
    limit: Any = None,
) -> "Transport[Any]":
    """Return the flow that meets most and, among those, costs least.

    Args:
        supply: [m] what is there, ≥ 0, any unit.
        demand: [n] what is asked for, ≥ 0, same unit.
        cost: Cost a unit of each arc: dense [m, n], inf where there is no arc; or a scipy sparse array [m, n], whose
            stored entries (zeros too) are the arcs.
        limit: One number: no flow over an arc that costs more (``limit=300`` with kilometres as cost: nothing is
            brought farther than 300 km). Or capacities, matched by place: an array [m, n], dense or sparse, which
            names every arc there is; or, beside a sparse ``cost``, one value for each of its entries, in their order.
            Inf or none: only supply and demand limit it.

    Returns:
        Flow, what is met, its cost, a proven lower bound of the cost and shadow prices. Among several best flows
        one is chosen, the same each time.

    Raises:
        BadParameter: negative, infinite or missing quantities; shapes that do not fit; a cost that is NaN or −inf; a
            sparse limit without a value for an arc.
    """
    have, want = amounts("supply", supply), amounts("demand", demand)
    source, target, costs = _arcs_of(cost, (len(have), len(want)))
    caps = _caps(limit, cost, (source, target, costs), (len(have), len(want)))
    caps = np.minimum(caps, np.minimum(have[source], want[target]))
    open_ = np.flatnonzero(np.isfinite(costs) & (caps > 0))
    arcs = TransportArcs(source[open_], target[open_], costs[open_], caps[open_], open_)
    flow, prices, bound = _proven(have, want, arcs)
    total = float(flow @ arcs.cost)
    every = np.zeros(len(costs))
    every[open_] = flow
    shaped = _shaped(every, source, target, cost, (len(have), len(want)))
    return Transport(shaped, float(flow.sum()), total, min(bound, total), prices)


def _proven(have: Floats, want: Floats, arcs: TransportArcs) -> tuple[Floats, ShadowPrices, float]:
    """Return the best flow over arcs with the prices and the bound that prove it, made finer as long as they do not."""
    flow = _solved(have, want, arcs)
    prices, bound = proved(have, want, arcs, flow)
    for finer in (_closer, _polished):
        total = float(flow @ arcs.cost)
        if total - bound <= PROVED * max(abs(total), abs(bound)):
            break
        flow = finer(have, want, arcs, flow)
        prices, bound = proved(have, want, arcs, flow)
    return flow, prices, bound


# --- what is given ------------------------------------------------------------------------------------


def _shape_error(name: str, shape: object, wanted: object) -> BadParameter:
    return BadParameter(name=name, value=shape, reason=Text(f"形状应为 {wanted}", f"its shape must be {wanted}"))


def _is_sparse(value: Any) -> bool:
    return bool(sparse.issparse(value))


def _arcs_of(cost: Any, shape: tuple[int, int]) -> tuple[Ints, Ints, Floats]:
    """Return from, to and cost of every arc that is given, inf too."""
    made: Any = sparse.coo_array(cost) if _is_sparse(cost) else np.asarray(cost, dtype=np.float64)
    if made.shape != shape:
        raise _shape_error("cost", made.shape, shape)
    if isinstance(made, np.ndarray):
        source, target = np.divmod(np.arange(made.size, dtype=np.int64), max(shape[1], 1))
        costs = made.ravel()
    else:
        source, target = (at.astype(np.int64) for at in made.coords)
        costs = made.data.astype(np.float64)
    wrong = costs[np.isnan(costs) | (costs == -np.inf)]
    if len(wrong):
        reason = Text("应为数字，或以 inf 表示没有该弧", "must be numbers, inf where there is no arc")
        raise BadParameter(name="cost", value=float(wrong[0]), reason=reason)
    return source, target, costs


def _caps(limit: Any, cost: Any, arcs: tuple[Ints, Ints, Floats], shape: tuple[int, int]) -> Floats:
    """Return the capacity of each arc (from, to, cost), and check a limit of either kind."""
    source, target, costs = arcs
    if limit is None:
        return np.full(len(costs), np.inf)
    values = np.asarray(sparse.coo_array(limit).data if _is_sparse(limit) else limit, dtype=np.float64)
    one = not _is_sparse(limit) and values.ndim == 0
    if np.isnan(values).any() or (not one and (values < 0).any()):
        reason = Text(
            "应为一个数，或各弧不小于 0 的容量", "must be one number, or a capacity of 0 or more for each arc"
        )
        raise BadParameter(name="limit", value=float(np.min(values)), reason=reason)
    if one:
        return np.where(costs <= float(values), np.inf, 0.0)
    if not _is_sparse(limit) and values.ndim == 1 and _is_sparse(cost):
        if values.shape != costs.shape:
            raise _shape_error("limit", values.shape, costs.shape)
        return values
    if np.shape(limit) != shape:
        raise _shape_error("limit", np.shape(limit), shape)
    return _by_place(sparse.coo_array(limit), arcs, shape) if _is_sparse(limit) else values[source, target]


def _by_place(limit: Any, arcs: tuple[Ints, Ints, Floats], shape: tuple[int, int]) -> Floats:
    """Return the value of a sparse limit at the place of each arc; parallel arcs take parallel values in order."""
    source, target, costs = arcs
    ours = source * shape[1] + target
    theirs = limit.coords[0].astype(np.int64) * shape[1] + limit.coords[1]
    caps = np.full(len(costs), np.inf)
    there = np.flatnonzero(np.isfinite(costs))
    there = there[np.argsort(ours[there], kind="stable")]
    order = np.argsort(theirs, kind="stable")
    order = order[np.isin(theirs[order], ours[there])]
    if not np.array_equal(ours[there], theirs[order]):
        bare = np.setdiff1d(ours[there], theirs)
        at = divmod(int(bare[0]), shape[1]) if len(bare) else "…"
        reason = Text("limit 应给出每条弧的容量，每处一个", "it must give the capacity of every arc, one at each place")
        raise BadParameter(name="limit", value=at, reason=reason)
    caps[there] = limit.data[order]
    return caps


def _shaped(flow: Floats, source: Ints, target: Ints, cost: Any, shape: tuple[int, int]) -> Any:
    if sparse.issparse(cost):
        return sparse.coo_array((flow, (source, target)), shape=shape)
    return flow.reshape(shape)


# --- the flow -----------------------------------------------------------------------------------------


def _solved(have: Floats, want: Floats, arcs: TransportArcs) -> Floats:
    """Return the flow of each arc, exact for the integers that quantities and costs become."""
    if not len(arcs.cost):
        return np.zeros(0)
    # Nobody gives or gets more than its arcs carry; what is whole stays whole.
    have = np.minimum(have, np.bincount(arcs.source, arcs.cap, len(have)))
    want = np.minimum(want, np.bincount(arcs.target, arcs.cap, len(want)))
    unit = _unit(min(have.sum(), want.sum()), have, want, arcs.cap)
    step = _unit_of_cost(arcs.cost)
    m, n = len(have), len(want)
    supplies = np.concatenate([np.floor(have / unit), -np.floor(want / unit)]).astype(np.int64)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        arcs.source.astype(np.int32),
        (arcs.target + m).astype(np.int32),
        np.floor(arcs.cap / unit).astype(np.int64),
        np.rint(arcs.cost / step).astype(np.int64),
    )
    solver.set_nodes_supplies(np.arange(m + n, dtype=np.int32), supplies)
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise BadParameter(name="supply, demand, cost", value=str(status), reason=_TOO_FAR)
    return np.asarray(solver.flows(np.arange(len(arcs.cost), dtype=np.int32)), dtype=np.float64) * unit


_TOO_FAR = Text("数值相差过大，无法求解", "the numbers lie too far apart to be solved")


def _unit(total: float, *quantities: Floats) -> float:
    """Return the step of quantities: 1 where all are whole numbers, else a power of two, 2⁻⁵⁰ of the whole or less."""
    if total < 2**QUANTITY_BITS and all((np.floor(q) == q).all() for q in quantities):
        return 1.0
    return float(2.0 ** (np.ceil(np.log2(total)) - QUANTITY_BITS)) if total > 0 else 1.0


def _unit_of_cost(cost: Floats) -> float:
    highest = float(np.abs(cost).max())
    if highest < 2**COST_BITS and (np.floor(cost) == cost).all():
        return 1.0
    return float(2.0 ** (np.ceil(np.log2(highest)) - COST_BITS))


def _closer(have: Floats, want: Floats, arcs: TransportArcs, flow: Floats) -> Floats:
    """Return a cheaper flow of finer steps: arcs dearer than any in use make them coarse, and are left out."""
    while True:
        used = float(np.abs(arcs.cost[flow > 0]).max(initial=0.0))
        near = np.abs(arcs.cost) <= used
        if near.all() or not near.any():
            return flow
        part = TransportArcs(arcs.source[near], arcs.target[near], arcs.cost[near], arcs.cap[near], arcs.at[near])
        again = np.zeros(len(flow))
        again[near] = _solved(have, want, part)
        if again.sum() < flow.sum() * (1 - PROVED) or again @ arcs.cost >= flow @ arcs.cost:
            return flow
        flow = again


def _polished(have: Floats, want: Floats, arcs: TransportArcs, flow: Floats) -> Floats:
    """Return the cheapest flow that meets as much, by linear programming; the flow as it is where that fails.

    Quantities and costs are given to HiGHS, whose tolerances are absolute, in units of what is met and paid.
    """
    met, spent = float(flow.sum()), float(flow @ np.abs(arcs.cost))
    if met == 0 or spent == 0:
        return flow
    unit, price = power_of_two(met / len(arcs.cost)), power_of_two(spent / met)
    count, ones = np.arange(len(arcs.cost)), np.ones(len(arcs.cost))
    rows = sparse.vstack(
        [
            sparse.csr_array((ones, (arcs.source, count)), shape=(len(have), len(count))),
            sparse.csr_array((ones, (arcs.target, count)), shape=(len(want), len(count))),
            sparse.csr_array(-ones[None, :]),
        ]
    )
    most = np.concatenate([have, want, [-met]]) / unit
    bounds = Bounds(0.0, arcs.cap / unit)
    solved = milp(arcs.cost / price, constraints=LinearConstraint(rows, -np.inf, most), bounds=bounds)
    if solved.status != 0:
        return flow
    made: Floats = np.clip(np.asarray(solved.x, dtype=np.float64) * unit, 0.0, arcs.cap)
    return made if made @ arcs.cost < flow @ arcs.cost else flow
