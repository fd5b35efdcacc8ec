"""Whatever the model declares can be written, read back, changed and retired."""

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest

from graph import schema
from graph.delta import Delta
from graph.stores.base import Store
from tests.support.handmade import retired, write
from tests.support.soak import trials

VALUES: dict[object, tuple[Any, Any]] = {
    str: ("甲", "乙"),
    int: (1, 2),
    float: (0.5, -0.0),
    bool: (True, False),
    date: (date(2024, 2, 29), date(1949, 10, 1)),
    datetime: (datetime(2024, 2, 29, 1, 2, 3), datetime(1949, 10, 1)),
    list[str]: (["甲", "乙"], []),
}
Row = dict[str, Any]
LABELS = [label for label in schema.nodes() if label != "Load"]
"""A Load goes with every write; it is covered by what the others do."""
SLOTS = {slot: spec for slot, spec in schema.relationships().items() if spec.source != "Load"}
ONE_OF_A_TYPE = {specs[0].slot for specs in schema.relationship_types().values()} & SLOTS.keys()
CHANGED = SLOTS.keys() if trials(0, 1) else ONE_OF_A_TYPE
"""Slots that are changed, looked up by either end, and retired: but for their labels all texts of a type are alike."""


def full(properties: tuple[schema.Property, ...], turn: int, fixed: Row) -> Row:
    """Return a row in which every property is stated."""
    return {**{p.name: VALUES[p.type][turn] for p in properties}, **fixed}


def nodes(turn: int) -> dict[str, list[Row]]:
    return {
        label: [full(schema.nodes()[label].properties, turn, {"key": f"{label}-{end}"}) for end in "ab"]
        for label in LABELS
    }


def links(turn: int) -> dict[tuple[str, str, str], list[Row]]:
    """Return a row a slot, those of CHANGED as they are at a turn."""
    rows = {}
    for slot, spec in SLOTS.items():
        at = turn if slot in CHANGED else 0
        ends = {"from_key": f"{spec.source}-a", "to_key": f"{spec.target}-b"}
        same = {p.name: VALUES[p.type][0] for p in spec.properties if p.name in spec.identity}
        rows[slot] = [full(spec.properties, at, {**ends, **same})]
    return rows


def read_nodes(store: Store) -> dict[str, list[Row]]:
    with store.read() as session:
        tables = {label: session.nodes(schema.nodes()[label]) for label in LABELS}
    return {label: table.sort_by("key").to_pylist() for label, table in tables.items()}


def read_links(store: Store) -> dict[tuple[str, str, str], list[Row]]:
    with store.read() as session:
        return {slot: session.relationships(spec).to_pylist() for slot, spec in SLOTS.items()}


@pytest.mark.slow
def test_every_label_and_slot(store: Store) -> None:
    write(store, nodes(0), links(0))
    assert read_nodes(store) == nodes(0)
    assert read_links(store) == links(0)
    found_by_either_end(store)

    write(store, nodes(1), {slot: rows for slot, rows in links(1).items() if slot in CHANGED})
    assert read_nodes(store) == nodes(1)
    assert read_links(store) == links(1)

    gone = tuple(retired(spec, links(1)[spec.slot]) for spec in schema.relationships().values() if spec.slot in CHANGED)
    store.apply(Delta(gone))
    assert read_links(store) == {slot: [] if slot in CHANGED else rows for slot, rows in links(1).items()}
    assert read_nodes(store) == nodes(1)

    store.apply(Delta(tuple(retired(schema.nodes()[label], rows[:1]) for label, rows in nodes(1).items())))
    assert read_nodes(store) == {label: rows[1:] for label, rows in nodes(1).items()}


def test_a_retired_node_takes_its_relationships_along(store: Store) -> None:
    needed = ("Region", "Window", "Organization")
    slots = [("LOCATED_IN", "Window", "Region"), ("OPERATED_BY", "Window", "Organization")]
    write(store, {label: nodes(0)[label] for label in needed}, {slot: links(0)[slot] for slot in slots})
    store.apply(Delta((retired(schema.nodes()["Region"], [{"key": "Region-b"}]),)))
    assert [slot for slot, rows in read_links(store).items() if rows] == slots[1:]


def found_by_either_end(store: Store) -> None:
    with store.read() as session:
        for spec in map(SLOTS.__getitem__, CHANGED):
            here, nowhere = pa.array([f"{spec.source}-a"]), pa.array(["nobody"])
            assert len(session.relationships(spec, "from_key", here)) == 1
            assert len(session.relationships(spec, "to_key", pa.array([f"{spec.target}-b"]))) == 1
            assert len(session.relationships(spec, "from_key", nowhere)) == 0
        for label in LABELS:
            spec = schema.nodes()[label]
            assert session.nodes(spec, pa.array([f"{label}-a", "nobody"]))["key"].to_pylist() == [f"{label}-a"]
            assert len(session.nodes(spec, pa.array([], pa.string()))) == 0


def test_an_empty_graph_answers_with_typed_columns(store: Store) -> None:
    with store.read() as session:
        for spec in schema.relationships().values():
            assert session.relationships(spec).schema == spec.arrow
        for node in schema.nodes().values():
            assert session.nodes(node).schema == node.arrow
