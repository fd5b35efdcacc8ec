"""``shuniu snapshot``: fix every cell as of a day, list what is fixed, tell what changed, follow a group over time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from api.cli.answers import coverage_question
from api.cli.options import (
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
from api.cli.output import Format, emit, form_of, meta_line, out, say, table, tell_more
from api.cli.progress import at_work
from api.cli.snapshot_summary import CHANGES, summary_lines
from api.questions.codes import industry_code, region_code
from api.questions.declaration import FRESHNESS_DAYS, STANDARD
from api.questions.origins import FLAT, flat, with_origins
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.snapshots import DiffQuestion, create, diff, kept_series, series, snapshots
from queries.snapshots.comparing import DiffAnswer
from queries.snapshots.differences import Cause, CellDiff, Kind

app = typer.Typer(no_args_is_help=True, help="快照 / snapshots")
LISTED = ["snapshot", "as_of", "known_at", "graph_version", "cells", "unmet", "ratio"]
KINDS = {
    "new": Text("新增", "new"), "closed": Text("消失", "closed"),
    "better": Text("变好", "better"), "worse": Text("变差", "worse"),
}  # fmt: skip
CAUSES = 3
"""So many causes of a cell are printed."""
Id = Annotated[
    str | None,
    typer.Argument(
        help="标识、日期或月份；默认上月最后一个与最近一个 / id, day, month; default: last of an earlier month, newest"
    ),
]  # fmt: skip


def _tell(
    title: Text, rows: Sequence[dict[str, Any]], columns: list[str], form: Format, output: Path | None, lang: Lang,
    whole: dict[str, Any] | None = None, limit: int = 1000,
) -> None:  # fmt: skip
    if form is not Format.table:
        emit(form, rows, whole or {"data": list(rows)}, output)
        return
    shown = [
        {"as_of": row.get("parameters", {}).get("as_of"), **row, "snapshot": row.get("snapshot", row.get("id")),
         "known_at": str(row.get("known_at") or "–")[:16].replace("T", " ")}
        for row in rows[:limit]
    ]  # fmt: skip
    out().print(table(title.get(lang), columns, shown, lang))
    tell_more(limit, len(rows), lang)


@app.command("create")
def create_command(
    as_of: Day = None, standard: Standard = STANDARD, freshness_days: Freshness = FRESHNESS_DAYS, rates: Rates = None,
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """固定某日的全部单元 / fix every cell as of a day."""
    speaking, form = speak(lang), form_of(form, output)
    asked = coverage_question(as_of=as_of, standard=standard, freshness=freshness_days, rates=rates)
    with opened(store) as opened_store, at_work(speaking):
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
    before: Id = None, after: Id = None,
    kind: Annotated[str | None, typer.Option("--kind", help="new、closed、better 或 worse / only these")] = None,
    region: Region = None, industry: Industry = None, service_type: ServiceType = None,
    limit: Limit = 20, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """两个快照之间的变化和原因 / what changed between two, and why."""
    speaking, form = speak(lang), form_of(form, output)
    if kind and kind not in get_args(Kind):
        raise BadParameter(name="--kind", value=kind, reason=" | ".join(get_args(Kind)))
    question = DiffQuestion.model_validate(
        {
            "before": before, "after": after, "kind": kind,
            "region": region_code(region) if region else None,
            "industry": industry_code(industry) if industry else None,
            "service_type": vocabulary("service_types").resolve(service_type) if service_type else None,
        }
    )  # fmt: skip
    with opened(store) as opened_store, at_work(speaking):
        answer = diff(opened_store, question)
        shown = limit if form is Format.table else None
        cells = with_origins(opened_store, answer.rows(0, shown), answer.meta.graph_version)
    if form is not Format.table:
        page = answer.page(0).model_copy(update={"data": cells, "next": None})
        emit(form, [flat(cell) for cell in cells], page.model_dump(mode="json"), output, FLAT)
        return
    _show(answer, cells, speaking)


def _show(answer: DiffAnswer, cells: list[CellDiff], lang: Lang) -> None:
    """Print what changed in all, then the cells that changed most, and under each what it changed by."""
    for line in summary_lines(answer.summary, answer.causes.before.told, answer.causes.after.told):
        say(line, lang)
    n = answer.counts
    title = Text(
        f"新增 {n['new']}，消失 {n['closed']}，变好 {n['better']}，变差 {n['worse']}",
        f"new {n['new']}, closed {n['closed']}, better {n['better']}, worse {n['worse']}",
    )
    columns = ["region_name", "industry_name", "service_type", "kind", "unmet_before", "unmet_after"]
    rows = [{**cell.model_dump(), "kind": KINDS[cell.kind].get(lang)} for cell in cells]
    if rows:
        out().print(table(title.get(lang), columns, rows, lang))
    else:
        say(Text(f"{title.zh}；没有符合筛选的单元。", f"{title.en}; no cell fits the filters."), lang)
    for cell in cells:
        type_ = vocabulary("service_types").text(cell.service_type, lang)
        causes = ("；" if lang == "zh" else "; ").join(_cause(c).get(lang) for c in cell.causes[:CAUSES])
        more = cell.causes_total - CAUSES
        if more > 0:
            causes += Text(f"；另 {more} 项", f"; {more} more").get(lang)
        colon = "：" if lang == "zh" else ": "
        out().print(f"{cell.region_name}·{cell.industry_name}·{type_}{colon}{causes}", soft_wrap=True)
    tell_more(len(cells), len(answer.cells), lang)
    out().print(meta_line(answer.meta, lang))


def _cause(cause: Cause) -> Text:
    change = (cause.after or 0.0) - (cause.before or 0.0)
    if cause.kind == "demand":
        return Text(f"本处需求 {change:+,.1f}", f"its own demand {change:+,.1f}")
    if cause.kind == "sharing":
        n = cause.resources
        return Text(f"{n} 项资源因需求变化而重新分摊 {change:+,.1f}", f"{n} resources shared anew {change:+,.1f}")
    where = cause.origin
    placed = f"{where.load} {where.file}" + (f":{where.row}" if where.row else "") if where else ""
    what = CHANGES[cause.change]
    name = cause.name or cause.key
    return Text(
        f"{what.zh}{name} {change:+,.1f}" + (f"（{placed}）" if placed else ""),
        f"{what.en} {name} {change:+,.1f}" + (f" ({placed})" if placed else ""),
    )


@app.command("series")
def series_command(
    first: Annotated[str | None, typer.Option("--from", help="首日 / first day")] = None,
    last: Annotated[str | None, typer.Option("--to", help="末日 / last day")] = None,
    every: Annotated[str, typer.Option("--every", help="步长：day、week、month、year / step")] = "month",
    kept: Annotated[bool, typer.Option("--kept", help="取自已有的快照 / from the snapshots that are kept")] = False,
    region: Region = None, industry: Industry = None, service_type: ServiceType = None, standard: Standard = STANDARD,
    freshness_days: Freshness = FRESHNESS_DAYS, rates: Rates = None, form: Form = Format.table, output: Output = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """一组单元随时间的变化 / a group over days."""
    speaking, form = speak(lang), form_of(form, output)
    if kept == bool(first or last) or bool(first) != bool(last):
        reason = Text("请给出 --from 和 --to，或只给 --kept", "give --from and --to, or --kept alone")
        raise BadParameter(name="--from", value=first or last or "", reason=reason)
    asked = coverage_question(
        as_of=None,
        standard=standard,
        freshness=freshness_days,
        rates=rates,
        region=region,
        industry=industry,
        service_type=service_type,
    )
    with opened(store) as opened_store, at_work(speaking):
        if first and last:
            points = series(opened_store, asked, read_day(first), read_day(last), every)
        else:
            points = kept_series(opened_store, asked)
    rows = [p.model_dump(mode="json") for p in points]
    columns = ["as_of", "demand", "unmet", "ratio", *(["snapshot"] if kept else ["providers", "state"])]
    _tell(Text("时间序列", "Series"), rows, columns, form, output, speaking)
