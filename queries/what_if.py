"""What if? Coverage before and after a plan of changes; the graph stays as it is.

Access is additive over resources (R(s) rests on demand and s alone), so the effect of each change is that of
its resources alone: A' = A − A(old rows) + A(new rows). The cells themselves are built anew, exactly.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import Field

from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.changes import Change, Plan
from queries.coverage import CoverageQuestion, cells_of, cube_of
from queries.cube import Cube, CubeFacts, build_cube
from queries.laying import Owned, lay, read_names
from queries.network_facts import network_facts
from queries.resilience_shares import owners, read_owners
from queries.supply import Floats, SupplyFacts, supply

GROUPS = {"prefecture": "region", "service_type": "service_type", "chain": "industry"}
CHANGED = 1e-9
"""Differences of access below this are rounding."""


class Side(Result):
    """A cell or group on one side of the plan; null where unknown."""

    state: str
    ratio: float | None
    supply: float | None
    unmet: float | None = Field(description="未满足需求（次/年）/ services a year not met")
    providers: int
    reasons: tuple[str, ...]


class ChangedCell(Result):
    """A cell, or a group of cells, that the plan changes."""

    region: str | None
    region_name: str | None
    industry: str | None
    industry_name: str | None
    service_type: str | None
    service_type_name: str | None
    before: Side
    after: Side
    unmet_change: float | None = Field(description="未满足需求之差，负为改善 / after minus before; negative is better")


class Effect(Result):
    """What one change does."""

    number: int
    change: Change
    resources: int = Field(description="涉及的资源数 / resources it touches")
    unmet_change: float = Field(description="按次序，在前面各项之后 / in its turn, after those before it")
    unmet_change_alone: float = Field(description="单独实施时 / were it the only one")


class Totals(Result):
    """The province as a whole."""

    unmet_before: float
    unmet_after: float
    unmet_change: float
    ratio_before: float | None
    ratio_after: float | None
    cells_changed: int
    cells_better: int = Field(description="未满足需求减少的单元 / cells with less unmet demand")
    cells_worse: int


class WhatIf(Result):
    """Before and after of a plan."""

    plan: Plan
    totals: Totals
    effects: list[Effect]
    groups: dict[str, list[ChangedCell]] = Field(description="变化的汇总 / changed groups by grouping")
    cells: list[ChangedCell] = Field(description="变化的单元，差最大者在前 / changed cells, largest difference first")
    cells_total: int


@dataclass(frozen=True)
class Laid:
    """A plan laid over a cube: facts after each change, and the cube after all."""

    version: int
    before: Cube
    after: Cube
    steps: list[CubeFacts]


def what_if(
    store: Store, plan: Plan, question: CoverageQuestion | None = None, *, limit: int | None = None, where: str = "plan"
) -> Answer[WhatIf]:
    """Return before and after of a plan; at most ``limit`` changed cells are listed, all are counted.

    Raises:
        BadParameter: a change names what does not exist; tells where, which change and which field.
    """
    question = question or CoverageQuestion()
    laid = lay_plan(store, plan, question, where=where)
    cells = changed_cells(laid, question, ("county", "chain", "service_type"))
    data = WhatIf(
        plan=plan,
        totals=totals_of(laid, cells),
        effects=_effects(laid, plan, question),
        groups={"province": _rows(changed_cells(laid, question, ())),
                **{g: _rows(changed_cells(laid, question, (g,))) for g in GROUPS}},
        cells=_rows(cells.iloc[:limit]),
        cells_total=len(cells),
    )  # fmt: skip
    parameters = question.model_dump(mode="json", include={"as_of", "standard", "freshness_days", "rates"})
    return Answer(data=data, meta=meta(laid.version, {**parameters, "plan": plan.name}, laid.after.facts.data_class()))


def lay_plan(store: Store, plan: Plan, question: CoverageQuestion, *, where: str = "plan") -> Laid:
    """Return the cubes before and after a plan."""
    version, cube = cube_of(store, question)
    steps = lay(cube.facts, _owned(store, cube, question), plan, as_of=question.as_of, where=where)
    after = build_cube(
        steps[-1], as_of=question.as_of, standard=question.standard, freshness_days=question.freshness_days,
        rates=question.rates,
    ) if steps else cube  # fmt: skip
    return Laid(version, cube, after, steps)


def _owned(store: Store, cube: Cube, question: CoverageQuestion) -> Owned:
    with store.read() as session:
        _, names = cached_by_version(store, session, "resource names", read_names)
        _, network = network_facts(store, session)
        _, facts = cached_by_version(store, session, "owners", read_owners)
    windows = owners("window", cube, network, facts, question.as_of)
    label = network.sites.drop_duplicates("key").set_index("key")["name"]
    keys = pd.Series(windows.keys.to_numpy(dtype=object)).reindex(windows.of).to_numpy(dtype=object)
    of = pd.Series(keys, index=cube.offered.resources["resource"].to_numpy(), dtype=object)
    window = names["resource"].map(of)
    return Owned(names.astype(object).assign(window=window, window_name=window.map(label)))


def changed_cells(laid: Laid, question: CoverageQuestion, group_by: tuple[str, ...]) -> pd.DataFrame:
    """Return the cells that differ, columns of CoverageCell and of the same after the plan with ``_after``."""
    asked = CoverageQuestion(group_by=group_by, standard=question.standard)
    one, other = cells_of(laid.before, asked), cells_of(laid.after, asked)
    differs = (one["state"] != other["state"]) | (one["providers"] != other["providers"])
    for name in ("supply", "unmet", "ratio"):
        differs |= ~np.isclose(one[name], other[name], rtol=1e-12, atol=CHANGED, equal_nan=True)
    differs |= one["reasons"].map(tuple) != other["reasons"].map(tuple)
    after = other.loc[differs, list(Side.model_fields)].add_suffix("_after")
    both = one[differs].join(after)
    both["change"] = (both["unmet_after"] - both["unmet"]).fillna(0.0)
    order = both["change"].abs().sort_values(ascending=False, kind="stable").index
    return both.loc[order]


def _rows(frame: pd.DataFrame) -> list[ChangedCell]:
    return [_cell(row) for row in frame.to_dict("records")]


def _cell(row: "dict[str, object]") -> ChangedCell:
    def plain(value: object) -> object:
        return None if isinstance(value, float) and np.isnan(value) else value

    named = {n: row[n] for n in ChangedCell.model_fields if n in row}
    sides = [{f: plain(row[f + end]) for f in Side.model_fields} for end in ("", "_after")]
    change = None if sides[0]["unmet"] is None else row["change"]
    return ChangedCell.model_validate({**named, "before": sides[0], "after": sides[1], "unmet_change": change})


def _unmet(cube: Cube, access: Floats) -> float:
    return float(np.nansum(cube.demand * (1.0 - np.clip(access, 0.0, 1.0))))


def totals_of(laid: Laid, cells: pd.DataFrame) -> Totals:
    """Return the province before and after; ``cells`` are the changed single cells."""
    before, after = (_unmet(c, c.access) for c in (laid.before, laid.after))
    demand = float(np.nansum(laid.before.demand))
    return Totals(
        unmet_before=before,
        unmet_after=after,
        unmet_change=after - before,
        ratio_before=1.0 - before / demand if demand > 0 else None,
        ratio_after=1.0 - after / demand if demand > 0 else None,
        cells_changed=len(cells),
        cells_better=int((cells["change"] < -CHANGED).sum()),
        cells_worse=int((cells["change"] > CHANGED).sum()),
    )


def _effects(laid: Laid, plan: Plan, question: CoverageQuestion) -> list[Effect]:
    base, made = laid.before.access, []
    running, last = base.copy(), laid.before.facts
    so_far = start = _unmet(laid.before, base)
    for number, (change, facts) in enumerate(zip(plan.changes, laid.steps, strict=True), 1):
        keys = touched(last.supply, facts.supply)
        delta = _access(laid.before, facts, keys, question) - _access(laid.before, last, keys, question)
        running += delta
        now = _unmet(laid.before, running)
        made.append(
            Effect(
                number=number, change=change, resources=len(keys), unmet_change=now - so_far,
                unmet_change_alone=_unmet(laid.before, base + delta) - start,
            )
        )  # fmt: skip
        so_far, last = now, facts
    return made


def touched(one: SupplyFacts, other: SupplyFacts) -> list[str]:
    """Return the resources of which any row differs between two supplies."""
    keys: set[str] = set()
    for name in ("resources", "types", "chains", "scopes"):
        a, b = getattr(one, name), getattr(other, name)
        if a is not b:
            both = pd.concat([a.astype(str), b.astype(str)], ignore_index=True).drop_duplicates(keep=False)
            keys |= set(both["resource"])
    return sorted(keys)


def _access(cube: Cube, facts: CubeFacts, keys: list[str], question: CoverageQuestion) -> Floats:
    """Return [R, N]: what some resources alone add to access."""
    some = SupplyFacts(*(f[f["resource"].isin(keys)] for f in (
        facts.supply.resources, facts.supply.types, facts.supply.chains, facts.supply.scopes)))  # fmt: skip
    if some.resources["home"].notna().sum() == 0:
        return np.zeros_like(cube.access)
    grid = cube.grid
    offered = supply(
        some, facts.demand.regions, grid.regions, tuple(grid.chains["key"]), grid.types, question.as_of
    )  # fmt: skip
    weight, matches = offered.weight[offered.profile], offered.matches.toarray()
    asked = ((weight @ np.nan_to_num(cube.demand)) * matches).sum(axis=1)
    share = np.divide(offered.capacity, asked, out=np.zeros(len(asked)), where=offered.active & (asked > 0))
    made: Floats = weight.T @ (matches * share[:, None])
    return made
