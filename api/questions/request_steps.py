"""Partner requests on their way: asked, taken further, seen to by somebody, of interest to others, looked back at."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from api.questions.declaration import AtTerminal, DayParameters, Name, Parameters, Question, Rates, meta_of_now
from api.questions.held import at_home, check, homes
from api.questions.requests import followed
from api.questions.values import Day
from api.security.roles import AccessRule, NotYourRegion, RouteRule
from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.write.follow_up import stated_terms
from loaders.write.requests import advance, ask, record_outcome, set_terms, show_interest, unknown_request
from queries.answers import Answer
from queries.requests import CooperationRequest, requests

Key = Annotated[Name, Field(description="请求编号 / key of the request", examples=["request-000123"])]
Prose = Annotated[str, Field(max_length=2000)]
EXAMPLE_KEY = "request-000123"


class RequestTerms(Parameters):
    """Who sees to a request, and until when."""

    owner: Name | None = Field(
        default=None, examples=["绵阳市窗口"], description="责任单位或岗位 / office that sees to it"
    )
    due: Day | None = Field(
        default=None, examples=["2026-08-01"], description="答复期限 / day by which it is to be answered"
    )
    review: Day | None = Field(default=None, description="复查日期 / day on which it is looked at again")
    expires: Day | None = Field(default=None, description="有效期至 / last day on which it can be taken further")

    def terms(self) -> dict[str, str]:
        """Return those that are stated."""
        return stated_terms(self.owner, due=self.due, review=self.review, expires=self.expires)


class AskParameters(RequestTerms, DayParameters):
    """One party asks another for cooperation."""

    a: Annotated[Name, AtTerminal(argument=True)] = Field(
        description="请求方：标识或名称 / who asks: key or name", examples=["510700"]
    )
    b: Annotated[Name, AtTerminal(argument=True)] = Field(
        description="被请求方：标识或名称 / who is asked: key or name", examples=["511500"]
    )
    dimension: Name = Field(description="合作维度 / dimension of cooperation", examples=["innovation", "创新链"])
    service_type: Name | None = Field(default=None, description="服务类型 / service type", examples=["SC05"])
    content: Prose | None = Field(default=None, description="内容 / what it is about")

    def question(self, _: Rates) -> "AskParameters":
        """Return it in codes.

        Raises:
            UnknownCode: there is no such dimension or service type.
        """
        kind = self.service_type and vocabulary("service_types").resolve(self.service_type)
        dimension = vocabulary("cooperation_dimensions").resolve(self.dimension)
        return self.model_copy(update={"dimension": dimension, "service_type": kind})


class OfRequest(DayParameters):
    """Something is said of one request."""

    key: Annotated[Key, AtTerminal(argument=True)]


class StepParameters(OfRequest):
    """A request goes on."""

    state: Name = Field(
        description="转入的状态：met、agreed、delivered、closed、declined / state that it goes to", examples=["met"]
    )
    evidence: Prose | None = Field(default=None, description="依据，如会议纪要、协议文号 / evidence")

    def question(self, _: Rates) -> "StepParameters":
        """Return it in codes.

        Raises:
            UnknownCode: there is no such state.
        """
        return self.model_copy(update={"state": vocabulary("request_states").resolve(self.state)})


class TermsParameters(RequestTerms, OfRequest):
    """Other terms of a request; what is not stated stays."""

    def question(self, _: Rates) -> "TermsParameters":
        """Return them.

        Raises:
            BadParameter: none is stated.
        """
        if not self.terms():
            raise BadParameter(name="owner", value="–", reason=Text("至少写明一项", "state at least one of the terms"))
        return self


class InterestParameters(OfRequest):
    """A third party is interested in a request."""

    key: Annotated[Key, AtTerminal(argument=True)]
    party: Annotated[Name, AtTerminal(argument=True)] = Field(
        description="有意参与者：标识或名称 / who is interested: key or name"
    )


class OutcomeParameters(OfRequest):
    """What came of a cooperation, as it is seen six months later."""

    key: Annotated[Key, AtTerminal(argument=True)]
    outcome: Annotated[Name, AtTerminal(argument=True)] = Field(
        description="成效：effective、going_on、without_effect、ended / what came of it", examples=["effective"]
    )

    def question(self, _: Rates) -> "OutcomeParameters":
        """Return it in codes.

        Raises:
            UnknownCode: there is no such outcome.
        """
        return self.model_copy(update={"outcome": vocabulary("request_outcomes").resolve(self.outcome)})


def _as_it_stands(store: Store, key: str, day: date) -> Answer[CooperationRequest]:
    (found,) = followed(store, [one for one in requests(store).data if one.key == key], day)
    return Answer(data=found, meta=meta_of_now(store, {"as_of": day.isoformat()}))


def _asked(store: Store, asked: AskParameters) -> Answer[CooperationRequest]:
    key = ask(
        store, asked.a, asked.b, dimension=asked.dimension, day=asked.day, service_type=asked.service_type,
        content=asked.content, terms=asked.terms(),
    )  # fmt: skip
    return _as_it_stands(store, key, asked.day)


def _doing(do: Callable[[Store, Any], None]) -> Callable[[Store, Any], Answer[CooperationRequest]]:
    """Return what does something to a request and tells how it stands then."""

    def answer(store: Store, asked: OfRequest) -> Answer[CooperationRequest]:
        do(store, asked)
        return _as_it_stands(store, asked.key, asked.day)

    return answer


def of_own(store: Store, asked: Any, own: str) -> Any:
    """Hold to a request of which one of the two lies in the own region.

    Raises:
        NotFound: there is no such request.
        NotYourRegion: both lie elsewhere.
    """
    found = next((one for one in requests(store).data if one.key == asked.key), None)
    if found is None:
        raise unknown_request(asked.key)
    refused: NotYourRegion | None = None
    for place in (place for places in homes(store, [found.a, found.b]).values() for place in places if place):
        try:
            check(place, own)
        except NotYourRegion as error:
            refused = error
        else:
            return asked
    raise refused or NotYourRegion(region=asked.key, own=own)


def _fields(_: Answer[CooperationRequest]) -> list[str]:
    return list(CooperationRequest.model_fields)


def _row(answer: Answer[CooperationRequest]) -> list[CooperationRequest]:
    return [answer.data]


class StepWords(NamedTuple):
    """What a step is called and does, in both languages."""

    title: Text
    brief: Text
    about: str


def _step(name: str, words: StepWords, parameters: Any, do: Callable[[Store, Any], None],
          example: dict[str, Any], held: Any = of_own) -> Question[Any, Any, Any]:  # fmt: skip
    return Question(
        name=name, title=words.title, brief=words.brief, about=words.about, parameters=parameters,
        asked=getattr(parameters, "question", lambda asked, _: asked), answer=_doing(do), columns=_fields, rows=_row,
        result=Answer[CooperationRequest], address=f"/requests/{name}", access=RouteRule(AccessRule.CHANGE, held),
        tag="partners", problems=(404,), posted=True, lasting=False, writes=True, rated=False,
        example={"key": EXAMPLE_KEY, **example},
    )  # fmt: skip


ASK = Question(
    name="ask",
    title=Text("提出合作请求", "Ask for cooperation"),
    brief=Text("提出合作请求", "ask for cooperation"),
    about="""一方请另一方合作：维度、内容，可写明责任单位、期限、复查日期和有效期。

    One party asks another for cooperation: dimension, content, and who sees to it until when.
    """,
    parameters=AskParameters,
    asked=AskParameters.question,
    answer=_asked,
    columns=_fields,
    rows=_row,
    result=Answer[CooperationRequest],
    address="/requests",
    access=RouteRule(AccessRule.CHANGE, at_home("a")),
    tag="partners",
    problems=(404,),
    posted=True,
    lasting=False,
    writes=True,
    rated=False,
    example={"a": "510700", "b": "511500", "dimension": "innovation", "due": "2026-08-01"},
)
STEP = _step(
    "steps",
    StepWords(
        Text("推进合作请求", "Take a request further"), Text("推进合作请求", "take a request further"),
        """合作请求转入下一状态：对接、达成（成为合作关系）、交付、办结或谢绝，附依据；过了有效期的须先改期。

        A request goes on: met, agreed (it becomes a partnership), delivered, closed or declined, with evidence; one
        that has lapsed is given another day first.
        """,
    ),
    StepParameters,
    lambda store, asked: advance(store, asked.key, asked.state, day=asked.day, evidence=asked.evidence),
    {"state": "met", "evidence": "对接会纪要"},
)  # fmt: skip
TERMS = _step(
    "terms",
    StepWords(
        Text("请求的责任与期限", "Terms of a request"), Text("写明责任单位和期限", "say who sees to it, until when"),
        """合作请求由谁负责、何时答复、何时复查、有效期至何时；没写的保持原样。

        Who sees to a request, by when it is answered, when it is looked at again and until when it holds; what is not
        stated stays.
        """,
    ),
    TermsParameters,
    lambda store, asked: set_terms(store, asked.key, asked.terms(), day=asked.day),
    {"owner": "绵阳市窗口", "due": "2026-08-01"},
)  # fmt: skip
INTEREST = _step(
    "interest",
    StepWords(
        Text("第三方有意参与", "Interest of a third party"), Text("记下第三方有意参与", "a third party is interested"),
        """记下一个请求之外的机构、载体、窗口或地区有意参与。

        Note that an organisation, carrier, window or region beside the two is interested in a request.
        """,
    ),
    InterestParameters,
    lambda store, asked: show_interest(store, asked.key, asked.party, day=asked.day),
    {"party": "510100"},
    at_home("party"),
)  # fmt: skip
OUTCOME = _step(
    "outcome",
    StepWords(
        Text("六个月后的成效", "Outcome after six months"), Text("记下合作的成效", "note what came of a cooperation"),
        """合作达成六个月后（见 outcome_due）记下成效；可以改记。

        What came of a cooperation, six months after it was agreed on (see `outcome_due`); it may be noted anew.
        """,
    ),
    OutcomeParameters,
    lambda store, asked: record_outcome(store, asked.key, asked.outcome, day=asked.day),
    {"outcome": "effective"},
)  # fmt: skip
