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


def test_who_waits_for_an_answer_gets_it(port: int) -> None:
    asked = b"GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answers = (said(port, asked) for _ in range(10))  # a very busy machine may send the head itself too late
    assert any(answer.endswith(b'"late"') for answer in answers)


def test_who_takes_nothing_of_an_answer_is_let_go(port: int, given_up: threading.Event) -> None:
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(b"GET /without-end HTTP/1.1\r\nHost: a\r\n\r\n")
        assert given_up.wait(SECONDS)
