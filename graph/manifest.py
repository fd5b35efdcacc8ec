"""The list of the files beside a store: what each is for, and its size and checksum as it was written."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from graph.language import Text

MANIFEST = "manifest.json"
FORM = 1
JOURNAL, SIGNALS = "journal.jsonl", "signals.jsonl"
GROWING = (JOURNAL, SIGNALS)
FOLDERS: dict[str, Text] = {
    "loads": Text("载入历史", "history of the loads"),
    "sources": Text("源文件副本", "copies of sources"),
    "rejects": Text("退回的行", "rejected rows"),
    "snapshots": Text("快照", "snapshots"),
    "scenarios": Text("方案", "scenarios"),
    "cases": Text("提醒案件", "cases of alerts"),
}
PURPOSES: dict[str, Text] = {
    JOURNAL: Text("载入日志", "journal of the loads"),
    SIGNALS: Text("未满足的检索", "searches in vain"),
    "key": Text("密钥", "key"),
    "key.next": Text("更换中的新密钥", "key that is about to take the place of the old one"),
    **FOLDERS,
}
"""What is listed, by the first part of its name; whatever else lies in the folder is of one process or one moment."""

Fault = Literal["missing", "unreadable", "size", "content"]


@dataclass(frozen=True)
class FileEntry:
    """A file as it was written: bytes and SHA-256; of a growing file the bytes that it has at least, and no sum."""

    size: int
    sha256: str


@dataclass
class Listing:
    """What the manifest says: files by name, files about to take their place, and the token of each load."""

    files: dict[str, FileEntry] = field(default_factory=dict)
    coming: dict[str, FileEntry] = field(default_factory=dict)
    loads: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        lists = {name: {k: [e.size, e.sha256] for k, e in getattr(self, name).items()} for name in ("files", "coming")}
        return {"form": FORM, **lists, "loads": self.loads}


def entry_of(path: Path) -> FileEntry:
    """Return the size and SHA-256 of a file."""
    with path.open("rb") as file:
        return FileEntry(os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())
