"""Reading: no writes, a time limit for each query, the version, and what is seen while others write."""

import time
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from graph import errors, schema
from graph.comparison import plan
from graph.delta import Facts
from graph.errors import QueryTimeout, StoreFailure, StoreReadOnly
from graph.projection import cached
from graph.stores.base import Query, ReadSession, Store
from tests.support.handmade import write

NEED = schema.nodes()["Need"]
COUNT = Query("MATCH (n:Need) RETURN count(n) AS needs", {"needs": int})
ENDLESS = Query(
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE (a * b) % 7 = 1 "
    "RETURN count(*) AS pairs",
    {"pairs": int},
)
WRITES = {
    "create": "CREATE (n:Need {key: 'x'}) RETURN n.key AS key",
    "merge": "MERGE (n:Need {key: 'x'}) RETURN n.key AS key",
    "set": "MATCH (n:Need) SET n.name = 'x' RETURN n.key AS key",
    "delete": "MATCH (n:Need) DETACH DELETE n",
}


@pytest.mark.parametrize("text", WRITES.values(), ids=WRITES)
def test_a_read_session_refuses_writes(store: Store, text: str) -> None:
    write(store, {"Need": [{"key": "n", "name": "甲"}]})
    with store.read() as session, pytest.raises(StoreReadOnly):
        session.table(Query(text, {"key": str}))
    with store.read() as session:
        assert session.nodes(NEED).select(["key", "name"]).to_pylist() == [{"key": "n", "name": "甲"}]


def test_time_limit(store: Store) -> None:
    began = time.monotonic()
    with store.read(seconds=0.4) as session, pytest.raises(QueryTimeout) as caught:
        session.table(ENDLESS)
    assert time.monotonic() - began < 30
    assert "0.4" in caught.value.say("en")


def test_the_limit_is_of_each_query_not_of_the_session(store: Store) -> None:
    with store.read(seconds=2) as session:
        session.table(COUNT)
        time.sleep(2.1)
        assert session.table(COUNT).to_pylist() == [{"needs": 0}]


def test_a_broken_question_is_a_store_failure(store: Store) -> None:
    with store.read() as session, pytest.raises(StoreFailure):
        session.table(Query("MATCH (n:Need RETURN n.key AS key", {"key": str}))


def test_an_error_of_the_caller_stays_his_own(store: Store) -> None:
    with pytest.raises(FileNotFoundError), store.read():
        raise FileNotFoundError("a file of the caller's")


def test_answers_have_the_declared_columns_and_types(store: Store) -> None:
    write(store, {"Need": [{"key": "n", "day": date(2026, 1, 31)}, {"key": "m", "quantity": 2.5}]})
    query = Query(
        "MATCH (n:Need) WHERE n.key IN $keys RETURN n.key AS key, n.day AS day, n.quantity AS quantity, "
        "n.quantity IS NULL AS silent, 1 AS one ORDER BY key",
        {"key": str, "day": date, "quantity": float, "silent": bool, "one": int},
    )
    with store.read() as session:
        table = session.table(query, keys=["n", "m", "o"])
        nothing = session.table(query, keys=[])
    assert table.schema == query.arrow
    assert table.to_pylist() == [
        {"key": "m", "day": None, "quantity": 2.5, "silent": False, "one": 1},
        {"key": "n", "day": date(2026, 1, 31), "quantity": None, "silent": True, "one": 1},
    ]
    assert (nothing.schema, len(nothing)) == (query.arrow, 0)


def test_frame_is_the_same_answer(store: Store) -> None:
    write(store, {"Need": [{"key": "n", "quantity": 2.5}]})
    with store.read() as session:
        frame = session.frame(Query("MATCH (n:Need) RETURN n.quantity AS quantity", {"quantity": float}))
    assert frame.to_dict("list") == {"quantity": [2.5]}


def state(session: ReadSession) -> tuple[int, int]:
    """Return the version and the number of needs."""
    return session.version(), len(session.nodes(NEED))


def test_version_is_that_of_the_last_finished_load_and_of_a_half_written_graph_none(store: Store) -> None:
    with store.read() as session:
        assert session.version() == 0
    for version in (1, 2):
        write(store, {"Need": [{"key": f"n{version}"}]})
        with store.read() as session:
            assert session.version() == version
    facts = Facts()
    unfinished = {"key": "load-9", "sequence": 9, "state": "writing"}
    facts.add(schema.nodes()["Load"], pa.Table.from_pylist([unfinished]))
    store.apply(plan(facts, None))
    with store.read() as session, pytest.raises(errors.StoreBusy, match="load-9"):
        session.version()


def test_a_session_sees_one_state_or_its_version_tells(store: Store) -> None:
    write(store, {"Need": [{"key": "n"}]})
    with store.read() as session:
        before = state(session)
        write(store, {"Need": [{"key": "m"}]})
        after = state(session)
    assert before == (1, 1)
    assert after in (before, (2, 2))
    with store.read() as session:
        assert state(session) == (2, 2)


def test_what_is_kept_for_a_version_never_mixes_two(store: Store) -> None:
    write(store, {"Need": [{"key": "n"}]})
    loads: list[Callable[[], None]] = [lambda: write(store, {"Need": [{"key": "m"}]})]

    def count_twice(session: ReadSession) -> tuple[int, int]:
        first = len(session.nodes(NEED))
        if loads:
            loads.pop()()
        return first, len(session.nodes(NEED))

    version, (first, second) = cached(store, "twice", count_twice)
    assert first == second == version
    assert cached(store, "twice", count_twice) == (2, (2, 2))
