"""The records behind a figure: which it counts, and among which, so that a point of an assessment opens to its rows."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from graph.errors import NotFound
from graph.language import Text
from graph.places.gazetteer import places
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import ListAnswer, Meta, Result, meta
from queries.assessment.scheme import Indicator
from queries.data_classes import BEHIND, among
from queries.kpi import last_full_months
from queries.monitoring.aggregates import MonitoringFacts, ServiceLedger, prefectures_in, read_monitoring_facts
from queries.monitoring.monthly import months_before

RecordKind = Literal["service", "complaint", "follow_up"]


class RecordsQuestion(BaseModel):
    """Which figure, of whom and when."""

    model_config = ConfigDict(frozen=True)

    as_of: date
    indicator: Indicator = "services"
    month: str | None = Field(default=None, description="YYYY-MM; null: the last 12 full months up to the day")
    region: str | None = Field(default=None, description="prefecture or economic zone; null: the province")
    window: str | None = Field(default=None, description="key or name of a window or carrier")
    service_type: str | None = None

    @property
    def months(self) -> tuple[str, str]:
        """First and last month."""
        return (self.month, self.month) if self.month else last_full_months(self.as_of)

    def before(self, months: int) -> tuple[str, str]:
        """Return first and last month of so many months earlier."""
        first, last = self.months
        return months_before(first, months), months_before(last, months)


class FigureRecord(Result):
    """One record that a figure stands on."""

    kind: RecordKind = Field(description="service 服务 | complaint 投诉 | follow_up 回访 / what it is")
    id: str = Field(description="编号 / its id")
    counted: bool = Field(description="计入分子（如评 4、5 分的）/ whether it counts, such as a rating of 4 or 5")
    day: date = Field(description="日期 / day")
    closed: date | None = Field(default=None, description="投诉的办结日期 / day of closing of a complaint")
    service: str | None = Field(default=None, description="投诉、回访所指的服务编号 / service that feedback names")
    region: str | None
    region_name: str | None
    site: str | None = Field(description="窗口或载体的标识 / key of the window or carrier")
    site_name: str | None = Field(description="窗口或载体的名称 / name of the window or carrier")
    service_type: str | None
    provider: str | None = Field(default=None, description="提供机构的标识 / key of the provider")
    enterprise: str | None = Field(default=None, description="企业的标识 / key of the enterprise")
    mode: str | None = None
    satisfaction: float | None = Field(default=None, description="满意度，1 至 5 / rating, 1 to 5")
    fee: float | None = Field(default=None, description="费用（元）/ fee, yuan")
    load: str | None = Field(default=None, description="最后写明它的载入 / load that stated it last")
    file: str | None = None
    sheet: str | None = None
    row: int | None = Field(default=None, description="文件中的行号 / row of the file")
    data_class: list[str] = Field(description=BEHIND)


class FigureRecords(ListAnswer[FigureRecord]):
    """The records of a figure, newest first, and how the figure comes from them."""

    indicator: Indicator = Field(description="哪个数 / which figure")
    months: str = Field(description="所涉月份 / months that it is about")
    value: float | None = Field(description="由这些记录得出的值 / the figure that these records give")
    counted: int = Field(description="计入分子的记录数 / records that count")
    among: int = Field(description="分母：所涉记录数或服务次数 / records or services that it is a share of")
    services: int = Field(description="同一范围内台账的服务次数 / services of the same scope in the ledger")
    services_summed: int | None = Field(
        description="月度汇总的服务次数；多出的只有汇总数、没有逐次记录"
        " / of the monthly sums; of what is more than in the ledger no records were delivered"
    )


@dataclass(frozen=True)
class _Rule:
    """How a figure comes from records; ``value`` takes those it is about, how many count, and among how many."""

    kind: RecordKind = "service"
    about: Callable[[pd.DataFrame], Any] = lambda rows: rows["day"].notna()
    counts: Callable[[pd.DataFrame], Any] = lambda rows: rows["day"].notna()
    value: Callable[[pd.DataFrame, int, int], float | None] = lambda _, counted, among: (
        counted / among if among else None
    )
    per_service: bool = False
    """Whether it is a share of all services, not of the records it is about."""
    since: int = 0
    """Months before the first that are looked at, too."""


_RULES: dict[Indicator, _Rule] = {
    "services": _Rule(value=lambda _, counted, __: counted),
    "growth": _Rule(since=12, value=lambda _, counted, among: counted / among - 1 if among else None),
    "online_share": _Rule(counts=lambda rows: rows["mode"] == "online"),
    "answer_rate": _Rule(counts=lambda rows: rows["satisfaction"].notna()),
    "satisfaction": _Rule(
        about=lambda rows: rows["satisfaction"].notna(), counts=lambda rows: rows["satisfaction"] >= GOOD
    ),
    "firms": _Rule(
        about=lambda rows: rows["enterprise"].notna(), value=lambda rows, _, __: rows["enterprise"].nunique()
    ),
    "free_share": _Rule(about=lambda rows: rows["fee"].notna(), counts=lambda rows: rows["fee"] == 0),
    "complaint_rate": _Rule("complaint", per_service=True),
    "complaints_closed": _Rule("complaint", counts=lambda rows: rows["closed"].notna()),
    "days_to_close": _Rule(
        "complaint", about=lambda rows: rows["closed"].notna(),
        value=lambda rows, _, __: float((rows["closed"] - rows["day"]).dt.days.median()) if len(rows) else None,
    ),
    "visit_rate": _Rule("follow_up", per_service=True),
}  # fmt: skip
GOOD = 4
"""Ratings from here on count as satisfied."""


class _Scope(NamedTuple):
    """What is asked about: prefectures, a window or carrier, a service type; None is all of them."""

    regions: frozenset[str] | None
    site: str | None
    service_type: str | None

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows in it; ``rows`` has the columns region, site and service_type."""
        rows = rows if self.regions is None else rows[rows["region"].isin(self.regions)]
        for column, wanted in (("site", self.site), ("service_type", self.service_type)):
            rows = rows if wanted is None else rows[rows[column] == wanted]
        return rows


EVERYTHING = _Scope(None, None, None)


@dataclass(frozen=True)
class FoundRecords:
    """All records of a figure; pages are taken of them."""

    rows: pd.DataFrame
    figure: dict[str, Any]
    meta: Meta
    ledger: ServiceLedger
    names: dict[str, str]

    def page(self, limit: int, start: int = 0) -> FigureRecords:
        """Return ``limit`` records from position ``start``."""
        end = start + limit
        data = [self._record(row) for row in self.rows.iloc[start:end].to_dict("records")]
        following = str(end) if end < len(self.rows) else None
        return FigureRecords(data=data, meta=self.meta, total=len(self.rows), next=following, **self.figure)

    def _record(self, row: dict[Any, Any]) -> FigureRecord:
        known = {name: None if pd.isna(value) else value for name, value in row.items()}
        place, load = known.pop("place", None), known.get("load")
        file, sheet, line = self.ledger.origin(str(load), place) if load else (None, None, None)
        region, site = known["region"], known["site"]
        names = {"region_name": places()[region].full_name if region in places() else None,
                 "site_name": self.names.get(site, site) if site else None}  # fmt: skip
        origin = {"file": file, "sheet": sheet, "row": line, "data_class": among([known["data_class"]])}
        return FigureRecord.model_validate({**known, **names, **origin})


def figure_records(store: Store, question: RecordsQuestion, ledger: ServiceLedger) -> FoundRecords:
    """Return the records behind a figure of monitoring or of an assessment, newest first.

    Raises:
        BadParameter: the region is no prefecture, zone or province.
        NotFound: there is no window or carrier of that key or name.
    """
    with store.read() as session:
        version, facts = cached_by_version(store, session, "monitoring", read_monitoring_facts)
    rule, (first, last) = _RULES[question.indicator], question.months
    scope = _Scope(prefectures_in(question.region), _site(facts, question.window), question.service_type)
    services = ledger.rows(months_before(first, rule.since), last, *scope)
    services = services[_months(services["day"], first, last) | _months(services["day"], *question.before(rule.since))]
    rows = (
        services.assign(kind="service")
        if rule.kind == "service"
        else _feedback(facts, question, scope, rule.kind, ledger)
    )
    rows = rows[rule.about(rows)]
    now = _months(rows["day"], first, last)
    counts = rule.counts(rows).fillna(value=False).astype(bool) & now
    counted = int(counts.sum())
    among = len(services) if rule.per_service else len(rows) - (counted if rule.since else 0)
    figure = {
        "indicator": question.indicator, "months": first if first == last else f"{first}—{last}",
        "value": rule.value(rows, counted, among), "counted": counted, "among": among, "services": len(services),
        "services_summed": _summed(facts, question, scope, rule),
    }  # fmt: skip
    classes = Counter({str(k): int(v) for k, v in rows["data_class"].value_counts().items()})
    asked = {k: v for k, v in question.model_dump(mode="json").items() if v is not None}
    names = facts.months.dropna(subset=["site"])
    return FoundRecords(
        rows.assign(counted=counts), figure, meta(version, asked, classes), ledger,
        dict(zip(names["site"], names["site_name"], strict=True)),
    )  # fmt: skip


def _months(days: "pd.Series[Any]", first: str, last: str) -> "pd.Series[bool]":
    """Tell which days lie in the months from one to another."""
    day, end = pd.to_datetime(days), pd.Timestamp(f"{last}-01") + pd.offsets.MonthBegin(1)
    return (day >= pd.Timestamp(f"{first}-01")) & (day < end)


def _site(facts: MonitoringFacts, window: str | None) -> str | None:
    """Return the key of a window or carrier that is named by its key or name."""
    if window is None:
        return None
    sites = facts.months[(facts.months["site"] == window) | (facts.months["site_name"] == window)]["site"].unique()
    if len(sites) != 1:
        raise NotFound(kind=Text("有服务记录的窗口或载体", "window or carrier with services"), key=window)
    return str(sites[0])


def _feedback(
    facts: MonitoringFacts, question: RecordsQuestion, scope: _Scope, kind: RecordKind, ledger: ServiceLedger
) -> pd.DataFrame:
    """Return complaints or return visits of the months, each where the service is that it names."""
    first, last = question.months
    feedback, day = facts.feedback, pd.Timestamp(question.as_of)
    feedback = feedback[(feedback["kind"] == kind) & feedback["month"].between(first, last)].astype({"id": object})
    feedback = feedback[pd.to_datetime(feedback["day"]) <= day]
    where = ledger.placed(feedback["id"].dropna()).astype(object)
    rows = scope.of(feedback.merge(where, on="id", how="left" if scope == EVERYTHING else "inner"))
    closed = pd.to_datetime(rows["closed"])
    rows = rows.assign(day=pd.to_datetime(rows["day"]), closed=closed.where(closed <= day))
    rows = rows.drop(columns=["month"]).rename(columns={"id": "service", "key": "id"})
    return rows.sort_values(["day", "id"], ascending=[False, True])


def _summed(facts: MonitoringFacts, question: RecordsQuestion, scope: _Scope, rule: _Rule) -> int | None:
    """Return the services of the same scope by the monthly sums; None where none of the months has any."""
    (first, last), months = question.months, facts.months
    months = months[months["month"].between(first, last) | months["month"].between(*question.before(rule.since))]
    return None if months.empty else int(scope.of(months)["services"].sum())
