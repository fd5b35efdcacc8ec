"""The template workbook, cell by cell: what is asked for, how it is marked, and what may be chosen."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from graph.errors import FileUnwritable
from graph.places.gazetteer import reference
from graph.vocabulary import vocabulary
from loaders.tables import TABLES
from loaders.write.template import GUIDE, write_template

NEEDED, PLAIN, EXAMPLE = "FFF6E3C5", "FFE8EEF5", "FF7A6A45"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return openpyxl.load_workbook(write_template(tmp_path_factory.mktemp("template") / "new" / "模板.xlsx"))


def rows(book: Workbook, sheet: str) -> list[list[Any]]:
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def test_a_sheet_for_the_notes_one_a_table_and_one_for_the_lists(book: Workbook) -> None:
    assert book.sheetnames == ["说明", *(table.label.zh for table in TABLES.values()), "词表"]


def test_the_notes_say_how_to_fill_in_and_what_each_table_is(book: Workbook) -> None:
    assert rows(book, "说明") == [
        ["填写说明", "How to fill in"],
        *([zh, en] for zh, en in GUIDE),
        [None, None],
        ["表", "Table"],
        *([f"{t.label.zh}：{t.note.zh}", f"{t.label.en} ({t.name}): {t.note.en}"] for t in TABLES.values()),
    ]
    notes = book["说明"]
    assert [row[0].row for row in notes.iter_rows() if row[0].font.b] == [1, len(GUIDE) + 3]
    assert (notes.column_dimensions["A"].min, notes.column_dimensions["A"].max) == (1, 2)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_has_its_headers_examples_and_hints(table: Any, book: Workbook) -> None:
    page = book[table.label.zh]
    head, *examples = rows(book, table.label.zh)
    assert head == [c.zh + "*" * c.required for c in table.columns]
    assert examples == [[row.get(c.name) or None for c in table.columns] for row in table.examples]
    assert page.freeze_panes == "B2"
    assert [(cell.font.b, cell.fill.fgColor.rgb) for cell in page[1]] == [
        (True, NEEDED if c.required else PLAIN) for c in table.columns
    ]
    assert {cell.font.color.rgb for line in page.iter_rows(min_row=2) for cell in line if cell.value} <= {EXAMPLE}
    hints = [
        [
            c.name + "（必填 required）" * c.required,
            *["可填多个值，用 ； 分开 / several values, split by ;"] * c.many,
            *(["、".join(e.label.zh for e in vocabulary(c.vocabulary))] if c.vocabulary else []),
        ]
        for c in table.columns
    ]
    assert [cell.comment.text.split("\n") for cell in page[1]] == hints
    widths = {at: int(d.width) for d in page.column_dimensions.values() for at in range(d.min, d.max + 1)}
    assert widths == {at: max(12, 2 * len(c.zh) + 4) for at, c in enumerate(table.columns, start=1)}


def test_the_lists_hold_every_closed_vocabulary_and_the_chains(book: Workbook) -> None:
    names = sorted({c.vocabulary for t in TABLES.values() for c in t.columns if c.vocabulary})
    wanted = [[vocabulary(name).label.zh, *(e.label.zh for e in vocabulary(name))] for name in names]
    wanted.append(["产业链", *reference("industry_chains")["chain"]])
    found = [[cell for cell in column if cell is not None] for column in book["词表"].iter_cols(values_only=True)]
    assert found == wanted


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_drop_down_offers_the_list_of_its_column(table: Any, book: Workbook) -> None:
    """Down to the last row; where several may be named it only offers, and what is typed beside it stands."""
    names = sorted({c.vocabulary for t in TABLES.values() for c in t.columns if c.vocabulary})
    lists = {name: (at, len(list(vocabulary(name)))) for at, name in enumerate(names, start=1)}
    lists["chains"] = (len(names) + 1, len(reference("industry_chains")))
    wanted = {}
    for at, column in enumerate(table.columns, start=1):
        name = column.vocabulary or ("chains" if column.name in ("chain", "chains") else None)
        if name:
            letter, (place, count) = get_column_letter(at), lists[name]
            source = f"词表!${get_column_letter(place)}$2:${get_column_letter(place)}${count + 1}"
            wanted[f"{letter}2:{letter}20001"] = ("list", source, not column.many)
    found = {
        str(one.sqref): (one.type, one.formula1, bool(one.showErrorMessage))
        for one in book[table.label.zh].data_validations.dataValidation
    }
    assert found == wanted


def test_a_template_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileUnwritable):
        write_template(tmp_path / "file" / "模板.xlsx")
