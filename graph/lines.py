"""Files of lines that each know whether they are whole: one JSON object a line, with its own checksum."""

import fcntl
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import unreadable

SUM = ', "sum": "'
"""Before the checksum, which is the last thing of a line."""


def checked_line(event: Mapping[str, Any]) -> str:
    """Return an event as one JSON line that holds its own checksum."""
    body = json.dumps(event, ensure_ascii=False)[:-1]
    return f'{body}{SUM}{zlib.crc32(body.encode()):08x}"}}\n'


def read_line(line: bytes) -> dict[str, Any] | None:
    """Return the event of a line without its end; None if it is not what was written. Old ones hold no checksum."""
    try:
        text = line.decode()
        event = json.loads(text)
    except ValueError:
        return None
    if not isinstance(event, dict):
        return None
    body, _, _ = text.rpartition(SUM)
    stated = event.pop("sum", None)
    return event if stated is None or stated == f"{zlib.crc32(body.encode()):08x}" else None


@dataclass(frozen=True)
class Lines:
    """A growing file as read: its events, the numbers of the lines that are damaged, and how much of it is whole.

    ``torn`` is the end of a line that was never finished; it was acknowledged to nobody.
    """

    events: list[dict[str, Any]]
    damaged: dict[int, bytes]
    torn: bytes


def read_lines(path: Path) -> Lines:
    """Read a growing file; there need not be one.

    Raises:
        HomeDamaged: it cannot be read.
        HomeForbidden: it is not for this user to read.
    """
    try:
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise unreadable(path, error) from error
    *whole, torn = content.split(b"\n")
    events, damaged = [], {}
    for number, line in enumerate(whole, 1):
        if (event := read_line(line)) is not None:
            events.append(event)
        elif line:
            damaged[number] = line
    return Lines(events, damaged, torn)


@contextmanager
def appending(path: Path) -> Iterator[int]:
    """Open a file to add to, which is made if need be; whoever else adds to it waits."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def add_whole(handle: int, content: bytes) -> None:
    """Add to a file and wait until all of it is on the disk; one that is full takes a part and says nothing of it.

    Raises:
        OSError: it cannot be written, and nothing was added.
    """
    before, left = os.fstat(handle).st_size, memoryview(content)
    try:
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise
