"""The version of Ladybug's file format: a newer Ladybug rewrites an older file at a checkpoint, one way.

So a copy of the file as it was lies beside it until the first write has succeeded and is in the file.
"""

import glob
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import ladybug

from graph.errors import StoreNewer, unwritable
from graph.language import Text

MAGIC, VERSION_BYTES = b"LBUG", 8
OURS: int = ladybug.Database.get_storage_version()


def format_of(path: Path) -> int | None:
    """Return the version of the file's format; none where there is no such file, or it is none of Ladybug's."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC) + VERSION_BYTES)
    except FileNotFoundError:
        return None
    whole = len(head) == len(MAGIC) + VERSION_BYTES and head.startswith(MAGIC)
    return int.from_bytes(head[len(MAGIC) :], "little") if whole else None


@dataclass(frozen=True)
class OlderCopy:
    """The copy of the store file at ``path`` in the older format, and of its log where there is one."""

    path: Path

    def keep(self) -> list[Text]:
        """Copy a file of an older format before it is opened for writing, and say so; once made, a copy stays.

        Raises:
            StoreNewer: the file is of a newer format.
            DiskFull, FileUnwritable: there is no copy, and the file is as it was.
        """
        version = format_of(self.path)
        if version is None or version == OURS:
            return []
        if version > OURS:
            raise StoreNewer(path=self.path)
        copy = self.path.with_name(f"{self.path.name}.format{version}")
        if not copy.exists():
            _copy(self._log(self.path), self._log(copy))
            _copy(self.path, copy)
        return [
            Text(
                f"存储文件的格式较旧（{version}），首次写入时将改写为 {OURS}，较早的程序不再能打开；"
                f"在此之前原文件的副本保存在 {copy}",
                f"The store file is of an older format ({version}); the first write turns it into {OURS}, which "
                f"earlier programs cannot open. Until then a copy of it is kept: {copy}",
            )
        ]

    def waits(self) -> bool:
        """Tell whether there is a copy."""
        return any(self._copies())

    def drop(self) -> None:
        """Delete the copy once what was written is in a file of the present format."""
        if format_of(self.path) == OURS:
            for copy in self._copies():
                copy.unlink()

    def _copies(self) -> list[Path]:
        return sorted(self.path.parent.glob(f"{glob.escape(self.path.name)}.format*"))

    @staticmethod
    def _log(path: Path) -> Path:
        return path.with_name(f"{path.name}.wal")


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        if source.exists():
            shutil.copyfile(source, part)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise unwritable(target, error) from error
