"""``shuniu assess``: scores by a scheme."""

from typing import Any

import typer

from api.cli.answers import indicator_figure
from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.assessment import ASSESSMENT, AssessmentAsked
from graph.language import Lang, Text
from queries.answers import Answer
from queries.assessment.assess import Assessment, part_name

app = typer.Typer()
SHOWN = ["rank", "name", "of_100", "grade", "known_weight", "bonus", "holds_over_next", "rank_low", "rank_high"]
NOBODY = Text(
    "没有可评的对象：这段时间没有服务记录；用 shuniu load 载入服务台账。",
    "Nobody to assess: no service is on record in these months; load the service records by shuniu load.",
)


@app.command("assess")
@derived(ASSESSMENT, limit=30)
def show_assessment(made: Answered[AssessmentAsked, Answer[Assessment]]) -> None:
    """Show scores, best first, and whether anybody approved the scheme."""
    found, lang = made.answer.data, made.lang
    if made.question.subject:
        _show_parts(found, lang)
    rows: list[dict[str, Any]] = [
        {
            **row.model_dump(),
            "of_100": row.score,
            "grade": row.grade and made.question.scheme.grade_text(row.grade).get(lang),
        }
        for row in made.rows(ASSESSMENT)
    ]
    title = Text(f"{found.title_zh}（{found.months}）", f"{found.title_en} ({found.months})")
    out().print(table(title.get(lang), SHOWN, rows, lang, NOBODY))
    tell_more(len(rows), len(found.subjects), lang)
    for row in made.rows(ASSESSMENT):
        if row.appeals:
            numbers = "、".join(row.appeals)
            say(Text(f"{row.name} 有未办结的申诉：{numbers}", f"{row.name} has open appeals: {numbers}"), lang)
    if not found.checked:
        say(Text("⚠ 方案未经核定，仅供试算。", "⚠ Nobody approved this scheme: a trial only."), lang)
    out().print(meta_line(made.answer.meta, lang))


def _show_parts(found: Assessment, lang: Lang) -> None:
    """Show what the points of one subject consist of, and how their records are asked for."""
    (subject,) = found.subjects
    rows = [
        {
            "name": part_name(p).get(lang), "indicator": p.indicator, "figure": indicator_figure(p.indicator, p.value),
            "reached": p.reached, "weight_share": p.weight, "of_100": p.points,
        }
        for p in subject.parts
    ]  # fmt: skip
    title = Text(f"{subject.name} 各项得分（{found.months}）", f"Points of {subject.name} ({found.months})")
    out().print(
        table(title.get(lang), ["name", "indicator", "figure", "reached", "weight_share", "of_100"], rows, lang)
    )
    of = f"--{found.of} {subject.name if found.of == 'region' else subject.key}"
    way = f"shuniu records {of} --indicator {subject.parts[0].indicator}"
    say(Text(f"每一分背后的记录：{way}", f"The records behind a point: {way}"), lang)
