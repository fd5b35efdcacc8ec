"""Recognitions of carriers, one after another: all are kept, and the one that holds on a day counts on it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph.schema import nodes, relationships
from graph.stores.base import Store
from loaders.pipeline import load
from queries.alerts.findings import _recognitions
from queries.expansion.candidates import read_action_facts
from queries.kpi import kpi
from queries.network.nodes import network_facts
from queries.network.report import network_graph
from queries.policy.measures import MEASURES, read_record

OLD = "名称,类型,级别,所在地区,认定日期,有效期至\n甲孵化器,科技企业孵化器,省级,涪城区,2019-05-01,2022-04-30\n"
NEW = "名称,类型,级别,所在地区,认定日期,有效期至\n甲孵化器,科技企业孵化器,国家级,涪城区,2022-05-01,\n"
TWICE = (
    "名称,类型,所在地区,历次认定\n"
    '甲孵化器,科技企业孵化器,涪城区,"省级(2019-05-01~2022-04-30)；科技企业孵化器(国家级,2022-05-01~)"\n'
)
DAYS = {
    date(2018, 1, 1): ("national", False),  # nothing holds: the latest is shown, and is not in force
    date(2019, 5, 1): ("provincial", True),
    date(2022, 4, 30): ("provincial", True),
    date(2022, 5, 1): ("national", True),
}
HELD = {
    ("incubator", "2019-05-01", "provincial", date(2019, 5, 1), date(2022, 4, 30)),
    ("incubator", "2022-05-01", "national", date(2022, 5, 1), None),
}


def held(store: Store) -> set[tuple[str, str, str | None, date | None, date | None]]:
    with store.read() as session:
        rows = session.relationships(relationships()["HOLDS", "Carrier", "Title"]).to_pylist()
    return {(r["to_key"], r["recognition"], r["level"], r["since"], r["until"]) for r in rows}


@pytest.mark.parametrize(
    ("kind", "level", "said"),
    [
        ("省级众创空间", "", ("makerspace", "provincial", None, None)),
        ("众创空间(省级)", "", ("makerspace", "provincial", None, None)),
        ("国家级科技企业孵化器", "", ("incubator", "national", None, None)),
        ("区级孵化器", "", ("incubator", "county", None, None)),
        ("科技企业孵化器（国家级，2022-05-01～2025-04-30）", "",
         ("incubator", "national", date(2022, 5, 1), date(2025, 4, 30))),
        ("省级众创空间", "国家级", ("makerspace", "national", None, None)),
        ("优质白酒产业园区（创建）", "", ("industrial_park", None, None, None)),
        ("众创空间", "", ("makerspace", None, None, None)),
    ],
)  # fmt: skip
def test_the_kind_may_say_the_level_and_the_days(
    store: Store,
    csv: Callable[..., Path],
    kind: str,
    level: str,
    said: tuple[str, str | None, date | None, date | None],
) -> None:
    report = load(store, [csv("carriers.csv", f"名称,类型,级别,所在地区\n甲孵化器,{kind},{level},涪城区\n")])
    unlike = bool(level) and kind.startswith(("国家级", "省级", "市级")) and not kind.startswith(level)
    assert (report.issues, ["级别" in w.zh for w in report.warnings]) == ((), [True] * unlike)
    assert {(of, *rest) for of, _, *rest in held(store)} == {said}
    assert own(store) == said[1:]
    with store.read() as session:
        assert [r["kind"] for r in session.nodes(nodes()["Carrier"]).to_pylist() if r["name"] == "甲孵化器"] == [
            said[0]
        ]


def test_two_recognitions_of_a_list_whose_kinds_say_their_levels_are_kept_without_a_word(
    store: Store, csv: Callable[..., Path]
) -> None:
    text = "名称,类型,所在地区,认定日期,有效期至\n甲孵化器,省级科技企业孵化器,涪城区,2019-05-01,2022-04-30\n"
    report = load(store, [csv("carriers.csv", text + "甲孵化器,国家级科技企业孵化器,涪城区,2022-05-01,\n")])
    assert (report.issues, report.warnings) == ((), ())
    assert (held(store), own(store)) == (HELD, ("national", date(2022, 5, 1), None))


def test_a_kind_that_is_none_is_told(store: Store, csv: Callable[..., Path]) -> None:
    rows = "甲,孵化园区馆,涪城区\n乙,众创空间(好),涪城区\n"
    report = load(store, [csv("carriers.csv", "名称,类型,所在地区\n" + rows)])
    assert [(i.row, i.column, i.reason.zh) for i in report.issues] == [
        (2, "类型", "“孵化园区馆”不是有效的服务载体类型。可用：科技企业孵化器?、产业园区?（共 9 项中最相近的）"),
        (3, "类型", "“好”不是级别或有效期，请写作 科技企业孵化器(省级,2024-03-01~2027-03-01)"),
    ]


def own(store: Store) -> tuple[str, date | None, date | None]:
    with store.read() as session:
        (row,) = [r for r in session.nodes(nodes()["Carrier"]).to_pylist() if r["name"] == "甲孵化器"]
    return row["level"], row["since"], row["until"]


@pytest.mark.parametrize("files", [(OLD, NEW), (NEW, OLD), (TWICE,)])
def test_lists_of_different_years_are_all_kept(store: Store, csv: Callable[..., Path], files: tuple[str, ...]) -> None:
    for text in files:
        assert load(store, [csv("carriers.csv", text)]).issues == ()
    assert held(store) == HELD
    if files == (TWICE,):
        assert own(store) == ("national", date(2022, 5, 1), None)
    for day, (level, active) in DAYS.items():
        (node,) = [n for n in network_graph(store, as_of=day).nodes if n.name == "甲孵化器"]
        assert (node.level, node.active) == (level, active)


def test_what_counts_uses_the_recognition_of_the_day(store: Store, csv: Callable[..., Path]) -> None:
    base = {day: _counts(store, day) for day in DAYS}
    load(store, [csv("carriers.csv", NEW), csv("more/carriers.csv", OLD)])
    for day, (level, active) in DAYS.items():
        more = [after - before for after, before in zip(_counts(store, day), base[day], strict=True)]
        assert more == [active, active, 0, active]
        with store.read() as session:
            facts = read_action_facts(session)
        assert facts.hosts_on(day).get("510703") == ("甲孵化器" if active else None)
        key = facts.hosts.loc[facts.hosts["name"] == "甲孵化器", "key"].iloc[0]
        hosted = facts.hosted.reindex([0]).assign(carrier=key)
        assert type(facts)(hosted, facts.use, facts.hosts).hosted_on(day)["level"].tolist() == [level]


def _counts(store: Store, day: date) -> list[float]:
    """Incubators, recognised and undated carriers, and counties with presence."""
    with store.read() as session:
        record = read_record(session, day)
    counted = [MEASURES[name].count(record) for name in ("bases", "recognised", "recognised_undated")]
    (cover,) = [status for status in kpi(store, as_of=day).data if status.id == "multi_level_coverage"]
    assert cover.actual is not None
    return [*counted, _present(store, day)]


def _present(store: Store, day: date) -> int:
    with store.read() as session:
        sites = network_facts(store, session)[1].sites_on(day)
    return sites.loc[sites["active"], "county"].isin(["510703"]).sum()


def test_a_mended_row_mends_its_recognition_and_an_undated_one_says_less(
    store: Store, csv: Callable[..., Path]
) -> None:
    load(store, [csv("carriers.csv", OLD.replace("省级", "市级").replace("2022-04-30", "2023-04-30"))])
    load(
        store,
        [
            csv("carriers.csv", OLD),
            csv("undated/carriers.csv", "名称,类型,级别,所在地区\n甲孵化器,孵化器,省级,涪城区\n"),
        ],
    )
    first = ("incubator", "2019-05-01", "provincial", date(2019, 5, 1), date(2022, 4, 30))
    assert held(store) == {first, ("incubator", "-", "provincial", None, None)}
    (node,) = [n for n in network_graph(store, as_of=date(2023, 1, 1)).nodes if n.name == "甲孵化器"]
    assert (node.level, node.active) == ("provincial", False)


def test_a_recognition_that_ends_is_found_unless_one_as_high_follows(store: Store, csv: Callable[..., Path]) -> None:
    def ending() -> list[tuple[str, str]]:
        with store.read() as session:
            rows = _recognitions(store, session, date(2022, 4, 1), date(2022, 4, 30))
        return [(name, str(until)[:10]) for name, until in zip(rows["name"], rows["until"], strict=True)]

    load(store, [csv("carriers.csv", OLD)])
    assert ending() == [("甲孵化器", "2022-04-30")]
    load(store, [csv("carriers.csv", NEW)])
    assert ending() == []
