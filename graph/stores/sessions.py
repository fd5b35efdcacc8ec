"""The sessions that are open in a store: a file is closed, and changed once more, when the last of them has ended."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Sessions:
    """Counts those who read or write just now."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Be one of them."""
        with self._changed:
            self._number += 1
        try:
            yield
        finally:
            with self._changed:
                self._number -= 1
                self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait until there is none, so many seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._number, seconds)
