"""Which table a list is that no word names, by its columns alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import UnknownTable
from loaders.read import open_all

Make = Callable[..., Path]


@pytest.mark.parametrize(
    ("header", "row", "table"),
    [
        ("名称,所在地区,产业链", "示例-甲,涪城区,生物医药", "enterprises"),  # those of organisations, and a chain
        ("名称,所在地区,地址", "示例-甲,涪城区,一号", "organizations"),
        ("名称,所在地区,类型,级别", "示例-甲,涪城区,众创空间,省级", "carriers"),
        ("编号,所在地区,服务类型,日期", "示例-1,涪城区,技术支持,2026-05-01", "needs"),
    ],
)
def test_of_several_it_is_the_one_that_has_all_columns_of_the_others_and_more(
    csv: Make, header: str, row: str, table: str
) -> None:
    (sheet,) = open_all([csv("明细.csv", f"{header}\n{row}\n")])
    assert sheet.table.name == table
    assert [warning.en for warning in sheet.warnings] == [
        f"明细.csv: read as {sheet.table.label.en} (its columns alone fit); if that is wrong, say so in source.yml,"
        " tables:"
    ]


@pytest.mark.parametrize(("header", "table"), [("企业名称", "enterprises"), ("机构名称", "organizations")])
def test_leading_firms_are_organisations_or_firms_by_their_header(csv: Make, header: str, table: str) -> None:
    (sheet,) = open_all([csv("农业产业化龙头企业名单.csv", f"{header},所在地区\n示例-甲,涪城区\n")])
    assert sheet.table.name == table


def test_where_each_has_what_the_other_lacks_it_is_asked(csv: Make) -> None:
    with pytest.raises(UnknownTable) as caught:
        open_all([csv("明细.csv", "名称,所在地区,产业链,地址\n示例-甲,涪城区,生物医药,一号\n")])
    assert caught.value.say("en").splitlines()[0] == (
        "明细.csv is not a known table: 明细.csv: fits several tables: Organisations, Enterprises"
    )
