"""A name that stands twice in a document that is sent is refused: all but the last would be dropped in silence."""

import gzip
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


NOT_UTF_8 = "is not UTF-8, in which JSON is sent"
PACKED = "is packed (Content-Encoding: gzip); send it plain"
NO_OBJECT = "must be a JSON object {…}, sent as Content-Type: application/json"


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"{", {}, "is no valid JSON (at character 2)"),
        (b'{"budget": 1} x', {}, "is no valid JSON (at character 15)"),
        (b"[" * 100_000, {}, "is nested too deep"),
        (b'{"kinds": ' + b"[" * 2000 + b"]" * 2000 + b"}", {}, "is nested too deep"),
        (b'{"budget": ' + b"9" * 5000 + b"}", {}, "holds a number of too many digits"),
        (b'{"a": "\\ud800"}', {}, "holds half a character (a lone surrogate)"),
        (b"\xff", {}, NOT_UTF_8),
        ('{"region": "绵阳"}'.encode("gbk"), {"Content-Type": "application/json; charset=gbk"}, NOT_UTF_8),
        ('{"budget": 1}'.encode("utf-16"), {}, NOT_UTF_8),
        (gzip.compress(b'{"budget": 1}', mtime=0), {"Content-Encoding": "gzip"}, PACKED),
        (b'{"budget": 1}', {"Content-Type": "text/plain"}, NO_OBJECT),
        (b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}, NO_OBJECT),
        (b"[]", {}, NO_OBJECT),
        (b"null", {}, NO_OBJECT),
        (b"", {}, "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_for_what_it_is(
    client: Client, body: bytes, headers: dict[str, str], reason: str
) -> None:
    answer = client.post("/v1/expand", content=body, headers=HEADERS | headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    (error,) = problem["errors"]
    assert (error["name"], error["reason"], problem["detail"]) == ("body", reason, f"body {reason}")


def test_a_mark_of_utf_8_is_no_part_of_what_is_sent(client: Client) -> None:
    plain = client.post("/v1/expand", content=b'{"budget": 1}', headers=HEADERS).json()["data"]
    marked = client.post("/v1/expand", content=b'\xef\xbb\xbf{"budget": 1}', headers=HEADERS).json()["data"]
    assert {**marked, "seconds": 0} == {**plain, "seconds": 0}


def test_every_route_that_takes_json_says_so(client: Client) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in {"post", "put", "patch"} & set(methods):
            if "application/json" in methods[method].get("requestBody", {}).get("content", {}):
                address = re.sub(r"{\w+}", "x", path)
                answer = client.request(method, address, content='{"a": 1, "a": 2}', headers=HEADERS)
                assert (answer.status_code, answer.json().get("details", {}).get("name")) == (422, "a"), address
