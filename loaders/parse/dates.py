"""How dates are read: a day beyond doubt; of a year or month the first or last day, and it is told."""

import datetime as dt
import re

from graph.language import Text
from loaders.parse.issues import CellError, Told
from loaders.parse.marks import is_mark
from loaders.parse.quantities import text

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Beyond these no date is meant: 0001-01-01 and 9999-12-31 are what programs write for none."""
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 73_050
"""Days of a workbook from 1954 to 2099; a number beyond is no date that anybody means here."""
_EPOCH = dt.date(1899, 12, 30)
_WEEKDAYS = "一二三四五六日"
_CLOCK = r"\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?|[时点](?:\d{1,2}分?)?)"
_TIME = rf"(?:(?:[ t]\s*|(?<!\d))(?:[上下]午|[ap]m)?\s*{_CLOCK}\s*(?:[ap]m|z|[+-]\d{{2}}:?\d{{2}})?)?"
_WEEKDAY = r"\s*(?:\(?(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])\)?)?"
_DATE = re.compile(
    r"(?P<year>\d{4})\s*(?P<mark>[-/.年])\s*(?P<month>\d{1,2})\s*(?:(?P=mark)|月)\s*(?P<day>\d{1,2})\s*[日号]?"
    rf"{_WEEKDAY}{_TIME}"
)
_COMPACT = re.compile(rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_WEEKDAY}{_TIME}")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_NO_DAY = re.compile(
    r"(?:19|20)\d{2}\s*(?:年|[-/.])?\s*(?:(?:\d{1,2}|[一二三四]|第.)\s*(?:月份?|季度?)?|[上下]半年)?(?:底|初|末|中旬|[上下]旬)?"
)
_SHORT_YEAR = re.compile(r"\d{2}\s*([-/.年])\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\d{1,2}([-/.])\d{1,2}\2\d{2}|\d{6}")
_HANZI_DATE = re.compile(
    "([〇零○一二三四五六七八九]{4})年(十[一二]?|[一二三四五六七八九])月([二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
)
_HANZI_MONTH = re.compile("([〇零○一二三四五六七八九]{4}|(?:19|20)[0-9]{2})年(?:(十[一二]?|[一二三四五六七八九])月)?")
_HANZI_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
}


def day(value: str) -> object:
    """Read a date.

    Taken: 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 二〇二六年一月三十一日, 20260131, digits of any width, a
    time or the right weekday behind it, and the number that a workbook shows for a date that lost its format (46053).

    Refused: impossible days, a wrong weekday, months and years without a day, years of two digits, and the day or month
    written first.
    """
    plain = _in_digits(text(value).casefold())
    if (serial := _SERIAL.fullmatch(plain)) and _FIRST_SERIAL <= int(serial[1]) <= _LAST_SERIAL:
        return _EPOCH + dt.timedelta(days=int(serial[1]))
    match = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if not match:
        raise _no_date(plain, value)
    year, month, date = (int(match[part]) for part in ("year", "month", "day"))
    try:
        found = dt.date(year, month, date)
    except ValueError as error:
        raise CellError(
            f"“{value}”不是有效日期：没有 {year} 年 {month} 月 {date} 日",
            f"“{value}” is no valid date: there is no {year}-{month}-{date}",
        ) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(
            f"“{value}”的年份不在 {FIRST_YEAR}–{LAST_YEAR} 之间，没有日期请留空",
            f"the year of “{value}” is not within {FIRST_YEAR}–{LAST_YEAR}; leave it empty if there is no date",
        )
    right = _WEEKDAYS[found.weekday()]
    if (match["weekday"] or right).replace("天", "日") != right:
        raise CellError(f"“{value}”日期与星期不符：这一天是星期{right}", f"“{value}”: that day is a {found:%A}")
    return found


_PERIOD = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*(?:(?:年|[-/.])\s*(?P<month>\d{1,2})\s*月?|年度?)(?P<end>[底末])?"
    r"|(?P<compact>(?:19|20)\d{2})(?P<compact_month>0[1-9]|1[0-2])|(?P<alone>(?:19|20)\d{2})"
)


_SPAN = re.compile(
    r"(?P<first>(?:19|20)\d{2}(?:[-/.年][^至到~～—]+?(?=\s*[至到~～—])|[/.年][^-至到~～—]+))\s*(?:至|到|~|～|—+|-+)\s*"
    r"(?P<last>(?:19|20)\d{2}[-/.年].+)"
)
"""A first and a last day in one cell: 2024-03-01至2027-03-01."""


def first_day(value: str) -> object:
    """Read the day on which something begins; of a year or month the first day, and it is told."""
    return _within(value, last=False)


def last_day(value: str) -> object:
    """Read the day on which something ends; of a year or month the last day, and it is told; 长期 is no end."""
    return None if is_mark(value, "open_ended") else _within(value, last=True)


def _within(value: str, *, last: bool) -> object:
    plain = _in_digits(text(value).casefold())
    if span := _SPAN.fullmatch(plain):
        found = _within(span["last" if last else "first"], last=last)
        found = found.value if isinstance(found, Told) else found
        return Told(
            found,
            Text(
                f"“{value}”是一段时间，这里取{'末日' if last else '首日'} {found}",
                f"“{value}” is a period, of which the {'last' if last else 'first'} day {found} is taken here",
            ),
        )
    match = _PERIOD.fullmatch(plain)
    if not match or (match["end"] and not last):
        return day(value)
    year = int(match["year"] or match["compact"] or match["alone"])
    month = int(match["month"] or match["compact_month"] or 0)
    if month > 12:
        raise _no_date(plain, value)
    start = dt.date(year, month or 1, 1)
    following = dt.date(year + 1, 1, 1) if month in (0, 12) else dt.date(year, month + 1, 1)
    end = following - dt.timedelta(days=1)
    found = end if last else start
    return Told(
        found,
        Text(
            f"“{value}”没有写明日，按{'末日' if last else '首日'} {found} 读入（{start} 至 {end}）",
            f"“{value}” lacks the day and is read as its {'last' if last else 'first'} day {found} ({start} to {end})",
        ),
    )


def _in_digits(plain: str) -> str:
    """Return a date written in characters in digits: 二〇二六年一月三十一日 -> 2026年1月31日."""
    match = _HANZI_DATE.match(plain)
    if not match:
        period = _HANZI_MONTH.fullmatch(plain)
        if not period:
            return plain
        year = "".join(_HANZI_DIGITS.get(c, c) for c in period[1])
        return f"{year}年{_small(period[2])}月" if period[2] else f"{year}年"
    year = "".join(_HANZI_DIGITS[c] for c in match[1])
    return f"{year}年{_small(match[2])}月{_small(match[3])}日{plain[match.end() :]}"


def _small(hanzi: str) -> int:
    """Return a number below a hundred: 三十一 -> 31."""
    tens, ten, ones = hanzi.rpartition("十")
    return int(_HANZI_DIGITS[tens or "一"]) * (10 if ten else 0) + int(_HANZI_DIGITS[ones or "〇"])


def _no_date(plain: str, value: str) -> CellError:
    """Return why a text is no date, and what to write."""
    if _NO_DAY.fullmatch(plain):
        return CellError(f"“{value}”没有写明日，请写作 2026-01-31", f"“{value}” lacks the day; write 2026-01-31")
    if _SHORT_YEAR.fullmatch(plain):
        return CellError(
            f"“{value}”的年份请写四位，如 2026-01-31", f"“{value}”: write the year in four digits, 2026-01-31"
        )
    return CellError(f"“{value}”不是日期，请写作 2026-01-31", f"“{value}” is no date; write 2026-01-31")
