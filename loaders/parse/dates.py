"""How dates are read: a day beyond doubt; of a year or month the first or last day, and it is told."""

import datetime as dt
import re
from calendar import monthrange
from contextlib import suppress
from typing import NamedTuple, cast

from graph.clock import BEIJING
from graph.language import Text
from loaders.parse.issues import CellError, NotedValue, value_of
from loaders.parse.marks import is_mark
from loaders.parse.quantities import text

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Beyond these no date is meant: 0001-01-01 and 9999-12-31 are what programs write for none."""
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 73_050
"""Days of a workbook from 1954 to 2099; a number beyond is no date that anybody means here."""
_EPOCH = dt.date(1899, 12, 30)
AS_MOMENT = Text("是带时区的时刻，按北京时间取日", "is a moment with its time zone; the day is that in Beijing")
_WEEKDAYS = "一二三四五六日"
_CLOCK = r"\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?|[时点](?:\d{1,2}分?)?)"
_HALF = "(?:[上下]午|中午|晚上?|全天|[ap]m)"
_ZONE = r"(?P<zone>z|\+\d{2}:?\d{2})"
_TIME = (
    rf"(?:(?:[ t]\s*|(?<!\d)){_HALF}?\s*(?P<clock>{_CLOCK})\s*(?:[ap]m|{_ZONE}|-\d{{2}}:?\d{{2}})?"
    rf"(?:\s*(?:-+|—+|–|~|～|至|到)\s*{_HALF}?\s*{_CLOCK})?|\s*{_HALF})?"
)
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
_NO_YEAR = re.compile(rf"\d{{1,2}}\s*(?:月|[-/.])\s*\d{{1,2}}\s*[日号]?{_WEEKDAY}{_TIME}")
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
    time, hours (9:00-11:30) or the right weekday behind it, and the number that a workbook shows for a date that lost
    its format (46053).

    Refused: impossible days, a wrong weekday, several days, months and years without a day, days without a year, years
    of two digits, and the day or month written first.

    Raises:
        CellError: it is refused.
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
            f"“{value}”的年份不在 {FIRST_YEAR}–{LAST_YEAR} 之间，请写实际的日期",
            f"the year of “{value}” is not within {FIRST_YEAR}–{LAST_YEAR}; write the day that is meant",
            or_empty=True,
        )
    right = _WEEKDAYS[found.weekday()]
    if (match["weekday"] or right).replace("天", "日") != right:
        raise CellError(f"“{value}”日期与星期不符：这一天是星期{right}", f"“{value}”: that day is a {found:%A}")
    return _in_beijing(found, match["clock"], match["zone"]) if match["zone"] else found


def _in_beijing(day: dt.date, clock: str, zone: str) -> object:
    """Return the day in Beijing of a moment: programs write its midnight as 16:00Z of the day before."""
    hours, minutes = (int(part) for part in (*re.findall(r"\d+", clock), "0")[:2])
    east = "0000" if zone == "z" else zone[1:].replace(":", "")
    ahead = BEIJING.utcoffset(None) - dt.timedelta(hours=int(east[:2]), minutes=int(east[2:]))
    moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hours, minutes=minutes) + ahead
    return day if moment.date() == day else NotedValue(moment.date(), AS_MOMENT)


_PERIOD = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*(?:年|[-/.])?\s*(?:第?\s*(?P<quarter>[1-4一二三四])\s*季度?|q(?P<q>[1-4])"
    r"|(?P<half>[上下])半年度?)(?P<edge>[底末初])?"
    r"|(?P<month_year>(?:19|20)\d{2})\s*(?:年|[-/.])\s*(?P<month>\d{1,2})\s*(?:月份?)?(?P<third>[上中下]旬)?(?P<month_edge>[底末初])?"
    r"|(?P<span>(?:19|20)\d{2})\s*年\s*(?P<from>\d{1,2})月?\s*[-—~至到]\s*(?P<to>\d{1,2})\s*月(?:份)?"
    r"|(?P<compact>(?:19|20)\d{2})(?P<compact_month>0[1-9]|1[0-2])"
    r"|(?P<alone>(?:19|20)\d{2})(?:年度?|财?年)?(?P<alone_edge>[底末初])?"
)
_UNTIL = re.compile(r"^(?:截至|截止[到至]?)(?:时间|日期)?[:：]?\s*(?=\d)|(?<=[\d日月年])(?:为止|止)$")
_SINCE = re.compile(r"^自(?=\d)|(?<=[\d日月年])起$")
_QUARTERS = {**{str(number): number for number in range(1, 5)}, "一": 1, "二": 2, "三": 3, "四": 4}
_THIRDS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


_SPAN = re.compile(
    r"(?P<first>(?:19|20)\d{2}(?:[-/.年][^至到~～—]+?(?=\s*[至到~～—])|[/.年][^-至到~～—]+))\s*(?:至|到|~|～|—+|-+)\s*"
    r"(?P<last>(?:19|20)\d{2}[-/.年].+)"
)
"""A first and a last day in one cell: 2024-03-01至2027-03-01."""
_DAYS = re.compile(
    rf"{_SPAN.pattern}|{_DATE.pattern}\s*(?:至|到|~|～|—+|–|-+|、|,)\s*(?:\d{{1,2}}\s*(?:月|[-/.])\s*)?\d{{1,2}}\s*[日号]?"
)
"""Several days, of which the last may lack its year or month: 2026.3.5-3.7, 2026年3月5日至7日."""


_A_FEW_DAYS = re.compile(
    r"(?P<first>\d{4}\s*(?P<mark>[-/.年])\s*\d{1,2}\s*(?:(?P=mark)|月)\s*\d{1,2}\s*[日号]?)\s*(?:至|到|~|～|—+|–|-+)\s*"
    r"(?:(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*)?(?P<day>\d{1,2})\s*[日号]?"
)
"""A first and a last day, which may lack its year or month: 2026.3.5-3.7, 2026年3月5日至7日."""


def begun_day(value: str) -> object:
    """Read the day on which something was done; of a few days it is the first one, and it is told.

    Raises:
        CellError: it is no day; or the last of several is none, or before the first.
    """
    if match := _A_FEW_DAYS.fullmatch(_in_digits(text(value).casefold())):
        begun = cast(dt.date, day(match["first"]))
        with suppress(ValueError):  # there is no such last day
            last = dt.date(int(match["year"] or begun.year), int(match["month"] or begun.month), int(match["day"]))
            if last == begun:
                return begun
            if last > begun:
                told = Text(
                    f"“{value}”是几天，按首日 {begun} 计一次",
                    f"“{value}” is several days; it counts once, on the first, {begun}",
                )
                return NotedValue(begun, told)
    return day(value)


def first_day(value: str) -> object:
    """Read the day on which something begins; of a year or month the first day, and it is told."""
    return _within(value, last=False)


def last_day(value: str) -> object:
    """Read the day on which something ends; of a year or month the last day, and it is told; 长期 is no end."""
    return None if is_mark(value, "open_ended") else _within(value, last=True)


def _within(value: str, *, last: bool) -> object:
    plain = _in_digits(text(value).casefold())
    plain = (_UNTIL if last else _SINCE).sub("", plain)
    if span := _SPAN.fullmatch(plain):
        found = value_of(_within(span["last" if last else "first"], last=last))
        return NotedValue(
            found,
            Text(
                f"“{value}”是一段时间，这里取{'末日' if last else '首日'} {found}",
                f"“{value}” is a period, of which the {'last' if last else 'first'} day {found} is taken here",
            ),
        )
    period = _period(plain)
    if not period or period.edge == ("初" if last else "末"):
        return day(plain)
    start, end = period.first, period.last
    found = end if last else start
    lost = _LOST_ZERO.fullmatch(plain)
    zh, en = (part.format(year=lost[1]) for part in TENTH) if lost else ("", "")
    return NotedValue(
        found,
        Text(
            f"“{value}”没有写明日，按{'末日' if last else '首日'} {found} 读入（{start} 至 {end}）{zh}",
            f"“{value}” lacks the day and is read as its {'last' if last else 'first'} day {found}"
            f" ({start} to {end}){en}",
        ),
    )


_LOST_ZERO = re.compile(r"((?:19|20)\d{2})\.1")
TENTH = Text("；若是十月，请写作 {year}-10", "; if October is meant, write {year}-10")
"""A spreadsheet that takes 2026.10 for a number shows 2026.1."""


class _Period(NamedTuple):
    """Some days of which a text gives the year or more; ``edge`` is 初 or 末 where it names one end of them."""

    first: dt.date
    last: dt.date
    edge: str


def _period(plain: str) -> _Period | None:
    """Return the year, half, quarter, month or third of a month that a text is."""
    match = _PERIOD.fullmatch(plain)
    if not match:
        return None
    edge = (match["edge"] or match["month_edge"] or match["alone_edge"] or "").replace("底", "末")
    year = int(next(filter(None, match.group("year", "month_year", "span", "compact", "alone"))))
    if quarter := _QUARTERS.get(match["quarter"] or match["q"] or ""):
        months = 3 * quarter - 2, 3 * quarter
    elif half := match["half"]:
        months = (1, 6) if half == "上" else (7, 12)
    elif match["span"]:
        months = int(match["from"]), int(match["to"])
    else:
        month = match["month"] or match["compact_month"]
        months = (int(month), int(month)) if month else (1, 12)
    if not 1 <= months[0] <= months[1] <= 12:
        return None
    ending = dt.date(year, months[1], monthrange(year, months[1])[1])
    begun, ended = _THIRDS.get(match["third"] or "", (1, ending.day))
    return _Period(dt.date(year, months[0], begun), ending.replace(day=min(ended, ending.day)), edge)


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
    if _NO_YEAR.fullmatch(plain):
        return CellError(f"“{value}”没有写明年，请写作 2026-01-31", f"“{value}” lacks the year; write 2026-01-31")
    if _DAYS.fullmatch(plain):
        return CellError(
            f"“{value}”是一段时间，此列请只写一天，如首日 2026-01-31",
            f"“{value}” is several days; write one here, such as the first, 2026-01-31",
        )
    return CellError(f"“{value}”不是日期，请写作 2026-01-31", f"“{value}” is no date; write 2026-01-31")
