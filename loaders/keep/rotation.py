"""Everything sealed in a store, sealed anew with another key, in place.

A few files at a time are put in place at one stroke; one that was stopped goes on where it was.
"""

import os
from pathlib import Path

from graph.errors import unwritable
from graph.home import Home, write_durably
from loaders.keep.archive import FOLDER as SOURCES
from loaders.keep.archive import reseal
from loaders.keep.keys import KEY, Keys, sealed_files
from loaders.keep.vault import Contacts, Seal

AT_ONCE = 64 * 2**20
"""Bytes that are sealed anew before they are put in place."""


def rotate(home: Path, *, old: Path | None = None) -> int:
    """Seal everything with a new key and return how many files that were; ``old`` gets a copy of the key until now.

    Raises:
        KeyMissing, WrongKey, SealBroken: something cannot be opened; it is named, and nothing is lost.
        DiskFull, FileUnwritable: no room; what is done stays done, and the next time goes on there.
    """
    files = Home(home)
    with files.lock():
        files.settle()
        keys = Keys(home / KEY)
        new = keys.begin_change()
        if old:
            _save(keys.read(keys.file), old)
        seal, count = Seal(home / KEY), 0
        batch: dict[str, bytes] = {}
        for path in sealed_files(home):
            if not _is_of(seal, path, new):
                batch[path.relative_to(home).as_posix()] = _resealed(path, home, seal)
                count += 1
            if sum(map(len, batch.values())) > AT_ONCE:
                files.keep(batch)
                batch = {}
        files.keep(batch)
        keys.finish_change()
    return count


def _save(key: bytes, path: Path) -> None:
    try:
        if path.exists():
            raise FileExistsError(17, os.strerror(17))
        write_durably(path, key)
    except OSError as error:
        raise unwritable(path, error) from error


def _is_of(seal: Seal, path: Path, key: bytes) -> bool:
    with path.open("rb") as file:
        return seal.is_of(file.read(64), key) if path.parent.name != SOURCES else seal.is_of(file.read(72)[8:], key)


def _resealed(path: Path, home: Path, seal: Seal) -> bytes:
    return reseal(path.name, home, seal) if path.parent.name == SOURCES else Contacts(home, seal).reseal(path)
