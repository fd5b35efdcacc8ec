"""Rules find what they say, unknown finds nothing, and a finding is one case, once."""

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph.errors import BadParameter, HomeDamaged, NotFound
from graph.home import NOT_WHOLE
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from queries.alerts import findings, read_rules
from queries.alerts.cases import (
    Reopening,
    cases,
    close_case,
    mark_notified,
    open_cases,
    reopen_case,
    what_it_is_about,
)
from queries.alerts.findings import AlertFinding
from queries.coverage import CoverageQuestion
from queries.snapshots import create
from tests.support.handmade import link, write
from tests.support.stores import new_store

DAY = date(2026, 6, 20)
Row = dict[str, str]
RECORD: Row = {"service_type": "SC03", "provider": "示例-甲", "mode": "线上"}
TABLES: dict[str, list[Row]] = {
    "organizations": [{"name": "示例-甲", "region": "510703"}],
    "windows": [
        {"name": "甲窗口", "kind": "市州窗口", "region": "510700"},
        {"name": "乙站点", "kind": "服务站点", "region": "510703"},
        {"name": "丙站点", "kind": "服务站点", "region": "511502"},
        {"name": "新站点", "kind": "服务站点", "region": "511502", "since": "2026-06-01"},
        {"name": "丁窗口", "kind": "市州窗口", "region": "511500"},
        {"name": "戊站点", "kind": "服务站点", "region": "511502", "parent": "丁窗口"},
        {"name": "旧站点", "kind": "服务站点", "region": "511502", "until": "2026-01-01"},
        {"name": "四十天站点", "kind": "服务站点", "region": "511502", "since": "2026-05-11"},
        {"name": "四十一天站点", "kind": "服务站点", "region": "511502", "since": "2026-05-10"},
    ],
    "resources": [
        {"name": "示例-到期", "kind": "服务产品", "service_types": "SC03", "provider": "示例-甲", "chains": "CH01",
         "capacity": "100", "until": "2026-07-31"},
        {"name": "示例-不到期", "kind": "服务产品", "service_types": "SC01", "provider": "示例-甲", "capacity": "4",
         "until": "2026-08-01"},
    ],
    "demand_counts": [{"region": "510703", "chain": "CH01", "count": "500", "as_of": "2026-05-01"}],
    "service_records": [
        *({**RECORD, "id": f"M{n}", "date": "2026-05-03", "carrier": "甲窗口", "region": "510703",
           "satisfaction": "5" if n < 26 else "3"} for n in range(30)),
        *({**RECORD, "id": f"Y{n}", "date": "2026-05-03", "region": "511502", "satisfaction": "1"} for n in range(29)),
        *({**RECORD, "id": f"Q{n}", "date": "2026-05-03", "region": "510402", "satisfaction": "5" if n < 27 else "3"}
          for n in range(30)),
        {**RECORD, "id": "W1", "date": "2026-05-30", "carrier": "戊站点", "region": "511502"},
        {**RECORD, "id": "S1", "date": "2026-04-30", "carrier": "乙站点", "region": "510703"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("alerts")
    for table, rows in TABLES.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)
    with new_store(tmp_path_factory.mktemp("store") / "a.lbug") as made:
        assert not load(made, [folder]).issues
        yield made


def found(store: Store, rule: str, day: date = DAY) -> list[tuple[str, str, str]]:
    chosen = tuple(r for r in read_rules() if r.id == rule)
    assert len(chosen) == 1
    return [(f.subject_name, f.occasion, f.text_zh) for f in findings(store, chosen, as_of=day)]


def test_satisfaction_of_few_ratings_decides_nothing_nor_does_just_enough(store: Store) -> None:
    assert found(store, "satisfaction") == [("绵阳市", "2026-05", "2026-05 满意度 86.7%（评价 30 条），低于 90%。")]


def test_a_window_is_silent_when_it_is_surely_so(store: Store) -> None:
    own = {row["name"] for row in TABLES["windows"]}
    assert [one for one in sorted(found(store, "silent")) if one[0] in own] == [
        ("丙站点", "never", "从未有服务记录。"),
        ("乙站点", "2026-04", "最近有服务的月份是 2026-04，至少已 51 天没有服务记录。"),
        ("四十一天站点", "never", "从未有服务记录。"),
    ]


def test_a_window_is_silent_after_more_days_than_the_rule_says(store: Store) -> None:
    """40 days after the end of the last month with a service it is not yet."""
    said = [("乙站点" in {name for name, *_ in found(store, "silent", date(2026, 6, day))}) for day in (9, 10)]
    assert said == [False, True]


def test_what_ends_next_month(store: Store) -> None:
    assert found(store, "ending") == [("示例-到期", "2026-07-31", "资源将于 2026-07-31 到期。")]


def test_counties_that_never_reported_are_all_but_the_one_that_did(store: Store) -> None:
    names = {name for name, *_ in found(store, "unreported")}
    assert len(names) == 182
    assert "绵阳市涪城区" not in names


def test_a_cell_that_turned_empty(store: Store) -> None:
    """One was covered, the other in part."""
    assert found(store, "empty") == []  # one month is nothing to compare with
    create(store, CoverageQuestion(as_of=date(2026, 6, 15)))
    create(store, CoverageQuestion(as_of=date(2026, 8, 15)))
    cell = "绵阳市涪城区·集成电路与新型显示"
    said = "原有服务可及，现为空白。"
    assert found(store, "empty") == [(f"{cell}·信息咨询", "2026-08", said), (f"{cell}·技术支持", "2026-08", said)]


def test_complaints_have_a_deadline_a_further_one_and_a_return_visit(tmp_path: Path) -> None:
    told = [
        ("late", "complaint", "A", date(2026, 6, 4), None),  # 16 days: past the first deadline
        ("later", "complaint", "B", date(2026, 5, 20), date(2026, 6, 21)),  # 31 days; closed after the day
        ("in_time", "complaint", "C", date(2026, 6, 5), None),
        ("unvisited", "complaint", "D", date(2026, 4, 1), date(2026, 4, 20)),
        ("visited", "complaint", "E", date(2026, 4, 1), date(2026, 4, 20)),
        ("v1", "follow_up", "E", date(2026, 4, 21), None),
        ("v2", "follow_up", "D", date(2026, 4, 19), None),  # before it was closed
        ("nowhere", "complaint", "G", date(2026, 4, 1), date(2026, 4, 30)),
        ("not_yet", "complaint", "H", date(2026, 5, 1), date(2026, 5, 2)),  # May is looked at from July on
        ("old", "complaint", "F", date(2025, 6, 20), None),
        ("same_day", "complaint", "I", date(2026, 4, 1), date(2026, 4, 20)),
        ("v3", "follow_up", "I", date(2026, 4, 20), None),
    ]
    nodes = [dict(zip(("key", "kind", "record", "day", "closed"), row, strict=True)) for row in told]
    with open_store(f"ladybug://{tmp_path / 'c.lbug'}") as made:
        body = [{"key": "o", "name": "甲", "data_class": "REAL"}]
        regions = [{"key": "510703", "level": "county", "prefecture": "510700"}]
        write(
            made,
            {"Feedback": [{**n, "data_class": "REAL"} for n in nodes], "Organization": body, "Region": regions},
            {("ADDRESSED_TO", "Feedback", "Organization"): link(dict.fromkeys(("late", "unvisited", "visited"), "o")),
             ("LOCATED_IN", "Organization", "Region"): link({"o": "510703"})},
        )  # fmt: skip
        rules = tuple(r for r in read_rules() if r.kind in ("complaint_overdue", "visit_missing"))
        found = findings(made, rules, as_of=DAY)
        # The last of April's closings has had its 30 days on 30 May: it is looked at from the 31st on.
        visits = tuple(r for r in rules if r.kind == "visit_missing")
        assert findings(made, visits, as_of=date(2026, 5, 30)) == []
        assert [f.occasion for f in findings(made, visits, as_of=date(2026, 5, 31))] == ["2026-04"] * 2
    assert [(f.rule, f.subject, f.subject_name, f.occasion, f.assign, f.region) for f in found] == [
        ("complaint", "late", "绵阳市·投诉 A", "2026-06-04", "市州窗口", "510700"),
        ("complaint_escalated", "later", "投诉 B", "2026-05-20", "省级枢纽", None),
        ("visit", "510000", "四川省", "2026-04", "市州窗口", None),
        ("visit", "510700", "绵阳市", "2026-04", "市州窗口", None),
    ]  # fmt: skip
    assert [f.text_zh for f in found] == [
        "2026-06-04 提出的投诉 16 天未办结，时限 15 天。", "2026-05-20 提出的投诉 31 天未办结，时限 30 天。",
        "2026-04 办结的 2 件投诉中，1 件满 30 天没有回访记录：G。",
        "2026-04 办结的 2 件投诉中，1 件满 30 天没有回访记录：D。",
    ]  # fmt: skip
    assert (found[1].rule_zh, found[1].rule_en) == ("投诉超期（升级）", "overdue complaint, escalated")


def test_nothing_known_finds_nothing(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'e.lbug'}") as empty:
        write(empty, {"Window": [{"key": "w", "name": "窗口", "kind": "station"}]})
        others = tuple(r for r in read_rules() if r.kind != "never_reported")
        assert findings(empty, others, as_of=DAY) == []


def finding(subject: str, occasion: str = "2026-05") -> AlertFinding:
    return AlertFinding(
        rule="r", subject=subject, occasion=occasion, subject_name=subject, text_zh="甲", text_en="a", assign="谁"
    )


def test_a_finding_is_one_case_and_never_two(tmp_path: Path) -> None:
    home = tmp_path / "s.d"
    first = open_cases(home, [finding("a"), finding("b"), finding("a")], DAY)
    assert [(c.case, c.finding.subject, c.state, c.told) for c in first] == [
        ("case-00001", "a", "open", ()), ("case-00002", "b", "open", ())
    ]  # fmt: skip
    assert open_cases(home, [finding("b"), finding("a")], DAY) == []
    done = close_case(home, "case-00001", " 回访记录 7 号 ", date(2026, 6, 25))
    assert (done.state, done.closed, done.evidence) == ("closed", date(2026, 6, 25), "回访记录 7 号")
    assert open_cases(home, [finding("a")], DAY) == []  # closed is closed
    assert [c.case for c in open_cases(home, [finding("a", "2026-06")], DAY)] == ["case-00003"]  # another month
    mark_notified(home, first[1:], "mail")
    assert [(c.state, c.told) for c in cases(home)] == [("closed", ()), ("open", ("mail",)), ("open", ())]
    for case, evidence, error in (
        ("case-00001", "再", BadParameter),
        ("case-2", "x", NotFound),
        ("case-00002", " ", BadParameter),
    ):
        with pytest.raises(error):
            close_case(home, case, evidence, DAY)


def test_what_was_not_done_is_opened_again_under_its_number_and_told_again(tmp_path: Path) -> None:
    home, first, second = tmp_path / "s.d", date(2026, 6, 25), date(2026, 7, 2)
    open_cases(home, [finding("a")], DAY)
    mark_notified(home, cases(home), "mail")
    close_case(home, "case-00001", "电话答复", first)
    again = reopen_case(home, "case-00001", " 企业说没有接到 ", date(2026, 6, 30))
    assert (again.state, again.closed, again.evidence, again.told) == ("open", None, None, ())
    was = Reopening(closed=first, evidence="电话答复", day=date(2026, 6, 30), reason="企业说没有接到")
    assert again.reopened == (was,)
    assert what_it_is_about(again) == (
        "甲2026-06-30 重新立案：企业说没有接到", "a Opened again on 2026-06-30: 企业说没有接到"
    )  # fmt: skip
    assert open_cases(home, [finding("a")], second) == []  # the run after finds it as before
    done = close_case(home, "case-00001", "现场核实", second)
    assert (done.state, done.closed, done.evidence, done.reopened) == ("closed", second, "现场核实", (was,))
    assert reopen_case(home, "case-00001", "又来", second).since == second
    assert [len(c.reopened) for c in cases(home)] == [2]


def test_what_comes_back_names_the_case_before(tmp_path: Path) -> None:
    home = tmp_path / "s.d"
    open_cases(home, [finding("a"), finding("b")], DAY)
    open_cases(home, [finding("a", "2026-06"), finding("c")], DAY)
    (third,) = open_cases(home, [finding("a", "2026-07")], DAY)
    assert [(c.case, c.finding.subject, c.former) for c in cases(home)] == [
        ("case-00001", "a", None), ("case-00002", "b", None), ("case-00003", "a", "case-00001"),
        ("case-00004", "c", None), ("case-00005", "a", "case-00003"),
    ]  # fmt: skip
    assert what_it_is_about(third) == ("甲前案 case-00003。", "a Case before: case-00003.")


def test_a_case_is_neither_closed_before_it_is_open_nor_opened_again_without_reason(tmp_path: Path) -> None:
    home, before = tmp_path / "s.d", date(2026, 6, 19)
    open_cases(home, [finding("a"), finding("b")], DAY)
    with pytest.raises(BadParameter, match="2026-06-19"):
        close_case(home, "case-00001", "依据", before)
    close_case(home, "case-00001", "依据", DAY)
    for case, reason, day, error in (
        ("case-00001", " ", DAY, BadParameter), ("case-00001", "复查", before, BadParameter),
        ("case-00002", "复查", DAY, BadParameter), ("case-9", "复查", DAY, NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            reopen_case(home, case, reason, day)
    assert [(c.state, c.reopened) for c in cases(home)] == [("closed", ()), ("open", ())]


def test_cases_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/cases.json").write_text('[{"case": "case-00001"}]')
    with pytest.raises(HomeDamaged) as damaged:
        cases(tmp_path)
    assert damaged.value.details == {"path": tmp_path / "cases/cases.json", "reason": NOT_WHOLE}


def test_runs_at_the_same_time_open_each_case_once(tmp_path: Path) -> None:
    found_twice = [finding(str(n)) for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        made = [*pool.map(lambda _: open_cases(tmp_path / "s.d", found_twice, DAY), range(4))]
    assert sum(map(len, made)) == 20
    assert [c.case for c in cases(tmp_path / "s.d")] == [f"case-{n:05d}" for n in range(1, 21)]


@pytest.mark.parametrize(
    ("text", "named"),
    [("rules: [{id: a, kind: no_such}]", "rules.0.kind"), ("rules: [{id: a, kind: never_reported, days: 0}]", "days"),
     ("rules: [{id: a, kind: never_reported}, {id: a, kind: window_silent}]", "a"), ("[]", "rules")],
)  # fmt: skip
def test_what_is_wrong_in_a_file_of_rules_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "rules.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadParameter) as raised:
        read_rules(file)
    told: dict[str, Any] = raised.value.details
    assert named in f"{told['value']}" or named in f"{told['name']}"
