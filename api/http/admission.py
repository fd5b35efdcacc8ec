"""How much is answered at once: few dear questions, apart from many cheap ones, each within a time.

What is full says so at once (503, or 429 to a key that takes more than a share) instead of letting all wait; an answer
that takes too long ends (504); work whose asker has left is stopped. Addresses get no shares: without keys everybody
asks from this machine, or through its proxy, and an office has one address for all who work there.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.access import pattern_of, route_of
from api.http.body_limit import replayed
from api.http.metrics import Metrics
from api.http.sent_file import SentFile
from api.http.statuses import DeadlineOver, NotReady, TooManyAtOnce, TooManyOfYours, WorkerLost
from api.questions.catalogue import QUESTIONS
from api.settings import Settings
from graph.errors import ShuniuError
from graph.language import Text

FREE = ("/health/", "/assets/", "/explorer/catalogue.json", "/explorer/page.", "/metrics", "/mcp")
"""What is answered however much is asked at the same time; what assistants ask takes its place where it is asked."""
CHEAP_AT_ONCE, CHEAP_WAITING = 8, 64
WAITING_PER_PLACE = 4
PATIENCE_SECONDS = 15.0
"""Nobody waits longer for a place."""
STOPPING = Text("服务正在停止", "it is being stopped")
EXPORT = "/v1/export"
NO_QUESTIONS = (("POST", "/v1/what-if/compare"), ("POST", "/explorer/cells.json"), ("GET", EXPORT))
"""Dear routes beside those of the questions."""
MADE_FILE = b"shuniu-file"
"""Header by which an answer says: what I made is this file; send it. Sending takes as long as the asker's line does."""


class Places:
    """Places for one kind of work: so many at once, so many wait, and one key has so many of both."""

    def __init__(self, places: int, waiting: int, of_one: int) -> None:
        self._free = asyncio.Semaphore(places)
        self._most = places + waiting
        self._of_one = of_one
        self._under_way: Counter[str | None] = Counter()

    def taken(self) -> int:
        """Return how many hold a place or wait for one."""
        return self._under_way.total()

    @asynccontextmanager
    async def place(self, key: str | None) -> AsyncIterator[None]:
        """Hold a place; whoever has no key is told apart from nobody.

        Raises:
            TooManyOfYours: this key has enough under way.
            TooManyAtOnce: as many wait as may, or none became free for long.
        """
        if key is not None and self._under_way[key] >= self._of_one:
            raise TooManyOfYours(most=self._of_one)
        if self._under_way.total() >= self._most:
            raise TooManyAtOnce(seconds=problems.RETRY_SECONDS)
        self._under_way[key] += 1
        try:
            try:
                await asyncio.wait_for(self._free.acquire(), PATIENCE_SECONDS)
            except TimeoutError as error:
                raise TooManyAtOnce(seconds=problems.RETRY_SECONDS) from error
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._under_way[key] -= 1
            self._under_way += Counter()  # drops who has nothing under way


def dear_routes() -> list[tuple[str, re.Pattern[str]]]:
    """Return method and address of every question that is dear."""
    asked = [route for q in QUESTIONS if q.dear and (route := route_of(q))]
    return [(method, pattern_of(path)) for method, path in (*asked, *NO_QUESTIONS)]


@dataclass
class Answering:
    """What is known of one answer on its way; ``made`` is the start of one that is a file."""

    send: Send
    started: bool = False
    whole: bool = False
    """Whether its end is on its way, too: an asker who is gone after that has not left."""
    over: bool = False
    made: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Send a message on, unless the asker has been told already that the time is over."""
        if message["type"] == "http.response.start" and MADE_FILE in dict(message["headers"]):
            self.made = message
        if not self.over and not self.made:
            self.started = True
            self.whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            await self.send(message)

    def file(self) -> SentFile | None:
        """Return the answer that is a file, if it is one."""
        if self.made is None:
            return None
        headers = dict(self.made["headers"])
        path = Path(headers.pop(MADE_FILE).decode())
        kept = {k.decode("latin-1"): v.decode("latin-1") for k, v in headers.items() if k != b"content-length"}
        return SentFile(path, headers=kept)


class Admission:
    """Lets in as much as can be answered in time; dear questions go to processes of their own, where there are any."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._dear_routes = dear_routes()
        places = max(settings.processes, 1)
        waiting = places * WAITING_PER_PLACE
        self._dear = Places(places, waiting, places + waiting // 2)
        self._cheap = Places(CHEAP_AT_ONCE, CHEAP_WAITING, CHEAP_AT_ONCE + CHEAP_WAITING)
        metrics.watch_places("dear", self._dear.taken)
        metrics.watch_places("cheap", self._cheap.taken)
        self._working: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        answering = Answering(send)
        try:
            if self._is_dear(scope):
                await self._answer_dear(scope, receive, answering)
                if file := answering.file():
                    answering.started = True
                    await file(scope, receive, send)
            else:
                await self._answer_cheap(scope, receive, answering)
        except (TooManyAtOnce, TooManyOfYours, DeadlineOver, WorkerLost) as error:
            await self._refuse(scope, receive, answering, error)
        except asyncio.CancelledError:  # the service stops, or the asker has left in the middle of the answer
            if answering.whole:  # nothing is left to be said
                return
            if answering.started:
                raise
            with suppress(asyncio.CancelledError):  # it has stopped: there is nobody to tell any more
                await self._refuse(scope, receive, answering, NotReady(reason=STOPPING))

    async def _refuse(self, scope: Scope, receive: Receive, answering: Answering, error: ShuniuError) -> None:
        if answering.started:  # half an answer is out: the connection is cut rather than ended as if it were whole
            raise error
        self._metrics.refused.labels(error.code).inc()
        answer = await problems.problem_response(Request(scope), error)
        answering.over = True
        await answer(scope, receive, answering.send)

    def _is_dear(self, scope: Scope) -> bool:
        return any(method == scope["method"] and path.fullmatch(scope["path"]) for method, path in self._dear_routes)

    async def _answer_cheap(self, scope: Scope, receive: Receive, answering: Answering) -> None:
        """Answer within the limit; a thread cannot be stopped, so it keeps its place until it ends by itself."""

        async def placed() -> None:
            async with self._cheap.place(scope.get("shuniu.key")):
                await self._app(scope, receive, answering)

        task = asyncio.create_task(placed())
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await _within(self._settings.cheap_seconds, task)

    async def _answer_dear(self, scope: Scope, receive: Receive, answering: Answering) -> None:
        """Answer within the limit, and as long as the asker stays."""
        app: FastAPI = scope["app"]
        body = await whole_body(receive)
        if body is None:
            return
        left = asyncio.create_task(_left(receive))
        task = asyncio.create_task(self._compute(app, scope, body, answering))
        try:
            await asyncio.wait({left, task}, return_when=asyncio.FIRST_COMPLETED)
            if task.done() or answering.whole:  # whoever has the whole answer is told to have left, too
                await task
        finally:
            for other in (left, task):
                await _cancelled(other)

    async def _compute(self, app: FastAPI, scope: Scope, body: bytes, answering: Answering) -> None:
        async with self._dear.place(scope.get("shuniu.key")):
            long = scope["path"] == EXPORT
            seconds = self._settings.export_seconds if long else self._settings.dear_seconds
            if workers := getattr(app.state, "workers", None):
                work: Awaitable[None] = workers.answer(scope, body, answering, seconds)
            else:
                work = self._app(scope, replayed(body), answering)
            await _within(seconds, asyncio.ensure_future(work), stop=workers is not None)


def asker(scope: Scope) -> str:
    """Return who asks: the key, else the address."""
    return str(scope.get("shuniu.key") or (scope.get("client") or ("",))[0])


async def _within(seconds: float, task: "asyncio.Future[None]", *, stop: bool = False) -> None:
    """Wait for a task; past the limit it is left alone, or stopped.

    Raises:
        DeadlineOver: it took longer.
    """
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        await _cancelled(task)
        raise
    if done:
        await task
        return
    if stop:
        await _cancelled(task)
    raise DeadlineOver(seconds=seconds)


async def _cancelled(task: "asyncio.Future[None]") -> None:
    if not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def whole_body(receive: Receive) -> bytes | None:
    """Return the body, which has been read and measured before; none where the asker has left."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _left(receive: Receive) -> None:
    """Wait until the asker has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
