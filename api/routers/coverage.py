"""Coverage and gaps: where is service missing?"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.parameters import CoverageParameters, RatesOf, SettingsOf, StoreOf, check_limit
from api.problems import documented
from api.routers.cursors import Pager
from api.routers.sending import CSV_DOCUMENTED, as_csv, as_json, wants_csv
from queries.answers import ListAnswer
from queries.coverage import Coverage, CoverageCell, Gap, coverage, gaps

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
    check_limit(asked.limit, settings)
    question = asked.question(rates)
    return _page(request, asked, Pager("coverage", question), lambda: coverage(store, question))


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
    check_limit(asked.limit, settings)
    question = asked.question(rates)
    return _page(request, asked, Pager("gaps", question), lambda: gaps(store, question))


def _page(request: Request, asked: CoverageParameters, pager: Pager, ask: Callable[[], Coverage]) -> Response:
    mark = pager.mark(asked.cursor)
    answer = ask()
    version, total = answer.meta.graph_version, len(answer.cells)
    start = mark.start(version)
    stop = start + asked.limit
    following = pager.cursor(stop, version) if stop < total else None
    headers = {"Shuniu-Total": str(total)}
    if following:
        target = request.url.include_query_params(cursor=following)
        headers["Link"] = f'<{target.path}?{target.query}>; rel="next"'
    if wants_csv(request, asked.format):
        rows = answer.records(start, stop)
        return as_csv(pager.name, rows, list(answer.cells.columns), answer.meta, headers)
    page = answer.page(asked.limit, start).model_copy(update={"next": following})
    return as_json(page, headers)
