"""The store of the server, as other processes see it: reads over a pipe, and writes for whom it lets.

One process owns an embedded file. So a worker, or a command, asks the server, whose thread runs the query in a session
of its own: who asks sees one state from the first query of a session to the last, under the same limits as everybody.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from graph import schema
from graph.delta import Delta
from graph.errors import ShuniuError, StoreReadOnly, StoreUnreachable
from graph.language import Text
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores.base import READ_SECONDS, Query, ReadSession, Store

OPEN, CLOSE, APPLY = "open", "close", "apply"
GONE = (EOFError, OSError)
"""What a pipe raises whose other end is no more."""


class Called(NamedTuple):
    """What is asked of a session; ``session`` numbers those of one worker."""

    session: int
    name: str
    arguments: tuple[Any, ...] = ()
    parameters: tuple[tuple[str, Any], ...] = ()


class Failed(NamedTuple):
    """An error on its way: its class, and what fills its words."""

    kind: type[ShuniuError]
    details: dict[str, Any]

    @classmethod
    def of(cls, error: ShuniuError) -> "Failed":
        """Return an error with details that any process can read."""
        plain = {k: v if isinstance(v, Text | int | float) else str(v) for k, v in error.details.items()}
        return cls(type(error), plain)


# --- in the process that asks ------------------------------------------------------------------------------------


class RemoteSession:
    """A read session of the server's store."""

    def __init__(self, store: "RemoteStore", number: int) -> None:
        self._store, self._number = store, number

    def _ask(self, what: str, *arguments: Any, parameters: Mapping[str, Any] | None = None) -> Any:
        return self._store.ask(Called(self._number, what, arguments, tuple((parameters or {}).items())))

    def table(self, query: Query, **parameters: Any) -> pa.Table:
        """See ReadSession."""
        return self._ask("table", query, parameters=parameters)

    def frame(self, query: Query, **parameters: Any) -> pd.DataFrame:
        """See ReadSession."""
        frame: pd.DataFrame = self.table(query, **parameters).to_pandas()
        return frame

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        """See ReadSession."""
        return self._ask("nodes", spec.name, keys)

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        """See ReadSession."""
        return self._ask("relationships", spec.slot, end, keys)

    def ties(self, spec: NodeSpec, key: str, *, outgoing: bool) -> pa.Table:
        """See ReadSession."""
        return self._ask("ties", spec.name, key, outgoing)

    def ends(self, spec: RelationshipSpec, end: str, key: str, most: int) -> pa.Table:
        """See ReadSession."""
        return self._ask("ends", spec.slot, end, key, most)

    def version(self) -> int:
        """See ReadSession."""
        return int(self._ask("version"))

    def unfinished(self) -> str | None:
        """See ReadSession."""
        load: str | None = self._ask("unfinished")
        return load


class RemoteStore:
    """The server's store, for reading; ``writable`` where the server takes deltas, too."""

    def __init__(self, url: str, home: Path, pipe: "Connection[Any, Any]", *, writable: bool = False) -> None:
        self.url, self.home, self.writable = url, home, writable
        self.notices: list[Text] = []
        self._pipe = pipe
        self._turn = threading.Lock()
        self._sessions = 0

    def ask(self, called: Called) -> Any:
        """Return what a session of the server says.

        Raises:
            ShuniuError: what the query raised there.
            StoreUnreachable: the server that had let us write is no more.
        """
        try:
            with self._turn:
                self._pipe.send(called)
                answer = self._pipe.recv()
        except GONE as error:
            if self.writable:
                raise StoreUnreachable(url=self.url) from error
            raise
        if isinstance(answer, Failed):
            raise answer.kind(**answer.details)
        return answer

    @contextmanager
    def read(self, seconds: float = READ_SECONDS, *, loading: bool = False) -> Iterator[RemoteSession]:
        """See Store."""
        self._sessions += 1
        number = self._sessions
        self.ask(Called(number, OPEN, (seconds, loading)))
        try:
            yield RemoteSession(self, number)
        finally:
            with suppress(*GONE, StoreUnreachable):
                self.ask(Called(number, CLOSE))

    def apply(self, delta: Delta) -> None:
        """Have the server write a delta; the turn to change the store is ours.

        Raises:
            StoreReadOnly: who computes for the server does not write.
        """
        if not self.writable:
            raise StoreReadOnly
        self.ask(Called(0, APPLY, (delta,)))

    def settle(self) -> None:
        """Nothing is on its way: the server has settled its store."""

    ensure_own = settle

    def place_for_new(self) -> Path:
        """See ``apply``."""
        raise StoreReadOnly

    def adopt(self, new: Path) -> list[Path]:  # noqa: ARG002 whatever it is
        """See ``apply``."""
        raise StoreReadOnly

    def close(self) -> None:
        """The store is the server's; a connection that was made for us alone ends."""
        if self.writable:
            self._pipe.close()

    def __enter__(self) -> "RemoteStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


# --- in the server ------------------------------------------------------------------------------------


def answer_reads(store: Store, pipe: "Connection[Any, Any]", *, writes: bool = False) -> None:
    """Answer what one process reads, and write what it is let, until it is no more; what it left open is closed."""
    sessions: dict[int, tuple[ExitStack, ReadSession]] = {}
    try:
        with suppress(*GONE):
            while True:
                called = pipe.recv()
                pipe.send(_called(store, sessions, called, writes=writes))
    finally:
        for ending, _ in sessions.values():
            ending.close()
        pipe.close()


def _called(store: Store, sessions: dict[int, tuple[ExitStack, ReadSession]], called: Called, *, writes: bool) -> Any:
    try:
        if called.name == APPLY:
            if not writes:
                raise StoreReadOnly
            store.apply(*called.arguments)
            return None
        if called.name == OPEN:
            seconds, loading = called.arguments
            ending = ExitStack()
            session = ending.enter_context(store.read(seconds, loading=loading))
            sessions[called.session] = (ending, session)
            return None
        if called.name == CLOSE:
            sessions.pop(called.session)[0].close()
            return None
        return _read(sessions[called.session][1], called)
    except ShuniuError as error:
        return Failed.of(error)


def _read(session: ReadSession, called: Called) -> Any:
    match called.name, called.arguments:
        case "table", (query,):
            return session.table(query, **dict(called.parameters))
        case "nodes", (name, keys):
            return session.nodes(schema.nodes()[name], keys)
        case "relationships", (slot, end, keys):
            return session.relationships(schema.relationships()[slot], end, keys)
        case "ties", (name, key, outgoing):
            return session.ties(schema.nodes()[name], key, outgoing=outgoing)
        case "ends", (slot, end, key, most):
            return session.ends(schema.relationships()[slot], end, key, most)
        case "version", ():
            return session.version()
    return session.unfinished()
