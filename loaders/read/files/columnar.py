"""Parquet: typed columns back to the text that a person would write."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import FileUnreadable
from graph.language import Text
from loaders.read.files.chunks import ROWS, Chunk, Line, WholeGrid, chunk_of
from loaders.read.files.objects import cell_of
from loaders.read.files.worker import as_text
from loaders.read.words.unseen import seen_text

BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)
"""What Arrow raises on a damaged file."""


@dataclass(frozen=True)
class Columnar(WholeGrid):
    """A Parquet file."""

    path: Path
    shown: Path
    head: list[Line]
    name: str = ""
    counts: None = None
    warnings: tuple[Text, ...] = ()

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows, numbered from 1."""
        del header  # the file itself says where its columns are
        following = 1
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(batch_size=ROWS):
                    batch.validate(full=True)
                    numbers = np.arange(following, following + len(batch))
                    following += len(batch)
                    yield chunk_of(numbers, [_texts(column) for column in batch.columns])
        except BROKEN as error:
            raise FileUnreadable(path=self.shown, reason=error) from error


def open_columnar(path: Path, shown: Path) -> Columnar:
    """Return a Parquet file.

    Raises:
        FileUnreadable: it is none.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
    except BROKEN as error:
        raise FileUnreadable(path=shown, reason=error) from error
    return Columnar(path, shown, [Line(0, [*map(seen_text, names)])])


def _texts(column: pa.Array) -> pa.Array:
    """Return a column as text, missing values as empty; each distinct value is written once."""
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column.cast(pa.string()).fill_null("")
    if pa.types.is_nested(column.type):
        return pa.array([cell_of(value) for value in column.to_pylist()], pa.string())
    encoded = column.dictionary_encode()
    texts = pa.array([_text(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices).fill_null("")


def _text(value: object) -> str:
    """Return a value as text; of which day a moment in UTC is, its reader decides."""
    utc = isinstance(value, dt.datetime) and value.utcoffset() == dt.timedelta()
    return value.isoformat() if utc else as_text(value)  # type: ignore[attr-defined]
