"""Coverage explained: why a cell is as it is, what would close its gap, and where providers are crowded."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.cell_names import cell_ref
from api.names import region_code
from api.parameters import LONGEST, PageParameters, RatesOf, SettingsOf, StandardParameters, StoreOf, check_limit
from api.problems import documented
from api.routers.lists import Listing
from api.routers.sending import CSV_DOCUMENTED, as_json
from api.settings import ROWS
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer, Listed
from queries.coverage import CoverageQuestion
from queries.crowding import Crowded, CrowdingQuestion, crowding
from queries.explanation.cell import explain
from queries.explanation.parts import Explanation, GroupExplanation

router = APIRouter(tags=["coverage"])
Cell = Annotated[
    str,
    Path(
        max_length=LONGEST,
        description="单元 地区:产业:服务类型，代码或名称；少写几项即为一组"
        " / cell region:industry:service_type, codes or names; fewer parts make a group",
        examples=["510722:CH06:SC03", "阿坝州:技术支持"],
    ),
]


class WhyParameters(StandardParameters):
    """A question about one cell or group."""

    rows: int = Field(default=20, ge=1, le=ROWS, description="每类最多列出的行数 / rows listed of each kind at most")
    whole: bool = Field(
        default=False, description="市州有市本级数据时按全市合计 / take a prefecture with its counties, as a group"
    )


class CrowdingParameters(StandardParameters, PageParameters):
    """A question about crowding, one page of it."""

    by: Literal["resource", "provider", "prefecture", "service_type", "prefecture,service_type"] = Field(
        default="resource", description="按什么汇总 / what to sum by"
    )
    region: str | None = Field(
        default=None, max_length=LONGEST, examples=["510700", "绵阳市"],
        description="只看所在地在此的资源，代码或名称 / only resources whose home is there, code or name",
    )  # fmt: skip
    service_type: str | None = Field(
        default=None, max_length=LONGEST, examples=["SC03"], description="只看这类服务 / this service type"
    )

    def question(self, rates: dict[str, float] | None) -> CrowdingQuestion:
        """Return what is asked, in codes."""
        return CrowdingQuestion(
            by=tuple(self.by.split(",")),
            region=region_code(self.region) if self.region else None,
            service_type=vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
            as_of=self.day, standard=self.standard, freshness_days=self.freshness_days, rates=rates,
        )  # fmt: skip


@router.get(
    "/gaps/crowding",
    response_model=ListAnswer[Crowded],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="拥挤 / Crowding",
    openapi_extra={"x-example": {"by": "prefecture,service_type", "limit": 3}},
)
def get_crowding(
    request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf,
    asked: Annotated[CrowdingParameters, Query()],
) -> Response:  # fmt: skip
    """能力小于所及需求的资源，按归于它的未满足需求排列；可按机构、市州、服务类型汇总。

    Resources with less capacity than is asked within their reach, by the unmet demand laid on them; summed by
    provider, prefecture or service type where asked.
    """
    question = asked.question(rates)
    listing = Listing.of(request, settings, "crowding", asked, question)
    answer = crowding(store, question)
    return listing.send(Listed(answer.data, answer.meta), list(Crowded.model_fields))


@router.get(
    "/gaps/{cell:path}/why",
    response_model=Answer[Explanation] | Answer[GroupExplanation],
    responses=documented(400),
    summary="缺口原因 / Why",
    openapi_extra={"x-example": {"cell": "阿坝州:技术支持", "rows": 3}},
)
def get_why(
    store: StoreOf, settings: SettingsOf, rates: RatesOf, cell: Cell, asked: Annotated[WhyParameters, Query()]
) -> Response:
    """一个单元为何如此：需求由哪些行组成，A 由哪些资源贡献（份额合计为 1），每条原因的依据，怎样补足，附近有谁；
    一组单元则给出其各单元和资源，合计等于本组。

    Why a cell is as it is: the rows that make up demand, the resources that make up A (their shares sum to 1),
    what shows each reason, what would close the gap, who is near; of a group its cells and resources, which add up.
    """
    check_limit(asked.rows, settings)
    question = CoverageQuestion(
        as_of=asked.day, standard=asked.standard, freshness_days=asked.freshness_days, rates=rates
    )
    return as_json(explain(store, cell_ref(cell), question, rows=asked.rows, whole=asked.whole))
