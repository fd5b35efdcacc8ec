"""Answers that rest on the graph alone are sent again as they were made, as long as the graph is as it was.

What an answer depends on is what its ETag says (see :mod:`api.http.revalidation`), the headers that choose its form,
and the role and region of whoever asks. Each request learns the state of the graph anew: no answer outlives a load.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access import route_of
from api.http.revalidation import not_modified
from api.questions.catalogue import QUESTIONS
from graph.clock import today
from graph.errors import ShuniuError
from graph.projection import State, state_of
from graph.stores.base import Store

MOST_BYTES, MOST_OF_ONE = 64 * 2**20, 2**20
DOCUMENTS = frozenset({"/explorer/cells.json", "/explorer/network.json"})
CHOOSING = ("accept", "accept-encoding", "accept-language")
"""Headers on which an answer may depend."""


class SentAnswer(NamedTuple):
    """An answer as it is sent, and the state of the graph before it was made."""

    state: State
    start: Message
    body: bytes


def kept_routes() -> frozenset[str]:
    """Return the addresses of the questions whose answers rest on the graph alone, and of the explorer's documents."""
    asked = {route[1] for q in QUESTIONS if q.lasting and not q.posted and not q.dear and (route := route_of(q))}
    return DOCUMENTS | asked


class StateReader:
    """Reads the state of the graph; who asks while it is being read waits for the next reading, with all others."""

    def __init__(self) -> None:
        self._under_way: asyncio.Future[State | None] | None = None
        self._next: asyncio.Future[State | None] | None = None

    async def now(self, store: Store) -> State | None:
        """Return the state at a moment after this call; none where the store does not say."""
        if self._next is None or self._next.done():
            self._next = asyncio.ensure_future(self._read(store, self._under_way))
        return await asyncio.shield(self._next)

    async def _read(self, store: Store, before: "asyncio.Future[State | None] | None") -> State | None:
        if before is not None and not before.done():
            await asyncio.wait({before})
        self._under_way, self._next = self._next, None
        return await run_in_threadpool(_state, store)


def _state(store: Store) -> State | None:
    try:
        with store.read() as session:
            return state_of(session)
    except ShuniuError:  # the question finds that out, too, and says so
        return None


class KeptAnswers:
    """Sends a kept answer, or lets the app make one and keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._routes = kept_routes()
        # A reading belongs to the loop in which it began; a program that embeds the app may have several.
        self._states: WeakKeyDictionary[asyncio.AbstractEventLoop, StateReader] = WeakKeyDictionary()
        self._answers: OrderedDict[Hashable, SentAnswer] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["shuniu.route"] not in self._routes:
            await self._app(scope, receive, send)
            return
        states = self._states.setdefault(asyncio.get_running_loop(), StateReader())
        state = await states.now(scope["app"].state.store)
        if state is None or not state.sequence:
            await self._app(scope, receive, send)
            return
        key = _key(scope)
        if (kept := self._answers.get(key)) and kept.state == state:
            self._answers.move_to_end(key)
            await _send_again(kept, scope, receive, send)
            return
        made = _Made(send)
        await self._app(scope, receive, made)
        if made.whole():
            self._keep(key, SentAnswer(state, made.start, made.body))

    def _keep(self, key: Hashable, answer: SentAnswer) -> None:
        if before := self._answers.get(key):
            self._bytes -= len(before.body)
        self._answers[key] = answer
        self._answers.move_to_end(key)
        self._bytes += len(answer.body)
        while self._bytes > MOST_BYTES:
            self._bytes -= len(self._answers.popitem(last=False)[1].body)


def _key(scope: Scope) -> Hashable:
    headers = Headers(scope=scope)
    chosen = tuple(headers.get(name) for name in CHOOSING)
    who = scope.get("shuniu.role"), scope.get("shuniu.region")
    return scope["path"], scope["query_string"], chosen, who, today()


async def _send_again(kept: SentAnswer, scope: Scope, receive: Receive, send: Send) -> None:
    if same := not_modified(Request(scope), Headers(raw=kept.start["headers"])["etag"]):
        await same(scope, receive, send)
        return
    await send({**kept.start, "headers": list(kept.start["headers"])})
    await send({"type": "http.response.body", "body": kept.body})


class _Made:
    """Sends an answer on and remembers it, unless it is too long."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._ended = False
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = {**message, "headers": list(message["headers"])}
        elif len(self.body) <= MOST_OF_ONE:
            self.body += message.get("body", b"")
            self._ended = not message.get("more_body", False)
        await self._send(message)

    def whole(self) -> bool:
        """Tell whether it is an answer that may be sent again."""
        tagged = self._ended and self.start["status"] == 200 and len(self.body) <= MOST_OF_ONE
        return tagged and any(name == b"etag" for name, _ in self.start["headers"])
