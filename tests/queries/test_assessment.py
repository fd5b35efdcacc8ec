"""Scores by hand and by plain loops; what is unknown is left out; the order under other weights, recounted."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from graph.errors import BadParameter, NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.merge.service_queries import Records
from queries.alerts.cases import close_case
from queries.assessment import Scheme, assess, read_scheme, schemes
from queries.assessment.appeals import open_appeal, open_appeals
from queries.assessment.assess import _VALUES, Assessed, draws
from queries.assessment.scheme import INDICATORS, NOTICE
from queries.monitoring.figures import MonthFigures
from tests.support.handmade import link, write

DAY = date(2026, 6, 20)
SCHEME: dict[str, Any] = {
    "title": {"zh": "试"}, "source": "测试",
    "indicators": [
        {"id": "online_share", "weight": 2, "floor": 0.0, "full": 0.5},
        {"id": "satisfaction", "weight": 1, "floor": 0.5, "full": 1.0},
        {"id": "growth", "weight": 1, "floor": 0.5, "full": -0.5},
    ],
    "bonus": [{"id": "satisfaction", "above": 0.9, "points": 4}, {"id": "online_share", "above": 0.4, "points": 4}],
    "bonus_cap": 5, "grades": [{"grade": "甲", "at_least": 80}, {"grade": "乙", "at_least": 0}],
}  # fmt: skip
ZH, EN = (between.join(INDICATORS) for between in ("、", ", "))
MONTHS = {
    # prefecture: services, online, rated, satisfied of May 2026; services of May 2025
    "510100": (100, 45, 50, 49, 100),
    "510300": (200, 40, 20, 16, 100),
    "510400": (10, 9, 0, 0, None),
    "510500": (0, 0, 0, 0, None),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path_factory.mktemp('assess') / 's.lbug'}") as made:
        rows, places = [], {}
        for code, (services, online, rated, satisfied, before) in MONTHS.items():
            both = (("2026-05", services, online, rated, satisfied), ("2025-05", before, 0, 0, 0))
            for month, n, *rest in both:
                if n is not None:
                    values = dict(zip(("online", "rated", "satisfied"), rest, strict=True))
                    rows.append(
                        {"key": f"{code}{month}", "month": month, "services": n, **values, "data_class": "REAL"}
                    )
                    places[f"{code}{month}"] = code
        regions = [{"key": code, "level": "prefecture", "prefecture": code} for code in MONTHS]
        write(made, {"ServiceMonth": rows, "Region": regions}, {("LOCATED_IN", "ServiceMonth", "Region"): link(places)})
        yield made


def subjects(store: Store, **changes: Any) -> list[Assessed]:
    scheme = Scheme.model_validate({**SCHEME, **changes})
    return assess(store, scheme, Records(store.home), as_of=DAY).data.subjects


def test_every_point_is_accounted_for(store: Store) -> None:
    first, second, third, last = subjects(store)
    # 510400: online 0.9 reaches all; nothing else is known; bonus 4.
    assert (first.key, first.rank, first.score, first.grade, first.known_weight, first.bonus) == (
        "510400", 1, 104.0, "甲", 0.5, 4.0
    )  # fmt: skip
    # 510100: 0.9 · 50 + 0.96 · 25 + 0.5 · 25 = 81.5; both bonuses, capped at 5.
    assert (second.key, second.rank, second.score, second.known_weight, second.bonus) == (
        "510100", 2, pytest.approx(86.5), 1.0, 5.0
    )  # fmt: skip
    assert [(p.indicator, p.value, p.weight, p.points) for p in second.parts] == [
        ("online_share", 0.45, 0.5, pytest.approx(45)),
        ("satisfaction", 0.98, 0.25, pytest.approx(24)),
        ("growth", 0.0, 0.25, pytest.approx(12.5)),
    ]
    # 510300: 0.4 · 50 + 0.6 · 25 + growth 1.0, below the floor: 0.
    assert (third.key, third.rank, third.score, third.grade, third.bonus) == ("510300", 3, pytest.approx(35), "乙", 0.0)
    assert third.parts[2].points == 0
    assert (last.key, last.rank, last.score, last.grade, last.known_weight) == ("510500", None, None, None, 0.0)
    assert {p.points for p in last.parts} == {None}


def test_what_lies_on_a_limit_has_the_grade_and_no_bonus(store: Store) -> None:
    """510400 has all that counts of it, 100, and an online share of 0.9."""
    grades = [{"grade": "特", "at_least": 100}, {"grade": "乙", "at_least": 0}]
    bonus = [{"id": "online_share", "above": 0.9, "points": 4}]
    first = subjects(store, bonus=bonus, grades=grades)[0]
    assert (first.key, first.score, first.grade, first.bonus) == ("510400", 100.0, "特", 0.0)


def test_those_of_one_score_share_a_rank_and_each_holds_over_the_next(store: Store) -> None:
    """By what all but one have alike, the later key comes second and is no worse."""
    alike = subjects(store, indicators=[{"id": "services", "weight": 1, "floor": 0.0, "full": 10.0}], bonus=[])
    assert [(s.key, s.rank, s.score, s.holds_over_next) for s in alike] == [
        ("510100", 1, 100.0, 1.0), ("510300", 1, 100.0, 1.0), ("510400", 1, 100.0, 1.0), ("510500", 4, 0.0, None),
    ]  # fmt: skip


def test_what_each_indicator_is() -> None:
    stated = {
        "services": 40, "year_on_year": 0.1, "online_share": 0.2, "answer_rate": 0.3, "satisfaction": 0.4,
        "complaints": 8, "complaints_open": 2, "days_to_close": 5.0, "return_visits": 10, "firms": 6, "free_share": 0.7,
    }  # fmt: skip
    figures = MonthFigures.model_construct(**stated)
    assert {name: value(figures) for name, value in _VALUES.items()} == {
        "services": 40, "growth": 0.1, "online_share": 0.2, "answer_rate": 0.3, "satisfaction": 0.4,
        "complaint_rate": 0.2, "complaints_closed": 0.75, "days_to_close": 5.0, "visit_rate": 0.25, "firms": 6,
        "free_share": 0.7,
    }  # fmt: skip
    nothing = MonthFigures.model_construct(**{**dict.fromkeys(stated), "services": 0, "complaints": 0})
    assert {name for name, value in _VALUES.items() if value(nothing) is not None} == {"services"}
    none_open = MonthFigures.model_construct(**{**stated, "complaints_open": None})
    assert _VALUES["complaints_closed"](none_open) == 1.0


def test_how_firm_the_order_is_recounted_by_loops(store: Store) -> None:
    bare = subjects(store, bonus=[], bonus_cap=0)
    judged = [s for s in bare if s.rank]
    below: dict[str, list[bool]] = {s.key: [] for s in judged}
    ranks: dict[str, list[int]] = {s.key: [] for s in judged}
    for weight in draws(np.array([0.5, 0.25, 0.25])):
        score = {}
        for s in judged:
            known = [(p.reached, w) for p, w in zip(s.parts, weight, strict=True) if p.reached is not None]
            score[s.key] = sum(r * w for r, w in known) / sum(w for _, w in known)
        for one, other in pairwise(judged):
            below[one.key].append(score[one.key] >= score[other.key])
        for key, value in score.items():
            ranks[key].append(1 + sum(v > value for v in score.values()))
    for s in judged:
        assert s.holds_over_next == (pytest.approx(np.mean(below[s.key])) if below[s.key] else None)
        assert (s.rank_low, s.rank_high) == tuple(np.percentile(ranks[s.key], (5, 95), method="nearest"))
    assert subjects(store, bonus=[], bonus_cap=0) == bare


def test_the_built_in_scheme_is_an_example_and_says_so(store: Store) -> None:
    made = assess(store, schemes()[NOTICE], Records(store.home), as_of=DAY).data
    assert (made.checked, made.of, made.months) == (False, "region", "2025-06—2026-05")
    assert ("未经核定" in made.source, "nobody approved" in made.source_en) == (True, True)
    assert sum(i.weight for i in schemes()[NOTICE].indicators) == 100


def test_what_a_scheme_asks_and_the_graph_does_not_record_is_named_and_unknown(store: Store) -> None:
    bare = {s.key: s for s in subjects(store)}
    lacking = [{"name": {"zh": "专职人员"}, "weight": 4}]
    for one in subjects(store, unrecorded=lacking):
        assert (one.score, one.rank) == (bare[one.key].score, bare[one.key].rank)
        assert one.known_weight == pytest.approx(bare[one.key].known_weight / 2)
        last = one.parts[-1]
        assert (last.indicator, last.name_zh, last.weight, last.points) == ("unrecorded", "专职人员", 0.5, None)
        assert sum(p.weight for p in one.parts) == pytest.approx(1)


@pytest.mark.parametrize("scheme", schemes().values(), ids=lambda s: s.id)
def test_no_scheme_that_comes_with_the_product_passes_for_approved(store: Store, scheme: Scheme) -> None:
    made = assess(store, scheme, Records(store.home), as_of=DAY).data
    assert (made.scheme, made.checked, bool(made.source)) == (scheme.id, False, True)
    assert made.verification in {"seen_on_mirror", "seen_on_official_or_press_page"}


def test_an_appeal_is_a_case_until_it_is_closed_with_evidence(store: Store) -> None:
    made = subjects(store)
    case = open_appeal(store.home, made, "自贡", "growth", "上年同月数有误", DAY)
    assert case.finding.text_zh == "对指标“服务次数同比”得分 0.00 的申诉：上年同月数有误"
    assert open_appeals(store.home) == {"510300": (case.case,)}
    with pytest.raises(BadParameter, match="growth"):
        open_appeal(store.home, made, "510300", "growth", "再次", DAY)
    with pytest.raises(BadParameter, match="no_such"):
        open_appeal(store.home, made, "510300", "no_such", "甲", DAY)
    with pytest.raises(NotFound, match="599999"):
        open_appeal(store.home, made, "599999", "growth", "甲", DAY)
    close_case(store.home, case.case, "更正后的台账已载入", DAY)
    assert open_appeals(store.home) == {}


def test_nothing_known_is_nobody(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'e.lbug'}") as empty:
        assert subjects(empty) == []


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"indicators": []}, "indicators（至少 1 项）", "indicators (must have 1 items or more)"),
        ({"indicators": [SCHEME["indicators"][0]] * 2}, "—（同一指标写了两次）", "— (an indicator stands there twice)"),
        ({"grades": SCHEME["grades"][::-1]}, "—（等次须由高到低，各不相同）",
         "— (grades go from the highest down, each once)"),
        ({"indicators": [{"id": "growth", "weight": 1, "floor": 1, "full": 1}]},
         "indicators.0（floor 与 full 不能相等）", "indicators.0 (floor and full must differ)"),
        ({"indicators": [{"id": "growth", "weight": "重", "floor": 0, "full": 1}]},
         "indicators.0.weight = 重（应为数字）", "indicators.0.weight = 重 (must be a number)"),
        ({"bonus_cap": -1}, "bonus_cap = -1（应不小于 0）", "bonus_cap = -1 (must be 0 or more)"),
        ({"bonus_cap": 0}, "—（有加分而没有加分上限 bonus_cap（缺省为 0，加分都不算））",
         "— (bonus asks for bonus_cap above 0, or it never counts)"),
        ({"indicators": [{"id": "growth", "weight": 0, "floor": 0, "full": 1}]},
         "indicators.0.weight = 0（应大于 0）", "indicators.0.weight = 0 (must be greater than 0)"),
        ({"indicators": [{"id": "growth", "weight": -2, "floor": 0, "full": 1}]},
         "indicators.0.weight = -2（应大于 0）", "indicators.0.weight = -2 (must be greater than 0)"),
        ({"indicators": [{"id": "growth", "weight": 1e308, "floor": 0, "full": 1}]},
         "indicators.0.weight = 1e+308（应不大于 1000000）",
         "indicators.0.weight = 1e+308 (must be 1000000 or less)"),
        ({"indicators": [{"id": "growth", "weight": 1}]}, "indicators.0.floor（必填）",
         "indicators.0.floor (required)"),
        ({"indicators": [{"id": "luck", "weight": 1, "floor": 0, "full": 1}]},
         f"indicators.0.id = luck（应为 {ZH} 之一）", f"indicators.0.id = luck (must be one of {EN})"),
        ({"grades": [{"grade": "乙", "at_least": 60}, {"grade": "甲", "at_least": 80}]},
         "—（等次须由高到低，各不相同）", "— (grades go from the highest down, each once)"),
        ({"more": 1}, "more = 1（没有这个参数）", "more = 1 (there is no such parameter)"),
        ({"grades": [{"grade": "甲", "at_least": None}]}, "grades.0.at_least（应为数字）",
         "grades.0.at_least (must be a number)"),
    ],
)  # fmt: skip
def test_what_is_no_scheme_is_refused_in_both_languages(
    tmp_path: Path, changes: dict[str, Any], zh: str, en: str
) -> None:
    file = tmp_path / "assessment.yml"
    file.write_text(yaml.safe_dump({**SCHEME, **changes}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadParameter) as caught:
        read_scheme(file)
    said = [caught.value.say("zh"), caught.value.say("en")]
    assert said == [f"参数 {file} 不正确：{zh}", f"Bad parameter {file}: {en}"]


def test_a_score_below_every_grade_has_none(store: Store) -> None:
    made = subjects(store, grades=[{"grade": "甲", "at_least": 80}])
    assert [s.grade for s in made] == ["甲", "甲", None, None]
