"""The targets of the notice against what the graph knows."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.http.parameters import KpiParameters, StoreOf
from api.http.problems import documented
from api.http.routers.sending import CSV_DOCUMENTED, as_csv, as_json, described, wants_csv
from api.questions.kpi import KPI
from queries.answers import Answer
from queries.kpi import TargetStatus

router = APIRouter(tags=["kpi"])


@router.get(
    "/kpi",
    response_model=Answer[list[TargetStatus]],
    responses={**documented(), **CSV_DOCUMENTED},
    **described(KPI),
)
def get_kpi(request: Request, store: StoreOf, asked: Annotated[KpiParameters, Query()]) -> Response:
    """Answer how far the targets are reached."""
    answer = KPI.answer(store, KPI.asked(asked, None))
    if wants_csv(request, asked.format):
        rows = [row.model_dump() for row in answer.data]
        return as_csv("kpi", rows, KPI.columns(answer), answer.meta)
    return as_json(answer)
