"""The command about chains: what they consist of, who cooperates along them, which links are missing."""

from collections.abc import Mapping
from typing import Any

import typer

from api.cli.command import Answered, derived
from api.cli.output import NOTHING_FITS, meta_line, out, table, tell_more
from api.questions.chains import CHAINS, ChainsParameters
from graph.language import Lang, Text
from graph.places.english import industry_names, name_in
from graph.vocabulary import vocabulary
from queries.amounts import figure
from queries.answers import Listed
from queries.chains.missing_links import nothing_missing

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


@app.command("chains")
@derived(CHAINS, limit=30)
def show_chains(made: Answered[ChainsParameters, Listed[Any]]) -> None:
    """Show one view of the chains."""
    answer, view, limit, lang = made.answer, made.question.view, made.limit, made.lang
    rows = [_readable(r.model_dump(), lang) for r in answer.rows[:limit]]
    columns = [c for c in COLUMNS[view] if c != "segment_name" or any(r[c] for r in rows)]
    asked = answer.meta.parameters
    lacking = view == "missing" and not rows
    none = nothing_missing(made.store, asked["level"], asked.get("prefecture")) if lacking else NOTHING_FITS
    out().print(table(TITLES[view].get(lang), columns, rows, lang, none))
    total = len(answer.rows)
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
            f"{name_in(lang, p['prefecture_name'] or '–')} {figure(p['enterprises'], 1)}"
            for p in made["places"][:NAMED]
        )
        made["enterprises"] = None if made["enterprises"] is None else figure(made["enterprises"], 1)
        made["stage"] = vocabulary("chain_stages").text(made["stage"], lang) if made["stage"] else None
    if "because" in made:
        made["because"] = comma.join(_activity(b["key"], b["name"], lang) for b in made["because"][:NAMED])
        made["had_by"] = comma.join(name_in(lang, h["prefecture_name"]) for h in made["had_by"][:NAMED])
    if made.get("segment"):
        made["segment_name"] = _activity(made["segment"], made["segment_name"], lang)
    if "dimensions" in made:
        made["dimensions"] = comma.join(f"{terms.text(d, lang)} {n}" for d, n in made["dimensions"].items() if n)
    if "dimension" in made:
        made["dimension"] = terms.text(made["dimension"], lang)
    return made


def _activity(key: str, name: str, lang: Lang) -> str:
    """Return the name of a segment or chain; a user's own has none in English."""
    return industry_names().get(key, name) if lang == "en" else name
