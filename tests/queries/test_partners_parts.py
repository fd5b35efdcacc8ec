"""What a partner's parts are made of, and the sentence that tells them: by hand, to the last number and word."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from queries.partners.candidates import PARTS, PartnerSet, Requester, SetMember, SetOther
from queries.partners.setting import _behind, _openness, _quality, _ties, relatedness
from queries.partners.wording import explained, said_of_set

WHO = Requester(key="510700", name="绵阳市", kind="region", region="510700", unmet=5000.0, unknown=False)
ROW: dict[str, Any] = {
    "rank": 3, "pinned": False, "spare_capacity": 1234.4, "would_meet": 999.6, "distance_km": 110.4,
    "partnerships": 0, "service_types": ["SC01", "SC02"],
    "standings": dict(zip(PARTS, (0.4, 0.9, 0.9, 0.1, 0.0, None), strict=True)),
    "weights": dict(zip(PARTS, (0.4, 0.3, 0.2, 0.1, 0.0, 0.0), strict=True)),
}  # fmt: skip


def said(who: Requester = WHO, candidates: int = 1000, **more: Any) -> tuple[str, str]:
    found = explained({**ROW, **more}, who, candidates)
    assert list(found) == ["explanation", "explanation_en"]
    return found["explanation"], found["explanation_en"]


def test_a_sentence_tells_spare_gap_way_and_both_ends_of_the_parts() -> None:
    assert said() == (
        "第 3 名：信息咨询、创业辅导余量 1,234 次/年，可补绵阳市缺口 1,000 次，相距约 110 公里；"
        "胜在可及性（高于 90% 的候选）；弱在质量（仅高于 10%）。",
        "Rank 3: 1,234 services a year of Information consulting, Start-up mentoring to spare would meet 1,000 that "
        "Mianyang lacks, about 110 km away; ahead in reach (of 90% of the candidates); "
        "behind in quality (ahead of 10% only).",
    )


def test_a_little_to_spare_is_not_none() -> None:
    zh, en = said(spare_capacity=0.448, would_meet=0.31)
    assert zh.startswith("第 3 名：信息咨询、创业辅导余量 0.4 次/年，可补绵阳市缺口 0.3 次，")
    assert "0.4 services a year of Information consulting, Start-up mentoring to spare would meet 0.3 that" in en


def test_what_is_unknown_or_without_weight_is_not_told() -> None:
    unknown = WHO.model_copy(update={"unknown": True})
    only, third = dict.fromkeys(PARTS, 0.0) | {"reach": 1.0}, dict.fromkeys(PARTS, 0.9) | {"reach": 1 / 3}
    zh, en = said(
        unknown, weights=only, standings=third, pinned=True, distance_km=None, service_types=["SC01", "SC02", "SC03"]
    )
    assert zh == "第 3 名（指定）：信息咨询、创业辅导等 3 类余量 1,234 次/年（绵阳市的需求不明）。"
    assert en == (
        "Rank 3 (pinned): 1,234 services a year of Information consulting, Start-up mentoring and 1 more to spare "
        "(demand of Mianyang is not known)."
    )


@pytest.mark.parametrize(
    ("ties", "zh", "en"),
    [(1, "，已有 1 项合作。", ", 1 partnership already."), (2, "，已有 2 项合作。", ", 2 partnerships already.")],
)
def test_partnerships_are_told_where_there_are_some(ties: int, zh: str, en: str) -> None:
    only, third = dict.fromkeys(PARTS, 0.0) | {"reach": 1.0}, dict.fromkeys(PARTS, 0.0) | {"reach": 1 - 1 / 3}
    one, other = said(partnerships=ties, weights=only, standings=third, distance_km=0.0, service_types=["SC03"])
    assert one == f"第 3 名：技术支持余量 1,234 次/年，可补绵阳市缺口 1,000 次，相距约 0 公里{zh}"
    assert other == (
        "Rank 3: 1,234 services a year of Technical support to spare would meet 1,000 that Mianyang lacks, "
        f"about 0 km away{en}"
    )


def test_nobody_is_ahead_of_all_the_candidates() -> None:
    zh, en = said(standings={**ROW["standings"], "reach": 0.996}, distance_km=None)
    assert "胜在可及性（高于 99% 的候选）" in zh
    assert "ahead in reach (of 99% of the candidates)" in en
    ends = {**dict.fromkeys(PARTS, 0.5), "reach": 1.0, "quality": 0.2}
    assert "胜在可及性（高于 83% 的候选）；弱在质量（仅高于 17%）" in said(candidates=6, standings=ends)[0]


MEMBER = SetMember(key="o", name="甲", region=None, region_name=None, score=0.5, would_meet=9.0, fills=9.0,
                   distance_km=None, pinned=False, data_class=[])  # fmt: skip
SET = PartnerSet(
    requester=WHO, service_types=["SC01", "SC02", "SC03"], share=0.8, wanted=4000.0, possible=4500.0, filled=4100.4,
    members=[MEMBER, MEMBER], least=2, proven=True, others=[], only=False,
)  # fmt: skip
FILLS = (
    "绵阳市信息咨询、创业辅导等 3 类缺 5,000 次/年，2 家合力可补 4,100 次（82%）。",
    "Mianyang lacks 5,000 services a year of Information consulting, Start-up mentoring and 1 more; "
    "2 together fill 4,100 (82%).",
)
OTHERS = [
    SetOther(without=["甲", "乙"], instead=["丙", "丁"], keys=[]),
    SetOther(without=["甲"], instead=["戊"], keys=[]),
]
SETS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "proven": ({}, [FILLS[0], "已证明：再少一家就补不到。"], [FILLS[1], "Proven: one fewer would not do."]),
    "a few of a few": (
        {"filled": 0.44, "requester": SET.requester.model_copy(update={"unmet": 6.0}), "service_types": []},
        ["绵阳市缺 6.0 次/年，2 家合力可补 0.4 次（7.3%）。", "已证明：再少一家就补不到。"],
        ["Mianyang lacks 6.0 services a year; 2 together fill 0.4 (7.3%).", "Proven: one fewer would not do."],
    ),
    "the only one": (
        {"only": True, "service_types": []},
        ["绵阳市缺 5,000 次/年，2 家合力可补 4,100 次（82%）。", "已证明：再少一家就补不到。",
         "没有其他同样少的组合。"],
        ["Mianyang lacks 5,000 services a year; 2 together fill 4,100 (82%).", "Proven: one fewer would not do.",
         "No other set is as small."],
    ),
    "one of three, too little, not proven": (
        {"only": True, "others": OTHERS, "proven": False, "least": 1, "possible": 3999.0},
        ["全部候选合力最多补 79.98%，达不到所求的 80.00%。" + FILLS[0],
         "时限内未证明最少：至少要 1 家（--time-limit 可加大）。",
         "同样少的组合：以丙、丁代替甲、乙。", "同样少的组合：以戊代替甲。", "此外没有同样少的组合。"],
        ["All candidates together fill 79.98% at most, not the 80.00% asked for. " + FILLS[1],
         "Not proven smallest in time: 1 are needed at least (raise --time-limit).",
         "As few: 丙, 丁 instead of 甲, 乙.", "As few: 戊 instead of 甲.", "No more are as small."],
    ),
    "too little by less than is worth digits": (
        {"possible": 4000.0 * (1 - 1e-8)},
        ["全部候选合力最多补 <80%，达不到所求的 80%。" + FILLS[0], "已证明：再少一家就补不到。"],
        ["All candidates together fill <80% at most, not the 80% asked for. " + FILLS[1],
         "Proven: one fewer would not do."],
    ),
    "nearly nothing": (
        {"possible": 18.0},
        ["全部候选合力最多补 0.4%，达不到所求的 80.0%。" + FILLS[0], "已证明：再少一家就补不到。"],
        ["All candidates together fill 0.4% at most, not the 80.0% asked for. " + FILLS[1],
         "Proven: one fewer would not do."],
    ),
    "too little by far": (
        {"possible": 1000.0},
        ["全部候选合力最多补 20%，达不到所求的 80%。" + FILLS[0], "已证明：再少一家就补不到。"],
        ["All candidates together fill 20% at most, not the 80% asked for. " + FILLS[1],
         "Proven: one fewer would not do."],
    ),
    "just as much as is wanted": (
        {"possible": 4000.0 * (1 - 1e-10)}, [FILLS[0], "已证明：再少一家就补不到。"],
        [FILLS[1], "Proven: one fewer would not do."],
    ),
    "nobody": (
        {"members": [], "only": True}, ["绵阳市：没有候选能补上所问的缺口。"],
        ["Mianyang: no candidate fills any of the gap."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SETS)
def test_a_set_of_partners_is_told_in_sentences(case: str) -> None:
    more, zh, en = SETS[case]
    found = SET.model_copy(update=more)
    assert (said_of_set(found, "zh"), said_of_set(found, "en")) == (zh, en)


def test_quality_is_the_mean_of_what_is_known() -> None:
    offers = pd.DataFrame({"carrier": ["k", "k", "l", None, "m"], "rating": [4.0, None, 5.5, None, 0.0]})
    rated = pd.DataFrame({"carrier": ["k", "l"], "rated": [8, 0], "satisfied": [6, 0]})
    found = _quality(offers, np.array([4.0, 2.0, np.nan, np.nan, 1.0]), rated)
    expected = [(1.0 + 0.8 + 0.75) / 3, (0.5 + 0.75) / 2, 1.0, np.nan, (0.25 + 0.0) / 2]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_openness_is_more_where_the_terms_are_stated() -> None:
    offers = pd.DataFrame(
        {
            "shareable": [True, True, True, False, False, None, None],
            "terms": ["合同", "", None, "合同", None, "合同", None],
        }
    )
    np.testing.assert_array_equal(_openness(offers), [1.0, 0.5, 0.5, 0.0, 0.0, np.nan, np.nan])


def test_a_tie_holds_on_its_days_in_both_directions_and_never_with_oneself() -> None:
    rows = [
        ("b", "a", date(2026, 6, 30), None),
        ("a", "b", None, date(2026, 6, 30)),
        ("a", "c", None, date(2026, 6, 29)),
        ("a", "d", date(2026, 7, 1), None),
        ("e", "e", None, None),
        ("f", "b", None, None),
    ]
    found = pd.DataFrame(rows, columns=["one", "other", "since", "until"])
    ties, nodes = _ties(found, date(2026, 6, 30))
    assert list(nodes) == ["a", "b", "f"]
    np.testing.assert_array_equal(ties.toarray(), [[0, 2, 0], [2, 0, 1], [0, 1, 0]])


def test_chains_are_related_by_where_they_are_strong_and_by_what_feeds_what() -> None:
    """Regions by chains: a and b are strong together in two of three, c nowhere but in the last; d has no demand."""
    demand = np.array([[4.0, 4, 0, 0], [4, 4, 0, 0], [4, 0, 4, 0], [np.nan, np.nan, np.nan, np.nan]])
    feeds = pd.DataFrame({"one": ["c", "a"], "other": ["d", "b"]})
    # RCA: of a 4 are expected everywhere, of b 8/3, of c 4/3; of d nothing, so that it is strong nowhere.
    expected = [[1, 2 / 3, 1 / 3, 0], [2 / 3, 1, 0, 0], [1 / 3, 0, 1, 0.5], [0, 0, 0.5, 1]]
    for unit in (1.0, 1 / 64):  # however little is demanded in all
        np.testing.assert_allclose(relatedness(demand * unit, ["a", "b", "c", "d"], feeds), expected, rtol=1e-15)
    np.testing.assert_array_equal(relatedness(np.zeros((2, 2)), ["a", "b"], feeds.iloc[:0]), np.eye(2))


def test_facts_and_partnerships_are_counted_together() -> None:
    partnerships = pd.DataFrame({"data_class": ["official", "official", "synthetic"]})
    assert _behind({"official": 5, "synthetic": 0, "public": 7}, partnerships) == {
        "official": 7, "synthetic": 1, "public": 7,
    }  # fmt: skip
