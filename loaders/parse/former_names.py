"""Former names of an organisation, each with the days on which it held: 绵阳技转所(2010-01-01~2024-02-29)."""

import datetime as dt
import re
from collections.abc import Callable

from loaders.parse.dates import first_day, last_day
from loaders.parse.issues import CellError, value_of

_DATED = re.compile(r"(?P<name>.+?)\s*[(（](?P<days>[^()（）]*\d{4}[^()（）]*)[)）]")
_SAID = re.compile(r"^(?:原名称?|曾用名称?|原)\s*[:：]\s*")
_BETWEEN = re.compile(r"\s*(?:[~～—–至到]|--|(?<=[\d日月年])-(?=\s*\d{4}(?:[年\-/.]\d|$)))\s*")
_BEFORE = re.compile(r"^(?:至|截至|截止)\s*(?=\d)|(?<=[\d日月年])\s*(?:之?前|以前|止|更名|变更)$")


def former_name(value: str) -> object:
    """Read a former name; one day alone, or one with 前, is its last.

    Raises:
        CellError: days that are none, or a first one after the last.
    """
    plain = _SAID.sub("", value.strip())
    match = _DATED.fullmatch(plain)
    if not match:
        return plain
    since, until = _days(match["days"])
    if since and until and since > until:
        raise CellError(f"“{value}”的起日在止日之后", f"“{value}” begins after it ends")
    return written(match["name"], since, until)


def _days(text: str) -> tuple[dt.date | None, dt.date | None]:
    plain = _BEFORE.sub("", text.strip())
    between = _BETWEEN.search(plain)
    since, until = (plain[: between.start()], plain[between.end() :]) if between else ("", plain)
    return _day(first_day, since), _day(last_day, until)


def _day(read: Callable[[str], object], text: str) -> dt.date | None:
    found = value_of(read(text)) if text else None
    return found if isinstance(found, dt.date) else None


def written(name: str, since: dt.date | None, until: dt.date | None) -> str:
    """Return a former name with its days as it is kept: 名称(起~止)."""
    days = f"({since or ''}~{until or ''})" if since or until else ""
    return f"{name.strip()}{days}"


def name_of(kept: str) -> str:
    """Return a former name without its days."""
    match = _DATED.fullmatch(kept)
    return match["name"] if match else kept


def days_of(kept: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of a former name; None where they are not stated."""
    match = _DATED.fullmatch(kept)
    return _days(match["days"]) if match else (None, None)


def until(kept: str, renamed: dt.date | None) -> str:
    """Return a former name with its last day: the one before the day of renaming, where it has none of its own."""
    if renamed is None or name_of(kept) != kept:
        return kept
    return written(kept, None, renamed - dt.timedelta(days=1))
