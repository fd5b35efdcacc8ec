"""The months to come: trend and season of the services delivered, a forecast with its interval, tried on the past.

    ln(services) = b·t + season of the calendar month + c·f + e        ordinary least squares, by statsmodels

f is the part of the fortnight of Spring Festival that lies in the month: it moves between January and February. Where
the months known hold one Spring Festival only, its effect cannot be told from that of its months: it is left to these,
and a month with another share of the festival is not forecast.

An interval is that of a single month (Student's t), taken back from logarithms. Months of which nothing is known are
left out, never zero. The forecast is tried on the last months: each is forecast from those before it, beside what the
same month of the year before would have said; where that was no worse, no forecast is given.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from graph.arrays import Floats
from graph.places.gazetteer import places
from graph.projection import cached_by_version
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.monitoring.aggregates import prefectures_in, read_monitoring_facts
from queries.monitoring.monthly import MonitoringQuestion

NEEDED, LEARNT = 24, 18
"""Known months that a forecast asks for, and that one which is tried on the past is made of."""
TRIED, AHEAD = 6, 3
LEVEL = 0.05
FORTNIGHT = 15
FESTIVALS = {
    2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10),
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23),
    2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
"""Month and day of the lunar new year (GB/T 33661-2017)."""
UNUSUAL = 3.0
"""Standard deviations, by all other months, from which on a month is unusual."""


class MonthForecast(Result):
    """What is to be expected of one month."""

    month: str
    value: int = Field(description="预测的服务次数 / services to be expected")
    low: int = Field(description="95% 预测区间下限 / lower bound, 95 %")
    high: int = Field(description="95% 预测区间上限 / upper bound")
    last_year: int | None = Field(description="上年同月服务次数 / services of the same month of the year before")


class PastForecast(Result):
    """One month that is over, as it would have been forecast from those before it."""

    month: str
    services: int = Field(description="实际 / delivered")
    forecast: int = Field(description="只用此前各月得出的预测 / forecast from the months before it alone")
    error: float = Field(description="预测误差：预测 ÷ 实际 − 1 / forecast by delivered, less 1")
    last_year: int
    last_year_error: float = Field(description="以上年同月作预测的误差 / error of last year's value")


class UnusualMonth(Result):
    """A month that differs from trend and season by more than chance would let it, and where the difference lies."""

    month: str
    services: int
    expected: int = Field(
        description="按趋势和季节应有的服务次数，不用该月自身 / by trend and season of the other months"
    )
    silent: list[str] = Field(
        description="前后各月有数据、该月没有数据的市（州）/ prefectures without data that month only"
    )
    region: str | None = Field(description="与上年同月相比变化最大的市（州）/ prefecture that changed most on the year")
    region_name: str | None
    region_change: int | None = Field(description="其变化，次 / its change, services")


class Forecasts(Result):
    """Trend, forecast and how far forecasts were off."""

    months: int = Field(description="有数据的月数 / months of which anything is known")
    withheld: Literal["too_few", "no_better"] | None = Field(
        description="没有预测的原因：too_few 月份不足 | no_better 不优于上年同月 / why none is given; null: one is"
    )
    forecasts: list[MonthForecast]
    past: list[PastForecast] = Field(description="对过去各月的检验 / tried on the past")
    error: float | None = Field(description="检验的平均绝对误差 / mean absolute error of the past forecasts")
    last_year_error: float | None = Field(description="以上年同月作预测的平均绝对误差 / the same of last year's values")
    trend: float | None = Field(description="扣除季节后的年增长率 / growth a year, season taken out")
    trend_low: float | None
    trend_high: float | None
    adjusted: dict[str, int] = Field(description="月份 -> 扣除季节后的服务次数 / services, season taken out")
    unusual: list[UnusualMonth]


def forecasts(store: Store, question: MonitoringQuestion) -> Answer[Forecasts]:
    """Return what the months up to the one asked for let expect of the next three.

    Raises:
        BadParameter: the region is no prefecture, zone or province, as months are known by prefecture only.
    """
    inside = prefectures_in(question.region)
    with store.read() as session:
        version, facts = cached_by_version(store, session, "monitoring", read_monitoring_facts)
    months = facts.months
    here = months if inside is None else months[months["region"].isin(inside)]
    here = here[here["month"] <= question.asked_month]
    by_place = here.astype({"region": object}).groupby(["month", "region"])["services"].sum().unstack()
    classes = Counter({str(k): int(v) for k, v in here["data_class"].value_counts().items()})
    parameters = {k: v for k, v in question.model_dump(mode="json", exclude={"by"}).items() if v is not None}
    return Answer(data=outlook(by_place), meta=meta(version, {**parameters, "month": question.asked_month}, classes))


def outlook(by_place: pd.DataFrame) -> Forecasts:
    """Return the forecasts of services by month (index, YYYY-MM) and prefecture (columns); NaN is unknown."""
    services = by_place.sum(axis=1, min_count=1).dropna().sort_index()
    services = services[services > 0]
    none: dict[str, Any] = dict.fromkeys(("error", "last_year_error", "trend", "trend_low", "trend_high"))
    empty = Forecasts(months=len(services), withheld="too_few", forecasts=[], past=[], adjusted={}, unusual=[], **none)
    if len(services) < NEEDED:
        return empty
    past = [p for n in range(max(LEARNT, len(services) - TRIED), len(services)) if (p := _tried(services, n))]
    model = _Fitted(services)
    (growth, low, high), adjusted = model.trend(), model.adjusted()
    error, last_year = (float(np.mean(np.abs([getattr(p, n) for p in past]))) if past else None
                        for n in ("error", "last_year_error"))  # fmt: skip
    better = error is not None and last_year is not None and error < last_year
    following = [_after(str(services.index[-1]), n) for n in range(1, AHEAD + 1)]
    return Forecasts(
        months=len(services), withheld=None if better else "no_better" if past else "too_few",
        forecasts=[f for m in following if (f := model.forecast(m, services))] if better else [],
        past=past, error=error, last_year_error=last_year, trend=growth, trend_low=low, trend_high=high,
        adjusted=adjusted, unusual=[_unusual(m, e, services, by_place) for m, e in model.unusual()],
    )  # fmt: skip


class _Fitted:
    """The regression on known months."""

    def __init__(self, services: "pd.Series[float]") -> None:
        from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 slow to import; no other question needs it

        self._months = [str(m) for m in services.index]
        self._seasons = sorted({m[5:] for m in self._months})
        self._logs = np.log(services.to_numpy(dtype=np.float64))
        whole = self._columns(self._months)
        self._rank = int(np.linalg.matrix_rank(whole))
        self._moves = self._rank == whole.shape[1]
        self._result = OLS(self._logs, self._design(self._months)).fit()

    def _columns(self, months: list[str]) -> Floats:
        """Return years since 2000, one column a calendar month, and the part of Spring Festival."""
        time = [int(m[:4]) - 2000 + (int(m[5:]) - 1) / 12 for m in months]
        seasons = ([m[5:] == s for m in months] for s in self._seasons)
        return np.column_stack([time, *seasons, [festival(m) for m in months]]).astype(np.float64)

    def _design(self, months: list[str]) -> Floats:
        """Return the columns whose effects the months known tell apart."""
        whole = self._columns(months)
        return whole if self._moves else whole[:, :-1]

    def _told(self, month: str) -> bool:
        """Whether the months known say anything of one: its row is a combination of theirs."""
        rows = self._columns([*self._months, month])
        return month[5:] in self._seasons and int(np.linalg.matrix_rank(rows)) == self._rank

    def trend(self) -> tuple[float, float, float]:
        """Return the growth a year with its interval."""
        low, high = self._result.conf_int(LEVEL)[0]
        return tuple(round(float(np.expm1(v)), 4) for v in (self._result.params[0], low, high))  # type: ignore[return-value]

    def adjusted(self) -> dict[str, int]:
        """Return the months without their season: as if each were of a calendar month of mean effect."""
        effects = self._result.params[1 : 1 + len(self._seasons)]
        moved = self._result.params[-1] if self._moves else 0.0
        of = dict(zip(self._seasons, effects - effects.mean(), strict=True))
        return {
            m: round(float(np.exp(v - of[m[5:]] - moved * (festival(m) - 1 / 12))))
            for m, v in zip(self._months, self._logs, strict=True)
        }

    def forecast(self, month: str, services: "pd.Series[float]") -> MonthForecast | None:
        """Return what is to be expected of a month; None of one of which the months known say nothing."""
        if not self._told(month):
            return None
        prediction = self._result.get_prediction(self._design([month]))
        value, (low, high) = prediction.predicted_mean[0], prediction.conf_int(obs=True, alpha=LEVEL)[0]
        before = services.get(_after(month, -12))
        return MonthForecast(
            month=month, value=round(float(np.exp(value))), low=round(float(np.exp(low))),
            high=round(float(np.exp(high))), last_year=None if before is None else int(before),
        )  # fmt: skip

    def unusual(self) -> list[tuple[str, int]]:
        """Return the months that all others would not let expect, with what they would."""
        influence, residuals = self._result.get_influence(), self._result.resid
        leverage = influence.hat_matrix_diag
        alone = leverage > 1 - 1e-9  # the only one of its calendar month says nothing of itself
        left = np.where(alone, np.nan, 1 - leverage)
        # The variance without each month, in closed form: fits without the only one of its calendar month are singular.
        without = (self._result.ssr - residuals**2 / left).clip(min=0.0) / (self._result.df_resid - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.nan_to_num(influence.get_resid_studentized_external(np.sqrt(without)), nan=0.0)
            expected = np.exp(self._logs - np.nan_to_num(residuals / left))
        apart = np.round(expected) != np.round(np.exp(self._logs))  # steady months differ by rounding alone
        found = zip(self._months, expected, apart & (np.abs(far) > UNUSUAL), strict=True)
        return [(m, round(float(e))) for m, e, unusual in found if unusual]


def _tried(services: "pd.Series[float]", at: int) -> PastForecast | None:
    month, actual = str(services.index[at]), float(services.iloc[at])
    made = _Fitted(services.iloc[:at]).forecast(month, services)
    if made is None or made.last_year is None:
        return None
    return PastForecast(
        month=month, services=int(actual), forecast=made.value, error=round(made.value / actual - 1, 4),
        last_year=made.last_year, last_year_error=round(made.last_year / actual - 1, 4),
    )  # fmt: skip


def _unusual(month: str, expected: int, services: "pd.Series[float]", by_place: pd.DataFrame) -> UnusualMonth:
    """Say where the difference lies: who is silent that month only, and who changed most in its direction."""
    now, sign = by_place.loc[month], 1 if services[month] > expected else -1
    beside = [m for n in (-1, 1) if (m := _after(month, n)) in by_place.index]
    silent = sorted(str(c) for c in now.index if np.isnan(now[c]) and not by_place.loc[beside, c].isna().any())
    before = _after(month, -12)
    change: dict[str, float] = {}
    if before in by_place.index:
        differs = now.to_numpy(np.float64) - by_place.loc[before].to_numpy(np.float64)
        change = {str(c): float(v) for c, v in zip(now.index, differs, strict=True) if not np.isnan(v)}
    most = max(change, key=lambda c: change[c] * sign) if change else None
    most = most if most and change[most] * sign > 0 else None
    return UnusualMonth(
        month=month, services=int(services[month]), expected=expected, silent=[places()[c].name for c in silent],
        region=most, region_name=places()[most].name if most else None,
        region_change=int(change[most]) if most else None,
    )  # fmt: skip


def festival(month: str) -> float:
    """Return the part of Spring Festival, from its eve on a fortnight, that lies in a month."""
    if (day := FESTIVALS.get(int(month[:4]))) is None:
        return 0.0
    days = [(date(int(month[:4]), *day) + timedelta(days=n)).isoformat()[:7] for n in range(-1, FORTNIGHT - 1)]
    return days.count(month) / FORTNIGHT


def _after(month: str, number: int) -> str:
    at = int(month[:4]) * 12 + int(month[5:]) - 1 + number
    return f"{at // 12:04d}-{at % 12 + 1:02d}"
