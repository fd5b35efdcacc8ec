"""Everything a store holds, as text: what two stores, or one store at two times, are compared by."""

import hashlib
import json
from collections.abc import Iterator

import pyarrow as pa

from graph import schema
from graph.stores.base import Store


def export_rows(store: Store) -> list[str]:
    """Return all nodes and relationships as sorted JSON lines; not the Loads and theirs, which tell when, not what."""
    with store.read() as session:
        nodes = (([s.name], session.nodes(s)) for s in schema.nodes().values() if s.name != "Load")
        specs = (s for s in schema.relationships().values() if s.source != "Load")
        links = ((list(s.slot), session.relationships(s)) for s in specs)
        return sorted([line for part in (nodes, links) for head, table in part for line in _lines(head, table)])


def _lines(head: list[str], table: pa.Table) -> Iterator[str]:
    for row in table.to_pylist():
        stated = {name: value for name, value in row.items() if value is not None}
        yield json.dumps([*head, stated], ensure_ascii=False, sort_keys=True, default=str)


def digest(store: Store) -> str:
    """Return the SHA-256 of the sorted export."""
    return hashlib.sha256("\n".join(export_rows(store)).encode()).hexdigest()
