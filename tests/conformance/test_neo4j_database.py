"""Whose a Neo4j database is: its constraints, and what somebody else keeps in it."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph import errors
from graph.stores import cypher
from graph.stores.opening import open_store
from loaders.keep.backup import backup, restore
from loaders.reference.graph import ensure_reference
from tests.conftest import WIPE
from tests.support.handmade import link, write
from tests.support.stores import new_store

NAMES = "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN collect(name) AS names"
NODES = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties"
RELATIONSHIPS = (
    "MATCH (n)-[r]->(m) RETURN properties(n) AS source, type(r) AS type, properties(r) AS properties, "
    "properties(m) AS target"
)
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def run(empty_neo4j: str) -> Iterator[Run]:
    """Run a text on the server as its owner may."""
    user, _, address = empty_neo4j.partition("://")[2].rpartition("@")
    name, _, password = user.partition(":")
    with neo4j.GraphDatabase.driver(f"bolt://{address}", auth=(name, password)) as driver, driver.session() as session:
        yield lambda text: session.run(text).data()


@pytest.fixture
def bare(run: Run) -> Iterator[None]:
    """A server whose schema is as empty as its graph, as long as the test runs."""
    for row in run("SHOW CONSTRAINTS YIELD name"):
        run(f"DROP CONSTRAINT `{row['name']}`")
    for row in run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
        run(f"DROP INDEX `{row['name']}`")
    yield
    run(WIPE)
    for statement in cypher.neo4j_schema().values():
        run(statement)


def everything(run: Run) -> list[str]:
    """Return all that the server holds."""
    return sorted(map(repr, [*run(NODES), *run(RELATIONSHIPS)]))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of the reference data."""
    with new_store(tmp_path / "pristine" / "graph.lbug") as pristine:
        return backup(pristine, tmp_path / "b.zip")


@pytest.mark.usefixtures("bare")
def test_the_first_load_makes_constraints_and_opening_makes_none(run: Run, empty_neo4j: str) -> None:
    with open_store(empty_neo4j) as store, store.read() as session:
        assert session.version() == 0
    assert run(NAMES) == [{"names": []}]
    with open_store(empty_neo4j) as store:
        write(store, {"Need": [{"key": "n"}]})
    (found,) = run(NAMES)
    assert set(found["names"]) == set(cypher.neo4j_schema())


@pytest.mark.usefixtures("bare")
def test_what_is_missing_of_them_is_told_and_made_by_the_next_load(
    run: Run, empty_neo4j: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_store(empty_neo4j) as store:
        write(store, {"Need": [{"key": "n"}]})
    run("DROP CONSTRAINT `Need_key`")
    with caplog.at_level(logging.WARNING, "shuniu.store"), open_store(empty_neo4j) as store:
        assert [record.args[-1] for record in caplog.records if record.args] == ["Need_key"]
        with store.read() as session:
            assert session.version() == 1
        write(store, {"Need": [{"key": "m"}]})
    (found,) = run(NAMES)
    assert set(found["names"]) == set(cypher.neo4j_schema())


@pytest.mark.usefixtures("bare")
def test_constraints_and_indexes_under_other_names_are_not_missing(
    run: Run, empty_neo4j: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_store(empty_neo4j) as store:
        write(store, {"Need": [{"key": "n"}]})
    run("DROP CONSTRAINT `Need_key`")
    run("CREATE CONSTRAINT `theirs` FOR (n:Need) REQUIRE n.key IS UNIQUE")
    run("DROP INDEX `Region_point`")
    run("CREATE POINT INDEX `theirs_too` FOR (n:Region) ON (n.point)")
    with caplog.at_level(logging.WARNING, "shuniu.store"):
        open_store(empty_neo4j).close()
        assert caplog.records == []
        run("DROP INDEX `Region_name`")
        run("CREATE TEXT INDEX `Region_name` FOR (n:Region) ON (n.name)")  # of another kind than ours
        open_store(empty_neo4j).close()
    assert [record.args[-1] for record in caplog.records if record.args] == ["Region_name"]


@pytest.mark.usefixtures("bare")
def test_an_index_of_an_earlier_version_that_nothing_asks_for_goes_with_the_next_load(
    run: Run, empty_neo4j: str
) -> None:
    with open_store(empty_neo4j) as store:
        write(store, {"Need": [{"key": "n"}]})
    run("CREATE INDEX `Need_name` FOR (n:Need) ON (n.name)")
    run("CREATE INDEX `theirs` FOR (n:Need) ON (n.state)")
    with open_store(empty_neo4j) as store:
        write(store, {"Need": [{"key": "m"}]})
    (found,) = run(NAMES)
    assert set(found["names"]) == {*cypher.neo4j_schema(), "theirs"}


CLASHES = {
    "a label of ours": ("CREATE (:Region {key: 'x'}), (:Region {key: 'x'}), (:City)", "(:Region) × 2"),
    "with one of theirs": ("CREATE (:City:Window {id: 1})", "(:City:Window) × 1"),
}


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("text", "what"), CLASHES.values(), ids=CLASHES)
def test_a_load_into_a_database_with_others_nodes_of_our_labels_is_refused(
    run: Run, empty_neo4j: str, text: str, what: str
) -> None:
    run(text)
    before = everything(run)
    with open_store(empty_neo4j) as store, pytest.raises(errors.DatabaseShared) as caught:
        ensure_reference(store)
    assert caught.value.details["what"] == (what, what)
    assert everything(run) == before
    assert run(NAMES) == [{"names": []}]


def test_other_labels_are_no_hindrance_to_a_load(run: Run, empty_neo4j: str) -> None:
    run("CREATE (:City {key: 'x'})-[:NEAR]->(:City)")
    with open_store(empty_neo4j) as store:
        assert ensure_reference(store)
    assert run("MATCH (a:City)-[r:NEAR]->(b:City) RETURN count(r) AS roads") == [{"roads": 1}]


@pytest.mark.usefixtures("bare")
def test_nodes_of_one_key_are_named_where_constraints_are_missing(run: Run, empty_neo4j: str) -> None:
    with open_store(empty_neo4j) as store:
        write(store, {"Need": [{"key": "n"}]})
    run("DROP CONSTRAINT `Need_key`")
    run("CREATE (:Need {key: 'n'})")
    with open_store(empty_neo4j) as store, pytest.raises(errors.DatabaseShared, match="Need"):
        write(store, {"Window": [{"key": "w"}]})


STRANGERS = {
    "a label of theirs": ("CREATE (:City {key: 'x'})", "(:City) × 1"),
    "no label": ("CREATE ({key: 'x'})", "() × 1"),
    "no key": ("CREATE (:Region {name: 'x'})", "(:Region) (key?) × 1"),
    "a key that is no text": ("CREATE (:Region {key: 1})", "(:Region) (key?) × 1"),
    "two labels": ("MATCH (n:Need) SET n:City", "(:City:Need) × 1"),
    "a relationship to theirs": ("MATCH (n:Need) CREATE (n)-[:HAS]->(:City {key: 'c'})", "(:City) × 1"),
    "a relationship of theirs": (
        "MATCH (n:Need), (m:Enterprise) CREATE (n)-[:NEEDS]->(m)",
        "(:Need)-[:NEEDS]->(:Enterprise) × 1",
    ),
    "many kinds": (
        "CREATE (:A), (:B), (:C), (:D), (:E), (:F), (:F)",
        "(:F) (key?) × 2{and}(:A) (key?) × 1{and}(:B) (key?) × 1{and}(:C) (key?) × 1{and}(:D) (key?) × 1{and}…",
    ),
}


@pytest.mark.parametrize(("text", "what"), STRANGERS.values(), ids=STRANGERS)
def test_a_restore_over_what_is_not_ours_is_refused(
    run: Run, empty_neo4j: str, saved: Path, text: str, what: str
) -> None:
    with open_store(empty_neo4j) as store:
        nodes = {"Need": [{"key": "n"}], "Enterprise": [{"key": "e"}]}
        write(store, nodes, {("NEEDS", "Enterprise", "Need"): link({"e": "n"})})
        run(text)
        before = everything(run)
        with pytest.raises(errors.DatabaseShared) as caught:
            restore(saved, store, replace=True)
        assert tuple(caught.value.details["what"]) == (what.replace("{and}", "、"), what.replace("{and}", ", "))
        assert everything(run) == before
        assert list(store.home.iterdir()) == []


@pytest.mark.usefixtures("bare")
def test_a_restore_over_a_graph_that_nobody_loaded_is_refused(run: Run, empty_neo4j: str, saved: Path) -> None:
    run("CREATE (:Region {key: 'x'})")
    before = everything(run)
    with open_store(empty_neo4j) as store, pytest.raises(errors.DatabaseShared, match=r"\(:Region\) × 1"):
        restore(saved, store, replace=True)
    assert everything(run) == before
