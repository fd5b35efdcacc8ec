"""Snapshots: every cell and fact of coverage as of a day, fixed in files; what changed between two, and why.

A snapshot is ``<id>.parquet`` (cells), ``<id>.facts.parquet`` (resources and demand rows behind them) and ``<id>.json``
(graph and taxonomy version, parameters, checksums), written last: without it there is no snapshot. The id
holds the checksum, so the same snapshot has the same bytes.
"""

import hashlib
import io
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from graph.errors import BadParameter, NotFound, SealBroken
from graph.language import Text
from graph.projection import plain_rows
from graph.schema import fingerprint
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.coverage import CoverageQuestion, cells_of, cube_of
from queries.cube import Cube
from queries.what_if.scenarios import NAME, write_whole

FOLDER = "snapshots"
CELL = ["region", "industry", "service_type"]
NUMBERS = ["demand", "supply", "ratio", "unmet", "providers", "state"]
DIFFERENT = 1e-9
MOST_DAYS = 400


class Snapshot(Result):
    """What a snapshot fixes."""

    id: str
    graph_version: int
    taxonomy_version: str
    parameters: dict[str, object]
    cells: int
    unmet: float
    ratio: float | None
    data_class: dict[str, int]
    sha256: str = Field(description="单元文件的校验和 / checksum of the file of cells")
    facts_sha256: str


class Cause(Result):
    """A fact that differs between two snapshots."""

    kind: str = Field(description="resource | demand")
    change: str = Field(description="added | removed | expired | started | changed")
    key: str = Field(description="资源标识，或 地区/产业链 / resource key, or region/chain")


class CellDiff(Result):
    """A cell that differs.

    new: demand where none was known or none was; closed: the reverse; better, worse: less or more unmet demand.
    """

    region: str
    industry: str
    service_type: str
    kind: str = Field(description="new | closed | better | worse")
    state_before: str | None
    state_after: str | None
    unmet_before: float | None
    unmet_after: float | None
    causes: list[Cause] = Field(description="可及此单元的变动；空：同一资源在别处的需求变了 / none: demand elsewhere")


class Diff(Result):
    """What changed from one snapshot to another."""

    before: Snapshot
    after: Snapshot
    counts: dict[str, int]
    cells: list[CellDiff]


class Point(Result):
    """A group on one day."""

    as_of: date
    demand: float | None
    unmet: float | None
    ratio: float | None
    providers: int
    state: str


def create(store: Store, question: CoverageQuestion) -> Answer[Snapshot]:
    """Fix every cell as of a day; only day, standard, freshness and rates of the question count.

    Raises:
        DiskFull, FileUnwritable: it cannot be written; nothing is left.
    """
    version, cube = cube_of(store, question)
    cells = cells_of(cube, CoverageQuestion(standard=question.standard))[[*CELL, *NUMBERS, "reasons"]]
    content, facts = _bytes(cells), _bytes(_facts(cube))
    parameters = question.model_dump(mode="json", include={"as_of", "standard", "freshness_days", "rates"})
    demand = cells["demand"].sum()
    fixed = {
        "graph_version": version, "taxonomy_version": fingerprint(), "parameters": parameters, "cells": len(cells),
        "unmet": float(cells["unmet"].sum()),
        "ratio": 1.0 - float(cells["unmet"].sum() / demand) if demand > 0 else None,
        "data_class": cube.facts.data_class(),
        "sha256": hashlib.sha256(content).hexdigest(), "facts_sha256": hashlib.sha256(facts).hexdigest(),
    }  # fmt: skip
    mark = hashlib.sha256(json.dumps(fixed, sort_keys=True).encode()).hexdigest()[:8]
    made = Snapshot.model_validate({"id": f"{question.as_of}-v{version}-{mark}", **fixed})
    folder = store.home / FOLDER
    write_whole(folder / f"{made.id}.parquet", content)
    write_whole(folder / f"{made.id}.facts.parquet", facts)
    write_whole(folder / f"{made.id}.json", made.model_dump_json().encode())
    return Answer(data=made, meta=meta(version, parameters, made.data_class))


def _bytes(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()


def _facts(cube: Cube) -> pd.DataFrame:
    """Return kind, key, chains, types, scope (lists), active and what tells one version of a fact from another."""
    supply, offered = cube.facts.supply, cube.offered.resources
    lists = {
        name: offered["resource"].map(frame.groupby("resource")[column].agg(lambda v: sorted(set(v))))
        for name, frame, column in (
            ("chains", supply.chains, "chain"), ("types", supply.types, "service_type"),
            ("scope", supply.scopes, "region"),
        )
    }  # fmt: skip
    kept = {n: [v if isinstance(v, list) else [] for v in column] for n, column in lists.items()}
    told = offered.astype(object).where(offered.notna(), None).map(str).agg("|".join, axis=1)
    resources = pd.DataFrame({"kind": "resource", "key": offered["resource"], **kept,
                              "active": cube.offered.active, "told": told})  # fmt: skip
    grid, types = cube.grid, len(cube.grid.types)
    demand = cube.demand.reshape(len(grid.regions), -1, types)
    chains = grid.chains["key"].tolist()
    rows = [
        {"kind": "demand", "key": f"{region}/{chain}", "chains": [chain], "types": [], "scope": [region],
         "active": True, "told": ",".join(f"{v:.12g}" for v in demand[r, c])}
        for r, region in enumerate(grid.regions["key"]) for c, chain in enumerate(chains)
    ]  # fmt: skip
    return pd.concat([resources, pd.DataFrame(rows, columns=resources.columns)], ignore_index=True)


def snapshots(store: Store) -> list[Snapshot]:
    """Return all snapshots, by id."""
    return [_meta_of(p) for p in sorted((store.home / FOLDER).glob("*.json"))]


def _meta_of(path: Path) -> Snapshot:
    return Snapshot.model_validate_json(path.read_text(encoding="utf-8"))


def find(store: Store, id_: str) -> Snapshot:
    """Return a snapshot by its id.

    Raises:
        NotFound: there is none.
    """
    path = store.home / FOLDER / f"{id_}.json"
    if not NAME.fullmatch(id_) or not path.exists():
        raise NotFound(kind=Text("快照", "snapshot"), key=id_)
    return _meta_of(path)


def _read(store: Store, snapshot: Snapshot, end: str, digest: str) -> pd.DataFrame:
    path = store.home / FOLDER / f"{snapshot.id}{end}"
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise SealBroken(what=path.name)
    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
    return frame


def diff(store: Store, before: str, after: str) -> Answer[Diff]:
    """Return the cells that differ between two snapshots, largest difference of unmet demand first.

    Raises:
        NotFound: there is no such snapshot.
        SealBroken: a file of it is not what was written.
    """
    one, other = find(store, before), find(store, after)
    frames = [_read(store, s, ".parquet", s.sha256).set_index(CELL)[["demand", "unmet", "state"]] for s in (one, other)]
    both = frames[0].add_suffix("_before").join(frames[1].add_suffix("_after"), how="outer").reset_index()
    had, has = both["demand_before"].fillna(0.0) > 0, both["demand_after"].fillna(0.0) > 0
    change = both["unmet_after"].fillna(0.0) - both["unmet_before"].fillna(0.0)
    both["kind"] = ""
    both.loc[had & has & (change > DIFFERENT), "kind"] = "worse"
    both.loc[had & has & (change < -DIFFERENT), "kind"] = "better"
    both.loc[~had & has, "kind"] = "new"
    both.loc[had & ~has, "kind"] = "closed"
    order = change.abs().sort_values(ascending=False, kind="stable").index
    changed = both.loc[order].query("kind != ''")
    causes = _causes(*(_read(store, s, ".facts.parquet", s.facts_sha256) for s in (one, other)))
    cells = [_cell_diff(row, causes) for row in plain_rows(changed)]
    counts = {k: int((changed["kind"] == k).sum()) for k in ("new", "closed", "better", "worse")}
    data = Diff(before=one, after=other, counts=counts, cells=cells)
    return Answer(data=data, meta=meta(other.graph_version, {"before": before, "after": after}, other.data_class))


Fact = tuple[Cause, frozenset[str], frozenset[str], frozenset[str]]


def _causes(one: pd.DataFrame, other: pd.DataFrame) -> list[Fact]:
    """Return the facts that differ with their chains, types and scope, before and after together."""
    both = one.merge(other, on=["kind", "key"], how="outer", suffixes=("_a", "_b"), indicator=True)
    made: list[Fact] = []
    for row in both.to_dict("records"):
        ends = [e for e, side in (("_a", "right_only"), ("_b", "left_only")) if row["_merge"] != side]
        chains, types, scope = (
            frozenset(str(v) for e in ends for v in row[name + e]) for name in ("chains", "types", "scope")
        )
        change = {"left_only": "removed", "right_only": "added"}.get(row["_merge"])
        if change is None and row["active_a"] != row["active_b"]:
            change = "started" if row["active_b"] else "expired"
        lists = (
            any(list(row[n + "_a"]) != list(row[n + "_b"]) for n in ("chains", "types", "scope")) if not change else 0
        )
        if change is None and (lists or row["told_a"] != row["told_b"]):
            change = "changed"
        if change:
            made.append((Cause(kind=row["kind"], change=change, key=row["key"]), chains, types, scope))
    return made


def _cell_diff(row: "dict[str, object]", causes: list[Fact]) -> CellDiff:
    region, chain, type_ = (str(row[c]) for c in CELL)
    above = {region, region[:4] + "00", region[:2] + "0000"}
    its = [
        c
        for c, chains, types, scope in causes
        if (not chains or chain in chains) and (not types or type_ in types) and (not scope or above & scope)
    ]
    plain = {k: None if isinstance(v, float) and v != v else v for k, v in row.items()}  # noqa: PLR0124
    fields = ("state_before", "state_after", "unmet_before", "unmet_after", "kind")
    named = {"region": region, "industry": chain, "service_type": type_, **{f: plain[f] for f in fields}}
    return CellDiff.model_validate({**named, "causes": its})


def series(store: Store, question: CoverageQuestion, first: date, last: date, every: str = "month") -> list[Point]:
    """Return the group that the question's filters make, on each day from first to last, on the present graph.

    Raises:
        BadParameter: days reversed, too many, or an unknown step.
    """
    steps = {"day": "D", "week": "7D", "month": "MS", "year": "YS"}
    if every not in steps:
        raise BadParameter(name="every", value=every, reason=" | ".join(steps))
    if first > last:
        raise BadParameter(name="from", value=first, reason=Text(f"晚于 {last}", f"after {last}"))
    days = [first, *(d.date() for d in pd.date_range(first, last, freq=steps[every]) if d.date() != first)]
    if len(days) > MOST_DAYS:
        raise BadParameter(name="every", value=every, reason=Text(f"多于 {MOST_DAYS} 点", f"over {MOST_DAYS} points"))
    made = []
    for day in days:
        asked = question.model_copy(update={"as_of": day, "group_by": ()})
        _, cube = cube_of(store, asked)
        row = cells_of(cube, asked).iloc[0]
        numbers = {n: None if pd.isna(row[n]) else float(row[n]) for n in ("demand", "unmet", "ratio")}
        made.append(Point(as_of=day, providers=int(row["providers"]), state=str(row["state"]), **numbers))
    return made
