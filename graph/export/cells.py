"""How a value becomes a cell of a table that a spreadsheet may open.

A spreadsheet runs a cell that begins like a formula; text that does so gets an apostrophe before it, which
spreadsheets take as "this is text". Numbers are no text and stay as they are, negative ones too.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from numbers import Real

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""ASCII signs as the rule names them, and the full-width ones, which a Chinese spreadsheet reads alike."""
BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""
SEPARATOR = ";"


def safe_text(text: str) -> str:
    """Return ``text`` such that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def cell(value: object) -> str:
    """Return one value as a cell: empty where unknown, lists joined by ``;``, numbers in full precision."""
    if value is None or bool(value != value):  # noqa: PLR0124 - not a number, not a time
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Real):  # numpy's numbers, too
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return safe_text(SEPARATOR.join(map(_named, value)))
    return safe_text(str(value))


def _named(part: object) -> str:
    """Return a part of a list as a word; of a part with fields its name, else what its fields of one word say."""
    if not isinstance(part, Mapping):
        return str(part)
    names = [part.get("name_zh"), part.get("name"), *(v for k, v in part.items() if k.endswith("_name"))]
    named = next((str(name) for name in names if name), None)
    return named or " ".join(str(value) for value in part.values() if isinstance(value, str | Real))
