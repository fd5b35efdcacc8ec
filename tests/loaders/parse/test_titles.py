"""Titles with level and period, as lists and cells write them."""

from collections.abc import Callable
from datetime import date

import pytest

from loaders.parse.issues import CellError, NotedValue
from loaders.parse.titles import HeldTitle, Validity, recognition, recognitions, titles, validity

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
        ("国家级专精特新“小巨人”企业（第六批，有效期：20240701至2027-06-30）", (GIANT,)),
        ("高新技术企业（证书编号GR202351000001）", (HeldTitle("high_tech"),)),
        ("高企（GR202351000001，2023-10-16起）", (HeldTitle("high_tech", None, date(2023, 10, 16)),)),
        ("高企（20231016）", (HeldTitle("high_tech", None, date(2023, 10, 16)),)),
        ("高企（证书有效期至20261016）", None),
        ("高企（202351000001）", None),
        ("国家级小巨人（第六批，有效期：2024-07-01至2027-06-30）", (GIANT,)),
        ("专精特新小巨人（国家级）", (HeldTitle("little_giant", "national"),)),
        ("专精特新（有效期至2027-03-01）", (HeldTitle("specialized", None, None, date(2027, 3, 1)),)),
        ("高企（2023-10-16起）,规上", (HeldTitle("above_scale"), HeldTitle("high_tech", None, date(2023, 10, 16)))),
        *((f"专精特新{mark}高企", (HeldTitle("high_tech"), HeldTitle("specialized"))) for mark in (" ", "+", "和")),
        ("专精特新 优秀企业", None),
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


@pytest.mark.parametrize(
    "cell",
    [
        "专精特新（省级，2024年认定）",
        "2024年省级专精特新",
        "2024年度省级专精特新",
        "省级专精特新2024年",
        "省级专精特新2024",
    ],
)
def test_a_year_alone_is_told(cell: str) -> None:
    found = titles(cell)
    assert isinstance(found, NotedValue)
    assert found.value == (HeldTitle("specialized", "provincial", date(2024, 1, 1)),)
    assert "按首日 2024-01-01 读入" in found.how.zh


@pytest.mark.parametrize("cell", ["2024年", "2024年优秀企业", "优秀企业2024", "2024年专精特新2023年度好"])
def test_a_year_makes_no_title(cell: str) -> None:
    with pytest.raises(CellError):
        titles(cell)


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
        ("36个月", None, date(2026, 2, 28)),
        ("有效期为24个月", None, date(2025, 2, 28)),
    ],
)
def test_how_long_something_is_valid(cell: str, since: date | None, last: date | None) -> None:
    found = validity(cell)
    assert isinstance(found, Validity)
    assert (found.since, found.last(date(2023, 3, 1))) == (since, last)


def test_years_are_written_in_figures_or_in_words() -> None:
    words = {"一年": 1, "二年": 2, "有效期三年": 3, "四年": 4, "自认定之日起五年内有效": 5, "六年": None, "6年": 6}
    assert {cell: _years(cell) for cell in words} == words


def _years(cell: str) -> int | None:
    try:
        found = validity(cell)
    except CellError:
        return None
    assert isinstance(found, Validity)
    return found.years


def test_a_period_of_years_ends_on_the_day_before(cell: str = "3年") -> None:
    found = validity(cell)
    assert isinstance(found, Validity)
    assert found.last(date(2024, 2, 29)) == date(2027, 2, 28)
    assert found.last(None) is None


FIRST, LAST = "没有写明日，按首日 {} 读入", "没有写明日，按末日 {} 读入"


@pytest.mark.parametrize(
    ("cell", "expected", "note"),
    [
        ("高企,规上（2023年起）", (HeldTitle("above_scale", None, date(2023, 1, 1)), HeldTitle("high_tech")), FIRST),
        ("高企（2023）", (HeldTitle("high_tech", None, date(2023, 1, 1)),), FIRST),
        ("专精特新(2024-03~2025-03)", (HeldTitle("specialized", None, date(2024, 3, 1), date(2025, 3, 31)),), FIRST),
        ("专精特新（有效期至2027）", (HeldTitle("specialized", None, None, date(2027, 12, 31)),), LAST),
        ("专精特新(2024-03-01~2024-03-01)", (HeldTitle("specialized", None, *[date(2024, 3, 1)] * 2),), None),
        ("专精特新(高企，有效)", (HeldTitle("specialized"),), None),
        ("四川省专精特新", (HeldTitle("specialized", "provincial"),), None),
        ("市专精特新", (HeldTitle("specialized", "city"),), None),
        ("高企(2023-01-01起 至今)", (HeldTitle("high_tech", None, date(2023, 1, 1)),), None),
        ("小巨人（2024-07-01，有效期至2027-06-30，国家级）", (GIANT,), None),
    ],
)
def test_what_a_title_says_beside_its_name(cell: str, expected: tuple[HeldTitle, ...], note: str | None) -> None:
    found = titles(cell)
    if note is None:
        assert found == expected
        return
    assert isinstance(found, NotedValue)
    assert found.value == expected
    [day] = {d for title in expected for d in (title.since if note is FIRST else title.until,) if d}
    assert note.format(day) in found.how.zh


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("国家级", (HeldTitle("", "national"),)),
        ("市级(2020-01-01~2021-01-01)", (HeldTitle("", "city", date(2020, 1, 1), date(2021, 1, 1)),)),
        ("国家级科技企业孵化器", (HeldTitle("incubator", "national"),)),
        ("省级；科技企业孵化器（2020-01-01起）",
         (HeldTitle("", "provincial"), HeldTitle("incubator", None, date(2020, 1, 1)))),
    ],
)  # fmt: skip
def test_a_carrier_may_be_recognised_at_a_level_alone(cell: str, expected: tuple[HeldTitle, ...]) -> None:
    assert recognitions(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("众创空间", HeldTitle("makerspace")),
        ("省级众创空间", HeldTitle("makerspace", "provincial")),
        ("区级众创空间", HeldTitle("makerspace", "county")),
        ("众创空间（市级）", HeldTitle("makerspace", "city")),
        ("优质白酒产业园区（创建）", HeldTitle("industrial_park")),
        ("孵化器(国家级,2022-05-01~2025-04-30)",
         HeldTitle("incubator", "national", date(2022, 5, 1), date(2025, 4, 30))),
    ],
)  # fmt: skip
def test_the_kind_of_a_carrier_with_what_stands_around_it(cell: str, expected: HeldTitle) -> None:
    assert recognition(cell) == expected


def test_a_year_in_the_kind_of_a_carrier_is_told() -> None:
    found = recognition("众创空间（2024年）")
    assert isinstance(found, NotedValue)
    assert (found.value, "按首日 2024-01-01 读入" in found.how.zh) == (
        HeldTitle("makerspace", None, date(2024, 1, 1)),
        True,
    )


@pytest.mark.parametrize(
    ("read", "cell", "said"),
    [
        (titles, "国家级", "“国家级”不是有效的企业资质"),
        (titles, "高企、优秀", "“优秀”不是有效的企业资质"),
        (titles, "专精特新（省级", "“专精特新（省级”不是有效的企业资质"),
        (titles, "专精特新(甲级)", "“甲级”不是级别或有效期，请写作 专精特新(省级,2024-03-01~2027-03-01)"),
        (titles, "；", "只有分隔符"),
        (titles, "专精特新(2027-03-01~2024-03-01)", "“专精特新(2027-03-01~2024-03-01)”的截止日早于起始日"),
        (recognitions, "优秀", "“优秀”不是有效的服务载体类型"),
        (recognitions, "国家级(甲)", "“甲”不是级别或有效期，请写作 科技企业孵化器(省级,2024-03-01~2027-03-01)"),
        (validity, "十年", "“十年”不是日期"),
        (validity, "无", "“无”不是日期"),
    ],
)
def test_what_is_no_title_or_period_is_named(read: Callable[[str], object], cell: str, said: str) -> None:
    with pytest.raises(CellError) as error:
        read(cell)
    assert error.value.reason.zh.startswith(said)


def test_a_period_says_how_it_was_read() -> None:
    expected = {
        "2024~2026": (Validity(date(2024, 1, 1), date(2026, 12, 31)), FIRST.format("2024-01-01")),
        "2027": (Validity(None, date(2027, 12, 31)), LAST.format("2027-12-31")),
        "至2027-03": (Validity(None, date(2027, 3, 31)), LAST.format("2027-03-31")),
    }
    for cell, (value, note) in expected.items():
        found = validity(cell)
        assert isinstance(found, NotedValue)
        assert found.value == value
        assert note in found.how.zh
    assert {cell: str(validity(cell)) for cell in ("12年", "自认定之日起3年", "2024-03-01起~2027-02-28止", "长期")} == {
        "12年": "12年", "自认定之日起3年": "3年", "2024-03-01起~2027-02-28止": "2024-03-01～2027-02-28", "长期": "～"
    }  # fmt: skip
    assert Validity(date(2023, 3, 1), date(2024, 1, 1), 3).last(date(2023, 3, 1)) == date(2024, 1, 1)
    assert Validity(years=3).last(date(2024, 2, 28)) == date(2027, 2, 27)
    assert Validity(years=3).last(date(2024, 3, 29)) == date(2027, 3, 28)


@pytest.mark.parametrize(
    ("cell", "kept", "left"),
    [
        ("绿色工厂", None, "绿色工厂"), ("2023年省级科技小巨人企业", None, "科技小巨人"),
        ("专精特新；省级绿色工厂（2024）；高企", ("high_tech", "specialized"), "绿色工厂"),
        ("专精特新,农业产业化国家重点龙头企业", ("specialized",), "农业产业化国家重点龙头"),
        ("专精特新(省级,2024-03-01)/质量标杆", ("specialized",), "质量标杆"),
        ("制造业单项冠军示范企业；单项冠军示范企业", ("single_champion",), None),
        ("国家级专精特新“小巨人”企业", ("little_giant",), None),
    ],
)  # fmt: skip
def test_a_title_that_the_list_lacks_is_told_and_takes_no_other_with_it(
    cell: str, kept: tuple[str, ...] | None, left: str | None
) -> None:
    read = titles(cell)
    said = None
    if isinstance(read, NotedValue):
        read, said = read.value, read.how
    assert (read if read is None else tuple(title.kind for title in read)) == kept  # type: ignore[attr-defined]
    assert said == (left and (
        f"“{left}”不在资质词表中，这项资质没有读入",
        f"“{left}” is not in the list of titles, and this title is not read",
    ))  # fmt: skip
