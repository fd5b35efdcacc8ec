"""``shuniu gaps why|crowding`` and their routes."""

import json
import re

import pytest

from api.questions.cells import cell_ref
from graph.errors import BadParameter, UnknownCode
from tests.api.support import Client
from tests.support.terminal import shuniu


@pytest.mark.parametrize(
    "text", ["510722:CH06:SC03", "510722/CH06/SC03", "三台县，CH06，技术支持", " 三台县 / CH06 / SC03 "], ids=str
)
def test_a_cell_by_codes_or_names(text: str) -> None:
    assert cell_ref(text).id == "510722:CH06:SC03"


def test_fewer_parts_are_a_group() -> None:
    assert cell_ref("阿坝州/技术支持").id == "513200::SC03"
    assert cell_ref("技术支持/阿坝州").id == "513200::SC03"
    assert cell_ref("510722::SC03").id == "510722::SC03"
    with pytest.raises(BadParameter):
        cell_ref("阿坝州/绵阳市")
    with pytest.raises(BadParameter):
        cell_ref("火星")
    with pytest.raises(BadParameter):
        cell_ref("/")
    with pytest.raises(UnknownCode):
        cell_ref("510722/织布/SC03")


def test_why_over_http(client: Client) -> None:
    worst = client.get("/v1/gaps", params={"as_of": "2026-06-30", "limit": 1, "sort": "severity"}).json()["data"][0]
    cell = f"{worst['region']}:{worst['industry']}:{worst['service_type']}"
    answer = client.get(f"/v1/gaps/{cell}/why", params={"as_of": "2026-06-30"})
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["kind"], data["id"]) == ("cell", cell)
    assert data["cell"]["unmet"] == pytest.approx(worst["unmet"])
    group = client.get(f"/v1/gaps/{worst['region']}/why", params={"rows": 2}).json()["data"]
    assert group["kind"] == "group"
    assert client.get("/v1/gaps/nowhere/why").status_code == 422


def test_crowding_over_http_is_paged(client: Client) -> None:
    first = client.get("/v1/gaps/crowding", params={"as_of": "2026-06-30", "limit": 1}).json()
    assert [row["rank"] for row in first["data"]] == [1]
    second = client.get("/v1/gaps/crowding", params={"as_of": "2026-06-30", "limit": 1, "cursor": first["next"]})
    assert [row["rank"] for row in second.json()["data"]] == [2]


def test_the_commands(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUNIU_STORE", store_url)
    ranked = shuniu("gaps", "--sort", "severity", "--format", "json", "--as-of", "2026年6月30日")
    worst = json.loads(ranked.out)["data"][0]
    cell = "/".join(worst[axis] for axis in ("region", "industry", "service_type"))
    for lang in ("zh", "en"):
        said = shuniu("gaps", "why", cell, "--as-of", "2026/6/30", "--lang", lang)
        assert (said.code, said.err) == (0, "")
    said = shuniu("gaps", "crowding", "--by", "provider", "--as-of", "2026-06-30")
    assert (said.code, re.findall(r"\d\d\d\.\d", said.out)) == (0, [])
    assert shuniu("gaps", "--limit", 1, "why", cell).code == 2
