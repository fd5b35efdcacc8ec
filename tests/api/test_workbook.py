"""Workbooks of answers: what an office reads in them, heading by heading and cell by cell, in both languages."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.questions.code_words import in_words, words_of
from api.questions.headings import stated_headings
from api.workbook import heading, write_workbook
from graph.errors import DiskFull
from graph.language import Lang
from queries.allocation.flows import Flow
from queries.answers import Result, meta
from queries.assessment.assess import Assessed
from queries.assessment.records import FigureRecord
from queries.chains.cooperation import PairCell
from queries.chains.missing_links import MissingLink
from queries.chains.segments import SegmentRow
from queries.expansion.answer import Action
from queries.kpi import TargetStatus
from queries.monitoring.figures import MonthFigures
from queries.network.gaps import NetworkGap
from queries.network.matrix import MatrixCell
from queries.partners.candidates import Partner
from queries.resilience.impact import Loss
from queries.search.find import WAYS

ROWS = [Action, Assessed, FigureRecord, Flow, Loss, MatrixCell, MissingLink, MonthFigures, NetworkGap, PairCell,
        Partner, SegmentRow, TargetStatus]  # fmt: skip


PARTS = {"effect_by_distance": {"to_30_km": 1.0}, "effect_by_data_class": {"REAL": 1.0}}


def sheets(
    folder: Path, rows: Sequence[Mapping[str, Any]], lang: Lang = "zh", model: type[Result] | None = None
) -> Any:
    """Return a workbook of rows, written and read again."""
    stated = stated_headings(model) if model else {}
    told = meta(7, {}, {"SYNTHETIC": 3}).model_dump(mode="json")
    write_workbook(rows, folder / "a.xlsx", [], told, "R&D", stated, lang)
    return openpyxl.load_workbook(folder / "a.xlsx")


def read(sheet: Any) -> list[list[tuple[Any, str] | str | None]]:
    """Return the cells of a sheet; a number with its format."""
    return [
        [(c.value, c.number_format) if isinstance(c.value, int | float) else c.value for c in row]
        for row in sheet.iter_rows()
    ]


@pytest.mark.parametrize(
    ("model", "field", "zh", "en"),
    [
        (MonthFigures, "services", "服务次数", "Services delivered"),
        (Assessed, "services", "近 12 个完整月服务次数", "Services of the last 12 full months"),
        (Assessed, "score", "得分", "Score"),
        (Loss, "reached", "可及的已知需求", "Known demand that it reaches"),
        (Loss, "coordination.services", "只失去协调、其下资源照常时的影响：近十二个完整月在该窗口登记的服务",
         "What goes with it as a contact alone: services recorded at it in the last twelve full months"),
        (Loss, "cells", "受影响最重的单元", "Cells hit worst"),
        (SegmentRow, "places", "按市州", "By prefecture"),
        (SegmentRow, "stage", "位置", "Stage"),
        (MatrixCell, "stated", "窗口自身声明服务该产业链", "The window itself says it serves the chain"),
        (PairCell, "dimensions.supply", "合作维度：供应链", "Dimension: Supply chain"),
        (Action, "cost", "费用（万元）", "Cost, 10,000 yuan"),
        (Action, "effect_by_data_class", "效果", "Effect"),
        (TargetStatus, "unit_zh", "单位", "Unit"),
        (TargetStatus, "name_en", "名称", "Name"),
        (Partner, "service_types", "服务类型", "Service types"),
    ],
)  # fmt: skip
def test_a_column_is_called_what_it_holds(model: type[Result], field: str, zh: str, en: str) -> None:
    stated = stated_headings(model)
    assert (heading(field, stated), heading(field, stated, "en")) == (zh, en)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("model", ROWS, ids=lambda row: row.__name__)
def test_no_two_columns_of_a_sheet_have_one_heading(tmp_path: Path, model: type[Result], lang: Lang) -> None:
    row = {field.alias or name: PARTS.get(name) for name, field in model.model_fields.items()}
    heads = read(sheets(tmp_path, [row], lang, model).worksheets[0])[0]
    assert sorted(set(map(str, heads))) == sorted(map(str, heads))


TARGETS = [
    {"id": "resources", "name_zh": "资源", "name_en": "Resources", "comparison": "gt", "target": 5000.0,
     "actual": 5045.0, "unit_zh": "家", "unit_en": "resources", "met": True, "note_zh": "甲", "note_en": "A"},
    {"id": "online_share", "name_zh": "线上", "name_en": "Online", "comparison": "ge", "target": 0.5, "actual": None,
     "unit_zh": "", "unit_en": "share", "met": None, "note_zh": "乙", "note_en": "B"},
    {"id": "own", "name_zh": "自定", "name_en": "Own", "comparison": "ge", "target": 2.5, "actual": 3.0,
     "unit_zh": "天", "unit_en": "days", "met": False, "note_zh": "丙", "note_en": "C"},
]  # fmt: skip


def test_targets_are_read_in_words_and_units(tmp_path: Path) -> None:
    whole, tenth = "#,##0", "#,##0.0"
    assert read(sheets(tmp_path, TARGETS, "zh", TargetStatus)["数据"]) == [
        ["编号", "名称", "比较", "目标", "实际", "单位", "达标", "说明"],
        ["resources", "资源", "大于", (5000, whole), (5045, whole), "家", "是", "甲"],
        ["online_share", "线上", "不少于", (0.5, "0.0%"), None, None, None, "乙"],
        ["own", "自定", "不少于", (2.5, tenth), (3, whole), "天", "否", "丙"],
    ]
    assert read(sheets(tmp_path, TARGETS, "en", TargetStatus)["Data"]) == [
        ["Id", "Name", "Comparison", "Target", "Actual", "Unit", "Met", "Note"],
        ["resources", "Resources", "more than", (5000, whole), (5045, whole), "resources", "yes", "A"],
        ["online_share", "Online", "at least", (0.5, "0.0%"), None, "share", None, "B"],
        ["own", "Own", "at least", (2.5, tenth), (3, whole), "days", "no", "C"],
    ]


def test_codes_are_words_and_figures_have_the_digits_they_deserve(tmp_path: Path) -> None:
    rows = [
        {"kind": "build", "type": "REPORTS_TO", "labels": ["Window", "Region"], "dimension": "brand",
         "stage": "upstream", "mode": "online", "state": "完成",
         "score": 0.8765, "distance_km": 12.34, "satisfaction": 5, "reached": 59.5,
         "answer_rate": 0.25, "region_name": "绵阳市", "at": "2026-11-28T04:08:00Z"},
        {"kind": "mine", "type": None, "labels": [], "dimension": None, "stage": None, "mode": None, "state": None,
         "score": -0.5, "distance_km": 0.5, "satisfaction": 4, "reached": 0.5, "answer_rate": 1.0,
         "region_name": "甲公司", "at": "2026-11-28 12:08"},
    ]  # fmt: skip
    zh = read(sheets(tmp_path, rows)["数据"])
    assert zh == [
        ["类别", "类型", "节点类别", "合作维度", "位置", "方式", "状态", "得分", "距离（公里）", "满意度", "达到程度",
         "answer_rate", "地区", "时间（北京）"],
        ["新建", "归口", "枢纽与窗口、行政区划", "品牌链", "上游", "线上", "完成", (0.8765, "0.00"), (12.34, "#,##0.0"),
         (5, "#,##0"), (59.5, "#,##0.0"), (0.25, "0.0%"), "绵阳市",
         "2026-11-28 12:08"],
        ["mine", None, None, None, None, None, None, (-0.5, "0.00"), (0.5, "#,##0.0"), (4, "#,##0"), (0.5, "#,##0.0"),
         (1, "0.0%"), "甲公司", "2026-11-28 12:08"],
    ]  # fmt: skip
    en = read(sheets(tmp_path, rows, "en")["Data"])
    assert en[1][:6] == ["Build", "Reports to", "Hub, window or station, Administrative region", "Brand chain",
                         "Upstream", "Online"]  # fmt: skip
    assert (en[1][12], en[2][12]) == ("Mianyang", "甲公司")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_how_something_fits_is_said_in_words(lang: Lang) -> None:
    assert set(words_of("fits")) == set(WAYS)
    assert in_words("fits", "contains", lang) == {"zh": "其中含有", "en": "inside"}[lang]


def test_a_list_of_things_with_fields_is_a_list_of_their_names(tmp_path: Path) -> None:
    places = [{"prefecture": "510700", "prefecture_name": "绵阳市", "enterprises": 3.5, "data_class": ["REAL"]},
              {"prefecture": None, "prefecture_name": None, "enterprises": 1.0, "data_class": []}]  # fmt: skip
    keys = [{"a": "x", "b": "y", "dimension": "brand"}]
    rows = [{"places": places, "keys": keys, "because": [{"key": "k", "name": "种子"}]}]
    assert read(sheets(tmp_path, rows)["数据"])[1] == ["绵阳市;1.0", "x y brand", "种子"]


def test_codes_and_names_of_one_heading_are_told_apart(tmp_path: Path) -> None:
    rows = [{"a": "510700", "a_name": "绵阳市", "state": "partial"}]
    assert read(sheets(tmp_path, rows)["数据"]) == [
        ["甲", "甲方", "状态", "状态（代码）"], ["510700", "绵阳市", "部分覆盖", "partial"],
    ]  # fmt: skip
    assert read(sheets(tmp_path, rows, "en")["Data"]) == [
        ["One (code)", "One", "State", "State (code)"], ["510700", "Mianyang", "Partly covered", "partial"],
    ]  # fmt: skip


def test_every_printed_page_says_what_it_is_of_and_that_it_is_invented(tmp_path: Path) -> None:
    book = sheets(tmp_path, [{"name": "甲"}])
    for sheet in book.worksheets:
        assert (sheet.oddHeader.left.text, sheet.oddHeader.right.text) == ("R&&D", "含示例（虚构）数据")
        assert (sheet.oddFooter.center.text, sheet.page_setup.paperSize) == ("&P / &N", 9)
    data = book["数据"]
    assert (data.page_setup.orientation, data.print_title_rows, data.freeze_panes) == ("landscape", "$1:$1", "A2")
    assert (data.sheet_properties.pageSetUpPr.fitToPage, data.page_setup.fitToHeight) == (True, 0)
    assert read(book["说明"])[:3] == [["问题", "R&D"], ["注意", "含示例（虚构）数据"], ["行数", "1"]]


def test_what_is_real_is_not_called_invented_and_a_wide_sheet_is_not_made_too_small(tmp_path: Path) -> None:
    told = meta(7, {}, {"REAL": 3}).model_dump(mode="json")
    rows = [{f"note {number}": "x" * 40 for number in range(6)}]
    write_workbook(rows, tmp_path / "a.xlsx", [], told)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    data = book["数据"]
    assert (data.oddHeader.right.text, data.sheet_properties.pageSetUpPr.fitToPage) == (None, None)
    assert read(book["说明"])[0] == ["行数", "1"]


def test_a_cell_holds_no_more_than_a_spreadsheet_takes(tmp_path: Path) -> None:
    (_, (cell,)) = read(sheets(tmp_path, [{"note": "甲" * 40_000}])["数据"])
    assert cell == "甲" * 32_767


def test_no_room_for_a_workbook_is_told_once() -> None:
    """A zip left unfinished would complain again; warnings are errors here."""
    with pytest.raises(DiskFull) as caught:
        write_workbook([{"note": "x"}], Path("/dev/full"), [], None)
    assert caught.value.details == {"path": Path("/dev/full")}
