"""What the commands that ask have in common: put the question, show the answer in the form asked for."""

from collections import Counter
from datetime import date
from typing import Any

from api.cli.command import Answered
from api.cli.output import ROOMY, meta_line, out, say, table, tell_more
from graph.language import Lang, Text
from graph.stores.base import Store
from queries.answers import Meta, meta
from queries.assessment.scheme import SHARES
from queries.coverage import Coverage
from queries.kpi import TargetStatus
from queries.network.report import NetworkGraph
from queries.rankings.three import concentration, has_filter, nothing_ranked
from queries.rankings.wording import first_said, remedy_text
from viz.numbers import number, percent

SHOWN = ("demand", "ratio", "unmet", "providers", "state", "reasons")
GROUPED = ("demand", "supply", "effective", "ratio", "unmet", "gini", "providers", "state", "reasons")
RANKED = ("demand", "ratio", "unmet", "share")

SMALL = 0.01
"""A share below it has two decimals: 0.04 % of the services were complained of, not 0.0 %."""
NO_CELL = Text("没有符合条件的单元。", "No cell fits.")


def tell_cells(made: Answered[Any, Coverage], title: Text) -> None:
    """Print cells as a table, with what of the codes varies, and say how many more there are."""
    answer, lang = made.answer, made.lang
    names = [n for n in ("region_name", "industry_name", "service_type") if answer.cells[n].notna().any()]
    rows = answer.records(0, made.limit)
    if "rank" in answer.cells:
        asked = answer.meta.parameters
        show_gaps(
            rows, names, asked["sort"], lang, title.get(lang), filtered=has_filter(asked), per_place=asked["per_place"],
            floor=asked["floor"],
        )  # fmt: skip
    else:
        grouped = any(row["supply_use"] for row in rows)
        shown = [{**row, **(row["supply_use"] or {}), **(row["equity"] or {})} for row in rows]
        out().print(table(title.get(lang), [*names, *(GROUPED if grouped else SHOWN)], shown, lang, NO_CELL))
    tell_more(len(rows), len(answer.cells), lang)
    out().print(meta_line(answer.meta, lang))


def show_gaps(
    rows: list[dict[str, Any]],
    names: list[str],
    sort: str,
    lang: Lang,
    title: str,
    *,
    filtered: bool = False,
    per_place: int = 0,
    floor: float = 0.0,
) -> None:
    """Print ranked gaps (fields of Gap), each with its best remedy, and say how concentrated they are, or why none."""
    shown = [{**row, "remedy": remedy_text(row["remedies"], lang)} for row in rows]
    undated = ["undated"] if any(row["undated"] for row in rows) else []
    behind = {"empty": ["empty_demand"], "severity": ["severity", *undated]}.get(sort, [])
    told, wide = any(row["remedies"] for row in rows), out().width >= ROOMY
    asked = ["remedy"] if told and wide else []
    out().print(table(title, ["rank", *names, *behind, *RANKED, *asked], shown, lang, nothing_ranked(sort, floor)))
    for row in shown if told and not wide else ():
        out().print(f"{row['rank']:>4}  {row['remedy']}", soft_wrap=True)
    if not rows:
        return
    out().print(first_said(rows, sort, lang), soft_wrap=True)
    part = rows[-1]["cumulative"]
    say(concentration(len(rows), part, sort, filtered=filtered, per_place=per_place), lang)


def in_language(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """Return a row whose ``…_zh`` and ``…_en`` fields have become one in ``lang``."""
    chosen = {k.removesuffix(f"_{lang}"): v for k, v in row.items() if k.endswith(f"_{lang}")}
    return {**row, **chosen}


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


def indicator_figure(indicator: str, value: float | None) -> str:
    """Return the value of an indicator of a month or an assessment as it is read."""
    if indicator in SHARES:
        return percent(value, 2 if value is not None and 0 < value < SMALL else 1)
    return number(value, int(indicator == "days_to_close"))


def graph_meta(store: Store, graph: NetworkGraph, day: date) -> Meta:
    """Return the meta of a network picture: its nodes by data class."""
    with store.read() as session:
        version = session.version()
    counts = Counter(node.data_class or "" for node in graph.nodes)
    return meta(version, {"as_of": day.isoformat()}, dict(counts))
