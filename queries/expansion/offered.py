"""The candidates that were asked for last, for whoever asks for the same again."""

import threading
from collections.abc import Callable, Hashable

from queries.cube import Cube
from queries.expansion.actions import Candidates

KEPT = 4_000_000
"""Effects of candidates that are kept at most: 48 MB."""


class LastOffered:
    """The candidates asked for last of some facts: a report asks for those of its scope for a plan and for remedies.

    Those of a whole province are not kept: they would stand beside the search that takes most memory.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[Cube, Hashable, Candidates] | None = None

    def of(self, cube: Cube, key: Hashable, build: Callable[[], Candidates]) -> Candidates:
        """Return what was built for a cube and a key if it was the last, else what is built now."""
        with self._lock:
            last = self._of
        if last is not None and last[0] is cube and last[1] == key:
            return last[2]
        made = build()
        with self._lock:
            self._of = (cube, key, made) if made.effects.nnz <= KEPT else None
        return made
