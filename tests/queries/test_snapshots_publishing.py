"""What a snapshot says in the graph is what coverage answers, rolled up."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.stores.base import Store
from queries.coverage import CoverageQuestion, coverage
from queries.snapshots import create
from queries.snapshots.keeping import read_cells
from queries.snapshots.publishing import figures
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

ASKED = CoverageQuestion(as_of=AS_OF)
NUMBERS = ("demand", "supply", "unmet", "ratio")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("figures")
    with loaded_store(random_world(3).write(folder / "tables"), folder / "store") as loaded:
        yield loaded


def test_figures_of_a_snapshot_are_those_of_coverage(store: Store) -> None:
    asked = ASKED.model_copy(update={"group_by": ("prefecture", "service_type")})
    answered = {(row.region, row.service_type): row for row in coverage(store, asked).rows()}
    found = figures(read_cells(store, create(store, ASKED).data)).set_index(["region", "service_type"])
    assert found.columns.tolist() == ["demand", "supply", "unmet", "ratio", "state"]
    assert set(found.index) == answered.keys()
    for key, row in answered.items():
        assert found.loc[key, "state"] == row.state, key
        for name in NUMBERS:
            value = getattr(row, name)
            assert found.loc[key, name] == pytest.approx(math.nan if value is None else value, nan_ok=True), (key, name)
    assert {"covered", "partial", "empty", "unknown"} & set(found["state"]) > {"partial", "unknown"}
