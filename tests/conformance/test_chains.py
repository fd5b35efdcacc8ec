"""Both stores say the same of chains."""

import csv
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.chains.cooperation import cooperation, pairs
from queries.chains.missing_links import missing_links
from queries.chains.segments import segments
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]


def test_chains(wipe: Callable[[], None], neo4j_store: Store, tmp_path: Path) -> None:
    wipe()
    world = random_world(3)
    folder = world.write(tmp_path / "tables")
    names = [row["name"] for row in world.tables["organizations"]]
    with (folder / "partnerships.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a", "b", "dimension"), *((a, b, "供应链") for a, b in pairwise(names))])
    with open_store(f"ladybug://{tmp_path / 's.lbug'}") as embedded:
        for store in (embedded, neo4j_store):
            ensure_reference(store)
            assert not load(store, [folder]).issues
        for ask in (segments, cooperation, pairs):
            one, other = (ask(store, as_of=AS_OF) for store in (embedded, neo4j_store))
            assert one.rows == other.rows
            assert one.meta.data_class == other.meta.data_class
        for level in ("segment", "chain"):
            one, other = (missing_links(store, level=level) for store in (embedded, neo4j_store))
            assert one.rows == other.rows
        assert any(c.partnerships for c in cooperation(embedded, as_of=AS_OF).rows)
