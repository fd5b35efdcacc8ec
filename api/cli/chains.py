"""The command about chains: what they consist of, who cooperates along them, which links are missing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from api.cli.options import Day, Language, Limit, Output, StoreUrl, opened, read_day, speak
from api.cli.options import Form as FormOption
from api.cli.output import Format, emit, form_of, meta_line, out, say, table, tell_more
from api.questions.chains import VIEWS, chains
from graph.language import Lang, Text
from graph.vocabulary import vocabulary
from queries.answers import Listed
from queries.chains.missing_links import Level

app = typer.Typer()

TITLES = {
    "segments": Text("产业链环节", "Segments of the chains"),
    "cooperation": Text("产业链 × 合作维度", "Chains by dimension of cooperation"),
    "pairs": Text("市州之间的合作", "Cooperation of prefectures"),
    "missing": Text("缺失而相近的环节", "Missing but close"),
}
COLUMNS = {
    "segments": ["chain_name", "stage", "segment_name", "enterprises", "chain_resources", "where_most"],
    "cooperation": ["chain_name", "dimension", "partnerships"],
    "pairs": ["a_name", "b_name", "partnerships", "dimensions"],
    "missing": ["rank", "prefecture_name", "chain_name", "segment_name", "density", "rca", "because", "had_by"],
}
NAMED = 3
"""How many names a cell of a table for people holds."""


class View(StrEnum):
    """What of the chains is shown."""

    segments = "segments"
    cooperation = "cooperation"
    pairs = "pairs"
    missing = "missing"


class By(StrEnum):
    """What missing links are made of."""

    segment = "segment"
    chain = "chain"


@app.command("chains")
def chains_command(
    view: Annotated[View, typer.Option("--view", help="看什么 / what to show")] = View.segments,
    chain: Annotated[str | None, typer.Option("--chain", help="产业链编号或名称 / chain, id or name")] = None,
    prefecture: Annotated[
        str | None, typer.Option("--prefecture", "--region", help="市州代码或名称 / prefecture, code or name")
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="只看空白的合作 / only empty cells of cooperation")] = False,
    level: Annotated[By | None, typer.Option("--level", help="缺失环节的口径 / what missing links are of")] = None,
    as_of: Day = None, limit: Limit = 30, form: FormOption = Format.table, output: Output = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """产业链：环节、合作与缺失 / chains: segments, cooperation, missing links."""
    speaking, day, form = speak(lang), read_day(as_of), form_of(form, output)
    of: Level | None = None if level is None else "segment" if level is By.segment else "chain"
    with opened(store) as opened_store:
        answer = chains(
            opened_store, view.value, as_of=day, chain=chain, prefecture=prefecture, empty=empty, level=of
        )  # fmt: skip
    if form is Format.table:
        _show(answer, view.value, limit, speaking)
        return
    rows = [r.model_dump(mode="json") for r in answer.rows]
    whole = {"data": rows, "meta": answer.meta.model_dump(mode="json"), "total": len(rows), "next": None}
    emit(form, rows, whole, output, VIEWS[view.value].model_fields)


def _show(answer: Listed[Any], view: str, limit: int, lang: Lang) -> None:
    rows = [_readable(r.model_dump(), lang) for r in answer.rows[:limit]]
    columns = [c for c in COLUMNS[view] if c != "segment_name" or any(r[c] for r in rows)]
    out().print(table(TITLES[view].get(lang), columns, rows, lang))
    total = len(answer.rows)
    if not total:
        say(Text("没有符合条件的行。", "Nothing fits."), lang)
    tell_more(len(rows), total, lang)
    out().print(meta_line(answer.meta, lang))


def _readable(row: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Return a row as people read it: names for ids, rounded numbers, the first of long lists."""
    made, comma = dict(row), "、" if lang == "zh" else ", "
    terms = vocabulary("cooperation_dimensions")
    for name in ("density", "rca"):
        if name in made:
            made[name] = f"{made[name]:.2f}"
    if "places" in made:
        made["where_most"] = comma.join(
            f"{p['prefecture_name'] or '–'} {p['enterprises']:,.1f}" for p in made["places"][:NAMED]
        )
        made["enterprises"] = f"{made['enterprises']:,.1f}"
        made["stage"] = vocabulary("chain_stages").text(made["stage"], lang) if made["stage"] else None
    if "because" in made:
        made["because"] = comma.join(b["name"] for b in made["because"][:NAMED])
        made["had_by"] = comma.join(h["prefecture_name"] for h in made["had_by"][:NAMED])
    if "dimensions" in made:
        made["dimensions"] = comma.join(f"{terms.text(d, lang)} {n}" for d, n in made["dimensions"].items() if n)
    if "dimension" in made:
        made["dimension"] = terms.text(made["dimension"], lang)
    return made
