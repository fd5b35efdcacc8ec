"""Places in English: every division has a name, and no two of a prefecture the same."""

from collections import Counter

import pytest

from graph.places.divisions import places, reference
from graph.places.english import english_names, in_english, name_in


def test_every_place_has_a_name_in_english() -> None:
    assert set(english_names()) == set(reference("divisions")["adcode"])
    asked = ("510000", "511600", "511602", "510726", "511524", "510402", "513201", "513328")
    assert [in_english(code, "") for code in asked] == [
        "Sichuan", "Guang'an", "Guang'an, Guang'an", "Beichuan, Mianyang", "Changning, Yibin", "Dongqu, Panzhihua",
        "Ma'erkang, Aba", "Ganzi, Garzê",
    ]  # fmt: skip
    assert in_english("999999", "别处") == "别处"


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("绵阳市", "Mianyang"), ("涪城区", "Fucheng, Mianyang"), ("乐山市市中区", "Shizhong, Leshan"),
        ("市中区", "市中区"),  # of Leshan or Neijiang
        ("绵阳市涪城区·集成电路与新型显示·信息咨询",
         "Fucheng, Mianyang · Integrated circuits and displays · Information consulting"),
        ("成都平原经济区", "Chengdu Plain Economic Zone"), ("市州窗口", "Prefecture window"),
        ("四川省", "Sichuan"), ("绵阳市投诉站", "绵阳市投诉站"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_called_by_name_is_so_in_english(name: str, english: str) -> None:
    assert name_in("en", name) == english
    assert name_in("zh", name) == name


def test_a_character_of_two_readings_has_that_of_the_place() -> None:
    """Where a character is usually said otherwise, as in 都, 什, 长, 筠 and 荥, lists of divisions often go wrong."""
    said = dict(zip(reference("divisions")["adcode"], reference("divisions")["pinyin"], strict=True))
    asked = {
        "510114": "xin du qu", "510117": "pi du qu", "510181": "du jiang yan shi", "510682": "shi fang shi",
        "511524": "chang ning xian", "511527": "jun lian xian", "511822": "ying jing xian", "511124": "jing yan xian",
    }  # fmt: skip
    assert {code: said[code] for code in asked} == asked


def test_names_tell_places_of_a_prefecture_apart() -> None:
    told = Counter(in_english(code, place.name) for code, place in places().items())
    assert told.most_common(1)[0][1] == 1
