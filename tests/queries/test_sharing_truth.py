"""An agreement to share says what two rows say: what stays with the resource, and its part for the others alone."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion, cube_of
from queries.what_if.changes import plan_of
from queries.what_if.impact import impact_of
from tests.queries.test_what_if import same, some
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, Row, World, random_world

ASKED = CoverageQuestion(as_of=AS_OF)
CAPACITY = 100_000
"""So much that demand leaves something over, in whatever world: what is not used is spare."""


def loaded(world: World, folder: Path) -> Store:
    """Load a world; every resource may be shared."""
    tables = world.write(folder / "tables")
    path = tables / "服务资源.csv"
    pd.read_csv(path, dtype=str).assign(可共享="是").to_csv(path, index=False, encoding="utf-8-sig")
    return loaded_store(tables, folder / "store")


def row_of(world: World, name: str) -> Row:
    return next(row for row in world.tables["resources"] if row["name"] == name)


@pytest.mark.slow
@pytest.mark.parametrize("fraction", [0.25, 1.0])
@pytest.mark.parametrize("seed", [3, 8])
def test_sharing(seed: int, fraction: float, tmp_path: Path) -> None:
    world = random_world(seed)
    name, moved = some(world), 200 * fraction
    row_of(world, name).update(
        {
            "capacity": f"{CAPACITY}",
            "used": f"{CAPACITY - 200}",
            "serves": "四川省",
            "modes": "线上",
            "since": "",
            "until": "",
            "chains": "",
        }
    )
    with loaded(world, tmp_path / "now") as now:
        _, cube = cube_of(now, ASKED)
        type_ = vocabulary("service_types").resolve(row_of(world, name)["service_types"].split("、")[0])
        asked = np.tile(np.array(cube.grid.types) == type_, len(cube.grid.chains))
        needy = str(cube.grid.regions["key"].iloc[int(np.nansum(cube.demand[:, asked], axis=1).argmax())])
        other = copy.deepcopy(world)
        row = row_of(other, name)
        part = {"name": "让出的部分", "capacity": f"{moved:g}", "used": "", "serves": needy, "service_types": type_}
        other.tables["resources"].append({**row, **part})
        row["capacity"] = f"{CAPACITY - moved:g}"
        shared = {"action": "share", "resource": name, "to": [needy], "fraction": fraction, "service_types": [type_]}
        laid = impact_of(now, plan_of([shared], where="p"), ASKED).after
        with loaded(other, tmp_path / "then") as then:
            same(laid, cube_of(then, ASKED)[1])
