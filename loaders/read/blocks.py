"""Lists that go on at the right of themselves: the columns of one sheet that repeat its header are further rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from graph.language import Text
from loaders.read.chunks import Chunk, Grid, Line, chunk_of
from loaders.read.headers import spellings
from loaders.tables import TABLES

LEAST = 2
"""So many headers that come again are no coincidence."""
BESIDE = Text("表中并排 {n} 栏，逐栏载入", "the table stands in {n} blocks side by side; each is loaded")


@dataclass(frozen=True)
class Block:
    """The columns from ``first`` to before ``last`` of a grid; the other cells count as blank."""

    grid: Grid
    number: int
    first: int
    last: int
    warnings: tuple[Text, ...] = ()

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.grid.name

    @property
    def label(self) -> str:
        """What the block is called in messages."""
        name = getattr(self.grid, "label", self.grid.name)
        return f"{name} 第{self.number}栏".strip() if self.number > 1 else name

    @property
    def hidden(self) -> bool:
        """Tell whether the sheet is hidden."""
        return getattr(self.grid, "hidden", False)

    @property
    def head(self) -> list[Line]:
        """The first rows; what stands above the header belongs to all blocks."""
        lines = self.grid.head
        at = next(number for number, line in enumerate(lines) if _blocks(line.cells))
        return [*lines[:at], *(line._replace(cells=self._own(line.cells)) for line in lines[at:])]

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
    starts = next(filter(None, (_blocks(line.cells) for line in grid.head)), ())
    if not starts:
        return [grid]
    width = max(len(line.cells) for line in grid.head)
    said = Text(*(text.format(n=len(starts)) for text in BESIDE))
    first = Block(grid, 1, 0, starts[1], (*grid.warnings, said))
    ends = (*starts[2:], width)
    return [first, *(Block(grid, n, at, end) for n, (at, end) in enumerate(zip(starts[1:], ends, strict=True), 2))]


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


def _is_known(titles: list[str]) -> bool:
    """Tell whether the titles have a required column of any table, so that each block says what its rows are."""
    forms = {form for title in titles for form in spellings(title)}
    return any(column.headers & forms for table in TABLES.values() for column in table.required)
