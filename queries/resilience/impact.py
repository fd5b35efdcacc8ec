"""What an answer on resilience holds."""

from datetime import date

from pydantic import Field

from graph.clock import today
from queries.answers import Result
from queries.data_classes import BEHIND
from queries.resilience.coordination import Coordination
from queries.resilience.structure import Bridge, CutPoint

KINDS = ("window", "carrier", "organization")
"""Who may fail, in the order of the answer."""


class PlaceLoss(Result):
    """Unmet demand that a loss adds in one prefecture."""

    region: str
    region_name: str
    unmet_added: float
    data_class: list[str] = Field(description=BEHIND)


class CellLoss(PlaceLoss):
    """Unmet demand that a loss adds in one cell."""

    industry: str
    industry_name: str
    service_type: str
    service_type_name: str


class Loss(Result):
    """What the loss of one window, carrier or organisation would cost."""

    rank: int = Field(description="同类中按新增未满足需求的名次 / by unmet demand added, among its kind")
    kind: str = Field(description="window | carrier | organization")
    key: str
    name: str
    site_kind: str | None = Field(description="窗口、载体或机构的类型 / kind of window, carrier or organisation")
    region: str | None
    region_name: str | None
    resources: int = Field(description="在用资源数 / its resources in force on the day")
    reached: float = Field(description="可及的已知需求（次/年）/ known demand that it reaches, services a year")
    unmet_added: float = Field(description="失去它后新增的未满足需求（次/年）/ unmet demand added, services a year")
    cells_hit: int = Field(description="未满足需求增加的单元数 / cells where unmet demand grows")
    cells_emptied: int = Field(description="只由它支撑的单元数 / cells that nobody else supplies")
    importance: float = Field(
        description="沙普利值：单元的需求由能覆盖它的同类各方均分（次/年）"
        " / exact Shapley value: the demand of a cell shared equally by those of the kind who supply it"
    )
    data_class: list[str] = Field(description=BEHIND)
    prefectures: list[PlaceLoss] = Field(description="受影响最重的市州 / prefectures hit worst")
    cells: list[CellLoss] = Field(description="受影响最重的单元 / cells hit worst")
    coordination: Coordination | None = Field(
        default=None,
        description="只失去协调、其下资源照常时的影响，仅窗口"
        " / what goes with it as a contact alone, its resources going on; windows only",
    )


class PairLoss(Result):
    """What losing two of a kind at once would cost."""

    kind: str
    first: str
    first_name: str
    second: str
    second_name: str
    unmet_added: float = Field(description="同时失去两者新增的未满足需求 / unmet demand added by losing both")
    beyond: float = Field(
        description="超过两者分别失去之和的部分：互为备份 / beyond both single losses: what each backs up for the other"
    )
    data_class: list[str] = Field(description=BEHIND)


class Resilience(Result):
    """How much hangs on whom."""

    demand: float = Field(description="已知需求（次/年）/ known demand, services a year")
    unmet: float = Field(description="现有未满足需求（次/年）/ unmet demand as things are")
    counted: dict[str, int] = Field(description="各类中拥有资源者的数目 / how many of each kind own a resource")
    losses: list[Loss] = Field(description="按类别，最重者在前 / by kind, worst first")
    pairs: list[PairLoss] = Field(description="按类别，最重者在前；未要求时为空 / empty where not asked for")
    sites: int = Field(description="在运行的窗口和载体数 / windows and carriers in service")
    lines: int = Field(description="其间的连线数 / lines among them")
    cut_points: list[CutPoint]
    bridges: list[Bridge]
    without_hub: list[str] = Field(
        description="本来就与枢纽不相连者 / those that no line joins to the hub as things are"
    )


class ResilienceQuestion(Result):
    """What is asked: day, freshness and rates as for coverage; how many losses and pairs of each kind."""

    as_of: date = Field(default_factory=today)
    freshness_days: int = 400
    rates: dict[str, float] | None = None
    kinds: tuple[str, ...] = KINDS
    region: str | None = Field(default=None, description="only those that stand in this division or zone")
    limit: int = Field(default=100, description="losses of each kind")
    pairs: int = Field(default=0, description="pairs of each kind")
