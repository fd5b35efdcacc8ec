"""Coverage cells as a workbook for an office: the table, and a sheet that says what it is."""

import io

import xlsxwriter

from api.questions.about import about_lines, write_about
from api.questions.labels import LABELS
from graph.export.cells import cell
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.coverage import Coverage

COLUMNS = (
    "region", "region_name", "industry_name", "service_type_name", "state",
    "demand", "supply", "unmet", "ratio", "ratio_local", "providers", "reasons",
)  # fmt: skip
CODE = Text("地区代码", "Region code")
NOTES = (
    Text("需求、供给、未满足：次/年。", "Demand, supply and unmet: services a year."),
    Text(
        "覆盖率 = 可及供给能满足的需求份额，0 至 1；空白表示不明，不是 0。",
        "Coverage is the share of demand that reachable supply meets, 0 to 1; an empty cell is unknown, not 0.",
    ),
)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}


def cells_workbook(answer: Coverage, lang: Lang) -> bytes:
    """Return the cells as XLSX: sheet 1 the table in the reader's language, sheet 2 day, version, reality, notes."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(Text("单元", "Cells").get(lang))
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(COLUMNS) - 1, 14)
        sheet.write_row(0, 0, [CODE.get(lang), *(LABELS[name].get(lang) for name in COLUMNS[1:])], bold)
        states, reasons = vocabulary("coverage_states"), vocabulary("coverage_reasons")
        for line, row in enumerate(answer.records(), start=1):
            row |= {
                "state": states.text(row["state"], lang),
                "reasons": [reasons.text(r, lang) for r in row["reasons"]],
            }
            for at, name in enumerate(COLUMNS):
                if isinstance(row[name], int | float):
                    sheet.write_number(line, at, row[name])
                else:
                    sheet.write_string(line, at, cell(row[name]))
        notes = [(Text("注", "Note").get(lang), note.get(lang)) for note in NOTES]
        meta = answer.meta.model_dump(mode="json")
        write_about(book, [*about_lines(len(answer.cells), meta, lang), *notes], lang)
    return made.getvalue()
