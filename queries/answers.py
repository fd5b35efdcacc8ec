"""What every answer has in common: data, and what is needed to judge it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from graph.schema import fingerprint

T = TypeVar("T")

DATA_CLASSES = ("REAL", "EDITORIAL", "SYNTHETIC")


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
    return Meta(
        graph_version=version,
        taxonomy_version=fingerprint(),
        parameters=parameters,
        data_class={c: int(data_class.get(c, 0)) for c in DATA_CLASSES},
        generated_at=datetime.now(UTC).replace(microsecond=0),
    )


def today() -> date:
    """Return the day of analysis where none is given."""
    return datetime.now().astimezone().date()
