"""What each change of a plan does: one after the other, and alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from graph.arrays import Floats
from queries.coverage import CoverageQuestion
from queries.cube import Cube, CubeFacts, build_cube, shares
from queries.data_classes import among
from queries.methods import is_additive
from queries.supply import SupplyFacts
from queries.unmet import unmet_demand
from queries.what_if.agreements import MARK
from queries.what_if.changed_cells import Effect
from queries.what_if.changes import Scenario
from queries.what_if.incremental import access_of, joined, parts, set_aside
from queries.what_if.steps import ChangedSupply


def built(facts: CubeFacts, question: CoverageQuestion) -> Cube:
    """Return the cube of facts by the day, standard and method of a question."""
    return build_cube(
        facts, as_of=question.as_of, standard=question.standard, freshness_days=question.freshness_days,
        rates=question.rates, method=question.method,
    )  # fmt: skip


def unmet(cube: Cube, access: Floats) -> float:
    """Return the unmet demand of all known cells if A were ``access`` [R, N]."""
    return float(np.nansum(unmet_demand(cube.demand, access)))


def effects_of(cube: Cube, steps: Sequence[ChangedSupply], plan: Scenario, question: CoverageQuestion) -> list[Effect]:
    """Return what each change of a plan does to unmet demand, after those before it and alone."""
    made: list[Effect] = []
    if not steps:
        return made
    so_far = unmet(cube, cube.access)
    added = _added(cube, steps, question) if is_additive(cube.method) else _rebuilt(cube.facts, steps, question)
    for at, (change, step, (now, alone)) in enumerate(zip(plan.changes, steps, added, strict=True)):
        made.append(
            Effect(
                number=at + 1, change=change, resources=_resources(cube, step.keys), unmet_change=now - so_far,
                unmet_change_alone=alone,
                data_class=among([*step.before.resources["data_class"], *step.after.resources["data_class"]]),
            )
        )  # fmt: skip
        so_far = now
    return made


def _added(cube: Cube, steps: Sequence[ChangedSupply], question: CoverageQuestion) -> Iterator[tuple[float, float]]:
    """Yield unmet demand after each step, and what the step alone changes of it: access is a sum over resources."""
    offered, of = parts(cube, [side for step in steps for side in (step.before, step.after)], question.as_of)
    share = shares(offered, cube.asked) * np.where(of % 2, 1.0, -1.0)
    running, start = cube.access.copy(), unmet(cube, cube.access)
    for at in range(len(steps)):
        delta = access_of(offered, np.where(of // 2 == at, share, 0.0))
        running += delta
        yield unmet(cube, running), unmet(cube, cube.access + delta) - start


def _rebuilt(
    facts: CubeFacts, steps: Sequence[ChangedSupply], question: CoverageQuestion
) -> Iterator[tuple[float, float]]:
    """Yield the same where it is no sum, from cubes of the facts with the rows of a step."""

    def laid(supply: SupplyFacts, step: ChangedSupply, rows: SupplyFacts) -> SupplyFacts:
        return joined(set_aside(supply, step.keys)[0], rows)

    def lacking(supply: SupplyFacts) -> float:
        cube = built(replace(facts, supply=supply), question)
        return unmet(cube, cube.access)

    running = facts.supply
    for step in steps:
        running = laid(running, step, step.after)
        alone = lacking(laid(facts.supply, step, step.after)) - lacking(laid(facts.supply, step, step.before))
        yield lacking(running), alone


def _resources(cube: Cube, keys: Sequence[str]) -> int:
    """Count resources in force, and new ones; the part that an agreement makes of one is no other."""
    expired = set(cube.offered.resources["resource"][~cube.offered.active])
    return len({key.partition(MARK)[0] for key in keys} - expired)
