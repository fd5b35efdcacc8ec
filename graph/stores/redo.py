"""What a transaction will write, on the disk before it begins: so that a stopped one is completed, never half there.

Ladybug writes what ``COPY`` brings to its file at the checkpoint after a commit, and to its log not at all; what
``CREATE``, ``SET`` and ``DELETE`` do is in the log. A process killed in between leaves the latter alone. Neo4j takes a
large load in several transactions. In both cases the log kept here holds every row of the delta, keyed, so that what
is missing can be written again, any number of times, with the same result.

The file is a stream of Arrow tables, one a spec and kind of change, and ends in the SHA-256 of all before it.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.delta import Change, Delta, Spec, key_of
from graph.errors import unwritable
from graph.evolution import as_now
from graph.home import sync_folder
from graph.schema import NodeSpec
from graph.scratch import scratch
from graph.stores.base import ReadSession

FILE = "redo.arrows"
KINDS = ("created", "changed", "retired")
_DIGEST_BYTES = 32
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class RedoLog:
    """The log in a store's folder; there is one while a transaction is under way, or was stopped on its way."""

    home: Path

    @property
    def path(self) -> Path:
        """Where the log lies."""
        return self.home / FILE

    def write(self, delta: Delta) -> None:
        """Put a delta on the disk; it returns when it is there for good.

        Raises:
            DiskFull, FileUnwritable: no log was left, and nothing must be written to the store.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with self.path.open("wb") as file:
                sink = _Summed(file)
                for change in delta.changes:
                    for kind in KINDS:
                        _write_table(sink, change.spec, kind, getattr(change, kind))
                file.write(sink.sum.digest())
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self.home)
        except OSError as error:
            self.path.unlink(missing_ok=True)
            raise unwritable(self.path, error) from error

    def read(self) -> Delta | None:
        """Return the delta of a transaction that may have begun; None where it cannot have."""
        return Delta(tuple(_changes(_tables(self.path)))) if self._whole() else None

    def _whole(self) -> bool:
        try:
            with self.path.open("rb") as file:
                found, left = hashlib.sha256(), os.fstat(file.fileno()).st_size - _DIGEST_BYTES
                while left > 0 and (piece := file.read(min(left, 1 << 20))):
                    found.update(piece)
                    left -= len(piece)
                return left == 0 and file.read() == found.digest()
        except FileNotFoundError:
            return False

    def clear(self) -> None:
        """Forget the log: the transaction is there whole, or not at all."""
        self.path.unlink(missing_ok=True)


def remaining(delta: Delta, session: ReadSession) -> Delta:
    """Return the delta without what it creates that is there already; to change or retire twice does no harm."""
    return Delta(tuple(replace(change, created=_absent(change, session)) for change in delta.changes))


def _absent(change: Change, session: ReadSession) -> pa.Table:
    spec, created = change.spec, change.created
    if not len(created):
        return created
    end = key_of(spec)[0]
    keys = pc.unique(created[end].combine_chunks())
    stored = session.nodes(spec, keys) if isinstance(spec, NodeSpec) else session.relationships(spec, end, keys)
    same = " AND ".join(f'c."{k}" IS NOT DISTINCT FROM s."{k}"' for k in key_of(spec))
    with scratch() as db:
        db.register("created", created)
        db.register("stored", stored)
        text = f"SELECT c.* FROM created c ANTI JOIN stored s ON {same}"  # noqa: S608 names of the model
        return db.sql(text).to_arrow_table().cast(spec.arrow)


class _Summed:
    """A file to write to that sums what goes through."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sum = hashlib.sha256()
        self.closed = False

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _slot(spec: Spec) -> str:
    return spec.name if isinstance(spec, NodeSpec) else "/".join(spec.slot)


def _spec(slot: str) -> Spec:
    return schema.relationships()[tuple(slot.split("/"))] if "/" in slot else schema.nodes()[slot]  # type: ignore[index]


def _write_table(sink: _Summed, spec: Spec, kind: str, rows: pa.Table) -> None:
    if len(rows):
        tagged = rows.schema.with_metadata({"slot": _slot(spec), "kind": kind})
        with pa.ipc.new_stream(sink, tagged, options=_OPTIONS) as writer:
            writer.write_table(rows.replace_schema_metadata(tagged.metadata))


def _tables(path: Path) -> Iterator[tuple[Spec, str, pa.Table]]:
    end = path.stat().st_size - _DIGEST_BYTES
    with pa.OSFile(str(path)) as file:
        while file.tell() < end:
            with pa.ipc.open_stream(file) as reader:
                rows = reader.read_all()
            header = {k.decode(): v.decode() for k, v in rows.schema.metadata.items()}
            spec = _spec(header["slot"])
            yield spec, header["kind"], as_now(rows.replace_schema_metadata(None), spec)


def _changes(tables: Iterator[tuple[Spec, str, pa.Table]]) -> Iterator[Change]:
    """Yield what is to be written; of what only a report tells nothing is kept."""
    found: dict[Spec, dict[str, pa.Table]] = {}
    for spec, kind, rows in tables:
        kinds = found.setdefault(spec, {})  # of one spec there may be several changes: what a load says, and its own
        kinds[kind] = pa.concat_tables([kinds[kind], rows]) if kind in kinds else rows
    for spec, kinds in found.items():
        none = spec.arrow.empty_table()
        created, changed, retired = (kinds.get(kind, none) for kind in KINDS)
        yield Change(spec, created, changed, none, retired, 0, none, none)
