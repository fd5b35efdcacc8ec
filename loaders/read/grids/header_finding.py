"""Where the header of a grid stands, if it is a certain table."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from graph.places.gazetteer import is_place
from loaders.read.files.chunks import Grid, Line
from loaders.read.rows.header_rows import grouped_lines, header_lines, with_units
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import Matched, find_column, is_complete, match, nearness
from loaders.read.words.marked_titles import titles_headed
from loaders.read.words.place_texts import is_blank, join_places
from loaders.read.words.surroundings import TitleWords, around, titles
from loaders.tables import Table


class FoundHeader(NamedTuple):
    """A header, what its columns are, and the words around it."""

    line: Line
    matched: Matched
    words: list[TitleWords]


def find_header(table: Table, grid: Grid, note: DeliveryNote, file: PurePosixPath) -> FoundHeader:
    """Return where the header of a grid stands if it is this table, and the words around it."""
    renamed = note.headers.get(table.name, {})
    line = header_of(table, grid.head, renamed)
    above = titles(ln.cells for ln in grid.head if ln.number < line.number - line.rows + 1)
    matched = _with_counties(table, line, match(table, line.cells, renamed), grid.head)
    return FoundHeader(line, matched, around(file.stem, said_by(grid), above))


def header_of(table: Table, head: list[Line], renamed: Mapping[str, str]) -> Line:
    """Return the first of the rows with the most known columns; all required ones count for more.

    Where nothing is known, the row that comes nearest and fills most columns is it.
    """

    def known(line: Line) -> tuple[bool, int]:
        matched = match(table, line.cells, renamed)
        marks = len(titles_headed(table, matched.ignored)) if matched.columns else 0
        number = len(matched.columns) + len(matched.parts) + marks
        return bool(number) and is_complete(table, matched), number

    def near(line: Line) -> tuple[float, int]:
        return nearness(table, line.cells), sum(bool(cell.strip()) for cell in line.cells)

    def is_amount(title: str) -> bool:
        column = find_column(table, title)
        return column is not None and column.quantity

    lines = [*grouped_lines(head, is_amount), *header_lines(head)]
    best = max(lines, key=known, default=Line(0, []))
    if lines and not known(best)[1]:
        best = max(lines, key=near)
    return with_units(best, head)


def fits(table: Table, grid: Grid, note: DeliveryNote, file: PurePosixPath) -> bool:
    """Tell whether some row of a grid has all headers that a table needs."""
    renamed, given = note.headers.get(table.name, {}), note.constants(table, grid.name, file.stem)
    return any(is_complete(table, match(table, line.cells, renamed), given) for line in header_lines(grid.head))


def _with_counties(table: Table, header: Line, matched: Matched, head: list[Line]) -> Matched:
    """Return the columns with that right of the place which has no header, where both together are places.

    So a header over two merged cells comes: 所在地区 above the prefecture, and nothing above the county.
    """
    at = matched.columns.get(table.place, len(header.cells))
    if matched.parts or at + 1 >= len(header.cells) or header.cells[at + 1].strip():
        return matched
    rows = [line.cells for line in head if line.number > header.number and len(line.cells) > at + 1]
    beside = [join_places(cells[at], cells[at + 1]) for cells in rows if not is_blank(cells[at + 1])]
    return matched._replace(parts=(at + 1,)) if 2 * sum(map(is_place, beside)) > len(beside) else matched


def said_by(grid: Grid) -> str:
    """Return what a sheet's name says of its table: one that says where its rows are, says no more."""
    return "" if is_place(grid.stated) else grid.name
