"""A write that fails leaves nothing; many at once leave no doubles."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pyarrow as pa
import pytest

from graph import schema
from graph.comparison import plan
from graph.delta import Delta, Facts
from graph.errors import StoreBusy, StoreFailure, StoreMoved, StoreUnreachable
from graph.stores import cypher, neo4j_writing
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.write.commit import with_load
from tests.support.export import digest, export_rows
from tests.support.handmade import link, write
from tests.support.soak import trials
from tests.support.stores import new_store
from tests.worlds import random_world

THREADS = trials(4, 8)


def at_once(work: Callable[[], None]) -> list[BaseException]:
    """Run ``work`` in several threads that begin together; return what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def run() -> None:
        start.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 handed to the test
            raised.append(error)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    nodes = {"Need": [{"key": "n", "state": "open"}], "Enterprise": [{"key": "e"}]}
    write(store, nodes, {("NEEDS", "Enterprise", "Need"): link({"e": "n"})})
    before = digest(store)
    with store.read() as session:
        version = session.version()
    changed = {"Need": [{"key": "n", "state": "closed"}, {"key": "new"}], "Enterprise": [{"key": "f"}]}
    with pytest.raises(StoreFailure):  # the last relationship has no such enterprise to begin at
        write(store, changed, {("NEEDS", "Enterprise", "Need"): link([("f", "n"), ("nobody", "new")])})
    assert digest(store) == before
    with store.read() as session:
        assert session.version() == version
    write(store, changed)
    assert digest(store) != before


def test_of_two_loads_with_one_number_the_second_is_refused(store: Store) -> None:
    write(store, {"Need": [{"key": "n", "quantity": 1.0}]})
    first, second = (planned(store, quantity) for quantity in (2.0, 3.0))
    store.apply(first)
    with pytest.raises(StoreMoved):
        store.apply(second)
    with store.read() as session:
        assert session.nodes(schema.nodes()["Need"])["quantity"].to_pylist() == [2.0]
        assert session.version() == 2


@pytest.mark.neo4j
def test_what_a_killed_loader_sent_last_is_waited_for(empty_neo4j: str, neo4j_store: Store) -> None:
    user, _, address = empty_neo4j.partition("://")[2].rpartition("@")
    name, _, password = user.partition(":")
    write(neo4j_store, {})
    settled = threading.Event()
    waiting = threading.Thread(target=lambda: (neo4j_store.settle(), settled.set()))
    with neo4j.GraphDatabase.driver(f"bolt://{address}", auth=(name, password)) as driver, driver.session() as session:
        late = session.begin_transaction()
        late.run(cypher.NEO4J_CLEAR, rows=[{"key": "load-000002", "name": "gone"}]).consume()
        waiting.start()
        assert not settled.wait(1.0), "its lock is held"
        late.run("CREATE (:Load {key: 'load-000002', sequence: 2, state: 'done'})").consume()
        late.commit()
    waiting.join()
    with neo4j_store.read() as session:
        assert session.version() == 2


@pytest.mark.neo4j
@pytest.mark.slow
@pytest.mark.parametrize("lived", [8, 1][: trials(1, 2)])
@pytest.mark.usefixtures("empty_neo4j")
def test_a_load_of_several_transactions_is_served_when_it_is_whole(
    neo4j_store: Store, lived: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = random_world(3).write(tmp_path / "world")
    with new_store(tmp_path / "whole.lbug") as whole:
        load(whole, [folder])
        expected = digest(whole)
    ensure_reference(neo4j_store)
    for name, rows in (("writing.TRANSACTION_ROWS", 100), ("writing.PART_ROWS", 20), ("steps.BATCH_ROWS", 10)):
        monkeypatch.setattr(f"graph.stores.neo4j_{name}", rows)
    parts = itertools.count()
    run_all = neo4j_writing._run_all

    def dies(transaction: neo4j.ManagedTransaction, steps: list[neo4j_writing.Step]) -> None:
        run_all(transaction, steps)
        if next(parts) >= lived:
            raise StoreFailure(reason="the loader dies")

    with monkeypatch.context() as patched:
        patched.setattr(neo4j_writing, "_run_all", dies)
        with pytest.raises(StoreFailure, match="dies"):
            load(neo4j_store, [folder])
    with pytest.raises(StoreBusy, match="load-000002"), neo4j_store.read() as session:
        session.version()
    assert not load(neo4j_store, [folder]).written, "what was begun is completed first"
    assert digest(neo4j_store) == expected
    assert next(parts) < lived + 3, "at most the part under way follows one that failed"


def planned(store: Store, quantity: float) -> Delta:
    """Return a second load that was compared but not yet written."""
    facts = Facts()
    facts.add(schema.nodes()["Need"], pa.Table.from_pylist([{"key": "n", "quantity": quantity}]))
    with store.read() as session:
        return with_load(plan(facts, session), 2, datetime.now(UTC))


@pytest.mark.slow
def test_threads_that_write_the_same(store: Store) -> None:
    nodes = {"Resource": [{"key": f"s{n}"} for n in range(30)], "Region": [{"key": f"r{n}"} for n in range(30)]}
    links = {("SERVES", "Resource", "Region"): link([(f"s{a}", f"r{b}") for a in range(30) for b in range(3)])}

    def until_it_holds() -> None:
        while True:
            try:
                return write(store, nodes, links)
            except (StoreMoved, StoreUnreachable):  # a busy server once lost a question, and was silent for its time
                continue

    assert not at_once(until_it_holds)
    doubles = [row for row, times in Counter(export_rows(store)).items() if times > 1]
    assert not doubles
    assert len(export_rows(store)) == 30 + 30 + 90


@pytest.mark.slow
def test_threads_that_load_the_same_files(store: Store, tmp_path: Path) -> None:
    ensure_reference(store)
    folder = random_world(3).write(tmp_path / "world")
    written: list[bool] = []
    assert not at_once(lambda: written.append(load(store, [folder]).written))
    assert Counter(written) == {True: 1, False: THREADS - 1}
    rows = export_rows(store)
    assert max(Counter(rows).values()) == 1
    with store.read() as session:
        assert session.version() == 2
