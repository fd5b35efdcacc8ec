"""The ledger of a load: rows read = created + updated + unchanged + merged + rejected, for each table."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.delta import Delta, Spec
from graph.schema import NodeSpec
from loaders.merge.service_ledger import RecordCounts
from loaders.tables import TABLES

CONTACTED = "Organization"
"""Label of what has contacts."""

ADDED = frozenset(("HOLDS",))
"""Relationships of which all are kept, so that they replace none, and one more is news of what has them."""


@dataclass(frozen=True)
class TableTally:
    """What became of the rows of one table."""

    table: str
    read: int
    created: int
    updated: int
    unchanged: int
    merged: int
    rejected: int


def tally(
    table: str,
    read: int,
    rejected: int,
    subjects: list[tuple[Spec, pd.DataFrame]],
    delta: Delta,
    record_counts: RecordCounts | None,
) -> TableTally:
    """Count what became of the rows: by the node or relationship that each is about.

    A row whose subject another row of this load names too is merged. A subject is updated where one of its
    own properties or of the relationships that its row states changed.
    """
    if record_counts:
        c = record_counts
        return TableTally(table, read, c.created, c.updated, c.unchanged, c.merged, rejected)
    created = updated = unchanged = merged = 0
    for spec in dict.fromkeys(s for s, _ in subjects):
        rows = _identities([pa.table(_columns(frame)) for s, frame in subjects if s is spec])
        distinct = pc.unique(rows)
        merged += len(rows) - len(distinct)
        new, touched = (pc.is_in(distinct, value_set=fates) for fates in _fates(spec, delta))
        touched = pc.and_(touched, pc.invert(new))
        created += pc.sum(new).as_py() or 0
        updated += pc.sum(touched).as_py() or 0
        unchanged += len(distinct) - (pc.sum(pc.or_(new, touched)).as_py() or 0)
    return TableTally(table, read, created, updated, unchanged, merged, rejected)


def _fates(spec: Spec, delta: Delta) -> tuple[pa.Array, pa.Array]:
    """Return the identities that a delta creates and those that it touches otherwise."""
    names = ["key"] if isinstance(spec, NodeSpec) else list(spec.key)
    created, touched = [], []
    for change in delta.changes:
        if change.spec is spec:
            created.append(change.created.select(names))
            touched.append(change.changed.select(names))
        elif isinstance(spec, NodeSpec) and not isinstance(change.spec, NodeSpec):
            adds = change.spec.type in ADDED
            owner = "from_key" if adds else change.spec.owner_column
            label = change.spec.source if adds or change.spec.owner == "source" else change.spec.target
            if owner and label == spec.name:
                for rows in (change.created, change.changed, change.retired):
                    touched.append(pa.table({"key": rows[owner]}))
    return _identities(created), _identities(touched)


def _columns(frame: pd.DataFrame) -> dict[str, pa.Array]:
    return {str(name): pa.array(frame[name], from_pandas=True) for name in frame}


def _identities(tables: list[pa.Table]) -> pa.Array:
    """Return what identifies each row of some tables, as one text."""
    texts = [
        pc.binary_join_element_wise(
            *(column.cast(pa.string()) for column in table.columns), "\x1f", null_handling="replace"
        ).combine_chunks()
        for table in tables
        if table.num_columns
    ]
    return pa.concat_arrays(texts) if texts else pa.array([], pa.string())


def with_contacts(tables: Iterable[TableTally], touched: set[str], delta: Delta) -> tuple[TableTally, ...]:
    """Return the tallies with the organisations of which only the contacts are new counted as updated."""
    known = {key for c in delta.of(CONTACTED) for rows in (c.created, c.changed) for key in rows["key"].to_pylist()}
    counted = []
    for t in tables:
        moved = min(len(touched - known), t.unchanged) if TABLES[t.table].subject == CONTACTED else 0
        counted.append(replace(t, updated=t.updated + moved, unchanged=t.unchanged - moved))
    return tuple(counted)
