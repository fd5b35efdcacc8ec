"""From when to when a carrier, a resource or a title is valid, as lists write it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load

Make = Callable[..., Path]
HEAD = "名称,类型,所在地区,认定日期,有效期\n"
CARRIERS = {
    "甲": ("2023-05-01,三年", date(2023, 5, 1), date(2026, 4, 30)),
    "乙": ("2023年5月,有效期3年", date(2023, 5, 1), date(2026, 4, 30)),
    "丙": ("2023/5/1,自认定之日起三年", date(2023, 5, 1), date(2026, 4, 30)),
    "丁": (",2023年5月-2026年4月", date(2023, 5, 1), date(2026, 4, 30)),
    "戊": ("2024-02-29,1年", date(2024, 2, 29), date(2025, 2, 28)),
    "己": ("2023-05-01,2026年底", date(2023, 5, 1), date(2026, 12, 31)),
    "庚": ("2023-05-01,长期", date(2023, 5, 1), None),
    "辛": (",三年", None, None),
}


def test_how_long_a_carrier_is_valid(store: Store, csv: Make) -> None:
    rows = "".join(f"示例-{name},科技企业孵化器,绵阳市,{said}\n" for name, (said, _, _) in CARRIERS.items())
    report = load(store, [csv("服务载体.csv", HEAD + rows)])
    with store.read() as session:
        found = {row["name"]: row for row in session.nodes(schema.nodes()["Carrier"]).to_pylist()}
    assert {name: (found[f"示例-{name}"]["since"], found[f"示例-{name}"]["until"]) for name in CARRIERS} == {
        name: (since, until) for name, (_, since, until) in CARRIERS.items()
    }
    assert [(i.row, i.column, i.value, i.cell_only, i.reason.zh) for i in report.issues] == [
        (9, "有效期至", "3年", True, "只写了年数，没有起始日期，算不出截止日")
    ]


def test_years_run_from_the_day_in_a_titles_brackets(store: Store, csv: Make) -> None:
    rows = "示例-甲,绵阳市,专精特新(2024-03-01),三年\n示例-乙,绵阳市,专精特新,三年\n"
    report = load(store, [csv("企业.csv", "名称,所在地区,资质,有效期\n" + rows)])
    with store.read() as session:
        held = session.relationships(schema.relationships()["HOLDS", "Enterprise", "Title"]).to_pylist()
    assert sorted((row["since"] or date.min, row["until"]) for row in held) == [
        (date.min, None),
        (date(2024, 3, 1), date(2027, 2, 28)),
    ]
    assert [(i.row, i.column) for i in report.issues] == [(3, "有效期至")]
