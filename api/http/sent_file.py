"""A file that was made, or the part of it that is asked for."""

import re

from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

_RANGES = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*\s*")


class SentFile(FileResponse):
    """A file; a ``Range`` that is none, or of another unit, asks for all of it (RFC 9110, 14.2)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        if not _is_range(Headers(scope=scope).get("range", "")):
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"range"]}
        await super().__call__(scope, receive, send)


def _is_range(stated: str) -> bool:
    if not _RANGES.fullmatch(stated):
        return False
    return all(int(first) <= int(last) for first, last in re.findall(r"(\d+)-(\d+)", stated))
