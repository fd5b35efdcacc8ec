"""What a scope is: of several prefectures, or of one."""

import pytest

from graph.places.divisions import holds_prefectures, level
from graph.vocabulary import vocabulary


@pytest.mark.parametrize("code", [None, "510000", *vocabulary("economic_zones").ids])
def test_the_province_and_the_zones_hold_several_prefectures(code: str | None) -> None:
    assert holds_prefectures(code) is True


@pytest.mark.parametrize("code", ["510700", "513200", "510703", "nowhere"])
def test_a_prefecture_a_county_and_what_is_no_place_do_not(code: str) -> None:
    assert holds_prefectures(code) is False


def test_a_code_tells_its_level() -> None:
    assert [level(code) for code in ("510000", "510700", "510703")] == [1, 2, 3]
