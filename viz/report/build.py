"""Asks the queries for everything a gap report is made of."""

from dataclasses import replace
from datetime import date, timedelta

from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.divisions import PROVINCE, reference
from graph.places.divisions import places as divisions
from graph.stores.base import Query, Store
from graph.vocabulary import vocabulary
from queries.allocation import AllocationQuestion, allocate
from queries.allocation.flows import Allocation
from queries.answers import meta
from queries.assumptions import assumptions
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.expansion import ExpansionQuestion, expand
from queries.expansion.answer import Expansion
from queries.kpi import kpi
from queries.network.gaps import NetworkGap
from queries.network.report import NetworkReport, network
from queries.partners import PartnerQuestion, partners
from queries.partners.candidates import Partners
from queries.policy import policy_targets
from queries.policy.packs import Pack
from queries.rankings import gap_rankings
from queries.rankings.answer import GapQuestion, GapRankings
from queries.snapshots import DiffQuestion, create, diff, snapshots
from queries.snapshots.differences import Diff, Snapshot
from queries.sources import public_name
from viz import places
from viz.report.model import GapReport, ReportScope

BUDGET = 500.0
"""Of the proposed actions where nobody states one, 10,000 yuan: an assumption, and the report says so."""
GAP, SECONDS = 0.05, 60.0
"""The plan may be this far from its bound: the solver then stops at the same plan on every machine, not at a time."""
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
    english = places.short_name(region, name).en if prefecture_of(region) == region else name
    return ReportScope(Text(name, english), "county", region, industry, industry_name, service_type)


def build_report(
    store: Store,
    scope: ReportScope,
    *,
    as_of: date,
    standard: float = 1.0,
    budget: float = BUDGET,
    rates: dict[str, float] | None = None,
    since: str | None = None,
) -> GapReport:
    """Return the gap report of a scope for a day; its snapshot is kept, so that the next edition can compare.

    Args:
        store: where the graph is kept.
        scope: what the report is about.
        as_of: the day of analysis.
        standard: capacity per service asked for, from which on a cell is covered.
        budget: for the proposed actions, 10,000 yuan.
        rates: services a year that an enterprise asks for, by service type.
        since: id of the snapshot to compare with; without it the last one of an earlier month.

    Raises:
        BadParameter: the standard or budget is not positive.
        NotFound: there is no such snapshot.
        DiskFull, FileUnwritable: the snapshot cannot be kept.
    """
    day = CoverageQuestion(as_of=as_of, standard=standard, rates=rates, group_by=())
    inside = _within(scope, day)
    totals = coverage(store, inside)
    unmet = next((c.unmet for c in totals.rows()), None)
    fixed = create(store, day).data
    targets, sites = kpi(store, as_of=as_of), network(store, as_of=as_of)
    return GapReport(
        scope=scope,
        totals=totals,
        by_area=coverage(store, _within(scope, day, scope.area)),
        by_area_type=coverage(store, _within(scope, day, scope.area, "service_type")),
        rankings=_rankings(store, inside),
        targets=targets.data,
        network=_inside(sites.data, scope),
        helpers=_helpers(store, scope, inside) if scope.region and unmet else None,
        flows=_flows(store, inside) if scope.region is None and unmet else None,
        plan=_plan(store, inside, budget) if unmet else None,
        budget=budget,
        snapshot=fixed,
        change=_change(store, scope, fixed, as_of, since),
        sources=sources(store),
        meta=meta(
            totals.meta.graph_version, {**totals.meta.parameters, **sites.meta.parameters}, totals.meta.data_class
        ),
        assumptions=assumptions(cube_of(store, day)[1], rates),
    )


def _within(scope: ReportScope, day: CoverageQuestion, *group_by: str) -> CoverageQuestion:
    """Return what is asked of the coverage of a day within a scope, by groups or in all."""
    own = {"region": scope.region, "industry": scope.industry, "service_type": scope.service_type}
    return day.model_copy(update={**own, "group_by": group_by})


def with_rules(store: Store, report: GapReport, rules: list[Pack]) -> GapReport:
    """Return a report with the targets of packs beside the notice's, such as the office's own."""
    return replace(report, rules=policy_targets(store, rules, as_of=report.as_of).data) if rules else report


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
        gap=GAP,
        time_limit=SECONDS,
    )
    return expand(store, question).data


def _change(store: Store, scope: ReportScope, now: Snapshot, as_of: date, since: str | None) -> Diff | None:
    """Return what differs from the snapshot named, else from the last one of an earlier month with the same rules."""
    before = since or _earlier(snapshots(store), now, as_of.replace(day=1) - timedelta(days=1))
    if before is None:
        return None
    question = DiffQuestion(
        before=before, after=now.id, region=scope.region, industry=scope.industry, service_type=scope.service_type
    )
    return diff(store, question).page(CHANGED)


def _earlier(kept: list[Snapshot], now: Snapshot, last: date) -> str | None:
    def rules(snapshot: Snapshot) -> dict[str, object]:
        return {k: v for k, v in snapshot.parameters.items() if k != "as_of"}

    found = [
        (str(s.parameters["as_of"]), s.graph_version, s.id)
        for s in kept
        if s.facts_sha256 and rules(s) == rules(now) and date.fromisoformat(str(s.parameters["as_of"])) <= last
    ]
    return max(found)[-1] if found else None


def _inside(whole: NetworkReport, scope: ReportScope) -> NetworkReport:
    """Return the network's report with the gaps inside the scope; chains belong to the whole province."""
    if scope.region is None:
        return whole
    rows = reference("divisions")
    zone = dict(zip(rows["adcode"], rows["economic_zone"], strict=True))

    def lies(gap: NetworkGap) -> bool:
        code = gap.region or ""
        return scope.region in (code, prefecture_of(code)) or zone.get(prefecture_of(code)) == scope.name.zh

    return whole.model_copy(update={"vertical": [g for g in whole.vertical if lies(g)], "horizontal": []})


def sources(store: Store) -> list[tuple[str, str, int]]:
    """Return how many entries each source gave, by its public name, with their data class, most first."""
    with store.read() as session:
        rows = session.frame(_BY_SOURCE)
    sums = rows.assign(source=rows["source"].map(public_name)).groupby(["source", "data_class"], as_index=False).sum()
    sums = sums.sort_values(["facts", "source"], ascending=[False, True])
    return [(str(s), str(c), int(n)) for s, c, n in zip(sums["source"], sums["data_class"], sums["facts"], strict=True)]
