"""Exports of the graph as it is: each is written once, and kept beside the store until the graph is another."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from graph import schema
from graph.errors import unwritable
from graph.export.export import Form, export
from graph.export.parts import chosen
from graph.manifest import MANIFEST
from graph.stores.base import Store
from loaders.keep.history import committed
from loaders.keep.privacy import mask_text

FOLDER = "exports"
MOST = 12
"""Exports of one version that are kept; the oldest go first."""
LEFT_SECONDS = 3600.0
"""A draft that is older than this was left by somebody who was stopped."""
PACKED = (".parquet",)


def kept_export(store: Store, form: Form, only: str | None) -> Path:
    """Return the archive of the graph as it is in a form, whole or of one label or type; it is written if need be.

    Numbers of people in its texts are masked, as in every public answer.

    Raises:
        NotFound: there is no such label or type.
        StoreChanged: a load was finished while it was written.
        DiskFull, FileUnwritable: it cannot be kept.
    """
    chosen(only)  # before it is part of a name
    folder, state = store.home / FOLDER, _state(store)
    path = folder / f"{state}-{form.value}{f'-{only}' if only else ''}.zip"
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder, state)
        draft = Path(mkdtemp(prefix="draft-", dir=folder))
        try:
            export(store, draft / "graph", form, only=only, substitution=mask_text)
            _pack(draft / "graph", draft / path.name)
            (draft / path.name).replace(path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def manifest_of(path: Path) -> dict[str, Any]:
    """Return the manifest of a kept export."""
    with ZipFile(path) as archive:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    return manifest


def _state(store: Store) -> str:
    """Return what names a state of the graph: its version, the mark of its last load, the model that reads it."""
    with store.read() as session:
        version, tokens = session.version(), committed(session)
    last = tokens[max(tokens)] if tokens else ""
    return f"{version}-{last or 'none'}-{schema.fingerprint()}"


def _clear(folder: Path, state: str) -> None:
    """Make room: what is of another state goes, then what is oldest, and what was left half written."""
    kept = [path for path in _oldest_first(folder.glob("*.zip")) if path.name.startswith(f"{state}-")]
    for path in folder.glob("*.zip"):
        if path not in kept[-(MOST - 1) :]:
            path.unlink(missing_ok=True)
    for draft in folder.glob("draft-*"):
        if draft.stat().st_mtime < time.time() - LEFT_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def _oldest_first(paths: Iterator[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime_ns)


def _pack(folder: Path, to: Path) -> None:
    with ZipFile(to, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(folder), ZIP_STORED if path.suffix in PACKED else ZIP_DEFLATED)
            path.unlink()
