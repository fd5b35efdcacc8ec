"""Spellings of one organisation are found; namesakes that are different stay apart."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._branches import branches, local_bodies
from benchmarks._organizations import labelled
from graph.identity import prefecture_of, uscc_check_digit
from graph.places.gazetteer import region
from loaders.identify.matching import candidates, plain_name
from loaders.identify.matching.judging import _rest, _shortened, _trade

ONE, OTHER = ("91510700" + digits + uscc_check_digit("91510700" + digits) for digits in ("MA62345X1", "MA62345X2"))

SAME = [
    ["四川省成都市鑫源科技有限公司", "成都市鑫源科技有限公司", "成都鑫源科技有限公司", "四川成都鑫源科技有限责任公司"],
    [
        "成都鑫源（集团）有限公司",
        "成都鑫源(集团)有限公司",
        "成都鑫源【集团】有限责任公司",
        " 成都 鑫源〔集团〕有限公司",
    ],
    ["绵阳华兴检测技术有限公司", "綿陽華興檢測技術有限公司", "绵阳·华兴检测技术有限公司", "绵阳华兴—检测技术有限公司"],
    ["四川Ａ１科技有限公司", "四川省a1科技有限公司"],
    ["四川省江油市商会联合会", "江油市商会联合会"],
    ["凉山彝族自治州生产力促进中心", "四川省凉山州生产力促进中心"],
    ["乐山市市中区服务中心", "四川省乐山市市中区服务中心"],
]
DIFFERENT = [
    ["成都第一建筑公司", "成都第二建筑公司", "成都建筑公司"],
    ["成都城东小学", "成都城西小学"],
    ["鑫源科技有限公司", "鑫源科技有限公司分公司", "鑫源科技有限公司一分公司", "鑫源科技股份有限公司"],
    ["绵阳竹纤维研究院", "绵阳竹纤维研究所"],
    ["四川鑫源实业有限公司", "四川鑫源实业发展有限公司"],
    ["四川鑫源科技有限公司", "成都鑫源科技有限公司", "鑫源科技有限公司"],
    ["乾元科技有限公司", "干元科技有限公司"],
    ["园区1-2号", "园区12号"],
]
UNTOUCHED = [
    "成都市场监管协会",
    "成都市政工程公司",
    "四川省级机关服务中心",
    "乐山市中区服务中心",
    "成都市",
    "四川",
    "四川省",
]


@pytest.mark.parametrize("names", SAME)
def test_spellings_of_one_legal_name_have_one_form(names: list[str]) -> None:
    assert len({plain_name(name) for name in names}) == 1


@pytest.mark.parametrize("names", DIFFERENT)
def test_different_names_keep_different_forms(names: list[str]) -> None:
    assert len({plain_name(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", UNTOUCHED)
def test_words_that_only_look_like_a_place_survive(name: str) -> None:
    assert plain_name(name) == name


@pytest.mark.parametrize(
    ("name", "plain"),
    [("四川涪城区服务中心", "涪城区服务中心"), ("四川成都服务中心", "成都服务中心"),
     ("四川东区服务中心", "四川东区服务中心"), ("四川市中区服务中心", "四川市中区服务中心")],
)  # fmt: skip
def test_the_province_goes_before_a_place_that_says_where_it_is(name: str, plain: str) -> None:
    assert plain_name(name) == plain


PIECES = [
    "四川省",
    "四川",
    "成都市",
    "成都",
    "市",
    "省",
    "阿坝州",
    "责任",
    "有限",
    "公司",
    "市中区",
    "江油市",
    "(",
    "-",
    "1",
    "市政务",
    "產",
]


@given(st.lists(st.text(max_size=3) | st.sampled_from(PIECES), max_size=8).map("".join))
def test_the_form_of_a_form_is_itself(name: str) -> None:
    assert plain_name(plain_name(name)) == plain_name(name)


def listed(*entities: tuple[str, str, str]) -> pd.DataFrame:
    rows = [(f"k{n}", *entity) for n, entity in enumerate(entities)]
    table = pd.DataFrame(rows, columns=["key", "name", "region", "code"])
    return candidates(table, set(table["key"]))


PERHAPS = [
    (("四川绵阳科技城技术转移中心", "510700"), ("绵阳技转中心", "510700"), "short", 0.75),
    (("四川绵阳科技城技术转移中心", "510700"), ("科技城技术转移中心", "510703"), "place", 0.93),
    (("绵阳鑫源科技有限公司", "510703"), ("鑫源科技", "510704"), "form", 0.88),
    (("绵阳鑫源科技有限公司", "510703"), ("绵阳鑫源科技股份有限公司", "510703"), "form", 0.88),
    (("绵阳鑫源科技有限公司", "510703"), ("绵阳源鑫科技有限公司", "510703"), "swapped", 0.85),
    (("绵阳华瑞鑫检测有限公司", "510703"), ("绵阳华端鑫检测有限公司", "510703"), "slip", 0.901),
    (("绵阳鑫源科技有限公司", "510703"), ("绵阳鑫源科技有限公司", ""), "same_name", 0.95),
    (("中国工商银行股份有限公司绵阳涪城支行", "510703"), ("中国工商银行绵阳涪城支行", "510703"), "place", 0.93),
    (("中国农业银行股份有限公司三台潼川支行", "510722"), ("农业银行三台潼川支行", "510722"), "short", 0.75),
    (("绵阳鑫源科技有限公司涪城分公司", "510703"), ("绵阳鑫源科技涪城分公司", "510703"), "place", 0.93),
    (("三台县潼川镇卫生院", "510722"), ("三台县潼川卫生院", "510722"), "short", 0.75),
    (("三台县芦溪镇中心卫生院", "510722"), ("三台县芦溪卫生院", "510722"), "short", 0.75),
    (("三台县芦溪镇退役军人服务站", "510722"), ("芦溪镇退役军人服务站", "510722"), "place", 0.93),
    (("绵阳乡镇企业协会", "510700"), ("绵阳市乡镇企业家协会", "510700"), "short", 0.75),
    (("四川交通职业技术学院", "510100"), ("交通职业技术学院", "510100"), "place", 0.85),
    (("成都理工大学", "510100"), ("成都工理大学", "510100"), "swapped", 0.85),
    (("四川轻化工大学", "510300"), ("四川轻化大学", "510300"), "slip", 0.85),
    (("西南交通大学", "510100"), ("西南交大", "510100"), "slip", 0.725),
    (("四川天一学院", "510100"), ("民办四川天一学院", "510100"), "rank", 0.85),
    (("绵阳鑫源科技有限公司", ""), ("鑫源科技有限公司", "510704"), "place", 0.93),
]
NAMESAKES = [
    (("绵阳市中小企业服务中心", "510700"), ("德阳市中小企业服务中心", "510600")),
    (("绵阳市涪城区中小企业服务中心", "510703"), ("绵阳市游仙区中小企业服务中心", "510704")),
    (("绵阳竹纤维研究院", "510700"), ("绵阳竹纤维研究所", "510700")),
    (("绵阳第一建筑公司", "510700"), ("绵阳第二建筑公司", "510700")),
    (("绵阳鑫源科技有限公司", "510700"), ("绵阳鑫源科技有限公司涪城分公司", "510700")),
    (("绵阳鑫源科技有限公司", "510700"), ("绵阳东鑫源科技有限公司", "510700")),
    (("绵阳鑫源科技有限公司", "510700"), ("绵阳恒达科技有限公司", "510700")),
    (("绵阳鑫源科技有限公司", "510700"), ("绵阳鑫源餐饮有限公司", "510700")),
    (("绵阳鑫源实业有限公司", "510700"), ("绵阳鑫源有限公司", "510700")),
    (("绵阳鑫源科技有限公司", "510700"), ("绵阳鑫原科技有限公司", "510700")),  # two characters leave no room for a slip
    (("绵阳鑫源检测有限公司", "510700"), ("绵阳金源检测有限公司", "510700")),
    (("中国工商银行股份有限公司绵阳涪城支行", "510703"), ("中国工商银行股份有限公司绵阳游仙支行", "510703")),
    (("中国工商银行股份有限公司绵阳涪城支行", "510703"), ("中国农业银行股份有限公司绵阳涪城支行", "510703")),
    (("中国工商银行股份有限公司绵阳涪城支行", "510703"), ("中国工商银行股份有限公司绵阳涪城分理处", "510703")),
    (("四川银行股份有限公司绵阳高新支行", "510703"), ("成都银行股份有限公司绵阳高新支行", "510703")),
    (("中国银行股份有限公司绵阳临园支行", "510703"), ("中国银行股份有限公司绵阳临圆支行", "510703")),
    (("绵阳鑫源科技有限公司涪城分公司", "510703"), ("绵阳鑫源科技有限公司游仙分公司", "510703")),
    (("三台县潼川镇卫生院", "510722"), ("三台县芦溪镇卫生院", "510722")),
    (("绵阳市公安局涪城区分局", "510703"), ("绵阳市公安局游仙区分局", "510703")),
    (("国药控股绵阳医药有限公司解放路门市部", "510703"), ("国药控股绵阳医药有限公司人民路门市部", "510703")),
    (("绵阳外国语学校安州分校", "510705"), ("绵阳外国语学校江油分校", "510705")),
    (("三台县芦溪镇退役军人服务站", "510722"), ("三台县乐安镇退役军人服务站", "510722")),
    (("三台县芦溪镇退役军人服务站", "510722"), ("三台县芦溪镇畜牧兽医站", "510722")),
    (("四川化工职业技术学院", "510500"), ("四川轻化工职业技术学院", "510500")),
    (("四川护理职业学院", "510100"), ("四川管理职业学院", "510100")),
    (("四川开放大学", "510100"), ("成都开放大学", "510100")),
    (("西南交通大学", "510100"), ("西南交通大学希望学院", "510100")),
    (("中国科学院成都分院", "510100"), ("中国科学院成都分院职工大学", "")),
    (("绵阳竹纤维研究院", "510700"), ("绵阳竹纤维研究院职工医院", "510700")),
    (("乐山市特种作物研究所", "511100"), ("乐山市特种作物研究所检测中心", "511100")),
    # a place in one name alone: the other would have to be there
    (("绵阳鑫源科技有限公司", ""), ("鑫源科技有限公司", "510603")),
    (("鑫源科技有限公司", "510603"), ("绵阳鑫源科技有限公司", "")),
]


@pytest.mark.parametrize(("one", "other", "reason", "score"), PERHAPS)
def test_what_may_be_one_is_listed(one: tuple[str, str], other: tuple[str, str], reason: str, score: float) -> None:
    found = listed((*one, ""), (*other, ONE))
    assert found[["a", "b", "reason"]].to_numpy().tolist() == [["k0", "k1", reason]]
    assert found["score"].tolist() == [pytest.approx(score, abs=5e-4)]


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("鑫源", "鑫源", 1.0), ("华瑞鑫", "华鑫瑞", 0.9), ("华瑞鑫", "华端鑫", 0.85), ("鑫源", "鑫原", 0.0),
        ("鑫源", "鑫源达", 0.8), ("达鑫源", "鑫源", 0.8), ("源", "鑫源", 0.0), ("一二三四", "一二三四五六", 0.8),
        ("一二三四五", "一二三六七", 0.85), ("一二三四", "一二五六", 0.0), ("一二三四五", "六七八四五", 0.0),
    ],
)  # fmt: skip
def test_how_alike_two_trade_names_are(one: str, other: str, likeness: float) -> None:
    assert (_trade(one, other), _trade(other, one)) == (likeness, likeness)


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("", "检测", 0.55), ("检测", "检测", 1.0), ("检测", "检测技术", 0.8), ("科技发展", "科技开发", 0.75),
        ("一二三四五", "一二三六七", 0.6), ("一二三四", "五六七八", 0.0),
    ],
)  # fmt: skip
def test_how_alike_is_what_two_do(one: str, other: str, likeness: float) -> None:
    assert (_rest(one, other), _rest(other, one)) == (pytest.approx(likeness), pytest.approx(likeness))


@pytest.mark.parametrize(
    ("one", "other", "shortened"),
    [
        ("技转中心", "技术转移中心", True), ("技心", "技术中心", False), ("一二三", "一四二五三", True),
        ("一二三", "一二三", False), ("一二三", "一二三四", False), ("一二三", "一四五六七八九二三", True),
        ("一二三", "一四五六七八九十二三", False), ("一三二", "一二三", False),
    ],
)  # fmt: skip
def test_what_is_a_short_form(one: str, other: str, shortened: bool) -> None:
    assert (_shortened(one, other), _shortened(other, one)) == (shortened, shortened)


@pytest.mark.parametrize(("one", "other"), NAMESAKES)
def test_namesakes_are_not_listed(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert listed((*one, ""), (*other, "")).empty


def test_two_valid_codes_are_two_organisations() -> None:
    assert listed(("绵阳鑫源科技有限公司", "510703", ONE), ("绵阳鑫源科技", "510703", OTHER)).empty


def test_a_wrong_code_proves_nothing() -> None:
    found = listed(("绵阳鑫源科技有限公司", "510703", ONE), ("绵阳鑫源科技", "510703", ONE[:-1] + "I"))
    assert found["reason"].tolist() == ["form"]


def test_every_pair_has_something_fresh() -> None:
    names = ["绵阳鑫源科技有限公司", "绵阳鑫源科技", "鑫源科技有限公司"]
    table = pd.DataFrame({"key": ["z", "y", "x"], "name": names, "region": "510703", "code": ""})
    found = candidates(table, {"y"})
    assert sorted(zip(found["a"], found["b"], strict=True)) == [("x", "y"), ("y", "z")]
    assert candidates(table, set()).empty
    assert candidates(table[:0], {"y"}).empty


def test_the_order_of_rows_does_not_matter() -> None:
    table = labelled(300, seed=2)
    found = candidates(table, set(table["key"]))
    again = candidates(table.sample(frac=1, random_state=1), set(table["key"]))
    assert len(found) > 10
    pd.testing.assert_frame_equal(found, again)


@pytest.mark.parametrize("make", [branches, local_bodies])
def test_a_list_of_branches_asks_hardly_anything(make: Callable[[int, int], pd.DataFrame]) -> None:
    table = make(4000, 6)
    assert len(table) == 4000
    assert len(candidates(table, set(table["key"]))) < 40


RAISED_OR_RENAMED = {
    ("四川天一学院", "民办四川天一学院"),
    ("四川工程职业技术大学", "四川工程职业技术学院"),
    ("四川科技职业学院", "四川科技职业技术大学"),
    ("成都航空职业技术大学", "成都航空职业技术学院"),
}


@pytest.mark.parametrize("placed", [True, False])
def test_of_a_list_of_schools_only_those_that_are_one_are_listed(placed: bool) -> None:
    """All 157, from memory: universities, colleges, vocational ones; four stand there under two names."""
    lines = (Path(__file__).parent / "schools.txt").read_text(encoding="utf-8").split("\n")[:-1]
    names, homes = zip(*(line.split() for line in lines), strict=True)
    table = pd.DataFrame({"key": names, "name": names, "region": [region(h) if placed else "" for h in homes]})
    found = candidates(table.assign(code=""), set(names))
    assert set(zip(found["a"], found["b"], strict=True)) == RAISED_OR_RENAMED


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_labelled_organisations(seed: int) -> None:
    """No wrong certain merge; 95 % of the true pairs certain or listed; a list that somebody can read."""
    table = labelled(3000, seed)
    true = {pair for _, keys in table.groupby("truth")["key"] for pair in combinations(sorted(keys), 2)}
    plain = table["name"].map(plain_name) + table["region"].map(prefecture_of)
    certain = set()
    for column in (table["code"].where(table["code"] != ""), plain):
        for _, group in table.groupby(column):
            if group["code"][group["code"] != ""].nunique() <= 1:
                certain |= set(combinations(sorted(group["key"]), 2))
    found = candidates(table, set(table["key"]))
    doubtful = set(zip(found["a"], found["b"], strict=True)) - certain
    assert certain <= true
    assert len(true & (certain | doubtful)) >= 0.95 * len(true)
    assert len(doubtful & true) > 0.5 * len(doubtful)
    assert len(doubtful) < 0.15 * len(table)
