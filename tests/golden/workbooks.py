"""Workbooks as offices keep them: merged, hidden, dated, broken cells, and numbers that are texts."""

import io
from collections.abc import Callable
from datetime import date, datetime

import openpyxl  # type: ignore[import-untyped]
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from tests.golden.case import BOTH, JIA, YI, Bad, Case, Cells, Refusal, Rows, book, plain

LINES: Cells = [["名称", "类型", "所在地区"], ["示例-甲", "服务机构", "绵阳市"], ["示例-乙", "商会", "涪城区"]]
NEEDS: list[object] = ["编号", "所在地区", "服务类型", "日期"]


def _page(lines: Cells, spoil: Callable[[Worksheet], object]) -> bytes:
    """Return a workbook of one sheet, 机构, after something was done to it."""
    workbook, made = openpyxl.Workbook(), io.BytesIO()
    page = workbook.worksheets[0]
    page.title = "机构"
    for line in lines:
        page.append(line)
    spoil(page)
    workbook.save(made)
    return made.getvalue()


def _titled(page: Worksheet) -> None:
    page.insert_rows(1, 2)
    page["A1"] = "2026 年机构一览"
    page.merge_cells("A1:C1")


def _hide_row(page: Worksheet) -> None:
    page.row_dimensions[3].hidden = True


def _merge_down(page: Worksheet) -> None:
    page.merge_cells("C2:C4")


def _failed_formula() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet("机构")
        for row, line in enumerate([*LINES, ["示例-丙", None, "涪城区"]]):
            page.write_row(row, 0, line)
        page.write_formula("B4", "=NA()", None, "#N/A")
    return made.getvalue()


def _hidden_sheet() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        workbook.add_worksheet("说明").write("A1", "请填写")
        page = workbook.add_worksheet("机构")
        for row, line in enumerate(LINES):
            page.write_row(row, 0, line)
        page.hide()
    return made.getvalue()


CASES = {
    "a merged title above the header": plain({"表.xlsx": _page(LINES, _titled)}, "表头上方"),
    "cells merged downwards": Case(
        {"表.xlsx": _page([*LINES[:2], ["示例-乙", "商会", None], ["示例-丙", "商会", None]], _merge_down)},
        {"organizations": Rows(created=3)},
        {"Organization": {"示例-甲": JIA, **{f"示例-{n}": {**YI, "region": {"510700"}} for n in "乙丙"}}},
    ),
    "a hidden row": plain({"表.xlsx": _page(LINES, _hide_row)}, "隐藏"),
    "a hidden sheet": plain({"表.xlsx": _hidden_sheet()}, "隐藏"),
    "several sheets, one of them notes": Case(
        {
            "表.xlsx": book(
                {
                    "说明": [["先看这里"], ["名称", "类型"]],
                    "机构": LINES,
                    "需求清单": [NEEDS, ["示例-1", "绵阳", "技术支持", "2026-01-31"]],
                }
            )
        },
        {"organizations": Rows(created=2), "needs": Rows(created=1)},
        {**BOTH, "Need": {"示例-1": {"region": {"510700"}, "service_type": {"SC03"}, "day": date(2026, 1, 31)}}},
    ),
    "an empty sheet": plain({"表.xlsx": book({"机构": LINES, "企业": [], "Sheet3": []})}),
    "trailing blank cells of a sheet": plain(
        {"表.xlsx": book({"机构": [*[[*line, "", " "] for line in LINES], [], ["", "", "", " "], [" "]]})}
    ),
    "dates of Excel": Case(
        {
            "表.xlsx": book(
                {
                    "需求清单": [
                        NEEDS,
                        ["示例-1", "绵阳", "技术支持", date(2026, 1, 31)],
                        ["示例-2", "绵阳", "技术支持", datetime(2026, 1, 31, 8, 30)],
                        ["示例-3", "绵阳", "技术支持", "2026/1/31"],
                    ]
                }
            )
        },
        {"needs": Rows(created=3)},
        {"Need": {f"示例-{n}": {"day": date(2026, 1, 31)} for n in "123"}},
    ),
    "a formula that failed": Case(
        {"表.xlsx": _failed_formula()},
        {"organizations": Rows(created=3)},
        {
            "Organization": {
                "示例-甲": JIA,
                "示例-乙": {"kind": "chamber"},
                "示例-丙": {"kind": None, "region": {"510703"}},
            }
        },
        (Bad("表.xlsx", 4, "类型", "#N/A", "公式", sheet="机构"),),
    ),
    "numbers that are texts and texts that are numbers": Case(
        {
            "表.xlsx": book(
                {
                    "机构": [
                        ["名称", "所在地区", "经度"],
                        ["示例-甲", 510703.0, "104.75"],
                        ["示例-1001", "510703.0", 104.75],
                    ],
                    "需求清单": [NEEDS, [20260001, 510703, "SC03", 20260131]],
                }
            )
        },
        {"organizations": Rows(created=2), "needs": Rows(created=1)},
        {
            "Organization": {name: {"region": {"510703"}, "lon": 104.75} for name in ("示例-甲", "示例-1001")},
            "Need": {"20260001": {"region": {"510703"}, "day": date(2026, 1, 31)}},
        },
    ),
    "formulas as texts of a workbook": Case(
        {"表.xlsx": book({"机构": [["名称", "所在地区"], ["=1+1", "绵阳市"], ["@SUM(A1)", "绵阳市"]]})},
        {"organizations": Rows(created=2)},
        {"Organization": {"=1+1": {}, "@SUM(A1)": {}}},
    ),
    "a web page under the name of a workbook": Case(
        {"机构.xlsx": b"<html><table><tr><td>1</td></tr></table></html>"},
        refusal=Refusal("FileUnreadable", ("机构.xlsx",)),
    ),
    "a sheet that is no table beside one that is": plain(
        {"表.xlsx": book({"机构": LINES, "随笔": [["想到"], ["什么"]]})}, "表.xlsx[随笔]", "未载入", "tables: {随笔:"
    ),
    "sheets of which none is a table": Case(
        {"表.xlsx": book({"甲页": [["想到"], ["什么"]], "随笔": [["想到"], ["什么"]]})},
        refusal=Refusal("UnknownTable", ("表.xlsx[甲页]", "表.xlsx[随笔]", "source.yml", "随笔: 不载入")),
    ),
}
