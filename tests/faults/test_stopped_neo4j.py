"""On a server, too, whatever is killed on its way is before or after, never between."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from graph.stores.opening import open_store
from loaders.keep.backup import restore
from loaders.keep.keys import KEY
from tests.faults.test_stopped import OPERATIONS, World, seen, steps_of, stop, world
from tests.support.kills import moments
from tests.support.soak import trials

__all__ = ["world"]

BESIDE = {"backup", "snapshot", "rotate"}
"""Write files alone, the same ones whatever holds the graph: at a push they are stopped beside a file of it."""
TRIED = [name for name in OPERATIONS if name != "bulk" and (name not in BESIDE or trials(0, 1))]


class Server:
    """A server that holds what the world's store holds, or is put back to it: that takes longer than most trials."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self._world = url, world
        self.folder = self._begin()
        self.before = self.left = seen(url)
        self._files = self._names()

    def _begin(self) -> Path:
        with open_store(self.url) as store:
            (store.home / KEY).unlink(missing_ok=True)  # a changed one would rightly be in the way
            restore(self._world.path.parent / "start.zip", store, replace=True)
            return store.home.parent

    def _names(self) -> set[Path]:
        return {path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file()}

    def back(self) -> None:
        """Put it back, if it is not there: what was killed before it wrote, a source too, leaves a good start."""
        if self.left != self.before or self._names() != self._files:
            self._begin()

    def look(self) -> tuple[object, ...]:
        """Return what is there now."""
        self.left = seen(self.url)
        return self.left


@pytest.fixture(scope="module")
def server(neo4j_url: str, wipe: Callable[[], None], world: World) -> Server:
    wipe()
    return Server(neo4j_url, world)


@pytest.mark.neo4j
@pytest.mark.parametrize("name", TRIED)
def test_it_is_before_or_after_on_neo4j(name: str, world: World, server: Server) -> None:
    server.back()
    steps = steps_of(name, server.url, server.folder, world)
    after = server.look()
    chosen = moments(steps, Random(name), at_steps=trials(1, 50), between=trials(1, 50))
    for moment in sorted(chosen, reverse=True):  # the early ones last: they leave a good start for what follows
        server.back()
        stop(name, server.url, server.folder, world, moment)
        assert server.look() in (server.before, after), (steps[moment.step], moment)
