"""The answer to "why": what a cell's figures are made of, as result models."""

from datetime import date
from typing import Literal

from pydantic import Field

from queries.answers import Result
from queries.coverage import CoverageCell


class DemandRow(Result):
    """One stored row that demand rests on."""

    kind: Literal["enterprise_count", "enterprise", "need"]
    key: str
    name: str | None
    industry: str | None = Field(description="产业链 / chain_id; null where the row states none")
    number: float = Field(description="企业数，或需求数量 / enterprises, or services needed")
    services: float | None = Field(description="计入本单元的年需求（次）/ services a year that it adds to this cell")
    as_of: date | None = Field(description="统计或提出日期 / day of the count or of the need")
    age_days: int | None = Field(description="距分析日天数 / days before the day of analysis")
    source: str | None
    verification: str | None
    data_class: str | None


class DemandPart(Result):
    """The rows of one kind together: demand is the sum of the parts."""

    kind: Literal["enterprise_count", "enterprise", "need"]
    label_zh: str
    label_en: str
    number: float = Field(description="企业数，或需求数量 / enterprises, or services needed")
    rate: float | None = Field(description="每家企业年需求次数 / services an enterprise a year; null for needs")
    services: float = Field(description="年需求（次）/ services a year")
    rows: list[DemandRow] = Field(description="所依据的行，最多 rows 行 / rows behind it, the largest first")
    rows_total: int
    oldest: date | None
    newest: date | None
    data_class: dict[str, int]


class DemandExplained(Result):
    """Demand of a cell: the sum of its parts."""

    services: float | None = Field(description="年需求 D；不明为空 / demand D, services a year; null where unknown")
    rate: float = Field(description="每家企业年需求次数 / services an enterprise a year")
    parts: list[DemandPart]
    newest: date | None = Field(
        description="该地区最新统计时间 / day of the newest count of the region; null without any"
    )
    age_days: int | None = Field(description="距分析日天数 / its days before the day of analysis")
    freshness_days: int


class ResourceRow(Result):
    """A resource as seen from one cell."""

    key: str
    name: str | None
    provider: str
    provider_name: str | None
    carrier_name: str | None
    home: str = Field(description="所在地代码 / region of its home")
    home_name: str
    local: bool = Field(description="与单元同属一个市州 / its home prefecture is the cell's")
    modes: list[str] = Field(description="online, offline")
    mode: str | None = Field(description="以何方式到达本单元 / how it reaches the cell; null where it does not")
    level: str | None
    capacity: float = Field(description="年服务能力 K(s)，未填按默认值 / services a year; the default where not stated")
    capacity_assumed: bool
    used: float | None = Field(description="已用能力 / services a year already used, as stated")
    asked: float | None = Field(
        description="所及需求 Σ D·w（次/年）/ demand within its reach; null where it does not count on the day"
    )
    capacity_per_demand: float | None = Field(description="R(s) = K(s) / Σ D·w")
    weight: float = Field(description="可及权重 w(s,r) / reach weight on the cell")
    distance_km: float = Field(description="驻地间道路距离估计 / road-like distance of the seats")
    in_scope: bool = Field(description="单元在其服务范围内 / the cell lies in its scope")
    since: date | None
    until: date | None
    source: str | None
    verification: str | None
    data_class: str | None


class Contributor(ResourceRow):
    """A resource that covers the cell, and its part of A."""

    contribution: float = Field(description="R(s)·w(s,r)，合计为 A / its part of A")
    share: float | None = Field(description="占 A 的份额，合计为 1 / share of A; null where A is 0")


class AccessPart(Result):
    """A split in two ways: by home and by mode; each pair sums to A."""

    local: float
    other: float
    online: float
    offline: float


class Reason(Result):
    """Why a cell is in its state, with the rows that show it."""

    reason: str
    label_zh: str
    label_en: str
    text_zh: str = Field(description="为什么 / why, in words")
    text_en: str
    resources: list[ResourceRow] = Field(description="依据的资源，最多 rows 条 / resources that show it")
    resources_total: int
    demand_rows: list[DemandRow] = Field(description="依据的需求行 / demand rows that show it")


class Closing(Result):
    """One way to bring A to the standard: capacity of one kind at one place, alone."""

    way: str = Field(description="county_only | county | prefecture_seat | prefecture_online | province_online | raise")
    label_zh: str
    label_en: str
    region: str = Field(description="放置地 / where the capacity is placed")
    region_name: str
    mode: str | None
    scope: list[str] = Field(description="服务地区 / what it serves; empty for an existing resource")
    resource: str | None = Field(description="扩充的现有资源 / the existing resource that is raised")
    name: str | None
    provider_name: str | None
    weight: float = Field(description="对本单元的可及权重 / reach weight on the cell")
    capacity: float | None = Field(
        description="需增加的年服务能力（次/年）/ services a year to add; null where it does not reach the cell"
    )
    relief: float | None = Field(
        description="全省未满足需求因此减少（次/年）/ unmet demand that it removes in all cells"
    )


class Near(ResourceRow):
    """The nearest resource of a provider of the service type, for whatever chain."""

    same_chain: bool
    spare: float = Field(
        description="本类服务的余量（次/年），同合作伙伴、调剂 / spare capacity of the type, as of partners, allocate"
    )


class Basis(Result):
    """How fresh and real the rows behind a cell are."""

    data_class: dict[str, int]
    oldest_key: str | None = Field(description="最旧的带日期的需求行 / the oldest dated demand row")
    oldest: date | None
    undated: int = Field(description="无日期的需求行数 / demand rows without a day")
    expiring: int = Field(description="90 天内到期的贡献资源数 / contributors that expire within 90 days")


class Explanation(Result):
    """Why a cell has the figures it has, and what would close its gap."""

    kind: Literal["cell"] = "cell"
    id: str = Field(description="单元编号 region:industry:service_type / id of the cell")
    cell: CoverageCell
    access: float = Field(description="A，每次需求可得的能力 / capacity a demanded service")
    standard: float
    access_part: AccessPart
    demand: DemandExplained
    contributors: list[Contributor] = Field(description="全部贡献资源，份额大者在前 / all of them, largest share first")
    reasons: list[Reason]
    closing: list[Closing] = Field(description="补足的办法；已达标或需求不明为空 / ways to close the gap")
    near: list[Near]
    basis: Basis


class GroupCell(Result):
    """A cell of a group, with its share of what is unmet."""

    id: str
    cell: CoverageCell
    share: float | None = Field(description="占本组未满足需求的份额 / share of the group's unmet demand")


class GroupContributor(Result):
    """A resource and its part of a group's supply A·D."""

    key: str
    name: str | None
    provider: str
    provider_name: str | None
    home: str
    home_name: str
    capacity: float
    supply: float = Field(description="在本组的可及供给（次/年）/ its part of the group's supply")
    share: float | None
    data_class: str | None


class GroupExplanation(Result):
    """What a group of cells is made of."""

    kind: Literal["group"] = "group"
    id: str
    group: CoverageCell
    cells: list[GroupCell] = Field(description="未满足需求最多的单元，最多 rows 个 / cells with most unmet demand")
    cells_total: int
    rest_unmet: float | None = Field(description="其余单元的未满足需求 / unmet demand of the cells not listed")
    contributors: list[GroupContributor] = Field(description="供给最多的资源 / resources with the largest supply")
    contributors_total: int
    rest_supply: float


class CellRef(Result):
    """Which cell, or group of cells, is meant: codes; an axis that is None is summed."""

    region: str | None = None
    industry: str | None = None
    service_type: str | None = None

    @property
    def id(self) -> str:
        """``region:industry:service_type``, nothing where an axis is summed."""
        return ":".join(code or "" for code in (self.region, self.industry, self.service_type))
