"""What every load brought: one folder a load, from which any state of the graph can be explained or made again.

A load is put together in ``staging`` and becomes part of the history by one renaming, after the graph has committed.
The graph's own node of the load is the commit record: a load that was stopped in between is completed or dropped by
whoever opens the store next. Each folder tells of itself in ``load.json``: its token, which the graph's node has too,
the journal's event, and every file with its checksum.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import HomeDamaged, unreadable, unwritable
from graph.home import Home, sync_folder, write_durably
from graph.home_files import files_in
from graph.language import Text
from graph.lines import checked_line, read_line
from graph.manifest import GROWING, JOURNAL, MANIFEST, FileEntry, Listing, entry_of
from graph.stores.base import Query, ReadSession
from loaders.keep.events import Details

COMMITTED = Query(
    "MATCH (l:Load) WHERE l.state = 'done' AND l.model IS NOT NULL "
    "RETURN l.key AS key, coalesce(l.token, '') AS token ORDER BY key",
    {"key": str, "token": str},
)
"""The loads that the graph holds; those of the first versions had no token."""
FINISHED = Query(
    "MATCH (l:Load) WHERE l.state = 'done' RETURN l.key AS key, l.finished AS finished",
    {"key": str, "finished": datetime},
)
NOTE = "load.json"
FOREIGN_LIST = Text("它是另一个存储的清单", "it is the list of another store")


@dataclass(frozen=True)
class LoadNote:
    """What the folder of a load tells of itself; ``files`` by name within the folder."""

    load: str
    token: str
    event: Details
    files: dict[str, tuple[int, str]]

    def listed(self, folder: Path) -> dict[str, FileEntry]:
        """Return the entries of its files, and of the note, in the list of the home."""
        entries = {f"loads/{self.load}/{name}": FileEntry(*entry) for name, entry in self.files.items()}
        return {**entries, f"loads/{self.load}/{NOTE}": entry_of(folder / NOTE)}


class History:
    """The loads of one store, in the folder ``loads`` of its home."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)
        self.loads = home / "loads"
        self.staging = home / "staging"

    @contextmanager
    def stage(self, load: str) -> Iterator[Path]:
        """Yield an empty folder for what a load brings.

        Raises:
            DiskFull, FileUnwritable: the folder cannot be written.
        """
        folder = self.staging / load
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            yield folder
        except OSError as error:
            raise unwritable(Path(error.filename or folder), error) from error

    @staticmethod
    def write(folder: Path, name: str, content: dict[str, Any]) -> None:
        """Write a small file of a load that is being put together."""
        write_durably(folder / name, json.dumps(content, ensure_ascii=False).encode())

    def seal(self, folder: Path, token: str, event: Details) -> None:
        """Make a folder that is put together durable, with its note.

        Raises:
            DiskFull, FileUnwritable: it cannot be written.
        """
        try:
            files = {}
            for path in sorted(folder.iterdir()):
                with path.open("rb") as file:
                    os.fsync(file.fileno())
                entry = entry_of(path)
                files[path.name] = (entry.size, entry.sha256)
            write_note(folder, LoadNote(folder.name, token, event, files))
            sync_folder(folder)
        except OSError as error:
            raise unwritable(folder, error) from error

    def publish(self, load: str) -> None:
        """Make what was staged part of the history; it appears whole or not at all."""
        try:
            self.loads.mkdir(parents=True, exist_ok=True)
            (self.staging / load).rename(self.loads / load)
            sync_folder(self.loads)
        except OSError as error:
            raise unwritable(self.loads / load, error) from error

    def begin_list(self) -> None:
        """Have a list before there is a history: one without would look like one whose list is lost."""
        if not (self.home.folder / MANIFEST).exists():
            self.home.update(lambda _: None)

    def enter(self, load: str) -> None:
        """List the files of a load that is part of the history, what lies beside them, and the journal as it is."""
        folder = self.loads / load
        note = read_note(folder)
        home = self.home.folder

        def change(listing: Listing) -> None:
            listing.files.update(note.listed(folder))
            fresh = [name for name in beside(note.event) if name not in listing.files and (home / name).exists()]
            listing.files.update({name: entry_of(home / name) for name in fresh})
            listing.files[JOURNAL] = FileEntry((home / JOURNAL).stat().st_size, "")
            listing.loads[load] = note.token

        self.home.update(change)

    def drop(self, load: str) -> None:
        """Forget what was staged."""
        shutil.rmtree(self.staging / load, ignore_errors=True)

    def staged(self) -> list[Path]:
        """Return the folders of loads that were stopped on their way."""
        return sorted(self.staging.iterdir()) if self.staging.is_dir() else []

    def recover(self, session: ReadSession) -> list[str]:
        """Complete the loads that the graph has committed and drop the others; return those completed."""
        if not self.staged():
            return []
        tokens = set(committed(session).values()) - {""}
        completed = []
        for folder in self.staged():
            if staged_token(folder) in tokens:
                self.publish(folder.name)
                completed.append(folder.name)
            else:
                self.drop(folder.name)
        return completed

    def folders(self) -> list[Path]:
        """Return the folders of all loads, oldest first.

        Raises:
            HomeDamaged, HomeForbidden: they cannot be listed.
        """
        return [folder for folder in files_in(self.loads) if folder.name.startswith("load-")]

    def keeps_list(self) -> bool:
        """Tell whether a version that lists its files wrote here: the first ones put no event into the notes of loads.

        Raises:
            HomeDamaged: a note is damaged.
        """
        return any(read_note(folder).event for folder in self.folders())

    def last(self) -> str:
        """Return the name of the newest load, empty if there is none."""
        return max((folder.name for folder in self.folders()), default="")

    def tokens(self) -> dict[str, str]:
        """Return the token of each load, as the list of the home has it, else its own folder.

        Raises:
            HomeDamaged: the list, or the note of a load that it lacks, is damaged.
        """
        listing = self.home.listing()
        listed = {} if self.is_foreign(listing) else listing.loads
        return {f.name: listed[f.name] if f.name in listed else read_note(f).token for f in self.folders()}

    def is_foreign(self, listing: Listing) -> bool:
        """Tell whether a list is another store's: of no load does it say what the load's own folder says."""
        others = False
        for folder in self.folders():
            listed, own = listing.loads.get(folder.name), staged_token(folder)
            if listed == own:  # one is enough: the folders of two hundred loads need not be read each time
                return False
            others |= bool(listed and own)
        return others

    def files(self, name: str) -> list[str]:
        """Return the files of one name in all loads, oldest first."""
        return [str(folder / name) for folder in self.folders() if (folder / name).exists()]


def committed(session: ReadSession) -> dict[str, str]:
    """Return the token of each load that the graph holds, by its name, in order."""
    return {row["key"]: row["token"] for row in session.table(COMMITTED).to_pylist()}


def finished(session: ReadSession) -> dict[str, datetime]:
    """Return when each load was done that the graph holds, UTC, by its name."""
    rows = session.table(FINISHED).to_pylist()
    return {row["key"]: row["finished"].replace(tzinfo=UTC) for row in rows if row["finished"]}


def read_rows(path: str | Path, columns: list[str] | None = None, filters: list[Any] | None = None) -> pa.Table:
    """Return rows of a file of the history, all columns or some; ``filters`` as ``pyarrow.parquet`` takes them.

    Raises:
        HomeDamaged: it is missing, or not what was written.
    """
    try:
        if filters is not None:
            return pq.read_table(path, columns=columns, filters=filters)
        with pq.ParquetFile(path) as file:  # without the machinery of a dataset: a quarter of the time
            return file.read(columns, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise HomeDamaged(path=path, reason=" ".join(str(error).split())) from error


def rows_in(files: list[str], shape: pa.Schema, db: duckdb.DuckDBPyConnection) -> str:
    """Return the text of the rows of some files of the history, with the name of their load in ``_load``.

    What an older model had no column for is empty.
    """
    name = f"shape_{len(shape)}_{abs(hash(shape))}"
    db.register(name, shape.empty_table())
    quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return (
        f"(SELECT *, NULL::VARCHAR AS _load FROM {name} UNION ALL BY NAME "  # noqa: S608 own paths
        "SELECT * EXCLUDE (filename), parse_path(filename)[-2] AS _load "
        f"FROM read_parquet([{quoted}], filename = true, union_by_name = true))"
    )


def beside(event: Details) -> list[str]:
    """Return the names of the files that a load puts beside the history: copies of its sources, rejected rows."""
    rejects = event.get("rejects")
    names = [f"sources/{digest}" for digest in dict.fromkeys(event.get("files", {}).values())]
    return [*names, f"rejects/{rejects}", f"rejects/{Path(rejects).stem}.sealed"] if rejects else names


def write_note(folder: Path, note: LoadNote) -> None:
    """Write what the folder of a load tells of itself."""
    write_durably(folder / NOTE, checked_line(asdict(note)).encode())


def read_note(folder: Path) -> LoadNote:
    """Return what the folder of a load tells of itself; an old one tells of its token alone.

    Raises:
        HomeDamaged: the note is missing or damaged.
    """
    path = folder / NOTE
    try:
        stated = read_line(path.read_bytes().removesuffix(b"\n"))
    except OSError as error:
        raise unreadable(path, error) from error
    if stated is None or "token" not in stated:
        raise HomeDamaged(path=path, reason=Text("内容不完整", "it is not whole"))
    if "files" not in stated:
        files = {p.name: entry_of(p) for p in sorted(folder.iterdir()) if p.name != NOTE}
        return LoadNote(folder.name, stated["token"], {}, {name: (e.size, e.sha256) for name, e in files.items()})
    return LoadNote(stated["load"], stated["token"], stated["event"], {k: tuple(v) for k, v in stated["files"].items()})


def staged_token(folder: Path) -> str:
    """Return the token of a load's folder; empty where it was stopped before it had one."""
    try:
        return read_note(folder).token
    except HomeDamaged:
        return ""


def list_anew(home: Path) -> None:
    """List everything that lies in a folder as it is now, whatever the list there may be says.

    Raises:
        DiskFull, FileUnwritable: the list cannot be written.
    """
    listed = Home(home)
    files = {
        name: FileEntry((home / name).stat().st_size, "") if name in GROWING else entry_of(home / name)
        for name in listed.present()
    }
    loads = {folder.name: read_note(folder).token for folder in History(home).folders()}
    listed.start_anew(Listing(files, {}, loads))
