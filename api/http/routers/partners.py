"""Partners: who could help from elsewhere?"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, create_model, field_validator

from api.http.parameters import DayQuery, LanguageQuery, PageQuery, RatesOf, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED, as_json
from api.questions.codes import industry_code, region_code
from api.questions.declaration import FRESHNESS_DAYS, LONGEST
from api.questions.signals import note_in_vain
from api.settings import ROWS
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer, Listed, meta
from queries.coverage import CoverageQuestion
from queries.partners.candidates import DEFAULT_WEIGHTS, PARTS, Partner, PartnerQuestion, Partners, RegionPair
from queries.partners.find import partners
from queries.partners.matrix import complementarity_matrix

router = APIRouter(tags=["partners"])
Name = Annotated[str, Field(max_length=LONGEST)]
Names = Annotated[list[Name], Field(max_length=100)]
MOST_REQUESTS = 50


class PartnerFilters(DayQuery):
    """Who asks, for what, and whom to take."""

    requester: Name = Field(
        description="求助方（代码、标识或名称）/ region, zone, organisation, carrier or firm, by code, key or name",
        examples=["510700", "绵阳市"],
    )  # fmt: skip
    candidates: Literal["organization", "carrier", "all"] = Field(
        default="organization", description="候选为机构、载体或两者 / organisations, carriers or both"
    )
    service_types: Names = Field(default=[], description="所寻服务类型，可重复 / service types looked for")
    industry: Name | None = Field(default=None, description="所寻产业链、产业或体系 / chain, pillar or system")
    dimensions: Names = Field(default=[], description="资源的合作维度，任一即可 / open to any of these dimensions")
    level: Name | None = Field(default=None, description="最低级别 / lowest level", examples=["provincial"])
    mode: Literal["online", "offline"] | None = Field(default=None, description="服务方式 / mode of service")
    max_km: float | None = Field(
        default=None, ge=0, le=5000, allow_inf_nan=False, description="最远公里数 / farthest, km"
    )
    shareable: bool = Field(default=False, description="只要标明可共享的资源 / only resources open to sharing")
    min_spare: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="最少余量（次/年）/ least spare capacity, services a year"
    )
    pins: Names = Field(default=[], description="指定候选，总在最前 / candidates that stand first whatever the filters")
    exclude: Names = Field(default=[], description="排除的候选 / candidates that are left out")
    freshness_days: int = Field(
        default=FRESHNESS_DAYS, ge=1, le=36500, description="数据时效（天）/ older data count as unknown, days"
    )

    @field_validator("service_types", "dimensions", "pins", "exclude")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def asked(self, rates: dict[str, float] | None, weights: dict[str, float] | None) -> PartnerQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownCode: a service type, industry, dimension or level that is none.
        """
        same = {"requester", "candidates", "mode", "max_km", "shareable", "min_spare", "freshness_days"}
        return PartnerQuestion(
            service_types=tuple(vocabulary("service_types").resolve(t) for t in self.service_types),
            industry=industry_code(self.industry) if self.industry else None,
            dimensions=tuple(vocabulary("cooperation_dimensions").resolve(d) for d in self.dimensions),
            level=vocabulary("levels").resolve(self.level) if self.level else None,
            pins=tuple(self.pins),
            exclude=tuple(self.exclude),
            weights=weights,
            as_of=self.day,
            rates=rates,
            **self.model_dump(include=same),
        )


_WEIGHTS: dict[str, Any] = {
    f"weight_{part}": (
        float | None,
        Field(
            default=None, allow_inf_nan=False,
            description=f"{part} 的权重；写出任一权重后其余为 0，都不写为 {DEFAULT_WEIGHTS[part]:g}"
            f" / weight of {part}; where any weight is given the others are 0; without any {DEFAULT_WEIGHTS[part]:g}",
        ),
    )
    for part in PARTS
}  # fmt: skip
_Weighted: type[PartnerFilters] = create_model("_Weighted", __base__=PartnerFilters, **_WEIGHTS)


class PartnerParameters(_Weighted, PageQuery):
    """One page of candidates for one requester."""

    limit: int = Field(default=20, ge=1, le=ROWS, description="每页行数 / rows of a page")

    def question(self, rates: dict[str, float] | None) -> PartnerQuestion:
        """Return what is asked, in codes."""
        given = {part: getattr(self, f"weight_{part}") for part in PARTS}
        stated = {part: weight for part, weight in given.items() if weight is not None}
        found: PartnerQuestion = self.asked(rates, stated or None)
        return found


class PartnerRequest(PartnerFilters):
    """One requester of several."""

    weights: dict[str, float] | None = Field(
        default=None, description=f"各分项权重，不写的为 0 / weights of {', '.join(PARTS)}; 0 where not named"
    )
    limit: int = Field(default=10, ge=1, le=100, description="返回前几名 / so many of the best")


class PartnerBatch(LanguageQuery):
    """Several requesters at once."""

    requests: list[PartnerRequest] = Field(min_length=1, max_length=MOST_REQUESTS, description="各求助方 / requests")


class MatrixParameters(DayQuery, PageQuery):
    """A question about which regions complete each other."""

    level: Literal["prefecture", "zone"] = Field(default="prefecture", description="地区层级 / level of regions")


@router.get(
    "/partners",
    response_model=Partners,
    responses={**documented(400, 404, 409), **CSV_DOCUMENTED},
    summary="合作伙伴 / Partners",
    openapi_extra={"x-example": {"requester": "绵阳市", "service_types": "SC03", "limit": 3}},
)
def get_partners(
    request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Annotated[PartnerParameters, Query()]
) -> Response:
    """别处谁能补上缺口：按互补性、可及性、产业相关、质量、合作记录、开放度加权排名；无结果时给出最近的放宽办法。

    Who could help from elsewhere, ranked by weighted parts: complementarity, reach, relatedness, quality, record and
    openness; where nobody fits, the nearest relaxations of the filters.
    """
    question = asked.question(rates)
    listing = Listing.of(request, settings, "partners", asked, question)
    answer = partners(store, question, region_code)
    note_in_vain(store, question, answer)
    return listing.send(answer, list(Partner.model_fields))


@router.get(
    "/partners/matrix",
    response_model=ListAnswer[RegionPair],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="地区互补矩阵 / Complementarity of regions",
    openapi_extra={"x-example": {"level": "zone"}},
)
def get_matrix(
    request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Annotated[MatrixParameters, Query()]
) -> Response:
    """每两个地区之间，一方的余量能补另一方多少缺口，双向给出，互补最多者在前。

    For every pair of regions what the spare capacity of each would meet of the other's unmet demand, both ways, those
    that can do most for each other first.
    """
    question = CoverageQuestion(as_of=asked.day, rates=rates)
    listing = Listing.of(request, settings, "matrix", asked)
    answer = complementarity_matrix(store, question, level=asked.level)
    return listing.send(Listed(answer.data, answer.meta), list(RegionPair.model_fields))


@router.post(
    "/partners:batch",
    response_model=Answer[list[Partners]],
    responses=documented(404),
    summary="批量查找合作伙伴 / Partners of several requesters",
    openapi_extra={"x-example": {"requests": [{"requester": "绵阳市", "limit": 3}]}},
)
def post_partners(
    store: StoreOf, rates: RatesOf, asked: PartnerBatch, _: Annotated[LanguageQuery, Query()]
) -> Response:
    """一次为多个求助方查找合作伙伴，逐一回答。

    Partners for several requesters at once, one answer each, in their order.
    """
    found = [partners(store, one.asked(rates, one.weights), region_code).page(one.limit) for one in asked.requests]
    last = found[-1].meta
    return as_json(Answer(data=found, meta=meta(last.graph_version, {"requests": len(found)}, last.data_class)))
