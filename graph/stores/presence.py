"""Whether a server is there: one that came back is tried by one asker before all of them ask it."""

import threading
import time
from collections.abc import Callable

from graph.errors import QueryTimeout, ShuniuError, StoreUnreachable

WARM_SECONDS = 30.0
"""For so long after its return a server is slow: it reads its files and makes its plans anew."""


class Presence:
    """What is known of the server at ``url``.

    While it is away, one asker at a time tries it, and the others are told at once: a crowd that asks a cold server the
    same makes all of them wait beyond their limits.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._away = False
        self._returned: float | None = None
        self._trying = threading.Lock()

    def ensure(self, ask: Callable[[], object]) -> None:
        """Return where the server is there; ``ask`` tries one that was away.

        Raises:
            StoreUnreachable: it is still away, or another asker is trying it.
        """
        if not self._away:
            return
        if not self._trying.acquire(blocking=False):
            raise StoreUnreachable(url=self._url)
        try:
            if self._away:
                ask()
                self._returned, self._away = time.monotonic(), False
        except QueryTimeout as error:
            raise StoreUnreachable(url=self._url) from error
        finally:
            self._trying.release()

    def judge(self, error: ShuniuError) -> ShuniuError:
        """Note a loss, and return what to tell: where a server has just come back, a late answer is no fault of the
        question's."""
        if isinstance(error, StoreUnreachable):
            self._away = True
        elif isinstance(error, QueryTimeout) and self._returned is not None:
            if time.monotonic() - self._returned < WARM_SECONDS:
                return StoreUnreachable(url=self._url)
            self._returned = None
        return error
