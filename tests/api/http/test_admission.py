"""What becomes of an answer on its way when the service stops."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.http.admission import Admission
from api.http.metrics import Metrics
from api.settings import Settings
from tests.support.loops import run_apart

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
PART: Message = {"type": "http.response.body", "body": b"half", "more_body": True}
END: Message = {"type": "http.response.body", "body": b"whole"}


async def stopped_after(path: str, method: str, *said: Message) -> list[Message]:
    """Stop a request once its answer has said so much; return what was sent."""
    sent: list[Message] = []
    told = asyncio.Event()

    async def app(_: Scope, _receive: Receive, send: Send) -> None:
        for message in said:
            await send(message)
        told.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        if not asked:
            asked.append(True)
            return {"type": "http.request", "body": b"{}"}
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    asked: list[bool] = []
    settings = Settings(processes=0)
    state = SimpleNamespace(workers=None, settings=settings)
    scope = {
        "type": "http", "method": method, "path": path, "headers": [], "query_string": b"",
        "app": SimpleNamespace(state=state),
    }  # fmt: skip
    task = asyncio.create_task(Admission(app, settings, Metrics())(scope, receive, send))
    await told.wait()
    task.cancel()
    await task
    return sent


BOTH = pytest.mark.parametrize(("path", "method"), [("/v1/expand", "POST"), ("/v1/coverage", "GET")])


@BOTH
def test_an_answer_that_is_whole_ends_without_a_word(path: str, method: str) -> None:
    assert run_apart(stopped_after, path, method, START, END) == [START, END]


@BOTH
def test_one_that_is_not_begun_says_that_the_service_stops(path: str, method: str) -> None:
    start, body = run_apart(stopped_after, path, method)
    assert start["status"] == 503
    assert b"urn:shuniu:problem:not-ready" in body["body"]


@BOTH
def test_half_an_answer_is_cut_off(path: str, method: str) -> None:
    with pytest.raises(asyncio.CancelledError):
        run_apart(stopped_after, path, method, START, PART)
