"""Coverage and gaps: where is service missing?"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.http.parameters import CoverageQuery, GapsQuery, RankingsQuery, RatesOf, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED, as_json, described
from api.questions.coverage import COVERAGE, GAPS, RANKINGS
from queries.answers import Answer, ListAnswer
from queries.coverage import CoverageCell
from queries.rankings import Gap, GapRankings

router = APIRouter(tags=["coverage"])
RESPONSES = {**documented(400, 409), **CSV_DOCUMENTED}


@router.get("/coverage", response_model=ListAnswer[CoverageCell], responses=RESPONSES, **described(COVERAGE))
def get_coverage(
    request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Annotated[CoverageQuery, Query()]
) -> Response:
    """Answer a question of coverage."""
    return Listing.answer(request, settings, store, COVERAGE, asked, rates)


@router.get("/gaps", response_model=ListAnswer[Gap], responses=RESPONSES, **described(GAPS))
def get_gaps(
    request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf, asked: Annotated[GapsQuery, Query()]
) -> Response:
    """Answer a question of gaps."""
    return Listing.answer(request, settings, store, GAPS, asked, rates)


@router.get("/gaps/rankings", response_model=Answer[GapRankings], responses=documented(400), **described(RANKINGS))
def get_rankings(store: StoreOf, rates: RatesOf, asked: Annotated[RankingsQuery, Query()]) -> Response:
    """Answer with the three orders of gaps."""
    return as_json(RANKINGS.answer(store, RANKINGS.asked(asked, rates)))
