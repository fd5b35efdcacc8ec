"""Eight loaders at once: nothing is doubled, nothing is lost, and nobody is told something untrue."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep.backup import backup, restore
from loaders.keep.history import History
from loaders.merge.service_ledger import done_services
from loaders.pipeline import load
from tests.support.export import digest
from tests.support.kills import APART
from tests.support.soak import trials
from tests.support.stores import new_store
from tests.worlds import random_world

LOADERS = 8


def shares(folder: Path, seed: int) -> list[Path]:
    """Write the rows of a world that eight windows send at once; neighbours send some rows both."""
    world = random_world(seed).without("needs", "enterprises")
    base = world.without("resources")
    base.write(folder / "base")
    rows = world.tables["resources"]
    paths = []
    for sender in range(LOADERS):
        mine = [row for at, row in enumerate(rows) if at % LOADERS in (sender, (sender + 1) % LOADERS)]
        Random(sender).shuffle(mine)
        paths.append(type(world)({"resources": mine}).write(folder / str(sender)))
    return paths


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[[str], Store]:
    """Make stores that hold the reference data."""

    def make(name: str) -> Store:
        return new_store(tmp_path / f"{name}.lbug")

    return make


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(trials(1, 20)))
def test_eight_loaders_of_one_server(prepared: Callable[[str], Store], tmp_path: Path, trial: int) -> None:
    paths = shares(tmp_path, trial)
    with prepared("one") as one, prepared("many") as many:
        for path in [tmp_path / "base", *paths]:
            load(one, [path])
        load(many, [tmp_path / "base"])
        with ThreadPoolExecutor(LOADERS) as pool:
            reports = list(pool.map(lambda path: load(many, [path]), paths))
        assert all(
            t.read == t.created + t.updated + t.unchanged + t.merged + t.rejected for r in reports for t in r.tables
        )
        assert len({report.load for report in reports}) == LOADERS
        assert digest(many) == digest(one)


def loads(url: str, path: Path) -> None:
    with open_store(url) as store:
        load(store, [path])


@pytest.mark.neo4j
def test_eight_processes_load_into_neo4j(prepared: Callable[[str], Store], empty_neo4j: str, tmp_path: Path) -> None:
    paths = shares(tmp_path, 1)
    with prepared("one") as one, open_store(empty_neo4j) as server:
        load(one, [tmp_path / "base"])
        restore(backup(one, tmp_path / "base.zip"), server, replace=True)
        for path in paths:
            load(one, [path])
        started = [APART.Process(target=loads, args=(empty_neo4j, path)) for path in paths]
        for process in started:
            process.start()
        for process in started:
            process.join()
        assert {process.exitcode for process in started} == {0}
        assert digest(server) == digest(one)
        assert done_services(History(server.home)) == done_services(History(one.home))
