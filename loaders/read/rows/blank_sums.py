"""Totals without a word: below the rows of a table of amounts their sum stands alone, and no place beside it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from loaders.parse.issues import CellError
from loaders.parse.quantities import number, slack
from loaders.read.files.chunks import Note
from loaders.read.words.place_texts import is_blank
from loaders.tables import Table
from loaders.tables.totals import is_sum

_number = number(0)
LEAST = 2
"""Of so many amounts the sum is no coincidence."""


class BlankSums:
    """Finds them among the rows of one sheet, of which it keeps the sum; ``parts`` are further columns of the place."""

    def __init__(self, table: Table, columns: Mapping[str, int], parts: Sequence[int]) -> None:
        self._at = columns.get(table.sums or "")
        self._places = [columns[table.place], *parts] if table.place in columns else []
        self._since: list[tuple[float, float]] = []
        """The amounts since the last total, each with what was rounded away at most."""
        self._all: list[tuple[float, float]] = []

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
            if all(is_blank(place[row]) for place in places) and self._is_sum(amount, slack(text)):
                found.append(Note(int(numbers[row]), "total", text.strip()))
                self._since = []
            else:
                self._since.append((amount, slack(text)))
                self._all.append((amount, slack(text)))
        return found

    def _is_sum(self, amount: float, rounded: float) -> bool:
        return any(len(of) >= LEAST and is_sum(amount, rounded, of) for of in (self._since, self._all))

    def _amount(self, text: str) -> float | None:
        """Return a number as it stands, be it of a unit that the header says: 12.3 of 万家."""
        try:
            return float(_number(text)) if text.strip() else None  # type: ignore[arg-type]
        except CellError:
            return None
