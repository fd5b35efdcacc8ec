"""``shuniu kpi``: the targets of the notice against actual."""

from datetime import date

import typer

from api.cli.answers import show_targets
from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say
from api.questions.kpi import KPI
from graph.language import Text
from queries.answers import Answer
from queries.kpi import TargetStatus

app = typer.Typer()


@app.command("kpi")
@derived(KPI, limit=None)
def show_kpi(made: Answered[date, Answer[list[TargetStatus]]]) -> None:
    """Show targets and actual values."""
    show_targets(made.answer.data, made.lang)
    for target in made.answer.data:
        if target.fees:
            say(Text(target.note_zh, target.note_en), made.lang)
    out().print(meta_line(made.answer.meta, made.lang))
