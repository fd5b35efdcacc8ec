"""A value comes back as it went in, whatever it says, and is never more than a value."""

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest

from graph import schema
from graph.delta import Delta
from graph.stores.base import Store
from loaders.write.commit import with_load
from tests.support.handmade import write

TEXTS = {
    "chinese": "四川省中小企业公共服务网络（枢纽）",
    "emoji": "龙头🐉与👩‍🔬 é é",
    "quotes": 'it\'s "quoted" `ticked` \\ back\\slash',
    "parameter": "$rows ${name} {key} {{x}}",
    "cypher": "x'}) DETACH DELETE n //",
    "second statement": "'; MATCH (n) DETACH DELETE n; CREATE (:Need {key: 'evil'}); //",
    "load": "LOAD FROM '/etc/passwd' RETURN * /* -- */",
    "lines": "一\r\n二\n\t三",
    "spaces": "  ",
    "empty": "",
    "null word": "null",
    "zero byte": "a\x00b",
    "formula": "=1+1",
    "long": "长" * 34_000,  # 102 kB in UTF-8
}
PAYLOAD = "x'}) DETACH DELETE n // `$rows` \"; MATCH (m) DETACH DELETE m; 🐉"


def stored(store: Store, label: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of a label by key."""
    with store.read() as session:
        return {row["key"]: row for row in session.nodes(schema.nodes()[label]).to_pylist()}


def test_texts(store: Store) -> None:
    write(store, {"Need": [{"key": name, "description": text} for name, text in TEXTS.items()]})
    assert {key: row["description"] for key, row in stored(store, "Need").items()} == TEXTS


def test_keys_are_texts_too(store: Store) -> None:
    keys = [text for name, text in TEXTS.items() if name not in ("long", "empty")]
    write(store, {"Need": [{"key": key, "state": "open"} for key in keys]})
    write(store, {"Need": [{"key": key, "state": "closed"} for key in keys]})
    assert {key: row["state"] for key, row in stored(store, "Need").items()} == dict.fromkeys(keys, "closed")


NUMBERS = {
    ("Region", "population"): [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)],
    ("Resource", "capacity"): [0.0, -0.0, 0.1, 5e-324, 1.7976931348623157e308, -1 / 3, float("inf")],
    ("Resource", "shareable"): [True, False],
    ("Need", "day"): [date(1, 1, 1), date(1900, 2, 28), date(1969, 12, 31), date(2024, 2, 29), date(9999, 12, 31)],
    ("Enterprise", "tags"): [[], ["一"], ["b", "a", "b"], ["it's", PAYLOAD, ""]],
}


@pytest.mark.parametrize(("label", "name"), NUMBERS)
def test_other_types(store: Store, label: str, name: str) -> None:
    values = NUMBERS[label, name]
    rows = [{"key": f"k{at}", name: value} for at, value in enumerate(values)]
    write(store, {label: [*rows, {"key": "nothing"}]})
    found = stored(store, label)
    # repr tells -0.0 from 0.0 and True from 1
    assert [repr(found[row["key"]][name]) for row in rows] == [repr(value) for value in values]
    assert found["nothing"][name] is None


def test_moments(store: Store) -> None:
    moment = datetime(1960, 2, 29, 23, 59, 59, 999_999)
    store.apply(with_load(Delta(()), 1, moment))
    found = stored(store, "Load")["load-000001"]
    assert found["started"] == moment
    assert found["finished"] > moment


@pytest.mark.slow
def test_a_payload_in_every_text_stays_text(store: Store) -> None:
    nodes = {
        spec.name: [{p.name: PAYLOAD for p in spec.properties if p.type is str}]
        for spec in schema.nodes().values()
        if spec.name != "Load"
    }
    ends = {"from_key": PAYLOAD, "to_key": PAYLOAD}
    links = {
        slot: [{**ends, **{p.name: PAYLOAD for p in spec.properties if p.type is str}}]
        for slot, spec in schema.relationships().items()
        if spec.source != "Load"  # its key is its number
    }
    write(store, nodes, links)
    for label, rows in nodes.items():
        (found,) = stored(store, label).values()
        assert {name: found[name] for name in rows[0]} == rows[0]
    with store.read() as session:
        for slot, rows in links.items():
            (found,) = session.relationships(schema.relationships()[slot]).to_pylist()
            assert {name: found[name] for name in rows[0]} == rows[0]
        one = [session.nodes(spec, pa.array([PAYLOAD])) for spec in schema.nodes().values() if spec.name != "Load"]
    assert {len(table) for table in one} == {1}
