"""The clauses and the packs of targets: counts of facts written by hand, and a new rule that is a file alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from queries.kpi import kpi
from queries.policy import clause_states, policy_targets
from queries.policy.packs import INDICATORS, NOTICE, packs, read_pack
from tests.support.handmade import link, write

DAY = date(2026, 6, 20)
OWN = """
id: our_plan
title: {zh: 我办 2027 年目标}
source: 内部
verification: user_supplied
targets:
  - {id: stations, indicator: institutions_county, comparison: ge, value: 0.5, name: {zh: 区县站点覆盖}}
  - {id: online, indicator: online_share, comparison: gt, value: 0.2, name: {zh: 线上}}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path_factory.mktemp('policy') / 's.lbug'}") as made:
        regions = [
            {"key": "510000", "level": "province"},
            *({"key": p, "level": "prefecture", "prefecture": p} for p in ("510100", "510300")),
            *({"key": c, "level": "county", "prefecture": f"{c[:4]}00"} for c in ("510104", "510105", "510302")),
        ]
        homes = {"hub": "510000", "window": "510100", "station": "510104"}
        windows = [
            {
                "key": key,
                "kind": {"hub": "hub", "window": "prefecture_window"}.get(key, "station"),
                "data_class": "REAL",
            }
            for key in homes
        ]
        carrier = {"key": "c", "kind": "incubator", "level": "national"}
        resources = [
            {"key": "r1", "kind": "expert", "online": True, "offline": True, "fee": "免费", "fee_class": "public_good"},
            {"key": "r2", "kind": "training", "online": True, "since": date(2026, 1, 5)},
            {"key": "gone", "kind": "expert", "online": True, "until": date(2026, 6, 19)},
        ]
        months = [
            {"key": "m1", "month": "2026-05", "services": 10, "online": 4, "rated": 5, "satisfied": 4},
            {"key": "m2", "month": "2026-05", "services": 10, "online": 1, "rated": 0, "satisfied": 0},
        ]
        feedback = [
            {"key": "f1", "kind": "complaint", "day": date(2026, 5, 1), "closed": DAY},
            {"key": "f2", "kind": "complaint", "day": date(2026, 5, 2), "closed": date(2026, 6, 21)},
            {"key": "f3", "kind": "follow_up", "day": date(2025, 6, 20)},
        ]
        nodes = {"Region": regions, "Window": windows, "Carrier": [carrier], "Resource": resources,
                 "ServiceMonth": months, "Feedback": feedback}  # fmt: skip
        links = {
            ("LOCATED_IN", "Window", "Region"): link(homes),
            ("LOCATED_IN", "Carrier", "Region"): link({"c": "510302"}),
            ("LOCATED_IN", "ServiceMonth", "Region"): link({"m1": "510100", "m2": "510300"}),
            ("DELIVERED", "Window", "ServiceMonth"): link({"window": "m1"}),
        }
        write(made, nodes, links)
        yield made


def test_every_clause_says_what_is_on_record_and_what_cannot_be_said(store: Store) -> None:
    found = clause_states(store, as_of=DAY).data
    assert [c.clause for c in found] == [str(n) for n in range(1, 22)] == list(vocabulary("clauses").ids)
    assert all(c.cannot_zh and c.cannot_en and c.section_zh for c in found)
    assert {c.clause: (c.state, {f.id: f.value for f in c.findings}) for c in found} == {
        "1": ("not_in_graph", {}),
        "2": ("evidence", {"services_year": 20, "online_services": 5, "rated": 5}),
        "3": ("evidence", {"hub": 1, "prefecture_windows": 1, "cluster_windows": 0, "stations": 1}),
        "4": ("evidence", {"hub": 1, "reporting_lines": 0, "services_year": 20}),
        "5": ("evidence", {"prefecture_windows": 1, "stations": 1, "services_windows": 10, "requests_agreed": 0}),
        "6": ("evidence", {"platforms": 0, "bases": 1, "starred": 0, "recognised": 1, "recognised_undated": 1}),
        "7": ("no_data", {"associations": 0, "academia": 0, "shareable": 0, "partnerships": 0}),
        "8": ("no_data", {"partnerships": 0, "dimensions": 0}),
        "9": ("no_data", {"types_offered": 0, "needs": 0, "needs_matched": 0}),
        "10": ("evidence", {"fees_open": 1, "public_good": 1}),
        "11": ("evidence", {"experts": 1, "trainings": 1}),
        "12": ("no_data", {"activities": 0, "brands": 0}),
        "13": ("evidence", {"fresh": 1}),
        "14": ("evidence", {"online_resources": 2}),
        "15": ("evidence", {"both_modes": 1, "online_services": 5}),
        "16": ("not_in_graph", {}),
        "17": ("no_data", {"government": 0}),
        "18": ("evidence", {"months": 1, "sites_monitored": 1, "services_year": 20}),
        "19": ("evidence", {"sites_monitored": 1}),
        "20": ("evidence", {"rated": 5, "complaints": 2, "complaints_closed": 1, "return_visits": 0}),
        "21": ("not_in_graph", {}),
    }


def test_the_notice_is_the_vocabulary_and_says_what_kpi_says(store: Store) -> None:
    made = policy_targets(store, [packs()[NOTICE]], as_of=DAY)
    there = kpi(store, as_of=DAY)
    assert [(t.id, t.target, t.actual, t.met) for t in made.data] == [
        (s.id, s.target, s.actual, s.met) for s in there.data
    ]
    assert made.meta.data_class == there.meta.data_class
    online = next(t for t in made.data if t.id == "online_share")
    assert [(p.region, p.actual, p.met) for p in online.prefectures] == [("510100", 0.4, False), ("510300", 0.1, False)]
    satisfied = next(t for t in made.data if t.id == "satisfaction")
    assert [(p.region, p.actual, p.met) for p in satisfied.prefectures] == [
        ("510100", 0.8, False), ("510300", None, None)
    ]  # fmt: skip


def test_institutions_are_windows_and_a_carrier_is_none(store: Store) -> None:
    (target,) = policy_targets(store, [packs()["national_2024"]], as_of=DAY).data
    assert (target.kind, target.actual, target.met) == ("benchmark", pytest.approx(2 / 3), False)
    assert target.verification == "seen_on_mirror"


def test_a_new_rule_is_a_file_and_nothing_else(store: Store, tmp_path: Path) -> None:
    (tmp_path / "plan.yml").write_text(OWN, encoding="utf-8")
    known = packs(tmp_path)
    assert [*known] == [NOTICE, "national_2024", "our_plan"]
    stations, online = policy_targets(store, [known["our_plan"]], as_of=DAY).data
    assert (stations.pack, stations.name_en) == ("our_plan", "区县站点覆盖")
    assert (stations.actual, stations.met) == (1 / 3, False)
    below = [(p.region, p.actual, p.met) for p in stations.prefectures]
    assert below == [("510100", 0.5, True), ("510300", 0.0, False)]
    # The same indicator is the same figure under either rule; only what is asked of it differs.
    notice = next(t for t in policy_targets(store, [known[NOTICE]], as_of=DAY).data if t.id == "online_share")
    assert (online.actual, online.definition_zh) == (notice.actual, notice.definition_zh)
    assert (online.met, notice.met) == (True, False)


@pytest.mark.parametrize(
    ("old", "new"),
    [("online_share", "no_such"), ("comparison: gt", "comparison: lt"), ("value: 0.2", "value: .nan"),
     ("user_supplied", "hearsay"), ("id: our_plan", "id: Our Plan"), ("source: 内部\n", ""),
     ("value: 0.2", "value: 20"), ("value: 0.2", "value: -0.2"), ("value: 0.2", "value: 0.2, by: 20270"),
     ("value: 0.2", "value: 0.2, unit: {zh: 次, en: times}"),
     ("source", "until: 2019-01-01\nissued: 2020-01-01\nsource"),
     ("source: 内部\n", "source: 内部\nissued: 2026-01-01\n"),
     ("indicator: online_share", "indicator: institutions_county"),
     ("value: 0.2", "value: 0.2, path: [{month: 2026-01, value: 0.3}]"),
     ("value: 0.2", "value: 0.2, path: [{month: 2026-01, value: 0.15}, {month: 2026-06, value: 0.1}]"),
     ("value: 0.2", "value: 0.2, by: 2026, path: [{month: 2027-01, value: 0.1}]")],
)  # fmt: skip
def test_what_is_wrong_in_a_pack_is_named(tmp_path: Path, old: str, new: str) -> None:
    file, by = tmp_path / "plan.yml", ", by: 2025" if "issued: 2026" in new else ""
    text = OWN.replace("value: 0.5", f"value: 0.5{by}")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadParameter, match=r"plan\.yml"):
        read_pack(file)


def test_why_a_pack_is_refused_is_said_in_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "plan.yml"
    file.write_text(OWN.replace("value: 0.2", "value: 60"), encoding="utf-8")
    with pytest.raises(BadParameter) as raised:
        read_pack(file)
    assert raised.value.details["value"] == "targets.1"
    assert str(raised.value.details["reason"]) == str(Text(
        "占比写 0 到 1 之间的数，如 50% 写 0.5", "a share is 0 to 1, such as 0.5 for 50 %"
    ))  # fmt: skip


def test_a_figure_is_counted_in_what_its_indicator_is(store: Store, tmp_path: Path) -> None:
    """A target of a number without a unit is no percentage; the files of a folder end in either way."""
    text = OWN.replace(
        "indicator: online_share, comparison: gt, value: 0.2", "indicator: resources, comparison: ge, value: 6000"
    )
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    found = policy_targets(store, [packs(tmp_path)["our_plan"]], as_of=DAY).data
    assert [(t.unit_zh, t.unit_en, t.target) for t in found] == [("比例", "share", 0.5), ("项", "resources", 6000)]


@pytest.mark.parametrize(
    ("day", "note", "due", "in_force"),
    [
        (date(2025, 12, 31), "该规定 2026-01-01 才发布。 3 个中有 1 个。", None, False),
        (date(2026, 1, 1), "3 个中有 1 个。", 0.5, True),
        (date(2026, 6, 30), "3 个中有 1 个。", 0.5, True),
        (date(2026, 7, 1), "该规定已于 2026-06-30 到期。 3 个中有 1 个。", None, False),
    ],
)
def test_a_rule_asks_for_nothing_before_and_after_its_time(
    store: Store, tmp_path: Path, day: date, note: str, due: float | None, in_force: bool
) -> None:
    text = OWN.replace("source", "issued: 2026-01-01\nuntil: 2026-06-30\nsource")
    (tmp_path / "plan.yml").write_text(text, encoding="utf-8")
    stations, _ = policy_targets(store, [packs(tmp_path)["our_plan"]], as_of=day).data
    assert (stations.note_zh, stations.due, stations.in_force, stations.until) == (
        note,
        due,
        in_force,
        date(2026, 6, 30),
    )
    assert stations.due_met is (None if due is None else False)


def test_two_files_that_contradict_each_other_stand_side_by_side(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(OWN, encoding="utf-8")
    (tmp_path / "b.yml").write_text(OWN.replace("our_plan", "other_plan").replace("0.2", "0.3"), encoding="utf-8")
    known = packs(tmp_path)
    both = [known["our_plan"], known["other_plan"]]
    told = policy_targets(store, both, as_of=DAY, against=both).data
    alike, differs = "指标和要求都相同。", "指标和数据相同，实际值相同；要求不同，因此结论可能不同。"
    assert [(t.pack, t.id, t.target, t.met, [(o.pack, o.target, o.met, o.why_zh) for o in t.others]) for t in told] == [
        ("our_plan", "stations", 0.5, False, [("other_plan", 0.5, False, alike)]),
        ("our_plan", "online", 0.2, True, [("other_plan", 0.3, False, differs)]),
        ("other_plan", "stations", 0.5, False, [("our_plan", 0.5, False, alike)]),
        ("other_plan", "online", 0.3, False, [("our_plan", 0.2, True, differs)]),
    ]


def test_no_pack_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "plan.yml").write_text(OWN.replace("id: our_plan", f"id: {NOTICE}"), encoding="utf-8")
    with pytest.raises(BadParameter, match=f"id = {NOTICE}（另一项规定已用这个标识）"):
        packs(tmp_path)


def test_nothing_known_is_no_data_and_no_target_is_missed(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'e.lbug'}") as empty:
        assert {c.state for c in clause_states(empty, as_of=DAY).data} == {"no_data", "not_in_graph"}
        targets = policy_targets(empty, packs().values(), as_of=DAY).data
    assert {(t.actual, t.met, len(t.prefectures)) for t in targets} == {(None, None, 0)}
    assert {t.indicator for t in targets} <= set(INDICATORS)


PATH = """
id: our_path
title: {zh: 我办按月目标, en: Ours by month}
source: 内部
verification: user_supplied
targets:
  - id: online
    indicator: online_share
    comparison: ge
    value: 0.5
    by: 2027
    name: {zh: 线上}
    path: [{month: 2026-03, value: 0.2}, {month: 2026-07, value: 0.4}, {month: 2027-12, value: 0.5}]
  - {id: later, indicator: satisfaction, comparison: ge, value: 0.9, by: 2027, name: {zh: 满意}}
"""


def test_a_path_is_due_month_by_month_against_what_was(store: Store, tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text(PATH, encoding="utf-8")
    pack = packs(tmp_path)["our_path"]
    online, later = policy_targets(store, [pack], as_of=DAY).data
    # The months of the store hold 20 services of May 2026, 5 of them online; nothing is known before.
    assert [(m.month, m.due, m.actual, m.met) for m in online.path] == [
        ("2026-03", 0.2, None, None), ("2026-04", pytest.approx(0.25), None, None),
        ("2026-05", pytest.approx(0.3), 0.25, False),
    ]  # fmt: skip
    assert (online.due, online.due_met, online.met) == (pytest.approx(0.3), False, False)
    assert (later.due, later.due_met, later.path) == (None, None, [])
    after = policy_targets(store, [pack], as_of=date(2028, 1, 1)).data
    assert [t.due for t in after] == [0.5, 0.9]


def test_the_same_data_under_another_rule_says_why_its_figure_differs(store: Store) -> None:
    known = packs()
    (target,) = policy_targets(store, [known["national_2024"]], as_of=DAY, against=known.values()).data
    (other,) = target.others
    assert (other.pack, other.id, other.actual) == (NOTICE, "multi_level_coverage", 0.5)
    assert "任何载体都算" in other.why_zh
    assert "carriers do not count" in other.why_en


def test_months_of_a_path_stand_in_order(tmp_path: Path) -> None:
    file = tmp_path / "p.yml"
    file.write_text(PATH.replace("2026-07", "2026-02"), encoding="utf-8")
    with pytest.raises(BadParameter, match=r"targets\.0（月份须由早到晚"):
        read_pack(file)
