"""Coverage explained: why a cell is as it is, what would close its gap, and where providers are crowded."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.parameters import CrowdingQuery, RatesOf, SettingsOf, StoreOf, WhyQuery, check_limit
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED, as_json, described
from api.questions.declaration import LONGEST
from api.questions.explanation import CELL, CROWDING, WHY, CellParameters
from queries.answers import Answer, ListAnswer
from queries.crowding import Crowded
from queries.explanation.parts import Explanation, GroupExplanation

router = APIRouter(tags=["coverage"])
Cell = Annotated[str, Path(max_length=LONGEST, description=CELL, examples=["510722:CH06:SC03", "阿坝州:技术支持"])]


@router.get(
    "/gaps/crowding",
    response_model=ListAnswer[Crowded],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    **described(CROWDING),
)
def get_crowding(
    request: Request, store: StoreOf, settings: SettingsOf, rates: RatesOf,
    asked: Annotated[CrowdingQuery, Query()],
) -> Response:  # fmt: skip
    """Answer a question of crowding."""
    return Listing.answer(request, settings, store, CROWDING, asked, rates)


@router.get(
    "/gaps/{cell:path}/why",
    response_model=Answer[Explanation] | Answer[GroupExplanation],
    responses=documented(400),
    **described(WHY),
)
def get_why(
    store: StoreOf, settings: SettingsOf, rates: RatesOf, cell: Cell, asked: Annotated[WhyQuery, Query()]
) -> Response:
    """Answer why a cell is as it is."""
    check_limit(asked.rows, settings)
    parameters = CellParameters(cell=cell, **asked.model_dump(exclude={"lang"}))
    return as_json(WHY.answer(store, WHY.asked(parameters, rates)))
