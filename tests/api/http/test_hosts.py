"""A page of another site reaches nothing: not under a name of its own, not from its own origin."""

from collections.abc import Iterator

import pytest

from api.http.app import create_app
from api.settings import Settings
from graph.errors import StoreUnreachable
from tests.api.support import Client, Failing

FAILING = Failing(StoreUnreachable(url=Failing.url))
OWN = ("127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.0.0.1")
FOREIGN = (
    "rebound.example",
    "127.0.0.1.rebound.example",
    "localhost.rebound.example:8000",
    "10.0.0.1",
    "",
    "a@b:c",
    "[",
)


@pytest.fixture(scope="module")
def asked() -> Iterator[Client]:
    with Client(create_app(Settings(hosts="shuniu.example, "), FAILING)) as client:
        yield client


def every_route(client: Client) -> list[tuple[str, str]]:
    """Return method and address of every route, with something in each place of the address, pages and files too."""
    paths = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    listed = [(method.upper(), path.replace("{", "").replace("}", "")) for path in paths for method in paths[path]]
    pages = ("/", "/docs", "/openapi.json", "/explorer/cells.json", "/assets/theme.css", "/explorer/start.js", "/none")
    return [*listed, *(("GET", page) for page in pages)]


@pytest.mark.parametrize("host", FOREIGN)
def test_no_route_answers_under_a_foreign_name(asked: Client, host: str) -> None:
    addresses = every_route(asked)
    assert len(addresses) > 30
    assert {asked.request(m, path, headers={"Host": host}).status_code for m, path in addresses} == {421}


@pytest.mark.parametrize(
    "host", ["a@127.0.0.1", "127.0.0.1:x", "127.0.0.1:1:1", "127.0.0.1/a", "127.0.0.1#a", "localhost..", "[::1", "[x]"]
)
def test_what_is_no_name_is_none(asked: Client, host: str) -> None:
    assert asked.get("/health/live", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", [*OWN, "shuniu.example", "Shuniu.Example:443", "localhost."])
def test_own_names_are_answered(asked: Client, host: str) -> None:
    assert asked.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1:8000"}, 200),
        ({"Origin": "http://127.0.0.1:9000"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "HTTP://LOCALHOST:8000", "Host": "localhost:8000"}, 200),
        ({"Origin": "file://127.0.0.1:8000"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
    ],
)
def test_pages_of_other_sites_are_not_answered(asked: Client, headers: dict[str, str], status: int) -> None:
    answer = asked.get("/health/live", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "urn:shuniu:problem:foreign-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_link_leads_to_pages_alone(asked: Client) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert asked.get("/docs", headers=link).status_code == 200
    assert asked.get("/v1/coverage", headers=link).status_code == 403
    assert asked.post("/docs", headers=link).status_code == 403
