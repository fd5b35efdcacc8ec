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

import pyarrow as pa
import pyarrow.parquet as pq

from graph import schema
from graph.comparison import plan
from graph.delta import Facts, Spec
from graph.errors import BackupRefused, FileMissing, StoreMoved, StoreNewer, StoreOutdated, unwritable
from graph.evolution import as_now, ensure_readable
from graph.home import OF_PLACE, Home, bring
from graph.language import Text
from graph.manifest import MANIFEST as MANIFEST_OF_HOME
from graph.manifest import PURPOSES
from graph.schema import NodeSpec
from graph.stores import swap
from graph.stores.base import ReadSession, Store
from graph.stores.embedded import EmbeddedStore
from loaders.gathering import Progress, silent
from loaders.keep.history import list_anew
from loaders.keep.keys import KEY, NEXT
from loaders.keep.permissions import ensure_permitted
from loaders.merge.statements import slug

MANIFEST = "manifest.json"
GRAPH, HOME = "graph/", "home/"
KINDS = (MANIFEST_OF_HOME, *(purpose for purpose in PURPOSES if purpose not in (KEY, NEXT)))
"""What of a home goes along; the key goes along only where it is asked for."""
FORM = 1
"""How a backup is laid out. Every form that was ever written stays readable: where a new one comes, the readers of the
old ones stay (``_graph``), and ``tests/golden/stores`` keeps a backup of each version."""
SEAL_BYTES = 64
"""Length of the SHA-256 in hexadecimal, which is the zip's comment and so its very end."""


def backup(store: Store, path: Path, *, with_key: bool = False, progress: Progress = silent) -> Path:
    """Write everything of a store to one file; no load runs meanwhile.

    Raises:
        DiskFull, FileUnwritable: no room, or the place cannot be written; nothing is left there.
        HomeForbidden: this user may not read all that lies beside the store.
        StoreMoved: the graph changed while it was read.
    """
    ensure_permitted(store.home)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with Home(store.home).lock(), store.read() as session, part.open("wb") as file:
            if with_key:
                os.fchmod(file.fileno(), 0o600)  # as the key itself
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

    The store must be empty, unless what it holds is to be replaced. The backup becomes a store of its own first, which
    then takes the place of the one there is, whole or not at all.

    Raises:
        BackupRefused: the file is no whole backup, of another model, or the store is not empty or has another key.
        DatabaseShared: the store holds what no load wrote.
        FileMissing: there is no such file.
        DiskFull, FileUnwritable: no room; nothing has changed.
        StoreProblem: the store failed; everything is as it was.
    """
    manifest = _checked(path)
    with zipfile.ZipFile(path) as bundle, Home(store.home).lock():
        if manifest.get("key") and _key_mark(store.home) not in (None, manifest["key"]):
            why = Text("存储已有另一把密钥；请先移开它", "the store has another key: move that one away first")
            raise BackupRefused(path=path, reason=why)
        store.settle()
        store.ensure_own()
        if not replace and filled(store):
            why = Text(
                "存储不是空的；要替换现有内容请加 --replace", "the store is not empty; --replace replaces what is there"
            )
            raise BackupRefused(path=path, reason=why)
        place = store.place_for_new()
        with swap.dropped_on_failure(place), EmbeddedStore(place) as made:
            made.apply(plan(_facts(bundle, progress), None))
            _unpack_home(bundle, made.home, key=store.home / KEY)
            for name in OF_PLACE:
                bring(store.home / name, made.home / name)
        for aside in store.adopt(place):
            shutil.rmtree(aside) if aside.is_dir() else aside.unlink()
    return int(manifest["version"])


def filled(store: Store) -> bool:
    """Tell whether a store holds any node."""
    with store.read(loading=True) as session:
        return any(len(session.nodes(spec)) for spec in schema.nodes().values())


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
    _ensure_readable(path, manifest)
    return manifest


def _ensure_readable(path: Path, manifest: dict[str, Any]) -> None:
    try:
        if manifest["form"] > FORM:
            raise StoreNewer(path=path)
        ensure_readable([manifest["model"]], path)
    except StoreNewer as error:
        why = Text(
            "由更新版本的程序写成，请用那个版本恢复", "a newer version of the program wrote it: restore it with that"
        )
        raise BackupRefused(path=path, reason=why) from error
    except StoreOutdated as error:
        why = Text(
            "由模型不兼容的早期版本写成；请用那个版本恢复，再用现在的版本运行 shuniu rebuild",
            "an earlier version wrote it, by a model that is not part of the present one: restore it with that "
            "version, then run `shuniu rebuild` with the present one",
        )
        raise BackupRefused(path=path, reason=why) from error


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


def _facts(bundle: zipfile.ZipFile, progress: Progress) -> Facts:
    facts = Facts()
    for spec, rows in _graph(bundle):
        facts.add(spec, rows)
        progress("restore", len(rows))
    return facts


def _graph(bundle: zipfile.ZipFile) -> Iterator[tuple[Spec, pa.Table]]:
    """Yield what a backup of form 1 holds of the graph: a Parquet file a label or pair; of later ones there is none."""
    names = set(bundle.namelist())
    for spec in _specs():
        if (name := f"{GRAPH}{slug(spec)}") in names:
            rows = as_now(pq.read_table(io.BytesIO(bundle.read(name))), spec)
            if len(rows):
                yield spec, rows


def _unpack_home(bundle: zipfile.ZipFile, home: Path, *, key: Path) -> None:
    """Write the home's files, and the ``key`` of the store that is replaced where the backup has none."""
    try:
        for name in bundle.namelist():
            if name.startswith(HOME):
                target = home / name.removeprefix(HOME)
                target.parent.mkdir(parents=True, exist_ok=True)
                with bundle.open(name) as content, target.open("wb") as file:
                    shutil.copyfileobj(content, file, 1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
        if key.exists() and not (home / KEY).exists():
            shutil.copyfile(key, home / KEY)
        if (home / KEY).exists():
            (home / KEY).chmod(0o600)
    except OSError as error:
        raise unwritable(home, error) from error
    if not (home / MANIFEST_OF_HOME).exists():
        list_anew(home)
    elif (home / KEY).exists():
        Home(home).enter(KEY)
