"""The one exporter of answers as tables: every CSV of one is written here; ``graph.export`` writes the graph's."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graph.export.cells import BOM, cell

LONGEST_NUMBER = 15
"""Digits that a spreadsheet keeps of a number; a code of more, such as a credit code, would lose its last ones."""


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
        yield line(_whole(plain.get(column)) for column in columns)


def _whole(value: object) -> str:
    """Return a value as a cell; a code of more digits than a spreadsheet keeps of a number is text."""
    text = cell(value)
    return f"'{text}" if isinstance(value, str) and len(text) > LONGEST_NUMBER and text.isdecimal() else text


def columns_of(rows: Iterable[Mapping[str, Any]], fields: Iterable[str] = ()) -> list[str]:
    """Return the columns that rows need, in order of appearance; ``fields`` are those of an empty table."""
    found = dict.fromkeys(name for row in rows for name in flat(row))
    opened = {name.partition(".")[0] for name in found if "." in name}  # columns of their own, where a row has them
    return [name for name in found if name not in opened] or list(fields)


def csv_bytes(rows: Sequence[Mapping[str, Any]], fields: Iterable[str] = ()) -> bytes:
    """Return a whole table as UTF-8 with a byte order mark."""
    return "".join(csv_lines(columns_of(rows, fields), rows)).encode()
