"""Partner requests and where they stand, and searches that found nothing."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from pydantic import Field

from api.questions.codes import lies_in, region_code
from api.questions.declaration import DayParameters, Name, Parameters, Question, Rates, Region, meta_of_now
from api.questions.held import homes, in_region
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.keep.signals import signals
from loaders.write.follow_up import Course, courses
from queries.answers import ListAnswer, Listed, Result, meta
from queries.requests import CooperationRequest, requests

SAID = ("owner", "due", "review", "expires", "outcome_due", "outcome", "outcome_day")


class RequestParameters(DayParameters):
    """A question about partner requests."""

    state: Name | None = Field(
        default=None, examples=["asked"], description="只看这一状态 / only requests in this state"
    )
    party: Name | None = Field(default=None, description="只看这一方，标识或名称 / only of this party, key or name")
    region: Region = Field(
        default=None, description="至少一方在此地区 / at least one of the two is in this region or zone"
    )

    def question(self, _: Rates) -> "RequestParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownCode: there is no such state.
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        codes = {
            "state": vocabulary("request_states").resolve(self.state) if self.state else None,
            "region": region_code(self.region) if self.region else None,
        }
        return self.model_copy(update=codes)


class SignalParameters(Parameters):
    """Which signs of demand."""

    region: Region = Field(default=None, description="只看此地区的 / only those of this region or zone")

    def question(self, _: Rates) -> "SignalParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        return self.model_copy(update={"region": region_code(self.region) if self.region else None})


class DemandSignal(Result):
    """A search that found nothing."""

    question: str = Field(description="查找的问题 / question that was asked")
    asked: dict[str, str] = Field(description="条件 / its conditions")
    times: int = Field(description="次数 / how often")
    first: date = Field(description="首次查找的日期 / day of the first search")
    last: date = Field(description="最近查找的日期 / day of the last search")


def followed(store: Store, found: Iterable[CooperationRequest], day: date) -> list[CooperationRequest]:
    """Return requests with what was said of them since, as it stands on a day."""
    said = courses(store.home)
    return [_followed(one, said.get(one.key, Course()), day) for one in found]


def _followed(one: CooperationRequest, course: Course, day: date) -> CooperationRequest:
    fields: dict[str, object] = {name: getattr(course, name) for name in SAID}
    fields["overdue"] = one.state == "asked" and course.due is not None and day > course.due
    fields["lapsed"] = course.lapsed(one.state, day)
    return one.model_copy(update={**fields, "interested": tuple(course.interested)})


def requests_of(store: Store, asked: RequestParameters) -> ListAnswer[CooperationRequest]:
    """Return requests, newest first."""
    answer = requests(store, state=asked.state, party=asked.party)
    found, parameters = answer.data, {**answer.meta.parameters, "as_of": asked.day.isoformat()}
    if area := asked.region:
        where = homes(store, {key for one in found for key in (one.a, one.b)})
        there = {key for key, places in where.items() if any(home and lies_in(home, area) for home in places)}
        found = [one for one in found if there & {one.a, one.b}]
        parameters["region"] = area
    counts = Counter(one.data_class or "" for one in found)
    data = followed(store, found, asked.day)
    return ListAnswer(data=data, meta=meta(answer.meta.graph_version, parameters, counts), total=len(data))


def _signals(store: Store, asked: SignalParameters) -> Listed[DemandSignal]:
    found = [DemandSignal(**vars(signal)) for signal in signals(store.home)]
    if asked.region:
        found = [one for one in found if lies_in(one.asked.get("region", ""), asked.region)]
    return Listed(found, meta_of_now(store, asked.model_dump(exclude_none=True)))


REQUESTS = Question(
    name="requests",
    title=Text("合作请求", "Partner requests"),
    brief=Text("列出合作请求", "list partner requests"),
    about="""合作请求及其状态，最新的在前；达成后成为合作关系。

    Partner requests and where they stand, newest first; once agreed they are partnerships.
    """,
    parameters=RequestParameters,
    asked=RequestParameters.question,
    answer=requests_of,
    result=ListAnswer[CooperationRequest],
    columns=lambda _: list(CooperationRequest.model_fields),
    address="/requests",
    access=RouteRule(AccessRule.WORK, in_region()),
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
    parameters=SignalParameters,
    asked=SignalParameters.question,
    answer=_signals,
    lasting=False,
    result=ListAnswer[DemandSignal],
    columns=lambda _: list(DemandSignal.model_fields),
    address="/signals",
    access=RouteRule(AccessRule.WORK, in_region()),
    tag="partners",
    rated=False,
)
