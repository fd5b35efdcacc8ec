"""The days and hours of Beijing, by which the province lives, whatever zone the machine keeps.

A service on a server in UTC would else begin its day at eight in the morning: until then it answered as of yesterday.
"""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def in_beijing(time: datetime | str) -> datetime:
    """Return a point in time (or its ISO 8601) in Beijing time; one without a zone is taken as UTC."""
    at = datetime.fromisoformat(time) if isinstance(time, str) else time
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING)


def minute(time: datetime | str) -> str:
    """Return a point in time as a table shows it: in Beijing, to the minute."""
    return f"{in_beijing(time):%Y-%m-%d %H:%M}"


def today() -> date:
    """Return the day that it is in Beijing: the day of analysis where none is given."""
    return datetime.now(BEIJING).date()
