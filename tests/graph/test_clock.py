"""An office's day is that of Beijing, whatever the machine's zone is."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from graph.clock import as_then, in_beijing, minute, now, today

LATE = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


def test_a_time_is_told_in_beijing_one_without_a_zone_is_utc() -> None:
    for said in (LATE, LATE.replace(tzinfo=None), "2026-11-27T16:30:00+00:00", "2026-11-27T16:30:00"):
        assert in_beijing(said).isoformat() == "2026-11-28T00:30:00+08:00"
        assert minute(said) == "2026-11-28 00:30"
    assert minute("2026-11-28T08:00:00+09:00") == "2026-11-28 07:00"


@pytest.fixture(params=["Etc/GMT+12", "UTC", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine of another zone; at any hour it is another day in the first or the last than in Beijing."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_the_day_is_that_of_beijing_in_every_zone() -> None:
    before, told, after = in_beijing(datetime.now(UTC)), today(), in_beijing(datetime.now(UTC))
    assert before.date() <= told <= after.date()


def test_what_is_done_again_is_of_the_day_when_it_was_done_first() -> None:
    with as_then(LATE):
        assert now() == LATE
        assert today().isoformat() == "2026-11-28"
        with as_then(LATE.replace(year=2020)):
            assert today().isoformat() == "2020-11-28"
        assert now() == LATE
    assert now().tzinfo is UTC
    assert now() > LATE
