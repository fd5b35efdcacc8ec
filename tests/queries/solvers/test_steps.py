"""Steps of the searches, each against its formula: that the whole finds the best plan hides a step that is no help."""

import time
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from queries.solvers.arcs import least_costs, to_arcs
from queries.solvers.benders import Master, NodeBound, Search
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
    programme: Any = linprog(cost, within, np.zeros(n * m), np.vstack([rows, limit]), np.append(np.ones(n), p), (0, 1))
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


# --- Benders' cuts ------------------------------------------------------------------------------------


def relaxed(weighted: np.ndarray, p: int, zero: np.ndarray, one: np.ndarray) -> float:
    """Solve min Σ w·x with Σ_j x_ij = 1, x_ij ≤ y_j, Σ y = p, y between ``one`` and 1 − ``zero``."""
    n, m = weighted.shape
    served = np.hstack([np.kron(np.eye(n), np.ones(m)), np.zeros((n, m))])
    opened = np.hstack([np.eye(n * m), -np.tile(np.eye(m), (n, 1))])
    worth = np.concatenate([weighted.ravel(), np.zeros(m)])
    as_many = np.concatenate([np.zeros(n * m), np.ones(m)])[None, :]
    bounds = [(0, 1)] * (n * m) + [(float(low), 1.0 - float(shut)) for low, shut in zip(one, zero, strict=True)]
    whole = np.vstack([served, as_many])
    found: Any = linprog(worth, opened, np.zeros(n * m), whole, [*np.ones(n), p], bounds=bounds)
    return float(found.fun) if found.status == 0 else np.inf


def master(weighted: np.ndarray, p: int) -> Master:
    everyone = sparse.csr_array(np.zeros((0, weighted.shape[1])))
    return Master(weighted, p, weighted.max(axis=1), everyone, time.perf_counter() + 60)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cut_of_a_row_is_the_one_violated_most(seed: int) -> None:
    weighted, random = costs(seed), np.random.default_rng(seed)
    y = random.dirichlet(np.ones(9)) * 3
    y[[0, 4]], theta = 0.0, random.random(14) * weighted.mean(axis=1)
    y = np.minimum(y, 1.0)
    lack = np.array([[level - float(np.maximum(level - row, 0.0) @ y) for level in row] for row in weighted])
    rows, level = master(weighted, 3).separate(y, theta)
    assert rows.tolist() == np.flatnonzero(lack.max(axis=1) - theta > 1e-9).tolist()
    assert 0 < len(rows) < 14
    said = [at - float(np.maximum(at - weighted[row], 0.0) @ y) for row, at in zip(rows, level, strict=True)]
    assert said == pytest.approx(lack.max(axis=1)[rows])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_node_is_bounded_by_the_relaxation_of_the_whole(seed: int) -> None:
    weighted, p = costs(seed), 3
    asked, nothing = master(weighted, p), np.zeros(9, dtype=bool)
    for shut, taken in (([], []), ([2, 5], []), ([], [7]), ([0, 1], [3]), (range(6), []), (range(7), []), ([], [1, 2])):
        zero, one = nothing.copy(), nothing.copy()
        zero[list(shut)], one[list(taken)] = True, True
        answer, best = asked.ask(zero, one, np.inf), relaxed(weighted, p, zero, one)
        if answer is None:
            assert best == np.inf
            continue
        assert answer.bound == pytest.approx(best, rel=1e-7)
        assert answer.y.sum() == pytest.approx(p)
        assert answer.y[zero].tolist() == pytest.approx([0.0] * len(shut))
        assert answer.y[one].tolist() == pytest.approx([1.0] * len(taken))
        early = master(weighted, p).ask(zero, one, 1e-3 * best)
        assert early is not None
        assert 1e-3 * best <= early.bound <= best * (1 + 1e-9)
        assert early.bound < best or shut or taken
        _check_fixed(asked, answer, zero, one)
    assert answer is not None
    rows, level = asked.binding()
    assert len(rows) == len(level) > 0
    again = master(weighted, p)
    again.add_cuts(rows, level)  # with those alone the bound is there at once
    first = again.ask(nothing, one, answer.bound * (1 - 1e-9))
    assert first is not None
    assert len(again.owner) == len(rows)


def _check_fixed(asked: Master, answer: NodeBound, zero: np.ndarray, one: np.ndarray) -> None:
    """What is decided has no better plan the other way, told by the multipliers, one column after the other."""
    free = np.flatnonzero(~(zero | one))
    left = asked.p - int(one.sum())
    of = answer.reduced[free]
    best = np.sort(of)[:left].sum()
    for enough in answer.bound + 0.0137 + np.quantile(np.abs(of), [0.1, 0.45, 0.9]):
        search = Search(asked, np.arange(asked.p), enough / (1 - 1e-9), 0.0, 0.0)
        out, into = search.fixed(answer, zero, one)
        lifted_in = [answer.bound - best + r + np.sort(np.delete(of, at))[: left - 1].sum() for at, r in enumerate(of)]
        lifted_out = [answer.bound - best + np.sort(np.delete(of, at))[:left].sum() for at in range(len(of))]
        if left == len(free):
            assert (out.tolist(), into.tolist()) == (zero.tolist(), one.tolist())
            continue
        for at, column in enumerate(free):
            assert out[column] == (lifted_in[at] >= search.enough and of[at] > np.sort(of)[left - 1] - 1e-12)
            assert into[column] == (lifted_out[at] >= search.enough)


def test_totals_of_whole_numbers_leave_less_to_prove() -> None:
    asked = master(costs(0), 3)
    assert Search(asked, np.arange(3), 100.0, 0.0, 1.0).enough == 99.001
    assert Search(asked, np.arange(3), 100.0, 0.0, 0.0).enough == 100.0 - 1e-7


@pytest.mark.parametrize("seed", SEEDS)
def test_sites_that_the_relaxation_likes_are_tried_and_exchanged(seed: int) -> None:
    weighted = costs(seed)
    worst, worth = np.argsort(-weighted.sum(axis=0))[:3], best_of(weighted, 3)
    search = Search(master(weighted, 3), np.sort(worst), total(weighted, worst), 0.0, 0.0)
    search.improve(np.random.default_rng(seed).random(9))
    assert search.value == total(weighted, search.sites) <= total(weighted, worst)
    assert search.sites.tolist() == sorted(set(search.sites.tolist()))
    search.run()
    assert search.value == pytest.approx(worth)
    assert search.bound == pytest.approx(worth)
    kept = Search(master(weighted, 3), search.sites, search.value, 0.0, 0.0)
    kept.improve(np.arange(9.0))
    assert kept.sites.tolist() == search.sites.tolist()
