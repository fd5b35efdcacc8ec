"""Rows that were typed over an example of the template and kept its numbers are told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load

HEAD = "所在地区,产业链,企业数,统计时间\n"
KEPT = "第 {rows} 行有几格与模板示例一字不差（如 企业数 {cell}），请核对是否忘了改"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("三台县,优质白酒,860,2026-06-30\n", KEPT.format(rows="2", cell="860")),
        (
            "绵阳市涪城区,智能装备,1200,2025-12-31\n511502,优质白酒,860,2025-12-31\n",
            KEPT.format(rows="2、3", cell="1200"),
        ),
        ("绵阳市涪城区,智能装备,35,2026-06-30\n", ""),  # the number is another one
        ("三台县,智能装备,1200,\n", ""),  # two cells may be the same by chance
        ("绵阳市涪城区,智能装备,1200,2026-06-30\n", ""),  # the example itself, which is left out
        ("江油市,智能装备,1,\n" * 1 + "".join(f"51070{n},新材料,{n},\n" for n in (3, 4, 5)), ""),
    ],
)
def test_what_is_told(reference_store: Store, csv: Callable[..., Path], rows: str, said: str) -> None:
    report = load(reference_store, [csv("企业数量.csv", HEAD + rows)], dry_run=True)
    assert [w.zh for w in report.warnings if "示例" in w.zh] == ([f"企业数量.csv：{said}"] if said else [])


def test_only_the_top_is_looked_at(reference_store: Store, csv: Callable[..., Path]) -> None:
    rows = "".join(f"江油市,CH{n:02},{n},\n" for n in range(1, 17)) + "游仙区,CH01,1,\n" * 4
    report = load(reference_store, [csv("企业数量.csv", f"{HEAD}{rows}三台县,优质白酒,860,2026-06-30\n")], dry_run=True)
    assert not any("示例" in w.zh for w in report.warnings)


def test_a_small_number_is_the_same_by_chance(reference_store: Store, csv: Callable[..., Path]) -> None:
    rows = "甲,绵阳市涪城区,智能装备,技术支持,2,2026-05-11\n"
    needs = csv("需求清单.csv", "编号,所在地区,产业链,服务类型,数量,日期\n" + rows)
    assert load(reference_store, [needs], dry_run=True).warnings == ()
