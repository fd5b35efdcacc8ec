"""Errors over HTTP: every class has a status; everybody is told what they can mend, and nothing else."""

import errno
import json
import logging
import os
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from api.http import statuses
from api.http.app import LimitedStore, create_app
from api.http.problems import Problem
from api.http.statuses import STATUS, status_of
from api.settings import Settings
from graph import errors
from graph.errors import ShuniuError
from graph.stores.base import Store
from tests.api.support import Client, Failing

LISTS = ("/v1/coverage", "/v1/gaps", "/v1/network", "/v1/kpi", "/v1/regions/510700")


def family(of: type[ShuniuError]) -> Iterator[type[ShuniuError]]:
    yield of
    for child in of.__subclasses__():
        yield from family(child)


@pytest.mark.parametrize("kind", sorted(family(ShuniuError), key=lambda k: k.__name__), ids=lambda k: k.__name__)
def test_every_error_has_a_status_of_its_side(kind: type[ShuniuError]) -> None:
    status = status_of(kind)
    assert status in statuses.TITLES
    assert status < 500 or status in statuses.WITHHELD or issubclass(kind, statuses.OPEN)
    inherited = next(c for c in kind.__mro__ if c in STATUS)
    assert inherited is not ShuniuError or kind is ShuniuError, f"{kind.__name__} needs a line in STATUS"
    if issubclass(kind, errors.StoreProblem):
        assert status >= 500


def failing(error: Exception) -> Client:
    return Client(create_app(Settings(), Failing(error)))


def is_problem(answer: object, status: int) -> Problem:
    assert answer.status_code == status, answer.text  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    problem = Problem.model_validate_json(answer.text)  # type: ignore[attr-defined]
    assert problem.status == status
    assert problem.request_id == answer.headers["x-request-id"]  # type: ignore[attr-defined]
    assert problem.type.startswith("urn:shuniu:problem:")
    return problem


@pytest.mark.parametrize("path", [*LISTS, "/health/ready"])
@pytest.mark.parametrize(
    "error",
    [
        errors.StoreUnreachable(url=Failing.url),
        errors.WrongPassword(url=Failing.url),
        errors.StoreFailure(reason="at secret.internal"),
        errors.StoreDamaged(path="/secret.internal", reason="x"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_store_that_fails_is_503_and_keeps_its_secrets(path: str, error: ShuniuError) -> None:
    answer = failing(error).get(path)
    problem = is_problem(answer, 503)
    assert answer.headers["retry-after"] == "5"
    assert problem.type == f"urn:shuniu:problem:{error.code}"
    assert "secret" not in answer.text


def test_what_was_withheld_is_logged_under_the_request(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "shuniu.http"):
        answer = failing(errors.StoreUnreachable(url=Failing.url)).get("/v1/kpi")
    assert "secret.internal" in caplog.text
    assert answer.headers["x-request-id"] in caplog.text


def test_a_query_over_its_limit_is_504() -> None:
    problem = is_problem(failing(errors.QueryTimeout(seconds=5)).get("/v1/gaps"), 504)
    assert "5" in problem.detail
    assert problem.hint


def test_reads_end_at_the_limit_of_the_door() -> None:
    asked: list[float] = []

    class Timed(Failing):
        def read(self, seconds: float = 0):  # type: ignore[no-untyped-def]
            asked.append(seconds)
            return super().read(seconds)

    store: Store = LimitedStore(Timed(errors.QueryTimeout(seconds=5)), 5.0)
    for seconds in (60.0, 2.0):
        with pytest.raises(errors.QueryTimeout), store.read(seconds):
            pass
    with pytest.raises(errors.QueryTimeout), store.read():
        pass
    assert asked == [5.0, 2.0, 5.0]


def test_the_unforeseen_is_500_without_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    answer = failing(ZeroDivisionError("secret")).get("/v1/gaps")
    problem = is_problem(answer, 500)
    assert problem.type.endswith(":internal")
    assert "secret" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_disk_without_room_is_503_wherever_it_is_written() -> None:
    answer = failing(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/secret")).get("/v1/gaps")
    assert is_problem(answer, 503).type == "urn:shuniu:problem:disk-full"
    assert "secret" not in answer.text
    assert is_problem(failing(OSError(errno.EIO, os.strerror(errno.EIO))).get("/v1/gaps"), 500)


@pytest.mark.parametrize(
    ("headers", "query", "lang"),
    [
        ({}, "", "zh"),
        ({"Accept-Language": "en-GB,en;q=0.9,zh;q=0.8"}, "", "en"),
        ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "", "zh"),
        ({"Accept-Language": "fr, en;q=0.2"}, "", "en"),
        ({"Accept-Language": "en;q=0, *"}, "", "zh"),
        ({"Accept-Language": "en;q=x"}, "", "zh"),
        ({"Accept-Language": "en; q=0.9, zh; q=0.1"}, "", "en"),
        ({"Accept-Language": "en-GB; q=0.1 , zh-TW ;q=0.9"}, "", "zh"),
        ({"Accept-Language": "EN;Q=0.5,zh;q=.4"}, "", "en"),
        ({"Accept-Language": "en"}, "&lang=zh", "zh"),
        ({}, "&lang=en", "en"),
    ],
)
def test_problems_speak_the_language_asked_for(client: Client, headers: dict, query: str, lang: str) -> None:
    for path in (f"/v1/gaps?region=火星{query}", f"/v1/gaps?limit=x{query}", f"/v1/gaps?regoin=1{query}"):
        answer = client.get(path, headers={"Accept-Language": "", **headers})
        problem = is_problem(answer, 422)
        assert problem.title == statuses.TITLES[422].get(lang)  # type: ignore[arg-type]
        assert answer.headers["content-language"] == {"zh": "zh-CN", "en": "en"}[lang]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/gaps?region=火星", 422, "unknown-region"),
        ("/v1/gaps?service_type=理发", 422, "unknown-code"),
        ("/v1/gaps?industry=理发", 422, "unknown-code"),
        ("/v1/gaps?state=full", 422, "unknown-code"),
        ("/v1/gaps?group_by=town", 422, "bad-parameter"),
        ("/v1/gaps?regoin=510700", 422, "bad-parameter"),
        ("/v1/gaps?regoin=", 422, "bad-parameter"),
        ("/v1/gaps?region=510700&region=510100", 422, "bad-parameter"),
        ("/v1/partners?requester=510700&service_types=SC05&limit=1&limit=2", 422, "bad-parameter"),
        ("/v1/gaps?as_of=yesterday", 422, "bad-parameter"),
        ("/v1/gaps?as_of=0001-01-01", 422, "bad-parameter"),
        ("/v1/gaps?as_of=9999-12-31", 422, "bad-parameter"),
        ("/v1/gaps?freshness_days=99999999999", 422, "bad-parameter"),
        ("/v1/gaps?standard=nan", 422, "bad-parameter"),
        ("/v1/gaps?standard=inf", 422, "bad-parameter"),
        ("/v1/gaps?standard=0", 422, "bad-parameter"),
        ("/v1/gaps?lang=fr", 422, "bad-parameter"),
        ("/v1/network?view=graph&prefecture=510703", 422, "bad-parameter"),
        ("/v1/network?reach_km=-1", 422, "bad-parameter"),
        ("/v1/regions/火星", 404, "region-not-found"),
        ("/v1/regions/110000", 404, "region-not-found"),
        ("/v1/nothing", 404, "no-such-page"),
        ("/v1/gaps/", 404, "no-such-page"),
        ("/assets/../app.py", 404, "no-such-page"),
    ],
)
def test_wrong_use_is_named(client: Client, path: str, status: int, code: str) -> None:
    for lang in ("zh", "en"):
        problem = is_problem(client.get(path, headers={"Accept-Language": lang}), status)
        assert problem.type == f"urn:shuniu:problem:{code}"
        assert problem.detail


def test_what_takes_several_values_is_given_again(client: Client) -> None:
    asked = "/v1/partners?requester=510700&service_types=SC05&service_types=SC09"
    together = client.get("/v1/partners?requester=510700&service_types=SC05,SC09").json()
    assert client.get(asked).json()["data"] == together["data"] != []


@pytest.mark.parametrize(
    ("method", "path", "name", "value"),
    [
        ("post", "/v1/loads?strict=true&strict=false", "strict", "true"),
        ("get", "/v1/export?format=csv&format=jsonl", "format", "csv"),
        ("get", "/hsds/services?page=1&page=2", "page", "1"),
        ("get", "/v1/coverage?limit=1&limit=2", "limit", "1"),
    ],
)
def test_what_takes_one_value_is_refused_twice_on_every_route(
    client: Client, method: str, path: str, name: str, value: str
) -> None:
    files = {"files": {"files": ("机构.csv", b"x")}} if method == "post" else {}
    problem = is_problem(client.request(method, path, headers={"Accept-Language": "en"}, **files), 422)
    assert problem.details == {"name": name, "value": value, "reason": "given more than once; it takes one value"}


FILE = b'--X\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nx\r\n'


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"Content-Type": "multipart/form-data"}, b"x"),
        (
            {"Content-Type": "multipart/form-data; boundary=X"},
            FILE * 1001 + b"--X--\r\n",
        ),
        ({"Content-Type": "multipart/form-data; boundary=X"}, FILE + FILE[:-3]),
        ({"Content-Type": 'multipart/form-data; boundary="X"'}, FILE + b"--X"),
    ],
    ids=["no boundary", "more than a thousand files", "a second file broken off", "no end"],
)
def test_a_form_that_cannot_be_taken_apart_is_told(client: Client, headers: dict[str, str], content: bytes) -> None:
    answer = client.post("/v1/loads", content=content, headers={"Accept-Language": "en", **headers})
    problem = is_problem(answer, 400)
    assert (problem.type, problem.detail) == (
        "urn:shuniu:problem:bad-form",
        "This is no whole form: send it as multipart/form-data, with up to 50 files in the field `files`",
    )


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/search?q=%C3%E0%D1%F4", "q", "%C3%E0%D1%F4"),
        ("/v1/coverage?limit=1&region=%C3%E0%D1%F4%CA%D0", "region", "%C3%E0%D1%F4%CA%D0"),
        ("/v1/regions/%C3%E0%D1%F4%CA%D0", "path", "/v1/regions/%C3%E0%D1%F4%CA%D0"),
        ("/v1/kpi?%C3%E0=1", "query", "%C3%E0"),
        ("/v1/search?q=%ED%A0%80", "q", "%ED%A0%80"),
    ],
)
def test_an_address_in_another_encoding_finds_nothing_in_silence(
    client: Client, path: str, name: str, value: str
) -> None:
    problem = is_problem(client.get(path, headers={"Accept-Language": "en"}), 422)
    reason = "is not UTF-8 (perhaps GBK); characters in an address are percent-encoded UTF-8"
    assert problem.errors is not None
    assert [error.model_dump() for error in problem.errors] == [{"name": name, "value": value, "reason": reason}]
    assert problem.detail == f"{name} {reason}"


def test_several_bad_parameters_are_told_at_once(client: Client) -> None:
    problem = is_problem(client.get("/v1/gaps?limit=0&as_of=x&regoin=1"), 422)
    assert problem.errors is not None
    assert {e.name for e in problem.errors} == {"limit", "as_of", "regoin"}


@pytest.mark.parametrize(
    ("path", "sent", "name"),
    [
        ("/v1/search?q=" + "a" * 201, None, "q"),
        ("/v1/expand", b'{"budget": 1, "curve": [1, "x"]}', "curve"),
        ("/v1/expand", b'{"budget": 1', "body"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_by_its_name(client: Client, path: str, sent: bytes | None, name: str) -> None:
    answer = client.get(path) if sent is None else client.post(path, content=sent, headers=JSON)
    assert [error.name for error in is_problem(answer, 422).errors or ()] == [name]


JSON = {"Content-Type": "application/json"}
HALF = "\\ud800"
BODIES = {
    "/v1/partners:batch": f'{{"requests": [{{"requester": "{HALF}"}}]}}',
    "/v1/paths:batch": f'{{"pairs": [{{"from": "{HALF}", "to": "绵阳市"}}]}}',
    "/v1/allocate": f'{{"region": "{HALF}"}}',
    "/v1/expand": f'{{"region": "{HALF}"}}',
    "/v1/what-if": f'{{"plan": {{"name": "{HALF}", "changes": []}}}}',
    "/v1/what-if/compare": f'{{"plans": [{{"name": "{HALF}", "changes": []}}]}}',
}


@pytest.mark.parametrize("path", BODIES)
def test_half_a_character_is_refused(client: Client, path: str) -> None:
    answer = client.post(path, content=BODIES[path].encode(), headers={"content-type": "application/json"})
    problem = is_problem(answer, 422)
    assert "半个字符" in problem.detail


def test_an_ambiguous_name_lists_its_places(client: Client) -> None:
    problem = is_problem(client.get("/v1/gaps", params={"region": "市中区"}), 422)
    assert problem.type.endswith("ambiguous-region")
    assert problem.detail.count("市中区") >= 3


def test_a_method_that_is_not_served_is_405(client: Client) -> None:
    answer = client.post("/v1/gaps")
    assert is_problem(answer, 405).hint == "可用：GET, HEAD。"
    assert answer.headers["allow"] == "GET, HEAD"


KIND = "application/json"
BAD_BODIES: list[tuple[bytes, str, str, dict[str, str]]] = [
    (b'{"budget": 1,}', KIND, "不是有效的 JSON（第 14 个字符处）", {}),
    (b'{"budget": 1,}', KIND, "is no valid JSON (at character 14)", {"accept-language": "en"}),
    (b"[1]", KIND, "应为 JSON 对象 {…}，以 Content-Type: application/json 发送", {}),
    (b'{"budget": 1}', "text/plain", "must be a JSON object {…}, sent as Content-Type: application/json",
     {"accept-language": "en"}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "kind", "reason", "more"), BAD_BODIES)
def test_a_body_that_is_no_object_of_json_says_what_it_must_be(
    client: Client, sent: bytes, kind: str, reason: str, more: dict[str, str]
) -> None:
    problem = is_problem(client.post("/v1/expand", content=sent, headers={"content-type": kind, **more}), 422)
    value = None if "JSON（" in reason or "valid JSON" in reason else sent.decode()
    assert [e.model_dump() for e in problem.errors or []] == [{"name": "body", "value": value, "reason": reason}]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/v1/coverage?format=pdf", "应为 json、csv、ndjson、arrow、parquet 之一"),
        ("/v1/coverage?method=magic", "应为 2sfca、m2sfca、bfca、remoteness 之一"),
        ("/v1/coverage?standard=0", "应大于 0"),
        ("/v1/coverage?as_of=1999-12-31", "应不小于 2000-01-01"),
    ],
)
def test_what_a_parameter_takes_is_said_as_people_write_it(client: Client, path: str, reason: str) -> None:
    assert [e.reason for e in is_problem(client.get(path), 422).errors or []] == [reason]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "}) MATCH (n) DETACH DELETE n //",
    "=cmd|' /C calc'!A0",
    "{value} {0.__class__}",
    "%s%n",
    "\x00\x1b[31m\r\nX-Evil: 1",
    "绵" * 5000,
    "\u202e\u2066𝕊",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "name", ["region", "industry", "service_type", "state", "group_by", "cursor", "as_of", "limit", "x"]
)
def test_hostile_values_come_back_as_plain_data(client: Client, name: str, value: str) -> None:
    answer = client.get("/v1/gaps", params={name: value})
    assert 400 <= answer.status_code < 500
    problem = is_problem(answer, answer.status_code)
    assert json.loads(answer.text)["detail"] == problem.detail
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "x-evil" not in answer.headers
    assert len(answer.content) < 8000


@pytest.mark.parametrize("name", ["authorization", "cookie", "accept-language"])
def test_a_header_that_is_not_ascii_is_no_fault_of_the_tools(client: Client, name: str) -> None:
    assert client.post("/mcp", json={}, headers={name: "x=绵阳".encode()}).status_code == 400


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_paths_find_nothing(client: Client, value: str) -> None:
    answer = client.get(f"/v1/regions/{quote(value, safe='')}")
    problem = is_problem(answer, answer.status_code)
    assert problem.status in (404, 422)
    assert problem.instance.isascii()


def test_a_request_id_is_kept_where_it_is_one(client: Client) -> None:
    assert client.get("/health/live", headers={"X-Request-ID": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"
    for bad in ("a b", "x" * 65, "<b>"):
        assert client.get("/health/live", headers={"X-Request-ID": bad}).headers["x-request-id"] != bad
