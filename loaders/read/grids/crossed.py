"""Cross tables of numbers of firms: places down and industry chains across, or the other way round, or days across.

Each column across is read as a list of its own, which says in a further column what its numbers are of.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import pyarrow as pa

from graph.language import Text, first_few
from graph.vocabulary import fold
from loaders.read.files.chunks import Chunk, Grid, GridPart, Line
from loaders.read.grids.across import any_unnamed, days_across, holds_numbers, known_names, values_across
from loaders.read.rows.header_rows import grouped_lines, header_lines
from loaders.read.rows.row_notes import is_figure, is_footnote, is_total
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.headers import (
    IN_BRACKETS,
    NEAR,
    find_column,
    find_table,
    is_complete,
    is_serial,
    lacking,
    match,
    spellings,
)
from loaders.read.words.place_texts import WHOLE, is_blank, province_of
from loaders.read.words.places_said import place_of_cells, place_said
from loaders.read.words.surroundings import around
from loaders.tables import TABLES, Table
from loaders.tables.repeated_counts import DAY

LEAST = 2
"""So many columns across are no coincidence."""
SHOWN = 3
ACROSS = Text(
    "{dimension}横着排（{values}，共 {n} 列），逐列按“{count}”载入，空着的格不读",
    "{dimension} stands across ({values}; {n} columns); each column is loaded as {count}, blank cells are not read",
)
STRANGE = Text(
    "横排的“{title}”不是已知的{dimension}，没有读", "“{title}” across is no {dimension} that is known; it is not read"
)
NEAREST = Text("：是否就是“{near}”？若是，请改表头后再载入", ": does it mean {near}? If so, rename it and load again")
_FIRMS = re.compile(
    r"企业(?:总)?(?:数|个数|家数|户数)|[家户]数|(?:单位[:：]|[(（\[【])\s*[十百千]?万?[家户]\s*(?:$|[)）\]】])"
)
"""Words that say that numbers are those of firms, and not their output or their staff."""


def _counts() -> Table:
    return TABLES["demand_counts"]


@dataclass(frozen=True)
class Cross:
    """A cross table: the field that stands across, its values by column, and its rows, which are read once for all."""

    grid: Grid
    header: Line
    dimension: str
    across: Mapping[int, str]
    days: Mapping[int, str] = field(default_factory=dict)
    """The days of the numbers by column, where each value stands across for several."""
    _read: dict[int, list[Chunk]] = field(default_factory=dict)

    def chunks(self, header: Line) -> list[Chunk]:
        """Return the rows below the header."""
        if header.number not in self._read:
            self._read[header.number] = list(self.grid.chunks(header))
        return self._read[header.number]

    def strange(self) -> Iterator[tuple[str, str]]:
        """Yield the headers among those across that are no value, each with the name that it comes near to, if any."""
        names = known_names(self.dimension)
        for at, title in enumerate(self.header.cells):
            plain = spellings(title)[1]
            noted = is_total(plain) or is_figure(plain) or is_footnote(plain)
            known = at in self.across or find_column(_counts(), title) or noted
            here = at > min(self.across) or (not is_serial(title) and holds_numbers(self.grid.head, self.header, at))
            if names and plain and here and not known and fold(plain) not in WHOLE:
                yield title.strip(), "".join(difflib.get_close_matches(plain, names, 1, NEAR))


@dataclass(frozen=True)
class Crossed(GridPart):
    """One column across of a cross table: what the numbers of the column ``at`` are of stands in a further column."""

    grid: Grid
    cross: Cross
    at: int

    @property
    def value(self) -> str:
        """What the numbers are of."""
        return self.cross.across[self.at]

    @property
    def leads(self) -> bool:
        """Tell whether it says for all columns what is said of their rows: the first does."""
        return self.at == min(self.cross.across)

    @property
    def label(self) -> str:
        """What the list is called in messages."""
        return " ".join(filter(None, (self.grid.label, self.value, self._day)))

    @property
    def _day(self) -> str:
        return self.cross.days.get(self.at, "")

    @property
    def counts(self) -> None:
        """Say nothing of how full the columns are."""

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What the grid says, and what stands across."""
        if not self.leads:
            return ()
        across = [" ".join(filter(None, (of, self.cross.days.get(at)))) for at, of in self.cross.across.items()]
        listed = first_few(across, SHOWN)
        dimension, count = (_counts().column(name).zh for name in (self.cross.dimension, "count"))
        said = [part.format(dimension=dimension, values=listed, n=len(across), count=count) for part in ACROSS]
        strange = [
            Text(*(
                part.format(title=title, dimension=dimension) + (more.format(near=near) if near else "")
                for part, more in zip(STRANGE, NEAREST, strict=True)
            ))
            for title, near in dict.fromkeys(self.cross.strange())
        ]  # fmt: skip
        return (*self.grid.warnings, Text(*said), *strange)

    @property
    def head(self) -> list[Line]:
        """The first rows, with the headers of a list."""
        header = self.cross.header
        top = header.number - header.rows + 1
        further = [self.cross.dimension, *([DAY] if self.cross.days else [])]
        titles = {
            self.at: self._title,
            **{len(header.cells) + n: _counts().column(name).zh for n, name in enumerate(further)},
        }

        def own(line: Line) -> Line:
            cells = ["" if self._is_other(at) else cell for at, cell in enumerate(line.cells)] + [""] * len(further)
            if line.number <= header.number:
                last = line.number == header.number
                cells = [titles[at] * last if at in titles else cell for at, cell in enumerate(cells)]
            return line._replace(cells=cells)

        return [own(line) if line.number >= top else line for line in self.grid.head]

    def _is_other(self, at: int) -> bool:
        """Tell whether a column holds the numbers of another list."""
        return at in self.cross.across and at != self.at

    @property
    def _title(self) -> str:
        """The header of the numbers, with what stands in brackets, which may be their unit."""
        return _counts().column("count").zh + "".join(IN_BRACKETS.findall(fold(self.cross.header.cells[self.at])))

    def chunks(self, header: Line) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        further = [self.value, *([self._day] if self.cross.days else [])]
        for chunk in self.cross.chunks(header._replace(cells=header.cells[: -len(further)])):
            blank, *values = (pa.array([text] * len(chunk.numbers), pa.string()) for text in ("", *further))
            cells = [blank if self._is_other(at) else cell for at, cell in enumerate(chunk.cells)]
            misfits = chunk.misfits if self.leads else ()
            yield replace(chunk, cells=(*cells, *values), misfits=misfits)

    def reported(self, chunk: Chunk) -> Chunk:
        """Return a chunk, as it was understood, without the rows for which nothing is stated."""
        encoded = chunk.cells[self.at].dictionary_encode()
        stated = pa.array([not is_blank(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
        kept = stated.take(encoded.indices)
        return replace(
            chunk, numbers=chunk.numbers[kept.to_numpy(zero_copy_only=False)],
            cells=tuple(column.filter(kept) for column in chunk.cells),
            columns={name: column.filter(kept) for name, column in chunk.columns.items()},
            notes=chunk.notes if self.leads else (), remarks=chunk.remarks if self.leads else (),
        )  # fmt: skip


def crossed(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> list[Grid]:
    """Return the lists of a cross table of numbers of firms, one a column across; none of another grid."""
    cross = find_cross(grid, note, file)
    if cross is None or not _is_of_firms(grid, note, file, cross.header):
        return []
    return [Crossed(grid, cross, at) for at in cross.across]


def find_cross(grid: Grid, note: DeliveryNote, file: PurePosixPath) -> Cross | None:
    """Return the cross table that a grid is, if it is one."""
    table, renamed = _counts(), note.headers.get(_counts().name, {})
    found: list[Cross] = []
    said = place_said(around(file.stem, grid.name, _above(grid.head)))
    stated = note.region or (said[0] if said else "")
    for line in [*grouped_lines(grid.head, _is_count), *header_lines(grid.head)]:
        matched = match(table, line.cells, renamed)
        missing = {column.name for column in lacking(table, matched)} - {"count"}
        if len(missing) > 1 or (not missing and DAY in matched.columns) or _is_list(line, note):
            continue
        if any(column.name != "count" for title in matched.doubled if (column := find_column(table, title))):
            continue  # what comes again with its places is further rows, see blocks
        dimension = next(iter(missing), DAY)
        place = stated or place_of_cells(line.cells) or province_of(line.cells)
        across = values_across(grid.head, line, dimension, place)
        again = len(set(across.values())) < len(across)
        days = days_across(grid.head, line, across) if again and DAY not in (*matched.columns, dimension) else {}
        alone = len({(of, days.get(at)) for at, of in across.items()}) == len(across)
        if len(across) >= LEAST and alone and not any_unnamed(grid.head, line, across):
            found.append(Cross(grid, line, dimension, across, days))
    return max(found, key=lambda one: (len(one.across), one.header.number, -one.header.rows), default=None)


def _is_count(title: str) -> bool:
    column = find_column(_counts(), title)
    return column is not None and column.name == "count"


def _above(head: Sequence[Line]) -> Iterator[str]:
    return (cells[0] for line in head if len(cells := [c.strip() for c in line.cells if c.strip()]) == 1)


def _is_list(line: Line, note: DeliveryNote) -> bool:
    """Tell whether a row is the header of any other table."""
    others = [table for table in TABLES.values() if table is not _counts()]
    return any(is_complete(table, match(table, line.cells, note.headers.get(table.name, {}))) for table in others)


def _is_of_firms(grid: Grid, note: DeliveryNote, file: PurePosixPath, header: Line) -> bool:
    """Tell whether somebody says that the numbers are those of firms: the note, a name, a title or a header."""
    named = [note.tables.get(fold(key)) for key in (grid.name, file.stem, file.name)]
    if any(table is not None for table in named):
        return _counts().name in named
    if _counts() in (find_table(grid.name), find_table(file.stem)):
        return True
    cells = [cell for line in grid.head if line.number <= header.number for cell in line.cells]
    return any(_FIRMS.search(text.strip()) for text in (grid.name, file.stem, *cells))
