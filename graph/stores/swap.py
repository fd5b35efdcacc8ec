"""One store file put in the place of another, with the folder beside it: both, or neither.

The new ones are made in a folder of their own. From the moment when the note of the exchange is on the disk it counts
as done: whoever is stopped in between leaves it to the next opening to finish the renaming.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import unwritable
from graph.home import locked, sync_folder, write_durably
from graph.home_files import read_json

NOTE = ".swap"
LOGS = (".wal", ".wal.checkpoint", ".shadow")
"""Endings of what a store file may have beside it while it is open."""
HOME = ".d"
"""Ending of the folder beside a store file."""
NEW = ".new"
"""Ending of the folder in which a store is made that shall take the place of another."""


@dataclass(frozen=True)
class _Announcement:
    """What a note of an exchange says: the mark that the old files get."""

    mark: str


def home_of(path: Path) -> Path:
    """Return the folder beside a store file."""
    return path.with_name(f"{path.name}{HOME}")


def place_for_new(path: Path) -> Path:
    """Return where to make the store that shall take the place of the one at ``path``."""
    return path.with_name(f"{path.name}{NEW}") / path.name


def place_beside(home: Path) -> Path:
    """Return where to make the store whose content shall take the place of that whose folder is ``home``."""
    return place_for_new(home.with_name(home.name.removesuffix(HOME)))


def cleared(place: Path) -> Path:
    """Return a place for a new store, without what somebody who was stopped may have left there.

    Raises:
        DiskFull, FileUnwritable: it cannot be made.
    """
    try:
        shutil.rmtree(place.parent, ignore_errors=True)
        place.parent.mkdir(parents=True)
    except OSError as error:
        raise unwritable(place, error) from error
    return place


@contextmanager
def dropped_on_failure(place: Path) -> Iterator[None]:
    """Take away what is made at a place for a new store, keys and all, where it does not become whole: on a disk that
    is full it would keep it so."""
    try:
        yield
    except BaseException:
        shutil.rmtree(place.parent, ignore_errors=True)
        raise


def announce(path: Path) -> None:
    """Say that what is in ``place_for_new`` takes the place of the store at ``path``, closed and whole as it is.

    Raises:
        DiskFull, FileUnwritable: it cannot be said; nothing has changed.
    """
    note = path.with_name(f"{path.name}{NOTE}")
    try:
        write_durably(note, json.dumps({"mark": datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")}).encode())
        sync_folder(note.parent)
    except OSError as error:
        note.unlink(missing_ok=True)
        raise unwritable(note, error) from error


def complete(path: Path) -> list[Path]:
    """Finish an exchange that was announced; return where the old files are now.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be written; it is finished another time.
        HomeDamaged: the note of the exchange is damaged.
    """
    note = path.with_name(f"{path.name}{NOTE}")
    if not note.exists():
        return []
    with locked(path.parent):
        if not note.exists():  # another process was first
            return []
        mark = read_json(note, _Announcement).mark
        try:
            return _renamed(path, mark)
        except OSError as error:
            raise unwritable(path, error) from error
        finally:
            sync_folder(path.parent)


def _renamed(path: Path, mark: str) -> list[Path]:
    new = place_for_new(path)
    for end in LOGS if new.exists() else ():
        if (log := path.with_name(path.name + end)).exists():
            log.rename(_aside(log, mark))
    for fresh, old in ((new, path), (home_of(new), home_of(path))):
        if fresh.exists():
            if old.exists():
                old.rename(_aside(old, mark))
            fresh.rename(old)
    for left in new.parent.glob("*"):
        left.unlink()
    if new.parent.exists():
        new.parent.rmdir()
    path.with_name(f"{path.name}{NOTE}").unlink()
    return sorted(path.parent.glob(f"{path.name}*.aside-{mark}"))


def _aside(path: Path, mark: str) -> Path:
    return path.with_name(f"{path.name}.aside-{mark}")
