"""Forecasts equal an independent computation, are tried on the past, and are not given where nothing can be said."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from graph.errors import BadParameter
from queries.monitoring.forecasts import FESTIVALS, Forecasts, festival, forecasts, outlook
from queries.monitoring.monthly import MonitoringQuestion
from tests.support.stores import delivery, loaded_store


def months(first: str, number: int) -> list[str]:
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, start + number)]


def places(number: int = 30, *, noise: float = 0.03, growth: float = 0.1) -> pd.DataFrame:
    """Services of two prefectures: growth, a season, the festival, some noise; the same each time."""
    random, index = np.random.default_rng(7), months("2023-05", number)
    at = np.arange(number)
    logs = growth * at / 12 + 0.2 * np.sin(at * np.pi / 6) - 0.5 * np.array([festival(m) for m in index])
    whole = np.exp(9 + logs + noise * random.standard_normal(number))
    return pd.DataFrame({"510100": np.round(0.7 * whole), "510700": np.round(0.3 * whole)}, index=index)


def line(month: str) -> list[float]:
    """What is known of a month: a constant, time, the festival, and eleven months instead of twelve."""
    time = int(month[:4]) - 2020 + int(month[5:]) / 12
    return [1.0, time, festival(month), *(float(int(month[5:]) == k) for k in range(2, 13))]


def solved(services: "pd.Series[float]") -> tuple[np.ndarray, np.ndarray, float, float]:
    """Normal equations: the coefficients, (XᵀX)⁻¹, the variance and Student's t at 97.5 %."""
    x, y = np.array([line(m) for m in services.index]), np.log(services.to_numpy())
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    left = len(y) - np.linalg.matrix_rank(x)
    return beta, inverse, ((y - x @ beta) ** 2).sum() / left, float(stats.t.ppf(0.975, left))


def by_hand(services: "pd.Series[float]", month: str) -> tuple[float, float, float]:
    """Value and interval of one month by normal equations and Student's t."""
    (beta, inverse, variance, t), new = solved(services), np.array(line(month))
    spread = np.sqrt(variance * (1 + new @ inverse @ new)) * t
    value, low, high = (float(np.exp(new @ beta + sign * spread)) for sign in (0, -1, 1))
    return value, low, high


def test_forecasts_are_those_of_an_independent_computation() -> None:
    table = places()
    services, found = table.sum(axis=1), outlook(table)
    following = months("2025-11", 3)
    wanted = [tuple(round(v) for v in by_hand(services, m)) for m in following]
    assert [(f.value, f.low, f.high) for f in found.forecasts] == wanted
    assert [(f.month, f.last_year) for f in found.forecasts] == [
        (m, int(services[f"{int(m[:4]) - 1}{m[4:]}"])) for m in following
    ]
    tried = months("2025-05", 6)
    assert [(p.month, p.forecast, p.services) for p in found.past] == [
        (m, round(by_hand(services[services.index < m], m)[0]), int(services[m])) for m in tried
    ]
    errors = [p.forecast / p.services - 1 for p in found.past]
    assert [p.error for p in found.past] == [round(e, 4) for e in errors]
    assert found.error == pytest.approx(np.mean(np.abs(errors)), abs=1e-4)
    assert found.last_year_error == pytest.approx(0.1, abs=0.05)
    assert found.withheld is None
    assert (found.trend_low or 0) < np.expm1(0.1) < (found.trend_high or 0)


def test_the_trend_has_its_interval_and_the_season_its_mean() -> None:
    services, found = places().sum(axis=1), outlook(places())
    beta, inverse, variance, t = solved(services)
    off = t * np.sqrt(variance * inverse[1, 1])
    assert (found.trend, found.trend_low, found.trend_high) == pytest.approx(
        tuple(np.expm1(beta[1] + sign * off) for sign in (0, -1, 1)), abs=1e-4
    )
    effects = np.array([0.0, *beta[3:]])
    of = effects - effects.mean()
    assert found.adjusted == {
        m: round(float(np.exp(np.log(v) - of[int(m[5:]) - 1] - beta[2] * (festival(m) - 1 / 12))))
        for m, v in services.items()
    }


@pytest.mark.parametrize(("month", "times"), [("2025-08", 1.15), ("2024-11", 0.85)])
def test_what_others_do_not_let_expect_is_found_by_leaving_each_month_out(month: str, times: float) -> None:
    table = places(36)
    table.loc[month] *= times
    services, wanted = table.sum(axis=1), []
    for one in services.index:
        others, new = services.drop(one), np.array(line(one))
        beta, inverse, variance, _ = solved(others)
        far = (np.log(services[one]) - new @ beta) / np.sqrt(variance * (1 + new @ inverse @ new))
        if abs(far) > 3:
            wanted.append((one, int(services[one]), round(float(np.exp(new @ beta)))))
    assert [one for one, _, _ in wanted] == [month]
    assert [(u.month, u.services, u.expected) for u in outlook(table).unusual] == wanted


def test_the_season_is_taken_out() -> None:
    found = outlook(places(noise=0.0))
    steps = np.diff(np.log([*found.adjusted.values()]))
    assert list(found.adjusted) == months("2023-05", 30)
    assert steps == pytest.approx(np.full(29, 0.1 / 12), abs=2e-3)


@pytest.mark.parametrize("number", [0, 1, 12, 23])
def test_too_few_months_give_none(number: int) -> None:
    assert outlook(places(max(number, 1)).iloc[:number]) == Forecasts(
        months=number, withheld="too_few", forecasts=[], past=[], error=None, last_year_error=None, trend=None,
        trend_low=None, trend_high=None, adjusted={}, unusual=[],
    )  # fmt: skip


@pytest.mark.parametrize("first", [f"2023-{n:02d}" for n in range(1, 13)])
@pytest.mark.parametrize("number", [24, 25, 26])
def test_two_years_are_forecast_wherever_they_begin_and_only_where_they_tell(first: str, number: int) -> None:
    table = places(40, growth=0.3).set_axis(months(first, 40)).iloc[:number]
    services, found = table.sum(axis=1), outlook(table)
    wanted = []
    for month in months(first, number + 3)[number:]:
        known = np.array([line(m) for m in services.index])
        if np.linalg.matrix_rank(np.vstack([known, line(month)])) == np.linalg.matrix_rank(known):
            wanted.append((month, *(round(v) for v in by_hand(services, month))))
    given = [] if found.withheld else wanted
    assert [(f.month, f.value, f.low, f.high) for f in found.forecasts] == given
    assert [(p.month, p.forecast) for p in found.past] == [
        (m, round(by_hand(before, m)[0]))
        for m in services.index[-6:]
        if (before := services[services.index < m]).size >= 18
        and np.linalg.matrix_rank(rows := np.array([line(k) for k in before.index]))
        == np.linalg.matrix_rank(np.vstack([rows, line(m)]))
    ]


def test_steady_months_are_not_unusual() -> None:
    found = outlook(pd.DataFrame({"510100": np.full(30, 1000.0)}, index=months("2023-05", 30)))
    assert (found.trend, found.unusual, found.withheld) == (0.0, [], "no_better")
    assert set(found.adjusted.values()) == {1000}


def test_the_only_one_of_its_calendar_month_says_nothing_of_itself() -> None:
    table = places(26).drop(index=["2024-05", "2025-05"])  # June 2023 to June 2025 with one May, that of 2023
    assert [u.month for u in outlook(table).unusual] == []
    table.loc["2023-05"] *= 9
    assert [u.month for u in outlook(table).unusual] == []


def test_a_forecast_that_is_no_better_than_last_year_is_not_given() -> None:
    table = places(30, noise=0.0, growth=0.0)
    table.loc["2025-04"] *= 3
    found = outlook(table)
    assert (found.withheld, found.forecasts, len(found.past)) == ("no_better", [], 6)


def test_a_month_without_data_is_left_out_and_is_no_zero() -> None:
    table = places(31)
    whole, holed = outlook(table), outlook(table.drop(index="2024-09"))
    assert (whole.months, holed.months) == (31, 30)
    assert "2024-09" not in holed.adjusted
    assert holed.forecasts[0].value == pytest.approx(whole.forecasts[0].value, rel=0.1)


def test_an_unusual_month_has_its_reason() -> None:
    table = places(36)
    table.loc["2025-08", "510100"] = np.nan
    found = next(u for u in outlook(table).unusual if u.month == "2025-08")
    assert (found.services, found.silent) == (int(table.loc["2025-08", "510700"]), ["成都市"])
    table = places(36)
    table.loc["2025-08", "510100"] *= 2
    found = next(u for u in outlook(table).unusual if u.month == "2025-08")
    change = table.loc["2025-08", "510100"] - table.loc["2024-08", "510100"]
    assert (found.silent, found.region_name, found.region_change) == ([], "成都市", int(change))
    assert found.expected == pytest.approx(places(36).loc["2025-08"].sum(), rel=0.1)
    assert found.region == "510100"


def test_an_unusual_month_names_who_changed_in_its_direction() -> None:
    table = places(36)
    table.loc["2025-08", "510100"] *= 0.5
    table.loc["2025-08", "510700"] *= 1.2
    low = next(u for u in outlook(table).unusual if u.month == "2025-08")
    fell = table.loc["2025-08", "510100"] - table.loc["2024-08", "510100"]
    assert (low.region_name, low.region_change) == ("成都市", int(fell))
    assert fell < 0
    first = places(36)
    first.loc["2023-08"] *= 2  # nothing is known of the year before
    early = next(u for u in outlook(first).unusual if u.month == "2023-08")
    assert (early.silent, early.region, early.region_name, early.region_change) == ([], None, None, None)
    longer = places(36)
    longer.loc[["2025-07", "2025-08"], "510100"] = np.nan  # silent not that month alone
    assert [u.silent for u in outlook(longer).unusual if u.month == "2025-08"] == [[]]


NEW_YEARS = (
    "2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 "
    "2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08"
)


def test_what_is_asked_about_is_what_was_recorded_there_up_to_the_month(tmp_path: Path) -> None:
    """Of places and months beside those that are asked about, nothing counts."""
    random, index, at = np.random.default_rng(3), months("2024-01", 30), ("510700", "510600", "511500")
    counts = pd.DataFrame(random.integers(3, 9, (30, 3)), index=index, columns=list(at))
    records = [(month, place) for month in index for place in at for _ in range(counts.loc[month, place])]
    rows = "".join(f"示例-{n},{month}-15,技术支持,示例-甲,{place},线上\n" for n, (month, place) in enumerate(records))
    tables = {
        "机构": "名称,所在地区\n示例-甲,绵阳市\n",
        "服务台账": f"编号,日期,服务类型,提供机构,服务地区,方式\n{rows}",
    }
    with loaded_store(delivery(tmp_path, tables), tmp_path / "store") as store:
        for region, places_ in ((None, at), ("510700", at[:1]), ("chengdu_plain", at[:2]), ("511300", ())):
            for last in ("2026-06", "2026-02"):
                asked = MonitoringQuestion(as_of=date(2026, 7, 1), month=last, region=region)
                answer = forecasts(store, asked)
                table = counts.loc[:last, list(places_)].astype(float)
                assert answer.data == outlook(table if places_ else pd.DataFrame(index=[], dtype=float)), (region, last)
                assert answer.meta.data_class["SYNTHETIC"] == len(table) * len(places_)
                assert answer.meta.parameters["month"] == last
        with pytest.raises(BadParameter):
            forecasts(store, MonitoringQuestion(as_of=date(2026, 7, 1), region="510703"))


def test_the_lunar_new_years_are_those_of_the_calendar() -> None:
    assert [f"{year}-{month:02}-{day:02}" for year, (month, day) in FESTIVALS.items()] == NEW_YEARS.split()


def test_spring_festival_lies_in_january_or_february() -> None:
    for year in FESTIVALS:
        parts = {m: festival(m) for m in months(f"{year}-01", 12)}
        assert sum(parts.values()) == pytest.approx(1.0)
        assert {m[5:] for m, part in parts.items() if part} <= {"01", "02", "03"}
    assert festival("2025-01") == pytest.approx(4 / 15)
    assert festival("1999-02") == 0.0
