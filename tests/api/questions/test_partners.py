"""Partners and allocation through both doors."""

import json
import os
from pathlib import Path

import pytest

from api.cli import commands as cli
from tests.api.support import Client, rows
from tests.support.stores import copy_store

DAY = "2026-07-01"


@pytest.fixture
def store(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = copy_store(store_url, tmp_path / "w.lbug")
    monkeypatch.setenv("SHUNIU_STORE", f"ladybug://{own}")
    monkeypatch.setenv("COLUMNS", "100")
    assert os.environ["SHUNIU_STORE"]


def somewhere(client: Client) -> str:
    """A prefecture with unmet demand."""
    cells = client.get("/v1/gaps", params={"group_by": "prefecture", "as_of": DAY, "limit": 1}).json()["data"]
    return str(cells[0]["region"])


# --- HTTP ---------------------------------------------------------------------------------------------


def test_partners_are_paged_in_one_order(client: Client) -> None:
    question = {"requester": somewhere(client), "as_of": DAY, "limit": 2}
    first = client.get("/v1/partners", params=question).json()
    second = client.get("/v1/partners", params={**question, "cursor": first["next"]}).json()
    assert [p["rank"] for p in (*first["data"], *second["data"])] == [1, 2, 3, 4]
    wanted = {"key", "name", "kind", "region", "score", "parts", "weights", "spare_capacity", "explanation"}
    assert wanted <= set(first["data"][0])
    assert first["requester"]["kind"] == "region"


def test_partners_as_a_table(client: Client) -> None:
    answer = client.get("/v1/partners", params={"requester": somewhere(client), "as_of": DAY, "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert rows(answer.content)[0]["rank"] == "1"


def test_weights_are_the_askers(client: Client) -> None:
    question = {"requester": somewhere(client), "as_of": DAY, "weight_reach": 1}
    best = client.get("/v1/partners", params=question).json()["data"][0]
    assert best["weights"]["reach"] == 1
    wrong = client.get("/v1/partners", params={**question, "weight_reach": -1})
    assert wrong.status_code == 422
    assert "weights.reach" in wrong.json()["detail"]


def test_several_requesters_at_once(client: Client) -> None:
    place = somewhere(client)
    body = {"requests": [{"requester": place, "as_of": DAY, "limit": 1}, {"requester": "攀西经济区", "as_of": DAY}]}
    found = client.post("/v1/partners:batch", json=body)
    assert found.status_code == 200, found.text
    assert [p["requester"]["key"] for p in found.json()["data"]] == [place, "panxi"]
    assert client.post("/v1/partners:batch", json={"requests": []}).status_code == 422


def test_an_unknown_requester_is_told(client: Client) -> None:
    answer = client.get("/v1/partners", params={"requester": "无此单位", "lang": "zh"})
    assert answer.status_code == 404
    assert "无此单位" in answer.json()["detail"]


def test_the_matrix(client: Client) -> None:
    found = client.get("/v1/partners/matrix", params={"level": "zone", "as_of": DAY}).json()
    assert found["total"] == len(found["data"]) == 10


def test_allocation(client: Client) -> None:
    found = client.post("/v1/allocate", json={"level": "county", "as_of": DAY, "limit_km": 150})
    assert found.status_code == 200, found.text
    data = found.json()["data"]
    assert data["gap"] == 0
    assert [c["limit"] for c in data["limits"]] == ["limit_km"]
    assert all({"from", "to", "service_type", "quantity", "distance_km"} <= set(f) for f in data["flows"])
    assert client.post("/v1/allocate", json={"limit_km": -1}).status_code == 422
    assert client.post("/v1/allocate", json={"nonsense": 1}).status_code == 422


# --- command line -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_the_commands_answer_in_both_languages(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    place = somewhere(client)
    assert cli.run(["partners", place, "--as-of", DAY, "--limit", "2"]) == 0
    assert "第 1 名" in capsys.readouterr().out
    assert cli.run(["partners", place, "--as-of", DAY, "--lang", "en"]) == 0
    assert "Rank 1" in capsys.readouterr().out
    assert cli.run(["partners", "--matrix", "--as-of", DAY]) == 0
    assert "地区互补" in capsys.readouterr().out
    assert cli.run(["allocate", "--as-of", DAY, "--limit-km", "200"]) == 0
    assert "距离不超过 200 公里" in capsys.readouterr().out


@pytest.mark.usefixtures("store")
def test_the_commands_answer_programs(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    place = somewhere(client)
    assert cli.run(["partners", place, "--as-of", DAY, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"][0]["rank"] == 1
    assert cli.run(["allocate", "--as-of", DAY, "--format", "csv"]) == 0
    assert capsys.readouterr().out.lstrip("\ufeff").startswith("from,")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["partners"], 2),
        (["partners", "无此单位"], 1),
        (["partners", "510700", "--matrix"], 2),
        (["partners", "510700", "--weight", "reach"], 2),
        (["partners", "510700", "--mode", "fax"], 2),
        (["partners", "510700", "--max-km", "0"], 1),
        (["allocate", "--level", "village"], 2),
        (["allocate", "--within", "village"], 2),
    ],
    ids=str,
)
def test_wrong_use_is_told(arguments: list[str], code: int) -> None:
    assert cli.run([*arguments, "--as-of", DAY]) == code


def test_the_fewest_partners_through_both_doors(
    client: Client, capsys: pytest.CaptureFixture[str], store_url: str
) -> None:
    place = somewhere(client)
    question = {"requester": place, "as_of": DAY, "share": 0.01}
    answer = client.get("/v1/partners/fewest", params=question).json()
    assert answer["meta"]["parameters"]["share"] == 0.01
    assert answer["data"]["filled"] >= answer["data"]["wanted"]
    asked = ["partners", place, "--fewest", "--share", "0.01", "--as-of", DAY, "--store", store_url]
    assert cli.run([*asked, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"] == answer["data"]
    assert cli.run([*asked, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert f"{len(answer['data']['members'])} 家合力可补" in said
    assert "已证明：再少一家就补不到。" in said
    table = client.get("/v1/partners/fewest", params=question, headers={"Accept": "text/csv"})
    assert [row["key"] for row in rows(table.content)] == [m["key"] for m in answer["data"]["members"]]
