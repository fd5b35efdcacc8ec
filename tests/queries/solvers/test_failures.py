"""Losses equal a computation from scratch; Shapley values equal all orders of all suppliers."""

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from graph.errors import BadParameter
from queries.solvers.failures import (
    membership,
    pair_failure_loss,
    place_losses,
    single_failure_loss,
)
from queries.solvers.importance import ENUMERATED, shapley_importance, shapley_supply

SEEDS = range(12)


def drawn(seed: int, suppliers: int = 12) -> tuple[Any, Any]:
    """Contributions and demand; places are over-, under- and unsupplied, some demand is 0."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    given = rng.exponential(0.4, (n, suppliers)) * (rng.random((n, suppliers)) < 0.3)
    return given, rng.integers(0, 30, n) * (rng.random(n) < 0.9)


def unmet(given: Any, demand: Any, standard: float = 1.0) -> float:
    return float(sum(d * max(0.0, standard - row.sum()) for row, d in zip(given, demand, strict=True)))


def without(given: Any, *lost: int) -> Any:
    left = given.copy()
    left[:, list(lost)] = 0
    return left


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("standard", [1.0, 0.5, 2.0])
def test_a_loss_is_the_unmet_demand_of_the_rest(seed: int, standard: float) -> None:
    given, demand = drawn(seed)
    now = unmet(given, demand, standard)
    expected = [unmet(without(given, j), demand, standard) - now for j in range(given.shape[1])]
    assert_allclose(single_failure_loss(given, demand, standard=standard), expected, atol=1e-9)
    assert_allclose(single_failure_loss(sparse.coo_array(given), demand, standard=standard), expected, atol=1e-9)
    by_place = place_losses(given, demand, standard=standard)
    assert (by_place.data > 0).all()
    assert_allclose(by_place.sum(axis=0), expected, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_fail_together_and_others_stay(seed: int) -> None:
    given, demand = drawn(seed)
    groups = np.random.default_rng(seed).integers(-1, 4, given.shape[1])
    now = unmet(given, demand)
    members = [np.flatnonzero(groups == g) for g in range(groups.max() + 1)]
    expected = [unmet(without(given, *of), demand) - now for of in members]
    assert_allclose(single_failure_loss(given, demand, groups=groups), expected, atol=1e-9)
    as_matrix = membership(groups, len(groups))
    assert_allclose(single_failure_loss(given, demand, groups=as_matrix), expected, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_suppliers_that_cannot_fail_are_told_by_the_access(seed: int) -> None:
    given, demand = drawn(seed)
    some = given[:, :5]
    expected = single_failure_loss(given, demand)[:5]
    assert_allclose(single_failure_loss(some, demand, given.sum(axis=1)), expected, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_equal_losing_both(seed: int) -> None:
    given, demand = drawn(seed)
    now = unmet(given, demand)
    both = {(a, b): unmet(without(given, a, b), demand) - now for a, b in combinations(range(given.shape[1]), 2)}
    asked = np.array(list(both))
    found = pair_failure_loss(given, demand, pairs=asked[:, ::-1])
    assert_allclose(found.loss, list(both.values()), atol=1e-9)
    assert (found.first < found.second).all()
    assert (found.beyond >= 0).all()
    worst = pair_failure_loss(given, demand, top=7)
    order = sorted(both, key=lambda pair: (-round(both[pair], 9), pair))
    expected = [pair for pair in order if both[pair] > 1e-9][:7]
    assert_allclose(worst.loss, [both[p] for p in expected], atol=1e-9)
    assert len(worst.first) == len(expected)


def test_two_that_stand_in_for_each_other_matter_only_together() -> None:
    given, demand = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), [10, 3]
    assert single_failure_loss(given, demand).tolist() == [0, 0, 3]
    pairs = pair_failure_loss(given, demand, top=2)
    assert list(zip(pairs.first, pairs.second, pairs.loss, pairs.beyond, strict=True)) == [
        (0, 1, 10, 10),
        (0, 2, 3, 0),
    ]


# --- importance ---------------------------------------------------------------------------------------


def by_all_orders(suppliers: int, worth: Any) -> list[float]:
    total = np.zeros(suppliers)
    orders = list(permutations(range(suppliers)))
    for order in orders:
        for at, j in enumerate(order):
            total[j] += worth(order[: at + 1]) - worth(order[:at])
    return list(total / len(orders))


@pytest.mark.parametrize("seed", SEEDS)
def test_importance_equals_all_orders(seed: int) -> None:
    given, demand = drawn(seed, suppliers=6)
    covers = given > 0

    def worth(some: tuple[int, ...]) -> float:
        return float(demand[covers[:, list(some)].any(axis=1)].sum())

    importance = shapley_importance(covers, demand)
    assert_allclose(importance, by_all_orders(6, worth), atol=1e-9)
    assert_allclose(importance, shapley_importance(sparse.csr_array(covers), demand))
    assert_allclose(importance.sum(), demand[covers.any(axis=1)].sum())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("standard", [1.0, 0.6])
def test_importance_for_met_demand_equals_all_orders(seed: int, standard: float) -> None:
    given, demand = drawn(seed, suppliers=6)

    def worth(some: tuple[int, ...]) -> float:
        return float(demand @ np.minimum(standard, given[:, list(some)].sum(axis=1)))

    importance = shapley_supply(given, demand, standard=standard)
    assert_allclose(importance, by_all_orders(6, worth), atol=1e-9)
    assert_allclose(importance.sum(), worth(tuple(range(6))), atol=1e-9)


def test_nothing_has_no_importance() -> None:
    assert shapley_importance(np.zeros((3, 2)), [1, 2, 3]).tolist() == [0, 0]
    assert shapley_importance(np.zeros((0, 2)), []).tolist() == [0, 0]
    assert single_failure_loss(np.zeros((2, 0)), [1, 2]).tolist() == []
    assert len(pair_failure_loss(np.zeros((2, 0)), [1, 2]).loss) == 0
    assert len(pair_failure_loss(np.zeros((2, 3)), [1, 2]).loss) == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"contribution": [[1, -1]]}, "contribution[(0, 1)]"),
        ({"contribution": [[1, np.nan]]}, "contribution[(0, 1)]"),
        ({"contribution": [[1], [1]]}, "contribution"),
        ({"demand": [-1]}, "demand[0]"),
        ({"access": [0.5]}, "access"),
        ({"access": [1, 1]}, "access"),
        ({"groups": [0]}, "groups"),
        ({"groups": [0, -2]}, "groups"),
        ({"groups": [0.5, 1]}, "groups"),
        ({"groups": sparse.csr_array(np.ones((3, 1)))}, "groups"),
        ({"standard": 0}, "standard"),
        ({"standard": np.inf}, "standard"),
        ({"pairs": [[0, 0]]}, "pairs"),
        ({"pairs": [[0, 2]]}, "pairs"),
        ({"pairs": [[-1, 0]]}, "pairs"),
        ({"pairs": [0, 1]}, "pairs"),
        ({"top": 0}, "top"),
    ],
    ids=str,
)
def test_nonsense_is_refused_by_name(wrong: dict[str, Any], named: str) -> None:
    good = {"contribution": [[1.0, 1.0]], "demand": [5]}
    with pytest.raises(BadParameter) as error:
        pair_failure_loss(**{**good, **wrong})
    assert error.value.details["name"] == named
    if named not in ("pairs", "top"):
        with pytest.raises(BadParameter):
            single_failure_loss(**{**good, **wrong})


def test_too_many_subsets_are_refused() -> None:
    with pytest.raises(BadParameter):
        shapley_supply(np.ones((1, ENUMERATED + 1)), [1])
