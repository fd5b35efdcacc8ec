"""A file that was made, or the part of it that is asked for."""

import re

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from api.http import problems
from api.http.statuses import RangeBeyondEnd

_RANGES = re.compile(r"bytes=\s*(?:N-(?:N)?|-N)(?:\s*,\s*(?:N-(?:N)?|-N))*\s*".replace("N", r"\d{1,18}"))
BEYOND = 416


class SentFile(FileResponse):
    """A file; a ``Range`` that is none, or of another unit, asks for all of it (RFC 9110, 14.2)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        asked = Headers(scope=scope).get("range", "")
        if not _is_range(asked):
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"range"]}
        beyond: list[str] = []

        async def with_words(message: Message) -> None:
            """Send what comes, but the answer that nothing of the file is in the range: it has no words."""
            if message["type"] == "http.response.start" and message["status"] == BEYOND:
                beyond.append(Headers(raw=message["headers"])["content-range"])
            elif not beyond:
                await send(message)

        await super().__call__(scope, receive, with_words)
        if beyond:
            error = RangeBeyondEnd(range=asked, size=beyond[0].rpartition("/")[2])
            answer = await problems.problem_response(Request(scope), error)
            answer.headers["Content-Range"] = beyond[0]
            await answer(scope, receive, send)


def _is_range(stated: str) -> bool:
    if not _RANGES.fullmatch(stated):
        return False
    return all(int(first) <= int(last) for first, last in re.findall(r"(\d+)-(\d+)", stated))
