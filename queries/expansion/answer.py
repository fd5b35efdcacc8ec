"""What a planner may ask about expansion, and what the answer holds."""

from datetime import date
from typing import Literal, get_args

from pydantic import Field

from graph.clock import today
from graph.places.divisions import holds_prefectures
from queries.action_costs import ActionCosts, default_costs
from queries.answers import Result
from queries.assumptions import Assumption
from queries.data_classes import BEHIND
from queries.methods import DEFAULT, Method

Objective = Literal["unmet", "max-min", "max-cover", "set-cover", "p-median", "kolm-pollak"]
OBJECTIVES: tuple[str, ...] = get_args(Objective)
KINDS = ("build", "share", "upgrade")
Harm = Literal["price", "allow", "forbid"]
HARMS: tuple[str, ...] = get_args(Harm)
WIDE_SECONDS, USUAL_SECONDS = 8.0, 4.0
"""Work of the search, in about seconds, where nobody says how much: of several prefectures, and of one or a part."""


def usual_seconds(region: str | None) -> float:
    """Return the work that a plan for a region (code; none: the province) takes where nobody says how much."""
    return WIDE_SECONDS if holds_prefectures(region) else USUAL_SECONDS


class ExpansionQuestion(Result):
    """What is asked: scope (codes), budget in 10,000 yuan, goal, locks, and what to explain."""

    budget: float | None = None
    objective: Objective = "unmet"
    region: str | None = None
    industry: str | None = None
    service_type: str | None = None
    kinds: tuple[str, ...] = KINDS
    fixed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    target_ratio: float | None = None
    why_not: str | None = None
    curve: tuple[float, ...] = ()
    sites: int | None = None
    with_unknown: bool = False
    harm: Harm = "price"
    harm_price: float = 1.0
    reach_km: float = 60.0
    time_limit: float = USUAL_SECONDS
    gap: float = 1e-4
    as_of: date = Field(default_factory=today)
    freshness_days: int = 400
    rates: dict[str, float] | None = None
    method: Method = DEFAULT
    costs: ActionCosts = Field(default_factory=default_costs)


class Action(Result):
    """One action of a plan; effects in services a year."""

    key: str = Field(description="行动标识，用于锁定、排除和“为何不选” / key for locks and why-not")
    kind: str = Field(description="build 新建 | share 共享 | upgrade 升级")
    name: str
    name_en: str
    region: str = Field(description="受益或所在地区 / where it stands, or whom it serves")
    region_name: str
    demand_known: bool = Field(description="当地需求是否已知 / whether demand there is known")
    service_type: str | None = Field(description="服务类型；空为不限 / service type; null: not one alone")
    cost: float = Field(description="费用（万元）/ cost, 10,000 yuan")
    quantity: float = Field(description="新增或转移的能力（次/年）/ capacity added or moved, services a year")
    effect: float = Field(description="减少的未满足需求，按标识顺序逐项叠加，合计即总效果 / reduction of unmet demand, "
                                      "actions added one by one in the order shown; they sum to the total")  # fmt: skip
    effect_by_distance: dict[str, float] = Field(
        description="effect 按需求离行动所在地（共享为提供方驻地）的远近：to_30_km 30 公里以内，to_60_km 30–60，"
        "beyond_60_km 更远；合计即 effect / effect by the distance of the demand from the action, of an agreement from "
        "the seat of its giver"
    )
    effect_by_data_class: dict[str, float] = Field(
        description="effect 按所满足需求的数据性质：REAL | EDITORIAL | SYNTHETIC；合计即 effect"
        " / effect by the data class of the demand that is met; sums to it"
    )
    marginal: float = Field(
        description="其余不变，去掉它会多出的未满足需求，即得减失 / unmet demand added without it: gain − harm"
    )
    gain: float = Field(description="其中范围内因它少缺的 / of it: less unmet in the scope because of it")
    harm: float = Field(description="其中各地因它多缺的 / of it: more unmet, anywhere, because of it")
    alone: float = Field(description="只做它一项减少的未满足需求 / reduction of unmet demand by it alone")
    data_class: list[str] = Field(
        description="所满足需求与所用资源的数据性质 / data classes of the demand that is met and of the resources used"
    )
    assumed: tuple[Literal["cost", "capacity", "use"], ...] = Field(
        description="哪些是默认假设：cost 费用 | capacity 能力或份额 | use 已用能力未填 / what is assumed"
    )


class EqualPlan(Result):
    """A plan as good as the best within the accepted gap: what it does instead."""

    objective: float
    without: list[str] = Field(description="不做 / keys of the best plan that it does without")
    instead: list[str] = Field(description="改做 / keys that it has instead")
    text_zh: str
    text_en: str


class GroupChange(Result):
    """A prefecture before and after, within the scope."""

    region: str
    region_name: str
    demand: float
    unmet_before: float
    unmet_after: float
    ratio_before: float
    ratio_after: float
    data_class: list[str] = Field(description=BEHIND)


class CurvePoint(Result):
    """What a budget brings."""

    budget: float
    cost: float
    actions: int
    unmet_after: float
    ratio_after: float
    objective: float
    bound: float
    gap: float


class WhyNot(Result):
    """The best plan that contains an action, or something at a site or place, beside the best plan."""

    key: str = Field(description="所问的行动、站点或地区 / the action, site or place asked about")
    name: str
    chosen: bool = Field(description="最优方案本来就含它 / the best plan has it")
    possible: bool = Field(description="有没有含它的方案 / whether any plan can contain it")
    objective: float | None
    loss: float | None = Field(description="目标变差多少 / how much worse the objective becomes")
    alone: float = Field(description="只做它一项减少的未满足需求 / reduction of unmet demand by it alone")
    displaced: list[str] = Field(description="因此落选的行动 / actions that it displaces")
    added: list[str] = Field(description="随之入选的其他行动 / other actions that come in")
    text_zh: str
    text_en: str


class LimitRelaxation(Result):
    """A smallest set of limits that, relaxed, allow a plan."""

    limits: list[str] = Field(description="budget | target_ratio | fixed | excluded")
    budget: float | None = Field(description="至少需要的预算 / least budget needed; null: stays")
    target_ratio: float | None = Field(description="能达到的覆盖率 / ratio within reach; null: stays")
    keys: list[str] = Field(description="须放开的行动 / actions to unlock")
    text_zh: str
    text_en: str


class Expansion(Result):
    """The plan; numbers of a plan are null where there is none (``status`` infeasible)."""

    status: Literal["optimal", "within_gap", "best_found", "not_found", "infeasible"] = Field(
        description="optimal 已证最优 | within_gap 在容差内 | best_found 时限内最好 | "
        "not_found 时限内未找到 | infeasible 无可行方案"
    )
    actions: list[Action]
    objective: float | None = Field(description="目标值，含义见 objective_of / value of the goal")
    objective_of: str = Field(description="目标 / the goal: unmet, max-min, …")
    bound: float | None = Field(description="目标值的界 / proven bound of the objective")
    gap: float | None = Field(description="与界的相对差 / relative distance of objective and bound")
    gap_of_effect: float | None = Field(
        description="差距占方案效果的比例，unmet 与 max-min 目标 / the distance as a share of the plan's effect"
    )
    unmet_before: float = Field(description="范围内现有未满足需求（次/年）/ unmet demand in the scope now")
    unmet_after: float | None = Field(description="实施后未满足需求 / unmet demand after")
    effect_by_distance: dict[str, float] = Field(
        default={}, description="各项行动的 effect_by_distance 合计 / the same of all actions together"
    )
    effect_by_data_class: dict[str, float] = Field(
        default={}, description="各项行动的 effect_by_data_class 合计 / the same of all actions together"
    )
    harm_outside: float | None = Field(
        description="范围外因能力移出而新增的未满足，计入目标 / unmet demand added outside; part of the goal"
    )
    ratio_before: float | None
    ratio_after: float | None
    worst_ratio_before: float | None = Field(description="覆盖率最低地区的覆盖率 / ratio of the worst-served region")
    worst_ratio_after: float | None
    cost: float | None = Field(description="总费用（万元）/ cost of the plan, 10,000 yuan")
    budget: float | None
    seconds: float
    candidates: int = Field(description="有效果的候选行动数 / candidates")
    cells: int = Field(description="行动可及的单元数 / cells that an action reaches")
    groups: list[GroupChange]
    equal: tuple[EqualPlan, ...] = Field(
        default=(), description="在容许差距内同样好的其他方案，至多两个 / plans as good within the gap, two at most"
    )
    assumptions: tuple[Assumption, ...] = Field(description="所依据的假设 / what is assumed")
    why_not: WhyNot | None = None
    curve: tuple[CurvePoint, ...] = ()
    relaxations: tuple[LimitRelaxation, ...] = ()
