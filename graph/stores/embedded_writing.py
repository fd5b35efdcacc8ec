"""How a delta comes into an embedded store: a few new rows by its log, many past it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import ladybug
import pyarrow as pa

from graph.delta import Delta, Spec
from graph.errors import without_ends
from graph.stores import cypher

BULK_ROWS = 1_000
"""From so many new rows on a write is a ``COPY``, which ends in a checkpoint: it takes 20 ms for a single row, as
measured, where a logged one takes 3; at about 3,000 rows both take the same."""

Execute = Callable[[str, dict[str, Any]], ladybug.QueryResult | list[ladybug.QueryResult]]


def write_delta(delta: Delta, execute: Execute) -> None:
    """Write a delta in the transaction in which ``execute`` runs a statement.

    Raises:
        StoreFailure: a new relationship lacks one of its ends, or what ``execute`` raises.
    """
    create = _create if delta.created < BULK_ROWS else partial(_put, cypher.ladybug_copy)
    # Relationships go before their nodes, and come after them.
    for change in reversed(delta.changes):
        _put(cypher.ladybug_retire, change.spec, change.retired, execute)
    for change in delta.changes:
        _put(cypher.ladybug_change, change.spec, change.changed, execute)
        create(change.spec, change.created, execute)


def _put(text: Callable[[Spec], str], spec: Spec, rows: pa.Table, execute: Execute) -> None:
    if len(rows):
        execute(text(spec), {"rows": rows})


def _create(spec: Spec, rows: pa.Table, execute: Execute) -> None:
    """Write new rows one by one; a relationship without both its ends would be left out in silence."""
    if len(rows):
        text = cypher.ladybug_create(spec)
        (written,) = execute(text, {"rows": rows}).get_next()  # type: ignore[union-attr]
        if written != len(rows):
            raise without_ends(int(written), len(rows), text)
