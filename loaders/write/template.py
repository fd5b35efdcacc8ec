"""A workbook with every input table: headers, drop-downs, notes and two example rows, which no load takes in."""

import io
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from graph.places.gazetteer import reference
from graph.vocabulary import vocabulary
from graph.whole_file import write_whole
from graph.workbook import workbook
from loaders.tables import TABLES, Column, Table
from loaders.tables.columns import allowed

LISTS = "词表"
NOTES = "说明"
LAST_ROW = 20_000
"""Drop-downs reach this far down."""

GUIDE = (
    ("一张表一个工作表；表头带 * 的列必填。", "One sheet a table; columns marked * are required."),
    ("列的次序可以改变，不用的列可以删去。", "Columns may stand in any order; unused ones may go."),
    ("一格多个值用 ； 或 、 分开。", "Several values in a cell are split by ; or 、."),
    ("日期写作 2026-01-31、2026/1/31 或 2026年1月31日。", "Dates: 2026-01-31, 2026/1/31 or 2026年1月31日."),
    ("地区可写行政区划代码、全称或简称，如 510703、绵阳市涪城区、涪城区。",
     "Regions by code, full or short name: 510703, 绵阳市涪城区, 涪城区."),
    ("示例行载入时自动略过，可以留着；其他名称含“示例”的行按虚构数据处理。",
     "The example rows are left out when loading and may stay; other rows named 示例 count as synthetic."),
    ("载入：shuniu load 本文件.xlsx。退回的行会写成工作簿，改正后可再次载入。",
     "Load with `shuniu load file.xlsx`. Rejected rows come back as a workbook to be mended and loaded again."),
)  # fmt: skip


def write_template(path: Path) -> Path:
    """Write the template workbook.

    Raises:
        DiskFull, FileUnwritable: the path cannot be written.
    """
    made = io.BytesIO()
    with workbook(made) as book:
        _notes(book)
        sheets = {name: book.add_worksheet(table.label.zh) for name, table in TABLES.items()}
        ranges = _lists(book)
        for name, sheet in sheets.items():
            _table(book, sheet, TABLES[name], ranges)
    write_whole(path, made.getvalue())
    return path


def _notes(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(NOTES)
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 1, 70)
    sheet.write_row(0, 0, ["填写说明", "How to fill in"], bold)
    for line, texts in enumerate(GUIDE, start=1):
        sheet.write_row(line, 0, texts)
    start = len(GUIDE) + 2
    sheet.write_row(start, 0, ["表", "Table"], bold)
    for line, table in enumerate(TABLES.values(), start=start + 1):
        sheet.write_row(
            line,
            0,
            [f"{table.label.zh}：{table.note.zh}", f"{table.label.en} ({table.name}): {table.note.en}"],
        )


def _lists(book: xlsxwriter.Workbook) -> dict[str, str]:
    """Write all closed lists on one sheet and return the cell range of each."""
    sheet = book.add_worksheet(LISTS)
    names = sorted({c.vocabulary for t in TABLES.values() for c in t.columns if c.vocabulary})
    lists = {name: [e.label.zh for e in vocabulary(name)] for name in names}
    lists["chains"] = list(reference("industry_chains")["chain"])
    ranges = {}
    for at, (name, terms) in enumerate(lists.items()):
        title = vocabulary(name).label.zh if name != "chains" else "产业链"
        sheet.write_column(0, at, [title, *terms])
        sheet.set_column(at, at, 18)
        letter = xlsxwriter.utility.xl_col_to_name(at)
        ranges[name] = f"={LISTS}!${letter}$2:${letter}${len(terms) + 1}"
    return ranges


def _table(book: xlsxwriter.Workbook, sheet: Worksheet, table: Table, ranges: dict[str, str]) -> None:
    plain = book.add_format({"bold": True, "bg_color": "#e8eef5", "border": 1})
    needed = book.add_format({"bold": True, "bg_color": "#f6e3c5", "border": 1})
    example = book.add_format({"italic": True, "font_color": "#7a6a45"})
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.zh + ("*" if column.required else ""), needed if column.required else plain)
        sheet.write_comment(0, at, _hint(column), {"x_scale": 2})
        sheet.set_column(at, at, max(12, 2 * len(column.zh) + 4))
        for line, row in enumerate(table.examples, start=1):
            if row.get(column.name):
                sheet.write_string(line, at, row[column.name], example)
        source = ranges.get(column.vocabulary or ("chains" if column.name in ("chain", "chains") else ""))
        if source:
            # Several values are typed by hand, so there the list only offers.
            sheet.data_validation(
                1, at, LAST_ROW, at, {"validate": "list", "source": source, "show_error": not column.many}
            )


def _hint(column: Column) -> str:
    lines = [f"{column.name}{'（必填 required）' if column.required else ''}"]
    if column.many:
        lines.append("可填多个值，用 ； 分开 / several values, split by ;")
    if column.vocabulary:
        lines.append("、".join(allowed(column)))
    return "\n".join(line for line in lines if line)
