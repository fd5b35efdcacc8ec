"""The ledger of a load: rows read = created + updated + unchanged + merged + rejected, for each table."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa

from graph.delta import Delta, Spec
from graph.schema import NodeSpec
from loaders.merge.service_ledger import RecordCounts
from loaders.tables import TABLES

CONTACTED = "Organization"
"""Label of what has contacts."""


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
        rows = pd.concat([frame for s, frame in subjects if s is spec])
        distinct = rows.drop_duplicates()
        merged += len(rows) - len(distinct)
        new, touched = _fates(spec, delta)
        identities = _identities(distinct)
        is_new = identities.isin(new)
        is_touched = identities.isin(touched) & ~is_new
        created += int(is_new.sum())
        updated += int(is_touched.sum())
        unchanged += int((~is_new & ~is_touched).sum())
    return TableTally(table, read, created, updated, unchanged, merged, rejected)


def _fates(spec: Spec, delta: Delta) -> tuple[pd.Index, pd.Index]:
    """Return the identities that a delta creates and those that it touches otherwise."""
    names = ["key"] if isinstance(spec, NodeSpec) else list(spec.key)
    created, touched = [], []
    for change in delta.changes:
        if change.spec is spec:
            created.append(change.created.select(names))
            touched.append(change.changed.select(names))
        elif isinstance(spec, NodeSpec) and not isinstance(change.spec, NodeSpec):
            owner = change.spec.owner_column
            label = change.spec.source if change.spec.owner == "source" else change.spec.target
            if owner and label == spec.name:
                for rows in (change.created, change.changed, change.retired):
                    touched.append(pa.table({"key": rows[owner]}))
    return _index(created, names), _index(touched, names)


def _index(tables: list[pa.Table], names: list[str]) -> pd.Index:
    rows = pa.concat_tables(tables).to_pandas().astype(object) if tables else pd.DataFrame(columns=names, dtype=object)
    return _identities(rows)


def _identities(rows: pd.DataFrame) -> pd.Index:
    return pd.Index(rows["key"]) if list(rows) == ["key"] else pd.MultiIndex.from_frame(rows)


def with_contacts(tables: Iterable[TableTally], touched: set[str], delta: Delta) -> tuple[TableTally, ...]:
    """Return the tallies with the organisations of which only the contacts are new counted as updated."""
    known = {key for c in delta.of(CONTACTED) for rows in (c.created, c.changed) for key in rows["key"].to_pylist()}
    counted = []
    for t in tables:
        moved = min(len(touched - known), t.unchanged) if TABLES[t.table].subject == CONTACTED else 0
        counted.append(replace(t, updated=t.updated + moved, unchanged=t.unchanged - moved))
    return tuple(counted)
