"""Which table a grid is, and where its header stands. What was not said is said aloud; what fits several is asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from graph.errors import FileUnreadable, MissingColumn
from graph.language import Text
from graph.places.gazetteer import is_place
from graph.vocabulary import fold
from loaders.read.blocks import blocks
from loaders.read.chunks import Grid, Line
from loaders.read.contexts import context, notes_below
from loaders.read.crossed import crossed, find_cross
from loaders.read.delivery import DeliveryNote
from loaders.read.header_rows import header_lines, with_units
from loaders.read.headers import Matched, find_table, is_complete, is_serial, lacking, match, nearness
from loaders.read.marked_titles import titles_headed
from loaders.read.place_texts import is_blank, join_places, province_of
from loaders.read.placed import classed, of_chain, place_cells, place_title, placed
from loaders.read.places_said import place_around
from loaders.read.row_notes import is_footnote, is_total
from loaders.read.sheets import Sheet, is_old, where
from loaders.read.stacked import stacked
from loaders.read.surroundings import TitleWords, around, tables_named, titles, unheld
from loaders.read.turned import turned
from loaders.read.unknown import Unknown, missing_column
from loaders.tables import TABLES, Table

NOTES = ("说明", "readme", "notes", "词表")
"""Sheets of the template that hold no rows."""
NOTHING = Text("其中没有数据", "it holds no data")
ONLY_FIT = Text("只有它的列相符", "its columns alone fit")
ALL_FIRMS = Text("名称都是公司", "all names are those of companies")
FIRMS_OR_NOT = {"organizations", "enterprises"}
"""Tables whose headers may be the same: a list of names and places alone."""
LEAST_FIRMS = 2
_COMPANY = re.compile("(?:公司|厂|集团|合伙企业|[(（](?:有限|普通)合伙[)）])$")


class Choice(NamedTuple):
    """Which table a grid is, and why where nobody said so; None for neither table nor reason: it is not loaded."""

    table: Table | None
    why: Text | None = None
    several: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Matches:
    """What the grids of one file are: sheets, and those that are none."""

    sheets: list[Sheet]
    unknown: list[Unknown]


class _Found(NamedTuple):
    line: Line
    matched: Matched
    words: list[TitleWords]


def match_sheets(
    path: Path, member: str, note: DeliveryNote, grids: Sequence[Grid], folders: tuple[str, ...] = (), *,
    lenient: bool = False,
) -> Matches:  # fmt: skip
    """Return the tables among the grids of one file, and the grids that are none.

    ``folders`` are the names of those in which the file lies, as far as the user spoke of them. Where ``lenient``,
    a table that lacks a column is one that is not known, instead of an error.

    Raises:
        FileUnreadable: it holds none.
        MissingColumn: one that says which table it is lacks a column.
    """
    file = PurePosixPath(*folders, *((path.name, member) if member else (path.name,)))
    data = [t for inside in [province_of(g.name for g in grids)] for g in grids for t in _tables(g, note, file, inside)]
    shown = f"{path.name}/{member}" if member else path.name
    if not data:
        raise FileUnreadable(path=path / member if member else path, reason=NOTHING)
    alone = len({grid.name for grid in data}) == 1
    choices = [_choose(file, grid, note, alone=alone) for grid in data]
    current = {c.table.name for c, g in zip(choices, data, strict=True) if c.table and not is_old(g)}
    sheets, unknown = [], []
    for choice, grid in zip(choices, data, strict=True):
        if choice.table is None and not choice.several and choice.why is None:
            continue
        if choice.table is None or (is_old(grid) and choice.table.name in current):
            unknown.append(_unknown(shown, file, choice, grid, note))
            continue
        try:
            sheets.append(_sheet(path, member, file, choice.table, choice.why, grid, note))
        except MissingColumn:
            if not lenient:
                raise
            unknown.append(replace(_unknown(shown, file, choice, grid, note), leftover=False))
    return Matches(sheets, unknown)


def _tables(grid: Grid, note: DeliveryNote, file: PurePosixPath, province: str) -> list[Grid]:
    """Return the tables of a grid: under one another, side by side, in columns of cross tables; see :func:`placed`."""
    if fold(grid.name).startswith(NOTES) or not grid.head:
        return []
    parts = stacked(turned(grid))
    ones = [one for part in parts for one in crossed(part, note, file) or blocks(part)]
    return [placed(classed(of_chain(one, note, file), note, file), note, file, province) for one in ones]


def _said_by(grid: Grid) -> str:
    """Return what a sheet's name says of its table: one that says where its rows are, says no more."""
    return "" if grid.stated else grid.name


def _sheet(
    path: Path, member: str, file: PurePosixPath, table: Table, why: Text | None, grid: Grid, note: DeliveryNote
) -> Sheet:  # fmt: skip
    shown = f"{path.name}/{member}" if member else path.name
    line, matched, words = find_header(table, grid, note, file)
    given = note.constants(table, grid.name, file.stem)
    if lacking(table, matched, given):
        raise missing_column(where(shown, grid.name), grid.name or file.stem, table, line, matched, words, given)
    said = (*grid.warnings, *filter(None, [why]), *unheld(table, words), *_warnings(grid, line, matched))
    warnings = tuple(Text(*(f"{where(shown, grid.name)}：{part}" for part in text)) for text in said)
    cells = list(place_cells(table, grid, line, matched))
    place = place_around(words, note, () if matched.parts else cells, file, place_title(table, line, matched))
    said_around = [*words, *notes_below(grid, line.number)]
    surroundings = context(table, line.cells, matched.columns, said_around, given, place, cells)
    ignored = tuple(t for t in matched.ignored if not (is_serial(t) or t in titles_headed(table, matched.ignored)))
    return Sheet(
        table, path, grid.label, tuple(line.cells), matched.columns, grid, line, note,
        ignored, warnings if grid.leads else (), matched.parts, surroundings, member,
    )  # fmt: skip


def _choose(file: PurePosixPath, grid: Grid, note: DeliveryNote, *, alone: bool) -> Choice:
    """Return the table that a grid is.

    The note's word goes first, then the sheet's name, the file's name, and last what the words around it and the
    headers say together. The name of a file with several sheets counts for those that have its columns.
    """
    for name in (grid.name, file.stem, file.name):
        if (stated := note.tables.get(fold(name))) is not None:
            return Choice(TABLES.get(stated))
    if named := find_table(grid.name):
        return Choice(named)
    by_file = find_table(file.stem)
    if by_file and alone:
        return Choice(by_file)
    fitting = [table for table in TABLES.values() if _fits(table, grid, note, file)]
    if by_file in fitting:
        return Choice(by_file)
    return _guess(file, grid, note, fitting)


def _guess(file: PurePosixPath, grid: Grid, note: DeliveryNote, fitting: list[Table]) -> Choice:
    """Return the table that words and headers agree on; several where they do not tell, none where nothing fits."""
    header = max((find_header(t, grid, note, file) for t in fitting), key=lambda f: f.line.number, default=None)
    above = header.line.number if header else _first_wide(grid.head)
    words = around(file.stem, _said_by(grid), titles(ln.cells for ln in grid.head if ln.number < above))
    named = tables_named(words)
    agreed = [table for table in fitting if table.name in named] if named else fitting
    if len(agreed) > 1:
        agreed = _richest(agreed, grid, note) or agreed
    if not named and {table.name for table in agreed} == FIRMS_OR_NOT and _are_firms(grid, note, file):
        return Choice(TABLES["enterprises"], _why(TABLES["enterprises"], None, ALL_FIRMS))
    if len(agreed) == 1 and (not named or len(named) == 1 or len(fitting) == 1 or agreed[0].name in named):
        table = agreed[0]
        return Choice(table, _why(table, named.get(table.name)))
    if named and not agreed:
        # The words say what it is, and it lacks a column: whatever else would take it is the wrong table.
        return Choice(None, Text("", ""), tuple(TABLES[name] for name in named))
    return Choice(None, Text("", ""), tuple(agreed))


def _are_firms(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> bool:
    """Tell whether all names at the top of a list are those of companies."""
    found = find_header(TABLES["enterprises"], grid, note, file)
    at, rows = found.matched.columns["name"], [ln for ln in grid.head if ln.number > found.line.number]
    texts = [line.cells[at].strip() for line in rows if at < len(line.cells)]
    names = [text for text in texts if text and not is_total(text) and not is_footnote(text)]
    return len(names) >= LEAST_FIRMS and all(map(_COMPANY.search, names))


def _why(table: Table, said: TitleWords | None, reason: Text = ONLY_FIT) -> Text:
    label = table.label
    if said:
        reason = Text(f"依{said.source.zh}中的“{said.text}”", f"for “{said.text}” in {said.source.en}")
    return Text(
        f"按“{label.zh}”表读入（{reason.zh}）；不对请在 source.yml 的 tables: 中写明",
        f"read as {label.en} ({reason.en}); if that is wrong, say so in source.yml, tables:",
    )


def _richest(tables: list[Table], grid: Grid, note: DeliveryNote) -> list[Table]:
    """Return the table whose columns include all that the others have, and more."""

    def known(table: Table) -> frozenset[int]:
        renamed = note.headers.get(table.name, {})
        matched = match(table, _header(table, grid.head, renamed).cells, renamed)
        return frozenset((*matched.columns.values(), *matched.parts))

    has = {table.name: known(table) for table in tables}
    return [t for t in tables if all(has[t.name] > has[o.name] for o in tables if o is not t)]


def _first_wide(head: list[Line]) -> int:
    """Return the number of the first row that fills most of the columns: what stands above it is a title."""
    widest = max((sum(bool(c.strip()) for c in line.cells) for line in head), default=0)
    return next((ln.number for ln in head if 2 * sum(bool(c.strip()) for c in ln.cells) > widest), 0)


def _unknown(shown: str, file: PurePosixPath, choice: Choice, grid: Grid, note: DeliveryNote) -> Unknown:
    across = (TABLES["demand_counts"],) if find_cross(grid, note, file) else ()
    several = () if across else choice.several
    tables = across or several or ((choice.table,) if choice.table else tuple(TABLES.values()))
    near = max(tables, key=lambda t: nearness(t, _header(t, grid.head, note.headers.get(t.name, {})).cells))
    found = find_header(near, grid, note, file)
    return Unknown(
        shown, grid.name, file, near, found.line, found.words, several, grid.hidden,
        leftover=choice.table is not None,
    )  # fmt: skip


def find_header(table: Table, grid: Grid, note: DeliveryNote, file: PurePosixPath) -> _Found:
    """Return where the header of a grid stands if it is this table, and the words around it."""
    renamed = note.headers.get(table.name, {})
    line = _header(table, grid.head, renamed)
    above = titles(ln.cells for ln in grid.head if ln.number < line.number - line.rows + 1)
    matched = _with_counties(table, line, match(table, line.cells, renamed), grid.head)
    return _Found(line, matched, around(file.stem, _said_by(grid), above))


def _with_counties(table: Table, header: Line, matched: Matched, head: list[Line]) -> Matched:
    """Return the columns with that right of the place which has no header, where both together are places.

    So a header over two merged cells comes: 所在地区 above the prefecture, and nothing above the county.
    """
    column = next((c for c in table.columns if c.place and c.name in matched.columns), None)
    at = matched.columns[column.name] if column else len(header.cells)
    if matched.parts or at + 1 >= len(header.cells) or header.cells[at + 1].strip():
        return matched
    rows = [line.cells for line in head if line.number > header.number and len(line.cells) > at + 1]
    beside = [join_places(cells[at], cells[at + 1]) for cells in rows if not is_blank(cells[at + 1])]
    return matched._replace(parts=(at + 1,)) if 2 * sum(map(is_place, beside)) > len(beside) else matched


def _fits(table: Table, grid: Grid, note: DeliveryNote, file: PurePosixPath) -> bool:
    renamed, given = note.headers.get(table.name, {}), note.constants(table, grid.name, file.stem)
    return any(is_complete(table, match(table, line.cells, renamed), given) for line in header_lines(grid.head))


def _header(table: Table, head: list[Line], renamed: Mapping[str, str]) -> Line:
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

    lines = list(header_lines(head))
    best = max(lines, key=known, default=Line(0, []))
    if lines and not known(best)[1]:
        best = max(lines, key=near)
    return with_units(best, head)


def _warnings(grid: Grid, header: Line, matched: Matched) -> Iterator[Text]:
    above = [line for line in grid.head if line.number < header.number - header.rows + 1]
    if above:
        yield Text(f"表头上方的 {len(above)} 行未读", f"{len(above)} rows above the header are not read")
    for title in matched.doubled:
        yield Text(f"表头“{title}”与前面的列重复，只读前面的", f"header “{title}” stands twice; the first one is read")
    bare = [at for at, title in enumerate(header.cells) if not title.strip() and at not in matched.parts]
    if nameless := [str(at + 1) for at in bare if _filled(grid, at, [*above, header])]:
        zh, en = "、".join(nameless), ", ".join(nameless)
        yield Text(f"第 {zh} 列没有表头，未读", f"columns {en} have no header and are not read")


def _filled(grid: Grid, at: int, heads: list[Line]) -> bool:
    """Tell whether anything stands in a column below the header; of a large text its first rows are looked at."""
    if grid.counts:
        return grid.counts[at] > sum(bool(line.cells[at]) for line in heads)
    rows = (line.cells for line in grid.lines() or grid.head if line.number > heads[-1].number)
    return any(at < len(cells) and cells[at].strip() for cells in rows)


def said_unknown(unknown: list[Unknown], sheets: list[Sheet]) -> list[Sheet]:
    """Return the sheets of a file, the first of them with a word on the grids that are not loaded."""
    if not unknown or not sheets:
        return sheets
    return [replace(sheets[0], warnings=(*sheets[0].warnings, *(one.warning for one in unknown))), *sheets[1:]]
