"""Coverage cells as a workbook for an office, laid out as those of every other question."""

import io

from api.workbook import fill_workbook, laid_out
from graph.language import Lang, Text
from queries.coverage import Coverage

COLUMNS = (
    "region", "region_name", "industry_name", "service_type_name", "state",
    "demand", "supply", "unmet", "ratio", "ratio_local", "providers", "reasons",
)  # fmt: skip
QUESTION = Text("覆盖情况", "Coverage")
NOTES = (
    Text("需求、供给、未满足：次/年。", "Demand, supply and unmet: services a year."),
    Text(
        "覆盖率 = 可及供给能满足的需求份额，0 至 100%；空白表示不明，不是 0。",
        "Coverage is the share of demand that reachable supply meets, 0 to 100%; an empty cell is unknown, not 0.",
    ),
)


def cells_workbook(answer: Coverage, lang: Lang) -> bytes:
    """Return the cells as XLSX: sheet 1 the table in the reader's language, sheet 2 day, version, reality, notes."""
    made = io.BytesIO()
    rows = [{name: row[name] for name in COLUMNS} for row in answer.records()]
    columns = laid_out(rows, COLUMNS, {}, lang)
    fill_workbook(made, rows, columns, answer.meta.model_dump(mode="json"), QUESTION.get(lang), lang, NOTES)
    return made.getvalue()
