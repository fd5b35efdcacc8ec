"""What stands below a list and is none of its names, and names that only look so."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read.rows.closings import SUSPECT, is_closing, is_day, is_signature, is_signed_day
from loaders.write.report import LoadReport

Make = Callable[..., Path]


CLOSINGS = [
    "* 带星号的为新增", "“*”号的为复核通过企业", "其中：带*的为复核通过", "★为示范平台", "标★的企业为省级",
    "排名不分先后", "（以上排名不分先后）", "名单排名不分先后", "以上按姓氏笔画排序", "按行政区划排列",
    "以上名单公示期为2025年1月1日至1月7日", "公示期：1月8日至1月14日", "公示时间：2025年1月8日至12日",
    "公示期间如有异议请与市经信局联系", "如有问题请向县经信局反映", "任何单位和个人对名单有异议的，可书面反映",
    "联系电话：0816-2222222", "监督电话0816-1234567", "咨询电话（工作日）：2222222",
    "以上企业均已通过审核。", "以上12家机构由各县区推荐", "特此公示", "（此件公开发布）", "（此页无正文）",
    "抄送：各科室", "附件：1.名单", "2025年1月8日", "2025年1月", "2025-01-08", "2025.1.8", "（2025年1月8日）",
    "二〇二五年一月八日",
    "二○二五年十二月三十一日", "三台县经信局  2025年1月", "绵阳市经济和信息化局（代章）2025年1月8日",
]  # fmt: skip
NAMES = [
    "对外经贸问题研究会", "华为技术有限公司。", "★为民服务中心", "*为先科技公司", "按摩协会", "以上海为主体科技公司",
    "联系电话服务公司", "公示牌制作厂", "排名科技公司", "附件加工厂", "三台县经济和信息化局", "2025创新中心",
    "一月八日饮品公司", "*企业服务中心", "如有神助公司", "有色金属研究院", "特此科技", "二〇二五科技公司",
]  # fmt: skip


@pytest.mark.parametrize("text", CLOSINGS)
def test_what_closes_a_list(text: str) -> None:
    assert is_closing(text)
    assert re.search(SUSPECT, text)


@pytest.mark.parametrize("text", NAMES)
def test_a_name_closes_none(text: str) -> None:
    assert not is_closing(text)


def test_offices_sign_and_days_stand_alone() -> None:
    assert [is_signature(t) for t in ("三台县经济和信息化局", "绵阳市人民政府办公室（盖章）", "甲中心", "局")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [is_day(t) for t in ("2025年1月", "2025-1-8", "2025", "1月8日")] == [True, True, False, False]
    assert not is_signed_day("2025年1月8日")


def told(report: LoadReport) -> tuple[list[str], list[tuple[int, str]], list[int]]:
    """Return the names that a load would create, its notes, and its rejected rows."""
    assert report.delta
    created = [
        c.created["name"].to_pylist() for label in ("Enterprise", "Organization") for c in report.delta.of(label)
    ]
    return (
        sorted(name for names in created for name in names),
        [(n.row, n.kind) for n in report.notes],
        [i.row for i in report.issues],
    )


def test_a_list_of_names_alone_ends_where_its_remarks_begin(reference_store: Store, csv: Make) -> None:
    file = csv(
        "a.csv",
        "三台县小巨人企业名单\n序号,企业名称\n1,1.甲科技有限公司\n2,（一）乙科技有限公司\n3,丙 丙 公司\n4,三台县某局\n"
        ",（以上排名不分先后）\n,* 带星号的为新增\n,三台县经济和信息化局\n,三台县财政局\n,2025年1月8日\n",
    )
    assert told(load(reference_store, [file], dry_run=True)) == (
        ["三台县某局", "丙丙公司", "乙科技有限公司", "甲科技有限公司"],
        [(row, "footnote") for row in range(7, 12)],
        [],
    )


def test_remarks_may_stand_in_any_column(reference_store: Store, csv: Make) -> None:
    file = csv(
        "机构.csv",
        "序号,名称,所在地区,类型,备注\n1,甲中心,涪城区,服务机构,\n2,对外经贸问题研究会,涪城区,服务机构,\n"
        "以上按姓氏笔画排序,,,,\n,★为示范平台,,,\n,,,,绵阳市经信局\n,,,,2025年1月8日\n",
    )
    assert told(load(reference_store, [file], dry_run=True)) == (
        ["对外经贸问题研究会", "甲中心"],
        [(row, "footnote") for row in range(4, 8)],
        [],
    )


def test_a_title_of_a_prefecture_says_where_its_firms_are(reference_store: Store, csv: Make) -> None:
    file = csv(
        "小巨人名单.csv", "绵阳市第五批“小巨人”企业名单\n企业名称\n甲科技有限公司\n乙科技有限公司\n排名不分先后\n"
    )
    report = load(reference_store, [file], dry_run=True)
    assert told(report) == (["乙科技有限公司", "甲科技有限公司"], [(5, "footnote")], [])
    assert report.delta
    (homes,) = [c for c in report.delta.of("LOCATED_IN") if getattr(c.spec, "source", "") == "Enterprise"]
    assert set(homes.created["to_key"].to_pylist()) == {"510700"}
    assert any("所在地区 按“绵阳市”载入" in warning.zh for warning in report.warnings)
