"""What every load brought: one folder a load, from which any state of the graph can be explained or made again.

A load is put together in ``staging`` and becomes part of the history by one renaming, after the graph has committed.
The graph's own node of the load is the commit record: a load that was stopped in between is completed or dropped at
the beginning of the next one.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.errors import unwritable
from graph.stores.base import Query, ReadSession

COMMITTED = Query(
    "MATCH (l:Load) WHERE l.state = 'done' RETURN l.key AS key, l.token AS token", {"key": str, "token": str}
)
NOTE = "load.json"


class History:
    """The loads of one store, in the folder ``loads`` of its home."""

    def __init__(self, home: Path) -> None:
        self.loads = home / "loads"
        self.staging = home / "staging"

    @contextmanager
    def stage(self, load: str, token: str) -> Iterator[Path]:
        """Yield an empty folder for what a load brings; it is dropped again if something fails before the commit.

        ``token`` is also in the graph's node of the load: that number might be another one's.

        Raises:
            DiskFull, FileUnwritable: the folder cannot be written.
        """
        folder = self.staging / load
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self.write(folder, NOTE, {"token": token})
            yield folder
        except OSError as error:
            raise unwritable(folder, error) from error

    @staticmethod
    def write(folder: Path, name: str, content: dict[str, Any]) -> None:
        """Write a small file of a load that is being put together."""
        with (folder / name).open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())

    def publish(self, load: str) -> None:
        """Make what was staged part of the history; it appears whole or not at all."""
        self.loads.mkdir(parents=True, exist_ok=True)
        (self.staging / load).rename(self.loads / load)

    def drop(self, load: str) -> None:
        """Forget what was staged."""
        shutil.rmtree(self.staging / load, ignore_errors=True)

    def recover(self, session: ReadSession) -> list[str]:
        """Complete the loads that the graph has committed and drop the others; return those completed."""
        left = sorted(self.staging.iterdir()) if self.staging.is_dir() else []
        if not left:
            return []
        committed = set(session.table(COMMITTED)["token"].to_pylist())
        completed = []
        for folder in left:
            if self.token(folder) in committed:
                self.publish(folder.name)
                completed.append(folder.name)
            else:
                self.drop(folder.name)
        return completed

    @staticmethod
    def token(folder: Path) -> str:
        """Return the token of a load's folder; empty where it was stopped before it had one."""
        try:
            return str(json.loads((folder / NOTE).read_text(encoding="utf-8"))["token"])
        except (FileNotFoundError, json.JSONDecodeError):
            return ""

    def folders(self) -> list[Path]:
        """Return the folders of all loads, oldest first."""
        return sorted(self.loads.glob("load-*"))

    def last(self) -> str:
        """Return the name of the newest load, empty if there is none."""
        return max((folder.name for folder in self.folders()), default="")

    def files(self, name: str) -> list[str]:
        """Return the files of one name in all loads, oldest first."""
        return [str(folder / name) for folder in self.folders() if (folder / name).exists()]
