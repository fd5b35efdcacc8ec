"""Numbers of people inside names and sources leave masked, whatever route they leave by."""

import json
import re
from collections.abc import Callable
from functools import lru_cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loaders.keep.privacy import mask_text

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_CELL = re.compile(r'"(?:[^"]|"")*+"?|[^,"\r\n]++')
"""A cell of a table; what follows the one before it is no part of a number in it."""
_FIGURE = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?", re.ASCII)
SHORTEST = 5
"""No telephone number or address has fewer characters."""
OFTEN = 64
"""So short are names of fields, codes and days, which come again with every row: what they are masked as is kept."""


def masked_json(text: str) -> str:
    """Return a JSON document with the numbers in its strings masked; all else to the letter."""
    return _STRING.sub(_masked_string, text)


def _masked_string(match: re.Match[str]) -> str:
    written = match[0]
    return _kept(written) if len(written) <= OFTEN else _masked(written)


def _masked(written: str) -> str:
    plain = json.loads(written) if "\\" in written else written[1:-1]
    masked = mask_text(plain)
    return written if masked == plain else json.dumps(masked, ensure_ascii=False)


_kept = lru_cache(8192)(_masked)


def masked_lines(text: str) -> str:
    """Return a table of text with the numbers in its cells masked; figures with a decimal point stay to the letter."""
    return _CELL.sub(_masked_cell, text)


def _masked_cell(match: re.Match[str]) -> str:
    written = match[0]
    return written if len(written) < SHORTEST or _FIGURE.fullmatch(written) else mask_text(written)


MASKS: dict[str, Callable[[str], str]] = {
    "application/json": masked_json,
    "application/x-ndjson": masked_json,
    "text/csv": masked_lines,
}


class Masks:
    """Masks telephone and identity numbers and e-mail addresses in every document that is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._app(scope, receive, _Masked(send) if scope["type"] == "http" else send)


class _Masked:
    """Sends a document on, masked line by line; what is no text of ours passes as it is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._mask: Callable[[str], str] | None = None
        self._rest = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            type_ = MutableHeaders(scope=message).get("content-type", "").partition(";")[0]
            self._mask = MASKS.get(type_)
            if self._mask:
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._mask:
            message = await self._masked(message, self._mask)
        await self._send(message)

    async def _masked(self, message: Message, mask: Callable[[str], str]) -> Message:
        more = message.get("more_body", False)
        body = self._rest + message.get("body", b"")
        end = body.rfind(b"\n") + 1 if more else len(body)
        self._rest, body = body[end:], mask(body[:end].decode()).encode()
        if self._start:
            headers = MutableHeaders(scope=self._start)
            if more:
                del headers["content-length"]
            elif body:  # of a HEAD there is none, and its length stays that of the whole
                headers["content-length"] = str(len(body))
            await self._send(self._start)
            self._start = None
        return {**message, "body": body}
