"""Where new stations should stand: p-median, covering and Kolm–Pollak over travel distance (method, section 7).

Hakimi (1964), Church & ReVelle (1974); equality-minded siting by the Kolm–Pollak equally-distributed equivalent
distance, whose linear proxy is a p-median with cost exp(−κ·d), κ = ε·Σ D·d / Σ D·d² and ε = −1 (Horton, Logan,
Speakman et al. 2024); d are the distances as they are, so that κ is one for all plans: distances under two κ do not
compare. Windows and stations that exist are locked in.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.arrays import Floats, Ints
from graph.errors import BadParameter
from graph.geography import road_km
from graph.language import Text
from graph.stores.base import ReadSession
from queries.cube import Cube
from queries.expansion.answer import Expansion, ExpansionQuestion
from queries.expansion.candidates import ActionFacts
from queries.expansion.impact import describe
from queries.expansion.planner import Planner
from queries.expansion.problem import PlanningProblem, prepare
from queries.network.nodes import WINDOWS

LOCATIONS = ("max-cover", "set-cover", "p-median", "kolm-pollak")
INEQUALITY_AVERSION = -1.0
FARTHEST = 600.0
"""κ·d beyond which places are equally far: e to this power times any demand is still a number."""
UNLIMITED = math.inf
"""Seconds of the solvers: of some 200 places each question is proven soon, so no clock cuts one short and the answer is
the same on any machine, however busy."""


def read_places(session: ReadSession) -> pd.DataFrame:
    """Read windows and stations: region, since, until."""
    return session.frame(WINDOWS)[["key", "region", "since", "until"]].dropna(subset=["region"])


@dataclass(frozen=True)
class Siting:
    """n regions with demand, m places: those that have a window (``held``) and those that may get a station.

    ``distance``: [n, m], km. ``demand``: [n], services a year. ``cost``: [m], 0 where held. ``action``: [m], number of
    the action, −1 where held.
    """

    distance: Floats
    demand: Floats
    cost: Floats
    action: Ints

    @property
    def held(self) -> list[int]:
        """The places that have a window."""
        return [int(j) for j in np.flatnonzero(self.action < 0)]


@dataclass(frozen=True)
class Sited:
    """The new actions of a plan, its objective and bound in the goal's unit."""

    chosen: list[int]
    objective: float
    bound: float


def locate(cube: Cube, facts: ActionFacts, places: pd.DataFrame, question: ExpansionQuestion) -> Expansion:
    """Return the answer for the objectives that site stations.

    Raises:
        BadParameter: neither a number of sites nor a budget; no site, or no plan that covers all.
    """
    began = time.monotonic()
    if "station" not in question.costs.build:
        why = Text("行动费用中没有 build.station", "the costs have no build.station")
        raise BadParameter(name="actions", value="build.station", reason=why)
    only = question.costs.model_copy(update={"build": {"station": question.costs.build["station"]}})
    prepared = prepare(cube, facts, question.model_copy(update={"costs": only, "kinds": ("build",), "sites": None}))
    planner = Planner(prepared, question)
    sited = _solved(planner, _siting(prepared, planner, places, question), question)
    x = planner.fixed.astype(np.float64)
    x[sited.chosen] = 1.0
    gap = abs(sited.objective - sited.bound) / max(abs(sited.objective), 1e-9)
    status = "optimal" if gap <= 1e-6 else "within_gap" if gap <= question.gap else "best_found"
    made = describe(planner, x, began, question.budget)
    return made.model_copy(update={"status": status, "objective": sited.objective, "bound": sited.bound, "gap": gap,
                                   "seconds": round(time.monotonic() - began, 3)})  # fmt: skip


def _siting(prepared: PlanningProblem, planner: Planner, places: pd.DataFrame, question: ExpansionQuestion) -> Siting:
    day = pd.Timestamp(question.as_of)
    running = ~(pd.to_datetime(places["since"]) > day) & ~(pd.to_datetime(places["until"]) < day)
    seats = prepared.baseline.cube.facts.demand.regions.set_index("key")
    held = sorted({r for r in places.loc[running, "region"] if r in seats.index and not r.endswith("0000")})
    table = prepared.table
    free = [j for j in range(len(table)) if not planner.excluded[j] and table["region"].iloc[j] not in held]
    at = seats.loc[[*held, *table["region"].iloc[free]], ["lon", "lat"]].to_numpy()
    wide = prepared.baseline.services.shape[1]
    demand = np.where(prepared.inside, prepared.baseline.services.ravel(), 0.0).reshape(-1, wide).sum(axis=1)
    of = np.flatnonzero(demand > 0)
    regions = prepared.baseline.regions.iloc[of]
    distance = road_km(regions["lon"].to_numpy()[:, None], regions["lat"].to_numpy()[:, None],
                       at[:, 0][None, :], at[:, 1][None, :])  # fmt: skip
    cost = np.concatenate([np.zeros(len(held)), prepared.problem.cost[free]])
    return Siting(distance, demand[of], cost, np.array([-1] * len(held) + free, dtype=np.int64))


def _solved(planner: Planner, siting: Siting, question: ExpansionQuestion) -> Sited:
    locked = [*siting.held, *(int(j) for j in np.flatnonzero((siting.action >= 0) & planner.fixed[siting.action]))]
    if question.objective in ("max-cover", "set-cover"):
        return _covering(siting, locked, question)
    paid = math.floor(question.budget / float(siting.cost.max(initial=1.0)) + 1e-9) if question.budget else math.inf
    new = int(min(question.sites or math.inf, paid)) if question.sites or question.budget else 0
    most = len(siting.cost) - len(siting.held)
    if most and not question.sites:  # a budget that pays for more sites than there are places builds at all of them
        new = min(new, most)
    if not new:
        why = Text("请给出 --sites，或够建一个站点的预算", "give a number of sites, or a budget for at least one")
        raise BadParameter(name="sites", value=question.sites, reason=why)
    if new > most:
        why = Text(f"至多 {most} 处没有窗口", f"at most {most} places have no window")
        raise BadParameter(name="sites", value=new, reason=why)
    return _median(siting, locked, max(len(siting.held) + new, len(locked)), question)


def _median(siting: Siting, locked: list[int], p: int, question: ExpansionQuestion) -> Sited:
    """Mean distance (km) of demand to its nearest station, or its Kolm–Pollak equivalent."""
    from queries.solvers.p_median import solve_p_median  # noqa: PLC0415 only these questions need it

    total = float(siting.demand.sum())
    if question.objective == "p-median":
        plain = solve_p_median(siting.distance, siting.demand, p, fixed=locked, time_limit=UNLIMITED)
        return _of(siting, plain.sites, plain.objective / total, plain.bound / total)
    now = siting.held or list(solve_p_median(siting.distance, siting.demand, 1, time_limit=UNLIMITED).sites)
    nearest = siting.distance[:, now].min(axis=1)
    squares = float(siting.demand @ nearest**2)
    kappa = INEQUALITY_AVERSION * (float(siting.demand @ nearest) / squares if squares > 0 else 1.0)
    # No distance is below 0, so the proxy less 1 ranks plans alike and keeps nearness exact.
    proxy = np.expm1(np.minimum(-kappa * siting.distance, FARTHEST))
    fair = solve_p_median(proxy, siting.demand, p, fixed=locked, time_limit=UNLIMITED)

    def equivalent(value: float) -> float:
        return float(-math.log1p(max(0.0, value) / total) / kappa)

    return _of(siting, fair.sites, equivalent(fair.objective), equivalent(fair.bound))


def _covering(siting: Siting, locked: list[int], question: ExpansionQuestion) -> Sited:
    """Demand within reach (services a year), or the least cost that covers every region."""
    from queries.solvers.covering import solve_max_cover, solve_set_cover  # noqa: PLC0415 only these need it

    covers = siting.distance <= question.reach_km
    if question.objective == "set-cover":
        found = solve_set_cover(covers, site_cost=siting.cost, fixed=locked, time_limit=UNLIMITED)
    elif question.sites or question.budget:
        p = len(siting.held) + question.sites if question.sites else None
        cost = siting.cost if question.budget else None
        found = solve_max_cover(covers, siting.demand, p=p, site_cost=cost, budget=question.budget, fixed=locked,
                                time_limit=UNLIMITED)  # fmt: skip
    else:
        why = Text("请给出预算或 --sites", "give a budget or a number of sites")
        raise BadParameter(name="budget", value="–", reason=why)
    return _of(siting, found.sites, found.objective, found.bound)


def _of(siting: Siting, sites: Ints, objective: float, bound: float) -> Sited:
    actions = siting.action[np.asarray(sites, dtype=np.int64)]
    return Sited([int(a) for a in actions if a >= 0], float(objective), float(bound))
