"""Coverage cells as a workbook for an office: the table, and a sheet that says what it is."""

import io
from collections.abc import Iterable

import xlsxwriter

from api.questions.labels import LABELS
from graph.export.cells import cell
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.answers import Meta
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
        about = book.add_worksheet(Text("说明", "About").get(lang))
        about.set_column(0, 0, 24)
        for line, (name, value) in enumerate(_about(answer.meta, len(answer.cells), lang)):
            about.write_string(line, 0, name)
            about.write_string(line, 1, value)
    return made.getvalue()


def _about(meta: Meta, rows: int, lang: Lang) -> Iterable[tuple[str, str]]:
    classes = vocabulary("data_classes")
    yield Text("行数", "Rows").get(lang), str(rows)
    yield LABELS["as_of"].get(lang), str(meta.parameters["as_of"])
    yield LABELS["graph_version"].get(lang), str(meta.graph_version)
    yield Text("分类版本", "Taxonomy").get(lang), meta.taxonomy_version
    yield Text("生成时间（UTC）", "Made at (UTC)").get(lang), meta.generated_at.isoformat()
    for id_, count in meta.data_class.items():
        yield Text(f"依据：{classes.text(id_)}", f"Based on: {classes.text(id_, 'en')}").get(lang), str(count)
    for note in NOTES:
        yield Text("说明", "Note").get(lang), note.get(lang)
