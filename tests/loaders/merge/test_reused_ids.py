"""Ids that may stand for several things are told: lists numbered anew, and zeros that a spreadsheet took away."""

from collections.abc import Callable
from pathlib import Path

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.write.report import LoadReport

Make = Callable[..., Path]
ORGANIZATIONS = "名称,所在地区\n甲服务院,涪城区\n乙服务院,游仙区\n"
RECORDS = "编号,日期,服务类型,提供机构,企业,服务地区,方式\n"
NEEDS = "编号,所在地区,服务类型,描述,日期\n"


def record(id_: str, day: str, provider: str = "甲服务院", firm: str = "某公司") -> str:
    return f"{id_},{day},技术支持,{provider},{firm},涪城区,线上\n"


def told(report: LoadReport) -> list[str]:
    return [warning.zh for warning in report.warnings if "编号" in warning.zh]


def test_records_numbered_anew(store: Store, csv: Make) -> None:
    load(store, [csv("机构.csv", ORGANIZATIONS)])
    first = csv("1/服务台账.csv", RECORDS + record("001", "2026-01-05") + record("2", "2026-01-06"))
    assert told(load(store, [first])) == []
    corrected = csv(
        "2/服务台账.csv", RECORDS + record("001", "2026-01-07") + record("2", "2026-01-06", firm="别的公司")
    )
    assert told(load(store, [corrected])) == []  # another day of the same service, and another firm on the same day
    anew = record("2", "2026-02-06", "乙服务院") + record("1", "2026-02-01") + record("3", "2026-02-02")
    assert told(load(store, [csv("3/服务台账.csv", RECORDS + anew + record("3", "2026-02-03", firm="丙公司"))])) == [
        "服务台账：1 个编号在本次不止一行而内容不同（如 3），只计最后一行；若各表分别编号，请在编号前加地区或年月",
        "服务台账：1 个编号与已有的相同而日期和对象都不同（如 2），已作为更正替换；若每次重新编号，请在编号前加年月",
        "服务台账：1 个编号与已有的只差开头的 0（如 1 与 001），作为新的载入；若是同一个，请把该列设为文本并补上 0",
    ]


def test_needs_numbered_anew(store: Store, csv: Make) -> None:
    first = NEEDS + "0001,涪城区,技术支持,要检测,2026-01-05\n0002,涪城区,技术支持,要咨询,2026-01-05\n"
    assert told(load(store, [csv("1/需求清单.csv", first)])) == []
    assert told(load(store, [csv("2/需求清单.csv", first.replace("要检测", "要检测设备"))])) == []
    anew = NEEDS + "0001,游仙区,技术支持,要培训,2026-02-05\n2,涪城区,技术支持,要咨询,2026-01-05\n"
    twice = "0003,涪城区,技术支持,要资金,2026-02-05\n0003,三台县,技术支持,要场地,2026-02-06\n"
    label = "服务需求"
    assert told(load(store, [csv("3/需求清单.csv", anew + twice)])) == [
        f"{label}：1 个编号在本次不止一行而内容不同（如 0003），只计最后一行；若各表分别编号，请在编号前加地区或年月",
        f"{label}：1 个编号与已有的相同而日期和对象都不同（如 0001），已作为更正替换；若每次重新编号，请在编号前加年月",
        f"{label}：1 个编号与已有的只差开头的 0（如 2 与 0002），作为新的载入；若是同一个，请把该列设为文本并补上 0",
    ]
