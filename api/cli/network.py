"""The command ``network``: what is missing, what hangs on whom, and who takes care of which chain."""

from collections import Counter

import typer

from api.cli.answers import in_language
from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, table, tell_more
from api.questions.network import NETWORK, NetworkAnswer, NetworkParameters
from graph.language import Lang, Text, counted
from graph.places.english import name_in
from queries.answers import Answer
from queries.network.gap_kinds import GAP_REASONS
from queries.network.matrix import ChainMatrix
from queries.network.report import NetworkGraph, NetworkReport
from queries.resilience.impact import Loss, Resilience, ResilienceQuestion

BETWEEN = Text("、", ", ")
app = typer.Typer()

NAMED = 4
"""Names shown in one cell of a table; ``--format`` has all."""
KIND_NAMES = {
    "window": Text("窗口", "Windows"),
    "carrier": Text("服务载体", "Carriers"),
    "organization": Text("机构", "Organisations"),
}


@app.command("network")
@derived(NETWORK, limit=None)
def show_network(made: Answered[NetworkParameters | ResilienceQuestion, NetworkAnswer]) -> None:
    """Show one view of the network."""
    found, asked = made.answer.data, made.question
    if isinstance(found, NetworkReport):
        _show_report(made.answer, asked.limit, made.lang)  # type: ignore[arg-type]
    elif isinstance(found, NetworkGraph):
        _show_graph(found, asked.limit, made.lang)
    elif isinstance(found, Resilience):
        _show_resilience(found, asked, made.lang)  # type: ignore[arg-type]
    else:
        _show_matrix(found, asked.limit, made.lang)
    out().print(meta_line(made.answer.meta, made.lang))


def _show_graph(found: NetworkGraph, limit: int, lang: Lang) -> None:
    """Print the nodes, and how many edges join them."""
    title = Text(f"节点（{len(found.nodes):,}），连线 {len(found.edges):,} 条",
                 f"Nodes ({len(found.nodes):,}), joined by {counted(len(found.edges), 'edge')}")  # fmt: skip
    rows = [node.model_dump() for node in found.nodes]
    out().print(table(title.get(lang), ["name", "kind", "level", "region_name"], rows[:limit], lang))
    tell_more(limit, len(rows), lang)


# --- gaps ---------------------------------------------------------------------------------------------


def _show_report(answer: Answer[NetworkReport], limit: int, lang: Lang) -> None:
    """Print presence by level against the target, then the gaps of both directions."""
    presence = [
        {
            **in_language(p.model_dump(), lang),
            "target": None if p.target is None else f"≥ {p.target:.0%}",
            "met": None if p.target is None or p.share is None else p.share >= p.target,
        }
        for p in answer.data.presence
    ]
    title = Text("多层覆盖", "Presence by level").get(lang)
    out().print(table(title, ["name", "total", "with_presence", "share", "target", "met"], presence, lang))
    for one in answer.data.stated:
        if one.known < one.stated:
            said = Text(
                f"通知载有{one.name_zh} {one.stated} 个，现知 {one.known} 个",
                f"{one.name_en}: the notice states {one.stated}, {one.known} are known",
            )
            out().print(said.get(lang), soft_wrap=True)
    for heading, missing in (
        (Text("纵向缺口", "Vertical gaps"), answer.data.vertical),
        (Text("横向缺口", "Horizontal gaps"), answer.data.horizontal),
    ):
        rows = [in_language(g.model_dump(), lang) for g in missing]
        reach = answer.meta.parameters["reach_km"]
        reasons = Counter(GAP_REASONS[g.kind].get(lang).format(reach=reach) for g in missing)
        kinds = [f"{reason} {n}" for reason, n in reasons.most_common()]
        counts = ("，" if lang == "zh" else ", ").join(kinds)
        title = f"{heading.get(lang)}{Text(f'（{len(rows)}）', f' ({len(rows)})').get(lang)}"
        out().print()
        out().print(table(title, ["name", "region_name", "reason"], rows[:limit], lang))
        if len(rows) > limit:
            out().print(f"… {counts}", soft_wrap=True)


# --- resilience ---------------------------------------------------------------------------------------


def _show_resilience(found: Resilience, question: ResilienceQuestion, lang: Lang) -> None:
    """Print the worst losses of each kind, the worst pairs if asked for, and who hangs on whom."""
    said = Text(
        f"已知需求 {found.demand:,.0f} 次/年，其中未满足 {found.unmet:,.0f} 次",
        f"Known demand {found.demand:,.0f} services a year, {found.unmet:,.0f} of them unmet",
    )
    if found.demand <= 0:
        said = Text(
            "没有已知的需求，新增未满足无从判断；下面只有协调和连接。",
            "No demand is known, so nothing can be said of what would be unmet: what follows is of contacts and ties.",
        )
    out().print(said.get(lang), soft_wrap=True)
    worst = next((loss for loss in found.losses if loss.kind == "window"), None)
    if worst and found.demand > 0:
        out().print(_window_said(worst, lang), soft_wrap=True)
    for kind in question.kinds:
        _show_losses(found, kind, lang)
    for kind in question.kinds if question.pairs else ():
        _show_pairs(found, kind, lang)
    _show_hinges(found, question.limit, lang)


def _window_said(worst: Loss, lang: Lang) -> str:
    """Return what the loss of the window on which most hangs would mean, both ways, to be read aloud."""
    hit = _places([p.region_name for p in worst.prefectures], lang)
    if not hit:
        return Text(
            "失去任何一个窗口连同其下资源，都不会多缺服务。",
            "No window, lost with all its resources, would leave more services unmet than now.",
        ).get(lang)
    said = Text(
        f"最怕失去{worst.name}：连同其下 {worst.resources:,} 项资源，多缺 {worst.unmet_added:,.0f} 次/年，主要在{hit}",
        f"Losing {worst.name} costs most: with its {counted(worst.resources, 'resource')} "
        f"{worst.unmet_added:,.0f} more services a year are unmet, mainly in {hit}",
    ).get(lang)
    alone = worst.coordination
    if not alone:
        return said + Text("。", ".").get(lang)
    sites = counted(len(alone.sites), "site")
    firms = Text(
        f"{alone.firms:,.0f} 家企业别无联系点", f"{sites} and {counted(round(alone.firms), 'firm')} lose theirs"
    ) if alone.firms is not None else Text(
        "多少企业别无联系点不明", f"{sites} lose theirs; how many firms do is not known"
    )  # fmt: skip
    return said + Text(
        f"；只失去协调，{len(alone.sites):,} 个站点失去联系点，{firms.zh}。", f"; as a contact alone, {firms.en}."
    ).get(lang)


def _show_losses(found: Resilience, kind: str, lang: Lang) -> None:
    name, count = KIND_NAMES[kind], found.counted[kind]
    title = Text(
        f"失去一个{name.zh}连同其下全部资源（{count:,} 个）",
        f"Losing one with all its resources: {name.en.lower()} ({count:,})",
    ).get(lang)
    unknown = {} if found.demand > 0 else dict.fromkeys(("unmet_added", "importance", "cells_emptied"))
    rows = [
        {**loss.model_dump(), **unknown, "hit": _places([p.region_name for p in loss.prefectures], lang)}
        for loss in found.losses
        if loss.kind == kind
    ]
    columns = ["rank", "name", "region_name", "resources", "unmet_added", "importance", "cells_emptied", "hit"]
    out().print()
    out().print(table(title, columns, rows, lang))
    contacts = [
        {"rank": loss.rank, "name": loss.name, "services_recorded": c.services, "sites": len(c.sites),
         "contacted": _some(c.sites, lang), "firms_alone": c.firms if c.firms is None else round(c.firms),
         "places": _places(c.places, lang) or "–"}
        for loss in found.losses
        if loss.kind == kind and (c := loss.coordination)
    ]  # fmt: skip
    if contacts:
        title = Text("只失去协调（其下资源照常）", "Losing its co-ordination alone (its resources go on)").get(lang)
        columns = ["rank", "name", "services_recorded", "sites", "contacted", "firms_alone", "places"]
        out().print()
        out().print(table(title, columns, contacts, lang))


def _show_pairs(found: Resilience, kind: str, lang: Lang) -> None:
    name = KIND_NAMES[kind]
    title = Text(f"同时失去两个{name.zh}", f"Losing two: {name.en.lower()}").get(lang)
    rows = [pair.model_dump() for pair in found.pairs if pair.kind == kind]
    out().print()
    out().print(table(title, ["first_name", "second_name", "unmet_added", "beyond"], rows, lang))


def _show_hinges(found: Resilience, limit: int, lang: Lang) -> None:
    """Print articulation points and bridges, and who is apart as things are."""
    points = [{**c.model_dump(), "names": _some(c.names, lang)} for c in found.cut_points[:limit]]
    title = Text(
        f"关节点（{len(found.cut_points)}）：一旦失去，其余站点与网络失联",
        f"Articulation points ({len(found.cut_points)}): without them others are cut off",
    )
    out().print()
    out().print(table(title.get(lang), ["name", "region_name", "cut_off", "names"], points, lang))
    lines = [
        {"name": f"{b.source_name} — {b.target_name}", "cut_off": b.cut_off, "names": _some(b.names, lang)}
        for b in found.bridges[:limit]
        if b.cut_off > 1
    ]
    title = Text(
        f"桥（{len(found.bridges):,}，只列断开多个站点的）",
        f"Bridges ({len(found.bridges):,}; only those that cut off several are shown)",
    )
    out().print()
    out().print(table(title.get(lang), ["name", "cut_off", "names"], lines, lang))
    apart = len(found.without_hub)
    if apart:
        said = Text(f"现已与枢纽不相连：{apart} 个", f"Not joined to the hub as things are: {apart}").get(lang)
        out().print(f"{said}（{_some(found.without_hub, lang)}）" if lang == "zh" else
                    f"{said} ({_some(found.without_hub, lang)})")  # fmt: skip


def _places(names: list[str], lang: Lang) -> str:
    """Return the names of some places and how many more there are; in English a county's has a comma of its own."""
    return _some([name_in(lang, name) for name in names], lang, Text("、", "; "))


def _some(names: list[str], lang: Lang, between: Text = BETWEEN) -> str:
    """Return some names and how many more there are."""
    shown = between.get(lang).join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    return shown + Text(f" 等 {len(names)} 个", f" … {len(names)} in all").get(lang)


# --- windows × chains ---------------------------------------------------------------------------------


def _show_matrix(found: ChainMatrix, limit: int, lang: Lang) -> None:
    """Print each chain with its windows: those that say so themselves, and those that have a carrier for it."""
    cells = found.cells
    rows = [
        {
            "industry_name": chain.chain_name,
            "stated": _some([c.window_name for c in cells if c.chain == chain.chain and c.stated], lang),
            "by_carriers": _some(
                [f"{c.window_name} {c.carriers}" for c in cells if c.chain == chain.chain and c.carriers], lang
            ),
            "carriers": chain.carriers,
        }
        for chain in found.chains
    ]
    title = Text("窗口 × 产业链", "Windows × chains").get(lang)
    out().print(table(title, ["industry_name", "stated", "carriers", "by_carriers"], rows, lang))
    idle = [w.window_name for w in found.windows if not w.chains and w.kind != "hub"]
    said = Text(
        f"在运行的窗口 {len(found.windows)} 个，其中 {len(idle)} 个（不计枢纽）没有任何产业链：",
        f"{counted(len(found.windows), 'window')} in service; {len(idle)} of them (without the hub) have no chain: ",
    )
    out().print(
        said.get(lang) + _some(idle[:limit], lang)
        if idle
        else said.get(lang).rstrip("：: ") + Text("。", ".").get(lang)
    )
