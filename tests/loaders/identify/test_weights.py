"""What hangs on a decision, in numbers and words; and the order and groups in which pairs are asked about."""

from typing import Any

import pytest

from graph.language import Text
from loaders.identify.doubts import Doubt, described, firms_around
from loaders.identify.groups import Group, grouped
from loaders.identify.known import namesake, namesakes
from loaders.identify.matching.judging import named as legal
from loaders.identify.matching.reasons import REASONS, TELLING, WHERE, differing_part, evidence, where
from loaders.identify.resolver import Entity
from loaders.identify.stakes import Stake, _by_prefecture

TELL, OTHER = sorted(TELLING)[0], next(r for r in REASONS if r not in TELLING)
LIE = next(iter(WHERE))


def entity(key: str, region: str = "510703", code: str = "") -> Entity:
    return Entity(key=key, name=f"名{key}", region=region, code=code)


def doubt(a: str, b: str, differing: tuple[str, str] = ("", ""), reason: str = TELL, **more: Any) -> Doubt:
    score = more.pop("score", 0.9)
    return Doubt("Organization", entity(a), entity(b), score, reason, LIE, differing, Text("", ""), "l",
                 **more)  # fmt: skip


@pytest.mark.parametrize(
    ("stake", "weight", "zh", "en"),
    [
        (Stake(), 0, "名下没有资源和服务", "no resources, no services"),
        (Stake(resources=1200), 1200, "1,200 项资源", "1,200 resources"),
        (Stake(capacity=1234.6), 1234.6, "年服务能力 1,235 次", "a capacity of 1,235 a year"),
        (Stake(services=3), 3, "近一年服务 3 次", "3 services in the last year"),
        (Stake(1, 10.0, 100, 1000), 1111, "1 项资源，年服务能力 10 次，近一年服务 100 次，运营窗口和载体 1,000 个",
         "1 resources, a capacity of 10 a year, 100 services in the last year, 1,000 windows and carriers"),
    ],
)  # fmt: skip
def test_a_stake_weighs_all_that_it_names(stake: Stake, weight: float, zh: str, en: str) -> None:
    assert (stake.weight, stake.sentence) == (weight, Text(zh, en))


def test_firms_are_summed_by_prefecture_each_once() -> None:
    rows: list[dict[str, object]] = [
        {"region": "510703", "firms": 2.0}, {"region": "510700", "firms": 3.0}, {"region": "510104", "firms": None},
    ]  # fmt: skip
    firms = _by_prefecture(rows)
    assert firms == {"510700": 5.0, "510100": 0.0}
    assert firms_around(firms, "510703", "510704", "", "511500") == 5.0


def test_what_would_move_comes_first() -> None:
    a, b, c = Stake(capacity=10.0), Stake(capacity=4.0), Stake(capacity=1.0)
    some = {
        "least": doubt("a", "b", stakes=(c, c)),
        "both": doubt("a", "b", stakes=(b, b)),
        "more": doubt("a", "b", stakes=(b, a)),
        "firms": doubt("a", "b", stakes=(b, b), firms=7.0),
        "surer": doubt("a", "b", stakes=(b, b), score=0.95),
        "key": doubt("a", "a", stakes=(b, b)),
    }
    assert sorted(some, key=lambda name: some[name].rank) == ["more", "firms", "surer", "key", "both", "least"]
    assert some["more"].pair == ("a", "b")


def test_pairs_that_differ_in_the_same_are_asked_about_together() -> None:
    one, two = doubt("a", "b", ("东", "西")), doubt("c", "d", ("西", "东"))
    alone, plain = doubt("e", "f", ("南", "北")), doubt("g", "h", ("东", "西"), OTHER)
    assert grouped([alone, one, plain, two]) == [
        Group(TELL, LIE, ("", ""), (alone,)),
        Group(TELL, LIE, ("东", "西"), (one, two)),
        Group(OTHER, LIE, ("", ""), (plain,)),
    ]


def test_a_group_is_called_by_what_its_pairs_have_in_common() -> None:
    why, lie = REASONS[TELL], WHERE[LIE]
    assert Group(TELL, LIE, ("", ""), ()).title == Text(f"{why.zh}，{lie.zh}", f"{why.en}, {lie.en}")
    assert Group(TELL, LIE, ("", "县"), ()).title == Text(
        f"{why.zh}，{lie.zh}：「—」与「县」", f"{why.en}, {lie.en}: “—” and “县”"
    )


def test_an_entity_is_described_by_name_place_and_code() -> None:
    assert described(entity("a", "510703", "9151")) == "名a，绵阳市涪城区，9151"
    assert described(entity("a", "")) == "名a"


@pytest.mark.parametrize(
    ("one", "other", "lie", "zh", "en"),
    [
        ("510703", "510703", "here", "都在绵阳市涪城区", "both in 绵阳市涪城区"),
        ("510700", "510700", "near", "都在绵阳市", "both in 绵阳市"),
        ("510700", "510703", "near", "都在绵阳市", "both in 绵阳市"),
        ("510703", "510704", "counties", "都在绵阳市，区县不同（涪城区、游仙区）",
         "both in 绵阳市, in different counties (涪城区、游仙区)"),
        ("510703", "510104", "far", "市州不同（绵阳市、成都市）", "in different prefectures (绵阳市、成都市)"),
        ("", "510703", "unknown", *WHERE["unknown"]), ("510703", "", "unknown", *WHERE["unknown"]),
    ],
)  # fmt: skip
def test_how_two_places_lie_to_each_other(one: str, other: str, lie: str, zh: str, en: str) -> None:
    assert where(one, other) == lie
    said = evidence(legal("甲", one, ""), legal("乙", other, ""), "same_name")
    assert said.zh == f"两个名称只是写法不同，{zh}；两家都没有信用代码。"
    assert said.en == f"two spellings of one name, {en}; neither has a credit code.".capitalize()


@pytest.mark.parametrize(
    ("one", "other", "zh"),
    [("91", "91", "信用代码一致"), ("91", "92", "信用代码不同，其中至少一个有误"),
     ("91", "", "只有一家有信用代码，可向另一家核对"), ("", "91", "只有一家有信用代码，可向另一家核对")],
)  # fmt: skip
def test_what_two_codes_say(one: str, other: str, zh: str) -> None:
    said = evidence(legal("甲", "510700", one), legal("乙", "510700", other), "slip")
    assert said.zh == f"名称只差一两个字，像是笔误，都在绵阳市；{zh}。"


def test_where_two_names_differ() -> None:
    assert differing_part("绵阳检测中心", "绵阳计量中心") == (2, "检测", "计量")
    assert differing_part("甲甲", "甲甲甲") == (2, "", "甲")
    assert differing_part("甲乙", "甲乙") == (2, "", "")
    assert differing_part("", "甲") == (0, "", "甲")


def test_a_name_makes_one_key_in_a_prefecture() -> None:
    one, county, other, firm = namesakes("Organization", ["甲（中心）", "甲(中心)", "甲中心甲", "甲(中心)"],
                                         ["510700", "510703", "510700", "510104"])  # fmt: skip
    assert one == county == namesake("Organization", "甲（中心）", "510704")
    assert len({one, other, firm, namesake("Enterprise", "甲（中心）", "510700")}) == 4
