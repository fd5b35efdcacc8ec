"""What a name is made of, to the last word."""

import pytest

from loaders.identify.matching.names import plain_name
from loaders.identify.matching.parts import take_apart

PARTS: dict[str, tuple[str, str, str, str, str, set[str]]] = {
    # a place, its short name, its short name with its type, one within another; the wider of two of a name
    "绵阳市鑫源集团股份有限公司": ("510700", "鑫源", "鑫源", "", "股份有限公司", set()),
    "绵阳涪城检测有限公司": ("510703", "检测", "", "检测", "有限公司", set()),
    "四川涪城区检测": ("510703", "检测", "", "检测", "", set()),
    "北川检测中心": ("510726", "检测中心", "", "检测中心", "中心", set()),
    "北川县检测中心": ("510726", "检测中心", "", "检测中心", "中心", set()),
    "（绵阳）鑫源检测公司": ("510700", "鑫源检测", "鑫源", "检测", "有限公司", set()),
    "阿坝技术中心": ("513200", "技术中心", "", "技术中心", "中心", set()),
    "阿坝州技术中心": ("513200", "技术中心", "", "技术中心", "中心", set()),
    "甘孜检测中心": ("513300", "检测中心", "", "检测中心", "中心", set()),
    # what is no place: of another prefecture, words of their own, all of a name, the province
    "成都宝兴机械有限公司": ("510100", "宝兴机械", "宝兴", "机械", "有限公司", set()),
    "东区检测中心": ("", "东区检测中心", "东区", "检测中心", "中心", set()),
    "市中区检测中心": ("", "市中区检测中心", "市中区", "检测中心", "中心", set()),
    "绵阳": ("", "绵阳", "绵阳", "", "", set()),
    "四川检测": ("", "检测", "", "检测", "", set()),
    "绵阳鑫源科技（四川）有限公司": ("510700", "鑫源科技", "鑫源", "科技", "有限公司", set()),
    # ordinals, up to ten in characters; branches
    "绵阳第一建筑公司": ("510700", "建筑", "", "建筑", "有限公司", {"一"}),
    "绵阳1号店": ("510700", "号店", "号店", "", "", {"一"}),
    "绵阳第10中学": ("510700", "中学", "中学", "", "", {"十"}),
    "绵阳第十中学": ("510700", "中学", "中学", "", "", {"十"}),
    "绵阳第11中学": ("510700", "中学", "中学", "", "", {"11"}),
    "绵阳鑫源东分公司": ("510700", "鑫源东", "鑫源东", "", "有限公司", {"分公司"}),
}


@pytest.mark.parametrize("name", PARTS)
def test_what_a_name_is_made_of(name: str) -> None:
    found = take_apart(plain_name(name))
    assert (found.place, found.core, found.trade, found.rest, found.head, {*found.marks}) == PARTS[name]
