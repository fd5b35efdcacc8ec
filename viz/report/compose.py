"""The gap report as a document: which sections there are, in what order."""

from collections.abc import Callable

from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from viz.numbers import day, number, percent
from viz.report.closing_parts import assumed, figure_data, method, origins
from viz.report.coverage_parts import by_area, gap_lists, matrix
from viz.report.document import Composer, ReportDocument
from viz.report.model import GapReport, ReportScope
from viz.report.network_parts import change, network
from viz.report.official import OfficialHead
from viz.report.plan_parts import helpers, plan
from viz.report.summary import sentences
from viz.report.target_parts import targets
from viz.report.use_parts import equity, supply_use
from viz.report.wording import class_shares

PARTS: tuple[Callable[[GapReport, Composer], None], ...] = (
    targets, by_area, matrix, supply_use, equity, gap_lists, helpers, plan, network, change, assumed, method, origins,
    figure_data,
)  # fmt: skip
"""What follows the summary."""


def gap_document(report: GapReport, lang: Lang = "zh", official: OfficialHead | None = None) -> ReportDocument:
    """Return the whole report in one language.

    Args:
        report: the answers.
        lang: of headings and sentences; names of places and organisations stay as they are.
        official: what the office puts above and below its documents; nothing where none is given.
    """
    to = Composer(lang)
    to.section("notice")
    if report.synthetic:
        _warn_of_synthetic(report, to, lang)
    to.section("summary")
    to.heading("总体情况", "Summary")
    for sentence in sentences(report):
        to.text(*sentence)
    for part in PARTS:
        to.section(part.__name__)
        part(report, to)
    body, annexes = to.finish()
    issued = (official or OfficialHead()).issuer
    subtitle = to.say(
        f"数据截至{day(report.as_of, 'zh')}　图版本 {report.meta.graph_version}　快照 {report.snapshot.id}",
        f"As of {day(report.as_of, 'en')} · graph version {report.meta.graph_version} · snapshot {report.snapshot.id}",
    )
    return ReportDocument(
        title=title(report.scope).get(lang),
        subtitle=(*([issued] if issued else []), subtitle),
        body=body,
        annexes=annexes,
        lang=lang,
        as_of=report.as_of,
        meta=report.meta,
        official=official or OfficialHead(),
        sections=to.sections(),
        values=_values(report, lang),
        mark=to.mark,
    )


def _warn_of_synthetic(report: GapReport, to: Composer, lang: Lang) -> None:
    shares = class_shares(report.meta.data_class, lang)
    to.invented(
        f"本报告含示例（虚构）数据。所列数字仅供演示，不反映实际情况，不得作为事实引用或用于决策。数据性质：{shares}。",
        "This report contains synthetic data. Its figures are for demonstration, do not describe the real "
        f"province, and must not be cited or acted on. Data classes: {shares}.",
    )


def _values(report: GapReport, lang: Lang) -> dict[str, str]:
    """Return single figures as they are read, for a sentence of the office's own."""
    total = report.total
    counts = {name: number(getattr(total, name, None)) for name in ("demand", "supply", "unmet", "providers")}
    shares = {name: percent(getattr(total, name, None)) for name in ("ratio", "ratio_local")}
    return {
        "title": title(report.scope).get(lang), "scope": report.scope.name.get(lang), "as_of": day(report.as_of, lang),
        "snapshot": report.snapshot.id, "graph_version": str(report.meta.graph_version), **counts, **shares,
    }  # fmt: skip


def title(scope: ReportScope) -> Text:
    """Return what a report of this scope is called."""
    types = vocabulary("service_types")
    industry = scope.industry_name or ""
    zh = f"{scope.name.zh}{industry}中小企业公共服务缺口分析报告"
    about = ", ".join(p for p in (scope.name.en, scope.industry_and_service) if p)
    en = f"Gaps in public services for small firms: {about}"
    if scope.service_type:
        zh = f"{scope.name.zh}{industry}中小企业公共服务（{types.text(scope.service_type, 'zh')}）缺口分析报告"
    return Text(zh, en)
