"""What the words around a table say of its cells: constants, the place of short names, and units of amounts."""

from collections.abc import Iterable, Mapping, Sequence

from graph.language import Text
from loaders.read.files.chunks import Grid, GridPart, Line
from loaders.read.rows.provinces import is_national
from loaders.read.rows.row_notes import is_footnote, shown
from loaders.read.rows.understanding import Context
from loaders.read.words.surroundings import TitleWords, constants_said
from loaders.read.words.units import in_brackets, units
from loaders.tables import Table
from loaders.tables.repeated_counts import DAY


def context(
    table: Table, header: Sequence[str], columns: Mapping[str, int], words: Sequence[TitleWords],
    stated: Mapping[str, str], place: tuple[str, Text] | None, cells: Iterable[str] = (),
) -> Context:  # fmt: skip
    """Return what is said around a table: what the note ``stated``, then for columns that nobody requires the title's.

    ``place`` is that of ``place_around``, ``cells`` are the first of the column of places.
    """
    constants = dict(stated)
    sources: dict[str, Text] = {}
    above = [said for said in words if not said.below]
    beside = (TitleWords(said, by) for _, said, by in in_brackets(table, header, columns) if table.has(DAY))
    for name, (value, source) in constants_said(table, [*beside, *above]).items():
        if name not in columns and name not in stated and not table.column(name).required:
            constants[name] = value
            sources[name] = source
    measured = units(table, header, columns, ((said.text, said.source) for said in words))
    within, by = (place[0], {"": place[1]}) if place else ("", {})
    return Context(constants, within, {**sources, **by}, measured, is_national((said.text for said in above), cells))


def notes_below(grid: Grid, header: int) -> list[TitleWords]:
    """Return the notes under the header of a small grid, or of that of which it is a view: 注：单位为万户."""
    rows = (row.cells for row in _rows(grid) if row.number > header)
    texts = dict.fromkeys(cell.strip() for cells in rows for cell in cells if cell.strip() and is_footnote(cell))
    told = {said: shown((said,)) for said in texts}
    return [TitleWords(said, Text(f"表注“{now}”", f"the note “{now}”"), below=True) for said, now in told.items()]


def _rows(grid: Grid) -> Sequence[Line]:
    while not (rows := grid.lines()) and isinstance(grid, GridPart):
        grid = grid.grid
    return rows
