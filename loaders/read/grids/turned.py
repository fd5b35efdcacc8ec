"""Forms whose headers stand under one another, with a column for each row: 名称, 类型, 所在地区 down the left side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from graph.language import Text
from loaders.read.files.chunks import HEAD_ROWS, Chunk, Grid, GridPart, Line, chunks_of
from loaders.read.words.headers import find_column, is_complete, lacking, match
from loaders.tables import TABLES, Table

MOST = 60
"""Rows that a form may have; a longer sheet is a list."""
LEFT = 3
"""Columns at the left among which the headers are looked for."""
FURTHER = 2
"""So many headers in another column are no coincidence: the form has pairs side by side."""
LEAST = 0.6
"""Share of a form's headers that are known."""
PAIRS = Text(
    "登记表：表头与内容左右成对（如 {title}：…），整页读作一行",
    "a form of headers with their values beside them, one row",
)
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
    if len(rows) <= MOST and (form := _paired(rows)):
        said = Text(*(text.format(title=form[0].cells[0]) for text in PAIRS))
        return Turned(grid, form, (*grid.warnings, said))
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


def _paired(rows: Sequence[Line]) -> list[Line]:
    """Return header and row of a form whose headers have their values right beside them, none for anything else."""
    wide = [line for line in rows if sum(bool(cell.strip()) for cell in line.cells) > 1]
    pairs = [
        (line.number, title.strip(), value.strip())
        for line in wide
        for title, value in zip(line.cells[::2], [*line.cells[1::2], ""], strict=False)
        if title.strip()
    ]
    texts = [text for _, *pair in pairs for text in pair if text]
    table = max(TABLES.values(), key=lambda table: sum(find_column(table, text) is not None for text in texts))
    known = [pair for pair in pairs if find_column(table, pair[1])]
    matched = match(table, [title for _, title, _ in known], {})
    several = 1 < len({number for number, *_ in known}) < len(known)
    if any(find_column(table, value) for *_, value in pairs) or not several or lacking(table, matched):
        return []
    if len(known) != len(matched.columns) or len(known) < LEAST * len(pairs):
        return []
    first, last = known[0][0], known[-1][0]
    return [Line(first, [title for _, title, _ in known]), Line(last, [value for *_, value in known])]


def _fitting(cells: Sequence[str]) -> list[Table]:
    """Return the tables of which some cells are all the headers that are needed."""
    return [table for table in TABLES.values() if is_complete(table, match(table, cells, {}))]
