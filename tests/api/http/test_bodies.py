"""A name that stands twice in a document that is sent is refused: all but the last would be dropped in silence."""

import re

import pytest

from tests.api.support import Client

HEADERS = {"Content-Type": "application/json", "Accept-Language": "en"}


@pytest.mark.parametrize(
    ("path", "body", "name", "value"),
    [
        ("/v1/expand", '{"budget": 100, "kinds": ["build"], "budget": 900}', "budget", "900"),
        ("/v1/what-if", '{"changes": [{"kind": "add", "kind": "remove"}]}', "kind", "remove"),
        ("/v1/what-if/compare", '{"plans": [], "plans": [1]}', "plans", "[1]"),
        ("/v1/reports", '{"region": "510700", "region": "510100"}', "region", "510100"),
    ],
)
def test_a_name_that_stands_twice_is_told(client: Client, path: str, body: str, name: str, value: str) -> None:
    answer = client.post(path, content=body, headers=HEADERS)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:shuniu:problem:bad-parameter"
    assert problem["details"] == {"name": name, "value": value, "reason": "given more than once; it takes one value"}


def test_one_name_in_several_objects_is_no_repetition(client: Client) -> None:
    plans = '{"plans": [{"name": "a", "changes": []}, {"name": "b", "changes": []}]}'
    assert client.post("/v1/what-if/compare", content=plans, headers=HEADERS).status_code == 200


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"a": "\\ud800"}', "\xff"])
def test_what_is_no_json_is_refused_as_ever(client: Client, body: str) -> None:
    answer = client.post("/v1/expand", content=body.encode("latin-1"), headers=HEADERS)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_route_that_takes_json_says_so(client: Client) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in {"post", "put", "patch"} & set(methods):
            if "application/json" in methods[method].get("requestBody", {}).get("content", {}):
                address = re.sub(r"{\w+}", "x", path)
                answer = client.request(method, address, content='{"a": 1, "a": 2}', headers=HEADERS)
                assert (answer.status_code, answer.json().get("details", {}).get("name")) == (422, "a"), address
