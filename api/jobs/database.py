"""A small SQLite file beside the store, used by the threads of a server and by several servers."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.errors import DiskFull, FileUnwritable, HomeDamaged, ShuniuError, unwritable
from graph.home import fresh_name

log = logging.getLogger("shuniu.jobs")

WAIT_SECONDS = 10.0
BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite has beside a file; without it they mean nothing."""
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def kept_in(path: Path) -> Iterator[None]:
    """Tell what goes wrong with a file as everything else that is kept does.

    Raises:
        DiskFull, FileUnwritable, HomeDamaged: it cannot be written, or is not what was written.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, error) from error


def _failure(path: Path, error: sqlite3.Error) -> ShuniuError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # what is above says more than is needed
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(path=path)
    return HomeDamaged(path=path, reason=error) if code in DAMAGED else FileUnwritable(path=path, reason=error)


class Database:
    """One file with its table."""

    def __init__(self, path: Path, table: str) -> None:
        """Open a file, which is made if need be; one that is damaged is set aside, for nothing in it outlasts a day."""
        self._path, self._guard = path, threading.Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._open(table)
        except HomeDamaged as error:
            log.error("%s", error.say("en"))
            _set_aside(path)
            self._open(table)
        except OSError as error:
            raise unwritable(path, error) from error

    def _open(self, table: str) -> None:
        with kept_in(self._path):
            self._connection = sqlite3.connect(self._path, WAIT_SECONDS, check_same_thread=False, isolation_level=None)
            (wrong,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if wrong != "ok":
            raise HomeDamaged(path=self._path, reason=wrong)
        with self.changing() as cursor:
            cursor.execute(table)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Cursor]:
        """Yield a cursor inside a transaction: all of it, or nothing.

        Raises:
            DiskFull, FileUnwritable, HomeDamaged: nothing.
        """
        with self._guard, kept_in(self._path):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds.

        Raises:
            FileUnwritable, HomeDamaged: it cannot be read.
        """
        with self._guard, kept_in(self._path):
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Give the file back."""
        with self._guard:
            self._connection.close()


def _set_aside(path: Path) -> None:
    try:
        path.rename(fresh_name(path))
        for end in BESIDE:
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
