"""Answers as known after a load, over HTTP: of states that are kept; making one takes as long as its loads did."""

import threading
from pathlib import Path

from api.http.statuses import KnownStateMissing
from graph.stores.base import Store
from graph.stores.embedded import EmbeddedStore
from loaders.keep.known import find_known

_OPEN: dict[Path, EmbeddedStore] = {}
_GUARD = threading.Lock()


def store_as_known(store: Store, known_at: str | None) -> Store:
    """Return the store itself or, where a load or a day is asked for, what was known after it.

    It stays open, as it never changes, until the state is no longer kept.

    Raises:
        BadParameter, NothingToRebuild: there is no such load, or none by that day.
        KnownStateMissing: nobody has made it yet.
    """
    if known_at is None:
        return store
    state = find_known(store.home, known_at)
    with _GUARD:
        for path in [path for path in _OPEN if not path.exists()]:
            _OPEN.pop(path).close()
        if not state.path.exists():
            raise KnownStateMissing(load=state.load)
        if state.path not in _OPEN:
            _OPEN[state.path] = EmbeddedStore(state.path, read_only=True)
        return _OPEN[state.path]
