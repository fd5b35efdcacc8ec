"""What a site reaches is what coverage was computed with: the naive weights, and all supply exactly once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from graph.errors import NotFound
from graph.stores.base import Query, Store
from queries.catchments import Catchment, catchment
from queries.coverage import CoverageQuestion, cube_of
from tests.naive import reach, read_resources
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, World, random_world

ON = CoverageQuestion(as_of=AS_OF)
OF_CARRIERS = Query(
    "MATCH (k:Carrier)-[:HOSTS]->(s:Resource) RETURN s.key AS resource, k.key AS carrier, s.name AS name",
    {"resource": str, "carrier": str, "name": str},
)
NAMES = Query("MATCH (s:Resource) RETURN s.key AS resource, s.name AS name", {"resource": str, "name": str})


class Loaded(NamedTuple):
    """A world in a store."""

    world: World
    store: Store

    def of(self, key: str) -> Catchment:
        return catchment(self.store, key, ON).data


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("world")
    world = random_world(2)
    with loaded_store(world.write(folder / "tables"), folder / "store") as store:
        yield Loaded(world, store)


def test_a_resource_reaches_what_the_naive_weights_say(loaded: Loaded) -> None:
    with loaded.store.read() as session:
        keys = dict(session.frame(NAMES)[["name", "resource"]].itertuples(index=False))
    _, cube = cube_of(loaded.store, ON)
    regions = list(cube.grid.regions["key"])
    rows = loaded.world.tables["resources"]
    compared = 0
    for row, resource in zip(rows, read_resources(loaded.world, AS_OF), strict=True):
        if not resource.active or sum(r["name"] == row["name"] for r in rows) > 1:
            continue
        found = {r.region: r.weight for r in loaded.of(keys[row["name"]]).regions}
        wanted = {r: w for r in regions if (w := reach(resource, r)) > 0}
        assert found == pytest.approx(wanted, rel=1e-9), row["name"]
        compared += 1
    assert compared > 5


def test_all_supply_is_brought_by_somebody_once(loaded: Loaded) -> None:
    _, cube = cube_of(loaded.store, ON)
    brought = dict.fromkeys(cube.grid.regions["key"], 0.0)
    for key in cube.offered.resources["resource"]:
        for r in loaded.of(key).regions:
            brought[r.region] += r.services
    supply = (cube.access * np.nan_to_num(cube.demand)).sum(axis=1)
    assert brought == pytest.approx(dict(zip(cube.grid.regions["key"], supply, strict=True)), rel=1e-9)


def test_a_carrier_reaches_as_its_resources_do_by_capacity(loaded: Loaded) -> None:
    with loaded.store.read() as session:
        hosted = session.frame(OF_CARRIERS)
    for carrier, own in hosted.groupby("carrier"):
        whole, parts = loaded.of(str(carrier)), [loaded.of(key) for key in own["resource"]]
        capacity = sum(p.capacity for p in parts)
        assert (whole.kind, whole.resources) == ("carrier", sum(p.resources for p in parts))
        assert whole.capacity == pytest.approx(capacity)
        sums: dict[str, tuple[float, float]] = {}
        for part in parts:
            for r in part.regions:
                weight, services = sums.get(r.region, (0.0, 0.0))
                sums[r.region] = weight + part.capacity * r.weight, services + r.services
        assert {r.region: (r.weight * capacity, r.services) for r in whole.regions} == {
            region: (pytest.approx(w), pytest.approx(s)) for region, (w, s) in sums.items() if w
        }


def test_what_owns_nothing_is_not_found(loaded: Loaded) -> None:
    with pytest.raises(NotFound):
        loaded.of("nothing")
