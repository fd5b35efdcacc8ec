"""The sheet that says what a workbook's table is, line by line, in both languages."""

import io

import openpyxl
import pytest
import xlsxwriter

from api.questions.about import about_lines, write_about
from queries.action_costs import default_costs

META = {
    "graph_version": 7, "taxonomy_version": "2026-01", "generated_at": "2026-06-30T01:02:03Z",
    "parameters": {"as_of": "2026-06-30", "standard": 1.0, "other": {"a": 1}},
    "data_class": {"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 3}, "shares": {"REAL": 0.25, "SYNTHETIC": 0.75},
    "assumptions": ["默认需求率 / default rates"], "method": "docs/method.md",
}  # fmt: skip


def test_every_fact_is_a_line() -> None:
    assert list(about_lines(1234, META, "zh")) == [
        ("行数", "1,234"),
        ("图版本", "7"),
        ("分类与模型版本", "2026-01"),
        ("生成时间（北京）", "2026-06-30 09:02"),
        ("分析日", "2026-06-30"),
        ("达标线 A", "1"),
        ("other", "a 1"),
        ("所依据的事实", "公开事实 1（25.0%），演示虚构 3（75.0%）"),
        ("假设", "默认需求率"),
        ("方法", "docs/method.md"),
    ]


def test_what_is_stated_is_not_assumed_and_nothing_is_none() -> None:
    parameters = {"standard": 1.0, "rates": {"SC01": 0.5}}
    meta = {**META, "parameters": parameters, "shares": {}, "assumptions": []}
    assert list(about_lines(0, meta, "en"))[4:] == [
        ("Standard A", "1"),
        ("Demand rates", "Information consulting 0.5"),
        ("Facts it rests on", "none"),
        ("Method", "docs/method.md"),
    ]
    assert list(about_lines(0, None, "en")) == [("Rows", "0")]


def test_costs_that_nobody_stated_are_called_the_usual_ones() -> None:
    for costs, said in (
        (default_costs().model_dump(mode="json"), "内置默认值（queries/action_costs.yml）"),
        ({"share": None}, "{'share': None}"),
    ):
        assert list(about_lines(0, {**META, "parameters": {"costs": costs}}, "zh"))[4] == ("行动费用与能力", said)


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("group_by", ["prefecture", "service_type"], "分组：市州、服务类型", "Groups: prefecture, service type"),
        ("method", "2sfca", "供需方法：两步移动搜寻法（2SFCA）",
         "Method of supply and demand: two-step floating catchments (2SFCA)"),
        ("region", "510703", "地区：绵阳市涪城区（510703）", "Region: Fucheng, Mianyang (510703)"),
        ("region", "northwest_sichuan", "地区：川西北生态示范区（northwest_sichuan）",
         "Region: Northwest Sichuan Ecological Demonstration Zone (northwest_sichuan)"),
        ("industry", "CH01", "产业：集成电路与新型显示（CH01）",
         "Industry: Integrated circuits and displays (CH01)"),
        ("fixed", [], "必选：无", "Must be in: none"),
        ("why_not", None, "为何不选：无", "Why not: none"),
        ("by_chain", True, "按产业链匹配：是", "By chain: yes"),
        ("time_limit", 1000000.0, "计算量（约合秒）：1000000", "Work, about seconds: 1000000"),
        ("weights", {"reach": 0.15, "record": 0.1}, "权重：可及性 0.15、合作记录 0.1",
         "Weights: Reach 0.15, Record 0.1"),
        ("kinds", ["build", "share"], "行动或对象类别：新建、市州共享",
         "Kinds: Build, Sharing"),
    ],
)  # fmt: skip
def test_parameters_are_said_in_words(name: str, value: object, zh: str, en: str) -> None:
    meta = {**META, "parameters": {name: value}}
    assert "：".join(list(about_lines(0, meta, "zh"))[4]) == zh
    assert ": ".join(list(about_lines(0, meta, "en"))[4]) == en


def test_the_sheet_holds_text_alone() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        write_about(book, [("a", "=1+1"), ("b", "2")], "en")
    sheet = openpyxl.load_workbook(made)["About"]
    assert [[(c.value, c.data_type, c.font.bold) for c in row] for row in sheet.iter_rows()] == [
        [("a", "s", True), ("=1+1", "s", False)],
        [("b", "s", True), ("2", "s", False)],
    ]
