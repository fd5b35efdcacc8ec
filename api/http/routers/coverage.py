"""Coverage and gaps: where is service missing?"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.http.parameters import CoverageQuery, RatesOf, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED, described
from api.questions.coverage import COVERAGE, GAPS
from queries.answers import ListAnswer
from queries.coverage import CoverageCell, Gap

router = APIRouter(tags=["coverage"])
Asked = Annotated[CoverageQuery, Query()]
RESPONSES = {**documented(400, 409), **CSV_DOCUMENTED}


@router.get("/coverage", response_model=ListAnswer[CoverageCell], responses=RESPONSES, **described(COVERAGE))
def get_coverage(request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Asked) -> Response:
    """Answer a question of coverage."""
    return Listing.answer(request, settings, store, COVERAGE, asked, rates)


@router.get("/gaps", response_model=ListAnswer[Gap], responses=RESPONSES, **described(GAPS))
def get_gaps(request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Asked) -> Response:
    """Answer a question of gaps."""
    return Listing.answer(request, settings, store, GAPS, asked, rates)
