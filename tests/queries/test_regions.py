"""A region's place, counts and coverage, on a hand-made province and on a real world."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph.errors import NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from queries.coverage import CoverageQuestion, coverage
from queries.regions import region, region_counts
from tests.support.handmade import link, write
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world


def place(key: str, level: str, prefecture: str | None = None) -> dict[str, object]:
    return {"key": key, "name": f"地{key}", "level": level, "prefecture": prefecture, "lon": 104.0, "lat": 30.0,
            "data_class": "REAL"}  # fmt: skip


PLACES = [
    place("510000", "province"),
    place("510100", "prefecture", "510100"),
    place("510104", "county", "510100"),
    place("510105", "county", "510100"),
    place("510104001", "township", "510100"),
    place("510700", "prefecture", "510700"),
]


@pytest.fixture
def hand_made(tmp_path: Path) -> Iterator[Store]:
    """Two prefectures, two counties, one township; a few things in them."""
    with open_store(f"ladybug://{tmp_path / 'h.lbug'}") as store:
        write(
            store,
            {
                "Region": PLACES,
                "Window": [{"key": k, "data_class": "REAL"} for k in ("w1", "w2")],
                "Carrier": [{"key": "c1", "data_class": "SYNTHETIC"}],
                "Organization": [{"key": k, "data_class": "SYNTHETIC"} for k in ("o1", "o2")],
                "Resource": [{"key": k, "data_class": "SYNTHETIC"} for k in ("hosted", "at_provider", "homeless")],
                "Enterprise": [{"key": "e1", "data_class": "EDITORIAL"}],
            },
            {
                ("PART_OF", "Region", "Region"): link({
                    "510100": "510000", "510700": "510000", "510104": "510100", "510105": "510100",
                    "510104001": "510104",
                }),
                ("LOCATED_IN", "Window", "Region"): link({"w1": "510000", "w2": "510100"}),
                ("LOCATED_IN", "Carrier", "Region"): link({"c1": "510104"}),
                ("LOCATED_IN", "Organization", "Region"): link({"o1": "510700"}),
                ("LOCATED_IN", "Enterprise", "Region"): link({"e1": "510105"}),
                ("PROVIDES", "Organization", "Resource"): link(
                    [("o1", "hosted"), ("o1", "at_provider"), ("o2", "homeless")]
                ),
                ("HOSTS", "Carrier", "Resource"): link({"c1": "hosted"}),
                ("SERVES", "Resource", "Region"): link({"at_provider": "510000"}),
            },
        )  # fmt: skip
        yield store


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        # windows, carriers, organizations, resources, enterprises
        ("510000", (2, 1, 1, 2, 1)),
        ("510100", (1, 1, 0, 1, 1)),
        ("510104", (0, 1, 0, 1, 0)),
        ("510105", (0, 0, 0, 0, 1)),
        ("510700", (0, 0, 1, 1, 0)),
    ],
)
def test_counts_take_in_what_lies_below(hand_made: Store, code: str, counts: tuple[int, ...]) -> None:
    answer = region_counts(hand_made, code)
    assert tuple(answer.data.model_dump(exclude={"data_class"}).values()) == counts
    assert answer.data.data_class == [c for c, n in answer.meta.data_class.items() if n]
    assert sum(answer.meta.data_class.values()) == sum(counts)
    assert region(hand_made, code).data.counts == answer.data


def test_a_region_stands_among_the_others(hand_made: Store) -> None:
    county = region(hand_made, "510104").data
    assert [p.region for p in county.parents] == ["510100", "510000"]
    assert [(c.region, c.level) for c in county.children] == [("510104001", "township")]
    province = region(hand_made, "510000").data
    assert province.parents == []
    assert [c.region for c in province.children] == ["510100", "510700"]


@pytest.mark.parametrize("code", ["510104001", "110000", ""])
def test_an_unknown_region_is_not_found(hand_made: Store, code: str) -> None:
    with pytest.raises(NotFound):
        region(hand_made, code)


def test_counts_follow_the_next_load(hand_made: Store) -> None:
    before = region_counts(hand_made, "510105")
    write(hand_made, {"Carrier": [{"key": "c9", "data_class": "REAL"}]},
          {("LOCATED_IN", "Carrier", "Region"): link({"c9": "510105"})})  # fmt: skip
    after = region_counts(hand_made, "510105")
    assert (before.data.carriers, after.data.carriers) == (0, 1)
    assert after.meta.graph_version == before.meta.graph_version + 1


def test_coverage_is_the_region_s_own(tmp_path: Path) -> None:
    with loaded_store(random_world(2).write(tmp_path / "tables"), tmp_path / "store") as store:
        asked = CoverageQuestion(as_of=AS_OF, group_by=("county",), state="empty", industry="CH01")
        report = region(store, "510700", asked)
        expected = coverage(store, CoverageQuestion(as_of=AS_OF, group_by=("service_type",), region="510700")).rows()
        assert report.data.coverage == expected
        assert len(expected) == 13
        assert report.data.zone_name == "成都平原经济区"
        assert report.meta.parameters["region"] == "510700"
        other_day = region(store, "510700", CoverageQuestion(as_of=date(2020, 1, 1)))
        assert other_day.meta.parameters["as_of"] == "2020-01-01"
