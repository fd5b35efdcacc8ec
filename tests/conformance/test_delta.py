"""A load writes what differs and nothing else: keyed, twice is once, silence changes nothing."""

from typing import Any

import pyarrow as pa

from graph import schema
from graph.comparison import plan
from graph.delta import Facts
from graph.stores.base import Store
from tests.support.export import export_rows
from tests.support.handmade import link, write

SERVES = ("SERVES", "Resource", "Region")
PARTNERS = ("PARTNERS_WITH", "Organization", "Organization")
PLACES = [{"key": key, "name": key} for key in ("r1", "r2", "r3")]


def need(store: Store, key: str = "n") -> dict[str, Any]:
    """Return what is stated of a need."""
    with store.read() as session:
        (row,) = session.nodes(schema.nodes()["Need"], pa.array([key])).to_pylist()
    return {name: value for name, value in row.items() if value is not None}


def serves(store: Store) -> set[tuple[str, str]]:
    with store.read() as session:
        rows = session.relationships(schema.relationships()[SERVES]).to_pylist()
    return {(row["from_key"], row["to_key"]) for row in rows}


def test_what_a_delta_says(store: Store) -> None:
    write(store, {"Need": [{"key": key, "state": "open", "quantity": 1.0} for key in "abc"]})
    facts = Facts()
    rows = [{"key": "a", "state": "closed"}, {"key": "b", "quantity": 1.0}, {"key": "d", "state": "open"}]
    facts.add(schema.nodes()["Need"], pa.Table.from_pylist(rows))
    with store.read() as session:
        delta = plan(facts, session)
    (change,) = delta.of("Need")
    assert change.created["key"].to_pylist() == ["d"]
    assert change.changed.select(["key", "state", "quantity"]).to_pylist() == [
        {"key": "a", "state": "closed", "quantity": 1.0}
    ]
    assert (delta.created, delta.changed, delta.retired, change.unchanged) == (1, 1, 0, 1)


def test_twice_is_once(store: Store) -> None:
    nodes = {"Resource": [{"key": "s", "name": "甲"}], "Region": PLACES}
    links = {SERVES: link({"s": "r1"})}
    write(store, nodes, links)
    once = export_rows(store)
    write(store, nodes, links)
    assert export_rows(store) == once


def test_null_never_overwrites(store: Store) -> None:
    write(store, {"Need": [{"key": "n", "state": "open", "quantity": 2.0, "description": "甲"}]})
    write(store, {"Need": [{"key": "n", "state": None, "quantity": 3.0}]})
    assert need(store) == {"key": "n", "state": "open", "quantity": 3.0, "description": "甲"}


def test_the_last_stated_value_of_a_load_wins(store: Store) -> None:
    rows = [{"key": "n", "state": "open", "quantity": 1.0}, {"key": "n", "state": "closed"}, {"key": "n"}]
    write(store, {"Need": rows})
    assert need(store) == {"key": "n", "state": "closed", "quantity": 1.0}


def test_emptied_is_not_unstated(store: Store) -> None:
    write(store, {"Enterprise": [{"key": "e", "tags": ["little_giant"]}]})
    write(store, {"Enterprise": [{"key": "e", "tags": []}]})
    with store.read() as session:
        assert session.nodes(schema.nodes()["Enterprise"])["tags"].to_pylist() == [[]]


def test_an_owner_that_states_others_retires_the_old_ones(store: Store) -> None:
    resources = {"Resource": [{"key": "s"}, {"key": "t"}], "Region": PLACES}
    write(store, resources, {SERVES: link([("s", "r1"), ("s", "r2"), ("t", "r1")])})
    write(store, {}, {SERVES: link([("s", "r2"), ("s", "r3")])})
    assert serves(store) == {("s", "r2"), ("s", "r3"), ("t", "r1")}


def test_an_owner_that_says_nothing_keeps_them(store: Store) -> None:
    write(store, {"Resource": [{"key": "s"}], "Region": PLACES}, {SERVES: link({"s": "r1"})})
    write(store, {"Resource": [{"key": "s", "name": "新名"}]})
    assert serves(store) == {("s", "r1")}


def test_the_target_may_be_the_owner(store: Store) -> None:
    provides = ("PROVIDES", "Organization", "Resource")
    nodes = {"Organization": [{"key": "o"}, {"key": "p"}], "Resource": [{"key": "s"}, {"key": "t"}]}
    write(store, nodes, {provides: link([("o", "s"), ("o", "t")])})
    write(store, {}, {provides: link([("p", "s")])})
    with store.read() as session:
        rows = session.relationships(schema.relationships()[provides]).to_pylist()
    assert {(row["from_key"], row["to_key"]) for row in rows} == {("p", "s"), ("o", "t")}


def test_of_several_ends_of_a_single_relationship_the_last_counts(store: Store) -> None:
    located = ("LOCATED_IN", "Window", "Region")
    write(store, {"Window": [{"key": "w"}], "Region": PLACES}, {located: link([("w", "r1"), ("w", "r2")])})
    with store.read() as session:
        rows = session.relationships(schema.relationships()[located]).to_pylist()
    assert [(row["from_key"], row["to_key"]) for row in rows] == [("w", "r2")]


def test_partnerships_of_other_dimensions_are_others(store: Store) -> None:
    nodes = {"Organization": [{"key": "o"}, {"key": "p"}]}
    write(store, nodes, {PARTNERS: link({"o": "p"}, dimension="brand_chain", content="甲")})
    write(store, {}, {PARTNERS: link({"o": "p"}, dimension="supply_chain", content="乙")})
    write(store, {}, {PARTNERS: link({"o": "p"}, dimension="brand_chain", content="丙")})
    with store.read() as session:
        rows = session.relationships(schema.relationships()[PARTNERS]).to_pylist()
    assert {row["dimension"]: row["content"] for row in rows} == {"brand_chain": "丙", "supply_chain": "乙"}
    assert len(rows) == 2
