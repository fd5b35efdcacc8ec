from datetime import UTC, date, datetime

import pytest

from viz import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1234567.4, 0, "1,234,567"),
        (0.04, 1, "<0.1"),
        (1e-10, 1, "0.0"),
        (-1e-10, 1, "0.0"),
        (0.04, 0, "0"),
        (-0.04, 1, ">−0.1"),
        (-1502.4, 0, "−1,502"),
        (None, 0, "—"),
        (float("nan"), 1, "—"),
    ],
)
def test_number(value: float | None, decimals: int, shown: str) -> None:
    assert numbers.number(value, decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "50.0%"),
        (1.0, "100.0%"),
        (0.9999, "99.9%"),
        (0.99453, "99.5%"),
        (0.9995, "99.9%"),
        (0.0, "0.0%"),
        (None, "—"),
        (1.2, "120.0%"),
        (-0.089, "−8.9%"),
        (0.0004, "<0.1%"),
        (-0.0004, ">−0.1%"),
    ],
)
def test_percent_never_rounds_up_to_the_whole(value: float | None, shown: str) -> None:
    assert numbers.percent(value) == shown


def test_share_of_nothing_is_unknown() -> None:
    assert numbers.share(0, 0) == "—"
    assert numbers.share(1, 3) == "33.3%"


def test_a_share_of_some_is_never_shown_as_none() -> None:
    assert [numbers.share(n, 10_000) for n in (0, 4, 5, 9_999)] == ["0.0%", "<0.1%", "0.1%", "99.9%"]


def test_dates() -> None:
    assert numbers.day(date(2026, 3, 1), "zh") == "2026年3月1日"
    assert numbers.day(date(2026, 3, 1), "en") == "1 March 2026"
    assert numbers.moment(datetime(2026, 3, 31, 18, 5, tzinfo=UTC), "zh") == "2026年4月1日 02:05（北京时间）"
    assert numbers.moment(datetime(2026, 3, 31, 18, 5), "en") == "1 April 2026 02:05 (Beijing time)"
