"""How much a request may bring."""

from collections.abc import Iterator

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.statuses import BodyTooLarge

MOST_BYTES = 1_000_000
"""Bytes of a request's body; the largest plan that is taken has a tenth of it."""


class BodyLimit:
    """Refuses bodies above a limit with a problem document (413), for every route, before any work is done.

    What is declared too large is refused unread; what comes without a length is read up to the limit.
    """

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        read = None if declared.isdecimal() and int(declared) > self._most else await self._read(receive)
        if read is None:
            answer = await problems.told(Request(scope), BodyTooLarge(limit=self._most))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        before: Iterator[Message] = iter(read)

        async def again() -> Message:
            return next(before, None) or await receive()

        await self._app(scope, again, send)

    async def _read(self, receive: Receive) -> list[Message] | None:
        """Return the messages of the body; none if they go beyond the limit."""
        messages, size = [], 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self._most:
                return None
            if message["type"] != "http.request" or not message.get("more_body", False):
                return messages


def replayed(body: bytes) -> Receive:
    """Return how an app receives a body that was read before it, and then that nobody waits any more."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive
