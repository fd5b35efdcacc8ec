"""The transport problem equals networkx and a linear programme, and proves itself."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from graph.arrays import Floats
from graph.errors import BadParameter
from queries.solvers.transport import _closer, _polished, _solved, solve_transport
from queries.solvers.transport_proof import TransportArcs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import networkx as nx

CASES = range(100)


def random_case(seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Whole numbers, as networkx wants them; some suppliers and receivers empty, some arcs missing."""
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 9, 2)
    supply, demand = rng.integers(0, 30, m), rng.integers(0, 30, n)
    cost = rng.integers(0, 50, (m, n)).astype(float)
    cost[rng.random((m, n)) < rng.choice([0, 0.3, 0.8])] = np.inf
    return supply, demand, cost


def by_networkx(supply: NDArray[np.int64], demand: NDArray[np.int64], cost: Floats) -> tuple[int, int]:
    graph = nx.DiGraph()
    graph.add_nodes_from(["begin", "end"])
    graph.add_edges_from(("begin", ("s", i), {"capacity": int(s), "weight": 0}) for i, s in enumerate(supply))
    graph.add_edges_from((("d", j), "end", {"capacity": int(d), "weight": 0}) for j, d in enumerate(demand))
    arcs = np.argwhere(np.isfinite(cost))
    graph.add_edges_from((("s", i), ("d", j), {"weight": int(cost[i, j])}) for i, j in arcs.tolist())
    flow = nx.max_flow_min_cost(graph, "begin", "end")
    return sum(flow["begin"].values()), nx.cost_of_flow(graph, flow)


def by_lp(supply: Floats, demand: Floats, cost: Floats) -> tuple[float, float]:
    """Most that can be met, then the least cost of meeting it: two linear programmes."""
    m, n = cost.shape
    rows = np.vstack([np.kron(np.eye(m), np.ones(n)), np.kron(np.ones(m), np.eye(n))])
    bounds = [(0, None if np.isfinite(c) else 0) for c in cost.ravel()]
    finite = np.where(np.isfinite(cost), cost, 0.0).ravel()
    have = np.concatenate([supply, demand])
    most = linprog(-np.ones(m * n), rows, have, bounds=bounds)
    least = linprog(finite, rows, have, np.ones((1, m * n)), [-most.fun], bounds=bounds)
    return -most.fun, least.fun


def check(flow: Floats, supply: Floats, demand: Floats, cost: Floats) -> None:
    assert (flow >= 0).all()
    assert (flow.sum(axis=1) <= supply * (1 + 1e-12)).all()
    assert (flow.sum(axis=0) <= demand * (1 + 1e-12)).all()
    assert (flow[~np.isfinite(cost)] == 0).all()


@pytest.mark.parametrize("seed", CASES)
def test_equals_networkx_and_a_linear_programme(seed: int) -> None:
    supply, demand, cost = random_case(seed)
    solved = solve_transport(supply, demand, cost)
    check(solved.flow, supply, demand, cost)
    assert (solved.met, solved.cost) == by_networkx(supply, demand, cost)
    assert (solved.met, solved.cost) == pytest.approx(by_lp(supply, demand, cost), abs=1e-6)
    assert solved.bound == pytest.approx(solved.cost, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_quantities_and_costs_need_not_be_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, n = rng.integers(2, 12, 2)
    supply, demand = rng.uniform(0, 1e3, m), rng.uniform(0, 1e3, n)
    cost = rng.uniform(0, 500, (m, n)) ** 2
    solved = solve_transport(supply, demand, cost)
    met, least = by_lp(supply, demand, cost)
    check(solved.flow, supply, demand, cost)
    assert solved.met == pytest.approx(met, rel=1e-9)
    assert solved.cost == pytest.approx(least, rel=1e-7)
    assert solved.cost - solved.bound <= 1e-9 * solved.cost


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([1e-6, 1e-3, 1.0, 7.3, 1e4]), st.sampled_from([1e-4, 1.0, 3.7, 1e5]))
def test_units_do_not_matter(seed: int, of_quantity: float, of_cost: float) -> None:
    supply, demand, cost = random_case(seed % 1000)
    one = solve_transport(supply, demand, cost)
    other = solve_transport(supply * of_quantity, demand * of_quantity, cost * of_cost)
    assert other.met == pytest.approx(one.met * of_quantity, rel=1e-9)
    assert other.cost == pytest.approx(one.cost * of_quantity * of_cost, rel=1e-9, abs=1e-12 * of_quantity * of_cost)


def test_sparse_arcs_are_the_dense_problem_without_the_rest() -> None:
    supply, demand, cost = random_case(11)
    row, column = np.nonzero(np.isfinite(cost))
    arcs = sparse.coo_array((cost[row, column], (row, column)), shape=cost.shape)
    one, other = solve_transport(supply, demand, cost), solve_transport(supply, demand, arcs)
    assert (one.met, one.cost) == (other.met, other.cost)
    assert sparse.issparse(other.flow)
    assert other.flow.nnz == arcs.nnz
    np.testing.assert_array_equal(other.flow.toarray(), one.flow)


def test_a_number_as_limit_closes_dear_arcs() -> None:
    cost = np.array([[10.0, 400.0], [300.0, 20.0]])
    free, near = (solve_transport([5, 5], [2, 8], cost, limit) for limit in (None, 300))
    assert free.met == 10
    assert near.met == 7
    assert near.flow[0, 1] == 0
    assert solve_transport([5, 5], [2, 8], cost, 299.9).flow.tolist() == [[2, 0], [0, 5]]


def test_an_array_as_limit_is_the_capacity_of_each_arc() -> None:
    solved = solve_transport([5, 5], [10], [[1.0], [2.0]], [[2.0], [np.inf]])
    assert solved.flow.tolist() == [[2.0], [5.0]]
    arcs = sparse.coo_array(([1.0, 2.0], ([0, 1], [0, 0])), shape=(2, 1))
    assert solve_transport([5, 5], [10], arcs, [2.0, 9.0]).flow.toarray().tolist() == [[2.0], [5.0]]


@pytest.mark.parametrize("seed", range(30))
def test_sparse_limits_are_matched_by_place_in_any_order_and_equal_the_dense_ones(seed: int) -> None:
    supply, demand, cost = random_case(seed)
    rng = np.random.default_rng(seed)
    caps = rng.integers(0, 12, cost.shape).astype(float)
    dense = solve_transport(supply, demand, cost, caps)
    row, column = np.nonzero(np.isfinite(cost))
    arcs = sparse.coo_array((cost[row, column], (row, column)), shape=cost.shape)
    order = rng.permutation(len(row))
    mixed = sparse.coo_array((caps[row, column][order], (row[order], column[order])), shape=cost.shape)
    for limit in (mixed, caps[row, column]):
        solved = solve_transport(supply, demand, arcs, limit)
        assert (solved.met, solved.cost) == (dense.met, pytest.approx(dense.cost, rel=1e-12))
        assert (solved.flow.toarray() <= np.where(np.isfinite(cost), caps, 0)).all()
        check(solved.flow.toarray(), supply, demand, cost)
    assert solved.bound == pytest.approx(solved.cost, rel=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_prices_say_what_one_more_is_worth(seed: int) -> None:
    """One more unit at a supplier, as much met: the cost falls by its price at most, by all of it for a little more."""
    supply, demand, cost = random_case(seed)
    solved = solve_transport(supply, demand, cost)
    little = 1e-3
    for at in range(len(supply)):
        more = supply.astype(float)
        more[at] += little
        again = solve_transport(more, demand, cost)
        if again.met == pytest.approx(solved.met, abs=little / 2):
            assert again.cost >= solved.cost - little * solved.prices.supply[at] - 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_a_flow_that_is_too_dear_is_made_the_cheapest_that_meets_as_much(seed: int) -> None:
    """From the flow that meets most at any cost, as where integers were too coarse to tell costs apart."""
    supply, demand, cost = random_case(seed)
    have, want = supply.astype(np.float64), demand.astype(np.float64)
    cap = np.where(np.isfinite(cost), np.minimum(have[:, None], want[None, :]), 0.0)
    source, target = np.nonzero(cap)
    arcs = TransportArcs(source, target, cost[source, target], cap[source, target], np.arange(len(source)))
    most, least = by_lp(have, want, cost)
    dear = _solved(have, want, replace(arcs, cost=arcs.cost.max(initial=0.0) - arcs.cost))
    assert dear.sum() == pytest.approx(most)
    made = _polished(have, want, arcs, dear)
    assert made.sum() == pytest.approx(most)
    assert made @ arcs.cost == pytest.approx(least, abs=1e-6)
    assert (np.bincount(arcs.source, made, len(have)) <= have + 1e-6).all()
    assert (np.bincount(arcs.target, made, len(want)) <= want + 1e-6).all()
    best = _solved(have, want, arcs)
    assert _polished(have, want, arcs, best) @ arcs.cost <= best @ arcs.cost


def test_arcs_that_nobody_uses_do_not_make_the_others_coarse() -> None:
    """One arc of 10³⁰ leaves no step for costs of 1 and 2; without it they are told apart."""
    have, want = np.array([1.0, 1.0]), np.array([1.0])
    cost = np.array([2.0, 1.0, 1e30])
    arcs = TransportArcs(
        np.array([0, 1, 1]), np.zeros(3, dtype=np.int64), cost, np.array([1.0, 1.0, 1.0]), np.arange(3)
    )
    closer = _closer(have, want, arcs, np.array([1.0, 0.0, 0.0]))
    assert closer.tolist() == [0.0, 1.0, 0.0]
    assert _closer(have, want, arcs, closer).tolist() == closer.tolist()


def test_nothing_is_a_problem_too() -> None:
    for supply, demand in (([], []), ([3], []), ([], [3]), ([0], [0])):
        solved = solve_transport(supply, demand, np.zeros((len(supply), len(demand))))
        assert (solved.met, solved.cost, solved.bound) == (0, 0, 0)
        assert solved.flow.shape == (len(supply), len(demand))
    assert solve_transport([3], [3], [[np.inf]]).met == 0


@pytest.mark.parametrize(
    ("supply", "demand", "cost", "limit"),
    [
        ([-1], [1], [[1]], None),
        ([np.nan], [1], [[1]], None),
        ([1], [np.inf], [[1]], None),
        (["one"], [1], [[1]], None),
        ([[1]], [1], [[1]], None),
        ([1], [1], [[1, 2]], None),
        ([1], [1], [[np.nan]], None),
        ([1], [1], [[-np.inf]], None),
        ([1], [1], [[1]], np.nan),
        ([1], [1], [[1]], [[-2.0]]),
        ([1], [1], [[1]], [1.0, 2.0]),
        ([1, 2], [1], sparse.coo_array(np.ones((1, 1))), None),
    ],
    ids=str,
)
def test_nonsense_is_refused(supply: object, demand: object, cost: object, limit: object) -> None:
    with pytest.raises(BadParameter):
        solve_transport(supply, demand, cost, limit)
