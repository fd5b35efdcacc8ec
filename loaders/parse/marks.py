"""What clerks write into a cell that is no value: /, 无, 同上, 长期, 免费; the words stand in ``cell_marks.yml``."""

import re
import unicodedata
from functools import cache

from graph.vocabulary import fold, vocabulary

MACHINE = frozenset(("nan", "nat", "inf", "-inf", "infinity", "-infinity", "undefined", "[object object]"))
"""What programs write where they have no value; nobody means it."""
MERGED = "#合并"
"""Stands in the cells below the first of a merged one that holds a number."""
LOST = "\ufffd"
"""Stands where a character could not be read: a broken encoding, half of a pair of surrogates."""


_STROKES = re.compile(r"[-–—―−─~_/\\|·.…。、,*?]+")
"""Nothing but strokes and dots, in a folded text: an empty cell, however many there are."""


@cache
def words(kind: str) -> frozenset[str]:
    """Return the folded spellings of a mark."""
    entry = vocabulary("cell_marks")[kind]
    return frozenset(fold(word) for word in (entry.label.zh, *entry.aliases))


@cache
def _longest(kind: str) -> int:
    return 2 * max(map(len, words(kind)))


def is_mark(text: str, kind: str) -> bool:
    """Tell whether a text is a mark, in any width and with or without white space in it."""
    if len(text) > _longest(kind):
        return False
    plain = fold(text)
    return plain in words(kind) or (kind == "empty" and bool(_STROKES.fullmatch(plain)))


def is_machine(text: str) -> bool:
    """Tell whether a text is what a program writes for no value."""
    return len(text) <= max(map(len, MACHINE)) and text.casefold() in MACHINE


def is_visible(text: str) -> bool:
    """Tell whether a reader sees anything of a text."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)
