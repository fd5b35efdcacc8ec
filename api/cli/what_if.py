"""The command that asks what a plan would change, and keeps and compares plans."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.answers import coverage_question
from api.cli.options import (
    Day,
    Form,
    Freshness,
    Language,
    Limit,
    Output,
    Rates,
    Standard,
    StoreUrl,
    opened,
    speak,
)  # fmt: skip
from api.cli.output import Format, emit, form_of, meta_line, out, say, table, tell_more
from api.cli.progress import at_work
from api.questions.declaration import FRESHNESS_DAYS, STANDARD
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.answers import Answer
from queries.what_if.changed_cells import ChangedCell, WhatIf
from queries.what_if.changes import ScenarioChange, read_plan
from queries.what_if.comparing import Comparison, Differing
from queries.what_if.impact import what_if
from queries.what_if.kept import compare, fetch, keep, kept

app = typer.Typer()


@app.command("what-if")
def what_if_command(
    plan: Annotated[Path | None, typer.Argument(help="方案（YAML）/ plan, YAML")] = None,
    keep_as: Annotated[str | None, typer.Option("--keep", help="保存为此名 / keep under this name")] = None,
    listed: Annotated[bool, typer.Option("--list", help="列出保存的方案 / list what is kept")] = False,
    compared: Annotated[
        list[str] | None, typer.Option("--compare", help="并排比较（可重复）/ side by side; repeat")
    ] = None,
    as_of: Day = None, standard: Standard = STANDARD, freshness_days: Freshness = FRESHNESS_DAYS, rates: Rates = None,
    limit: Limit = 20, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """假设分析：方案实施前后 / before and after a plan."""
    speaking, form = speak(lang), form_of(form, output)
    asked = coverage_question(as_of=as_of, standard=standard, freshness=freshness_days, rates=rates)
    most = limit if form is Format.table else None
    with opened(store) as opened_store:
        if compared:
            also = [read_plan(plan)] if plan else []
            with at_work(speaking):
                comparison = compare(opened_store, compared, asked, also=also, limit=most)
            _compare(comparison, limit, form, output, speaking)
        elif listed:
            _list(opened_store, form, output, speaking)
        elif plan is None:
            raise BadParameter(name="PLAN", value="–", reason=Text("请给出方案文件", "name a plan"))
        else:
            read = read_plan(plan)
            with at_work(speaking):
                answer = what_if(opened_store, read, asked, limit=most, where=str(plan))
            if keep_as:
                keep(opened_store, keep_as, read)
            _tell(answer, limit, form, output, speaking)


def _compare(answer: Comparison, limit: int, form: Format, output: Path | None, lang: Lang) -> None:
    rows = [{"name": r.name, "changes": r.changes, **r.totals.model_dump()} for r in answer.plans]
    if form is not Format.table:
        emit(form, rows, answer.model_dump(mode="json"), output)
        return
    columns = ["name", "changes", "unmet_before", "unmet_after", "unmet_change", "cells_changed"]
    out().print(table(Text("方案比较", "Scenarios").get(lang), columns, rows, lang))
    cells = [_side_by_side(answer, cell) for cell in answer.data[:limit]]
    if cells:
        columns = [
            "region_name",
            "industry_name",
            "service_type",
            "unmet_before",
            *(f"→ {r.name}" for r in answer.plans),
        ]
        title = Text("方案之间不同的单元：未满足需求", "Cells in which they differ: unmet demand")
        out().print(table(title.get(lang), columns, cells, lang))
    tell_more(len(cells), answer.total, lang)
    out().print(meta_line(answer.meta, lang))


def _told(unmet: float | None) -> str | None:
    return None if unmet is None else f"{unmet:,.1f}"


def _side_by_side(answer: Comparison, cell: Differing) -> dict[str, Any]:
    unmet = {f"→ {plan.name}": _told(after.unmet) for plan, after in zip(answer.plans, cell.after, strict=True)}
    return {**cell.model_dump(include={"region_name", "industry_name", "service_type"}),
            "unmet_before": cell.before.unmet, **unmet}  # fmt: skip


def _list(store: Store, form: Format, output: Path | None, lang: Lang) -> None:
    rows: list[dict[str, Any]] = []
    for name in kept(store):
        version, plan = fetch(store, name)
        rows.append({"name": name, "plan": plan.name, "changes": len(plan.changes), "graph_version": version})
    columns = ["name", "plan", "changes", "graph_version"]
    if form is not Format.table:
        emit(form, rows, {"data": rows}, output, columns)
        return
    out().print(table(Text("保存的方案", "Scenarios kept").get(lang), columns, rows, lang))


def _tell(answer: Answer[WhatIf], limit: int, form: Format, output: Path | None, lang: Lang) -> None:
    data = answer.data
    if form is not Format.table:
        emit(form, [_flat(c) for c in data.cells], answer.model_dump(mode="json"), output)
        return
    t = data.totals
    said = Text(
        f"未满足需求 {t.unmet_before:,.1f} → {t.unmet_after:,.1f} 次/年（{t.unmet_change:+,.1f}）；"
        f"{t.cells_changed:,} 个单元变化，{t.cells_better:,} 个变好，{t.cells_worse:,} 个变差",
        f"Unmet {t.unmet_before:,.1f} → {t.unmet_after:,.1f} services a year ({t.unmet_change:+,.1f}); "
        f"{t.cells_changed:,} cells change, {t.cells_better:,} better, {t.cells_worse:,} worse",
    )
    out().print(said.get(lang), soft_wrap=True)
    effects = [
        {**e.model_dump(), "ordinal": e.number, "action": e.change.action, "name": _subject(e.change)}
        for e in data.effects
    ]
    columns = ["ordinal", "action", "name", "resources", "unmet_change", "unmet_change_alone"]
    out().print(table(Text("各项变更的作用", "What each change does").get(lang), columns, effects, lang))
    cells = [_flat(c) for c in data.cells[:limit]]
    columns = ["region_name", "industry_name", "service_type", "state_before", "state_after", "unmet_before",
               "unmet_after"]  # fmt: skip
    out().print(table(Text("变化的单元", "Changed cells").get(lang), columns, cells, lang))
    tell_more(len(cells), data.cells_total, lang)
    for assumed in data.assumptions:
        say(Text(assumed.text_zh, assumed.text_en), lang)
    out().print(meta_line(answer.meta, lang))


def _subject(change: ScenarioChange) -> str:
    """Return what a change is about, as its plan names it."""
    if change.from_region:
        return f"{change.from_region} → {'、'.join(change.to)}"
    return (change.target() or ("", change.name or ""))[1]


def _flat(cell: ChangedCell) -> dict[str, Any]:
    row = cell.model_dump()
    before, after = row.pop("before"), row.pop("after")
    return {**row, **{f"{k}_before": v for k, v in before.items()}, **{f"{k}_after": v for k, v in after.items()}}
