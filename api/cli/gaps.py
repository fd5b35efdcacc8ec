"""``shuniu gaps``: the ranking, why a cell is in it, and where providers are crowded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer
from rich.console import Group, RenderableType

from api.cli.answers import in_language, show_gaps, tell_cells
from api.cli.command import Answered, derived
from api.cli.output import WHOLE, meta_line, out, say, table, tell_more
from api.questions.coverage import GAPS, RANKINGS, RankingsQuestion
from api.questions.explanation import CROWDING, WHY, CellQuestion
from api.questions.labels import LABELS
from graph.language import Lang, Text, counted
from graph.places.english import name_in
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer
from queries.coverage import Coverage, CoverageCell, CoverageQuestion, cube_of
from queries.crowding import Crowded, CrowdingQuestion
from queries.explanation.parts import Explanation, GroupExplanation
from queries.rankings import GapQuestion, GapRankings
from queries.rankings.three import UNREPORTED, has_filter
from queries.rollup import demand_reported

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)
TITLES = {
    "size": Text("缺口：缺得最多者在前", "Gaps: most unmet first"),
    "depth": Text("缺口：满足得最少者在前", "Gaps: smallest share met first"),
    "empty": Text("缺口：无人可及的需求多者在前", "Gaps: most demand that nothing reaches first"),
    "severity": Text("缺口：严重度高者在前", "Gaps: most severe first"),
}


@app.callback()
@derived(GAPS, limit=20, group=True)
def show_ranked(made: Answered[GapQuestion, Coverage]) -> None:
    """Show gaps in the order asked for."""
    tell_cells(made, TITLES[made.question.sort])
    _without_demand(made.store, made.question, made.lang)


def _without_demand(store: Store, question: CoverageQuestion, lang: Lang) -> None:
    _, cube = cube_of(store, question)
    if not demand_reported(cube, None):
        text = Text(
            "还没有任何需求数据，所有单元都不明。用 shuniu load 载入企业数量、企业或服务需求"
            "（shuniu template 给出模板），或用 shuniu demo 先看示例。",
            "There is no demand yet, so every cell is unknown. Load enterprise counts, enterprises or needs with "
            "`shuniu load` (`shuniu template` writes the tables), or see `shuniu demo` first.",
        )
        say(text, lang)
    elif not demand_reported(cube, question.region):
        say(UNREPORTED, lang)


@app.command("rankings")
@derived(RANKINGS, limit=None)
def show_rankings(made: Answered[RankingsQuestion, Answer[GapRankings]]) -> None:
    """Show the three orders of gaps, one below the other."""
    answer, lang = made.answer, made.lang
    lists = [answer.data.size, answer.data.depth, answer.data.empty]
    for ranking in lists:
        names = [n for n in ("region_name", "service_type") if any(getattr(g, n) for g in ranking.gaps)]
        rows = [gap.model_dump() for gap in ranking.gaps]
        title, filtered = TITLES[ranking.sort].get(lang), has_filter(answer.meta.parameters)
        most, floor = ranking.per_place, ranking.floor or 0.0
        show_gaps(rows, names, ranking.sort, lang, title, filtered=filtered, per_place=most, floor=floor)
        out().print()
    out().print(meta_line(answer.meta, lang))
    _without_demand(made.store, made.question.of, lang)


@app.command("why")
@derived(WHY, limit=None)
def show_why(made: Answered[CellQuestion, Answer[Explanation] | Answer[GroupExplanation]]) -> None:
    """Show why a cell is as it is."""
    _show(made.answer, made.question.rows, made.lang)
    out().print(meta_line(made.answer.meta, made.lang))


def _show(answer: Answer[Explanation] | Answer[GroupExplanation], rows: int, lang: Lang) -> None:
    parts = _cell_parts(answer.data, rows, lang) if isinstance(answer.data, Explanation) else _group_parts(
        answer.data, lang
    )  # fmt: skip
    for part in parts:
        out().print(part)


def _heading(names: Sequence[str | None], what: Text, lang: Lang) -> str:
    everything = Text("全省", "the whole province").get(lang)
    return _colon(" · ".join(name_in(lang, n) for n in names if n) or everything, what.get(lang), lang)


def _colon(one: str, other: str, lang: Lang) -> str:
    return f"{one}：{other}" if lang == "zh" else f"{one}: {other}"


DECIMALS = {"access": 3, "weight": 3, "rate": 3, "pressure": 1, "number": 1, "services": 1, "capacity": 0, "asked": 1,
            "turned_away": 1, "needed": 1, "relief": 1, "distance_km": 0, "spare": 1}  # fmt: skip
"""Digits behind the point in tables for people, of a figure below a hundred; JSON and CSV give all."""


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose figures are as people read them."""

    def digits(name: str, value: float) -> int:
        return 0 if abs(value) >= WHOLE else DECIMALS[name]

    return {k: f"{v:,.{digits(k, v)}f}" if k in DECIMALS and isinstance(v, float) else v for k, v in row.items()}


def _table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], lang: Lang) -> Group:
    return table(title, columns, map(_rounded, rows), lang)


def _cell_parts(data: Explanation, rows: int, lang: Lang) -> list[RenderableType]:
    cell = data.cell
    names = [cell.region_name, cell.industry_name, cell.service_type_name]
    figures = [{**cell.model_dump(), "access": data.access}]
    parts: list[RenderableType] = [
        _table(_heading(names, Text("为什么", "why"), lang),
              ["demand", "access", "ratio", "unmet", "providers", "state"], figures, lang),
        *(f"  {_colon(Text(r.label_zh, r.label_en).get(lang), Text(r.text_zh, r.text_en).get(lang), lang)}"
          for r in data.reasons),
        "",
    ]  # fmt: skip
    demand = [in_language(p.model_dump(), lang) | {"name": Text(p.label_zh, p.label_en).get(lang)}
              for p in data.demand.parts]  # fmt: skip
    if demand:
        parts += [_table(Text("需求由此组成", "Demand is made of").get(lang),
                        ["name", "number", "rate", "services", "newest"], demand, lang), ""]  # fmt: skip
    split = data.access_part
    a = f"A = {data.access:.4g}"
    title = Text(
        f"供给 {a}（本市州 {split.local:.4g}，外来 {split.other:.4g}；"
        f"线下 {split.offline:.4g}，线上 {split.online:.4g}）",
        f"Supply {a} (own prefecture {split.local:.4g}, others {split.other:.4g}; "
        f"offline {split.offline:.4g}, online {split.online:.4g})",
    ).get(lang)
    shares = [c.model_dump() | {"mode": _mode(c.mode, lang)} for c in data.contributors]
    columns = ["name", "provider_name", "home_name", "mode", "weight", "capacity", "asked", "share"]
    parts += [_table(title, columns, shares[:rows], lang), *_more(len(shares), rows, lang), ""]
    if data.closing:
        parts += [_closing_table(data, rows, lang), ""]
    near = [n.model_dump() | {"mode": _mode(n.mode, lang)} for n in data.near[:rows]]
    title = Text("附近提供这类服务的机构", "Nearest providers of this service").get(lang)
    return [
        *parts,
        _table(title, ["provider_name", "name", "home_name", "distance_km", "same_chain", "spare"], near, lang),
    ]


def _closing_table(data: Explanation, rows: int, lang: Lang) -> RenderableType:
    title = Text(
        f"怎样补到达标线 {data.standard:g}（任选其一，次/年）",
        f"What would bring it to {data.standard:g} (any one of them, services a year)",
    )
    ways = [c.model_dump() | {"way": Text(c.label_zh, c.label_en).get(lang), "needed": c.capacity}
            for c in data.closing]  # fmt: skip
    return _table(title.get(lang), ["way", "region_name", "name", "needed", "relief"], ways[: rows + 5], lang)


def _group_parts(data: GroupExplanation, lang: Lang) -> list[RenderableType]:
    group = data.group
    names = [group.region_name, group.industry_name, group.service_type_name]
    terms = vocabulary("coverage_reasons")
    counts = sorted((group.cells_by_reason or {}).items(), key=lambda item: -item[1])
    reasons = ("，" if lang == "zh" else ", ").join(f"{terms.text(r, lang)} {n:,}" for r, n in counts if n)
    cells = [{**c.cell.model_dump(), "share": c.share, "cell": c.id} for c in data.cells]
    kept = [n for n in ("region_name", "industry_name", "service_type")
            if len({c[n] for c in cells}) > 1] or ["region_name"]  # fmt: skip
    return [
        _table(_heading(names, Text("由哪些单元组成", "its cells"), lang),
              ["demand", "ratio", "unmet", "providers", "state"], [group.model_dump()], lang),
        f"  {_colon(Text('各原因单元数', 'Cells by reason').get(lang), reasons or '–', lang)}",
        *_uses(group, lang),
        "",
        _table(Text("未满足需求最多的单元", "Cells with most unmet demand").get(lang),
              ["cell", *kept, "demand", "unmet", "share", "state"], cells, lang),
        *_more(data.cells_total, len(cells), lang),
        "",
        _table(Text("供给最多的资源", "Resources with the largest supply").get(lang),
              ["name", "provider_name", "home_name", "capacity", "supply", "share"],
              [c.model_dump() for c in data.contributors], lang),
        *_more(data.contributors_total, len(data.contributors), lang),
    ]  # fmt: skip


def _uses(group: CoverageCell, lang: Lang) -> list[str]:
    """Say what the supply of a group is used for, and how evenly access is spread."""
    if not group.supply_use or group.supply is None:
        return []
    uses = vocabulary("supply_uses")
    parts = [f"{uses.text(use, lang)} {n:,.0f}" for use, n in group.supply_use.items() if round(n)]
    split = Text(f"可及供给 {group.supply:,.0f} 的去向", f"Reachable supply {group.supply:,.0f} by use").get(lang)
    said = [f"  {_colon(split, ('，' if lang == 'zh' else ', ').join(parts), lang)}"] if parts else []
    even = group.equity or {}
    if even.get("gini") is not None:
        spread = Text("企业间的均衡（0 为完全均等）", "Spread over enterprises (0: even)").get(lang)
        figures = [f"{LABELS[m].get(lang)} {even[m]:.2f}" for m in ("gini", "theil")]
        figures += [] if even["palma"] is None else [f"{LABELS['palma'].get(lang)} {even['palma']:.1f}"]
        said.append(f"  {_colon(spread, '，'.join(figures) if lang == 'zh' else ', '.join(figures), lang)}")
    return said


def _mode(mode: str | None, lang: Lang) -> str | None:
    return vocabulary("modes").text(mode, lang) if mode else None


def _more(total: int, listed: int, lang: Lang) -> list[str]:
    if total <= listed:
        return []
    return [
        Text(f"… 共 {total:,} 行；--rows 列出更多", f"… {counted(total, 'row')} in all; --rows lists more").get(lang)
    ]


@app.command("crowding")
@derived(CROWDING, limit=20)
def show_crowding(made: Answered[CrowdingQuestion, ListAnswer[Crowded]]) -> None:
    """Show who is asked for more than it can give."""
    answer, lang = made.answer, made.lang
    rows = [row.model_dump() for row in answer.data]
    named = [f"{n}_name" for n in ("resource", "provider", "region", "service_type")]
    kept = [n for n in named if rows and rows[0][n] is not None]
    title = Text("拥挤：归于它的未满足需求多者在前", "Crowding, most turned away first").get(lang)
    columns = ["rank", *kept, "asked", "capacity", "pressure", "turned_away"]
    out().print(_table(title, columns, rows[: made.limit], lang))
    tell_more(made.limit, len(rows), lang)
    out().print(meta_line(answer.meta, lang))
