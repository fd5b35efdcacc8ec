"""Network, regions, targets and health over HTTP."""

from pathlib import Path

import pytest

from api.http.app import create_app
from api.settings import Settings
from graph.stores.opening import open_store
from queries.answers import Answer
from queries.kpi import TargetStatus
from queries.network.report import NetworkGraph, NetworkReport
from queries.regions import RegionReport
from tests.api.support import Client, rows
from tests.worlds import AS_OF

DAY = {"as_of": AS_OF.isoformat()}


@pytest.mark.parametrize(
    ("path", "asked", "model"),
    [
        ("/v1/network", {}, Answer[NetworkReport]),
        ("/v1/network", {"view": "graph"}, Answer[NetworkGraph]),
        ("/v1/regions/510700", {}, Answer[RegionReport]),
        ("/v1/kpi", {}, Answer[list[TargetStatus]]),
    ],
)
def test_answers_are_the_result_models_unchanged(client: Client, path: str, asked: dict, model: type[Answer]) -> None:
    answer = client.get(path, params={**DAY, **asked})
    assert answer.status_code == 200
    again = model.model_validate_json(answer.text)
    assert again.model_dump_json() == answer.text
    assert again.meta.graph_version == 2


def test_a_picture_of_one_prefecture_by_name_or_code(client: Client) -> None:
    by_name, by_code = (
        client.get("/v1/network", params={**DAY, "view": "graph", "prefecture": p}).json()["data"]
        for p in ("绵阳", "510700")
    )
    assert by_name == by_code
    everything = client.get("/v1/network", params={**DAY, "view": "graph"}).json()["data"]
    assert 0 < len(by_name["nodes"]) < len(everything["nodes"])


def test_targets_are_the_same_as_csv(client: Client) -> None:
    table = rows(client.get("/v1/kpi", params={**DAY, "format": "csv"}).content)
    answer = client.get("/v1/kpi", params=DAY).json()["data"]
    assert [r["id"] for r in table] == [t["id"] for t in answer]
    assert [r["data_class.SYNTHETIC"] for r in table] == [str(t["data_class"]["SYNTHETIC"]) for t in answer]


@pytest.mark.parametrize(
    ("name", "code"), [("绵阳市", "510700"), ("新津县", "510118"), ("四川", "510000"), ("510132", "510118")]
)
def test_a_region_by_any_name(client: Client, name: str, code: str) -> None:
    answer = client.get(f"/v1/regions/{name}", params=DAY)
    assert answer.json()["data"]["region"] == code


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    ready = client.get("/health/ready")
    assert ready.json() == {"status": "ok", "store": "ok", "reference": "loaded", "graph_version": 2}
    assert ready.headers["cache-control"] == "no-store"


def test_an_empty_store_is_alive_but_not_ready(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'empty.lbug'}") as store:
        client = Client(create_app(Settings(), store))
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
        assert answer.status_code == 503
        assert "参考数据" in answer.json()["detail"]
        assert answer.headers["retry-after"]
        assert client.get("/v1/regions/510700").status_code == 404


def test_the_app_fills_and_closes_a_store_of_its_own(tmp_path: Path) -> None:
    url = f"ladybug://{tmp_path / 'own.lbug'}"
    for _ in range(2):
        with Client(create_app(Settings(store=url, processes=0))) as client:
            assert client.get("/health/ready").json()["graph_version"] == 1
    with open_store(url) as store, store.read() as session:  # given back: another owner gets it
        assert session.version() == 1


def test_every_answer_is_guarded(client: Client) -> None:
    for path in ("/v1/kpi", "/v1/nothing", "/", "/docs", "/assets/site.css", "/openapi.json", "/health/live"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-request-id"]
        assert "access-control-allow-origin" not in headers


def test_large_answers_are_compressed(client: Client) -> None:
    answer = client.get("/v1/network", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
