"""A column that says of how many a row is: it counts as one all the same, and that is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.language import Text
from graph.stores.base import Store
from loaders.pipeline import load

Make = Callable[..., Path]
ORGANIZATIONS = "名称,所在地区\n甲一中心,涪城区\n"
LEDGER = "编号,日期,服务类型,提供机构,服务地区,方式,{}\n" + "".join(
    f"S{n},2026-05-0{n},技术支持,甲一中心,涪城区,线下,{{}}\n" for n in (1, 2, 3)
)


@pytest.mark.parametrize("header", ["服务次数", "次数（次）", "人次", "服务企业数（家）"])
def test_it_is_told_with_the_first_row(reference_store: Store, csv: Make, header: str) -> None:
    files = [csv("机构.csv", ORGANIZATIONS), csv("服务台账.csv", LEDGER.format(header, 1, "30次", 4))]
    report = load(reference_store, files, dry_run=True)
    assert [(t.table, t.read, t.created, t.rejected) for t in report.tables] == [
        ("organizations", 1, 1, 0),
        ("service_records", 3, 3, 0),
    ]
    assert report.warnings == (
        Text(
            f"服务台账.csv：“{header}”有 2 行大于 1（第 3 行为“30次”），没有计入："
            "服务台账一行只计一次，请逐次列行；只有合计数的不要报在这张表里",
            f"服务台账.csv: “{header}” says more than one in 2 rows (row 3: “30次”) and does not count: in Service"
            " records each row is one; write a row for each, and send sums alone in no such table",
        ),
    )


@pytest.mark.parametrize("cells", [(1, 1, 1), ("", "—", "1次"), ("见附件", "若干", "")])
def test_nothing_is_said_of_ones(reference_store: Store, csv: Make, cells: tuple[object, ...]) -> None:
    files = [csv("机构.csv", ORGANIZATIONS), csv("服务台账.csv", LEDGER.format("服务次数", *cells))]
    assert load(reference_store, files, dry_run=True).warnings == ()
