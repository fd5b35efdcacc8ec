"""Answers as known after a load: at the terminal they are made, over HTTP those that are kept are given."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.http.app import create_app
from api.settings import Settings
from loaders.pipeline import load
from tests.api.support import Client
from tests.support.stores import copy_store, new_store
from tests.support.terminal import shuniu

DAY = "2026-06-30"
HEAD = "所在地区,产业链,企业数,统计时间\n"
FIRST, SECOND = "宜宾市翠屏区,优质白酒,1000,2026-06-30\n", "绵阳市涪城区,大数据,500,2026-06-30\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a store of two loads after its reference data."""
    folder: Path = tmp_path_factory.mktemp("known")
    with new_store(folder / "world.lbug") as store:
        for number, rows in enumerate((FIRST, FIRST + SECOND)):
            table = folder / str(number) / "企业数量.csv"
            table.parent.mkdir()
            table.write_text(HEAD + rows, encoding="utf-8")
            assert not load(store, [table]).issues
        return store.url


def told(text: str) -> tuple[list[tuple[str, float]], int, str | None]:
    """Return places with their demand, graph version, and after which load the answer was known."""
    answer: dict[str, Any] = json.loads(text)
    rows = [(row["region"], row["demand"]) for row in answer["data"] if row["demand"]]
    return rows, answer["meta"]["graph_version"], answer["meta"]["parameters"].get("known_at")


def test_both_doors_answer_as_known_after_a_load(url: str) -> None:
    then = ([("511502", 260.0)], 2, "load-000002")
    now = ([("510703", 130.0), ("511502", 260.0)], 3, None)
    asked = ("coverage", "--group-by", "county", "--as-of", DAY, "--format", "json", "--store", url)
    query = {"as_of": DAY, "group_by": "county", "limit": "1000", "known_at": "load-000002"}
    with Client(create_app(Settings(store=url, processes=0))) as client:
        early = client.get("/v1/coverage", params=query)
        assert early.status_code == 409
        assert "shuniu coverage --known-at load-000002" in early.json()["hint"]
        assert client.get("/v1/coverage", params={**query, "known_at": "load-000009"}).status_code == 422
    said = shuniu(*asked, "--known-at", "load-000002", "--lang", "en")
    assert "As known after load-000002" in said.err
    assert told(said.out) == then
    assert told(shuniu(*asked).out) == now
    with Client(create_app(Settings(store=url, processes=0))) as client:
        assert told(client.get("/v1/coverage", params=query).text) == then
        assert told(client.get("/v1/coverage", params={**query, "known_at": ""}).text) == now


@pytest.fixture(scope="module")
def planned(url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a copy of which the state after the second load is kept."""
    made = f"ladybug://{copy_store(url, tmp_path_factory.mktemp('planned') / 'world.lbug')}"
    assert shuniu("kpi", "--as-of", DAY, "--known-at", "load-000002", "--store", made).code == 0
    return made


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/what-if", {}), ("/v1/expand", {"budget": 10, "time_limit": 1}), ("/v1/allocate", {}),
        ("/v1/paths:batch", {"pairs": [{"from": "绵阳市", "to": "宜宾市"}]}),
        ("/v1/partners:batch", {"requests": [{"requester": "绵阳市", "as_of": DAY}]}),
    ],
)  # fmt: skip
def test_plans_are_made_as_known_then(planned: str, path: str, asked: dict[str, Any]) -> None:
    asked = asked if "requests" in asked else {**asked, "as_of": DAY}
    with Client(create_app(Settings(store=planned, processes=0))) as client:
        metas = [
            client.post(path, json={**asked, **known}).json()["meta"] for known in ({}, {"known_at": "load-000002"})
        ]
        assert [(m["graph_version"], m["parameters"].get("known_at")) for m in metas] == [(3, None), (2, "load-000002")]
        assert client.post(path, json={**asked, "known_at": "load-000009"}).status_code == 422
        report = client.post("/v1/reports", json={"region": "绵阳市", "known_at": "load-000009"})
        assert report.status_code == 422


def test_a_load_that_never_was_is_refused(url: str) -> None:
    refused = shuniu("gaps", "--known-at", "load-000009", "--store", url)
    assert (refused.code, "load-000001 … load-000003" in refused.err) == (2, True)
