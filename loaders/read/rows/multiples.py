"""Columns that say of how many things a row is, in a table of which each row is one: they are not read, and told."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from graph.language import Text
from loaders.parse.issues import CellError
from loaders.parse.quantities import COUNTS, number
from loaders.read.words.headers import spellings
from loaders.tables import Table

SAID = Text(
    "“{title}”有 {{n}} 行大于 1（第 {row} 行为“{cell}”），没有计入：{label}一行只计一次，请逐次列行；"
    "只有合计数的不要报在这张表里",
    "“{title}” says more than one in {{n}} rows (row {row}: “{cell}”) and does not count: in {label} each row is one;"
    " write a row for each, and send sums alone in no such table",
)


class Multiples:
    """Finds them among the rows of one sheet; what is said names the first row of all."""

    def __init__(self, table: Table, header: Sequence[str], columns: Mapping[str, int]) -> None:
        known = set(columns.values())
        self._table = table
        self._said: dict[int, Text] = {}
        self._titles = {
            at: title.strip()
            for at, title in enumerate(header)
            if at not in known and table.multiples & {*spellings(title)}
        }

    def find(self, numbers: np.ndarray, cells: Sequence[pa.Array]) -> Iterator[tuple[Text, int]]:
        """Yield what is to be said of each such column, and of how many of these rows."""
        for at, title in self._titles.items():
            encoded = cells[at].dictionary_encode()
            several = np.array([_is_several(cell) for cell in encoded.dictionary.to_pylist()], dtype=bool)
            rows = np.flatnonzero(several[encoded.indices.to_numpy(zero_copy_only=False)])
            if len(rows):
                first = {"title": title, "row": numbers[rows[0]], "cell": cells[at][int(rows[0])].as_py().strip()}
                label = self._table.label
                made = Text(*(part.format(**first, label=word) for part, word in zip(SAID, label, strict=True)))
                yield self._said.setdefault(at, made), len(rows)


def _is_several(cell: str) -> bool:
    try:
        return float(number(0, None, COUNTS)(cell)) > 1 if cell.strip() else False  # type: ignore[arg-type]
    except CellError:
        return False
