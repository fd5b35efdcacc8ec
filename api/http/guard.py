"""What every response has: the id of its request, headers for browsers, and words for what nobody foresaw."""

import errno
import logging
import re
import uuid
from collections.abc import Iterable

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.statuses import WorkerLost
from graph.errors import unwritable

log = logging.getLogger("shuniu.http")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every response carries; pages state a policy of their own."""
HTTPS_ONLY = "max-age=31536000"
"""What a response over HTTPS carries, too."""
OUT_OF_MEMORY = "shuniu.out_of_memory"
"""In the scope of a request whose answer needs more memory than its process may take."""
REQUEST_ID = b"x-request-id"
_RAW = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_HTTPS = [(b"strict-transport-security", HTTPS_ONLY.encode())]


class Guard:
    """Outermost: a request id, the security headers, and a problem document for what nobody foresaw."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id_ = scope.setdefault("shuniu.request_id", own_request_id(Headers(scope=scope).get("x-request-id")))
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": _with_ours(message["headers"], id_, scope["scheme"])}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except MemoryError:
            scope[OUT_OF_MEMORY] = True
            log.error("%s %s %s: out of memory", id_, scope["method"], scope.get("shuniu.route", "-"))
            if started:
                raise
            await (await problems.problem_response(Request(scope), WorkerLost()))(scope, receive, guarded)
        except Exception as error:
            log.exception("%s %s %s", id_, scope["method"], scope.get("shuniu.route", "-"))
            if started:
                raise
            await (await _told(Request(scope), error))(scope, receive, guarded)


async def _told(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw; that no disk has room, wherever it is written, is known for what it is."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return await problems.problem_response(request, unwritable(error.filename, error))
    return problems.unforeseen(request)


def _with_ours(headers: Iterable[tuple[bytes, bytes]], id_: str, scheme: str) -> list[tuple[bytes, bytes]]:
    """Return headers with those that are lacking; the id is always ours."""
    kept = [header for header in headers if header[0] != REQUEST_ID]
    stated = {name for name, _ in kept}
    ours = [*_RAW, *(_HTTPS if scheme == "https" else ())]
    return [*kept, (REQUEST_ID, id_.encode()), *(header for header in ours if header[0] not in stated)]


def own_request_id(given: str | None = None) -> str:
    """Return the id that a request brings, if it can be one, else a new one."""
    return given if given and re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else uuid.uuid4().hex
