"""Coverage and gaps: where is service missing?"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.http.parameters import CoverageParameters, RatesOf, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED
from queries.answers import ListAnswer
from queries.coverage import CoverageCell, Gap, coverage, gaps

router = APIRouter(tags=["coverage"])
Asked = Annotated[CoverageParameters, Query()]
RESPONSES = {**documented(400, 409), **CSV_DOCUMENTED}


@router.get(
    "/coverage",
    response_model=ListAnswer[CoverageCell],
    responses=RESPONSES,
    summary="覆盖情况 / Coverage",
    openapi_extra={"x-example": {"region": "绵阳市", "group_by": "prefecture,service_type", "limit": 3}},
)
def get_coverage(request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Asked) -> Response:
    """逐单元或逐组给出需求、可及供给、覆盖率和状态，按地区、产业、服务类型排序。未知为空值，从不当作 0。

    Demand, reachable supply, ratio and state of each cell or group, ordered by region, industry and service
    type. Unknown is null, never 0.
    """
    question = asked.question(rates)
    listing = Listing.of(request, settings, "coverage", asked, question)
    answer = coverage(store, question)
    return listing.send(answer, list(answer.cells.columns))


@router.get(
    "/gaps",
    response_model=ListAnswer[Gap],
    responses=RESPONSES,
    summary="服务缺口 / Gaps",
    openapi_extra={"x-example": {"region": "川西北生态示范区", "service_type": "技术支持", "limit": 3}},
)
def get_gaps(request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Asked) -> Response:
    """有未满足需求的单元，最严重的在前：严重度 = 未满足需求 ×（1 + 专精特新占比），并列时按代码。

    Cells with unmet demand, worst first: severity = unmet × (1 + share of specialised enterprises, 专精特新);
    ties by code.
    """
    question = asked.question(rates)
    listing = Listing.of(request, settings, "gaps", asked, question)
    answer = gaps(store, question)
    return listing.send(answer, list(answer.cells.columns))
