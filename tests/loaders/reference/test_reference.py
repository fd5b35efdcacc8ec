"""The reference data are in the graph, all of them, with where they come from."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph import schema
from graph.identity import prefecture_of
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.reference.graph import ensure_reference, reference_facts

FOLDER = Path(__file__).parents[3] / "graph" / "reference"
Row = dict[str, Any]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def nodes(reference_store: Store) -> Callable[[str], list[Row]]:
    """Read all nodes of a label, once."""
    kept: dict[str, list[Row]] = {}

    def read(label: str) -> list[Row]:
        if label not in kept:
            with reference_store.read() as session:
                kept[label] = session.nodes(schema.nodes()[label]).to_pylist()
        return kept[label]

    return read


@pytest.fixture(scope="session")
def links(reference_store: Store) -> Callable[[str, str, str], list[Row]]:
    """Read all relationships of a slot."""

    def read(*slot: str) -> list[Row]:
        with reference_store.read() as session:
            return session.relationships(schema.relationships()[slot]).to_pylist()  # type: ignore[index]

    return read


COUNTS = {
    "EconomicZone": 5,
    "Window": 22,
    "Chain": 40,
    "ChainSegment": 239,
    "Park": 65
    + 84,  # 90 rows of agricultural parks name 84: six were recognised twice, one name lies in two prefectures
    "Cluster": 61,
    "ServiceType": 13,
    "Dimension": 6,
    "Clause": 21,
    "Target": 5,
    "Brand": 11,
    "Figure": 77,
}


@pytest.mark.parametrize("label", COUNTS)
def test_count(nodes: Callable[[str], list[Row]], label: str) -> None:
    assert len(nodes(label)) == COUNTS[label]


def test_every_division_and_township(nodes: Callable[[str], list[Row]]) -> None:
    found = {row["key"]: row for row in nodes("Region")}
    assert Counter(row["level"] for row in found.values()) == {
        "province": 1,
        "prefecture": 21,
        "county": 183,
        "township": 3101,
    }
    for row in rows("divisions"):
        assert found[row["adcode"]]["name"] == row["name"]
        assert (found[row["adcode"]]["lon"], found[row["adcode"]]["lat"]) == (
            float(row["seat_lon"]),
            float(row["seat_lat"]),
        )
    for row in rows("townships"):
        assert found[row["code"]]["name"] == row["name"]
        assert found[row["code"]]["prefecture"] == prefecture_of(row["county_adcode"])


def test_every_region_lies_in_its_parent(links: Callable[[str, str, str], list[Row]]) -> None:
    part_of = {row["from_key"]: row["to_key"] for row in links("PART_OF", "Region", "Region")}
    expected = {row["adcode"]: row["parent_adcode"] for row in rows("divisions") if row["parent_adcode"]}
    expected |= {row["code"]: row["county_adcode"] for row in rows("townships")}
    assert part_of == expected


def test_every_prefecture_has_its_zone_people_and_product(
    nodes: Callable[[str], list[Row]], links: Callable[[str, str, str], list[Row]]
) -> None:
    zones = {row["from_key"]: row["to_key"] for row in links("PART_OF", "Region", "EconomicZone")}
    found = {row["key"]: row for row in nodes("Region")}
    for row in rows("prefecture_stats"):
        assert vocabulary("economic_zones").text(zones[row["adcode"]]) == row["economic_zone"]
        assert found[row["adcode"]]["population"] == int(row["pop_2020_census"])
        assert found[row["adcode"]]["gdp"] == (float(row["gdp_2023_100m_yuan"]) if row["gdp_2023_100m_yuan"] else None)
    assert len(zones) == 21


def test_every_chain_has_its_system_and_pillar(nodes: Callable[[str], list[Row]]) -> None:
    found = {row["key"]: row for row in nodes("Chain")}
    for row in rows("industry_chains"):
        chain = found[row["chain_id"]]
        assert chain["name"] == row["chain"]
        assert chain["system"] == row["system"]
        assert vocabulary("industry_pillars").resolve(row["pillar"]) == chain["pillar"]
    assert Counter(row["system"] for row in found.values()) == {"5+1": 17, "10+3": 13, "4+6": 10}


def test_every_segment_has_its_chain_and_every_code_it_names(
    nodes: Callable[[str], list[Row]], links: Callable[[str, str, str], list[Row]]
) -> None:
    chains = {row["from_key"]: row["to_key"] for row in links("BELONGS_TO", "ChainSegment", "Chain")}
    codes = {(row["from_key"], row["to_key"]) for row in links("CLASSIFIED_AS", "ChainSegment", "Industry")}
    titles = {row["key"]: row["name"] for row in nodes("Industry")}
    named = set()
    for row in rows("chain_nodes"):
        assert chains[row["node_id"]] == row["chain_id"]
        pairs = zip(row["gbt4754_codes"].split(";"), row["gbt4754_names"].split(";"), strict=True)
        for code, title in pairs:
            named.add((row["node_id"], code))
            assert titles[code] == title
    assert codes == named
    assert set(titles) == {code for _, code in named}


def test_the_windows(nodes: Callable[[str], list[Row]], links: Callable[[str, str, str], list[Row]]) -> None:
    found = {row["key"]: row for row in nodes("Window")}
    # Of the ten cluster windows only the number is published.
    assert Counter(row["kind"] for row in found.values()) == {"hub": 1, "prefecture_window": 21}
    assert {row["from_key"]: row["to_key"] for row in links("REPORTS_TO", "Window", "Window")} == dict.fromkeys(
        set(found) - {"W00"}, "W00"
    )
    located = {row["from_key"]: row["to_key"] for row in links("LOCATED_IN", "Window", "Region")}
    assert located == {row["window_id"]: row["adcode"] for row in rows("network_windows")}


def test_every_listed_carrier_is_a_carrier_an_organisation_or_a_window(nodes: Callable[[str], list[Row]]) -> None:
    where = {label: {row["name"] for row in nodes(label)} for label in ("Carrier", "Organization")}
    places = Counter(
        next((label for label, names in where.items() if row["name"] in names), row["carrier_type"])
        for row in rows("carriers_public")
    )
    # The hub stands in that list under the name of its site; in the graph it is the window W00.
    assert places["平台网络枢纽"] == 1
    assert places["Carrier"] + places["Organization"] == 84
    assert places["Carrier"] == len(nodes("Carrier"))


def test_every_university_park_cluster_and_figure(nodes: Callable[[str], list[Row]]) -> None:
    names = {label: Counter(row["name"] for row in nodes(label)) for label in ("Organization", "Park", "Cluster")}
    universities = [row["name"] for row in rows("universities")]
    assert len(universities) == 35
    assert all(names["Organization"][name] == 1 for name in universities)
    assert len({row["name"] for row in rows("zones")}) == 65
    assert len({row["name"] for row in rows("agri_parks")}) == 83
    assert {row["name"] for file in ("zones", "agri_parks") for row in rows(file)} == set(names["Park"])
    assert {row["name"] for row in rows("industry_clusters")} == set(names["Cluster"])
    figures = {(row["topic"], row["name"], row["period"] or "", row["scope"]): row["value"] for row in nodes("Figure")}
    for row in rows("published_figures"):
        assert figures[row["topic"], row["metric"], row["period"], row["scope"]] == float(row["value"])


def test_a_park_recognised_twice_has_its_latest_stars(nodes: Callable[[str], list[Row]]) -> None:
    (park,) = [row for row in nodes("Park") if row["name"] == "彭山区葡萄现代农业园区"]
    assert (park["star"], park["year"]) == ("five_star", "2020")


def test_everything_says_where_it_comes_from_and_how_real_it_is(reference_store: Store) -> None:
    with reference_store.read() as session:
        # A load and a source are no facts.
        specs = {name: spec for name, spec in schema.nodes().items() if name not in ("Load", "Source")}
        tables = {name: session.nodes(spec) for name, spec in specs.items()}
        links = (spec for spec in schema.relationships().values() if spec.source != "Load")
        tables |= {"-".join(spec.slot): session.relationships(spec) for spec in links}
    silent = {
        (name, column)
        for name, table in tables.items()
        for column in ("source", "verification", "data_class")
        if table[column].null_count or "" in table[column].to_pylist()
    }
    assert silent == set()
    for column, list_ in (("verification", "verifications"), ("data_class", "data_classes")):
        used = {value for table in tables.values() for value in table[column].to_pylist()}
        assert used <= set(vocabulary(list_).ids)
    assert {name for name, table in tables.items() if "SYNTHETIC" in table["data_class"].to_pylist()} == set()


def test_every_word_of_a_list_is_in_the_list(reference_store: Store) -> None:
    with reference_store.read() as session:
        for spec in schema.nodes().values():
            table = session.nodes(spec)
            for p in spec.properties:
                if p.vocabulary:
                    cells = [cell for cell in table[p.name].to_pylist() if cell is not None]
                    used = {word for cell in cells for word in (cell if isinstance(cell, list) else [cell])}
                    assert used <= set(vocabulary(p.vocabulary).ids), (spec.name, p.name)


def test_nothing_stands_alone(reference_store: Store) -> None:
    with reference_store.read() as session:
        joined: dict[str, set[str]] = {}
        for spec in schema.relationships().values():
            table = session.relationships(spec)
            joined.setdefault(spec.source, set()).update(table["from_key"].to_pylist())
            joined.setdefault(spec.target, set()).update(table["to_key"].to_pylist())
        alone = {
            label: len(set(session.nodes(spec)["key"].to_pylist()) - joined.get(label, set()))
            for label, spec in schema.nodes().items()
        }
    assert {label: number for label, number in alone.items() if number} == {}


def test_everything_is_in_one_place(links: Callable[[str, str, str], list[Row]]) -> None:
    for label in ("Organization", "Carrier", "Park", "Cluster", "Window"):
        places = Counter(row["from_key"] for row in links("LOCATED_IN", label, "Region"))
        assert max(places.values()) == 1, label


def test_the_clauses_govern_what_they_name(links: Callable[[str, str, str], list[Row]]) -> None:
    assert {row["to_key"] for row in links("GOVERNED_BY", "ServiceType", "Clause")} == {"9"}
    assert {row["to_key"] for row in links("GOVERNED_BY", "Dimension", "Clause")} == {"8"}
    assert {row["to_key"] for row in links("GOVERNED_BY", "Target", "Clause")} == {"2"}


def test_a_segment_feeds_the_next_stage_of_its_chain(
    nodes: Callable[[str], list[Row]], links: Callable[[str, str, str], list[Row]]
) -> None:
    stage = {row["key"]: row["stage"] for row in nodes("ChainSegment")}
    chain = {row["from_key"]: row["to_key"] for row in links("BELONGS_TO", "ChainSegment", "Chain")}
    feeds = [(row["from_key"], row["to_key"]) for row in links("FEEDS", "ChainSegment", "ChainSegment")]
    steps = {("upstream", "midstream"), ("midstream", "downstream")}
    assert {(stage[a], stage[b]) for a, b in feeds} == steps
    assert all(chain[a] == chain[b] for a, b in feeds)


def test_it_is_loaded_once(store: Store) -> None:
    assert not ensure_reference(store)
    with store.read() as session:
        assert session.version() == 1


def test_the_facts_are_the_same_every_time() -> None:
    one, other = reference_facts().tables, reference_facts().tables
    assert all(one[spec].equals(other[spec]) for spec in one)
    assert one.keys() == other.keys()
