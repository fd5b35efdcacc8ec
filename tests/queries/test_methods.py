"""Each method equals the naive one cell by cell, and what follows from coverage follows it: plans, spare, reasons."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from graph.errors import BadParameter
from graph.stores.base import Store
from queries.allocation.allocate import allocate
from queries.allocation.flows import AllocationQuestion
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.crowding import CrowdingQuestion, crowding
from queries.cube import build_cube
from queries.expansion.answer import ExpansionQuestion
from queries.expansion.expand import expand
from queries.explanation.cell import explain
from queries.explanation.parts import CellRef, Explanation
from queries.methods import METHODS, Method, decay_km
from queries.rankings import GapQuestion, gaps
from queries.sharing import spare_of
from queries.what_if.changes import plan_of
from queries.what_if.impact import impact_of, what_if
from tests import naive
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, World, random_world

SEED = 5
OTHERS: tuple[Method, ...] = ("m2sfca", "bfca", "remoteness")
NUMBERS = ("demand", "supply", "ratio", "ratio_local", "unmet")


@dataclass(frozen=True)
class Loaded:
    store: Store
    world: World


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder: Path = tmp_path_factory.mktemp("methods")
    world = random_world(SEED)
    with loaded_store(world.write(folder / "tables"), folder / "store") as store:
        yield Loaded(store, world)


def asked(method: Method, **parts: object) -> CoverageQuestion:
    return CoverageQuestion.model_validate({"as_of": AS_OF, "method": method, **parts})


def near(one: float | None, other: float | None) -> bool:
    return one is other or (
        one is not None and other is not None and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    )


@pytest.mark.parametrize("method", OTHERS)
def test_every_cell_equals_the_naive_computation(loaded: Loaded, method: Method) -> None:
    theirs = naive.naive_coverage(loaded.world, as_of=AS_OF, method=method)
    plain = naive.naive_coverage(loaded.world, as_of=AS_OF)
    ours = {(c["region"], c["industry"], c["service_type"]): c for c in coverage(loaded.store, asked(method)).records()}
    assert set(ours) == set(theirs)
    for key, cell in theirs.items():
        assert [n for n in NUMBERS if not near(ours[key][n], getattr(cell, n))] == [], (key, ours[key], cell)
        assert (ours[key]["state"], set(ours[key]["reasons"]), ours[key]["providers"]) == (
            cell.state, cell.reasons, cell.providers,
        )  # fmt: skip
    assert any(cell.supply != plain[key].supply for key, cell in theirs.items())


@pytest.mark.parametrize("method", METHODS)
def test_a_plan_equals_loading_it(loaded: Loaded, method: Method) -> None:
    """A new provider beside all others; and effects of two changes in turn add up to the whole."""
    region, chain, type_ = next(k for k, c in naive.naive_coverage(loaded.world, as_of=AS_OF).items() if c.unmet)
    plan = plan_of(
        {"name": "新站", "changes": [
            {"action": "add", "name": "新站", "place": region, "service_types": [type_], "chains": [chain],
             "capacity": 40.0, "modes": ["offline"]},
            {"action": "add", "name": "新线", "place": region, "service_types": [type_], "capacity": 25.0,
             "modes": ["online"]},
        ]},
        where="plan",
    )  # fmt: skip
    other = copy.deepcopy(loaded.world)
    other.tables["organizations"] += [{"name": n, "kind": "服务机构", "region": region} for n in ("新站", "新线")]
    row = {"kind": "服务产品", "service_types": type_}
    other.tables["resources"] += [
        {**row, "name": "甲", "provider": "新站", "chains": chain, "modes": "线下", "capacity": "40"},
        {**row, "name": "乙", "provider": "新线", "modes": "线上", "capacity": "25"},
    ]
    before, after = (naive.naive_coverage(w, as_of=AS_OF, method=method) for w in (loaded.world, other))
    unmet = [sum(c.unmet or 0.0 for c in cells.values()) for cells in (before, after)]
    answer = what_if(loaded.store, plan, asked(method))
    assert answer.meta.parameters["method"] == method
    told = answer.data
    assert [told.totals.unmet_before, told.totals.unmet_after] == pytest.approx(unmet)
    assert sum(e.unmet_change for e in told.effects) == pytest.approx(unmet[1] - unmet[0])
    impact = impact_of(loaded.store, plan, asked(method))
    whole = build_cube(impact.after.facts, as_of=AS_OF, standard=1.0, freshness_days=400, method=method)
    np.testing.assert_allclose(impact.after.access, whole.access, rtol=1e-9, atol=1e-12)
    assert (impact.after.reasons == whole.reasons).all()


@pytest.mark.parametrize("method", METHODS)
def test_what_explains_a_cell_adds_up_and_closes_it(loaded: Loaded, method: Method) -> None:
    partial = coverage(loaded.store, asked(method, state="partial")).rows()
    cell = max(partial, key=lambda c: (c.providers, c.unmet or 0.0))
    ref = CellRef(region=cell.region, industry=cell.industry, service_type=cell.service_type)
    told = explain(loaded.store, ref, asked(method)).data
    assert isinstance(told, Explanation)
    assert sum(c.contribution for c in told.contributors) == pytest.approx(told.access)
    raised = [way for way in told.closing if way.way == "raise"]
    assert raised
    assert (len(raised) == len(told.closing)) == (method == "bfca")
    for way in told.closing:
        if way.way in ("raise", "county"):
            _, cube = cube_of(loaded.store, asked(method))
            assert way.capacity is not None
            resources = cube.facts.supply.resources
            capacity = resources["capacity"].astype(float).fillna(100.0)
            hit = resources["resource"] == way.resource
            if way.way == "raise":
                change = {"action": "upgrade", "resource": way.resource,
                          "capacity": float(capacity[hit].iloc[0]) + way.capacity}  # fmt: skip
            else:
                change = {"action": "add", "name": "新", "place": way.region, "capacity": way.capacity,
                          "service_types": [cell.service_type], "chains": [cell.industry]}  # fmt: skip
            impact = impact_of(loaded.store, plan_of({"name": "n", "changes": [change]}, where="n"), asked(method))
            r = int(np.flatnonzero(cube.grid.regions["key"] == cell.region)[0])
            n = int(np.flatnonzero(cube.grid.chains["key"] == cell.industry)[0]) * len(cube.grid.types)
            n += cube.grid.types.index(str(cell.service_type))
            assert impact.after.access[r, n] == pytest.approx(1.0), way


@pytest.mark.parametrize("method", METHODS)
def test_what_is_left_over_and_turned_away_is_of_the_method(loaded: Loaded, method: Method) -> None:
    _, spare = spare_of(loaded.store, asked(method))
    cube = spare.cube
    demand = np.nan_to_num(cube.demand)
    beyond = float((demand * np.maximum(0.0, cube.access - 1.0)).sum())
    unused = float(spare.left.sum())
    assert unused > 0
    reached = cube.share > 0
    assert float(spare.left[np.flatnonzero(reached)].sum()) <= beyond * (1 + 1e-9)
    rows = crowding(loaded.store, CrowdingQuestion(as_of=AS_OF, method=method, standard=1e9)).data
    short = float((demand * np.maximum(0.0, 1.0 - cube.access))[cube.access > 0].sum())
    assert sum(row.turned_away for row in rows) == pytest.approx(short)
    made = allocate(loaded.store, AllocationQuestion(as_of=AS_OF, method=method))
    assert made.meta.parameters["method"] == method
    assert made.data.unmet_before == pytest.approx(float((demand * np.maximum(0.0, 1.0 - cube.access)).sum()))


def test_a_balanced_cube_is_planned_by_no_sum_of_effects(loaded: Loaded) -> None:
    with pytest.raises(BadParameter) as refused:
        expand(loaded.store, ExpansionQuestion(as_of=AS_OF, budget=100, method="bfca"))
    assert refused.value.details["name"] == "method"
    found = gaps(loaded.store, GapQuestion(as_of=AS_OF, method="bfca", remedies=3)).rows()
    assert {remedy.kind for gap in found for remedy in gap.remedies or ()} <= {"partner"}
    meta = expand(loaded.store, ExpansionQuestion(as_of=AS_OF, budget=100, method="m2sfca")).meta
    assert meta.parameters["method"] == "m2sfca"


def test_catchments_widen_where_places_lie_far_apart(loaded: Loaded) -> None:
    _, cube = cube_of(loaded.store, asked("remoteness"))
    places = cube.facts.demand.regions
    counties = places[places["level"] == "county"]
    wide = dict(zip(counties["key"], decay_km("remoteness", places, counties), strict=True))
    assert np.median(list(wide.values())) == pytest.approx(60.0)
    assert (min(wide.values()), max(wide.values())) == (30.0, 120.0)
    assert wide["510105"] == 30.0  # 青羊区, in the middle of Chengdu
    assert wide["513325"] > 100.0  # 雅江县, in the mountains of Ganzi
    assert set(decay_km("2sfca", places, counties)) == {60.0}
