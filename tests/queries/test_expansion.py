"""Expansion plans equal brute force, and what they promise equals a recomputation of the cube."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from graph.errors import BadParameter, UnknownCode, UnknownRegion
from graph.stores.base import Store
from queries.action_costs import default_costs, own_costs
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube, CubeFacts, build_cube
from queries.expansion.answer import Action, Expansion, ExpansionQuestion, WhyNot
from queries.expansion.candidates import ActionFacts, read_action_facts
from queries.expansion.effect_parts import data_class_of
from queries.expansion.expand import check, expand, plan
from queries.expansion.explain import why_not
from queries.expansion.planner import Planner
from queries.expansion.problem import PlanningProblem, prepare
from queries.expansion.selection import selected
from queries.methods import Method
from queries.optimise.terms import Solution
from queries.sharing import spare_capacity
from tests.naive import decay_of, offline_weight, travel_km
from tests.support.soak import trials
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, trials(2, 6)))]
STATION_ALONE = dict.fromkeys(("window", "hosted", "online"))
"""Other kinds of building, taken out of the costs."""
SMALL = 9
"""Actions of which every subset is tried."""


class Made(NamedTuple):
    """A world with its cells, and as if it were known of every second resource what is used and that it is shared.

    With the problem of a question about all of it, some actions, and what every allowed set of them would lose.
    """

    store: Store
    cube: Cube
    facts: ActionFacts
    seed: int
    prepared: PlanningProblem
    keys: list[str]
    subsets: list[tuple[float, NDArray[np.float64]]]

    def within(self, budget: float) -> Iterator[tuple[float, NDArray[np.float64]]]:
        """Yield loss and actions of every allowed set that costs no more."""
        cost = self.prepared.problem.cost
        return ((loss, x) for loss, x in self.subsets if cost @ x <= budget + 1e-9)


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"world{seed}")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder: Path = tmp_path_factory.mktemp("world")
    with loaded_store(random_world(request.param).write(folder / "tables"), folder / "store") as store:
        _, cube = cube_of(store, CoverageQuestion(as_of=AS_OF))
        with store.read() as session:
            facts = read_action_facts(session)
        shared = cube.offered.resources["resource"].to_numpy()
        random = np.random.default_rng(request.param)
        use = pd.DataFrame({
            "resource": shared, "shareable": random.random(len(shared)) < 0.6,
            "used": np.round(cube.offered.capacity * random.random(len(shared)), 1),
        })  # fmt: skip
        known = ActionFacts(facts.hosted, use, facts.hosts)
        prepared = prepare(cube, known, asked(budget=1))
        keys = some_keys(prepared, request.param)
        subsets = list(brute_force(prepared, keys, math.inf))
        yield Made(store, cube, known, request.param, prepared, keys, subsets)


def asked(**parts: Any) -> ExpansionQuestion:
    return ExpansionQuestion(**{"as_of": AS_OF, "gap": 0.0, "time_limit": 60.0, **parts})


def some_keys(prepared: PlanningProblem, seed: int, count: int = SMALL) -> list[str]:
    """Choose actions of every kind that bring something by themselves, conflicting ones among them."""
    hopes = (prepared.problem.demand @ prepared.problem.effects) @ prepared.problem.made_of
    table = prepared.table.assign(hope=hopes).sort_values("hope", ascending=False)
    random = np.random.default_rng(seed)
    keys: list[str] = []
    for kind in ("build", "share", "upgrade"):
        of = table[table["kind"] == kind]["key"].head(12).tolist()
        keys += [str(k) for k in random.permutation(of)[: count // 3]]
    return keys


def only(prepared: PlanningProblem, keys: list[str]) -> tuple[str, ...]:
    return tuple(k for k in prepared.table["key"] if k not in set(keys))


def brute_force(
    prepared: PlanningProblem, keys: list[str], budget: float
) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Yield (loss, x) of every allowed subset within the budget."""
    problem, number = prepared.problem, {k: j for j, k in enumerate(prepared.table["key"])}
    for chosen in chain.from_iterable(combinations(range(len(keys)), size) for size in range(len(keys) + 1)):
        x = np.zeros(len(problem.cost))
        x[[number[keys[i]] for i in chosen]] = 1.0
        if problem.cost @ x <= budget + 1e-9 and problem.allowed(x):
            yield problem.loss(x), x


def recomputed(made: Made, actions: list[Action]) -> Cube:
    """Return the cube of the facts with the actions laid over: rows changed and added, all by the method's rules."""
    facts = made.cube.facts
    costs = default_costs()
    resources, types = facts.supply.resources.copy(), facts.supply.types
    chains, scopes = facts.supply.chains, facts.supply.scopes
    resources["capacity"] = resources["capacity"].astype(float).fillna(100.0)
    base = resources.set_index("resource")["capacity"].to_dict()
    spare = spare_capacity(made.cube, made.facts.use)
    amounts = pd.DataFrame(spare.agreed(), index=spare.resources["resource"], columns=list(made.cube.grid.types))
    rows: list[dict[str, Any]] = []
    more: dict[str, list[dict[str, str]]] = {"types": [], "chains": [], "scopes": []}

    def add(name: str, like: dict[str, Any], its_types: list[str], serves: str | None) -> None:
        rows.append({**like, "resource": name})
        more["types"] += [{"resource": name, "service_type": t} for t in its_types]
        if serves:
            more["scopes"].append({"resource": name, "region": serves})

    for action in actions:
        kind, what, where = action.key.split(":", 2)
        if kind == "build":
            build = costs.build[what]
            for type_, capacity in build.capacity.items():
                like = {"provider": "new", "home": where, "capacity": capacity, "online": build.online,
                        "offline": not build.online}  # fmt: skip
                add(f"{action.key}/{type_}", like, [type_], None)
        elif kind == "upgrade":
            upgrade = costs.upgrade[what]
            its = resources["resource"].isin(made.facts.hosted.loc[made.facts.hosted["carrier"] == where, "resource"])
            resources.loc[its, "capacity"] += resources.loc[its, "resource"].map(base) * upgrade.gain
            if upgrade.online:
                # A resource without any mode was an offline one.
                quiet = its & ~resources["online"].fillna(False).astype(bool)
                resources.loc[quiet, "offline"] = True
                resources.loc[its, "online"] = True
        else:
            _share(made, action, resources, amounts, add, more)
    new = pd.DataFrame(rows, columns=resources.columns).astype(object)
    laid = pd.concat([resources, new], ignore_index=True).astype({"capacity": float})
    supplied = replace(
        facts.supply,
        resources=laid,
        types=pd.concat([types, pd.DataFrame(more["types"], columns=types.columns)]),
        chains=pd.concat([chains, pd.DataFrame(more["chains"], columns=chains.columns)]),
        scopes=pd.concat([scopes, pd.DataFrame(more["scopes"], columns=scopes.columns)]),
    )  # fmt: skip
    return build_cube(
        CubeFacts(facts.demand, supplied), as_of=AS_OF, standard=1.0, freshness_days=400, method=made.cube.method
    )


def _share(made: Made, action: Action, resources: pd.DataFrame, amounts: pd.DataFrame, add: Any, more: Any) -> None:
    """Half of the spare capacity that reaches demand there becomes a resource that serves only there."""
    _, pair, type_ = action.key.split(":")
    source, target = pair.split("-")
    share = default_costs().share
    assert share
    grid, supply = made.cube.grid, made.cube.facts.supply
    t, there = grid.types.index(type_), [k[:4] + "00" == target for k in grid.regions["key"]]
    reach = {}
    for at in resources.index:
        row = resources.loc[at]
        name, home = row["resource"], row["home"]
        if not isinstance(home, str) or home[:4] + "00" != source or name not in amounts.index:
            continue
        spare = amounts.loc[name, type_]
        its_chains = supply.chains.loc[supply.chains["resource"] == name, "chain"].unique().tolist()
        columns = [c for c, key in enumerate(grid.chains["key"]) if not its_chains or key in its_chains]
        demand = np.nan_to_num(made.cube.demand).reshape(len(there), -1, len(grid.types))[there][:, columns, t]
        near = _near(made, home, there) if not row["online"] else np.ones(sum(there))
        if spare <= 0 or not (demand.sum(axis=1) * near).sum() > 0:
            continue
        reach[at] = (name, spare * share.fraction, its_chains, row.to_dict())
    for at, (name, moves, its_chains, like) in reach.items():
        resources.loc[at, "capacity"] -= moves
        new = f"{action.key}/{name}"
        add(new, {**like, "capacity": moves}, [type_], target)
        more["chains"] += [{"resource": new, "chain": c} for c in its_chains]


def _near(made: Made, home: str, there: list[bool]) -> Any:
    method = made.cube.method
    return np.array([offline_weight(home, k, decay_of(k, method)) for k in made.cube.grid.regions["key"][there]])


def unmet_of(cube: Cube) -> float:
    return float((np.nan_to_num(cube.demand) * np.maximum(0.0, 1.0 - cube.access)).sum())


@pytest.mark.parametrize("budget", [70, 130, 260, 5000])
def test_the_plan_is_the_best_of_all_subsets(world: Made, budget: float) -> None:
    prepared = world.prepared
    answer = plan(world.cube, world.facts, asked(budget=budget, excluded=only(prepared, world.keys)))
    best = min(loss for loss, _ in world.within(budget))
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best + prepared.untouched, rel=1e-7, abs=1e-6)
    assert answer.bound == pytest.approx(answer.objective, rel=1e-6, abs=1e-5)
    assert answer.unmet_after == pytest.approx(answer.objective, rel=1e-9, abs=1e-9)
    assert answer.cost is not None
    assert answer.cost <= budget


def test_what_money_cannot_better_costs_as_little_as_it_can(world: Made) -> None:
    """Against all subsets: of the plans that leave as little unmet, the cheapest; what is fixed stays."""
    demand = np.nan_to_num(world.cube.demand).reshape(len(world.cube.grid.regions), -1).sum(axis=1)
    for region in sorted({f"{key[:4]}00" for key in world.cube.grid.regions["key"][demand > 0]}):
        question = asked(budget=1e5, region=region, service_type="SC01")
        prepared = prepare(world.cube, world.facts, question)
        keys = [str(key) for key in prepared.table["key"]][:SMALL]
        tried = list(brute_force(prepared, keys, math.inf))
        least = min(loss for loss, _ in tried)
        cost = min(float(prepared.problem.cost @ x) for loss, x in tried if loss <= least + 1e-6)
        question = question.model_copy(update={"excluded": only(prepared, keys)})
        answer = plan(world.cube, world.facts, question)
        assert (answer.status, answer.cost) == ("optimal", pytest.approx(cost))
        assert answer.objective == pytest.approx(least + prepared.untouched, abs=1e-6)
        assert all(action.gain + action.harm > 1e-6 for action in answer.actions)
        assert all(other.without or other.instead for other in answer.equal)
        idle = [key for key in keys if key not in {action.key for action in answer.actions}][:1]
        fixed = plan(world.cube, world.facts, question.model_copy(update={"fixed": tuple(idle)}))
        assert {*idle} <= {action.key for action in fixed.actions}


@pytest.mark.parametrize("method", ["m2sfca", "remoteness"])
def test_plans_by_each_method_are_the_best_and_do_what_they_promise(world: Made, method: Method) -> None:
    cube = build_cube(world.cube.facts, as_of=AS_OF, standard=1.0, freshness_days=400, method=method)
    made = world._replace(cube=cube)
    prepared = prepare(cube, world.facts, asked(budget=260))
    keys = some_keys(prepared, world.seed)
    answer = plan(cube, world.facts, asked(budget=260, excluded=only(prepared, keys)))
    best = min(loss for loss, _ in brute_force(prepared, keys, 260))
    assert (answer.status, answer.objective) == ("optimal", pytest.approx(best + prepared.untouched, rel=1e-7))
    planner = Planner(prepared, asked(budget=1))
    for key in keys:
        x = planner.locks([key]).astype(float)
        promised = float(prepared.after(x).sum())
        assert unmet_of(recomputed(made, planner.actions(x))) == pytest.approx(promised, rel=1e-9), key


def test_more_actions_never_worsen_a_proven_plan(world: Made) -> None:
    """Every set of actions in a row of growing ones, by each goal."""
    prepared, keys = world.prepared, world.keys
    goals = (("unmet", 1.0), ("max-min", -1.0))
    for objective, sign in goals:
        values = []
        for count in (3, 6, 9):
            question = asked(budget=200, objective=objective, excluded=only(prepared, keys[:count]))
            answer = plan(world.cube, world.facts, question)
            assert answer.objective is not None
            values.append(sign * answer.objective)
        assert all(b <= a + 1e-6 for a, b in pairwise(values)), (objective, values)


@pytest.mark.parametrize("budget", [130, 260])
def test_the_worst_served_come_first(world: Made, budget: float) -> None:
    question = asked(budget=budget, objective="max-min")
    prepared = prepare(world.cube, world.facts, question)
    keys = some_keys(prepared, world.seed)
    answer = plan(world.cube, world.facts, question.model_copy(update={"excluded": only(prepared, keys)}))
    tried = [(loss, prepared.problem.worst(x)) for loss, x in brute_force(prepared, keys, budget)]
    worst = min(w for _, w in tried)
    assert answer.objective == pytest.approx(1 - worst, abs=1e-5)
    assert answer.worst_ratio_after == pytest.approx(1 - worst, abs=1e-5)
    least = min(loss for loss, w in tried if w <= worst + 1e-6)
    assert answer.unmet_after == pytest.approx(least + prepared.untouched, rel=1e-5)


def test_a_recomputation_of_the_cube_finds_what_the_plan_promises(world: Made) -> None:
    answer = plan(world.cube, world.facts, asked(budget=900, gap=0.01))
    assert {a.kind for a in answer.actions} >= {"build"}
    assert unmet_of(world.cube) == pytest.approx(answer.unmet_before)
    assert unmet_of(recomputed(world, answer.actions)) == pytest.approx(answer.unmet_after, rel=1e-9)


def test_each_kind_of_action_does_in_the_cube_what_it_promises(world: Made) -> None:
    prepared = world.prepared
    planner = Planner(prepared, asked(budget=1))
    for key in some_keys(prepared, world.seed, 15):
        x = planner.locks([key]).astype(float)
        promised = float(prepared.after(x).sum())
        assert unmet_of(recomputed(world, planner.actions(x))) == pytest.approx(promised, rel=1e-9), key


def test_hosted_stations_stand_at_a_host_and_services_online_reach_the_prefecture(world: Made) -> None:
    question = asked(budget=1, kinds=("hosted", "online"))
    table = prepare(world.cube, world.facts, question).table.set_index("key")
    hosts = world.facts.hosts_on(AS_OF)
    hosted = table[table.index.str.startswith("build:hosted:")]
    assert len(hosted)
    assert set(hosted["region"]) <= set(hosts.index)
    assert all(hosts[r] in name for r, name in zip(hosted["region"], hosted["name_zh"], strict=True))
    online = table[table.index.str.startswith("build:online:")]
    assert len(online)
    assert all(region.endswith("00") and region != "510000" for region in online["region"])
    # Capacity reaches every county with demand alike, whatever its distance.
    planner = Planner(prepare(world.cube, world.facts, question), question)
    for key in online.index:
        after = recomputed(world, planner.actions(planner.locks([key]).astype(float)))
        there = [r[:4] == key.rsplit(":", 1)[1][:4] for r in world.cube.grid.regions["key"]]
        asked_for = (np.nan_to_num(world.cube.demand) > 0)[there]
        added = (after.access - world.cube.access)[there]
        for column in np.flatnonzero(asked_for.any(axis=0)):
            assert np.ptp(added[asked_for[:, column], column]) == pytest.approx(0.0, abs=1e-9)


def test_a_host_is_active_on_the_day() -> None:
    rows = [("甲", "510703", None, None), ("乙", "510703", None, None), ("旧", "510704", None, "2026-06-30"),
            ("市", "510700", None, None), ("支行", "510704", None, None)]  # fmt: skip
    hosts = pd.DataFrame(rows, columns=["name", "region", "since", "until"]).assign(host="k")
    none = pd.DataFrame()
    assert ActionFacts(none, none, hosts).hosts_on(AS_OF).to_dict() == {"510703": "甲", "510704": "支行"}


def test_effects_are_told_apart_by_distance_and_by_class_of_data(world: Made) -> None:
    """By recomputation: what each region gains, its distance from the action, and who told of its enterprises."""
    prepared = world.prepared
    planner = Planner(prepared, asked(budget=1))
    regions = world.cube.grid.regions["key"].tolist()
    wide = world.cube.demand.shape[1]
    shares = dict(zip(regions, data_class_of(world.cube.facts.demand, world.cube.grid.regions["key"]), strict=True))
    for key in world.keys:
        x = planner.locks([key]).astype(float)
        action = planner.actions(x)[0]
        saved = (prepared.unmet - prepared.after(x)).reshape(-1, wide).sum(axis=1)
        assert action.effect == pytest.approx(float(saved[prepared.inside.reshape(-1, wide).any(axis=1)].sum()))
        stands = action.key.split(":")[1].split("-")[0] if action.kind == "share" else action.region
        parts = {"to_30_km": 0.0, "to_60_km": 0.0, "beyond_60_km": 0.0}
        for region, gained in zip(regions, saved, strict=True):
            km = travel_km(stands, region)
            parts["to_30_km" if km <= 30 else "to_60_km" if km <= 60 else "beyond_60_km"] += float(gained)
        assert action.effect_by_distance == pytest.approx(parts, abs=1e-9)
        by_class = sum(gained * shares[region] for region, gained in zip(regions, saved, strict=True))
        assert list(action.effect_by_data_class.values()) == pytest.approx(list(by_class), abs=1e-9)
    assert all(shares[r].sum() == pytest.approx(1.0) for r in regions if np.nansum(world.cube.demand[regions.index(r)]))


def test_the_class_of_demand_is_that_of_its_enterprises() -> None:
    counts = pd.DataFrame({"region": ["a", "a"], "chain": ["C1", "C2"], "count": [30.0, 10.0],
                           "data_class": ["REAL", "SYNTHETIC"]})  # fmt: skip
    firms = pd.DataFrame({
        "enterprise": ["e1", "e2", "e2", "e3"], "region": ["a", "a", "a", "b"], "chain": ["C1", "C1", "C3", None],
        "data_class": ["EDITORIAL", "EDITORIAL", "EDITORIAL", "REAL"],
    })  # fmt: skip
    needs = pd.DataFrame({"region": ["b", "c"], "quantity": [5.0, None], "data_class": ["SYNTHETIC", "EDITORIAL"]})
    facts: Any = SimpleNamespace(counts=counts, enterprises=firms, needs=needs)
    made = data_class_of(facts, pd.Series(["a", "b", "c", "d"]))
    # Of e1 and of one half of e2 the counts of C1 tell.
    assert made.tolist() == [[30 / 40.5, 0.5 / 40.5, 10 / 40.5], [1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_effects_add_up_and_marginals_are_what_is_lost(world: Made) -> None:
    planner = Planner(world.prepared, asked(budget=400))
    x = planner.best(400).x
    assert x is not None
    actions = planner.actions(x)
    loss = world.prepared.problem.loss
    assert sum(a.effect for a in actions) == pytest.approx(loss(np.zeros_like(x)) - loss(x))
    for action in actions:
        one = planner.locks([action.key]).astype(float)
        assert action.marginal == pytest.approx(loss(x - one) - loss(x), abs=1e-6)
        assert action.alone == pytest.approx(loss(0 * x) - loss(one), abs=1e-6)


def test_a_part_of_the_province_counts_what_it_takes_from_the_rest(world: Made) -> None:
    demanded = np.nansum(world.cube.demand, axis=1) > 0
    region = world.cube.grid.regions["key"][demanded].iloc[0][:4] + "00"
    answer = plan(world.cube, world.facts, asked(budget=200, region=region))
    whole = recomputed(world, answer.actions)
    inside = np.array([k[:4] + "00" == region for k in world.cube.grid.regions["key"]])
    before, after = (np.nan_to_num(c.demand) * np.maximum(0.0, 1.0 - c.access) for c in (world.cube, whole))
    assert answer.unmet_before == pytest.approx(before[inside].sum())
    assert answer.unmet_after == pytest.approx(after[inside].sum())
    assert answer.harm_outside == pytest.approx(np.maximum(0.0, after - before)[~inside].sum(), abs=1e-6)
    assert [g.region for g in answer.groups] == [region]


def test_harm_is_told_and_weighs_as_asked(world: Made) -> None:
    """By brute force: priced, allowed, forbidden; gain less harm is the marginal effect."""
    demanded = np.nansum(world.cube.demand, axis=1) > 0
    region = world.cube.grid.regions["key"][demanded].iloc[0][:4] + "00"
    question = asked(budget=200, region=region, kinds=("share", "build"))
    prepared = prepare(world.cube, world.facts, question)
    keys = some_keys(prepared, world.seed)
    inside = prepared.inside[prepared.cells]

    def parts(x: NDArray[np.float64]) -> tuple[float, float, float]:
        change = (prepared.after(x) - prepared.unmet)[prepared.cells]
        gone = np.maximum(0.0, change)
        return float(change[inside].sum()), float(gone[~inside].sum()), float(gone.sum())

    tried = [(*parts(x), x) for _, x in brute_force(prepared, keys, 200)]
    kept = {k for k, x in zip(prepared.table["key"], np.eye(len(prepared.table)), strict=True) if parts(x)[2] <= 1e-6}
    outside = {k: x for k, x in zip(prepared.table["key"], np.eye(len(prepared.table)), strict=True) if k not in kept}
    best = {
        ("price", 1.0): min(i + o for i, o, _, _ in tried), ("price", 3.0): min(i + 3 * o for i, o, _, _ in tried),
        ("allow", 1.0): min(i for i, _, _, _ in tried),
        ("forbid", 1.0): min(i for i, _, all_, x in tried if all_ <= 1e-6 and not any(x @ y for y in outside.values())),
    }  # fmt: skip
    for (harm, price), expected in best.items():
        more = question.model_copy(update={"harm": harm, "harm_price": price})
        its = prepare(world.cube, world.facts, more)
        answer = plan(world.cube, world.facts, more.model_copy(update={"excluded": only(its, keys)}))
        assert answer.objective == pytest.approx(answer.unmet_before + expected, rel=1e-6, abs=1e-3), harm
        assert answer.harm_outside is not None
        if harm == "forbid":
            assert max([a.harm for a in answer.actions], default=0.0) <= 1e-5
        for action in answer.actions:
            assert action.marginal == pytest.approx(action.gain - action.harm)
            assert min(action.gain, action.harm) >= 0


def test_assumptions_are_named(world: Made) -> None:
    question = asked(budget=130, kinds=("build",))
    answer = plan(world.cube, world.facts, question)
    blank = world.cube.offered.resources["capacity"].isna().to_numpy() & world.cube.offered.active
    assert {a.what: a.count for a in answer.assumptions} == {
        "rates": None, "capacity": int(blank.sum()), "cost": len(answer.actions),
    }  # fmt: skip
    assert {a.assumed for a in answer.actions} == {("cost", "capacity")}
    own = own_costs({"build": {"station": {"cost": 61, "capacity": 21}, **STATION_ALONE}}, "mine.yml")
    rates = dict.fromkeys(world.cube.grid.types, 0.02)
    stated = plan(world.cube, world.facts, question.model_copy(update={"costs": own, "rates": rates}))
    assert {a.assumed for a in stated.actions} == {()}
    assert {a.what for a in stated.assumptions} <= {"capacity"}


def test_more_money_is_never_worse(world: Made) -> None:
    prepared = world.prepared
    question = asked(curve=(300, 60, 120, 120), excluded=only(prepared, world.keys))
    points = plan(world.cube, world.facts, question).curve
    assert [p.budget for p in points] == [60, 120, 300]
    assert all(a.objective >= b.objective - 1e-9 for a, b in pairwise(points))
    for point in points:
        best = min(loss for loss, _ in world.within(point.budget))
        assert point.objective == pytest.approx(best + prepared.untouched, rel=1e-7)


def test_locks_hold_and_why_not_tells_what_they_cost(world: Made) -> None:
    prepared, keys = world.prepared, world.keys
    rest = only(prepared, keys)
    free = plan(world.cube, world.facts, asked(budget=200, excluded=rest))
    out = next(k for k in keys if k not in {a.key for a in free.actions} and prepared.problem.cost[
        list(prepared.table["key"]).index(k)] <= 200)  # fmt: skip
    locked = plan(world.cube, world.facts, asked(budget=200, excluded=rest, fixed=(out,)))
    assert out in {a.key for a in locked.actions}
    explained = plan(world.cube, world.facts, asked(budget=200, excluded=rest, why_not=out)).why_not
    assert explained
    assert explained.possible
    assert not explained.chosen
    assert locked.objective is not None
    assert free.objective is not None
    assert explained.loss == pytest.approx(locked.objective - free.objective, abs=1e-5)
    assert set(explained.displaced) == {a.key for a in free.actions} - {a.key for a in locked.actions}
    inside = plan(world.cube, world.facts, asked(budget=200, excluded=rest, why_not=free.actions[0].key)).why_not
    assert inside
    assert inside.chosen


def test_a_better_plan_that_is_met_on_the_way_is_the_best_from_then_on(world: Made) -> None:
    """As where the search had to stop: the plan it had is none, and that with the action asked for fills more."""
    question = asked(budget=200, excluded=only(world.prepared, world.keys))
    planner = Planner(world.prepared, question)
    losses = list(world.within(200))
    best = min(loss for loss, _ in losses)
    key = plan(world.cube, world.facts, question).actions[0].key
    poor = Solution(np.zeros(len(planner.excluded)), objective=best + 100.0, bound=best - 1.0)
    told, found = why_not(planner, key, poor, 200.0, planner.most_unmet)
    assert (told.chosen, told.possible, told.loss, told.displaced, told.added) == (True, True, 0.0, [], [])
    assert found.x is not None
    assert found.x[selected(world.prepared.table, key)].any()
    assert found.objective == told.objective == pytest.approx(best, rel=1e-7)
    assert found.bound == best - 1.0


def test_why_not_is_what_forcing_says(world: Made) -> None:
    """Of an action, a carrier and a county: the loss is that of the best plan which must contain one of theirs."""
    prepared, keys = world.prepared, world.keys
    rest = only(prepared, keys)
    table = prepared.table.set_index("key")
    free = plan(world.cube, world.facts, asked(budget=200, excluded=rest))
    tried = list(world.within(200))
    carriers = [table["site"][k] for k in keys if table["kind"][k] == "upgrade"]
    counties = [table["region"][k] for k in keys if table["kind"][k] == "build"]
    assert carriers
    assert counties
    tried_one = False
    for what in {*keys, *carriers, *counties}:
        meant = selected(prepared.table, what) & ~Planner(prepared, asked(budget=200, excluded=rest)).excluded
        having = [loss for loss, x in tried if x[meant].any()]
        told = plan(world.cube, world.facts, asked(budget=200, excluded=rest, why_not=what)).why_not
        assert told
        assert told.possible is bool(having)
        _check_words(world, told, what, {a.key for a in free.actions})
        if not having:
            continue
        forced = plan(world.cube, world.facts, asked(budget=200, excluded=rest, fixed=(what,)))
        assert free.objective is not None
        assert forced.objective is not None
        assert forced.objective == pytest.approx(min(having) + prepared.untouched, rel=1e-7)
        assert told.loss == pytest.approx(forced.objective - free.objective, abs=1e-4)
        if what in keys and not told.chosen and not (free.equal or forced.equal):
            taken, kept = ({a.key for a in of.actions} for of in (forced, free))
            assert (set(told.added), set(told.displaced)) == (taken - kept - {what}, kept - taken)
            tried_one = True
    assert tried_one


def test_why_not_says_what_stands_against_an_action(world: Made) -> None:
    rest = only(world.prepared, world.keys)

    def told(key: str, **limits: Any) -> tuple[bool, str, str]:
        found = plan(world.cube, world.facts, asked(excluded=rest, why_not=key, **limits)).why_not
        assert found
        return found.possible, found.text_zh, found.text_en

    assert told(rest[0], budget=200) == (False, "它已被排除（--exclude）。", "It is excluded.")
    beyond = (False, "现有限制下没有任何方案，先放宽限制。", "No plan keeps the limits at all: relax them first.")
    assert told(world.keys[0], budget=130, target_ratio=0.9999) == beyond
    kept = (False, "没有同时满足其他限制且含它的方案。", "No plan that contains it keeps the other limits.")
    in_the_way = 0
    for budget in (70, 130, 200):
        best = plan(world.cube, world.facts, asked(budget=budget, excluded=rest)).ratio_after
        assert best is not None
        target = best - 1e-6
        for key in world.keys:
            with_it = plan(world.cube, world.facts, asked(budget=budget, excluded=rest, fixed=(key,))).ratio_after
            if with_it is not None and with_it < target:
                assert told(key, budget=budget, target_ratio=target) == kept
                in_the_way += 1
    assert in_the_way > 0


def _check_words(world: Made, told: WhyNot, what: str, free: set[str]) -> None:
    """An answer's name, what it would do alone, and the sentence that its numbers and keys make."""
    table, problem = world.prepared.table.set_index("key"), world.prepared.problem
    meant = selected(world.prepared.table, what)
    its = table.index[meant].tolist()
    name, named = (table["name_zh"][its[0]], table["name_en"][its[0]]) if len(its) == 1 else (what, what)
    losses = [problem.loss(x) for x in (np.zeros(len(table)), *np.eye(len(table))[meant])]
    assert (told.key, told.name, told.alone) == (what, name, pytest.approx(losses[0] - min(losses[1:])))
    if told.chosen:
        assert (told.loss, told.displaced, told.added, bool(free & {*its})) == (0.0, [], [], True)
        assert (told.text_zh, told.text_en) == (f"最优方案本来就包含“{name}”。", f"The best plan has it: {named}.")
        return
    if not told.possible:
        least = min(problem.cost[meant & table.index.isin(world.keys)])
        assert (told.objective, told.loss, told.displaced, told.added) == (None, None, [], [])
        assert (told.text_zh, told.text_en) == (
            f"连同必选行动需 {least:,.0f} 万元，超出预算 200 万元。",
            f"With the fixed actions it costs {least:,.0f}, more than the budget of 200.",
        )
        return
    own = its if len(its) == 1 else [key for key in told.added if key in its]
    assert told.loss is not None
    assert {*told.displaced} <= free
    assert not {*told.added, *own} & free
    zh, en = (mark.join(table[of][told.displaced]) for mark, of in (("、", "name_zh"), (", ", "name_en")))
    assert len(told.displaced) <= 5
    assert told.text_zh == (
        f"单独做它可减少 {told.alone:z,.1f} 次/年；若必须包含，最好是“{'、'.join(table['name_zh'][own])}”，"
        f"此时未满足需求多 {told.loss:z,.1f} 次/年，并放弃{len(told.displaced)}项：{zh or '无'}。"
    )
    assert told.text_en == (
        f"Alone it would meet {told.alone:z,.1f} a year; if it must be in, best as {', '.join(table['name_en'][own])}, "
        f"unmet demand is {told.loss:z,.1f} a year higher, and {len(told.displaced)} actions leave: "
        f"{en or 'none'}."
    )


def test_a_place_stands_for_all_that_is_there(world: Made) -> None:
    table = world.prepared.table
    county = table.loc[table["kind"] == "build", "region"].iloc[0]
    there = set(table["key"][table["region"] == county])
    assert set(table["key"][selected(table, county)]) == there
    prefecture = f"{county[:4]}00"
    around = set(table["key"][table["region"].str[:4] == county[:4]])
    assert set(table["key"][selected(table, prefecture)]) == around
    without = plan(world.cube, world.facts, asked(budget=200, excluded=(prefecture,), gap=0.01))
    assert not {a.key for a in without.actions} & around
    with_it = plan(world.cube, world.facts, asked(budget=200, fixed=(prefecture,), gap=0.01))
    assert {a.key for a in with_it.actions} & around


def test_what_means_no_candidate_is_refused(world: Made) -> None:
    codes = world.cube.grid.regions["key"]
    blank = [c for c in codes[np.isnan(world.cube.demand).all(axis=1)] if not c.endswith("00")]
    with pytest.raises(BadParameter, match="需求未知"):
        plan(world.cube, world.facts, asked(budget=200, fixed=(blank[0],)))
    with pytest.raises(UnknownRegion):
        plan(world.cube, world.facts, asked(budget=200, why_not="没有这个地方"))


def test_nothing_stands_where_demand_is_unknown_unless_asked_for(world: Made) -> None:
    known = world.cube.grid.regions["key"][~np.isnan(world.cube.demand).all(axis=1)]
    places = {*known, *(f"{c[:4]}00" for c in known)}
    plain = world.prepared.table
    assert set(plain["region"]) <= places
    question = asked(budget=1, with_unknown=True)
    every = prepare(world.cube, world.facts, question)
    more = ~every.table["region"].isin(places).to_numpy()
    assert more.any()
    assert set(every.table["key"][~more]) == set(plain["key"])
    actions = Planner(every, question).actions(np.ones(len(every.table)))
    assert [a.demand_known for a in actions] == (~more).tolist()


@pytest.mark.parametrize("most", [1, 2])
def test_a_number_of_sites_limits_what_is_built(world: Made, most: int) -> None:
    prepared = world.prepared
    kinds = prepared.table["kind"].to_numpy()
    answer = plan(world.cube, world.facts, asked(budget=400, excluded=only(prepared, world.keys), sites=most))
    new = (kinds == "build") & ~prepared.table["key"].str.startswith("build:online:").to_numpy()
    best = min(loss for loss, x in world.within(400) if x[new].sum() <= most)
    assert answer.objective == pytest.approx(best + prepared.untouched, rel=1e-7)
    stations = plan(world.cube, world.facts, asked(budget=400, kinds=("station",), sites=most))
    assert {a.key.rsplit(":", 1)[0] for a in stations.actions} == {"build:station"}
    assert len(stations.actions) <= most


KIND_SETS = tuple(kinds for n in (1, 2, 3) for kinds in combinations(("build", "share", "upgrade"), n))
KIND_OF = {"station": "build", "window": "build", "hosted": "build", "capacity": "upgrade", "full": "upgrade"}


@pytest.mark.parametrize("time_limit", [1e-6, trials(1, 20) / 10])
def test_the_worst_served_are_no_worse_off_with_more_kinds_of_action(world: Made, time_limit: float) -> None:
    """However little work: a plan of some kinds is one of all of them, proven or not."""
    question = asked(budget=500, objective="max-min", time_limit=time_limit)
    found: dict[tuple[str, ...], float] = {}
    there = {key.split(":")[1] for key in world.prepared.table["key"]}
    for kinds in (*KIND_SETS, *((variant,) for variant in KIND_OF if variant in there)):
        objective = plan(world.cube, world.facts, question.model_copy(update={"kinds": kinds})).objective
        assert objective is not None
        found[kinds] = objective
    for few, worth in found.items():
        kinds = {KIND_OF.get(name, name) for name in few}
        wider = {many: found[many] for many in KIND_SETS if kinds <= set(many)}
        assert min(wider.values()) >= worth - 1e-5, (few, worth, wider)


def test_a_gap_is_told_as_a_share_of_the_effect(world: Made) -> None:
    answer = plan(world.cube, world.facts, asked(budget=900, gap=0.02))
    assert answer.objective is not None
    assert answer.bound is not None
    assert answer.gap_of_effect == pytest.approx(
        (answer.objective - answer.bound) / (answer.unmet_before - answer.objective)
    )


def test_tenths_add_up_to_the_budget(world: Made) -> None:
    costs = own_costs({"build": {"station": {"cost": 0.1}, **STATION_ALONE}}, "mine.yml")
    question = asked(budget=0.3, costs=costs, kinds=("build",))
    prepared = prepare(world.cube, world.facts, question)
    keys = tuple(prepared.table["key"].head(3))
    held = plan(world.cube, world.facts, question.model_copy(update={"fixed": keys}))
    assert (held.status, {a.key for a in held.actions}) == ("optimal", set(keys))
    assert len(plan(world.cube, world.facts, question).actions) == 3
    short = plan(world.cube, world.facts, question.model_copy(update={"fixed": keys, "budget": 0.2}))
    assert (short.status, {r.limits[0]: (r.text_zh, r.text_en) for r in short.relaxations}["budget"]) == (
        "infeasible", ("把预算提高到 0.3 万元。", "raise the budget to 3,000 yuan."),
    )  # fmt: skip


def test_locks_above_the_budget_name_what_to_relax(world: Made) -> None:
    key = next(k for k in world.prepared.table["key"] if k.startswith("build:window"))
    answer = plan(world.cube, world.facts, asked(budget=100, fixed=(key,)))
    assert answer.status == "infeasible"
    assert answer.unmet_after is None
    assert {r.limits[0]: (r.budget, r.keys) for r in answer.relaxations} == {
        "budget": (150, []),
        "fixed": (None, [key]),
    }
    action = world.prepared.table.set_index("key").loc[key]
    assert {r.limits[0]: (r.text_zh, r.text_en) for r in answer.relaxations} == {
        "budget": ("把预算提高到 150 万元。", "raise the budget to 1.5 million yuan."),
        "fixed": (f"放开 1 项锁定：{action['name_zh']}。", f"unlock 1: {action['name_en']}."),
    }


def test_a_target_beyond_the_budget_names_the_budget_and_the_ratio_within_reach(world: Made) -> None:
    prepared = world.prepared
    rest = only(prepared, world.keys)
    best = plan(world.cube, world.facts, asked(budget=130, excluded=rest)).ratio_after
    most = plan(world.cube, world.facts, asked(budget=1e6, excluded=rest)).ratio_after
    assert best is not None
    assert most is not None
    target = (best + most) / 2
    answer = plan(world.cube, world.facts, asked(budget=130, excluded=rest, target_ratio=target))
    assert answer.status == "infeasible"
    told = {r.limits[0]: r for r in answer.relaxations}
    assert told["target_ratio"].target_ratio == pytest.approx(best, abs=1e-6)
    least = min(
        prepared.problem.cost @ x
        for loss, x in world.subsets
        if loss + prepared.untouched <= (1 - target) * prepared.demand + 1e-6
    )
    assert told["budget"].budget == pytest.approx(least)
    reached = plan(world.cube, world.facts, asked(excluded=rest, target_ratio=target))
    assert reached.objective_of == "cost"
    assert reached.objective == pytest.approx(least)
    assert reached.ratio_after is not None
    assert reached.ratio_after >= target - 1e-6


@pytest.mark.parametrize("objective", ["max-cover", "set-cover", "p-median", "kolm-pollak"])
def test_sites(world: Made, objective: Any) -> None:
    limits: dict[str, Any] = {"set-cover": {"reach_km": 80.0}, "max-cover": {"sites": 2, "reach_km": 80.0}}
    answer: Expansion = expand(world.store, asked(objective=objective, **limits.get(objective, {"sites": 2}))).data
    assert answer.status == "optimal"
    assert all(a.key.startswith("build:station:") for a in answer.actions)
    assert len(answer.actions) <= 2 or objective == "set-cover"
    assert answer.objective == pytest.approx(answer.bound, rel=1e-6)


def test_a_budget_pays_for_as_many_sites_as_it_surely_can(world: Made) -> None:
    table, cost = world.prepared.table, world.prepared.problem.cost
    most = float(cost[table["key"].str.startswith("build:station:")].max())
    for budget, sites in ((most, 1), (2 * most - 0.5, 1), (2 * most, 2), (3 * most, 3)):
        answer = expand(world.store, asked(objective="p-median", budget=budget)).data
        by_number = expand(world.store, asked(objective="p-median", sites=sites)).data
        assert [a.key for a in answer.actions] == [a.key for a in by_number.actions]
        assert len(answer.actions) == sites
    with pytest.raises(BadParameter, match="给出 --sites，或够建一个站点的预算"):
        expand(world.store, asked(objective="p-median", budget=most - 1))
    everywhere = len(expand(world.store, asked(objective="p-median", budget=1e6)).data.actions)
    assert everywhere > 3
    with pytest.raises(BadParameter, match=f"至多 {everywhere} 处没有窗口"):
        expand(world.store, asked(objective="p-median", sites=everywhere + 1))


NONSENSE: list[dict[str, Any]] = [
    {"budget": 0}, {"budget": -5}, {"budget": math.nan}, {}, {"target_ratio": 1.2}, {"budget": 9, "kinds": ("magic",)},
    {"curve": (100, -1)}, {"budget": 9, "gap": 2}, {"budget": 9, "objective": "max-min", "target_ratio": 0.5},
    {"objective": "set-cover", "sites": 3}, {"objective": "set-cover", "budget": 300}, {"budget": 9, "reach_km": 30.0},
    {"objective": "p-median", "sites": 3, "why_not": "绵阳市"}, {"objective": "max-cover", "sites": 3, "curve": (9,)},
    {"objective": "p-median", "sites": 3, "harm": "forbid"}, {"objective": "p-median", "sites": 3, "kinds": ("share",)},
]  # fmt: skip


@pytest.mark.parametrize("parts", NONSENSE, ids=str)
def test_nonsense_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        check(asked(**parts))


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("gap", 0.0, 1.0), ("harm_price", 0.0, -0.1), ("target_ratio", 1.0, 0.0), ("time_limit", 0.1, 0.0)],
)
def test_what_may_be_asked_ends_where_it_is_said_to(name: str, right: float, wrong: float) -> None:
    check(asked(budget=9, **{name: right}))
    with pytest.raises(BadParameter) as caught:
        check(asked(budget=9, **{name: wrong}))
    assert caught.value.details["name"] == name


def test_contradictory_and_unknown_locks_are_refused(world: Made) -> None:
    table = world.prepared.table
    key = table["key"].iloc[0]
    with pytest.raises(BadParameter):
        plan(world.cube, world.facts, asked(budget=500, fixed=(key,), excluded=(key,)))
    with pytest.raises(UnknownCode):
        plan(world.cube, world.facts, asked(budget=500, fixed=("build:station:999999",)))
    upgrades = table[table["kind"] == "upgrade"].copy()
    upgrades["carrier"] = upgrades["key"].str.split(":", n=2).str[2]
    several = upgrades[upgrades.duplicated("carrier", keep=False)]
    both = several[several["carrier"] == several["carrier"].iloc[0]]["key"].head(2)
    with pytest.raises(BadParameter):
        plan(world.cube, world.facts, asked(budget=500, fixed=tuple(both)))


@pytest.mark.parametrize("own", [
    {"build": {"station": {"capacity": -3}}}, {"share": {"cost": 0}}, {"upgrade": {"capacity": {"gain": "much"}}},
    {"build": {"station": {"capacity": {"飞行": 3}}}}, {"dig": {}}, [1],
])  # fmt: skip
def test_wrong_costs_are_refused(own: Any) -> None:
    with pytest.raises(BadParameter):
        own_costs(own, "mine.yml")


def test_own_costs_replace_only_what_they_state() -> None:
    costs = own_costs(
        {"build": {"station": {"cost": 5, "capacity": {"default": 1, "SC03": 9}}, **STATION_ALONE}}, "mine.yml"
    )
    assert list(costs.build) == ["station"]
    assert costs.build["station"].capacity["SC03"] == 9
    assert costs.build["station"].capacity["SC01"] == 1
    assert costs.upgrade == default_costs().upgrade
