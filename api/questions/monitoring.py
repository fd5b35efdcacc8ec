"""What was delivered in a month, how it was judged, and how sure that is."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from api.questions.codes import region_code
from api.questions.declaration import DayParameters, Question, Rates, Region
from api.questions.held import in_region
from api.questions.withheld import few
from api.security.roles import AccessRule, RouteRule
from graph.errors import BadParameter
from graph.language import Text
from graph.stores.base import Store
from loaders.merge.service_queries import Records
from queries.answers import Answer
from queries.monitoring import MonitoringQuestion, monitoring
from queries.monitoring.figures import MonthFigures
from queries.monitoring.monthly import By, Monitoring


def _month(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", value):
        raise BadParameter(name="month", value=value, reason="YYYY-MM")
    return value


Month = Annotated[
    str | None,
    AfterValidator(_month),
    Field(
        examples=["2026-05"],
        description="月份，默认分析日前最近一个完整月 / month, YYYY-MM; default: the last full one before the day",
    ),
]


class MonitoringParameters(DayParameters):
    """Which month, whose, and by what it is broken down."""

    month: Month = None
    region: Region = None
    by: By = Field(default="region", description="分组；month 为 24 个月序列 / groups; month: a series of 24 months")

    def question(self, _: Rates = None) -> MonitoringQuestion:
        """Return what is asked, in codes.

        Raises:
            UnknownRegion, AmbiguousRegion: a region that is none, or several.
        """
        region = region_code(self.region) if self.region else None
        return MonitoringQuestion(as_of=self.day, month=self.month, region=region, by=self.by)


def answer(store: Store, asked: MonitoringQuestion) -> Answer[Monitoring]:
    """Return the figures of a month, with the records that lie beside the graph."""
    return monitoring(store, asked, Records(store.home))


MONITORING = Question(
    name="monitoring",
    title=Text("运行监测", "Monitoring"),
    brief=Text("某月的服务、满意度、投诉与回访", "services, satisfaction, complaints and return visits of a month"),
    about="""某月服务次数、企业数、线上占比、满意度（评价率、95% 区间、评价少于 30 条者注明）、投诉与办结天数、回访，
    与上年同月比较；按市（州）、窗口或载体、服务类型分组，或给出 24 个月的序列。
    按窗口分组时另有收缩估计及其标准误，以免小样本居首居末。

    Services, firms, online share, satisfaction (answer rate, 95 % interval, few ratings marked), complaints and days to
    close, return visits of a month against the same month of the year before; by prefecture, window or carrier, or
    service type, or a series of 24 months. By window there is a shrunk estimate, too, with its standard error, so that
    neither end of the list is taken by small samples.
    """,
    parameters=MonitoringParameters,
    asked=MonitoringParameters.question,
    answer=answer,
    result=Answer[Monitoring],
    rows=lambda answer: answer.data.groups,
    columns=lambda _: list(MonthFigures.model_fields),
    address="/monitoring",
    access=RouteRule(AccessRule.ASK, in_region(), public=few),
    tag="kpi",
    tabular=True,
    rated=False,
    slow=True,
)
