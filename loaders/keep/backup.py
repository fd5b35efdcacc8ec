"""A whole store in one file: the graph as columns, store-neutral, and everything of its home.

The file is a zip that ends in the SHA-256 of all before it; a backup of one kind of store restores into the other.
"""

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet as pq

from graph import schema
from graph.comparison import all_new, plan
from graph.delta import Facts, Spec
from graph.errors import BackupRefused, FileMissing, StoreMoved, unwritable
from graph.language import Text
from graph.schema import NodeSpec
from graph.stores.base import ReadSession, Store
from loaders.keep.journal import turn
from loaders.keep.vault import KEY
from loaders.merge.statements import slug
from loaders.pipeline import Progress, silent

MANIFEST = "manifest.json"
GRAPH, HOME = "graph/", "home/"
KINDS = ("journal.jsonl", "loads", "sources", "rejects", "snapshots", "scenarios", "signals.jsonl")
"""What of a home goes along; a lock is nobody's, and the key goes along only where it is asked for."""
FORM = 1
ARRIVING = "restoring"
"""Folder of a home where the files of a backup wait until the graph is written."""
SEAL_BYTES = 64
"""Length of the SHA-256 in hexadecimal, which is the zip's comment and so its very end."""


def backup(store: Store, path: Path, *, with_key: bool = False, progress: Progress = silent) -> Path:
    """Write everything of a store to one file; no load runs meanwhile.

    Raises:
        DiskFull, FileUnwritable: no room, or the place cannot be written; nothing is left there.
        StoreMoved: the graph changed while it was read.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with turn(store.home), store.read() as session, part.open("wb") as file:
            version = session.version()
            _write(file, store.home, session, version, with_key=with_key, progress=progress)
            if session.version() != version:
                raise StoreMoved
            file.flush()
            file.seek(-SEAL_BYTES, os.SEEK_END)
            file.write(_sum(part).encode())
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _write(file: Any, home: Path, session: ReadSession, version: int, *, with_key: bool, progress: Progress) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
        for spec in _specs():
            rows = session.nodes(spec) if isinstance(spec, NodeSpec) else session.relationships(spec)
            sink = io.BytesIO()
            pq.write_table(rows, sink, compression="zstd")
            _put(bundle, f"{GRAPH}{slug(spec)}", io.BytesIO(sink.getvalue()))
            progress("backup", len(rows))
        for place in _home_files(home, with_key=with_key):
            with place.open("rb") as content:
                _put(bundle, f"{HOME}{place.relative_to(home)}", content)
        manifest = {
            "form": FORM,
            "model": schema.fingerprint(),
            "version": version,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "key": _key_mark(home),
        }
        bundle.writestr(MANIFEST, json.dumps(manifest))
        bundle.comment = b"0" * SEAL_BYTES


def _key_mark(home: Path) -> str | None:
    """Return what tells one key from another without giving anything of it away."""
    key = home / KEY
    return hashlib.sha256(key.read_bytes()).hexdigest() if key.exists() else None


def _specs() -> Iterator[Spec]:
    yield from schema.nodes().values()
    yield from schema.relationships().values()


def _put(bundle: zipfile.ZipFile, name: str, content: io.BufferedIOBase) -> None:
    with bundle.open(name, "w", force_zip64=True) as member:
        shutil.copyfileobj(content, member, 1 << 20)


def _home_files(home: Path, *, with_key: bool) -> Iterator[Path]:
    for kind in (*KINDS, KEY) if with_key else KINDS:
        place = home / kind
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from sorted(p for p in place.rglob("*") if p.is_file() and p.suffix != ".part")


def restore(path: Path, store: Store, *, replace: bool = False, progress: Progress = silent) -> int:
    """Put a backup into a store and return the graph version; every part is checked before anything is touched.

    The store must be empty, unless what it holds is to be replaced.

    Raises:
        BackupRefused: the file is no whole backup, of another model, or the store is not empty or has another key.
        DatabaseShared: the store holds what no load wrote.
        FileMissing: there is no such file.
        DiskFull, FileUnwritable: no room for the home's files; nothing has changed.
        StoreProblem: the store failed; the graph is as it was.
    """
    manifest = _checked(path)
    with zipfile.ZipFile(path) as bundle, turn(store.home):
        if manifest.get("key") and _key_mark(store.home) not in (None, manifest["key"]):
            why = Text("存储已有另一把密钥；请先移开它", "the store has another key: move that one away first")
            raise BackupRefused(path=path, reason=why)
        store.settle()
        store.ensure_own()
        try:
            _unpack_home(bundle, store.home)
            _fill(path, bundle, store, replace=replace, progress=progress)
            _bring_home(store.home)
        finally:
            shutil.rmtree(store.home / ARRIVING, ignore_errors=True)
    return int(manifest["version"])


def _checked(path: Path) -> dict[str, Any]:
    """Return the manifest of a whole backup of this model."""
    try:
        with path.open("rb") as file:
            file.seek(-min(SEAL_BYTES, path.stat().st_size), os.SEEK_END)
            whole = file.read() == _sum(path).encode()
    except OSError as error:
        raise FileMissing(path=path) from error
    if not whole or not zipfile.is_zipfile(path):
        raise BackupRefused(path=path, reason=Text("不是备份文件，或已损坏", "no backup, or a damaged one"))
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        manifest: dict[str, Any] = json.loads(bundle.read(MANIFEST))
    if not all(_is_ours(name) for name in names):
        raise BackupRefused(path=path, reason=Text("文件名不安全", "a name in it is unsafe"))
    if manifest["form"] != FORM or manifest["model"] != schema.fingerprint():
        raise BackupRefused(path=path, reason=Text("由另一版本的程序写成", "another version of the program wrote it"))
    return manifest


def _is_ours(name: str) -> bool:
    """Tell whether a name in the zip is one that a backup writes, and so stays within the home."""
    if name == MANIFEST or name in {f"{GRAPH}{slug(spec)}" for spec in _specs()}:
        return True
    parts = PurePosixPath(name.removeprefix(HOME)).parts
    return name.startswith(HOME) and bool(parts) and parts[0] in (*KINDS, KEY) and ".." not in parts


def _sum(path: Path) -> str:
    """Return the SHA-256 of a file without its last bytes, which hold it."""
    found, left = hashlib.sha256(), path.stat().st_size - SEAL_BYTES
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(left, 1 << 20))):
            found.update(piece)
            left -= len(piece)
    return found.hexdigest()


def _fill(path: Path, bundle: zipfile.ZipFile, store: Store, *, replace: bool, progress: Progress) -> None:
    facts = Facts()
    for spec in _specs():
        rows = pq.read_table(io.BytesIO(bundle.read(f"{GRAPH}{slug(spec)}"))).cast(spec.arrow)
        if len(rows):
            facts.add(spec, rows)
            progress("restore", len(rows))
    with store.read(loading=True) as session:
        present = {spec.name: set(session.nodes(spec)["key"].to_pylist()) for spec in schema.nodes().values()}
        filled = any(present.values())
        if filled and not replace:
            why = Text(
                "存储不是空的；要替换现有内容请加 --replace", "the store is not empty; --replace replaces what is there"
            )
            raise BackupRefused(path=path, reason=why)
        facts.whole = present
        delta = plan(facts, session) if filled else all_new(facts)
    store.apply(delta)


def _unpack_home(bundle: zipfile.ZipFile, home: Path) -> None:
    """Write the home's files beside those there are; a key that is there stays."""
    arriving = home / ARRIVING
    shutil.rmtree(arriving, ignore_errors=True)
    try:
        arriving.mkdir(parents=True, mode=0o700)
        for name in bundle.namelist():
            if name.startswith(HOME) and not (name == f"{HOME}{KEY}" and (home / KEY).exists()):
                target = arriving / name.removeprefix(HOME)
                target.parent.mkdir(parents=True, exist_ok=True)
                with bundle.open(name) as content, target.open("wb") as file:
                    shutil.copyfileobj(content, file, 1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
                if target.name == KEY:
                    target.chmod(0o600)
    except OSError as error:
        raise unwritable(arriving, error) from error


def _bring_home(home: Path) -> None:
    """Put the files that arrived in place of those there are."""
    for kind in KINDS:
        place = home / kind
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    for place in (home / ARRIVING).iterdir():
        place.rename(home / place.name)
