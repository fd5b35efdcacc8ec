"""From cells and candidates to the arrays of the optimisation, within the scope of a question."""

from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import pandas as pd
from scipy import sparse

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter
from graph.language import Text
from queries.action_costs import ActionCosts
from queries.cube import Cube
from queries.data_classes import joined
from queries.data_classes import named as named_classes
from queries.expansion.actions import Baseline, Candidates
from queries.expansion.answer import ExpansionQuestion, GroupChange
from queries.expansion.candidates import ActionFacts, candidates
from queries.expansion.kinds import named
from queries.optimise.loss import LossProblem
from queries.rollup import column_groups, region_groups, region_names
from queries.unmet import saved_by_action, unmet_demand

FORBIDDEN = 1000.0
"""What a service lost elsewhere weighs where no plan may take any: none is worth it."""
HARMLESS = 1e-6
"""Services a year below which an action takes nothing; of less than one in all, the share of them."""


@dataclass(frozen=True)
class PlanningProblem:
    """A question as arrays: ``cells`` [M] are positions in the cube (R·N) that an action can change.

    ``problem``: what is searched, in which harm weighs as asked. ``unweighted``: the same cells as they are, each once,
    for what a plan does. ``inside``: [R·N] cells of the scope with demand. ``unmet``: [R·N] unmet demand now, 0 where
    unknown. ``asked``: [J] the actions of the kinds that the question names: where the worst-served come first the
    problem has the others, too (:mod:`queries.expansion.worst_first`).
    """

    baseline: Baseline
    table: pd.DataFrame
    problem: LossProblem
    unweighted: LossProblem
    cells: Ints
    inside: Bools
    unmet: Floats
    asked: Bools

    @property
    def reached(self) -> int:
        """How many cells the actions that are asked about can change."""
        if self.asked.all():
            return len(self.cells)
        made_of = abs(self.unweighted.made_of) @ self.asked.astype(np.float64)
        return int((abs(self.unweighted.effects) @ made_of > 0).sum())

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
        made = self.unmet.copy()
        made[self.cells] = np.maximum(0.0, self.unweighted.raw(x))
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
        frame["classes"] = named_classes(self._classes(list(frame.index)))
        return [
            GroupChange(
                region=str(code), region_name=self.baseline.names[str(code)], demand=d, unmet_before=b, unmet_after=a,
                ratio_before=1 - b / d, ratio_after=1 - a / d, data_class=classes,
            )
            for code, d, b, a, classes in frame[frame["demand"] > 0].itertuples(name=None)
        ]  # fmt: skip

    def _classes(self, prefectures: list[str]) -> Ints:
        """Return the bits of the data classes behind the cells of the scope in each prefecture."""
        at = np.flatnonzero(self.inside)
        of = pd.Index(prefectures).get_indexer(
            pd.Index(self.baseline.prefectures[at // self.baseline.services.shape[1]])
        )
        return joined(np.asarray(of, dtype=np.int64), len(prefectures), self.baseline.cube.classes.ravel()[at])


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
    unmet = unmet_demand(baseline.services, cube.access).ravel()
    places = regions if question.with_unknown else regions & baseline.known
    offered = candidates(baseline, facts, _wanted(question), places, question.as_of)
    if question.sites is not None:
        offered = _few_sites(offered, question)
    return _problem(baseline, offered, inside, unmet, question)


def _few_sites(offered: Candidates, question: ExpansionQuestion) -> Candidates:
    """Allow at most so many new stations and windows; an online service is no site."""
    sites = [name for name, build in question.costs.build.items() if not build.online]
    new = (offered.table["kind"] == "build") & offered.table["key"].str.split(":").str[1].isin(sites)
    row = sparse.csr_array(new.to_numpy(dtype=np.float64)[None, :])
    limits = sparse.csr_array(sparse.vstack([offered.limits, row]))
    return replace(offered, limits=limits, at_most=np.append(offered.at_most, float(question.sites or 0)))


def _wanted(question: ExpansionQuestion) -> ActionCosts:
    costs, kinds = question.costs, question.kinds
    if question.objective == "max-min":
        return costs
    return ActionCosts(
        build={name: cost for name, cost in costs.build.items() if "build" in kinds or name in kinds},
        share=costs.share if "share" in kinds else None,
        upgrade={name: cost for name, cost in costs.upgrade.items() if "upgrade" in kinds or name in kinds},
    )


def _problem(
    baseline: Baseline, offered: Candidates, inside: Bools, unmet: Floats, question: ExpansionQuestion
) -> PlanningProblem:
    """Keep the cells that count and that an action can change, and the actions that change one."""
    demand = baseline.services.ravel()
    cells, kept = _changed(offered, demand, inside & (unmet > 0))
    need, floor = 1.0 - baseline.cube.access.ravel()[cells], np.where(inside[cells], 0.0, unmet[cells])
    useful = _useful(kept, offered, inside[cells])
    if question.harm == "forbid":
        made_of = sparse.csr_array(offered.made_of[:, useful])
        taken = -saved_by_action(demand[cells], need, kept, made_of).minimum(0).sum(axis=0)
        useful = useful[np.asarray(taken).ravel() <= HARMLESS * min(1.0, demand.sum())]
    table = offered.table.iloc[useful].reset_index(drop=True)
    asked = named(table, question.kinds)
    if not asked.any():
        why = Text("范围内没有能增加覆盖的候选行动", "no candidate adds coverage in this scope")
        raise BadParameter(name="kinds", value="–", reason=why)
    unweighted = LossProblem(
        need=need, demand=demand[cells], floor=floor, effects=kept,
        made_of=sparse.csr_array(offered.made_of[:, useful]),
        cost=offered.table["cost"].to_numpy(dtype=np.float64)[useful],
        limits=sparse.csr_array(offered.limits[:, useful]), at_most=offered.at_most,
        **_grouped(baseline, cells, inside, unmet, by_region=question.objective == "max-min"),
    )  # fmt: skip
    searched = _weighed(unweighted, inside[cells], unmet[cells], question)
    return PlanningProblem(baseline, table, searched, unweighted, cells, inside, unmet, asked)


def _weighed(as_is: LossProblem, inside: Bools, unmet: Floats, question: ExpansionQuestion) -> LossProblem:
    """Return the problem in which unmet demand that is added elsewhere weighs as asked.

    Where it is forbidden, cells of the scope are counted again from what they lack now.
    """
    price = {"allow": 0.0, "price": question.harm_price, "forbid": FORBIDDEN}[question.harm]
    outside = np.flatnonzero(~inside)
    weight = np.ones(len(inside))
    weight[outside] = price
    rows = np.flatnonzero(weight > 0)
    again = np.zeros(0, dtype=np.int64)
    if question.harm == "forbid":
        takes = as_is.effects.minimum(0.0) @ as_is.made_of.maximum(0.0) + as_is.effects.maximum(
            0.0
        ) @ as_is.made_of.minimum(0.0)
        again = np.flatnonzero(inside & (np.asarray(takes.sum(axis=1)).ravel() < 0))
        weight = np.concatenate([weight[rows], np.full(len(again), FORBIDDEN)])
    else:
        weight = weight[rows]
    if len(rows) == len(inside) and not len(again) and (weight == 1.0).all():
        return as_is
    at = np.concatenate([rows, again])
    floor = np.concatenate([as_is.floor[rows], unmet[again]])
    group = np.concatenate([as_is.group[rows], np.full(len(again), as_is.groups)])
    compared = sparse.csr_array(sparse.hstack([as_is.compared, sparse.csr_array((as_is.compared.shape[0], 1))]))
    return replace(
        as_is, need=as_is.need[at], demand=as_is.demand[at] * weight, floor=floor * weight, group=group,
        effects=sparse.csr_array(as_is.effects[at]), compared=compared,
    )  # fmt: skip


def _changed(offered: Candidates, demand: Floats, lacking: Bools) -> tuple[Ints, sparse.csr_array]:
    """Return the cells that lack something and can gain, or can lose what is demanded, [Q], and the effects on them."""
    effects = sparse.csr_array(offered.effects)
    lost = _lost(effects, offered.made_of)
    cells = np.flatnonzero((lacking & (np.diff(effects.indptr) > 0)) | ((demand > 0) & lost))
    return cells, sparse.csr_array(effects[cells])


def _lost(effects: sparse.csr_array, made_of: sparse.csr_array) -> Bools:
    """Return the cells that some action can take from: a unit taken adds, or one that is added takes."""
    more, less = (np.asarray(units.sum(axis=1)).ravel() > 0 for units in (made_of.maximum(0), -made_of.minimum(0)))
    added = effects.data > 0
    takes = np.where(added, less[effects.indices], more[effects.indices]) & (added | (effects.data < 0))
    until = np.concatenate([[0], np.cumsum(takes)])[effects.indptr]
    lost: Bools = np.diff(until) > 0
    return lost


def _useful(kept: sparse.csr_array, offered: Candidates, inside: Bools) -> Ints:
    """Return the actions that add to A of some cell of the scope."""
    ours = np.repeat(inside, np.diff(kept.indptr))
    column, data, wide = kept.indices[ours], kept.data[ours], kept.shape[1]
    gains, falls = (np.bincount(column, np.maximum(sign * data, 0.0), minlength=wide) for sign in (1.0, -1.0))
    added = offered.made_of.maximum(0).T @ gains - offered.made_of.minimum(0).T @ falls
    return np.flatnonzero(added > 0)


class Grouping(TypedDict):
    """The parts of a LossProblem that say how its cells are summed."""

    group: Ints
    compared: sparse.csr_array
    weight: Floats
    base: Floats


def _grouped(baseline: Baseline, cells: Ints, inside: Bools, unmet: Floats, *, by_region: bool) -> Grouping:
    """Sum cells by region and type, those outside by type; compare regions (worst-served first) where asked."""
    demand, wide, types = baseline.services.ravel(), baseline.services.shape[1], len(baseline.cube.grid.types)
    region, type_, within = cells // wide, cells % types, inside[cells]
    places = np.where(within, region * types + type_, -1 - type_)
    _, first, group = np.unique(places, return_index=True, return_inverse=True)
    if not by_region:
        none = np.zeros(0)
        return {"group": group, "compared": sparse.csr_array((0, len(first))), "weight": none, "base": none}
    weight = np.where(inside, demand, 0.0).reshape(-1, wide).sum(axis=1)
    still = np.where(inside, unmet, 0.0)
    still[cells] = 0.0
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
