"""Asks the queries for everything a gap report is made of."""

from collections import Counter
from datetime import date

from graph.language import Text
from graph.stores.base import Query, Store
from queries.answers import meta
from queries.coverage import CoverageQuestion, coverage
from queries.kpi import kpi
from queries.network.report import network
from queries.rankings import Gap, GapQuestion, gaps
from viz.report.model import GapReport

WORST = 20
"""Gaps that the report lists one by one."""

_BY_SOURCE = Query(
    "MATCH (n) WHERE n.source IS NOT NULL AND n.data_class IS NOT NULL "
    "RETURN n.source AS source, n.data_class AS data_class, count(n) AS facts",
    {"source": str, "data_class": str, "facts": int},
)


def build_report(
    store: Store, *, as_of: date, standard: float = 1.0, worst: int = WORST, unit: Text | None = None
) -> GapReport:
    """Return the gap report of a store for a day.

    Args:
        store: where the graph is kept.
        as_of: the day of analysis.
        standard: capacity per service asked for, from which on a cell is covered.
        worst: how many gaps to list.
        unit: who publishes the report; printed under its title.

    Raises:
        BadParameter: the standard is not positive.
    """

    def asked(*group_by: str) -> CoverageQuestion:
        return CoverageQuestion(group_by=group_by, as_of=as_of, standard=standard)

    totals = coverage(store, asked())
    ranked = gaps(store, GapQuestion(as_of=as_of, standard=standard, sort="severity")).rows(0, worst)
    targets, presence = kpi(store, as_of=as_of), network(store, as_of=as_of)
    parameters = {**totals.meta.parameters, **presence.meta.parameters}
    behind = Counter(totals.meta.data_class) + Counter(targets.meta.data_class) + Counter(presence.meta.data_class)
    return GapReport(
        totals=totals,
        coverage_by_prefecture=coverage(store, asked("prefecture")),
        coverage_by_prefecture_type=coverage(store, asked("prefecture", "service_type")),
        gaps=[g for g in ranked if isinstance(g, Gap)],
        targets=targets.data,
        network=presence.data,
        sources=sources(store),
        meta=meta(totals.meta.graph_version, parameters, dict(behind)),
        unit=unit or Text("", ""),
    )


def sources(store: Store) -> list[tuple[str, str, int]]:
    """Return how many entries each source gave, with their data class, most first."""
    with store.read() as session:
        rows = session.frame(_BY_SOURCE).sort_values(["facts", "source"], ascending=[False, True])
    return [(str(s), str(c), int(n)) for s, c, n in zip(rows["source"], rows["data_class"], rows["facts"], strict=True)]
