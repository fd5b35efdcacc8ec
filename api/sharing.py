"""One process owns an embedded file; others on this machine use it through that process, as if it were theirs.

The owner leaves a note beside the store, for its account alone: the socket on which it answers, and a word by which
both know each other. Who finds the file in use takes the note, and asks there; the locks of the store's folder hold
between processes as they always do.
"""

import json
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

from api.remote_store import RemoteStore, answer_reads
from graph.errors import HomeDamaged
from graph.home import write_durably
from graph.home_files import read_json
from graph.stores.base import Store

NOTE = "server.json"
REFUSED = (OSError, EOFError, AuthenticationError)
"""What connecting raises where nobody answers, or not to us."""
LAST_SECONDS = 1.0
"""Who is just coming when the owner ends is waited for so long."""


@dataclass(frozen=True)
class _Note:
    """What who comes reads of the note: the owner's folder, its socket, and the word as hex digits."""

    home: str
    socket: str
    word: str


@contextmanager
def shared(store: Store, **details: Any) -> Iterator[None]:
    """Let other processes of this account use an open store.

    Args:
        store: It is used until this ends; what they have under way then ends with an error.
        details: What else the note says, such as the owner's process and address.
    """
    word = secrets.token_bytes(32)
    place = Path(tempfile.mkdtemp(prefix="shuniu-"))  # a folder beside the store may have too long a name for a socket
    try:
        with _answering(store, place / "store", word):
            note = {"home": str(store.home.resolve()), "socket": str(place / "store"), "word": word.hex(), **details}
            store.home.mkdir(parents=True, exist_ok=True)
            write_durably(store.home / NOTE, json.dumps(note).encode())
            try:
                yield
            finally:
                (store.home / NOTE).unlink(missing_ok=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _answering(store: Store, place: Path, word: bytes) -> Iterator[None]:
    """Answer on a socket until the end; a thread that waited on would keep alive what libraries then call leaked."""
    ended = threading.Event()
    with Listener(str(place), "AF_UNIX", authkey=word) as listener:
        thread = threading.Thread(target=_answer, args=(store, listener, ended), name="shuniu-shared", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            with suppress(OSError), socket.socket(socket.AF_UNIX) as nobody:  # closing alone does not wake who waits
                nobody.connect(str(place))
            thread.join(LAST_SECONDS)


def _answer(store: Store, listener: Listener, ended: threading.Event) -> None:
    """Answer each who comes and knows the word, in a thread of its own."""
    while not ended.is_set():
        try:
            pipe = listener.accept()
        except (AuthenticationError, EOFError, ConnectionError):  # somebody else, or gone again
            continue
        except OSError:  # it is closed
            return
        threading.Thread(
            target=answer_reads, args=(store, pipe), kwargs={"writes": True}, name="shuniu-reads", daemon=True
        ).start()


def joined(url: str, home: Path) -> RemoteStore | None:
    """Return the store through the process that owns it; none where it says nothing, or nothing to us.

    A note that came along with a copy of the folder is of another store.
    """
    with suppress(HomeDamaged, ValueError, *REFUSED):
        note = read_json(home / NOTE, _Note)
        if note.home == str(home.resolve()):
            pipe = Client(note.socket, "AF_UNIX", authkey=bytes.fromhex(note.word))
            return RemoteStore(url, home, pipe, writable=True)
    return None
