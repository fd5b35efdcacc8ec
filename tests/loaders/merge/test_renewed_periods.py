"""What begins again after its last day has none any more: a renewed partnership, a window that opens again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph import schema
from graph.stores.base import Store
from loaders.keep.history import History
from loaders.merge.statements import current
from loaders.pipeline import load

Make = Callable[..., Path]
PARTIES = "名称,类型,所在地区\n甲中心,服务机构,绵阳市\n乙中心,服务机构,绵阳市\n"
HEADER = "甲方,乙方,合作维度,内容,起,止\n"
OLD, NEW = "甲中心,乙中心,创新链,共建,2026-01-01,2026-01-31\n", "乙中心,甲中心,创新链,重签,2026-02-01,\n"
RENEWED = ("重签", date(2026, 2, 1), None)


@pytest.mark.parametrize(
    ("deliveries", "shown"),
    [
        ([OLD, NEW], RENEWED),
        ([OLD + NEW], RENEWED),
        ([NEW + OLD], RENEWED),
        ([OLD, "甲中心,乙中心,创新链,,2025-12-01,\n"], ("共建", date(2025, 12, 1), date(2026, 1, 31))),
        ([OLD, "甲中心,乙中心,创新链,续建,,\n"], ("续建", date(2026, 1, 1), date(2026, 1, 31))),
        ([OLD, NEW, "甲中心,乙中心,创新链,,,2026-06-30\n"], ("重签", date(2026, 2, 1), date(2026, 6, 30))),
    ],
)
def test_a_partnership(store: Store, csv: Make, deliveries: list[str], shown: tuple[object, ...]) -> None:
    load(store, [csv("机构.csv", PARTIES)])
    for rows in deliveries:
        load(store, [csv("合作关系.csv", HEADER + rows)])
    spec = schema.relationships()["PARTNERS_WITH", "Organization", "Organization"]
    with store.read() as session:
        (row,) = session.relationships(spec).to_pylist()
    assert (row["content"], row["since"], row["until"]) == shown
    said = current(spec, {row["from_key"]}, History(store.home), "Organization").to_pylist()[-1]
    assert len(deliveries) > 1 or (said["content"], said["since"], said["until"]) == shown


def test_a_window_that_opens_again(store: Store, csv: Make) -> None:
    header, name = "名称,类型,所在地区,启用日期,停用日期\n", "甲站,服务站点,涪城区"
    load(store, [csv("枢纽与窗口.csv", f"{header}{name},2024-01-01,2025-12-31\n")])
    again = csv("枢纽与窗口.csv", f"{header}{name},2026-03-01,\n")
    assert load(store, [again]).tables[0].updated == 1
    assert not load(store, [csv("再/枢纽与窗口.csv", again.read_text(encoding="utf-8"))]).written
    with store.read() as session:
        (row,) = [r for r in session.nodes(schema.nodes()["Window"]).to_pylist() if r["name"] == "甲站"]
    assert (row["since"], row["until"]) == (date(2026, 3, 1), None)
