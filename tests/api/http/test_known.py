"""Answers as known after a load: at the terminal they are made, over HTTP those that are kept are given."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http.app import create_app
from api.settings import Settings
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from tests.api.support import Client
from tests.support.terminal import shuniu
from tests.worlds import AS_OF, random_world

DAY = AS_OF.isoformat()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """URL of a store of two loads after its reference data, and what the coverage command said after the first."""
    folder: Path = tmp_path_factory.mktemp("known")
    url = f"ladybug://{folder / 'world.lbug'}"
    with open_store(url) as store:
        ensure_reference(store)
        load(store, [random_world(1).write(folder / "first")])
    then = asked(url)
    with open_store(url) as store:
        load(store, [random_world(2).write(folder / "second")])
    yield url, then["data"]


def asked(url: str, *more: str) -> dict[str, Any]:
    said = shuniu("coverage", "--as-of", DAY, "--format", "json", "--store", url, *more)
    assert said.code == 0, said.err
    answer: dict[str, Any] = json.loads(said.out)
    return answer


def test_both_doors_answer_as_known_after_a_load(loaded: tuple[str, list[dict[str, Any]]]) -> None:
    url, then = loaded
    with Client(create_app(Settings(store=url, processes=0))) as client:
        query = {"as_of": DAY, "limit": "1000", "known_at": "load-000002"}
        early = client.get("/v1/coverage", params=query)
        assert early.status_code == 409
        assert "shuniu coverage --known-at load-000002" in early.json()["hint"]
    said = asked(url, "--known-at", "load-000002")
    assert said["data"] == then
    assert (said["meta"]["graph_version"], said["meta"]["parameters"]["known_at"]) == (2, "load-000002")
    now = asked(url)
    assert now["data"] != then
    assert "known_at" not in now["meta"]["parameters"]
    with Client(create_app(Settings(store=url, processes=0))) as client:
        first = client.get("/v1/coverage", params=query)
        assert first.json()["data"] == then[:1000]
        assert first.json()["meta"]["parameters"]["known_at"] == "load-000002"
        latest = client.get("/v1/coverage", params={**query, "known_at": ""})
        assert latest.json()["data"] == now["data"][:1000]
        assert client.get("/v1/coverage", params={**query, "known_at": "load-000009"}).status_code == 422


def test_at_a_terminal_it_is_said_and_a_load_that_never_was_is_refused(
    loaded: tuple[str, list[dict[str, Any]]],
) -> None:
    url, _ = loaded
    said = shuniu("gaps", "--as-of", DAY, "--known-at", "2", "--store", url, "--lang", "en")
    assert "As known after load-000002" in said.err
    refused = shuniu("gaps", "--known-at", "load-000009", "--store", url)
    assert (refused.code, "load-000001 … load-000003" in refused.err) == (2, True)
