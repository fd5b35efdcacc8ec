"""Both stores hold one world, told once, and answer every kind of question alike."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import neo4j
import pytest

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.allocation.allocate import allocate
from queries.allocation.flows import AllocationQuestion
from queries.chains.cooperation import cooperation, pairs
from queries.chains.missing_links import missing_links
from queries.chains.segments import segments
from queries.coverage import CoverageQuestion, cube_of
from queries.crowding import CrowdingQuestion, crowding
from queries.expansion.answer import ExpansionQuestion
from queries.expansion.candidates import read_action_facts
from queries.expansion.expand import expand
from queries.explanation.cell import explain
from queries.explanation.parts import CellRef, Explanation
from queries.network.matrix import chain_matrix
from queries.partners.candidates import PartnerQuestion
from queries.partners.find import partners
from queries.paths.find import paths, paths_batch
from queries.paths.question import PathQuestion
from queries.paths.surroundings import neighbours
from queries.rankings import GapQuestion, gaps
from queries.resilience.impact import ResilienceQuestion
from queries.resilience.losses import resilience
from queries.snapshots import DiffQuestion, create, diff
from queries.suggestions import SuggestionQuestion, suggestions
from queries.what_if.changes import plan_of
from queries.what_if.impact import what_if
from tests.support.stores import Twins, new_store
from tests.worlds import AS_OF, random_world

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

ASKED = CoverageQuestion(as_of=AS_OF)
WORLD = random_world(3)
RESOURCES = WORLD.tables["resources"]
OPERATOR = next(row["provider"] for row in RESOURCES if not row.get("carrier"))
WINDOWS = f"""名称,类型,上级,所在地区,服务产业,运营机构
示例-甲站点,服务站点,,510104,CH06,{OPERATOR}
示例-乙站点,服务站点,示例-甲站点,510105,,
"""


@pytest.fixture(scope="module")
def both(wipe: Callable[[], None], neo4j_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """A world with stations and with partnerships, one after the other in a row."""
    wipe()
    folder = tmp_path_factory.mktemp("twin")
    tables = WORLD.write(folder / "tables")
    providers = dict.fromkeys(row["provider"] for row in RESOURCES)
    lines = ["甲方,乙方,合作维度", *(f"{a},{b},供应链" for a, b in pairwise(providers))]
    (tables / "合作关系.csv").write_text("\n".join(lines), encoding="utf-8")
    (tables / "枢纽与窗口.csv").write_text(WINDOWS, encoding="utf-8")
    with new_store(folder / "graph.lbug") as embedded:
        ensure_reference(neo4j_store)
        for store in (embedded, neo4j_store):
            assert not load(store, [tables]).issues
        yield Twins(embedded, neo4j_store)


def test_chains(both: Twins) -> None:
    for ask in (segments, cooperation, pairs):
        one, other = (ask(store, as_of=AS_OF) for store in both)
        assert one.rows == other.rows
        assert one.meta.data_class == other.meta.data_class
    for level in ("segment", "chain"):
        one, other = (missing_links(store, level=level) for store in both)
        assert one.rows == other.rows
    assert any(c.partnerships for c in cooperation(both.embedded, as_of=AS_OF).rows)


def test_partners(both: Twins) -> None:
    question = PartnerQuestion(requester="chengdu_plain", candidates="all", as_of=AS_OF)
    one, other = (partners(store, question) for store in both)
    assert [p.model_dump() for p in one.rows()] == [p.model_dump() for p in other.rows()]
    assert one.who == other.who
    assert len(one.ranked)


def test_suggestions(both: Twins) -> None:
    asked = SuggestionQuestion(as_of=AS_OF)
    one, other = (suggestions(store, asked).page(100).model_dump(exclude={"meta"}) for store in both)
    assert one == other
    assert one["total"]


def test_allocation(both: Twins) -> None:
    asked = AllocationQuestion(as_of=AS_OF, level="county")
    one, other = (allocate(store, asked).data.model_dump(exclude={"seconds"}) for store in both)
    assert one == other


# --- expansion, what if and what changed -----------------------------------------------------------------


def test_candidates_and_plan(both: Twins) -> None:
    for store in both:
        with store.read() as session:
            facts = read_action_facts(session)
        assert len(facts.use) == len(RESOURCES)
        assert len(facts.hosted) == sum(1 for r in RESOURCES if r.get("carrier"))
        assert facts.hosted["region"].notna().all()
        plan = expand(store, ExpansionQuestion(budget=130, as_of=AS_OF, gap=0.0)).data
        assert plan.status == "optimal"
        assert plan.unmet_after is not None
        assert plan.unmet_after < plan.unmet_before


def effects(store: Store) -> tuple[object, ...]:
    """Return what a plan does, without what is a load's own."""
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
    changed = [
        (c.region, c.industry, c.service_type, c.before.state, c.after.state, c.after.reasons) for c in made.cells
    ]
    return [round(e.unmet_change, 9) for e in made.effects], sorted(changed, key=str), made.totals.cells_changed


def test_a_plan_has_the_same_effect(both: Twins) -> None:
    assert effects(both.embedded) == effects(both.neo4j)


def changes(store: Store) -> tuple[object, ...]:
    """Return what changes between two days."""
    first, later = (
        create(store, ASKED.model_copy(update={"as_of": AS_OF + timedelta(days=days)})).data.id for days in (0, 300)
    )
    change = diff(store, DiffQuestion(before=first, after=later))
    cells = [
        (c.region, c.industry, c.service_type, c.kind, c.state_before, c.state_after, c.causes) for c in change.rows()
    ]
    return change.counts, sorted(cells, key=str)


def test_two_days_have_the_same_differences(both: Twins) -> None:
    assert changes(both.embedded) == changes(both.neo4j)


# --- a cell, explained -----------------------------------------------------------------------------------


def test_a_cell_is_explained(both: Twins) -> None:
    for store in both:
        worst = gaps(store, GapQuestion(as_of=AS_OF, sort="severity")).rows(0, 1)[0]
        cell = CellRef(region=worst.region, industry=worst.industry, service_type=worst.service_type)
        made = explain(store, cell, ASKED).data
        assert isinstance(made, Explanation)
        assert made.cell.unmet == pytest.approx(worst.unmet)
        assert sum(p.services for p in made.demand.parts) == pytest.approx(worst.demand)
        assert sum(c.contribution for c in made.contributors) == pytest.approx(made.access)
        assert crowding(store, CrowdingQuestion(as_of=AS_OF)).total > 0


# --- who gives what, and who hangs on whom ---------------------------------------------------------------


LOSSES = ResilienceQuestion(as_of=AS_OF, pairs=3, limit=1000)


def test_losses_add_up(both: Twins) -> None:
    for store in both:
        found = resilience(store, LOSSES).data
        assert {x.name for x in found.losses if x.kind == "organization"} == {row["provider"] for row in RESOURCES}
        carriers = {row["carrier"] for row in RESOURCES if row.get("carrier")}
        assert {x.name for x in found.losses if x.kind == "carrier"} == carriers
        # What an operator provides without a carrier hangs on the station that it runs.
        assert "示例-甲站点" in {x.name for x in found.losses}
        assert {b.source_name for b in found.bridges} >= {"示例-甲站点", "示例-乙站点"}
        assert next(c for c in found.cut_points if c.name == "示例-甲站点").names == ["示例-乙站点"]
        matrix = chain_matrix(store, as_of=AS_OF).data
        assert [(c.chain, c.stated) for c in matrix.cells if c.window_name == "示例-甲站点"] == [("CH06", True)]


def test_losses_are_the_same(both: Twins) -> None:
    one, other = (resilience(store, LOSSES).data for store in both)
    assert one.cut_points == other.cut_points
    assert one.bridges == other.bridges
    assert [(x.kind, x.key, round(x.unmet_added, 6), round(x.importance, 6)) for x in one.losses] == [
        (x.kind, x.key, round(x.unmet_added, 6), round(x.importance, 6)) for x in other.losses
    ]
    assert chain_matrix(both.embedded, as_of=AS_OF).data == chain_matrix(both.neo4j, as_of=AS_OF).data


# --- paths -----------------------------------------------------------------------------------------------


def questions(store: Store) -> list[PathQuestion]:
    """Return questions of several kinds between nodes of the world drawn at random."""
    with store.read() as session:
        names = {
            label: sorted(session.nodes(schema.nodes()[label])["key"].to_pylist())
            for label in ("Organization", "Carrier")
        }
    ends = [*names["Carrier"], *names["Organization"], "510100", "510000", "W00", "CH01"]
    draw = random.Random(7)
    asked = [PathQuestion(start=a, end=b, as_of=AS_OF) for a, b in (draw.sample(ends, 2) for _ in range(12))]
    asked += [q.model_copy(update={"diverse": True, "hub_penalty": 0.0}) for q in asked[:4]]
    asked += [q.model_copy(update={"max_hops": 1}) for q in asked[:4]]
    return [*asked, PathQuestion(start="510100", service_type="SC01", as_of=AS_OF)]


def test_the_same_neighbours(both: Twins) -> None:
    for label, key in (("Region", "510100"), ("Window", "W00"), ("Chain", "CH01")):
        one, other = (neighbours(store, label, key, as_of=AS_OF).page(1000) for store in both)
        assert one.data == other.data
        assert one.data


def test_the_same_paths(both: Twins) -> None:
    asked = questions(both.embedded)
    one, other = (paths_batch(store, asked) for store in both)
    assert one.data == other.data
    assert one.meta.data_class == other.meta.data_class
    assert sum(bool(pair.paths) for pair in one.data) >= 8
    assert any(pair.explanation for pair in one.data)


def test_the_cypher_of_a_path_shows_that_path(both: Twins, driver: neo4j.Driver) -> None:
    for question in questions(both.neo4j)[:8]:
        for path in paths(both.neo4j, question).data:
            with driver.session() as session:
                (shown,) = {tuple(node["key"] for node in record["path"].nodes) for record in session.run(path.cypher)}
            assert list(shown) == [node.key for node in path.nodes]
