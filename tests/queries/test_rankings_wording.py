"""What would fill a gap, and the first of the gaps, word by word."""

from typing import Any

import pytest

from graph.language import Text
from queries.rankings.three import concentration, has_filter, nothing_ranked
from queries.rankings.wording import first_said, remedy_text

BEST: dict[str, Any] = {
    "kind": "build", "name_zh": "甲", "name_en": "A", "cost": 120.0, "assumptions": ["cost"], "harm": 0.0, "share": 0.1,
    "relief": 100.4, "net": 99.0,
}  # fmt: skip
GAP: dict[str, Any] = {
    "region_name": "绵阳市", "industry_name": None, "service_type": "SC01", "demand": 1000.0, "empty_demand": 250.0,
    "unmet": 400.0, "severity": 400.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({}, "甲：补 100 次/年（10%），约 120 万元（假设：费用）",
         "A: 100 a year (10%), 1.2 million yuan (assumed: cost)"),
        ({"assumptions": []}, "甲：补 100 次/年（10%），约 120 万元", "A: 100 a year (10%), 1.2 million yuan"),
        ({"harm": 1.0, "cost": None}, "甲：补 100 次/年（10%），扣除别处多缺 1 次，全省净补 99 次（假设：费用）",
         "A: 100 a year (10%), 99 net in the whole province after 1 more unmet elsewhere (assumed: cost)"),
        ({"harm": 0.9, "cost": None}, "甲：补 100 次/年（10%）（假设：费用）", "A: 100 a year (10%) (assumed: cost)"),
        ({"net": 749.4}, "甲：补 100 次/年（10%），全省共补 749 次，约 120 万元（假设：费用）",
         "A: 100 a year (10%), 749 in the whole province, 1.2 million yuan (assumed: cost)"),
        ({"kind": "partner", "relief": 10.0, "net": None}, "外地机构 甲：补 10 次/年（10%），约 120 万元（假设：费用）",
         "Partner A: 10 a year (10%), 1.2 million yuan (assumed: cost)"),
        ({"share": 0.099, "relief": 9.94, "net": 10.9, "harm": None},
         "甲：补 9.9 次/年（9.9%），约 120 万元（假设：费用）",
         "A: 9.9 a year (9.9%), 1.2 million yuan (assumed: cost)"),
        ({"share": 0.996, "assumptions": []}, "甲：补 100 次/年（99%），约 120 万元",
         "A: 100 a year (99%), 1.2 million yuan"),
    ],
)  # fmt: skip
def test_a_remedy_in_a_phrase(changed: dict[str, Any], zh: str, en: str) -> None:
    remedies = [{**BEST, **changed}, {**BEST, "name_zh": "乙"}]
    assert (remedy_text(remedies, "zh"), remedy_text(remedies, "en")) == (zh, en)
    assert remedy_text([], "zh") == remedy_text([], "en") == "–"


@pytest.mark.parametrize(
    ("sort", "zh", "en"),
    [
        ("empty", "最空白的是绵阳市·信息咨询：需求 1,000 次/年，其中 250 次无人可及。",
         "Emptiest: Mianyang, Information consulting; of 1,000 services a year nothing reaches 250."),
        ("depth", "满足得最少的是绵阳市·信息咨询：需求 1,000 次/年，满足 60.0%，缺 400 次。",
         "Met least: Mianyang, Information consulting; of 1,000 services a year 60.0% are met, 400 are not."),
        ("size", "缺得最多的是绵阳市·信息咨询：需求 1,000 次/年，满足 60.0%，缺 400 次。",
         "Largest: Mianyang, Information consulting; of 1,000 services a year 60.0% are met, 400 are not."),
        ("severity", "排在最前的是绵阳市·信息咨询：需求 1,000 次/年，满足 60.0%，缺 400 次。",
         "First: Mianyang, Information consulting; of 1,000 services a year 60.0% are met, 400 are not."),
    ],
)  # fmt: skip
def test_the_first_gap_in_a_sentence(sort: str, zh: str, en: str) -> None:
    assert (first_said([GAP], sort, "zh"), first_said([GAP], sort, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("sort", "equal"), [("empty", {"unmet": 1.0}), ("depth", {"demand": 500.0, "unmet": 200.0}),
                        ("size", {"demand": 500.0}), ("severity", {"unmet": 1.0})]
)  # fmt: skip
def test_the_first_of_several_equal_gaps_is_one_of_them(sort: str, equal: dict[str, float]) -> None:
    others = [GAP | equal, GAP | dict.fromkeys(("unmet", "severity", "empty_demand"), 100.0)]
    told = [first_said([GAP, *others], sort, lang) for lang in ("zh", "en")]
    assert told == [
        first_said([GAP], sort, "zh").replace("·信息咨询", "·信息咨询（所列 2 处并列）"),
        first_said([GAP], sort, "en").replace("consulting", "consulting (one of 2 equals among those listed)"),
    ]


@pytest.mark.parametrize(
    ("unmet", "met"), [("999", "0.1%"), ("0.2", "99.9%")], ids=["little is not none", "nearly all is not all"]
)
def test_a_gap_is_met_neither_by_nothing_nor_by_all(unmet: str, met: str) -> None:
    gap = {**GAP, "demand": 1000.0, "unmet": float(unmet)}
    said = f"缺得最多的是绵阳市·信息咨询：需求 1,000 次/年，满足 {met}，缺 {unmet} 次。"
    assert first_said([gap], "size", "zh") == said


def test_where_nothing_is_asked_for_nothing_is_met() -> None:
    none = {**GAP, "demand": 0.0, "unmet": 0.0, "industry_name": "建材", "service_type": None}
    assert first_said([none], "size", "zh") == "缺得最多的是绵阳市·建材：需求 0 次/年，满足 0.0%，缺 0 次。"


@pytest.mark.parametrize(
    ("sort", "filtered", "zh", "en"),
    [
        ("size", False, "所列 3 个占全部未满足需求的 12.3%。", "These 3 are 12.3% of all unmet demand."),
        ("depth", True, "所列 3 个占所问范围未满足需求的 12.3%。",
         "These 3 are 12.3% of unmet demand in what was asked about."),
        ("empty", True, "所列 3 个占所问范围无人可及的需求的 12.3%。",
         "These 3 are 12.3% of demand that nothing reaches in what was asked about."),
    ],
)  # fmt: skip
def test_of_what_the_first_gaps_are_a_share(sort: str, filtered: bool, zh: str, en: str) -> None:
    said = concentration(3, 0.1234, sort, filtered=filtered)
    assert (said.zh, said.en) == (zh, en)


def test_what_a_list_leaves_out_of_a_prefecture_is_said() -> None:
    assert concentration(3, 0.1234, "size", per_place=2) == (
        "所列 3 个占全部未满足需求的 12.3%。同一市（州）至多列 2 个。",
        "These 3 are 12.3% of all unmet demand. At most 2 of a prefecture are listed.",
    )
    assert concentration(1, 1.0, "size").en == "This one is 100.0% of all unmet demand."


def test_where_nothing_is_ranked_it_is_said_why() -> None:
    none = Text("已知的需求中没有这样的缺口。", "There is no such gap in what demand is known.")
    assert [nothing_ranked("size", 100.0), nothing_ranked("depth", 0.0)] == [none, none]
    assert nothing_ranked("depth", 1234.5) == (
        "需求不少于 1,234.5 次/年的没有缺口；更少的不按深度排（--floor，接口 floor）。",
        "No gap where 1,234.5 services a year or more are asked for; less is not ranked by depth (--floor; API: "
        "floor).",
    )


@pytest.mark.parametrize(
    ("asked", "part"),
    [({}, False), ({"region": "510000"}, False), ({"region": None, "sort": "size"}, False),
     ({"region": "513200"}, True), ({"industry": "IC01"}, True),
     ({"service_type": "SC03"}, True), ({"state": "empty"}, True)],
)  # fmt: skip
def test_a_question_with_a_filter_is_about_a_part(asked: dict[str, Any], part: bool) -> None:
    assert has_filter(asked) is part
