"""A Neo4j that may be read alone answers every question; one that is killed is told of, and back soon."""

import io
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from api.http.app import create_app
from api.settings import Settings
from deploy.neo4j.server import bolt_answers
from graph.errors import StoreForbids
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from tests.api.support import Client
from tests.support.handmade import write
from tests.support.machine import Neo4j
from tests.support.promise import openapi
from tests.support.terminal import shuniu
from tests.worlds import random_world

pytestmark = pytest.mark.slow

RECOVERED_SECONDS = 5.0
"""So long after Bolt answers again at the latest, every answer is right."""
ASKED = ("/v1/kpi", "/v1/gaps", "/v1/network", "/v1/regions/510700", "/health/ready")


@pytest.fixture(scope="module")
def filled(neo4j_server: Neo4j, tmp_path_factory: pytest.TempPathFactory) -> Neo4j:
    """A server with the reference data and a small world."""
    with open_store(neo4j_server.url) as store:
        ensure_reference(store)
        assert not load(store, [random_world(3).write(tmp_path_factory.mktemp("world") / "tables")]).issues
    return neo4j_server


def questions() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and example of every question of the API; a POST is one where it only asks."""
    for path, methods in openapi()["paths"].items():
        for method, asked in methods.items():
            if "x-example" in asked and (method == "get" or not path.startswith(WRITTEN)):
                example = dict(asked["x-example"])
                named = {k: example.pop(k) for k in list(example) if f"{{{k}}}" in path}
                yield method, path.format(**named), example


WRITTEN = ("/v1/requests", "/v1/review", "/v1/feedback", "/v1/reports")


def answer(client: Client, method: str, path: str, example: dict[str, Any]) -> Any:
    """Return what comes back, without the moment of it."""
    said = client.get(path, params=example) if method == "get" else client.post(path, json=example)
    assert said.status_code == 200, (path, said.text)
    if said.headers["content-type"] == "application/zip":  # it holds the time of its making
        return sorted(zipfile.ZipFile(io.BytesIO(said.content)).namelist())
    return without_moment(said.json())


def without_moment(value: Any) -> Any:
    """Drop the times of answering from an answer."""
    if isinstance(value, dict):
        return {k: without_moment(v) for k, v in value.items() if k not in ("generated_at", "seconds")}
    return [without_moment(v) for v in value] if isinstance(value, list) else value


def answers(url: str) -> dict[tuple[str, str], Any]:
    """Return the answer to every question, by a service that opened the store itself."""
    with Client(create_app(Settings(store=url, processes=0))) as client:
        return {(method, path): answer(client, method, path, example) for method, path, example in questions()}


def within(seconds: float) -> float:
    """Return a time limit for a machine whose cores do other work, too: longer by as much as is waiting for each."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Answered(NamedTuple):
    """One answer: when it was asked for and came, and what it was."""

    path: str
    asked: float
    status: int
    retry_after: str | None
    body: Any


def test_a_killed_server_is_told_of_and_answers_are_right_soon_after_its_return(filled: Neo4j) -> None:
    answers: list[Answered] = []
    over = threading.Event()

    def ask(path: str) -> None:
        with Client(app) as client:
            last = False
            while not last:
                last = over.is_set()  # once more after that, however long the one before took: it must be right
                asked = time.monotonic()
                said = client.get(path)
                answers.append(
                    Answered(
                        path, asked, said.status_code, said.headers.get("retry-after"), without_moment(said.json())
                    )
                )
                time.sleep(0.05)

    with open_store(filled.url) as store:
        app = create_app(Settings(), store)
        with Client(app) as client:
            expected = {path: answer(client, "get", path, {}) for path in ASKED}
        askers = [threading.Thread(target=ask, args=(path,)) for path in ASKED]
        for asker in askers:
            asker.start()
        time.sleep(0.5)
        filled.kill()
        time.sleep(1.0)
        starting = threading.Thread(target=filled.start)
        starting.start()
        while not bolt_answers(filled.port):
            time.sleep(0.05)
        back = time.monotonic()
        starting.join()
        limit = back + within(RECOVERED_SECONDS)
        while time.monotonic() <= limit and {t.path for t in answers if t.asked > back and t.status == 200} != {*ASKED}:
            time.sleep(0.05)
        over.set()
        for asker in askers:
            asker.join()
    assert {t.status for t in answers} == {200, 503}
    assert {t.retry_after for t in answers if t.status == 503} == {"5"}
    assert all(t.body == expected[t.path] for t in answers if t.status == 200)
    last = {t.path: t.status for t in answers}
    assert last == dict.fromkeys(ASKED, 200)


def test_every_question_is_answered_where_nothing_may_be_written(filled: Neo4j) -> None:
    """Last in this file: the server stays read-only."""
    expected = answers(filled.url)
    assert len(expected) >= 20
    filled.stop()
    filled.start("--read-only")
    found = answers(filled.url)
    # Asking notes a search beside the store each time, and the funnel counts them.
    funnel = "get", "/v1/requests/funnel"
    before, after = (a.pop(funnel)["data"][0]["count"] for a in (expected, found))
    assert after == before + 1
    assert found == expected
    for command in (("kpi",), ("gaps", "--region", "510700"), ("loads",), ("doctor",)):
        said = shuniu(*command, "--store", filled.url)
        assert said.code == 0, said.err
    with open_store(filled.url) as store, pytest.raises(StoreForbids, match="read-only"):
        write(store, {"Need": [{"key": "n"}]})
