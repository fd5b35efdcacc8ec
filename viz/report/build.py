"""Asks the queries for everything a gap report is made of."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from graph.errors import BadParameter
from graph.language import Text
from graph.memory import giving_back
from graph.places.divisions import PROVINCE
from graph.places.divisions import places as divisions
from graph.places.english import in_english
from graph.stores.base import Query, Store
from graph.vocabulary import vocabulary
from queries.allocation import AllocationQuestion, allocate
from queries.allocation.flows import Allocation
from queries.answers import Answer, meta
from queries.assumptions import Assumption, assumptions
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.demand import DemandFacts
from queries.expansion import ExpansionQuestion, expand
from queries.expansion.answer import Expansion, usual_seconds
from queries.kpi import TargetStatus, kpi
from queries.network.report import NetworkReport, network
from queries.partners import PartnerQuestion, partners
from queries.partners.candidates import Partners
from queries.policy import policy_targets
from queries.policy.packs import Pack
from queries.policy.targets import PolicyTarget
from queries.rankings import gap_rankings
from queries.rankings.answer import GapQuestion, GapRankings
from queries.snapshots import DiffQuestion, SnapshotPair, compare, create, snapshots
from queries.snapshots.differences import Diff, Snapshot
from queries.sources import public_name
from viz.report.model import GapReport, ReportScope

BUDGET = 500.0
"""Of the proposed actions where nobody states one, 10,000 yuan: an assumption, and the report says so."""
LISTED, HELPERS, CHANGED = 10, 10, 10
"""Gaps of each order, candidates, and changed cells that a report lists."""

_BY_SOURCE = Query(
    "MATCH (n) WHERE n.source IS NOT NULL AND n.data_class IS NOT NULL "
    "RETURN n.source AS source, n.data_class AS data_class, count(n) AS facts",
    {"source": str, "data_class": str, "facts": int},
)


def report_scope(
    region: str | None = None,
    industry: str | None = None,
    industry_name: str | None = None,
    service_type: str | None = None,
) -> ReportScope:
    """Return the scope of codes.

    Raises:
        BadParameter: the region is neither the province nor a zone, prefecture or county.
    """
    if region in (None, PROVINCE):
        return ReportScope(Text("四川省", "Sichuan"), "prefecture", None, industry, industry_name, service_type)
    zones = vocabulary("economic_zones")
    if region in zones:
        return ReportScope(zones[region].label, "prefecture", region, industry, industry_name, service_type)
    known = divisions()
    if region not in known:
        raise BadParameter(
            name="region",
            value=region,
            reason=Text("应为省、经济区、市（州）或区县", "a province, zone, prefecture or county"),
        )
    name = known[region].name
    return ReportScope(Text(name, in_english(region, name)), "county", region, industry, industry_name, service_type)


def build_reports(
    store: Store,
    scopes: Iterable[ReportScope],
    day: CoverageQuestion,
    *,
    budget: float = BUDGET,
    since: str | None = None,
    rules: Sequence[Pack] = (),
) -> Iterator[GapReport]:
    """Yield the gap report of each scope; their snapshot is kept, so that the next edition can compare.

    What they say of the whole province is asked once.

    Args:
        store: where the graph is kept.
        scopes: what the reports are about.
        day: the day of analysis, standard and rates; its filters and groups do not count.
        budget: for the proposed actions of each, 10,000 yuan.
        since: id of the snapshot to compare with; without it the last one of an earlier month.
        rules: packs whose targets stand beside the notice's, such as the office's own.

    Raises:
        BadParameter: the standard or budget is not positive.
        NotFound: there is no such snapshot.
        DiskFull, FileUnwritable: the snapshot cannot be kept.
    """
    whole = _province(store, day, since, rules)
    for scope in scopes:
        yield _report(store, scope, day, whole, budget)


@dataclass(frozen=True)
class _Province:
    """What every report of a day says of the whole province, or takes its part of."""

    places: DemandFacts
    snapshot: Snapshot
    compared: SnapshotPair | None
    targets: list[TargetStatus]
    rules: list[PolicyTarget]
    network: Answer[NetworkReport]
    sources: list[tuple[str, str, int]]
    assumptions: tuple[Assumption, ...]


def _province(store: Store, day: CoverageQuestion, since: str | None, rules: Sequence[Pack]) -> _Province:
    _, cube = cube_of(store, day)
    fixed = create(store, day).data
    before = since or _earlier(snapshots(store), fixed, day.as_of.replace(day=1) - timedelta(days=1))
    return _Province(
        places=cube.facts.demand,
        snapshot=fixed,
        compared=compare(store, before, fixed.id) if before else None,
        targets=kpi(store, as_of=day.as_of).data,
        rules=policy_targets(store, rules, as_of=day.as_of).data if rules else [],
        network=network(store, as_of=day.as_of),
        sources=sources(store),
        assumptions=assumptions(cube, day.rates),
    )


def _report(store: Store, scope: ReportScope, day: CoverageQuestion, whole: _Province, budget: float) -> GapReport:
    inside = _within(scope, day)
    totals = coverage(store, inside)
    unmet = next((c.unmet for c in totals.rows()), None)
    plan = _plan(store, inside, budget) if unmet else None
    behind, parameters = totals.meta, {**totals.meta.parameters, **whole.network.meta.parameters}
    return GapReport(
        scope=scope,
        totals=totals,
        by_area=coverage(store, _within(scope, day, scope.area)),
        by_area_type=coverage(store, _within(scope, day, scope.area, "service_type")),
        rankings=_rankings(store, inside),
        targets=whole.targets,
        network=_inside(whole.network.data, scope, whole.places),
        helpers=_helpers(store, scope, inside) if scope.region and unmet else None,
        flows=_flows(store, inside) if scope.region is None and unmet else None,
        plan=plan,
        budget=budget,
        snapshot=whole.snapshot,
        change=_change(store, whole.compared, scope) if whole.compared else None,
        sources=whole.sources,
        meta=meta(behind.graph_version, parameters, behind.data_class),
        assumptions=whole.assumptions,
        rules=whole.rules,
    )


def _within(scope: ReportScope, day: CoverageQuestion, *group_by: str) -> CoverageQuestion:
    """Return what is asked of the coverage of a day within a scope, by groups or in all."""
    own = {"region": scope.region, "industry": scope.industry, "service_type": scope.service_type}
    return day.model_copy(update={**own, "group_by": group_by})


def _rankings(store: Store, asked: CoverageQuestion) -> GapRankings:
    question = GapQuestion.model_validate(asked.model_dump(exclude={"group_by"}))
    return gap_rankings(store, question, first=LISTED).data


def _helpers(store: Store, scope: ReportScope, asked: CoverageQuestion) -> Partners:
    question = PartnerQuestion(
        requester=str(scope.region),
        industry=asked.industry,
        as_of=asked.as_of,
        rates=asked.rates,
        service_types=(asked.service_type,) if asked.service_type else (),
    )
    return partners(store, question).page(HELPERS)


def _flows(store: Store, asked: CoverageQuestion) -> Allocation:
    question = AllocationQuestion(
        industry=asked.industry, service_type=asked.service_type, as_of=asked.as_of, rates=asked.rates
    )
    return allocate(store, question).data


def _plan(store: Store, asked: CoverageQuestion, budget: float) -> Expansion:
    question = ExpansionQuestion(
        budget=budget,
        region=asked.region,
        industry=asked.industry,
        service_type=asked.service_type,
        as_of=asked.as_of,
        rates=asked.rates,
        time_limit=usual_seconds(asked.region),
    )
    with giving_back() if asked.region is None else nullcontext():  # the whole province takes most memory
        return expand(store, question).data


def _change(store: Store, compared: SnapshotPair, scope: ReportScope) -> Diff:
    """Return what differs inside the scope."""
    question = DiffQuestion(region=scope.region, industry=scope.industry, service_type=scope.service_type)
    return compared.answer(store, question).page(CHANGED)


def _earlier(kept: list[Snapshot], now: Snapshot, last: date) -> str | None:
    """Return the last snapshot, of that day or before, that goes by the same rules."""

    def rules(snapshot: Snapshot) -> dict[str, object]:
        return {k: v for k, v in snapshot.parameters.items() if k != "as_of"}

    found = [
        (str(s.parameters["as_of"]), s.graph_version, s.id)
        for s in kept
        if s.facts_sha256 and rules(s) == rules(now) and date.fromisoformat(str(s.parameters["as_of"])) <= last
    ]
    return max(found)[-1] if found else None


def _inside(whole: NetworkReport, scope: ReportScope, facts: DemandFacts) -> NetworkReport:
    """Return the network's report with the gaps inside the scope; those of chains belong to the whole province."""
    gaps, chains = whole.vertical, [] if scope.region else whole.horizontal
    if scope.region:
        inside = _belonging(facts.regions, ["key", "prefecture", "zone"], scope.region)
        gaps = [g for g in gaps if g.region in inside]
    if scope.industry:
        among = _belonging(facts.chains, ["key", "pillar", "system"], scope.industry)
        chains = [g for g in chains if g.key in among]
    return whole.model_copy(update={"vertical": gaps, "horizontal": chains})


def _belonging(rows: pd.DataFrame, levels: list[str], code: str) -> set[str]:
    """Return the keys of what is, or belongs to, a code of any of some levels."""
    return set(rows["key"][(rows[levels] == code).any(axis=1)])


def sources(store: Store) -> list[tuple[str, str, int]]:
    """Return how many entries each source gave, by its public name, with their data class, most first."""
    with store.read() as session:
        rows = session.frame(_BY_SOURCE)
    sums = rows.assign(source=rows["source"].map(public_name)).groupby(["source", "data_class"], as_index=False).sum()
    sums = sums.sort_values(["facts", "source"], ascending=[False, True])
    return [(str(s), str(c), int(n)) for s, c, n in zip(sums["source"], sums["data_class"], sums["facts"], strict=True)]
