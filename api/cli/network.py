"""The command ``network``: what is missing, what hangs on whom, and who takes care of which chain."""

from collections import Counter
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.answers import in_language
from api.cli.options import (
    Day,
    Form,
    Freshness,
    Language,
    Limit,
    Output,
    Rates,
    Reach,
    Region,
    StoreUrl,
    opened,
    read_day,
    speak,
)
from api.cli.output import Format, emit, form_of, meta_line, out, table
from api.cli.progress import at_work
from api.questions.codes import region_code
from api.questions.declaration import FRESHNESS_DAYS, REACH_KM
from api.settings import read_settings
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.answers import Answer
from queries.demand import read_rates
from queries.network.gaps import GAP_REASONS
from queries.network.matrix import ChainMatrix, MatrixCell, chain_matrix
from queries.network.report import NetworkReport, network
from queries.resilience.impact import KINDS, Loss, Resilience, ResilienceQuestion
from queries.resilience.losses import resilience

app = typer.Typer()

ALL = 1_000_000
"""Losses told to programs: every one."""
NAMED = 4
"""Names shown in one cell of a table; ``--format`` has all."""
KIND_NAMES = {
    "window": Text("窗口", "Windows"),
    "carrier": Text("服务载体", "Carriers"),
    "organization": Text("机构", "Organisations"),
}


class View(StrEnum):
    """What of the network is asked for."""

    gaps = "gaps"
    resilience = "resilience"
    matrix = "matrix"


class Kind(StrEnum):
    """Who fails."""

    window = "window"
    carrier = "carrier"
    organization = "organization"


@app.command("network")
def network_command(
    view: Annotated[View, typer.Option("--view", help="缺口、韧性、窗口×产业链 / what of it")] = View.gaps,
    kind: Annotated[Kind | None, typer.Option("--kind", help="只看一类失效（韧性）/ only these (resilience)")] = None,
    region: Region = None,
    pairs: Annotated[int, typer.Option(min=0, max=1000, help="同时失去两者，最重的几对（韧性）/ worst pairs")] = 0,
    as_of: Day = None, reach_km: Reach = REACH_KM, freshness_days: Freshness = FRESHNESS_DAYS, rates: Rates = None,
    limit: Limit = 20, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """网络：缺口、韧性、窗口与产业链 / the network: gaps, resilience, windows × chains."""
    speaking, day, form = speak(lang), read_day(as_of), form_of(form, output)
    if view is View.resilience:
        question = ResilienceQuestion(
            as_of=day, freshness_days=freshness_days, rates=read_rates(rates) if rates else read_settings().rates(),
            kinds=(kind.value,) if kind else KINDS, limit=limit if form is Format.table else ALL, pairs=pairs,
            region=region_code(region) if region else None,
        )  # fmt: skip
        with opened(store) as opened_store:
            ask_resilience(opened_store, question, form, output, speaking)
        return
    with opened(store) as opened_store:
        if view is View.matrix:
            ask_matrix(opened_store, day, form, output, limit, speaking)
        else:
            ask_network(opened_store, day, reach_km, form, output, limit, speaking)


# --- gaps ---------------------------------------------------------------------------------------------


def ask_network(
    store: Store, day: date, reach_km: float, form: Format, output: Path | None, limit: int, lang: Lang
) -> None:
    """Answer which parts of the network are missing."""
    answer = network(store, as_of=day, reach_km=reach_km)
    if form is Format.table:
        show_network(answer, limit, lang)
        return
    missing = [*answer.data.vertical, *answer.data.horizontal]
    emit(form, [g.model_dump(mode="json") for g in missing], answer.model_dump(mode="json"), output)


def show_network(answer: Answer[NetworkReport], limit: int, lang: Lang) -> None:
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
    out().print(meta_line(answer.meta, lang))


# --- resilience ---------------------------------------------------------------------------------------


def ask_resilience(store: Store, question: ResilienceQuestion, form: Format, output: Path | None, lang: Lang) -> None:
    """Answer what the loss of each window, carrier and organisation would cost."""
    with at_work(lang):
        answer = resilience(store, question)
    if form is Format.table:
        show_resilience(answer, question, lang)
        return
    rows = [_flat(loss) for loss in answer.data.losses]
    emit(form, rows, answer.model_dump(mode="json"), output, Loss.model_fields)


def _flat(loss: Loss) -> dict[str, Any]:
    """Return a loss as one row of a table; where it hits is told in words."""
    row = loss.model_dump(exclude={"prefectures", "cells", "coordination"})
    row["coordination"] = {} if loss.coordination is None else loss.coordination.model_dump()
    row["prefectures"] = [f"{p.region_name} {p.unmet_added:.1f}" for p in loss.prefectures]
    row["cells"] = [f"{c.region_name} {c.industry_name} {c.service_type_name} {c.unmet_added:.1f}" for c in loss.cells]
    return row


def show_resilience(answer: Answer[Resilience], question: ResilienceQuestion, lang: Lang) -> None:
    """Print the worst losses of each kind, the worst pairs if asked for, and who hangs on whom."""
    found = answer.data
    said = Text(
        f"已知需求 {found.demand:,.0f} 次/年，其中未满足 {found.unmet:,.0f} 次",
        f"Known demand {found.demand:,.0f} services a year, {found.unmet:,.0f} of them unmet",
    )
    out().print(said.get(lang))
    for kind in question.kinds:
        _show_losses(found, kind, lang)
    for kind in question.kinds if question.pairs else ():
        _show_pairs(found, kind, lang)
    _show_hinges(found, question.limit, lang)
    out().print(meta_line(answer.meta, lang))


def _show_losses(found: Resilience, kind: str, lang: Lang) -> None:
    name, count = KIND_NAMES[kind], found.counted[kind]
    title = Text(
        f"失去一个{name.zh}连同其下全部资源（{count:,} 个）",
        f"Losing one with all its resources: {name.en.lower()} ({count:,})",
    ).get(lang)
    rows = [
        {**loss.model_dump(), "hit": "、".join(p.region_name for p in loss.prefectures)}
        for loss in found.losses
        if loss.kind == kind
    ]
    columns = ["rank", "name", "region_name", "resources", "unmet_added", "importance", "cells_emptied", "hit"]
    out().print()
    out().print(table(title, columns, rows, lang))
    contacts = [
        {"rank": loss.rank, "name": loss.name, "services_recorded": c.services, "sites": len(c.sites),
         "names": _some(c.sites, lang), "firms_alone": c.firms, "places": _some(c.places, lang) or "–"}
        for loss in found.losses
        if loss.kind == kind and (c := loss.coordination)
    ]  # fmt: skip
    if contacts:
        title = Text("只失去协调（其下资源照常）", "Losing its co-ordination alone (its resources go on)").get(lang)
        columns = ["rank", "name", "services_recorded", "sites", "names", "firms_alone", "places"]
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
        f"桥（{len(found.bridges)}，只列断开多个站点的）",
        f"Bridges ({len(found.bridges)}; only those that cut off several are shown)",
    )
    out().print()
    out().print(table(title.get(lang), ["name", "cut_off", "names"], lines, lang))
    apart = len(found.without_hub)
    if apart:
        said = Text(f"现已与枢纽不相连：{apart} 个", f"Not joined to the hub as things are: {apart}").get(lang)
        out().print(f"{said}（{_some(found.without_hub, lang)}）" if lang == "zh" else
                    f"{said} ({_some(found.without_hub, lang)})")  # fmt: skip


def _some(names: list[str], lang: Lang) -> str:
    """Return some names and how many more there are."""
    shown = ("、" if lang == "zh" else ", ").join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    return shown + Text(f" 等 {len(names)} 个", f" … {len(names)} in all").get(lang)


# --- windows × chains ---------------------------------------------------------------------------------


def ask_matrix(store: Store, day: date, form: Format, output: Path | None, limit: int, lang: Lang) -> None:
    """Answer which window takes care of which chain."""
    answer = chain_matrix(store, as_of=day)
    if form is Format.table:
        show_matrix(answer, limit, lang)
        return
    rows = [cell.model_dump() for cell in answer.data.cells]
    emit(form, rows, answer.model_dump(mode="json"), output, MatrixCell.model_fields)


def show_matrix(answer: Answer[ChainMatrix], limit: int, lang: Lang) -> None:
    """Print each chain with its windows: those that say so themselves, and those that have a carrier for it."""
    cells = answer.data.cells
    rows = [
        {
            "industry_name": chain.chain_name,
            "stated": _some([c.window_name for c in cells if c.chain == chain.chain and c.stated], lang),
            "by_carriers": _some(
                [f"{c.window_name} {c.carriers}" for c in cells if c.chain == chain.chain and c.carriers], lang
            ),
            "carriers": chain.carriers,
        }
        for chain in answer.data.chains
    ]
    title = Text("窗口 × 产业链", "Windows × chains").get(lang)
    out().print(table(title, ["industry_name", "stated", "carriers", "by_carriers"], rows, lang))
    idle = [w.window_name for w in answer.data.windows if not w.chains and w.kind != "hub"]
    said = Text(
        f"在运行的窗口 {len(answer.data.windows)} 个，其中 {len(idle)} 个（不计枢纽）没有任何产业链：",
        f"{len(answer.data.windows)} windows in service; {len(idle)} of them (without the hub) have no chain: ",
    )
    out().print(said.get(lang) + _some(idle[:limit], lang) if idle else said.get(lang).rstrip("：: ") + "。")
    out().print(meta_line(answer.meta, lang))
