"""Allocation: what is spare is counted once, flows keep every rule, and nothing better exists."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.arrays import Floats
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.stores.base import Store
from queries.allocation.allocate import allocate
from queries.allocation.flows import Allocation, AllocationQuestion
from queries.allocation.limited import Limited, LimitedSearch, in_turn
from queries.answers import Answer
from queries.coverage import CoverageQuestion, coverage
from queries.sharing import USE, Spare, spare_of
from queries.solvers.transport import solve_transport
from tests.support.ranking import told
from tests.support.resources import KEYS, SAID, say_more
from tests.support.soak import trials
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

SEEDS = (0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow))


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("world")
    with loaded_store(random_world(request.param).write(folder / "tables"), folder / "store") as made:
        say_more(made)
        yield made


@cache
def asked(store: Store, **more: Any) -> Answer[Allocation]:
    """Return the answer to a question; several tests look at one."""
    return allocate(store, AllocationQuestion(as_of=AS_OF, **more))


@cache
def spare(store: Store) -> Spare:
    return spare_of(store, CoverageQuestion(as_of=AS_OF))[1]


# --- what is spare ------------------------------------------------------------------------------------


def naive_left(found: Spare) -> dict[int, float]:
    """What each resource has beyond the demand that it reaches, cell by cell, minus what its use leaves it."""
    cube, offered = found.cube, found.cube.offered
    matches = offered.matches.toarray() > 0
    left: dict[int, float] = defaultdict(float)
    for s in range(len(found.resources)):
        if not offered.active[s]:
            continue
        reach = offered.weight[offered.profile[s]]
        cells = [(r, n) for r in np.flatnonzero(reach > 0) for n in np.flatnonzero(matches[s])]
        wanted = [cube.demand[r, n] for r, n in cells]
        if not any(d > 0 for d in wanted):
            left[s] = 0.0 if any(np.isnan(d) for d in wanted) else float(offered.capacity[s])
            continue
        for r, n in cells:
            if cube.demand[r, n] > 0 and cube.access[r, n] > 1:
                part = cube.share[s] * reach[r] * cube.demand[r, n]
                left[s] += part * (cube.access[r, n] - 1) / cube.access[r, n]
    return left


def test_spare_is_what_is_beyond_the_demand_in_reach_and_not_used(store: Store) -> None:
    found = spare(store)
    used = dict(zip(found.resources["resource"], _used(store, found), strict=True))
    ours = found.left.sum(axis=1)
    for s, left in naive_left(found).items():
        key = found.resources["resource"][s]
        room = np.inf if np.isnan(used[key]) else max(found.cube.offered.capacity[s] - used[key], 0.0)
        assert ours[s] == pytest.approx(min(left, room), rel=1e-9, abs=1e-9), key


def _used(store: Store, found: Spare) -> list[float]:
    with store.read() as session:
        used = session.frame(USE).set_index("resource")["used"]
    return used.reindex(found.resources["resource"]).astype(float).tolist()


def test_surplus_is_handed_out_once(store: Store) -> None:
    """No more is spare than supply beyond demand, and the capacity of who reaches no demand at all."""
    found = spare(store)
    cube = found.cube
    demand = np.nan_to_num(cube.demand)
    surplus = (demand * np.maximum(cube.access - 1, 0)).sum()
    idle = cube.offered.capacity[cube.offered.active & (cube.share == 0)].sum()
    assert found.left.sum() <= surplus + idle + 1e-9


# --- the plan -----------------------------------------------------------------------------------------

QUESTIONS: list[dict[str, Any]] = [
    {},
    {"level": "county", "limit_km": 120},
    {"level": "zone", "within": "zone"},
    {"by_chain": False, "level": "county"},
    {"shareable": True},
    {"max_partners": 1, "level": "county"},
    {"service_type": "SC03", "within": "prefecture"},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_sums_agree(store: Store, question: dict[str, Any]) -> None:
    data = asked(store, **question).data
    assert data.met == pytest.approx(sum(f.quantity for f in data.flows), abs=1e-3)
    assert data.service_km == pytest.approx(sum(f.quantity * f.distance_km for f in data.flows), abs=1)
    assert data.unmet_after == pytest.approx(sum(r.left for r in data.remainder), abs=1e-3)
    assert data.met <= min(data.spare, data.unmet_before) * (1 + 1e-9)
    assert data.met <= data.met_bound * (1 + 1e-9)
    assert data.service_km_bound <= data.service_km * (1 + 1e-9)


def test_unmet_before_is_coverages(store: Store) -> None:
    cells = coverage(store, CoverageQuestion(as_of=AS_OF, group_by=())).records()[0]
    assert asked(store).data.unmet_before == pytest.approx(cells["unmet"] or 0.0)


def in_question(found: Spare, region: str) -> list[int]:
    codes = found.cube.grid.regions["key"]
    return [r for r, code in enumerate(codes) if region in (code, code[:4] + "00", "510000")]


@pytest.mark.parametrize(
    "question",
    [{}, {"shareable": True}, {"service_type": "SC03"}, {"industry": "5+1"}, {"industry": "CH01", "shareable": True}],
    ids=str,
)
@pytest.mark.parametrize("part", ["510000", "one"])
def test_what_is_spare_and_unmet_is_that_of_the_question(store: Store, question: dict[str, Any], part: str) -> None:
    """Every sum of the question from the arrays of the day, cell by cell."""
    found = spare(store)
    grid, width = found.cube.grid, len(found.cube.grid.types)
    region = part if part == "510000" else grid.regions["key"].iloc[int(np.nansum(found.unmet, axis=1).argmax())]
    with store.read() as session:
        said = dict(zip(session.frame(KEYS)["resource"], itertools.cycle(SAID)))
    own = grid.chains[["key", "pillar", "system"]].to_numpy().tolist()
    columns = [
        n for n in range(found.unmet.shape[1])
        if question.get("service_type") in (None, grid.types[n % width])
        and (question.get("industry") is None or question["industry"] in own[n // width])
    ]  # fmt: skip
    rows = [s for s, key in enumerate(found.resources["resource"])
            if said[key].get("shareable") or not question.get("shareable")]  # fmt: skip
    used = np.isnan(_used(store, found))
    data = asked(store, **question, **({} if part == "510000" else {"region": region})).data
    assert data.spare == pytest.approx(found.left.toarray()[np.ix_(rows, columns)].sum())
    unstated = [s for s in rows if used[s]]
    assert data.spare_unstated == pytest.approx(found.left[unstated].sum())
    assert data.unmet_before == pytest.approx(np.nansum(found.unmet[np.ix_(in_question(found, region), columns)]))


def test_flows_and_remainder_come_in_order_with_their_reason(store: Store) -> None:
    data = asked(store, level="county", within="prefecture", by_chain=False).data
    flows = [(-told(f.quantity), f.from_, f.to) for f in data.flows]
    assert flows == sorted(flows)
    remainder = [(-told(r.left), r.region) for r in data.remainder]
    assert remainder == sorted(remainder)
    found = spare(store)
    width = len(found.cube.grid.types)
    for left in data.remainder:
        assert left.left == pytest.approx(left.unmet - left.met)
        columns = list(range(found.cube.grid.types.index(left.service_type), found.unmet.shape[1], width))
        whole = float(found.left[:, columns].sum())
        given = sum(f.quantity for f in data.flows if f.service_type == left.service_type)
        expected = "no_spare" if whole <= 1e-6 else "limited" if whole - given > 1e-4 else "exhausted"
        assert left.reason == expected, left
    (cost,) = data.limits
    free = asked(store, level="county", by_chain=False).data
    assert (cost.limit, cost.value) == ("within", "prefecture")
    assert (cost.met_without, cost.met_lost) == pytest.approx((free.met, free.met - data.met))
    assert cost.service_km_saved == pytest.approx(free.service_km - data.service_km)


def test_levels_are_sums_of_one_plan(store: Store) -> None:
    plans = [asked(store, level=level).data for level in ("county", "prefecture", "zone")]
    assert len({round(p.met, 6) for p in plans}) == 1
    assert len({round(p.service_km, 3) for p in plans}) == 1


def test_flows_of_a_level_are_those_of_counties_summed(store: Store) -> None:
    places = spare(store).cube.facts.demand.regions.set_index("key")
    zones = {code: zone if isinstance(zone, str) else code for code, zone in places["zone"].items()}
    above = {"prefecture": {code: prefecture_of(code) for code in places.index}, "zone": zones}
    plan = asked(store, level="county", by_chain=False).data
    for level, of in above.items():
        expected: dict[tuple[str, str, str], float] = defaultdict(float)
        for flow in plan.flows:
            expected[of[flow.from_], of[flow.to], flow.service_type] += flow.quantity
        found = {
            (f.from_, f.to, f.service_type): f.quantity for f in asked(store, level=level, by_chain=False).data.flows
        }
        assert found == pytest.approx(expected)
        assert plan.mean_km == pytest.approx(plan.service_km / plan.met)


def test_what_is_left_over_in_a_chain_serves_no_other(store: Store) -> None:
    """The plan by chain is the sum of the plans of each chain alone, and no more than the one across chains."""
    data, across = asked(store, level="county").data, asked(store, level="county", by_chain=False).data
    chains = sorted({flow.industry for flow in data.flows if flow.industry})
    alone = [asked(store, level="county", industry=chain).data for chain in chains]
    assert data.met == pytest.approx(sum(plan.met for plan in alone))
    assert data.service_km == pytest.approx(sum(plan.service_km for plan in alone))
    assert {flow.industry for plan, chain in zip(alone, chains, strict=True) for flow in plan.flows} == set(chains)
    assert data.met <= across.met * (1 + 1e-9)
    assert {(flow.industry, flow.industry_name) for flow in across.flows} == {(None, None)}
    named = dict(zip(*(spare(store).cube.grid.chains[c] for c in ("key", "name")), strict=True))
    assert {(left.industry, left.industry_name) for left in data.remainder} <= named.items()
    assert {(left.industry, left.industry_name) for left in across.remainder} == {(None, None)}
    for plan, chain in zip(alone, chains, strict=True):
        here = {(r.region, r.service_type): r.left for r in data.remainder if r.industry == chain}
        assert {(r.region, r.service_type): r.left for r in plan.remainder} == pytest.approx(here)


def test_flows_within_a_prefecture_are_summed_apart(store: Store) -> None:
    flows = asked(store, level="county").data.flows
    for data in (asked(store, level=level).data for level in ("county", "prefecture", "zone")):
        inside = [f for f in flows if f.from_[:4] == f.to[:4]]
        between = [f for f in flows if f.from_[:4] != f.to[:4]]
        assert data.met_inside == pytest.approx(sum(f.quantity for f in inside), abs=1e-3)
        km = sum(f.quantity * f.distance_km for f in between)
        assert data.mean_km_between == pytest.approx(km / sum(f.quantity for f in between), rel=1e-6)


def test_limits_are_kept_and_their_cost_told(store: Store) -> None:
    free, near = asked(store, level="county").data, asked(store, level="county", limit_km=50).data
    assert all(f.distance_km <= 50 for f in near.flows)
    (cost,) = near.limits
    assert cost.limit == "limit_km"
    assert cost.met_without == pytest.approx(free.met)
    assert cost.met_lost == pytest.approx(free.met - near.met, abs=1e-6)
    assert cost.met_lost >= -1e-9
    inside = asked(store, level="prefecture", within="prefecture").data
    assert all(f.from_ in (f.to, "510000") for f in inside.flows)
    few = asked(store, level="county", max_partners=1).data
    received = defaultdict(set)
    for flow in few.flows:
        received[flow.to, flow.industry, flow.service_type].add(flow.from_)
    assert all(len(givers) == 1 for givers in received.values())


def test_more_work_never_worsens_the_choice_of_few_partners(store: Store) -> None:
    met = [asked(store, level="county", max_partners=1, seconds=s).data.met for s in (0.001, 0.1, trials(1, 3))]
    assert met == sorted(met)


def test_only_what_is_asked_for_is_met(store: Store) -> None:
    whole = asked(store, level="county").data
    receiver = whole.remainder[0].region
    part = asked(store, level="county", region=receiver[:4] + "00").data
    assert {f.to[:4] for f in part.flows} == {receiver[:4]}
    types = sorted({f.service_type for f in whole.flows})
    plans = {type_: asked(store, level="county", service_type=type_).data for type_ in types}
    assert {type_: {f.service_type for f in plan.flows} for type_, plan in plans.items()} == {t: {t} for t in types}
    assert sum(plan.met for plan in plans.values()) == pytest.approx(whole.met)


def test_a_flow_is_sent_with_the_contracts_names(store: Store) -> None:
    answer = asked(store)
    for flow in answer.model_dump(mode="json", by_alias=True)["data"]["flows"]:
        assert {"from", "to", "service_type", "quantity", "distance_km"} <= set(flow)
    assert '"from":' in answer.model_dump_json() or not answer.data.flows


@pytest.mark.parametrize(
    "wrong", [{"limit_km": -1}, {"limit_km": np.inf}, {"max_partners": 0}, {"seconds": 0}], ids=str
)
def test_nonsense_is_refused(store: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        asked(store, **wrong)


# --- few partners -------------------------------------------------------------------------------------


def brute_force(supply: Any, demand: Any, cost: Any, most: int) -> tuple[float, float]:
    """Every choice of at most ``most`` suppliers for each receiver."""
    m, n = cost.shape
    choices = list(itertools.combinations(range(m), min(most, m)))
    best = (0.0, 0.0)
    for chosen in itertools.product(choices, repeat=n):
        allowed = np.full((m, n), np.inf)
        for j, rows in enumerate(chosen):
            allowed[list(rows), j] = cost[list(rows), j]
        solved = solve_transport(supply, demand, allowed)
        if (solved.met, -solved.cost) > (best[0] + 1e-9, 0) or (
            abs(solved.met - best[0]) < 1e-9 and solved.cost < best[1]
        ):
            best = (solved.met, solved.cost)
    return best


def solved_alone(supply: Floats, demand: Floats, cost: Floats, most: int) -> Limited:
    """Return what the search for a flow finds, of which no other takes time."""
    search = LimitedSearch(supply, demand, cost, None, most)
    in_turn([search], 20.0)
    return search.found


@pytest.mark.parametrize(("quantity", "price"), [(1e-9, 1e6), (1.0, 1.0), (1e9, 1e-6)])
def test_few_partners_in_every_unit(quantity: float, price: float) -> None:
    """One giver each: 9 from the first, 6 of 7 from the second; all units say the same."""
    supply, demand = np.array([9.0, 6.0, 5.0]), np.array([9.0, 7.0])
    cost = np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 9.0]])
    solved = solved_alone(supply * quantity, demand * quantity, cost * price, 1)
    assert solved.flow / quantity == pytest.approx(np.array([[9.0, 0.0], [0.0, 6.0], [0.0, 0.0]]), abs=1e-6)
    assert solved.met / quantity == pytest.approx(15.0, rel=1e-9)
    assert solved.met_bound / quantity == pytest.approx(15.0, rel=1e-6)
    assert solved.cost / quantity / price == pytest.approx(39.0, rel=1e-9)
    assert solved.cost_bound / quantity / price == pytest.approx(39.0, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("most", [1, 2])
def test_few_partners_equal_brute_force(seed: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    supply, demand = rng.integers(1, 20, 4).astype(float), rng.integers(1, 20, 3).astype(float)
    cost = rng.integers(0, 60, (4, 3)).astype(float)
    solved = solved_alone(supply, demand, cost, most)
    met, least = brute_force(supply, demand, cost, most)
    assert solved.met == pytest.approx(met, rel=1e-6)
    assert solved.cost == pytest.approx(least, rel=1e-5, abs=1e-5)
    assert ((solved.flow > 1e-9).sum(axis=0) <= most).all()
    assert solved.met_bound >= met - 1e-6
