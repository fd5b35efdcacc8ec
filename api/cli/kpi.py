"""``shuniu kpi``: the targets of the notice against actual."""

from datetime import date

import typer

from api.cli.answers import show_targets
from api.cli.command import Answered, derived
from api.cli.output import meta_line, out
from api.questions.kpi import KPI
from queries.answers import Answer
from queries.kpi import TargetStatus

app = typer.Typer()


@app.command("kpi")
@derived(KPI, limit=None)
def show_kpi(made: Answered[date, Answer[list[TargetStatus]]]) -> None:
    """Show targets and actual values."""
    show_targets(made.answer.data, made.lang)
    out().print(meta_line(made.answer.meta, made.lang))
