"""The explorer's table as a workbook: laid out, written and printed as that of any other question."""

import io
from typing import Any

import openpyxl
import pytest

from tests.api.support import Client

HEADS = {
    "zh": [
        "地区代码", "地区", "产业", "服务类型", "状态", "状态（代码）",
        "需求", "可及供给", "未满足", "覆盖率", "本地", "机构", "原因", "原因（代码）",
    ],
    "en": [
        "Region code", "Region", "Industry", "Service type", "State", "State (code)", "Demand", "Supply", "Unmet",
        "Covered", "Local", "Providers", "Reasons", "Reasons (code)",
    ],
}  # fmt: skip


def _digits(value: Any) -> Any:
    """Return a figure as a spreadsheet keeps it, 15 digits of it."""
    return float(f"{value:.15g}") if isinstance(value, int | float) else value


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cells_are_laid_out_and_printed_as_any_other_answer(client: Client, lang: str) -> None:
    asked: dict[str, Any] = {"region": "510700", "service_type": "SC03", "as_of": "2026-03-31"}
    told = client.get("/explorer/cells.xlsx", params={**asked, "lang": lang})
    data, about = openpyxl.load_workbook(io.BytesIO(told.content)).worksheets
    lines = [[cell.value for cell in line] for line in data.iter_rows()]
    assert lines[0] == HEADS[lang]
    cells = client.get("/v1/coverage", params={**asked, "limit": 1000}).json()["data"]
    figures = ("region", "demand", "supply", "unmet", "ratio", "ratio_local", "providers")
    written = [[_digits(value) for value in (line[0], *line[6:12])] for line in lines[1:]]
    assert written == [[_digits(cell[name]) for name in figures] for cell in cells]
    assert [cell.number_format for cell in data[2][6:12]] == ["#,##0.0"] * 3 + ["0.0%"] * 2 + ["#,##0"]
    assert (data.page_setup.orientation, data.print_title_rows, data.freeze_panes) == ("landscape", "$1:$1", "A2")
    assert (data.page_setup.paperSize, data.sheet_properties.pageSetUpPr.fitToPage) == (
        9,
        {"zh": True, "en": None}[lang],
    )
    assert (data.auto_filter.ref, data.oddFooter.center.text) == (f"A1:N{len(lines)}", "&P / &N")
    question, note = {"zh": (["问题", "覆盖情况"], "注"), "en": (["Question", "Coverage"], "Note")}[lang]
    said = [[cell.value for cell in line] for line in about.iter_rows()]
    assert (said[0], [line[0] for line in said].count(note)) == (question, 2 + (lang == "en"))
