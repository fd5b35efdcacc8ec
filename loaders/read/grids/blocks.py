"""Lists that go on at the right of themselves, and tables side by side: each block of columns is read on its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from graph.language import Text
from loaders.read.files.chunks import Chunk, Grid, GridPart, Line, chunk_of
from loaders.read.words.headers import is_complete, match, spellings
from loaders.tables import TABLES

LEAST = 2
"""So many headers that come again are no coincidence."""
BESIDE = Text("表中并排 {n} 栏，逐栏载入", "the table stands in {n} blocks side by side; each is loaded")


@dataclass(frozen=True)
class Block(GridPart):
    """The columns from ``first`` to before ``last`` of a grid; the other cells count as blank."""

    grid: Grid
    number: int
    first: int
    last: int
    header: int
    """Number of the row in which the headers stand."""
    second: int
    """Where the second block begins."""
    warnings: tuple[Text, ...] = ()

    @property
    def label(self) -> str:
        """What the block is called in messages."""
        name = self.grid.label
        return f"{name} 第{self.number}栏".strip() if self.number > 1 else name

    @property
    def head(self) -> list[Line]:
        """The first rows; what stands above the header belongs to all blocks, but where each has a title of its own."""
        return [
            line._replace(cells=self._own(line.cells))
            if line.number >= self.header or any(line.cells[self.second :])
            else line
            for line in self.grid.head
        ]

    @property
    def counts(self) -> tuple[int, ...] | None:
        """How many cells of each column hold something, if that is known."""
        counts = self.grid.counts
        return counts and tuple(n if self.first <= at < self.last else 0 for at, n in enumerate(counts))

    def _own(self, cells: list[str]) -> list[str]:
        return [cell if self.first <= at < self.last else "" for at, cell in enumerate(cells)]

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows in which the block holds something."""
        for chunk in self.grid.chunks(header):
            blank = pa.array([""] * len(chunk.numbers), pa.string())
            cells = [c if self.first <= at < self.last else blank for at, c in enumerate(chunk.cells)]
            own = chunk_of(chunk.numbers, cells, chunk.misfits if self.number == 1 else ())
            yield replace(own, repeated={at: r for at, r in chunk.repeated.items() if self.first <= at < self.last})


def blocks(grid: Grid) -> list[Grid]:
    """Return the blocks of a grid that stand side by side, or the grid itself."""
    found = ((line.number, starts) for line in grid.head if (starts := _blocks(line.cells) or _tables(line.cells)))
    header, starts = next(found, (0, ()))
    if not starts:
        return [grid]
    width = max(len(line.cells) for line in grid.head)
    said = Text(*(text.format(n=len(starts)) for text in BESIDE))
    ends = (*starts[2:], width)
    further = zip(starts[1:], ends, strict=True)
    return [
        Block(grid, 1, 0, starts[1], header, starts[1], (*grid.warnings, said)),
        *(Block(grid, n, at, end, header, starts[1]) for n, (at, end) in enumerate(further, 2)),
    ]


def _blocks(cells: Sequence[str]) -> tuple[int, ...]:
    """Return where the blocks of a header begin, nothing where its titles do not come again as a whole."""
    titles = [cell.strip() for cell in cells]
    at = next((n for n, title in enumerate(titles) if title), None)
    if at is None or titles[at] not in titles[at + 1 :]:
        return ()
    width = titles.index(titles[at], at + 1) - at
    starts = tuple(range(at, len(titles), width))
    found = [[t for t in titles[s : s + width] if t] for s in starts]
    found = [part for part in found if part]
    same = all(part == found[0] for part in found) and len(found) > 1
    return starts[: len(found)] if same and len(found[0]) >= LEAST and _is_known(found[0]) else ()


def _tables(cells: Sequence[str]) -> tuple[int, ...]:
    """Return where tables of their own begin, with nothing between them: each has all columns that one needs."""
    titles = [cell.strip() for cell in cells]
    starts = [at for at, title in enumerate(titles) if title and not (at and titles[at - 1])]
    if len(starts) < 2:
        return ()
    parts = [titles[at:end] for at, end in zip(starts, [*starts[1:], len(titles)], strict=True)]
    whole = all(any(is_complete(table, match(table, part, {})) for table in TABLES.values()) for part in parts)
    return tuple(starts) if whole else ()


def _is_known(titles: list[str]) -> bool:
    """Tell whether the titles have a required column of any table, so that each block says what its rows are."""
    forms = {form for title in titles for form in spellings(title)}
    return any(column.headers & forms for table in TABLES.values() for column in table.required)
