"""The tables among the grids of a file, with what is known of each before its rows are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from graph.errors import FileUnreadable, MissingColumn
from graph.language import Text, about, listed
from graph.vocabulary import fold
from loaders.read.files.chunks import Grid, Line
from loaders.read.grids.blocks import blocks
from loaders.read.grids.crossed import crossed, find_cross
from loaders.read.grids.headed import headed
from loaders.read.grids.header_finding import find_header, header_of
from loaders.read.grids.placed import classed, of_chain, place_cells, place_title, placed
from loaders.read.grids.sheets import Sheet, is_old, where
from loaders.read.grids.stacked import stacked
from loaders.read.grids.table_choice import Choice, choose
from loaders.read.grids.turned import turned
from loaders.read.grids.unknown import Unknown, missing_column
from loaders.read.rows.contexts import context, notes_below
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import Matched, is_serial, lacking, nearness
from loaders.read.words.marked_titles import titles_headed
from loaders.read.words.place_texts import province_of
from loaders.read.words.places_said import place_around
from loaders.read.words.surroundings import unheld
from loaders.read.words.unseen import seen_text
from loaders.tables import TABLES, Table

NOTES = ("说明", "readme", "notes", "词表")
"""Sheets of the template that hold no rows."""
NOTHING = Text("其中没有数据", "it holds no data")


@dataclass(frozen=True)
class Matches:
    """What the grids of one file are: sheets, and those that are none."""

    sheets: list[Sheet]
    unknown: list[Unknown]


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
    names = (*folders, *((path.name, member) if member else (path.name,)))
    file = PurePosixPath(*map(seen_text, names))
    shown = f"{path.name}/{member}" if member else path.name
    inside = province_of(grid.name for grid in grids)
    data = [table for grid in grids for table in _tables(grid, note, file, inside)]
    if not data:
        raise FileUnreadable(path=path / member if member else path, reason=NOTHING)
    alone = len({grid.name for grid in data}) == 1
    choices = [choose(file, grid, note, alone=alone) for grid in data]
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
    ones = [headed(one, note, file) for one in ones]
    return [placed(classed(of_chain(one, note, file), note, file), note, file, province) for one in ones]


def _sheet(
    path: Path, member: str, file: PurePosixPath, table: Table, why: Text | None, grid: Grid, note: DeliveryNote
) -> Sheet:  # fmt: skip
    shown = f"{path.name}/{member}" if member else path.name
    line, matched, words = find_header(table, grid, note, file)
    given = note.constants(table, grid.name, file.stem)
    if lacking(table, matched, given):
        raise missing_column(where(shown, grid.name), grid.name or file.stem, table, line, matched, words, given)
    said = (*grid.warnings, *filter(None, [why]), *unheld(table, words), *_warnings(grid, line, matched))
    warnings = tuple(about(where(shown, grid.name), text) for text in said)
    cells = list(place_cells(table, grid, line, matched))
    place = place_around(words, note, () if matched.parts else cells, file, place_title(table, line, matched))
    said_around = [*words, *notes_below(grid, line.number)]
    surroundings = context(table, line.cells, matched.columns, said_around, given, place, cells)
    across = titles_headed(table, matched.ignored)
    ignored = tuple(title for title in matched.ignored if not (is_serial(title) or title in across))
    return Sheet(
        table, path, grid.label, tuple(line.cells), matched.columns, grid, line, note,
        ignored, warnings if grid.leads else (), matched.parts, surroundings, member,
    )  # fmt: skip


def _unknown(shown: str, file: PurePosixPath, choice: Choice, grid: Grid, note: DeliveryNote) -> Unknown:
    across = (TABLES["demand_counts"],) if find_cross(grid, note, file) else ()
    several = () if across else choice.several
    tables = across or several or ((choice.table,) if choice.table else tuple(TABLES.values()))
    near = max(tables, key=lambda t: nearness(t, header_of(t, grid.head, note.headers.get(t.name, {})).cells))
    found = find_header(near, grid, note, file)
    return Unknown(
        shown, grid.name, file, near, found.line, found.words, several, grid.hidden,
        leftover=choice.table is not None,
    )  # fmt: skip


def _warnings(grid: Grid, header: Line, matched: Matched) -> Iterator[Text]:
    above = [line for line in grid.head if line.number < header.number - header.rows + 1]
    if above:
        yield Text(f"表头上方的 {len(above)} 行未读", f"{len(above)} rows above the header are not read")
    for title in matched.doubled:
        yield Text(f"表头“{title}”与前面的列重复，只读前面的", f"header “{title}” stands twice; the first one is read")
    bare = [at for at, title in enumerate(header.cells) if not title.strip() and at not in matched.parts]
    if nameless := [str(at + 1) for at in bare if _filled(grid, at, [*above, header])]:
        zh, en = listed(nameless)
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
