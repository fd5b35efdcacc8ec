"""The records behind a figure of monitoring or of an assessment."""

from typing import Any

from pydantic import Field

from api.questions.codes import region_code
from api.questions.declaration import DayParameters, Name, Question, Rates, Region, ServiceType
from api.questions.held import in_region
from api.questions.monitoring import Month
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.schema import nodes
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.keep.tracing import newest
from loaders.merge.service_queries import Records
from queries.assessment.records import FigureRecord, FigureRecords, FoundRecords, RecordsQuestion, figure_records
from queries.assessment.scheme import Indicator


class RecordsParameters(DayParameters):
    """Which figure, of whom and when."""

    indicator: Indicator = Field(
        default="services", description="哪项指标，同评分方案 / which indicator, as in schemes of assessment"
    )
    month: Month = Field(
        default=None, examples=["2026-05"],
        description="月份，默认分析日前 12 个完整月（评分所依据）"
        " / month, YYYY-MM; default: the 12 full months before the day, on which an assessment stands",
    )  # fmt: skip
    region: Region = None
    window: Name | None = Field(
        default=None, examples=["示例-成都-服务站点-001"],
        description="窗口或载体，标识或名称 / window or carrier, key or name",
    )  # fmt: skip
    service_type: ServiceType = None

    def question(self, _: Rates = None) -> RecordsQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode: a name that is none, or several.
        """
        return RecordsQuestion(
            as_of=self.day, indicator=self.indicator, month=self.month, window=self.window,
            region=region_code(self.region) if self.region else None,
            service_type=vocabulary("service_types").resolve(self.service_type) if self.service_type else None,
        )  # fmt: skip


def _complete(store: Store, found: FoundRecords, rows: list[FigureRecord]) -> list[FigureRecord]:
    """Add where complaints and return visits were stated; services tell it themselves."""
    keys = {row.id for row in rows if row.kind != "service"}
    statements = newest(store, keys, found.meta.graph_version, (nodes()["Feedback"],)) if keys else {}
    return [
        row if (said := statements.get(row.id)) is None
        else row.model_copy(update={"load": said.load, "file": said.file, "sheet": said.sheet or None, "row": said.row})
        for row in rows
    ]  # fmt: skip


def _answer(store: Store, asked: RecordsQuestion) -> FoundRecords:
    return figure_records(store, asked, Records(store.home))


RECORDS: Question[Any, Any, Any] = Question(
    name="records",
    title=Text("数字背后的记录", "Records behind a figure"),
    brief=Text("运行数字和评分背后的服务记录、投诉、回访", "services, complaints, visits behind a figure or a point"),
    about="""运行监测或评分的一个数由哪些记录得出：逐条列出服务、投诉或回访，注明是否计入分子，以及文件、工作表和行号；
    并给出由这些记录算出的值、分子、分母。只报了汇总数的月份没有逐条记录，services_summed 与 services 之差即是。

    Which records a figure of monitoring or a point of an assessment comes from: services, complaints or return visits
    one by one, whether each counts, and file, sheet and row; with the value that they give, how many count, and among
    how many. Months of which only sums were delivered have no records: services_summed less services.
    """,
    parameters=RecordsParameters,
    asked=RecordsParameters.question,
    answer=_answer,
    complete=_complete,
    result=FigureRecords,
    columns=lambda _: list(FigureRecord.model_fields),
    address="/monitoring/records",
    access=RouteRule(AccessRule.WORK, in_region()),
    tag="kpi",
    rated=False,
    slow=True,
    problems=(404,),
)
