"""Fields of the graph in the reader's words: labels of the model, terms of vocabularies, names of places and chains."""

from functools import cache
from typing import Any

from graph import schema
from graph.language import Lang, Text
from graph.places.gazetteer import chain_names, places
from graph.vocabulary import vocabulary
from loaders.keep.tracing import RECORD
from loaders.tables import service_records
from loaders.tables.columns import Column

BOOLEANS = {True: Text("是", "yes"), False: Text("否", "no")}
_COLUMNS = {"day": "date", "provider_key": "provider", "site_key": "carrier"}
"""Columns of the ledger by another name than those of its input table."""


@cache
def _record_columns() -> dict[str, Column]:
    by_name = {column.name: column for column in service_records.TABLE.columns}
    return by_name | {ours: by_name[theirs] for ours, theirs in _COLUMNS.items()}


def _declared(what: str, field: str) -> tuple[Text, str | None] | None:
    """Return a property's label and vocabulary."""
    if what == RECORD:
        column = _record_columns().get(field)
        return (Text(column.zh, column.name.replace("_", " ")), column.vocabulary) if column else None
    node = schema.nodes().get(what)
    pairs = schema.relationship_types().get(what)
    properties = node.properties if node else pairs[0].properties if pairs else ()
    return next(((p.label, p.vocabulary) for p in properties if p.name == field), None)


def what_text(what: str, lang: Lang) -> str:
    """Return the label of a node label or relationship type."""
    if node := schema.nodes().get(what):
        return node.label.get(lang)
    if what == RECORD:
        return service_records.TABLE.label.get(lang)
    pairs = schema.relationship_types().get(what)
    return pairs[0].label.get(lang) if pairs else what


def field_text(what: str, field: str, lang: Lang) -> str:
    """Return the label of a property; a relationship's own type stands for its other end."""
    found = _declared(what, field)
    return found[0].get(lang) if found else what_text(field, lang)


def value_text(what: str, field: str, value: Any, lang: Lang) -> str:
    """Return a value as people read it; unknown is an en dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return BOOLEANS[value].get(lang)
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(value_text(what, field, v, lang) for v in value)
    found = _declared(what, field)
    if found and found[1]:
        return vocabulary(found[1]).text(str(value), lang)
    if value in chain_names():
        return chain_names()[value]
    return places()[value].full_name if value in places() else str(value)
