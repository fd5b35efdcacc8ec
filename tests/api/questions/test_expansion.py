"""Expansion by both doors: the route, its refusals, and the command."""

import json
from pathlib import Path

import pytest

from api.cli.commands import run
from queries.answers import Answer
from queries.expansion.answer import Expansion
from tests.api.support import Client
from tests.worlds import AS_OF

DAY = AS_OF.isoformat()
ASKED = {"as_of": DAY, "budget": 130, "kinds": ["build"], "time_limit": 5}


def test_the_answer_is_the_result_model_unchanged(client: Client) -> None:
    answer = client.post("/v1/expand", json=ASKED)
    assert answer.status_code == 200, answer.text
    again = Answer[Expansion].model_validate_json(answer.text)
    assert again.model_dump_json() == answer.text
    assert again.data.cost is not None
    assert 0 < again.data.cost <= 130
    assert again.data.unmet_after is not None
    assert again.data.unmet_after < again.data.unmet_before
    assert sum(g.unmet_after for g in again.data.groups) == pytest.approx(again.data.unmet_after)


def test_own_costs_and_locks(client: Client) -> None:
    first = client.post("/v1/expand", json=ASKED).json()["data"]
    out = first["actions"][0]["key"]
    cheaper = {"build": {"station": {"cost": 10}, "window": {"cost": 20}}}
    asked = {**ASKED, "excluded": [out], "actions": cheaper, "why_not": out}
    second = client.post("/v1/expand", json=asked).json()["data"]
    assert out not in {a["key"] for a in second["actions"]}
    assert second["unmet_after"] < first["unmet_after"]
    assert second["why_not"]["possible"] is False


def test_no_plan_is_an_answer_that_says_what_to_relax(client: Client) -> None:
    found = client.post("/v1/expand", json={**ASKED, "target_ratio": 1.0}).json()["data"]
    assert found["status"] == "infeasible"
    assert found["unmet_after"] is None
    assert ["target_ratio"] in [r["limits"] for r in found["relaxations"]]


@pytest.mark.parametrize(
    "wrong",
    [{"budget": 0}, {"budget": -1}, {"fixed": ["build:station:1"]}, {"region": "没有这个地方"}, {"objective": "all"},
     {"actions": {"dig": {}}}, {"kinds": ["magic"]}, {"unknown": 1}, {"time_limit": 10_000}],
)  # fmt: skip
def test_nonsense_is_a_problem(client: Client, wrong: dict[str, object]) -> None:
    answer = client.post("/v1/expand", json={**ASKED, **wrong})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_command(store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["expand", "--store", store_url, "--as-of", DAY, "--kinds", "build"]
    assert run([*command, "--budget", "130", "--curve", "60,120"]) == 0
    shown = capsys.readouterr().out
    assert "建议行动" in shown
    assert "预算与效果" in shown
    file = tmp_path / "plan.json"
    assert run([*command, "--budget", "60", "--output", str(file)]) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["data"]["cost"] <= 60
    assert run([*command, "--budget", "60", "--target-ratio", "1", "--lang", "en"]) == 1
    assert "A way out" in capsys.readouterr().out
    assert run([*command, "--budget", "0"]) == 2
    for text, told in (("dig: {}", "中的值不合要求"), ("- 1", "应为若干"), ("", "应为若干")):
        (file := tmp_path / "costs.yml").write_text(text, encoding="utf-8")
        assert run([*command, "--actions", str(file)]) == 2
        said = capsys.readouterr().err
        assert (str(file) in said, told in said) == (True, True), said
    assert run([*command, "--objective", "p-median", "--sites", "2"]) == 0
