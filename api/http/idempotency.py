"""Requests that write may come twice: one with an Idempotency-Key is done once and answered alike each time."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.admission import asker
from api.http.body_limit import DIGEST
from api.http.statuses import KeyInUse, KeyReused
from api.jobs.first_answers import FirstAnswer, FirstAnswers
from graph.errors import BadParameter, ShuniuError
from graph.language import Text

log = logging.getLogger("shuniu.http")

HEADER = "idempotency-key"
LONGEST = 200
UNFIT = Text(f"1 至 {LONGEST} 个可见字符", f"1 to {LONGEST} characters that show")
PASSING = (408, 409, 429)
"""Answers that another try may change, beside those of 500 and above: they are not kept."""


class Idempotency:
    """Answers a request that comes again as it was answered the first time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._under_way: set[tuple[str, str]] = set()
        self._guard = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        key = Headers(scope=scope).get(HEADER) if scope["type"] == "http" and scope["method"] == "POST" else None
        if key is None or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        try:
            with self._alone(asker(scope), key):
                answer = await self._once(scope, receive, key)
        except ShuniuError as error:
            answer = await problems.problem_response(Request(scope), error)
        await answer(scope, receive, send)

    @contextmanager
    def _alone(self, who: str, key: str) -> Iterator[None]:
        """Refuse a key that is none, or under way."""
        if not (key.isprintable() and 0 < len(key) <= LONGEST):
            raise BadParameter(name=HEADER, value=key, reason=UNFIT)
        with self._guard:
            if (who, key) in self._under_way:
                raise KeyInUse(key=key)
            self._under_way.add((who, key))
        try:
            yield
        finally:
            self._under_way.discard((who, key))

    async def _once(self, scope: Scope, receive: Receive, key: str) -> ASGIApp:
        """Return the answer, which is kept before any of it is sent: whoever has it, or lost it, may ask again at once.

        Raises:
            KeyReused: the first answer was given to another request.
        """
        home: Path = scope["app"].state.store.home
        who, digest = asker(scope), _digest(scope)
        kept = await run_in_threadpool(FirstAnswers, home)
        try:
            if found := await run_in_threadpool(kept.find, who, key):
                return _again(found, digest, key)
            answered = _Answered()
            await self._app(scope, receive, answered.take)
            if answered.status < 500 and answered.status not in PASSING:
                made = FirstAnswer(digest, answered.status, answered.headers, answered.body)
                try:
                    await run_in_threadpool(kept.keep, who, key, made)
                except ShuniuError as error:  # what was asked for is done all the same
                    log.error("%s %s", scope.get("shuniu.request_id", ""), error.say("en"))
            return answered
        finally:
            await run_in_threadpool(kept.close)


def _again(found: FirstAnswer, digest: str, key: str) -> Response:
    """Return the answer that was given before.

    Raises:
        KeyReused: it was given to another request.
    """
    if found.digest != digest:
        raise KeyReused(key=key)
    answer = Response(found.body, found.status)
    answer.raw_headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in found.headers]
    return answer


def _digest(scope: Scope) -> str:
    """Return the digest of what is asked: where, and with what."""
    asked = f"{scope['path']}?{scope['query_string'].decode('latin-1')}\n{scope[DIGEST]}"
    return hashlib.sha256(asked.encode()).hexdigest()


class _Answered:
    """Takes an answer as a whole, and sends it."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self.status, self.body = 500, b""
        self.headers: list[tuple[str, str]] = []

    async def take(self, message: Message) -> None:
        """Hold one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"]]
        else:
            self.body += message.get("body", b"")
        self._messages.append(message)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        for message in self._messages:
            await send(message)
