"""What follows from the ledger is true after every load and every decision, in whatever order things come."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph import schema
from graph.stores.base import Store
from loaders.identify.review import decide
from loaders.merge import derived
from loaders.merge.full_delivery import full_delivery
from loaders.pipeline import load
from loaders.tables import Origin
from tests.support.export import digest

Make = Callable[..., Path]
ORGANIZATIONS = "名称,类型,所在地区\n示例-甲中心,服务机构,绵阳市\n示例-乙中心,服务机构,绵阳市\n"
RESOURCES = (
    "名称,资源类别,服务类型,提供机构,服务产业\n示例-检测,仪器设备,技术支持,示例-甲中心,\n"
    "示例-专家,专家导师,技术支持,示例-乙中心,优质白酒\n"
)
LEDGER = "编号,日期,服务类型,提供机构,资源,服务地区,产业链,方式,满意度\n"
RECORDS = (
    LEDGER + "示例-1,2025-12-30,技术支持,示例-甲中心,示例 检测,涪城区,优质白酒,线上,5\n"
    "示例-2,2026-05-19,技术支持,示例-甲中心,,涪城区,,线下,3\n"
    "示例-3,2026-05-20,市场开拓,示例-甲中心,示例-无此,德阳市,优质白酒,线下,\n"
)
FEEDBACK = "编号,记录,类型,日期\n示例-投诉,示例-1,投诉,2026-01-03\n示例-无主,示例-9,投诉,2026-01-04\n"


def told(store: Store, type_: str, target: str, source: str = "Organization") -> list[tuple[object, ...]]:
    """Return names of both ends, year and numbers of all relationships of a slot."""
    with store.read() as session:
        ends = [session.nodes(schema.nodes()[label]).to_pylist() for label in (source, target)]
        one, other = ({row["key"]: row["name"] for row in rows} for rows in ends)
        rows = session.relationships(schema.relationships()[type_, source, target]).to_pylist()
    numbers = ("year", *derived.NUMBERS) if source == "Organization" else ()
    return sorted((one[r["from_key"]], other[r["to_key"]], *(r[n] for n in numbers)) for r in rows)


def services(store: Store) -> list[tuple[object, ...]]:
    return [row for label, (type_, _) in derived.BY.items() for row in told(store, type_, label) if row[3]]


FIRST = [
    ("示例-甲中心", "市场开拓", 2026, 1, 0, 0, 0),
    ("示例-甲中心", "技术支持", 2025, 1, 1, 1, 1),
    ("示例-甲中心", "技术支持", 2026, 1, 0, 1, 0),
    ("示例-甲中心", "优质白酒", 2025, 1, 1, 1, 1),
    ("示例-甲中心", "优质白酒", 2026, 1, 0, 0, 0),
    ("示例-甲中心", "示例-检测", 2025, 1, 1, 1, 1),
]
SECOND = [("示例-乙中心", *row[1:]) for row in FIRST]


def tables(csv: Make, **texts: str) -> list[Path]:
    return [csv(f"{name}.csv", text) for name, text in texts.items()]


WHOLE = {"机构": ORGANIZATIONS, "服务资源": RESOURCES, "服务台账": RECORDS, "评价投诉": FEEDBACK}


def test_services_by_type_chain_and_resource_of_each_year(store: Store, csv: Make) -> None:
    load(store, tables(csv, **WHOLE))
    assert services(store) == [row for row in FIRST if row[1] != "示例-检测"]
    load(store, tables(csv, 服务台账=RECORDS.replace("示例 检测", "示例-检测")))
    assert services(store) == FIRST


def test_sums_and_counts_that_grow_by_what_another_source_brings_are_no_conflict(store: Store, csv: Make) -> None:
    load(store, tables(csv, **WHOLE), origin=Origin("甲平台"))
    more = LEDGER + "示例-4,2026-05-21,技术支持,示例-甲中心,,涪城区,优质白酒,线下,4\n"
    organization = ORGANIZATIONS.replace("示例-甲中心,服务机构", "示例-甲中心,行业协会")
    report = load(store, [csv("more/服务台账.csv", more), csv("more/机构.csv", organization)], origin=Origin("乙平台"))
    changed = {(c.what, c.field, c.old, c.new) for c in report.changes() if c.old_source != c.new_source}
    assert ("ServiceMonth", "services", 1, 2) in changed
    assert ("DELIVERED_AS", "services", 1, 2) in changed
    kinds = [(c.what, c.name, c.field, c.old, c.new, c.old_source, c.new_source) for c in report.conflicts]
    assert kinds == [
        ("Organization", "示例-甲中心", "kind", "service_institution", "industry_association", "甲平台", "乙平台")
    ]


def test_a_corrected_record_goes_to_whom_it_names(store: Store, csv: Make) -> None:
    load(store, tables(csv, **WHOLE))
    load(store, tables(csv, 服务台账=RECORDS.replace("示例-甲中心", "示例-乙中心").replace(",示例 检测", ",")))
    assert services(store) == [row for row in SECOND if row[1] != "示例-检测"]
    assert told(store, "ADDRESSED_TO", "Organization", "Feedback") == [("示例-投诉", "示例-乙中心")]


def test_feedback_is_on_what_its_record_tells(store: Store, csv: Make) -> None:
    load(store, tables(csv, 评价投诉=FEEDBACK, 机构=ORGANIZATIONS))
    assert told(store, "ADDRESSED_TO", "Organization", "Feedback") == []
    load(store, tables(csv, 服务台账=RECORDS))
    assert told(store, "ADDRESSED_TO", "Organization", "Feedback") == [("示例-投诉", "示例-甲中心")]
    assert told(store, "CONCERNS", "ServiceType", "Feedback") == [("示例-投诉", "技术支持")]
    assert told(store, "CONCERNS", "Chain", "Feedback") == [("示例-投诉", "优质白酒")]
    assert told(store, "LOCATED_IN", "Region", "Feedback") == [("示例-投诉", "涪城区")]


def test_any_order_makes_the_same_graph(fresh: Callable[[], Store], csv: Make) -> None:
    found = set()
    for order in (list(WHOLE), list(reversed(WHOLE)), ["机构", "服务台账", "评价投诉", "服务资源"]):
        store = fresh()
        for name in ("机构", *order):
            load(store, tables(csv, **{name: WHOLE[name]}))
        found.add(digest(store))
    assert len(found) == 1


def test_a_decision_takes_services_along_and_gives_them_back(store: Store, csv: Make) -> None:
    load(store, tables(csv, **WHOLE))
    more = LEDGER + "示例-4,2026-06-01,技术支持,示例-乙中心,,涪城区,,线上,\n"
    load(store, tables(csv, 服务台账=more))
    before = digest(store)
    with store.read() as session:
        keys = {r["name"]: r["key"] for r in session.nodes(schema.nodes()["Organization"]).to_pylist()}
    decide(store, keys["示例-甲中心"], keys["示例-乙中心"], "same")
    assert sum(row[3] for row in told(store, "DELIVERED_AS", "ServiceType")) == 4  # type: ignore[misc]
    assert len({row[0] for row in told(store, "DELIVERED_AS", "ServiceType")}) == 1
    decide(store, keys["示例-甲中心"], keys["示例-乙中心"], None)
    assert digest(store) == before


def test_a_resource_says_whether_it_suits_any_chain(store: Store, csv: Make) -> None:
    def free() -> dict[str, bool]:
        with store.read() as session:
            rows = session.nodes(schema.nodes()["Resource"]).to_pylist()
        return {row["name"]: row["any_chain"] for row in rows}

    load(store, tables(csv, 机构=ORGANIZATIONS, 服务资源=RESOURCES))
    assert free() == {"示例-检测": True, "示例-专家": False}
    load(store, tables(csv, 服务资源=RESOURCES.replace(",优质白酒", ",")))
    assert free() == {"示例-检测": True, "示例-专家": False}
    load(store, tables(csv, 服务资源=RESOURCES.replace("甲中心,", "甲中心,川茶")))
    assert free() == {"示例-检测": False, "示例-专家": False}


def test_who_is_gone_has_no_services_and_who_comes_back_has(store: Store, csv: Make) -> None:
    load(store, tables(csv, **{name: WHOLE[name] for name in ("机构", "服务台账")}))
    whole = services(store)
    only_other = ORGANIZATIONS.replace("示例-甲中心,服务机构,绵阳市\n", "")
    load(store, tables(csv, 机构=only_other), full=full_delivery("organizations", "510700"), shrink=True)
    assert services(store) == []
    load(store, tables(csv, 机构=ORGANIZATIONS))
    assert services(store) == whole
    load(store, tables(csv, 评价投诉=FEEDBACK))
    assert told(store, "ADDRESSED_TO", "Organization", "Feedback") == [("示例-投诉", "示例-甲中心")]


def test_a_store_of_before_gets_it_all_with_its_next_load(
    fresh: Callable[[], Store], csv: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = fresh(), fresh()
    extra = "名称,所在地区\n示例-丙公司,绵阳市\n"
    with monkeypatch.context() as patch:
        patch.setattr("loaders.pipeline.add_derived", lambda *_: None)
        load(one, tables(csv, **WHOLE))
    assert services(one) == []
    load(other, tables(csv, **WHOLE))
    for store in (one, other):
        load(store, tables(csv, 企业=extra))
    assert services(one) == services(other) != []
    feedback = told(one, "ADDRESSED_TO", "Organization", "Feedback")
    assert feedback == told(other, "ADDRESSED_TO", "Organization", "Feedback") != []
