"""Suggested partnerships: who never worked together, and could?"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.questions.codes import industry_code, region_code
from api.questions.declaration import AtTerminal, DayParameters, Industry, Name, Question, Rates, Region
from api.questions.held import anywhere, in_region, whole_province
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Answer, ListAnswer
from queries.suggestions import SuggestionQuestion, back_test, flow_gaps, suggestions
from queries.suggestions.suggestion import BackTest, FlowGap, Method, MethodQuality, Suggestion, Suggestions


class SuggestionParameters(DayParameters):
    """A question about suggested partnerships."""

    party: Annotated[Name | None, AtTerminal(argument=True)] = Field(
        default=None, description="只看这个机构、载体或窗口（标识或名称）/ only of this party, by key or name"
    )
    region: Region = Field(
        default=None, description="至少一方在此地区或经济区 / at least one of the two is in this region or zone"
    )
    industry: Industry = Field(
        default=None, description="双方都服务的产业链、产业或体系 / chain, pillar or system that both serve"
    )
    cross_region: bool = Field(default=False, description="只要跨市（州）的 / only across prefectures")
    method: Method | None = Field(
        default=None, description="方法；不写为回测最好者 / method; without one the best of the back-test"
    )

    def question(self, _: Rates) -> SuggestionQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        return SuggestionQuestion(
            party=self.party,
            region=region_code(self.region) if self.region else None,
            industry=industry_code(self.industry) if self.industry else None,
            cross_region=self.cross_region,
            method=self.method,
            as_of=self.day,
        )


class FlowParameters(DayParameters):
    """A question about flows without a partnership."""

    everything: bool = Field(default=False, description="也列已有合作的 / also flows between partners")


def _flows(store: Store, asked: tuple[date, bool]) -> ListAnswer[FlowGap]:
    day, everything = asked
    answer = flow_gaps(store, day, everything=everything)
    return ListAnswer(data=answer.data, meta=answer.meta, total=len(answer.data))


def _flat_quality(row: MethodQuality) -> Mapping[str, Any]:
    of = {"hard": row.hard, "random": row.random}
    split = {f"{name}_{k}": v for name, part in of.items() for k, v in part.model_dump().items()}
    return {"method": row.method, **split, **row.model_dump(exclude={"method", "hard", "random"})}


SUGGESTIONS = Question(
    name="suggestions",
    title=Text("建议的合作", "Suggested partnerships"),
    brief=Text("建议的合作：谁还没有合作而可以合作", "who could work together and does not"),
    about="""在合作网络中相隔两三步、从未合作的各对，按结成合作的可能性排序，附理由。

    Pairs two or three steps apart in the partnership network that never worked together, the likeliest first, with
    the reasons.
    """,
    parameters=SuggestionParameters,
    asked=SuggestionParameters.question,
    answer=suggestions,
    result=Suggestions,
    columns=lambda _: list(Suggestion.model_fields),
    found=lambda answer: len(answer.pairs) > 0,
    address="/suggestions",
    access=RouteRule(AccessRule.PLAN, in_region()),
    dear=True,
    tag="suggestions",
    problems=(404,),
    page=20,
    rated=False,
    slow=True,
    example={"cross_region": "true", "limit": 3},
)
FLOWS = Question(
    name="flows",
    title=Text("尚无合作的调剂流向", "Flows without a partnership"),
    brief=Text("改列尚无合作的调剂流向", "flows without a partnership instead"),
    about="""全省调剂所需、而两市（州）之间尚无合作的流向，量大者在前。

    Flows of the province-wide allocation between prefectures that have no partnership, the largest first.
    """,
    parameters=FlowParameters,
    asked=lambda parameters, _: (parameters.day, parameters.everything),
    answer=_flows,
    result=ListAnswer[FlowGap],
    columns=lambda _: list(FlowGap.model_fields),
    address="/suggestions/flows",
    access=RouteRule(AccessRule.PLAN, whole_province),
    dear=True,
    tag="suggestions",
    rated=False,
    slow=True,
)
QUALITY = Question(
    name="quality",
    title=Text("建议的质量", "Quality of the suggestions"),
    brief=Text("改列各方法的回测质量", "how good each method is instead"),
    about="""按时间切分回测各方法：只用切分日以前的合作，看以后结成的合作排在多前。

    How well each method would have foretold this graph's partnerships: known up to a day, judged by what came after.
    """,
    parameters=DayParameters,
    asked=lambda parameters, _: parameters.day,
    answer=back_test,
    result=Answer[BackTest],
    rows=lambda answer: answer.data.methods,
    flat=_flat_quality,
    found=lambda answer: bool(answer.data.methods),
    address="/suggestions/quality",
    access=RouteRule(AccessRule.PLAN, anywhere),
    dear=True,
    tag="suggestions",
    rated=False,
    slow=True,
)
