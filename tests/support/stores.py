"""Stores for tests that need many: made once and copied, with the reference data and, where asked, tables loaded."""

import os
import shutil
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference

NAME = "w.lbug"
WORLDS = "SHUNIU_TEST_WORLDS"
"""Folder of the stores made so far: of one run, for all its workers, or of many that run the same tests again."""


WAYS = {"logged": sys.maxsize, "bulk": 0}
"""How an embedded store writes new rows -> from how many on they go past its log (``embedded_writing.BULK_ROWS``)."""


class Twins(NamedTuple):
    """An embedded store and a Neo4j that were told the same."""

    embedded: Store
    neo4j: Store


def delivery(folder: Path, tables: Mapping[str, str]) -> Path:
    """Write tables, the text of each by its name, as CSV files into a folder ``tables`` of a folder; return it."""
    place = folder / "tables"
    place.mkdir(parents=True)
    for name, text in tables.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


def _made() -> Path:
    return Path(os.environ[WORLDS])


def _reference() -> Path:
    folder = _made() / "reference"
    if not folder.exists():
        with open_store(f"ladybug://{_draft(folder) / NAME}") as store:
            ensure_reference(store)
        _finish(folder)
    return folder


def _draft(folder: Path) -> Path:
    draft = folder.with_name(f"{folder.name}-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def _finish(folder: Path) -> None:
    """Let a draft stand in its place, but where another process was first."""
    draft = folder.with_name(f"{folder.name}-{os.getpid()}")
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft)


def new_store(path: Path) -> Store:
    """Return a new embedded store at a path; it holds the reference data alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return open_store(f"ladybug://{copy_store(_reference() / NAME, path)}")


def loaded_store(tables: Path, folder: Path, *, faulty: bool = False) -> Store:
    """Return a new embedded store in a folder; it holds the reference data and a delivery, faulty rows as stated."""
    files = sorted(f for f in tables.rglob("*") if f.is_file())
    name = sha256(b"\0".join(p for f in files for p in (f.name.encode(), f.read_bytes()))).hexdigest()[:16]
    ready = _made() / name
    if not ready.exists():
        with new_store(_draft(ready) / NAME) as store:
            assert bool(load(store, [tables]).issues) == faulty
        _finish(ready)
    shutil.copytree(ready, folder, dirs_exist_ok=True)
    return open_store(f"ladybug://{folder / NAME}")


def world_file(tables: Path, to: Path) -> Path:
    """Put such a store, without faulty rows and closed, at a path; return it."""
    folder = to.with_name(f"{to.name}-made")
    loaded_store(tables, folder).close()
    copy_store(folder / NAME, to)
    shutil.rmtree(folder)
    return to


def copy_store(file: str | Path, to: Path) -> Path:
    """Copy a closed embedded store, its file and the folder beside it, to a path or into a folder."""
    source = Path(str(file).removeprefix("ladybug://"))
    target = to / source.name if to.is_dir() else to
    shutil.copy(source, target)
    if (beside := source.with_name(f"{source.name}.d")).is_dir():
        shutil.copytree(beside, target.with_name(f"{target.name}.d"), dirs_exist_ok=True)
    return target
