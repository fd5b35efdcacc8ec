"""Numbers whose thousands a comma parted without quotes, so that a CSV file has them in two cells: 1 and 234."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text
from loaders.read.chunks import Misfit
from loaders.tables import Table

SPLIT = Text(
    "“{above}”右边没有表头的格里是 {below}，像是 {above},{below} 没有加引号被拆成了两格；请写作 {above}{below}",
    "right of “{above}” {below} stands under no header, as if {above},{below} had come apart without quotes; write"
    " {above}{below}",
)


def split_thousands(
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
            yield Misfit(int(numbers[row]), texts, Text(*(part.format(above=above, below=below) for part in SPLIT)))
