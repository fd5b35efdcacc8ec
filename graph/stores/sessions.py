"""The sessions that are open in a store: who makes the file anew must be alone.

Ladybug puts a changed row in the place of another one, 65,536 rows before it, where it makes a checkpoint while
somebody's transaction is open (0.22.0). So a write ends without any other: new sessions wait for it, it waits for
those that are open, and the writer's own ones begin anew when it is done.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Transaction(Protocol):
    """An open session that can step aside."""

    def end(self) -> None:
        """End its transaction."""

    def begin(self) -> None:
        """Begin another, which sees what has been written since."""


class Sessions:
    """Those who read or write just now, by thread."""

    def __init__(self) -> None:
        self._open: dict[int, list[Transaction | None]] = {}
        self._changed = threading.Condition()
        self._alone: int | None = None

    @contextmanager
    def one(self, transaction: Transaction | None = None) -> Iterator[None]:
        """Be one of them; whoever has none open waits while somebody is alone."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._alone in (None, me) or me in self._open)
            self._open.setdefault(me, []).append(transaction)
        try:
            yield
        finally:
            with self._changed:
                self._open[me].remove(transaction)
                if not self._open[me]:
                    del self._open[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self, seconds: float) -> Iterator[None]:
        """Be the only one with an open transaction; this thread's others begin anew afterwards.

        Raises:
            TimeoutError: others did not end in time.
        """
        me = threading.get_ident()
        with self._changed:
            self._alone = me
            try:
                if not self._changed.wait_for(lambda: not self._open.keys() - {me}, seconds):
                    raise TimeoutError
                own = [t for t in self._open.get(me, ()) if t]
                for transaction in own:
                    transaction.end()
            except BaseException:
                self._alone = None
                self._changed.notify_all()
                raise
        try:
            yield
        finally:
            for transaction in own:
                transaction.begin()
            with self._changed:
                self._alone = None
                self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait until there is none, so many seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, seconds)
