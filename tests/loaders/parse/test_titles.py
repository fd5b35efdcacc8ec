"""Titles with level and period, as lists and cells write them."""

from datetime import date

import pytest

from loaders.parse.issues import CellError, NotedValue
from loaders.parse.titles import HeldTitle, Validity, titles, validity

SPECIAL = HeldTitle("specialized", "provincial", date(2024, 3, 1), date(2027, 3, 1))
GIANT = HeldTitle("little_giant", "national", date(2024, 7, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("专精特新", (HeldTitle("specialized"),)),
        ("专精特新(省级,2024-03-01~2027-03-01)", (SPECIAL,)),
        ("专精特新（省级， 2024-03-01 ～ 2027-03-01）", (SPECIAL,)),
        ("省级“专精特新”中小企业（2024年3月1日至2027年3月1日）", (SPECIAL,)),
        ("专精特新【省级；2024.3.1—2027.3.1】；小巨人(国家级、2024/7/1-2027/6/30)", (GIANT, SPECIAL)),
        ("国家级专精特新“小巨人”企业（第六批，有效期：20240701至2027-06-30）", None),
        ("国家级小巨人（第六批，有效期：2024-07-01至2027-06-30）", (GIANT,)),
        ("专精特新小巨人（国家级）", (HeldTitle("little_giant", "national"),)),
        ("专精特新（有效期至2027-03-01）", (HeldTitle("specialized", None, None, date(2027, 3, 1)),)),
        ("高企（2023-10-16起）,规上", (HeldTitle("above_scale"), HeldTitle("high_tech", None, date(2023, 10, 16)))),
        ("专精特新；专精特新", (HeldTitle("specialized"),)),
        ("专精特新(甲级)", None),
        ("专精特新(2027-03-01~2024-03-01)", None),
        ("优秀企业(省级)", None),
        ("；", None),
    ],
)
def test_titles(cell: str, expected: tuple[HeldTitle, ...] | None) -> None:
    if expected is None:
        with pytest.raises(CellError):
            titles(cell)
    else:
        assert titles(cell) == expected


def test_a_year_alone_is_told() -> None:
    found = titles("专精特新（省级，2024年认定）")
    assert isinstance(found, NotedValue)
    assert found.value == (HeldTitle("specialized", "provincial", date(2024, 1, 1)),)
    assert "按首日 2024-01-01 读入" in found.how.zh


@pytest.mark.parametrize(
    ("cell", "since", "last"),
    [
        ("2027-03-01", None, date(2027, 3, 1)),
        ("有效期至2027年3月1日", None, date(2027, 3, 1)),
        ("2024.3.1-2027.2.28", date(2024, 3, 1), date(2027, 2, 28)),
        ("长期", None, None),
        ("三年", None, date(2026, 2, 28)),
        ("3年", None, date(2026, 2, 28)),
        ("有效期 三 年", None, date(2026, 2, 28)),
    ],
)
def test_how_long_something_is_valid(cell: str, since: date | None, last: date | None) -> None:
    found = validity(cell)
    assert isinstance(found, Validity)
    assert (found.since, found.last(date(2023, 3, 1))) == (since, last)


def test_a_period_of_years_ends_on_the_day_before(cell: str = "3年") -> None:
    found = validity(cell)
    assert isinstance(found, Validity)
    assert found.last(date(2024, 2, 29)) == date(2027, 2, 28)
    assert found.last(None) is None
