"""Fields of the graph in the reader's words: labels of the model, terms of the vocabularies, names of places."""

from typing import Any

from graph import schema
from graph.language import Lang, Text
from graph.schema import Property
from graph.vocabulary import vocabulary
from loaders.lookups import places

BOOLEANS = {True: Text("是", "yes"), False: Text("否", "no")}


def _property(what: str, field: str) -> Property | None:
    node = schema.nodes().get(what)
    pairs = schema.relationship_types().get(what)
    properties = node.properties if node else pairs[0].properties if pairs else ()
    return next((p for p in properties if p.name == field), None)


def what_text(what: str, lang: Lang) -> str:
    """Return the label of a node label or relationship type."""
    if node := schema.nodes().get(what):
        return node.label.get(lang)
    pairs = schema.relationship_types().get(what)
    return pairs[0].label.get(lang) if pairs else what


def field_text(what: str, field: str, lang: Lang) -> str:
    """Return the label of a property; a relationship's own type stands for its other end."""
    found = _property(what, field)
    return found.label.get(lang) if found else what_text(field, lang)


def value_text(what: str, field: str, value: Any, lang: Lang) -> str:
    """Return a value as people read it; unknown is an en dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return BOOLEANS[value].get(lang)
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(value_text(what, field, v, lang) for v in value)
    found = _property(what, field)
    if found and found.vocabulary:
        return vocabulary(found.vocabulary).text(str(value), lang)
    return places()[value].full_name if value in places() else str(value)
