"""Allocation: who could give how much to whom?"""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.http.parameters import DayQuery, LanguageQuery, RatesOf, StoreOf
from api.http.problems import documented
from api.http.routers.sending import as_json
from api.questions.codes import industry_code, region_code
from api.questions.declaration import FRESHNESS_DAYS, LONGEST
from graph.vocabulary import vocabulary
from queries.allocation.allocate import allocate
from queries.allocation.flows import Allocation, AllocationQuestion
from queries.answers import Answer

router = APIRouter(tags=["allocation"])
Name = Annotated[str, Field(max_length=LONGEST)]
MOST_SECONDS = 30.0


class AllocationParameters(DayQuery):
    """A question about who could give to whom."""

    level: Literal["county", "prefecture", "zone"] = Field(
        default="prefecture", description="按哪一级汇总流向 / level that flows are summed to"
    )
    region: Name | None = Field(
        default=None, examples=["510700", "绵阳市"],
        description="只补这个地区或经济区的缺口 / only the unmet demand of this region or zone",
    )  # fmt: skip
    service_type: Name | None = Field(
        default=None, description="只看这一服务类型 / only this service type", examples=["SC03"]
    )
    industry: Name | None = Field(
        default=None, description="只看这条产业链、产业或体系 / only this chain, pillar or system"
    )
    within: Literal["province", "zone", "prefecture"] = Field(
        default="province", description="流向不得超出的范围 / area that no flow leaves"
    )
    limit_km: float | None = Field(
        default=None, ge=0, le=5000, allow_inf_nan=False, description="最远公里数 / no flow beyond so many km"
    )
    max_partners: int | None = Field(
        default=None, ge=1, le=500,
        description="每个接收区县每链每类服务最多几个供给地 / at most so many givers for each county, chain and type",
    )  # fmt: skip
    by_chain: bool = Field(
        default=True,
        description="按产业链匹配；false 为不分链 / capacity left over in a chain stays in it; false: it does not",
    )
    shareable: bool = Field(default=False, description="只用标明可共享的资源 / only resources open to sharing")
    seconds: float = Field(
        default=3.0, gt=0, le=MOST_SECONDS, allow_inf_nan=False,
        description="max_partners 的求解时限（秒）/ time for the choices of max_partners, s",
    )  # fmt: skip
    freshness_days: int = Field(
        default=FRESHNESS_DAYS, ge=1, le=36500, description="数据时效（天）/ older data count as unknown, days"
    )

    def question(self, rates: dict[str, float] | None) -> AllocationQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        same = {"level", "within", "limit_km", "max_partners", "by_chain", "shareable", "seconds", "freshness_days"}
        return AllocationQuestion(
            region=region_code(self.region) if self.region else None,
            service_type=vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
            industry=industry_code(self.industry) if self.industry else None,
            as_of=self.day,
            rates=rates,
            **self.model_dump(include=same),
        )


@router.post(
    "/allocate",
    response_model=Answer[Allocation],
    responses=documented(),
    summary="全省调剂 / Allocation",
    openapi_extra={"x-example": {"level": "zone", "limit_km": 300}},
)
def post_allocate(
    store: StoreOf, rates: RatesOf, asked: AllocationParameters, _: Annotated[LanguageQuery, Query()]
) -> Response:
    """把余量调剂给缺口：先使满足量最大，再使服务公里最少，精确求解；给出流向、余缺和每项限制的代价。

    Brings spare capacity to unmet demand: meets most, then drives least, exactly; with flows, what remains, and what
    each limit costs.
    """
    return as_json(allocate(store, asked.question(rates)))
