"""The monthly bulletin and the report cards of its windows: answers of monitoring, put in order."""

from collections import Counter
from collections.abc import Callable

from graph.language import Lang, counted
from graph.vocabulary import vocabulary
from queries.monitoring.figures import ELSEWHERE, MonthFigures
from viz.numbers import UNKNOWN, day, month_words, number, percent
from viz.places import short_name
from viz.report.document import Composer, ReportDocument, Value
from viz.report.month_outlook import outlook
from viz.report.month_summary import MonthReport, sentences
from viz.report.official import OfficialHead
from viz.report.wording import Headings, class_shares

LISTED = 20
"""Windows and carriers that a bulletin lists; the workbook of ``shuniu monitor`` has all."""


def month_document(report: MonthReport, lang: Lang = "zh", official: OfficialHead | None = None) -> ReportDocument:
    """Return the bulletin in one language, with what the office puts above and below its documents."""
    to, head = Composer(lang), official or OfficialHead()
    to.section("notice")
    if report.data_class.get("SYNTHETIC"):
        shares = class_shares(report.data_class, lang)
        to.invented(
            f"本简报含示例（虚构）数据，仅供演示，不得作为事实引用或用于决策。数据性质：{shares}。",
            f"This bulletin contains synthetic data: for demonstration only, not to be cited. Data classes: {shares}.",
        )
    to.section("summary")
    to.heading("总体情况", "Summary")
    for sentence in sentences(report):
        to.text(*sentence)
    for name, part in PARTS.items():
        to.section(name)
        part(report, to)
    body, annexes = to.finish()
    version = report.places.meta.graph_version
    subtitle = to.say(
        f"{month_words(report.total.month, 'zh')}　数据截至{day(report.as_of, 'zh')}　图版本 {version}",
        f"{month_words(report.total.month, 'en')} · as of {day(report.as_of, 'en')} · graph version {version}",
    )
    title = to.say(
        f"{report.name.zh}中小企业公共服务运行简报", f"Public services for small firms: {report.name.en} by month"
    )
    return ReportDocument(
        title=title,
        subtitle=(*([head.issuer] if head.issuer else []), subtitle), body=body, annexes=annexes, lang=lang,
        as_of=report.as_of, meta=report.places.meta, official=head, sections=to.sections(),
        values=_values(report, title, lang), mark=to.mark,
    )  # fmt: skip


def _values(report: MonthReport, title: str, lang: Lang) -> dict[str, str]:
    """Return single figures as they are read, for a sentence of the office's own."""
    total = report.total
    counted = ("services", "firms", "rated", "complaints", "complaints_open", "return_visits")
    shared = ("online_share", "satisfaction", "year_on_year")
    return {
        "title": title, "scope": report.name.get(lang), "as_of": day(report.as_of, lang),
        "month": month_words(report.total.month, lang), "graph_version": str(report.places.meta.graph_version),
        **{name: number(getattr(total, name)) for name in counted},
        **{name: percent(getattr(total, name)) for name in shared},
    }  # fmt: skip


def _services(
    of: str, of_en: str, rows: list[tuple[str, MonthFigures]], caption: tuple[str, str], to: Composer
) -> None:
    """Add the table of services and satisfaction of some groups."""
    say = Headings(to)
    to.table(
        caption,
        (
            say.text(of, of_en, 1.5), say.number("服务次数", "Services"), say.percent("同比", "On year"),
            say.number("企业数", "Firms", width=0.9), say.percent("线上", "Online", 0.9),
            say.number("评价数", "Rated", width=0.9), say.percent("满意度", "Satisfied"),
            say.percent("下限", "Lower", 0.9), say.percent("上限", "Upper", 0.9),
        ),
        [_row(name, f) for name, f in rows],
        note=to.say(
            "满意度为评 4、5 分的占比，下限、上限为 95% 置信区间（Wilson）；名称后的 * 表示评价少于 30 条。",
            "Satisfied: ratings of 4 or 5; lower and upper bound of the 95% interval (Wilson); *: under 30 ratings.",
        ),
    )  # fmt: skip


def _row(name: str, f: MonthFigures) -> tuple[Value, ...]:
    marked = f"{name} *" if f.few_ratings else name
    return (
        marked, f.services, f.year_on_year, f.firms, f.online_share, f.rated, f.satisfaction, f.satisfaction_low,
        f.satisfaction_high,
    )  # fmt: skip


def _named(figures: list[MonthFigures], to: Composer) -> list[tuple[str, MonthFigures]]:
    nowhere = to.say("不在窗口或载体", "At no window or carrier")
    return [(nowhere if f.group == ELSEWHERE else f.name or f.group or UNKNOWN, f) for f in figures]


def _named_places(figures: list[MonthFigures], to: Composer) -> list[tuple[str, MonthFigures]]:
    return [(short_name(f.group or "", f.name or UNKNOWN).get(to.lang), f) for f in figures]


def _places(report: MonthReport, to: Composer) -> None:
    groups = report.places.data.groups
    if not groups or report.total.services is None or [f.group for f in groups] == [report.region]:
        return  # of one prefecture everything is said by the summary
    to.heading("分市（州）情况", "By prefecture")
    everywhere = [(to.say("合计", "All"), report.total), *_named_places(groups, to)]
    _services("市（州）", "Prefecture", everywhere, ("分市（州）服务情况", "Services by prefecture"), to)


def _types(report: MonthReport, to: Composer) -> None:
    if not report.types.data.groups or report.total.services is None:
        return
    to.heading("分服务类型情况", "By service type")
    labels = vocabulary("service_types")
    rows = [(labels.text(f.group, to.lang), f) for f in report.types.data.groups]
    _services("服务类型", "Service type", rows, ("分服务类型情况", "Services by type"), to)


def _windows(report: MonthReport, to: Composer) -> None:
    found = [f for f in report.windows.data.groups if f.services]
    if not found:
        return
    sites = [f for f in found if f.group != ELSEWHERE]
    to.heading("窗口与载体", "Windows and carriers")
    if not sites:
        to.text(
            "当月的服务都没有写明窗口或载体，不作成绩单。",
            "No service of the month names a window or carrier, so there is no report card.",
        )
        return
    label, small = to.refer(), Counter(f.few_ratings for f in sites)[True]
    to.text(
        f"当月有服务记录的窗口和载体 {len(sites)} 个，其中 {small} 个评价少于 30 条。"
        "评价少的，满意度忽高忽低，宜看收缩估计："
        f"它按评价多少把各自的满意度拉向总体。服务次数最多的 {min(LISTED, len(found))} 项见{label}，"
        "不在窗口或载体的服务合为一项。",
        f"{counted(len(sites), 'window or carrier', 'windows and carriers')} delivered services, {small} of them with "
        "fewer than 30 ratings, whose share jumps: the shrunk estimate draws each towards all, the more so the fewer "
        "ratings it has. "
        f"The {min(LISTED, len(found))} busiest are in {label}; services at none of them count as one.",
    )
    to.annex(label, ("窗口与载体成绩单", "Report card of windows"), lambda: _cards(found[:LISTED], to), wide=True)


def _cards(found: list[MonthFigures], to: Composer) -> None:
    say = Headings(to)
    to.table(
        ("窗口与载体成绩单", "Report card of windows and carriers"),
        (
            say.text("窗口或载体", "Window or carrier", 3), say.number("服务次数", "Services"),
            say.percent("同比", "On year"), say.number("企业数", "Firms"), say.percent("线上", "Online"),
            say.number("评价数", "Rated"), say.percent("满意度", "Satisfied"), say.percent("下限", "Lower"),
            say.percent("上限", "Upper"), say.percent("收缩估计", "Shrunk"), say.percent("标准误", "Error"),
            say.number("投诉", "Complaints"), say.number("回访", "Visits"),
        ),
        [
            (*_row(name, f), f.satisfaction_shrunk, f.shrunk_error, f.complaints, f.return_visits)
            for name, f in _named(found, to)
        ],
    )  # fmt: skip


def _feedback(report: MonthReport, to: Composer) -> None:
    groups = report.places.data.groups
    if not any(f.complaints or f.return_visits for f in groups):
        return
    to.heading("投诉与回访", "Complaints and return visits")
    say, lost = Headings(to), report.places.data.feedback_unplaced
    if lost:
        to.text(
            f"另有 {number(lost)} 件投诉和回访所指的服务在台账中查无记录，不能归入市（州），只计入全省合计。",
            f"{number(lost)} more {'names a service' if lost == 1 else 'name services'} that the ledger does not hold: "
            f"{'it counts' if lost == 1 else 'they count'} for the province alone.",
        )
    to.table(
        ("分市（州）投诉与回访", "Complaints and return visits by prefecture"),
        (
            say.text("市（州）", "Prefecture", 1.5), say.number("投诉", "Complaints"), say.number("未办结", "Open"),
            say.number("办结天数（中位数）", "Days to close (median)", 1, 1.4), say.number("回访", "Return visits"),
        ),
        [
            (name, f.complaints, f.complaints_open, f.days_to_close, f.return_visits)
            for name, f in _named_places(groups, to)
        ],
    )  # fmt: skip


def _offer(report: MonthReport, to: Composer) -> None:
    found, say = report.places.data, Headings(to)
    to.heading("公益服务与品牌活动", "Free services and brands")
    if report.total.priced:
        to.text(
            f"写明费用的 {number(report.total.priced)} 次服务中，免费的占 {percent(report.total.free_share)}。",
            f"Of {counted(report.total.priced, 'service')} stating a fee {percent(report.total.free_share)} were free.",
        )
    stated = sum(f.resources for f in found.fees)
    if not stated and not found.fees_unstated:
        to.text("分析日没有有效的服务资源。", "No resource is valid on the day of analysis.")
    else:
        to.text(*_stated(stated, found.fees_unstated))
    if stated:
        labels = vocabulary("fee_classes")
        to.table(
            ("服务资源的收费类型", "Resources by class of fee"),
            (say.text("收费类型", "Class", 2), say.number("资源数", "Resources"), say.percent("占比", "Share")),
            [(labels.text(f.fee_class, to.lang), f.resources, f.share) for f in found.fees],
        )
    if not found.brands:
        to.text("当月没有登记的服务活动。", "No activity of the month is on record.")
        return
    brands = vocabulary("brands")
    to.table(
        ("当月服务活动", "Activities of the month"),
        (say.text("品牌", "Brand", 3), say.number("活动数", "Activities"), say.number("参加人数", "Participants")),
        [
            (brands.text(b.brand, to.lang) or to.say("未标品牌", "no brand stated"), b.activities, b.participants)
            for b in found.brands
        ],
    )


def _stated(stated: int, unstated: int) -> tuple[str, str]:
    """Say of how many resources the class of fee is known."""
    return (
        f"分析日有效的服务资源中，写明收费类型的 {number(stated)} 项，未写明的 {number(unstated)} 项"
        "（未写明的不视为公益）。",
        f"Of the resources valid on the day {number(stated)} state a class of fee; {number(unstated)} do not: they do "
        "not count as free.",
    )


def _series(report: MonthReport, to: Composer) -> None:
    known = [f for f in report.series.data.groups if f.services is not None]
    if len(known) < 2:
        return
    to.heading("逐月走势", "Month by month")
    missing = len(report.series.data.groups) - len(known)
    to.text(
        f"近 24 个月中有数据的 {len(known)} 个月如下；其余 {missing} 个月没有数据，不作零计。"
        if missing
        else "近 24 个月逐月情况如下。",
        f"The {len(known)} of 24 months with data follow; nothing is known of the other {missing}, which are not zero."
        if missing
        else "The last 24 months follow.",
    )
    _services("月份", "Month", [(f.month, f) for f in known], ("逐月服务情况", "Services month by month"), to)


def _method(report: MonthReport, to: Composer) -> None:
    to.heading("口径", "Definitions")
    to.text(
        "服务次数只计台账中状态为已完成的服务；同比为与上年同月相比；企业数按台账逐次记录去重，只有汇总数或记录不写企业的月份不详；"
        "投诉按提出日期归月，截至分析日未办结的计为未办结；回访按回访日期归月。“—”表示不明，不等于零。",
        "Only completed services count. On year: against the same month of the year before. Firms are distinct ones of "
        "the records, unknown where these are sums or name no firm. Complaints count in the month when they "
        "were made, as open where not closed by the day of analysis. “—” means unknown, never zero.",
    )
    to.text(
        f"依据的月度汇总：{class_shares(report.data_class, to.lang)}。",
        f"Aggregates behind this bulletin: {class_shares(report.data_class, to.lang)}.",
    )


PARTS: dict[str, Callable[[MonthReport, Composer], None]] = {
    "places": _places, "types": _types, "windows": _windows, "feedback": _feedback, "offer": _offer,
    "series": _series, "outlook": outlook, "method": _method,
}  # fmt: skip
"""What follows the summary, by the name that a template has for it."""
