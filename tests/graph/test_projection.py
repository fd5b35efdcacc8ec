"""Compact arrays and what is kept by version."""

import gc
import threading
import weakref
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pytest

from graph.projection import cached, cached_by_version, in_order, project
from graph.stores.base import Query, ReadSession, Store
from graph.stores.opening import open_store
from tests.support.handmade import link, write

LABELS, TYPES = ("Region", "Window"), ("LOCATED_IN", "PART_OF", "PARTNERS_WITH")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"ladybug://{tmp_path / 's.lbug'}") as store:
        yield store


@pytest.fixture
def store(empty: Store) -> Store:
    places = [{"key": "510100", "name": "甲市", "level": "prefecture"}, {"key": "510000", "name": "省"}]
    windows: list[dict[str, Any]] = [
        {"key": "w2", "name": "乙", "kind": "station", "since": date(2020, 1, 1), "data_class": "REAL"},
        {"key": "w1", "name": "甲", "kind": "hub"},
    ]
    links = {
        ("PART_OF", "Region", "Region"): link({"510100": "510000"}),
        ("LOCATED_IN", "Window", "Region"): link({"w1": "510000", "w2": "510100"}),
        ("PARTNERS_WITH", "Window", "Window"): [
            *link({"w1": "w2"}, dimension="supply_chain", until=date(2030, 1, 1)),
            *link({"w1": "w2"}, dimension="brand_chain"),
        ],
        ("LOCATED_IN", "Carrier", "Region"): link({"c1": "510100"}),
    }
    write(empty, {"Region": places, "Window": windows, "Carrier": [{"key": "c1"}]}, links)
    return empty


def read_version(session: ReadSession) -> int:
    return session.version()


def test_nodes_are_ordered_by_label_and_key_and_edges_point_at_their_rows(store: Store) -> None:
    made = project(store, LABELS, TYPES)
    assert list(zip(made.nodes["label"], made.nodes["key"], strict=True)) == [
        ("Region", "510000"),
        ("Region", "510100"),
        ("Window", "w1"),
        ("Window", "w2"),
    ]
    row = made.nodes[["name", "kind", "since", "data_class"]].iloc[3]
    assert list(row) == ["乙", "station", date(2020, 1, 1), "REAL"]
    edges = made.edges.astype(object).where(made.edges.notna(), None)
    assert list(edges[["source", "target", "type", "dimension", "until"]].itertuples(index=False, name=None)) == [
        (1, 0, "PART_OF", None, None),
        (2, 0, "LOCATED_IN", None, None),
        (3, 1, "LOCATED_IN", None, None),
        (2, 3, "PARTNERS_WITH", "brand_chain", None),
        (2, 3, "PARTNERS_WITH", "supply_chain", date(2030, 1, 1)),
    ]


def test_an_answer_is_in_the_order_of_its_texts_whatever_its_numbers(empty: Store) -> None:
    text = "UNWIND ['b', 'a', 'c'] AS key RETURN CASE key WHEN 'a' THEN 3 WHEN 'b' THEN 1 ELSE 2 END AS number, key"
    with empty.read() as session:
        found = in_order(session, Query(text, {"number": int, "key": str}))
    assert found.reset_index().to_numpy().tolist() == [[0, 3, "a"], [1, 1, "b"], [2, 2, "c"]]


def test_networkx_keeps_parallel_edges_and_attributes(store: Store) -> None:
    graph = project(store, LABELS, TYPES).to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.nodes[2] == {"label": "Window", "key": "w1", "name": "甲", "kind": "hub"}
    assert graph.nodes[0]["kind"] is None
    assert sorted(d["dimension"] for _, _, d in graph.out_edges(2, data=True) if d["dimension"]) == [
        "brand_chain",
        "supply_chain",
    ]
    assert graph.number_of_edges() == 5


def test_nothing_asked_or_nothing_stored_is_an_empty_projection(store: Store) -> None:
    assert project(store, (), ()).to_networkx().number_of_nodes() == 0
    alone = project(store, ("Brand",), TYPES)
    assert len(alone.nodes) == len(alone.edges) == 0
    assert list(alone.edges.columns[:3]) == ["source", "target", "type"]


def test_unknown_labels_and_types_are_refused(store: Store) -> None:
    with pytest.raises(KeyError):
        project(store, ("Nothing",), ())
    with pytest.raises(KeyError):
        project(store, (), ("NOTHING",))


def test_a_projection_is_made_once_a_version_whatever_the_order_of_names(store: Store) -> None:
    first = project(store, LABELS, TYPES)
    assert project(store, LABELS[::-1], TYPES[::-1]) is first
    write(store, {"Window": [{"key": "w3"}]})
    second = project(store, LABELS, TYPES)
    assert len(second.nodes) == len(first.nodes) + 1


def test_a_value_is_built_once_a_version(store: Store) -> None:
    built = []

    def build(session: ReadSession) -> int:
        built.append(session.version())
        return len(built)

    assert [cached(store, "n", build) for _ in range(3)] == [(1, 1)] * 3
    assert cached(store, "other", build) == (1, 2)
    write(store, {"Window": [{"key": "w3"}]})
    assert cached(store, "n", build) == (2, 3)
    assert built == [1, 1, 2]


def test_a_session_that_was_open_before_a_load_gets_the_value_of_what_it_sees(store: Store) -> None:
    with store.read() as session:
        assert cached_by_version(store, session, "n", read_version) == (1, 1)
        write(store, {"Window": [{"key": "w3"}]})
        assert cached(store, "n", read_version) == (2, 2)
        assert cached_by_version(store, session, "n", read_version) == (2, 2)


class Moving:
    """A session as Neo4j's are: it sees the loads that others finish while it is open."""

    def __init__(self, *sequences: int) -> None:
        self.sequences = list(sequences)

    def table(self, _: Query) -> pa.Table:
        now = self.sequences.pop(0) if len(self.sequences) > 1 else self.sequences[0]
        return pa.table({"sequence": [now], "key": [f"load-{now}"], "finished": pa.nulls(1), "token": pa.nulls(1)})


def test_a_load_done_meanwhile_makes_it_built_again(store: Store) -> None:
    built: list[int] = []

    def build(_: ReadSession) -> int:
        built.append(1)
        return len(built)

    assert cached_by_version(store, Moving(7, 8), "n", build) == (8, 2)
    assert cached_by_version(store, Moving(8), "n", build) == (8, 2)
    assert cached_by_version(store, Moving(*range(9, 99)), "n", build) == (12, 5)  # no end of loads
    assert cached_by_version(store, Moving(12), "n", build) == (12, 6)


def test_without_a_finished_load_nothing_is_kept(empty: Store) -> None:
    built: list[int] = []
    for _ in range(2):
        assert cached(empty, "n", lambda _: built.append(1)) == (0, None)
    assert len(built) == 2


def test_a_store_made_anew_at_the_same_place_has_nothing_of_the_old(tmp_path: Path) -> None:
    url = f"ladybug://{tmp_path / 's.lbug'}"
    for name in ("甲", "乙"):
        with open_store(url) as store:
            write(store, {"Window": [{"key": "w", "name": name}]})
            assert project(store, ["Window"], []).nodes["name"].tolist() == [name]
        (tmp_path / "s.lbug").unlink()


def test_a_failed_building_is_tried_again(store: Store) -> None:
    def fail(_: ReadSession) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cached(store, "n", fail)
    assert cached(store, "n", read_version) == (1, 1)


def test_threads_wait_for_one_building(store: Store) -> None:
    entered, go, built = threading.Event(), threading.Event(), []

    def build(session: ReadSession) -> int:
        entered.set()
        go.wait(60)
        built.append(1)
        return session.version()

    answers: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: answers.append(cached(store, "n", build))) for _ in range(6)]
    threads[0].start()
    assert entered.wait(60)
    for thread in threads[1:]:
        thread.start()
    assert cached(store, "other", read_version) == (1, 1)  # another name does not wait
    go.set()
    for thread in threads:
        thread.join(60)
    assert answers == [(1, 1)] * 6
    assert len(built) == 1


def test_few_values_are_kept_and_none_outlives_its_store(tmp_path: Path) -> None:
    class Value:
        pass

    seen: list[weakref.ref[Value]] = []

    def build(_: ReadSession) -> Value:
        value = Value()
        seen.append(weakref.ref(value))
        return value

    with open_store(f"ladybug://{tmp_path / 's.lbug'}") as store:
        write(store, {"Window": [{"key": "w"}]})
        for name in range(40):
            cached(store, name, build)
        gc.collect()
        assert 0 < sum(v() is not None for v in seen) < 40
        assert seen[-1]() is not None
    del store
    gc.collect()
    assert not any(v() is not None for v in seen)
