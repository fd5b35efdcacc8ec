"""Coverage equals an independent naive computation, straight from the tables, on random worlds."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.errors import BadParameter
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from queries.coverage import Coverage, CoverageQuestion, coverage, cube_of
from queries.rankings import GapQuestion, gaps
from queries.solvers.catchment import two_step_catchment
from tests.naive import Cell, NaiveCell, naive_coverage, naive_rollup
from tests.support.soak import trials
from tests.support.stores import loaded_store, new_store
from tests.worlds import AS_OF, World, random_world

NUMBERS = ("demand", "supply", "ratio", "ratio_local", "unmet")
QUICK, ALL = 2, trials(6, 24)
SEEDS = [pytest.param(seed, marks=[pytest.mark.slow] if seed >= QUICK else []) for seed in range(ALL)]
AXES = ("region", "industry", "service_type")
NaiveWorld = tuple[Store, dict[Cell, NaiveCell]]


def near(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


@contextmanager
def loaded(seed: int, folder: Path) -> Iterator[NaiveWorld]:
    made = random_world(seed)
    with loaded_store(made.write(folder / "tables"), folder / "store") as store:
        yield store, naive_coverage(made, as_of=AS_OF)


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NaiveWorld]:
    with loaded(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module", params=range(QUICK), ids=lambda seed: f"world{seed}")
def some_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NaiveWorld]:
    """Enough where the cells are known to be right."""
    with loaded(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


def by_key(answer: Coverage) -> dict[tuple[str | None, ...], dict[str, Any]]:
    return {tuple(c[axis] for axis in AXES): c for c in answer.records()}


def test_every_cell_equals_the_naive_computation(world: NaiveWorld) -> None:
    store, naive = world
    ours = by_key(coverage(store, CoverageQuestion(as_of=AS_OF)))
    assert set(ours) == set(naive)
    for key, theirs in naive.items():
        cell = ours[key]
        assert [n for n in NUMBERS if not near(cell[n], getattr(theirs, n))] == [], (key, cell, theirs)
        assert cell["state"] == theirs.state, (key, cell, theirs)
        assert set(cell["reasons"]) == theirs.reasons, (key, cell, theirs)
        assert cell["providers"] == theirs.providers, (key, cell, theirs)


GROUPINGS = [
    ("county",),
    ("prefecture", "service_type"),
    ("zone", "pillar"),
    ("system",),
    ("county", "chain"),
    ("prefecture", "chain", "service_type"),
    (),
]
ZONES = {
    "成都平原经济区": "chengdu_plain",
    "川南经济区": "south_sichuan",
    "川东北经济区": "northeast_sichuan",
    "攀西经济区": "panxi",
    "川西北生态示范区": "northwest_sichuan",
}


@pytest.mark.parametrize("group_by", GROUPINGS, ids=lambda g: "+".join(g) or "province")
def test_every_roll_up_equals_the_naive_one(some_world: NaiveWorld, group_by: tuple[str, ...]) -> None:
    store, naive = some_world
    ours = by_key(coverage(store, CoverageQuestion(as_of=AS_OF, group_by=group_by)))
    # The naive groups name zones, pillars and systems in Chinese.
    named = {(r, i, s): c for (r, code, s), c in ours.items() for i in (code, c["industry_name"])}
    expected = naive_rollup(naive, group_by)
    assert len(ours) == len(expected)
    for group, theirs in expected.items():
        cell = named[_axes(dict(zip(group_by, group, strict=True)))]
        assert [n for n in NUMBERS if not near(cell[n], getattr(theirs, n))] == [], (group, cell, theirs)
        assert cell["providers"] == theirs.providers, (group, cell, theirs)
        assert cell["state"] == theirs.state, (group, cell, theirs)
        assert set(cell["reasons"]) == theirs.reasons, (group, cell, theirs)
        assert {s: n for s, n in cell["cells_by_state"].items() if n} == theirs.cells_by_state


def _axes(group: dict[str, str]) -> tuple[str | None, ...]:
    region = group.get("county") or group.get("prefecture") or ZONES.get(group.get("zone", ""))
    return region, group.get("chain") or group.get("pillar") or group.get("system"), group.get("service_type")


def test_gaps_are_the_unmet_cells_worst_first(some_world: NaiveWorld) -> None:
    store, naive = some_world
    ranked = gaps(store, GapQuestion(as_of=AS_OF, sort="severity")).records()
    assert {tuple(g[a] for a in AXES) for g in ranked} == {
        key for key, cell in naive.items() if cell.state in ("empty", "partial") and cell.unmet and cell.unmet > 0
    }
    order = [(-g["severity"], *(g[a] for a in AXES)) for g in ranked]
    assert order == sorted(order)
    assert [g["rank"] for g in ranked] == list(range(1, len(ranked) + 1))
    assert all(g["unmet"] <= g["severity"] <= 2 * g["unmet"] for g in ranked)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("one")
    with loaded_store(random_world(1).write(folder / "tables"), folder / "store") as store:
        yield store


def test_access_is_the_catchment_of_all_cells(one: Store) -> None:
    """The cube works by reach profiles; written out cell by cell, the solver's own two steps say the same."""
    _, cube = cube_of(one, CoverageQuestion(as_of=AS_OF))
    offered = cube.offered
    reach = offered.weight[offered.profile].T[:, None, :] * offered.matches.toarray().T[None, :, :]  # [R, N, S]
    weight = reach.reshape(-1, len(offered.profile))
    capacity = np.where(offered.active, offered.capacity, 0.0)
    access = two_step_catchment(np.nan_to_num(cube.demand).ravel(), capacity, weight)
    np.testing.assert_allclose(cube.access.ravel(), access, rtol=1e-12, atol=1e-15)
    assert (access > 0).any()


def test_filters_choose_cells_and_change_none(one: Store) -> None:
    whole = by_key(coverage(one, CoverageQuestion(as_of=AS_OF)))
    prefecture = next(c["region"][:4] + "00" for c in whole.values() if c["state"] == "partial")
    part = by_key(coverage(one, CoverageQuestion(as_of=AS_OF, region=prefecture, service_type="SC03", industry="5+1")))
    assert part
    assert all(k[0].startswith(prefecture[:4]) and k[2] == "SC03" for k in part if k[0])
    assert all(str(c) == str(whole[k]) for k, c in part.items())


def test_a_group_of_which_a_part_is_asked_bears_the_name_of_the_part(one: Store) -> None:
    """The figures of one county are never called those of its prefecture, nor a chain's those of its pillar."""
    cells = coverage(one, CoverageQuestion(as_of=AS_OF)).cells
    county = cells[cells["state"] == "partial"]["region"].iloc[0]

    def groups(**asked: Any) -> list[tuple[str | None, ...]]:
        return list(by_key(coverage(one, CoverageQuestion(as_of=AS_OF, service_type="SC03", **asked))))

    assert groups(region=county, group_by=("prefecture",)) == [(county, None, None)]
    assert groups(region=county[:4] + "00", group_by=("prefecture",)) == [(county[:4] + "00", None, None)]
    assert groups(region=county[:4] + "00", group_by=("zone",)) == [(county[:4] + "00", None, None)]
    assert groups(region="panxi", group_by=("prefecture",)) == [("510400", None, None), ("513400", None, None)]
    assert groups(industry="CH01", group_by=("pillar",)) == [(None, "CH01", None)]
    assert groups(industry="CH01", group_by=("chain",)) == [(None, "CH01", None)]


def test_state_filter(one: Store) -> None:
    partial = coverage(one, CoverageQuestion(as_of=AS_OF, state="partial"))
    assert set(partial.cells["state"]) == {"partial"}


def test_a_page_is_a_part_of_the_whole_in_the_same_order(one: Store) -> None:
    answer = coverage(one, CoverageQuestion(as_of=AS_OF, group_by=("prefecture", "service_type")))
    first = answer.page(100)
    second = answer.page(100, int(first.next or 0))
    assert [c.model_dump() for c in first.data + second.data] == answer.records(0, 200)
    assert first.total == len(answer.cells) == 21 * 13


def test_a_store_without_demand_is_unknown_never_empty(tmp_path: Path) -> None:
    with new_store(tmp_path / "r.lbug") as store:
        whole = coverage(store, CoverageQuestion(group_by=())).records()[0]
    assert whole["state"] == "unknown"
    assert whole["demand"] is whole["ratio"] is whole["unmet"] is None
    assert whole["cells_by_state"]["unknown"] == 183 * 40 * 13


def test_a_store_without_any_region_has_no_cells(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'n.lbug'}") as store:
        assert coverage(store, CoverageQuestion()).records() == []
        assert coverage(store, CoverageQuestion(group_by=("prefecture",))).records() == []
        (whole,) = coverage(store, CoverageQuestion(group_by=())).records()
    assert whole["state"] == "not_applicable"
    assert whole["demand"] is whole["ratio"] is whole["unmet"] is None


def test_resources_without_any_stated_scope_serve_their_prefecture(tmp_path: Path) -> None:
    tables = {
        "organizations": [{"name": "示例-机构", "region": "510703"}],
        "resources": [{"name": "示例-资源", "kind": "服务产品", "service_types": "技术支持", "provider": "示例-机构"}],
        "demand_counts": [{"region": "510703", "chain": "CH06", "count": "100"}],
    }
    with new_store(tmp_path / "s.lbug") as store:
        load(store, [World(tables).write(tmp_path / "tables")])
        cell = by_key(coverage(store))["510703", "CH06", "SC03"]
    assert (cell["demand"], cell["supply"], cell["state"]) == (2.0, 100.0, "covered")
    assert set(cell["reasons"]) == {"single_provider", "capacity_assumed"}


@pytest.mark.parametrize(
    "wrong",
    [{"group_by": ("village",)}, {"standard": 0.0}, {"standard": math.inf}, {"freshness_days": 0}, {"state": "fine"}],
    ids=str,
)
def test_nonsense_is_refused(one: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        coverage(one, CoverageQuestion(as_of=AS_OF, **wrong))
