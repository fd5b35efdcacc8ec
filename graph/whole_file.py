"""Files of answers: whole under their name, or not there."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import unwritable
from graph.home import PART


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is finished; until it is there, what was there stays.

    Raises:
        DiskFull, FileUnwritable: it cannot be written.
    """
    with whole_file(path) as place:
        place.write_bytes(content)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield where to write what takes the place of ``path`` once it is whole; until then what was there stays.

    What is no plain file (a pipe, a link such as /dev/stdout), or lies where nothing can be put beside it, is written
    as it is. Folders are made.

    Raises:
        DiskFull, FileUnwritable: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        there = path.exists()
        if path.is_symlink() or (there and not path.is_file()) or not os.access(path.parent, os.W_OK):
            yield path
            return
        part = path.with_name(f".{secrets.token_hex(8)}{PART}")
        try:
            if there:
                path.open("ab").close()  # one that is not to be written is not to be replaced
            yield part
            if there:
                shutil.copymode(path, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
