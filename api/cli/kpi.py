"""``shuniu kpi``: the targets of the notice against actual."""

from datetime import date

import typer

from api.cli.answers import show_targets
from api.cli.command import Answered, derived
from api.cli.output import Format, emit, meta_line, out
from api.questions.kpi import KPI
from queries.answers import Answer
from queries.kpi import TargetStatus

app = typer.Typer()


@app.command("kpi")
@derived(KPI, limit=None)
def show_kpi(made: Answered[date, Answer[list[TargetStatus]]]) -> None:
    """Show targets and actual values."""
    answer = made.answer
    if made.form is Format.table:
        show_targets(answer.data, made.lang)
        out().print(meta_line(answer.meta, made.lang))
        return
    emit(made.form, [t.model_dump(mode="json") for t in answer.data], answer.model_dump(mode="json"), made.output)
