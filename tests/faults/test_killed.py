"""A load that is killed at any point leaves nothing half done: the same command again makes the same graph."""

import json
import shutil
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest

from graph.stores.opening import open_store
from loaders.keep.backup import backup, restore
from loaders.keep.doctor import examine
from loaders.keep.history import History
from loaders.merge.service_ledger import done_services
from loaders.pipeline import load
from loaders.sample import write_sample
from tests.support.export import digest
from tests.support.kills import APART
from tests.support.soak import trials
from tests.support.stores import new_store

SCALE = 0.005
PATIENCE = 60.0
"""Seconds that a first load may take to begin to write, where none has shown how long one takes."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small province as tables."""
    folder = tmp_path_factory.mktemp("killed") / "tables"
    write_sample(folder, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def undisturbed(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, int, float]]:
    """A store before the load; the digest and services of the graph after it, and how long it took."""
    home = tmp_path_factory.mktemp("undisturbed")
    before, after = home / "before" / "graph.lbug", home / "after" / "graph.lbug"
    new_store(before).close()
    shutil.copytree(before.parent, after.parent)
    warm = APART.Process(target=time.monotonic)  # the server of processes takes seconds to begin
    warm.start()
    warm.join()
    began = time.monotonic()
    started(tables, f"ladybug://{after}").join()
    took = time.monotonic() - began
    with open_store(f"ladybug://{after}") as store:
        yield before, digest(store), done_services(History(store.home)), took


def kill_while_loading(tables: Path, url: str, home: Path, took: float, rng: Random, trial: int) -> bool:
    """Start a load and kill it: every other time about its commit. Tell whether it was killed in time."""
    running = started(tables, url)
    if trial % 2:
        until = time.monotonic() + 3 * took
        while time.monotonic() < until and running.is_alive() and not begun(home):
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.25))
    else:
        time.sleep(rng.uniform(0.0, 1.0) * took)
    killed = running.is_alive()
    running.kill()
    running.join()
    return killed


def started(tables: Path, url: str) -> BaseProcess:
    """Start a load in a process of its own."""
    running = APART.Process(target=run_load, args=(url, tables))
    running.start()
    return running


def run_load(url: str, tables: Path) -> None:
    with open_store(url) as store:
        load(store, [tables])


def begun(home: Path) -> bool:
    """Tell whether the load has begun to write, by its journal."""
    journal = home / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    return bool(lines) and json.loads(lines[-1])["state"] == "begun"


@pytest.mark.slow
def test_a_killed_load_converges(tables: Path, undisturbed: tuple[Path, str, int, float], tmp_path: Path) -> None:
    before, wanted, services, took = undisturbed
    rng, trial, killed = Random(4), 0, 0
    while killed < trials(2, 300):  # one that ends before its time is tried, too, and not counted
        home = tmp_path / str(trial)
        shutil.copytree(before.parent, home)
        path = home / before.name
        url, side = f"ladybug://{path}", path.with_name(f"{path.name}.d")
        killed += kill_while_loading(tables, url, side, took, rng, trial)
        with open_store(url) as store:
            load(store, [tables])
            assert digest(store) == wanted, f"trial {trial}"
            assert done_services(History(store.home)) == services
            assert "bad" not in {finding.level for finding in examine(store)}
        assert not any((side / "staging").glob("*"))
        shutil.rmtree(home)
        trial += 1


@pytest.mark.neo4j
def test_a_killed_load_converges_on_neo4j(
    tables: Path, undisturbed: tuple[Path, str, int, float], empty_neo4j: str, tmp_path: Path
) -> None:
    before, wanted, services, _ = undisturbed
    path = tmp_path / "before.zip"
    with open_store(f"ladybug://{shutil.copytree(before.parent, tmp_path / 'copy') / before.name}") as store:
        backup(store, path)
    rng, took = Random(5), PATIENCE
    for trial in range(1, trials(2, 300)):
        with open_store(empty_neo4j) as store:
            restore(path, store, replace=True)
            side = store.home
        kill_while_loading(tables, empty_neo4j, side, took, rng, trial)
        with open_store(empty_neo4j) as store:
            began = time.monotonic()
            load(store, [tables])
            took = time.monotonic() - began
            assert digest(store) == wanted, f"trial {trial}"
            assert done_services(History(store.home)) == services
