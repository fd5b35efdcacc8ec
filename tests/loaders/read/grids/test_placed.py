"""Where rows are by their addresses, and by the title where one is blank; of what kind they are by the sheet's name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import UnknownTable
from graph.stores.base import Store
from loaders.pipeline import load
from tests.loaders.read.test_clerks import Meant, Sheets, check

Make = Callable[..., Path]
FIRMS = "企业名称,企业注册地址\n甲公司,高新区普明南路\n乙公司,四川省江油市工业园\n丙公司,临园路1号\n丁公司,\n"


def test_addresses_say_where_firms_are(reference_store: Store, csv: Make) -> None:
    said = ("所在地区 没有填写的按“绵阳市”载入（依文件名“绵阳市企业名单”）", "2 个地名按“绵阳市”理解")
    found = {"甲公司": "510703", "乙公司": "510781", "丙公司": "510700", "丁公司": "510700"}
    report = load(reference_store, [csv("绵阳市企业名单.csv", FIRMS)], dry_run=True)
    check(report, "Enterprise", Meant({name: {"region": code} for name, code in found.items()}, says=said))
    report = load(reference_store, [csv("企业名单.csv", FIRMS)], dry_run=True)
    check(report, "Enterprise", Meant({"乙公司": {"region": "510781"}}, bad=[(n, "所在地区") for n in (2, 4, 5)]))


def test_another_column_of_places_goes_before_addresses(reference_store: Store, csv: Make) -> None:
    file = csv("企业.csv", "企业名称,经营地址,注册地\n甲公司,成都市武侯区,涪城区\n")
    check(load(reference_store, [file], dry_run=True), "Enterprise", Meant({"甲公司": {"region": "510703"}}))


def test_an_address_stays_one_where_it_says_the_place_too(reference_store: Store, csv: Make) -> None:
    text = "名称,地址\n甲中心,成都市武侯区武科东一路\n乙中心,青羊区二路\n"
    places = {"甲中心": ("510107", "成都市武侯区武科东一路"), "乙中心": ("510105", "青羊区二路")}
    meant = {name: {"region": code, "address": text} for name, (code, text) in places.items()}
    report = load(reference_store, [csv("机构.csv", text)], dry_run=True)
    check(report, "Organization", Meant(meant))
    assert [warning.zh for warning in report.warnings] == []
    with pytest.raises(UnknownTable, match="与几张表相符：机构、企业"):
        load(reference_store, [csv("Sheet1.csv", text.replace("乙中心", "乙公司"))], dry_run=True)


def test_sheets_named_by_kinds_are_of_carriers(reference_store: Store, xlsx: Callable[[str, Sheets], Path]) -> None:
    head: list[object] = ["序号", "名称", "市州"]
    book = xlsx("名单.xlsx", {"孵化器": [head, [1, "甲", "绵阳市"]], "众创空间": [head, [1, "乙", "德阳市"]]})
    meant = {"甲": {"region": "510700", "kind": "incubator"}, "乙": {"region": "510600", "kind": "makerspace"}}
    said = ("类型 按工作表名“孵化器”载入", "按“服务载体”表读入（依工作表名“众创空间”中的“众创空间”）")
    check(load(reference_store, [book], dry_run=True), "Carrier", Meant(meant, says=said))


def test_the_templates_notes_saved_as_csv_are_no_tables(reference_store: Store, csv: Make) -> None:
    folder = csv("a/机构.csv", "名称,所在地区\n甲中心,涪城区\n").parent
    csv("a/说明.csv", "填写说明,How to fill in\n")
    csv("a/词表.csv", "服务与活动品牌,服务载体类型\n双创大讲堂,众创空间\n")
    report = load(reference_store, [folder], dry_run=True)
    check(report, "Organization", Meant({"甲中心": {"region": "510703"}}))
    assert [w.zh for w in report.warnings] == ["另有 2 个文件不是数据表，未读：词表.csv、说明.csv"]
