"""What holds of plans in any world: unknown places are in none; more money or more actions never make one worse."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from graph.identity import prefecture_of
from queries.coverage import CoverageQuestion, cube_of
from queries.cube import Cube, CubeFacts, build_cube
from queries.expansion.answer import Expansion, ExpansionQuestion
from queries.expansion.candidates import ActionFacts, read_action_facts
from queries.expansion.expand import plan
from tests.support.soak import trials
from tests.support.stores import loaded_store
from tests.worlds import AS_OF, random_world

KINDS_HERE = ("build", "station", "window", "online")
"""In this world nobody has anything to share."""
WORLDS = [8, pytest.param(trials(24, 200), marks=pytest.mark.slow)]


class Made(NamedTuple):
    """A world with its cells and what actions rest on."""

    cube: Cube
    facts: ActionFacts


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder: Path = tmp_path_factory.mktemp("world")
    with loaded_store(random_world(0).write(folder / "tables"), folder / "store") as store:
        _, cube = cube_of(store, CoverageQuestion(as_of=AS_OF))
        with store.read() as session:
            yield Made(cube, read_action_facts(session))


def asked(world: Made, **parts: Any) -> Expansion:
    question = ExpansionQuestion(**{"as_of": AS_OF, "gap": 0.0, "time_limit": 60.0, **parts})
    return plan(world.cube, world.facts, question)


def silent(facts: CubeFacts, regions: list[str]) -> CubeFacts:
    """Return the facts of a world in which nothing is known of some regions."""
    d = facts.demand
    kept = {name: (frame := getattr(d, name))[~frame["region"].isin(regions)].reset_index(drop=True)
            for name in ("counts", "enterprises", "needs")}  # fmt: skip
    return replace(facts, demand=replace(d, **kept))


def known_places(cube: Cube) -> set[str]:
    """Places of which some demand is known, and the prefectures that they lie in."""
    keys = cube.grid.regions["key"].to_numpy()[~np.isnan(cube.demand).all(axis=1)]
    return {*keys.tolist(), *map(prefecture_of, keys.tolist())}


@pytest.mark.parametrize("worlds", WORLDS)
def test_no_plan_has_a_place_whose_demand_is_unknown(world: Made, worlds: int) -> None:
    reported = sorted(k for k in known_places(world.cube) if prefecture_of(k) != k)
    random, plans = np.random.default_rng(0), 0
    for seed in range(worlds):
        mute = random.choice(reported, size=int(random.integers(1, len(reported))), replace=False).tolist()
        cube = build_cube(silent(world.cube.facts, mute), as_of=AS_OF, standard=1.0, freshness_days=400)
        known = known_places(cube)
        if not known:
            continue
        objective = ("unmet", "max-min")[seed % 2]
        found = asked(Made(cube, world.facts), objective=objective, budget=600.0, time_limit=0.02)
        assert {a.region for a in found.actions} <= known, seed
        assert all(a.demand_known for a in found.actions)
        plans += bool(found.actions)
    assert plans > worlds / 2


def test_more_money_never_worsens_what_is_proven(world: Made) -> None:
    found = [asked(world, kinds=("build",), budget=b) for b in (120.0, 240.0, 400.0)]
    assert [f.status for f in found] == ["optimal"] * 3
    values = [f.objective for f in found if f.objective is not None]
    assert all(b <= a + 1e-6 for a, b in pairwise(values))


@pytest.mark.parametrize("objective", ["unmet", "max-min"])
@pytest.mark.parametrize("budget", [150.0, 300.0])
def test_all_actions_do_no_worse_than_those_of_a_kind(world: Made, objective: str, budget: float) -> None:
    """And the bound of all is no tighter than what those of a kind reach."""
    sign = 1 if objective == "unmet" else -1
    every = asked(world, objective=objective, budget=budget, time_limit=2.0)
    assert every.objective is not None
    assert every.bound is not None
    for kind in KINDS_HERE:
        part = asked(world, objective=objective, budget=budget, time_limit=2.0, kinds=(kind,))
        assert part.objective is not None
        assert sign * every.objective <= sign * part.objective + 1e-5, kind
        assert sign * every.bound <= sign * part.objective + 1e-5, kind
