"""The embedded store: one Ladybug file, owned by one process."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import ladybug

from graph import errors
from graph.delta import Delta
from graph.language import Text
from graph.stores import migrate, swap
from graph.stores.base import READ_SECONDS
from graph.stores.embedded_errors import FOREIGN, holder, translate
from graph.stores.embedded_session import EmbeddedSession
from graph.stores.embedded_writing import write_delta
from graph.stores.file_format import OlderCopy
from graph.stores.redo import RedoLog, remaining
from graph.stores.sessions import Sessions
from graph.stores.soundness import Soundness

BUFFER_BYTES = 768 * 2**20
"""Page cache; by default Ladybug takes most of the machine."""
GROWTH, SPARE_BYTES = 4, 16 * 2**20
"""A write is begun where the disk has room for so many times its rows, and some more: at its height it takes 2.6
times its rows, as measured, its log at most once, and a page for every column of every table."""
COMPLETED = Text(
    "上次写入被中断，已在打开时补完",
    "the last write was stopped on its way; it was completed when the store was opened",
)
LOST = Text("日志中缺少已提交的写入", "its log lacks what was committed")
_OPEN: set[Path] = set()
_OPEN_GUARD = threading.Lock()


def _claim(path: Path) -> None:
    """Refuse a second opening in this process.

    The file's lock belongs to the process: a second handle would get it too, and closing either one would
    release it for both.
    """
    with _OPEN_GUARD:
        if path in _OPEN:
            raise errors.StoreLocked(path=path, holder=holder(os.getpid()))
        _OPEN.add(path)


REST_SECONDS = 4.0
"""So long a store that is closed waits for its sessions: those of a service whose workers were ended see it soon."""


class EmbeddedStore:
    """A graph in one file, with a folder of the same name and the ending ``.d`` beside it."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._writing = threading.Lock()
        self._failed: errors.ShuniuError | None = None
        self._soundness = Soundness(path, self.home)
        self._redo = RedoLog(self.home)
        self._older_copy = OlderCopy(path)
        self._changing = False
        self._sessions = Sessions()
        self.notices: list[Text] = []
        _claim(path)
        self._reopen()

    def _reopen(self) -> None:
        path = self._path
        try:
            with ExitStack() as ending:
                ending.callback(_OPEN.discard, path)
                swap.complete(path)
                self._open(self._read_only and path.exists(), ending)
                self._ending = ending.pop_all()
        except OSError as error:
            raise errors.unwritable(path, error) from error
        except FOREIGN as error:
            failure = translate(error, path)
            if isinstance(failure, errors.StoreFailure):  # so early, it can only be the file
                failure = errors.StoreDamaged(path=path, reason=error)
            raise failure from error

    def _open(self, read_only: bool, ending: ExitStack) -> None:
        """Open the file; ``ending`` gets what is to be done at the end, in reverse order."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        interrupted = self._redo.path.exists()
        self.notices += self._older_copy.keep()  # trying whether it is sound may rewrite it
        self.notices += self._soundness.check(interrupted=interrupted)
        if interrupted:
            with ExitStack() as meanwhile:
                self._begin(False, meanwhile)
                self._complete()
        with ExitStack() as first:
            if self._begin(read_only, first):
                ending.callback(first.pop_all().close)
                return
        # Its tables lack something of the model: it is opened for writing first.
        with ExitStack() as meanwhile:
            self._begin(False, meanwhile)
        self._begin(True, ending)

    def _begin(self, read_only: bool, ending: ExitStack) -> bool:
        """Open the file and return whether its tables are those of the model."""
        self._changing = False
        if not read_only:
            self._soundness.ensure_notable()
        try:
            self._database = ladybug.Database(str(self._path), buffer_pool_size=BUFFER_BYTES, read_only=read_only)
            ending.callback(self._note_closed)
            ending.callback(self._database.close)
            if not read_only:
                self._soundness.opened()
        except KeyboardInterrupt:  # the file may be open by now: to close it changes it
            if not read_only:
                self._soundness.opened()
            raise
        fitting = self._ensure_schema(read_only)
        self._changing = not read_only
        return fitting

    def _note_closed(self) -> None:
        if self._changing and not self._failed:
            self._soundness.closed(migrate.fingerprint())

    def _ensure_schema(self, read_only: bool) -> bool:
        """Make all tables at once where there are none (a file whose maker died is as good as new), and those parts
        that an older model had not; return whether all are there now."""
        if self._soundness.tables == migrate.fingerprint():
            return True
        with closing(ladybug.Connection(self._database)) as connection:
            made, statements = migrate.needed(connection, self._path)
        if made and statements and read_only:
            return False
        if statements:
            with self._logged(Delta(())) as writer:
                for statement in statements:
                    self._execute(writer, statement)
        if made and statements:
            self.notices.append(migrate.MIGRATED)
        return True

    def _complete(self) -> None:
        """Bring the graph to where the transaction of a stopped process would have brought it."""
        if delta := self._redo.read():
            loads = [row["sequence"] for change in delta.of("Load") for row in change.created.to_pylist()]
            with self.read() as session:
                if len(loads) == 1 and session.version() not in (loads[0] - 1, loads[0]):
                    raise errors.StoreDamaged(path=self._path, reason=LOST)
                rest = remaining(delta, session)
            with self._transaction() as writer:
                write_delta(rest, partial(self._execute, writer))
            self.notices.append(COMPLETED)
        self._redo.clear()

    @property
    def url(self) -> str:
        return f"ladybug://{self._path}"

    @property
    def home(self) -> Path:
        return swap.home_of(self._path)

    def _execute(
        self, connection: ladybug.Connection, text: str, parameters: dict[str, Any] | None = None
    ) -> ladybug.QueryResult | list[ladybug.QueryResult]:
        try:
            return connection.execute(text, parameters or {})
        except RuntimeError as error:
            failure = translate(error, self._path)
            if "checkpoint failed" in str(error):
                self._failed = failure
            raise failure from error

    def _ensure_whole(self) -> None:
        """Refuse to go on after a failed checkpoint: what memory shows then may be gone once the file is reopened."""
        if self._failed:
            raise self._failed

    @contextmanager
    def read(self, seconds: float = READ_SECONDS, *, loading: bool = False) -> Iterator[EmbeddedSession]:  # noqa: ARG002 a load is one transaction here
        self._ensure_whole()
        connection = ladybug.Connection(self._database)
        session = EmbeddedSession(connection, self._path, seconds)
        with self._sessions.one(session), closing(connection):
            connection.set_query_timeout(int(seconds * 1000))
            session.begin()
            yield session

    def settle(self) -> None:
        """Nothing is on its way: a file's transaction ends with its process."""

    def ensure_own(self) -> None:
        """Nobody else writes into our file."""

    def apply(self, delta: Delta) -> None:
        rows = (t for c in delta.changes for t in (c.created, c.changed, c.retired))
        if shutil.disk_usage(self._path.parent).free < GROWTH * sum(t.nbytes for t in rows) + SPARE_BYTES:
            raise errors.DiskFull(path=self._path)
        with self._writing:
            self._ensure_whole()
            with self._logged(delta) as writer:
                write_delta(delta, partial(self._execute, writer))
            self._drop_older()

    def _drop_older(self) -> None:
        if self._older_copy.waits():
            with closing(ladybug.Connection(self._database)) as connection, self._alone():
                self._execute(connection, "CHECKPOINT")
            self._older_copy.drop()

    @contextmanager
    def _logged(self, delta: Delta) -> Iterator[ladybug.Connection]:
        """Yield a connection with a transaction that is completed at the next opening if this process is stopped."""
        self._redo.write(delta)
        try:
            with self._transaction() as writer:
                yield writer
        finally:
            if not self._failed:  # what a failed checkpoint has left in the file, only the next opening can tell
                self._redo.clear()

    @contextmanager
    def _transaction(self) -> Iterator[ladybug.Connection]:
        """Yield a connection with a transaction; one of its own, for what a COPY takes of the page cache is not given
        back before its connection is closed."""
        with self._sessions.one(), closing(ladybug.Connection(self._database)) as connection:
            self._execute(connection, "BEGIN TRANSACTION")
            try:
                yield connection
                with self._alone():
                    self._execute(connection, "COMMIT")
            except BaseException:
                self._rollback(connection)
                raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with self._sessions.alone(READ_SECONDS):
                yield
        except TimeoutError as error:
            raise errors.StoreBeingRead(seconds=READ_SECONDS) from error

    def _rollback(self, connection: ladybug.Connection) -> None:
        # Ladybug ends the transaction by itself on some failures; a second ROLLBACK then has nothing to do.
        try:
            connection.execute("ROLLBACK")
        except RuntimeError as error:
            if "No active transaction" not in str(error):
                raise translate(error, self._path) from error

    def adopt(self, new: Path) -> list[Path]:  # noqa: ARG002 it lies where ``place_for_new`` said
        with self._writing:
            swap.announce(self._path)
            self.close()
            aside = swap.complete(self._path)
            _claim(self._path)
            self._reopen()
            return aside

    def place_for_new(self) -> Path:
        return swap.cleared(swap.place_for_new(self._path))

    def close(self) -> None:
        self._sessions.rest(REST_SECONDS)
        self._ending.close()

    def __enter__(self) -> "EmbeddedStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
