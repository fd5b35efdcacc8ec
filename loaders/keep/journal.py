"""What was loaded, from which files: the record from which the graph can be rebuilt.

One JSON line an event, with its own checksum, appended and flushed to the disk; a load has ``begun`` before it writes
to the graph, with all that is to be told of it, and is ``done`` or has ``failed`` after. A load that wrote nothing is
``read``.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Unpack, cast

from graph.clock import now
from graph.errors import unwritable
from graph.home import Home, write_durably
from graph.language import Text
from graph.lines import Lines, read_lines
from graph.manifest import JOURNAL
from loaders.keep.events import Details, LoadEvent, State

ASIDE = "journal.damaged"
"""File beside the journal that holds the lines which were not what had been written."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Journal:
    """The journal of one store."""

    def __init__(self, home: Path) -> None:
        self._home = Home(home)
        self.path = home / JOURNAL

    def write(
        self, load: str, state: State, *, listed: bool = True, recovered: bool = False, **details: Unpack[Details]
    ) -> None:
        """Append one event; ``listed``: the list of the folder's files knows of it at once.

        ``recovered``: it was found out after a crash.

        Raises:
            DiskFull, FileUnwritable: the folder cannot be written.
        """
        at = now().isoformat(timespec="seconds")
        found = {"recovered": True} if recovered else {}
        self._home.append(JOURNAL, {"load": load, "state": state, "at": at, **details, **found}, listed=listed)

    def lines(self) -> Lines:
        """Return the journal as it is read, with what is damaged.

        Raises:
            HomeDamaged: it cannot be read.
        """
        return read_lines(self.path)

    def events(self) -> list[LoadEvent]:
        """Return all events, oldest first; damaged lines are left to ``tidy`` and to the doctor."""
        return cast("list[LoadEvent]", self.lines().events)

    def tidy(self) -> list[Text]:
        """Drop a line that was never finished and set damaged ones aside; say so.

        Raises:
            DiskFull, FileUnwritable: the folder cannot be written; the journal is as it was.
        """
        lines = self.lines()
        if not lines.torn and not lines.damaged:
            return []
        try:
            if lines.damaged:
                with self.path.with_name(ASIDE).open("ab") as file:
                    file.writelines(line + b"\n" for line in lines.damaged.values())
            whole = self.path.read_bytes().split(b"\n")[:-1]
            kept = [line + b"\n" for number, line in enumerate(whole, 1) if number not in lines.damaged]
            part = self.path.with_suffix(".part")
            write_durably(part, b"".join(kept))
            part.replace(self.path)
        except OSError as error:
            raise unwritable(self.path, error) from error
        self._home.enter(JOURNAL)
        return [*lines_said(lines)]

    def loads(self) -> list[LoadEvent]:
        """Return all loads, oldest first: what each has told of itself, with its last ``state`` and time."""
        loads: dict[str, dict[str, Any]] = {}
        for event in self.events():
            begun = event["state"] in ("begun", "read")
            before = {"begun": event["at"]} if begun else loads.pop(event["load"], {})
            loads[event["load"]] = {**before, **event}
        return sorted(cast("list[LoadEvent]", [*loads.values()]), key=lambda event: place_of_load(event["load"]))


def place_of_load(load: str) -> tuple[str, bool, int]:
    """Return where a load stands: one that wrote nothing, as load-000007.2, comes before the one that did."""
    number, _, unwritten = load.partition(".")
    return number, not unwritten, int(unwritten or 0)


def lines_said(lines: Lines) -> Iterator[Text]:
    """Yield what is to be said of lines that ``tidy`` has taken away."""
    if lines.torn:
        yield Text(
            "载入日志最后一行没有写完，已略去；它没有被确认过",
            "The journal's last line was never finished and was dropped; it was acknowledged to nobody.",
        )
    if lines.damaged:
        numbers = "、".join(map(str, lines.damaged))
        yield Text(
            f"载入日志第 {numbers} 行已损坏，移到 {ASIDE}；所说的载入已按各自的文件夹补写",
            f"Line {numbers} of the journal was damaged and is now in {ASIDE}; what it told is told again from the "
            "folder of its load.",
        )
