"""What the commands that ask have in common: put the question, show the answer in the form asked for."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from api.cli.output import Format, emit, meta_line, out, say, table, tell_more
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.answers import Meta, meta
from queries.coverage import Coverage, CoverageQuestion, coverage, gaps
from queries.kpi import TargetStatus, kpi
from queries.network.report import NetworkGraph

SHOWN = ("demand", "ratio", "unmet", "providers", "state", "reasons")


def ask_coverage(
    store: Store,
    question: CoverageQuestion,
    form: Format,
    output: Path | None,
    limit: int,
    lang: Lang,
    *,
    ranked: bool = False,
) -> None:
    """Answer a question of coverage or, ``ranked``, of gaps."""
    answer = (gaps if ranked else coverage)(store, question)
    if form is Format.table:
        title = Text("缺口，最严重者在前", "Gaps, worst first") if ranked else Text("覆盖情况", "Coverage")
        show_cells(answer, limit, lang, title.get(lang))
        return
    rows = answer.records()
    whole = {"data": rows, "meta": answer.meta.model_dump(mode="json"), "total": len(rows), "next": None}
    emit(form, rows, whole, output, answer.cells.columns)


def show_cells(answer: Coverage, limit: int, lang: Lang, title: str) -> None:
    """Print cells as a table, with what of the codes varies, and say how many more there are."""
    names = [n for n in ("region_name", "industry_name", "service_type") if answer.cells[n].notna().any()]
    rank = ["rank"] if "rank" in answer.cells else []
    rows = answer.records(0, limit)
    out().print(table(title, [*rank, *names, *SHOWN], rows, lang))
    total = len(answer.cells)
    if not total:
        say(Text("没有符合条件的单元。", "No cell fits."), lang)
    tell_more(len(rows), total, lang)
    out().print(meta_line(answer.meta, lang))


def in_language(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """Return a row whose ``…_zh`` and ``…_en`` fields have become one in ``lang``."""
    chosen = {k.removesuffix(f"_{lang}"): v for k, v in row.items() if k.endswith(f"_{lang}")}
    return {**row, **chosen}


def ask_targets(store: Store, day: date, form: Format, output: Path | None, lang: Lang) -> None:
    """Answer how far the targets are reached."""
    answer = kpi(store, as_of=day)
    if form is Format.table:
        show_targets(answer.data, lang)
        out().print(meta_line(answer.meta, lang))
        return
    emit(form, [t.model_dump(mode="json") for t in answer.data], answer.model_dump(mode="json"), output)


def show_targets(targets: list[TargetStatus], lang: Lang) -> None:
    """Print targets against actual."""
    rows = [
        {
            **in_language(t.model_dump(), lang),
            "target": ("> " if t.comparison == "gt" else "≥ ") + figure(t, t.target, lang),
            "actual": figure(t, t.actual, lang),
        }
        for t in targets
    ]
    out().print(
        table(
            Text("目标与实际", "Targets against actual").get(lang),
            ["name", "target", "actual", "met"],
            rows,
            lang,
        )
    )


def figure(target: TargetStatus, value: float | None, lang: Lang) -> str:
    """Return a target's value with its unit; shares as per cent, unknown as an en dash."""
    if value is None:
        return "–"
    if target.target <= 1:
        return f"{value:.1%}"
    return f"{value:,.0f} {target.unit_zh if lang == 'zh' else target.unit_en}".strip()


def graph_meta(store: Store, graph: NetworkGraph, day: date) -> Meta:
    """Return the meta of a network picture: its nodes by data class."""
    with store.read() as session:
        version = session.version()
    counts = Counter(node.data_class or "" for node in graph.nodes)
    return meta(version, {"as_of": day.isoformat()}, dict(counts))
