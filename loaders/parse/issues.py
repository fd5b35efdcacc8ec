"""What is wrong with a row, said so that its sender can mend it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graph.errors import ShuniuError
from graph.language import Lang, Text, first_few

SHOWN = 10
"""Rows that a line names."""


class CellError(Exception):
    """A cell cannot be read; ``reason`` says why and what would be right.

    ``or_empty``: it may be that nothing was meant, so that where the column may be empty this is said as well.
    """

    def __init__(self, zh: str, en: str, *, or_empty: bool = False) -> None:
        super().__init__(zh)
        self.reason = Text(zh, en)
        self.or_empty = or_empty


def reason_of(error: ShuniuError) -> Text:
    """Return an error of the graph as the reason for rejecting a row."""
    return Text(*(f"{error.say(lang)}。{error.way_out(lang)}".strip("。 ") for lang in ("zh", "en")))


@dataclass(frozen=True)
class NotedValue:
    """A value that is read with a word: what was written says less or something else than what is kept."""

    value: object
    how: Text


def value_of(found: object) -> object:
    """Return what a cell was read as, without the word that may be said of it."""
    return found.value if isinstance(found, NotedValue) else found


@dataclass(frozen=True)
class RowIssue:
    """One reason why one row was rejected, or one cell of a row that is in was left out."""

    table: str
    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: Text
    cell_only: bool = False
    """The row is in without this cell, which nobody requires."""

    def say(self, lang: Lang = "zh", rows: Sequence[int] = ()) -> str:
        """Return the issue as one line; ``rows`` are all those of its sheet of which the same is to be said."""
        at = first_few(rows or [self.row], SHOWN)
        where = f"{self.file}{f'[{self.sheet}]' if self.sheet else ''}"
        if lang == "zh":
            often = f"（共 {len(rows)} 行）" if len(rows) > SHOWN else ""
            left = "（此格未读入，其余已载入）" if self.cell_only else ""
            return f"{where} 第 {at} 行{often} {self.column}“{self.value}”：{self.reason.zh}{left}"
        often = f" ({len(rows)} rows)" if len(rows) > SHOWN else ""
        left = " (this cell is left out, the row is in)" if self.cell_only else ""
        return f"{where} row {at}{often} {self.column} “{self.value}”: {self.reason.en}{left}"


def of_whole_rows(issues: Sequence[RowIssue]) -> list[RowIssue]:
    """Return the issues of one sheet: of a rejected row, bad cells are further reasons rather than cells left out."""
    rejected = {issue.row for issue in issues if not issue.cell_only}
    return [replace(issue, cell_only=issue.cell_only and issue.row not in rejected) for issue in issues]


def ours(resolve: Callable[[str], object], value: str) -> object:
    """Return what a text stands for; an error of the graph is one of the cell."""
    try:
        return resolve(value)
    except ShuniuError as error:
        raise CellError(*reason_of(error)) from error
