"""``shuniu snapshot``: fix every cell as of a day, list what is fixed, tell what changed, follow a group over time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from api.explaining import coverage_question
from api.options import (
    Day,
    Form,
    Freshness,
    Industry,
    Language,
    Limit,
    Output,
    Rates,
    Region,
    ServiceType,
    Standard,
    StoreUrl,
    opened,
    read_day,
    speak,
)  # fmt: skip
from api.output import Format, emit, form_of, out, say, table
from graph.language import Lang, Text
from queries.snapshots import create, diff, series, snapshots

app = typer.Typer(no_args_is_help=True, help="快照 / snapshots")
LISTED = ["id", "graph_version", "cells", "unmet", "ratio"]
Id = Annotated[str, typer.Argument(help="快照标识 / id of a snapshot")]


def _tell(
    title: Text, rows: Sequence[dict[str, Any]], columns: list[str], form: Format, output: Path | None, lang: Lang,
    whole: dict[str, Any] | None = None, limit: int = 1000,
) -> None:  # fmt: skip
    if form is not Format.table:
        emit(form, rows, whole or {"data": list(rows)}, output)
        return
    out().print(table(title.get(lang), columns, rows[:limit], lang))
    if len(rows) > limit:
        total = len(rows)
        say(Text(f"… 共 {total:,} 行；--limit 显示更多", f"… {total:,} rows in all; --limit shows more"), lang)


@app.command("create")
def create_command(
    as_of: Day = None, standard: Standard = 1.0, freshness_days: Freshness = 400, rates: Rates = None,
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """固定某日的全部单元 / fix every cell as of a day."""
    speaking, form = speak(lang), form_of(form, output)
    asked = coverage_question("", None, None, None, None, as_of, standard, freshness_days, rates)
    with opened(store) as opened_store:
        answer = create(opened_store, asked)
    rows = [answer.data.model_dump(mode="json")]
    _tell(Text("快照", "Snapshot"), rows, LISTED, form, output, speaking, answer.model_dump(mode="json"))


@app.command("list")
def list_command(
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None
) -> None:
    """列出快照 / list snapshots."""
    speaking, form = speak(lang), form_of(form, output)
    with opened(store) as opened_store:
        rows = [s.model_dump(mode="json") for s in snapshots(opened_store)]
    _tell(Text("快照", "Snapshots"), rows, LISTED, form, output, speaking)


@app.command("diff")
def diff_command(
    before: Id, after: Id, limit: Limit = 20, form: Form = Format.table, output: Output = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """两个快照之间的变化和原因 / what changed between two, and why."""
    speaking, form = speak(lang), form_of(form, output)
    with opened(store) as opened_store:
        answer = diff(opened_store, before, after)
    rows = [
        {**c.model_dump(), "causes": "; ".join(f"{x.change} {x.key}" for x in c.causes[:3])} for c in answer.data.cells
    ]
    n = answer.data.counts
    title = Text(
        f"新增 {n['new']}，消失 {n['closed']}，变好 {n['better']}，变差 {n['worse']}",
        f"new {n['new']}, closed {n['closed']}, better {n['better']}, worse {n['worse']}",
    )
    columns = ["region", "industry", "service_type", "kind", "unmet_before", "unmet_after", "causes"]
    _tell(title, rows, columns, form, output, speaking, answer.model_dump(mode="json"), limit)


@app.command("series")
def series_command(
    first: Annotated[str, typer.Option("--from", help="首日 / first day")],
    last: Annotated[str, typer.Option("--to", help="末日 / last day")],
    every: Annotated[str, typer.Option("--every", help="步长：day、week、month、year / step")] = "month",
    region: Region = None, industry: Industry = None, service_type: ServiceType = None, standard: Standard = 1.0,
    freshness_days: Freshness = 400, rates: Rates = None, form: Form = Format.table, output: Output = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """一组单元随时间的变化 / a group over days."""
    speaking, form = speak(lang), form_of(form, output)
    asked = coverage_question("", region, industry, service_type, None, None, standard, freshness_days, rates)
    with opened(store) as opened_store:
        points = series(opened_store, asked, read_day(first), read_day(last), every)
    rows = [p.model_dump(mode="json") for p in points]
    columns = ["as_of", "demand", "unmet", "ratio", "providers", "state"]
    _tell(Text("时间序列", "Series"), rows, columns, form, output, speaking)
