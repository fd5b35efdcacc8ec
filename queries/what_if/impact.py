"""What if? Coverage before and after a plan of changes; the graph stays as it is.

Access is additive over resources (R(s) rests on demand and s alone), so only the resources that changes touch are
computed: A' = A − A(old rows) + A(new rows), by ``queries.what_if.incremental``; by ``bfca``, where it is not, cubes
are built anew. Result models are made for what is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graph.arrays import Floats, Ints
from graph.projection import cached_by_version
from graph.stores.base import ReadSession, Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, meta
from queries.assumptions import assumptions
from queries.coverage import OF_DAY, CoverageQuestion, cells_of, cube_of
from queries.cube import REASONS, STATES, Cube
from queries.data_classes import named
from queries.methods import is_additive
from queries.network.nodes import network_facts
from queries.ordering import comparable, largest_first
from queries.resilience.shares import owners, read_owners
from queries.rollup import region_names
from queries.sharing import spare_capacity
from queries.what_if.changed_cells import ChangedCell, Side, Totals, WhatIf
from queries.what_if.changes import Scenario
from queries.what_if.effects import built, effects_of, unmet
from queries.what_if.incremental import sums_of, updated_cube
from queries.what_if.owners import ResourceOwners, read_names
from queries.what_if.steps import ChangedSupply, apply_scenario

GROUPS: dict[str, tuple[str, ...]] = {
    "province": (), "prefecture": ("prefecture",), "service_type": ("service_type",), "chain": ("chain",),
}  # fmt: skip
"""Groupings in which answers sum their cells."""
CHANGED = 1e-9
"""Differences of access below this are rounding."""


@dataclass(frozen=True)
class ScenarioImpact:
    """What a plan does to a cube: facts after each change, and the cube after all."""

    version: int
    before: Cube
    after: Cube
    steps: list[ChangedSupply]


def what_if(
    store: Store, plan: Scenario, question: CoverageQuestion | None = None, *, limit: int | None = None, start: int = 0,
    where: str = "plan",
) -> Answer[WhatIf]:  # fmt: skip
    """Return before and after of a plan; ``limit`` changed cells from ``start`` are listed, all are counted.

    Raises:
        BadParameter: a change names what does not exist; tells where, which change and which field.
    """
    question = question or CoverageQuestion()
    impact = impact_of(store, plan, question, where=where)
    cells = changed_cells(impact)
    data = WhatIf(
        plan=plan,
        totals=totals_of(impact, cells),
        effects=effects_of(impact.before, impact.steps, plan, question),
        groups={name: _changed_groups(store, impact, question, by) for name, by in GROUPS.items()},
        cells=_models(impact, cells, slice(start, None if limit is None else start + limit)),
        cells_total=len(cells.change),
        assumptions=assumptions(impact.after, question.rates),
    )
    parameters = question.model_dump(mode="json", include=OF_DAY)
    return Answer(
        data=data, meta=meta(impact.version, {**parameters, "plan": plan.name}, impact.after.facts.data_class())
    )


def impact_of(store: Store, plan: Scenario, question: CoverageQuestion, *, where: str = "plan") -> ScenarioImpact:
    """Return the cubes before and after a plan."""
    version, cube = cube_of(store, question)
    facts, steps = apply_scenario(cube, _owned(store, cube, question), plan, as_of=question.as_of, where=where)
    if not steps:
        return ScenarioImpact(version, cube, cube, steps)
    if not is_additive(cube.method):
        return ScenarioImpact(version, cube, built(facts, question), steps)
    with store.read() as session:
        _, sums = cached_by_version(
            store, session, ("cube sums", *_key(question)), lambda _: sums_of(cube.offered, cube.share)
        )
    keys = {key for step in steps for key in step.keys}
    after = updated_cube(cube, sums, facts, keys, as_of=question.as_of, standard=question.standard)
    return ScenarioImpact(version, cube, after, steps)


def _key(question: CoverageQuestion) -> tuple[object, ...]:
    rates = tuple(sorted((question.rates or {}).items()))
    return question.as_of, question.standard, question.freshness_days, rates, question.method


def _owned(store: Store, cube: Cube, question: CoverageQuestion) -> ResourceOwners:
    with store.read() as session:
        key = ("owned", *_key(question))
        return cached_by_version(store, session, key, lambda s: _read_owned(store, s, cube, question))[1]


def _read_owned(store: Store, session: ReadSession, cube: Cube, question: CoverageQuestion) -> ResourceOwners:
    names = read_names(session)
    _, network = network_facts(store, session)
    _, facts = cached_by_version(store, session, "owners", read_owners)
    windows = owners("window", cube, network, facts, question.as_of)
    label = network.sites.drop_duplicates("key").set_index("key")["name"]
    keys = pd.Series(windows.keys.to_numpy(dtype=object)).reindex(windows.of).to_numpy(dtype=object)
    of = pd.Series(keys, index=cube.offered.resources["resource"].to_numpy(), dtype=object)
    window = names["resource"].map(of)
    named = names.astype(object).assign(window=window, window_name=window.map(label))
    offered = pd.Index(cube.offered.resources["resource"].to_numpy(dtype=object), name="resource")
    spare = pd.DataFrame(spare_capacity(cube, names).agreed(), index=offered, columns=list(cube.grid.types))
    return ResourceOwners(named, spare, spare * 0.0)


@dataclass(frozen=True)
class Changed:
    """Single cells that differ, largest difference of unmet demand first: positions in [R, N] and the difference."""

    region: Ints
    column: Ints
    change: Floats


def changed_cells(impact: ScenarioImpact) -> Changed:
    """Return the single cells that the plan changes."""
    one, other = impact.before, impact.after
    differs = (one.state != other.state) | (one.providers != other.providers)
    differs |= (one.reasons != other.reasons).any(axis=0)
    demand = np.nan_to_num(one.demand)
    change = demand * (np.minimum(1.0, one.access) - np.minimum(1.0, other.access))
    supply = np.abs((other.access - one.access) * demand)
    differs |= (np.abs(change) > CHANGED) | (supply > CHANGED * np.maximum(1.0, one.access * demand))
    region, column = np.nonzero(differs)
    order = largest_first(np.abs(change[region, column]))
    region, column = region[order], column[order]
    return Changed(region, column, change[region, column])


def _models(impact: ScenarioImpact, cells: Changed, shown: slice) -> list[ChangedCell]:
    names = region_names(impact.before)
    made = []
    for r, n, change in zip(cells.region[shown], cells.column[shown], cells.change[shown], strict=True):
        unknown = bool(np.isnan(impact.before.demand[r, n]))
        made.append(
            ChangedCell(
                **called(impact.before, names, r, n),
                before=side(impact.before, r, n), after=side(impact.after, r, n),
                unmet_change=None if unknown else float(change),
            )
        )  # fmt: skip
    return made


def called(cube: Cube, names: Mapping[str, str], r: int, n: int) -> dict[str, Any]:
    """Return the fields of NamedCell of a cell; ``names`` are those of regions."""
    code, types = str(cube.grid.regions["key"].iat[r]), cube.grid.types
    chain, type_ = cube.grid.chains.iloc[n // len(types)], types[n % len(types)]
    return {
        "region": code, "region_name": names[code], "industry": chain["key"], "industry_name": chain["name"],
        "service_type": type_, "service_type_name": vocabulary("service_types").text(type_),
        "data_class": named([cube.classes[r, n]])[0],
    }  # fmt: skip


def side(cube: Cube, r: int, n: int) -> Side:
    """Return a cell of a cube."""
    demand, access = float(cube.demand[r, n]), float(cube.access[r, n])
    known = not np.isnan(demand)
    ratio = min(1.0, access)
    return Side(
        state=STATES[cube.state[r, n]], ratio=ratio if known else None, supply=access * demand if known else None,
        unmet=demand * (1.0 - ratio) if known else None, providers=int(cube.providers[r, n]),
        reasons=tuple(reason for at, reason in enumerate(REASONS) if cube.reasons[at, r, n]),
    )  # fmt: skip


def _changed_groups(
    store: Store, impact: ScenarioImpact, question: CoverageQuestion, group_by: tuple[str, ...]
) -> list[ChangedCell]:
    """Return the groups of cells that differ, largest difference of unmet demand first."""
    if impact.before is impact.after:
        return []
    asked = CoverageQuestion(group_by=group_by, standard=question.standard)
    with store.read() as session:
        _, one = cached_by_version(
            store, session, ("groups", group_by, *_key(question)), lambda _: cells_of(impact.before, asked)
        )
    other = cells_of(impact.after, asked)
    differs = apart(one, other)
    both = one[differs].join(other.loc[differs, list(Side.model_fields)].add_suffix("_after"))
    both["change"] = (both["unmet_after"] - both["unmet"]).fillna(0.0)
    order = both["change"].abs().sort_values(ascending=False, kind="stable", key=comparable).index
    return [_group({str(k): v for k, v in row.items()}) for row in both.loc[order].to_dict("records")]


def apart(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Tell which groups of two frames of the same groups differ."""
    differs = (one["state"] != other["state"]) | (one["providers"] != other["providers"])
    for name in ("supply", "unmet", "ratio"):
        differs |= ~np.isclose(one[name], other[name], rtol=1e-12, atol=CHANGED, equal_nan=True)
    return differs | (one["reasons"].map(tuple) != other["reasons"].map(tuple))


def _group(row: "dict[str, object]") -> ChangedCell:
    named = {n: row[n] for n in ChangedCell.model_fields if n in row}
    before = group_side(row)
    change = None if before.unmet is None else row["change"]
    return ChangedCell.model_validate(
        {**named, "before": before, "after": group_side(row, "_after"), "unmet_change": change}
    )


def group_side(row: Mapping[str, object], suffix: str = "") -> Side:
    """Return a group on one side from the columns of its fields; not a number becomes unknown."""
    values = {field: row[field + suffix] for field in Side.model_fields}
    return Side.model_validate({k: None if isinstance(v, float) and np.isnan(v) else v for k, v in values.items()})


def totals_of(impact: ScenarioImpact, cells: Changed) -> Totals:
    """Return the province before and after; ``cells`` are the changed single cells."""
    before, after = (unmet(c, c.access) for c in (impact.before, impact.after))
    demand = float(np.nansum(impact.before.demand))
    return Totals(
        unmet_before=before,
        unmet_after=after,
        unmet_change=after - before,
        ratio_before=1.0 - before / demand if demand > 0 else None,
        ratio_after=1.0 - after / demand if demand > 0 else None,
        cells_changed=len(cells.change),
        cells_better=int((cells.change < -CHANGED).sum()),
        cells_worse=int((cells.change > CHANGED).sum()),
    )
