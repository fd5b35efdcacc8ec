"""Rejected rows as a workbook: the original columns plus the reason, to be corrected and loaded again."""

from itertools import count
from pathlib import Path

import xlsxwriter

from graph.errors import FileUnwritable
from loaders.issues import RowIssue
from loaders.sources import Sheet

REASON = "退回原因"
PLACE = "原文件位置"


def write_rejects(sheets: list[Sheet], issues: list[RowIssue], folder: Path, load: str) -> Path:
    """Write one sheet a table with all its rejected rows; the two added columns are ignored when loaded again.

    The workbook never replaces another one: a load that wrote nothing leaves its number to the next.
    """
    names = (folder / f"{load}{'' if n == 1 else f'-{n}'}.xlsx" for n in count(1))
    path = next(name for name in names if not name.exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(str(path), options) as book:
            for table in dict.fromkeys(s.table.name for s in sheets):
                _sheet(book, [s for s in sheets if s.table.name == table], issues)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise FileUnwritable(path=path, reason=error) from error
    return path


def _sheet(book: xlsxwriter.Workbook, sheets: list[Sheet], issues: list[RowIssue]) -> None:
    table = sheets[0].table
    reasons: dict[tuple[str, str, int], list[str]] = {}
    for issue in issues:
        if issue.table == table.name:
            reasons.setdefault((issue.file, issue.sheet, issue.row), []).append(
                f"{issue.column}：{issue.reason.zh} / {issue.reason.en}"
            )
    if not reasons:
        return
    columns = [c for c in table.columns if any(c.name in s.columns for s in sheets)]
    page = book.add_worksheet(table.label.zh)
    bold = book.add_format({"bold": True, "bg_color": "#f3e3e0"})
    for at, title in enumerate([*(c.zh for c in columns), REASON, PLACE]):
        page.write_string(0, at, title, bold)
    page.freeze_panes(1, 0)
    page.set_column(0, len(columns) + 1, 18)
    line = 1
    for sheet in sheets:
        wanted = {row for file, name, row in reasons if (file, name) == (sheet.file, sheet.sheet)}
        for chunk in sheet.chunks() if wanted else ():
            misfits: list[tuple[int, dict[str, str]]] = [(number, {}) for number, _ in chunk.misfits]
            for number, row in [*chunk.rows(wanted), *misfits]:
                for at, column in enumerate(columns):
                    page.write_string(line, at, row.get(column.name, ""))
                page.write_string(line, len(columns), "；".join(reasons[sheet.file, sheet.sheet, number]))
                page.write_string(
                    line, len(columns) + 1, " ".join(filter(None, (sheet.file, sheet.sheet, str(number))))
                )
                line += 1
