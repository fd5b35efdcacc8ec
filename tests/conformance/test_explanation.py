"""Both kinds of store explain a cell of a world; the embedded one against the cube, Neo4j the same way."""

from pathlib import Path

import pytest

from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.coverage import CoverageQuestion
from queries.crowding import CrowdingQuestion, crowding
from queries.explanation.cell import explain
from queries.explanation.parts import CellRef, Explanation
from queries.rankings import GapQuestion, gaps
from tests.worlds import AS_OF, random_world


@pytest.mark.slow
def test_a_cell_is_explained(store: Store, tmp_path: Path) -> None:
    ensure_reference(store)
    load(store, [random_world(0).write(tmp_path / "tables")])
    question = CoverageQuestion(as_of=AS_OF)
    worst = gaps(store, GapQuestion(as_of=AS_OF, sort="severity")).rows(0, 1)[0]
    cell = CellRef(region=worst.region, industry=worst.industry, service_type=worst.service_type)
    made = explain(store, cell, question).data
    assert isinstance(made, Explanation)
    assert made.cell.unmet == pytest.approx(worst.unmet)
    assert sum(p.services for p in made.demand.parts) == pytest.approx(worst.demand)
    assert sum(c.contribution for c in made.contributors) == pytest.approx(made.access)
    assert crowding(store, CrowdingQuestion(as_of=AS_OF)).total > 0
