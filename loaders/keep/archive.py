"""Copies of the files that were loaded, compressed and sealed, as they hold personal data: enough to rebuild all."""

import hashlib
import io
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from graph.errors import SealBroken, SourceMissing, unwritable
from graph.home import fresh_name
from loaders.keep.vault import Seal

FOLDER = "sources"
FRAME_BYTES = 8 * 2**20
_HEAD = struct.Struct("<II")
"""Before each frame: bytes when open, bytes when sealed. A frame of nothing ends the file."""


def kept_at(digest: str, home: Path) -> Path:
    """Return where the copy of a file with this SHA-256 lies."""
    return home / FOLDER / digest


def is_kept(digest: str, home: Path, seal: Seal) -> bool:
    """Tell whether there is a copy of a file, and it opens to what it was."""
    try:
        fetch_check(digest, home, seal, thorough=True)
    except (SourceMissing, SealBroken):
        return False
    return True


def keep(path: Path, digest: str, home: Path, seal: Seal) -> bool:
    """Keep a copy of a file under its SHA-256, once; memory stays at a few frames. Tell whether it was made now.

    Raises:
        DiskFull, FileUnwritable: no room, or the folder cannot be written.
    """
    target = kept_at(digest, home)
    if is_kept(digest, home, seal):
        return False
    part = target.with_suffix(".part")
    try:
        if target.is_dir():
            target.rename(fresh_name(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as source, part.open("wb") as copy:
            for number, frame in enumerate(_ended(source)):
                copy.write(_framed(frame, digest, number, seal))
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(target)
        return True
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        with suppress(OSError):  # what it is to lie in may be no folder
            part.unlink()


def _ended(source: BinaryIO) -> Iterator[bytes]:
    while frame := source.read(FRAME_BYTES):
        yield frame
    yield b""


def _about(digest: str, number: int) -> str:
    return f"{digest}/{number}"


def _opened(digest: str, home: Path, seal: Seal) -> Iterator[bytes]:
    """Yield the frames of a copy.

    Raises:
        SourceMissing: there is no such copy.
        SealBroken: it is damaged or cut off.
    """
    path = kept_at(digest, home)
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceMissing(path=path) from error
    with file:
        for number in count():
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                raise SealBroken(what=digest)
            size, sealed = _HEAD.unpack(head)
            if size > FRAME_BYTES:
                raise SealBroken(what=digest)
            packed = seal.open(file.read(sealed), _about(digest, number))
            if size == 0:
                return
            yield _unpacked(packed, size, digest)


def _unpacked(packed: bytes, size: int, digest: str) -> bytes:
    try:
        frame: bytes = pa.decompress(packed, decompressed_size=size, codec="zstd", asbytes=True)
    except (OSError, pa.ArrowInvalid) as error:  # the size before a frame is not sealed
        raise SealBroken(what=digest) from error
    return frame


def reseal(digest: str, home: Path, seal: Seal) -> bytes:
    """Return a copy sealed with the key that seals now.

    Raises:
        SourceMissing, SealBroken, KeyMissing: the copy is not there or cannot be opened.
    """
    copy = io.BytesIO()
    for number, frame in enumerate((*_checked(digest, home, seal), b"")):
        copy.write(_framed(frame, digest, number, seal))
    return copy.getvalue()


def _framed(frame: bytes, digest: str, number: int, seal: Seal) -> bytes:
    sealed = seal.close(pa.compress(frame, codec="zstd", asbytes=True), _about(digest, number))
    return _HEAD.pack(len(frame), len(sealed)) + sealed


def fetch(digest: str, home: Path, seal: Seal, folder: Path, name: str) -> Path:
    """Write a copy back as it was and return its path.

    Raises:
        SourceMissing, SealBroken, KeyMissing: the copy is not there or cannot be opened.
    """
    path = folder / name
    with path.open("wb") as file:
        for frame in _checked(digest, home, seal):
            file.write(frame)
    return path


def _checked(digest: str, home: Path, seal: Seal) -> Iterator[bytes]:
    found = hashlib.sha256()
    for frame in _opened(digest, home, seal):
        found.update(frame)
        yield frame
    if found.hexdigest() != digest:
        raise SealBroken(what=digest)


def fetch_check(digest: str, home: Path, seal: Seal, *, thorough: bool) -> None:
    """Check that a copy is there and, if ``thorough``, that it opens to what it was.

    Raises:
        SourceMissing, SealBroken, KeyMissing: it is not, or it does not.
    """
    if not kept_at(digest, home).exists():
        raise SourceMissing(path=kept_at(digest, home))
    if thorough:
        for _ in _checked(digest, home, seal):
            pass
