"""``shuniu assess``: scores by a scheme."""

from datetime import date
from typing import Any

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.assessment import ASSESSMENT
from graph.language import Text
from queries.answers import Answer
from queries.assessment import Scheme
from queries.assessment.assess import Assessment

app = typer.Typer()
SHOWN = ["rank", "name", "of_100", "grade", "known_weight", "bonus", "holds_over_next", "rank_low", "rank_high"]


@app.command("assess")
@derived(ASSESSMENT, limit=30)
def show_assessment(made: Answered[tuple[Scheme, date], Answer[Assessment]]) -> None:
    """Show scores, best first, and whether anybody approved the scheme."""
    found, lang = made.answer.data, made.lang
    rows: list[dict[str, Any]] = [{**row.model_dump(), "of_100": row.score} for row in made.rows(ASSESSMENT)]
    title = Text(f"{found.title_zh}（{found.months}）", f"{found.title_en} ({found.months})")
    out().print(table(title.get(lang), SHOWN, rows, lang))
    tell_more(len(rows), len(found.subjects), lang)
    for row in made.rows(ASSESSMENT):
        if row.appeals:
            numbers = "、".join(row.appeals)
            say(Text(f"{row.name} 有未办结的申诉：{numbers}", f"{row.name} has open appeals: {numbers}"), lang)
    if not found.checked:
        say(Text("⚠ 方案未经核定，仅供试算。", "⚠ Nobody approved this scheme: a trial only."), lang)
    out().print(meta_line(made.answer.meta, lang))
