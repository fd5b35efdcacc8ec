"""What changed between two snapshots, in sentences: totals, by cause, by place, next expiries."""

from collections.abc import Iterator

from graph.language import Text, counted
from graph.places.english import in_english
from graph.places.gazetteer import places
from queries.amounts import figure
from queries.snapshots.differences import CauseTotal, DiffSummary, Snapshot

CHANGES = {
    "added": Text("新增", "added"), "removed": Text("撤除", "removed"), "started": Text("开始", "started"),
    "expired": Text("到期", "expired"), "changed": Text("变更", "changed"),
}  # fmt: skip
PLACES, EXPIRIES = 5, 5
"""How many of each are named in a sentence."""


def summary_lines(found: DiffSummary, before: Snapshot, after: Snapshot) -> Iterator[Text]:
    """Yield the sentences, most important first."""
    one, other = found.before, found.after
    change = (other.unmet or 0.0) - (one.unmet or 0.0)
    yield Text(
        f"{before.day} → {after.day}：未满足 {_n(one.unmet)} → {_n(other.unmet)} 次/年（{_change(change)}），"
        f"需求 {_n(one.demand)} → {_n(other.demand)}，覆盖率 {_p(one.ratio)} → {_p(other.ratio)}",
        f"{before.day} → {after.day}: unmet {_n(one.unmet)} → {_n(other.unmet)} a year ({_change(change)}), demand "
        f"{_n(one.demand)} → {_n(other.demand)}, covered {_p(one.ratio)} → {_p(other.ratio)}",
    )
    if found.causes:  # of all cells demand may have moved more: where it is met before and after, nothing differs
        yield Text("原因（只计下列单元）：" + "；".join(_cause(c).zh for c in found.causes),
                   "Causes, in the cells listed: " + "; ".join(_cause(c).en for c in found.causes))  # fmt: skip
    moved = [p for p in found.places if abs(p.unmet_change) >= 0.5][:PLACES]
    if moved:
        named = [(p.region, places()[p.region].full_name, _change(p.unmet_change)) for p in moved]
        zh = "，".join(f"{name} {change}" for _, name, change in named)
        en = ", ".join(f"{in_english(code, name)} {change}" for code, name, change in named)
        yield Text(f"变化最大的市州（未满足）：{zh}", f"Prefectures by change of unmet: {en}")
    if found.expiring_total:
        soon = [(e.name or e.key, e.until) for e in found.expiring[:EXPIRIES]]
        yield Text(
            f"此后 {found.expiring_days} 天全省到期的资源 {found.expiring_total} 项，最早的："
            + "、".join(f"{name}（{day}）" for name, day in soon),
            f"{counted(found.expiring_total, 'resource')} of the province to expire within "
            f"{counted(found.expiring_days, 'day')}, first " + ", ".join(f"{name} ({day})" for name, day in soon),
        )


def _cause(cause: CauseTotal) -> Text:
    if cause.kind == "demand":
        return Text(f"需求本身 {_change(cause.amount)}", f"demand itself {_change(cause.amount)}")
    if cause.kind == "sharing":
        n = cause.resources
        return Text(
            f"{n} 项资源因需求变化重新分摊，供给 {_change(cause.amount)}",
            f"{counted(n, 'resource')} shared anew, supply {_change(cause.amount)}",
        )
    what, named = CHANGES[cause.change], cause.largest
    return Text(
        f"{what.zh}资源 {cause.resources} 项，供给 {_change(cause.amount)}"
        + (f"（如{'、'.join(named)}）" if named else ""),
        f"{cause.resources} {what.en}, supply {_change(cause.amount)}"
        + (f" (such as {', '.join(named)})" if named else ""),
    )


def _n(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _p(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _change(value: float) -> str:
    return figure(value, 0, plus=True)
