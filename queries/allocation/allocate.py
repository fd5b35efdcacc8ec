"""Who could give how much to whom? Spare capacity brought to unmet demand, by chain and type (method, section 6).

Meets as much as can be met and then drives the fewest service-kilometres, exactly; what remains is listed, and so is
what each limit costs. Solved between counties; flows are then summed to the level asked for.
"""

import time
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.allocation.flows import Allocation, AllocationQuestion, Flow, LimitCost, Remainder
from queries.allocation.limited import LimitedSearch, in_turn
from queries.allocation.problem import AllocationProblem, problem_of
from queries.answers import Answer, meta
from queries.assumptions import assumptions
from queries.coverage import CoverageQuestion
from queries.data_classes import joined, named
from queries.ordering import comparable
from queries.sharing import Spare, spare_of

LEAST = 1e-6
"""Services a year below which a flow or a remainder is nothing but rounding."""


@dataclass
class _Solved:
    """Sums over all groups; ``flows``: (home, region, group, quantity) as columns."""

    met: float = 0.0
    km: float = 0.0
    met_bound: float = 0.0
    km_bound: float = 0.0
    flows: list[pd.DataFrame] = field(default_factory=list)


def allocate(store: Store, question: AllocationQuestion | None = None) -> Answer[Allocation]:
    """Return the plan that meets most of the unmet demand and then drives least.

    Raises:
        BadParameter: a limit that cannot be.
    """
    question = question or AllocationQuestion()
    _check(question)
    begun = time.monotonic()
    asked = CoverageQuestion(
        as_of=question.as_of, freshness_days=question.freshness_days, rates=question.rates, method=question.method
    )
    version, spare = spare_of(store, asked)
    setting = problem_of(spare, question)
    solved = _solve(setting)
    between = _between(setting, solved)
    made = Allocation(
        flows=_flows(setting, solved),
        remainder=_remainder(setting, solved),
        limits=_limits(setting, solved),
        unmet_before=float(setting.unmet.sum()),
        spare=float(setting.spare.sum()),
        spare_unstated=_unstated(spare, question),
        met=solved.met,
        met_inside=solved.met - float(between["quantity"].sum()),
        met_bound=solved.met_bound,
        gap=(solved.met_bound - solved.met) / solved.met_bound if solved.met_bound > 0 else 0.0,
        unmet_after=float(setting.unmet.sum()) - solved.met,
        service_km=solved.km,
        service_km_bound=solved.km_bound,
        mean_km=solved.km / solved.met if solved.met > 0 else None,
        mean_km_between=float(between["km"].sum() / between["quantity"].sum()) if len(between) else None,
        assumptions=assumptions(spare.cube, question.rates, use=_unstated_count(spare, question)),
        seconds=round(time.monotonic() - begun, 3),
    )
    parameters = question.model_dump(mode="json", exclude_none=True)
    return Answer(data=made, meta=meta(version, parameters, spare.cube.facts.data_class()))


def _check(question: AllocationQuestion) -> None:
    if question.limit_km is not None and not 0 <= question.limit_km < np.inf:
        raise BadParameter(name="limit_km", value=question.limit_km, reason="≥ 0")
    if question.max_partners is not None and question.max_partners < 1:
        raise BadParameter(name="max_partners", value=question.max_partners, reason="≥ 1")
    if not 0 < question.seconds <= 600:
        raise BadParameter(name="seconds", value=question.seconds, reason="0 … 600")


# --- the problem --------------------------------------------------------------------------------------


def _solve(setting: AllocationProblem) -> _Solved:
    """Solve one problem a group."""
    question, solved = setting.question, _Solved()
    cost = np.where(setting.inside, setting.km, np.inf)
    parts, searches = [], []
    for group in range(len(setting.groups)):
        homes, regions = np.flatnonzero(setting.spare[:, group] > 0), np.flatnonzero(setting.unmet[:, group] > 0)
        part = setting.spare[homes, group], setting.unmet[regions, group], cost[np.ix_(homes, regions)]
        parts.append((homes, regions))
        most = question.max_partners or max(len(homes), 1)
        searches.append(LimitedSearch(*part, question.limit_km, most))
    in_turn(searches, question.seconds / _searched(question))
    for group, ((homes, regions), answer) in enumerate(zip(parts, (s.found for s in searches), strict=True)):
        row, column = np.nonzero(answer.flow > LEAST)
        solved.flows.append(
            pd.DataFrame(
                {"home": homes[row], "region": regions[column], "group": group, "quantity": answer.flow[row, column]}
            )
        )
        solved.met += answer.met
        solved.km += answer.cost
        solved.met_bound += answer.met_bound
        solved.km_bound += answer.cost_bound
    return solved


def _searched(question: AllocationQuestion) -> int:
    """Count the searches with a limit of partners that an answer needs: its own, and one without each other limit."""
    return 1 + (question.limit_km is not None) + (question.within != "province")


# --- the answer ---------------------------------------------------------------------------------------


def _rolled(setting: AllocationProblem, codes: list[str]) -> "pd.Series[str]":
    """Return the code at the level asked for of each place; what lies above it stays itself."""
    level = setting.question.level
    if level == "county":
        return pd.Series(codes, dtype=object)
    if level == "prefecture":
        return pd.Series([prefecture_of(c) for c in codes], dtype=object)
    return pd.Series([setting.zones.get(c) or c for c in codes], dtype=object)


def _every(setting: AllocationProblem, solved: _Solved) -> pd.DataFrame:
    """Return all flows between counties: home, region, group, quantity, km (services × km)."""
    rows = pd.concat(solved.flows, ignore_index=True)
    rows["km"] = setting.km[rows["home"], rows["region"]] * rows["quantity"]
    return rows


def _between(setting: AllocationProblem, solved: _Solved) -> pd.DataFrame:
    """Return the flows that leave their prefecture."""
    rows = _every(setting, solved)
    one, other = (np.array([prefecture_of(c) for c in of], dtype=object) for of in (setting.homes, setting.regions))
    between: pd.DataFrame = rows[one[rows["home"]] != other[rows["region"]]]
    return between


def _flows(setting: AllocationProblem, solved: _Solved) -> list[Flow]:
    rows = _every(setting, solved)
    rows["from"] = _rolled(setting, setting.homes).to_numpy()[rows["home"]]
    rows["to"] = _rolled(setting, setting.regions).to_numpy()[rows["region"]]
    grouped = rows.groupby(["group", "from", "to"])
    summed = grouped[["quantity", "km"]].sum().reset_index()
    lent, lacking = (of[rows[at], rows["group"]] for of, at in zip(setting.classes, ("home", "region"), strict=True))
    summed["class"] = joined(np.asarray(grouped.ngroup()), len(summed), lent | lacking)
    ranked = summed.sort_values(
        ["quantity", "from", "to", "group"], ascending=[False, True, True, True], key=comparable
    )
    types = vocabulary("service_types")
    return [
        Flow(
            from_=from_, from_name=setting.names[from_], to=to, to_name=setting.names[to],
            service_type=setting.groups[group][2], service_type_name=types.text(setting.groups[group][2]),
            industry=setting.groups[group][0], industry_name=setting.groups[group][1],
            quantity=quantity, distance_km=km / quantity, data_class=behind,
        )
        for from_, to, group, quantity, km, behind in zip(
            *(ranked[c].tolist() for c in ("from", "to", "group", "quantity", "km")), named(ranked["class"]),
            strict=True,
        )
    ]  # fmt: skip


def _remainder(setting: AllocationProblem, solved: _Solved) -> list[Remainder]:
    flows = pd.concat(solved.flows, ignore_index=True)
    met = np.zeros(setting.unmet.shape)
    np.add.at(met, (flows["region"], flows["group"]), flows["quantity"])
    given = np.zeros(setting.spare.shape)
    np.add.at(given, (flows["home"], flows["group"]), flows["quantity"])
    anything = np.asarray(setting.spare.sum(axis=0) > LEAST)
    some_left = np.asarray((setting.spare - given > LEAST).any(axis=0))
    place = _rolled(setting, setting.regions).to_numpy()
    at = pd.DataFrame(np.argwhere(setting.unmet > 0), columns=["row", "group"])
    at["unmet"] = setting.unmet[at["row"], at["group"]]
    at["met"] = met[at["row"], at["group"]]
    at["region"] = place[at["row"]]
    of = at.groupby(["region", "group"])
    rows = of[["unmet", "met"]].sum().reset_index()
    rows["class"] = joined(np.asarray(of.ngroup()), len(rows), setting.classes[1][at["row"], at["group"]])
    rows["left"] = rows["unmet"] - rows["met"]
    rows = rows[rows["left"] > LEAST].sort_values(
        ["left", "region", "group"], ascending=[False, True, True], key=comparable
    )
    types = vocabulary("service_types")
    return [
        Remainder(
            region=region, region_name=setting.names[region], service_type=setting.groups[group][2],
            service_type_name=types.text(setting.groups[group][2]), industry=setting.groups[group][0],
            industry_name=setting.groups[group][1], unmet=unmet, met=met_here, left=left,
            reason="no_spare" if not anything[group] else "limited" if some_left[group] else "exhausted",
            data_class=behind,
        )
        for region, group, unmet, met_here, left, behind in zip(
            *(rows[c].tolist() for c in ("region", "group", "unmet", "met", "left")), named(rows["class"]), strict=True
        )
    ]  # fmt: skip


def _limits(setting: AllocationProblem, solved: _Solved) -> list[LimitCost]:
    """Return what each limit costs: the question is answered again without it, the others stay."""
    question, found = setting.question, []
    free = {"limit_km": None, "max_partners": None, "within": "province"}
    for name, without in free.items():
        value = getattr(question, name)
        if value == without:
            continue
        inside = np.ones_like(setting.inside) if name == "within" else setting.inside
        asked = question.model_copy(update={name: without})
        again = _solve(replace(setting, question=asked, inside=inside))
        found.append(
            LimitCost(
                limit=name,
                value=value,
                met_without=again.met,
                met_lost=again.met - solved.met,
                service_km_without=again.km,
                service_km_saved=again.km - solved.km,
            )
        )
    return found


def _unstated_count(spare: Spare, question: AllocationQuestion) -> int:
    """Count the resources with something to spare that state no use."""
    has = np.asarray(spare.left.sum(axis=1) > 0) & ~spare.used_stated
    return int((has & (spare.shareable | (not question.shareable))).sum())


def _unstated(spare: Spare, question: AllocationQuestion) -> float:
    left = spare.left.tocoo()
    counts = ~spare.used_stated[left.row] & (spare.shareable[left.row] | (not question.shareable))
    return float(left.data[counts].sum())
