"""Incoming against stored: what a load creates, changes, leaves and retires.

The delta is computed before anything is written. It is what the store applies, what the load reports, and
the cause behind every later "why did this number change".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import NodeSpec, RelationshipSpec

Spec = NodeSpec | RelationshipSpec


@dataclass
class Facts:
    """Nodes and relationships to be stored, as Arrow tables of their spec's types, in the order they were added.

    ``add`` may be called several times for one spec. A null says "not stated" and never overwrites.
    """

    tables: dict[Spec, pa.Table] = field(default_factory=dict)

    def add(self, spec: Spec, table: pa.Table) -> None:
        """Add rows; columns are put into the spec's order and types, absent ones are null."""
        columns = [
            table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(len(table), f.type)
            for f in spec.arrow
        ]
        fresh = pa.table(columns, schema=spec.arrow)
        known = self.tables.get(spec)
        self.tables[spec] = fresh if known is None else pa.concat_tables([known, fresh])


@dataclass(frozen=True)
class Change:
    """The delta of one spec: full rows to create and to change, keys to retire, and how many stay."""

    spec: Spec
    created: pa.Table
    changed: pa.Table
    retired: pa.Table
    unchanged: int


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


def scratch() -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory; it says nothing on stdout, which belongs to answers."""
    db = duckdb.connect()
    db.execute("SET enable_progress_bar = false")
    return db


def _quoted(name: str) -> str:
    return '"' + name + '"'


def _key(spec: Spec) -> tuple[str, ...]:
    return ("key",) if isinstance(spec, NodeSpec) else spec.key


def compare(spec: Spec, incoming: pa.Table, stored: pa.Table, db: duckdb.DuckDBPyConnection) -> Change:
    """Compare the incoming rows of one spec with the stored ones.

    Of incoming rows with one identity the last stated value of each property counts, of the ends of a single
    relationship the last one. ``stored`` must hold
    every stored row with an incoming identity and, for an owned relationship, every stored row of an incoming
    owner; of those, the ones not delivered again are retired. ``db`` is scratch space.

    Returns:
        The change; ``created`` and ``changed`` are full rows sorted by identity.
    """
    key = [_quoted(k) for k in _key(spec)]
    rest = [_quoted(n) for n in spec.arrow.names if n not in _key(spec)]
    on = " AND ".join(f"i.{k} IS NOT DISTINCT FROM s.{k}" for k in key)
    last = ", ".join(f"last({c} ORDER BY _row) FILTER ({c} IS NOT NULL) AS {c}" for c in rest)
    merged = ", ".join([*(f"i.{k}" for k in key), *(f"coalesce(i.{c}, s.{c}) AS {c}" for c in rest)])
    differs = " OR ".join(f"(i.{c} IS NOT NULL AND i.{c} IS DISTINCT FROM s.{c})" for c in rest) or "false"
    order = ", ".join(key)
    db.register("incoming_rows", incoming.append_column("_row", pa.array(range(len(incoming)), pa.int64())))
    db.register("stored", stored.append_column("_here", pa.array([True] * len(stored), pa.bool_())))
    counting = f"SELECT {order}, {last} FROM ({_counting(spec)}) GROUP BY {order}"  # noqa: S608 names of the model
    db.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {counting}")
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT {merged}, s._here IS NULL AS _new, ({differs}) AS _differs "  # noqa: S608
        f"FROM incoming i LEFT JOIN stored s ON {on}"
    )
    columns = ", ".join(_quoted(n) for n in spec.arrow.names)

    def rows(where: str) -> pa.Table:
        text = f"SELECT {columns} FROM compared WHERE {where} ORDER BY {order}"  # noqa: S608
        return db.sql(text).to_arrow_table().cast(spec.arrow)

    created, changed = rows("_new"), rows("NOT _new AND _differs")
    total = db.execute("SELECT count(*) FROM incoming").fetchall()[0][0]
    retired = _retired(db, spec, order, on)
    return Change(spec, created, changed, retired, total - len(created) - len(changed))


def _counting(spec: Spec) -> str:
    """Return the text of the incoming rows that count."""
    if isinstance(spec, NodeSpec) or not spec.single:
        return "SELECT * FROM incoming_rows"
    owner = "from_key" if spec.owner == "source" else "to_key"
    other = "to_key" if spec.owner == "source" else "from_key"
    return f"SELECT * FROM incoming_rows QUALIFY {other} = arg_max({other}, _row) OVER (PARTITION BY {owner})"  # noqa: S608


def _retired(db: duckdb.DuckDBPyConnection, spec: Spec, order: str, on: str) -> pa.Table:
    names = [*_key(spec)]
    empty = pa.schema([spec.arrow.field(n) for n in names]).empty_table()
    if isinstance(spec, NodeSpec) or spec.owner_column is None:
        return empty
    owner = _quoted(spec.owner_column)
    text = (
        f"SELECT {order} FROM stored s WHERE {owner} IN (SELECT {owner} FROM incoming) "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM incoming i WHERE {on}) ORDER BY {order}"
    )
    return db.sql(text).to_arrow_table().cast(empty.schema)


def owners(spec: Spec, incoming: pa.Table) -> tuple[str, pa.Array]:
    """Return the column and the distinct keys by which stored rows must be read to compare ``incoming``."""
    column = "key" if isinstance(spec, NodeSpec) else spec.owner_column or "from_key"
    return column, pc.unique(incoming[column].combine_chunks())


class Reader(Protocol):
    """The part of a read session that a comparison needs."""

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        """Return stored nodes."""

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        """Return stored relationships."""

    def version(self) -> int:
        """Return the graph version."""


def plan(facts: Facts, reader: Reader) -> Delta:
    """Compare all facts with what is stored; only rows that can matter are read."""
    empty = reader.version() == 0
    specs = sorted(facts.tables, key=lambda s: isinstance(s, RelationshipSpec))
    with scratch() as db:
        return Delta(
            tuple(
                compare(spec, facts.tables[spec], _nothing(spec) if empty else _stored(spec, facts, reader), db)
                for spec in specs
            )
        )


def _nothing(spec: Spec) -> pa.Table:
    return spec.arrow.empty_table()


def _stored(spec: Spec, facts: Facts, reader: Reader) -> pa.Table:
    column, keys = owners(spec, facts.tables[spec])
    if isinstance(spec, NodeSpec):
        return reader.nodes(spec, keys)
    return reader.relationships(spec, column, keys)


def all_new(facts: Facts) -> Delta:
    """Return the delta of facts against an empty store."""
    with scratch() as db:
        return Delta(tuple(compare(spec, table, _nothing(spec), db) for spec, table in facts.tables.items()))
