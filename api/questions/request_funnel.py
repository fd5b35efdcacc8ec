"""How many searches and requests get how far: from a search over asking and agreeing to what came of it."""

from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Literal

from pydantic import Field

from api.questions.codes import FIRST_DAY, lies_in, region_code
from api.questions.declaration import DayParameters, Question, Rates, Region
from api.questions.held import in_region
from api.questions.requests import RequestParameters, requests_of
from api.questions.values import Day
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from loaders.keep.signals import signals
from loaders.write.follow_up import courses
from queries.answers import ListAnswer, Result
from queries.requests import CooperationRequest

Stage = Literal[
    "searched", "searched_in_vain", "asked", "met", "agreed", "delivered", "closed", "outcome_due", "outcome_known",
    "effective", "declined", "lapsed",
]  # fmt: skip
WORDS: dict[Stage, Text] = {
    "searched": Text("查找", "searched"),
    "searched_in_vain": Text("查找无果", "searched in vain"),
    "asked": Text("已提出", "asked"),
    "met": Text("已对接", "met"),
    "agreed": Text("已达成", "agreed"),
    "delivered": Text("已交付", "delivered"),
    "closed": Text("已办结", "closed"),
    "outcome_due": Text("应看成效", "outcome due"),
    "outcome_known": Text("已看成效", "outcome known"),
    "effective": Text("已见成效", "effective"),
    "declined": Text("已谢绝", "declined"),
    "lapsed": Text("已过期", "lapsed"),
}
STATES: tuple[Stage, ...] = ("asked", "met", "agreed", "delivered", "closed", "declined")


class FunnelParameters(DayParameters):
    """Whose requests, asked for when."""

    region: Region = Field(default=None, description="至少一方在此地区 / at least one of the two is in this region")
    since: Day | None = Field(default=None, description="从这天起提出的 / asked from this day on")

    def question(self, _: Rates) -> "FunnelParameters":
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a name that is none, or several.
        """
        return self.model_copy(update={"region": region_code(self.region) if self.region else None})


class FunnelStage(Result):
    """How many got so far."""

    stage: Stage = Field(description="阶段 / how far")
    count: int = Field(description="次数：查找或请求 / searches, or requests")
    share: float | None = Field(description="占已提出请求的比例 / share of the requests that were asked")
    median_days: float | None = Field(description="自提出起的天数，中位数 / days since they were asked, median")


def _funnel(store: Store, asked: FunnelParameters) -> ListAnswer[FunnelStage]:
    answer = requests_of(store, RequestParameters(region=asked.region, as_of=asked.day))
    first = asked.since or FIRST_DAY
    found = [one for one in answer.data if first <= one.day <= asked.day]
    reached = courses(store.home)
    days = {one.key: reached[one.key].reached if one.key in reached else {"asked": one.day} for one in found}
    vain, met = (_searches(store, asked, first, found=found) for found in (False, True))
    data = [_search("searched", vain + met), _search("searched_in_vain", vain)]
    for state in STATES[:5]:
        data.append(_stage(state, [_since(days[one.key], state) for one in found if state in days[one.key]], found))
    data += _afterwards(found, asked.day)
    data.append(_counted("declined", sum(one.state == "declined" for one in found), found))
    data.append(_counted("lapsed", sum(one.lapsed for one in found), found))
    parameters = {**answer.meta.parameters, **({"since": first.isoformat()} if asked.since else {})}
    return ListAnswer(data=data, meta=answer.meta.model_copy(update={"parameters": parameters}), total=len(data))


def _searches(store: Store, asked: FunnelParameters, first: date, *, found: bool) -> int:
    known = [one for one in signals(store.home, found=found) if first <= one.last and one.first <= asked.day]
    if asked.region:
        known = [one for one in known if lies_in(one.asked.get("region", ""), asked.region)]
    return sum(one.times for one in known)


def _search(stage: Stage, count: int) -> FunnelStage:
    return FunnelStage(stage=stage, count=count, share=None, median_days=None)


def _since(days: dict[str, date], state: str) -> int:
    return (days[state] - days["asked"]).days


def _stage(stage: Stage, days: list[int], found: list[CooperationRequest]) -> FunnelStage:
    share = len(days) / len(found) if found else None
    return FunnelStage(stage=stage, count=len(days), share=share, median_days=median(days) if days else None)


def _counted(stage: Stage, count: int, found: list[CooperationRequest]) -> FunnelStage:
    return FunnelStage(stage=stage, count=count, share=count / len(found) if found else None, median_days=None)


def _afterwards(found: list[CooperationRequest], day: date) -> Iterator[FunnelStage]:
    """Yield how many should be looked back at, how many have been, and to how many something came of it."""
    yield _counted("outcome_due", sum(one.outcome_due is not None and one.outcome_due <= day for one in found), found)
    yield _counted("outcome_known", sum(one.outcome is not None for one in found), found)
    yield _counted("effective", sum(one.outcome == "effective" for one in found), found)


FUNNEL = Question(
    name="funnel",
    title=Text("从查找到成效", "From search to outcome"),
    brief=Text("从查找到成效各有多少", "how many get how far, from search to outcome"),
    about="""记下的查找、其中没有结果的、提出的请求、对接、达成、交付、办结、六个月后的成效各有多少，占多少，用了多少天。
    查找经 `POST /v1/signals` 记下；命令行只记没有结果的。

    How many searches were noted, how many in vain, requests asked, met, agreed on, delivered, closed, and looked back
    at after six months: numbers, shares, and days since they were asked. `POST /v1/signals` notes a search; the
    command line only one in vain.
    """,
    parameters=FunnelParameters,
    asked=FunnelParameters.question,
    answer=_funnel,
    lasting=False,
    result=ListAnswer[FunnelStage],
    columns=lambda _: list(FunnelStage.model_fields),
    rows=lambda answer: answer.data,
    whole=True,
    tabular=True,
    address="/requests/funnel",
    access=RouteRule(AccessRule.WORK, in_region()),
    tag="partners",
    rated=False,
)
