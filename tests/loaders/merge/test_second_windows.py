"""A hub or a prefecture's window beside the one that is there is told; another kind, one that has ended, is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load

HEADER = "名称,类型,所在地区,停用日期\n"


def told(n: int, kind: str, example: str) -> str:
    return (
        f"枢纽与窗口：{n} 处有不止一个在运行的{kind}（如 {example}），各计一个；"
        "若是同一个，请统一用一个名称，给多出的填停用日期"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("甲中心,省级枢纽,四川省,\n", [told(1, "省级枢纽", "四川省：四川省中小企业公共服务平台（省级枢纽）、甲中心")]),
        ("甲中心,市州窗口,绵阳市,\n乙中心,市州窗口,泸州市,\n丙中心,市州窗口,泸州市,2999-12-31\n",
         [told(2, "市州窗口", "泸州市：泸州市窗口平台、乙中心、丙中心")]),
        ("甲中心,市州窗口,绵阳市,\n甲中心,省级枢纽,四川省,2020-12-31\n",
         [told(1, "市州窗口", "绵阳市：绵阳市窗口平台、甲中心")]),
        ("甲中心,市州窗口,绵阳市,2020-12-31\n", []),
        ("绵阳市窗口平台,市州窗口,绵阳市,\n", []),
        ("甲中心,产业集群窗口,绵阳市,\n乙中心,服务站点,绵阳市,\n", []),
    ],
)  # fmt: skip
def test_what_is_told_of_a_second_one(
    reference_store: Store, csv: Callable[..., Path], rows: str, said: list[str]
) -> None:
    report = load(reference_store, [csv("枢纽与窗口.csv", HEADER + rows)], dry_run=True)
    assert [text.zh for text in report.warnings] == said


def test_one_that_stands_is_told_with_what_comes_beside_it_alone(store: Store, csv: Callable[..., Path]) -> None:
    load(store, [csv("枢纽与窗口.csv", HEADER + "甲中心,市州窗口,绵阳市,\n")])
    other = load(store, [csv("泸州.csv", HEADER + "乙中心,市州窗口,泸州市,\n")], dry_run=True)
    assert [text.zh for text in other.warnings if "泸州市：泸州市窗口平台、乙中心" in text.zh] == [
        told(1, "市州窗口", "泸州市：泸州市窗口平台、乙中心")
    ]
    ended = load(store, [csv("枢纽与窗口.csv", HEADER + "甲中心,市州窗口,绵阳市,2020-12-31\n")], dry_run=True)
    assert ended.warnings == ()


def test_one_that_a_full_delivery_puts_in_the_place_of_another_is_no_second(
    store: Store, csv: Callable[..., Path]
) -> None:
    load(store, [csv("枢纽与窗口.csv", HEADER + "甲中心,服务站点,绵阳市涪城区,\n乙中心,市州窗口,绵阳市,\n")])
    rows = "甲中心,服务站点,绵阳市涪城区,\n丙中心,市州窗口,绵阳市,\n"
    full = FullDelivery("windows", "510700")
    report = load(store, [csv("枢纽与窗口.csv", HEADER + rows)], full=full, dry_run=True)
    assert [fate.name for fate in report.gone] == ["乙中心"]
    assert [text.zh for text in report.warnings] == [told(1, "市州窗口", "绵阳市：绵阳市窗口平台、丙中心")]
