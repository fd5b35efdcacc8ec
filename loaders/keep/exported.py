"""A graph put back from its export as Parquet, into an empty store of either kind; no other store has to be opened.

An export has no journal and no sources: the history is made of what the graph says, as where it was lost.
"""

import json
from pathlib import Path
from typing import Any

from graph.comparison import plan
from graph.delta import Facts
from graph.errors import BackupRefused, FileMissing, StoreNewer, StoreOutdated
from graph.evolution import as_now, ensure_readable
from graph.export.export import Form
from graph.export.tabular import read_parquet
from graph.home import Home
from graph.language import Text
from graph.manifest import MANIFEST, entry_of
from graph.stores.base import Store
from loaders.gathering import Progress, silent
from loaders.keep.adoption import adopt_graph
from loaders.keep.backup import filled


def restore_export(folder: Path, store: Store, *, progress: Progress = silent) -> Path | None:
    """Put an export into an empty store; every file is checked before anything is touched.

    Return where the folder beside the store is now that told of an earlier graph, if there was one.

    Raises:
        BackupRefused: the folder is no whole export as Parquet, of another model, or the store is not empty.
        DatabaseShared: the store holds what no load wrote.
        FileMissing: there is no such folder, or no manifest in it.
        StoreProblem: the store failed; what it holds of the graph is told to nobody.
    """
    _check(folder)
    with Home(store.home).lock():
        store.settle()
        store.ensure_own()
        if filled(store):
            why = Text(
                "存储不是空的；导出只能装进空的存储", "the store is not empty; an export fills an empty one alone"
            )
            raise BackupRefused(path=folder, reason=why)
        facts = Facts()
        for part in read_parquet(folder):
            facts.add(part.spec, as_now(part.table, part.spec))
            progress("restore", len(part.table))
        store.apply(plan(facts, None))
    _, aside = adopt_graph(store)
    return aside


def _check(folder: Path) -> None:
    """Let a whole export as Parquet of a model that is known here pass."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        form, model = manifest["format"], manifest["model"]
        stated = {file["name"]: (file["bytes"], file["sha256"]) for file in manifest["files"]}
    except OSError as error:
        raise FileMissing(path=folder / MANIFEST) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _refused(
            folder, "manifest.json 不是导出写下的", "its manifest.json is not what an export wrote"
        ) from error
    if form != Form.parquet or "only" in manifest:
        how = "shuniu export --format parquet"
        raise _refused(folder, f"需要整个图的 Parquet 导出（{how}）", f"wanted is the whole graph as Parquet ({how})")
    for name, entry in stated.items():
        found = entry_of(folder / name) if (folder / name).is_file() else None
        if not found or (found.size, found.sha256) != entry:
            raise _refused(folder, f"{name} 缺失或已改动", f"{name} is missing or was changed")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}
    for name in sorted(there - set(stated)):
        raise _refused(folder, f"{name} 不在 manifest.json 中", f"{name} is not in its manifest.json")
    try:
        ensure_readable([model], folder)
    except StoreNewer as error:
        raise _refused(folder, "由更新版本的程序写成", "a newer version of the program wrote it") from error
    except StoreOutdated as error:
        raise _refused(folder, "由模型不兼容的早期版本写成", "an earlier version of another model wrote it") from error


def _refused(folder: Path, zh: str, en: str) -> BackupRefused:
    return BackupRefused(path=folder, reason=Text(zh, en))
