"""The sessions that are open in a store: who makes the file anew must be alone.

Ladybug puts a changed row in the place of another one where it makes a checkpoint while somebody's transaction is
open (0.22.0). So a write ends without any other: new sessions wait for it, it waits for those that are open, and the
writer's own ones begin anew when it is done.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol


class Transaction(Protocol):
    """An open session that can step aside."""

    def end(self) -> None:
        """End its transaction."""

    def begin_anew(self) -> None:
        """Begin another, which sees what has been written since; where it cannot, who reads is told, and never this."""


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
        with ExitStack() as after:
            with self._changed:
                if not self._changed.wait_for(lambda: self._alone is None, seconds):
                    raise TimeoutError
                self._alone = me
                after.callback(self._let_in)
                if not self._changed.wait_for(lambda: not self._open.keys() - {me}, seconds):
                    raise TimeoutError
                own = [transaction for transaction in self._open.get(me, ()) if transaction]
            for transaction in own:
                after.callback(transaction.begin_anew)
                transaction.end()
            yield

    def _let_in(self) -> None:
        with self._changed:
            self._alone = None
            self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait until there is none, so many seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, seconds)
