"""Paths through both doors: HTTP and the command line."""

import json
from pathlib import Path

import pytest

from api.cli.commands import run
from tests.api.support import Client
from tests.support.stores import copy_store

BOTH = {"from": "四川省", "to": "绵阳"}


def test_the_best_paths(client: Client) -> None:
    answer = client.get("/v1/paths", params={**BOTH, "k": 3}).json()
    assert answer["data"][0]["hops"] == 1
    assert answer["total"] == len(answer["data"])
    assert (answer["start"]["key"], answer["end"]["key"]) == ("510000", "510700")
    for path in answer["data"]:
        assert sum(part["value"] for part in path["contributions"]) == pytest.approx(path["score"])
        assert path["cypher"].startswith("MATCH path = (:`Region` {key: '510000'})")
        assert path["sources"]
    assert answer["meta"]["parameters"]["k"] == 3
    assert sum(answer["meta"]["data_class"].values()) > 0


def test_without_a_path_it_is_explained(client: Client) -> None:
    answer = client.get("/v1/paths", params={**BOTH, "edge_types": "PARTNERS_WITH"})
    assert answer.status_code == 200
    assert answer.json()["data"] == []
    why = answer.json()["explanation"]
    assert why["relaxations"][0]["drop"] == "edge_types"
    assert why["missing_links"][0]["hops"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "510000"},
        {"to": "nobody"},
        {"to": "太平镇"},
        {"k": 0},
        {"k": 10**9},
        {"max_hops": 99},
        {"hub_penalty": "inf"},
        {"must_pass": "成都市", "must_avoid": "510100"},
        {"edge_types": "LOVES"},
        {"dimensions": "爱情链"},
        {"service_type": "SC01"},
        {"unheard": 1},
    ],
    ids="-".join,
)
def test_what_cannot_be_is_told(client: Client, wrong: dict[str, object]) -> None:
    answer = client.get("/v1/paths", params={**BOTH, **wrong})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_many_pairs(client: Client) -> None:
    pairs = [BOTH, {"from": "绵阳", "to": "绵阳"}, {"from": "成都", "to": "nobody"}]
    answer = client.post("/v1/paths:batch", json={"pairs": pairs, "k": 2})
    assert answer.status_code == 200
    first, *wrong = answer.json()["data"]
    assert first["paths"] == client.get("/v1/paths", params={**BOTH, "k": 2}).json()["data"]
    assert all(pair["error_zh"] and pair["error_en"] for pair in wrong)
    for body in ({"pairs": []}, {}, {"pairs": [BOTH] * 101}, {"pairs": [{"from": "成都"}], "unheard": 1}):
        assert client.post("/v1/paths:batch", json=body).status_code == 422


def test_neighbours_page_by_page(client: Client) -> None:
    address = "/v1/entities/Region/510700/neighbours"
    whole = client.get(address, params={"hops": 2, "limit": 1000}).json()
    assert [n["hops"] for n in whole["data"]] == sorted(n["hops"] for n in whole["data"])
    first = client.get(address, params={"hops": 2, "limit": 7}).json()
    second = client.get(address, params={"hops": 2, "limit": 7, "cursor": first["next"]}).json()
    assert first["data"] + second["data"] == whole["data"][:14]
    assert (first["total"], whole["next"]) == (whole["total"], None)
    assert client.get("/v1/entities/Region/nothing/neighbours").status_code == 404
    assert client.get(address, params={"hops": 9}).status_code == 422


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> str:
    """A copy of the small world, as another process may have it open."""
    return f"ladybug://{copy_store(store_url, tmp_path / 'world.lbug')}"


def test_the_command(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["paths", "四川省", "绵阳", "-k", "1", "--store", store]) == 0
    shown = capsys.readouterr().out
    assert "四川省" in shown
    assert "属于" in shown
    assert run(["paths", "四川省", "绵阳", "-k", "2", "--store", store, "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["data"]) == 2
    assert run(["paths", "四川省", "绵阳", "-k", "2", "--store", store, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("\ufeffrank,score,hops,nodes")


def test_the_command_says_no(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["paths", "四川省", "绵阳", "--edge-types", "PARTNERS_WITH", "--lang", "en", "--store", store]
    assert run(asked) == 1
    assert "Without --edge-types" in capsys.readouterr().out
    assert run(["paths", "四川省", "510000", "--store", store]) == 2
