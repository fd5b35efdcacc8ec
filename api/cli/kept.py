"""What was said of a graph is said again while the graph stays as it is: answers kept beside an embedded store.

It is asked before anything else is loaded, so that a question that was put before costs next to nothing. What a kept
answer holds for is written into it: the graph file and what lies beside it, this program, the day, the settings and
the words of the question. Anything else, damage too, and the question is put anew.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from api.cli.streams import told_apart
from graph.clock import today
from graph.errors import BadStoreUrl, HomeUnknown
from graph.home import KNOWN
from graph.stores.address import embedded_path
from graph.stores.swap import LOGS, home_of

FOLDER = "answers"
"""Not in the list of files beside the store: each holds its own checksum, and nothing is lost with it."""
MOST_BYTES, MOST_OF_ALL = 20_000_000, 100_000_000
"""Characters of one answer, bytes of all."""
PASSING = {FOLDER, KNOWN, "signals.jsonl", "staging", "server.json"}
"""What changes beside a store without its graph."""
PROGRAM = ("api", "viz", "queries", "loaders", "graph")
TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
"""What of the environment decides how a table looks."""


class KeptAnswer:
    """The answer to one command line, kept beside the store that it asks."""

    def __init__(self, arguments: Sequence[str], store: Path) -> None:
        self._store = store
        self._home = home_of(store)
        said = [
            list(arguments),
            _day(),
            _settings(),
            _screen(),
            [_facts(Path(a.partition("=")[2] or a)) for a in arguments],
        ]
        self._name = _sum(said)[:32]

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "KeptAnswer | None":
        """Return the place of an answer; none where the store is no file, or there is no such file."""
        stated = [a.removeprefix("--store=") for a in arguments if a.startswith("--store=")]
        stated += [b for a, b in pairwise(arguments) if a == "--store"]
        with suppress(BadStoreUrl, HomeUnknown):
            store = embedded_path(stated[-1] if stated else os.environ.get("SHUNIU_STORE") or None)
            return cls(arguments, store) if store.is_file() else None
        return None

    def state(self) -> str:
        """Return what the answer holds for: the graph file, what lies beside it, and this program.

        Raises:
            OSError: nothing lies beside it yet, or it cannot be read; an answer is not kept then.
        """
        graph = [_facts(self._store), *(_facts(self._store.with_name(f"{self._store.name}{end}")) for end in LOGS)]
        with os.scandir(self._home) as entries:
            beside = sorted([e.name, *_facts(Path(e.path))] for e in entries if e.name not in PASSING)
        return _sum([graph, beside, _program()])[:16]

    def said(self) -> tuple[str, list[str]] | None:
        """Return what was said, and what was noticed of the store; none where it does not hold, or is damaged."""
        try:
            state = self.state()
            file = self._home / FOLDER / f"{state}-{self._name}"
            checksum, _, content = file.read_bytes().decode(errors="replace").partition("\n")
        except OSError:
            return None
        if checksum == _sum([state, self._name, content]):
            notices, _, text = content.partition("\n")
            return text, json.loads(notices)
        sys.stderr.write(
            "留存的答案已损坏，已丢弃，重新计算。 A kept answer was damaged; it is dropped and made anew.\n"
        )
        with suppress(OSError):
            file.unlink()
        return None

    def keep(self, state: str, text: str, notices: Sequence[str]) -> None:
        """Keep what was said, if the state is still that before the question; those of other states are dropped.

        As long as the state stays, the store gives the same ``notices`` whenever it is opened.

        That it cannot be kept is no fault: it will be made anew.
        """
        if len(text) > MOST_BYTES:
            return
        folder = self._home / FOLDER
        with suppress(OSError, UnicodeEncodeError):
            if self.state() != state:
                return
            folder.mkdir(mode=0o700, exist_ok=True)
            kept = f"{json.dumps(notices, ensure_ascii=False)}\n{text}"
            content = f"{_sum([state, self._name, kept])}\n{kept}".encode()
            _make_room(folder, state, len(content))
            part = folder / f"{self._name}.{os.getpid()}.part"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            part.replace(folder / f"{state}-{self._name}")


class Recorder:
    """A stream that remembers what was written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._parts: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        """Write, and remember as much as would be kept.

        Raises:
            BrokenPipeError: the reader has seen enough.
            StreamError: there is no room where it is written to.
        """
        self._size += len(text)
        if self._size <= MOST_BYTES:
            self._parts.append(text)
        with told_apart():
            return self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Have all written; see :meth:`write`."""
        with told_apart():
            self._stream.flush()

    def text(self) -> str | None:
        """Return all that was written; none where it is too much to be kept."""
        return "".join(self._parts) if self._size <= MOST_BYTES else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _make_room(folder: Path, state: str, size: int) -> None:
    """Drop what does not hold any more, and the oldest of what does until there is room."""
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files:
        size += file.stat().st_size
        if size > MOST_OF_ALL or not file.name.startswith(f"{state}-"):
            file.unlink(missing_ok=True)


def _sum(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _facts(path: Path) -> list[int]:
    """Return what changes with a file or folder; nothing of one that is not there."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return []
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _program() -> list[list[Any]]:
    """Return what changes with this program: its packages are as they were loaded, or installed."""
    root = Path(__file__).parents[2]
    return [
        [str(file.relative_to(root)), *_facts(file)]
        for package in PROGRAM
        for file in sorted((root / package).rglob("*"))
        if file.suffix in (".py", ".yml", ".csv")
    ]


def _settings() -> list[Any]:
    stated = sorted((name, value) for name, value in os.environ.items() if name.upper().startswith("SHUNIU_"))
    return [[name, value, _facts(Path(value))] for name, value in stated]


def _screen() -> list[Any]:
    shown = sys.stdout.isatty()
    look = [os.environ.get(name) for name in TERMINAL]
    return [shown, look, [*shutil.get_terminal_size()] if shown else [], os.environ.get("LANG")]


def _day() -> str:
    return today().isoformat()
