"""Numbers of people are masked wherever they stand; other numbers stay as they are."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.keep.privacy import is_masked, mask, mask_text

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(rng: Random) -> str:
    """Return a resident number that could be real (GB 11643)."""
    day = f"{rng.randint(1950, 2005)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = f"51{rng.randint(0, 9999):04d}{day}{rng.randint(0, 999):03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def mobile(rng: Random) -> str:
    return f"1{rng.randint(3, 9)}{rng.randint(0, 999_999_999):09d}"


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("contact_phone", "13812341234", "138****1234"),
        ("contact_phone", "１３８１２３４１２３４", "138****1234"),
        ("contact_phone", "138-1234-1234", "138****1234"),
        ("contact_phone", "+86 138 1234 1234", "138****1234"),
        ("contact_phone", "0816-6351872", "0816-****872"),
        ("contact_phone", "6351872", "****872"),
        ("contact_phone", "13812341234、6351872", "138****1234、****872"),
        ("contact_phone", "08166351872;13812341234", "****872;138****1234"),
        ("contact_phone", "张三 13812341234", "张* 138****1234"),
        ("contact_phone", "138****1234", "138****1234"),
        ("contact_name", "张三", "张*"),
        ("contact_name", "王小明", "王**"),
        ("contact_name", "欧阳娜娜", "欧阳**"),
    ],
)
def test_a_cell_shows_enough_to_know_it_again(column: str, value: str, shown: str) -> None:
    assert mask(column, value) == shown
    assert is_masked(shown)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("请联系13812341234（微信同号）", "请联系138****1234(微信同号)"),
        ("电话：028-86601234，或 138 1234 1234", "电话:028-****234,或 138****1234"),
        ("138.1234.1234、138‑1234‑1234、TEL13812341234", "138****1234、138****1234、TEL138****1234"),
        ("0816-6351872-801，028-86601234/86601235", "0816-****872-801,028-****234/****235"),
        ("邮件 zhang.san@example.com", "邮件 z****@example.com"),
    ],
)
def test_numbers_inside_a_text_are_masked(said: str, shown: str) -> None:
    assert mask_text(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "2026-01-31 至 2026-12-31", "统一社会信用代码 91510700000000001G", "金额 12,345,678.90 元",
        "共 13812341234567 条", "记录 FW-2026-000123456789", "510703", "20260131123456",
        "金额 13812341234.00 元", "经度 104.13812341234", "版本 1.22.333.4444", "（示例）没有号码",
    ],
)  # fmt: skip
def test_other_numbers_stay_to_the_letter(said: str) -> None:
    assert mask_text(said) == said


def test_of_ten_thousand_people_no_number_survives() -> None:
    rng = Random(1)
    for _ in range(10_000):
        phone, number = mobile(rng), identity(rng)
        shown = mask_text(f"联系人{phone}，身份证{number}；手机 {phone[:3]} {phone[3:7]} {phone[7:]}")
        assert phone not in shown.replace(" ", "")
        assert number not in shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("11010519491231002X", "110***********002X"), ("11010519491231002x", "110***********002x"),
        ("110105 19491231-002X", "110***********002X"), ("11010519491231012X", None), ("110105194912310021", None),
        ("110105194913310022", None), ("510703620131001", "510********001"), ("510703621331001", None),
        ("510703620230001", None), ("710703620131001", None),
    ],
)  # fmt: skip
def test_a_resident_number_has_a_day_and_its_check_digit(said: str, shown: str | None) -> None:
    """That of GB 11643's own example; those of before 1999 have fifteen digits and none."""
    assert mask_text(f"证{said}。") == f"证{shown or said}。"


def test_of_a_short_number_less_is_shown() -> None:
    cells = ("12345678", "123456789", "12", "某处")
    assert [mask("contact_phone", cell) for cell in cells] == ["****678", "123****6789", "****12", "****"]


def test_social_credit_codes_are_no_identity_numbers() -> None:
    for code in ("91350100M000100Y43", "52350100MJC000100X", "91510107MA6CNB1Y6Q"):
        assert mask_text(f"代码{code}。") == f"代码{code}。"


@given(st.text())
def test_masking_is_done_once_and_for_all(said: str) -> None:
    once = mask_text(said)
    assert mask_text(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Nl"], exclude_characters="@＠﹫"), max_size=200))
def test_a_text_without_digits_stays(said: str) -> None:
    assert mask_text(said) == said
