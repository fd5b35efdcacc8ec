"""Which of several recognitions a carrier has on a day."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.recognitions import OWN, on_day, recognised, telling

DAY = date(2026, 7, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
Row = tuple[str, str, str | None, date | None, date | None]


def frame(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["key", *OWN], dtype=object)


def counting(*rows: Row, own: Row = ("c", "base", None, None, None)) -> tuple[object, ...]:
    """Return kind, level, since and until that a carrier has on the day."""
    carriers = frame(own).assign(name="甲")[["name", "key", *OWN]]
    found = on_day(carriers, frame(*rows), DAY)
    assert (list(found), found["name"].tolist(), found["key"].tolist()) == (list(carriers), ["甲"], ["c"])
    return tuple(None if pd.isna(v) else v for v in found.loc[0, OWN])


def test_without_any_recognition_its_own_row_counts() -> None:
    assert counting(own=("c", "base", "city", BEFORE, None)) == ("base", "city", BEFORE, None)


@pytest.mark.parametrize(
    ("rows", "shows"),
    [
        # In force from the first day to the last.
        ([("c", "a", None, DAY, None), ("c", "b", None, AFTER, None)], "a"),
        ([("c", "a", None, None, DAY), ("c", "b", None, None, BEFORE)], "a"),
        # Of two in force that of the higher level, whichever stands first.
        ([("c", "a", "provincial", date(2020, 1, 1), None), ("c", "b", "city", BEFORE, None)], "a"),
        ([("c", "b", "city", BEFORE, None), ("c", "a", "provincial", date(2020, 1, 1), None)], "a"),
        ([("c", "b", None, BEFORE, None), ("c", "a", "county", date(2020, 1, 1), None)], "a"),
        # Of two of one level the later; one without a day is the earliest.
        ([("c", "a", "city", BEFORE, None), ("c", "b", "city", date(2020, 1, 1), None)], "a"),
        ([("c", "a", "city", BEFORE, None), ("c", "b", "city", None, None)], "a"),
        # One in force before one that is not, of whatever level.
        ([("c", "a", "county", DAY, None), ("c", "b", "national", AFTER, None)], "a"),
        # Where none is, the latest, whatever its level.
        ([("c", "a", "city", date(2021, 1, 1), BEFORE), ("c", "b", "national", date(2020, 1, 1), BEFORE)], "a"),
    ],
)
def test_of_several_one_counts(rows: list[Row], shows: str) -> None:
    assert counting(*rows)[0] == shows


UNDATED: Row = ("c", "a", None, None, None)


@pytest.mark.parametrize(
    ("undated", "dated", "says_more"),
    [
        (UNDATED, ("c", "a", "city", BEFORE, None), True),
        (UNDATED, ("c", "a", None, None, AFTER), True),
        (UNDATED, ("c", "b", "city", BEFORE, None), False),
        (UNDATED, ("d", "a", "city", BEFORE, None), False),
        (("c", "a", "city", None, None), ("c", "a", "city", BEFORE, None), True),
        (("c", "a", "city", None, None), ("c", "a", "provincial", BEFORE, None), False),
    ],
)
def test_a_dated_recognition_says_more_than_the_same_without_a_day(undated: Row, dated: Row, says_more: bool) -> None:
    left = telling(frame(undated, dated))
    assert list(left.index) == ([1] if says_more else [0, 1])


def test_each_recognition_is_a_row_of_its_carrier() -> None:
    carriers = frame(("one", "base", None, None, None), ("two", "base", "city", BEFORE, DAY)).assign(region="510100")
    found = recognised(carriers, frame(("one", "a", "city", DAY, None), ("one", "b", None, None, DAY), UNDATED))
    rows = [tuple(None if pd.isna(v) else v for v in row) for row in found.itertuples(index=False)]
    assert rows == [
        ("two", "base", "city", BEFORE, DAY, "510100"),
        ("one", "a", "city", DAY, None, "510100"),
        ("one", "b", None, None, DAY, "510100"),
    ]


def test_carriers_keep_their_order() -> None:
    carriers = frame(("z", "base", None, None, None), ("a", "base", None, None, None)).set_axis([7, 3])
    found = on_day(carriers, frame(("a", "lab", "city", DAY, None)), DAY)
    assert list(zip(found.index, found["key"], found["kind"], strict=True)) == [(7, "z", "base"), (3, "a", "lab")]


ONE = st.tuples(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["base", "park"]),
    st.sampled_from([None, "city", "national"]),
    st.sampled_from([None, date(2024, 3, 1)]),
)


@given(st.lists(ONE, max_size=12))
def test_an_undated_one_stays_unless_a_dated_one_of_its_kind_and_level_says_more(
    rows: list[tuple[str, str, str | None, date | None]],
) -> None:
    frame = pd.DataFrame(rows, columns=["key", "kind", "level", "since"]).assign(until=None)
    dated = [row for row in rows if row[3]]
    less = [
        not since and any((k, n) == (key, kind) and (level in (None, at)) for k, n, at, _ in dated)
        for key, kind, level, since in rows
    ]
    assert telling(frame).index.tolist() == [i for i, one in enumerate(less) if not one]
