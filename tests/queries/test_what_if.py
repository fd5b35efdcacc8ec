"""A plan's effect equals that of loading it; plans of nothing change nothing; nonsense is told with its place."""

import copy
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graph.errors import BadParameter, NotFound
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference import ensure_reference
from queries.changes import plan_of, read_plan
from queries.coverage import CoverageQuestion, cube_of
from queries.scenarios import compare, fetch, keep, kept
from queries.what_if import lay_plan, what_if
from tests.worlds import AS_OF, World, random_world

ASKED = CoverageQuestion(as_of=AS_OF)


def _load(world: World, folder: Path) -> Store:
    store = open_store(f"ladybug://{folder / 'w.lbug'}")
    ensure_reference(store)
    assert not load(store, [world.write(folder / "tables")]).issues
    return store


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(3)


@pytest.fixture(scope="module")
def store(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with _load(world, tmp_path_factory.mktemp("what_if")) as loaded:
        yield loaded


def some(world: World, number: int = 0) -> str:
    """Return the name of a resource that no other has."""
    names = [row["name"] for row in world.tables["resources"]]
    return [n for n in names if names.count(n) == 1][number]


def resources(store: Store) -> list[str]:
    """Return keys of resources that serve something on the day."""
    _, cube = cube_of(store, ASKED)
    return list(cube.offered.resources["resource"][cube.share > 0])


def test_nothing_changes_nothing(store: Store) -> None:
    answer = what_if(store, plan_of([], where="p"), ASKED)
    assert answer.data.cells == [] and answer.data.totals.unmet_change == 0
    assert all(rows == [] for rows in answer.data.groups.values())


@pytest.mark.parametrize("times", [1, 2, 10])
def test_more_capacity_never_adds_to_unmet_demand(store: Store, times: int) -> None:
    for key in resources(store)[:8]:
        _, cube = cube_of(store, ASKED)
        capacity = cube.offered.capacity[list(cube.offered.resources["resource"]).index(key)] * times
        plan = plan_of([{"action": "upgrade", "resource": key, "capacity": float(capacity)}], where="p")
        assert what_if(store, plan, ASKED).data.totals.unmet_change <= 1e-9


def test_closing_and_opening_the_same_again_is_neutral(store: Store) -> None:
    _, before = cube_of(store, ASKED)
    facts = before.facts.supply
    key = resources(store)[0]
    row = facts.resources.set_index("resource").loc[key]
    modes = [m for m in ("online", "offline") if row[m] is True or row[m] == True]  # noqa: E712
    again = {
        "action": "add", "name": "again", "place": row["home"], "capacity": float(row["capacity"]) if row["capacity"]
        == row["capacity"] else 100.0, "modes": modes or ["offline"],
        "service_types": list(facts.types.loc[facts.types["resource"] == key, "service_type"]),
        "chains": list(facts.chains.loc[facts.chains["resource"] == key, "chain"]),
        "serves": list(facts.scopes.loc[facts.scopes["resource"] == key, "region"]),
    }  # fmt: skip
    plan = plan_of([{"action": "close", "resource": key}, again], where="p")
    after = lay_plan(store, plan, ASKED).after
    np.testing.assert_allclose(after.access, before.access, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(after.state, before.state)


def test_effects_of_changes_add_up(store: Store) -> None:
    one, other = resources(store)[:2]
    plan = plan_of(
        [
            {"操作": "关闭", "资源": one},
            {"操作": "提升", "资源": other, "能力": 9000},
            {"操作": "共享", "资源": other, "到": ["510000"]},
        ],
        where="p",
    )  # fmt: skip
    data = what_if(store, plan, ASKED).data
    assert sum(e.unmet_change for e in data.effects) == pytest.approx(data.totals.unmet_change, abs=1e-9)
    assert sum(c.unmet_change or 0.0 for c in data.cells) == pytest.approx(data.totals.unmet_change, abs=1e-9)


def test_a_plan_equals_loading_it(store: Store, world: World, tmp_path: Path) -> None:
    changed = copy.deepcopy(world)
    closed, upgraded = some(world, 0), some(world, 1)
    for row in changed.tables["resources"]:
        if row["name"] == closed:
            row["until"] = "2026-06-30"
            row["since"] = ""
        if row["name"] == upgraded:
            row["capacity"] = "777"
    plan = plan_of(
        [{"action": "close", "resource": closed}, {"action": "upgrade", "resource": upgraded, "capacity": 777}],
        where="p",
    )
    laid = lay_plan(store, plan, ASKED).after
    with _load(changed, tmp_path) as other:
        _, real = cube_of(other, ASKED)
        np.testing.assert_allclose(laid.access, real.access, rtol=1e-9, atol=1e-12)
        for name in ("state", "providers", "reasons"):
            np.testing.assert_array_equal(getattr(laid, name), getattr(real, name))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"action": "fly"}], "change 1: action"),
        ([{"action": "close", "resource": "a"}, {"action": "move", "resource": "a", "place": "b"}], "change 2"),
        ([{"action": "close", "resource": "a", "capacity": 3}], "change 1: capacity"),
        ([{"action": "upgrade", "resource": "a", "capacity": -1}], "change 1: capacity"),
        ([{"action": "upgrade", "resource": "a", "since": "2026-02-01", "until": "2026-01-01"}], "change 1: until"),
        ([{"action": "add", "name": "x", "service_types": ["SC03"]}], "change 1: place"),
    ],
)
def test_nonsense_is_told_with_its_place(rows: list[dict[str, object]], told: str) -> None:
    with pytest.raises(BadParameter) as caught:
        plan_of(rows, where="plan.yml")
    assert told in str(caught.value) and "plan.yml" in str(caught.value)


def test_unknown_names_are_told(store: Store) -> None:
    with pytest.raises(BadParameter, match="change 1: resource"):
        what_if(store, plan_of([{"action": "close", "resource": "nobody"}], where="p"), ASKED)


def test_scenarios_are_kept_and_compared(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(f"名称: 试\n变更:\n  - {{操作: 关闭, 资源: '{resources(store)[0]}'}}\n", encoding="utf-8")
    plan = read_plan(path)
    keep(store, "甲", plan)
    keep(store, "空", plan_of([], where="p"))
    assert {"甲", "空"} <= set(kept(store))
    assert fetch(store, "甲")[1] == plan
    rows = compare(store, ["甲", "空"], ASKED).data
    assert rows[1].totals.unmet_change == 0 <= rows[0].totals.unmet_change
    with pytest.raises(NotFound):
        fetch(store, "丙")
