"""Tables that stand under one another in a sheet: each header below the first begins a further table.

Small sheets and files alone are looked at: what is typed by hand is small, and a pass over a large one takes time.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

import numpy as np
import pyarrow as pa

from graph.language import Text
from loaders.read.files.chunks import HEAD_ROWS, Chunk, Grid, GridPart, Line
from loaders.read.rows.closings import is_closing, is_day, is_signature
from loaders.read.rows.row_notes import GOES_ON, is_footnote, is_total
from loaders.read.words.headers import match, spellings
from loaders.tables import TABLES

LEAST = 2
"""So many known headers in a row are no coincidence."""
_GOES_ON = re.compile(f"^(?:{GOES_ON})|(?:{GOES_ON})$")
UNDER = Text("表中上下排有 {n} 张表，逐张载入", "{n} tables stand under one another; each is loaded")


@dataclass(frozen=True)
class Stacked(GridPart):
    """The rows of a grid from ``first`` to before ``last``; the first of several keeps the sheet's name."""

    grid: Grid
    number: int
    title: str
    first: int
    last: int
    head: list[Line]
    warnings: tuple[Text, ...] = ()
    counts: None = None

    @property
    def name(self) -> str:
        """The sheet's name; of a further table its title."""
        return self.grid.name if self.number == 1 else self.title or f"第{self.number}表"

    @property
    def label(self) -> str:
        """What the table is called in messages."""
        return " ".join(dict.fromkeys(filter(None, (self.grid.name, self.name))))

    def lines(self) -> Sequence[Line]:
        """Return all its rows."""
        return [line for line in self.grid.lines() if self.first <= line.number < self.last]

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        for chunk in self.grid.chunks(header):
            kept = chunk.numbers < self.last
            yield replace(
                chunk,
                numbers=chunk.numbers[kept],
                cells=tuple(column.filter(pa.array(kept)) for column in chunk.cells),
                misfits=tuple(misfit for misfit in chunk.misfits if misfit.number < self.last),
            )
            if not np.all(kept):
                return


def stacked(grid: Grid) -> list[Grid]:
    """Return the tables of a grid that stand under one another, or the grid itself."""
    lines = grid.lines()
    headers = _headers(lines)
    if len(headers) < LEAST:
        return [grid]
    starts = [_start(lines, at) for at in headers]
    ends = [lines[at].number for at in starts[1:]] + [sys.maxsize]
    said = Text(*(text.format(n=len(headers)) for text in UNDER))
    found: list[Grid] = []
    for number, (at, header, last) in enumerate(zip(starts, headers, ends, strict=True), 1):
        head = grid.head if number == 1 else lines[at : at + HEAD_ROWS]
        own = [line for line in head if line.number < last]
        title = next((cell.strip() for cell in lines[at].cells if cell.strip()), "") if at < header else ""
        first = 0 if number == 1 else lines[at].number
        found.append(Stacked(grid, number, title, first, last, own, (*grid.warnings, said) if number == 1 else ()))
    return found


def _headers(lines: Sequence[Line]) -> list[int]:
    """Return where the headers of different tables stand.

    Rows of one header are one, as is a header that comes again; but under a title of its own (乐山市名单) it begins a
    further table, of which the first one's title says nothing.
    """
    found: list[int] = []
    seen: set[tuple[str, ...]] = set()
    titles = {""}
    before = -LEAST
    for at, line in enumerate(lines):
        if not _is_header(line.cells):
            continue
        cells, title = tuple(cell.strip() for cell in line.cells), _title(lines, at)
        if at != before + 1 and (cells not in seen or title not in titles):
            found.append(at)
        before = at
        seen.add(cells)
        titles.add(title)
    return found


def _title(lines: Sequence[Line], header: int) -> str:
    """Return what stands above a header, without a word that the table goes on: （续表）."""
    above = lines[_start(lines, header) : header]
    return _GOES_ON.sub("", "".join(cell.strip() for line in above for cell in line.cells))


def _is_header(cells: Sequence[str]) -> bool:
    """Tell whether most cells of a row are headers of one table."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < LEAST or sum(cell.strip(" *").casefold() in _known() for cell in filled) < LEAST:
        return False
    known = max(len(m.columns) + len(m.parts) for m in (match(table, cells, {}) for table in TABLES.values()))
    return known >= LEAST and 2 * known >= len(filled) and all(any(spellings(cell)) for cell in filled)


@cache
def _known() -> frozenset[str]:
    return frozenset(h for table in TABLES.values() for column in table.columns for h in column.headers)


def _start(lines: Sequence[Line], header: int) -> int:
    """Return where a table begins: at the titles right above its header, each alone in its row.

    What closes the table above (its remarks, an office and a day) is no title of it.
    """
    above = takewhile(lambda at: _is_title(lines[at], lines[at + 1]), range(header - 1, -1, -1))
    titles = sorted(above)
    texts = [next(cell.strip() for cell in lines[at].cells if cell.strip()) for at in titles]
    begins = 0
    for n, text in enumerate(texts):
        below = "".join(texts[n + 1 : n + 2])
        closes = n == begins if is_day(text) else is_closing(text)
        if closes or (is_signature(text) and is_day(below)):
            begins = n + 1
    return titles[begins] if begins < len(titles) else header


def _is_title(line: Line, below: Line) -> bool:
    texts = {cell.strip() for cell in line.cells if cell.strip()}
    text = next(iter(texts), "")
    return len(texts) == 1 and line.number + 1 == below.number and not is_total(text) and not is_footnote(text)
