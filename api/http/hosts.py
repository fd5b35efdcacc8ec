"""Who may be asked under which name, and by whose pages: without this a foreign page reaches a service on loopback.

A page of another site can send requests to 127.0.0.1 from the browser of whoever has it open; by letting its own name
point to 127.0.0.1 (DNS rebinding) it can read the answers, too. So a service without keys answers under the names of
this machine alone, and no service answers the pages of other sites.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import problems
from api.http.statuses import ForeignHost, ForeignOrigin
from api.security.callers import Callers
from graph.errors import ShuniuError

LOCALHOST = "localhost"
HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::\d{0,5})?", re.ASCII)
"""A name or address, and a port, which may be missing."""
FROM_ELSEWHERE = ("cross-site", "same-site")
"""Fetch metadata of what another site's page causes."""


def is_loopback(host: str) -> bool:
    """Tell whether an address or name is that of this machine to itself."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.removesuffix(".").lower() == LOCALHOST


def hostname(host: str) -> str:
    """Return the name of a Host header without its port; nothing of one that is none."""
    found = HOST.fullmatch(host)
    return found["name"].strip("[]").lower() if found else ""


class OwnNames:
    """Refuses what is asked under a foreign name (421), or by a page of another site (403), on every route."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        """Take the ``names`` beside those of this machine; where none is stated, any is one if there are keys."""
        self._app = app
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            answer = await problems.problem_response(Request(scope), refusal)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> ShuniuError | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._own(hostname(host), scope):
            return ForeignHost(host=host)
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
            return ForeignOrigin(origin=origin)
        if headers.get("sec-fetch-site") in FROM_ELSEWHERE and not _followed_link(scope, headers):
            return ForeignOrigin(origin=headers.get("referer", headers["sec-fetch-site"]))
        return None

    def _own(self, name: str, scope: Scope) -> bool:
        if is_loopback(name) or name in self._names:
            return True
        callers: Callers | None = getattr(scope["app"].state, "callers", None)
        return bool(name and not self._names and callers is not None and callers.known())


def _followed_link(scope: Scope, headers: Headers) -> bool:
    """Tell whether a person came by a link to a page of ours; what answers programs is not linked to."""
    visit = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    return visit and scope["method"] == "GET" and not scope["path"].startswith("/v1/")
