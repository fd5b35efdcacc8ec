"""A store filled by hand: rows of the model in, one finished load out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from graph import schema
from graph.comparison import plan
from graph.delta import Facts
from graph.export.parts import Part
from graph.stores.base import Store

Rows = Sequence[Mapping[str, Any]]
Slot = tuple[str, str, str]


def write(store: Store, nodes: Mapping[str, Rows], links: Mapping[Slot, Rows] | None = None) -> None:
    """Write nodes by label and relationships by (type, source label, target label) as the next load."""
    facts = Facts()
    with store.read() as session:
        version = session.version() + 1
        done = {"key": f"load-{version}", "sequence": version, "state": "done"}
        for label, rows in {**nodes, "Load": [done]}.items():
            _add(facts, schema.nodes()[label], rows)
        for slot, rows in (links or {}).items():
            _add(facts, schema.relationships()[slot], rows)
        delta = plan(facts, session)
    store.apply(delta)


def _add(facts: Facts, spec: schema.NodeSpec | schema.RelationshipSpec, rows: Rows) -> None:
    given = pa.schema([f for f in spec.arrow if any(f.name in row for row in rows)])
    assert all(name in spec.arrow.names for row in rows for name in row)
    if rows:
        facts.add(spec, pa.Table.from_pylist([dict(row) for row in rows], schema=given))


def link(pairs: Mapping[str, str] | Sequence[tuple[str, str]], **common: Any) -> list[dict[str, Any]]:
    """Return relationship rows for pairs of keys."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return [{"from_key": a, "to_key": b, **common} for a, b in items]


def part(what: str | Slot, *rows: Mapping[str, Any]) -> Part:
    """Return rows of a label or of a slot as an export gets them."""
    spec = schema.nodes()[what] if isinstance(what, str) else schema.relationships()[what]
    return Part(spec, pa.Table.from_pylist([dict(row) for row in rows], schema=spec.arrow))
