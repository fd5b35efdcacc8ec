"""The report's figures in sentences: each is computed from the report, none is said that the figures don't say."""

from collections import Counter

from graph.language import Text
from graph.vocabulary import vocabulary
from queries.coverage import CoverageCell
from queries.rankings import Gap
from viz import places
from viz.numbers import day, number, percent, share
from viz.report.model import GapReport

NAMED = 3
"""How many of the worst a sentence names."""


def sentences(report: GapReport) -> list[Text]:
    """Return the summary, most important first; what is not known is said to be so."""
    found = [_coverage(report), _states(report), _targets(report), _prefectures(report), _worst(report)]
    return [s for s in [*found, _network(report), _unknown(report)] if s is not None]


def _coverage(report: GapReport) -> Text:
    total, day_ = report.total, report.as_of
    if total.demand is None:
        return Text(
            f"截至{day(day_, 'zh')}，尚无已报送的服务需求数据，无法判断覆盖情况。",
            f"As of {day(day_, 'en')} no demand has been reported, so coverage cannot be judged.",
        )
    figures = (number(total.demand), number(total.supply), percent(total.ratio), number(total.unmet))
    local, providers = percent(total.ratio_local), number(total.providers)
    return Text(
        f"截至{day(day_, 'zh')}，全省中小企业年服务需求 {figures[0]} 次，可及供给 {figures[1]} 次，"
        f"需求覆盖率 {figures[2]}"
        f"（其中由本市（州）满足 {local}），每年尚有 {figures[3]} 次需求未得到满足；提供服务的机构 {providers} 家。",
        f"As of {day(day_, 'en')} the province asks for {figures[0]} services a year; {figures[1]} are within reach. "
        f"{figures[2]} of demand is met ({local} from the same prefecture) and {figures[3]} services a year are not, "
        f"with {providers} providers.",
    )


def _states(report: GapReport) -> Text | None:
    counts = report.total.cells_by_state
    if not counts:
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
        f"Of {number(whole)} cells of county, industry chain and service type: {en}.",
    )


def _targets(report: GapReport) -> Text:
    met = Counter(t.met for t in report.targets)
    short = [t for t in report.targets if t.met is False]
    zh = f"；未达到的是{'、'.join(t.name_zh for t in short)}" if short else ""
    en = f"; missed: {', '.join(t.name_en.lower() for t in short)}" if short else ""
    return Text(
        f"对照通知提出的 {len(report.targets)} 项目标：达到 {met[True]} 项，未达到 {met[False]} 项，"
        f"数据不足无法判断 {met[None]} 项{zh}。",
        f"Of the {len(report.targets)} targets of the notice {met[True]} are met, {met[False]} missed, "
        f"{met[None]} cannot be judged for lack of data{en}.",
    )


def _prefectures(report: GapReport) -> Text | None:
    known = sorted(
        (c for c in report.coverage_by_prefecture.rows() if c.ratio is not None), key=lambda c: (c.ratio, c.region)
    )
    if not known:
        return None
    names = [(place(c), percent(c.ratio)) for c in known[:NAMED]]
    best = place(known[-1])
    return Text(
        f"覆盖率最低的市（州）依次为{'、'.join(f'{n.zh}（{r}）' for n, r in names)}，"
        f"最高的为{best.zh}（{percent(known[-1].ratio)}）。",
        f"Least covered are {', '.join(f'{n.en} ({r})' for n, r in names)}; best covered is {best.en} "
        f"({percent(known[-1].ratio)}).",
    )


def _worst(report: GapReport) -> Text | None:
    if not report.gaps:
        return None
    gap, reasons = report.gaps[0], vocabulary("coverage_reasons")
    zh = "、".join(reasons.text(r, "zh") for r in gap.reasons)
    en = ", ".join(reasons.text(r, "en").lower() for r in gap.reasons)
    return Text(
        f"最突出的缺口是{gap_name(gap).zh}：年未满足需求 {number(gap.unmet, 1)} 次"
        + (f"，原因：{zh}。" if zh else "。"),
        f"The worst gap is {gap_name(gap).en}: {number(gap.unmet, 1)} services a year not met"
        + (f"; reasons: {en}." if en else "."),
    )


def _network(report: GapReport) -> Text:
    vertical = Counter(g.kind for g in report.network.vertical)
    counts = [
        vertical["prefecture_without_window"],
        vertical["county_without_presence"],
        vertical["park_out_of_reach"] + vertical["base_out_of_reach"],
        len(report.network.horizontal),
    ]
    a, b, c, d = (number(n) for n in counts)
    return Text(
        f"平台网络方面：没有市州窗口的市（州）{a} 个，没有窗口、站点或载体的区县 {b} 个，"
        f"服务半径内没有窗口或站点的园区和基地 {c} 个；"
        f"缺产业集群窗口或服务载体的产业链 {d} 条。",
        f"In the network, {a} prefectures have no window, {b} counties no window, station or carrier, "
        f"{c} parks and bases no window or station within reach, "
        f"and {d} industry chains lack a cluster window or a carrier.",
    )


def _unknown(report: GapReport) -> Text | None:
    counts = report.total.cells_by_state or {}
    if not counts.get("unknown"):
        return None
    return Text(
        f"有 {number(counts['unknown'])} 个单元数据不明，既不计为已覆盖，也不计为零，需有关地区补报或更新。",
        f"{number(counts['unknown'])} cells are unknown; they count neither as covered nor as zero "
        "until the regions report.",
    )


def place(cell: CoverageCell) -> Text:
    """Return a region as a sentence names it."""
    if cell.region is None:
        return Text("全省", "the province")
    return places.short_name(cell.region, cell.region_name or cell.region)


def gap_name(gap: Gap) -> Text:
    """Return region, industry and service type of a gap in one breath."""
    service = vocabulary("service_types")
    region, industry = gap.region_name or "全省", gap.industry_name or ""
    parts_zh = [region, industry, service.text(gap.service_type, "zh")]
    parts_en = [gap.region_name or "the province", industry, service.text(gap.service_type, "en").lower()]
    return Text("·".join(p for p in parts_zh if p), " · ".join(p for p in parts_en if p))
