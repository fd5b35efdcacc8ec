"""The command that asks what a plan would change, and keeps and compares plans."""

from typing import Any

import typer

from api.cli.command import Answered, Instead, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.what_if import COMPARED, KEPT_PLAN, PLAN, SCENARIOS, PlanQuestion, PlansQuestion
from graph.language import Text, counted
from queries.amounts import figure
from queries.answers import Answer, Listed
from queries.what_if.changed_cells import WhatIf
from queries.what_if.changes import ScenarioChange
from queries.what_if.comparing import Comparison, Differing
from queries.what_if.kept import KeptScenario

app = typer.Typer()


def _show_compared(made: Answered[PlansQuestion, Comparison]) -> None:
    answer, lang = made.answer, made.lang
    rows = [COMPARED.flat(plan) for plan in answer.plans]
    columns = ["name", "changes", "unmet_before", "unmet_after", "unmet_change", "cells_changed"]
    out().print(table(Text("方案比较", "Scenarios").get(lang), columns, rows, lang))
    cells = [_side_by_side(answer, cell) for cell in answer.data]
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


def _rounded(unmet: float | None) -> str | None:
    return None if unmet is None else figure(unmet, 1)


def _side_by_side(answer: Comparison, cell: Differing) -> dict[str, Any]:
    unmet = {f"→ {plan.name}": _rounded(after.unmet) for plan, after in zip(answer.plans, cell.after, strict=True)}
    return {**cell.model_dump(include={"region_name", "industry_name", "service_type"}),
            "unmet_before": cell.before.unmet, **unmet}  # fmt: skip


def _show_kept(made: Answered[Any, Listed[KeptScenario]]) -> None:
    rows = [row.model_dump() for row in made.rows(SCENARIOS)]
    out().print(table(SCENARIOS.title.get(made.lang), SCENARIOS.columns(made.answer), rows, made.lang))
    tell_more(len(rows), len(made.answer.rows), made.lang)


def _show_plan(made: Answered[PlanQuestion, Answer[WhatIf]]) -> None:
    answer, data, lang = made.answer, made.answer.data, made.lang
    t = data.totals
    change = figure(t.unmet_change, 1, plus=True)
    said = Text(
        f"未满足需求 {figure(t.unmet_before, 1)} → {figure(t.unmet_after, 1)} 次/年（{change}）；"
        f"{t.cells_changed:,} 个单元变化，{t.cells_better:,} 个变好，{t.cells_worse:,} 个变差",
        f"Unmet {figure(t.unmet_before, 1)} → {figure(t.unmet_after, 1)} services a year ({change}); "
        f"{counted(t.cells_changed, 'cell')} changed, {t.cells_better:,} better, {t.cells_worse:,} worse",
    )
    out().print(said.get(lang), soft_wrap=True)
    effects = [
        {**e.model_dump(), "ordinal": e.number, "action": e.change.action, "name": _subject(e.change)}
        for e in data.effects
    ]
    columns = ["ordinal", "action", "name", "resources", "unmet_change", "unmet_change_alone"]
    out().print(table(Text("各项变更的作用", "What each change does").get(lang), columns, effects, lang))
    cells = [PLAN.flat(c) for c in data.cells]
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


@app.command("what-if")
@derived(
    PLAN,
    limit=None,
    instead={
        "compare": Instead(COMPARED, _show_compared),
        "list": Instead(SCENARIOS, _show_kept),
        "keep": Instead(KEPT_PLAN, _show_plan),
    },
)
def show_plan(made: Answered[PlanQuestion, Answer[WhatIf]]) -> None:
    """Print totals before and after, what each change does, and the cells that change."""
    _show_plan(made)
