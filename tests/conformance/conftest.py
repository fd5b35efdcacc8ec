"""Every test here runs on each kind of store, on an empty graph."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import neo4j
import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store

WIPE = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
KINDS = ["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)]


@pytest.fixture(scope="session")
def neo4j_store(neo4j_url: str, data_home: Path) -> Iterator[Store]:
    assert data_home.is_dir()
    with open_store(neo4j_url) as store:
        yield store


@pytest.fixture(scope="session")
def wipe(neo4j_url: str, neo4j_store: Store) -> Iterator[Callable[[], None]]:
    """Empty the server's graph, constraints stay, and what lies beside it."""
    user, _, address = neo4j_url.partition("://")[2].rpartition("@")
    auth: tuple[str, str] = tuple(user.split(":", 1))  # type: ignore[assignment]
    with neo4j.GraphDatabase.driver(f"bolt://{address}", auth=auth) as driver:

        def empty() -> None:
            with driver.session() as session:
                session.run(WIPE).consume()
            shutil.rmtree(neo4j_store.home, ignore_errors=True)

        yield empty


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded store without any load, to be copied: that is faster than making its tables anew."""
    path = tmp_path_factory.mktemp("empty") / "graph.lbug"
    open_store(f"ladybug://{path}").close()
    return path


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "embedded":
        copy = shutil.copy(request.getfixturevalue("empty_file"), tmp_path)
        with open_store(f"ladybug://{copy}") as made:
            yield made
        return
    request.getfixturevalue("wipe")()
    yield request.getfixturevalue("neo4j_store")
