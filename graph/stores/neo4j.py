"""The Neo4j store: a server, reached by Bolt."""

import platform
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import neo4j
import pyarrow as pa
from neo4j import exceptions

from graph import errors, schema
from graph.delta import Delta, Spec
from graph.schema import NodeSpec
from graph.stores import cypher
from graph.stores.base import READ_SECONDS
from graph.stores.session import CypherSession

BATCH_ROWS = 10_000
TRANSACTION_ROWS = 300_000
"""A load of up to this many rows is one transaction; a larger one is cut, so that the server's memory holds it."""
PART_ROWS = 20_000
"""Rows of a transaction where a load is cut: while the server commits one, it works on the next."""
RETRY_SECONDS = 3.0


UNREACHABLE = (
    exceptions.ServiceUnavailable,
    exceptions.SessionExpired,
    exceptions.DatabaseUnavailable,
    exceptions.ConnectionPoolError,
    exceptions.UnsupportedServerProduct,
    OSError,
)
"""Nobody answers, or somebody else than a Neo4j that is up."""
REFUSED = ("Neo.ClientError.Security.CredentialsExpired", "Neo.ClientError.Security.AuthenticationRateLimit")


def translate(error: Exception, url: str, seconds: float = READ_SECONDS) -> errors.ShuniuError:
    """Map the driver's and the server's errors to ours."""
    code = getattr(error, "code", None) or ""
    if isinstance(error, exceptions.AuthError) or code in REFUSED:
        return errors.WrongPassword(url=url)
    if isinstance(error, UNREACHABLE):
        return errors.StoreUnreachable(url=url)
    if "TransactionTimedOut" in code:
        return errors.QueryTimeout(seconds=seconds)
    if "ConstraintValidationFailed" in code:
        return errors.StoreMoved()
    if "AccessMode" in code:
        return errors.StoreReadOnly()
    if "No space left" in str(error) or "DiskFull" in code:
        return errors.DiskFull(path=url)
    return errors.StoreFailure(reason=(isinstance(error, exceptions.Neo4jError) and error.message) or error)


FOREIGN = (exceptions.Neo4jError, exceptions.DriverError, OSError)
"""Everything the driver raises for reasons outside of this program."""


def _native(value: Any) -> Any:
    """Turn the driver's temporal values into Python's."""
    to_native = getattr(value, "to_native", None)
    if to_native is None:
        return value
    plain = to_native()
    return plain.replace(tzinfo=None) if isinstance(plain, datetime) else plain


def _columns(rows: list[list[Any]], wanted: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in wanted)
    return pa.table(
        [
            pa.array(
                map(_native, values) if pa.types.is_temporal(field.type) else values,
                type=field.type,
                size=len(rows),
            )
            if pa.types.is_temporal(field.type)
            else pa.array(values, type=field.type)
            for field, values in zip(wanted, columns, strict=True)
        ],
        schema=wanted,
    )


class Neo4jSession(CypherSession):
    """A read-only session; each query is a transaction with a time limit of its own."""

    def __init__(self, session: neo4j.Session, url: str, seconds: float, *, loading: bool) -> None:
        super().__init__(loading=loading)
        self._session = session
        self._url = url
        self._seconds = seconds

    def run(self, text: str, parameters: dict[str, Any], wanted: pa.Schema) -> pa.Table:
        try:
            query = neo4j.Query(text, timeout=self._seconds)
            rows = self._session.run(query, parameters).values()
        except FOREIGN as error:
            raise translate(error, self._url, self._seconds) from error
        return _columns(rows, wanted)

    def keyed(self, keys: pa.Array) -> tuple[str, dict[str, Any]]:
        return "UNWIND $keys AS key", {"keys": keys.to_pylist()}


class Neo4jStore:
    """A graph on a Neo4j server."""

    def __init__(self, url: str, user: str, password: str, database: str | None, home: Path) -> None:
        self._url = url
        self._home = home
        self._database = database
        self._writing = threading.Lock()
        try:
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password),
                connection_timeout=RETRY_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                connection_acquisition_timeout=2 * RETRY_SECONDS,
                notifications_min_severity="OFF",
            )
        except FOREIGN as error:
            raise translate(error, url) from error
        try:
            self._driver.verify_connectivity()
            with self._driver.session(database=database) as session:
                for statement in cypher.neo4j_schema():
                    session.run(statement)
        except FOREIGN as error:
            self._driver.close()
            raise translate(error, url) from error

    @property
    def url(self) -> str:
        return self._url

    @property
    def home(self) -> Path:
        return self._home

    @contextmanager
    def read(self, seconds: float = READ_SECONDS, *, loading: bool = False) -> Iterator[Neo4jSession]:
        with self._driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS) as session:
            yield Neo4jSession(session, self._url, seconds, loading=loading)

    def settle(self) -> None:
        try:
            with (
                self._driver.session(database=self._database) as session,
                session.begin_transaction(timeout=READ_SECONDS) as transaction,
            ):
                transaction.run(cypher.NEO4J_SETTLE).consume()
                transaction.rollback()
        except FOREIGN as error:
            raise translate(error, self._url) from error

    def apply(self, delta: Delta) -> None:
        with self._writing:
            try:
                _write(partial(self._driver.session, database=self._database), delta)
            except FOREIGN as error:
                raise translate(error, self._url) from error

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> "Neo4jStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


Rows = list[dict[str, Any]]
Text = Callable[[Spec], str]
Sessions = Callable[[], neo4j.Session]


class Step(NamedTuple):
    """A text and its batch of rows, which become the driver's own only when it is their turn.

    ``phase``: steps of one phase do not need what the others of it wrote.
    """

    text: str
    size: int
    rows: Callable[[], Rows]
    phase: int


def _write(session: Sessions, delta: Delta) -> None:
    """Write a delta; one of several transactions is announced first, and nobody is answered until it is finished."""
    loads = [row for change in delta.of("Load") for row in change.created.to_pylist()]
    whole = sum(len(part) for c in delta.changes for part in (c.retired, c.changed, c.created)) <= TRANSACTION_ROWS
    clear, new = [], bool(loads)
    for load in loads:
        mine = {**{k: load[k] for k in ("key", "sequence", "started", "model")}, "name": platform.node()}
        if not whole:
            with session() as announcing:
                new &= announcing.execute_write(_announce, mine)
        clear.append(Step(cypher.NEO4J_CLEAR, 1, partial(list, [mine]), 0))
    steps = list(_steps(delta, cypher.neo4j_create if new else cypher.neo4j_write))
    parts = [steps] if whole and steps else list(_cut(steps))
    if clear:
        parts[-1][:0] = clear
    _write_parts(session, parts)


def _write_parts(session: Sessions, parts: list[list[Step]]) -> None:
    """Write each part as a transaction of its own, in order; while the server commits one, it works on the next.

    A part whose phase is another than that of the part before it waits until all before it are committed.
    """
    said = [threading.Event() for _ in parts]
    written: list[Future[None]] = []

    def write(number: int) -> None:
        def run(transaction: neo4j.ManagedTransaction) -> None:
            if number:
                said[number - 1].wait()
            new_phase = number and parts[number][-1].phase != parts[number - 1][-1].phase
            for earlier in written[:number]:
                if new_phase or earlier.done():
                    earlier.result()
            _run_all(transaction, parts[number])
            said[number].set()

        try:
            with session() as writing:
                writing.execute_write(run)
        finally:
            said[number].set()

    with ThreadPoolExecutor(2) as at_work:
        for number in range(len(parts)):
            written.append(at_work.submit(write, number))
        for future in written:
            future.result()


def _announce(transaction: neo4j.ManagedTransaction, load: dict[str, Any]) -> bool:
    """Say that a load is being written, and return whether nobody had begun it before."""
    result = transaction.run(cypher.NEO4J_BEGIN, load=load)
    if not result.single(strict=True)["written"]:  # another machine is at it
        raise errors.StoreMoved
    return result.consume().counters.nodes_created == 1


def _run_all(transaction: neo4j.ManagedTransaction, steps: list[Step]) -> None:
    """Run all steps; while the server works on one, the rows of the next are made ready."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(steps[0].rows)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            rows = coming.result()
            if following:
                coming = ahead.submit(following.rows)
            answer = transaction.run(step.text, rows=rows).single()
            if answer and answer["written"] != len(rows):
                why = f"{answer['written']} of {len(rows)} rows have both ends: {step.text}"
                raise errors.StoreFailure(reason=why)


def _steps(delta: Delta, create: Text) -> Iterator[Step]:
    """Yield what is to be done in its order: retired first, then what is created or changed."""
    load = schema.nodes()["Load"]
    # Relationships go before their nodes, and come after them; a load is finished when its own node is.
    changes = sorted(delta.changes, key=lambda change: change.spec is load)
    todo: list[tuple[Spec, pa.Table, Text]] = [(c.spec, c.retired, cypher.neo4j_retire) for c in reversed(changes)]
    for c in changes:
        todo += [(c.spec, c.changed, cypher.neo4j_write), (c.spec, c.created, create)]
    phase, last = 0, None
    for spec, rows, text in todo:
        kind = (spec if spec is load else type(spec), text is cypher.neo4j_retire)
        phase, last = phase + (kind != last), kind
        for start in range(0, len(rows), BATCH_ROWS):
            batch = rows.slice(start, BATCH_ROWS)
            yield Step(text(spec), len(batch), partial(_parameters, spec, batch), phase)


def _parameters(spec: Spec, rows: pa.Table) -> Rows:
    plain = [{k: _outgoing(v) for k, v in row.items() if v is not None} for row in rows.to_pylist()]
    if isinstance(spec, NodeSpec):
        return plain
    ends = ("from_key", "to_key")
    return [
        {**{e: row[e] for e in ends}, "properties": {k: v for k, v in row.items() if k not in ends}} for row in plain
    ]


def _outgoing(value: Any) -> Any:
    """Times are UTC without a zone in our tables; the driver wants dates and naive times as they are."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value


def _cut(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Yield the transactions of a load that is cut: steps of one phase, so many rows."""
    work: list[Step] = []
    for step in steps:
        if work and (work[-1].phase != step.phase or sum(s.size for s in work) + step.size > PART_ROWS):
            yield work
            work = []
        work.append(step)
    if work:
        yield work
