"""A write ends while nobody else's transaction is open: Ladybug would put changed rows in the place of others."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import schema
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.stores.sessions import Sessions
from tests.support.facts import write

MANY = 70_000
LATE = "n69999"
CHANGED = {"key": LATE, "name": "changed"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path / 'g.lbug'}") as made:
        write(made, {"Need": [{"key": f"n{at}", "name": "as it was"} for at in range(MANY)]})
        yield made


def changed(store: Store) -> list[str]:
    with store.read() as session:
        rows = session.nodes(schema.nodes()["Need"])
    return [
        key for key, name in zip(rows["key"].to_pylist(), rows["name"].to_pylist(), strict=True) if name == "changed"
    ]


@pytest.mark.slow
def test_a_row_far_down_a_table_is_changed_in_its_place_whoever_reads(store: Store) -> None:
    with store.read() as session:
        before = session.version()
        write(store, {"Need": [CHANGED, {"key": "new", "name": "new"}]})
        assert session.version() == before + 1, "the writer's own session goes on behind it"
    assert changed(store) == [LATE]


@pytest.mark.slow
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
