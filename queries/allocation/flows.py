"""What an allocation is asked and what it answers."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from graph.clock import today
from queries.answers import Result
from queries.assumptions import Assumption
from queries.data_classes import BEHIND
from queries.methods import DEFAULT, Method

Level = Literal["county", "prefecture", "zone"]
Within = Literal["province", "zone", "prefecture"]


class AllocationQuestion(Result):
    """What is asked; regions, types and industries are codes."""

    level: Level = "prefecture"
    region: str | None = None
    service_type: str | None = None
    industry: str | None = None
    within: Within = "province"
    limit_km: float | None = None
    max_partners: int | None = None
    by_chain: bool = True
    shareable: bool = False
    seconds: float = 3.0
    as_of: date = Field(default_factory=today)
    freshness_days: int = 400
    rates: dict[str, float] | None = None
    method: Method = DEFAULT


class Flow(Result):
    """So many services a year of one type, from the region that has capacity to spare to the one that lacks it."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    from_: str = Field(alias="from", description="供给地区代码 / code of the region that gives")
    from_name: str
    to: str = Field(description="接收地区代码 / code of the region that receives")
    to_name: str
    service_type: str
    service_type_name: str
    industry: str | None = Field(description="产业链；不分链时为空 / chain, null where allocated across chains")
    industry_name: str | None
    quantity: float = Field(description="服务量（次/年）/ services a year")
    distance_km: float = Field(description="道路距离，按量加权 / road-like distance, weighted by quantity, km")
    data_class: list[str] = Field(description=BEHIND)


class Remainder(Result):
    """What stays unmet in one region and type, and why."""

    region: str
    region_name: str
    service_type: str
    service_type_name: str
    industry: str | None
    industry_name: str | None
    unmet: float = Field(description="原未满足（次/年）/ unmet before, services a year")
    met: float = Field(description="可调剂满足 / met by the flows")
    left: float = Field(description="仍未满足 / still unmet")
    reason: Literal["no_spare", "limited", "exhausted"] = Field(
        description="no_spare 无余量 none to spare | limited 受限制 kept away by a limit | exhausted 已用尽 used up"
    )
    data_class: list[str] = Field(description=BEHIND)


class LimitCost(Result):
    """What one limit costs: the same question without it."""

    limit: Literal["limit_km", "max_partners", "within"]
    value: float | int | str
    met_without: float = Field(description="不设此限可满足 / met without it")
    met_lost: float = Field(description="因此少满足 / met less because of it")
    service_km_without: float
    service_km_saved: float = Field(description="因此少走的服务公里（负数为多走）/ service-km less because of it")


class Allocation(Result):
    """The whole plan. Quantities are services a year."""

    flows: list[Flow] = Field(description="流向，量大者在前 / flows, largest first")
    remainder: list[Remainder] = Field(description="余缺，最多者在前 / what stays unmet, most first")
    limits: list[LimitCost] = Field(description="每项限制的代价 / what each limit costs")
    unmet_before: float
    spare: float = Field(description="可调剂余量 / capacity to spare")
    spare_unstated: float = Field(description="其中未填已用能力的 / of it from resources that state no use")
    met: float
    met_inside: float = Field(description="其中不出市州的 / of it within one prefecture")
    met_bound: float = Field(description="已证明的上界 / proven: no plan meets more")
    gap: float = Field(description="met 与上界的相对差距，0 为最优 / relative gap to the bound, 0: optimal")
    unmet_after: float
    service_km: float = Field(description="总距离（次·公里）/ total distance, services × km")
    service_km_bound: float = Field(description="已证明的下界 / proven: as much cannot be met with less")
    mean_km: float | None
    mean_km_between: float | None = Field(description="跨市州流向的平均公里 / mean of flows between prefectures, km")
    assumptions: tuple[Assumption, ...] = Field(description="所依据的假设 / what is assumed")
    seconds: float
