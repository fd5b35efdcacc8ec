"""More lists of each kind that once went wrong: what becomes of every row and cell, by dry runs on one store."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph.places.gazetteer import places
from graph.stores.base import Store
from loaders.pipeline import load
from tests.loaders.read.test_clerks import Meant, check

FIRM = "企业名称,所在地区\n"
COUNT = "所在地区,产业链,企业数\n"
BODY = "名称,所在地区,类型\n"


def at(**places: str) -> dict[str, dict[str, object]]:
    return {name: {"region": region} for name, region in places.items()}


CODES = {"成都市": "510100", "绵阳市": "510700", "涪城区": "510703", "游仙区": "510704", "三台县": "510722",
         "旌阳区": "510603", "广汉市": "510681"}  # fmt: skip


def counts(**of: float) -> dict[str, dict[str, object]]:
    """Return counts of 智能装备 by the short name of their place."""
    return {
        f"{places()[code].full_name}·智能装备": {"region": code, "count": float(of[name])}
        for name, code in CODES.items()
        if name in of
    }


def body(region: str, **more: object) -> dict[str, object]:
    return {"region": region, "kind": "service_institution", **more}


FIRMS: dict[str, tuple[str, str, Meant]] = {
    "sums with spaces in them, and a firm that is called so": (
        "企业.csv",
        FIRM + "绵阳甲甲机械有限公司,涪城区\n合  计,1\n总 计：,2家\n绵阳合计科技有限公司,涪城区\n绵阳市小计,1\n",
        Meant(
            at(绵阳甲甲机械有限公司="510703", 绵阳合计科技有限公司="510703"), [(3, "total"), (4, "total"), (6, "total")]
        ),
    ),
    "footnotes of every kind, and the number of a page": (
        "企业.csv",
        FIRM + "甲一公司,涪城区\n填表单位（盖章）：某局,\n"
        "填表人：某某,联系电话：13800001111\n（以上数据截至2024年底）,\n— 1 —,\n"
        "第1页 共2页,\n*为新增企业,\n说明：1.本表由各县填报。,\n2.如有疑问请联系。,\n",
        Meant(at(甲一公司="510703"), [(row, "footnote") for row in range(3, 11)]),
    ),
    "sums and footnotes in rows of fewer cells": (
        "企业.csv",
        "企业名称,所在地区,行业代码\n甲一公司,涪城区,\n合计1家\n填报人：某某 联系电话：13800001111\n",
        Meant(at(甲一公司="510703"), [(3, "total"), (4, "footnote")]),
    ),
    "dittos of several spellings": (
        "企业.csv",
        FIRM + "甲一公司,三台县\n甲二公司,″\n甲三公司,〃\n甲四公司,＂\n甲五公司,同上\n",
        Meant(at(甲一公司="510722", 甲二公司="510722", 甲三公司="510722", 甲四公司="510722", 甲五公司="510722"),
              says=("4 个“同上”按上一行读：所在地区",)),
    ),
    "numbers and marks around names": (
        "企业.csv",
        FIRM + "1、甲一公司,涪城区\n2.甲二公司,涪城区\n★甲三公司,涪城区\n甲四公司①,涪城区\n3.5甲五公司,涪城区\n",
        Meant(at(甲一公司="510703", 甲二公司="510703", 甲三公司="510703", 甲四公司="510703",
                 **{"3.5甲五公司": "510703"}),
              says=("名称：4 个前面的编号或前后的标记",)),
    ),
    "rounded and wrong codes": (
        "企业.csv",
        "企业名称,统一社会信用代码,所在地区\n甲一公司,9.15107E+17,涪城区\n甲二公司,915107006823456000,涪城区\n"
        "甲三公司,正在办理,涪城区\n甲四公司,510700000012345,涪城区\n",
        Meant(at(甲一公司="510703", 甲二公司="510703", 甲三公司="510703", 甲四公司="510703"),
              bad=[(2, "统一社会信用代码"), (3, "统一社会信用代码"), (5, "统一社会信用代码")]),
    ),
    "one firm in rows that differ": (
        "企业.csv",
        "企业名称,所在地区,规模\n甲一有限公司,涪城区,小型\n甲一有限责任公司,涪城区,中型\n",
        Meant({"甲一有限责任公司": {"region": "510703", "size": "medium"}},
              says=("1 个对象在表中不止一行而内容不同，以后面的为准（如第 2、3 行的 规模）",)),
    ),
    "addresses of zones": (
        "企业.csv",
        FIRM + "甲一公司,中国（四川）自由贸易试验区成都高新区天府大道1号\n"
        "甲二公司,中国(四川)自由贸易试验区川南临港片区沱江大道1号\n"
        "甲三公司,中国（四川）自由贸易试验区成都市青白江区香岛大道8号\n甲四公司,四川天府新区成都直管区兴隆街道\n"
        "甲五公司,成都经济技术开发区（龙泉驿区）\n甲六公司,德阳市区\n甲七公司,宜宾三江新区沙坪街道\n甲八公司,成都东部新区三岔街道\n",
        Meant(at(甲一公司="510107", 甲二公司="510504", 甲三公司="510113", 甲四公司="510116",
                 甲五公司="510112", 甲六公司="510600",
                 甲七公司="511502", 甲八公司="510185")),
    ),
    "places that are none, and some that look so": (
        "企业.csv",
        FIRM + "甲一公司,绵阳市市辖区\n甲二公司,绵阳 涪城\n甲三公司,成都高新南区\n"
        "甲四公司,县城\n甲五公司,内江市市中区城东街道\n",
        Meant(at(甲一公司="510700", 甲二公司="510703", 甲三公司="510100", 甲五公司="511002"), bad=[(5, "所在地区")]),
    ),
    "a list of those that are to be recognised": (
        "绵阳市拟推荐第六批国家级专精特新“小巨人”企业名单.csv",
        "序号,企业名称,县区\n1,甲一公司,涪城区\n",
        Meant(at(甲一公司="510703"), says=("没有按认定读入资质、级别和日期",)),
    ),
    "a list of those that are no more recognised": (
        "2024年到期失效的省级专精特新中小企业名单.csv",
        "序号,企业名称,市州\n1,甲一公司,绵阳市\n",
        Meant(at(甲一公司="510700"), says=("没有按认定读入资质、级别和日期",)),
    ),
    "the place of a file with its headers under two rows of title": (
        "乐山市企业.csv",
        "附件1,\n2024年企业名录,\n企业名称,县（市、区）\n甲一公司,市中区\n甲二公司,高新区\n",
        Meant(at(甲一公司="511102", 甲二公司="511102"), says=("2 个地名按“乐山市”理解",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIRMS)
def test_firms(reference_store: Store, csv: Callable[[str, str], Path], name: str) -> None:
    file, text, meant = FIRMS[name]
    check(load(reference_store, [csv(file, text)], dry_run=True), "Enterprise", meant)


NUMBERS: dict[str, tuple[str, str, Meant]] = {
    "其中 before some, and further parts below it": (
        "企业数量.csv",
        COUNT + "绵阳市,白酒,100\n其中：涪城区,白酒,60\n游仙区,白酒,40\n"
        "德阳市,白酒,30\n　　旌阳区,白酒,10\n　　广汉市,白酒,20\n",
        Meant(counts(涪城区=60, 游仙区=40, 旌阳区=10, 广汉市=20), [(2, "explained_total"), (5, "explained_total")]),
    ),
    "parts of a total": (
        "企业数量.csv",
        COUNT + "绵阳市,白酒,100\n#涪城区,白酒,30\n",
        Meant(counts(绵阳市=70, 涪城区=30), says=("绵阳市 的 100 中 30 已由其中的区县列出，只计其余 70",)),
    ),
    "the whole beside one county": (
        "绵阳市企业数量.csv",
        COUNT + "全市,白酒,50\n涪城区,白酒,50\n",
        Meant(counts(涪城区=50), [(2, "explained_total")]),
    ),
    "the whole beside some counties": (
        "绵阳市企业数量.csv",
        COUNT + "涪城区,白酒,30\n游仙区,白酒,10\n全市,白酒,50\n",
        Meant(counts(绵阳市=10, 涪城区=30, 游仙区=10), says=("50 中 40 已由其中的区县列出，只计其余 10",)),
    ),
    "less than its counties": (
        "绵阳市企业数量.csv",
        COUNT + "涪城区,白酒,30\n游仙区,白酒,10\n全市,白酒,20\n",
        Meant(counts(涪城区=30, 游仙区=10), bad=[(4, "企业数")]),
    ),
    "sums in the column of counties": (
        "企业数量.csv",
        "市州,区县,产业链,企业数\n绵阳市,小计,白酒,90\n,涪城区,白酒,50\n,游仙区,白酒,40\n德阳市,小计,白酒,30\n"
        ",旌阳区,白酒,30\n全省,合计,白酒,120\n",
        Meant(counts(涪城区=50, 游仙区=40, 旌阳区=30), [(2, "total"), (5, "total"), (7, "total")]),
    ),
    "a prefecture whose county is left empty": (
        "企业数量.csv",
        "市州,区县,产业链,企业数\n绵阳市,,白酒,90\n绵阳市,涪城区,白酒,50\n绵阳市,游仙区,白酒,40\n",
        Meant(counts(涪城区=50, 游仙区=40), [(2, "explained_total")]),
    ),
    "numbers of a zone and of the county that it lies in": (
        "绵阳市企业数量.csv",
        COUNT + "涪城区,白酒,10\n高新区,白酒,3\n三台县,白酒,1\n",
        Meant(counts(三台县=1), bad=[(2, "企业数"), (3, "企业数")]),
    ),
    "shares and growth": (
        "企业数量.csv",
        COUNT + "涪城区,白酒,10\n占比,,50%\n同比,,增长5%\n",
        Meant(counts(涪城区=10), [(3, "figure"), (4, "figure")]),
    ),
    "amounts that nobody means": (
        "企业数量.csv",
        COUNT + "涪城区,白酒,-3\n游仙区,白酒,10-20\n三台县,白酒,１２家\n梓潼县,白酒,零\n",
        Meant(counts(三台县=12), bad=[(2, "企业数"), (3, "企业数"), (5, "企业数")]),
    ),
    "a unit in the name of the file": (
        "各县企业数量（单位：百家）.csv",
        COUNT + "涪城区,白酒,1.2\n",
        Meant(counts(涪城区=120), says=("企业数 以“百家”计",)),
    ),
    "prefectures with their numbers": (
        "各市州企业数量.csv",
        "市（州）,产业链,数量（家）\n1.成都市,白酒,100\n2.绵阳市,白酒,50\n合计,,150\n",
        Meant(counts(成都市=100, 绵阳市=50), [(4, "total")]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_firms(reference_store: Store, csv: Callable[[str, str], Path], name: str) -> None:
    file, text, meant = NUMBERS[name]
    check(load(reference_store, [csv(file, text.replace("白酒", "智能装备"))], dry_run=True), "EnterpriseCount", meant)


BODIES: dict[str, tuple[str, str, Meant]] = {
    "former names behind the present ones": (
        "机构.csv",
        BODY + "绵阳新华中心（原：绵阳老华中心）,涪城区,服务机构\n乙新站（原乙老站）,涪城区,服务机构\n"
        "绵阳新丰站（曾用名 绵阳老丰站，2020年更名）,涪城区,服务机构\n绵阳丙中心（原址已搬迁）,涪城区,服务机构\n",
        Meant({
            "绵阳新华中心": body("510703", former_names=["绵阳老华中心"]),
            "乙新站": body("510703", former_names=["乙老站"]),
            "绵阳新丰站": body("510703", former_names=["绵阳老丰站(~2020-12-31)"]),
            "绵阳丙中心（原址已搬迁）": body("510703"),
        }, says=("名称：3 个括号里的“原…”按曾用名读",)),
    ),
    "names that are marks of an empty cell": (
        "机构.csv", BODY + "无,涪城区,服务机构\n—,涪城区,服务机构\n待定,涪城区,服务机构\n甲,涪城区,服务机构\n",
        Meant({"甲": body("510703")}, bad=[(2, "名称"), (3, "名称"), (4, "名称")]),
    ),
    "degrees, minutes and seconds": (
        "机构.csv",
        "名称,所在地区,类型,经度,纬度\n甲,涪城区,服务机构,104度41分24秒,31度28分12秒\n乙,涪城区,服务机构,E104.68,N31.47\n"
        "丙,涪城区,服务机构,31.47,104.68\n丁,涪城区,服务机构,11652000,/\n",
        Meant({
            "甲": body("510703", lon=104.69, lat=31.47), "乙": body("510703", lon=104.68, lat=31.47),
            "丙": body("510703"), "丁": body("510703"),
        }, bad=[(4, "经度"), (5, "经度"), (4, "纬度")]),
    ),
    "a form of pairs": (
        "机构.csv", "机构登记表,,,\n机构名称,甲中心,所在地区,涪城区\n机构类型,服务机构,地址,临园路1号\n",
        Meant({"甲中心": body("510703", address="临园路1号")}, says=("登记表：表头与内容左右成对（如 机构名称：…）",)),
    ),
    "who reported, and when": (
        "机构.csv",
        "2025年机构清单（共2家）,,,\n填报单位：绵阳市经信局,,,填报时间：2025年6月30日\n序号,单位名称,属地,单位类别\n"
        "1,甲中心,涪城区,服务机构\n2,乙中心,市本级,服务机构\n总计,2家,,\n备注：以上为初步统计,,,\n",
        Meant({"甲中心": body("510703"), "乙中心": body("510700")}, [(6, "total"), (7, "footnote")],
              says=("1 个地名按“绵阳市”理解（依标题“填报单位：绵阳市经信局”）：市本级",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_organisations(reference_store: Store, csv: Callable[[str, str], Path], name: str) -> None:
    file, text, meant = BODIES[name]
    check(load(reference_store, [csv(file, text)], dry_run=True), "Organization", meant)


CARRIER = "名称,类型,级别,所在地区,认定日期,有效期至\n"
CARRIERS: dict[str, tuple[str, str, Meant]] = {
    "two recognitions of one carrier": (
        "载体.csv",
        CARRIER + "甲器,科技企业孵化器,国家级,涪城区,2022-05-01,\n甲器,科技企业孵化器,省级,涪城区,2019-05-01,三年\n",
        Meant({"甲器": {"region": "510703", "kind": "incubator", "level": "national", "since": date(2022, 5, 1)}}),
    ),
    "a last day before the first": (
        "载体.csv", CARRIER + "甲器,科技企业孵化器,省级,涪城区,2026-01-01,2025-01-01\n",
        Meant({"甲器": {"region": "510703", "kind": "incubator", "level": "provincial", "since": date(2026, 1, 1)}},
              bad=[(2, "有效期至")]),
    ),
    "validity in a title": (
        "绵阳市省级众创空间名单（有效期2023.6-2026.6）.csv", "名称,类型,区县\n甲空间,众创空间,涪城区\n",
        Meant({"甲空间": {"region": "510703", "kind": "makerspace", "level": "provincial", "since": date(2023, 6, 1),
                       "until": date(2026, 6, 30)}}),
    ),
    "years of validity in a title of a year": (
        "2024年度绵阳市省级众创空间名单（有效期三年）.csv", "名称,类型,区县\n甲空间,众创空间,涪城区\n",
        Meant({"甲空间": {"region": "510703", "kind": "makerspace", "level": "provincial", "since": date(2024, 1, 1),
                       "until": date(2026, 12, 31)}}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CARRIERS)
def test_carriers(reference_store: Store, csv: Callable[[str, str], Path], name: str) -> None:
    file, text, meant = CARRIERS[name]
    check(load(reference_store, [csv(file, text)], dry_run=True), "Carrier", meant)


def test_a_complaint_is_not_closed_before_it_comes(reference_store: Store, csv: Callable[[str, str], Path]) -> None:
    text = "编号,类型,日期,内容,办结日期\nF1,投诉,2025-03-01,慢,2025-02-01\nF2,投诉,2025-03-01,慢,2025-03-01\n"
    report = load(reference_store, [csv("评价投诉.csv", text)], dry_run=True)
    assert [(issue.row, issue.column, issue.reason.zh, issue.cell_only) for issue in report.issues] == [
        (2, "办结日期", "办结日期早于反馈日期", True)
    ]
