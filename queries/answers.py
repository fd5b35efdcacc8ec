"""What every answer has in common: data, and what is needed to judge it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from graph.schema import fingerprint

T = TypeVar("T")

DATA_CLASSES = ("REAL", "EDITORIAL", "SYNTHETIC")
METHOD = "docs/method.md"
PLACEHOLDERS = (
    "需求率用默认值（每家企业每类服务每年 0.02 次）；未写年服务能力的资源按 100 次/年"
    " / default rates (0.02 services a year of each type for each enterprise); 100 a year where no capacity is stated"
)
"""What figures of demand and supply rest on where the asker gave no rates."""


class Result(BaseModel):
    """Base of all result models: frozen, typed, sent out unchanged by the router, the report and the picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Meta(Result):
    """Where an answer comes from and how real it is."""

    graph_version: int = Field(description="图版本：最近一次完成的载入序号 / sequence of the last finished load")
    taxonomy_version: str = Field(description="分类与模型版本 / version of vocabularies and model")
    parameters: dict[str, Any] = Field(description="本次计算的参数 / parameters of this answer")
    data_class: dict[str, int] = Field(
        description="所依据事实按数据性质的计数 / number of facts behind the answer by data class"
    )
    generated_at: datetime = Field(description="生成时间（UTC）/ time of the answer, UTC")
    question: str | None = Field(default=None, description="所问 / what was asked")
    shares: dict[str, float] = Field(
        default_factory=dict,
        description="各数据性质占所依据事实的比例，合计 1 / shares of these classes among the facts, sum 1",
    )
    assumptions: tuple[str, ...] = Field(default=(), description="参与计算的默认值 / defaults that take part")
    method: str = Field(default=METHOD, description="数字怎样算 / how the figures are computed")


class Answer(Result, Generic[T]):
    """One thing asked for."""

    data: T
    meta: Meta


class ListAnswer(Result, Generic[T]):
    """A page of a list in stable order; ``next`` is the cursor of the following page."""

    data: list[T]
    meta: Meta
    total: int = Field(description="总条数 / rows in all")
    next: str | None = Field(default=None, description="下一页游标 / cursor of the next page")


@dataclass(frozen=True)
class Listed(Generic[T]):
    """A whole list in stable order, and what is needed to judge it."""

    rows: Sequence[T]
    meta: Meta

    def page(self, limit: int, start: int = 0) -> ListAnswer[T]:
        """Return ``limit`` rows from position ``start``; ``next`` is the following position, if any."""
        end = start + limit
        following = str(end) if end < len(self.rows) else None
        return ListAnswer(data=list(self.rows[start:end]), meta=self.meta, total=len(self.rows), next=following)


def meta(version: int, parameters: dict[str, Any], data_class: dict[str, int]) -> Meta:
    """Return the meta of an answer given now."""
    counts = {c: int(data_class.get(c, 0)) for c in DATA_CLASSES}
    whole = sum(counts.values())
    return Meta(
        graph_version=version,
        taxonomy_version=fingerprint(),
        parameters=parameters,
        data_class=counts,
        generated_at=datetime.now(UTC).replace(microsecond=0),
        shares={c: n / whole for c, n in counts.items() if n},
        assumptions=(PLACEHOLDERS,) if "standard" in parameters and parameters.get("rates") is None else (),
    )
