"""What snapshots are, what differs between two, and why."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from queries.answers import ListAnswer, Result
from queries.data_classes import BEHIND

Kind = Literal["new", "closed", "better", "worse"]


def _in_utc(moment: datetime | None) -> datetime | None:
    """Say the zone of a moment that a store, or a snapshot of earlier versions, tells without it."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


class Snapshot(Result):
    """What a snapshot fixes."""

    id: str
    graph_version: int
    taxonomy_version: str
    parameters: dict[str, object]
    cells: int
    unmet: float | None
    ratio: float | None
    data_class: dict[str, int]
    sha256: str = Field(description="单元文件的校验和 / checksum of the file of cells")
    facts_sha256: str | None = Field(default=None, description="资源文件的校验和 / checksum of the file of resources")
    reach_sha256: str | None = Field(
        default=None, description="可达权重文件的校验和 / checksum of the file of reach weights"
    )
    known_at: Annotated[datetime | None, AfterValidator(_in_utc)] = Field(
        default=None,
        description="所依据的最近一次载入的完成时间（UTC）；分析日可早于它 / when the load that it rests on ended",
    )
    automatic: bool = Field(default=False, description="由载入自动留存，每月一个 / left by a load, one a month")

    @property
    def day(self) -> str:
        """The day of analysis, YYYY-MM-DD."""
        return str(self.parameters["as_of"])


class FactOrigin(Result):
    """Where a fact was last stated."""

    load: str
    file: str
    sheet: str
    row: int | None
    source: str


class Cause(Result):
    """Why a cell differs. The differences of all causes but ``demand`` sum to that of the cell's supply.

    resource: one whose own facts differ and that serves this cell before or after. sharing: all others, whose facts
    are the same; the demand that they share, here or elsewhere, is not. demand: the cell's own.
    """

    kind: Literal["resource", "sharing", "demand"]
    change: Literal["added", "removed", "started", "expired", "changed"]
    key: str | None = Field(description="资源标识；需求为 地区-产业链 / key of the resource; of demand region-chain")
    name: str | None
    before: float | None = Field(description="此前带来的可及供给（或需求），次/年 / supply brought before, or demand")
    after: float | None
    resources: int = Field(description="所涉资源数 / resources that it is about")
    origin: FactOrigin | None = Field(default=None, description="最近一次陈述的出处 / where it was last stated")


class CellDiff(Result):
    """A cell that differs.

    new: demand where none was known or none was; closed: the reverse; better, worse: less or more unmet demand.
    """

    region: str
    region_name: str
    industry: str
    industry_name: str
    service_type: str
    service_type_name: str
    kind: Kind
    state_before: str | None
    state_after: str | None
    demand_before: float | None
    demand_after: float | None
    supply_before: float | None
    supply_after: float | None
    unmet_before: float | None
    unmet_after: float | None
    data_class: list[str] = Field(description=BEHIND)
    causes: list[Cause] = Field(description="原因，影响大者在前，至多二十 / causes, largest first, twenty at most")
    causes_total: int = Field(description="原因总数 / causes in all")


class DiffTotals(Result):
    """All cells asked for together, on one side; null where nothing is known."""

    demand: float | None
    supply: float | None
    unmet: float | None
    ratio: float | None


class CauseTotal(Result):
    """What one kind of cause moved in all cells that differ: supply, or demand itself where the kind is demand."""

    kind: Literal["resource", "sharing", "demand"]
    change: Literal["added", "removed", "started", "expired", "changed"]
    resources: int = Field(description="所涉资源数 / resources that it is about")
    amount: float = Field(description="供给（或需求）之差，次/年 / difference of supply, or of demand, services a year")
    largest: list[str] = Field(description="其中影响最大者 / those that moved most, by name")


class PlaceTotal(Result):
    """What changed in one prefecture."""

    region: str
    unmet_change: float = Field(description="未满足之差（次/年）/ difference of unmet demand, services a year")
    cells: int


class Expiry(Result):
    """A resource that expires soon."""

    key: str
    name: str | None
    until: date
    capacity: float | None = Field(description="年服务能力；未写明为空 / services a year; null where not stated")
    data_class: list[str] = Field(description=BEHIND)


class DiffSummary(Result):
    """What changed in all: totals, by cause, by place, next expiries."""

    before: DiffTotals
    after: DiffTotals
    causes: list[CauseTotal] = Field(description="按原因，影响大者在前 / by cause, largest first")
    places: list[PlaceTotal] = Field(description="按市州，差额大者在前 / by prefecture, largest difference first")
    expiring: list[Expiry] = Field(description="随后到期的资源，最早者在前，至多二十 / next to expire, soonest first")
    expiring_total: int
    expiring_days: int = Field(description="自后一分析日起的天数 / days after the later day")


class Diff(ListAnswer[CellDiff]):
    """A page of what changed from one snapshot to another, largest difference of unmet demand first."""

    before: Snapshot
    after: Snapshot
    summary: DiffSummary
    counts: dict[Kind, int] = Field(description="各类单元数（不随筛选变）/ cells of each kind, whatever the filters")


class Point(Result):
    """A group on one day; ``snapshot`` where it was read from one that is kept."""

    as_of: date
    snapshot: str | None = None
    graph_version: int
    demand: float | None
    unmet: float | None
    ratio: float | None
    providers: int | None = Field(description="机构数；快照中的组不可相加，为空 / null for a group of a snapshot")
    state: str | None
    data_class: list[str] = Field(description=BEHIND)
