"""Rows of a CSV that a cell has swallowed, as a quotation mark was opened and never closed: “临园路1号 ⏎ 乙中心,游仙区.

Such a cell ends where the next mark stands, or the file; it has the rest of its row, others, and what begins the last.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from loaders.read.files.chunks import Misfit

_BREAK = re.compile(r"\r\n|\r|\n")


def unclosed_quotes(numbers: np.ndarray, cells: Sequence[pa.Array], delimiter: str) -> Iterator[Misfit]:
    """Yield the rows of the right width that have others in a cell of theirs."""
    for at, column in enumerate(cells):
        for row in np.flatnonzero(pc.match_substring_regex(column, "[\r\n]").to_numpy(zero_copy_only=False)):
            lines = _lines(column[int(row)].as_py())
            whole = len(cells) - 1
            if [line.count(delimiter) for line in lines] == [whole - at, *[whole] * (len(lines) - 2), at]:
                yield misfit(int(numbers[row]), [c[int(row)].as_py() for c in cells], len(cells), delimiter)


def misfit(number: int, row: Sequence[str], width: int, delimiter: str) -> Misfit:
    """Return what is no row below a header of ``width``, with the cells that another has swallowed as such."""
    swallowed = [len(lines) for cell in row if delimiter in cell and len(lines := _lines(cell)) > 1]
    if not swallowed or len(row) > width:
        return Misfit(number, tuple(row), Text(
            f"这一行的单元格数与表头不符：{len(row)} 个，应为 {width} 个",
            f"this row has {len(row)} cells where the header has {width}",
        ))  # fmt: skip
    cells = [part for cell in row for line in _lines(cell) for part in line.split(delimiter)]
    return Misfit(number, tuple(cells), Text(
        f"引号没有成对：{max(swallowed)} 行文字落进了一格，请补上或删去引号，再载入这几行",
        f"a quotation mark is not closed, so that {max(swallowed)} lines stand in one cell: close or remove it",
    ))  # fmt: skip


def _lines(text: str) -> list[str]:
    return _BREAK.split(text.strip("\r\n"))
