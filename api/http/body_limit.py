"""How much a request may bring."""

import asyncio
import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.statuses import BadForm, BodyTooLarge, BodyTooSlow, LengthUnclear, TooManyAtOnce
from graph.errors import ShuniuError
from loaders.read.files.archives import UPLOAD

MOST_BYTES = 1_000_000
"""Bytes of a request's body; the largest plan that is taken has a tenth of it."""
UPLOADS: Mapping[str, int] = {"/v1/loads": UPLOAD + 100_000, "/v1/reports": 7_000_000}
"""Where files come, and how much with all that is around them; the template of a report comes as base64."""
UPLOADS_AT_ONCE = 4
GRACE_SECONDS, SLOWEST = 20.0, 10_000
"""A body has so many seconds, and one more for each of so many bytes that it may still bring."""
CHUNK = 2**16
KEPT_END = 1000
"""Bytes at the end of a form among which its end stands."""
DIGEST = "shuniu.body_digest"
"""In a request's scope: what its body is known by."""


class BodyLimit:
    """Refuses bodies above a limit with a problem document (413), for every route, before any work is done.

    What is declared too large is refused unread; what comes without a length is read up to the limit. What is large
    waits on the disk, not in memory, and its sender takes no place until all of it is here. Who begins to send and
    does not go on is told so (408).
    """

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES, uploads: Mapping[str, int] = UPLOADS,
                 grace: float = GRACE_SECONDS) -> None:  # fmt: skip
        self._app = app
        self._most, self._uploads = most, uploads
        self._grace = grace
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or _brings_nothing(scope):
            await self._app(scope, receive, send)
            return
        most = self._uploads.get(scope["path"], self._most) if scope["method"] == "POST" else self._most
        upload = most > self._most and (_declared(scope) or most) > MOST_BYTES
        self._uploading += upload
        with ExitStack() as ending:
            ending.callback(self._left, upload)
            try:
                if self._uploading > UPLOADS_AT_ONCE and upload:
                    raise TooManyAtOnce(seconds=problems.RETRY_SECONDS)
                body = ending.enter_context(tempfile.SpooledTemporaryFile(MOST_BYTES))
                whole = await self._read(scope, receive, body, most)
            except ShuniuError as error:
                answer = await problems.problem_response(Request(scope), error)
                answer.headers["Connection"] = "close"
                await answer(scope, receive, send)
                return
            if whole:
                await self._app(scope, _replayed(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive, body: IO[bytes], most: int) -> bool:
        """Read a body within its time.

        Raises:
            BodyTooLarge, BodyTooSlow: it goes beyond a limit.
            LengthUnclear: its length is stated in two ways.
        """
        declared = _declared(scope)
        if declared is not None and "transfer-encoding" in Headers(scope=scope):
            raise LengthUnclear
        if declared is not None and declared > most:
            raise BodyTooLarge(limit=most)
        seconds = self._grace + (most if declared is None else declared) // SLOWEST
        try:
            async with asyncio.timeout(seconds):
                return await _read(scope, receive, body, most)
        except TimeoutError as error:
            raise BodyTooSlow(seconds=round(seconds)) from error

    def _left(self, upload: bool) -> None:
        self._uploading -= upload


def _brings_nothing(scope: Scope) -> bool:
    """Tell whether a request asks and brings no body, as nearly all do: there is nothing to read or to measure."""
    headers = {name for name, _ in scope["headers"]}
    return scope["method"] in ("GET", "HEAD") and not headers & {b"content-length", b"transfer-encoding"}


def _declared(scope: Scope) -> int | None:
    """Return how many bytes a body is said to have; none where it is not said."""
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared) if declared.isdecimal() else None


async def _read(scope: Scope, receive: Receive, body: IO[bytes], most: int) -> bool:
    """Read a body into a file, and note what it is known by; tell whether its sender stayed to the end.

    Raises:
        BodyTooLarge: it goes beyond the limit.
        BadForm: it is a form without its end.
    """
    size, digest = 0, _Digest(Headers(scope=scope).get("content-type", ""))
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise BodyTooLarge(limit=most)
        digest.add(part)
        if size > MOST_BYTES:
            await run_in_threadpool(body.write, part)
        else:
            body.write(part)
        if not message.get("more_body", False):
            if not digest.ended():
                raise BadForm
            scope[DIGEST] = digest.value()
            body.seek(0)
            return True


class _Digest:
    """What a body is known by: a form has the same one with whatever boundary it is sent."""

    def __init__(self, content_type: str) -> None:
        stated = re.search(r'boundary="?([^";]+)', content_type)
        self._boundary = stated[1].encode("latin-1") if stated else b""
        self._sum = hashlib.sha256()
        self._rest = b""
        self._end = b""

    def add(self, part: bytes) -> None:
        if not self._boundary:
            self._sum.update(part)
            return
        self._end = (self._end + part)[-KEPT_END:]
        rest = (self._rest + part).replace(self._boundary, b"")
        end = max(len(rest) - len(self._boundary), 0)
        self._sum.update(rest[:end])
        self._rest = rest[end:]

    def ended(self) -> bool:
        """Tell whether a form has its end, behind which nothing counts; all else ends as it is."""
        return not self._boundary or not self._end or b"--" + self._boundary + b"--" in self._end

    def value(self) -> str:
        whole = self._sum.copy()
        whole.update(self._rest)
        return whole.hexdigest()


def _replayed(body: IO[bytes], receive: Receive) -> Receive:
    """Return how an app receives a body that was read before it, piece by piece."""
    ended = False

    async def again() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        part = body.read(CHUNK)
        ended = len(part) < CHUNK
        return {"type": "http.request", "body": part, "more_body": not ended}

    return again


def replayed(body: bytes) -> Receive:
    """Return how an app receives a body that was read before it, and then that nobody waits any more."""
    messages: Iterator[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive
