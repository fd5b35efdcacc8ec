"""Partner requests and where they stand, and searches that found nothing."""

from datetime import date
from typing import Any

from pydantic import Field

from api.questions.declaration import Name, Parameters, Question, Rates, meta_of_now
from graph.language import Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.keep.signals import signals
from queries.answers import ListAnswer, Listed, Result
from queries.requests import CooperationRequest, requests


class RequestParameters(Parameters):
    """A question about partner requests."""

    state: Name | None = Field(
        default=None, examples=["asked"], description="只看这一状态 / only requests in this state"
    )
    party: Name | None = Field(default=None, description="只看这一方，标识或名称 / only of this party, key or name")

    def question(self, _: Rates) -> "RequestParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownCode: there is no such state.
        """
        return self.model_copy(
            update={"state": vocabulary("request_states").resolve(self.state) if self.state else None}
        )


class DemandSignal(Result):
    """A search that found nothing."""

    question: str = Field(description="查找的问题 / question that was asked")
    asked: dict[str, str] = Field(description="条件 / its conditions")
    times: int = Field(description="次数 / how often")
    first: date = Field(description="首次查找的日期 / day of the first search")
    last: date = Field(description="最近查找的日期 / day of the last search")


def _signals(store: Store, _: Any) -> Listed[DemandSignal]:
    return Listed([DemandSignal(**vars(signal)) for signal in signals(store.home)], meta_of_now(store))


REQUESTS = Question(
    name="requests",
    title=Text("合作请求", "Partner requests"),
    brief=Text("列出合作请求", "list partner requests"),
    about="""合作请求及其状态，最新的在前；达成后成为合作关系。

    Partner requests and where they stand, newest first; once agreed they are partnerships.
    """,
    parameters=RequestParameters,
    asked=RequestParameters.question,
    answer=lambda store, asked: requests(store, state=asked.state, party=asked.party),
    result=ListAnswer[CooperationRequest],
    columns=lambda _: list(CooperationRequest.model_fields),
    address="/requests",
    tag="partners",
    rated=False,
    example={"state": "asked"},
)
SIGNALS = Question(
    name="signals",
    title=Text("需求信号", "Demand signals"),
    brief=Text("没有结果的查找，即未满足的需求信号", "searches that found nothing: signs of demand"),
    about="""没有结果的查找：找什么、在哪里、多少次，供规划时参考。

    Searches that found nothing: what, where, how often; signs of demand for planners.
    """,
    parameters=Parameters,
    asked=lambda parameters, _: parameters,
    answer=_signals,
    lasting=False,
    result=ListAnswer[DemandSignal],
    columns=lambda _: list(DemandSignal.model_fields),
    address="/signals",
    tag="partners",
    rated=False,
)
