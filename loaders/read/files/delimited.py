"""CSV in every dress: encodings, delimiters, titles above the header, rows with too few or too many cells."""

import csv as plain_csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from graph.errors import FileUnreadable
from graph.language import Text
from loaders.read.files.chunks import HEAD_ROWS, SMALL, Chunk, Line, WholeGrid, chunk_of, split_line
from loaders.read.files.encodings import HEAD_BYTES, SAID, encoding_of
from loaders.read.files.unclosed_quotes import misfit, unclosed_quotes
from loaders.read.words.headers import spellings
from loaders.read.words.unseen import seen_text
from loaders.tables import TABLES

BLOCK_BYTES = 16 * 2**20
"""A file is read in blocks of about this size, so that memory stays bounded."""
DELIMITERS = ",;\t|"
_WRAPPED = '^="([^"]*)"$'


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """Open a text, without the mark that may stand at its beginning."""
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


@dataclass(frozen=True)
class Delimited(WholeGrid):
    """A CSV file; ``shown`` is its name for the reader."""

    path: Path
    shown: Path
    encoding: str
    delimiter: str
    head: list[Line]
    warnings: tuple[Text, ...] = ()
    name: str = ""
    counts: None = None

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        strange: list[csv.InvalidRow] = []

        def keep(row: csv.InvalidRow) -> str:
            strange.append(row)
            return "skip"

        if self._ends_with(header):
            return
        width, following = len(header.cells), header.number + 1
        # Arrow numbers a misfit by the lines that it skipped and the rows that it read.
        shift = header.number - header.lines
        try:
            for batch in open_csv(self.path, self.encoding, self.delimiter, width, header.lines, keep):
                # Misfits are left out of the batch but count as rows of the file.
                rows, strange[:] = list(strange), []
                last = following + len(batch) + len(rows)
                numbers = np.arange(following, last)
                if rows:
                    numbers = np.setdiff1d(numbers, [r.number + shift for r in rows])
                following = last
                yield self._chunk(numbers, batch.columns, [(r.number + shift, r.text) for r in rows], width)
            if strange:
                left = [(r.number + shift, r.text) for r in strange]
                yield self._chunk(np.arange(0), [pa.array([], pa.string())] * width, left, width)
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise FileUnreadable(path=self.shown, reason=error) from error

    def lines(self) -> list[Line]:
        """Return all rows of a small file, none of a large one."""
        if self.path.stat().st_size > SMALL:
            return []
        with open_text(self.path, self.encoding) as file:
            return _head(file.read(), self.delimiter, self.shown, SMALL)

    def _ends_with(self, header: Line) -> bool:
        """Tell whether nothing follows the header; Arrow would not skip it then."""
        with open_text(self.path, self.encoding) as file:
            for _ in range(header.lines):
                file.readline()
            return not file.read(1)

    def _chunk(
        self, numbers: np.ndarray[tuple[int], np.dtype[np.int64]], cells: list[pa.Array],
        strange: list[tuple[int, str]], width: int,
    ) -> Chunk:  # fmt: skip
        """Return rows as a chunk; a row that is only too long by blank cells is a row like others."""
        split = [(number, split_line(text.rstrip("\r\n"), self.delimiter)) for number, text in strange]
        mended = [(n, row[:width]) for n, row in split if len(row) > width and not any(c.strip() for c in row[width:])]
        good = {number for number, _ in mended}
        misfits = tuple(
            misfit(n, row, width, self.delimiter) for n, row in split if n not in good and "".join(row).strip()
        )
        if mended:
            together = np.concatenate([numbers, [number for number, _ in mended]])
            order = pa.array(np.argsort(together))
            added = [pa.array([row[at] for _, row in mended], pa.string()) for at in range(width)]
            cells = [pa.concat_arrays([c, a]).take(order) for c, a in zip(cells, added, strict=True)]
            numbers = np.sort(together)
        if swallowed := {one.number: one for one in unclosed_quotes(numbers, cells, self.delimiter)}:
            kept = ~np.isin(numbers, list(swallowed))
            numbers, cells = numbers[kept], [column.filter(pa.array(kept)) for column in cells]
            misfits = tuple(sorted((*misfits, *swallowed.values())))
        return chunk_of(numbers, [_bare(column) for column in cells], misfits)


def _bare(column: pa.Array) -> pa.Array:
    """Return a column without the formula in which programs wrap a text, lest it be taken for a number: ="510722"."""
    if not pc.any(pc.starts_with(column, '="')).as_py():
        return column
    return pc.replace_substring_regex(column, _WRAPPED, r"\1")


def open_csv(
    path: Path, encoding: str, delimiter: str, width: int, skipped: int, keep: Callable[[csv.InvalidRow], str] | None
) -> csv.CSVStreamingReader:
    """Open a CSV file below its header; every cell stays the text that it is."""
    names = [str(at) for at in range(width)]
    return csv.open_csv(
        path,
        # Without threads rows come in order and misfits know their number.
        csv.ReadOptions(use_threads=False, column_names=names, skip_rows=skipped, block_size=BLOCK_BYTES,
                        encoding="utf8" if encoding == "utf-8" else encoding),
        csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False,
                         invalid_row_handler=keep),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )  # fmt: skip


def open_delimited(path: Path, shown: Path, renamed: frozenset[str]) -> Delimited:
    """Return a CSV file with its first rows.

    Raises:
        FileUnreadable: it is no text.
    """
    encoding = encoding_of(path, shown)
    with open_text(path, encoding) as file:
        text = file.read(HEAD_BYTES)
    known = _known() | renamed
    delimiter = max(DELIMITERS, key=lambda d: _headers(_head(text, d, shown), known))
    warnings = (SAID[encoding],) if encoding in SAID else ()
    return Delimited(path, shown, encoding, delimiter, _head(text, delimiter, shown), warnings)


def _known() -> frozenset[str]:
    return frozenset(h for table in TABLES.values() for column in table.columns for h in column.headers)


def _headers(head: list[Line], known: frozenset[str]) -> tuple[int, int]:
    """Return how many cells of the best row are headers of any table, and how wide the first row is."""
    best = max((sum(bool(known & {*spellings(c)}) for c in line.cells) for line in head), default=0)
    return best, sum(len(line.cells) for line in head[:1])


def _head(text: str, delimiter: str, shown: Path, rows: int = HEAD_ROWS) -> list[Line]:
    reader = plain_csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    head = []
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                head.append(Line(number, [seen_text(re.sub(_WRAPPED, r"\1", c)) for c in cells], reader.line_num))
            if len(head) == rows:
                break
    except plain_csv.Error as error:
        # Too long a cell is no header; what stands above it may be one.
        if not head:
            raise FileUnreadable(path=shown, reason=error) from error
    return head
