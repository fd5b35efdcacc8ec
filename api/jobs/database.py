"""A small SQLite file beside the store, used by the threads of a server and by several servers."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.errors import unwritable

WAIT_SECONDS = 10.0


class Database:
    """One file with its table."""

    def __init__(self, path: Path, table: str) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, WAIT_SECONDS, check_same_thread=False, isolation_level=None)
        except OSError as error:
            raise unwritable(path, error) from error
        except sqlite3.Error as error:
            raise unwritable(path, OSError(0, str(error))) from error
        self._guard = threading.Lock()
        with self.changing() as cursor:
            cursor.execute(table)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Cursor]:
        """Yield a cursor inside a transaction: all of it, or nothing."""
        with self._guard:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with self._guard:
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Give the file back."""
        with self._guard:
            self._connection.close()
