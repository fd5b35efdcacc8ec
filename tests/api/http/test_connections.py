"""Whoever sends or takes too slowly is let go; whoever waits for an answer is not."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.middleware import Middleware

from api.http.body_limit import BodyLimit
from api.http.connections import WatchedConnection
from api.settings import Settings
from tests.support.server import served

LONG = 1.5
SECONDS = 60


class Impatient(WatchedConnection):
    head_seconds = LONG / 3
    still_seconds = 0.3


@pytest.fixture(scope="module")
def given_up() -> threading.Event:
    return threading.Event()


@pytest.fixture(scope="module")
def port(given_up: threading.Event) -> Iterator[int]:
    app = FastAPI(middleware=[Middleware(BodyLimit, most=1000, grace=0.3)])
    app.state.settings = Settings()

    async def late() -> str:
        await asyncio.sleep(LONG)
        return "late"

    async def without_end() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 2**20
                await asyncio.sleep(0)
        finally:
            given_up.set()

    app.get("/late")(late)
    app.get("/without-end")(lambda: StreamingResponse(without_end()))
    with served(app, http=Impatient) as address:
        yield int(address.rpartition(":")[2])


def said(port: int, sent: bytes) -> bytes:
    """Send something, and return what comes back until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(2**16), b""))


@pytest.mark.parametrize("sent", [b"", b"G", b"GET /late HTTP/1.1\r\nHost: a\r\nX-More: "])
def test_who_does_not_end_a_head_is_let_go(port: int, sent: bytes) -> None:
    assert said(port, sent) == b""


@pytest.mark.parametrize("length", [b"Content-Length: 10", b"Transfer-Encoding: chunked"])
def test_who_does_not_end_a_body_is_told(port: int, length: bytes) -> None:
    begun = b"3\r\nabc\r\n" if b"chunked" in length else b"abc"
    head, _, body = said(port, b"POST /late HTTP/1.1\r\nHost: a\r\n" + length + b"\r\n\r\n" + begun).partition(
        b"\r\n\r\n"
    )
    assert head.startswith(b"HTTP/1.1 408 ")
    problem = json.loads(body)
    assert (problem["type"], problem["status"]) == ("urn:shuniu:problem:body-too-slow", 408)


def test_a_body_whose_length_is_stated_in_two_ways_is_refused(port: int) -> None:
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /late HTTP/1.1\r\nHost: a\r\n\r\n"
    head, _, body = said(port, b"POST /late HTTP/1.1\r\nHost: a\r\n" + both).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["type"] == "urn:shuniu:problem:length-unclear"


def test_who_waits_for_an_answer_gets_it(port: int) -> None:
    asked = b"GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answers = (said(port, asked) for _ in range(10))  # a very busy machine may send the head itself too late
    assert any(answer.endswith(b'"late"') for answer in answers)


def test_who_takes_nothing_of_an_answer_is_let_go(port: int, given_up: threading.Event) -> None:
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(b"GET /without-end HTTP/1.1\r\nHost: a\r\n\r\n")
        assert given_up.wait(SECONDS)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        "GET /绵阳 HTTP/1.1\r\nHost: a\r\n\r\n".encode(), b"GET /" + b"a" * 70_000,
        b"POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /late HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["TLS", "no host", "two hosts", "a null", "no ASCII", "very long", "a length that is none", "a bad chunk"],
)  # fmt: skip
def test_what_is_no_http_is_told(port: int, sent: bytes) -> None:
    head, _, body = said(port, sent).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "HTTP/1.1 400 Bad Request"
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert (headers["content-type"], headers["x-frame-options"]) == ("application/problem+json", "deny")
    problem = json.loads(body)
    assert problem.pop("request_id") == headers["x-request-id"]
    assert problem == {
        "type": "urn:shuniu:problem:no-http", "title": "请求不正确 / Bad request", "status": 400,
        "detail": "无法识别的 HTTP 请求。 / This cannot be read as an HTTP request.", "instance": "",
        "hint": "地址里的汉字、空格须按 UTF-8 作百分号编码：curl -G --data-urlencode region=绵阳市 http://…/v1/gaps"
        " / Chinese characters and spaces in an address are percent-encoded UTF-8: "
        "curl -G --data-urlencode region=绵阳市 http://…/v1/gaps",
    }  # fmt: skip
