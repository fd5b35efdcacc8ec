"""Sums of money in words."""

import pytest

from queries.money import money


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (0.0, "0 万元", "0 yuan"),
        (1e-9, "1e-09 万元", "1e-05 yuan"),
        (0.1, "0.1 万元", "1,000 yuan"),
        (0.1 + 0.2, "0.3 万元", "3,000 yuan"),
        (60.0, "60 万元", "600,000 yuan"),
        (99.999, "100 万元", "999,990 yuan"),
        (100.0, "100 万元", "1 million yuan"),
        (150.0, "150 万元", "1.5 million yuan"),
        (1234.5, "1,234.5 万元", "12.35 million yuan"),
        (123_456.0, "123,456 万元", "1,234.56 million yuan"),
    ],
)
def test_plans_count_in_ten_thousands_and_english_readers_in_millions(amount: float, zh: str, en: str) -> None:
    assert tuple(money(amount)) == (zh, en)
