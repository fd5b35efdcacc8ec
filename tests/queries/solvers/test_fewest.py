"""The fewest givers equal brute force on small worlds, in every unit, and the others told are as few."""

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from queries.solvers.fewest import FewestGivers, Giving, solve_fewest


def small(seed: int) -> tuple[Giving, float]:
    random = np.random.default_rng(seed)
    k, g, n = (int(v) for v in random.integers((1, 1, 1), (8, 5, 5)))
    has = random.integers(0, 6, (k, g)) * (random.random((k, g)) < 0.6)
    serves = random.random((g, n)) < 0.6
    needs = random.integers(0, 9, n).astype(float)
    fixed = random.choice(k, size=int(random.integers(0, 2)), replace=False).astype(np.int64)
    unit = 10.0 ** int(random.integers(-9, 10))
    giving = Giving(sparse.csr_array(has * unit), serves, needs * unit, random.integers(0, 3, k) / 2.0, fixed)
    return giving, float(random.choice([0.3, 0.6, 0.9, 1.0]) * needs.sum() * unit)


def filled(giving: Giving, givers: tuple[int, ...]) -> float:
    """The most that these can fill, by a linear programme of its own."""
    supply = giving.has.toarray()[list(givers)].sum(axis=0)
    g, n = giving.serves.shape
    rows = np.vstack([np.kron(np.eye(g), np.ones(n)), np.kron(np.ones(g), np.eye(n))])
    scale = max(giving.needs.max(), 1e-300)
    found = linprog(-np.ones(g * n), rows, np.concatenate([supply, giving.needs]) / scale,
                    bounds=[(0, None if ok else 0) for ok in giving.serves.ravel()])  # fmt: skip
    return float(-found.fun * scale)


def enough(giving: Giving, target: float) -> list[tuple[int, ...]]:
    """Every smallest set that fills the target, those of highest worth first."""
    fixed = set(giving.fixed.tolist())
    everybody = range(len(giving.worth))
    for size in range(len(fixed), len(giving.worth) + 1):
        found = [
            c for c in combinations(everybody, size) if fixed <= set(c) and filled(giving, c) >= target * (1 - 1e-7)
        ]
        if found:
            return sorted(found, key=lambda c: -giving.worth[list(c)].sum())
    raise AssertionError("all of them together fill it")


@pytest.mark.parametrize("seed", range(150))
def test_the_fewest_equal_brute_force(seed: int) -> None:
    giving, wanted = small(seed)
    target = min(wanted, filled(giving, tuple(range(len(giving.worth)))))
    every = enough(giving, target)
    answer: FewestGivers = solve_fewest(giving, wanted, others=2)
    best = giving.worth[list(every[0])].sum()
    assert (len(answer.chosen), answer.bound) == (len(every[0]), len(every[0]))
    assert answer.proven
    assert giving.worth[answer.chosen].sum() == pytest.approx(best)
    told = [tuple(each.tolist()) for each in (answer.chosen, *answer.others)]
    assert len(set(told)) == len(told) == min(3, len(every))
    assert set(told) <= set(every)
    assert answer.only == (len(every) < 3)
    assert answer.filled == pytest.approx(filled(giving, told[0]), rel=1e-9)
    assert answer.fills.sum() == pytest.approx(answer.filled, rel=1e-9)
    assert (answer.fills <= giving.has.sum(axis=1) * (1 + 1e-9)).all()


def large(seed: int) -> Giving:
    """Givers that differ little, so that the fewest are not found at once."""
    random = np.random.default_rng(seed)
    has = random.integers(1, 30, (60, 12)) * (random.random((60, 12)) < 0.2)
    needs = random.integers(20, 90, 15).astype(float)
    return Giving(
        sparse.csr_array(has * 1.0), random.random((12, 15)) < 0.4, needs, random.random(60), np.zeros(0, int)
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_longer_search_is_never_worse_and_the_same_search_is_the_same(seed: int) -> None:
    giving = large(seed)
    target = 0.8 * filled(giving, tuple(range(60)))
    found = [solve_fewest(giving, target, seconds=s) for s in (1e-3, 0.2, 0.5, 2.0)]
    again = solve_fewest(giving, target, seconds=0.2)
    sizes, bounds = [len(each.chosen) for each in found], [each.bound for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert bounds == sorted(bounds)
    assert max(bounds) <= min(sizes)
    assert all(each.filled >= target * (1 - 1e-9) for each in found)
    for answer in found:  # however short the search, nobody is chosen who could stay out
        without = [filled(giving, tuple(set(answer.chosen.tolist()) - {one})) for one in answer.chosen.tolist()]
        assert max(without) < target * (1 - 1e-9)
    assert (again.chosen.tolist(), again.bound) == (found[1].chosen.tolist(), found[1].bound)
