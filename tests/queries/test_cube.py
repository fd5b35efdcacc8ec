"""Every number of every cell of a province of three counties, by hand."""

from dataclasses import fields, replace

import numpy as np
import pytest

from queries.cube import REASONS, STATES, Cube, count_providers, counts_of
from queries.data_classes import BITS
from tests.support.province import TYPES, small_cube

COUNTIES = ("510101", "510102", "510401")
Cell = tuple[str, str, str]
CELLS: dict[Cell, tuple[float, float, float, int, str, set[str]]] = {
    # demand, access, local access, providers, state, reasons
    ("510101", "CH01", "SC01"): (10.0, 0.6, 0.6, 1, "partial", {"over_capacity", "single_provider"}),
    ("510101", "CH01", "SC02"): (20.0, 0.0, 0.0, 0, "empty", {"out_of_reach"}),
    ("510101", "CH02", "SC01"): (2.0, 0.0, 0.0, 0, "empty", {"no_provider"}),
    ("510101", "CH02", "SC02"): (4.0, 0.0, 0.0, 0, "empty", {"out_of_reach", "all_expired"}),
    ("510401", "CH01", "SC01"): (
        5.0, 0.5, 0.0, 1, "partial", {"over_capacity", "single_provider", "online_only", "low_level_only"},
    ),
    ("510401", "CH01", "SC02"): (10.0, 10.0, 10.0, 1, "covered", {"single_provider", "capacity_assumed"}),
    ("510401", "CH02", "SC02"): (0.0, 10.0, 10.0, 1, "not_applicable", set()),
    ("510102", "CH01", "SC01"): (np.nan, 0.6, 0.6, 1, "unknown", {"not_reported"}),
}  # fmt: skip
REST = (0.0, 0.0, 0.0, 0, "not_applicable", set[str]())
UNKNOWN = (np.nan, 0.0, 0.0, 0, "unknown", {"not_reported"})


@pytest.fixture(scope="module")
def cube() -> Cube:
    return small_cube()


def at(cell: Cell) -> tuple[int, int]:
    region, chain, type_ = cell
    return COUNTIES.index(region), ("CH01", "CH02").index(chain) * len(TYPES) + TYPES.index(type_)


def test_every_cell_is_as_worked_out_by_hand(cube: Cube) -> None:
    every = [(r, c, t) for r in COUNTIES for c in ("CH01", "CH02") for t in TYPES]
    for cell in every:
        demand, access, local, providers, state, reasons = CELLS.get(cell, UNKNOWN if cell[0] == "510102" else REST)
        r, n = at(cell)
        numbers = [cube.demand[r, n], cube.access[r, n], cube.local[r, n]]
        assert numbers == pytest.approx([demand, access, local], nan_ok=True), cell
        found = {reason for reason, applies in zip(REASONS, cube.reasons[:, r, n], strict=True) if applies}
        assert (cube.providers[r, n], STATES[cube.state[r, n]], found) == (providers, state, reasons), cell


def test_what_a_resource_has_for_each_service_asked_of_it(cube: Cube) -> None:
    """7.5 for 15 in the province, 1 for 10 in its county, nothing any more, 100 assumed for 10."""
    assert cube.offered.resources["resource"].tolist() == ["everywhere", "here", "over", "there"]
    assert cube.share.tolist() == pytest.approx([0.5, 0.1, 0.0, 10.0])
    assert cube.offered.active.tolist() == [True, True, False, True]


def test_facts_are_counted_by_class(cube: Cube) -> None:
    assert cube.facts.data_class() == {"REAL": 3, "EDITORIAL": 2, "SYNTHETIC": 4}
    unlisted = replace(cube.facts.demand, enterprises=cube.facts.demand.enterprises.iloc[:0])
    assert replace(cube.facts, demand=unlisted).data_class() == {"REAL": 3, "EDITORIAL": 0, "SYNTHETIC": 4}


def test_a_cells_classes_are_those_of_its_regions_rows_and_of_who_covers_it(cube: Cube) -> None:
    """Of 丙 firms are listed beside the counts; what is over covers nothing."""
    expected: dict[Cell, set[str]] = {cell: {"REAL"} for cell in CELLS} | {
        ("510101", "CH01", "SC01"): {"REAL", "SYNTHETIC"}, ("510102", "CH01", "SC01"): {"SYNTHETIC"},
        ("510401", "CH01", "SC01"): {"REAL", "EDITORIAL", "SYNTHETIC"},
        ("510401", "CH01", "SC02"): {"REAL", "EDITORIAL", "SYNTHETIC"},
        ("510401", "CH02", "SC02"): {"REAL", "EDITORIAL", "SYNTHETIC"},
    }  # fmt: skip
    assert {cell: {name for name, bit in BITS.items() if cube.classes[at(cell)] & bit} for cell in CELLS} == expected


def test_balanced_demand_is_split_over_the_suppliers_that_it_reaches() -> None:
    """10 for SC01 in 甲 over two, 5 in 丙 for one; what nobody offers any more is asked of nobody."""
    cube = small_cube("bfca")
    asked = {cell: cube.asked[at(cell)] for cell in CELLS}
    assert {cell: value for cell, value in asked.items() if value} == {
        ("510101", "CH01", "SC01"): 5.0, ("510401", "CH01", "SC01"): 5.0, ("510401", "CH01", "SC02"): 10.0,
    }  # fmt: skip
    assert cube.share.tolist() == pytest.approx([0.75, 0.2, 0.0, 10.0])


def test_counts_of_resources_add_up_and_can_be_taken_apart(cube: Cube) -> None:
    counts = counts_of(cube.offered)
    here = at(("510101", "CH01", "SC01"))
    of_cell = ("covering", "offline", "high", "assumed", "expired")
    assert [float(getattr(counts, name)[here]) for name in of_cell] == [2.0, 1.0, 1.0, 0.0, 0.0]
    assert counts.matched[here[1]] == 2.0
    expired = at(("510101", "CH02", "SC02"))
    assert (counts.expired[expired], counts.covering[expired], counts.matched[expired[1]]) == (1.0, 0.0, 1.0)
    assert counts.assumed[at(("510401", "CH02", "SC02"))] == 1.0
    twice, none = counts.plus(counts), counts.plus(counts, -1.0)
    for field in fields(counts):
        np.testing.assert_array_equal(getattr(twice, field.name), 2 * getattr(counts, field.name))
        assert not getattr(none, field.name).any()


def test_a_provider_counts_once_a_place_by_however_many_profiles(cube: Cube) -> None:
    p = cube.offers[cube.offers["column"] == at(("510101", "CH01", "SC01"))[1]]
    assert (len(p), p["provider"].nunique()) == (2, 1)
    doubled = cube.offers.loc[cube.offers.index.repeat(2)]
    np.testing.assert_array_equal(count_providers(doubled, cube.reaches, cube.demand.shape[1]), cube.providers)
