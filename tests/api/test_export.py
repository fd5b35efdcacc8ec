"""The exporter: numbers stay numbers, text never becomes a formula."""

import csv
import io
import math
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.export import csv_bytes
from api.questions.glossary import HAN
from api.questions.headings import stated_headings
from api.workbook import heading, write_workbook
from graph.export.cells import FORMULA_STARTS, cell
from queries.allocation.flows import Flow
from queries.answers import Result, meta
from queries.crowding import Crowded
from queries.expansion.answer import Action
from queries.monitoring.figures import MonthFigures
from queries.partners.candidates import Partner, RegionPair, SetMember
from queries.rankings.answer import Gap
from queries.resilience.impact import Loss
from queries.suggestions.suggestion import FlowGap, Suggestion

ROW = st.dictionaries(st.sampled_from("abc"), st.one_of(st.text(), st.none(), st.integers(), st.floats()), min_size=1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (math.nan, ""),
        (pd.NaT, ""),
        (True, "true"),
        (-1.5, "-1.5"),
        (-3, "-3"),
        (np.float64(-0.1), "-0.1"),
        (np.int64(-2), "-2"),
        (date(2026, 1, 31), "2026-01-31"),
        ("绵阳", "绵阳"),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        (["=a", "b"], "'=a;b"),
        ([], ""),
        ("a=b", "a=b"),
    ],
)
def test_a_cell(value: object, text: str) -> None:
    assert cell(value) == text


@given(st.lists(ROW, min_size=1))
def test_no_text_begins_like_a_formula_and_nothing_is_lost(rows: list[dict]) -> None:
    data = csv_bytes(rows).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(data, newline="")))
    assert len(read) == len(rows)
    for given_, got in zip(rows, read, strict=True):
        for name, value in given_.items():
            if isinstance(value, str):
                assert not got[name].startswith(FORMULA_STARTS)
                assert got[name] in (value, "'" + value)


def test_mappings_become_columns() -> None:
    data = csv_bytes([{"a": {"x": 1, "y": None}}, {"a": {"x": 2}}]).decode("utf-8-sig")
    assert data == "a.x,a.y\r\n1,\r\n2,\r\n"


def test_a_code_keeps_its_digits() -> None:
    codes = ["510700", "915107007000000001", "91510700700000000X"]
    data = csv_bytes([{"a": code} for code in codes]).decode("utf-8-sig")
    assert data == "a\r\n510700\r\n'915107007000000001\r\n91510700700000000X\r\n"


def test_a_table_without_rows_has_its_header() -> None:
    assert csv_bytes([], ["a", "b"]).decode("utf-8-sig") == "a,b\r\n"


def test_a_workbook_speaks_to_an_office(tmp_path: Path) -> None:
    rows = [
        {"region": "510700", "region_name": "绵阳市", "service_type": "SC03", "ratio": 0.25, "unmet": 1234.5,
         "providers": 7, "state": "partial", "reasons": ["over_capacity", "single_provider"],
         "cells_by_state": {"covered": 2}},
        {"region": "510800", "region_name": "=1+1", "service_type": None, "ratio": None, "unmet": None, "providers": 0,
         "state": "unknown", "reasons": [], "cells_by_state": None},
    ]  # fmt: skip
    told = meta(7, {"as_of": "2026-06-30", "standard": 1.0}, {"REAL": 1, "SYNTHETIC": 3}).model_dump(mode="json")
    write_workbook(rows, tmp_path / "a.xlsx", [], told, "缺口（哪里缺得最多）")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    data, about = book["数据"], book["说明"]
    head, first, second = ([c.value for c in row] for row in data.iter_rows())
    assert head == ["地区代码", "地区", "服务类型", "服务类型代码", "覆盖率", "未满足", "机构", "状态",
                    "状态（代码）", "原因", "原因（代码）", "单元数：已覆盖"]  # fmt: skip
    assert first == ["510700", "绵阳市", "技术支持", "SC03", 0.25, 1234.5, 7, "部分覆盖", "partial",
                     "能力不足、只有一家机构", "over_capacity;single_provider", 2]  # fmt: skip
    assert [second[i] for i in (1, 4, 5, 7)] == ["'=1+1", None, None, "数据不明"]
    assert [data.cell(2, c).number_format for c in (5, 6, 7)] == ["0.0%", "#,##0.0", "#,##0"]
    assert (data.freeze_panes, data.auto_filter.ref) == ("A2", "A1:L3")
    said = dict(zip((c.value for c in about["A"]), (c.value for c in about["B"]), strict=True))
    assert said["问题"] == "缺口（哪里缺得最多）"
    assert (said["分析日"], said["图版本"], said["行数"]) == ("2026-06-30", "7", "2")
    assert said["所依据的事实"] == "公开事实 1（25.0%），演示虚构 3（75.0%）"
    assert said["未满足"] == "unmet"
    assert "需求率用默认值" in said["假设"]


def test_words_stand_once_beside_their_codes_and_answers_are_words(tmp_path: Path) -> None:
    rows = [
        {
            "service_type": "SC03",
            "service_type_name": "技术支持",
            "met": True,
            "data_class": {"REAL": 2},
            "fees": {"low_fee": 0.25},
        },
        {"service_type": "SC05", "service_type_name": "知识产权", "met": False, "data_class": None, "fees": None},
        {"service_type": None, "service_type_name": "全部", "met": None, "data_class": None, "fees": None},
    ]
    write_workbook(rows, tmp_path / "a.xlsx", [], None)
    data = openpyxl.load_workbook(tmp_path / "a.xlsx")["数据"]
    assert [[c.value for c in row] for row in data.iter_rows()] == [
        ["服务类型代码", "服务类型", "达标", "事实：公开事实", "服务资源占比：低收费"],
        ["SC03", "技术支持", "是", 2, 0.25],
        ["SC05", "知识产权", "否", None, None],
        [None, "全部", None, None, None],
    ]
    assert data["E2"].number_format == "0.0%"


ROWS = [Action, Crowded, Flow, FlowGap, Gap, Loss, MonthFigures, Partner, RegionPair, SetMember, Suggestion]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_every_column_of_a_row_has_a_chinese_heading(row: type[Result]) -> None:
    stated = stated_headings(row)
    bare = [n for n, f in row.model_fields.items() if not HAN.search(heading(f.alias or n, stated))]
    assert bare == []


def test_a_column_is_called_as_its_own_field_says() -> None:
    assert [heading(name, stated_headings(Suggestion)) for name in ("steps", "via", "a_partners")] == [
        "在合作网络中相隔的步数", "经由的伙伴名称", "甲方已有伙伴数",
    ]  # fmt: skip
    assert [heading(name, {}) for name in ("effect_by_data_class.REAL", "parts.reach", "whatever")] == [
        "效果：公开事实", "分项：可及性", "whatever",
    ]  # fmt: skip
