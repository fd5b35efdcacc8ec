"""Causes between two snapshots of a few resources, by hand: all of them, in order, with what each brought."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from queries.snapshots.causes import MOST, causes_between
from queries.snapshots.keeping import Kept, Snapshot

CELL = ("510101", "CH01", "SC01")
SNAPSHOT = Snapshot.model_construct(id="s", known_at=datetime(2026, 7, 1, tzinfo=UTC))
Resource = dict[str, Any]


def kept(*resources: Resource) -> Kept:
    """Return a snapshot of resources that reach 510101 with weight ½ and 510102 with 1, at R = 0.01."""
    usual = {"told": "x", "chains": [], "types": ["SC01"], "active": True, "share": 0.01, "profile": 0}
    frame = pd.DataFrame([{**usual, "name": f"{r['key']}名", **r} for r in resources],
                         columns=["key", "name", *usual])  # fmt: skip
    reach = pd.DataFrame({"profile": [0, 0], "region": ["510101", "510102"], "weight": [0.5, 1.0]})
    return Kept(SNAPSHOT, pd.DataFrame(), frame, reach)


def cells(*asked: tuple[str, str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(asked, columns=["region", "industry", "service_type", "demand_before", "demand_after"])


def cause(of: str, change: str, before: float | None, after: float | None, **more: Any) -> dict[str, Any]:
    fixed = {"kind": "resource", "change": change, "key": of, "name": f"{of}名", "before": pytest.approx(before),
             "after": pytest.approx(after), "resources": 1, "origin": None}  # fmt: skip
    return {**fixed, **more}


def of(before: Kept, after: Kept, *asked: tuple[str, str, str, float, float]) -> list[tuple[list[dict[str, Any]], int]]:
    return [
        ([c.model_dump() for c in found], total) for found, total in causes_between(before, after).of(cells(*asked))
    ]


def test_how_resources_differ_and_what_each_brought() -> None:
    """R of what begins, ends or is changed differs as stated; the largest difference first, then by key."""
    before = kept(
        {"key": "expiring", "share": 0.04}, {"key": "gone", "share": 0.02}, {"key": "other", "told": "old"},
        {"key": "same"}, {"key": "starting", "active": False, "share": 0.0},
    )  # fmt: skip
    after = kept(
        {"key": "expiring", "active": False, "share": 0.0}, {"key": "new", "share": 0.02},
        {"key": "other", "told": "new", "share": 0.07}, {"key": "same"}, {"key": "starting", "share": 0.1},
    )  # fmt: skip
    expected = [
        cause("starting", "started", 0.0, 5.0), cause("other", "changed", 0.5, 3.5),
        cause("expiring", "expired", 2.0, 0.0), cause("gone", "removed", 1.0, 0.0), cause("new", "added", 0.0, 1.0),
    ]  # fmt: skip
    assert of(before, after, (*CELL, 100.0, 100.0)) == [(expected, 5)]


def test_those_of_the_same_facts_are_one_cause() -> None:
    """Two have less for each service as more is asked of them; it is told together, with the cell's own demand."""
    before, after = kept({"key": "a"}, {"key": "b", "share": 0.02}), kept({"key": "a", "share": 0.005}, {"key": "b"})
    demand = cause("510101-CH01", "changed", 100.0, 120.0, kind="demand", name=None, resources=0)
    sharing = cause("", "changed", 1.5, 0.9, kind="sharing", key=None, name=None, resources=2)
    assert of(before, after, (*CELL, 100.0, 120.0)) == [([demand, sharing], 2)]


@pytest.mark.parametrize(
    ("was", "now", "change"), [(np.nan, 8.0, "added"), (8.0, np.nan, "removed"), (8.0, 9.0, "changed")]
)
def test_demand_is_a_cause_where_it_differs(was: float, now: float, change: str) -> None:
    nothing = kept({"key": "a", "types": ["SC02"]})
    before, after = (None if np.isnan(value) else value for value in (was, now))
    expected = cause("510101-CH01", change, before, after, kind="demand", name=None, resources=0)
    assert of(nothing, nothing, (*CELL, was, now)) == [([expected], 1)]


def test_where_nothing_differs_there_is_no_cause() -> None:
    same = kept({"key": "a"})
    assert of(same, same, (*CELL, 8.0, 8.0), (*CELL, np.nan, np.nan), (*CELL, 8.0, 8.0 + 1e-10)) == [([], 0)] * 3


def test_a_resource_is_a_cause_where_it_suits_and_reaches_alone() -> None:
    before = kept({"key": "a", "chains": ["CH02"], "types": ["SC01", "SC03"]})
    after = replace(before, resources=before.resources.assign(told="y", share=0.03))
    found = of(
        before, after,
        ("510101", "CH02", "SC01", 100.0, 100.0), ("510102", "CH02", "SC03", 100.0, 100.0),
        ("510101", "CH01", "SC01", 100.0, 100.0), ("510101", "CH02", "SC02", 100.0, 100.0),
        ("510103", "CH02", "SC01", 100.0, 100.0), ("510101", "CH02", "SC01", np.nan, np.nan),
    )  # fmt: skip
    assert found == [
        ([cause("a", "changed", 0.5, 1.5)], 1), ([cause("a", "changed", 1.0, 3.0)], 1), *[([], 0)] * 4,
    ]  # fmt: skip


def test_of_many_causes_the_largest_are_named_and_all_are_counted() -> None:
    keys = [f"r{n:02d}" for n in range(MOST + 3)]
    after = kept(*({"key": key, "share": 0.01 * (n + 1)} for n, key in enumerate(keys)), {"key": "same", "share": 0.9})
    before = kept({"key": "same", "share": 0.1})
    ((found, total),) = causes_between(before, after).of(cells((*CELL, 100.0, 200.0)))
    demand, *largest = found
    assert (demand.kind, total) == ("demand", MOST + 5)
    assert [c.key for c in largest] == [None, *reversed(keys)][: MOST - 1]


def test_a_name_is_that_of_the_later_snapshot_where_it_has_one() -> None:
    before = kept(
        {"key": "a", "name": "旧"}, {"key": "b", "name": "留"}, {"key": "c", "name": "去"}, {"key": "d", "name": None}
    )
    after = kept({"key": "a", "name": "新"}, {"key": "b", "name": None}, {"key": "d", "name": None})
    assert causes_between(before, after).names == ["新", "留", "去", None]
