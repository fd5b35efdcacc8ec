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
        except UNREADABLE as error:
            raise HomeDamaged(path="parquet", reason=" ".join(str(error).split())) from error


UNREADABLE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
"""What the engine raises for a file that is missing, cut off, or no Parquet."""
