"""Plans side by side: the province under each, and the cells and groups in which they come out differently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from queries.answers import ListAnswer, Result, meta
from queries.coverage import OF_DAY, CoverageQuestion, cells_of, cube_of
from queries.ordering import largest_first
from queries.rollup import region_names
from queries.what_if.changed_cells import NamedCell, Side, Totals
from queries.what_if.changes import Scenario
from queries.what_if.impact import (
    GROUPS,
    ScenarioImpact,
    apart,
    called,
    changed_cells,
    group_side,
    impact_of,
    side,
    totals_of,
)

MOST_PLANS = 10


class Compared(Result):
    """One plan beside the others."""

    name: str
    changes: int = Field(description="变更数 / changes of the plan")
    kept_at_version: int | None = Field(
        default=None,
        description="保存时的图版本；未保存的为空 / graph version when it was kept; null: it is not",
    )
    totals: Totals


class Differing(NamedCell):
    """A cell, or a group of cells, in which the plans do not all come out alike."""

    before: Side = Field(description="现状 / as it is now")
    after: list[Side] = Field(description="各方案实施后，次序同 plans / under each plan, in the order of `plans`")
    unmet_change: list[float | None] = Field(
        description="各方案的未满足需求之差，负为改善 / after minus before of each plan; negative is better"
    )


class Comparison(ListAnswer[Differing]):
    """Plans side by side; ``data`` are the differing cells, widest apart in unmet demand first."""

    plans: list[Compared]
    groups: dict[str, list[Differing]] = Field(
        description="方案之间不同的汇总 / groups in which the plans differ, by grouping"
    )


@dataclass(frozen=True)
class NamedScenario:
    """A plan under the name by which it is compared, and the graph version it was kept at, if it was."""

    name: str
    plan: Scenario
    kept_at_version: int | None = None


def compare_plans(
    store: Store,
    named: Sequence[NamedScenario],
    question: CoverageQuestion,
    *,
    limit: int | None = None,
    start: int = 0,
) -> Comparison:
    """Return plans side by side, each computed on the present graph; ``limit`` cells from ``start`` are listed.

    A plan of nothing stands for the present. Of a single plan no cells differ.

    Raises:
        BadParameter: no plan, more than ten, two of one name, or a change that names what does not exist.
    """
    _check(named)
    version, cube = cube_of(store, question)
    impacts = [impact_of(store, n.plan, question, where=n.name) for n in named]
    compared = [
        Compared(name=n.name, changes=len(n.plan.changes), kept_at_version=n.kept_at_version,
                 totals=totals_of(one, changed_cells(one)))
        for n, one in zip(named, impacts, strict=True)
    ]  # fmt: skip
    at = _differing(impacts)
    stop = len(at) if limit is None else start + limit
    parameters = question.model_dump(mode="json", include=OF_DAY)
    return Comparison(
        data=_cells(impacts, at[start:stop]),
        meta=meta(version, {**parameters, "compare": [n.name for n in named]}, cube.facts.data_class()),
        total=len(at),
        next=str(stop) if stop < len(at) else None,
        plans=compared,
        groups={name: _groups(impacts, question, by) for name, by in GROUPS.items()},
    )


def _check(named: Sequence[NamedScenario]) -> None:
    if not 0 < len(named) <= MOST_PLANS:
        reason = Text(f"应有 1 至 {MOST_PLANS} 个方案", f"1 to {MOST_PLANS} plans")
        raise BadParameter(name="plans", value=len(named), reason=reason)
    names = [n.name for n in named]
    if again := next((n for n in names if names.count(n) > 1), None):
        raise BadParameter(name="plans", value=again, reason=Text("两个方案同名", "two plans of this name"))


def _differing(impacts: Sequence[ScenarioImpact]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return positions [n, 2] of the cells in which plans differ, widest apart in unmet demand first."""
    first = impacts[0]
    differs = np.zeros(first.before.state.shape, dtype=bool)
    low = high = np.minimum(1.0, first.after.access)
    for other in impacts[1:]:
        found = changed_cells(replace(other, before=first.after))
        differs[found.region, found.column] = True
        ratio = np.minimum(1.0, other.after.access)
        low, high = np.minimum(low, ratio), np.maximum(high, ratio)
    spread = (np.nan_to_num(first.before.demand) * (high - low))[differs]
    return np.argwhere(differs)[largest_first(spread)]


def _cells(impacts: Sequence[ScenarioImpact], at: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> list[Differing]:
    before = impacts[0].before
    names = region_names(before)
    return [
        _beside(called(before, names, r, n), side(before, r, n), [side(one.after, r, n) for one in impacts])
        for r, n in at
    ]


def _beside(named: Mapping[str, Any], before: Side, after: list[Side]) -> Differing:
    def change(one: Side) -> float | None:
        return None if one.unmet is None or before.unmet is None else one.unmet - before.unmet

    return Differing(**named, before=before, after=after, unmet_change=[change(one) for one in after])


def _groups(
    impacts: Sequence[ScenarioImpact], question: CoverageQuestion, group_by: tuple[str, ...]
) -> list[Differing]:
    """Return the groups in which plans differ, widest apart in unmet demand first."""
    if len(impacts) < 2:
        return []
    asked = CoverageQuestion(group_by=group_by, standard=question.standard)
    before, *after = (cells_of(cube, asked) for cube in (impacts[0].before, *(one.after for one in impacts)))
    differs = pd.Series(data=False, index=before.index)
    for other in after[1:]:
        differs |= apart(after[0], other)
    unmet = np.stack([frame["unmet"].to_numpy(dtype=np.float64) for frame in after])
    rows = np.flatnonzero(differs)
    spread = np.nan_to_num(np.ptp(unmet[:, rows], axis=0))
    order: list[int] = rows[largest_first(spread)].tolist()
    shown = [n for n in Differing.model_fields if n in before]
    return [
        _beside({n: before[n].iat[at] for n in shown}, _side(before, at), [_side(f, at) for f in after]) for at in order
    ]


def _side(frame: pd.DataFrame, at: int) -> Side:
    return group_side({name: frame[name].iat[at] for name in Side.model_fields})
