"""What a load would read as what, without loading it, and the note that its sender may put beside the files."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from graph.language import Text
from graph.whole_file import write_whole
from loaders.read.grids.sheets import Sheet
from loaders.read.grids.unknown import Unknown, as_yaml
from loaders.read.opening import matches_of
from loaders.read.words.delivery import NOTE_FILE, DeliveryNote


@dataclass(frozen=True)
class SheetReading:
    """How one sheet is understood: header row, which header is which column, what is added, left out and said."""

    where: str
    table: str
    header_row: int
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    constants: tuple[tuple[str, str, Text], ...]
    place: str
    rows: int
    notes: tuple[tuple[str, int], ...]
    said: tuple[Text, ...]


@dataclass(frozen=True)
class FilesReading:
    """All sheets of some files, those that are none, and the note (YAML) that would say all this."""

    sheets: tuple[SheetReading, ...]
    unknown: tuple[Unknown, ...]
    note: str


def explain(paths: list[Path], note: DeliveryNote | None = None, password: str = "") -> FilesReading:
    """Return how files would be read.

    Raises:
        FileMissing, FileUnreadable, FileRefused, BadDeliveryNote: as a load would.
    """
    matches = matches_of([path.absolute() for path in paths], note, password)
    sheets = [sheet for found in matches for sheet in found.sheets]
    unknown = [one for found in matches for one in found.unknown]
    said = [_proposal(sheet) for sheet in sheets]
    # What a load leaves out and the note cannot make whole is left out by the note, too.
    said += [
        one.left_out if len(one.several) > 1 or (found.sheets and one.missing) else one.proposal()
        for found in matches
        for one in found.unknown
    ]
    return FilesReading(tuple(_reading(sheet) for sheet in sheets), tuple(unknown), as_yaml(said))


def write_note(explanation: FilesReading, folder: Path) -> Path | None:
    """Write the note into a folder; return where, or None where there is one already, which is never replaced.

    Raises:
        DiskFull, FileUnwritable: it cannot be written.
    """
    path = folder / NOTE_FILE
    if path.exists():
        return None
    write_whole(path, explanation.note.encode())
    return path


def _proposal(sheet: Sheet) -> dict[str, dict[str, object]]:
    key = sheet.grid.name or Path(sheet.member or sheet.path.name).stem
    said: dict[str, dict[str, object]] = {"tables": {key: sheet.table.label.zh}}
    if stated := sheet.grid.stated:
        said["defaults"] = {key: {sheet.table.column("region").zh: stated}}
    columns = {sheet.table.column(n).zh: v for n, v in sheet.context.constants.items()}
    if columns:
        said["defaults"] = {sheet.table.label.zh: dict(columns), **said.get("defaults", {})}
    return said


def _reading(sheet: Sheet) -> SheetReading:
    rows, notes, said = 0, Counter[str](), Counter[Text]()
    for chunk in sheet.chunks():
        rows += len(chunk)
        notes.update(note.kind for note in chunk.notes)
        said.update(dict(chunk.remarks))
    columns = [(sheet.header[at].strip(), sheet.table.column(name).zh) for name, at in sheet.columns.items()]
    columns += [(sheet.header[at].strip(), sheet.table.column("region").zh) for at in sheet.parts]
    sources, constants = sheet.context.sources, sheet.context.constants
    return SheetReading(
        sheet.where,
        sheet.table.name,
        sheet.line.number,
        tuple(columns),
        sheet.ignored,
        tuple(
            (sheet.table.column(name).zh, value, sources.get(name, Text(NOTE_FILE, NOTE_FILE)))
            for name, value in constants.items()
        ),
        sheet.context.place,
        rows,
        tuple(notes.items()),
        (*sheet.warnings, *(Text(*(part.replace("{n}", str(n)) for part in text)) for text, n in said.items())),
    )
