"""What a column of a workbook is called: a label, else what the field itself or the glossary says of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from api.questions.glossary import GLOSSARY, HAN
from api.questions.labels import LABELS, MONEY
from graph.language import Lang, Text, capital

FIRST = re.compile(r"[^，；：（。|=/]+")
"""The words of a description before its first mark."""
ENGLISH = re.compile(r"[^,;:(.|=/]+")
OWN = {
    "asked", "cells", "changed", "due", "firms", "first", "last", "number", "places", "question", "reached",
    "resources", "services", "sites", "stage", "stated", "what",
}  # fmt: skip
"""Names that mean one thing in one answer and another in another: what the field says of itself comes before the
label, which is that of a table of the command line."""


def field_heading(name: str, stated: Mapping[str, Text], lang: Lang = "zh") -> str:
    """Return the heading of a field; ``stated``: what fields say of themselves. Its name where nobody says anything.

    Amounts of money are counted in 10,000 yuan in both languages, unlike those that tables at a terminal show.
    """
    said, word = stated.get(name), name.removesuffix("_zh").removesuffix("_en")
    label = GLOSSARY.get(name) if name in MONEY else LABELS.get(word)
    label = label or (GLOSSARY.get(word) if word != name else None)
    found = (said or label) if name in OWN else (label or said)
    found = found or GLOSSARY.get(name)
    return (
        capital(found.get(lang).removesuffix("（中文）").removesuffix(", English").removesuffix(", Chinese"))
        if found
        else name
    )


def stated_headings(result: Any) -> dict[str, Text]:
    """Return what the fields of an answer's models say of themselves.

    By name, the outermost first; of a field of a field also under both names, as ``coordination.services``.
    """
    found: dict[str, Text] = {}
    for model in _models(result, set()):
        for name, field in model.model_fields.items():
            if said := _first_words(field.description or ""):
                found.setdefault(field.alias or name, said)
            for inner in _models(field.annotation, {model}):
                for part, of in inner.model_fields.items():
                    if said := _first_words(of.description or ""):
                        found.setdefault(f"{field.alias or name}.{part}", said)
    return found


def _first_words(description: str) -> Text | None:
    """Return the first words of a description in both languages; none where it begins with a code."""
    zh, _, en = description.partition("/ ")
    words, english = FIRST.match(zh.strip()), ENGLISH.match(en.strip())
    if not words or not HAN.match(zh.strip()):
        return None
    said = words.group().strip()
    told = english.group().strip() if english else ""
    return Text(said, told or said)


def _models(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation is made of, each once."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation, seen)
    for part in get_args(annotation):
        yield from _models(part, seen)
