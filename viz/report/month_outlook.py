"""The part of a bulletin that looks ahead: season-adjusted trend, forecast beside its past errors, unusual months."""

from graph.language import Text, counted
from graph.places.english import name_in
from queries.monitoring.forecasts import AHEAD, NEEDED, Forecasts, UnusualMonth
from viz.numbers import month_words, number, percent
from viz.places import short_name
from viz.report.document import Composer
from viz.report.month_summary import MonthReport
from viz.report.wording import Headings


def outlook(report: MonthReport, to: Composer) -> None:
    """Say what is to be expected and how far earlier forecasts were off; where nothing can be said, say that."""
    if report.outlook is None or report.total.services is None:
        return
    found = report.outlook.data
    to.heading("趋势与预测", "Trend and forecast")
    if found.withheld == "too_few":
        to.text(*_too_few(found.months))
        return
    _trend(found, to)
    _past(found, to)
    if found.withheld == "no_better":
        to.text(
            "检验表明预测并不比直接用上年同月的数更准，因此不作预测。",
            "Tried on the past, a forecast was no better than last year's value, so none is given.",
        )
    else:
        _ahead(found, to)
    for month in found.unusual:
        to.text(*_reason(month))


def _too_few(months: int) -> Text:
    if months < NEEDED:
        return Text(
            f"有数据的月份只有 {months} 个，不足 {NEEDED} 个，不作预测。",
            f"Only {counted(months, 'month')} with data; a forecast asks for {NEEDED}, so none is given.",
        )
    return Text(
        f"有数据的 {months} 个月中没有可供检验的月份，不作预测。",
        f"None of the {months} months with data can be forecast from those before it, so no forecast is given.",
    )


def _trend(found: Forecasts, to: Composer) -> None:
    low, high = found.trend_low, found.trend_high
    open_ = low is not None and high is not None and low <= 0 <= high
    to.text(
        f"扣除季节因素后，服务次数年增长 {percent(found.trend)}（95% 置信区间 {percent(low)} 至 "
        f"{percent(high)}），依据 {found.months} 个月的数据" + ("；区间含零，不能断定是增是减。" if open_ else "。"),
        f"Season taken out, services grow by {percent(found.trend)} a year (95% interval {percent(low)} to "
        f"{percent(high)}), by {found.months} months"
        + ("; the interval holds zero: whether they grow or fall cannot be told." if open_ else "."),
    )


def _past(found: Forecasts, to: Composer) -> None:
    say, last = Headings(to), found.past[-1]
    to.text(
        f"用过去检验：只用此前各月预测最近 {len(found.past)} 个月，平均误差 {percent(found.error)}；"
        f"直接用上年同月的数，平均误差 {percent(found.last_year_error)}。"
        f"最近一次（{month_words(last.month, 'zh')}）预测 {number(last.forecast)} 次，实际 {number(last.services)} 次，"
        f"误差 {percent(last.error)}。",
        f"Tried on the past: the last {len(found.past)} months, each forecast from those before it, were off by "
        f"{percent(found.error)} on average; last year's values by {percent(found.last_year_error)}. The latest "
        f"({month_words(last.month, 'en')}) was forecast as {number(last.forecast)} and came as "
        f"{number(last.services)}: {percent(last.error)} off.",
    )
    to.table(
        ("以往预测的误差", "Errors of past forecasts"),
        (
            say.text("月份", "Month"), say.number("实际", "Delivered"), say.number("预测", "Forecast"),
            say.percent("误差", "Error"), say.number("上年同月", "Year before"),
            say.percent("以上年同月作预测的误差", "Error of last year's", 1.6),
        ),
        [(p.month, p.services, p.forecast, p.error, p.last_year, p.last_year_error) for p in found.past],
    )  # fmt: skip


def _ahead(found: Forecasts, to: Composer) -> None:
    if untold := AHEAD - len(found.forecasts):
        to.text(
            f"今后 {AHEAD} 个月中有 {untold} 个月不作预测：有数据的月份里没有同一日历月，或者只有一个春节，"
            "其影响与当月的季节分不开。",
            f"Of the next {AHEAD} months {untold} cannot be forecast: the months with data hold none of that calendar "
            "month, or one Spring Festival only, whose effect cannot be told from that of its month.",
        )
    if not found.forecasts:
        return
    say = Headings(to)
    to.table(
        ("今后三个月的预测", "Forecast of the next three months"),
        (
            say.text("月份", "Month"), say.number("预测服务次数", "Services"), say.number("下限", "Lower"),
            say.number("上限", "Upper"), say.number("上年同月", "Year before"),
        ),
        [(f.month, f.value, f.low, f.high, f.last_year) for f in found.forecasts],
        note=to.say(
            "对数线性趋势加月份和春节效应，最小二乘（statsmodels）；下限、上限为 95% 预测区间。"
            "预测假定趋势和季节照旧，不是承诺。",
            "Log-linear trend, effects of calendar months and Spring Festival, by least squares (statsmodels); bounds "
            "of the 95% interval. A forecast assumes that trend and season go on; it is no promise.",
        ),
    )  # fmt: skip


def _reason(month: UnusualMonth) -> Text:
    when = (month_words(month.month, "zh"), month_words(month.month, "en"))
    zh = f"{when[0]}服务 {number(month.services)} 次，按其余各月的趋势和季节应约为 {number(month.expected)} 次，"
    zh += "属异常。"
    en = f"{when[1]} is unusual: {number(month.services)} services, where trend and season of the others"
    en += f" give {number(month.expected)}."
    if month.silent:
        zh += f"{'、'.join(month.silent)}前后各月都有数据，该月没有。"
        en += f" No data of that month, only, came from {', '.join(name_in('en', name) for name in month.silent)}."
    if month.region_change is not None:
        word = "增加" if month.region_change > 0 else "减少"
        where = short_name(month.region or "", month.region_name or "").en
        zh += f"与上年同月相比变化最大的是{month.region_name}，{word} {number(abs(month.region_change))} 次。"
        en += f" On the year {where} changed most, by {number(month.region_change)}."
    if not month.silent and month.region_change is None:
        zh += "数据中看不出原因。"
        en += " The data give no reason."
    return Text(zh, en)
