"""The folder beside a store: every file in it is written whole, and listed with its size and checksum.

``manifest.json`` is the list. What is to be put in place of something else is first written beside it, then listed as
``coming``, then renamed: whoever is stopped in between leaves a list that says what to finish. Files that only grow
(``GROWING``) are listed with the length that they surely have; each of their lines holds a checksum of its own.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from graph.errors import HomeDamaged, ShuniuError, unreadable, unwritable
from graph.home_files import NOT_WHOLE
from graph.lines import SUM, add_whole, appending, checked_line, read_line
from graph.manifest import GROWING, MANIFEST, PURPOSES, Fault, FileEntry, Listing, entry_of

OF_PLACE = ("access", "audit")
"""Keys and audit log: of the place where a store is, not of what it holds; they stay when that changes."""
KNOWN = "known"
"""Folder of earlier states of the graph; not listed, as each can be made again from the journal at any time."""
PART = ".part"
"""Ending of what is being written."""


def sync_folder(folder: Path) -> None:
    """Make what was renamed into a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk; it is for its owner alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class Home:
    """The folder of one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def lock(self, *, wait: bool = True) -> Iterator[bool]:
        """Wait until nobody else changes this store, in whichever thread or process, and keep others waiting.

        Without ``wait`` it yields at once, False if somebody else is at it.

        Raises:
            DiskFull, FileUnwritable: the folder cannot be made.
        """
        with locked(self.folder, wait=wait) as mine:
            yield mine

    # The list

    def listing(self) -> Listing:
        """Return the list; that of a folder without one is empty.

        Raises:
            HomeDamaged: it is not what was written.
            HomeForbidden: it is not for this user to read.
        """
        path = self.folder / MANIFEST
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return Listing()
        except OSError as error:
            raise unreadable(path, error) from error
        stated = read_line(raw.removesuffix(b"\n"))
        if stated is None or SUM.encode() not in raw or not raw.endswith(b"\n"):
            raise HomeDamaged(path=path, reason=NOT_WHOLE)
        files, coming = ({k: FileEntry(*e) for k, e in stated[part].items()} for part in ("files", "coming"))
        return Listing(files, coming, stated["loads"])

    def update(self, change: Callable[[Listing], None]) -> None:
        """Change the list in one stroke.

        Raises:
            HomeDamaged: the list is damaged.
            DiskFull, FileUnwritable: it cannot be written; it is as before.
        """
        with self._list_lock():
            listing = self.listing()
            change(listing)
            self._write(listing)

    def start_anew(self, listing: Listing) -> None:
        """Put another list in the place of the one there is."""
        with self._list_lock():
            self._write(listing)

    def _write(self, listing: Listing) -> None:
        path = self.folder / MANIFEST
        part = path.with_name(f"{MANIFEST}{PART}")
        try:
            write_durably(part, checked_line(listing.as_json()).encode())
            part.replace(path)
            sync_folder(self.folder)
        except OSError as error:
            raise unwritable(path, error) from error

    @contextmanager
    def _list_lock(self) -> Iterator[None]:
        with locked(self.folder / "loads"):
            yield

    # Files

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Write files, given by name, in place of those there may be: all of them, or none.

        Raises:
            HomeDamaged: the list is damaged.
            DiskFull, FileUnwritable: nothing has changed.
        """
        with self._list_lock():
            listing = self.listing()
            try:
                for name, content in files.items():
                    listing.coming[name] = self._stage(name, content)
                self._write(listing)
            except ShuniuError:
                for name in files:
                    with suppress(OSError):  # a folder of it may be a file
                        _part(self.folder / name).unlink()
                raise
            self._finish(listing)

    def _stage(self, name: str, content: bytes) -> FileEntry:
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(_part(path), content)
        except OSError as error:
            raise unwritable(path, error) from error
        return FileEntry(len(content), hashlib.sha256(content).hexdigest())

    def settle(self) -> None:
        """Finish what somebody who was stopped had begun to put in place."""
        if self.listing().coming:
            with self._list_lock():
                self._finish(self.listing())

    def _finish(self, listing: Listing) -> None:
        """Put what is ``coming`` in its place; its parts were all on the disk before it was listed."""
        try:
            for name, entry in listing.coming.items():
                path = self.folder / name
                if _part(path).exists() and entry_of(_part(path)) == entry:
                    _part(path).replace(path)
                    sync_folder(path.parent)
                if path.exists() and entry_of(path) == entry:
                    listing.files[name] = entry
        except OSError as error:
            raise unwritable(self.folder, error) from error
        listing.coming.clear()
        self._write(listing)

    def enter(self, *names: str) -> None:
        """List files that are there."""
        found = {name: entry_of(self.folder / name) for name in names if name not in GROWING}
        grown = {n: FileEntry((self.folder / n).stat().st_size, "") for n in names if n in GROWING}
        self.update(lambda listing: listing.files.update({**found, **grown}))

    def strike(self, names: Iterable[str]) -> None:
        """Take files off the list, then away."""
        gone = list(names)

        def change(listing: Listing) -> None:
            for name in gone:
                listing.files.pop(name, None)

        self.update(change)
        for name in gone:
            with suppress(FileNotFoundError):
                (self.folder / name).unlink()

    def append(self, name: str, event: Mapping[str, Any], *, listed: bool = True) -> None:
        """Add a line to a growing file and wait until it is on the disk; ``listed``: the list knows of it at once.

        Raises:
            HomeDamaged: the list is damaged.
            DiskFull, FileUnwritable: the folder cannot be written.
        """
        path = self.folder / name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with appending(path) as handle:
                add_whole(handle, _line_break(handle) + checked_line(event).encode())
        except OSError as error:
            raise unwritable(path, error) from error
        if listed:
            self.enter(name)

    def fault(self, name: str, entry: FileEntry, *, thorough: bool = False) -> Fault | None:
        """Return what is wrong with a listed file; only if ``thorough`` is its content read."""
        path = self.folder / name
        try:
            size = path.stat().st_size
            if name in GROWING:
                with path.open("rb"):
                    return "size" if size < entry.size else None
            if size != entry.size:
                return "size"
            if not thorough:
                with path.open("rb"):
                    return None
            return None if entry_of(path) == entry else "content"
        except FileNotFoundError:
            return "missing"
        except OSError:
            return "unreadable"

    def present(self) -> list[str]:
        """Return the names of all files that belong on the list."""
        found = []
        for purpose in PURPOSES:
            place = self.folder / purpose
            if place.is_file():
                found.append(purpose)
            elif place.is_dir():
                found += [p.relative_to(self.folder).as_posix() for p in place.rglob("*") if p.is_file()]
        return sorted(name for name in found if not name.endswith(PART))


def bring(old: Path, new: Path) -> None:
    """Copy a file or folder, but nothing over what is there."""
    if old.is_file():
        shutil.copy2(old, new)
    elif old.is_dir():
        for file in (p for p in old.rglob("*") if p.is_file() and p.suffix != ".part"):
            target = new / file.relative_to(old)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copy2(file, target)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}{PART}")


def _line_break(handle: int) -> bytes:
    """Return what ends a line that somebody who was stopped left open."""
    size = os.fstat(handle).st_size
    return b"\n" if size and os.pread(handle, 1, size - 1) != b"\n" else b""


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a folder itself: it needs no file of its own, and goes with the process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def fresh_name(path: Path) -> Path:
    """Return a name beside ``path`` that nothing has."""
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}")
