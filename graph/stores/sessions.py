"""The sessions that are open in a store: who makes the file anew must be alone.

Ladybug puts a changed row in the place of another one where it makes a checkpoint while somebody's transaction is
open (0.22.0). So a write ends without any other: new sessions wait for it, it waits for those that are open, and the
writer's own ones begin anew when it is done.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Protocol

BARRED_SECONDS = 1.0
"""So long new sessions wait for a write at a time: where an open one takes longer, they go on until it has ended."""


class Transaction(Protocol):
    """An open session that can step aside."""

    def end(self) -> None:
        """End its transaction."""

    def begin_anew(self) -> None:
        """Begin another, which sees what has been written since; where it cannot, who reads is told, and never this."""


class Sessions:
    """Those who read or write just now, by thread and number."""

    def __init__(self) -> None:
        self._open: dict[int, dict[int, Transaction | None]] = {}
        self._numbers = count()
        self._changed = threading.Condition()
        self._alone: int | None = None

    @contextmanager
    def one(self, transaction: Transaction | None = None) -> Iterator[None]:
        """Be one of them; whoever has none open waits while somebody is alone."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._alone in (None, me) or me in self._open)
            number = next(self._numbers)
            self._open.setdefault(me, {})[number] = transaction
        try:
            yield
        finally:
            with self._changed:
                del self._open[me][number]
                if not self._open[me]:
                    del self._open[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self, seconds: float) -> Iterator[None]:
        """Be the only one with an open transaction; this thread's others begin anew afterwards.

        For a third of the time nobody else waits for long; then new sessions wait until those that are open have ended.

        Raises:
            TimeoutError: others did not end in time.
        """
        with ExitStack() as after:
            with self._changed:
                after.callback(self._let_in)
                self._stand_alone(time.monotonic(), seconds)
                own = [transaction for transaction in self._open.get(threading.get_ident(), {}).values() if transaction]
            for transaction in own:
                after.callback(transaction.begin_anew)
                transaction.end()
            yield

    def _stand_alone(self, began: float, seconds: float) -> None:
        """Bar the way and wait for the others; while one of them takes long, let those in who come."""
        me, last = threading.get_ident(), began + seconds

        def wait(until: set[int] | None, end: float) -> bool:
            return self._changed.wait_for(lambda: not self._others(me, until), max(0.0, end - time.monotonic()))

        while True:
            if not self._changed.wait_for(lambda: self._alone in (None, me), max(0.0, last - time.monotonic())):
                raise TimeoutError
            self._alone = me
            patient = time.monotonic() < began + seconds / 3
            if wait(None, time.monotonic() + min(BARRED_SECONDS, seconds / 3) if patient else last):
                return
            if not patient:
                raise TimeoutError
            here = self._others(me)
            self._let_in()
            wait(here, began + seconds / 3)

    def _others(self, me: int, among: set[int] | None = None) -> set[int]:
        """Return the numbers of the others' open sessions, of all or of some."""
        numbers = {number for thread, those in self._open.items() if thread != me for number in those}
        return numbers if among is None else numbers & among

    def _let_in(self) -> None:
        with self._changed:
            if self._alone == threading.get_ident():
                self._alone = None
                self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait until there is none, so many seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, seconds)
