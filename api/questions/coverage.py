"""Coverage and gaps: where is service missing?"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from api.questions.declaration import AtTerminal, CatchmentParameters, CellFilters, Name, Question, Rates, parts
from api.questions.held import in_region
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer
from queries.coverage import OF_DAY, Coverage, CoverageCell, CoverageQuestion, coverage
from queries.cube import STATES
from queries.rankings import Gap, GapQuestion, GapRankings, gap_rankings, gaps
from queries.rankings.answer import FLOOR, PER_PLACE, Sort
from queries.rankings.three import FIRST
from queries.rollup import GROUPINGS

GROUPED = CoverageQuestion.model_fields["group_by"].default


Grouping = Annotated[str, Field(json_schema_extra={"enum": list(GROUPINGS)})]
Groupings = Annotated[list[Grouping], AfterValidator(parts)]


class StateFilters(CellFilters, CatchmentParameters):
    """Which cells are meant, by place, industry, type and state."""

    state: Name | None = Field(
        default=None, json_schema_extra={"enum": [*STATES, None], "x-vocabulary": "coverage_states"},
        description="只看这一状态 / only cells in this state",
    )  # fmt: skip

    def filters(self, rates: Rates) -> dict[str, Any]:
        """Return filters, day, standard and freshness as the queries name them, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        state = vocabulary("coverage_states").resolve(self.state) if self.state else None
        of_day = self.question_of_day(rates).model_dump(include=OF_DAY)
        return {**self.codes(), "state": state, **of_day}


class CoverageParameters(StateFilters):
    """A question about coverage cells."""

    group_by: Annotated[Groupings, AtTerminal(metavar="|".join(GROUPINGS))] = Field(
        default=list(GROUPED),
        description="分组，可重复或用逗号分隔，不写的维度合计"
        " / groupings, repeated or comma-separated; an axis left out is summed",
    )

    def question(self, rates: Rates) -> CoverageQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        return CoverageQuestion(group_by=tuple(self.group_by), **self.filters(rates))


class RankingParameters(StateFilters):
    """A question about gaps in an order."""

    per_place: int | None = Field(
        default=None, ge=0, le=1000,
        description=f"一个市州至多几行，0 不限；默认全省按通常分组时 {PER_PLACE}，否则不限 / rows of one prefecture "
        f"at most, 0: any; default: {PER_PLACE} for the whole province by the usual groups, else any",
    )  # fmt: skip
    floor: float = Field(
        default=FLOOR, ge=0, allow_inf_nan=False,
        description="按深度排序时需求至少多少（次/年）/ demand needed to be ranked by depth, services a year",
    )  # fmt: skip


class GapParameters(RankingParameters):
    """A question about gaps: in which order, by what groups, with how many remedies."""

    sort: Sort = Field(
        default="size",
        description="排序：size 缺得最多，depth 满足得最少，empty 无人可及最多，severity 未满足 ×（1 + 专精特新占比）"
        " / order: most unmet, smallest share met, most demand that nothing reaches, or unmet weighted by titles",
    )
    group_by: Annotated[Groupings, AtTerminal(("--by", "--group-by"), "|".join(GROUPINGS))] = Field(
        default=[],
        description="可重复或用逗号分隔；默认市州×服务类型（empty 或给出地区时区县，给出类型时产业链），严重度按单元"
        " / groupings; default: prefecture,service_type (county by emptiness or in a place, chain in a type), or cells",
    )
    remedies: int = Field(
        default=0, ge=0, le=200,
        description="为前几行给出补法 / for how many of the first rows to say what would fill them",
    )  # fmt: skip

    def question(self, rates: Rates) -> GapQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        return GapQuestion(
            group_by=tuple(self.group_by) or None, sort=self.sort,
            per_place=self.per_place, floor=self.floor, remedies=self.remedies, **self.filters(rates),
        )  # fmt: skip


class ThreeRankingsParameters(RankingParameters):
    """A question about the three orders of gaps side by side."""

    first: int = Field(default=FIRST, ge=1, le=100, description="每种列几行 / rows of each order")

    def question(self, rates: Rates) -> "RankingsQuestion":
        """Return what is asked, in codes."""
        asked = GapQuestion(per_place=self.per_place, floor=self.floor, **self.filters(rates))
        return RankingsQuestion(asked, self.first)


@dataclass(frozen=True)
class RankingsQuestion:
    """Gaps in codes, and how many of each order."""

    of: GapQuestion
    first: int


def _columns(answer: Coverage) -> list[str]:
    return list(answer.cells.columns)


def _in_three_orders(answer: Answer[GapRankings]) -> list[dict[str, Any]]:
    lists = (answer.data.size, answer.data.depth, answer.data.empty)
    return [{"sort": ranking.sort, **gap.model_dump()} for ranking in lists for gap in ranking.gaps]


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
    result=ListAnswer[CoverageCell],
    rows=Coverage.records,
    address="/coverage",
    access=RouteRule(AccessRule.ASK, in_region()),
    tag="coverage",
    columns=_columns,
    example={"region": "绵阳市", "group_by": "prefecture,service_type", "limit": 3},
    at_terminal={"group_by": ["prefecture", "service_type"]},
)
GAPS = Question(
    name="gaps",
    title=Text("服务缺口", "Gaps"),
    brief=Text("缺口排名：按规模、深度或空白", "gaps by size, depth or emptiness"),
    about="""有未满足需求的单元组，按所选次序：规模（缺得最多）、深度（满足得最少）、空白（无人可及最多）或严重度；全省按通常分组时每个市州
    至多两行，以免一地占满。每行有占全部的份额；前几行可附补法：谁、多少、费用、哪些是假设。

    Groups of cells with unmet demand in an order: size, depth, emptiness, or severity; at most two of a prefecture
    where the whole province is ranked by the usual groups. Each with its share of everything; the first ones, where
    asked for, with what would fill them: who, how much, at what cost, and what of it is assumed.
    """,
    parameters=GapParameters,
    asked=GapParameters.question,
    answer=gaps,
    result=ListAnswer[Gap],
    rows=Coverage.records,
    address="/gaps",
    access=RouteRule(AccessRule.ASK, in_region()),
    tag="coverage",
    columns=_columns,
    example={"region": "川西北生态示范区", "sort": "depth", "limit": 3},
    at_terminal={"remedies": 20},
    slow=True,
)
RANKINGS = Question(
    name="rankings",
    title=Text("三种缺口排名", "Gaps in three orders"),
    brief=Text("缺口三榜：规模、深度、空白，各附补法", "gaps by size, depth and emptiness, with what would fill them"),
    about="""同一批缺口的三种次序并列，各列前几行，说明集中度，并给出每个缺口最合算的补法。

    Three orders of the same gaps side by side, the first rows of each, how concentrated they are, and what would fill
    each gap best.
    """,
    parameters=ThreeRankingsParameters,
    asked=ThreeRankingsParameters.question,
    answer=lambda store, asked: gap_rankings(store, asked.of, first=asked.first),
    result=Answer[GapRankings],
    columns=lambda _: ["sort", *Gap.model_fields],
    rows=_in_three_orders,
    address="/gaps/rankings",
    access=RouteRule(AccessRule.ASK, in_region()),
    tag="coverage",
    problems=(400,),
    example={"first": 2},
    slow=True,
)
