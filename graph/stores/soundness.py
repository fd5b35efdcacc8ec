"""Whether a store file is what it was: Ladybug checks its log, but no page of its file.

A damaged file may answer wrongly, or end the whole process. So the checksum of the file is written down whenever it is
closed well, and compared before it is opened again. What a stopped process left has none, and a log beside it; it is
tried in a process of its own first.
"""

import os
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

from graph.errors import StoreDamaged
from graph.home import fresh_name
from graph.language import Text
from graph.stores import probe
from graph.stores.first_load import first_token
from graph.stores.swap import LOGS

NOTE = "graph.crc32"
"""File in the store's folder: checksum and length of the store file as it was closed; empty while it is open.

A second line says by which statements its tables were made then, so that nobody has to look at them.
"""
PIECE_BYTES = 2**18
PROBE_SECONDS = 600.0
OTHER = Text("内容与上次关闭时不同", "its content is not what it was when it was closed")
STRAY_LOG = Text("旁边有不属于它的日志文件", "a log lies beside it that is not its own")
CRASHED = Text("读取它会使程序崩溃", "a program that reads it crashes")
APPLIED = "is missing with no pinned-checkpoint marker"
"""Words by which Ladybug tells of a log whose pages are in the store file already, as its shadow file is gone."""
EMPTIED = "Cannot replay shadow file"
"""Words by which it tells of the same where the shadow file stands, but is empty by now."""
UNCLOSED = Text(
    "存储文件没有有效的关闭记录（例如程序被中断）；已通读，内容可用",
    "the store file has no valid note of its closing (a program was stopped, for instance); it was read to its end",
)
HUNG = Text("读取它没有尽头", "reading it does not end")


class FolderOfAnother(StoreDamaged):
    """The folder beside a store file is that of another store: one of the two was moved or copied alone."""

    message = Text(
        "旁边的文件夹 {home} 是另一个存储的，与 {path} 对不上",
        "The folder {home} is that of another store and does not belong to {path}",
    )
    hint = Text(
        "请把这个存储自己的文件夹复制到旁边；找不回时移开现在这个，再运行 shuniu rebuild --from-graph。"
        "要的是这个文件夹里的图时，移开存储文件，再运行 shuniu rebuild。",
        "Copy the folder of this store beside it; where it is lost, move this one away and run "
        "`shuniu rebuild --from-graph`. Where the graph of this folder is wanted, move the store file away and run "
        "`shuniu rebuild`.",
    )


def _check(mark: str) -> str:
    """Return the checksum of a note."""
    return f"{zlib.crc32(mark.encode()):08x}"


class Soundness:
    """What is known of the file at ``path``, kept in the folder ``home``."""

    def __init__(self, path: Path, home: Path) -> None:
        self._path = path
        self._home = home
        self._log = path.with_name(f"{path.name}.wal")
        self._note = home / NOTE
        self.tables = ""
        """Digest of the statements that made the file's tables, as far as ``check`` found it noted."""

    def check(self, *, interrupted: bool = False) -> list[Text]:
        """Let only a file pass that can be opened here, and say what was noticed.

        One that came without its folder is taken as it is. Where a transaction was ``interrupted``, a torn log is its
        own, and what is lost with it stands in the redo log.

        Raises:
            OSError: the file cannot be read.
            RuntimeError: Ladybug cannot open it, for whatever reason.
            FolderOfAnother: the folder beside it is that of another store.
            StoreDamaged: it is not what it was, or a process that reads it crashes.
        """
        self.tables = ""
        if not self._path.exists() or not self._home.is_dir():
            return []
        noted, tables = self._noted()
        if not noted:
            self._probe(interrupted=interrupted)
            return [UNCLOSED]
        if self._log.exists():
            raise StoreDamaged(path=self._path, reason=STRAY_LOG)
        if noted != self._mark():
            self.ensure_own_folder()
            raise StoreDamaged(path=self._path, reason=OTHER)
        self.tables = tables
        return []

    def ensure_own_folder(self) -> None:
        """Refuse a folder that tells of another store; a file that is damaged or was not closed says nothing of it.

        Raises:
            OSError: the file cannot be read.
            FolderOfAnother: the file can be read, and holds other loads than the folder tells of.
        """
        closed = self._path.exists() and not self._log.exists() and self._noted()[0]
        if closed and closed != self._mark() and self._is_of_another():
            raise FolderOfAnother(path=self._path, home=self._home)

    def _noted(self) -> tuple[str, str]:
        """Return the mark of the file as it was closed, and the digest of what made its tables.

        Either is empty where it was not noted, or where the note is damaged.
        """
        try:
            first, _, second = self._note.read_text(encoding="ascii").partition("\n")
        except (OSError, UnicodeDecodeError):
            return "", ""
        (mark, _, check), (tables, _, tables_check) = first.rpartition(" "), second.rpartition(" ")
        known = mark if check == _check(mark) else ""
        return known, tables if known and tables_check == _check(mark + tables) else ""

    def ensure_notable(self) -> None:
        """Refuse, before the file is touched, where the note cannot be written: to open it and close it changes it.

        Raises:
            OSError: the folder, or the note in it, cannot be written.
        """
        self._note.parent.mkdir(parents=True, exist_ok=True)
        if not self._note.is_dir():
            self._note.open("ab").close()

    def opened(self) -> None:
        """Note that the file is open for writing; this is on the disk before anything else is."""
        self._write("")

    def closed(self, tables: str = "") -> None:
        """Note what the file is, and by what its ``tables`` were made; not where it was not closed well.

        That is so where its log is there, or where who still has a connection, be it after an interrupt, keeps it open
        in this process and changes it once more when that ends.
        """
        if not self._log.exists() and not self._is_open():
            with suppress(OSError):  # where there is no room for it, the next opening tries the file first
                mark = self._mark()
                made_by = f"\n{tables} {_check(mark + tables)}" if tables else ""
                self._write(f"{mark} {_check(mark)}{made_by}")

    def _is_open(self) -> bool:
        """Tell whether a descriptor of this process leads to the file; paths of others may be for nobody to look at."""
        for descriptor in Path("/dev/fd").iterdir():
            with suppress(OSError):  # that of the listing is closed by now
                if os.path.samestat(os.fstat(int(descriptor.name)), self._path.stat()):
                    return True
        return False

    def _mark(self) -> str:
        found, piece = 0, memoryview(bytearray(PIECE_BYTES))
        with self._path.open("rb", buffering=0) as file:
            while count := file.readinto(piece):
                found = zlib.crc32(piece[:count], found)
            return f"{found:08x} {file.tell()}"

    def _write(self, text: str) -> None:
        self._note.parent.mkdir(parents=True, exist_ok=True)
        if self._note.is_dir():
            self._note.rename(fresh_name(self._note))
        with self._note.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _probe(self, *, interrupted: bool) -> None:
        salvage = ["salvage"][:interrupted]
        tried = self._try(*salvage)
        if (interrupted and APPLIED in tried.stderr) or (EMPTIED in tried.stderr and self._shadow_is_empty()):
            # Ladybug empties its shadow file and takes it away only when all of it is in the store file, and its log
            # after that: stopped in between, it does not open what is whole. A shadow file may be gone for other
            # reasons, so there the redo log must hold what the log holds.
            logs = (self._path.with_name(f"{self._path.name}{end}") for end in LOGS)
            aside = [log.rename(fresh_name(log)) for log in logs if log.exists()]
            tried = self._try(*salvage)
            if not tried.returncode:
                for log in aside:
                    log.unlink()
        if tried.returncode == 1 and "Traceback" not in tried.stderr:
            raise RuntimeError(tried.stderr.strip())
        if tried.returncode:
            raise StoreDamaged(path=self._path, reason=CRASHED)
        self.closed()

    def _is_of_another(self) -> bool:
        """Tell whether the file can be read and the folder tells of other loads from the first on."""
        try:
            found = self._try("first")
        except StoreDamaged:
            return False
        here, there = found.stdout.strip(), first_token(self._home)
        return not found.returncode and bool(here) and bool(there) and here != there

    def _shadow_is_empty(self) -> bool:
        shadow = self._path.with_name(f"{self._path.name}.shadow")
        return shadow.exists() and not shadow.stat().st_size

    def _try(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-I", str(Path(probe.__file__)), str(self._path), *words]
        try:
            return subprocess.run(  # noqa: S603 our own file
                command, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=PROBE_SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise StoreDamaged(path=self._path, reason=HUNG) from error
