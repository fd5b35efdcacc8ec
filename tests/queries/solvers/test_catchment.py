"""The catchment equals pysal's access and a double loop, and never counts a capacity twice."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from graph.errors import BadParameter
from queries.solvers.catchment import Form, two_step_catchment

SEEDS = range(12)


def naive(demand: Any, capacity: Any, weight: Any) -> list[float]:
    """The two steps as they are written."""
    places, suppliers = range(len(demand)), range(len(capacity))
    reached = [sum(demand[i] * weight[i][j] for i in places) for j in suppliers]
    return [sum(weight[i][j] * capacity[j] / reached[j] for j in suppliers if reached[j] > 0) for i in places]


def naive_of(form: Form, demand: Any, capacity: Any, weight: Any) -> list[float]:
    """The papers' two steps with the weights of each: Delamater (2013), Páez et al. (2019, equations 8 to 11)."""
    places, suppliers = range(len(demand)), [j for j in range(len(capacity)) if capacity[j] > 0]
    asks = gives = [[weight[i][j] for j in range(len(capacity))] for i in places]
    if form == "m2sfca":
        gives = [[w * w for w in row] for row in asks]
    if form == "bfca":
        down = [sum(row[j] for row in asks) for j in range(len(capacity))]
        gives = [[w / d if w else 0 for w, d in zip(row, down, strict=True)] for row in asks]
        asks = [[w / sum(row[j] for j in suppliers) if w and sum(row[j] for j in suppliers) else 0 for w in row]
                for row in asks]  # fmt: skip
    reached = {j: sum(demand[i] * asks[i][j] for i in places) for j in suppliers}
    return [sum(gives[i][j] * capacity[j] / reached[j] for j in suppliers if reached[j] > 0) for i in places]


def drawn(seed: int, *, distance: bool, least: int = 0) -> tuple[Any, Any, Any]:
    """Demand, capacity and weights: of distance, or only within reach or not."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 30, 2)
    weight = rng.random((n, m)) if distance else np.ones((n, m))
    weight[rng.random((n, m)) < 0.6] = 0
    return rng.integers(least, 50, n).astype(float), rng.integers(0, 200, m).astype(float), weight


def pysal(demand: Any, capacity: Any, weight: Any, weight_fn: Callable[[float], float] | None) -> Any:
    """The two-step catchment of pysal/access: pairs of places with a cost, here the weight itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access import fca  # noqa: PLC0415

        i, j = np.nonzero(weight)
        pairs = pd.DataFrame({"origin": i, "dest": j, "cost": weight[i, j]})
        found = fca.two_stage_fca(
            pd.DataFrame({"demand": demand}), pd.DataFrame({"supply": capacity}), pairs, demand_index=True,
            weight_fn=weight_fn,
        )  # fmt: skip
    return found.reindex(range(len(demand)), fill_value=0.0).to_numpy()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("distance", [False, True], ids=["raw", "weighted"])
def test_access_equals_pysal(seed: int, distance: bool) -> None:
    demand, capacity, weight = drawn(seed, distance=distance, least=1)  # pysal divides by a demand of 0
    theirs = pysal(demand, capacity, weight, (lambda cost: cost) if distance else None)
    assert_allclose(two_step_catchment(demand, capacity, weight), theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_access_equals_a_double_loop(seed: int) -> None:
    demand, capacity, weight = drawn(seed, distance=True)
    assert_allclose(two_step_catchment(demand, capacity, weight), naive(demand, capacity, weight), rtol=1e-9)


@pytest.mark.parametrize("form", ["2sfca", "m2sfca", "bfca"])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_form_equals_a_double_loop(seed: int, form: Form) -> None:
    demand, capacity, weight = drawn(seed, distance=True)
    assert_allclose(two_step_catchment(demand, capacity, weight, form), naive_of(form, demand, capacity, weight),
                    rtol=1e-9)  # fmt: skip


def test_distance_costs_supply_by_the_modified_form_alone() -> None:
    """Delamater's point: in a system where everything is far, the two steps hand out as much as where all is near."""
    demand, capacity, near = [100.0, 100.0], [50.0, 30.0], np.array([[1.0, 0.6], [0.6, 1.0]])
    plain, far = (two_step_catchment(demand, capacity, near * scale) for scale in (1.0, 0.25))
    assert_allclose(far, plain)
    modified, further = (two_step_catchment(demand, capacity, near * scale, "m2sfca") for scale in (1.0, 0.25))
    assert_allclose(further, modified / 4)
    assert (demand @ plain, demand @ modified) == pytest.approx((80.0, 80.0 * (1 + 0.36) / 1.6))
    alone = two_step_catchment([100.0], [50.0], [[0.3]], "m2sfca")
    assert alone == pytest.approx([0.15])  # 30 % of what there is for each


@pytest.mark.parametrize("seed", SEEDS)
def test_the_balanced_form_keeps_demand_and_levels_of_service(seed: int) -> None:
    """Páez et al.: Σ over suppliers of what they are asked is D, and Σ A is Σ R: nothing is inflated or lost."""
    demand, capacity, weight = drawn(seed, distance=True, least=1)
    capacity, weight = capacity + 1, weight + 0.01
    split = weight / weight.sum(axis=1, keepdims=True)
    asked = demand @ split
    assert asked.sum() == pytest.approx(demand.sum())
    assert two_step_catchment(demand, capacity, weight, "bfca").sum() == pytest.approx((capacity / asked).sum())


def test_a_place_cut_in_two_shares_its_level_of_service_by_the_balanced_form() -> None:
    assert two_step_catchment([10], [5], [[1]], "bfca") == pytest.approx([0.5])
    assert two_step_catchment([5, 5], [5], [[1], [1]], "bfca") == pytest.approx([0.25, 0.25])
    assert two_step_catchment([5, 5], [5], [[1], [1]]) == pytest.approx([0.5, 0.5])


FORMS = [sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.csr_matrix, sparse.lil_array, sparse.dok_array]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: str(form.__name__))
def test_any_sparse_form_gives_the_dense_answer(form: Callable[[Any], Any]) -> None:
    demand, capacity, weight = drawn(3, distance=True)
    kinds: tuple[Form, ...] = ("2sfca", "m2sfca", "bfca")
    for kind in kinds:
        sparsely = two_step_catchment(demand, capacity, form(weight), kind)
        assert_allclose(sparsely, two_step_catchment(demand, capacity, weight, kind))


def test_entries_of_one_cell_are_summed_and_the_callers_matrix_stays() -> None:
    twice = sparse.coo_array(([0.25, 0.5, 1.0], ([0, 0, 1], [0, 0, 0])), shape=(2, 1)).tocsr(copy=False)
    before = twice.nnz
    assert_allclose(two_step_catchment([4, 1], [8], twice), [1.5, 2.0])
    assert twice.nnz == before


numbers = st.floats(0, 1e6, allow_subnormal=False).map(lambda x: round(x, 3))


@given(st.data())
def test_no_capacity_is_counted_twice_and_none_is_lost(data: st.DataObject) -> None:
    n, m = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 8))
    demand, capacity = (np.array(data.draw(st.lists(numbers, min_size=k, max_size=k))) for k in (n, m))
    share = st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0])
    weight = np.array(data.draw(st.lists(st.lists(share, min_size=m, max_size=m), min_size=n, max_size=n)))
    access = two_step_catchment(demand, capacity, weight)
    reachable = capacity[demand @ weight > 0].sum()
    assert_allclose(demand @ access, reachable, rtol=1e-9, atol=1e-9)


def test_nothing_gives_nothing() -> None:
    assert two_step_catchment([], [], np.empty((0, 0))).shape == (0,)
    assert two_step_catchment([1, 2], [], np.empty((2, 0))).tolist() == [0, 0]
    assert two_step_catchment([0, 0], [5], np.ones((2, 1))).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("demand", "capacity", "weight", "named"),
    [
        ([1, -1], [1], [[1], [1]], "demand[1]"),
        ([1, np.nan], [1], [[1], [1]], "demand[1]"),
        ([[1], [1]], [1], [[1], [1]], "demand"),
        (["many", "few"], [1], [[1], [1]], "demand"),
        ([1, 1], [-3], [[1], [1]], "capacity[0]"),
        ([1, 1], [np.inf], [[1], [1]], "capacity[0]"),
        ([1, 1], [1], [[1, 1]], "weight"),
        ([1, 1], [1], [1, 1], "weight"),
        ([1, 1], [1], [[-0.1], [1]], "weight[(0, 0)]"),
        ([1, 1], [1], sparse.csr_array([[np.nan], [1]]), "weight.data[0]"),
    ],
    ids=str,
)
def test_nonsense_is_refused_by_name(demand: Any, capacity: Any, weight: Any, named: str) -> None:
    with pytest.raises(BadParameter) as error:
        two_step_catchment(demand, capacity, weight)
    assert error.value.details["name"] == named
    assert error.value.say("zh")
    assert error.value.say("en")
