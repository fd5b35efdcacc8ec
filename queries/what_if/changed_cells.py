"""What answers of what-if hold."""

from pydantic import Field

from queries.answers import Result
from queries.assumptions import Assumption
from queries.data_classes import BEHIND
from queries.what_if.changes import Scenario, ScenarioChange


class Side(Result):
    """A cell or group on one side of the plan; null where unknown."""

    state: str
    ratio: float | None
    supply: float | None
    unmet: float | None = Field(description="未满足需求（次/年）/ services a year not met")
    providers: int
    reasons: tuple[str, ...]


class NamedCell(Result):
    """What a cell, or a group of cells, is called; null where it is of all."""

    region: str | None
    region_name: str | None
    industry: str | None
    industry_name: str | None
    service_type: str | None
    service_type_name: str | None
    data_class: list[str] = Field(description=BEHIND)


class ChangedCell(NamedCell):
    """A cell, or a group of cells, that the plan changes."""

    before: Side
    after: Side
    unmet_change: float | None = Field(description="未满足需求之差，负为改善 / after minus before; negative is better")


class Effect(Result):
    """What one change does."""

    number: int
    change: ScenarioChange
    resources: int = Field(description="涉及的资源数 / resources it touches")
    unmet_change: float = Field(description="按次序，在前面各项之后 / in its turn, after those before it")
    unmet_change_alone: float = Field(description="单独实施时 / were it the only one")
    data_class: list[str] = Field(description="所涉资源的数据性质 / data classes of the resources it touches")


class Totals(Result):
    """The province as a whole."""

    unmet_before: float
    unmet_after: float
    unmet_change: float
    ratio_before: float | None
    ratio_after: float | None
    cells_changed: int
    cells_better: int = Field(description="未满足需求减少的单元 / cells with less unmet demand")
    cells_worse: int


class WhatIf(Result):
    """Before and after of a plan."""

    plan: Scenario
    totals: Totals
    effects: list[Effect]
    groups: dict[str, list[ChangedCell]] = Field(description="变化的汇总 / changed groups by grouping")
    cells: list[ChangedCell] = Field(description="变化的单元，差最大者在前 / changed cells, largest difference first")
    cells_total: int
    assumptions: tuple[Assumption, ...] = Field(description="所依据的假设 / what is assumed")
