import numpy as np
import pandas as pd
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from queries.ordering import comparable, largest_first

NOISE = 154.18, 154.18000000000004


def test_sums_that_differ_by_rounding_alone_are_equal() -> None:
    """0.1 + 0.2 is not 0.3 to a computer; the next two differ in the ninth digit, and stay two."""
    values = np.array([0.1 + 0.2, 0.3, *NOISE, 1.00000001, 1.00000002, 99.99999999999999, 100.0, 1e-300, 0.0])
    assert comparable(values).tolist() == [
        0.3, 0.3, 154.18, 154.18, 1.00000001, 1.00000002, 100.0, 100.0, 0.0, 0.0,
    ]  # fmt: skip


def test_what_is_no_number_stays() -> None:
    made = comparable(np.array([np.nan, np.inf, -np.inf, -2.5]))
    assert np.isnan(made[0])
    assert made[1:].tolist() == [np.inf, -np.inf, -2.5]
    keys = pd.Series(["b", "a"], dtype=object)
    assert comparable(keys) is keys
    assert comparable(np.array([3, 2**60 + 1])).tolist() == [3, 2**60 + 1]


def test_of_equal_ones_the_first_comes_first_and_the_unknown_last() -> None:
    assert largest_first(np.array([np.nan, *NOISE, 200.0, *NOISE[::-1]])).tolist() == [3, 1, 2, 4, 5, 0]


def test_a_frame_is_ordered_by_its_next_column_where_figures_are_equal() -> None:
    frame = pd.DataFrame({"unmet": [NOISE[1], 7.0, NOISE[0]], "key": ["c", "b", "a"]})
    made = frame.sort_values(["unmet", "key"], ascending=[False, True], key=comparable)
    assert made["key"].tolist() == ["a", "c", "b"]


@seed(20261129)
@given(st.lists(st.floats(1e-6, 1e9), min_size=2, max_size=2, unique=True))
def test_the_order_of_two_is_never_turned(pair: list[float]) -> None:
    """What is larger ranks no lower; beyond the ninth digit it ranks higher."""
    low, high = comparable(np.array(sorted(pair))).tolist()
    assert low <= high
    if max(pair) > min(pair) * (1 + 1e-8):
        assert low < high
    assert low == pytest.approx(min(pair), rel=1e-8)
