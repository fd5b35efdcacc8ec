"""Incoming against stored: what a load creates, changes, leaves and retires, computed before anything is written.

It is what the store applies, what the load reports, and the cause behind every "why did this number change".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from graph.schema import NodeSpec, RelationshipSpec

Spec = NodeSpec | RelationshipSpec
PLACE = pa.field("_place", pa.int64())
"""Column beside the properties of a fact: where it was read, as the loader numbers its rows; null where nowhere."""


@dataclass
class Facts:
    """Nodes and relationships to be stored, as Arrow tables of their spec's types, in the order they were added.

    ``add`` may be called several times for one spec. A null says "not stated" and never overwrites. Of the nodes in
    ``whole`` (label -> keys) the facts are complete: what they do not hold is retired, the node with all its
    relationships where they hold nothing of it.
    """

    tables: dict[Spec, pa.Table] = field(default_factory=dict)
    whole: dict[str, set[str]] = field(default_factory=dict)

    def add(self, spec: Spec, table: pa.Table, places: pa.Array | None = None) -> None:
        """Add rows; columns are put into the spec's order and types, absent ones are null."""
        columns = [
            table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(len(table), f.type)
            for f in spec.arrow
        ]
        columns.append(pa.nulls(len(table), PLACE.type) if places is None else places)
        fresh = pa.table(columns, schema=spec.arrow.append(PLACE))
        known = self.tables.get(spec)
        self.tables[spec] = fresh if known is None else pa.concat_tables([known, fresh])


@dataclass(frozen=True)
class Change:
    """The delta of one spec: full rows to create and to change, keys to retire, and how many stay.

    ``replaced`` are the stored rows in whose place those of ``changed`` come, in the same order. ``outdone`` are
    incoming rows with a value that does not show, as another source counts for more; ``shown`` are the rows that do.
    """

    spec: Spec
    created: pa.Table
    changed: pa.Table
    replaced: pa.Table
    retired: pa.Table
    unchanged: int
    outdone: pa.Table
    shown: pa.Table


@dataclass(frozen=True)
class Delta:
    """All changes, nodes before relationships."""

    changes: tuple[Change, ...]

    @property
    def created(self) -> int:
        """Nodes and relationships that are new."""
        return sum(len(c.created) for c in self.changes)

    @property
    def changed(self) -> int:
        """Nodes and relationships with another value."""
        return sum(len(c.changed) for c in self.changes)

    @property
    def retired(self) -> int:
        """Nodes and relationships that no longer hold."""
        return sum(len(c.retired) for c in self.changes)

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.retired)

    def of(self, name: str) -> Iterator[Change]:
        """Yield the changes of a node label or relationship type."""
        for change in self.changes:
            if (change.spec.name if isinstance(change.spec, NodeSpec) else change.spec.type) == name:
                yield change


def key_of(spec: Spec) -> tuple[str, ...]:
    """Return the columns that identify a row of a spec."""
    return ("key",) if isinstance(spec, NodeSpec) else spec.key
