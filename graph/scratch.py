"""An analytical engine to compare tables in."""

import duckdb


def scratch() -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory; it says nothing on stdout, which belongs to answers."""
    db = duckdb.connect()
    db.execute("SET enable_progress_bar = false")
    return db
