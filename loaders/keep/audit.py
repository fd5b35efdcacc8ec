"""Who did what, and who was refused: rows that are only added, each bound to the one before it, in UTC.

A row's ``hash`` is SHA-256 of the hash before it and of the row in canonical JSON, so that a row that is changed,
taken out or moved no longer fits. How many rows there are, and the last hash, stand in a file apart (the anchor), so
that rows taken from the end are missed, too; where it lies is the operator's to say. No row holds a name, a number of
a person, or words of a question.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.errors import HomeDamaged, unwritable
from graph.home import locked, write_durably
from graph.home_files import NOT_WHOLE
from graph.language import Text
from graph.lines import add_whole, appending

FOLDER, FILE, ANCHOR = "audit", "audit.jsonl", "anchor.json"
BEGIN = "0" * 64
"""What the first row is bound to."""
LOST = "f" * 64
"""What a row is bound to before which nothing can be vouched for: the anchor was taken away."""

LONGEST = 1 << 16
"""Bytes among which the end of the last row is surely found."""


@dataclass(frozen=True)
class Anchor:
    """How far the log surely goes."""

    rows: int = 0
    hash: str = BEGIN


@dataclass(frozen=True)
class Break:
    """A place at which the log is not what was written; ``row`` counts from 1."""

    row: int
    what: Text


def row_hash(previous: str, row: dict[str, Any]) -> str:
    """Return SHA-256 of the hash before a row and of the row without its own."""
    plain = {name: value for name, value in row.items() if name != "hash"}
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


class AuditLog:
    """The audit log of one store; any number of threads and processes add to it."""

    def __init__(self, home: Path, anchor: Path | None = None) -> None:
        """Take the folder of a store, and where the anchor lies if not beside the log."""
        self.folder = home / FOLDER
        self.file = self.folder / FILE
        self.anchor_file = anchor or self.folder / ANCHOR

    def add(self, *, who: str, role: str, what: str, status: int, request: str = "", **more: str) -> dict[str, Any]:
        """Add a row, wait until it is on the disk, and return it.

        Args:
            who: Id of a key, or ``terminal:uid``; ``-`` where nobody is known.
            role: What the key may.
            what: Route or command.
            status: HTTP status, or exit code.
            request: Id of the request.
            more: What else is to be known: ids and codes.

        Raises:
            HomeDamaged: the file cannot be read, or the anchor is not what was written.
            DiskFull, FileUnwritable: it cannot be written.
        """
        with locked(self.folder):
            anchor = self._end()
            row = {
                "row": anchor.rows + 1, "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "who": who,
                "role": role, "what": what, "status": status, "request": request, **more, "previous": anchor.hash,
            }  # fmt: skip
            row["hash"] = row_hash(anchor.hash, row)
            try:
                self._write(row)
            except OSError as error:
                raise unwritable(self.file, error) from error
        return row

    def check(self) -> None:
        """Make sure that a row can be added, as far as that is seen before it is.

        Raises:
            HomeDamaged: the anchor is not what was written.
            DiskFull, FileUnwritable: the file cannot be opened.
        """
        with locked(self.folder):
            self.anchor()
            try:
                with appending(self.file):
                    pass
            except OSError as error:
                raise unwritable(self.file, error) from error

    def _write(self, row: dict[str, Any]) -> None:
        with appending(self.file) as handle:
            size = os.fstat(handle).st_size
            tail = os.pread(handle, LONGEST, max(0, size - LONGEST))
            if not tail.endswith(b"\n"):  # a line that somebody who was stopped left open; acknowledged to nobody
                os.ftruncate(handle, size - len(tail) + tail.rfind(b"\n") + 1)
            add_whole(handle, json.dumps(row, ensure_ascii=False).encode() + b"\n")
        part = self.anchor_file.with_name(f"{self.anchor_file.name}.part")
        write_durably(part, json.dumps({"rows": row["row"], "hash": row["hash"]}).encode())
        part.replace(self.anchor_file)

    def _end(self) -> Anchor:
        """Return what the next row is bound to: the anchor, or a row that somebody wrote after it who was stopped.

        Where rows that the anchor knows are gone or changed, the next one is bound to the anchor all the same: the
        break stays to be seen.
        """
        anchor, last = self.anchor(), self._last()
        if anchor is None:
            return Anchor() if last is None else Anchor(int(last["row"]), LOST)
        if last is None or last["hash"] == anchor.hash:
            return anchor
        rows = list(self.rows())
        if rows[-1] is None:  # a line that was never finished
            rows.pop()
        kept = len(rows) > anchor.rows and not _breaks_of(rows, anchor)
        return Anchor(int(last["row"]), str(last["hash"])) if kept else anchor

    def anchor(self) -> Anchor | None:
        """Return how far the log surely goes; none where there is no anchor.

        Raises:
            HomeDamaged: it is not what was written.
        """
        try:
            return Anchor(**json.loads(self.anchor_file.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise HomeDamaged(path=self.anchor_file, reason=NOT_WHOLE) from error

    def _last(self) -> dict[str, Any] | None:
        """Return the last row that is whole."""
        try:
            with self.file.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - LONGEST))
                lines = file.read().splitlines()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HomeDamaged(path=self.file, reason=error.strerror or error) from error
        return next(filter(None, map(_row, reversed(lines))), None)

    def rows(self) -> Iterator[dict[str, Any] | None]:
        """Return the rows as they stand, oldest first; none for a line that is no row.

        Raises:
            HomeDamaged: the file cannot be read.
        """
        try:
            with self.file.open("rb") as file:
                for line in file:
                    yield _row(line)
        except FileNotFoundError:
            return
        except OSError as error:
            raise HomeDamaged(path=self.file, reason=error.strerror or error) from error

    def breaks(self) -> list[Break]:
        """Return where the log is not what was written, none if it is whole.

        Raises:
            HomeDamaged: the file cannot be read, or the anchor is not what was written.
        """
        if not self.folder.exists() and not self.anchor_file.exists():
            return []
        with locked(self.folder):
            return _breaks_of(list(self.rows()), self.anchor())


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return (
        row if isinstance(row, dict) and isinstance(row.get("row"), int) and isinstance(row.get("hash"), str) else None
    )


def _breaks_of(rows: list[dict[str, Any] | None], anchor: Anchor | None) -> list[Break]:
    found, previous = [], BEGIN
    for number, row in enumerate(rows, 1):
        if row is None:
            found.append(Break(number, Text("不是一条记录", "it is no row")))
            continue
        if row["hash"] != row_hash(str(row.get("previous")), row):
            found.append(Break(number, Text("内容被改动", "it was changed")))
        elif row.get("previous") != previous or row["row"] != number:
            found.append(Break(number, Text("与前一条不相接", "it does not follow the one before it")))
        previous = row["hash"]
    if anchor is None:
        if rows:
            found.append(Break(len(rows), Text("锚文件不见了", "the anchor is gone")))
    elif len(rows) < anchor.rows:
        more = anchor.rows - len(rows)
        found.append(Break(len(rows) + 1, Text(f"末尾缺少 {more} 条", f"{more} rows are gone from the end")))
    elif anchor.rows and ((at := rows[anchor.rows - 1]) is None or at["hash"] != anchor.hash):
        found.append(Break(anchor.rows, Text("与锚文件不符", "it is not what the anchor says")))
    return found
