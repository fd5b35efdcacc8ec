"""Addresses are percent-encoded UTF-8: what is not would be replaced sign by sign, and nothing be found by it."""

from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import problems

KIND = "address_not_utf8"


class ReadableAddress:
    """Refuses an address in another encoding (422), such as a Chinese name in GBK, and names the parameter."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (errors := [_error(*place) for place in _unreadable(scope)]):
            answer = await problems.malformed(Request(scope), RequestValidationError(errors))
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _unreadable(scope: Scope) -> list[tuple[str, str, bytes]]:
    """Return where, as what and with which value something stands that is not UTF-8."""
    if b"%" not in scope.get("raw_path", b"") + scope["query_string"]:
        return []
    found = [("path", "path", scope.get("raw_path", b""))]
    for pair in scope["query_string"].split(b"&"):
        name, _, value = pair.partition(b"=")
        found += [("query", "query", name), ("query", unquote_to_bytes(name).decode(errors="replace"), value)]
    return [(where, name, value) for where, name, value in found if not _is_utf8(unquote_to_bytes(value))]


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _error(where: str, name: str, value: bytes) -> dict[str, object]:
    return {"type": KIND, "loc": (where, name), "msg": KIND, "input": value.decode("latin-1"), "ctx": {}}
