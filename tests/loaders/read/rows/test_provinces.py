"""National lists: rows of other provinces are told and left out, and what stands in this one is right in every cell."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.files.chunks import Note
from loaders.read.rows.provinces import KIND, OtherProvinces, is_national, province_named
from tests.loaders.read.test_clerks import Meant, came, check

Sheets = Mapping[str, list[list[object]]]
SCHOOLS: Sheets = {
    "全国普通高等学校名单": [
        ["全国普通高等学校名单"],
        ["（截至2025年6月）"],
        ["序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注"],
        ["京畿省（0所）"],
        ["北京市（1所）"],
        [1, "京甲大学", "4111", "某部", "北京市", "本科", ""],
        ["河北省（2所）"],
        [2, "冀甲学院", "4113", "河北省", "邢台市", "本科", ""],
        [3, "冀乙学院", "4113", "河北省", "", "本科", ""],
        ["四川省（2所）"],
        [4, "蜀甲学院", "4151", "四川省", "绵阳市", "本科", "民办"],
        [5, "蜀乙学院", "4151", "四川省", "阿坝藏族羌族自治州", "专科", ""],
        ["新疆维吾尔自治区（1所）"],
        [6, "疆甲学院", "4165", "新疆生产建设兵团", "昌吉回族自治州", "专科", ""],
    ]
}
UNIVERSITY = {"kind": "university"}


def test_a_national_list_with_headings_of_provinces_needs_no_note(
    reference_store: Store, xlsx: Callable[[str, Sheets], Path]
) -> None:
    report = load(reference_store, [xlsx("W0202.xlsx", SCHOOLS)], dry_run=True)
    notes = [(4, "heading"), (5, "heading"), (6, "elsewhere"), (7, "heading"), (8, "elsewhere"), (9, "elsewhere")]
    notes += [(10, "heading"), (13, "heading"), (14, "elsewhere")]
    schools = {"蜀甲学院": {"region": "510700", **UNIVERSITY}, "蜀乙学院": {"region": "513200", **UNIVERSITY}}
    check(report, "Organization", Meant(schools, notes, says=("依工作表名“全国普通高等学校名单”中的“高等学校”",)))
    assert [note.text for note in report.notes if note.kind == "elsewhere"] == [
        "北京市", "河北省", "河北省", "新疆维吾尔自治区",
    ]  # fmt: skip
    assert {t.table: (t.read, t.rejected) for t in report.tables if t.read} == {"organizations": (2, 0)}


LISTS: dict[str, tuple[str, str, Meant]] = {
    "no column of places": (
        "机构.csv",
        "名称,类型\n北京市（1家）,\n京甲,商会\n四川省（1家）,\n蜀甲,商会\n重庆市,\n渝甲,商会\n",
        Meant(
            {"蜀甲": {"region": "510000", "kind": "chamber"}},
            [(2, "heading"), (3, "elsewhere"), (4, "heading"), (6, "heading"), (7, "elsewhere")],
        ),
    ),
    "headings with their numbers in a cell of their own": (
        "机构.csv",
        "序号,名称,类型\n一,重庆市,\n1,渝甲,商会\n二,绵阳市,\n1,蜀甲,商会\n",
        Meant({"蜀甲": {"region": "510700", "kind": "chamber"}}, [(2, "heading"), (3, "elsewhere"), (4, "heading")]),
    ),
    "what is no place ends a group of places": (
        "机构.csv",
        "序号,名称,类型\n一、绵阳市,,\n（一）省级,,\n1,蜀甲,商会\n二、其他,,\n1,蜀乙,商会\n",
        Meant(
            {"蜀甲": {"region": "510700", "kind": "chamber"}},
            [(2, "heading"), (3, "heading"), (5, "heading")],
            [(6, "所在地区")],
        ),
    ),
    "a column of provinces and one of prefectures": (
        "全国机构.csv",
        "名称,类型,省（区、市）,地市\n京甲,商会,北京市,海淀区\n蜀甲,商会,四川省,成都市\n宁甲,商会,江苏,南京市\n",
        Meant({"蜀甲": {"region": "510100", "kind": "chamber"}}, [(2, "elsewhere"), (4, "elsewhere")]),
    ),
    "province, city and county": (
        "机构.csv",
        "名称,类型,省份,城市,区县\n蜀甲,商会,四川,乐山,市中区\n蜀乙,商会,四川省,,\n蜀丙,商会,,绵阳市,涪城区\n",
        Meant({
            name: {"region": region, "kind": "chamber"}
            for name, region in (("蜀甲", "511102"), ("蜀乙", "510000"), ("蜀丙", "510703"))
        }),
    ),
    "one row of another province in a list of this one goes back": (
        "机构.csv",
        "名称,类型,所在地区\n蜀甲,商会,绵阳市\n渝甲,商会,重庆市渝北区\n",
        Meant({"蜀甲": {"region": "510700", "kind": "chamber"}}, bad=[(3, "所在地区")]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_rows_of_other_provinces(reference_store: Store, csv: Callable[[str, str], Path], name: str) -> None:
    file, text, meant = LISTS[name]
    check(load(reference_store, [csv(file, text)], dry_run=True), "Organization", meant)


def test_what_is_left_out_is_told_by_its_province(reference_store: Store, csv: Callable[[str, str], Path]) -> None:
    rows = "蜀甲,商会,绵阳市\n渝甲,商会,重庆市渝北区\n苏甲,商会,江苏省南京市\n"
    report = load(reference_store, [csv("全国机构.csv", f"名称,类型,所在地区\n{rows}")], dry_run=True)
    told = [(note.row, note.text) for note in report.notes if note.kind == "elsewhere"]
    assert told == [(3, "重庆市"), (4, "江苏省")]


@pytest.mark.parametrize(
    ("text", "province"),
    [("河北省（131所）", "河北省"), ("二、新疆维吾尔自治区", "新疆维吾尔自治区"), ("重庆", "重庆"),
     ("四川省（144所）", ""),
     ("重庆市某某公司", ""), ("海南岛", ""), ("", "")],
)  # fmt: skip
def test_a_heading_that_names_another_province(text: str, province: str) -> None:
    assert province_named(text) == province


@pytest.mark.parametrize(
    ("words", "places", "national"),
    [(["全国名单"], [], True), (["名单"], ["北京市", "重庆市"], True), (["名单"], ["重庆市"] * 5, True),
     (["名单"], ["重庆市", "绵阳市", "重庆市"], False), (["绵阳市名单"], ["绵阳市", "河北路"], False)],
)  # fmt: skip
def test_a_list_of_several_provinces(words: list[str], places: list[str], national: bool) -> None:
    assert is_national(words, places) == national


def test_a_heading_of_a_place_of_this_province_ends_that_of_another() -> None:
    rows = OtherProvinces(national=False)
    headings = [Note(1, "heading", "一、重庆市"), Note(3, "heading", "二、绵阳市"), Note(5, "heading", "合计")]
    found = rows.find(np.array([2, 4, 6]), pa.array(["", "高新区", ""]), headings)
    assert found == [Note(2, KIND, "重庆市")]


def test_a_firm_of_the_whole_province_is_nowhere(reference_store: Store, csv: Callable[[str, str], Path]) -> None:
    text = "企业名称,省份\n北京市甲公司,北京市\n成都乙公司,四川省\n绵阳丙公司,四川绵阳\n重庆丁公司,重庆市\n"
    report = load(reference_store, [csv("全国小巨人企业名单.csv", text)], dry_run=True)
    assert came(report, "Enterprise") == {"绵阳丙公司": {"region": "510700", "tags": ["little_giant"]}}
    assert [(i.row, i.column, i.reason.zh) for i in report.issues] == [
        (3, "所在地区", "企业须落到区县或市州，不能是全省")
    ]
