"""What each load created, changed and deleted in the graph: identities, kept in the load's own folder.

They stand beside the statements, which tell what was said and not what became of it. A copy of the graph that was true
at one version is brought up to another by what these files name between the two.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph import schema
from graph.delta import Delta, Spec, key_of
from graph.errors import BadParameter, ChangesGone
from graph.language import Text
from graph.schema import NodeSpec
from graph.scratch import scratch
from loaders.keep.history import History

FILE = "changes.parquet"
IDENTITY = ("first", "second", "third")
"""Columns of an identity: a key; or both ends, and what else tells two relationships of one type apart, as text."""
SHAPE = pa.schema(
    [pa.field(name, pa.string()) for name in ("kind", "change", *IDENTITY)] + [pa.field("data_class", pa.string())]
)
MARK = re.compile(r"(?:load-)?(?P<version>\d{1,9})(?:-(?P<token>[0-9a-f]{8}))?", re.ASCII)
MARK_TOKEN = 8
"""Characters of a load's token that tell the load of one history from that of another with the same number."""


@dataclass(frozen=True)
class Changes:
    """What is to be done to a copy: ``rows`` of SHAPE, deletions first, in the order in which they can be done."""

    since: str
    until: str
    rows: pa.Table


def kind_of(spec: Spec) -> str:
    """Return what rows of a spec are called: ``Region``, ``PART_OF.Region.EconomicZone``."""
    return spec.name if isinstance(spec, NodeSpec) else ".".join(spec.slot)


def specs() -> dict[str, Spec]:
    """Return every spec by its kind, nodes first."""
    every: list[Spec] = [*schema.nodes().values(), *schema.relationships().values()]
    return {kind_of(spec): spec for spec in every}


def save(delta: Delta, folder: Path) -> None:
    """Write what a delta does into the folder of its load."""
    parts = [
        _rows(change.spec, name, table)
        for change in delta.changes
        for name, table in (("created", change.created), ("changed", change.changed), ("deleted", change.retired))
        if len(table)
    ]
    pq.write_table(pa.concat_tables(parts), folder / FILE, compression="zstd")


def _rows(spec: Spec, change: str, table: pa.Table) -> pa.Table:
    keys = key_of(spec)
    columns = {name: table[key].cast(pa.string()) for name, key in zip(IDENTITY, keys, strict=False)}
    columns |= {"kind": pa.repeat(kind_of(spec), len(table)), "change": pa.repeat(change, len(table))}
    if "data_class" in table.column_names:
        columns["data_class"] = table["data_class"]
    return pa.table([columns.get(f.name, pa.nulls(len(table), f.type)) for f in SHAPE], schema=SHAPE)


def changes(home: Path, since: str, version: int) -> Changes:
    """Return what was created, changed and deleted between ``since`` and a graph version, each thing once.

    ``since`` is a version, a load, or the ``until`` of earlier changes, which also tells one history from another.

    Raises:
        BadParameter: it is none of these.
        ChangesGone: what happened since is not known: it is too long ago, or of another history.
    """
    history = History(home)
    start, token = _read_mark(since)
    names = [f"load-{number:06d}" for number in range(1, version + 1)]
    files = [history.loads / name / FILE for name in names]
    first = next((at for at in range(version, 0, -1) if not files[at - 1].exists()), 0)
    tokens = history.tokens()
    if not first <= start <= version or (token and token != _token(tokens, start)):
        raise ChangesGone(since=since, first=first, last=version)
    wanted = tuple(str(file) for file in files[start:])
    return Changes(_mark(tokens, start), _mark(tokens, version), _net(wanted, _token(tokens, version)))


def _read_mark(since: str) -> tuple[int, str | None]:
    if found := MARK.fullmatch(since.strip()):
        return int(found["version"]), found["token"]
    reason = Text(
        "应为图版本、批次号，或上次回答中的 until", "a graph version, a load, or `until` of an earlier answer"
    )
    raise BadParameter(name="since", value=since, reason=reason)


def _token(tokens: dict[str, str], version: int) -> str:
    return tokens.get(f"load-{version:06d}", "")[:MARK_TOKEN]


def _mark(tokens: dict[str, str], version: int) -> str:
    token = _token(tokens, version)
    return f"{version}-{token}" if token else str(version)


@lru_cache(maxsize=2)
def _net(files: tuple[str, ...], token: str) -> pa.Table:  # noqa: ARG001 a restored history may have the same names
    """Return what several loads did, taken together: who asks page by page asks for the same again and again."""
    if not files:
        return SHAPE.empty_table()
    order = {kind: at for at, kind in enumerate(specs())}
    with scratch() as db:
        db.register("kinds", pa.table({"kind": list(order), "place": list(order.values())}))
        return _sorted(files, db)


def _sorted(files: tuple[str, ...], db: duckdb.DuckDBPyConnection) -> pa.Table:
    identity = ", ".join(IDENTITY)
    quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    text = (
        "WITH told AS (SELECT *, parse_path(filename)[-2] AS load FROM "  # noqa: S608 own paths
        f"read_parquet([{quoted}], filename = true)), "
        f"net AS (SELECT kind, {identity}, arg_min(change, load) AS was, arg_max(change, load) AS now, "
        f"coalesce(arg_max(data_class, load), '') AS data_class FROM told GROUP BY kind, {identity}) "
        "SELECT kind, CASE WHEN now = 'deleted' THEN now WHEN was = 'created' THEN was ELSE 'changed' END AS change, "
        f"{identity}, data_class FROM net JOIN kinds USING (kind) WHERE NOT (was = 'created' AND now = 'deleted') "
        f"ORDER BY now <> 'deleted', CASE WHEN now = 'deleted' THEN -place ELSE place END, {identity}"
    )
    return db.sql(text).to_arrow_table().cast(SHAPE)


def classes(rows: pa.Table) -> dict[str, int]:
    """Return how many of the facts that hold are of each data class."""
    counted = pc.value_counts(rows["data_class"]).to_pylist()
    return {entry["values"]: entry["counts"] for entry in counted if entry["values"]}
