"""Snapshots are fixed, the same twice, and say what changed between two and why."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph.errors import BadParameter, NotFound, SealBroken
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference import ensure_reference
from queries.coverage import CoverageQuestion
from queries.snapshots import create, diff, find, series, snapshots
from tests.worlds import AS_OF, random_world

ASKED = CoverageQuestion(as_of=AS_OF)
LATER = CoverageQuestion(as_of=AS_OF + timedelta(days=300))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("snapshots")
    with open_store(f"ladybug://{folder / 'w.lbug'}") as loaded:
        ensure_reference(loaded)
        assert not load(loaded, [random_world(3).write(folder / "tables")]).issues
        yield loaded


def test_the_same_snapshot_has_the_same_bytes(store: Store) -> None:
    one = create(store, ASKED).data
    files = {p.name: p.read_bytes() for p in (store.home / "snapshots").iterdir()}
    assert create(store, ASKED).data == one == find(store, one.id)
    assert {p.name: p.read_bytes() for p in (store.home / "snapshots").iterdir()} == files
    assert [s.id for s in snapshots(store)] == [one.id]


def test_nothing_differs_from_itself(store: Store) -> None:
    one = create(store, ASKED).data
    assert diff(store, one.id, one.id).data.cells == []


def test_a_diff_adds_up_and_names_its_causes(store: Store) -> None:
    one, other = create(store, ASKED).data, create(store, LATER).data
    found = diff(store, one.id, other.id).data
    change = sum((c.unmet_after or 0.0) - (c.unmet_before or 0.0) for c in found.cells)
    assert change == pytest.approx(other.unmet - one.unmet, abs=1e-6)
    assert sum(found.counts.values()) == len(found.cells) > 0
    assert any(c.causes for c in found.cells)


def test_a_damaged_snapshot_is_told(store: Store) -> None:
    made = create(store, CoverageQuestion(as_of=AS_OF - timedelta(days=3))).data
    (store.home / "snapshots" / f"{made.id}.parquet").write_bytes(b"no")
    with pytest.raises(SealBroken):
        diff(store, made.id, made.id)
    with pytest.raises(NotFound):
        find(store, "../journal")


def test_a_series_has_a_point_a_step(store: Store) -> None:
    points = series(store, ASKED, date(2026, 5, 1), date(2026, 7, 1))
    assert [p.as_of.month for p in points] == [5, 6, 7]
    with pytest.raises(BadParameter):
        series(store, ASKED, date(2026, 7, 1), date(2026, 5, 1))
