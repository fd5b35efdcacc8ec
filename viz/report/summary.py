"""The report's figures in sentences: each is computed from the report, none is said that the figures don't say."""

from collections import Counter
from typing import Protocol

from graph.language import Text, counted
from graph.vocabulary import vocabulary
from queries.coverage import CoverageCell
from queries.expansion.answer import Expansion
from queries.money import money
from viz import places
from viz.chains import chain_name
from viz.numbers import amount, day, number, percent, share
from viz.report.model import GapReport, ReportScope

NAMED = 3
"""How many of the worst a sentence names."""


def sentences(report: GapReport) -> list[Text]:
    """Return the summary, most important first; what is not known is said to be so."""
    found = [_coverage(report), _states(report), _unknown(report), _targets(report), _areas(report), _worst(report)]
    return [s for s in [*found, _plan(report), _network(report)] if s is not None]


def _coverage(report: GapReport) -> Text:
    total, day_, name = report.total, report.as_of, _subject(report.scope)
    if total is None or total.demand is None:
        return Text(
            f"截至{day(day_, 'zh')}，{name.zh}尚无已报送的服务需求数据，无法判断覆盖情况。",
            f"As of {day(day_, 'en')} no demand of {name.en} has been reported, so coverage cannot be judged.",
        )
    if total.demand == 0:
        return Text(
            f"截至{day(day_, 'zh')}，{name.zh}已报送的服务需求为零，没有需要覆盖的单元。",
            f"As of {day(day_, 'en')} the demand reported by {name.en} is zero; there is nothing to cover.",
        )
    figures = (number(total.demand), number(total.supply), percent(total.ratio), number(total.unmet))
    local, open_ = percent(total.ratio_local), (total.cells_by_state or {}).get("unknown")
    known = Text("已知的", "is known to ask for") if open_ else Text("", "asks for")  # the rest is no zero
    providers = Text(number(total.providers), _serving(total.providers))
    return Text(
        f"截至{day(day_, 'zh')}，{name.zh}{known.zh}年服务需求 {figures[0]} 次，可及供给 {figures[1]} 次，"
        f"需求覆盖率 {figures[2]}"
        f"（其中由本市（州）满足 {local}），每年尚有 {figures[3]} 次需求未得到满足；提供服务的机构 {providers.zh} 家。",
        f"As of {day(day_, 'en')} {name.en} {known.en} {figures[0]} services a year; {figures[1]} are within reach. "
        f"{figures[2]} of demand is met ({local} from the same prefecture) and {figures[3]} services a year are not; "
        f"{providers.en}.",
    )


def _serving(providers: int) -> str:
    """Say in English how many organisations serve."""
    return f"{counted(providers, 'provider')} {'serves' if providers == 1 else 'serve'} it"


def _subject(scope: ReportScope) -> Text:
    """Return whose demand, and for what, the figures of a scope are."""
    service = vocabulary("service_types").text(scope.service_type, "zh") if scope.service_type else ""
    of = scope.industry_and_service
    return Text(
        f"{scope.name.zh}{scope.industry_name or ''}中小企业" + (f"“{service}”" if service else ""),
        scope.name.en + (f" ({of})" if of else ""),
    )


def _states(report: GapReport) -> Text | None:
    counts = report.total.cells_by_state if report.total else None
    if not counts or not sum(counts.values()):
        return None
    whole, states = sum(counts.values()), vocabulary("coverage_states")
    zh = "、".join(
        f"{s.label.zh} {number(counts.get(s.id, 0))} 个（{share(counts.get(s.id, 0), whole)}）" for s in states
    )
    en = ", ".join(
        f"{number(counts.get(s.id, 0))} {s.label.en.lower()} ({share(counts.get(s.id, 0), whole)})" for s in states
    )
    return Text(
        f"按区县、产业链、服务类型划分的 {number(whole)} 个单元中：{zh}。",
        f"Of {counted(whole, 'cell')} of county, industry chain and service type: {en}.",
    )


def _unknown(report: GapReport) -> Text | None:
    counts = (report.total.cells_by_state if report.total else None) or {}
    if not counts.get("unknown"):
        return None
    where = _silent(report)
    return Text(
        f"有 {number(counts['unknown'])} 个单元数据不明{where.zh}，既不计为已覆盖，也不计为零，需有关地区补报或更新。",
        f"{counted(counts['unknown'], 'cell')} {'is' if counts['unknown'] == 1 else 'are'} unknown{where.en}: neither "
        "covered nor zero until the regions report.",
    )


def _silent(report: GapReport) -> Text:
    """Say in brackets where the unknown cells are, those with most first; nothing where there is but one place."""
    areas = report.by_area.rows()
    silent = [(c, n) for c in areas if (n := (c.cells_by_state or {}).get("unknown"))]
    if not silent or len(areas) == 1:
        return Text("", "")
    silent.sort(key=lambda found: (-found[1], found[0].region or ""))
    names = [(place(c, report.scope), number(n)) for c, n in silent[:NAMED]]
    rest = len(silent) - NAMED
    return Text(
        f"（{'、'.join(f'{name.zh} {n} 个' for name, n in names)}{f'等 {len(silent)} 处' if rest > 0 else ''}）",
        f" ({', '.join(f'{name.en} {n}' for name, n in names)}{f' and {rest} more places' if rest > 0 else ''})",
    )


def _targets(report: GapReport) -> Text:
    met = Counter(t.met for t in report.targets)
    short = [t for t in report.targets if t.met is False]
    zh = f"；未达到的是{'、'.join(t.name_zh for t in short)}" if short else ""
    en = f"; missed: {', '.join(t.name_en.lower() for t in short)}" if short else ""
    return Text(
        f"对照通知提出的 {len(report.targets)} 项全省目标：达到 {met[True]} 项，未达到 {met[False]} 项，"
        f"数据不足无法判断 {met[None]} 项{zh}。",
        f"Of the {len(report.targets)} province-wide targets of the notice {met[True]} are met, {met[False]} missed, "
        f"{met[None]} cannot be judged for lack of data{en}.",
    )


def _areas(report: GapReport) -> Text | None:
    known = sorted(
        ((c.ratio, c.region or "", c) for c in report.by_area.rows() if c.ratio is not None), key=lambda c: c[:2]
    )
    if len(known) <= NAMED:
        return None
    said = [percent(ratio) for ratio, _, _ in known]
    what = Text("市（州）", "prefectures") if report.scope.area == "prefecture" else Text("区县", "counties")
    if said[0] == said[-1]:
        return Text(
            f"有数据的 {len(known)} 个{what.zh}覆盖率都是 {said[0]}。",
            f"In all {len(known)} {what.en} with data {said[0]} of demand is met.",
        )
    names = [place(c, report.scope) for _, _, c in known]
    low, high = _ends(names, said, what), _ends(names[::-1], said[::-1], what, 1)
    return Text(
        f"{what.zh}中覆盖率最低的是{low.zh}，最高的是{high.zh}。",
        f"Least covered of the {what.en}: {low.en}; best covered: {high.en}.",
    )


def _ends(names: list[Text], said: list[str], what: Text, most: int = NAMED) -> Text:
    """Name the first places by their share; where one of them is equal to one not named, those before the equal."""
    named = next(n for n in range(most, -1, -1) if n == 0 or said[n - 1] != said[n])
    if not named:
        equal = said.count(said[0])
        return Text(f" {equal} 个{what.zh}（均为 {said[0]}）", f"{equal} {what.en} ({said[0]} each)")
    told = list(zip(names[:named], said[:named], strict=True))
    return Text("、".join(f"{n.zh}（{s}）" for n, s in told), ", ".join(f"{n.en} ({s})" for n, s in told))


def _worst(report: GapReport) -> Text | None:
    known = [c for c in report.by_area_type.rows() if c.unmet]
    if not known:
        return None
    gap, reasons = max(known, key=lambda c: c.unmet or 0.0), vocabulary("coverage_reasons")
    zh = "、".join(reasons.text(r, "zh") for r in gap.reasons)
    en, name = ", ".join(reasons.text(r, "en").lower() for r in gap.reasons), gap_name(gap, report.scope)
    return Text(
        f"未满足需求最多的是{name.zh}，每年 {amount(gap.unmet)} 次" + (f"；涉及的原因：{zh}。" if zh else "。"),
        f"Most unmet demand is at {name.en}, {amount(gap.unmet)} services a year"
        + (f"; reasons found: {en}." if en else "."),
    )


def _plan(report: GapReport) -> Text | None:
    plan = report.plan
    if plan is None or plan.unmet_after is None or not plan.actions:
        return None
    harm = taken(plan)
    return Text(
        f"在 {money(report.budget).zh}预算假设下，测算的 {len(plan.actions)} 项建设、共享、提升行动可使未满足需求"
        f"由每年 {number(plan.unmet_before)} 次减至 {number(plan.unmet_after)} 次{harm.zh}。",
        f"Under an assumed budget of {money(report.budget).en}, {counted(len(plan.actions), 'action')} to build, "
        f"share or upgrade would bring unmet demand from {number(plan.unmet_before)} to {number(plan.unmet_after)} "
        f"services a year{harm.en}.",
    )


def taken(plan: Expansion) -> Text:
    """Say what a plan adds to unmet demand outside its scope; nothing where it is less than a service a year."""
    more = plan.harm_outside or 0.0
    if more < 1:
        return Text("", "")
    return Text(
        f"（范围之外因能力移出每年多缺 {number(more)} 次）",
        f" (outside the scope {number(more)} more are unmet, as capacity moves)",
    )


def _network(report: GapReport) -> Text:
    if all(p.share is None for p in report.network.presence):
        return Text(
            "平台网络方面：尚无枢纽、窗口、站点和载体的数据，无法判断。",
            "Nothing is known of hub, windows, stations and carriers, so the network cannot be judged.",
        )
    vertical = Counter(g.kind for g in report.network.vertical)
    chains = len(report.network.horizontal) if report.scope.region is None else 0
    a, b = vertical["prefecture_without_window"], vertical["county_without_presence"]
    c = vertical["park_out_of_reach"] + vertical["base_out_of_reach"]
    lacking = [
        (a, Text(f"没有市州窗口的市（州）{number(a)} 个", f"{counted(a, 'prefecture')} without a window")),
        (b, Text(f"没有窗口、站点或载体的区县 {number(b)} 个",
                 f"{counted(b, 'county', 'counties')} without a window, station or carrier")),
        (c, Text(f"服务半径内没有窗口或站点的园区和基地 {number(c)} 个",
                 f"{counted(c, 'park or base', 'parks and bases')} without a window or station within reach")),
        (chains, Text(f"缺产业集群窗口或服务载体的产业链 {number(chains)} 条",
                      f"{counted(chains, 'chain')} lacking a cluster window or a carrier")),
    ]  # fmt: skip
    said = [text for n, text in lacking if n]
    if not said:
        return Text("平台网络方面：所查各项没有缺口。", "The network lacks nothing of what was looked at.")
    return Text(
        f"平台网络方面：{'，'.join(text.zh for text in said)}。", f"The network has {', '.join(t.en for t in said)}."
    )


class InRegion(Protocol):
    """What lies in a region: a cell, an action, a change."""

    @property
    def region(self) -> str | None:
        """Its code."""

    @property
    def region_name(self) -> str | None:
        """Its whole name."""


def place(cell: InRegion, scope: ReportScope | None = None) -> Text:
    """Return a region as a sentence names it; in a report on one prefecture a county goes by its own name."""
    if cell.region is None:
        return Text("全省", "the province")
    said = places.short_name(cell.region, cell.region_name or cell.region)
    inside = scope is not None and scope.area == "county"
    return Text(said.zh.split("·")[-1], said.en.split(" · ")[-1]) if inside else said


def gap_name(gap: CoverageCell, scope: ReportScope) -> Text:
    """Return region, industry and service type of a gap in one breath."""
    service, there = vocabulary("service_types"), place(gap, scope)
    industry = chain_name(gap.industry, gap.industry_name)
    parts_zh = [
        there.zh if scope.area == "county" else gap.region_name or there.zh,
        industry.zh,
        service.text(gap.service_type, "zh"),
    ]
    parts_en = [there.en, industry.en, service.text(gap.service_type, "en").lower()]
    return Text("·".join(p for p in parts_zh if p), " · ".join(p for p in parts_en if p))
