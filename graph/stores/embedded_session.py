"""What is read of an embedded file: one transaction, on a connection of its own."""

from pathlib import Path
from typing import Any

import ladybug
import pyarrow as pa

from graph import errors
from graph.stores.embedded_errors import FOREIGN, translate
from graph.stores.session import CypherSession

CHUNK_ROWS = 2**20
"""Rows of an answer in one piece, at most; where it has fewer, only room for these is made, which takes a small answer
half a millisecond less."""


class EmbeddedSession(CypherSession):
    """A read-only transaction on a connection of its own."""

    words = ("label(r)", "label(m)")

    def __init__(self, connection: ladybug.Connection, path: Path, seconds: float) -> None:
        super().__init__()
        self._connection = connection
        self._path = path
        self._seconds = seconds
        self._lost: errors.ShuniuError | None = None

    def begin(self) -> None:
        """Begin a transaction that sees what is written by now."""
        self._connection.execute("BEGIN TRANSACTION READ ONLY")

    def begin_anew(self) -> None:
        """Begin another after ``end``; where Ladybug refuses, every later question gets its reason.

        Without a transaction a question would be answered, yet see now this state and now that, and could write.
        """
        try:
            self.begin()
        except FOREIGN as error:
            self._lost = translate(error, self._path)

    def end(self) -> None:
        """End it, if Ladybug has not, as it does on some failures."""
        try:
            self._connection.execute("COMMIT")
        except FOREIGN as error:
            if "No active transaction" not in str(error):
                raise translate(error, self._path) from error

    def run(self, text: str, parameters: dict[str, Any], wanted: pa.Schema) -> pa.Table:
        if self._lost:
            raise self._lost
        try:
            result = self._connection.execute(text, parameters)
            if isinstance(result, list):  # several statements in one text: never meant
                raise errors.StoreFailure(reason="one statement at a time")
            answer = result.get_as_arrow(min(result.get_num_tuples(), CHUNK_ROWS))
        except FOREIGN as error:
            raise translate(error, self._path, self._seconds) from error
        return answer.rename_columns(wanted.names).cast(wanted)

    def keyed(self, keys: pa.Array) -> tuple[str, dict[str, Any]]:
        return "LOAD FROM $rows", {"rows": pa.table({"key": keys})}
