"""What clerks write into a cell that is no value: /, 无, 同上, 长期, 免费; the words stand in ``cell_marks.yml``."""

import re
import unicodedata
from functools import cache

from graph.vocabulary import fold, vocabulary

MACHINE = frozenset(("nan", "nat", "inf", "-inf", "infinity", "-infinity", "undefined", "[object object]"))
"""What programs write where they have no value; nobody means it."""
MERGED = "#合并"
"""Stands in the cells below the first of a merged one that holds a number."""
NESTED = "#不是单个值"
"""Stands for a value that no cell can hold: an object of JSON, a struct of Parquet."""
FIRST_HAN = "\u4e00"
LOST = "\ufffd"
"""Stands where a character could not be read: a broken encoding, half of a pair of surrogates."""
FORMULA_ERRORS = frozenset(
    (
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    )
)
"""What a spreadsheet shows where a formula has no value."""


_STROKES = re.compile(r"[-–—―−─~_/\\|·.…。、,*?]+")
"""Nothing but strokes and dots, in a folded text: an empty cell, however many there are."""


_ZERO = re.compile(r"0+(?:\.0+)?")


@cache
def words(kind: str) -> frozenset[str]:
    """Return the folded spellings of a mark."""
    entry = vocabulary("cell_marks")[kind]
    return frozenset(fold(word) for word in (entry.label.zh, *entry.aliases))


_ADVERB = re.compile(r"^(?:暂时|目前|现|暂|尚|还|均)(?=[未没无待不])")
"""Before a mark it changes nothing: 尚未填报, 暂无."""
_BRACKETED = re.compile(r"[(\[{<《【〈“\"'](.*?)[)\]}>》】〉”\"']")


@cache
def longest(kind: str) -> int:
    """Return so many characters that no longer text is a mark."""
    return 2 * max(map(len, words(kind)))


def is_mark(text: str, kind: str) -> bool:
    """Tell whether a text is a mark, in any width and with or without white space in it."""
    if len(text) > longest(kind):
        return False
    plain = fold(text)
    if plain in words(kind):
        return True
    return kind == "empty" and (bool(_STROKES.fullmatch(plain)) or _bare(plain) in words(kind))


def _bare(plain: str) -> str:
    """Return a mark without what people put around it: （略）, 尚未填报。"""
    inside = _BRACKETED.fullmatch(plain)
    return _ADVERB.sub("", (inside[1] if inside else plain).rstrip("。.!;,"))


@cache
def beginnings() -> str:
    """Return the characters with which marks begin, as they stand between the brackets of a pattern."""
    spelled = {word[0] for kind in ("empty", "ditto", "elsewhere") for word in words(kind)} | set("暂目现尚还均")
    return "".join(sorted(character for character in spelled if character >= FIRST_HAN))


def is_zero(text: str) -> bool:
    """Tell whether a text is the number nought, which people also write where there is no word to write."""
    return bool(_ZERO.fullmatch(fold(text)))


def is_machine(text: str) -> bool:
    """Tell whether a text is what a program writes for no value."""
    return len(text) <= max(map(len, MACHINE)) and text.casefold() in MACHINE


def is_visible(text: str) -> bool:
    """Tell whether a reader sees anything of a text."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)
