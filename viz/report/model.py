"""What a gap report is made of: answers of the queries, side by side; no second model of any of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.language import Text
from queries.answers import DATA_CLASSES, Meta
from queries.coverage import Coverage, CoverageCell
from queries.kpi import TargetStatus
from queries.network.report import NetworkReport
from queries.rankings import Gap


@dataclass(frozen=True)
class GapReport:
    """Everything the report shows.

    Attributes:
        totals: one row, the whole province.
        coverage_by_prefecture: one row a prefecture.
        coverage_by_prefecture_type: one row a prefecture and service type.
        gaps: the worst gaps, in rank order.
        targets: the targets of the notice against what is.
        network: presence by level, vertical and horizontal gaps of the network.
        sources: (source, data class, number of facts), most facts first.
        meta: of the report as a whole.
        unit: who publishes it; empty for none.
    """

    totals: Coverage
    coverage_by_prefecture: Coverage
    coverage_by_prefecture_type: Coverage
    gaps: list[Gap]
    targets: list[TargetStatus]
    network: NetworkReport
    sources: list[tuple[str, str, int]]
    meta: Meta
    unit: Text = Text("", "")

    @property
    def total(self) -> CoverageCell:
        """The province as one cell."""
        return self.totals.rows(0, 1)[0]

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
        """Yield each prefecture with its cells by service type."""
        cells: dict[str | None, dict[str, CoverageCell]] = {}
        for cell in self.coverage_by_prefecture_type.rows():
            cells.setdefault(cell.region, {})[cell.service_type or ""] = cell
        for prefecture in self.coverage_by_prefecture.rows():
            yield prefecture, cells.get(prefecture.region, {})
