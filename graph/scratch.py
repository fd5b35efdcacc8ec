"""An analytical engine to compare tables in."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from graph.errors import HomeDamaged


@contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield an empty database in memory; it says nothing on stdout, which belongs to answers.

    Raises:
        HomeDamaged: a file that is read in it is not what was written.
    """
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")
        try:
            yield db
        except duckdb.Error as error:
            if isinstance(error, OURS) and not isinstance(error, duckdb.InvalidInputException):
                raise
            raise HomeDamaged(path="parquet", reason=" ".join(str(error).split())) from error


OURS = (duckdb.ProgrammingError, duckdb.OutOfMemoryException, duckdb.InterruptException)
"""What the engine raises for reasons other than a file that is missing, cut off, or no Parquet."""
