"""What a clerk means: kinds of troubles of public lists, each with several inputs and the whole answer."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from graph import schema
from graph.errors import BadDeliveryNote, FileRefused, FileUnreadable, MissingColumn, UnknownTable
from graph.places import gazetteer
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.rebuild import rebuild
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load
from loaders.read import open_all
from loaders.read.explaining import explain, write_note
from loaders.read.rows.row_notes import is_figure, is_footnote, is_total
from loaders.read.words.place_texts import join_places, within
from loaders.read.words.surroundings import around, tables_named
from loaders.write.report import LoadReport
from loaders.write.template import write_template
from tests.loaders.read.test_clerks import created

Make = Callable[..., Path]


def tried(store: Store, *files: Path) -> LoadReport:
    """Return what a load of some files would do."""
    return load(store, [*files], dry_run=True)


def came(report: LoadReport, label: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of a label that a load creates, by name, with their places."""
    return {row["name"]: row for row in created(report, label)}


def account(report: LoadReport) -> dict[str, tuple[int, ...]]:
    """Return read, created, merged, rejected and notes of each table that had any rows."""
    for t in report.tables:
        assert t.read == t.created + t.updated + t.unchanged + t.merged + t.rejected
    notes = [note.table for note in report.notes]
    return {
        t.table: (t.read, t.created, t.merged, t.rejected, notes.count(t.table))
        for t in report.tables
        if t.read or t.table in notes
    }


def noted(report: LoadReport) -> list[tuple[int, str]]:
    return [(note.row, note.kind) for note in report.notes]


# --- notes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(
            "合计",
            "合 计",
            "小计：",
            "绵阳市小计",
            "全省合计",
            "共4家",
            "合计（共12家）",
            "以上共计12户",
            "本页合计",
            "全省共4家",
        ),
        *(
            "总  计（家）",
            "本表合计",
            "总计数",
            "三家合计",
            "一、成都平原合计",
            "Grand Total",
            "SUM",
            "合計",
            "計3家",
            "计",
        ),
    ],
)
def test_a_total(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize(
    "text",
    [
        *("总计科技有限公司", "四川合计科技有限公司", "共享单车协会", "中国统计学会", "小计算机厂", "计算机协会"),
        *("总和通信有限公司", "其他类服务中心", "平均律文化公司"),
    ],
)
def test_no_total(text: str) -> None:
    assert not is_total(text)
    assert not is_figure(text)


@pytest.mark.parametrize(
    "text", ["平均", "占比（%）", "同比增长", "其他", "其 它", "（其他单位）", "汇总", "（完）", "比上年增减"]
)
def test_a_figure_of_all(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize(
    "text",
    [
        "注：1.上半年数",
        "备注：无",
        "填表人：张三",
        "数据来源：统计局",
        "（盖章）",
        "以下空白",
        "注1：新增",
        "※数据来源于统计局",
        "截至2025年6月，共2家",
        "以下为2025年新增",
        "— 12 —",
        "-3-",
    ],
)
def test_a_footnote(text: str) -> None:
    assert is_footnote(text)


@pytest.mark.parametrize("text", ["注册服务中心", "说明服务中心", "来源科技", "日期科技", "附一医院"])
def test_no_footnote(text: str) -> None:
    assert not is_footnote(text)


LISTS = {
    "a total in the number's column, a remark of two lines, who filled it in": (
        "序号,名称,所在地区\n1,甲一中心,绵阳市\n合计,,\n注：1.不含高新区,,\n2.截至六月,,\n填表人：某某,,\n",
        (1, 1, 0, 0, 4),
        [(3, "total"), (4, "footnote"), (5, "footnote"), (6, "footnote")],
    ),
    "headings of groups and a header that stands again": (
        "名称,类型,所在地区\n一、服务机构,,\n甲一中心,服务机构,绵阳市\n名称,类型,所在地区\n二、商会（1家）,,\n甲二商会,商会,涪城区\n",
        (2, 2, 0, 0, 3),
        [(2, "heading"), (4, "header"), (5, "heading")],
    ),
    "rows numbered beforehand, a row of dittos": (
        "序号,名称,所在地区\n1,甲一中心,绵阳市\n2,〃,〃\n3,,\n4,,\n",
        (1, 1, 0, 0, 3),
        [(3, "ditto"), (4, "blank"), (5, "blank")],
    ),
    "averages and what is left over": (
        "名称,所在地区\n甲一中心,绵阳市\n平均,绵阳市\n其他,绵阳市\n较上年增长,绵阳市\n一、绵阳市合计,绵阳市\n",
        (1, 1, 0, 0, 4),
        [(3, "figure"), (4, "figure"), (5, "figure"), (6, "total")],
    ),
    "a footnote whose word stands where numbers stand": (
        "序号,名称,所在地区\n1,甲一中心,绵阳市\n备注,1.由县区填报,绵阳市\n,截至2025年6月，共1家,\n",
        (1, 1, 0, 0, 2),
        [(3, "footnote"), (4, "footnote")],
    ),
    "lines of one cell": (
        "名称,类型,所在地区\n甲一中心,服务机构,绵阳市\n合计\n注：以上为上半年数\n",
        (1, 1, 0, 0, 2),
        [(3, "total"), (4, "footnote")],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_rows_that_are_no_data(reference_store: Store, csv: Make, name: str) -> None:
    text, rows, notes = LISTS[name]
    report = tried(reference_store, csv("机构.csv", text))
    assert account(report) == {"organizations": rows}
    assert noted(report) == notes
    assert report.issues == ()


# --- dittos, blanks -------------------------------------------------------------------------------------


def test_dittos_take_the_value_above_and_mended_rows_keep_it(reference_store: Store, csv: Make) -> None:
    text = "名称,类型,所在地区\n甲一中心,商会,江油市\n甲二中心,同上,〃\n甲三中心,〃,无此地\n"
    report = tried(reference_store, csv("机构.csv", text))
    found = came(report, "Organization")
    assert {n: (r["kind"], r["region"]) for n, r in found.items()} == {
        "甲一中心": ("chamber", "510781"),
        "甲二中心": ("chamber", "510781"),
    }
    assert report.rejects
    page = openpyxl.load_workbook(report.rejects)["机构"]
    assert [cell.value for cell in page[2]][:3] == ["甲三中心", "商会", "无此地"]


@pytest.mark.parametrize(
    "mark",
    ["/", "—", "－", "无", "N/A", "暂无", "未知", "不详", "null", "未统计", "—— ——", "～", "······", "（空）", "××"],
)
def test_a_mark_of_an_empty_cell_is_no_value_anywhere(reference_store: Store, csv: Make, mark: str) -> None:
    head = "名称,统一社会信用代码,类型,所在地区,地址,经度,联系电话\n"
    text = f"{head}甲一中心,{mark},{mark},绵阳市,{mark},{mark},{mark}\n{mark},,,绵阳市,,,\n"
    report = tried(reference_store, csv("机构.csv", text))
    assert account(report) == {"organizations": (2, 1, 0, 1, 0)}
    ((name, row),) = came(report, "Organization").items()
    assert (name, row["uscc"], row["kind"], row["address"], row["lon"]) == ("甲一中心", None, None, None, None)


def test_none_is_an_answer_where_it_is_asked_for(store: Store, csv: Make) -> None:
    text = "名称,资源类别,服务类型,提供机构,可共享,共享条件\n设备甲,仪器设备,技术支持,甲一中心,无,无\n"
    report = load(store, [csv("机构.csv", "名称,所在地区\n甲一中心,绵阳市\n"), csv("服务资源.csv", text)])
    assert report.issues == ()
    with store.read() as session:
        (row,) = [r for r in session.nodes(schema.nodes()["Resource"]).to_pylist() if r["name"] == "设备甲"]
    assert (row["shareable"], row["terms"]) == (False, "无")


BAD = {
    "control characters": ("\u0001\u0008", "看不见"),
    "NaN": ("NaN", "程序"),
    "half a character": ("甲\ufffd", "无法辨认"),
    "rounded": ("9.35105253144667E+17", "舍入"),
}


@pytest.mark.parametrize("name", BAD)
def test_texts_that_nobody_means(reference_store: Store, csv: Make, name: str) -> None:
    cell, word = BAD[name]
    text = f"名称,所在地区,地址\n{cell},绵阳市,\n甲一中心,绵阳市,{cell}\n"
    report = tried(reference_store, csv("机构.csv", text))
    assert account(report) == {"organizations": (2, 1, 0, 1, 0)}
    assert [(i.row, i.column, i.cell_only, word in i.reason.zh) for i in report.issues] == [
        (2, "名称", False, True),
        (3, "地址", True, True),
    ]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899/12/31", "2100年1月1日"])
def test_days_that_nobody_means(reference_store: Store, csv: Make, day: str) -> None:
    text = f"编号,所在地区,服务类型,日期\nX1,绵阳市,技术支持,{day}\n"
    report = tried(reference_store, csv("需求清单.csv", text))
    assert account(report) == {"needs": (1, 1, 0, 0, 0)}
    ((_, row),) = came(report, "Need").items()
    assert row["day"] is None
    assert [(i.column, i.value, i.cell_only) for i in report.issues] == [("日期", day, True)]


# --- totals ---------------------------------------------------------------------------------------------

HEAD = "地区,产业链,企业数\n"
TOTALS = {
    "parts make it up": ("绵阳市,智能装备,200\n其中：涪城区,智能装备,120\n游仙区,智能装备,80\n",
                         {"510703": 120, "510704": 80}),
    "parts are some of it": ("绵阳市,智能装备,300\n其中：涪城区,智能装备,120\n游仙区,智能装备,80\n",
                             {"510700": 100, "510703": 120, "510704": 80}),
    "its own firms": ("绵阳市本级,智能装备,5\n涪城区,智能装备,2\n游仙区,智能装备,3\n",
                      {"510700": 5, "510703": 2, "510704": 3}),
    "the province and a sum": ("全省,智能装备,50\n涪城区,智能装备,20\n江油市,智能装备,30\n合计,,50\n",
                               {"510703": 20, "510781": 30}),
    "zones and places of them": ("全省,智能装备,60\n川南经济区,智能装备,60\n"
                                 "其中：宜宾市,智能装备,20\n泸州市,智能装备,40\n",
                                 {"511500": 20, "510500": 40}),
    "the province says that a prefecture's row holds its only county's": (
        "全省,智能装备,100\n绵阳市,智能装备,100\n涪城区,智能装备,100\n", {"510703": 100}),
    "the province says that a prefecture's row holds its counties'": (
        "全省,智能装备,110\n绵阳市,智能装备,100\n涪城区,智能装备,60\n旌阳区,智能装备,10\n",
        {"510700": 40, "510703": 60, "510603": 10}),
    "the province says that it does not": (
        "全省,智能装备,160\n绵阳市,智能装备,100\n涪城区,智能装备,60\n", {"510700": 100, "510703": 60}),
    "counties first": ("涪城区,智能装备,20\n江油市,智能装备,30\n绵阳市,智能装备,50\n", {"510703": 20, "510781": 30}),
}  # fmt: skip


@pytest.mark.parametrize("name", TOTALS)
def test_a_total_that_its_parts_explain_counts_once(reference_store: Store, csv: Make, name: str) -> None:
    text, expected = TOTALS[name]
    report = tried(reference_store, csv("企业数量.csv", HEAD + text))
    assert report.issues == ()
    assert {row["region"]: row["count"] for row in came(report, "EnterpriseCount").values()} == expected
    (tally,) = account(report).values()
    assert tally[0] + tally[4] == text.count("\n")


def test_parts_of_a_total_need_not_repeat_its_day(reference_store: Store, csv: Make) -> None:
    rows = "绵阳市,智能装备,200,2026-06-30\n其中：涪城区,智能装备,120,\n游仙区,智能装备,80,\n"
    report = tried(reference_store, csv("企业数量.csv", HEAD.replace("\n", ",统计时间\n") + rows))
    assert noted(report) == [(2, "explained_total")]
    assert {row["region"]: row["count"] for row in came(report, "EnterpriseCount").values()} == {
        "510703": 120,
        "510704": 80,
    }


def test_a_zone_whose_places_do_not_add_up_to_it_is_rejected(reference_store: Store, csv: Make) -> None:
    report = tried(reference_store, csv("企业数量.csv", HEAD + "川南经济区,智能装备,50\n宜宾市,智能装备,20\n"))
    assert [(i.row, i.column, i.reason.zh) for i in report.issues] == [
        (2, "所在地区", "“川南经济区”是经济区，表中各市州之和与它不等；需求须落到区县或市州")
    ]
    assert account(report) == {"demand_counts": (2, 1, 0, 1, 0)}


def test_what_may_be_a_total_or_not_counts_and_is_told(reference_store: Store, csv: Make) -> None:
    report = tried(
        reference_store, csv("企业数量.csv", HEAD + "绵阳市,智能装备,300\n涪城区,智能装备,100\n江油市,智能装备,150\n")
    )
    assert account(report) == {"demand_counts": (3, 3, 0, 0, 0)}
    assert [w.zh for w in report.warnings] == [
        "企业数量.csv：1 个市州与其区县并列，看不出是不是总数（如第 2 行 绵阳市 300，区县合计 250），两者都计；"
        "若是全市总数，请在区县前写“其中”；若是市本级，请写“绵阳市本级”"
    ]


UNITS = {
    "the header's": "地区,产业链,企业数（万家）\n涪城区,智能装备,1.2\n",
    "a title's": "单位：万户,,\n地区,产业链,企业数\n涪城区,智能装备,１.２\n",
    "the cell's own goes first": "地区,产业链,企业数(千家)\n涪城区,智能装备,1.2万\n",
    "one of several of a title": "单位：万户、%,,\n地区,产业链,企业户数\n涪城区,智能装备,1.2\n",
    "one of several, with a stroke": "填报单位：某局 单位：亿元/万户,,\n地区,产业链,企业户数\n涪城区,智能装备,1.2\n",
    "in brackets of a title": "绵阳市企业数量（万户）,,\n地区,产业链,企业户数\n涪城区,智能装备,1.2\n",
    "beside a day in a header": "地区,产业链,企业数（2025年；万家）\n涪城区,智能装备,1.2\n",
    "a column's": "地区,产业链,企业户数,单位\n涪城区,智能装备,1.2,万户\n",
    "a column's of plain ones": "地区,产业链,计量单位,企业户数\n涪城区,智能装备,户,12000\n",
    "a column's before a title's": "单位：百户\n地区,产业链,企业户数,单位\n涪城区,智能装备,1.2,万户\n",
    "a title's, as the column says nothing": "单位：万户\n地区,产业链,企业户数,单位\n涪城区,智能装备,1.2,\n",
    "a title's, as the column is of senders": "单位：万户\n地区,产业链,企业户数,单位\n涪城区,智能装备,1.2,某局\n",
    "a note's": "地区,产业链,企业户数\n涪城区,智能装备,1.2\n注：单位为万户。,,\n",
    "a note's line of its own": "地区,产业链,企业户数\n涪城区,智能装备,1.2\n（单位：万户）,,\n",
    "a note's, in which it counts": "地区,产业链,企业户数\n涪城区,智能装备,1.2\n注：1.以万户计；2.数据来自某局,,\n",
    "a note's, without a mark": "地区,产业链,企业户数\n涪城区,智能装备,1.2\n说明：本表单位万户,,\n",
    "a title's before a note's": "单位：千户\n地区,产业链,企业户数\n涪城区,智能装备,12\n注：单位为万户,,\n",
    "of something else in a note": "地区,产业链,企业户数\n涪城区,智能装备,12000\n注：产值单位万元；填报单位：某局,,\n",
    "not this column's": "（单位：万元）,,\n地区,产业链,企业数\n涪城区,智能装备,12000\n",
}


@pytest.mark.parametrize("name", UNITS)
def test_a_number_is_of_the_unit_that_stands_beside_it(reference_store: Store, csv: Make, name: str) -> None:
    report = tried(reference_store, csv("企业数量.csv", UNITS[name]))
    assert report.issues == ()
    assert [row["count"] for row in came(report, "EnterpriseCount").values()] == [12_000]


def test_the_unit_of_a_sheet_and_those_of_two_amounts(reference_store: Store, xlsx: Make) -> None:
    counts = [["地区", "产业链", "企业户数"], ["涪城区", "智能装备", 1.2]]
    report = tried(reference_store, xlsx("统计.xlsx", {"企业数量（万户）": counts}))
    assert [row["count"] for row in came(report, "EnterpriseCount").values()] == [12_000]
    resources = [
        ["单位：万次、万元"], ["名称", "资源类别", "服务类型", "提供机构", "年服务能力", "已用能力", "收费"],
        ["设备甲", "仪器设备", "技术支持", "甲一中心", 1.2, "600次", "0.3万元/次"],
    ]  # fmt: skip
    organizations = [["名称", "所在地区"], ["甲一中心", "涪城区"]]
    report = tried(reference_store, xlsx("资源.xlsx", {"机构": organizations, "服务资源": resources}))
    assert report.delta
    ((made,),) = [change.created.to_pylist() for change in report.delta.of("Resource")]
    assert (made["capacity"], made["used"], made["fee"]) == (12_000, 600, "0.3万元/次")


def test_part_of_a_firm_is_a_lost_unit_and_amounts_of_something_else_are_refused(
    reference_store: Store, csv: Make
) -> None:
    text = "地区,产业链,数量,单位\n涪城区,智能装备,1.2,\n涪城区,优质白酒,300,亿元\n"
    text += "涪城区,新材料,30,%\n游仙区,新材料,7,家\n"
    report = tried(reference_store, csv("企业数量.csv", text))
    assert [(i.row, i.value, i.reason.zh) for i in report.issues] == [
        (2, "1.2", "“1.2”不是整数，请写作 1200 或 1.2万"),
        (3, "300亿元", "“300亿元”的单位“元”不适用于此列，请只写数字"),
        (4, "30%", "“30%”是百分数，此列请写数值"),
    ]
    assert {row["key"]: row["count"] for row in came(report, "EnterpriseCount").values()} == {"510704-CH14": 7}


def test_a_total_smaller_than_its_parts_is_rejected(reference_store: Store, csv: Make) -> None:
    report = tried(reference_store, csv("企业数量.csv", HEAD + "绵阳市,智能装备,100\n其中：涪城区,智能装备,120\n"))
    assert [(i.row, i.column, i.reason.zh) for i in report.issues] == [(2, "企业数", "其中各项之和 120 大于总数 100")]


def test_a_merged_number_is_one_number(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "服务资源"
    said = ["仪器设备", "技术支持", "甲一中心"]
    page.append(["名称", "资源类别", "服务类型", "提供机构", "年服务能力"])
    for name, capacity in (("设备甲", 300), ("设备乙", None), ("设备丙", None)):
        page.append([name, *said, capacity])
    page.merge_cells("E2:E4")
    other = book.create_sheet("机构")
    for line in (["名称", "所在地区"], ["甲一中心", "绵阳市"]):
        other.append(line)
    book.save(tmp_path / "表.xlsx")
    report = load(store, [tmp_path / "表.xlsx"])
    with store.read() as session:
        rows = session.nodes(schema.nodes()["Resource"]).to_pylist()
    assert {r["name"]: r["capacity"] for r in rows if r["name"].startswith("设备")} == {
        "设备甲": 300,
        "设备乙": None,
        "设备丙": None,
    }
    assert [(i.row, i.column, i.cell_only, "合并单元格" in i.reason.zh) for i in report.issues] == [
        (3, "年服务能力", True, True),
        (4, "年服务能力", True, True),
    ]


# --- the template ---------------------------------------------------------------------------------------


def test_the_untouched_template_brings_nothing(reference_store: Store, tmp_path: Path) -> None:
    report = tried(reference_store, write_template(tmp_path / "模板.xlsx"))
    assert not report.written
    assert {kind for _, kind in noted(report)} == {"example"}
    assert all((t.read, t.rejected) == (0, 0) for t in report.tables)


def test_examples_are_known_wherever_they_stand(reference_store: Store, xlsx: Make) -> None:
    example = {"名称": "示例-绵阳-技术转移中心-001", "类型": "服务机构", "所在地区": "绵阳市涪城区"}
    head = ["所在地区*", "名称*", "类型"]
    rows: list[list[object]] = [
        ["江油市", "甲一中心", "商会"],
        [example[h.rstrip("*")] for h in head],
        ["绵阳市", "甲二中心", ""],
    ]
    counts: list[list[object]] = [
        ["企业数*", "产业链*", "所在地区*"],
        [1200, "智能装备", "绵阳市涪城区"],
        [1201, "智能装备", "涪城区"],
    ]
    report = tried(reference_store, xlsx("表.xlsx", {"机构": [head, *rows], "企业数量": counts}))
    assert set(came(report, "Organization")) == {"甲一中心", "甲二中心"}
    assert {r["region"]: r["count"] for r in came(report, "EnterpriseCount").values()} == {"510703": 1201}
    assert [(n.table, n.row, n.kind) for n in report.notes] == [
        ("demand_counts", 2, "example"),
        ("organizations", 3, "example"),
    ]


# --- full deliveries ------------------------------------------------------------------------------------

FULL = FullDelivery("organizations", "510723")


def test_what_a_rejected_row_is_about_is_not_retired(store: Store, csv: Make) -> None:
    names = "甲乙丙丁戊己"
    load(store, [csv("机构.csv", "名称,所在地区\n" + "".join(f"盐亭{n}中心,盐亭县\n" for n in names))])
    text = "名称,所在地区\n盐亭甲中心,盐亭县\n盐亭 乙中心,盐停县\n盐亭丙中心\n盐亭丁中心,盐亭县\n盐亭戊中心,盐亭县\n"
    report = load(store, [csv("二/机构.csv", text)], full=FULL)
    assert [f.name for f in report.gone] == ["盐亭己中心"]
    assert sorted((h.name, h.row) for h in report.held) == [("盐亭丙中心", 4), ("盐亭乙中心", 3)]


def test_a_rejected_row_is_about_the_names_around_which_something_stands(store: Store, csv: Make) -> None:
    names = "甲乙丙丁戊己庚"
    load(store, [csv("机构.csv", "名称,所在地区\n" + "".join(f"盐亭{n}中心,盐亭县\n" for n in names))])
    text = (
        "名称,所在地区,曾用名\n（一）盐亭甲中心,盐停县,\n2、盐亭 乙 中心,盐停县,\n"
        "盐亭新丙中心（原盐亭丙中心）,盐停县,\n"
        "盐亭新丁中心,盐停县,盐亭旧中心；盐亭丁中心（2010-01-01~2024-02-29）\n盐亭戊中心（公章）,盐停县,\n盐亭己中心,盐亭县,\n"
    )
    for gone in (["盐亭庚中心"], []):  # the second time as well
        report = load(store, [csv("二/机构.csv", text)], full=FULL)
        assert [f.name for f in report.gone] == gone
        assert sorted((h.name, h.row) for h in report.held) == [
            ("盐亭丁中心", 5), ("盐亭丙中心", 4), ("盐亭乙中心", 3), ("盐亭戊中心", 6), ("盐亭甲中心", 2),
        ]  # fmt: skip


@pytest.mark.parametrize("header", ["", ",,"])
def test_a_count_whose_row_came_apart_stands(store: Store, csv: Make, header: str) -> None:
    load(store, [csv("企业数量.csv", HEAD + "涪城区,智能装备,3\n游仙区,智能装备,4\n三台县,智能装备,5\n")])
    text = f"{HEAD.strip()}{header}\n涪城区,智能装备,1,234{header[:1]}\n游仙区,智能装备,4{header}\n"
    report = load(store, [csv("二/企业数量.csv", text)], full=FullDelivery("demand_counts", "510700"))
    assert [f.key for f in report.gone] == ["510722-CH06"]
    assert [(h.key, h.row) for h in report.held] == [("510703-CH06", 2)]


def test_a_rejected_row_without_a_name_may_be_anything_that_is_missing(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", "名称,所在地区\n" + "".join(f"盐亭{n}中心,盐亭县\n" for n in "甲乙丙"))])
    report = load(
        store, [csv("二/机构.csv", "名称,所在地区\n盐亭甲中心,盐亭县\n盐亭乙中心,盐亭县\n,盐亭县\n")], full=FULL
    )
    assert report.gone == ()
    assert [(h.name, h.row) for h in report.held] == [("盐亭丙中心", 4)]


def test_a_rejected_count_stands(store: Store, csv: Make) -> None:
    load(store, [csv("企业数量.csv", HEAD + "涪城区,智能装备,3\n涪城区,新材料,4\n涪城区,大数据,5\n")])
    text = HEAD + "涪城区,智能装备,很多\n涪城区,新材料,4\n"
    report = load(store, [csv("二/企业数量.csv", text)], full=FullDelivery("demand_counts", "510703"))
    assert [f.key for f in report.gone] == ["510703-CH03"]
    assert [(h.key, h.row) for h in report.held] == [("510703-CH06", 2)]


# --- context --------------------------------------------------------------------------------------------

PLACES = {
    "two columns": ("机构.csv", "名称,市州,县区\n甲,内江市,市中区\n乙,乐山市,市中区\n丙,内江市,\n丁,内江市,市本级\n",
                    {"甲": "511002", "乙": "511102", "丙": "511000", "丁": "511000"}),
    "the sheet's own place in a title": ("机构.csv", "内江市机构名录,\n名称,所在地区\n甲,市中区\n乙,东兴区\n",
                                      {"甲": "511002", "乙": "511011"}),
    "the file's name": ("内江市-机构.csv", "名称,区县\n甲,市中区\n乙,乐山市市中区\n", {"甲": "511002", "乙": "511102"}),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_what_stands_around_makes_the_place(reference_store: Store, csv: Make, name: str) -> None:
    file, text, expected = PLACES[name]
    report = tried(reference_store, csv(f"数据/{file}", text))
    assert report.issues == ()
    assert {n: r["region"] for n, r in came(report, "Organization").items()} == expected


WITHIN = {
    "": "", " ": " ", "/": "/", "暂无": "暂无", "无此地": "无此地", "成都市": "成都市", "川南经济区": "川南经济区",
    "市中区": "乐山市市中区", " 市中区 ": "乐山市市中区", "全市": "乐山市全市", "市辖区": "乐山市本级",
}  # fmt: skip


@pytest.mark.parametrize("text", WITHIN)
def test_a_place_is_understood_within_another(text: str) -> None:
    assert within(text, "乐山市") == WITHIN[text]


def test_the_note_gives_constants_and_a_place(reference_store: Store, csv: Make) -> None:
    note = "sender: 某市经信局\nregion: 乐山\ndefaults: {服务载体: {类型: 科技企业孵化器, 级别: 省级}}\n"
    csv("数据/source.yml", note)
    path = csv("数据/服务载体.csv", "名称,所在地区,级别\n甲孵化器,市中区,\n乙孵化器,无此地,国家级\n")
    report = tried(reference_store, path)
    found = came(report, "Carrier")
    assert {n: (r["region"], r["kind"], r["level"]) for n, r in found.items()} == {
        "甲孵化器": ("511102", "incubator", "provincial")
    }
    assert report.rejects
    page = openpyxl.load_workbook(report.rejects)["服务载体"]
    assert [c.value for c in page[1]][:4] == ["名称", "所在地区", "级别", "类型"]
    assert [c.value for c in page[2]][:4] == ["乙孵化器", "无此地", "国家级", "科技企业孵化器"]


def test_a_title_proposes_what_is_required(csv: Make) -> None:
    path = csv(
        "数据/服务载体.csv", "附件,,\n2025年度四川省省级科技企业孵化器名单,,\n序号,孵化器名称,所属市州\n1,甲,德阳市\n"
    )
    with pytest.raises(MissingColumn) as caught:
        opened(path)
    told = caught.value.say("zh") + caught.value.way_out("zh")
    for word in ("类型（kind）", "按第 3 行为表头", "孵化器名称", "类型: 科技企业孵化器", "级别: 省级"):
        assert word in told


def opened(path: Path) -> object:
    return open_all([path])


# --- which table ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "table"),
    [
        ("绵阳市第五批专精特新小巨人名单", "enterprises"),
        ("2025年度四川省省级科技企业孵化器名单", "carriers"),
        ("绵阳市高新技术企业名单（2024年）", "enterprises"),
        ("2026年四川省中小企业公共服务机构名录", "organizations"),
        ("四川省第三批省级科技企业孵化器拟认定名单（排名不分先后）", "carriers"),
        ("2024年第二批四川省“专精特新”中小企业拟认定企业名单", "enterprises"),
        ("关于公布2023年国家备案众创空间的通知附件2", "carriers"),
    ],
)
def test_the_noun_at_a_titles_end_says_what_is_listed(title: str, table: str) -> None:
    assert list(tables_named(around(title, "", []))) == [table]


def test_a_list_of_firms_becomes_enterprises_aloud(reference_store: Store, csv: Make) -> None:
    report = tried(reference_store, csv("德阳市瞪羚企业名单.csv", "序号,单位名称,区县\n1,甲一科技有限公司,旌阳区\n"))
    ((_, row),) = came(report, "Enterprise").items()
    assert (row["region"], row["tags"]) == ("510603", ["gazelle"])
    assert sum("按“企业”表读入" in w.zh for w in report.warnings) == 1
    assert sum("瞪羚企业" in w.zh and "资质" in w.zh for w in report.warnings) == 1


def test_a_title_that_ends_in_what_was_done_says_of_what(csv: Make) -> None:
    path = csv(
        "附件.csv", "2024年第二批省级“专精特新”中小企业拟认定企业公示,,\n序号,企业名称,所属市州\n1,甲公司,成都市\n"
    )
    (reading,) = explain([path]).sheets
    assert [(column, value) for column, value, _ in reading.constants] == [
        ("资质", "专精特新"),
        ("级别", "省级"),
        ("认定日期", "2024年"),
    ]


def test_headers_that_fit_two_tables_ask(csv: Make) -> None:
    path = csv("清册.csv", "单位名称,所在地区\n甲,绵阳市\n")
    with pytest.raises(UnknownTable) as caught:
        opened(path)
    told = caught.value.say("zh") + caught.value.way_out("zh")
    assert "与几张表相符：机构、企业" in told
    assert "tables:\n  清册: " in told


def test_a_list_of_companies_and_places_alone_is_one_of_enterprises_aloud(reference_store: Store, csv: Make) -> None:
    rows = "甲一有限公司,中国（四川）自由贸易试验区成都高新区天府三街219号\n甲二有限公司,成都高新区天府三街219号\n"
    rows += "甲三有限公司,中国（四川）自由贸易试验区成都市青白江区桂通北路1号\n"
    rows += "甲四机械厂,中国（四川）自由贸易试验区川南临港片区云台路一段68号\n合计,4家\n"
    report = tried(reference_store, csv("清册.csv", "名称,所在地区\n" + rows))
    assert {name: row["region"] for name, row in came(report, "Enterprise").items()} == {
        "甲一有限公司": "510107",
        "甲二有限公司": "510107",
        "甲三有限公司": "510113",
        "甲四机械厂": "510504",
    }
    assert [w.zh for w in report.warnings if "按“企业”表读入（名称都是公司）" in w.zh] == [
        "清册.csv：按“企业”表读入（名称都是公司）；不对请在 source.yml 的 tables: 中写明"
    ]


def test_explaining_writes_a_note_and_loads_nothing(csv: Make) -> None:
    path = csv("数据/清册.csv", "2025年度省级科技企业孵化器名单,,\n载体名称,运营主体,所属市州\n甲,乙,德阳市\n")
    told = explain([path])
    assert told.sheets == ()
    assert [(u.near.name, u.missing) for u in told.unknown] == [("carriers", ["类型"])]
    assert write_note(told, path.parent) == path.parent / "source.yml"
    assert write_note(told, path.parent) is None
    (reading,) = explain([path]).sheets
    assert (reading.table, reading.header_row, reading.rows) == ("carriers", 2, 1)


# --- files ----------------------------------------------------------------------------------------------


def zipped(parts: dict[str, str]) -> bytes:
    """Return an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "XML"),
        (b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'><Table/></Workbook>", "XML"),
        ("名称,所在地区\n甲,绵阳市\n".encode(), "文本"),
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (zipped({"word/document.xml": "<w:document/>"}), "Word"),
    ],
)
def test_what_is_named_a_workbook_and_is_none(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "机构.xls").write_bytes(content)
    with pytest.raises(FileUnreadable, match=word):
        opened(tmp_path / "机构.xls")


def locked(password: str) -> bytes:
    """Return a workbook locked with a password."""
    plain, made = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "机构"
    page.append(["名称", "所在地区"])
    page.append(["甲一中心", "绵阳市"])
    book.save(plain)
    OOXMLFile(plain).encrypt(password, made)
    return made.getvalue()


def test_locked_workbooks(store: Store, tmp_path: Path) -> None:
    (tmp_path / "默认.xlsx").write_bytes(locked("VelvetSweatshop"))
    assert account(load(store, [tmp_path / "默认.xlsx"], dry_run=True)) == {"organizations": (1, 1, 0, 0, 0)}
    (tmp_path / "加锁.xlsx").write_bytes(locked("三台-2026"))
    with pytest.raises(FileUnreadable, match="--password"):
        load(store, [tmp_path / "加锁.xlsx"])
    with pytest.raises(FileUnreadable, match="不对"):
        load(store, [tmp_path / "加锁.xlsx"], password="别的")
    report = load(store, [tmp_path / "加锁.xlsx"], password="三台-2026")
    assert account(report) == {"organizations": (1, 1, 0, 0, 0)}
    kept = b"".join(file.read_bytes() for file in store.home.rglob("*") if file.is_file())
    assert "三台-2026".encode() not in kept
    again = f"ladybug://{tmp_path / 'again.lbug'}"
    with open_store(again) as asked, pytest.raises(FileUnreadable, match="--password"):
        rebuild(asked, store.home)
    with open_store(f"ladybug://{tmp_path / 'third.lbug'}") as third:
        assert rebuild(third, store.home, password="三台-2026").different == ()
        with third.read() as session:
            rebuilt = session.nodes(schema.nodes()["Organization"]).to_pylist()
    assert [row["name"] for row in rebuilt if row["source"] == "用户提交"] == ["甲一中心"]


def test_an_archive_with_two_files_of_one_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "数据.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for name in ("甲", "乙"):
            archive.writestr("机构.csv", f"名称,所在地区\n{name},绵阳市\n")
    with pytest.raises(FileRefused, match=r"同名文件：机构\.csv"):
        opened(tmp_path / "数据.zip")


@pytest.mark.parametrize("other", ["./机构.csv", "机构.CSV", "a/../机构.csv"])
def test_an_archive_with_two_files_that_some_machine_takes_for_one_is_refused(tmp_path: Path, other: str) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        for name in ("机构.csv", other):
            archive.writestr(name, "名称,所在地区\n甲,绵阳市\n")
    with pytest.raises(FileRefused):
        open_all([tmp_path / "d.zip"])


def test_characters_of_four_bytes(reference_store: Store, csv: Make) -> None:
    report = tried(reference_store, csv("机构.csv", "名称,所在地区\n甲一中心,绵阳市\n", "utf-32"))
    assert list(came(report, "Organization")) == ["甲一中心"]


def test_a_workbook_named_csv_is_told(xlsx: Make) -> None:
    path = xlsx("机构.xlsx", {"机构": [["名称", "所在地区"], ["甲", "绵阳市"]]})
    with pytest.raises(FileUnreadable, match="内容是工作簿"):
        open_all([path.rename(path.with_suffix(".csv"))])


def test_the_mark_of_a_spreadsheet_for_text_is_no_part_of_a_cell(reference_store: Store, csv: Make) -> None:
    text = "名称,类型,所在地区\n'甲中心,'商会,'涪城区\n'合计,,\n"
    report = tried(reference_store, csv("机构.csv", text))
    assert account(report) == {"organizations": (1, 1, 0, 0, 1)}
    assert {n: (r["kind"], r["region"]) for n, r in came(report, "Organization").items()} == {
        "甲中心": ("chamber", "510703")
    }


@pytest.mark.parametrize("text", ["", "\ufeff\r\n", "\n\n"])
def test_a_file_without_anything_says_so(csv: Make, text: str) -> None:
    with pytest.raises(FileUnreadable, match="没有数据"):
        open_all([csv("机构.csv", text)])


def test_a_level_of_no_title_is_told(reference_store: Store, csv: Make) -> None:
    text = (
        "企业名称,所在地区,资质,级别,认定日期\n甲,涪城区,,省级,\n乙,涪城区,小巨人,,2024-01-01\n丙,涪城区,,,2024-01-01\n"
    )
    said = [w.zh for w in tried(reference_store, csv("企业.csv", text)).warnings]
    assert said == ["企业.csv：2 行写了级别、认定日期或有效期而没有写资质，这些没有读入：第 2、4 行"]


@pytest.mark.parametrize("above", ["绵阳市（2家）", "绵阳市(共2家)", "绵阳市（试点）", "绵阳市", "四川省绵阳市"])
def test_a_county_is_not_lost_behind_more_than_its_prefectures_name(above: str) -> None:
    assert gazetteer.region(join_places(above, "涪城区")) == "510703"
    assert gazetteer.region(join_places(above, "游仙区（1家）")) == "510704"
    assert gazetteer.region(join_places("绵阳市（2家）", "")) == "510700"


def test_types_of_resources_are_those_of_headings_and_sheets(xlsx: Make) -> None:
    head = ["名称", "资源类别", "提供机构"]
    rows: list[list[object]] = [["甲服务", "服务产品", "甲中心"], ["乙服务", "服务产品", "甲中心"]]
    sheets = {"技术支持": [head, rows[0]], "法律咨询": [head, rows[1]]}
    headed = {"表": [head, ["一、技术支持"], rows[0], ["二、法律咨询"], rows[1]]}
    for file in (xlsx("服务资源1.xlsx", sheets), xlsx("服务资源2.xlsx", headed)):
        found = [
            (texts["name"], texts["service_types"])
            for sheet in open_all([file])
            for chunk in sheet.chunks()
            for _, texts in chunk.rows(set(chunk.numbers.tolist()))
        ]
        assert sorted(found) == [("乙服务", "法律咨询"), ("甲服务", "技术支持")]


def test_a_county_under_any_header_of_counties_is_read(reference_store: Store, csv: Make) -> None:
    text = "地市,所属县,企业名称\n绵阳市,三台县,甲公司\n成都市,高新区,乙公司\n"
    report = tried(reference_store, csv("企业.csv", text))
    assert (account(report), report.ignored) == ({"enterprises": (2, 2, 0, 0, 0)}, ())
    assert {n: r["region"] for n, r in came(report, "Enterprise").items()} == {"甲公司": "510722", "乙公司": "510107"}


def test_half_a_character_in_a_note_is_named(csv: Make) -> None:
    csv("数据/source.yml", 'sender: "\\ud800甲"\n')
    with pytest.raises(BadDeliveryNote, match="代理字符"):
        open_all([csv("数据/机构.csv", "名称,所在地区\n甲,绵阳市\n")])


def test_half_a_character_in_json_is_a_bad_cell(reference_store: Store, csv: Make) -> None:
    lines = '{"名称":"甲\\ud800","所在地区":"三台县"}\n{"名称":"甲一中心","所在地区":"三台县","地址":"\\udfff号"}\n'
    report = tried(reference_store, csv("机构.jsonl", lines))
    assert account(report) == {"organizations": (2, 1, 0, 1, 0)}
    assert [(i.row, i.column, i.cell_only) for i in report.issues] == [(1, "名称", False), (2, "地址", True)]


def test_a_formula_saved_without_its_value_is_told(reference_store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "机构"
    for line in (["名称", "所在地区", "地址"], ["甲一中心", "绵阳市", '="一"&"号"'], ['=A2&"二"', "=B2", None]):
        page.append(line)
    book.save(tmp_path / "表.xlsx")
    report = tried(reference_store, tmp_path / "表.xlsx")
    assert account(report) == {"organizations": (2, 1, 0, 1, 0)}
    assert [(i.row, i.column, i.cell_only, "公式没有保存" in i.reason.zh) for i in report.issues] == [
        (3, "名称", False, True),
        (3, "所在地区", False, True),
        (2, "地址", True, True),
    ]
