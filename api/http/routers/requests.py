"""Partner requests, and searches that found nothing; to read: writing waits for users and roles."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http.parameters import PageQuery, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED
from api.questions.declaration import LONGEST
from graph.vocabulary import vocabulary
from loaders.keep.signals import signals
from queries.answers import ListAnswer, Listed, Result, meta
from queries.requests import CooperationRequest, requests

router = APIRouter(tags=["partners"])


class RequestParameters(PageQuery):
    """A question about partner requests."""

    state: str | None = Field(
        default=None, max_length=LONGEST, examples=["asked"], description="只看这一状态 / only requests in this state"
    )
    party: str | None = Field(
        default=None, max_length=LONGEST, description="只看这一方，标识或名称 / only of this party, key or name"
    )


class DemandSignal(Result):
    """A search that found nothing."""

    question: str = Field(description="查找的问题 / question that was asked")
    asked: dict[str, str] = Field(description="条件 / its conditions")
    times: int = Field(description="次数 / how often")
    first: date
    last: date


@router.get(
    "/requests",
    response_model=ListAnswer[CooperationRequest],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="合作请求 / Partner requests",
    openapi_extra={"x-example": {"state": "asked"}},
)
def get_requests(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[RequestParameters, Query()]
) -> Response:
    """合作请求及其状态，最新的在前；达成后成为合作关系。

    Partner requests and where they stand, newest first; once agreed they are partnerships.
    """
    state = vocabulary("request_states").resolve(asked.state) if asked.state else None
    listing = Listing.of(request, settings, "requests", asked)
    answer = requests(store, state=state, party=asked.party)
    return listing.send(Listed(answer.data, answer.meta), list(CooperationRequest.model_fields))


@router.get(
    "/signals",
    response_model=ListAnswer[DemandSignal],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="需求信号 / Demand signals",
    openapi_extra={"x-example": {}},
)
def get_signals(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[PageQuery, Query()]
) -> Response:
    """没有结果的查找：找什么、在哪里、多少次，供规划时参考。

    Searches that found nothing: what, where, how often; signs of demand for planners.
    """
    listing = Listing.of(request, settings, "signals", asked)
    found = [DemandSignal(**vars(signal)) for signal in signals(store.home)]
    with store.read() as session:
        version = session.version()
    return listing.send(Listed(found, meta(version, {}, {})), list(DemandSignal.model_fields))
