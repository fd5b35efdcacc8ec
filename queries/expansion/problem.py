"""From cells and candidates to the arrays of the optimisation, within the scope of a question."""

from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.cube import Cube
from queries.expansion.actions import Baseline, Candidates
from queries.expansion.answer import ExpansionQuestion, GroupChange
from queries.expansion.candidates import ActionFacts, candidates
from queries.expansion.costs import ActionCosts
from queries.expansion.loss import LossProblem
from queries.rollup import column_groups, region_groups, region_names

DENSE = 1_000_000
"""Entries of the effects above which cells are cut by region alone: fewer and longer cuts."""


@dataclass(frozen=True)
class PlanningProblem:
    """A question as arrays: ``cells`` [M] are positions in the cube (R·N) that an action can change.

    ``inside``: [R·N] cells of the scope with demand. ``unmet``: [R·N] unmet demand now, 0 where unknown.
    """

    baseline: Baseline
    table: pd.DataFrame
    problem: LossProblem
    cells: Ints
    inside: Bools
    unmet: Floats

    @property
    def unmet_before(self) -> float:
        """Unmet demand in the scope."""
        return float(self.unmet[self.inside].sum())

    @property
    def demand(self) -> float:
        """Demand in the scope."""
        return float(self.baseline.services.ravel()[self.inside].sum())

    @property
    def untouched(self) -> float:
        """Unmet demand in the scope that no action changes."""
        rest = self.inside.copy()
        rest[self.cells] = False
        return float(self.unmet[rest].sum())

    def after(self, x: Floats) -> Floats:
        """Return unmet demand of every cell, [R·N], once actions ``x`` are taken."""
        p = self.problem
        made = self.unmet.copy()
        made[self.cells] = np.maximum(0.0, p.demand * (p.need - p.effects @ (p.made_of @ x)))
        return made

    def harm(self, after: Floats) -> float:
        """Return unmet demand that a plan adds outside the scope."""
        added = np.maximum(0.0, after - self.unmet)[self.cells]
        return float(added[~self.inside[self.cells]].sum())

    def prefectures(self, after: Floats) -> list[GroupChange]:
        """Return the prefectures of the scope before and after, by code."""
        wide = self.baseline.services.shape[1]
        demand = np.where(self.inside, self.baseline.services.ravel(), 0.0).reshape(-1, wide).sum(axis=1)
        before, then = (np.where(self.inside, u, 0.0).reshape(-1, wide).sum(axis=1) for u in (self.unmet, after))
        frame = (
            pd.DataFrame({"demand": demand, "before": before, "after": then}).groupby(self.baseline.prefectures).sum()
        )
        return [
            GroupChange(
                region=str(code), region_name=self.baseline.names[str(code)], demand=d, unmet_before=b, unmet_after=a,
                ratio_before=1 - b / d, ratio_after=1 - a / d,
            )
            for code, d, b, a in frame[frame["demand"] > 0].itertuples(name=None)
        ]  # fmt: skip


def prepare(cube: Cube, facts: ActionFacts, question: ExpansionQuestion) -> PlanningProblem:
    """Return the arrays of a question. Nothing stands in or goes to places whose demand is unknown, unless asked for.

    Raises:
        BadParameter: nothing is demanded in the scope, or no action adds to it.
    """
    baseline = Baseline(cube, np.nan_to_num(cube.demand), region_names(cube))
    regions = region_groups(cube, (), question.region).of >= 0
    columns = column_groups(cube, (), question.industry, question.service_type)[0].of >= 0
    demanded = baseline.services.ravel() > 0
    inside = (regions[:, None] & columns[None, :]).ravel() & demanded
    if not inside.any():
        why = Text("范围内没有已知的需求", "no demand is known in this scope")
        raise BadParameter(name="region", value=question.region or "510000", reason=why)
    unmet = np.maximum(0.0, baseline.services * (1.0 - cube.access)).ravel()
    places = regions if question.with_unknown else regions & baseline.known
    offered = candidates(baseline, facts, _wanted(question), places)
    if question.sites is not None:
        offered = _few_sites(offered, question.sites)
    return _problem(baseline, offered, inside, unmet, by_region=question.objective == "max-min")


def _few_sites(offered: Candidates, most: int) -> Candidates:
    """Allow at most so many new stations and windows."""
    new = sparse.csr_array((offered.table["kind"] == "build").to_numpy(dtype=np.float64)[None, :])
    limits = sparse.csr_array(sparse.vstack([offered.limits, new]))
    return replace(offered, limits=limits, at_most=np.append(offered.at_most, float(most)))


def _wanted(question: ExpansionQuestion) -> ActionCosts:
    costs, kinds = question.costs, question.kinds
    return ActionCosts(
        build={name: cost for name, cost in costs.build.items() if "build" in kinds or name in kinds},
        share=costs.share if "share" in kinds else None,
        upgrade={name: cost for name, cost in costs.upgrade.items() if "upgrade" in kinds or name in kinds},
    )


def _problem(
    baseline: Baseline, offered: Candidates, inside: Bools, unmet: Floats, *, by_region: bool
) -> PlanningProblem:
    """Keep the cells that count and that an action can change, and the actions that change one."""
    demand, effects = baseline.services.ravel(), sparse.csr_array(offered.effects)
    more, less = offered.made_of.maximum(0).sum(axis=1), -offered.made_of.minimum(0).sum(axis=1)
    rising, falling = (effects.maximum(0), -effects.minimum(0))
    lost = rising @ less + falling @ more > 0
    size = np.diff(effects.indptr)
    cells = np.flatnonzero((inside & (unmet > 0) & (size > 0)) | ((demand > 0) & lost))
    kept = sparse.csr_array(effects[cells])
    useful = _useful(kept, offered, inside[cells])
    if not len(useful):
        why = Text("范围内没有能增加覆盖的候选行动", "no candidate adds coverage in this scope")
        raise BadParameter(name="kinds", value="–", reason=why)
    problem = LossProblem(
        need=1.0 - baseline.cube.access.ravel()[cells], demand=demand[cells],
        floor=np.where(inside[cells], 0.0, unmet[cells]), effects=kept,
        made_of=sparse.csr_array(offered.made_of[:, useful]),
        cost=offered.table["cost"].to_numpy(dtype=np.float64)[useful],
        limits=sparse.csr_array(offered.limits[:, useful]), at_most=offered.at_most,
        **_grouped(baseline, cells, kept, inside, unmet, by_region=by_region),
    )  # fmt: skip
    return PlanningProblem(baseline, offered.table.iloc[useful].reset_index(drop=True), problem, cells, inside, unmet)


def _useful(kept: sparse.csr_array, offered: Candidates, inside: Bools) -> Ints:
    """Return the actions that add to A of some cell of the scope."""
    ours = kept[np.flatnonzero(inside)]
    gains, falls = (np.asarray(m.sum(axis=0)).ravel() for m in (ours.maximum(0), -ours.minimum(0)))
    added = offered.made_of.maximum(0).T @ gains - offered.made_of.minimum(0).T @ falls
    return np.flatnonzero(added > 0)


class Grouping(TypedDict):
    """The parts of a LossProblem that say how its cells are summed."""

    group: Ints
    compared: sparse.csr_array
    weight: Floats
    base: Floats


def _grouped(
    baseline: Baseline, cells: Ints, kept: sparse.csr_array, inside: Bools, unmet: Floats, *, by_region: bool
) -> Grouping:
    """Sum cells by region and type, or by prefecture where that would make too many cuts; those outside by type.

    Regions are compared (worst-served first) where groups tell them apart.
    """
    demand, wide, types = baseline.services.ravel(), baseline.services.shape[1], len(baseline.cube.grid.types)
    region, type_, within = cells // wide, cells % types, inside[cells]
    prefecture = np.unique(baseline.prefectures, return_inverse=True)[1]
    few = np.diff(kept.indptr)[within].sum() < DENSE
    ours = region * types + type_ if few else region if by_region else prefecture[region]
    _, first, group = np.unique(np.where(within, ours, -1 - type_), return_index=True, return_inverse=True)

    weight = np.where(inside, demand, 0.0).reshape(-1, wide).sum(axis=1)
    still = np.where(inside, unmet, 0.0)
    still[cells] = 0.0
    if not by_region:
        return {"group": group, "compared": sparse.csr_array((0, len(first))), "weight": np.zeros(0),
                "base": np.zeros(0)}  # fmt: skip
    compared = np.flatnonzero(weight > 0)
    row = pd.Series(np.arange(len(compared)), index=compared)
    at = np.flatnonzero(within[first])
    member = (np.ones(len(at)), (row[region[first[at]]].to_numpy(), at))
    return {
        "group": group,
        "compared": sparse.csr_array(member, shape=(len(compared), len(first))),
        "weight": weight[compared],
        "base": still.reshape(-1, wide).sum(axis=1)[compared],
    }
