"""Snapshots: which there are, what changed between two, and a group of cells over time."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from api.questions.declaration import (
    AtTerminal,
    CellFilters,
    Name,
    Parameters,
    Question,
    Rates,
    Standard,
    StandardParameters,
    meta_of_now,
)
from api.questions.held import anywhere, in_region
from api.questions.origins import FLAT, flat, with_origins
from api.questions.values import Day
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Answer, ListAnswer, Listed
from queries.coverage import CoverageQuestion
from queries.data_classes import counted
from queries.snapshots import DiffQuestion, create, diff, kept_series, series, snapshots
from queries.snapshots.comparing import DiffAnswer
from queries.snapshots.differences import CellDiff, Diff, Kind, Point, Snapshot


class DiffParameters(CellFilters):
    """Which cells changed between two snapshots."""

    kind: Kind | None = Field(default=None, description="只看这类变化 / only cells that changed so")


class DiffOfTwoParameters(DiffParameters):
    """Two snapshots, and which of their cells are compared."""

    a: Annotated[Name | None, AtTerminal(argument=True, metavar="before")] = Field(
        default=None,
        description="快照标识、日期或月份，默认更早月份的最后一个"
        " / snapshot: id, day or month; default: last of an earlier month",
    )
    b: Annotated[Name | None, AtTerminal(argument=True, metavar="after")] = Field(
        default=None, description="快照标识、日期或月份，默认最近一个 / snapshot: id, day or month; default: the newest"
    )

    def question(self, _: Rates) -> DiffQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        return DiffQuestion(before=self.a, after=self.b, kind=self.kind, **self.codes())


class SeriesParameters(CellFilters, Standard):
    """A group of cells on several days."""

    first: Annotated[Day, AtTerminal(spellings=("--from",))] = Field(alias="from", description="首日 / first day")
    last: Annotated[Day, AtTerminal(spellings=("--to",))] = Field(alias="to", description="末日 / last day")
    every: Literal["day", "week", "month", "year"] = Field(default="month", description="步长 / step")

    def question(self, rates: Rates) -> "tuple[CoverageQuestion, SeriesParameters]":
        """Return the group in codes, and its days.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        group = CoverageQuestion(freshness_days=self.freshness_days, standard=self.standard, rates=rates)
        return group.model_copy(update={"group_by": (), **self.codes()}), self


def _kept(store: Store, _: Parameters) -> Listed[Snapshot]:
    found = snapshots(store)
    return Listed(found, meta_of_now(store, classes=Counter(name for one in found for name in counted(one.data_class))))


def _kept_series(store: Store, asked: CoverageQuestion) -> Listed[Point]:
    named = asked.model_dump(mode="json", exclude_none=True, include=set(CellFilters.model_fields))
    points = kept_series(store, asked)
    return Listed(points, meta_of_now(store, named, _classes(points)))


def _classes(points: Sequence[Point]) -> Counter[str]:
    return Counter(name for point in points for name in point.data_class)


def _series(store: Store, asked: tuple[CoverageQuestion, SeriesParameters]) -> Listed[Point]:
    question, days = asked
    points = series(store, question, days.first, days.last, days.every)
    named = question.model_dump(mode="json", exclude_none=True, exclude={"as_of", "group_by"})
    named |= days.model_dump(mode="json", include={"first", "last", "every"})
    return Listed(points, meta_of_now(store, named, _classes(points)))


def _complete(store: Store, answer: DiffAnswer, cells: list[CellDiff]) -> list[CellDiff]:
    return with_origins(store, cells, answer.meta.graph_version)


CREATE = Question(
    name="snapshot",
    title=Text("快照", "Snapshot"),
    brief=Text("固定某日的全部单元", "fix every cell as of a day"),
    about="""固定某日的全部单元及其参数和校验和。

    Fixes every cell as of a day, with parameters and checksums.
    """,
    parameters=StandardParameters,
    asked=lambda parameters, rates: parameters.question_of_day(rates),
    answer=create,
    lasting=False,
    result=Answer[Snapshot],
    rows=lambda answer: [answer.data],
    slow=True,
)
SNAPSHOTS = Question(
    name="snapshots",
    title=Text("快照列表", "Snapshots"),
    brief=Text("列出快照", "list snapshots"),
    about="""已固定的快照及其参数和校验和。

    The snapshots there are, with parameters and checksums.
    """,
    parameters=Parameters,
    asked=lambda parameters, _: parameters,
    answer=_kept,
    lasting=False,
    result=ListAnswer[Snapshot],
    columns=lambda _: list(Snapshot.model_fields),
    address="/snapshots",
    access=RouteRule(AccessRule.ASK, anywhere),
    tag="snapshots",
    rated=False,
)
KEPT_SERIES = Question(
    name="series",
    title=Text("各快照中的一组单元", "A group in all snapshots"),
    brief=Text("取自已有的快照", "from the snapshots that are kept"),
    about="""一组单元在每个已固定的快照中的需求、未满足需求和覆盖率，按日期。

    Demand, unmet demand and coverage of a group of cells in every snapshot that is kept, by day.
    """,
    parameters=CellFilters,
    asked=lambda parameters, _: CoverageQuestion(group_by=(), **parameters.codes()),
    answer=_kept_series,
    lasting=False,
    result=ListAnswer[Point],
    columns=lambda _: list(Point.model_fields),
    address="/snapshots/series",
    access=RouteRule(AccessRule.ASK, in_region()),
    tag="snapshots",
    rated=False,
    slow=True,
)
SERIES = Question(
    name="series",
    title=Text("时间序列", "Series"),
    brief=Text("一组单元随时间的变化", "a group over days"),
    about="""按现有数据逐日计算一组单元的需求、未满足需求和覆盖率。

    Demand, unmet demand and coverage of a group of cells on each of several days, as the graph stands.
    """,
    parameters=SeriesParameters,
    asked=SeriesParameters.question,
    answer=_series,
    result=ListAnswer[Point],
    columns=lambda _: list(Point.model_fields),
    slow=True,
)
DIFF = Question(
    name="diff",
    title=Text("快照比较", "Diff of two snapshots"),
    brief=Text("两个快照之间的变化和原因", "what changed between two, and why"),
    about="""两个快照之间新增、消失、变好、变差的单元，各有原因：哪项资源带来了多少，出自哪个文件哪一行。

    Cells new, closed, better and worse between two snapshots, with causes: what each resource brought to the cell
    before and after, and the file and row where it was stated.
    """,
    parameters=DiffOfTwoParameters,
    asked=DiffOfTwoParameters.question,
    answer=diff,
    lasting=False,
    result=Diff,
    columns=lambda _: FLAT,
    complete=_complete,
    flat=flat,
    address="/snapshots/{a}/diff/{b}",
    access=RouteRule(AccessRule.ASK, in_region()),
    tag="snapshots",
    problems=(404,),
    rated=False,
    slow=True,
    example=None,
)
