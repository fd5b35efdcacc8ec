"""The days and hours of Beijing, by which the province lives, whatever zone the machine keeps.

A service on a server in UTC would else begin its day at eight in the morning: until then it answered as of yesterday.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
_THEN: ContextVar[datetime | None] = ContextVar("then", default=None)


def now() -> datetime:
    """Return the present moment, UTC; while something is done again (:func:`as_then`), when it was done first."""
    return _THEN.get() or datetime.now(UTC)


@contextmanager
def as_then(moment: datetime | None) -> Iterator[None]:
    """Let what is done within be recorded as of an earlier moment: the history of a graph made again is the same.

    Where that moment is not known, it is the present one.
    """
    before = _THEN.set(moment)
    try:
        yield
    finally:
        _THEN.reset(before)


def in_beijing(time: datetime | str) -> datetime:
    """Return a point in time (or its ISO 8601) in Beijing time; one without a zone is taken as UTC."""
    at = datetime.fromisoformat(time) if isinstance(time, str) else time
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING)


def minute(time: datetime | str) -> str:
    """Return a point in time as a table shows it: in Beijing, to the minute."""
    return f"{in_beijing(time):%Y-%m-%d %H:%M}"


def today() -> date:
    """Return the day that it is in Beijing: the day of analysis where none is given."""
    return in_beijing(now()).date()
