"""Rejected rows as a workbook: the original columns plus the reason, to be corrected and loaded again."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from graph.whole_file import write_whole
from graph.workbook import workbook
from loaders.keep.privacy import mask, mask_text
from loaders.parse.issues import RowIssue
from loaders.read import Sheet
from loaders.read.words.headers import PLACE, REASON, find_column, spellings
from loaders.tables import Table

LAST_ROW = 1_000_000
"""A sheet of Excel ends soon after; more rows go on in another one."""
LONGEST = 32_767
"""Characters in a cell of Excel; a longer text is cut, and its reason says that it is too long."""
COMMENTS = 5_000
"""Comments of a sheet; Excel gets slow with more. The reasons stand in their column all the same."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is marked as a text, in case somebody edits it in Excel."""


Reasons = dict[tuple[str, str, int], list[RowIssue]]
Slot = tuple[str, str, int]
"""What makes columns of two files one: known column or not, its name or header, and which of several it is."""
NAMELESS = ("unknown", "", 0)
"""A cell beyond the header."""
PART = ("part", "", 0)
"""A further column of the place, which stands whole in its first."""


def write_rejects(sheets: list[Sheet], issues: list[RowIssue], folder: Path, load: str) -> Path:
    """Write one sheet a table with all its rejected rows; the two added columns are ignored when loaded again.

    Cells stand as the sender wrote them, personal ones masked; but a ditto stands as what it repeats, a place as it was
    understood, and what was said around the table stands in a column, as the workbook has other rows and titles. Where
    a note was needed to understand a header, it is replaced by ours. The workbook never replaces another one: a load
    that wrote nothing leaves its number to the next.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be written.
        FileUnreadable: a file changed since it was loaded.
    """
    names = (folder / f"{load}{'' if n == 1 else f'-{n}'}.xlsx" for n in count(1))
    path = next(name for name in names if not name.exists())
    made = io.BytesIO()
    with workbook(made, large=True) as book:
        for table in {s.table.name: s.table for s in sheets}.values():
            _table(book, table, [s for s in sheets if s.table is table], _by_row(issues, table))
    write_whole(path, made.getvalue())
    return path


def _by_row(issues: list[RowIssue], table: Table) -> Reasons:
    reasons: Reasons = {}
    for issue in issues:
        if issue.table == table.name:
            reasons.setdefault((issue.file, issue.sheet, issue.row), []).append(issue)
    return reasons


def _table(book: xlsxwriter.Workbook, table: Table, sheets: list[Sheet], reasons: Reasons) -> None:
    places = {(file, name) for file, name, _ in reasons}
    sheets = [s for s in sheets if (s.file, s.sheet) in places]
    if not sheets:
        return
    layout = _layout(sheets)
    pages = (_Page.begin(book, table, layout, number) for number in count(1))
    page = next(pages)
    for sheet in sheets:
        slots = _slots(sheet)
        given = tuple(sheet.constants.values())
        for number, cells in _rows(sheet, reasons):
            if page.line > LAST_ROW:
                page = next(pages)
            why = reasons[sheet.file, sheet.sheet, number]
            where = " ".join(filter(None, (sheet.file, sheet.sheet, str(number))))
            page.write(slots, _placed(sheet, cells, given), {i.column: _reasons(i, why) for i in why}, where)


def _reasons(issue: RowIssue, issues: list[RowIssue]) -> str:
    """Return all reasons that a row has for the column of an issue."""
    return "；".join(f"{i.reason.zh} / {i.reason.en}" for i in issues if i.column == issue.column)


def _rows(sheet: Sheet, reasons: Reasons) -> Iterator[tuple[int, tuple[str, ...]]]:
    wanted = {row for file, name, row in reasons if (file, name) == (sheet.file, sheet.sheet)}
    for chunk in sheet.chunks():
        yield from chunk.originals(wanted)


def _placed(sheet: Sheet, cells: tuple[str, ...], given: tuple[str, ...]) -> list[str]:
    """Return the masked cells of a row with the constants of its sheet behind them; a row of another shape has none."""
    masked = list(_masked(sheet, cells))
    return [*masked, *given] if len(cells) == len(sheet.header) else masked


def _slots(sheet: Sheet) -> list[Slot]:
    """Return the slot of each of a sheet's columns, then of each column that it has as a constant.

    The further columns of a place have none: the place stands whole in its first.
    """
    names = {at: name for name, at in sheet.columns.items()}
    seen: dict[str, int] = {}
    slots = []
    for at, title in enumerate(sheet.header):
        if at in sheet.parts:
            slots.append(PART)
        elif at in names:
            slots.append(("known", names[at], 0))
        else:
            seen[title.strip()] = seen.get(title.strip(), 0) + 1
            slots.append(("unknown", title.strip(), seen[title.strip()]))
    return [*slots, *(("known", name, 0) for name in sheet.constants)]


def _layout(sheets: list[Sheet]) -> dict[Slot, str]:
    """Return the columns of all sheets of a table, in their order, each with its header.

    The two columns of an earlier rejects workbook are made anew, and columns at the end that have no header are left
    to the cells without one.
    """
    layout: dict[Slot, str] = {}
    for sheet in sheets:
        slots = _slots(sheet)
        while slots and slots[-1][:2] == NAMELESS[:2]:
            slots.pop()
        for at, slot in enumerate(slots):
            if slot != PART and slot[1] not in (REASON, PLACE):
                layout.setdefault(slot, _title(sheet, at, slot))
    return layout


def _title(sheet: Sheet, at: int, slot: Slot) -> str:
    """Return the header as it stands, or ours where it would not be understood without the sender's note.

    What an amount's header says in brackets (万家, 百分制, 2025年) its cells say themselves here, or a column does:
    under the header of one sheet stand the rows of others.
    """
    title = sheet.header[at].strip() if at < len(sheet.header) else ""
    if slot[0] == "unknown":
        return title
    understood = find_column(sheet.table, title)
    column = sheet.table.column(slot[1])
    as_is = understood is column and not (
        (column.quantity or column.lowest is not None) and len({*spellings(title)}) > 1
    )
    return title if as_is else column.zh


@dataclass
class _Page:
    """One sheet of the workbook while it is written."""

    table: Table
    page: Worksheet
    positions: dict[Slot, int]
    formats: dict[str, object]
    line: int = 1
    comments: int = 0

    @classmethod
    def begin(cls, book: xlsxwriter.Workbook, table: Table, layout: dict[Slot, str], number: int) -> "_Page":
        """Add a sheet with its header."""
        page = book.add_worksheet(table.label.zh + ("" if number == 1 else f" ({number})"))
        bold = book.add_format({"bold": True, "bg_color": "#f3e3e0"})
        for at, title in enumerate([*layout.values(), REASON, PLACE]):
            page.write_string(0, at, title, bold)
        page.freeze_panes(1, 0)
        page.set_column(0, len(layout) + 1, 18)
        bad, text = {"bg_color": "#ffd9d0"}, {"quote_prefix": True}
        looks: dict[str, dict[str, object]] = {"": {}, "bad": {**bad}, "text": {**text}, "bad text": {**bad, **text}}
        formats: dict[str, object] = {name: book.add_format(look) for name, look in looks.items()}
        return cls(table, page, {slot: at for at, slot in enumerate(layout)}, formats)

    def write(self, slots: list[Slot], cells: Iterable[str], reasons: dict[str, str], where: str) -> None:
        """Write a rejected row; what has no header goes to the right of everything."""
        width = len(self.positions)
        self._cell(width, "；".join("：".join(filter(None, reason)) for reason in reasons.items()))
        self._cell(width + 1, where)
        further = count(width + 2)
        for at, cell in enumerate(cells):
            slot = slots[at] if at < len(slots) else NAMELESS
            if slot in self.positions:
                zh = self.table.column(slot[1]).zh if slot[0] == "known" else None
                self._cell(self.positions[slot], cell, reasons.get(zh, "") if zh else "")
            elif cell.strip() and slot[1] not in (REASON, PLACE):
                self._cell(next(further), cell)
        self.line += 1

    def _cell(self, place: int, text: str, comment: str = "") -> None:
        look = " ".join(filter(None, ("bad" if comment else "", "text" if text.startswith(FORMULA) else "")))
        self.page.write_string(self.line, place, text[:LONGEST], self.formats[look])
        if comment and self.comments < COMMENTS:
            self.page.write_comment(self.line, place, comment, {"x_scale": 2})
            self.comments += 1


def _masked(sheet: Sheet, cells: tuple[str, ...]) -> Iterator[str]:
    """Yield the cells of a row, personal ones masked.

    In a row with too few or too many cells a personal one may stand anywhere between its place and that place
    shifted, and a number of a telephone or identity card anywhere; so it may in a column that nobody knows.
    """
    personal = {c.name: sheet.columns[c.name] for c in sheet.table.columns if c.personal and c.name in sheet.columns}
    shift = len(cells) - len(sheet.header) if cells and personal else 0
    known = set(sheet.columns.values())
    for at, cell in enumerate(cells):
        name = next((n for n, p in personal.items() if min(p, p + shift) <= at <= max(p, p + shift)), None)
        if name and cell:
            yield mask(name, cell)
        else:
            yield mask_text(cell) if shift or at not in known else cell
