"""Statements: every fact as it was delivered, under the key that its own row gave it.

The graph shows one value a property and one node an organisation; the statements keep what each source said, so that a
merge can be undone, a conflict listed and a value traced to its row. A load saves the statements that say something
new about their unit: a node, or all relationships of one type that one owner states.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph import schema
from graph.comparison import renewed
from graph.delta import PLACE, Facts, Spec, key_of
from graph.schema import NodeSpec, RelationshipSpec, stated
from graph.scratch import scratch
from loaders.keep.history import History, read_rows, rows_in

RETIRED = pa.field("_retired", pa.bool_())
"""Column that is true where a delivery said, by leaving it out, that a node is no more."""


def slug(spec: Spec) -> str:
    """Return the name of the file that holds a spec's statements."""
    return f"{spec.name if isinstance(spec, NodeSpec) else '.'.join(spec.slot)}.parquet"


def unit_of(spec: Spec) -> tuple[str, ...]:
    """Return the columns that name the unit in which a spec's rows are stated."""
    if isinstance(spec, RelationshipSpec) and spec.owner_column:
        return (spec.owner_column,)
    return key_of(spec)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)


def _read(spec: Spec, files: list[str], db: duckdb.DuckDBPyConnection) -> str:
    """Return the text of all statements of a spec in some files, with the name of their load."""
    return rows_in(files, spec.arrow.append(PLACE).append(RETIRED), db)


def save(facts: Facts, retired: dict[str, set[str]], history: History, folder: Path) -> bool:
    """Save what is new in ``facts`` and which nodes (label -> keys) are no more; tell whether there was anything."""
    news = False
    with scratch() as db:
        for spec in dict.fromkeys([*facts.tables, *(schema.nodes()[label] for label in retired)]):
            if stated(spec):
                rows = facts.tables.get(spec, spec.arrow.append(PLACE).empty_table())
                fresh = _fresh(spec, rows, history.files(slug(spec)), db)
                gone = sorted(retired.get(spec.name, ())) if isinstance(spec, NodeSpec) else []
                news |= _write(fresh, gone, folder / slug(spec))
    return news


def _write(fresh: pa.Table, gone: list[str], path: Path) -> bool:
    table = fresh.append_column(RETIRED, pa.array([False] * len(fresh), RETIRED.type))
    if gone:
        last = pa.table({"key": gone, RETIRED.name: [True] * len(gone)})
        table = pa.concat_tables([table, last], promote_options="default")
    if len(table):
        pq.write_table(table, path, compression="zstd")
    return bool(len(table))


def _fresh(spec: Spec, rows: pa.Table, files: list[str], db: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the rows, one a source and identity, of the units that differ from their latest statement."""
    names = [*spec.arrow.names, PLACE.name]
    by, unit = _names([*key_of(spec), "source"]), _names(unit_of(spec))
    files = [file for file in files if _states_any(file, unit_of(spec)[0], rows)]
    alone = len(pc.unique(rows[key_of(spec)[0]])) == len(rows)
    if alone and not files:
        return rows.select(names)
    db.register("delivered", rows.append_column("_row", pa.array(np.arange(len(rows)))))
    text = "SELECT * EXCLUDE (_row) FROM delivered"
    doubled = f"SELECT count(*) > count(DISTINCT ({by},)) FROM delivered"  # noqa: S608 names of the model
    if not alone and db.sql(doubled).fetchall()[0][0]:
        rest = [n for n in spec.arrow.names if n not in {*key_of(spec), "source"}]
        last = ", ".join(f'last("{c}" ORDER BY _row) FILTER ("{c}" IS NOT NULL) AS "{c}"' for c in rest)
        text = renewed(spec, f"SELECT {by}, {last}, max(_place) AS _place FROM delivered GROUP BY {by}")  # noqa: S608
    if files:
        columns = _names(spec.arrow.names)
        db.execute(f"CREATE OR REPLACE TEMP TABLE told AS {text}")
        mark = f"count(*) AS n, bit_xor(hash(({columns},))) AS h"
        text = (
            f"WITH before AS (SELECT * FROM {_read(spec, files, db)} SEMI JOIN told USING ({unit}) "  # noqa: S608
            f"QUALIFY _load = max(_load) OVER (PARTITION BY {unit})), "
            f"known AS (SELECT {unit}, {mark} FROM before WHERE NOT _retired GROUP BY {unit}), "
            f"said AS (SELECT {unit}, {mark} FROM told GROUP BY {unit}) "
            f"SELECT * FROM told SEMI JOIN (SELECT * FROM said ANTI JOIN known USING ({unit}, n, h)) USING ({unit})"
        )
    return db.sql(f"SELECT {_names(names)} FROM ({text})").to_arrow_table()  # noqa: S608


def _states_any(file: str, column: str, rows: pa.Table) -> bool:
    """Tell whether a file has a value of a column that the rows have: what it never stated it cannot differ from."""
    return bool(pc.any(pc.is_in(read_rows(file, columns=[column])[column], rows[column])).as_py())


def first_statements(spec: NodeSpec, history: History) -> list[str]:
    """Return the keys of the nodes that the first load of all, the reference data, brought."""
    first = next(iter(history.folders()), history.loads)
    file = first / slug(spec)
    keys: list[str] = read_rows(file, columns=["key"])["key"].to_pylist() if file.exists() else []
    return keys


def current(spec: Spec, keys: set[str], history: History, label: str = "") -> pa.Table:
    """Return the statements that hold today, oldest first: of nodes by key, of relationships by the key of one end.

    ``label`` says which end of a relationship the keys name. What was said of a node before it was retired, and
    what its owner has said otherwise since, holds no longer.
    """
    files = history.files(slug(spec))
    arrow = spec.arrow.append(PLACE)
    if not files or not keys:
        return arrow.empty_table()
    ends = ["key"] if isinstance(spec, NodeSpec) else _ends(spec, label)
    with scratch() as db:
        rows = _read(spec, files, db)
        db.register("wanted", pa.table({"key": sorted(keys)}))
        here = " OR ".join(f"{end} IN (SELECT key FROM wanted)" for end in ends)  # noqa: S608
        if isinstance(spec, NodeSpec):
            text = f"SELECT * FROM {rows} WHERE {here} QUALIFY {_SINCE_RETIRED}"  # noqa: S608
        elif spec.owner_column:
            unit = spec.owner_column
            owners = f"SELECT {unit} FROM {rows} WHERE {here}"  # noqa: S608
            text = (
                f"SELECT * FROM (SELECT * FROM {rows} WHERE {unit} IN ({owners}) "  # noqa: S608
                f"QUALIFY _load = max(_load) OVER (PARTITION BY {unit})) WHERE {here}"
            )
        else:
            text = f"SELECT * FROM {rows} WHERE {here}"  # noqa: S608
        if isinstance(spec, RelationshipSpec):
            for end, of in (("from_key", spec.source), ("to_key", spec.target)):
                text = _of_living(text, end, schema.nodes()[of], history, db)
        text = f"SELECT {_names(arrow.names)} FROM ({text}) ORDER BY _load, _place"  # noqa: S608
        return db.sql(text).to_arrow_table().cast(arrow)


_SINCE_RETIRED = "NOT _retired AND _load > coalesce(max(CASE WHEN _retired THEN _load END) OVER (PARTITION BY key), '')"


def _ends(spec: RelationshipSpec, label: str) -> list[str]:
    return [end for end, of in (("from_key", spec.source), ("to_key", spec.target)) if of == label]


def _of_living(text: str, end: str, of: NodeSpec, history: History, db: duckdb.DuckDBPyConnection) -> str:
    """Return the text without what was said of a node before it was retired."""
    files = history.files(slug(of))
    if not files:
        return text
    gone = f"SELECT key, max(_load) AS _gone FROM {_read(of, files, db)} WHERE _retired GROUP BY key"  # noqa: S608
    return (
        f"SELECT r.* FROM ({text}) r LEFT JOIN ({gone}) g ON r.{end} = g.key "  # noqa: S608
        "WHERE _gone IS NULL OR r._load > _gone"
    )
