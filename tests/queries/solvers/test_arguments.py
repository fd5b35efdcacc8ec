"""What solvers are given: numbers of 0 or more, refused by name and place where they are not."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from graph.errors import BadParameter
from queries.solvers.arguments import amounts, natural, numbers, weights

FINITE, AT_LEAST = "must be finite, 0 or more", "must be 0 or more"


def refused(ask: Any, *given: Any, **more: Any) -> tuple[object, object, str]:
    with pytest.raises(BadParameter) as caught:
        ask("supply", *given, **more)
    told = caught.value.details
    return told["name"], told["value"], told["reason"].en


def test_numbers_of_0_or_more_are_taken_as_they_are() -> None:
    assert amounts("supply", [0, 1.5, 3], 3).tolist() == [0.0, 1.5, 3.0]
    assert natural("supply", np.array([[0.0, 2.0]])).tolist() == [[0.0, 2.0]]
    assert natural("supply", np.array([math.inf]), infinite=True).tolist() == [math.inf]
    assert numbers("supply", [[1, 2], [3, 4]]).tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(("wrong", "value"), [(-1.0, -1.0), (math.inf, math.inf), (-math.inf, -math.inf)])
def test_the_first_that_is_none_is_named_with_its_place(wrong: float, value: float) -> None:
    assert refused(amounts, [1.0, wrong, -9.0]) == ("supply[1]", value, FINITE)
    assert refused(natural, np.array([1.0, wrong])) == ("supply[1]", value, FINITE)
    assert refused(natural, np.array([[1.0, 2.0], [wrong, 0.0]])) == ("supply[(1, 0)]", value, FINITE)


def test_where_there_may_be_infinite_ones_the_others_are_refused_all_the_same() -> None:
    assert refused(amounts, [math.inf, -1.0], infinite=True) == ("supply[1]", -1.0, AT_LEAST)
    name, value, reason = refused(natural, np.array([math.nan]), infinite=True)
    assert (name, str(value), reason) == ("supply[0]", "nan", AT_LEAST)


@pytest.mark.parametrize(
    ("values", "size", "told"),
    [
        ([[1.0]], None, ("supply", (1, 1), "must have one dimension")),
        ([1.0, 2.0], 3, ("supply", (2,), "must be 3 numbers in one row")),
        ([[1.0], [2.0, 3.0]], None, ("supply", "list", "must be numbers")),
        ("many", None, ("supply", "str", "must be numbers")),
    ],
)
def test_another_shape_is_refused(values: object, size: int | None, told: tuple[object, object, str]) -> None:
    assert refused(amounts, values, size) == told


def test_cells_of_a_sparse_matrix_are_summed_and_the_callers_own_stays() -> None:
    given = sparse.coo_array(([1.0, 2.0, 4.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    made = weights("supply", given)
    assert (made.toarray().tolist(), made.nnz, given.nnz) == ([[0.0, 3.0], [4.0, 0.0]], 2, 3)
    assert weights("supply", [[0, 3], [4, 0]]).toarray().tolist() == made.toarray().tolist()
    assert refused(weights, sparse.csr_array([[0.0, -3.0]])) == ("supply.data[0]", -3.0, FINITE)
    assert refused(weights, [[0.0, -3.0]])[1:] == (-3.0, FINITE)
    assert refused(weights, [1.0]) == ("supply", (1,), "must have two dimensions")
