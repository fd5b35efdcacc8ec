"""The month: services, firms, online share, satisfaction, complaints, return visits; against the year before."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from graph.places.gazetteer import places
from graph.projection import cached_by_version
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, Result, meta
from queries.data_classes import BEHIND, among, by_group
from queries.kpi import last_full_months
from queries.monitoring.aggregates import (
    Column,
    MonitoringFacts,
    ServiceLedger,
    prefectures_in,
    read_monitoring_facts,
)
from queries.monitoring.figures import COUNTED, ELSEWHERE, MonthCounts, MonthFigures

By = Literal["region", "window", "service_type", "month"]
COLUMNS: dict[By, Column] = {"region": "region", "window": "site", "service_type": "service_type"}
NOT_SERVED = pd.DataFrame(columns=["month", "group", "firms", "priced", "free"], dtype=object)
"""What the ledger says where it is not asked."""
SERIES = 24
"""Months of a series."""


class MonitoringQuestion(BaseModel):
    """Which month, whose, and by what it is broken down."""

    model_config = ConfigDict(frozen=True)

    as_of: date
    month: str | None = Field(default=None, description="YYYY-MM; null: the last full month up to the day")
    region: str | None = Field(default=None, description="prefecture or economic zone; null: the province")
    by: By = "region"

    @property
    def asked_month(self) -> str:
        """The month asked for, else the last that is full on the day."""
        return self.month or last_full_months(self.as_of, 1)[1]


class FeeShare(Result):
    """How many resources are offered at one class of fee."""

    fee_class: str = Field(description="收费类型 / id in fee_classes")
    resources: int = Field(description="资源数 / number of resources")
    share: float | None = Field(description="占写明收费类型者 / of those whose class is stated")
    data_class: list[str] = Field(description=BEHIND)


class BrandMonth(Result):
    """The activities of one brand in the month."""

    brand: str | None = Field(description="品牌；空为未标品牌 / id in brands; null: none stated")
    activities: int = Field(description="活动数 / number of activities")
    participants: int | None = Field(description="人数之和；无一写明时为空 / null where none states them")
    data_class: list[str] = Field(description=BEHIND)


class Monitoring(Result):
    """A month as it was: all of it, and group by group."""

    month: str = Field(description="月份，YYYY-MM / month, YYYY-MM")
    by: str = Field(description="分组：region | window | service_type | month / what it is grouped by")
    total: MonthFigures
    groups: list[MonthFigures] = Field(
        description="分组，按服务次数；by=month 时为 24 个月的序列 / groups, or 24 months"
    )
    newest: str | None = Field(description="有数据的最近月份 / newest month with data")
    feedback_unplaced: int = Field(
        description="当月投诉、回访中台账查无记录、不能归组的 / complaints and visits whose record is not in the ledger"
    )
    fees: list[FeeShare] = Field(description="分析日有效资源的收费类型 / fee classes of resources valid on the day")
    fees_unstated: int = Field(description="未写明收费类型的资源 / resources that state none")
    brands: list[BrandMonth] = Field(description="当月活动，按品牌 / activities of the month by brand")


def monitoring(store: Store, question: MonitoringQuestion, ledger: ServiceLedger) -> Answer[Monitoring]:
    """Return a month's figures for a region, in all and by group.

    A month without any aggregate has unknown figures, not zeros; a group without one, in a month that has some, has
    none. Feedback belongs to the group of the service record that it names.

    Raises:
        BadParameter: the region is no prefecture, zone or province, as months are known by prefecture only.
    """
    inside = prefectures_in(question.region)
    with store.read() as session:
        version, facts = cached_by_version(store, session, "monitoring", read_monitoring_facts)
    month = question.asked_month
    asked = [months_before(month, n) for n in range(SERIES - 1, -1, -1)] if question.by == "month" else [month]
    source = _Source(facts, ledger, inside, question.as_of)
    total = source.groups(asked, None).figures([(m, None) for m in asked])
    groups = total if question.by == "month" else _groups(source, month, COLUMNS[question.by])
    here = source.months
    known = here[here["month"].isin(asked)]
    return Answer(
        data=Monitoring(
            month=month, by=question.by, total=total[-1], groups=groups,
            newest=None if here.empty else str(here["month"].max()),
            feedback_unplaced=source.unplaced(month), **source.fees(), brands=source.brands(month),
        ),
        meta=meta(
            version,
            {k: v for k, v in {**question.model_dump(mode="json"), "month": month}.items() if v is not None},
            Counter({str(k): int(v) for k, v in known["data_class"].value_counts().items()}),
        ),
    )  # fmt: skip


def year_figures(
    store: Store, by: Literal["region", "window"], ledger: ServiceLedger, *, as_of: date, served: bool
) -> tuple[int, str, list[MonthFigures], Counter[str]]:
    """Return the figures of the last 12 full months as one, by prefecture or window.

    Firms and fees, for which the whole ledger is read, are known only with ``served``; firms are those of the year.

    Returns:
        Graph version, the months in words, figures by group in the order of keys (their ``month`` is these words),
        aggregates by data class.
    """
    with store.read() as session:
        version, facts = cached_by_version(store, session, "monitoring", read_monitoring_facts)
    first, last = last_full_months(as_of)
    span, year = f"{first}—{last}", [months_before(last, n) for n in range(11, -1, -1)]
    made = _Source(facts, ledger, None, as_of).groups(year, COLUMNS[by], served=False).as_one(span)
    if served:
        found = ledger.served(first, last, None, COLUMNS[by], span)
        made = replace(made, served=found.assign(group=_keyed(found["group"])))
    groups = sorted({*made.now["group"]} - {ELSEWHERE})
    known = facts.months[facts.months["month"].isin(year)]
    classes = Counter({str(k): int(v) for k, v in known["data_class"].value_counts().items()})
    return version, span, made.figures([(span, group) for group in groups]) if groups else [], classes


def months_before(month: str, number: int) -> str:
    """Return the month, YYYY-MM, so many months before one."""
    at = int(month[:4]) * 12 + int(month[5:]) - 1 - number
    return f"{at // 12:04d}-{at % 12 + 1:02d}"


def _groups(source: "_Source", month: str, column: Column) -> list[MonthFigures]:
    """Return the figures of every group that delivered or was judged in the month, or a year before; busiest first."""
    made = source.groups([month], column)
    found = {*made.now["group"], *made.before["group"]}
    if made.feedback is not None:
        found |= set(made.feedback.loc[made.feedback["month"] == month, "group"])
    figures = made.figures([(month, group) for group in sorted(found)]) if found else []
    return sorted(figures, key=lambda f: -(f.services or 0))


class _Source:
    """The facts of a region."""

    def __init__(self, facts: MonitoringFacts, ledger: ServiceLedger, inside: frozenset[str] | None, day: date) -> None:
        self._facts, self._ledger, self._inside, self._day = facts, ledger, inside, day
        self.months = self._here(facts.months)

    def _here(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame if self._inside is None else frame[frame["region"].isin(self._inside)]

    def groups(self, months: list[str], column: Column | None, *, served: bool = True) -> MonthCounts:
        """Return what is counted in some months, by a column or in all."""
        earlier = {months_before(m, 12): m for m in months}
        before = self.months[self.months["month"].isin(earlier)]
        before = before.assign(month=before["month"].map(earlier))
        now = self.months[self.months["month"].isin(months)]
        found = self._ledger.served(months[0], months[-1], self._inside, column) if served else NOT_SERVED
        return MonthCounts(
            now=_grouped(now, column), before=_grouped(before, column), feedback=self._feedback(months, column),
            served=found.assign(group=_keyed(found["group"]) if column else ""), judged=self._day,
            names=self._names(column), shrink=column == "site",
        )  # fmt: skip

    def _feedback(self, months: list[str], column: Column | None) -> pd.DataFrame | None:
        feedback = self._facts.feedback
        if feedback.empty or not any(map(self._in_known_months, months)):
            return None
        asked = feedback[feedback["month"].isin(months) & (pd.to_datetime(feedback["day"]) <= pd.Timestamp(self._day))]
        if column is None and self._inside is None:
            return asked.assign(group="")
        return _grouped(self._here(self._placed(asked)), column)

    def _in_known_months(self, month: str) -> bool:
        """Tell whether a month without complaints had none: nothing is known before and after all data."""
        first, last = self._facts.feedback["month"].min(), self._facts.feedback["month"].max()
        served = self._facts.months["month"]
        return bool(first <= month <= (last if served.empty else max(last, served.max())))

    def _placed(self, feedback: pd.DataFrame) -> pd.DataFrame:
        return feedback.astype({"id": object}).merge(
            self._ledger.placed(feedback["id"].dropna()).astype(object), on="id"
        )

    def unplaced(self, month: str) -> int:
        """Return how many complaints and return visits name no record of the ledger."""
        feedback = self._facts.feedback
        asked = feedback[(feedback["month"] == month) & feedback["kind"].isin(COUNTED)]
        return len(asked) - len(self._placed(asked))

    def fees(self) -> dict[str, object]:
        """Return the fee classes of the resources that are valid on the day."""
        here, day = self._here(self._facts.resources), pd.Timestamp(self._day)
        since, until = pd.to_datetime(here["since"]), pd.to_datetime(here["until"])
        valid = here[(since.isna() | (since <= day)) & (until.isna() | (until >= day))]
        counts, stated = valid["fee_class"].value_counts(), int(valid["fee_class"].notna().sum())
        behind = by_group("fee_class", valid)
        shares = [
            FeeShare(
                fee_class=id_, resources=int(counts.get(id_, 0)), share=counts.get(id_, 0) / stated if stated else None,
                data_class=behind.get(id_, []),
            )
            for id_ in vocabulary("fee_classes").ids
        ]  # fmt: skip
        return {"fees": shares, "fees_unstated": len(valid) - stated}

    def brands(self, month: str) -> list[BrandMonth]:
        """Return the activities of the month by brand, in the order of the vocabulary."""
        here = self._here(self._facts.activities)
        rows = here[here["month"] == month].astype({"brand": object})
        ids = [*vocabulary("brands").ids, None]
        found = []
        for brand in ids:
            own = rows[rows["brand"].isna() if brand is None else rows["brand"] == brand]
            stated = own["participants"].dropna()
            if len(own):
                people = int(stated.sum()) if len(stated) else None
                behind = among(own["data_class"])
                found.append(BrandMonth(brand=brand, activities=len(own), participants=people, data_class=behind))
        return found

    def _names(self, column: Column | None) -> dict[str, str]:
        if column == "region":
            return {code: place.name for code, place in places().items()}
        if column == "service_type":
            return {entry.id: entry.label.zh for entry in vocabulary("service_types")}
        sites = self._facts.months.dropna(subset=["site"])
        return {**dict(zip(sites["site"], sites["site_name"], strict=True)), ELSEWHERE: "不在窗口或载体"}


def _keyed(column: "pd.Series[str]") -> "pd.Series[str]":
    return column.astype(object).where(column.notna(), ELSEWHERE)


def _grouped(frame: pd.DataFrame, column: Column | None) -> pd.DataFrame:
    return frame.assign(group=_keyed(frame[column]) if column else "")
