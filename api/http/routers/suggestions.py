"""Suggested partnerships: who never worked together, and could?"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http.parameters import DayQuery, PageQuery, SettingsOf, StoreOf
from api.http.problems import documented
from api.http.routers.lists import Listing
from api.http.routers.sending import CSV_DOCUMENTED, as_json
from api.questions.codes import industry_code, region_code
from api.questions.declaration import LONGEST
from api.settings import ROWS
from queries.answers import Answer, ListAnswer, Listed
from queries.suggestions import SuggestionQuestion, back_test, flow_gaps, suggestions
from queries.suggestions.suggestion import BackTest, FlowGap, Method, Suggestion, Suggestions

router = APIRouter(tags=["suggestions"])
Name = Annotated[str, Field(max_length=LONGEST)]


class SuggestionParameters(DayQuery, PageQuery):
    """One page of suggested partnerships."""

    party: Name | None = Field(
        default=None, description="只看这个机构、载体或窗口（标识或名称）/ only of this party, by key or name"
    )
    region: Name | None = Field(
        default=None, examples=["510700", "绵阳市"],
        description="至少一方在此地区或经济区 / at least one of the two is in this region or zone",
    )  # fmt: skip
    industry: Name | None = Field(
        default=None, description="双方都服务的产业链、产业或体系 / chain, pillar or system that both serve"
    )
    cross_region: bool = Field(default=False, description="只要跨市（州）的 / only across prefectures")
    method: Method | None = Field(
        default=None, description="方法；不写为回测最好者 / method; without one the best of the back-test"
    )
    limit: int = Field(default=20, ge=1, le=ROWS, description="每页行数 / rows of a page")

    def question(self) -> SuggestionQuestion:
        """Return what is asked, in codes."""
        return SuggestionQuestion(
            party=self.party,
            region=region_code(self.region) if self.region else None,
            industry=industry_code(self.industry) if self.industry else None,
            cross_region=self.cross_region,
            method=self.method,
            as_of=self.day,
        )


class FlowParameters(DayQuery, PageQuery):
    """A question about flows without a partnership."""

    everything: bool = Field(default=False, description="也列已有合作的 / also flows between partners")


@router.get(
    "/suggestions",
    response_model=Suggestions,
    responses={**documented(400, 404, 409), **CSV_DOCUMENTED},
    summary="建议的合作 / Suggested partnerships",
    openapi_extra={"x-example": {"cross_region": "true", "limit": 3}},
)
def get_suggestions(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[SuggestionParameters, Query()]
) -> Response:
    """在合作网络中相隔两三步、从未合作的各对，按结成合作的可能性排序，附理由。

    Pairs two or three steps apart in the partnership network that never worked together, the likeliest first, with
    the reasons.
    """
    question = asked.question()
    listing = Listing.of(request, settings, "suggestions", asked, question)
    return listing.send(suggestions(store, question), list(Suggestion.model_fields))


@router.get(
    "/suggestions/flows",
    response_model=ListAnswer[FlowGap],
    responses={**documented(400, 409), **CSV_DOCUMENTED},
    summary="尚无合作的调剂流向 / Flows without a partnership",
    openapi_extra={"x-example": {}},
)
def get_flows(
    request: Request, store: StoreOf, settings: SettingsOf, asked: Annotated[FlowParameters, Query()]
) -> Response:
    """全省调剂所需、而两市（州）之间尚无合作的流向，量大者在前。

    Flows of the province-wide allocation between prefectures that have no partnership, the largest first.
    """
    listing = Listing.of(request, settings, "flows", asked)
    answer = flow_gaps(store, asked.day, everything=asked.everything)
    return listing.send(Listed(answer.data, answer.meta), list(FlowGap.model_fields))


@router.get(
    "/suggestions/quality",
    response_model=Answer[BackTest],
    responses=documented(),
    summary="建议的质量 / Quality of the suggestions",
    openapi_extra={"x-example": {}},
)
def get_quality(store: StoreOf, asked: Annotated[DayQuery, Query()]) -> Response:
    """按时间切分回测各方法：只用切分日以前的合作，看以后结成的合作排在多前。

    How well each method would have foretold this graph's partnerships: known up to a day, judged by what came after.
    """
    return as_json(back_test(store, asked.day))
