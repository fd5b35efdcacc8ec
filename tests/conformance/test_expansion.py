"""Both stores hold the same carriers and spare capacity for candidates."""

from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.expansion.answer import ExpansionQuestion
from queries.expansion.candidates import read_action_facts
from queries.expansion.expand import expand
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.slow]


def test_candidates_and_plan(store: Store, tmp_path: Path) -> None:
    ensure_reference(store)
    assert not load(store, [random_world(3).write(tmp_path / "tables")]).issues
    with store.read() as session:
        facts = read_action_facts(session)
    resources = random_world(3).tables["resources"]
    assert len(facts.use) == len(resources)
    assert len(facts.hosted) == sum(1 for r in resources if r.get("carrier"))
    assert facts.hosted["region"].notna().all()
    plan = expand(store, ExpansionQuestion(budget=130, as_of=AS_OF, gap=0.0)).data
    assert plan.status == "optimal"
    assert plan.unmet_after is not None
    assert plan.unmet_after < plan.unmet_before
