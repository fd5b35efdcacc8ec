"""Coverage equals an independent naive computation, straight from the tables."""

import math
from datetime import date
from pathlib import Path

import pytest

from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference import ensure_reference
from queries.coverage import Coverage, CoverageQuestion, coverage
from tests.naive import naive_coverage
from tests.worlds import random_world

AS_OF = date(2026, 6, 30)
NUMBERS = ("demand", "supply", "ratio", "ratio_local", "unmet")
SEEDS = range(24)


def near(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("world")
    made = random_world(request.param)
    with open_store(f"ladybug://{folder / 'w.lbug'}") as store:
        ensure_reference(store)
        report = load(store, [made.write(folder / "tables")])
        assert not report.issues
        yield store, naive_coverage(made, as_of=AS_OF)


def by_key(answer: Coverage) -> dict:
    return {(c["region"], c["industry"], c["service_type"]): c for c in answer.records()}


def test_every_cell_equals_the_naive_computation(world):
    store, naive = world
    ours = by_key(coverage(store, CoverageQuestion(as_of=AS_OF)))
    assert set(ours) == set(naive)
    for key, theirs in naive.items():
        cell = ours[key]
        differing = [n for n in NUMBERS if not near(cell[n], getattr(theirs, n))]
        assert not differing, (key, differing, cell, theirs)
        assert cell["state"] == theirs.state, (key, cell, theirs)
        assert set(cell["reasons"]) == set(theirs.reasons), (key, cell, theirs)
        assert cell["providers"] == theirs.providers, (key, cell, theirs)
