"""Lists whose names stand under a word for those who bear them, and lists that lack nothing but an id."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import MissingColumn, UnknownTable
from loaders.read import open_all

Make = Callable[..., Path]
BODIES = ("绵阳市中小企业服务中心", "四川绵阳技术转移研究院")
FIRMS = ("绵阳甲科技有限公司", "绵阳丙机械厂")


def listed(header: str, *names: str) -> str:
    rows = [f"{n},{name},涪城区,{n}" for n, name in enumerate(names, 1)]
    return "\n".join([f"序号,{header},地区,备注", *rows])


@pytest.mark.parametrize(
    ("header", "names", "table"),
    [
        ("机构", BODIES, "organizations"), ("成员单位", BODIES, "organizations"), ("单位", FIRMS, "enterprises"),
        ("入驻企业", FIRMS, "enterprises"), ("企业（单位）", FIRMS, "enterprises"),
        ("链主企业名称", FIRMS, "enterprises"), ("机构或企业", FIRMS, "enterprises"),
    ],
)  # fmt: skip
def test_names_are_known_by_what_they_are_like(csv: Make, header: str, names: tuple[str, ...], table: str) -> None:
    (sheet,) = open_all([csv("明细.csv", listed(header, *names))])
    zh, en = ("机构", "institutions") if table == "organizations" else ("公司", "companies")
    assert sheet.table.name == table
    assert sheet.warnings[0] == (
        f"明细.csv：“{header}”一列是名称，按“名称”读入",
        f"明细.csv: “{header}” holds names and is read as the names",
    )
    assert f"（名称都是{zh}）" in sheet.warnings[1].zh
    assert f"(all names are those of {en})" in sheet.warnings[1].en
    assert [text for chunk in sheet.chunks() for text in chunk.columns["name"].to_pylist()] == [*names]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("入驻企业", ("120", "80")),  # how many there are
        ("主管单位", BODIES), ("推荐单位", BODIES),  # what the rows are about is something else
        ("单位", (*BODIES, *FIRMS)),  # some of each
    ],
)  # fmt: skip
def test_others_are_asked_for(csv: Make, header: str, names: tuple[str, ...]) -> None:
    with pytest.raises(UnknownTable):
        open_all([csv("明细.csv", listed(header, *names))])


NEEDS = "序号,企业名称,地区,需求类型,需求内容\n1,绵阳甲科技有限公司,涪城区,融资服务,贷款\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("明细.csv", NEEDS, "“序号”每张表都从 1 编起，不能当编号：请补一列 编号"),
        ("企业服务需求汇总表.csv", NEEDS, "“序号”每张表都从 1 编起，不能当编号：请补一列 编号"),
        ("明细.csv", NEEDS.replace("序号", "备注"), "编号用来认出同一条，各次交付里不重复也不改变；请补一列 编号"),
        ("明细.csv", "序号,单位名称,地区,联系人,电话,需求类型,需求内容\n1,甲公司,涪城区,张三,1,融资服务,贷款\n",
         "“序号”每张表都从 1 编起"),
        ("明细.csv", "序号,企业,地区,服务类型,服务机构,服务时间,服务方式\n"
         "1,绵阳甲公司,涪城区,融资服务,甲中心,2026-05-01,线下\n", "“序号”每张表都从 1 编起"),
    ],
)  # fmt: skip
def test_needs_and_services_without_ids_are_no_list_of_firms(csv: Make, name: str, text: str, said: str) -> None:
    with pytest.raises(MissingColumn) as caught:
        open_all([csv(name, text)])
    assert caught.value.say("zh").endswith("缺少必填列：编号（id）")
    assert caught.value.way_out("zh").startswith(said)


def test_trainings_are_activities(csv: Make) -> None:
    text = "序号,培训主题,培训时间,培训地点,培训形式,培训人数,主办单位\n1,精益生产,2026-05-10,涪城区,线下,60,甲中心\n"
    (sheet,) = open_all([csv("培训计划.csv", text)])
    assert (sheet.table.name, sheet.ignored) == ("activities", ())
    assert {*sheet.columns} == {"name", "date", "region", "mode", "participants", "organizer"}


def test_parks_have_their_own_kinds_whatever_the_sheet_is_called(csv: Make) -> None:
    text = (
        "序号,园区名称,园区类型,园区级别,所在区县,批准时间,运营管理机构\n"
        "1,甲高新区,开发区,国家级,涪城区,1992-11,甲管委会\n"
    )
    (sheet,) = open_all([csv("园区.csv", text)])
    assert (sheet.table.name, sheet.ignored) == ("carriers", ())
    (chunk,) = sheet.chunks()
    assert {name: chunk.columns[name].to_pylist() for name in ("kind", "level", "since", "operator")} == {
        "kind": ["开发区"], "level": ["国家级"], "since": ["1992-11"], "operator": ["甲管委会"],
    }  # fmt: skip
