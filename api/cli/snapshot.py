"""``shuniu snapshot``: fix every cell as of a day, list what is fixed, tell what changed, follow a group over time."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.cli.command import Answered, Instead, derived
from api.cli.options import Language, StoreUrl, opened, speak
from api.cli.output import meta_line, out, say, table, tell_more
from api.cli.snapshot_summary import CHANGES, summary_lines
from api.questions.snapshots import CREATE, DIFF, KEPT_SERIES, SERIES, SNAPSHOTS
from graph.clock import minute
from graph.language import Lang, Text, counted
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from queries.amounts import figure
from queries.answers import Answer, Listed
from queries.coverage import CoverageQuestion
from queries.snapshots import DiffQuestion, publish, withdraw
from queries.snapshots.comparing import DiffAnswer
from queries.snapshots.differences import Cause, Point, Snapshot

app = typer.Typer(no_args_is_help=True, help="快照 / snapshots")
LISTED = ["snapshot", "as_of", "known_at", "graph_version", "cells", "unmet", "ratio"]
KINDS = {
    "new": Text("新增", "new"), "closed": Text("消失", "closed"),
    "better": Text("变好", "better"), "worse": Text("变差", "worse"),
}  # fmt: skip
NO_SNAPSHOT = Text(
    "还没有快照；shuniu snapshot create 留下一份，以后可与它比较。",
    "No snapshot yet; shuniu snapshot create keeps one to compare with later.",
)
CAUSES = 3
"""So many causes of a cell are printed."""


def _show_all(title: Text, rows: Sequence[Snapshot | Point], columns: list[str], lang: Lang) -> None:
    shown = [row.model_dump(mode="json") for row in rows]
    named = [
        {"as_of": row.get("parameters", {}).get("as_of"), **row, "snapshot": row.get("snapshot", row.get("id")),
         "known_at": minute(row["known_at"]) if row.get("known_at") else "–"}
        for row in shown
    ]  # fmt: skip
    out().print(table(title.get(lang), columns, named, lang, NO_SNAPSHOT))


@app.command("create")
@derived(CREATE, limit=None)
def show_created(made: Answered[CoverageQuestion, Answer[Snapshot]]) -> None:
    """Show the snapshot that was made."""
    _show_all(CREATE.title, [made.answer.data], LISTED, made.lang)


@app.command("list")
@derived(SNAPSHOTS, limit=None)
def show_snapshots(made: Answered[Any, Listed[Snapshot]]) -> None:
    """Show what snapshots there are."""
    _show_all(SNAPSHOTS.title, made.answer.rows, LISTED, made.lang)


@app.command("diff")
@derived(DIFF, limit=20)
def show_diff(made: Answered[DiffQuestion, DiffAnswer]) -> None:
    """Print what changed in all, then the cells that changed most, and under each what it changed by."""
    answer, cells, lang = made.answer, made.rows(DIFF), made.lang
    for line in summary_lines(answer.summary, answer.causes.before.snapshot, answer.causes.after.snapshot):
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
        names = [name_in(lang, name) for name in (cell.region_name, cell.industry_name)]
        out().print(f"{(' · ' if lang == 'en' else '·').join([*names, type_])}{colon}{causes}", soft_wrap=True)
    tell_more(len(cells), len(answer.cells), lang)
    out().print(meta_line(answer.meta, lang))


def _cause(cause: Cause) -> Text:
    change = figure((cause.after or 0.0) - (cause.before or 0.0), 1, plus=True)
    if cause.kind == "demand":
        return Text(f"本处需求 {change}", f"its own demand {change}")
    if cause.kind == "sharing":
        n = cause.resources
        return Text(f"{n} 项资源因需求变化而重新分摊 {change}", f"{counted(n, 'resource')} shared anew {change}")
    where = cause.origin
    placed = f"{where.load} {where.file}" + (f":{where.row}" if where.row else "") if where else ""
    what = CHANGES[cause.change]
    name = cause.name or cause.key
    return Text(
        f"{what.zh}{name} {change}" + (f"（{placed}）" if placed else ""),
        f"{what.en} {name} {change}" + (f" ({placed})" if placed else ""),
    )


def _show_kept(made: Answered[Any, Listed[Point]]) -> None:
    _show_all(SERIES.title, made.answer.rows, ["as_of", "demand", "unmet", "ratio", "snapshot"], made.lang)


@app.command("series")
@derived(SERIES, limit=None, instead={"kept": Instead(KEPT_SERIES, _show_kept)})
def show_series(made: Answered[Any, Listed[Point]]) -> None:
    """Show a group of cells over days."""
    columns = ["as_of", "demand", "unmet", "ratio", "providers", "state"]
    _show_all(SERIES.title, made.answer.rows, columns, made.lang)


Named = Annotated[
    str | None, typer.Argument(help="快照标识、日期或月份，默认最近一个 / id, day or month; default: the newest")
]


@app.command("publish")
def publish_command(snapshot: Named = None, store: StoreUrl = None, lang: Language = None) -> None:
    """把快照按市州和服务类型写进图，供 Cypher 查询 / put its figures into the graph, to be asked for in Cypher."""
    speaking = speak(lang)
    with opened(store, write=True) as opened_store:
        id_, count = publish(opened_store, snapshot)
    text = Text(
        f"{id_}：图中有 {count} 个 CoverageFigure 节点，可用 shuniu snapshot withdraw 撤下",
        f"{id_}: {count} CoverageFigure nodes in the graph; shuniu snapshot withdraw takes them away",
    )
    say(text, speaking)


@app.command("withdraw")
def withdraw_command(snapshot: Named = None, store: StoreUrl = None, lang: Language = None) -> None:
    """把写进图的快照撤下；快照本身不动 / take its figures out of the graph; the snapshot itself stays."""
    speaking = speak(lang)
    with opened(store, write=True) as opened_store:
        id_, count = withdraw(opened_store, snapshot)
    say(
        Text(f"{id_}：撤下 {count} 个 CoverageFigure 节点", f"{id_}: {count} CoverageFigure nodes taken away"), speaking
    )
