"""Expansion: what should we build, share or upgrade next?"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.http.parameters import DayQuery, LanguageQuery, RatesOf, StoreOf
from api.http.problems import documented
from api.http.routers.sending import as_json
from api.questions.codes import industry_code, region_code
from api.questions.declaration import FRESHNESS_DAYS, LONGEST
from api.questions.expansion import asked_budget
from graph.vocabulary import vocabulary
from queries.answers import Answer
from queries.expansion.answer import KINDS, Expansion, ExpansionQuestion, Harm, Objective
from queries.expansion.costs import default_costs, own_costs
from queries.expansion.expand import expand

router = APIRouter(tags=["expansion"])
MOST_KEYS, MOST_BUDGETS, MOST_SECONDS = 200, 20, 30


class ExpansionParameters(DayQuery):
    """A question about what to do next."""

    budget: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, examples=[500],
        description="预算（万元）；没有其他限制时默认 1000 / budget, 10,000 yuan; 1000 where nothing else limits",
    )  # fmt: skip
    objective: Objective = Field(default="unmet", description="目标 / goal")
    region: str | None = Field(default=None, max_length=LONGEST, description="地区或经济区 / region or economic zone")
    industry: str | None = Field(
        default=None, max_length=LONGEST, description="产业链、产业或体系 / chain, pillar, system"
    )
    service_type: str | None = Field(default=None, max_length=LONGEST, description="服务类型 / service type")
    kinds: list[str] = Field(
        default=list(KINDS),
        max_length=MOST_KEYS,
        description="行动类别，如 share、station / kinds, e.g. share, station",
    )
    fixed: list[str] = Field(
        default=[], max_length=MOST_KEYS, description="必选：行动、站点或地区 / must be in: actions, sites, places"
    )
    excluded: list[str] = Field(
        default=[], max_length=MOST_KEYS, description="排除：行动、站点或地区 / must not be in: actions, sites, places"
    )
    with_unknown: bool = Field(default=False, description="也考虑需求未知之地 / places of unknown demand, too")
    harm: Harm = Field(
        default="price", description="别处因此多缺：price 计入目标，allow 只列出，forbid 不许 / unmet added elsewhere"
    )
    harm_price: float = Field(
        default=1.0, ge=0, le=999, description="别处多缺一次抵这里几次 / weight of unmet added elsewhere"
    )
    target_ratio: float | None = Field(default=None, gt=0, le=1, description="要达到的覆盖率 / ratio to reach")
    why_not: str | None = Field(default=None, max_length=LONGEST, description="为何不选：行动、站点或地区 / why not")
    curve: list[float] = Field(default=[], max_length=MOST_BUDGETS, description="多个预算 / several budgets")
    sites: int | None = Field(default=None, ge=1, le=500, description="新建至多几处 / new sites at most")
    reach_km: float = Field(default=60.0, gt=0, le=1000, description="覆盖半径（公里）/ covering distance, km")
    time_limit: float = Field(
        default=3.0,
        gt=0,
        le=MOST_SECONDS,
        description="求解的计算量，约合秒数，与机器快慢无关 / work of the search, in about seconds",
    )
    freshness_days: int = Field(
        default=FRESHNESS_DAYS, ge=1, le=36500, description="数据时效（天）/ freshness limit, days"
    )
    gap: float = Field(default=1e-4, ge=0, le=0.5, description="可接受的相对差距 / accepted relative gap")
    actions: dict[str, Any] | None = Field(
        default=None, description="行动费用，只写要改的项 / costs of actions that differ from the defaults"
    )

    def question(self, rates: dict[str, float] | None) -> ExpansionQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode, BadParameter: a name or value that cannot be.
        """
        same = ("objective", "target_ratio", "sites", "reach_km", "time_limit", "gap", "freshness_days", "with_unknown",
                "why_not", "harm", "harm_price")  # fmt: skip
        return ExpansionQuestion(
            budget=asked_budget(self.budget, self.objective, self.target_ratio, self.curve, self.sites),
            region=region_code(self.region) if self.region else None,
            industry=industry_code(self.industry) if self.industry else None,
            service_type=vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
            kinds=tuple(self.kinds), fixed=tuple(self.fixed), excluded=tuple(self.excluded), curve=tuple(self.curve),
            as_of=self.day, rates=rates,
            costs=own_costs(self.actions, "actions") if self.actions else default_costs(),
            **{name: getattr(self, name) for name in same},
        )  # fmt: skip


@router.post(
    "/expand",
    response_model=Answer[Expansion],
    responses=documented(400),
    summary="扩展方案 / Expansion",
    openapi_extra={"x-example": {"region": "绵阳市", "service_type": "技术支持", "budget": 300, "kinds": ["build"]}},
)
def post_expand(
    store: StoreOf, rates: RatesOf, asked: ExpansionParameters, _: Annotated[LanguageQuery, Query()]
) -> Response:
    """预算内新建、共享、升级什么，未满足需求最少：附界、每项的边际效果、市州前后对比；无方案时说明放宽什么。

    What to build, share or upgrade so that least demand stays unmet, with a proven bound, each action's marginal
    effect, and prefectures before and after. Where no plan keeps every limit, what to relax.
    """
    return as_json(expand(store, asked.question(rates)))
