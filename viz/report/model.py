"""What a gap report is made of: answers of the queries, side by side; no second model of any of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from graph.language import Text
from graph.vocabulary import vocabulary
from queries.allocation.flows import Allocation
from queries.answers import DATA_CLASSES, Meta
from queries.assumptions import Assumption
from queries.coverage import Coverage, CoverageCell
from queries.expansion.answer import Expansion
from queries.kpi import TargetStatus
from queries.network.report import NetworkReport
from queries.partners.candidates import Partners
from queries.policy.targets import PolicyTarget
from queries.rankings.answer import GapRankings
from queries.snapshots.differences import Diff, Snapshot
from viz.chains import chain_name

Area = Literal["prefecture", "county"]


@dataclass(frozen=True)
class ReportScope:
    """What a report is about; ``region``, ``industry`` and ``service_type`` are codes, None for all.

    ``area`` is the grouping of its places: the prefectures of a province or zone, the counties of a prefecture.
    """

    name: Text
    area: Area = "prefecture"
    region: str | None = None
    industry: str | None = None
    industry_name: str | None = None
    service_type: str | None = None

    @property
    def file_name(self) -> str:
        """What a file about it is called, without its ending."""
        parts = (self.region or "510000", self.industry, self.service_type)
        return "-".join(["gap-report", *(p for p in parts if p)])

    @property
    def industry_and_service(self) -> str:
        """The chain and the service type that it is narrowed to, in English as they stand within a sentence."""
        service = vocabulary("service_types").text(self.service_type, "en").lower() if self.service_type else ""
        return ", ".join(p for p in (chain_name(self.industry, self.industry_name).en, service) if p)


@dataclass(frozen=True)
class GapReport:
    """Everything a report shows.

    Attributes:
        scope: what it is about.
        totals: one row, the whole scope; none where the scope has no cell.
        by_area: one row a place.
        by_area_type: one row a place and service type.
        rankings: the gaps by size, depth and emptiness, each with what would fill it.
        targets: the targets of the notice against what is; always those of the whole province.
        network: presence by level (of the province), gaps of the network inside the scope.
        helpers: organisations elsewhere that could help; None where the scope is the province.
        flows: spare capacity brought to unmet demand between prefectures; only where the scope is the province.
        plan: what to build, share and upgrade under the budget; None where nothing can be planned.
        budget: of the plan, 10,000 yuan.
        snapshot: what fixes the figures.
        change: what differs from an earlier snapshot, first page; None where there is none to compare with.
        sources: (source, data class, number of facts), most facts first.
        meta: of the report as a whole.
        assumptions: what its coverage rests on that nobody stated.
        rules: targets of packs beside the notice's, with their paths by month; always those of the whole province.
    """

    scope: ReportScope
    totals: Coverage
    by_area: Coverage
    by_area_type: Coverage
    rankings: GapRankings
    targets: list[TargetStatus]
    network: NetworkReport
    helpers: Partners | None
    flows: Allocation | None
    plan: Expansion | None
    budget: float
    snapshot: Snapshot
    change: Diff | None
    sources: list[tuple[str, str, int]]
    meta: Meta
    assumptions: tuple[Assumption, ...] = ()
    rules: list[PolicyTarget] = field(default_factory=list)

    @property
    def total(self) -> CoverageCell | None:
        """The scope as one cell; None where it has none."""
        return next(iter(self.totals.rows(0, 1)), None)

    @property
    def as_of(self) -> date:
        """The day of analysis."""
        return date.fromisoformat(str(self.totals.meta.parameters["as_of"]))

    @property
    def data_class(self) -> dict[str, int]:
        """Facts behind the coverage figures by data class."""
        counted = self.totals.meta.data_class
        return {c: counted.get(c, 0) for c in DATA_CLASSES}

    @property
    def synthetic(self) -> bool:
        """Whether any figure stands on invented facts."""
        behind = Counter(self.data_class) + Counter(self.meta.data_class)
        for target in self.targets:
            behind += Counter(target.data_class)
        return behind["SYNTHETIC"] > 0 or any(c == "SYNTHETIC" for _, c, n in self.sources if n)

    def matrix(self) -> Iterator[tuple[CoverageCell, dict[str, CoverageCell]]]:
        """Yield each place with its cells by service type."""
        cells: dict[str | None, dict[str, CoverageCell]] = {}
        for cell in self.by_area_type.rows():
            cells.setdefault(cell.region, {})[cell.service_type or ""] = cell
        for area in self.by_area.rows():
            yield area, cells.get(area.region, {})
