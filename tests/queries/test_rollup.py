"""Groups of the cells of a province of three counties, by hand."""

from typing import Any

import numpy as np
import pytest

from graph.errors import BadParameter
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion, cells_of
from queries.cube import REASONS, STATES, Cube
from queries.rollup import Groups, column_groups, grouping_of, region_groups, region_names
from queries.supply_use import USES, supply_use
from tests.support.province import PILLARS, SYSTEMS, TYPES, small_cube

NUMBERS = ["demand", "supply", "ratio", "ratio_local", "unmet", "providers"]
APART = [*NUMBERS, "state", "reasons"]


@pytest.fixture(scope="module")
def cube() -> Cube:
    return small_cube()


def cells(cube: Cube, *group_by: str, ranked: bool = False, **asked: str) -> list[dict[str, Any]]:
    found = cells_of(cube, CoverageQuestion(group_by=group_by, **asked), ranked=ranked).astype(object)
    return [{k: None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}
            for row in found.to_dict("records")]  # fmt: skip


def counted(ids: tuple[str, ...], **counts: int) -> dict[str, int]:
    return dict.fromkeys(ids, 0) | counts


def reasons(*found: str) -> list[str]:
    return [r for r in REASONS if r in found]


def near(*values: float | None) -> Any:
    return pytest.approx(list(values), abs=1e-12)


FIRST: dict[str, Any] = {
    "cells_by_state": counted(STATES, partial=1, empty=3, not_applicable=22, unknown=26),
    "cells_by_reason": counted(
        REASONS, over_capacity=1, single_provider=1, out_of_reach=2, no_provider=1, all_expired=1, not_reported=26
    ),
}
FOURTH: dict[str, Any] = {
    "cells_by_state": counted(STATES, partial=1, covered=1, not_applicable=24),
    "cells_by_reason": counted(
        REASONS, over_capacity=1, single_provider=2, online_only=1, low_level_only=1, capacity_assumed=1
    ),
}


def test_a_prefecture_is_the_sum_of_its_cells(cube: Cube) -> None:
    first, fourth = cells(cube, "prefecture")
    assert [(row["region"], row["region_name"], row["industry"], row["service_type"]) for row in (first, fourth)] == [
        ("510100", "市一", None, None), ("510400", "市四", None, None),
    ]  # fmt: skip
    assert [first[n] for n in NUMBERS] == near(36.0, 6.0, 6 / 36, 6 / 36, 30.0, 1)
    assert [fourth[n] for n in NUMBERS] == near(15.0, 102.5, 12.5 / 15, 10 / 15, 2.5, 2)
    assert [row["state"] for row in (first, fourth)] == ["partial", "partial"]
    assert {n: first[n] for n in FIRST} == FIRST
    assert {n: fourth[n] for n in FOURTH} == FOURTH
    assert first["reasons"] == reasons(*(r for r, n in FIRST["cells_by_reason"].items() if n))


def test_a_group_is_covered_or_empty_where_all_that_ask_are(cube: Cube) -> None:
    found = {(row["region"], row["service_type"]): row["state"] for row in cells(cube, "zone", "service_type")}
    expected = {(zone, t): "not_applicable" for zone in ("chengdu_plain", "panxi") for t in TYPES}
    # Of one county of the plain nothing is known: that it asks for nothing cannot be said.
    expected |= {("chengdu_plain", t): "unknown" for t in TYPES}
    expected |= {
        ("chengdu_plain", "SC01"): "partial", ("chengdu_plain", "SC02"): "empty", ("panxi", "SC01"): "partial",
        ("panxi", "SC02"): "covered",
    }  # fmt: skip
    assert found == expected


def test_where_nothing_is_known_there_are_no_numbers(cube: Cube) -> None:
    (row,) = [row for row in cells(cube, "county") if row["region"] == "510102"]
    assert [row[n] for n in APART] == [None, None, None, None, None, 1, "unknown", ["not_reported"]]
    assert (row["region_name"], row["supply_use"]) == ("市一乙", None)


def test_where_nothing_is_asked_for_the_sums_are_0(cube: Cube) -> None:
    (row,) = [row for row in cells(cube, "county", "chain") if (row["region"], row["industry"]) == ("510401", "CH02")]
    assert [row[n] for n in APART] == [0.0, 0.0, None, None, 0.0, 1, "not_applicable", []]
    assert (row["region_name"], row["industry_name"]) == ("市四丙", "链二")


def test_single_cells_stand_in_the_order_of_their_codes(cube: Cube) -> None:
    found = cells(cube, "county", "chain", "service_type", region="510400", service_type="SC01")
    axes = ["region", "region_name", "industry", "industry_name", "service_type", "service_type_name"]
    name = vocabulary("service_types").text("SC01")
    assert [[row[a] for a in axes] for row in found] == [
        ["510401", "市四丙", "CH01", "链一", "SC01", name], ["510401", "市四丙", "CH02", "链二", "SC01", name],
    ]  # fmt: skip
    one, other = found
    assert [one[n] for n in APART[:6]] == near(5.0, 2.5, 0.5, 0.0, 2.5, 1)
    assert one["reasons"] == reasons("online_only", "over_capacity", "single_provider", "low_level_only")
    assert [other[n] for n in APART] == [0.0, 0.0, 0.0, 0.0, 0.0, 0, "not_applicable", []]
    assert {row[n] for row in found for n in ("cells_by_state", "cells_by_reason", "supply_use", "equity")} == {None}


def test_more_than_is_asked_for_is_no_more_than_all(cube: Cube) -> None:
    (cell,) = cells(cube, "county", "chain", "service_type", region="510401", industry="CH01", service_type="SC02")
    assert [cell[n] for n in APART[:7]] == [10.0, 100.0, 1.0, 1.0, 0.0, 1, "covered"]


@pytest.mark.parametrize(
    ("asked", "demand"),
    [
        ({}, 51.0), ({"region": "510000"}, 51.0), ({"region": "510100"}, 36.0), ({"region": "510401"}, 15.0),
        ({"region": "panxi"}, 15.0), ({"industry": "CH02"}, 6.0), ({"industry": PILLARS[0]}, 45.0),
        ({"industry": SYSTEMS[0]}, 51.0), ({"service_type": "SC02"}, 34.0),
        ({"region": "chengdu_plain", "industry": "CH01", "service_type": "SC01"}, 10.0), ({"region": "510199"}, None),
    ],
)  # fmt: skip
def test_filters_leave_out_what_lies_elsewhere(cube: Cube, asked: dict[str, str], demand: float | None) -> None:
    (whole,) = cells(cube, **asked)
    assert whole["demand"] == (None if demand is None else pytest.approx(demand))


def test_supply_of_a_group_by_what_would_use_it(cube: Cube) -> None:
    """The 90 to spare for SC02 in 丙 could serve what lacks SC01 there, then 甲; the rest nobody."""
    assert [row["supply_use"] for row in cells(cube, "prefecture")] == [
        pytest.approx({"effective": 6.0, "other_chains": 0.0, "other_types": 0.0, "other_places": 0.0, "nobody": 0.0}),
        pytest.approx(
            {"effective": 12.5, "other_chains": 0.0, "other_types": 2.5, "other_places": 0.0, "nobody": 87.5}
        ),
    ]
    columns, _ = column_groups(cube, (), None, None)
    (whole,) = supply_use(cube, region_groups(cube, (), None), columns).ravel()
    assert list(whole) == list(USES)
    assert whole == pytest.approx(
        {"effective": 18.5, "other_chains": 0.0, "other_types": 2.5, "other_places": 30.0, "nobody": 57.5}
    )


def test_what_ranks_a_group_beside_its_numbers(cube: Cube) -> None:
    """Of two firms in 丙 that are listed by name one has a title, without a date."""
    first, fourth = cells(cube, "prefecture", ranked=True)
    assert [(row["special"], row["undated"], row["empty_demand"]) for row in (first, fourth)] == [
        (0.0, 0.0, 26.0), (0.5, 1.0, 0.0),
    ]  # fmt: skip
    ranks = {tuple(row[a] for a in ("region", "industry", "service_type")): (
        row["special"], row["undated"], row["empty_demand"]
    ) for row in cells(cube, "county", "chain", "service_type", ranked=True)}  # fmt: skip
    assert {key: found for key, found in ranks.items() if any(found)} == {
        **{("510401", "CH01", t): (0.5, 1.0, 0.0) for t in TYPES},
        ("510101", "CH01", "SC02"): (0.0, 0.0, 20.0), ("510101", "CH02", "SC01"): (0.0, 0.0, 2.0),
        ("510101", "CH02", "SC02"): (0.0, 0.0, 4.0),
    }  # fmt: skip


def test_the_finest_grouping_of_an_axis_counts() -> None:
    assert grouping_of(("zone", "county", "system", "pillar"), "region") == "county"
    assert grouping_of(("zone", "county", "system", "pillar"), "industry") == "pillar"
    assert grouping_of(("zone",), "service_type") is None
    with pytest.raises(BadParameter) as refused:
        grouping_of(("zone", "village", "house"), "region")
    assert (refused.value.details["name"], refused.value.details["value"]) == ("group_by", "village,house")


def test_groups_as_a_matrix_leave_out_what_is_in_none() -> None:
    assert Groups(np.array([1, -1, 0, 1]), ["a", "b"], ["A", "B"]).indicator().tolist() == [[0, 0, 1, 0], [1, 0, 0, 1]]


def test_everything_that_regions_are_grouped_by_has_a_name(cube: Cube) -> None:
    zones = {e.id: e.label.zh for e in vocabulary("economic_zones")}
    assert region_names(cube) == zones | {
        "510000": "省", "510100": "市一", "510101": "市一甲", "510102": "市一乙", "510400": "市四", "510401": "市四丙",
    }  # fmt: skip
