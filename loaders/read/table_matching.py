"""Which table a grid is, and where its header stands."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from graph.errors import FileUnreadable, UnknownTable
from graph.language import Text
from graph.vocabulary import fold
from loaders.read.chunks import Grid, Line, Sheet
from loaders.read.delivery import DeliveryNote
from loaders.read.headers import Matched, find_table, lacking, match, match_header
from loaders.tables import TABLES, Table

NOTES = ("说明", "readme", "notes", "词表")
"""Sheets of the template that hold no rows."""
NOTHING = Text("其中没有数据", "it holds no data")


def match_sheets(path: Path, member: str, note: DeliveryNote, grids: Sequence[Grid]) -> Iterator[Sheet]:
    """Yield the tables among the grids of one file.

    Raises:
        FileUnreadable: it holds none.
        UnknownTable, MissingColumn: one cannot be read.
    """
    data = [grid for grid in grids if not fold(grid.name).startswith(NOTES)]
    if not data:
        raise FileUnreadable(path=path / member if member else path, reason=NOTHING)
    for grid in data:
        file = f"{path.name}/{member}" if member else path.name
        where = f"{file}[{grid.name}]" if grid.name else file
        table = _table(PurePosixPath(member or path.name), grid, note, where, alone=len(data) == 1)
        if table is None:
            continue
        renamed = note.headers.get(table.name, {})
        line = _header(table, grid.head, renamed)
        matched = match_header(table, line.cells, where, renamed)
        yield Sheet(
            table, path, grid.name, tuple(line.cells), matched.columns, grid, line, note, matched.ignored,
            (*grid.warnings, *_warnings(grid, line, matched)), member,
        )  # fmt: skip


def _table(file: PurePosixPath, grid: Grid, note: DeliveryNote, where: str, *, alone: bool) -> Table | None:
    """Return the table that a grid is, None where the note leaves it out.

    The note's word goes first, then the sheet's name, the file's name, and last the headers if they fit one table
    alone. The name of a file with several sheets counts for those that have its columns.
    """
    for name in (grid.name, file.stem, file.name):
        if (stated := note.tables.get(fold(name))) is not None:
            return TABLES.get(stated)
    if named := find_table(grid.name):
        return named
    by_file = find_table(file.stem)
    if by_file and alone:
        return by_file
    fitting = [table for table in TABLES.values() if _fits(table, grid.head, note.headers.get(table.name, {}))]
    if by_file in fitting:
        return by_file
    if len(fitting) == 1:
        return fitting[0]
    listed = "、".join(f"{t.label.zh} {t.name}" for t in TABLES.values())
    raise UnknownTable(where=where, name=grid.name or file.stem, tables=listed)


def _fits(table: Table, head: list[Line], renamed: Mapping[str, str]) -> bool:
    return any(not lacking(table, match(table, line.cells, renamed)) for line in head)


def _header(table: Table, head: list[Line], renamed: Mapping[str, str]) -> Line:
    """Return the first of the rows with the most known columns; all required ones count for more."""

    def rank(line: Line) -> tuple[bool, int]:
        matched = match(table, line.cells, renamed)
        return not lacking(table, matched), len(matched.columns)

    return max(head, key=rank, default=Line(0, []))


def _warnings(grid: Grid, header: Line, matched: Matched) -> Iterator[Text]:
    above = [line for line in grid.head if line.number < header.number]
    if above:
        yield Text(f"表头上方的 {len(above)} 行未读", f"{len(above)} rows above the header are not read")
    for title in matched.doubled:
        yield Text(f"表头“{title}”与前面的列重复，只读前面的", f"header “{title}” stands twice; the first one is read")
    if grid.counts:
        seen = [*above, header]
        nameless = [
            str(at + 1)
            for at, title in enumerate(header.cells)
            if not title.strip() and grid.counts[at] > sum(bool(line.cells[at]) for line in seen)
        ]
        if nameless:
            zh, en = "、".join(nameless), ", ".join(nameless)
            yield Text(f"第 {zh} 列没有表头，未读", f"columns {en} have no header and are not read")
