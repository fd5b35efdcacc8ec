"""What Prometheus reads, what the log says of an answer, and what every answer carries."""

import json
import logging
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.http.app import create_app
from api.http.logs import JsonLines
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from graph.errors import StoreUnreachable
from tests.api.http.test_access import Away
from tests.api.support import Client, Failing

NAME, PHONE = "王小明", "13812345678"


@pytest.fixture(scope="module")
def asked() -> Iterator[Client]:
    with Client(create_app(Settings(processes=0), Failing(StoreUnreachable(url="bolt://away")))) as client:
        yield client


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Return the figures by name and labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_every_answer_is_counted_and_timed_by_its_route(asked: Client) -> None:
    before = figures(asked)
    for path in ("/v1/kpi", "/v1/kpi?as_of=x", f"/v1/entities/Organization/{NAME}", f"/{NAME}", "/health/live"):
        asked.get(path)
    asked.request(NAME.encode().hex(), "/v1/kpi")
    now = figures(asked)

    def more(*name: str) -> float:
        return now.get(name, 0.0) - before.get(name, 0.0)

    assert more("shuniu_requests_total", "GET", "/v1/kpi", "503") == 1
    assert more("shuniu_requests_total", "GET", "/v1/kpi", "422") == 1
    assert more("shuniu_requests_total", "GET", "/v1/entities/{kind}/{key}", "503") == 1
    assert more("shuniu_requests_total", "GET", "-", "404") == 1
    assert more("shuniu_requests_total", "OTHER", "-", "405") == 1
    assert more("shuniu_request_seconds_count", "GET", "/v1/kpi") == 2
    assert now["shuniu_requests_in_flight",] == 1
    assert now["shuniu_graph_version",] == -1
    assert (now["shuniu_places_taken", "cheap"], now["shuniu_places_taken", "dear"]) == (0, 0)
    assert {("shuniu_cache_lookups", "kept"), ("shuniu_cache_lookups", "built")} <= set(now)
    assert not [name for name in now if NAME in "".join(name)]


def test_the_version_is_that_of_the_graph(client: Client) -> None:
    assert figures(client)["shuniu_graph_version",] == client.get("/health/ready").json()["graph_version"]


def test_figures_are_for_whoever_operates(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    words = {role: KeyRing(home).create(role.value, role, None, 1)[1] for role in (Role.AUDITOR, Role.ANALYST)}
    client = Client(create_app(Settings(processes=0), Away(home)))
    told = {
        role: client.get("/metrics", headers={"Authorization": f"Bearer {w}"}).status_code for role, w in words.items()
    }
    assert told == {Role.AUDITOR: 200, Role.ANALYST: 403}
    assert client.get("/metrics").status_code == 401


def test_a_line_a_answer_without_what_was_asked(asked: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "shuniu"):
        asked.get(f"/v1/search?q={NAME}{PHONE}", headers={"X-Request-ID": "r-7"})
        asked.get(f"/v1/entities/Organization/{NAME}", headers={"X-Request-ID": f"{NAME}-{PHONE}".encode()})
    ours = [record for record in caplog.records if record.name.startswith("shuniu")]  # the client has a log of its own
    lines = [json.loads(JsonLines().format(record)) for record in ours]
    (searched,) = (line for line in lines if line.get("request") == "r-7" and line["logger"] == "shuniu.access")
    assert {name: searched[name] for name in ("level", "who", "method", "route", "status", "message")} == {
        "level": "info", "who": "-", "method": "GET", "route": "/v1/search", "status": 503,
        "message": "GET /v1/search 503",
    }  # fmt: skip
    assert searched["ms"] >= 0
    assert searched["at"].endswith("+00:00")
    written = json.dumps(lines, ensure_ascii=False)
    assert NAME not in written
    assert PHONE not in written


def test_numbers_of_persons_are_masked_in_the_log() -> None:
    record = logging.LogRecord("x", logging.ERROR, "", 0, "called %s", (PHONE,), None)
    assert json.loads(JsonLines().format(record))["message"] == "called 138****5678"


def test_every_answer_says_how_a_browser_is_to_take_it(asked: Client) -> None:
    for path in ("/", "/metrics", "/v1/kpi", "/nothing", "/assets/site.css", "/openapi.json"):
        plain = asked.get(path)
        carried = {
            name: plain.headers[name] for name in ("x-content-type-options", "referrer-policy", "x-frame-options")
        }
        assert carried == {
            "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY"
        }  # fmt: skip
        assert "strict-transport-security" not in plain.headers
        assert asked.get(f"https://127.0.0.1{path}").headers["strict-transport-security"] == "max-age=31536000"


def test_the_document_of_the_api_is_rendered_once(asked: Client) -> None:
    first = asked.get("/openapi.json")
    assert first.json() == asked.app.openapi()  # type: ignore[attr-defined]
    assert asked.app.state.document is asked.app.state.document  # type: ignore[attr-defined]
    assert asked.get("/openapi.json").content == first.content == asked.app.state.document  # type: ignore[attr-defined]
