"""What a column of a workbook is called: a label, else what the glossary or the field itself says of it, in Chinese."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from api.questions.glossary import GLOSSARY
from api.questions.labels import LABELS

FIRST = re.compile(r"[^，；：（。|=/]+")
"""The words of a description before its first mark."""


def field_heading(name: str, stated: Mapping[str, str]) -> str:
    """Return the heading of a field; ``stated``: what fields say of themselves. Its name where nobody says anything."""
    if name in LABELS:
        return LABELS[name].zh
    return stated.get(name) or (GLOSSARY[name].zh if name in GLOSSARY else name)


def stated_headings(result: Any) -> dict[str, str]:
    """Return what the fields of an answer's models say of themselves, by name; the outermost first."""
    found: dict[str, str] = {}
    for model in _models(result, set()):
        for name, field in model.model_fields.items():
            if words := FIRST.match(field.description or ""):
                found.setdefault(field.alias or name, words.group().strip())
    return found


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
