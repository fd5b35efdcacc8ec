"""What every format becomes: chunks of numbered rows, as text."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from operator import itemgetter
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple, Protocol
from weakref import finalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.language import Text
from loaders.read.words.unseen import seen, seen_text

HEAD_ROWS = 30
"""Rows at the top among which a header is looked for."""
SMALL = 2**20
"""Bytes up to which a sheet or file is small enough to be looked at as a whole."""
ROWS = 50_000
"""Rows of a chunk, where the format does not say."""


class Line(NamedTuple):
    """One of a file's first rows: its number, its cells, and how many lines of text it and all before it take."""

    number: int
    cells: list[str]
    lines: int = 0
    rows: int = 1
    """Of how many rows it is made: a header may stand in two."""


class Misfit(NamedTuple):
    """A row that is no row of the table: its number, its cells as they stand (if it has any), and why."""

    number: int
    cells: tuple[str, ...]
    reason: Text


@dataclass(frozen=True)
class Chunk:
    """Some rows as text: ``numbers`` as a spreadsheet shows them, one array a known column, blank rows left out.

    ``columns`` hold the sender's words put into ours; ``cells`` are all the columns of the file, by position and as
    they stand. ``misfits`` are rows of another shape than the header's.
    """

    numbers: NDArray[np.int64]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    misfits: tuple[Misfit, ...] = ()
    cells: tuple[pa.Array, ...] = ()
    repeated: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By column, the rows whose cell only repeats what stands in a cell merged downwards."""
    among: frozenset[int] = frozenset()
    """Rows whose place is said to be one of those that the row above adds up (其中)."""
    notes: tuple["Note", ...] = ()
    """Rows that are no data, with what they are."""
    remarks: tuple[tuple[Text, int], ...] = ()
    """What is to be said of how the cells were understood; {n} stands for how often."""

    def __len__(self) -> int:
        return len(self.numbers) + len(self.misfits)

    def rows(self, wanted: set[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the text of some rows, by number."""
        for at in self._at(wanted):
            yield int(self.numbers[at]), {name: column[at].as_py() for name, column in self.columns.items()}

    def originals(self, wanted: set[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield all cells of some rows as they stand, in the order of the file; misfits too."""
        strange = [(m.number, m.cells) for m in self.misfits if m.number in wanted]
        at = pa.array(self._at(wanted), pa.int64())
        texts = [column.take(at).to_pylist() for column in self.cells]
        known = zip(self.numbers[at.to_numpy()].tolist(), zip(*texts, strict=True), strict=True) if texts else ()
        yield from merge(strange, known, key=itemgetter(0))

    def _at(self, wanted: set[int]) -> list[int]:
        return [int(at) for at in np.flatnonzero(np.isin(self.numbers, list(wanted)))]


class Note(NamedTuple):
    """A row that is no data: its number, what it is (an id of ``row_notes.yml``), and what it says."""

    number: int
    kind: str
    text: str


class Grid(Protocol):
    """One table of a file before anyone knows which: its first rows, and all that follow a chosen header."""

    @property
    def name(self) -> str:
        """The sheet's name; empty for a file that is one table."""

    @property
    def label(self) -> str:
        """What the table is called in messages."""

    @property
    def hidden(self) -> bool:
        """Tell whether the sheet is hidden."""

    @property
    def stated(self) -> str:
        """The place of which its name or the headings of its groups say that its rows are; empty where they do not."""

    @property
    def leads(self) -> bool:
        """Tell whether what is said of the rows is said of this table: of several with the same rows, the first."""

    @property
    def head(self) -> list[Line]:
        """The first rows that hold something; among them is the header."""

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What the reader should know."""

    @property
    def counts(self) -> tuple[int, ...] | None:
        """How many cells of each column hold something, if that is known."""

    def lines(self) -> Sequence[Line]:
        """Return all rows of one that is small, none of one that is large or of another kind."""

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header; ``columns`` are still to be named."""

    def reported(self, chunk: Chunk) -> Chunk:
        """Return a chunk, as it was understood, without the rows of which this table says nothing."""


class WholeGrid:
    """What a grid is that is a sheet or file as it stands."""

    name: str
    hidden: bool = False
    stated: str = ""
    leads: bool = True

    @property
    def label(self) -> str:
        """What the table is called in messages."""
        return self.name

    def lines(self) -> Sequence[Line]:
        """Return no rows: it is large or of another kind."""
        return ()

    def reported(self, chunk: Chunk) -> Chunk:
        """Return a chunk as it was understood."""
        return chunk


class GridPart:
    """What a grid is that is a part of another, or another view of it: what it does not say itself, that one says."""

    grid: Grid
    stated: str = ""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.grid.name

    @property
    def leads(self) -> bool:
        """Tell whether what is said of the rows is said of this table."""
        return self.grid.leads

    @property
    def label(self) -> str:
        """What the table is called in messages."""
        return self.grid.label

    @property
    def hidden(self) -> bool:
        """Tell whether the sheet is hidden."""
        return self.grid.hidden

    def lines(self) -> Sequence[Line]:
        """Return no rows: they are those of the other grid."""
        return ()

    def reported(self, chunk: Chunk) -> Chunk:
        """Return a chunk as it was understood."""
        return self.grid.reported(chunk)


class Workspace:
    """A folder for what is unpacked and converted; gone when nobody refers to it any more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shuniu-"))
        finalize(self, rmtree, self.folder, ignore_errors=True)


def chunk_of(numbers: NDArray[np.int64], cells: Iterable[pa.Array], misfits: tuple[Misfit, ...] = ()) -> Chunk:
    """Return rows as a chunk, as a reader sees them, without the blank ones."""
    cells = tuple(map(seen, cells))
    misfits = tuple(one._replace(cells=tuple(map(seen_text, one.cells))) for one in misfits)
    filled = np.zeros(len(numbers), dtype=bool)
    for array in cells:
        filled |= pc.not_equal(pc.utf8_trim_whitespace(array), "").to_numpy(zero_copy_only=False)
        if filled.all():
            return Chunk(numbers, misfits=misfits, cells=cells)
    kept = pa.array(filled)
    return Chunk(numbers[filled], misfits=misfits, cells=tuple(array.filter(kept) for array in cells))


def chunks_of(rows: Iterator[tuple[int, list[str]] | Misfit], width: int) -> Iterator[Chunk]:
    """Yield numbered rows and misfits in chunks."""
    while some := list(islice(rows, ROWS)):
        misfits = tuple(row for row in some if isinstance(row, Misfit))
        good = [row for row in some if not isinstance(row, Misfit)]
        numbers = np.array([number for number, _ in good], dtype=np.int64)
        columns = [pa.array([cells[at] for _, cells in good], pa.string()) for at in range(width)]
        yield chunk_of(numbers, columns, misfits)


def split_line(text: str, delimiter: str) -> list[str]:
    """Return the cells of one row of a CSV file; one that csv cannot split is a single cell."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [text]
