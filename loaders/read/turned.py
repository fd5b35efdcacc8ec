"""Forms whose headers stand under one another, with a column for each row: 名称, 类型, 所在地区 down the left side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from graph.language import Text
from loaders.read.chunks import HEAD_ROWS, Chunk, Grid, GridPart, Line, chunks_of
from loaders.read.headers import lacking, match
from loaders.tables import TABLES, Table

MOST = 60
"""Rows that a form may have; a longer sheet is a list."""
LEFT = 3
"""Columns at the left among which the headers are looked for."""
FURTHER = 2
"""So many headers in another column are no coincidence: the form has pairs side by side, which is not read."""
TURNED = Text(
    "表头竖排在第 {n} 列，逐列载入；提示中的“行”是表中的列",
    "the headers stand in column {n}; each further column is loaded, and what is called a row is a column of the sheet",
)


@dataclass(frozen=True)
class Turned(GridPart):
    """A grid turned over: each of its ``columns`` is a row, numbered as the column is."""

    grid: Grid
    columns: Sequence[Line]
    warnings: tuple[Text, ...]
    counts: None = None

    @property
    def head(self) -> list[Line]:
        """The first rows."""
        return list(self.columns[:HEAD_ROWS])

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        rows = ((line.number, line.cells) for line in self.columns if line.number > header.number)
        return chunks_of(rows, len(header.cells))


def turned(grid: Grid) -> Grid:
    """Return a small grid turned over where one of its columns has all headers that a table needs, else itself."""
    rows = grid.lines()
    columns = list(zip_longest(*(line.cells for line in rows), fillvalue="")) if len(rows) <= MOST else []
    for at in range(min(LEFT, len(columns))):
        if _is_form(columns[at:]) and not any(_fitting(line.cells) for line in rows):
            lines = [Line(n, list(column)) for n, column in enumerate(columns, 1) if any(map(str.strip, column))]
            said = Text(*(text.format(n=at + 1) for text in TURNED))
            return Turned(grid, lines, (*grid.warnings, said))
    return grid


def _is_form(columns: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first column has all headers that a table needs, and no other has further ones."""
    fitting = _fitting(columns[0])
    beside = (match(table, other, {}) for table in fitting for other in columns[1:])
    return bool(fitting) and all(len(matched.columns) < FURTHER for matched in beside)


def _fitting(cells: Sequence[str]) -> list[Table]:
    """Return the tables of which some cells are all the headers that are needed."""
    return [table for table in TABLES.values() if not lacking(table, match(table, cells, {}))]
