"""Coverage explained: why a cell is as it is, what would close its gap, and where providers are crowded."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from api.questions.cells import cell_ref
from api.questions.codes import region_code
from api.questions.declaration import AtTerminal, CatchmentParameters, Name, Question, Rates
from api.questions.held import in_region, of_cell
from api.security.roles import AccessRule, RouteRule
from api.settings import ROWS
from graph.language import Text
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer
from queries.coverage import CoverageQuestion
from queries.crowding import Crowded, CrowdingQuestion, crowding
from queries.explanation.cell import explain
from queries.explanation.parts import CellRef, Explanation, GroupExplanation


class WhyParameters(CatchmentParameters):
    """A question about one cell or group."""

    rows: int = Field(default=20, ge=1, le=ROWS, description="每类最多列出的行数 / rows listed of each kind at most")
    whole: bool = Field(
        default=False, description="市州有市本级数据时按全市合计 / take a prefecture with its counties, as a group"
    )


class CellParameters(WhyParameters):
    """The cell or group, and how it is explained."""

    cell: Annotated[Name, AtTerminal(argument=True)] = Field(
        description="单元 地区:产业:服务类型，代码或名称；少写几项即为一组"
        " / cell region:industry:service_type, codes or names; fewer parts make a group",
        examples=["510722:CH06:SC03", "阿坝州:技术支持"],
    )

    def question(self, rates: Rates) -> "CellQuestion":
        """Return what is asked, in codes.

        Raises:
            BadParameter, UnknownRegion, AmbiguousRegion, UnknownCode: a cell that is none.
        """
        return CellQuestion(cell_ref(self.cell), self.question_of_day(rates), self.rows, self.whole)


@dataclass(frozen=True)
class CellQuestion:
    """A cell or group in codes, and how it is explained."""

    cell: CellRef
    of: CoverageQuestion
    rows: int
    whole: bool


def _explain(store: Store, asked: CellQuestion) -> Answer[Explanation] | Answer[GroupExplanation]:
    return explain(store, asked.cell, asked.of, rows=asked.rows, whole=asked.whole)


class CrowdingParameters(CatchmentParameters):
    """A question about crowding."""

    by: Literal["resource", "provider", "prefecture", "service_type", "prefecture,service_type"] = Field(
        default="resource", description="按什么汇总 / what to sum by"
    )
    region: Name | None = Field(
        default=None, examples=["510700", "绵阳市"],
        description="只看所在地在此的资源，代码或名称 / only resources whose home is there, code or name",
    )  # fmt: skip
    service_type: Name | None = Field(default=None, examples=["SC03"], description="只看这类服务 / this service type")

    def question(self, rates: Rates) -> CrowdingQuestion:
        """Return what is asked, in codes."""
        return CrowdingQuestion(
            by=tuple(self.by.split(",")),
            region=region_code(self.region) if self.region else None,
            service_type=vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
            as_of=self.day, standard=self.standard, freshness_days=self.freshness_days, rates=rates,
            method=self.method,
        )  # fmt: skip


WHY = Question(
    name="why",
    title=Text("缺口原因", "Why"),
    brief=Text("为什么有缺口，怎样补足", "why a cell has a gap, and what would close it"),
    about="""一个单元为何如此：需求由哪些行组成，A 由哪些资源贡献（份额合计为 1），每条原因的依据，怎样补足，附近有谁；
    一组单元则给出其各单元和资源，合计等于本组。

    Why a cell is as it is: the rows that make up demand, the resources that make up A (their shares sum to 1),
    what shows each reason, what would close the gap, who is near; of a group its cells and resources, which add up.
    """,
    parameters=CellParameters,
    asked=CellParameters.question,
    answer=_explain,
    result=Answer[Explanation] | Answer[GroupExplanation],
    rows=lambda answer: answer.data.contributors,
    address="/gaps/{cell:path}/why",
    access=RouteRule(AccessRule.ASK, of_cell),
    tag="coverage",
    problems=(400,),
    example={"cell": "阿坝州:技术支持", "rows": 3},
    at_terminal={"rows": 10},
)


CROWDING = Question(
    name="crowding",
    title=Text("拥挤", "Crowding"),
    brief=Text("拥挤：能力小于所及需求之处", "where more is asked of providers than they can give"),
    about="""能力小于所及需求的资源，按归于它的未满足需求排列；可按机构、市州、服务类型汇总。

    Resources with less capacity than is asked within their reach, by the unmet demand laid on them; summed by
    provider, prefecture or service type where asked.
    """,
    parameters=CrowdingParameters,
    asked=CrowdingParameters.question,
    answer=crowding,
    result=ListAnswer[Crowded],
    columns=lambda _: list(Crowded.model_fields),
    address="/gaps/crowding",
    access=RouteRule(AccessRule.ASK, in_region()),
    tag="coverage",
    example={"by": "prefecture,service_type", "limit": 3},
)
