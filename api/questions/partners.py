"""Partners: who could help from elsewhere?"""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from api.questions.codes import industry_code, place_code
from api.questions.declaration import (
    AtTerminal,
    FreshParameters,
    Industry,
    Name,
    NumberForEach,
    Parameters,
    Question,
    Rates,
    parts,
)
from api.questions.held import at_home, whole_province
from api.questions.signals import note_in_vain, note_search
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer, meta
from queries.coverage import CoverageQuestion
from queries.partners.candidates import DEFAULT_WEIGHTS, PARTS, Partner, PartnerQuestion, Partners, RegionPair
from queries.partners.find import PartnerAnswer, partners
from queries.partners.matrix import complementarity_matrix

Names = Annotated[list[Name], Field(max_length=100)]
MOST_REQUESTS = 50


def _weight(part: str) -> str:
    usual = f"{DEFAULT_WEIGHTS[part]:g}"
    return (
        f"{part} 的权重；写出任一权重后其余为 0，都不写为 {usual}"
        f" / weight of {part}; where any weight is given the others are 0; without any {usual}"
    )


class PartnerFilters(FreshParameters):
    """Who asks, for what, and whom to take."""

    requester: Annotated[Name, AtTerminal(argument=True)] = Field(
        description="求助方（代码、标识或名称）/ region, zone, organisation, carrier or firm, by code, key or name",
        examples=["510700", "绵阳市"],
    )
    candidates: Literal["organization", "carrier", "all"] = Field(
        default="organization", description="候选为机构、载体或两者 / organisations, carriers or both"
    )
    service_types: Annotated[Names, AtTerminal(spellings=("--service-type",))] = Field(
        default=[], description="所寻服务类型，可重复 / service types looked for, repeatable"
    )
    industry: Industry = Field(default=None, description="所寻产业链、产业或体系 / chain, pillar or system")
    dimensions: Annotated[Names, AtTerminal(spellings=("--dimension",))] = Field(
        default=[], description="资源的合作维度，任一即可 / open to any of these dimensions"
    )
    level: Name | None = Field(default=None, description="最低级别 / lowest level", examples=["provincial"])
    mode: Literal["online", "offline"] | None = Field(default=None, description="服务方式 / mode of service")
    max_km: float | None = Field(
        default=None, ge=0, le=5000, allow_inf_nan=False, description="最远公里数 / farthest, km"
    )
    shareable: bool = Field(default=False, description="只要标明可共享的资源 / only resources open to sharing")
    min_spare: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="最少余量（次/年）/ least spare capacity, services a year"
    )
    pins: Annotated[Names, AtTerminal(spellings=("--pin",))] = Field(
        default=[], description="指定候选，总在最前 / candidates that stand first whatever the filters"
    )
    exclude: Names = Field(default=[], description="排除的候选 / candidates that are left out")

    @field_validator("service_types", "dimensions", "pins", "exclude")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return parts(values)

    def chosen(self, rates: Rates, weights: dict[str, float] | None) -> PartnerQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownCode: a service type, industry, dimension or level that is none.
        """
        same = {"requester", "candidates", "mode", "max_km", "shareable", "min_spare", "freshness_days"}
        return PartnerQuestion(
            service_types=tuple(vocabulary("service_types").resolve(t) for t in self.service_types),
            industry=industry_code(self.industry) if self.industry else None,
            dimensions=tuple(vocabulary("cooperation_dimensions").resolve(d) for d in self.dimensions),
            level=vocabulary("levels").resolve(self.level) if self.level else None,
            pins=tuple(self.pins),
            exclude=tuple(self.exclude),
            weights=weights,
            as_of=self.day,
            rates=rates,
            **self.model_dump(include=same),
        )


class PartnerParameters(PartnerFilters):
    """A question about partners of one requester."""

    weights: Annotated[
        dict[str, Annotated[float, Field(allow_inf_nan=False)]] | None,
        NumberForEach("weight", PARTS, _weight),
        AtTerminal(spellings=("--weight",), metavar="reach=30"),
    ] = Field(
        default=None,
        description=f"各分项权重，不写的为 0 / weights of {', '.join(PARTS)}; 0 where not named",
    )

    def question(self, rates: Rates) -> PartnerQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownCode: a service type, industry, dimension or level that is none.
        """
        return self.chosen(rates, self.weights)


class PartnerRequest(PartnerParameters):
    """One requester of several."""

    limit: int = Field(default=10, ge=1, le=100, description="返回前几名 / so many of the best")


class PartnerBatch(Parameters):
    """Several requesters at once."""

    requests: list[PartnerRequest] = Field(min_length=1, max_length=MOST_REQUESTS, description="各求助方 / requests")


class MatrixParameters(FreshParameters):
    """A question about which regions complete each other."""

    level: Annotated[Literal["prefecture", "zone"], AtTerminal(spellings=("--matrix-level",))] = Field(
        default="prefecture", description="地区层级 / level of regions"
    )

    def question(self, rates: Rates) -> tuple[CoverageQuestion, Literal["prefecture", "zone"]]:
        """Return what is asked."""
        return self.question_of_day(rates), self.level


def _partners(store: Store, asked: PartnerQuestion) -> PartnerAnswer:
    return partners(store, asked, place_code)


def _partners_noted(store: Store, asked: tuple[PartnerQuestion, int]) -> Partners:
    question, limit = asked
    answer = _partners(store, question)
    note_search(store, question, answer)
    return answer.page(limit)


def _of_each(store: Store, asked: list[tuple[PartnerQuestion, int]]) -> Answer[list[Partners]]:
    found = [_partners(store, one).page(limit) for one, limit in asked]
    last = found[-1].meta
    return Answer(data=found, meta=meta(last.graph_version, {"requests": len(found)}, last.data_class))


def _matrix(store: Store, asked: tuple[CoverageQuestion, Literal["prefecture", "zone"]]) -> ListAnswer[RegionPair]:
    question, level = asked
    return complementarity_matrix(store, question, level=level)


def _columns(_: Any) -> list[str]:
    return list(Partner.model_fields)


PARTNERS = Question(
    name="partners",
    title=Text("合作伙伴", "Partners"),
    brief=Text("合作伙伴：别处谁能帮上忙", "who could help from elsewhere"),
    about="""别处谁能补上缺口：按互补性、可及性、产业相关、质量、合作记录、开放度加权排名；无结果时给出最近的放宽办法。

    Who could help from elsewhere, ranked by weighted parts: complementarity, reach, relatedness, quality, record and
    openness; where nobody fits, the nearest relaxations of the filters.
    """,
    parameters=PartnerParameters,
    asked=PartnerParameters.question,
    answer=_partners,
    noted=note_in_vain,
    result=Partners,
    columns=_columns,
    rows=PartnerAnswer.rows,
    found=lambda answer: len(answer.ranked) > 0,
    address="/partners",
    access=RouteRule(AccessRule.ASK, at_home("requester")),
    tag="partners",
    problems=(404,),
    page=20,
    example={"requester": "绵阳市", "service_types": "SC03", "limit": 3},
)
MATRIX = Question(
    name="matrix",
    title=Text("地区互补矩阵", "Complementarity of regions"),
    brief=Text("地区互补矩阵", "complementarity of regions"),
    about="""每两个地区之间，一方的余量能补另一方多少缺口，双向给出，互补最多者在前。

    For every pair of regions what the spare capacity of each would meet of the other's unmet demand, both ways, those
    that can do most for each other first.
    """,
    parameters=MatrixParameters,
    asked=MatrixParameters.question,
    answer=_matrix,
    result=ListAnswer[RegionPair],
    columns=lambda _: list(RegionPair.model_fields),
    address="/partners/matrix",
    access=RouteRule(AccessRule.ASK, whole_province),
    tag="partners",
    example={"level": "zone"},
)
PARTNERS_OF_SEVERAL = Question(
    name="partners",
    title=Text("批量查找合作伙伴", "Partners of several requesters"),
    brief=Text("多个求助方的合作伙伴", "partners of several requesters"),
    about="""一次为多个求助方查找合作伙伴，逐一回答。

    Partners for several requesters at once, one answer each, in their order.
    """,
    parameters=PartnerBatch,
    asked=lambda parameters, rates: [(one.question(rates), one.limit) for one in parameters.requests],
    answer=_of_each,
    result=Answer[list[Partners]],
    address="/partners:batch",
    access=RouteRule(AccessRule.PLAN, at_home("requester", each_of="requests")),
    dear=True,
    tag="partners",
    problems=(404,),
    posted=True,
    example={"requests": [{"requester": "绵阳市", "limit": 3}]},
)
SIGNAL = Question(
    name="signal",
    title=Text("记下查找", "Note a search"),
    brief=Text("查找合作伙伴并记下，无果的成为需求信号", "partners; a search in vain is a sign of demand"),
    about="""与查找合作伙伴相同，并记下这次查找（地区、服务类型和筛选条件，不记是谁问的）：没有结果的成为需求信号，都计入从查找到成效。

    Asks for partners and notes the search: region, types and filters, not who asked. One that finds nobody is a sign of
    demand; all count in the funnel from search to outcome.
    """,
    parameters=PartnerRequest,
    asked=lambda parameters, rates: (parameters.question(rates), parameters.limit),
    answer=_partners_noted,
    result=Partners,
    address="/signals",
    access=RouteRule(AccessRule.WORK, at_home("requester")),
    tag="partners",
    problems=(404,),
    posted=True,
    whole=True,
    lasting=False,
    example={"requester": "绵阳市", "limit": 3},
)
