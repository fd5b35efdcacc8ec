"""Numbers and dates as an office writes them: grouped thousands, percent with one decimal, Beijing time."""

import math
from collections.abc import Iterable
from datetime import date, datetime

from graph.clock import in_beijing
from graph.language import Lang, Text
from queries.amounts import figure

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TELLING = 100
"""From here on a decimal of an estimated amount says nothing: 15,886 services a year, not 15,885.8."""
UNKNOWN = "—"
"""Stands for a number nobody knows; never 0."""
INVENTED = Text("含示例（虚构）数据", "includes synthetic data")
"""Stands wherever figures are shown that rest on such data."""


def number(value: float | None, decimals: int = 0) -> str:
    """Return ``value`` with grouped thousands, some of it never as none; a dash where unknown."""
    if value is None or math.isnan(value):
        return UNKNOWN
    return figure(value, decimals)


def amount(value: float | None) -> str:
    """Return services a year as a sentence says them: a decimal below 100 alone, where it tells something."""
    return number(value, decimals([value]))


def decimals(values: Iterable[object]) -> int:
    """Return how many decimals amounts of one column have: one where any of them is small enough for it to tell."""
    return int(any(isinstance(v, int | float) and 0 < abs(v) < TELLING for v in values))


def percent(value: float | None, decimals: int = 1) -> str:
    """Return the share ``value`` (0 to 1) as percent; what is not all is not told as all, and some not as none."""
    if value is None or math.isnan(value):
        return UNKNOWN
    step = 10 ** (decimals + 2)
    whole = value < 1 and round(value * step) >= step
    return figure(100 * ((step - 1) / step if whole else value), decimals, "%")


def share(part: float, whole: float) -> str:
    """Return ``part`` of ``whole`` as percent; a dash of nothing."""
    return percent(part / whole) if whole else UNKNOWN


def day(value: date, lang: Lang) -> str:
    """Return a date in words: 2026年3月31日, 31 March 2026."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month_words(value: str, lang: Lang) -> str:
    """Return a month, YYYY-MM, in words: 2026年3月, March 2026."""
    year, month = int(value[:4]), int(value[5:])
    return f"{year}年{month}月" if lang == "zh" else f"{_MONTHS[month - 1]} {year}"


def moment(value: datetime, lang: Lang) -> str:
    """Return a point in time in Beijing time, to the minute; one without a zone is taken as UTC."""
    local = in_beijing(value)
    suffix = "（北京时间）" if lang == "zh" else " (Beijing time)"
    return f"{day(local.date(), lang)} {local:%H:%M}{suffix}"


_DIGITS = "零一二三四五六七八九十"


def chinese(value: int) -> str:
    """Return 1 to 99 in Chinese numerals."""
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
