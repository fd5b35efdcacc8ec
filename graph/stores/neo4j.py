"""The Neo4j store: a server, reached by Bolt."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import neo4j
from neo4j import exceptions

from graph import errors
from graph.comparison import replacement
from graph.delta import Delta
from graph.language import Text
from graph.stores import arriving, cypher, neo4j_schema, swap
from graph.stores.base import READ_SECONDS, Query
from graph.stores.embedded import COMPLETED, EmbeddedStore
from graph.stores.neo4j_errors import FOREIGN, translate
from graph.stores.neo4j_schema import SHOWN
from graph.stores.neo4j_session import Neo4jSession
from graph.stores.neo4j_writing import is_one_transaction, write_delta
from graph.stores.presence import Presence
from graph.stores.redo import RedoLog
from graph.stores.session import VERSION

log = logging.getLogger("shuniu.store")

RETRY_SECONDS = 3.0
CONNECT_SECONDS = 10.0
"""A server that is up may be slow to greet: it is at other work, or the machine is."""
IDLE_SECONDS = 1.0
"""A connection that lay idle for longer is tried before it is used: the server may have been restarted meanwhile."""
LAST = Query(
    "MATCH (l:Load) WHERE l.state = 'done' RETURN l.token AS token ORDER BY l.sequence DESC LIMIT 1", {"token": str}
)


class Neo4jStore:
    """A graph on a Neo4j server."""

    def __init__(self, url: str, user: str, password: str, database: str | None, home: Path) -> None:
        self._url = f"{url}/{database}" if database else url
        self._home = home
        self._database = database
        self._writing = threading.Lock()
        self.notices: list[Text] = []
        self._redo = RedoLog(home)
        self._presence = Presence(self._url)
        try:
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password),
                connection_timeout=CONNECT_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                connection_acquisition_timeout=2 * CONNECT_SECONDS,
                liveness_check_timeout=IDLE_SECONDS,
                notifications_min_severity="OFF",
            )
        except FOREIGN as error:
            raise translate(error, self._url) from error
        try:
            self._driver.verify_connectivity()
            self._missing, self._former = self._look_at_schema()
        except FOREIGN as error:
            self._driver.close()
            raise translate(error, self._url) from error

    def _look_at_schema(self) -> tuple[list[str], list[str]]:
        """Return which constraints and indexes to make before the first write, all where nobody says; which to drop."""
        with self._session(neo4j.READ_ACCESS) as session:
            try:
                missing, former = neo4j_schema.differing(session)
            except exceptions.Neo4jError as error:
                if not isinstance(translate(error, self._url), errors.StoreForbids):
                    raise
                return list(cypher.neo4j_schema()), []
            if missing and neo4j_schema.filled(session):
                log.warning(
                    "%s 缺少 %d 个约束或索引，查询会较慢，下次载入时补建 / lacks %d constraints or indexes: "
                    "questions take longer, and the next load makes them (%s)",
                    self._url, len(missing), len(missing), ", ".join(missing[:SHOWN]),
                )  # fmt: skip
        return missing, former

    def _session(self, mode: str = neo4j.WRITE_ACCESS) -> neo4j.Session:
        return self._driver.session(database=self._database, default_access_mode=mode)

    @property
    def url(self) -> str:
        return self._url

    @property
    def home(self) -> Path:
        return self._home

    @contextmanager
    def read(self, seconds: float = READ_SECONDS, *, loading: bool = False) -> Iterator[Neo4jSession]:
        with self._session(neo4j.READ_ACCESS) as session:
            opened = Neo4jSession(session, self._url, self._presence, seconds, loading=loading)
            self._presence.ensure(partial(opened.run, cypher.VERSION_TEXT, {}, VERSION))
            yield opened

    def move_home(self, home: Path) -> None:
        """Take another folder for what lies beside the graph: that of the very graph, whatever its address."""
        self._home, self._redo = home, RedoLog(home)

    def settle(self) -> None:
        self._wait()
        if self._redo.path.exists():
            self._complete()
        self._settle_home()

    def _wait(self) -> None:
        try:
            with self._session() as session:
                if self._missing:
                    neo4j_schema.ensure_free(session, self._url)
                with session.begin_transaction(timeout=READ_SECONDS) as transaction:
                    transaction.run(cypher.NEO4J_SETTLE).consume()
                    transaction.rollback()
        except FOREIGN as error:
            failure = translate(error, self._url)
            if not isinstance(failure, errors.StoreForbids):  # who may not write has nothing on its way
                raise failure from error

    def ensure_own(self) -> None:
        try:
            with self._session(neo4j.READ_ACCESS) as session:
                neo4j_schema.ensure_own(session, self._url)
        except FOREIGN as error:
            raise translate(error, self._url) from error

    def _complete(self) -> None:
        """Write once more what a stopped process may have written in part; another's load of that number came first."""
        if delta := self._redo.read():
            with suppress(errors.StoreMoved):
                self._write(delta)
                self.notices.append(COMPLETED)
        self._redo.clear()

    def apply(self, delta: Delta) -> None:
        with self._writing:
            if not is_one_transaction(delta):
                self._redo.write(delta)
            try:
                self._write(delta)
            except errors.StoreMoved:  # it had not begun
                self._redo.clear()
                raise
            self._redo.clear()

    def _write(self, delta: Delta) -> None:
        try:
            self._ensure_schema()
            write_delta(self._session, delta)
        except FOREIGN as error:
            raise translate(error, self._url) from error

    def place_for_new(self) -> Path:
        return swap.cleared(swap.place_beside(self._home))

    def adopt(self, new: Path) -> list[Path]:
        with EmbeddedStore(new, read_only=True) as made, made.read() as there, self.read(loading=True) as here:
            delta = replacement(there, here)
        arriving.put_ready(swap.home_of(new), self._home)
        shutil.rmtree(new.parent)
        self.apply(delta)
        return self._settle_home()

    def _settle_home(self) -> list[Path]:
        if not arriving.waits(self._home):
            return []
        with self.read(loading=True) as session:
            (last,) = session.table(LAST)["token"].to_pylist() or [None]
        return arriving.settle(self._home, last)

    def _ensure_schema(self) -> None:
        """Make what is missing of constraints and indexes, drop what is too much; another may have come first."""
        if self._missing or self._former:
            with self._session() as session:
                neo4j_schema.make(session, [*self._missing, *self._former])
            self._missing = self._former = []

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> "Neo4jStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
