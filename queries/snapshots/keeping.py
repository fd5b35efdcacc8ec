"""Snapshots are kept in files: every cell of a day, the resources behind them, and how far these reach.

A snapshot is ``<id>.parquet`` (cells), ``<id>.facts.parquet`` (resources: who they suit and R, the capacity for each
demanded service), ``<id>.reach.parquet`` (weight of each profile at each region) and ``<id>.json`` (graph and taxonomy
version, parameters, checksums), written last: without it there is no snapshot. The id holds the checksum, so the same
snapshot has the same bytes.
"""

import hashlib
import io
import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import HomeDamaged, NotFound, listed_by, unreadable
from graph.home import Home
from graph.home_files import NOT_WHOLE, files_in, read_json
from graph.language import Text
from graph.projection import LAST_LOAD
from graph.schema import fingerprint
from graph.stores.base import Query, Store
from queries.answers import Answer, meta
from queries.coverage import CoverageQuestion, cells_of, cube_of
from queries.cube import Cube
from queries.data_classes import counted
from queries.snapshots.differences import Snapshot

FOLDER = "snapshots"
CELL = ["region", "industry", "service_type"]
NAMES = ["region_name", "industry_name", "service_type_name"]
NUMBERS = ["demand", "supply", "ratio", "unmet", "providers", "state"]
RESOURCE_NAMES = Query("MATCH (s:Resource) RETURN s.key AS key, s.name AS name", {"key": str, "name": str})
PARTS = {".parquet": "sha256", ".facts.parquet": "facts_sha256", ".reach.parquet": "reach_sha256"}
"""Files of a snapshot and where their checksums stand."""
SNAPSHOT = Text("快照", "snapshot")
LISTED = listed_by("shuniu snapshot list", "GET /v1/snapshots")
TO_MAKE = Text(
    "shuniu snapshot create 固定今天的情形，加 --as-of 固定以前某天的。",
    "`shuniu snapshot create` keeps today, with --as-of an earlier day.",
)


class NoneYet(NotFound):
    """There is nothing of a kind; ``way`` says how the first is made."""

    message = Text("还没有{kind}", "There is no {kind} yet")


@dataclass(frozen=True)
class Kept:
    """A snapshot as frames.

    ``cells``: CELL, NAMES, NUMBERS and data_class. ``resources``: key, name, told (all its facts as one text), chains
    (empty: any), types, active, share (R, 0 where not active), profile. ``reach``: profile, region, weight, those
    above 0.
    """

    snapshot: Snapshot
    cells: pd.DataFrame
    resources: pd.DataFrame
    reach: pd.DataFrame


def create(store: Store, question: CoverageQuestion, *, automatic: bool = False) -> Answer[Snapshot]:
    """Fix every cell as of a day; only day, standard, freshness and rates of the question count.

    ``automatic``: nobody asked for it; one that somebody asked for stays what it is.

    Raises:
        DiskFull, FileUnwritable: it cannot be written; nothing is left.
    """
    version, cube = cube_of(store, question)
    with store.read() as session:
        names = session.frame(RESOURCE_NAMES).set_index("key")["name"]
        finished = session.frame(LAST_LOAD)["finished"]
    cells = cells_of(cube, CoverageQuestion(standard=question.standard))
    frames = (cells[[*CELL, *NAMES, *NUMBERS, "reasons", "data_class"]], _resources(cube, names), _reach(cube))
    files = dict(zip(PARTS, map(_bytes, frames), strict=True))
    parameters = question.model_dump(mode="json", include={"as_of", "standard", "freshness_days", "rates"})
    demand, unmet = float(cells["demand"].sum()), float(cells["unmet"].sum())
    fixed = {
        "graph_version": version, "taxonomy_version": fingerprint(), "parameters": parameters, "cells": len(cells),
        "unmet": unmet if cells["unmet"].notna().any() else None, "ratio": 1.0 - unmet / demand if demand > 0 else None,
        "data_class": cube.facts.data_class(),
        **{name: hashlib.sha256(files[end]).hexdigest() for end, name in PARTS.items()},
    }  # fmt: skip
    mark = hashlib.sha256(json.dumps(fixed, sort_keys=True).encode()).hexdigest()[:8]
    id_ = f"{question.as_of}-v{version}-{mark}"
    automatic = automatic and not any(kept.id == id_ and not kept.automatic for kept in snapshots(store))
    known_at = None if finished.empty or pd.isna(finished.iloc[0]) else pd.Timestamp(finished.iloc[0]).to_pydatetime()
    made = Snapshot.model_validate({"id": id_, **fixed, "known_at": known_at, "automatic": automatic})
    contents = {f"{FOLDER}/{made.id}.json": made.model_dump_json().encode()}
    Home(store.home).keep({f"{FOLDER}/{made.id}{end}": content for end, content in files.items()} | contents)
    return Answer(data=made, meta=meta(version, parameters, made.data_class))


def _bytes(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()


def _resources(cube: Cube, names: "pd.Series[str]") -> pd.DataFrame:
    supply, offered = cube.facts.supply, cube.offered.resources
    lists = {
        name: offered["resource"].map(frame.groupby("resource")[column].agg(lambda v: sorted(set(v))))
        for name, frame, column in (
            ("chains", supply.chains, "chain"), ("types", supply.types, "service_type"),
            ("scope", supply.scopes, "region"),
        )
    }  # fmt: skip
    kept = {n: [v if isinstance(v, list) else [] for v in column] for n, column in lists.items()}
    facts = offered.assign(**{name: list(map(str, values)) for name, values in kept.items()})
    facts_ = ["|".join(map(str, row)) for row in facts.astype(object).where(facts.notna(), None).to_numpy()]
    return pd.DataFrame(
        {
            "key": offered["resource"], "name": offered["resource"].map(names).astype(object), "told": facts_,
            "chains": kept["chains"], "types": kept["types"], "active": cube.offered.active,
            "share": np.where(cube.offered.active, cube.share, 0.0), "profile": cube.offered.profile,
        }
    )  # fmt: skip


def _reach(cube: Cube) -> pd.DataFrame:
    profile, region = np.nonzero(cube.offered.weight)
    keys = cube.grid.regions["key"].to_numpy(dtype=object)
    return pd.DataFrame(
        {"profile": profile, "region": keys[region], "weight": cube.offered.weight[profile, region]}
    )  # fmt: skip


def snapshots(store: Store) -> list[Snapshot]:
    """Return all snapshots, by id.

    Raises:
        HomeDamaged, HomeForbidden: they cannot be read.
    """
    return [read_json(path, Snapshot) for path in files_in(store.home / FOLDER, ".json")]


def find(store: Store, id_: str) -> Snapshot:
    """Return a snapshot by its id.

    Raises:
        NotFound: there is none.
        HomeDamaged, HomeForbidden: they cannot be read.
    """
    path = store.home / FOLDER / f"{id_}.json"
    if path not in files_in(path.parent, ".json"):
        raise NotFound(kind=SNAPSHOT, key=id_, way=LISTED)
    return read_json(path, Snapshot)


def read_cells(store: Store, snapshot: Snapshot) -> pd.DataFrame:
    """Return the cells of a snapshot; of one that keeps no classes by cell, each cell has those of all.

    Raises:
        HomeDamaged: the file is not what was written.
    """
    cells = _read(store, snapshot, ".parquet")
    if "data_class" not in cells:
        cells["data_class"] = [counted(snapshot.data_class)] * len(cells)
    return cells


def read_kept(store: Store, id_: str) -> Kept:
    """Return a whole snapshot.

    Raises:
        NotFound: there is none.
        HomeDamaged: a file of it is not what was written.
    """
    snapshot = find(store, id_)
    if None in (snapshot.facts_sha256, snapshot.reach_sha256):
        kind = Text(
            "变化的原因（旧版本的快照没有保存），快照",
            "causes (a snapshot of an earlier version keeps none) for snapshot",
        )
        raise NotFound(kind=kind, key=id_)
    return Kept(
        snapshot,
        read_cells(store, snapshot),
        *(_read(store, snapshot, end) for end in (".facts.parquet", ".reach.parquet")),
    )


def _read(store: Store, snapshot: Snapshot, end: str) -> pd.DataFrame:
    path = store.home / FOLDER / f"{snapshot.id}{end}"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if hashlib.sha256(content).hexdigest() != getattr(snapshot, PARTS[end]):
        raise HomeDamaged(path=path, reason=NOT_WHOLE)
    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
    return frame
