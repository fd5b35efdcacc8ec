"""From paths to sheets: which files there are, which table each one is, which column is which.

Headers of everything are checked before a single row is loaded.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path, PurePosixPath

from graph.errors import FileMissing, FileUnreadable
from graph.language import Text, listed
from graph.vocabulary import fold
from loaders.read.files import hsds, hsds_json
from loaders.read.files.archives import check_archive, unpack
from loaders.read.files.chunks import Grid, Workspace
from loaders.read.files.columnar import open_columnar
from loaders.read.files.delimited import open_delimited
from loaders.read.files.encodings import legible
from loaders.read.files.foreign import foreign, not_read
from loaders.read.files.objects import open_objects
from loaders.read.files.workbooks import open_workbooks
from loaders.read.grids.sheets import Sheet
from loaders.read.grids.table_matching import NOTES, NOTHING, Matches, match_sheets, said_unknown
from loaders.read.grids.unknown import unknown_table
from loaders.read.words.delivery import NOTE_FILE, DeliveryNote, read_note
from loaders.tables import TABLES

PLAIN, WORKBOOKS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls", ".ods", ".et")
JSON, PARQUET, ARCHIVES = (".jsonl", ".ndjson", ".json"), (".parquet",), (".zip",)
ENDINGS = (".csv", ".tsv", *WORKBOOKS, *JSON, *PARQUET, *ARCHIVES)
"""Files of a folder that are read; a .txt is read where it is named itself."""
NO_ARCHIVE = Text("不是 ZIP 压缩包", "it is no zip archive")
TEXTLESS = Text("不认识这种文件格式", "files of this kind are not known")


@dataclass(frozen=True)
class _Part:
    """One file that may hold tables: where it is, what the user calls it, what is noted of it."""

    place: Path
    path: Path
    note: DeliveryNote
    member: str = ""
    warnings: tuple[Text, ...] = ()
    folders: tuple[str, ...] = ()
    """Names of the folders in which the user's file lies: those that a load was given, else its own alone."""

    @property
    def shown(self) -> Path:
        return self.path / self.member if self.member else self.path

    @property
    def inside(self) -> PurePosixPath:
        """Its name within its archive, else its own."""
        return PurePosixPath(self.member or self.path.name)

    @property
    def ending(self) -> str:
        return self.place.suffix.casefold()


def source_files(paths: list[Path]) -> list[Path]:
    """Return every file on the disk that a load of these paths reads, notes too.

    Raises:
        FileMissing: a path leads to nothing.
    """
    return list(dict.fromkeys(file for path in paths for file in _wanted(path)))


def open_all(paths: list[Path], note: DeliveryNote | None = None, password: str = "") -> list[Sheet]:
    """Return every table found in files, folders and archives, in the order of the tables.

    ``note`` says how the sender's words are to be read; a ``source.yml`` beside the files completes it. The
    ``password`` opens locked workbooks.

    Raises:
        FileMissing, FileUnreadable, FileRefused, BadDeliveryNote, UnknownTable, MissingColumn: before anything was
        loaded.
    """
    workspace = Workspace()
    matches = _matches(paths, note or DeliveryNote(), password, workspace)
    # A file of which nothing can be read stops the load; beside tables that are known, a sheet is only named.
    if any(found.unknown and not found.sheets for found in matches):
        raise unknown_table([one for found in matches for one in found.unknown])
    sheets = [sheet for found in matches for sheet in said_unknown(found.unknown, found.sheets)]
    named = Counter(path.name for path in {sheet.path for sheet in sheets})
    sheets = [replace(sheet, whole_path=named[sheet.path.name] > 1, workspace=workspace) for sheet in sheets]
    order = list(TABLES)
    return sorted(sheets, key=lambda s: (order.index(s.table.name), str(s.path), s.member, s.sheet))


def matches_of(paths: list[Path], note: DeliveryNote | None = None, password: str = "") -> list[Matches]:
    """Return what the grids of every file are, those that are no table too; see :func:`open_all`."""
    workspace = Workspace()
    found = _matches(paths, note or DeliveryNote(), password, workspace, lenient=True)
    return [replace(one, sheets=[replace(s, workspace=workspace) for s in one.sheets]) for one in found]


def _matches(
    paths: list[Path], note: DeliveryNote, password: str, workspace: Workspace, *, lenient: bool = False
) -> list[Matches]:
    try:
        parts = [part for path in paths for part in _unfolded(list(_parts(path, note, workspace)), workspace)]
        grids = _grids(parts, workspace, password)
        return [_match(part, some, lenient=lenient) for part, some in zip(parts, grids, strict=True)]
    except OSError as error:
        raise FileMissing(path=error.filename or paths[0]) from error


def rows_of(path: Path, headers: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the numbered rows below the first line, in any sheet of a file, that has all of some headers, by header.

    Raises:
        FileMissing, FileUnreadable, FileRefused: there is no such file, it cannot be read, or has no such headers.
    """
    workspace = Workspace()
    if not path.is_file():
        raise FileMissing(path=path)
    for grid in _grids([_Part(path, path, DeliveryNote())], workspace, "")[0]:
        for line in grid.head:
            if set(headers) <= set(line.cells):
                for chunk in grid.chunks(line):
                    texts = [chunk.cells[line.cells.index(header)].to_pylist() for header in headers]
                    for number, *row in zip(chunk.numbers.tolist(), *texts, strict=True):
                        yield number, dict(zip(headers, row, strict=True))
                return
    zh, en = listed(headers)
    raise FileUnreadable(path=path, reason=Text(f"没有这些列：{zh}", f"it lacks the columns {en}"))


# --- which files --------------------------------------------------------------------------------------


def _inside(folder: Path) -> list[Path]:
    """Return the files of a folder and of the folders in it, without hidden and temporary ones."""
    here = [p for p in sorted(folder.iterdir()) if _counts(p.name)]
    below = [p for f in here if f.is_dir() for p in sorted(f.iterdir()) if _counts(p.name)]
    return [p for p in (*here, *below) if p.is_file()]


def _counts(name: str) -> bool:
    return not name.startswith(("~", ".", "__MACOSX"))


def _is_table(name: str) -> bool:
    """Tell whether a file may hold a table: one that the template's notes and words were saved as does not."""
    file = PurePosixPath(name)
    return file.suffix.casefold() in ENDINGS and not (file.suffix.casefold() in PLAIN and fold(file.stem) in NOTES)


def _wanted(path: Path) -> list[Path]:
    if path.is_file():
        return [legible(file) for file in (path.with_name(NOTE_FILE), path) if file.is_file()]
    files = _inside(path) if path.is_dir() else []
    if not files:
        raise FileMissing(path=path)
    if not any(_is_table(file.name) for file in files):
        raise FileUnreadable(path=path, reason=_nothing([file.name for file in files]))
    return [legible(file) for file in files if _is_table(file.name) or file.name == NOTE_FILE]


def _parts(path: Path, note: DeliveryNote, workspace: Workspace) -> Iterator[_Part]:
    """Yield the files at a path, those of archives unpacked, each with the note of its folder."""
    files = _wanted(path)
    notes = {file.parent: read_note(file) for file in files if file.name == NOTE_FILE}
    warnings = _unread([file.name for file in _inside(path)]) if path.is_dir() else ()
    for file in files:
        if file.name == NOTE_FILE:
            continue
        here = note.over(notes.get(file.parent, DeliveryNote())).over(notes.get(path, DeliveryNote()))
        within = (path.name, *file.parent.relative_to(path).parts) if path.is_dir() else (file.parent.name,)
        part = _Part(file, file, here, warnings=warnings, folders=within)
        yield from _members(part, workspace) if part.ending in ARCHIVES else [part]
        warnings = ()


def _unfolded(parts: list[_Part], workspace: Workspace) -> list[_Part]:
    """Return the parts with our own tables in the place of each HSDS package."""
    made = parts
    for package, files, tables in _packages(parts):
        folder = Path(tempfile.mkdtemp(dir=workspace.folder))
        converted, unread = hsds.convert(tables, folder)
        made = [part for part in made if part not in files]
        for number, one in enumerate(converted):
            warnings = () if number else (*package.warnings, *unread)
            member = f"{package.member}/{one.name}" if package.member else one.name
            made.append(_Part(one.place, package.path, package.note.over(one.note), member, warnings))
    return made


def _packages(parts: list[_Part]) -> Iterator[tuple[_Part, list[_Part], hsds_json.Rows]]:
    """Yield each HSDS package: the part that stands for it, all of its parts, and its tables.

    It is CSV files that a ``datapackage.json`` lists, JSON files that are each named as a table, or one JSON file.
    """
    left = [part for part in parts if part.ending == ".json"]
    for package in left:
        beside = [part for part in parts if _folder(part) == _folder(package)]
        if package.inside.name == hsds.PACKAGE and hsds.is_hsds(package.place, package.shown):
            files = {part.inside.name: part.place for part in beside}
            yield package, beside, hsds.read_tables(files, package.shown)
            left = [part for part in left if part not in beside]
    for package in left:
        beside = [part for part in left if _folder(part) == _folder(package) and hsds_json.table_of(part.inside.name)]
        if beside[:1] == [package] and {hsds_json.table_of(part.inside.name) for part in beside} >= hsds_json.BOTH:
            found = {part.inside.name: hsds_json.read(part.place, part.shown, named=True) for part in beside}
            yield package, beside, hsds_json.tables(found, package.shown)
            left = [part for part in left if part not in beside]
    for package in left:
        content = hsds_json.read(package.place, package.shown)
        if hsds_json.is_nested(content):
            yield package, [package], hsds_json.tables({"": content}, package.shown)


def _folder(part: _Part) -> tuple[Path, PurePosixPath]:
    return (part.path if part.member else part.path.parent, part.inside.parent)


def _members(archive: _Part, workspace: Workspace) -> Iterator[_Part]:
    if not check_archive(archive.place, archive.shown):
        raise FileUnreadable(path=archive.shown, reason=NO_ARCHIVE)
    folder = Path(tempfile.mkdtemp(dir=workspace.folder))
    unpacked = {PurePosixPath(name): place for name, place in unpack(archive.place, folder, archive.shown)}
    members = {name: place for name, place in unpacked.items() if all(map(_counts, name.parts))}
    notes = {n.parent: read_note(p, archive.path / n) for n, p in members.items() if n.name == NOTE_FILE}
    tables = {name: place for name, place in members.items() if _is_table(name.name)}
    if not tables:
        raise FileUnreadable(path=archive.shown, reason=_nothing([name.name for name in members]))
    warnings = (*archive.warnings, *_unread([name.name for name in members]))
    for name, place in tables.items():
        near = [notes[folder] for folder in name.parents if folder in notes]
        note = reduce(DeliveryNote.over, near, archive.note)
        yield _Part(place, archive.path, note, str(name), warnings, archive.folders)
        warnings = ()


def _unread(names: list[str]) -> tuple[Text, ...]:
    return not_read(name for name in names if not _is_table(name) and name != NOTE_FILE)


def _nothing(names: list[str]) -> Text:
    """Return what is said of a folder or archive that holds no table."""
    zh, en = zip(NOTHING, *_unread(names), strict=True)
    return Text("；".join(zh), "; ".join(en))


def _grids(parts: list[_Part], workspace: Workspace, password: str) -> list[Sequence[Grid]]:
    """Return what each file holds; all workbooks are parsed by one process."""
    books = [part for part in parts if part.ending in WORKBOOKS]
    for book in books:
        check_archive(book.place, book.shown)
    pages = iter(open_workbooks([(book.place, book.shown) for book in books], workspace, password))
    return [next(pages) if part.ending in WORKBOOKS else [_grid(part)] for part in parts]


def _grid(part: _Part) -> Grid:
    if part.ending in JSON:
        return open_objects(part.place, part.shown)
    if part.ending in PARQUET:
        return open_columnar(part.place, part.shown)
    if part.ending in PLAIN:
        renamed = frozenset(header for headers in part.note.headers.values() for header in headers)
        return open_delimited(part.place, part.shown, renamed)
    raise FileUnreadable(path=part.shown, reason=foreign(part.place, part.shown.name) or TEXTLESS)


def _match(part: _Part, grids: Sequence[Grid], *, lenient: bool) -> Matches:
    """Return what the grids of one file are; what is to be said of the file is said with the first sheet."""
    found = match_sheets(part.path, part.member, part.note, grids, part.folders, lenient=lenient)
    first = [replace(sheet, warnings=(*part.warnings, *sheet.warnings)) for sheet in found.sheets[:1]]
    return replace(found, sheets=[*first, *found.sheets[1:]])
