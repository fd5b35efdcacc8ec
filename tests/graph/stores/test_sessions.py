"""A write ends while nobody else's transaction is open: Ladybug would put changed rows in the place of others."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import schema
from graph.comparison import plan
from graph.delta import Facts
from graph.errors import StoreFailure
from graph.stores import embedded
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.stores.sessions import Sessions
from graph.stores.swap import LOGS, home_of
from tests.support.handmade import add, write

MANY = 5_000
"""Rows of a kind: beyond the first 2,048 Ladybug would put a changed one in another's place."""
LATE = "n4999"
CHANGED = {"key": LATE, "name": "changed"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "g.lbug"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{path}") as made:
        write(made, {"Need": [{"key": f"n{at}", "name": "as it was"} for at in range(MANY)]})
        yield made


def changed(store: Store) -> list[str]:
    with store.read() as session:
        rows = session.nodes(schema.nodes()["Need"])
    return [
        key for key, name in zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True) if name == "changed"
    ]


def change_alone(store: Store) -> None:
    """Write a change without anything new: it stays in Ladybug's log until a later write, or until the end."""
    facts = Facts()
    add(facts, schema.nodes()["Need"], [CHANGED])
    with store.read() as session:
        delta = plan(facts, session)
    store.apply(delta)


@pytest.mark.usefixtures("way")
def test_a_row_far_down_a_table_is_changed_in_its_place_whoever_reads(store: Store) -> None:
    with store.read() as session:
        before = session.version()
        write(store, {"Need": [CHANGED, {"key": "new", "name": "new"}]})
        assert session.version() == before + 1, "the writer's own session goes on behind it"
    assert changed(store) == [LATE]


@pytest.mark.usefixtures("way")
def test_a_write_waits_for_who_reads_and_who_would_read_waits_for_it(store: Store) -> None:
    reading, over, seen = threading.Event(), threading.Event(), list[int]()

    def read() -> None:
        with store.read() as session:
            first = session.version()
            reading.set()
            assert over.wait(10)
            seen.extend((first, session.version()))

    def done() -> None:
        write(store, {"Need": [CHANGED, {"key": "new", "name": "new"}]})

    reader, writer = threading.Thread(target=read), threading.Thread(target=done)
    reader.start()
    assert reading.wait(10)
    writer.start()
    writer.join(0.3)
    assert writer.is_alive()
    over.set()
    reader.join()
    writer.join()
    assert seen[0] == seen[1]
    assert changed(store) == [LATE]


def test_what_the_log_holds_goes_to_its_place_when_the_store_is_closed_under_a_reader(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "REST_SECONDS", 0.1)
    change_alone(store)
    assert path.with_name(f"{path.name}.wal").exists()
    reading, closed = threading.Event(), threading.Event()

    def read() -> None:
        with store.read() as session:
            session.version()
            reading.set()
            assert closed.wait(10)

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(10)
    store.close()
    closed.set()
    reader.join()
    with open_store(f"ladybug://{path}") as again:
        assert changed(again) == [LATE]


@pytest.mark.parametrize("read_only", [False, True])
def test_what_the_log_of_a_stopped_process_holds_goes_to_its_place(
    store: Store, path: Path, tmp_path: Path, read_only: bool
) -> None:
    change_alone(store)
    left = tmp_path / "left" / path.name
    left.parent.mkdir()
    for end in ("", *LOGS):
        if (file := path.with_name(path.name + end)).exists():
            shutil.copy(file, left.with_name(file.name))
    shutil.copytree(home_of(path), home_of(left))
    with open_store(f"ladybug://{left}", read_only=read_only) as again:
        assert changed(again) == [LATE]
    with open_store(f"ladybug://{left}") as once_more:
        assert changed(once_more) == [LATE]


@pytest.mark.usefixtures("way")
def test_a_session_that_cannot_begin_anew_is_lost_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.read() as lost, store.read() as other:

        def refuse() -> None:
            raise RuntimeError("Buffer manager exception: no memory")

        monkeypatch.setattr(lost, "begin", refuse)
        write(store, {"Need": [CHANGED]})
        with pytest.raises(StoreFailure):
            lost.version()
        assert other.version() == 2
    write(store, {"Need": [{"key": "new"}]})
    assert changed(store) == [LATE]


class Noted:
    """A transaction that writes down what becomes of it; it may refuse to end."""

    def __init__(self, name: str, said: list[str], *, ends: bool = True) -> None:
        self.name, self.said, self.ends = name, said, ends

    def end(self) -> None:
        self.said.append(f"{self.name} ends")
        if not self.ends:
            raise RuntimeError(self.name)

    def begin_anew(self) -> None:
        self.said.append(f"{self.name} begins")


def test_where_one_of_the_own_transactions_does_not_end_the_others_go_on_and_nobody_waits() -> None:
    sessions, said = Sessions(), list[str]()
    first, second, third = (Noted(name, said, ends=name != "second") for name in ("first", "second", "third"))
    with sessions.one(first), sessions.one(second), sessions.one(third):
        with pytest.raises(RuntimeError, match="second"), sessions.alone(1):
            said.append("alone")
        assert said == ["first ends", "second ends", "second begins", "first begins"]
        second.ends = True
        said.clear()
        with sessions.alone(1):
            said.append("alone")
        ends, begins = ([f"{n} {does}" for n in ("first", "second", "third")] for does in ("ends", "begins"))
        assert said == [*ends, "alone", *reversed(begins)]


def test_whoever_would_be_alone_gives_up_in_time_and_lets_others_in() -> None:
    sessions, inside, over = Sessions(), threading.Event(), threading.Event()

    def hold() -> None:
        with sessions.one():
            inside.set()
            assert over.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(10)
    with pytest.raises(TimeoutError), sessions.alone(0.01):
        pass
    with sessions.one():
        over.set()
    holder.join()
    with sessions.alone(1):
        pass


def test_while_one_takes_long_others_are_let_in_and_a_write_comes_when_it_has_ended() -> None:
    sessions, inside, over, done = Sessions(), threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with sessions.one():
            inside.set()
            assert over.wait(10)

    def write_alone() -> None:
        with sessions.alone(60):
            done.set()

    holder, writer = threading.Thread(target=hold), threading.Thread(target=write_alone)
    holder.start()
    assert inside.wait(10)
    writer.start()
    for _ in range(3):  # each comes through although the writer waits
        with sessions.one():
            assert not done.is_set()
    over.set()
    writer.join()
    holder.join()
    assert done.is_set()


def test_at_last_a_write_bars_the_way_to_those_who_keep_coming() -> None:
    sessions, over = Sessions(), threading.Event()
    first = threading.Event()

    def come_and_come() -> None:
        while not over.is_set():
            with sessions.one():
                first.set()
                over.wait(0.05)

    readers = [threading.Thread(target=come_and_come) for _ in range(4)]
    for reader in readers:
        reader.start()
    assert first.wait(10)
    with sessions.alone(10):
        over.set()
    for reader in readers:
        reader.join()


def test_two_are_alone_one_after_the_other() -> None:
    sessions, inside, over, second = Sessions(), threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with sessions.alone(10):
            inside.set()
            assert over.wait(10)
            assert not second.is_set()

    def follow() -> None:
        with sessions.alone(10):
            second.set()

    holder, follower = threading.Thread(target=hold), threading.Thread(target=follow)
    holder.start()
    assert inside.wait(10)
    with pytest.raises(TimeoutError), sessions.alone(0.01):
        pass
    follower.start()
    over.set()
    holder.join()
    follower.join()
    assert second.is_set()
