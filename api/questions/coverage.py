"""Coverage and gaps: where is service missing?"""

from typing import Annotated

from pydantic import Field, field_validator

from api.questions.codes import industry_code, region_code
from api.questions.declaration import AtTerminal, Name, Question, Rates, StandardParameters
from graph.language import Text
from graph.places import gazetteer
from graph.vocabulary import vocabulary
from queries.coverage import Coverage, CoverageQuestion, coverage, gaps
from queries.cube import STATES
from queries.rollup import GROUPINGS

GROUPED = CoverageQuestion.model_fields["group_by"].default


class CoverageParameters(StandardParameters):
    """A question about coverage cells or gaps."""

    group_by: Annotated[
        list[Annotated[str, Field(json_schema_extra={"enum": list(GROUPINGS)})]],
        AtTerminal(metavar="|".join(GROUPINGS)),
    ] = Field(
        default=list(GROUPED),
        description="分组，可重复或用逗号分隔，不写的维度合计"
        " / groupings, repeated or comma-separated; an axis left out is summed",
    )
    region: Name | None = Field(
        default=None, examples=["510700", "绵阳市", "川西北生态示范区"],
        description="地区或经济区，代码或名称 / region or economic zone, code or name",
    )  # fmt: skip
    industry: Name | None = Field(
        default=None, examples=list(gazetteer.reference("industry_chains")["chain"]),
        description="产业链、产业或体系，代码或名称 / chain, pillar or system, code or name",
    )  # fmt: skip
    service_type: Name | None = Field(
        default=None, description="服务类型，代码或名称 / service type, code or name",
        json_schema_extra={"examples": list(vocabulary("service_types").ids), "x-vocabulary": "service_types"},
    )  # fmt: skip
    state: Name | None = Field(
        default=None, json_schema_extra={"enum": [*STATES, None], "x-vocabulary": "coverage_states"},
        description="只看这一状态 / only cells in this state",
    )  # fmt: skip

    @field_validator("group_by")
    @classmethod
    def _split(cls, values: list[str]) -> list[str]:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def question(self, rates: Rates) -> CoverageQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        type_, state = self.service_type, self.state
        return CoverageQuestion(
            group_by=tuple(self.group_by),
            region=region_code(self.region) if self.region else None,
            industry=industry_code(self.industry) if self.industry else None,
            service_type=vocabulary("service_types").resolve(type_) if type_ else None,
            state=vocabulary("coverage_states").resolve(state) if state else None,
            as_of=self.day,
            standard=self.standard,
            freshness_days=self.freshness_days,
            rates=rates,
        )


def _columns(answer: Coverage) -> list[str]:
    return list(answer.cells.columns)


COVERAGE = Question(
    name="coverage",
    title=Text("覆盖情况", "Coverage"),
    brief=Text("覆盖情况：任意汇总", "coverage of any grouping"),
    about="""逐单元或逐组给出需求、可及供给、覆盖率和状态，按地区、产业、服务类型排序。未知为空值，从不当作 0。

    Demand, reachable supply, ratio and state of each cell or group, ordered by region, industry and service
    type. Unknown is null, never 0.
    """,
    parameters=CoverageParameters,
    asked=CoverageParameters.question,
    answer=coverage,
    columns=_columns,
    example={"region": "绵阳市", "group_by": "prefecture,service_type", "limit": 3},
    at_terminal={"group_by": ["prefecture", "service_type"]},
)
GAPS = Question(
    name="gaps",
    title=Text("服务缺口", "Gaps"),
    brief=Text("缺口排名：未满足需求最多者在前", "gaps, worst first"),
    about="""有未满足需求的单元，最严重的在前：严重度 = 未满足需求 ×（1 + 专精特新占比），并列时按代码。

    Cells with unmet demand, worst first: severity = unmet × (1 + share of specialised enterprises, 专精特新);
    ties by code.
    """,
    parameters=CoverageParameters,
    asked=CoverageParameters.question,
    answer=gaps,
    columns=_columns,
    example={"region": "川西北生态示范区", "service_type": "技术支持", "limit": 3},
)
