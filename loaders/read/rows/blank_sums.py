"""Totals without a word: below the rows of a table of amounts their sum stands alone, and no place beside it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from loaders.parse.issues import CellError
from loaders.read.files.chunks import Note
from loaders.read.words.place_texts import is_blank
from loaders.tables import Table

LEAST = 2
"""Of so many amounts the sum is no coincidence."""


class BlankSums:
    """Finds them among the rows of one sheet, of which it keeps the sum; ``parts`` are further columns of the place."""

    def __init__(self, table: Table, columns: Mapping[str, int], parts: Sequence[int]) -> None:
        self._at = columns.get(table.sums or "")
        self._parse = table.column(table.sums).parse if table.sums else None
        self._places = [columns[table.place], *parts] if table.place in columns else []
        self._since: list[float] = []
        """The amounts since the last total."""
        self._all: list[float] = []

    def find(self, numbers: np.ndarray, cells: Sequence[pa.Array]) -> list[Note]:
        """Return the rows that are the sum of all above them or of those since the last such row."""
        if self._at is None or not self._places or not cells:
            return []
        found: list[Note] = []
        places = [cells[at].to_pylist() for at in self._places]
        for row, text in enumerate(cells[self._at].to_pylist()):
            amount = self._amount(text)
            if amount is None:
                continue
            if all(is_blank(place[row]) for place in places) and self._is_sum(amount):
                found.append(Note(int(numbers[row]), "total", text.strip()))
                self._since = []
            else:
                self._since.append(amount)
                self._all.append(amount)
        return found

    def _is_sum(self, amount: float) -> bool:
        return any(len(of) >= LEAST and sum(of) == amount for of in (self._since, self._all))

    def _amount(self, text: str) -> float | None:
        try:
            value = self._parse(text) if self._parse and text.strip() else None
        except CellError:
            return None
        return float(value) if isinstance(value, int | float) else None
