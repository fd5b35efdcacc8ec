"""Allocation: who could give how much to whom?"""

from typing import Annotated, Literal

from pydantic import Field

from api.questions.declaration import AtTerminal, CellFilters, FreshParameters, MethodParameter, Question, Rates, Region
from api.questions.held import in_region
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from queries.allocation.allocate import allocate
from queries.allocation.flows import Allocation, AllocationQuestion, Flow
from queries.answers import Answer

MOST_SECONDS = 30.0


class AllocationParameters(CellFilters, MethodParameter, FreshParameters):
    """A question about who could give to whom."""

    level: Literal["county", "prefecture", "zone"] = Field(
        default="prefecture", description="按哪一级汇总流向 / level that flows are summed to"
    )
    region: Region = Field(
        default=None, description="只补这个地区或经济区的缺口 / only the unmet demand of this region or zone"
    )
    within: Literal["province", "zone", "prefecture"] = Field(
        default="province", description="流向不得超出的范围 / area that no flow leaves"
    )
    limit_km: float | None = Field(
        default=None, ge=0, le=5000, allow_inf_nan=False, description="最远公里数 / no flow beyond so many km"
    )
    max_partners: int | None = Field(
        default=None, ge=1, le=500,
        description="每个接收区县每链每类服务最多几个供给地 / at most so many givers for each county, chain and type",
    )  # fmt: skip
    by_chain: Annotated[bool, AtTerminal(("--by-chain/--across-chains",))] = Field(
        default=True,
        description="按产业链匹配；false 为不分链 / capacity left over in a chain stays in it; false: it does not",
    )
    shareable: bool = Field(default=False, description="只用标明可共享的资源 / only resources open to sharing")
    seconds: Annotated[float, AtTerminal(most=600)] = Field(
        default=3.0, gt=0, le=MOST_SECONDS, allow_inf_nan=False,
        description="max_partners 的求解计算量，约合秒数，与机器快慢无关 / work for its choices, in about seconds",
    )  # fmt: skip

    def question(self, rates: Rates) -> AllocationQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        same = {"level", "within", "limit_km", "max_partners", "by_chain", "shareable", "seconds", "freshness_days",
                "method"}  # fmt: skip
        return AllocationQuestion(as_of=self.day, rates=rates, **self.codes(), **self.model_dump(include=same))


ALLOCATE = Question(
    name="allocate",
    title=Text("全省调剂", "Allocation"),
    brief=Text("全省调剂：余量给缺口", "spare capacity brought to unmet demand"),
    about="""把余量调剂给缺口：先使满足量最大，再使服务公里最少，精确求解；给出流向、余缺和每项限制的代价。

    Brings spare capacity to unmet demand: meets most, then drives least, exactly; with flows, what remains, and what
    each limit costs.
    """,
    parameters=AllocationParameters,
    asked=AllocationParameters.question,
    answer=allocate,
    result=Answer[Allocation],
    columns=lambda _: [field.alias or name for name, field in Flow.model_fields.items()],
    rows=lambda answer: answer.data.flows,
    address="/allocate",
    access=RouteRule(AccessRule.PLAN, in_region()),
    dear=True,
    tag="allocation",
    posted=True,
    slow=True,
    example={"level": "zone", "limit_km": 300},
)
