"""Parts of a gap report about the network, and about what changed since an earlier edition."""

from collections import Counter
from datetime import date

from graph.identity import prefecture_of
from graph.language import Text, counted
from graph.places.gazetteer import places
from graph.vocabulary import vocabulary
from queries.network.gap_kinds import GAP_LISTS, GAP_REASONS
from queries.network.gaps import NetworkGap
from queries.snapshots.differences import Cause, CellDiff
from viz.chains import chain_name
from viz.numbers import day, decimals, number
from viz.places import short_name
from viz.report.document import Composer
from viz.report.model import GapReport
from viz.report.summary import place
from viz.report.wording import Headings

NAMED = 3
"""Places of one kind of network gap that a sentence names; an annex names all."""
CHANGES = {
    "new": Text("新出现需求", "new demand"),
    "closed": Text("需求消失", "demand gone"),
    "worse": Text("变差", "worse"),
    "better": Text("变好", "better"),
}
TO_OUTPOST = Text("名称（离最近窗口或站点的公里数）", "Names (km to the nearest window or station)")
NEAREST = {
    "prefecture_without_window": Text(
        "名称（离最近市州窗口的公里数）", "Names (km to the nearest window of a prefecture)"
    ),
    "county_without_presence": Text(
        "名称（离最近窗口、站点或载体的公里数）", "Names (km to the nearest window, station or carrier)"
    ),
}
"""Whose distance a list tells, where it is not that of windows and stations alone."""


def network(report: GapReport, to: Composer) -> None:
    """Presence by level (province), and gaps of the network inside the scope by kind."""
    to.heading("平台网络缺口", "Gaps of the network")
    say = Headings(to)
    to.table(
        ("各级服务存在情况（全省）", "Presence by level (whole province)"),
        (
            say.text("层级", "Level", 1.4),
            say.number("总数", "Total"),
            say.number("有服务存在", "With presence"),
            say.percent("占比", "Share"),
            say.percent("目标", "Target"),
        ),
        [
            (to.say(p.name_zh, p.name_en), p.total, p.with_presence if p.share is not None else None, p.share, p.target)
            for p in report.network.presence
        ],
    )
    if all(p.share is None for p in report.network.presence):
        to.text("尚无平台网络数据，无法判断缺口。", "Nothing is known of the network, so its gaps cannot be judged.")
        return
    gaps = [*report.network.vertical, *report.network.horizontal]
    counts = Counter(g.kind for g in gaps)
    for kind in [k for k in GAP_REASONS if counts[k]]:
        label = GAP_LISTS[kind]
        found = sorted((g for g in gaps if g.kind == kind), key=lambda g: -(g.nearest_km or 0.0))
        names = [_gap(g, report.scope.region, to) for g in found[:NAMED]]
        more, far = len(found) - len(names), found[0].nearest_km is not None and len(found) > NAMED
        to.text(
            f"{label.zh} {len(found)} 个{'，离得最远的是' if far else '：'}{'、'.join(names)}{'等' if more else ''}。",
            f"{label.en}, {len(found)}{', farthest ' if far else ': '}{', '.join(names)}"
            f"{f' and {more} more' if more else ''}.",
        )
    if not gaps:
        to.text("没有发现平台网络缺口。", "No gap of the network was found.")
        return
    title = ("平台网络缺口名单", "Gaps of the network by name")
    to.text(f"名单见{(listed := to.refer())}。", f"All are named in {listed}.")
    to.annex(listed, title, lambda: _gap_lists(gaps, to), wide=False)


def _gap_lists(gaps: list[NetworkGap], to: Composer) -> None:
    """Name every gap, a table a kind, by prefecture, the farthest first."""
    say, names = Headings(to), places()
    for kind in GAP_REASONS:
        found: dict[str, list[NetworkGap]] = {}
        for gap in sorted((g for g in gaps if g.kind == kind), key=lambda g: (-(g.nearest_km or 0.0), g.key)):
            found.setdefault(prefecture_of(gap.region) or "" if gap.region else "", []).append(gap)
        if not found:
            continue
        label, far = GAP_LISTS[kind], any(g.nearest_km is not None for rows in found.values() for g in rows)
        to.table(
            (label.zh, label.en),
            (
                say.text("市（州）", "Prefecture", 1.2) if any(found) else say.text("范围", "Scope", 1.2),
                say.number("个数", "Number", width=0.8),
                say.text(
                    *(NEAREST.get(kind, TO_OUTPOST) if far else Text("名称", "Names")), 6,
                ),
            ),
            [
                (
                    short_name(place, names[place].name).get(to.lang) if place in names else to.say("全省", "Province"),
                    len(rows),
                    to.say("、", ", ").join(_named_short(g, place, to) for g in rows),
                )
                for place, rows in sorted(found.items())
            ],
        )  # fmt: skip


def _named_short(gap: NetworkGap, prefecture: str, to: Composer) -> str:
    km = "" if gap.nearest_km is None else to.say(f"（{gap.nearest_km:.0f}）", f" ({gap.nearest_km:.0f})")
    return _own_name(gap, prefecture, to) + km


def _short(name: str, prefecture: str) -> str:
    """Return a name without that of its prefecture, which stands beside it."""
    above = places()[prefecture].name if prefecture in places() else ""
    return name.removeprefix(above) or name


def _own_name(gap: NetworkGap, prefecture: str, to: Composer) -> str:
    """Return what lacks something by its name; a place has one in English, too."""
    english = (short_name(gap.key, gap.name) if gap.region else chain_name(gap.key, gap.name)).en
    return to.say(_short(gap.name, prefecture), english.split(" · ")[-1] if prefecture else english)


def _gap(gap: NetworkGap, inside: str | None, to: Composer) -> str:
    name = _own_name(gap, inside or "", to)
    if gap.nearest_km is None:
        return name
    return to.say(f"{name}（距最近的 {gap.nearest_km:.0f} 公里）", f"{name} ({gap.nearest_km:.0f} km to the nearest)")


def change(report: GapReport, to: Composer) -> None:
    """What changed since an earlier snapshot, and by what cause."""
    to.heading("较上期变化", "Changes since the last edition")
    made = report.change
    if made is None:
        to.text(
            "没有保存过更早月份、口径相同的快照，本期无法比较；本期快照已保存，供下期比较。",
            "No snapshot of an earlier month with the same rules was kept, so nothing can be compared; this edition's "
            "snapshot is kept for the next.",
        )
        return
    counts = "，".join(f"{CHANGES[k].zh} {number(n)} 个" for k, n in made.counts.items())
    counts_en = ", ".join(f"{CHANGES[k].en} {number(n)}" for k, n in made.counts.items())
    then = date.fromisoformat(str(made.before.parameters["as_of"]))
    to.text(
        f"与{day(then, 'zh')}的快照（{made.before.id}）相比，全省单元：{counts}；"
        f"本报告范围内有 {number(made.total)} 个单元变化。",
        f"Against the snapshot of {day(then, 'en')} ({made.before.id}), cells of the province: {counts_en}; "
        f"{counted(made.total, 'cell')} changed inside this report's scope.",
    )
    if made.data:
        _changed(made.data, report, to)


def _changed(cells: list[CellDiff], report: GapReport, to: Composer) -> None:
    say, types = Headings(to), vocabulary("service_types")
    to.table(
        ("变化最大的单元及原因", "Cells that changed most, and why"),
        (
            say.text("地区", "Place", 1.7),
            say.text("产业链", "Chain", 1.4),
            say.text("服务类型", "Service type", 1.4),
            say.text("变化", "Change", 0.9 if to.lang == "zh" else 1.2),
            say.number("此前未满足（次/年）", "Unmet before, a year", decimals(d.unmet_before for d in cells), 1.2),
            say.number("现未满足（次/年）", "Unmet now, a year", decimals(d.unmet_after for d in cells), 1.2),
            say.text("主要原因", "Main causes", 3),
        ),
        [
            (
                place(d, report.scope).get(to.lang),
                chain_name(d.industry, d.industry_name).get(to.lang),
                types.text(d.service_type, to.lang),
                CHANGES[d.kind].get(to.lang),
                d.unmet_before,
                d.unmet_after,
                _causes(d, to),
            )
            for d in cells
        ],
    )


def _causes(cell: CellDiff, to: Composer) -> str:
    said = [_cause(c, to) for c in cell.causes[:2]]
    if cell.causes_total > len(said):
        said.append(to.say(f"另有 {cell.causes_total - len(said)} 项", f"{cell.causes_total - len(said)} more"))
    return to.say("；", "; ").join(said) or "—"


def _cause(cause: Cause, to: Composer) -> str:
    sizes = f"{number(cause.before, 1)} → {number(cause.after, 1)}"
    if cause.kind == "demand":
        return to.say(f"需求 {sizes}", f"demand {sizes}")
    if cause.kind == "sharing":
        return to.say(
            f"{cause.resources} 项资源的分摊变化 {sizes}",
            f"{counted(cause.resources, 'resource')} shared otherwise {sizes}",
        )
    word = {
        "added": Text("新增", "added"),
        "removed": Text("移出", "removed"),
        "started": Text("生效", "in force"),
        "expired": Text("失效", "lapsed"),
        "changed": Text("变更", "changed"),
    }[cause.change]
    return f"{word.get(to.lang)} {cause.name or cause.key} {sizes}"
