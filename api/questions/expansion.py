"""Expansion: what should we build, share or upgrade next?"""

from typing import Annotated, Any

from pydantic import Field

from api.questions.declaration import (
    LONGEST,
    AtTerminal,
    CellFilters,
    FreshParameters,
    MethodParameter,
    Question,
    Rates,
)
from api.questions.held import in_region
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from queries.action_costs import default_costs, own_costs
from queries.answers import Answer
from queries.expansion.answer import (
    KINDS,
    Action,
    Expansion,
    ExpansionQuestion,
    Harm,
    Objective,
    usual_seconds,
)
from queries.expansion.expand import expand
from queries.expansion.sites import LOCATIONS

MOST_KEYS, MOST_BUDGETS, MOST_SECONDS = 200, 20, 30

DEFAULT_BUDGET = 1000.0
"""10,000 yuan, where nothing else limits a plan."""


def asked_budget(
    budget: float | None, objective: str, target_ratio: float | None, curve: object, sites: int | None
) -> float | None:
    """Return the budget, or the usual one where nothing else limits the plan."""
    limited = target_ratio or curve or (sites and objective in LOCATIONS) or objective == "set-cover"
    return DEFAULT_BUDGET if budget is None and not limited else budget


class ExpansionParameters(CellFilters, MethodParameter, FreshParameters):
    """A question about what to do next."""

    budget: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, examples=[500],
        description="预算（万元）；没有其他限制时默认 1000 / budget, 10,000 yuan; 1000 where nothing else limits",
    )  # fmt: skip
    objective: Objective = Field(default="unmet", description="目标 / goal")
    kinds: Annotated[list[str], AtTerminal(separated=True)] = Field(
        default=list(KINDS),
        max_length=MOST_KEYS,
        description="行动类别，如 share、station / kinds, e.g. share, station",
    )
    fixed: Annotated[list[str], AtTerminal(("--fix",))] = Field(
        default=[], max_length=MOST_KEYS, description="必选：行动、站点或地区 / must be in: actions, sites, places"
    )
    excluded: Annotated[list[str], AtTerminal(("--exclude",))] = Field(
        default=[], max_length=MOST_KEYS, description="排除：行动、站点或地区 / must not be in: actions, sites, places"
    )
    with_unknown: bool = Field(default=False, description="也考虑需求未知之地 / places of unknown demand, too")
    harm: Harm = Field(
        default="price", description="别处因此多缺：price 计入目标，allow 只列出，forbid 不许 / unmet added elsewhere"
    )
    harm_price: float = Field(
        default=1.0, ge=0, le=999, description="别处多缺一次抵这里几次 / weight of unmet added elsewhere"
    )
    target_ratio: float | None = Field(default=None, gt=0, le=1, description="要达到的覆盖率 0–1 / ratio to reach, 0–1")
    why_not: str | None = Field(
        default=None,
        max_length=LONGEST,
        description="为何不选：行动、站点或地区 / why is this not chosen: action, site, place",
    )
    curve: Annotated[list[float], AtTerminal(separated=True, metavar="100,200,500")] = Field(
        default=[],
        max_length=MOST_BUDGETS,
        description="多个预算（万元）的效果 / effect of several budgets, 10,000 yuan",
    )
    sites: int | None = Field(default=None, ge=1, le=500, description="新建至多几处 / new stations and windows at most")
    reach_km: float = Field(default=60.0, gt=0, le=1000, description="覆盖半径（公里）/ covering distance, km")
    time_limit: Annotated[float | None, AtTerminal(most=3600)] = Field(
        default=None, gt=0, le=MOST_SECONDS,
        description="求解的计算量，约合秒数，与机器快慢无关；留空：全省和经济区 8，其余 4 / "
        "work of the search, in about seconds; without: 8 for the province and economic zones, else 4",
    )  # fmt: skip
    gap: float = Field(default=1e-4, ge=0, le=0.5, description="可接受的相对差距 / accepted relative gap")
    actions: Annotated[dict[str, Any] | None, AtTerminal(file=True)] = Field(
        default=None,
        description="行动费用（YAML），只写要改的项 / costs of actions that differ from the defaults (YAML)",
    )

    def question(self, rates: Rates) -> ExpansionQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode, BadParameter: a name or value that cannot be.
        """
        same = ("objective", "target_ratio", "sites", "reach_km", "gap", "freshness_days", "with_unknown",
                "why_not", "harm", "harm_price", "method")  # fmt: skip
        codes = self.codes()
        return ExpansionQuestion(
            budget=asked_budget(self.budget, self.objective, self.target_ratio, self.curve, self.sites),
            kinds=tuple(self.kinds), fixed=tuple(self.fixed), excluded=tuple(self.excluded), curve=tuple(self.curve),
            as_of=self.day, rates=rates,
            time_limit=usual_seconds(codes["region"]) if self.time_limit is None else self.time_limit,
            costs=own_costs(self.actions, self.where("actions")) if self.actions else default_costs(),
            **codes, **{name: getattr(self, name) for name in same},
        )  # fmt: skip


EXPAND = Question(
    name="expand",
    title=Text("扩展方案", "Expansion"),
    brief=Text("扩展方案：预算内建什么、共享什么、升级什么", "what to build, share or upgrade under a budget"),
    about="""预算内新建、共享、升级什么，未满足需求最少：附界、每项的边际效果、市州前后对比；无方案时说明放宽什么。

    What to build, share or upgrade so that least demand stays unmet, with a proven bound, each action's marginal
    effect, and prefectures before and after. Where no plan keeps every limit, what to relax.
    """,
    parameters=ExpansionParameters,
    asked=ExpansionParameters.question,
    answer=expand,
    result=Answer[Expansion],
    columns=lambda _: list(Action.model_fields),
    rows=lambda answer: answer.data.actions,
    found=lambda answer: answer.data.status not in ("infeasible", "not_found"),
    address="/expand",
    access=RouteRule(AccessRule.PLAN, in_region()),
    dear=True,
    tag="expansion",
    posted=True,
    slow=True,
    problems=(400,),
    example={"region": "绵阳市", "service_type": "技术支持", "budget": 300, "kinds": ["build"]},
)
