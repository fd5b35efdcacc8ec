"""What a monthly bulletin is made of, and its figures in sentences: none is said that they don't say."""

from dataclasses import dataclass
from datetime import date

from graph.language import Text, counted
from queries.answers import Answer
from queries.monitoring.figures import MonthFigures
from queries.monitoring.forecasts import Forecasts
from queries.monitoring.monthly import Monitoring
from viz.numbers import month_words, number, percent


@dataclass(frozen=True)
class MonthReport:
    """Everything a bulletin shows; the four answers are of one month and region.

    Attributes:
        name: of the region.
        region: its code; None for the province.
        places, types, windows, series: by prefecture, service type and window, and of 24 months.
        outlook: trend and forecast; None where nobody asked for them.
    """

    name: Text
    region: str | None
    places: Answer[Monitoring]
    types: Answer[Monitoring]
    windows: Answer[Monitoring]
    series: Answer[Monitoring]
    outlook: Answer[Forecasts] | None = None

    @property
    def total(self) -> MonthFigures:
        """The month as a whole."""
        return self.places.data.total

    @property
    def as_of(self) -> date:
        """The day on which it is judged."""
        return date.fromisoformat(str(self.places.meta.parameters["as_of"]))

    @property
    def data_class(self) -> dict[str, int]:
        """Aggregates behind any figure by data class."""
        return self.series.meta.data_class

    @property
    def file_name(self) -> str:
        """What a file of it is called, without its ending."""
        return f"month-{self.total.month}-{self.region or '510000'}"


def sentences(report: MonthReport) -> list[Text]:
    """Return the summary; what is not known is said to be so."""
    total, name = report.total, report.name
    when = Text(month_words(total.month, "zh"), month_words(total.month, "en"))
    if total.services is None:
        newest = report.places.data.newest
        return [
            Text(
                f"{when.zh}，{name.zh}没有月度服务数据，无法判断服务情况；没有数据不等于没有服务。"
                + (f"有数据的最近月份为{month_words(newest, 'zh')}。" if newest else ""),
                f"Nothing is known of services in {name.en} in {when.en}, which does not mean that there were none."
                + (f" The newest month with data is {month_words(newest, 'en')}." if newest else ""),
            )
        ]
    return [_delivered(total, when, name), _judged(total), _counts_line(total)]


def _delivered(total: MonthFigures, when: Text, name: Text) -> Text:
    grown = total.year_on_year
    zh = en = ""
    if grown is not None:
        zh = (
            f"，比上年同月的 {number(total.services_before)} 次{'增长' if grown >= 0 else '下降'} {percent(abs(grown))}"
        )
        en = f", {percent(abs(grown))} {'more' if grown >= 0 else 'less'} than the {number(total.services_before)} "
        en += "of the same month of the year before"
    firms, online = total.firms is not None, total.online_share is not None
    return Text(
        f"{when.zh}，{name.zh}共完成服务 {number(total.services)} 次{zh}；"
        + (f"服务企业 {number(total.firms)} 家（去重）；" if firms else "台账没有逐次写明企业，服务企业数不详；")
        + (f"线上占比 {percent(total.online_share)}。" if online else "线上占比不详。"),
        f"In {when.en} {counted(total.services or 0, 'service')} {were(total.services)} delivered in {name.en}{en}; "
        + (_served(total.firms or 0) if firms else "how many firms is not known; ")
        + (f"{percent(total.online_share)} were online." if online else "how many were online is not known."),
    )


def _judged(total: MonthFigures) -> Text:
    if not total.rated:
        return Text("当月没有评价，满意度不详。", "No service of the month was rated: satisfaction is not known.")
    low, high = percent(total.satisfaction_low), percent(total.satisfaction_high)
    few = total.few_ratings
    return Text(
        f"收到评价 {number(total.rated)} 条（评价率 {percent(total.answer_rate)}），满意度 "
        f"{percent(total.satisfaction)}，95% 置信区间 {low} 至 {high}" + ("；评价少，仅供参考。" if few else "。"),
        f"{number(total.rated)} of them {were(total.rated)} rated ({percent(total.answer_rate)}); "
        f"{percent(total.satisfaction)} were satisfied, 95% interval {low} to {high}"
        + ("; that is few ratings." if few else "."),
    )


def _counts_line(total: MonthFigures) -> Text:
    if total.complaints is None:
        return Text("没有投诉与回访数据。", "Nothing is known of complaints and return visits.")
    days = total.days_to_close
    return Text(
        f"当月投诉 {number(total.complaints)} 件，其中 {number(total.complaints_open)} 件尚未办结"
        + (f"，已办结的办结天数中位数为 {number(days, 1)} 天" if days is not None else "")
        + f"；回访 {number(total.return_visits)} 次。",
        f"There {were(total.complaints)} {counted(total.complaints, 'complaint')} ({number(total.complaints_open)} "
        "still open)"
        + (f"; those closed took {number(days, 1)} days (median)" if days is not None else "")
        + f". Return visits: {number(total.return_visits)}.",
    )


def _served(firms: int) -> str:
    return f"{counted(firms, 'different firm')} {were(firms)} served; "


def were(n: int | None) -> str:
    """Return the verb that stands with so many in English."""
    return "was" if n == 1 else "were"
