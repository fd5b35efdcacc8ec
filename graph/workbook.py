"""Workbooks on their way into a file: text stays text, and what fails is told as of any other file."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory, gettempdir
from typing import IO

import xlsxwriter

from graph.errors import unwritable

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}
"""No cell becomes a formula or a link by what it begins with."""


@contextmanager
def workbook(to: IO[bytes], *, large: bool = False) -> Iterator[xlsxwriter.Workbook]:
    """Yield a workbook that is put into ``to`` at the end: into memory, as a zip that a disk has no room for complains
    once more when it is dropped.

    ``large``: its rows come in their order and go to a temporary folder one by one, so that a million of them take no
    memory.

    Raises:
        DiskFull, FileUnwritable: the temporary folder has no room.
    """
    try:
        with TemporaryDirectory() as rows:
            where = {"constant_memory": True, "tmpdir": rows} if large else {"in_memory": True}
            with xlsxwriter.Workbook(to, PLAIN | where) as book:
                yield book
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise unwritable(gettempdir(), error) from error
