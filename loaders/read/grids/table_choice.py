"""Which table a grid is. What was not said is said aloud; what fits several is asked."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from graph.language import Text
from graph.vocabulary import fold
from loaders.read.files.chunks import Grid, Line
from loaders.read.grids.headed import COMPANY, INSTITUTION, knows_most
from loaders.read.grids.header_finding import find_header, fits, header_of, said_by
from loaders.read.rows.row_notes import is_footnote, is_total
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import find_table, lacking, match
from loaders.read.words.surroundings import TitleWords, around, tables_named, titles
from loaders.tables import TABLES, Table

ONLY_FIT = Text("只有它的列相符", "its columns alone fit")
FIRMS_OR_NOT = {
    "organizations": (INSTITUTION, Text("名称都是机构", "all names are those of institutions")),
    "enterprises": (COMPANY, Text("名称都是公司", "all names are those of companies")),
}
"""Tables whose headers may be the same, a list of names and places alone, and what their names are like."""
LEAST_NAMES = 2
FIRM, ID = "企业", "id"


class Choice(NamedTuple):
    """Which table a grid is, and why where nobody said so; None for neither table nor reason: it is not loaded."""

    table: Table | None
    why: Text | None = None
    several: tuple[Table, ...] = ()


def choose(file: PurePosixPath, grid: Grid, note: DeliveryNote, *, alone: bool) -> Choice:
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
    fitting = [table for table in TABLES.values() if fits(table, grid, note, file)]
    if by_file in fitting:
        return Choice(by_file)
    return _guess(file, grid, note, fitting)


def _guess(file: PurePosixPath, grid: Grid, note: DeliveryNote, fitting: list[Table]) -> Choice:
    """Return the table that words and headers agree on; several where they do not tell, none where nothing fits."""
    header = max((find_header(t, grid, note, file) for t in fitting), key=lambda f: f.line.number, default=None)
    above = header.line.number if header else _first_wide(grid.head)
    words = around(file.stem, said_by(grid), titles(ln.cells for ln in grid.head if ln.number < above))
    named = tables_named(words)
    if numbered := _numbered_alone(grid, note, file, fitting, named):
        return Choice(numbered)
    agreed = [table for table in fitting if table.name in named] if named else fitting
    if not agreed and (firms := _as_firms(named)):
        named = firms
        agreed = [table for table in fitting if table.name in named]
    if len(agreed) > 1:
        agreed = _richest(agreed, grid, note) or agreed
    if not named and {table.name for table in agreed} == {*FIRMS_OR_NOT}:
        for name, (like, reason) in FIRMS_OR_NOT.items():
            if _are_all(like, grid, note, file):
                return Choice(TABLES[name], _why(TABLES[name], None, reason))
    if len(agreed) == 1 and (not named or len(named) == 1 or len(fitting) == 1 or agreed[0].name in named):
        table = agreed[0]
        return Choice(table, _why(table, named.get(table.name)))
    if named and not agreed:
        # The words say what it is, and it lacks a column: whatever else would take it is the wrong table.
        return Choice(None, Text("", ""), tuple(TABLES[name] for name in named))
    return Choice(None, Text("", ""), tuple(agreed))


def _numbered_alone(
    grid: Grid, note: DeliveryNote, file: PurePosixPath, fitting: list[Table], named: dict[str, TitleWords]
) -> Table | None:
    """Return the table that lacks nothing but its id, where it needs a column that no table knows which fits.

    A list of needs would be read as one of the firms that have them.
    """
    for table in (t for t in TABLES.values() if t.naming == ID and (not named or t.name in named)):
        found = find_header(table, grid, note, file)
        missing = lacking(table, found.matched, note.constants(table, grid.name, file.stem))
        if [column.name for column in missing] != [ID] or not knows_most(table, found.line, note):
            continue
        others = (match(t, found.line.cells, note.headers.get(t.name, {})).columns.values() for t in fitting)
        columns = found.matched.columns
        if {columns[c.name] for c in table.required if c.name in columns} - {at for known in others for at in known}:
            return table
    return None


def _as_firms(named: dict[str, TitleWords]) -> dict[str, TitleWords]:
    """Return that a list is one of firms, by words that name them, too: 龙头企业 are organisations and firms."""
    said = next((said for said in named.values() if said.text.endswith(FIRM)), None)
    return {"enterprises": said} if said else {}


def _are_all(like: re.Pattern[str], grid: Grid, note: DeliveryNote, file: PurePosixPath) -> bool:
    """Tell whether all names at the top of a list are like those of a table."""
    found = find_header(TABLES["enterprises"], grid, note, file)
    at, rows = found.matched.columns["name"], [ln for ln in grid.head if ln.number > found.line.number]
    texts = [line.cells[at].strip() for line in rows if at < len(line.cells)]
    names = [text for text in texts if text and not is_total(text) and not is_footnote(text)]
    return len(names) >= LEAST_NAMES and all(map(like.search, names))


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
        matched = match(table, header_of(table, grid.head, renamed).cells, renamed)
        return frozenset((*matched.columns.values(), *matched.parts))

    has = {table.name: known(table) for table in tables}
    return [t for t in tables if all(has[t.name] > has[o.name] for o in tables if o is not t)]


def _first_wide(head: list[Line]) -> int:
    """Return the number of the first row that fills most of the columns: what stands above it is a title."""
    widest = max((sum(bool(c.strip()) for c in line.cells) for line in head), default=0)
    return next((ln.number for ln in head if 2 * sum(bool(c.strip()) for c in ln.cells) > widest), 0)
