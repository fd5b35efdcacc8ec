"""Everything a store holds, as text: what two stores, or one store at two times, are compared by."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.stores.base import Query, ReadSession, Store
from graph.stores.session import CypherSession


def export_rows(store: Store) -> list[str]:
    """Return all nodes and relationships as sorted lines; not the Loads and theirs, which tell when, not what."""
    with store.read() as session:
        there = _there(session)
        nodes = (([s.name], session.nodes(s)) for s in schema.nodes().values() if s.name != "Load")
        specs = (s for s in schema.relationships().values() if s.source != "Load" and (s.type, s.source) in there)
        links = ((list(s.slot), session.relationships(s)) for s in specs)
        return sorted([line for part in (nodes, links) for head, table in part for line in _lines(head, table)])


def _there(session: ReadSession) -> set[tuple[str, str]]:
    """Return type and label of the source of all relationships there are: to ask for each of a hundred kinds, most of
    which a small graph has not, takes longer than all the rest."""
    assert isinstance(session, CypherSession)
    type_, label = session.words
    query = Query(f"MATCH (m)-[r]->() RETURN DISTINCT {type_} AS type, {label} AS source", {"type": str, "source": str})
    return {(row["type"], row["source"]) for row in session.table(query).to_pylist()}


def _lines(head: list[str], table: pa.Table) -> list[str]:
    stated = [pc.binary_join_element_wise(f"{name}=", _texts(table[name]), "") for name in sorted(table.column_names)]
    lines: list[str] = pc.binary_join_element_wise(" ".join(head), *stated, "\t", null_handling="skip").to_pylist()
    return lines


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join(column, "|") if pa.types.is_list(column.type) else pc.cast(column, pa.string())


def digest(store: Store) -> str:
    """Return the SHA-256 of the sorted export."""
    return hashlib.sha256("\n".join(export_rows(store)).encode()).hexdigest()
