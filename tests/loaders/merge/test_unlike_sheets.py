"""Two lists of one load that contradict each other: the later one shows, and which rows they are is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load

LISTS = {
    "size and place": (
        "企业", "名称,所在地区,规模\n甲公司,涪城区,小型\n乙公司,涪城区,小型\n",
        "名称,所在地区,规模\n丙公司,涪城区,\n甲公司,游仙区,微型\n",
        ["企业：1 个对象在几张表里说法不同，以后面的为准（如 甲公司 的 规模：企业1.csv 第 2 行，企业2.csv 第 3 行）"],
    ),
    "place alone": (
        "机构", "名称,类型,所在地区\n甲中心,商会,涪城\n乙中心,商会,江油\n",
        "名称,类型,所在地区\n甲中心,商会,三台\n乙中心,商会,安州\n",
        ["机构：2 个对象在几张表里说法不同，以后面的为准（如 乙中心 的 所在地区："
         "机构1.csv 第 3 行，机构2.csv 第 3 行）"],
    ),
    "nothing, or less": (
        "企业", "名称,所在地区,规模\n甲公司,涪城区,小型\n", "名称,所在地区,规模\n甲公司,绵阳市,\n", []),
    "another recognition": (
        "服务载体", "名称,类型,级别,所在地区,认定日期\n甲园,众创空间,省级,涪城区,2021-01-01\n",
        "名称,类型,级别,所在地区,认定日期\n甲园,科技企业孵化器,国家级,涪城区,2024-01-01\n", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists_that_contradict_each_other_are_told(reference_store: Store, csv: Callable[..., Path], name: str) -> None:
    table, first, second, said = LISTS[name]
    files = [csv(f"{table}{n}.csv", text) for n, text in ((1, first), (2, second))]
    report = load(reference_store, files, dry_run=True)
    assert [w.zh for w in report.warnings if "说法不同" in w.zh] == said
    assert report.issues == ()
