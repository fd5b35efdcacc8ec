"""One table in one file, ready to be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph.language import Text
from graph.vocabulary import fold
from loaders.read.files.chunks import Chunk, Grid, Line, Workspace
from loaders.read.rows.understanding import Context, Understanding
from loaders.read.words.delivery import DeliveryNote
from loaders.tables import Origin, Table

LEFTOVER = ("旧", "备份", "作废", "历史", "副本", "copy", "old", "bak")
"""In a sheet's name: it was left over when another one took its place."""


def is_old(grid: Grid) -> bool:
    """Tell whether a sheet was left over: it is hidden, or its name says so."""
    return grid.hidden or any(word in fold(grid.name) for word in LEFTOVER)


def where(file: str, sheet: str) -> str:
    """Return file and sheet as messages name them."""
    return f"{file}[{sheet}]" if sheet else file


@dataclass(frozen=True)
class Sheet:
    """One table in one file, ready to be read.

    ``path`` is the user's own file; ``member`` says which part of an archive or folder this is. ``columns`` are the
    positions of the known columns in ``header``, ``parts`` those of further columns of the place; ``ignored`` are the
    headers that are not read. ``context`` is what the delivery says around its cells.
    """

    table: Table
    path: Path
    sheet: str
    header: tuple[str, ...]
    columns: dict[str, int]
    grid: Grid
    line: Line
    note: DeliveryNote = field(default_factory=DeliveryNote)
    ignored: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()
    parts: tuple[int, ...] = ()
    context: Context = field(default_factory=Context)
    member: str = ""
    whole_path: bool = False
    workspace: Workspace | None = None
    """Holds what was unpacked as long as the sheet is in use."""

    @property
    def file(self) -> str:
        """The file's name for messages; with its path where another file of the load has the same name."""
        name = str(self.path) if self.whole_path else self.path.name
        return f"{name}/{self.member}" if self.member else name

    @property
    def where(self) -> str:
        """File and sheet for messages."""
        return where(self.file, self.sheet)

    @property
    def constants(self) -> dict[str, str]:
        """What stands in columns that the file does not have."""
        return {name: value for name, value in self.context.constants.items() if name not in self.columns}

    @property
    def origin(self) -> Origin | None:
        """Where the rows come from, if the sender says so."""
        return self.note.origin

    @property
    def sender(self) -> str:
        """Who sent it, if that is known."""
        return self.note.sender

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in chunks.

        Raises:
            FileUnreadable: the file is not what its name says.
        """
        words = self.note.values.get(self.table.name, {})
        meant = Understanding(self.table, self.header, self.columns, self.parts, self.context)
        for chunk in self.grid.chunks(self.line):
            yield self.grid.reported(meant.read(chunk, words))
