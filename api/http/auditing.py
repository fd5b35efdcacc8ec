"""Who wrote, and who was refused, goes into the audit log before the answer goes out."""

import logging
import re
import time
from urllib.parse import parse_qsl

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access import Rates, template_of
from api.http.problems import problem_response
from graph.errors import ShuniuError
from loaders.keep.audit import AuditLog

log = logging.getLogger("shuniu.http")

REFUSED = (401, 403, 421)
READS = ("GET", "HEAD", "OPTIONS")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
REFUSALS_A_MINUTE = 60
"""So many refusals of one asker are written; who knocks without end fills no disk."""
CODE = re.compile(r"-?\d{1,6}(\.\d{1,6})?|\d{4}-\d{2}-\d{2}|true|false|[A-Z]{2}\d{2}", re.ASCII)
"""What may be written of a question: numbers, days, codes; never words, which may be somebody's name."""

NAME = re.compile(r"[a-z_]{1,40}")


class Recordable:
    """Lets nothing in, of what may come in, where the audit log cannot be written: nobody would know who sent it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._one = anyio.CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        audit: AuditLog | None = getattr(scope["app"].state, "audit", None)
        if audit and scope["type"] == "http" and scope["method"] in WRITES:
            try:
                await to_thread.run_sync(audit.check, limiter=self._one)
            except ShuniuError as error:
                await (await problem_response(Request(scope), error))(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Audited:
    """Adds a row to the audit log for everything that is sent in, and for every refusal."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._refusals = Rates(REFUSALS_A_MINUTE)
        self._one = anyio.CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def written(message: Message) -> None:
            if message["type"] == "http.response.start" and self._is_recorded(scope, message["status"]):
                await self._write(scope, message["status"])
            await send(message)

        await self._app(scope, receive, written if scope["type"] == "http" else send)

    def _is_recorded(self, scope: Scope, status: int) -> bool:
        if status in REFUSED:
            who = str(scope.get("shuniu.key") or (scope.get("client") or ("",))[0])
            return self._refusals.take(who, time.monotonic())
        return scope["method"] not in READS

    async def _write(self, scope: Scope, status: int) -> None:
        audit: AuditLog | None = getattr(scope["app"].state, "audit", None)
        if audit is None:
            return
        asked = {"asked": asked} if (asked := codes_of(scope["query_string"].decode("latin-1"))) else {}
        what = f"{scope['method']} {template_of(scope['method'], scope['path'])}"
        who, role = scope.get("shuniu.key", "-"), scope.get("shuniu.role", "-")
        request = scope.get("shuniu.request_id", "")
        try:
            await to_thread.run_sync(
                lambda: audit.add(who=who, role=role, what=what, status=status, request=request, **asked),
                limiter=self._one,
            )
        except ShuniuError as error:
            log.critical("%s audit: %s", request, error.say("en"))


def codes_of(query: str) -> str:
    """Return the names of the parameters of a query string, with the values that are codes, days or numbers."""
    pairs = parse_qsl(query, keep_blank_values=True)[:50]
    return "&".join(f"{_known(NAME, name)}={_known(CODE, value)}" for name, value in pairs)


def _known(form: re.Pattern[str], text: str) -> str:
    return text if form.fullmatch(text) else "…"
