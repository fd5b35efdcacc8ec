"""Parts of a gap report about coverage: places, the matrix of places and service types, the lists of gaps."""

from collections import Counter
from dataclasses import replace

from graph.language import Lang, Text, counted
from graph.vocabulary import Entry, vocabulary
from queries.coverage import CoverageCell
from queries.rankings.answer import Gap, Ranking
from queries.rankings.wording import remedy_text
from viz import places
from viz.chains import chain_name
from viz.numbers import decimals, percent
from viz.report.document import Bar, Composer, Drawn, Value
from viz.report.model import GapReport
from viz.report.summary import place
from viz.report.wording import AREAS, Headings, state_counts, state_text


def by_area(report: GapReport, to: Composer) -> None:
    """Coverage of each place: a chart, and the table with every number of it."""
    area = AREAS[report.scope.area]
    to.heading(f"分{area.zh}覆盖情况", f"Coverage by {area.en.lower()}")
    cells = report.by_area.rows()
    if not cells:
        to.text("没有可以分析的单元。", "There is no cell to analyse.")
        return
    names = [place(c, report.scope).get(to.lang) for c in cells]
    bars = tuple(Bar(n, c.ratio, c.state) for n, c in zip(names, cells, strict=True))
    mapped, several = report.scope.area == "prefecture", len(bars) > 1
    _shown_in(area, to, mapped=mapped, several=several)
    say, amounts = Headings(to), 1.2 if to.lang == "zh" else 1.4
    to.table(
        (f"各{area.zh}覆盖情况（需求、供给单位：次/年）", f"Coverage by {area.en.lower()} (services a year)"),
        (
            say.text(*area, 1.3 if to.lang == "zh" else 1.6),
            say.number("需求", "Demand", width=amounts),
            say.number("供给", "Supply", width=amounts),
            say.number("未满足", "Unmet", width=amounts),
            say.percent("覆盖率", "Met"),
            say.percent("本地覆盖率", "Met locally"),
            say.number("机构数", "Providers", width=1.0 if to.lang == "zh" else 1.45),
            say.text("状态", "State", 1.8),
            say.number("空白单元", "Empty cells", width=0.9 if to.lang == "zh" else 1.0),
            say.number("不明单元", "Unknown cells", width=0.9 if to.lang == "zh" else 1.35),
        ),
        [_row(name, c, to) for name, c in zip(names, cells, strict=True)],
        states=[(*[None] * 7, c.state, None, None) for c in cells],
    )
    if mapped:
        _map(bars, cells, to)
    if not several:
        return
    in_order = sorted(bars, key=lambda b: (b.value is None, -(b.value or 0.0), b.label))
    caption = (f"各{area.zh}需求覆盖率排序", f"Share of demand met by {area.en.lower()}, in order")
    to.figure(caption, "bars", _drawn(tuple(in_order), to))


def _shown_in(area: Text, to: Composer, *, mapped: bool, several: bool) -> None:
    """Say which table and figures of the section hold what."""
    table, drawn, order = to.label("table"), to.label("figure"), to.label("figure", 1 + mapped)
    zh = ([f"分布见{drawn.zh}"] if mapped else []) + ([f"由高到低的次序见{order.zh}"] if several else [])
    en = ([f"{drawn.en} maps the share"] if mapped else []) + (
        [f"{order.en} puts the places in order"] if several else []
    )
    to.text(
        f"各{area.zh}的需求、供给、未满足和覆盖率见{table.zh}{'；覆盖率的' if zh else ''}{'，'.join(zh)}。",
        f"{table.en} gives demand, supply, unmet demand and the share met of each {area.en.lower()}"
        f"{'; ' if en else ''}{', '.join(en)}.",
    )


def _row(name: str, c: CoverageCell, to: Composer) -> tuple[Value, ...]:
    numbers = (c.demand, c.supply, c.unmet, c.ratio, c.ratio_local, c.providers)
    return name, *numbers, state_text(c.state, to.lang), state_counts(c, "empty"), state_counts(c, "unknown")


def _map(bars: tuple[Bar, ...], cells: list[CoverageCell], to: Composer) -> None:
    area, codes = AREAS["prefecture"], tuple(c.region or "" for c in cells)
    drawn = _drawn(bars, to)
    drawn = replace(drawn, regions=codes, note=places.REVIEW_NOTE.get(to.lang) + drawn.note)
    to.figure((f"各{area.zh}需求覆盖率分布", f"Share of demand met by {area.en.lower()}"), "map", drawn)


def _drawn(bars: tuple[Bar, ...], to: Composer) -> Drawn:
    known = sum(b.value is not None for b in bars)
    alt = to.say(
        f"{len(bars)} 个地区的需求覆盖率，其中 {known} 个已知；数值见表。",
        f"Share of demand met in {counted(len(bars), 'place')}, {known} of them known; the values are in the table.",
    )
    hatched = to.say("斜线和“?”表示数据不明，不是零。", " Hatched and “?”: unknown, which is not zero.")
    return Drawn(bars, to.say("需求覆盖率", "Share of demand met"), alt, note=hatched if known < len(bars) else "")


def matrix(report: GapReport, to: Composer) -> None:
    """Places by service types, in an annex; each cell reads without colour, too."""
    rows = list(report.matrix())
    types = [t for t in vocabulary("service_types") if report.scope.service_type in (None, t.id)]
    if not rows or len(types) == 1:
        return
    area, label = AREAS[report.scope.area], to.refer()
    cells = [[found.get(t.id) for t in types] for _, found in rows]
    to.heading(f"{area.zh}与服务类型矩阵", f"{area.en} by service type")
    counts = Counter(c.state if c else "unknown" for line in cells for c in line)
    to.text(
        f"{len(rows)} 个{area.zh}与 {len(types)} 类服务组成的 {counts.total()} 个组合中："
        + "、".join(f"{m.label.zh} {counts[m.id]} 个" for m in vocabulary("coverage_states"))
        + f"。各组合的需求覆盖率见{label}。",
        f"Of the {counts.total()} pairs of {counted(len(rows), 'place')} and {len(types)} service types: "
        + ", ".join(f"{counts[m.id]} {m.label.en.lower()}" for m in vocabulary("coverage_states"))
        + f". The share of demand met in each is in {label}.",
    )
    named = [(place(c, report.scope).get(to.lang), found) for c, found in rows]
    title = (f"{area.zh}与服务类型矩阵", f"{area.en} by service type")
    to.annex(label, title, lambda: _matrix_table(named, types, to, area), wide=True)


def _matrix_table(
    rows: list[tuple[str, dict[str, CoverageCell]]], types: list[Entry], to: Composer, area: Text
) -> None:
    say, cells = Headings(to), [[found.get(t.id) for t in types] for _, found in rows]
    to.table(
        (f"{area.zh}×服务类型需求覆盖率（%）", f"Share of demand met, {area.en.lower()} × service type, %"),
        (say.text(*area, 1.3), *(say.text(*t.label) for t in types)),
        [(name, *(_said(c) for c in line)) for (name, _), line in zip(rows, cells, strict=True)],
        states=[(None, *(c.state if c else "unknown" for c in line)) for line in cells],
        note=to.say(
            "●已覆盖　◐部分覆盖　○空白　?数据不明　–不适用；数字为需求覆盖率（%）。数据不明既不是零，也不计为已覆盖。",
            "● covered, ◐ partly covered, ○ not covered, ? unknown, – not applicable; numbers are the share of demand "
            "met, %. Unknown is neither zero nor covered.",
        ),
    )


def _said(cell: CoverageCell | None) -> str:
    marks = {e.id: str(e["symbol"]) for e in vocabulary("coverage_states")}
    if cell is None:
        return marks["unknown"]
    if cell.ratio is None:
        return marks[cell.state]
    return f"{marks[cell.state]} {percent(cell.ratio).removesuffix('%')}"


def gap_lists(report: GapReport, to: Composer) -> None:
    """Three lists, each in its own order, with what would fill each gap: size, depth, emptiness."""
    to.heading("突出缺口与对策", "Gaps and remedies")
    found = report.rankings
    if not found.size.total and not found.empty.total:
        to.text("没有可以判断的缺口。", "There is no gap that can be judged.")
        return
    to.text(
        "补法逐项单独计算，取本处补得多而别处少受影响的一种；费用等没有写明的，按默认值假设。",
        "What would fill a gap is computed for each alone; that which fills much here and takes little elsewhere is "
        "named. Costs and the like that nobody states are assumed by default.",
    )
    to.heading("规模最大的缺口", "Largest gaps", 2)
    _ranking(found.size, report, to, ("未满足需求最多的缺口", "Gaps with most unmet demand"))
    floor = found.depth.floor or 0.0
    to.heading("程度最深的缺口", "Deepest gaps", 2)
    if found.depth.gaps:
        _ranking(found.depth, report, to, (f"需求不少于 {floor:g} 次/年的缺口中覆盖率最低者",
                                           f"Lowest share met, of gaps that ask for {floor:g} or more"))  # fmt: skip
    else:
        to.text(
            f"没有需求达到 {floor:g} 次/年的缺口，不评判程度。",
            f"No gap has a demand of {floor:g} services a year, so depth is not judged.",
        )
    to.heading("无人可及的需求", "Demand that nothing reaches", 2)
    if found.empty.gaps:
        _ranking(found.empty, report, to, ("无人可及的需求最多之处", "Places with most demand that nothing reaches"))
    else:
        to.text("已知的需求都有服务可及。", "Some service reaches all demand that is known.")
    _remedies([*found.size.gaps, *found.depth.gaps, *found.empty.gaps], to)


def _ranking(ranking: Ranking, report: GapReport, to: Composer, caption: tuple[str, str]) -> None:
    """One order of the gaps, how concentrated they are, and the best remedy of each."""
    say, empty, by_chain = Headings(to), ranking.sort == "empty", "chain" in ranking.group_by
    number, name, amount = (0.5, 1.3, 1.1) if to.lang == "zh" else (0.6, 1.7, 1.35)  # no word of English is divided
    heading = ("无人可及（次/年）", "Out of reach, a year") if empty else ("未满足（次/年）", "Unmet, a year")
    lacking = [gap.empty_demand if empty else gap.unmet for gap in ranking.gaps]
    to.text(ranking.text_zh, ranking.text_en)
    to.table(
        caption,
        (
            say.number("序号", "No.", width=number),
            say.text("地区", "Place", name),
            say.text(*(("产业链", "Chain") if by_chain else ("服务类型", "Service type")), 1.5),
            say.number("需求（次/年）", "Demand, a year", decimals(gap.demand for gap in ranking.gaps), amount),
            say.number(*heading, decimals(lacking), amount),
            say.percent("覆盖率", "Met"),
            say.text("最合算的补法", "Best remedy", 3.9),
        ),
        [
            (
                gap.rank,
                place(gap, report.scope).get(to.lang),
                chain_name(gap.industry, gap.industry_name).get(to.lang)
                if by_chain
                else vocabulary("service_types").text(gap.service_type, to.lang),
                gap.demand,
                short,
                gap.ratio,
                remedy_text([r.model_dump() for r in gap.remedies], to.lang, with_assumed=False),
            )
            for gap, short in zip(ranking.gaps, lacking, strict=True)
        ],
        note=_assumed(ranking.gaps, to.lang),
    )


def _assumed(gaps: list[Gap], lang: Lang) -> str:
    """Return what of the best remedies of some gaps is assumed, said once; nothing where nothing is."""
    terms = vocabulary("assumptions")
    used = {a for gap in gaps for remedy in gap.remedies[:1] for a in remedy.assumptions}
    listed = [terms.text(id_, lang) for id_ in terms.ids if id_ in used]
    if not listed:
        return ""
    return Text(f"补法所据的{'、'.join(listed)}为假设。", f"Assumed of remedies: {', '.join(listed)}.").get(lang)


def _remedies(cells: list[Gap], to: Composer) -> None:
    """Say once for each reason that occurs in the lists what it means and what can be done about it."""
    labels = vocabulary("coverage_reasons")
    once = {(c.region, c.industry, c.service_type): c for c in cells}  # a gap may stand in several of the lists
    counts = Counter(r for c in once.values() for r in c.reasons if r in labels)
    if not counts:
        return
    to.heading("原因与对策", "Reasons and remedies", 2)
    to.text(
        f"三张清单共 {len(once)} 个缺口，重复的只计一次。一个缺口由多个单元合成，一项原因涉及其中一部分单元，"
        "不一定是全部。",
        f"The three lists hold {counted(len(once), 'gap')}, each counted once. A gap is made of cells, and a reason is "
        "that of some of them, not always of all.",
    )
    for reason, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        note = labels[reason]["note"]
        to.text(
            f"{labels.text(reason)}（涉及所列缺口 {n} 个）：{note['zh']}",
            f"{labels.text(reason, 'en')} ({n} of the gaps listed): {note['en']}",
        )
