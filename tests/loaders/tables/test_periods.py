"""From when to when a carrier, a resource or a title is valid, as lists write it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from graph import schema
from graph.clock import today
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
    "壬": ("2024-05-01,2024-05-01", date(2024, 5, 1), date(2024, 5, 1)),
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


def test_a_day_to_come_is_told_where_something_has_happened(store: Store, csv: Make) -> None:
    now = today()
    days = [now, now + timedelta(1), date(2062, 5, 18), now - timedelta(1)]
    rows = "".join(f"{n},{day},技术支持,示例-甲,绵阳市,线上\n" for n, day in enumerate(days))
    own = csv("机构.csv", "名称,类型,所在地区\n示例-甲,中介服务机构,绵阳市\n")
    report = load(store, [own, csv("服务台账.csv", "编号,日期,服务类型,提供机构,服务地区,方式\n" + rows)])
    assert [(warning.zh, warning.en) for warning in report.warnings] == [
        (
            f"服务台账.csv：日期：2 行写的是今天（{now}）以后的日期，照写的载入，请核对：第 3、4 行（如 {days[1]}）",
            f"服务台账.csv: 日期: 2 rows have a day after today ({now}); they are loaded as written, check them:"
            f" rows 3、4 (as {days[1]})",
        )
    ]
    assert [(t.table, t.created) for t in report.tables] == [("organizations", 1), ("service_records", 4)]


def test_what_ends_may_end_in_days_to_come(store: Store, csv: Make) -> None:
    rows = "示例-甲,科技企业孵化器,绵阳市,2023-05-01,2062-05-18\n"
    assert load(store, [csv("服务载体.csv", HEAD + rows)]).warnings == ()


def test_a_last_day_that_cannot_be_read_is_told_to_bound_nothing(
    reference_store: Store, csv: Callable[..., Path]
) -> None:
    text = "名称,类型,所在地区,有效期至\n甲,孵化器,涪城区,27/3\n"
    (issue,) = load(reference_store, [csv("服务载体.csv", text)], dry_run=True).issues
    assert (issue.column, issue.cell_only) == ("有效期至", True)
    assert issue.reason.zh == "“27/3”没有写明年，请写作 2026-01-31；改正之前按不限计"
