"""The one exporter of tables: every CSV that leaves the product is written here.

A spreadsheet runs a cell that begins like a formula; text that does so gets an apostrophe before it, which
spreadsheets take as "this is text". Numbers are no text and stay as they are, negative ones too.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from numbers import Real
from typing import Any

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
    """Return a part of a list as a word; of a part with fields its name."""
    return str(part.get("name_zh") or part.get("name")) if isinstance(part, Mapping) else str(part)


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose mappings have become columns of their own: ``cells_by_state.covered``."""
    made: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            made |= {f"{name}.{key}": part for key, part in value.items()}
        else:
            made[name] = value
    return made


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table, header first; for any number of rows.

    Args:
        columns: Names as in :func:`flat`; a row without one of them has an empty cell there.
        rows: The rows; values as in the result models.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def line(cells: Iterable[str]) -> str:
        writer.writerow(cells)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield BOM + line(columns)
    for row in rows:
        plain = flat(row)
        yield line(cell(plain.get(column)) for column in columns)


def columns_of(rows: Iterable[Mapping[str, Any]], fields: Iterable[str] = ()) -> list[str]:
    """Return the columns that rows need, in order of appearance; ``fields`` are those of an empty table."""
    found = dict.fromkeys(name for row in rows for name in flat(row))
    return list(found) or list(fields)


def csv_bytes(rows: Sequence[Mapping[str, Any]], fields: Iterable[str] = ()) -> bytes:
    """Return a whole table as UTF-8 with a byte order mark."""
    return "".join(csv_lines(columns_of(rows, fields), rows)).encode()
