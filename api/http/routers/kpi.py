"""The targets of the notice against what the graph knows."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.http.parameters import KpiParameters, StoreOf
from api.http.problems import documented
from api.http.routers.sending import CSV_DOCUMENTED, as_csv, as_json, wants_csv
from queries.answers import Answer
from queries.kpi import TargetStatus, kpi

router = APIRouter(tags=["kpi"])


@router.get(
    "/kpi",
    response_model=Answer[list[TargetStatus]],
    responses={**documented(), **CSV_DOCUMENTED},
    summary="目标完成情况 / Targets",
    openapi_extra={"x-example": {}},
)
def get_kpi(request: Request, store: StoreOf, asked: Annotated[KpiParameters, Query()]) -> Response:
    """通知第二条的各项目标与实际值；无从得知的为空值。

    Each target of clause 2 of the notice against the actual value; null where nothing is known.
    """
    answer = kpi(store, as_of=asked.day)
    if wants_csv(request, asked.format):
        rows = [row.model_dump() for row in answer.data]
        return as_csv("kpi", rows, list(TargetStatus.model_fields), answer.meta)
    return as_json(answer)
