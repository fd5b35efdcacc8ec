"""A person's way through the review list: pair by pair or a group at once, with a way back, from where they stopped."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from graph.home import write_durably
from loaders.identify.doubts import Doubt
from loaders.identify.groups import Group, grouped
from loaders.identify.resolver import Decision
from loaders.identify.review import Said, still_open

PUT_OFF = "review-later.json"
"""File of a store's folder that names the pairs put off; who walks through the list again meets them last."""
Pair = tuple[str, str]


class Walk:
    """What is left of a review list, and what was said on the way.

    ``decide`` makes decisions, all or none of them, and returns those in force afterwards.
    """

    def __init__(
        self,
        doubts: Sequence[Doubt],
        decided: list[Decision],
        decide: Callable[[list[Said]], list[Decision]],
        home: Path,
    ) -> None:
        self._all = list(doubts)
        self._decide = decide
        self._in_force = decided
        self._file = home / PUT_OFF
        self._put_off = read_put_off(home)
        self._later: set[Pair] = set()
        self._back: list[tuple[bool, list[Pair]]] = []
        for _, at_once in groupby(decided, key=lambda decision: decision.at):
            self._back.append((True, [(d.a.key, d.b.key) for d in at_once]))
        self._earlier = len(self._back)
        self.done = 0

    @property
    def groups(self) -> list[Group]:
        """What is left, in groups: what was put off before comes last, what was put off on this way does not come."""
        left = [d for d in still_open(self._all, self._in_force) if d.pair not in self._later]
        early = [d for d in left if d.pair not in self._put_off]
        return [*grouped(early), *grouped(d for d in left if d.pair in self._put_off)]

    @property
    def postponed(self) -> int:
        """How many pairs were put off on this way."""
        return len(self._later)

    def say(self, doubts: Sequence[Doubt], same: bool) -> None:
        """Say of pairs that they are the same, or that they are not."""
        pairs = [doubt.pair for doubt in doubts]
        self._in_force = self._decide([Said(*pair, "same" if same else "different") for pair in pairs])
        self._back.append((True, pairs))
        self.done += len(pairs)
        self._keep(self._put_off - set(pairs))

    def put_off(self, doubts: Sequence[Doubt]) -> None:
        """Leave pairs for later."""
        pairs = [doubt.pair for doubt in doubts]
        self._later |= set(pairs)
        self._back.append((False, pairs))
        self._keep(self._put_off | set(pairs))

    def undo(self) -> int:
        """Take back the last thing that was said, on this way or before it; return of how many pairs."""
        if not self._back:
            return 0
        decided, pairs = self._back[-1]
        if decided:
            self._in_force = self._decide([Said(*pair, None) for pair in pairs])
            if len(self._back) > self._earlier:
                self.done -= len(pairs)
        self._back.pop()
        self._earlier = min(self._earlier, len(self._back))
        self._later -= set(pairs)
        self._keep(self._put_off - set(pairs))
        return len(pairs)

    def _keep(self, put_off: set[Pair]) -> None:
        if put_off != self._put_off:
            self._put_off = put_off
            write_durably(self._file, json.dumps(sorted(put_off)).encode())


def read_put_off(home: Path) -> set[Pair]:
    """Return the pairs that were put off; none where nothing is kept of them."""
    with suppress(OSError, ValueError):
        return {(a, b) for a, b in json.loads((home / PUT_OFF).read_bytes())}
    return set()
