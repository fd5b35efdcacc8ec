"""What a plan says equals what coverage says once the changed tables are really loaded, cell by cell.

Sharing has no table of its own and is tested in ``test_what_if``.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.stores.base import Store
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.what_if.changes import plan_of
from queries.what_if.impact import impact_of, what_if
from tests import naive
from tests.support.soak import trials
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, DIVISIONS, Row, World, random_world

pytestmark = pytest.mark.slow
ASKED = CoverageQuestion(as_of=AS_OF)
SEEDS = (3, 12, 1, 2, 4, 5)[: trials(1, 6)]
NUMBERS = ("ratio", "supply", "unmet")
GROUPS = (("county", "chain", "service_type"), (), ("prefecture",), ("chain",), ("service_type",))
Rows = list[dict[str, object]]
Cells = dict[tuple[object, ...], dict[str, Any]]


def loaded(world: World, folder: Path) -> Store:
    """Return a fresh store of the world."""
    return loaded_store(world.write(folder / "tables"), folder / "store")


@dataclass(frozen=True)
class Case:
    """A world, its store, the resources that a plan may name (of one row each), and its coverage by several groups."""

    world: World
    store: Store
    names: list[str]
    before: dict[tuple[str, ...], Cells]


@pytest.fixture(scope="module", params=SEEDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    world = random_world(request.param)
    names = [r["name"] for r in world.tables["resources"]]
    active = {
        r["name"]
        for r, s in zip(world.tables["resources"], naive.read_resources(world, AS_OF), strict=True)
        if s.active and names.count(r["name"]) == 1
    }
    with loaded(world, tmp_path_factory.mktemp("truth")) as store:
        chosen = sorted(active)
        np.random.default_rng(request.param).shuffle(chosen)
        yield Case(world, store, chosen, {by: by_cell(store, by) for by in GROUPS})


# --- changes of tables --------------------------------------------------------------------------------


def home_of(world: World, row: Row) -> str:
    carriers = {r["name"]: r["region"] for r in world.tables["carriers"]}
    organizations = {r["name"]: r["region"] for r in world.tables["organizations"]}
    at = row.get("carrier", "")
    return naive.read_region(carriers[at] if at else organizations[row["provider"]])


def close(world: World, name: str) -> Rows:
    for row in world.tables["resources"]:
        if row["name"] == name:
            row |= {"until": (AS_OF - timedelta(days=1)).isoformat(), "since": ""}
    return [{"action": "close", "resource": name}]


def close_provider(world: World, name: str) -> Rows:
    """All resources of the provider of a resource."""
    provider = next(r["provider"] for r in world.tables["resources"] if r["name"] == name)
    for row in world.tables["resources"]:
        if row["provider"] == provider:
            row |= {"until": (AS_OF - timedelta(days=1)).isoformat(), "since": ""}
    return [{"action": "close", "organization": provider}]


def move(world: World, name: str) -> Rows:
    """To a carrier of its own in a county of another prefecture."""
    rows = world.tables["resources"]
    row = next(r for r in rows if r["name"] == name)
    place = next(
        code for code in sorted(DIVISIONS)
        if DIVISIONS[code]["level"] == "3" and naive.prefecture_of(code) != naive.prefecture_of(home_of(world, row))
    )  # fmt: skip
    world.tables["carriers"].append({"name": "新址", "kind": "产业园区", "operator": "", "region": place})
    row["carrier"] = "新址"
    return [{"action": "move", "resource": name, "place": place}]


def move_carrier(world: World, _: str) -> Rows:
    """A carrier with all that it hosts."""
    hosted = [r["carrier"] for r in world.tables["resources"] if r.get("carrier")]
    carrier = next(r for r in world.tables["carriers"] if r["name"] in hosted)
    carrier["region"] = "513401"
    return [{"action": "move", "carrier": carrier["name"], "place": "513401"}]


def raise_capacity(world: World, name: str) -> Rows:
    next(r for r in world.tables["resources"] if r["name"] == name)["capacity"] = "777"
    return [{"action": "upgrade", "resource": name, "capacity": 777}]


def bring_online(world: World, name: str) -> Rows:
    """Online for the whole province, at a higher level, in one plan."""
    row = next(r for r in world.tables["resources"] if r["name"] == name)
    scope = row.get("serves", "")
    implied = naive.prefecture_of(home_of(world, row)) or "510000"
    row |= {"modes": "线上", "serves": f"{scope or implied};510000", "level": "国家级"}
    return [{"action": "upgrade", "resource": name, "modes": ["online"], "serves": ["510000"], "level": "国家级"}]


def expire(world: World, name: str) -> Rows:
    next(r for r in world.tables["resources"] if r["name"] == name).update(since="2019-01-01", until="2020-01-01")
    return [{"action": "upgrade", "resource": name, "since": "2019-01-01", "until": "2020-01-01"}]


def _added(world: World, place: str, cells: Row) -> None:
    world.tables["organizations"].append({"name": "新站", "kind": "服务机构", "region": place})
    kind = world.tables["resources"][0]["kind"]
    world.tables["resources"].append({"name": "新站", "kind": kind, "provider": "新站", **cells})


def add(world: World, name: str) -> Rows:
    """What is offered beside a resource, in its home, without a stated capacity or mode."""
    row = next(r for r in world.tables["resources"] if r["name"] == name)
    place = home_of(world, row)
    _added(world, place, {"service_types": row["service_types"]})
    types = [naive.read_type(t) for t in naive.split(row["service_types"])]
    return [{"action": "add", "name": "新站", "place": place, "service_types": types}]


def add_wide(world: World, _: str) -> Rows:
    """Online for two prefectures and one chain."""
    cells = {"service_types": "SC03;SC05", "serves": "510700;510100", "modes": "线上;线下",
             "capacity": "450", "level": "省级"}  # fmt: skip
    chain = sorted(naive.CHAINS)[0]
    _added(world, "510703", {**cells, "chains": chain})
    return [
        {
            "action": "add", "name": "新站", "place": "510703", "service_types": ["SC03", "SC05"], "chains": [chain],
            "serves": ["510700", "510100"], "modes": ["online", "offline"], "capacity": 450, "level": "省级",
        }
    ]  # fmt: skip


KINDS = (close, close_provider, move, move_carrier, raise_capacity, bring_online, expire, add, add_wide)
MIXES = ((close, move, raise_capacity, add), (bring_online, add_wide, close, expire))


def by_cell(store: Store, group_by: tuple[str, ...]) -> Cells:
    rows = coverage(store, CoverageQuestion(as_of=AS_OF, group_by=group_by)).records()
    return {(r["region"], r["industry"], r["service_type"]): r for r in rows}


def told_by(before: Cells, changed: list[Any]) -> Cells:
    """Return the cells after a plan: those of before, with what the plan says of the changed ones."""
    after = {key: dict(row) for key, row in before.items()}
    for cell in changed:
        key = (cell.region, cell.industry, cell.service_type)
        was = cell.before.model_dump()
        assert {n: was[n] for n in ("state", "providers")} == {n: before[key][n] for n in ("state", "providers")}
        after[key] |= cell.after.model_dump()
    return after


def same(one: Cells, other: Cells) -> None:
    assert one.keys() == other.keys()
    for key, row in other.items():
        mine = one[key]
        assert mine["state"] == row["state"], (key, mine, row)
        assert mine["providers"] == row["providers"], (key, mine, row)
        assert list(mine["reasons"]) == list(row["reasons"]), (key, mine, row)
        # A cell without demand has a ratio that concerns nobody: it alone makes no changed cell.
        for name in ("demand", *(n for n in NUMBERS if n != "ratio" or row["demand"])):
            assert (mine[name] is None) == (row[name] is None), (key, name)
            if row[name] is not None:
                assert mine[name] == pytest.approx(row[name], rel=1e-9, abs=1e-8), (key, name)


def check(case: Case, kinds: tuple[Callable[[World, str], Rows], ...], folder: Path) -> None:
    world = copy.deepcopy(case.world)
    rows: Rows = [row for at, kind in enumerate(kinds) for row in kind(world, case.names[at])]
    plan = plan_of(rows, where="p")
    answer = what_if(case.store, plan, ASKED).data
    laid = impact_of(case.store, plan, ASKED).after
    with loaded(world, folder) as other:
        real = cube_of(other, ASKED)[1]
        np.testing.assert_allclose(laid.access, real.access, rtol=1e-9, atol=1e-9)
        for name in ("state", "providers", "reasons"):
            np.testing.assert_array_equal(getattr(laid, name), getattr(real, name))
        cells, whole, *parts = GROUPS
        told = {cells: answer.cells, whole: answer.groups["province"], **{by: answer.groups[by[0]] for by in parts}}
        for by, changed in told.items():
            same(told_by(case.before[by], changed), by_cell(other, by))
        after = coverage(other, CoverageQuestion(as_of=AS_OF, group_by=())).records()[0]["unmet"]
        assert answer.totals.unmet_after == pytest.approx(after, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_a_change_equals_loading_it(case: Case, kind: Callable[[World, str], Rows], tmp_path: Path) -> None:
    check(case, (kind,), tmp_path)


@pytest.mark.parametrize("mix", MIXES, ids=("mix", "other_mix"))
def test_a_mix_equals_loading_it(case: Case, mix: tuple[Callable[[World, str], Rows], ...], tmp_path: Path) -> None:
    check(case, mix, tmp_path)
