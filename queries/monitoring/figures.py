"""The figures of a month, group by group: plain sums, shares with their intervals, complaints and return visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from queries.answers import Result
from queries.data_classes import BEHIND, by_group
from queries.monitoring.shares import shrunk, wilson

ELSEWHERE = "-"
"""Group of the services that were delivered at no window or carrier; it is no site among others."""
COUNTED = ("complaint", "follow_up")
"""Kinds of feedback that are counted."""
SMALL = 30
"""A share of fewer ratings is said to stand on few."""
_SUMS = ["services", "online", "rated", "satisfied", "rating_sum"]


class MonthFigures(Result):
    """What one group delivered in one month; null is unknown, 0 is none."""

    group: str | None = Field(description="组的代码或标识；空为合计 / code or key of the group; null: all of them")
    name: str | None
    month: str = Field(description="月份，YYYY-MM / month, YYYY-MM")
    services: int | None = Field(description="服务次数 / services delivered")
    services_before: int | None = Field(description="上年同月服务次数 / services in the same month of the year before")
    year_on_year: float | None = Field(description="同比增长率 / growth over the same month of the year before")
    firms: int | None = Field(
        description="服务企业数（去重）；台账没有逐次写明企业时为空 / distinct firms; null: no record names one"
    )
    online_share: float | None = Field(description="线上占比 / share delivered online")
    rated: int | None = Field(description="评价数 / services that were rated")
    answer_rate: float | None = Field(description="评价率 / rated of delivered")
    satisfaction: float | None = Field(description="满意度：评 4、5 分的占比 / share of ratings of 4 or 5")
    satisfaction_low: float | None = Field(description="满意度 95% 区间下限（Wilson）/ lower bound, 95 %, Wilson")
    satisfaction_high: float | None = Field(description="满意度 95% 区间上限 / upper bound")
    few_ratings: bool | None = Field(description=f"评价少于 {SMALL} 条 / fewer than {SMALL} ratings")
    satisfaction_shrunk: float | None = Field(
        description="收缩后的满意度，仅按窗口分组时有 / drawn towards that of all, by window only (Marshall 1991)"
    )
    shrunk_error: float | None = Field(description="其标准误 / its standard error")
    mean_rating: float | None = Field(description="平均评分，1–5 / mean rating")
    complaints: int | None = Field(description="当月投诉 / complaints of the month")
    complaints_open: int | None = Field(description="其中分析日尚未办结 / of them open on the day")
    days_to_close: float | None = Field(description="已办结投诉的办结天数中位数 / median days of those closed")
    return_visits: int | None = Field(description="当月回访 / return visits of the month")
    priced: int | None = Field(description="写明费用的服务次数 / services that state a fee")
    free_share: float | None = Field(description="其中免费的占比 / share of them free of charge")
    data_class: list[str] = Field(description=BEHIND)
    suppressed: tuple[str, ...] | None = Field(
        default=None, description="因不足 5 人（次）而不公开的栏 / columns withheld from the public: fewer than 5"
    )


@dataclass(frozen=True)
class MonthCounts:
    """What is counted, in frames that carry the column ``group``.

    Attributes:
        now, before: aggregates of the months in question, and of a year before, these shifted to a year later.
        feedback: with day, closed, kind; None where no feedback is known at all.
        served: of the ledger: month, group, firms, priced, free.
        names: of groups.
        judged: the day; what was closed later is open.
        shrink: whether groups are drawn towards each other.
    """

    now: pd.DataFrame
    before: pd.DataFrame
    feedback: pd.DataFrame | None
    served: pd.DataFrame
    judged: date
    names: Mapping[str, str] = field(default_factory=dict)
    shrink: bool = False

    def as_one(self, span: str) -> "MonthCounts":
        """Return the same with all of its months taken as one, under this name; the ledger's part is left out."""
        feedback = None if self.feedback is None else self.feedback.assign(month=span)
        return replace(
            self, now=self.now.assign(month=span), before=self.before.assign(month=span), feedback=feedback,
            served=self.served.iloc[:0],
        )  # fmt: skip

    def figures(self, keys: Sequence[tuple[str, str | None]]) -> list[MonthFigures]:
        """Return the figures of (month, group) pairs, in their order; the group of all is None."""
        index = pd.MultiIndex.from_tuples([(m, g or "") for m, g in keys], names=["month", "group"])
        have, had = (set(frame["month"]) for frame in (self.now, self.before))
        months = index.get_level_values("month")
        reported, compared = (np.array([m in known for m in months]) for known in (have, had))
        sums = _sums(self.now, index)
        shares = _shares(sums, shrink=self.shrink)
        before = _sums(self.before, index)["services"]
        columns = {
            "services": sums["services"],
            "services_before": before.where(compared),
            "year_on_year": (sums["services"] / before.where(before > 0) - 1).where(compared),
            **shares,
        }
        frame = pd.DataFrame(columns, index=index)
        frame.loc[~reported, [c for c in frame if c != "services_before"]] = np.nan
        figures = frame.join(self._ledger(index)).join(self._feedback(index))
        figures.loc[(figures["services"] > 0) & (figures["firms"] == 0), "firms"] = np.nan  # no record names one
        heard = [] if self.feedback is None else [self.feedback[self.feedback["kind"].isin(COUNTED)]]
        behind = by_group(["month", "group"], self.now, self.before, *heard)
        return [
            self._row(month, group, row, behind.get((month, group or ""), []))
            for (month, group), row in zip(keys, figures.to_dict("records"), strict=True)
        ]

    def _row(self, month: str, group: str | None, row: Mapping[Any, Any], behind: list[str]) -> MonthFigures:
        known = {name: None if pd.isna(value) else value for name, value in row.items()}
        name = None if group is None else self.names.get(group, group)
        rated = known["rated"]
        few = None if rated is None else rated < SMALL
        beside = {"group": group, "name": name, "month": month, "few_ratings": few, "data_class": behind}
        return MonthFigures.model_validate({**beside, **known})

    def _ledger(self, index: pd.MultiIndex) -> pd.DataFrame:
        """Return firms and fees; of a month that the ledger knows, a group without a record has none."""
        served = self.served.assign(group=self.served["group"].fillna("").astype(object))
        found = served.set_index(["month", "group"])[["firms", "priced", "free"]].reindex(index).astype(float)
        recorded = index.get_level_values("month").isin(served["month"])
        found.loc[recorded] = found.loc[recorded].fillna(0)
        free = found["free"] / found["priced"].where(found["priced"] > 0)
        return found[["firms", "priced"]].assign(free_share=free)

    def _feedback(self, index: pd.MultiIndex) -> pd.DataFrame:
        names = ["complaints", "complaints_open", "days_to_close", "return_visits"]
        if self.feedback is None:
            return pd.DataFrame(np.nan, index=index, columns=names)
        feedback = self.feedback
        complaints, visits = feedback[feedback["kind"] == "complaint"], feedback[feedback["kind"] == "follow_up"]
        closed = pd.to_datetime(complaints["closed"])
        done = closed.notna() & (closed <= pd.Timestamp(self.judged))
        days = (closed - pd.to_datetime(complaints["day"])).dt.days.where(done)
        by = ["month", "group"]
        counted = (
            complaints.assign(open=~done, days=days)
            .groupby(by)
            .agg(complaints=("kind", "size"), complaints_open=("open", "sum"), days_to_close=("days", "median"))
        )
        counts = counted.join(visits.groupby(by).size().rename("return_visits"), how="outer").reindex(index)
        counts[["complaints", "complaints_open", "return_visits"]] = counts[
            ["complaints", "complaints_open", "return_visits"]
        ].fillna(0)
        return counts[names].astype(float)


def _sums(frame: pd.DataFrame, index: pd.MultiIndex) -> pd.DataFrame:
    return frame.groupby(["month", "group"])[_SUMS].sum().reindex(index).fillna(0).astype(float)


def _shares(sums: pd.DataFrame, *, shrink: bool) -> dict[str, "pd.Series[float]"]:
    services, rated, satisfied = (sums[c] for c in ("services", "rated", "satisfied"))
    done, judged = services.where(services > 0), rated.where(rated > 0)
    low, high = wilson(satisfied.to_numpy(), rated.to_numpy())
    drawn, error = (pd.Series(np.nan, sums.index) for _ in range(2))
    sites = sums.index.get_level_values("group") != ELSEWHERE if shrink else np.zeros(len(sums), dtype=bool)
    drawn[sites], error[sites] = shrunk(satisfied[sites].to_numpy(), rated[sites].to_numpy())
    return {
        "online_share": sums["online"] / done,
        "rated": rated,
        "answer_rate": rated / done,
        "satisfaction": satisfied / judged,
        "satisfaction_low": pd.Series(low, sums.index),
        "satisfaction_high": pd.Series(high, sums.index),
        "satisfaction_shrunk": drawn,
        "shrunk_error": error,
        "mean_rating": sums["rating_sum"] / judged,
    }
