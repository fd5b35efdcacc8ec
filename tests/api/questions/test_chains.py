"""Chains by both doors: the route's views, pages and refusals, and the command."""

import json
from pathlib import Path

import pytest

from api.cli.commands import run
from tests.api.support import Client, rows

SIZES = {"cooperation": 240, "pairs": 231}


@pytest.mark.parametrize("view", ["segments", "cooperation", "pairs", "missing"])
def test_pages_join_to_the_whole_list(client: Client, view: str) -> None:
    whole = client.get("/v1/chains", params={"view": view, "limit": 1000}).json()
    assert whole["total"] == len(whole["data"]) == SIZES.get(view, whole["total"])
    assert whole["meta"]["parameters"]["view"] == view
    first = client.get("/v1/chains", params={"view": view, "limit": 5}).json()
    assert first["data"] == whole["data"][:5]
    if first["next"]:
        second = client.get("/v1/chains", params={"view": view, "limit": 5, "cursor": first["next"]}).json()
        assert second["data"] == whole["data"][5:10]


def test_names_and_codes_ask_the_same(client: Client) -> None:
    one = client.get("/v1/chains", params={"chain": "集成电路与新型显示", "prefecture": "绵阳市"}).json()
    other = client.get("/v1/chains", params={"chain": "CH01", "prefecture": "510700"}).json()
    assert one["data"] == other["data"]
    assert {r["chain"] for r in one["data"]} == {"CH01"}


def test_empty_cells_and_tables(client: Client) -> None:
    asked = {"view": "cooperation", "empty": "true", "format": "csv", "limit": 1000}
    found = rows(client.get("/v1/chains", params=asked).content)
    assert found
    assert {r["partnerships"] for r in found} == {"0"}


@pytest.mark.parametrize(
    "wrong",
    [{"chain": "没有这条链"}, {"prefecture": "没有这个地方"}, {"prefecture": "涪城区"}, {"view": "all"},
     {"level": "chain"}, {"empty": "true"}, {"cursor": "x"}, {"limit": 0}],
)  # fmt: skip
def test_nonsense_is_a_problem(client: Client, wrong: dict[str, str]) -> None:
    answer = client.get("/v1/chains", params=wrong)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_cursor_holds_for_one_question(client: Client) -> None:
    cursor = client.get("/v1/chains", params={"view": "pairs", "limit": 5}).json()["next"]
    assert client.get("/v1/chains", params={"view": "cooperation", "cursor": cursor}).status_code == 409


def test_the_command(store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for view in ("segments", "cooperation", "pairs", "missing"):
        assert run(["chains", "--view", view, "--store", store_url, "--limit", "3"]) == 0
    assert "缺失而相近的环节" in capsys.readouterr().out
    file = tmp_path / "pairs.json"
    assert run(["chains", "--view", "pairs", "--empty", "-o", str(file), "--store", store_url]) == 0
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["total"] == len(written["data"])
    assert run(["chains", "--chain", "没有", "--store", store_url]) == 2
    assert run(["chains", "--empty", "--store", store_url]) == 2
