"""Both stores answer alike: the same plan has the same effect, the same days the same diff."""

from datetime import timedelta
from pathlib import Path

import pytest

from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.coverage import CoverageQuestion, cube_of
from queries.snapshots import DiffQuestion, create, diff
from queries.what_if.changes import plan_of
from queries.what_if.impact import what_if
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.slow]
ASKED = CoverageQuestion(as_of=AS_OF)


def _loaded(store: Store, folder: Path) -> Store:
    ensure_reference(store)
    assert not load(store, [random_world(3).write(folder)]).issues
    return store


def _answers(store: Store) -> tuple[object, object]:
    """Return what a plan does and what changed between two days, without what is a load's own."""
    _, cube = cube_of(store, ASKED)
    used = sorted(cube.offered.resources["resource"][cube.share > 0])
    plan = plan_of(
        [
            {"action": "close", "resource": used[0]},
            {"action": "upgrade", "resource": used[1], "capacity": 900},
            {"action": "add", "name": "甲", "place": "510104", "service_types": ["SC03"], "serves": ["510000"]},
        ],
        where="p",
    )
    made = what_if(store, plan, ASKED).data
    later = create(store, ASKED.model_copy(update={"as_of": AS_OF + timedelta(days=300)})).data
    change = diff(store, DiffQuestion(before=create(store, ASKED).data.id, after=later.id))
    cells = [
        (c.region, c.industry, c.service_type, c.kind, c.state_before, c.state_after, c.causes) for c in change.rows()
    ]
    effects = [round(e.unmet_change, 9) for e in made.effects]
    changed = [
        (c.region, c.industry, c.service_type, c.before.state, c.after.state, c.after.reasons) for c in made.cells
    ]
    return (effects, sorted(changed, key=str), made.totals.cells_changed), (change.counts, sorted(cells, key=str))


def test_the_same_answers_as_the_embedded_store(store: Store, tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'peer.lbug'}") as peer:
        assert _answers(_loaded(store, tmp_path / "one")) == _answers(_loaded(peer, tmp_path / "other"))
