"""What was loaded, from which files: the record from which the graph can be rebuilt.

One JSON line an event, appended and flushed to the disk; a load has ``begun`` before it writes to the graph, with all
that is to be told of it, and is ``done`` or has ``failed`` after. A load that wrote nothing is ``read``.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.errors import unwritable


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def turn(home: Path) -> Iterator[None]:
    """Wait until no other load of this store is under way, in whichever thread or process, and keep others waiting.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / "load.lock").open("a")
    except OSError as error:
        raise unwritable(home, error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Journal:
    """The journal of one store."""

    def __init__(self, home: Path) -> None:
        self.path = home / "journal.jsonl"

    def write(self, load: str, state: str, **details: Any) -> None:
        """Append one event.

        Raises:
            DiskFull, FileUnwritable: the folder cannot be written.
        """
        event = {
            "load": load,
            "state": state,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            **details,
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritable(self.path, error) from error

    def events(self) -> list[dict[str, Any]]:
        """Return all events, oldest first."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]  # a torn last line was never acknowledged

    def loads(self) -> list[dict[str, Any]]:
        """Return all loads, oldest first: what each has told of itself, with its last ``state`` and time."""
        loads: dict[str, dict[str, Any]] = {}
        for event in self.events():
            begun = event["state"] in ("begun", "read")
            before = {"begun": event["at"]} if begun else loads.pop(event["load"], {})
            loads[event["load"]] = {**before, **event}
        return list(loads.values())
