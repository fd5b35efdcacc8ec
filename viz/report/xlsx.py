"""A report as a workbook: a sheet 说明 with every sentence, then a sheet a table, numbers as numbers.

Text that looks like a formula or an address stays text. The same document gives the same bytes.
"""

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from viz import theme
from viz.report import charts, layout
from viz.report.document import Block, Form, ReportDocument, ReportFigure, ReportHeading, ReportParagraph, ReportTable

WIDTH = 14.0
"""Characters of a column of width 1."""
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def xlsx_bytes(document: ReportDocument) -> bytes:
    """Return the report as an .xlsx file."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, _SAFE)
    moment = datetime.combine(document.as_of, datetime.min.time())
    book.set_properties({"title": document.title, "author": document.official.issuer, "created": moment})
    looks = Looks(book)
    _notes(book, document, looks)
    for table in document.tables():
        _table(book, table, document, looks)
    book.close()
    return sink.getvalue()


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """Return a format with these properties of XlsxWriter."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "宋体", "valign": "vcenter", **properties})
        return self._made[key]

    def cell(self, form: Form, decimals: int, state: str | None) -> Any:
        """Return the format of a value."""
        shown: dict[str, Any] = {"border": 1, "text_wrap": True}
        if form != "text":
            shown["num_format"] = "0.0%" if form == "percent" else "#,##0" + ("." + "0" * decimals if decimals else "")
            shown["align"] = "right"
        if state == "unknown":
            shown |= {"pattern": 14, "fg_color": "#BDBAC6", "bg_color": "#FFFFFF"}
        elif state:
            mark = theme.marks("coverage_states")[state]
            shown |= {"bg_color": mark.colour, "font_color": mark.ink}
        return self.get(**shown)


def _sheet(book: Any, name: str, document: ReportDocument) -> Any:
    """Add a sheet that prints on A4, as wide as the page, with the mark and the page number on each."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if document.mark:
        sheet.set_header(f"&R{document.mark}")
    sheet.set_footer("&C— &P —")
    return sheet


def _notes(book: Any, document: ReportDocument, looks: Looks) -> None:
    """Write title, every heading and sentence, the charts, and where each table is."""
    sheet = _sheet(book, "说明" if document.lang == "zh" else "Notes", document)
    sheet.set_column(0, 0, 100)
    official, title = document.official, looks.get(bold=True, font_size=18, align="center", text_wrap=True)
    red = looks.get(bold=True, font_size=22, align="center", text_wrap=True, font_color=f"#{layout.RED}")
    head = "　".join(filter(None, (official.number, official.signed(document.lang))))
    small = looks.get(align="center", text_wrap=True)
    above = [(official.mark, red), (head, small), (document.title, title), *((s, small) for s in document.subtitle)]
    row = 0
    for said, look in above:
        if said:
            sheet.write_string(row, 0, said, look)
            row += 1
    for block in document.blocks:
        row = _note(sheet, row + 1, block, looks)
    if official.copies_to:
        sheet.write_string(row + 2, 0, official.copies(document.lang), looks.get(text_wrap=True))


def _note(sheet: Any, row: int, block: Block, looks: Looks) -> int:
    """Write one block and return its last row."""
    if isinstance(block, ReportHeading):
        sheet.write_string(row, 0, block.text, looks.get(bold=True, font_size=14 if block.level == 1 else 12))
    elif isinstance(block, ReportParagraph):
        sheet.write_string(row, 0, block.text, looks.get(text_wrap=True, bold=block.kind == "warning", valign="top"))
    elif isinstance(block, ReportTable):
        place = f"internal:'{sheet_name(block)}'!A1"
        sheet.write_url(row, 0, place, looks.get(font_color="#1D4E89", underline=1), f"→ {block.caption}")
    else:
        return _picture(sheet, row, block, looks)
    return row


def _picture(sheet: Any, row: int, figure: ReportFigure, looks: Looks) -> int:
    sheet.write_string(row, 0, figure.caption, looks.get(bold=True))
    picture = charts.draw(figure, "png")
    scale = 96 / charts.DPI
    sheet.insert_image(
        row + 1,
        0,
        f"{figure.id}.png",
        {
            "image_data": io.BytesIO(picture),
            "x_scale": scale,
            "y_scale": scale,
            "description": figure.drawn.alt,
            "object_position": 1,
        },
    )
    height = int.from_bytes(picture[20:24], "big") * scale  # of a PNG's header
    last = row + 1 + int(height // 20) + 1
    if figure.drawn.note:
        sheet.write_string(last, 0, figure.drawn.note, looks.get(text_wrap=True))
    return last


def sheet_name(table: ReportTable) -> str:
    """Return the name of a table's sheet: its number."""
    return table.caption.replace(".", "　").split("　")[0]


def _table(book: Any, table: ReportTable, document: ReportDocument, looks: Looks) -> None:
    sheet = _sheet(book, sheet_name(table), document)
    sheet.set_landscape()
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 0)
    sheet.write_string(0, 0, table.caption, looks.get(bold=True, font_size=14))
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, max(WIDTH * column.width, 8))
        head = looks.get(bold=True, border=1, align="center", text_wrap=True, bg_color="#E7EEF7")
        sheet.write_string(1, at, column.heading, head)
    for r, row in enumerate(table.rows):
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            look = looks.cell(column.form, column.decimals, table.state(r, at))
            if value is None or isinstance(value, str):
                sheet.write_string(r + 2, at, column.shown(value), look)
            else:
                sheet.write_number(r + 2, at, value, look)
    if len(table.rows) > 1:
        sheet.autofilter(f"A2:{xl_rowcol_to_cell(1 + len(table.rows), len(table.columns) - 1)}")
    said = [*filter(None, (document.mark, table.note)), *document.subtitle]
    for at, text in enumerate(said):
        sheet.write_string(len(table.rows) + 3 + at, 0, text)
