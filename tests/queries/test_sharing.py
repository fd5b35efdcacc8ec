"""One meaning of spare: what an agreement of a plan moves is what what-if moves, and what allocation calls spare."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graph.errors import BadParameter
from graph.stores.base import Store
from queries.coverage import CoverageQuestion, cube_of
from queries.expansion.answer import ExpansionQuestion
from queries.expansion.candidates import read_action_facts
from queries.expansion.problem import PlanningProblem, prepare
from queries.sharing import spare_of
from queries.what_if.changes import plan_of
from queries.what_if.impact import what_if
from tests.support.resources import say_more
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

ASKED = CoverageQuestion(as_of=AS_OF)
COMPARED = 12


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("sharing")
    with loaded_store(random_world(2).write(folder / "tables"), folder / "store") as loaded:
        say_more(loaded)
        yield loaded


@pytest.fixture(scope="module")
def prepared(store: Store) -> PlanningProblem:
    _, cube = cube_of(store, ASKED)
    with store.read() as session:
        facts = read_action_facts(session)
    return prepare(cube, facts, ExpansionQuestion(as_of=AS_OF, budget=1, kinds=("share",)))


def test_agreed_is_the_spare_capacity_of_a_type_where_it_is_shareable(store: Store) -> None:
    _, spare = spare_of(store, ASKED)
    types = len(spare.cube.grid.types)
    of_column = np.arange(spare.left.shape[1]) % types
    rows = [[row[of_column == t].sum() for t in range(types)] for row in spare.left.toarray()]
    expected = np.where(spare.shareable[:, None], rows, 0.0)
    assert expected.any()
    assert np.array(rows)[~spare.shareable].any()
    assert spare.agreed() == pytest.approx(expected, abs=1e-12)


def test_an_agreement_of_a_plan_does_what_what_if_says(store: Store, prepared: PlanningProblem) -> None:
    table = prepared.table
    assert len(table) >= COMPARED
    for j in range(0, len(table), len(table) // COMPARED):
        _, pair, type_ = table["key"].iloc[j].split(":")
        source, target = pair.split("-")
        change = {"action": "share", "from": source, "to": [target], "service_types": [type_]}
        told = what_if(store, plan_of([change], where="p"), ASKED).data.totals
        x = np.eye(len(table))[j]
        assert told.unmet_change == pytest.approx(float((prepared.after(x) - prepared.unmet).sum()), abs=1e-7)


def test_two_agreements_share_what_is_spare(store: Store, prepared: PlanningProblem) -> None:
    """Two halves of a source's type do what the sum of their effects says, and leave nothing for a third."""
    keys = prepared.table["key"].tolist()
    by_source: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        _, pair, type_ = key.split(":")
        by_source.setdefault((pair[:6], type_), []).append(pair[-6:])
    (source, type_), targets = next((k, t) for k, t in by_source.items() if len(t) >= 2)
    changes = [{"action": "share", "from": source, "to": [t], "service_types": [type_]} for t in targets]
    one, other = (np.eye(len(keys))[keys.index(f"share:{source}-{t}:{type_}")] for t in targets[:2])
    assert prepared.problem.allowed(one + other)
    told = what_if(store, plan_of(changes[:2], where="p"), ASKED).data.totals
    assert told.unmet_change == pytest.approx(float((prepared.after(one + other) - prepared.unmet).sum()), abs=1e-7)
    with pytest.raises(BadParameter, match="没有可共享到那里的余量"):
        what_if(store, plan_of([*changes[:2], changes[0]], where="p"), ASKED)
