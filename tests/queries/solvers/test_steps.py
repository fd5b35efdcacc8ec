"""Steps of the searches, each against its formula: that the whole finds the best plan hides a step that is no help."""

import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from queries.solvers.arcs import least_costs, to_arcs
from queries.solvers.interchange import _best_exchange, exchange, greedy, shaken, total
from queries.solvers.relaxation import _hopeful, hopeless, priced, smallest

SEEDS = range(6)


def costs(seed: int, n: int = 14, m: int = 9) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.integers(0, 40, n)[:, None] * random.random((n, m)).round(3)


def best_of(weighted: np.ndarray, p: int) -> float:
    every = (list(sites) for sites in combinations(range(weighted.shape[1]), p))
    return float(min(weighted[:, sites].min(axis=1).sum() for sites in every))


@pytest.mark.parametrize("seed", SEEDS)
def test_sites_are_added_that_help_most(seed: int) -> None:
    weighted, chosen = costs(seed), [3]
    assert greedy(weighted, 1, np.array([], dtype=np.int64)).tolist() == [int(weighted.sum(axis=0).argmin())]
    for p in range(2, 6):
        left = [j for j in range(weighted.shape[1]) if j not in chosen]
        chosen.append(min(left, key=lambda j: float(weighted[:, [*chosen, j]].min(axis=1).sum())))
        assert greedy(weighted, p, np.array([3])).tolist() == sorted(chosen)
        assert total(weighted, np.array(chosen)) == weighted[:, chosen].min(axis=1).sum()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("p", [1, 2, 4])
def test_the_best_exchange_is_that_of_all(seed: int, p: int) -> None:
    weighted = costs(seed)
    sites = np.arange(p)
    others = [j for j in range(weighted.shape[1]) if j >= p or p == 1]  # the only one may stay

    def after(leaves: int, enters: int) -> float:
        return total(weighted, np.append(np.delete(sites, leaves), enters))

    leaves, enters = _best_exchange(weighted, sites)
    assert after(leaves, enters) == pytest.approx(min(after(r, j) for r in range(p) for j in others))
    found, value = exchange(weighted, sites[::-1], np.inf)
    assert value == pytest.approx(total(weighted, found))
    assert found.tolist() == sorted(set(found.tolist()))
    at_last = [total(weighted, np.append(np.delete(found, r), j)) for r in range(p) for j in range(weighted.shape[1])]
    assert value <= min(at_last) * (1 + 1e-12)
    late, same = exchange(weighted, sites, time.perf_counter() - 1)
    assert (late.tolist(), same) == (sites.tolist(), total(weighted, sites))


@pytest.mark.parametrize("seed", SEEDS)
def test_chance_never_makes_it_worse_and_is_the_same_each_time(seed: int) -> None:
    weighted = costs(seed, 40, 25)
    start, value = exchange(weighted, np.arange(6), np.inf)
    sites, better = shaken(weighted, start, value, np.inf)
    assert better == pytest.approx(total(weighted, sites))
    assert better <= value
    assert (shaken(weighted, start, value, np.inf)[0].tolist(), len(sites)) == (sites.tolist(), 6)
    assert shaken(weighted, np.array([2]), 1.0, np.inf) == (np.array([2]), 1.0)


@pytest.mark.parametrize("seed", [3, 5, 10])
def test_chance_finds_what_exchanges_miss(seed: int) -> None:
    weighted = np.random.default_rng(seed).random((80, 60))
    start, value = exchange(weighted, np.arange(12), np.inf)
    assert shaken(weighted, start, value, np.inf)[1] < value
    assert shaken(weighted, start, value, time.perf_counter() - 1)[1] == value


def test_columns_that_lift_the_bound_above_a_solution_are_hopeless() -> None:
    reduced = np.array([-4.0, -1.0, -3.0, 0.0, -3.0])
    assert smallest(reduced, 3).tolist() == [0, 2, 4]
    assert smallest(reduced, 2).tolist() == [0, 2]
    # with p = 3 the third smallest is −3: column j lifts the bound to 10 + r_j + 3
    assert hopeless(10.0, reduced, 3, 12.0).tolist() == [3]
    assert hopeless(10.0, reduced, 3, 11.9).tolist() == [1, 3]
    assert hopeless(10.0, reduced, 3, 13.0).tolist() == []
    assert _hopeful(10.0, reduced, 3, 12.0).tolist() == [0, 1, 2, 4]
    many = np.concatenate([reduced, np.full(15, -3.0)])
    assert len(hopeless(10.0, many, 3, 12.0)) == 1 == len(many) // 20
    assert _hopeful(10.0, many, 3, 12.0).tolist() == list(range(20)), "one of twenty is not worth a copy"


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_prove_a_bound_that_is_near_that_of_the_linear_programme(seed: int) -> None:
    p, weighted = 3, costs(seed)
    n, m = weighted.shape
    start = greedy(weighted, p, np.array([], dtype=np.int64))
    found, left = priced(weighted, p, weighted.max(axis=1), start, total(weighted, start), np.inf)
    least = best_of(weighted, p)
    assert found.bound <= least * (1 + 1e-9)
    kept = weighted[:, left]
    reduced = -np.maximum(found.prices[:, None] - kept, 0.0).sum(axis=0)
    assert found.reduced == pytest.approx(reduced)
    assert found.bound == pytest.approx(found.prices.sum() + np.sort(reduced)[:p].sum())
    assert best_of(kept, p) == pytest.approx(least), "no column of a best plan is left out"
    assert total(weighted, found.sites) <= total(weighted, start)
    # min Σ w·x with Σ_j x_ij = 1, x_ij ≤ y_j, Σ y = p
    cost = np.concatenate([weighted.ravel(), np.zeros(m)])
    rows = np.hstack([np.kron(np.eye(n), np.ones(m)), np.zeros((n, m))])
    within = np.hstack([np.eye(n * m), -np.tile(np.eye(m), (n, 1))])
    limit = np.concatenate([np.zeros(n * m), np.ones(m)])[None, :]
    programme = linprog(cost, within, np.zeros(n * m), np.vstack([rows, limit]), np.append(np.ones(n), p), (0, 1))
    assert found.bound >= programme.fun * 0.995 - 1e-9
    assert found.bound <= max(programme.fun, found.bound if len(left) < m else 0.0) * (1 + 1e-9)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("passing", [0.0, 0.5])
def test_edges_become_arcs_without_loops_that_cost_the_node_they_leave(directed: bool, passing: float) -> None:
    tails, heads, weights = np.array([0, 1, 1, 2, 0]), np.array([1, 2, 1, 0, 1]), np.array([1.0, 2, 5, 0.3, 0.7])
    through = np.array([0.0, passing, 0.0])
    arcs = to_arcs(tails, heads, weights, through, directed=directed)
    ways = [(0, 1, 1.0, 0), (1, 2, 2.0, 1), (2, 0, 0.3, 3), (0, 1, 0.7, 4)]
    ways += [] if directed else [(b, a, weight, row) for a, b, weight, row in ways]
    costs_ = (arcs.costs * arcs.unit).tolist()
    found = sorted(zip(arcs.tails.tolist(), arcs.heads.tolist(), costs_, arcs.rows.tolist(), strict=True))
    wanted = sorted((a, b, float(w + through[a]), row) for a, b, w, row in ways)
    assert [one for way in found for one in way] == pytest.approx([one for way in wanted for one in way])
    assert (arcs.nodes, arcs.symmetric) == (3, not directed and not passing)
    assert (arcs.costs == np.rint(arcs.costs)).all()
    assert arcs.unit * 10 ** round(-np.log10(arcs.unit)) == pytest.approx(1.0)
    assert 2.0**48 < arcs.costs.max() * arcs.nodes * 10 < 2.0**56, "as fine as sums stay exact"
    assert arcs.rows[arcs.between(0, 1)] == 4
    starts, back, order = arcs.backwards
    assert [sorted(back[a:b].tolist()) for a, b in pairwise(starts.tolist())] == [
        sorted(a for a, b, _, _ in ways if b == node) for node in range(3)
    ]
    assert arcs.heads[order].tolist() == sorted(arcs.heads.tolist())


def test_costs_by_hops_and_by_any_number_of_them() -> None:
    """A line 0-1-2-3 of 1 each and a way 0-3 of 5."""
    arcs = to_arcs(np.array([0, 1, 2, 0]), np.array([1, 2, 3, 3]), np.array([1.0, 1, 1, 5]), np.zeros(4))
    target = np.arange(4) == 3
    far = [least_costs(arcs, arcs.costs, target, hops) * arcs.unit for hops in (1, 2, 3)]
    inf = np.inf
    assert far[0].tolist() == [[inf, inf, inf, 0.0], [pytest.approx(5.0), inf, pytest.approx(1.0), 0.0]]
    assert far[1][-1].tolist() == pytest.approx([5.0, 2.0, 1.0, 0.0])
    assert far[2][-1].tolist() == pytest.approx([3.0, 2.0, 1.0, 0.0])
    assert (least_costs(arcs, arcs.costs, target) * arcs.unit).tolist() == [pytest.approx([3.0, 2.0, 1.0, 0.0])]
