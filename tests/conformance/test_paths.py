"""Paths on both stores: the same answers; and what is shown for Neo4j Browser, run in a real Neo4j."""

import random
from collections.abc import Callable
from pathlib import Path

import neo4j
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.stores.base import Store
from graph.stores.browser import PathStep, literal, path_text
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.paths.find import paths, paths_batch
from queries.paths.question import PathQuestion
from queries.paths.surroundings import neighbours
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

TRICKY = ["'", '"', "\\", "\\'", "\\u0027", "\\\\u0027", "\\\\\\u0027 OR", "\n\t\r", "\x00\x07", "`",
          "}) DETACH DELETE n //", "𠮷\u2028", "\\U0041", "u0041", "$key", "\\", "四川 '绵阳'"]  # fmt: skip


@pytest.fixture(scope="module")
def driver(neo4j_url: str) -> neo4j.Driver:
    user, _, address = neo4j_url.partition("://")[2].rpartition("@")
    auth: tuple[str, str] = tuple(user.split(":", 1))  # type: ignore[assignment]
    with neo4j.GraphDatabase.driver(f"bolt://{address}", auth=auth) as made:
        yield made


@pytest.fixture(scope="module")
def both(wipe: Callable[[], None], neo4j_store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Store]:
    wipe()
    folder: Path = tmp_path_factory.mktemp("twin")
    with open_store(f"ladybug://{folder / 'graph.lbug'}") as embedded:
        tables = random_world(1).write(folder / "tables")
        for store in (embedded, neo4j_store):
            ensure_reference(store)
            assert not load(store, [tables]).issues
        yield embedded, neo4j_store


def questions(store: Store) -> list[PathQuestion]:
    """Return questions of several kinds between nodes of the world drawn at random."""
    with store.read() as session:
        from graph import schema  # noqa: PLC0415

        names = {
            label: session.nodes(schema.nodes()[label])["key"].to_pylist() for label in ("Organization", "Carrier")
        }
    ends = [*names["Carrier"], *names["Organization"], "510100", "510000", "W00", "CH01"]
    draw = random.Random(7)
    asked = [PathQuestion(start=a, end=b, as_of=AS_OF) for a, b in (draw.sample(ends, 2) for _ in range(12))]
    asked += [q.model_copy(update={"diverse": True, "hub_penalty": 0.0}) for q in asked[:4]]
    asked += [q.model_copy(update={"max_hops": 1}) for q in asked[:4]]
    return [*asked, PathQuestion(start="510100", service_type="SC01", as_of=AS_OF)]


def test_the_same_neighbours(both: tuple[Store, Store]) -> None:
    for label, key in (("Region", "510100"), ("Window", "W00"), ("Chain", "CH01")):
        one, other = (neighbours(store, label, key, as_of=AS_OF).page(1000) for store in both)
        assert one.data == other.data
        assert one.data


def test_the_same_paths(both: tuple[Store, Store]) -> None:
    asked = questions(both[0])
    one, other = (paths_batch(store, asked) for store in both)
    assert one.data == other.data
    assert one.meta.data_class == other.meta.data_class
    assert sum(bool(pair.paths) for pair in one.data) >= 8
    assert any(pair.explanation for pair in one.data)


def test_the_cypher_of_a_path_shows_that_path(both: tuple[Store, Store], driver: neo4j.Driver) -> None:
    for question in questions(both[1])[:8]:
        for path in paths(both[1], question).data:
            with driver.session() as session:
                (shown,) = {tuple(node["key"] for node in record["path"].nodes) for record in session.run(path.cypher)}
            assert list(shown) == [node.key for node in path.nodes]


@pytest.mark.parametrize("text", TRICKY, ids=repr)
def test_any_text_is_shown_as_it_is(driver: neo4j.Driver, text: str) -> None:
    with driver.session() as session:
        assert session.run(f"RETURN {literal(text)} AS text").single(strict=True)["text"] == text  # type: ignore[arg-type]


@given(st.text(alphabet=st.sampled_from(list("\\'uU0027n\"a\n`")), max_size=14))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_of_backslashes_and_quotes_is_shown_as_it_is(driver: neo4j.Driver, text: str) -> None:
    with driver.session() as session:
        assert session.run(f"RETURN {literal(text)} AS text").single(strict=True)["text"] == text  # type: ignore[arg-type]


def test_a_key_cannot_leave_its_place(driver: neo4j.Driver) -> None:
    text = path_text(
        [("Window", key) for key in TRICKY], [PathStep("REPORTS_TO", None, along=True)] * (len(TRICKY) - 1)
    )
    with driver.session() as session:
        assert session.run(text).consume().counters.contains_updates is False  # type: ignore[arg-type]
