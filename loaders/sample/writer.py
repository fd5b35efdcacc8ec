"""One CSV file a table, written in chunks beside its place; all tables take their places together."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from loaders.sample.headers import HEADERS

Progress = Callable[[str, int, int], None]

_BOM = b"\xef\xbb\xbf"
_OPTIONS = pa_csv.WriteOptions(include_header=False, quoting_style="none")


def part_of(folder: Path, table: str) -> Path:
    """Return where a table is written before the whole sample is finished."""
    return folder / f"{table}.csv.part"


def take_places(folder: Path) -> None:
    """Give all tables in ``folder`` their names."""
    for table in HEADERS:
        part_of(folder, table).replace(folder / f"{table}.csv")


def discard(folder: Path) -> None:
    """Remove what was written of a sample that could not be finished."""
    for table in HEADERS:
        part_of(folder, table).unlink(missing_ok=True)


class TableWriter:
    """Writes one table; columns are given by field name, those not given stay blank."""

    def __init__(self, folder: Path, table: str, expected: int, progress: Progress | None = None) -> None:
        self.table, self.expected, self.rows = table, expected, 0
        self._headers, self._progress = HEADERS[table], progress
        self._part = part_of(folder, table)
        self._file: BinaryIO

    def __enter__(self) -> Self:
        self._file = self._part.open("wb")
        self._file.write(_BOM + ",".join(self._headers.values()).encode() + b"\n")
        return self

    def write(self, **columns: pa.Array | NDArray[Any]) -> None:
        """Append rows, all columns of the same length.

        Raises:
            KeyError: a column is not a field of the table (a programming error).
            OSError: the file cannot be written.
        """
        for name in columns:
            self._headers[name]
        rows = len(next(iter(columns.values())))
        blank = pa.nulls(rows, pa.string())
        arrays = [pa.array(columns[n]) if n in columns else blank for n in self._headers]
        pa_csv.write_csv(pa.table(arrays, names=list(self._headers)), self._file, _OPTIONS)
        self.rows += rows
        if self._progress:
            self._progress(self.table, self.rows, self.expected)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
