"""A store filled by hand: rows of the model in, one finished load out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from graph import schema
from graph.comparison import plan
from graph.delta import Change, Delta, Facts, Spec
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
            add(facts, schema.nodes()[label], rows)
        for slot, rows in (links or {}).items():
            add(facts, schema.relationships()[slot], rows)
        delta = plan(facts, session)
    store.apply(delta)


def retired(spec: Spec, rows: Rows) -> Change:
    """Return a change that takes nodes or relationships out, known by the keys in their rows."""
    keys = ("key",) if isinstance(spec, schema.NodeSpec) else spec.key
    wanted = pa.schema([spec.arrow.field(key) for key in keys])
    gone = pa.Table.from_pylist([{key: row[key] for key in keys} for row in rows], schema=wanted)
    empty = spec.arrow.empty_table()
    return Change(spec, empty, empty, empty, gone, 0, empty, empty)


def thin_out(store: Store, county: str) -> None:
    """Leave the townships of one county alone: all are alike, and three quarters of what a new store holds."""
    spec = schema.nodes()["Region"]
    with store.read() as session:
        rows = session.nodes(spec).select(["key", "level"]).to_pylist()
    gone = [row for row in rows if row["level"] == "township" and not row["key"].startswith(county)]
    store.apply(Delta((retired(spec, gone),)))


def add(facts: Facts, spec: schema.NodeSpec | schema.RelationshipSpec, rows: Rows) -> None:
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
