"""How a delta is found: incoming facts beside the stored ones, compared set by set in an analytical engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.delta import PLACE, Change, Delta, Facts, Spec, key_of
from graph.schema import NodeSpec, RelationshipSpec, nodes, relationships
from graph.scratch import scratch
from graph.vocabulary import vocabulary

ABOUT = ("source", "verification", "data_class", "namesake")
"""Properties that say where a statement is from, or follow from others: sources cannot disagree about them."""


def _quoted(name: str) -> str:
    return '"' + name + '"'


def _rank(column: str) -> str:
    """Return the expression of how official a statement is: the vocabulary lists the most official first."""
    ids = vocabulary("verifications").ids
    cases = " ".join(f"WHEN '{id_}' THEN {len(ids) - at}" for at, id_ in enumerate(ids))
    return f"CASE {column} {cases} ELSE 0 END"


@dataclass(frozen=True)
class _Comparison:
    """One spec's incoming rows, one an identity, beside the stored ones; ``db`` holds both."""

    spec: Spec
    db: duckdb.DuckDBPyConnection
    whole: dict[str, set[str]]
    official: bool

    @property
    def _order(self) -> str:
        return ", ".join(_quoted(k) for k in key_of(self.spec))

    def _on(self, row: str = "i") -> str:
        return " AND ".join(f"{row}.{_quoted(k)} IS NOT DISTINCT FROM s.{_quoted(k)}" for k in key_of(self.spec))

    @property
    def _rest(self) -> list[str]:
        return [_quoted(n) for n in self.spec.arrow.names if n not in key_of(self.spec)]

    def rows(self, text: str, schema: pa.Schema) -> pa.Table:
        return self.db.sql(text).to_arrow_table().cast(schema)

    def enter(self, incoming: pa.Table, stored: pa.Table) -> None:
        """Put both sides in; of several incoming rows of one identity the last value of each property counts."""
        db, order = self.db, self._order
        db.register("incoming_rows", incoming.append_column("_row", pa.array(np.arange(len(incoming)))))
        db.register("stored", stored.append_column("_here", pa.array([True] * len(stored), pa.bool_())))
        for end, keys in self._whole_keys():
            db.register(f"whole_{end}", pa.table({"key": pa.array(sorted(keys), pa.string())}))
        counting = f"SELECT * EXCLUDE (_place) FROM ({_counting(self.spec)})"  # noqa: S608 names of the model
        doubled = db.sql(f"SELECT count(*) > count(DISTINCT ({order},)) FROM incoming_rows").fetchall()[0][0]  # noqa: S608
        if doubled:
            by = f"ORDER BY {_rank('verification')}, _row"
            last = ", ".join(f"last({c} {by}) FILTER ({c} IS NOT NULL) AS {c}" for c in self._rest)
            counting = renewed(self.spec, f"SELECT {order}, {last} FROM ({counting}) GROUP BY {order}")  # noqa: S608
        db.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {counting}")
        self._compare()

    def _whole_keys(self) -> Iterator[tuple[str, set[str]]]:
        spec = self.spec
        ends = {"key": spec.name} if isinstance(spec, NodeSpec) else {"from_key": spec.source, "to_key": spec.target}
        for end, label in ends.items():
            if keys := self.whole.get(label):
                yield end, keys

    def _is_whole(self, row: str) -> str:
        """Return the condition that everything is known of a row's node, or of one of its ends."""
        tests = [f"{row}.{end} IN (SELECT key FROM whole_{end})" for end, _ in self._whole_keys()]  # noqa: S608
        return f"({' OR '.join(tests)})" if tests else "false"

    def _compare(self) -> None:
        rest, whole = self._rest, self._is_whole("i")
        held = f"s._here AND {_rank('s.verification')} > {_rank('i.verification')}" if self.official else "false"

        def value(c: str) -> str:
            kept = f"s.{c}"
            if c == '"until"' and '"since"' in rest:  # what begins after it ended has begun anew
                kept = f'CASE WHEN i."since" > {kept} THEN NULL ELSE {kept} END'
            said = f"coalesce(i.{c}, {kept})"
            return f"CASE WHEN {whole} THEN i.{c} WHEN {held} THEN coalesce(s.{c}, i.{c}) ELSE {said} END"

        plain = [f"{value(c)} AS {c}" for c in rest]
        merged = ", ".join([*(f"i.{_quoted(k)}" for k in key_of(self.spec)), *plain])
        differs = " OR ".join(f"c.{c} IS DISTINCT FROM s.{c}" for c in rest) or "false"
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE compared AS WITH c AS (SELECT {merged}, s._here IS NULL AS _new "  # noqa: S608
            f"FROM incoming i LEFT JOIN stored s ON {self._on()}) "
            f"SELECT c.*, NOT _new AND ({differs}) AS _differs FROM c LEFT JOIN stored s ON {self._on('c')}"
        )

    def change(self) -> Change:
        """Return the change; ``created`` and ``changed`` are full rows sorted by identity."""
        columns = ", ".join(_quoted(n) for n in self.spec.arrow.names)

        def rows(where: str) -> pa.Table:
            text = f"SELECT {columns} FROM compared WHERE {where} ORDER BY {self._order}"  # noqa: S608
            return self.rows(text, self.spec.arrow)

        created, changed = rows("_new"), rows("_differs")
        there = f"EXISTS (SELECT 1 FROM compared i WHERE _differs AND {self._on()})"  # noqa: S608
        text = f"SELECT {columns} FROM stored s WHERE {there} ORDER BY {self._order}"  # noqa: S608
        replaced = self.rows(text, self.spec.arrow)
        total = self.db.execute("SELECT count(*) FROM compared").fetchall()[0][0]
        unchanged = total - len(created) - len(changed)
        return Change(self.spec, created, changed, replaced, self._retired(), unchanged, *self._outdone())

    def _outdone(self) -> tuple[pa.Table, pa.Table]:
        """Return the incoming rows with a value that another source outdoes, and the rows that show instead."""
        said = [c for c in self._rest if c.strip('"') not in ABOUT]
        outdone = " OR ".join(f"s.{c} <> i.{c}" for c in said) or "false"  # one that says nothing is not outdone
        self.db.execute(
            "CREATE OR REPLACE TEMP TABLE outdone AS SELECT s AS said, i AS shown FROM incoming_rows s "  # noqa: S608
            f"JOIN compared i ON {self._on()} WHERE s.source <> i.source AND ({outdone}) ORDER BY s._row"
        )
        columns = ", ".join(_quoted(n) for n in self.spec.arrow.names)
        said_, shown = (
            self.rows(f"SELECT {columns} FROM (SELECT unnest({side}) FROM outdone)", self.spec.arrow)  # noqa: S608
            for side in ("said", "shown")
        )
        return said_, shown

    def _retired(self) -> pa.Table:
        spec = self.spec
        gone = [self._is_whole("s")]
        if isinstance(spec, RelationshipSpec) and spec.owner_column:
            owner = _quoted(spec.owner_column)
            gone.append(f"{owner} IN (SELECT {owner} FROM incoming)")  # noqa: S608
        schema = pa.schema([spec.arrow.field(n) for n in key_of(spec)])
        if gone == ["false"]:
            return schema.empty_table()
        text = (
            f"SELECT {self._order} FROM stored s WHERE ({' OR '.join(gone)}) "  # noqa: S608
            f"AND NOT EXISTS (SELECT 1 FROM incoming i WHERE {self._on()}) ORDER BY {self._order}"
        )
        return self.rows(text, schema)


def renewed(spec: Spec, rows: str) -> str:
    """Return the text of rows made of several each, without a last day before the first: it ended an earlier period."""
    if not {"since", "until"} <= set(spec.arrow.names):
        return rows
    return f'SELECT * REPLACE (CASE WHEN "since" > "until" THEN NULL ELSE "until" END AS "until") FROM ({rows})'  # noqa: S608


def _counting(spec: Spec) -> str:
    """Return the text of the incoming rows that count."""
    if isinstance(spec, NodeSpec) or not spec.single:
        return "SELECT * FROM incoming_rows"
    owner = "from_key" if spec.owner == "source" else "to_key"
    other = "to_key" if spec.owner == "source" else "from_key"
    latest = f"arg_max({other}, ({_rank('verification')}, _row)) OVER (PARTITION BY {owner})"
    return f"SELECT * FROM incoming_rows QUALIFY {other} = {latest}"  # noqa: S608


class Reader(Protocol):
    """The part of a read session that a comparison needs."""

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        """Return stored nodes."""

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        """Return stored relationships."""


def plan(facts: Facts, reader: Reader | None, *, official: bool = False) -> Delta:
    """Compare all facts with what is stored (none: an empty store); only rows that can matter are read.

    Of several values of one property in the same facts the most official counts, then the last. Against what is
    stored, the incoming value counts, unless ``official``: then only where its statement is verified as well or better.
    """
    changes = []
    with scratch() as db:
        for spec in _specs(facts):
            comparison = _Comparison(spec, db, facts.whole, official)
            incoming = facts.tables.get(spec, spec.arrow.append(PLACE).empty_table())
            stored = _stored(spec, incoming, facts, reader, db)
            if not len(stored) and not _several(spec, incoming, db):
                changes.append(_only_new(spec, incoming))
                continue
            if _same(spec, incoming, stored):
                changes.append(_nothing_new(spec, stored))
                continue
            comparison.enter(incoming, stored)
            changes.append(comparison.change())
    return Delta(tuple(changes))


def replacement(new: Reader, present: Reader) -> Delta:
    """Return the delta that makes one graph of another, all of it."""
    facts = Facts()
    specs: list[Spec] = [*nodes().values(), *relationships().values()]
    for spec in specs:
        rows = new.nodes(spec) if isinstance(spec, NodeSpec) else new.relationships(spec)
        if len(rows):
            facts.add(spec, rows)
    facts.whole = {spec.name: set(present.nodes(spec)["key"].to_pylist()) for spec in nodes().values()}
    return plan(facts, present) if any(facts.whole.values()) else plan(facts, None)


def _several(spec: Spec, incoming: pa.Table, db: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether several rows speak of one thing, so that not all of them can be true as they are."""
    one = [spec.owner_column] if isinstance(spec, RelationshipSpec) and spec.single else key_of(spec)
    if len(incoming) == len(pc.unique(incoming[one[0]])):
        return False
    db.register("incoming_rows", incoming)
    text = f"SELECT count(*) > count(DISTINCT ({', '.join(_quoted(str(name)) for name in one)},)) FROM incoming_rows"  # noqa: S608
    return bool(db.sql(text).fetchall()[0][0])


def _same(spec: Spec, incoming: pa.Table, stored: pa.Table) -> bool:
    """Tell whether what comes is all that is stored, as when one graph is made of another that is much like it."""
    if len(incoming) != len(stored):
        return False
    order = [(name, "ascending") for name in key_of(spec)]
    return bool(incoming.select(spec.arrow.names).sort_by(order).equals(stored.sort_by(order)))


def _nothing_new(spec: Spec, stored: pa.Table) -> Change:
    none = spec.arrow.empty_table()
    return Change(spec, none, none, none, none.select(key_of(spec)), len(stored), none, none)


def _only_new(spec: Spec, incoming: pa.Table) -> Change:
    """Return the change of rows beside which nothing is stored, one a thing."""
    none = spec.arrow.empty_table()
    created = incoming.drop(PLACE.name).sort_by([(name, "ascending") for name in key_of(spec)])
    retired = pa.schema([spec.arrow.field(n) for n in key_of(spec)]).empty_table()
    return Change(spec, created.combine_chunks(), none, none, retired, 0, none, none)


def _specs(facts: Facts) -> list[Spec]:
    """Return every spec that the facts speak of, or that a node of which they are complete may have; nodes first."""
    labels = {label for label, keys in facts.whole.items() if keys}
    touched: list[Spec] = [spec for spec in nodes().values() if spec.name in labels]
    touched += [spec for spec in relationships().values() if {spec.source, spec.target} & labels]
    return sorted({**facts.tables, **dict.fromkeys(touched)}, key=lambda s: isinstance(s, RelationshipSpec))


def _stored(
    spec: Spec, incoming: pa.Table, facts: Facts, reader: Reader | None, db: duckdb.DuckDBPyConnection
) -> pa.Table:
    """Return every stored row with an incoming identity or owner, and every row of a node in ``whole``."""
    if reader is None:
        return spec.arrow.empty_table()
    if isinstance(spec, NodeSpec):
        return reader.nodes(spec, _keys(incoming["key"], facts.whole.get(spec.name)))
    owner = spec.owner_column or "from_key"
    parts = []
    for end, label in (("from_key", spec.source), ("to_key", spec.target)):
        keys = _keys(incoming[end] if end == owner else None, facts.whole.get(label))
        if len(keys) and len(rows := reader.relationships(spec, end, keys)):
            parts.append(rows)
    if not parts:
        return spec.arrow.empty_table()
    names = list(key_of(spec))
    return parts[0] if len(parts) == 1 else _distinct(pa.concat_tables(parts), names, db)


def _keys(column: pa.ChunkedArray | None, more: set[str] | None) -> pa.Array:
    stated = pc.unique(column.combine_chunks()) if column is not None else pa.array([], pa.string())
    return pc.unique(pa.concat_arrays([stated, pa.array(sorted(more), pa.string())])) if more else stated


def _distinct(table: pa.Table, names: list[str], db: duckdb.DuckDBPyConnection) -> pa.Table:
    db.register("read", table)
    on = ", ".join(_quoted(n) for n in names)
    return db.sql(f"SELECT DISTINCT ON ({on}) * FROM read").to_arrow_table().cast(table.schema)  # noqa: S608
