"""What somebody loads who may load for one region alone: rows of it, and nothing that lies elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph import schema
from graph.errors import BadParameter
from graph.identity import uscc_check_digit
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.tables import Origin
from loaders.write.report import LoadReport

OWN = "510700"
BODY = "91511500MA6240000"
CODE = BODY + uscc_check_digit(BODY)
ORGANIZATIONS = "名称,统一社会信用代码,所在地区\n"
RESOURCES = "名称,资源类别,服务类型,提供机构,所在载体\n"
NOT_HERE = "不在本地区（绵阳市），须由枢纽管理员或当地载入"
Make = Callable[..., Path]


def rejected(report: LoadReport) -> list[tuple[int, str, str, str]]:
    return [(issue.row, issue.column, issue.value, issue.reason.zh) for issue in report.issues]


def names(store: Store, label: str) -> set[str]:
    """Return the names of the nodes of a label that users brought."""
    with store.read() as session:
        rows = session.nodes(schema.nodes()[label]).to_pylist()
    return {row["name"] for row in rows if row["source"] == Origin().source}


@pytest.fixture
def known(store: Store, csv: Make) -> Store:
    """Two organisations and a carrier of 宜宾, as the hub loaded them."""
    load(store, [csv("机构.csv", f"{ORGANIZATIONS}甲中心,,绵阳市涪城区\n乙中心,{CODE},宜宾市翠屏区\n")])
    load(store, [csv("载体.csv", "名称,类型,所在地区\n宜宾园,众创空间,宜宾市翠屏区\n")])
    return store


def test_rows_of_another_region_are_rejected(store: Store, csv: Make) -> None:
    text = f"{ORGANIZATIONS}丙所,,涪城区\n丁所,,宜宾市翠屏区\n戊所,,绵阳市\n己所,,四川省\n"
    report = load(store, [csv("机构.csv", text)], only=OWN)
    assert rejected(report) == [(3, "所在地区", "511502", NOT_HERE), (5, "所在地区", "510000", NOT_HERE)]
    assert names(store, "Organization") == {"丙所", "戊所"}


def test_what_has_no_place_of_its_own_lies_with_its_carrier_or_else_its_provider(known: Store, csv: Make) -> None:
    ends = ("甲中心,", "乙中心,", "甲中心,宜宾园", "无名,")
    lines = [f"{name},设备,技术支持,{end}\n" for name, end in zip("一二三四", ends, strict=True)]
    report = load(known, [csv("资源.csv", RESOURCES + "".join(lines))], only=OWN)
    assert rejected(report) == [(row, "名称", name, NOT_HERE) for row, name in ((3, "二"), (4, "三"), (5, "四"))]
    assert names(known, "Resource") == {"一"}


def test_a_row_that_would_move_what_lies_elsewhere_stops_the_load(known: Store, csv: Make) -> None:
    with pytest.raises(BadParameter) as refused:
        load(known, [csv("机构.csv", f"{ORGANIZATIONS}庚所,,涪城区\n乙中心,{CODE},涪城区\n")], only=OWN)
    assert (refused.value.details["name"], refused.value.details["value"]) == ("Organization", CODE)
    assert refused.value.details["reason"].zh == "已登记在宜宾市翠屏区"
    assert names(known, "Organization") == {"甲中心", "乙中心"}
