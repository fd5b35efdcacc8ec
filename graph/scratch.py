"""An analytical engine to compare tables in."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb

from graph.errors import HomeDamaged


@contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection without any table, to make temporary ones in; it says nothing on stdout, as answers do.

    All connections of a process are to one engine: to start one takes longer than most of what is asked of it.

    Raises:
        HomeDamaged: a file that is read in it is not what was written.
    """
    with _engine(os.getpid()).cursor() as db:
        db.execute("SET enable_progress_bar = false")
        try:
            yield db
        except duckdb.Error as error:
            if isinstance(error, OURS) and not isinstance(error, duckdb.InvalidInputException):
                raise
            raise HomeDamaged(path="parquet", reason=" ".join(str(error).split())) from error


@cache
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    """Return the engine of this process; a forked one starts its own, as threads do not come along."""
    # A file is read as it is now, even where one of the same name was read a moment ago.
    return duckdb.connect(config={"enable_external_file_cache": "false"})


atexit.register(_engine.cache_clear)
"""Left to the end of the interpreter, the engine would complain of what it had to leave behind."""
OURS = (duckdb.ProgrammingError, duckdb.OutOfMemoryException, duckdb.InterruptException)
"""What the engine raises for reasons other than a file that is missing, cut off, or no Parquet."""
