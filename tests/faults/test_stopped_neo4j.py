"""On a server, too, whatever is killed on its way is before or after, never between."""

import time
from random import Random

import pytest

from graph.stores.opening import open_store
from loaders.keep.backup import restore
from loaders.keep.keys import KEY
from tests.faults.test_stopped import OPERATIONS, World, run, seen, stop, world
from tests.support.soak import trials

__all__ = ["world"]


@pytest.mark.neo4j
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_is_before_or_after_on_neo4j(
    name: str,
    world: World,
    empty_neo4j: str,
) -> None:
    rng, took, before, after, left = Random(name), 0.0, None, None, None
    for trial in range(-1, trials(6, 100)):
        if before is None or left != before:  # what was killed before it wrote leaves a good start
            with open_store(empty_neo4j) as store:
                (store.home / KEY).unlink(missing_ok=True)  # a changed one would rightly be in the way
                restore(world.path.parent / "start.zip", store, replace=True)
                home = store.home
        before = before or seen(empty_neo4j)
        if trial < 0:
            began = time.monotonic()
            run(name, empty_neo4j, world)
            took, left = time.monotonic() - began, seen(empty_neo4j)
            after = left
            continue
        stop(name, empty_neo4j, home, world, took, rng, trial)
        left = seen(empty_neo4j)
        assert left in (before, after), f"trial {trial}"
