"""A name that comes under another code than the one in its prefecture is told; what is retired or elsewhere is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load

HEADER = "名称,统一社会信用代码,所在地区\n"
FIRST, SECOND, THIRD = "91510722MA6000001L", "91510722MA6000002P", "91510722MA6000003T"
BOTH = (
    "企业：1 个名称在同一市州有不止一个信用代码（如 甲公司：91510722MA6000001L、91510722MA6000002P），各计一家；"
    "若是同一家换了代码或填错了，请改正，或用完整交付（--replace）停用旧的"
)


@pytest.mark.parametrize(
    ("rows", "full", "said"),
    [
        (f"甲公司,{SECOND},三台县\n", None, [BOTH]),
        (f"甲公司,{SECOND},江油市\n乙公司,{THIRD},三台县\n", None, [BOTH]),
        (f"甲公司,{SECOND},三台县\n", FullDelivery("enterprises", "510700"), []),
        (f"甲公司,{SECOND},成都市武侯区\n", None, []),
        (f"甲公司,{FIRST},江油市\n", None, []),
        ("甲公司,,三台县\n", None, []),
    ],
)
def test_what_is_told_of_another_code(
    store: Store, csv: Callable[..., Path], rows: str, full: FullDelivery | None, said: list[str]
) -> None:
    load(store, [csv("企业.csv", f"{HEADER}甲公司,{FIRST},三台县\n")])
    again = csv("再/企业.csv", HEADER + rows)
    report = load(store, [again], full=full, shrink=True)
    assert [text.zh for text in report.warnings] == said
    assert load(store, [again], full=full).warnings == ()


def test_two_codes_of_one_list_are_told(reference_store: Store, csv: Callable[..., Path]) -> None:
    path = csv("企业.csv", f"{HEADER}甲公司,{FIRST},三台县\n甲公司,{SECOND},三台县\n")
    assert [text.zh for text in load(reference_store, [path], dry_run=True).warnings] == [BOTH]
