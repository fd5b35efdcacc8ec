"""Suggested partnerships through both doors."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import commands as cli
from api.http.app import create_app
from api.settings import Settings
from loaders.pipeline import load
from tests.api.support import Client, rows
from tests.support.stores import copy_store, new_store
from tests.worlds import random_world

DAY = "2026-07-01"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with partnerships, one after the other in a row."""
    folder: Path = tmp_path_factory.mktemp("suggesting")
    world = random_world(5)
    made = world.write(folder / "tables")
    names = list(dict.fromkeys(row["provider"] for row in world.tables["resources"]))
    lines = ["甲方,乙方,合作维度,起", *(f"{a},{b},供应链,2024-01-01" for a, b in itertools.pairwise(names[:8]))]
    (made / "合作关系.csv").write_text("\n".join(lines), encoding="utf-8")
    with new_store(folder / "w.lbug") as store:
        load(store, [made])
    return f"ladybug://{folder / 'w.lbug'}"


@pytest.fixture
def client(url: str, tmp_path: Path) -> Iterator[Client]:
    own = copy_store(url, tmp_path / "served.lbug")
    with Client(create_app(Settings(store=f"ladybug://{own}", processes=0))) as made:
        yield made


@pytest.fixture
def store(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = copy_store(url, tmp_path / "w.lbug")
    monkeypatch.setenv("SHUNIU_STORE", f"ladybug://{own}")
    monkeypatch.setenv("COLUMNS", "100")


def test_suggestions_are_paged_in_one_order(client: Client) -> None:
    whole = client.get("/v1/suggestions", params={"as_of": DAY, "limit": 50}).json()
    assert whole["total"] == len(whole["data"]) == 6 + 5, "pairs two and three apart in a row of eight"
    assert whole["method"] == "adamic_adar", "too few for a model"
    found, cursor = [], None
    while True:
        asked = {"as_of": DAY, "limit": 4, **({"cursor": cursor} if cursor else {})}
        page = client.get("/v1/suggestions", params=asked).json()
        found += page["data"]
        cursor = page["next"]
        if not cursor:
            break
    assert found == whole["data"]
    assert {"a", "a_name", "b", "b_name", "score", "steps", "via", "explanation", "explanation_en"} <= set(found[0])


def test_filters_and_nonsense(client: Client) -> None:
    every = client.get("/v1/suggestions", params={"as_of": DAY, "limit": 50}).json()["data"]
    one = every[0]["a_name"]
    mine = client.get("/v1/suggestions", params={"as_of": DAY, "party": one}).json()
    assert mine["total"] == sum(one in (row["a_name"], row["b_name"]) for row in every)
    assert client.get("/v1/suggestions", params={"as_of": DAY, "party": "无此单位"}).status_code == 404
    assert client.get("/v1/suggestions", params={"as_of": DAY, "method": "guess"}).status_code == 422
    wrong = client.get("/v1/suggestions", params={"as_of": DAY, "method": "supervised", "lang": "en"})
    assert wrong.status_code == 422
    assert "adamic_adar" in wrong.json()["detail"]


def test_suggestions_as_a_table(client: Client) -> None:
    answer = client.get("/v1/suggestions", params={"as_of": DAY, "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert rows(answer.content)[0]["rank"] == "1"


def test_flows_and_quality(client: Client) -> None:
    flows = client.get("/v1/suggestions/flows", params={"as_of": DAY}).json()["data"]
    every = client.get("/v1/suggestions/flows", params={"as_of": DAY, "everything": True}).json()["data"]
    assert all(not row["partnerships"] for row in flows)
    assert len(every) >= len(flows)
    quality = client.get("/v1/suggestions/quality", params={"as_of": DAY}).json()["data"]
    assert quality["methods"] == [], "too few dated partnerships"


@pytest.mark.usefixtures("store")
def test_the_command_answers_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["suggest", "--as-of", DAY, "--limit", "2"]) == 0
    said = capsys.readouterr()
    assert "1. 有 1 个共同伙伴" in said.out
    assert cli.run(["suggest", "--as-of", DAY, "--limit", "2", "--lang", "en"]) == 0
    assert "1. 1 partner in common" in capsys.readouterr().out
    assert cli.run(["suggest", "--flows", "--as-of", DAY, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["meta"]["graph_version"] == 2
    assert cli.run(["suggest", "--as-of", DAY, "--format", "csv"]) == 0
    assert capsys.readouterr().out.lstrip("\ufeff").startswith("rank,a,a_name")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["无此单位"], 1),
        (["--quality"], 1),
        (["--method", "guess"], 2),
        (["--method", "supervised"], 2),
        (["--flows", "--quality"], 2),
        (["--flows", "--region", "510100"], 2),
        (["--region", "火星"], 2),
    ],
    ids=str,
)
def test_wrong_use_is_told(arguments: list[str], code: int) -> None:
    assert cli.run(["suggest", *arguments, "--as-of", DAY]) == code
