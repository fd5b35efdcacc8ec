"""Connections on which nothing moves are closed: who sends a request's head, or takes its answer, too slowly.

Without this anybody holds as many connections, and the answers that wait on them, as long as they like. What a body
may take is said in :mod:`api.http.body_limit`.
"""

import asyncio
from collections.abc import Mapping

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol, RequestResponseCycle

from api.http import problems
from api.http.guard import SECURITY_HEADERS, own_request_id

NOTHING_SENT = (h11.IDLE, h11.SEND_RESPONSE)


class WatchedConnection(H11Protocol):
    """Speaks HTTP/1.1, and closes what stands still."""

    head_seconds = 20.0
    """So long after a connection is made, or an answer complete, the head of the next request is here."""
    still_seconds = 60.0
    """Somebody who has taken nothing of an answer for so long takes no more of it."""
    transport: asyncio.Transport
    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_head()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 it is for logs, and there already
        """Answer what is no HTTP by a problem document, and close; half an answer that is out is cut off."""
        if self.conn.our_state in NOTHING_SENT:
            answer = problems.unreadable(id_ := own_request_id())
            headers = [*answer.raw_headers, *_raw({**SECURITY_HEADERS, "X-Request-ID": id_, "Connection": "close"})]
            start = h11.Response(status_code=answer.status_code, headers=headers, reason=STATUS_PHRASES[400])
            for event in (start, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request, if there may be one."""
        super().on_response_complete()
        self._await_head()

    def pause_writing(self) -> None:
        """Wait for the other side to take what is there."""
        super().pause_writing()
        self._await_taking(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Go on: enough was taken."""
        _end(self._taking)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        _end(self._head)
        _end(self._taking)
        super().connection_lost(exc)

    def _await_head(self) -> None:
        _end(self._head)
        self._head = self.loop.call_later(self.head_seconds, self._close_unasked)

    def _close_unasked(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.timeout_keep_alive_handler()

    def _await_taking(self, before: int) -> None:
        _end(self._taking)
        self._taking = self.loop.call_later(self.still_seconds, self._abort_untaken, before)

    def _abort_untaken(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left < before:
            self._await_taking(left)
        else:
            self.transport.abort()


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _end(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()
