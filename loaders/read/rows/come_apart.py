"""Rows that a comma without quotes put into more cells than they have values: 1,234 in two cells, and what was left."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from loaders.read.files.chunks import Misfit
from loaders.read.words.headers import PLACE
from loaders.tables import Table

SPLIT = Text(
    "“{above}”右边没有表头的格里是 {below}，像是 {above},{below} 没有加引号被拆成了两格；请写作 {above}{below}",
    "right of “{above}” {below} stands under no header, as if {above},{below} had come apart without quotes; write"
    " {above}{below}",
)
LEFT = Text(
    "退回的这一行右边多出的格里还有内容（{cells}），请把各格移到所属的列，并清空多出的格",
    "cells right of this rejected row still hold something ({cells}); move all into their columns and leave none over",
)


def come_apart(
    table: Table, header: Sequence[str], columns: Mapping[str, int], numbers: np.ndarray, cells: Sequence[pa.Array]
) -> list[Misfit]:
    """Return the rows whose cells are not where they belong."""
    found = chain(_split_thousands(table, header, columns, numbers, cells), _left_over(header, numbers, cells))
    return list({misfit.number: misfit for misfit in found}.values())


def _left_over(header: Sequence[str], numbers: np.ndarray, cells: Sequence[pa.Array]) -> Iterator[Misfit]:
    """Yield the rows of a rejects workbook that came back with the cells that had no column."""
    last = next((at for at, title in enumerate(header) if title.strip() == PLACE), len(cells))
    for row in range(len(numbers)) if len(cells) > last + 1 else ():
        texts = tuple(column[row].as_py() for column in cells)
        if left := [text.strip() for text in texts[last + 1 :] if text.strip()]:
            yield Misfit(int(numbers[row]), texts, Text(*(part.format(cells="、".join(left)) for part in LEFT)))


def _split_thousands(
    table: Table, header: Sequence[str], columns: Mapping[str, int], numbers: np.ndarray, cells: Sequence[pa.Array]
) -> Iterator[Misfit]:
    """Yield the rows in which the rest of an amount stands right of it, under no header."""
    for column in table.columns:
        at = columns.get(column.name, len(cells))
        if not column.quantity or at + 1 >= len(cells) or header[at + 1].strip():
            continue
        upper = pc.match_substring_regex(cells[at], r"^\s*[1-9]\d{0,2}\s*$")
        lower = pc.match_substring_regex(cells[at + 1], r"^\s*\d{3}\s*$")
        for row in np.flatnonzero(pc.and_(upper, lower).to_numpy(zero_copy_only=False)).tolist():
            texts = tuple(column[row].as_py() for column in cells)
            above, below = texts[at].strip(), texts[at + 1].strip()
            # What comes back as it is must be refused again: in the rejects workbook 1 would stand alone.
            shown = (*texts[:at], f"{above},{below}?", "", *texts[at + 2 :])
            yield Misfit(int(numbers[row]), shown, Text(*(part.format(above=above, below=below) for part in SPLIT)))
