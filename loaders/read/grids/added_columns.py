"""A grid with a column more, of what its name, its title or the headings of groups say of its rows."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from graph.language import Text, first_few
from loaders.read.files.chunks import Chunk, Grid, GridPart, Line, Note

OF_GROUP = re.compile(r"(?P<style>[(（]?)[一二三四五六七八九十]{1,3}[)）、.．]")
"""The number of a group, with how it is written."""
BY_HEADINGS = Text("{column} 按分组标题载入：{value}", "{column} is from the headings of groups: {value}")
SHOWN = 3


class Heading(NamedTuple):
    """The heading of a group of rows: where it stands, its words, and the value of the column that they name."""

    number: int
    text: str
    value: str


@dataclass(frozen=True)
class Placed(GridPart):
    """A grid with a column more, of places or of kinds; of headings, the value is that of the last one above a row."""

    grid: Grid
    header: int
    title: str
    stated: str
    headings: tuple[Heading, ...] = ()
    at: int | None = None
    """Where the column stands already, of which the blank cells are filled."""
    by: Text = BY_HEADINGS
    """Who says so; nothing where there is no blank cell to fill."""

    @property
    def counts(self) -> tuple[int, ...] | None:
        """How many cells of each column hold something, if that is known."""
        counts = self.grid.counts
        return counts and (*counts, 0)

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What the grid says, and where the places are from."""
        if not self.by.zh:
            return self.grid.warnings
        named = list(dict.fromkeys(filter(None, (self.stated, *(heading.value for heading in self.headings)))))
        listed = first_few(named, SHOWN)
        return (*self.grid.warnings, Text(*(part.format(column=self.title, value=listed) for part in self.by)))

    @property
    def head(self) -> list[Line]:
        """The first rows, the header's with the title of the places."""
        if self.at is not None:
            return self.grid.head
        return [
            line._replace(cells=[*line.cells, self.title if line.number == self.header else ""])
            for line in self.grid.head
        ]

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header with their places, the headings as notes."""
        own = header if self.at is not None else header._replace(cells=header.cells[:-1])
        starts = [heading.number for heading in self.headings]
        for chunk in self.grid.chunks(own):
            inside = np.isin(chunk.numbers, starts)
            notes = [Note(h.number, "heading", h.text) for h in self.headings if h.number in chunk.numbers[inside]]
            numbers, kept = chunk.numbers[~inside], pa.array(~inside)
            cells = [column.filter(kept) for column in chunk.cells]
            above = [bisect_right(starts, number) - 1 for number in numbers.tolist()]
            stated = [self.headings[at].value if at >= 0 else self.stated for at in above]
            stated = _but_headings(stated, cells) if starts else stated
            if self.at is None:
                cells.append(pa.array(stated, pa.string()))
            else:
                filled = zip(cells[self.at].to_pylist(), stated, strict=True)
                cells[self.at] = pa.array([said if said.strip() else place for said, place in filled], pa.string())
            yield replace(chunk, numbers=numbers, cells=tuple(cells), notes=(*chunk.notes, *notes))


def _but_headings(stated: list[str], cells: Sequence[pa.Array]) -> list[str]:
    """Return the values of rows without those of rows that are headings of something else: （一）国家级."""
    texts = ["".join(row).strip() for row in zip(*(column.to_pylist() for column in cells), strict=True)]
    return [
        "" if OF_GROUP.match(text) and _alone(text, n, cells) else said
        for n, (said, text) in enumerate(zip(stated, texts, strict=True))
    ]


def _alone(text: str, row: int, cells: Sequence[pa.Array]) -> bool:
    return any(column[row].as_py().strip() == text for column in cells)
