"""Reports read back: the tables of each of their forms by caption, and values as an office writes them."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
from docx.text.paragraph import Paragraph

from tests.viz import parsing

Table = list[list[Any]]
"""Rows of a table; of what the API said, numbers as they came, None where the report has words."""
CAPTION = re.compile(r"(?:表 \d+　|Table \d+\. )(.*)", re.DOTALL)


def shown(value: float | str | None, form: str) -> str:
    """A value as an office writes it: grouped, n decimals (``0``, ``1``, ``3``) or percent (``%``), − below nought.

    What would be nought for being small is told by what it is below; a dash: unknown.
    """
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    least = {"%": ("<0.1%", 0.0005), "1": ("<0.1", 0.05), "3": ("<0.001", 0.0005)}.get(form)
    if least and 0 < value < least[1]:
        return least[0]
    if form == "%":
        down = math.floor(value * 1000 + 1e-9) / 1000 if 0.99 < value < 1 else value
        return f"{down * 100:.1f}%".replace("-", "−")
    said = f"{value:,.{form}f}"
    return said.removeprefix("-") if not said.strip("-0.,") else said.replace("-", "−")


def named(text: str) -> str | None:
    """The words of a table's caption; None of other texts."""
    found = CAPTION.fullmatch(text)
    return found and found[1]


def word_tables(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Captions of a Word file with the rows below them."""
    caption: str | None = None
    for item in docx.Document(str(path)).iter_inner_content():
        if isinstance(item, Paragraph):
            caption = named(item.text)
        elif caption is not None:
            yield caption, [[c.text for c in row.cells] for row in item.rows[1:]]


def page_tables(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Captions of a page with the rows below them."""
    caption: str | None = None
    rows: list[list[str]] = []
    for element in parsing.read(path).elements:
        if element.tag == "caption":
            if caption is not None:
                yield caption, [row for row in rows if row]
            caption, rows = named(element.text), []
        elif element.tag == "tr":
            rows.append([])
        elif element.tag == "td":
            rows[-1].append(element.text)
    if caption is not None:
        yield caption, [row for row in rows if row]


def book_tables(path: Path) -> Iterator[tuple[str, Table]]:
    """Captions of a workbook with the rows below them."""
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        _, *rows = ([*r] for r in sheet.iter_rows(min_row=2, values_only=True))
        ends = next((at for at, row in enumerate(rows) if row[0] is None and not any(row)), len(rows))
        yield str(named(sheet["A1"].value)), rows[:ends]


def printed(path: Path) -> str:
    """What a PDF shows, without what stands between characters."""
    with pypdfium2.PdfDocument(path.read_bytes()) as file:
        return re.sub(r"\s|\ufffe", "", "".join(p.get_textpage().get_text_range() for p in file))
