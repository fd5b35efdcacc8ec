"""A server that came back is tried by one asker; what is late just then is no fault of the question's."""

from types import SimpleNamespace

import pytest

from graph.errors import QueryTimeout, ShuniuError, StoreUnreachable
from graph.stores import presence
from graph.stores.presence import WARM_SECONDS, Presence

GONE, LATE, OTHER = StoreUnreachable(url="u"), QueryTimeout(seconds=1), ShuniuError()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(presence, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def never() -> None:
    pytest.fail("asked a server that is there")


def test_a_server_that_is_there_is_not_tried() -> None:
    there = Presence("u")
    there.ensure(never)
    assert [there.judge(e) for e in (LATE, OTHER)] == [LATE, OTHER]
    there.ensure(never)


def test_one_that_is_away_is_tried_until_it_answers() -> None:
    server = Presence("u")
    tried: list[str] = []
    assert server.judge(GONE) is GONE

    def late() -> None:
        tried.append("late")
        raise LATE

    def crowd() -> None:
        tried.append("asked")
        with pytest.raises(StoreUnreachable):
            server.ensure(never)

    with pytest.raises(StoreUnreachable):
        server.ensure(late)
    server.ensure(crowd)
    server.ensure(never)
    assert tried == ["late", "asked"]


def test_what_is_late_soon_after_its_return_is_the_servers_fault(clock: list[float]) -> None:
    server = Presence("u")
    server.judge(GONE)
    server.ensure(lambda: None)
    clock[0] += WARM_SECONDS - 1
    assert isinstance(server.judge(LATE), StoreUnreachable)
    assert server.judge(OTHER) is OTHER
    server.ensure(never)
    clock[0] += 1
    assert [server.judge(LATE), server.judge(LATE)] == [LATE, LATE]
