"""A plan's effect equals that of loading it; plans of nothing change nothing; nonsense is told with its place."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph.errors import BadParameter, HomeDamaged, NotFound
from graph.home import NOT_WHOLE
from graph.stores.base import Store
from queries.coverage import CoverageQuestion, cells_of, cube_of
from queries.cube import Cube, build_cube
from queries.supply import ASSUMED_CAPACITY
from queries.what_if.agreements import agreed, split
from queries.what_if.changes import MOST_CHANGES, Scenario, plan_of, read_plan
from queries.what_if.comparing import MOST_PLANS, NamedScenario, _check
from queries.what_if.impact import ScenarioImpact, impact_of, what_if
from queries.what_if.kept import compare, fetch, keep, kept
from queries.what_if.owners import ResourceOwners, read_names
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, World, random_world

ASKED = CoverageQuestion(as_of=AS_OF)


def _load(world: World, folder: Path) -> Store:
    return loaded_store(world.write(folder / "tables"), folder / "store")


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
    after = impact_of(store, plan, ASKED).after
    np.testing.assert_allclose(after.access, before.access, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(after.state, before.state)


def test_effects_of_changes_add_up(store: Store) -> None:
    one, other = resources(store)[:2]
    plan = plan_of(
        [
            {"操作": "关闭", "资源": one},
            {"操作": "提升", "资源": other, "能力": 9000},
            {"操作": "提升", "资源": other, "服务地区": ["510000"]},
        ],
        where="p",
    )  # fmt: skip
    data = what_if(store, plan, ASKED).data
    assert sum(e.unmet_change for e in data.effects) == pytest.approx(data.totals.unmet_change, abs=1e-9)
    assert sum(c.unmet_change or 0.0 for c in data.cells) == pytest.approx(data.totals.unmet_change, abs=1e-9)


def same(laid: Cube, real: Cube) -> None:
    """Every cell of both is the same: access to rounding, all else exactly."""
    for name in ("access", "local"):
        np.testing.assert_allclose(getattr(laid, name), getattr(real, name), rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(getattr(laid, name) > 0, getattr(real, name) > 0)
    for name in ("state", "providers", "reasons"):
        np.testing.assert_array_equal(getattr(laid, name), getattr(real, name))
    for by in ((), ("prefecture",), ("chain",)):
        asked = CoverageQuestion(as_of=AS_OF, group_by=by)
        columns = ["region", "industry", "providers", "state", "unmet", "reasons"]
        pd.testing.assert_frame_equal(cells_of(laid, asked)[columns], cells_of(real, asked)[columns])


def test_a_group_changes_by_what_its_sides_differ_and_an_unknown_one_by_nobody_knows_what(store: Store) -> None:
    tried = {"known": 0, "unknown": 0}
    for rows in what_if(store, mixed(store, 7), ASKED).data.groups.values():
        for row in rows:
            if row.before.unmet is None or row.after.unmet is None:
                assert (row.before.unmet, row.after.unmet, row.unmet_change) == (None, None, None)
                tried["unknown"] += 1
            else:
                assert row.unmet_change == pytest.approx(row.after.unmet - row.before.unmet, abs=1e-9)
                tried["known"] += 1
    assert min(tried.values()) > 0


def mixed(store: Store, seed: int) -> Scenario:
    """Return a plan of changes of every kind but sharing, on random resources."""
    rng = np.random.default_rng(seed)
    closed, moved, raised, online, gone = rng.permutation(resources(store))[:5]
    homes = ["510104", "510703", "511300", "513400"]
    return plan_of(
        [
            {"action": "close", "resource": str(closed)},
            {"action": "move", "resource": str(moved), "place": str(rng.choice(homes))},
            {"action": "upgrade", "resource": str(raised), "capacity": float(rng.integers(0, 900)), "level": "国家级"},
            {"action": "upgrade", "resource": str(online), "modes": ["online"], "serves": ["510000"]},
            {"action": "add", "name": "甲", "place": str(rng.choice(homes)), "service_types": ["SC03", "SC05"]},
            {"action": "upgrade", "resource": str(gone), "since": "2019-01-01", "until": "2020-01-01"},
        ],
        where="p",
    )


def rebuilt(laid: ScenarioImpact) -> Cube:
    """Return the cube of the plan's facts, computed from the start."""
    return build_cube(laid.after.facts, as_of=AS_OF, standard=1.0, freshness_days=400)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_laid_over_equals_building_anew(store: Store, seed: int) -> None:
    laid = impact_of(store, mixed(store, seed), ASKED)
    same(laid.after, rebuilt(laid))


def test_closing_everything_leaves_nothing(store: Store) -> None:
    plan = plan_of([{"action": "close", "resource": key} for key in resources(store)], where="p")
    laid = impact_of(store, plan, ASKED)
    assert laid.after.access.max() == 0.0
    same(laid.after, rebuilt(laid))


def reloaded(world: World, change: Callable[[dict[str, Any]], None], folder: Path) -> Store:
    """Load the world once more with the rows of its resources changed."""
    changed = copy.deepcopy(world)
    for row in changed.tables["resources"]:
        change(row)
    return _load(changed, folder)


def test_a_plan_equals_loading_it(store: Store, world: World, tmp_path: Path) -> None:
    closed, upgraded, moved = some(world, 0), some(world, 1), some(world, 2)
    own = next(row for row in world.tables["resources"] if row["name"] == moved)
    place = next(row for row in world.tables["resources"] if row["name"] == upgraded)

    def change(row: dict[str, Any]) -> None:
        if row["name"] == closed:
            row |= {"until": "2026-06-30", "since": ""}
        if row["name"] == upgraded:
            row["capacity"] = "777"

    assert own["name"] != place["name"]
    plan = plan_of(
        [{"action": "close", "resource": closed}, {"action": "upgrade", "resource": upgraded, "capacity": 777}],
        where="p",
    )
    laid = impact_of(store, plan, ASKED).after
    with reloaded(world, change, tmp_path) as other:
        same(laid, cube_of(other, ASKED)[1])


def test_an_agreement_leaves_what_is_not_shared_alone(store: Store) -> None:
    """The spare half moves for one type; K(s) falls by it, and the part serves the target alone."""
    _, cube = cube_of(store, ASKED)
    supply = cube.facts.supply
    key = resources(store)[0]
    capacity = cube.offered.capacity[list(cube.offered.resources["resource"]).index(key)]
    type_ = supply.types.loc[supply.types["resource"] == key, "service_type"].iloc[0]
    spare = pd.DataFrame({type_: [capacity / 2], "other": [capacity / 8]}, index=[key])
    owned = ResourceOwners(pd.DataFrame({"resource": [key]}), spare, spare * 0.0)
    amount = agreed(supply, owned, [key], [type_], 0.5, AS_OF)
    assert amount.to_dict("index") == {key: {type_: pytest.approx(capacity / 4)}}
    moved = amount.sum(axis=1)
    laid, parts = split(supply, moved, [type_], ["510000"], 1)
    after = laid.resources.set_index("resource")["capacity"]
    assert after[key] + after[parts[key]] == pytest.approx(capacity)
    assert list(laid.types.loc[laid.types["resource"] == parts[key], "service_type"]) == [type_]
    assert list(laid.scopes.loc[laid.scopes["resource"] == parts[key], "region"]) == ["510000"]


def test_agreements_move_no_more_than_is_spare(store: Store) -> None:
    """Of a type no more than is spare of it, of all no more than the capacity that is still there."""
    supply = cube_of(store, ASKED)[1].facts.supply
    one, other = resources(store)[:2]
    spare = pd.DataFrame({"SC01": [40.0, 0.0], "SC02": [20.0, 0.0]}, index=[one, other])
    owned = ResourceOwners(pd.DataFrame({"resource": [one, other]}), spare, spare * 0.75)

    def found(types: list[str], fraction: float, capacity: float = 900.0) -> dict[str, dict[str, float]]:
        stated = supply.resources.assign(capacity=capacity, since=pd.NaT, until=pd.NaT)
        given = agreed(replace(supply, resources=stated), owned, [one, other], types, fraction, AS_OF)
        return {str(key): row for key, row in given.to_dict("index").items()}

    assert found(["SC01"], 0.5) == {one: {"SC01": 10.0}}
    assert found(["SC01"], 0.125) == {one: {"SC01": 5.0}}
    assert found([], 1.0) == {one: {"SC01": 10.0, "SC02": 5.0}}
    assert found([], 1.0, capacity=3.0) == {one: {"SC01": 2.0, "SC02": 1.0}}
    assert found(["SC01"], 1.0, capacity=0.0) == {}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"action": "fly"}], "change 1: action"),
        ([{"action": "close", "resource": "a"}, {"action": "move", "resource": "a", "place": "b"}], "change 2"),
        ([{"action": "close", "resource": "a", "capacity": 3}], "change 1: capacity"),
        ([{"action": "upgrade", "resource": "a", "capacity": -1}], "change 1: capacity"),
        ([{"action": "upgrade", "resource": "a", "since": "2026-02-01", "until": "2026-01-01"}], "change 1: until"),
        ([{"action": "add", "name": "x", "service_types": ["SC03"]}], "change 1: place"),
        ([{"action": "close", "carrier": "a"}, {"action": "upgrade", "carrier": "a", "capacity": 1}], "change 2"),
        ([{"action": "share", "resource": "a", "to": ["绵阳"], "fraction": 1.5}], "change 1: fraction"),
        ([{"action": "upgrade", "resource": "a", "capacity": float("nan")}], "change 1: capacity"),
        ([{"action": "close", "resource": "a"}] * 10_000, "10,000 (a list of at most 1,000)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nonsense_is_told_with_its_place(rows: list[dict[str, object]], told: str) -> None:
    with pytest.raises(BadParameter) as caught:
        plan_of(rows, where="plan.yml")
    assert told in caught.value.say("en") and "plan.yml" in caught.value.say("en")
    assert "plan.yml：" in caught.value.say("zh") and "变更" in caught.value.say("zh")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"action": "close", "resource": "nobody"}, "change 1: resource: nobody"),
        ({"action": "move", "resource": 0, "place": "火星"}, "change 1: place: 火星"),
        ({"action": "add", "name": "x", "place": "火星", "service_types": ["SC03"]}, "change 1: place: 火星"),
        ({"action": "share", "from": "成都市", "to": ["成都市"], "service_types": ["SC03"]}, "lies within the source"),
        ({"action": "share", "from": "510100", "to": ["510104"], "service_types": ["SC03"]}, "lies within the source"),
        ({"action": "share", "from": "火星", "to": ["成都市"], "service_types": ["SC03"]}, "change 1: from: 火星"),
    ],
    ids=str,
)
def test_names_that_fit_nothing_are_told(store: Store, row: dict[str, object], told: str) -> None:
    if row.get("resource") == 0:
        row = {**row, "resource": resources(store)[0]}
    with pytest.raises(BadParameter) as caught:
        what_if(store, plan_of([row], where="p"), ASKED)
    assert told in caught.value.say("en")


def test_a_carriers_capacity_is_split_by_what_its_resources_count_with(store: Store) -> None:
    """Where none is stated 100 counts, so a resource without capacity has its share of the new one, too."""
    with store.read() as session:
        names = read_names(session).dropna(subset=["carrier"])
    carrier = str(names["carrier"].value_counts().sort_index().idxmax())
    _, cube = cube_of(store, ASKED)
    its = names.loc[names["carrier"] == carrier, "resource"]
    assert len(its) > 1
    before = cube.facts.supply.resources.set_index("resource")["capacity"].reindex(its).fillna(ASSUMED_CAPACITY)
    laid = impact_of(store, plan_of([{"action": "upgrade", "carrier": carrier, "capacity": 900}], where="p"), ASKED)
    after = laid.after.facts.supply.resources.set_index("resource")["capacity"].reindex(its)
    assert after.to_dict() == pytest.approx((before / before.sum() * 900).to_dict())


def test_scenarios_are_kept_and_compared(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(f"名称: 试\n变更:\n  - {{操作: 关闭, 资源: '{resources(store)[0]}'}}\n", encoding="utf-8")
    plan = read_plan(path)
    keep(store, "甲", plan)
    keep(store, "空", plan_of([], where="p"))
    assert {"甲", "空"} <= set(kept(store))
    assert fetch(store, "甲")[1] == plan
    rows = compare(store, ["甲", "空"], ASKED).plans
    assert rows[1].totals.unmet_change == 0 <= rows[0].totals.unmet_change
    for name in ("丙", "../journal"):
        with pytest.raises(NotFound, match=f"没有找到方案：{name} 请核对编号；shuniu what-if --list 列出现有的。"):
            fetch(store, name)


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", '{"version": 1}', '{"version": "v", "plan": {}}', '{"version": 1, "plan": [3]}']
)
def test_a_kept_scenario_that_is_none_is_told(store: Store, content: str) -> None:
    keep(store, "损", plan_of([], where="p"))
    file = store.home / "scenarios/损.json"
    file.write_text(content)
    with pytest.raises(HomeDamaged) as damaged:
        fetch(store, "损")
    assert damaged.value.details == {"path": file, "reason": NOT_WHOLE}
    file.unlink()


def test_as_many_changes_and_plans_as_is_said_and_no_more() -> None:
    changes = [{"action": "close", "resource": str(n)} for n in range(MOST_CHANGES + 1)]
    plan = plan_of(changes[1:], where="p")
    assert len(plan.changes) == MOST_CHANGES
    with pytest.raises(BadParameter):
        plan_of(changes, where="p")
    named = [NamedScenario(str(n), plan) for n in range(MOST_PLANS + 1)]
    _check(named[:1])
    _check(named[1:])
    for wrong in ([], named, [*named[:2], named[0]]):
        with pytest.raises(BadParameter, match="plans"):
            _check(wrong)


@pytest.mark.parametrize(
    ("raw", "zh", "en"),
    [
        (None, "参数 乙.yml 不正确：空（应有 变更 列表）", "Bad parameter 乙.yml: nothing (needs `changes`)"),
        ("关闭", "参数 乙.yml 不正确：文字（应有 变更 列表）", "Bad parameter 乙.yml: text (needs `changes`)"),
        (3, "参数 乙.yml 不正确：数（应有 变更 列表）", "Bad parameter 乙.yml: a number (needs `changes`)"),
        ({"变更": {"关闭": "甲"}}, "参数 乙.yml：变更 不正确：名称: 值（应为列表，至多 1,000 项）",
         "Bad parameter 乙.yml: changes: names with values (a list of at most 1,000)"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_told_in_words_of_no_program(raw: object, zh: str, en: str) -> None:
    with pytest.raises(BadParameter) as caught:
        plan_of(raw, where="乙.yml")
    assert (caught.value.say("zh"), caught.value.say("en")) == (zh, en)
