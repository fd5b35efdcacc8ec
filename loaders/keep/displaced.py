"""Nodes that show what is true of others: programs before this one wrote so where somebody read as a load ended.

Ladybug 0.22 put changed nodes in the places of others (decision 0032). What each node should show stands beside the
graph: in the statements of its own key or, for the sums of a month, in the ledger.
"""

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.comparison import ABOUT
from graph.delta import PLACE
from graph.schema import NodeSpec
from graph.scratch import scratch
from graph.stores.base import ReadSession
from loaders.keep.changes import FILE as CHANGES
from loaders.keep.changes import kind_of
from loaders.keep.history import History, read_rows, rows_in
from loaders.merge.service_ledger import MONTHS, RECORDS, all_months
from loaders.merge.statements import RETIRED, slug

BLOCK = 2048
"""Rows of a node table that no change can have left their places in: Ladybug's vector."""
SUMS = ("services", "online", "rated", "satisfied", "rating_sum", "enterprises")


def displaced(history: History, session: ReadSession) -> dict[NodeSpec, list[str]]:
    """Return the keys of the nodes that show what is another's, by what they are.

    Raises:
        HomeDamaged: a file of the history is not what was written.
    """
    found = {}
    for spec in _changed(history):
        rows = session.nodes(spec)
        if len(rows) > BLOCK:
            keys = _wrong_months(rows, history) if spec.name == "ServiceMonth" else _of_others(spec, rows, history)
            if keys:
                found[spec] = keys
    return found


def _changed(history: History) -> list[NodeSpec]:
    """Return what a load has changed nodes of; all, where a load of earlier versions does not tell."""
    files = history.files(CHANGES)
    if len(files) < len(history.folders()):
        return list(schema.nodes().values())
    kinds = (read_rows(file, columns=["kind"], filters=[("change", "=", "changed")])["kind"] for file in files)
    told = {kind for column in kinds for kind in pc.unique(column).to_pylist()}
    return [spec for spec in schema.nodes().values() if kind_of(spec) in told]


def _of_others(spec: NodeSpec, rows: pa.Table, history: History) -> list[str]:
    """Return the nodes with a value that none of their statements gives, and all of whose values another's give.

    What a node got of one that was merged into it is no other node's, and what follows from other facts nobody states.
    """
    files = history.files(slug(spec))
    if not files:
        return []
    with scratch() as db:
        db.register("nodes", rows)
        said = rows_in(files, spec.arrow.append(PLACE).append(RETIRED), db)
        db.execute(f"CREATE OR REPLACE TEMP TABLE said AS SELECT * FROM {said}")  # noqa: S608 names of the model
        columns = [f'"{name}"' for name in spec.arrow.names if name not in ("key", *ABOUT)]
        there = db.sql(f"SELECT {', '.join(f'count({c}) > 0' for c in columns)} FROM said").fetchall()[0]  # noqa: S608
        columns = [column for column, given in zip(columns, there, strict=True) if given]
        given = "(x.{c} IS NULL OR EXISTS (FROM said z WHERE z.key = y.key AND z.{c} = x.{c}))"
        alike = " AND ".join(given.format(c=c) for c in columns)
        text = (
            "SELECT x.key FROM (SELECT * FROM nodes WHERE key IN (SELECT key FROM said)) x "  # noqa: S608
            "ANTI JOIN said USING (key, {c}) JOIN said y ON y.{c} = x.{c} AND y.key <> x.key "
            f"SEMI JOIN nodes n ON n.key = y.key WHERE {alike}"
        )
        found = (row for c in columns for row in db.sql(text.format(c=c)).fetchall())
        return sorted({key for (key,) in found})


def _wrong_months(rows: pa.Table, history: History) -> list[str]:
    """Return the sums of services that are not what the ledger's records give."""
    if not history.files(RECORDS) or history.files(MONTHS):
        return []
    made = all_months(history)
    differs = " OR ".join(f"abs(coalesce(n.{c}, 0) - coalesce(m.{c}, 0)) > 1e-6" for c in SUMS)
    with scratch() as db:
        db.register("nodes", rows)
        db.register("made", made)
        text = (
            f"SELECT n.key FROM nodes n LEFT JOIN made m USING (key) WHERE {differs} OR n.month <> m.month ORDER BY key"  # noqa: S608
        )
        return [key for (key,) in db.sql(text).fetchall()]
