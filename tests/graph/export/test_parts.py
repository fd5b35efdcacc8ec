"""Parts of an export: chosen by name, in the model's order, and with every text put into another."""

import pyarrow as pa
import pytest

from graph import schema
from graph.errors import NotFound
from graph.export.parts import Part, chosen, substituted

ORGANIZATION, RESOURCE = schema.nodes()["Organization"], schema.nodes()["Resource"]


def test_all_are_chosen_in_the_models_order_or_those_of_one_name() -> None:
    assert chosen() == [*schema.nodes().values(), *schema.relationships().values()]
    assert chosen("Resource") == [RESOURCE]
    served = [spec for spec in schema.relationships().values() if spec.type == "SERVES"]
    assert len(served) > 1
    assert chosen("SERVES") == served
    with pytest.raises(NotFound):
        chosen("Nothing")


def test_every_text_is_put_into_another_and_nothing_else() -> None:
    rows = [
        {"key": "a", "name": "甲", "former_names": ["乙", None, "甲"], "lon": 104.5},
        {"key": "b", "name": None, "former_names": None, "lon": None},
        {"key": "c", "name": "甲", "former_names": [], "lon": 1.0},
    ]
    table = pa.Table.from_pylist(rows, schema=ORGANIZATION.arrow)
    (part,) = substituted([Part(ORGANIZATION, table)], lambda word: f"<{word}>")
    assert (part.spec, part.table.schema) == (ORGANIZATION, table.schema)
    found = [{name: row[name] for name in rows[0]} for row in part.table.to_pylist()]
    assert found == [
        {"key": "<a>", "name": "<甲>", "former_names": ["<乙>", None, "<甲>"], "lon": 104.5},
        {"key": "<b>", "name": None, "former_names": None, "lon": None},
        {"key": "<c>", "name": "<甲>", "former_names": [], "lon": 1.0},
    ]
