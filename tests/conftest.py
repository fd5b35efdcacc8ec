"""What the tests stand on: a real Neo4j, a real browser, and a plain last word on what this machine lacks.

Without Java or Chromium a newcomer's run skips the parts that need them and says so; with CI=true it fails.
"""

import atexit
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, NoReturn

import neo4j
import pytest
from hypothesis import settings
from playwright.sync_api import expect

from graph.stores.base import Store
from graph.stores.opening import open_store
from tests.support.machine import BROWSER_ARGS, Lacking, Neo4j, chromium, in_ci, private_neo4j, private_redis
from tests.support.seconds import listed
from tests.support.stores import WORLDS

WIPE = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
LACKS = pytest.StashKey[list[str]]()
# A test says what it needs by asking for it; the marker follows.
NEEDS = {"neo4j_url": "neo4j", "neo4j_server": "neo4j", "chromium_path": "browser"}


DEAR = ("neo4j", "slow", "browser")
NO_BYTECODE, BYTECODE = "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"
ALGEBRA = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
MADE = pytest.StashKey[str]()
BETWEEN_COLLECTIONS = 20_000
"""Objects made before rubbish is looked for: at the usual 700, much of a run goes into looking at what is kept."""


# A random case that takes its time on a busy machine has not failed; in CI hypothesis sees it so by itself.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Let the workers of a run share what each would make: bytecode where none may lie about, and loaded worlds."""
    if os.environ.pop(NO_BYTECODE, None):
        os.environ.setdefault(BYTECODE, str(Path(sys.prefix) / "cache" / "bytecode"))
    sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ.get(BYTECODE)
    if WORLDS not in os.environ:
        config.stash[MADE] = os.environ[WORLDS] = mkdtemp(prefix="shuniu-worlds-")
    gc.set_threshold(BETWEEN_COLLECTIONS)
    if config.getoption("numprocesses", None):  # a worker on each core: threads of algebra would only spin on others'
        os.environ.update(dict.fromkeys(ALGEBRA, "1"))


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs more than Python; and let who is through early take from the fast tests at the end.

    First the modules that need a server: one worker starts it, and it is warm for all. Then those that take longest.
    """
    rank: dict[Path, int] = {}
    long_ones = listed()
    for item in items:
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])
        marks = [at for at, mark in enumerate(DEAR) if item.get_closest_marker(mark)]
        rank[item.path] = min([rank.get(item.path, len(DEAR)), *marks])
        if item.nodeid.partition("[")[0] in long_ones and not item.get_closest_marker("slow"):
            item.add_marker("slow")
            item.add_marker("seconds")
    items.sort(key=lambda item: rank[item.path])


def pytest_collection_finish() -> None:
    """Take out of the search for rubbish what stays for the whole run: libraries and thousands of tests."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # libraries tell of what is left at the very end


def _do_without(config: pytest.Config, zh: str, en: str, lack: Lacking) -> NoReturn:
    if in_ci():
        pytest.fail(f"CI must run everything: {lack}", pytrace=False)
    line = f"注意：{zh}没有运行——{lack.zh}。 Note: {en} did not run: {lack.en}."
    config.stash.setdefault(LACKS, []).append(line)
    pytest.skip(lack.en)


def pytest_unconfigure(config: pytest.Config) -> None:
    if made := config.stash.get(MADE, None):
        shutil.rmtree(made, ignore_errors=True)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for line in config.stash.get(LACKS, []) if reporter else ():
        reporter.write_line(line, yellow=True)


@pytest.fixture(scope="session", autouse=True)
def data_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's data folder, where a Neo4j store keeps what lies beside its graph, moved out of the way."""
    home = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def neo4j_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL with credentials of a Neo4j to write to: SHUNIU_TEST_NEO4J, else one of our own, empty at first."""
    if given := os.environ.get("SHUNIU_TEST_NEO4J"):
        yield given
        return
    with _own_neo4j(request.config, tmp_path_factory) as server:
        yield server.url


@pytest.fixture(scope="module")
def neo4j_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    """A Neo4j that a module's tests alone use: they may stop, kill and start it again."""
    with _own_neo4j(request.config, tmp_path_factory) as server:
        yield server


@contextmanager
def _own_neo4j(config: pytest.Config, folders: pytest.TempPathFactory) -> Iterator[Neo4j]:
    try:
        with private_neo4j(folders.mktemp("neo4j")) as server:
            yield server
    except Lacking as lack:
        _do_without(config, "Neo4j 部分的测试", "the Neo4j part of the tests", lack)


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


@pytest.fixture
def empty_neo4j(neo4j_url: str, wipe: Callable[[], None]) -> str:
    """URL of a Neo4j without any load, with nothing beside it."""
    wipe()
    return neo4j_url


@pytest.fixture(scope="module")
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of an empty Redis that a module's tests alone use."""
    try:
        with TemporaryDirectory() as folder, private_redis(Path(folder)) as url:  # the path of a socket is short
            yield url
    except Lacking as lack:
        _do_without(request.config, "Redis 部分的测试", "the Redis part of the tests", lack)


@pytest.fixture(scope="session")
def chromium_path(request: pytest.FixtureRequest) -> str:
    """Path of the machine's Chromium."""
    try:
        return chromium()
    except Lacking as lack:
        _do_without(request.config, "浏览器部分的测试", "the browser part of the tests", lack)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium_path: str) -> dict[str, Any]:
    """pytest-playwright's own fixture, with the machine's browser instead of a downloaded one."""
    # A page may be slow on a machine that runs other tests beside it; what never comes is still a failure.
    expect.set_options(timeout=30_000)
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": BROWSER_ARGS}
