"""How a delta is written to Neo4j: in batches, one transaction or several. What many rows share is sent once."""

import platform
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

import neo4j
import pyarrow as pa
import pyarrow.compute as pc
from neo4j import exceptions

from graph import errors
from graph.delta import Delta, Spec
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores import cypher

BATCH_ROWS = 10_000
TRANSACTION_ROWS = 300_000
"""A load of up to this many rows is one transaction; a larger one is cut, so that the server's memory holds it."""
PART_ROWS = 20_000
"""Rows of a transaction where a load is cut: while the server commits one, it works on the next."""

REPLACING: dict[str, Any] = {"key": "replacing", "sequence": None, "started": None, "model": None}
"""Stands for the load where all of a graph is replaced in several transactions: nobody is told half of it."""

ENDS = ("from_key", "to_key")

Parameters = dict[str, list[Any]]
Text = Callable[[Spec, str], str]
Sessions = Callable[[], neo4j.Session]


class Step(NamedTuple):
    """A text and its batch of rows, as parameters which become the driver's own only when it is their turn.

    ``phase``: steps of one phase do not need what the others of it wrote.
    """

    text: str
    size: int
    parameters: Callable[[], Parameters]
    phase: int


def write_delta(session: Sessions, delta: Delta) -> None:
    """Write a delta; one of several transactions is announced first, and nobody is answered until it is finished."""
    loads = [row for change in delta.of("Load") for row in change.created.to_pylist()]
    whole = is_one_transaction(delta)
    loads = loads or [REPLACING][: not whole]
    clear, new = [], bool(loads) and loads != [REPLACING]
    for load in loads:
        mine = {**{k: load[k] for k in ("key", "sequence", "started", "model")}, "name": platform.node()}
        if not whole:
            with session() as announcing:
                new &= announcing.execute_write(_announce, mine)
        clear.append(Step(cypher.NEO4J_CLEAR, 1, partial(dict, rows=[mine]), 0))
    steps = list(_steps(delta, cypher.neo4j_create if new else cypher.neo4j_write))
    parts = [steps] if whole and steps else list(_cut(steps))
    if clear:
        parts[-1][:0] = clear
    _write_parts(session, parts)


def is_one_transaction(delta: Delta) -> bool:
    """Tell whether a delta is written at one stroke, or in several transactions."""
    return sum(len(part) for c in delta.changes for part in (c.retired, c.changed, c.created)) <= TRANSACTION_ROWS


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
        try:
            for future in written:
                future.result()
        except BaseException:  # an interrupted load stops after the parts that are under way
            at_work.shutdown(wait=False, cancel_futures=True)
            raise


def _announce(transaction: neo4j.ManagedTransaction, load: dict[str, Any]) -> bool:
    """Say that a load is being written, and return whether nobody had begun it before."""
    result = transaction.run(cypher.NEO4J_BEGIN, load=load)
    if not result.single(strict=True)["written"]:  # another machine is at it
        raise errors.StoreMoved
    return result.consume().counters.nodes_created == 1


def _run_all(transaction: neo4j.ManagedTransaction, steps: list[Step]) -> None:
    """Run all steps; while the server works on one, the rows of the next are made ready."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(steps[0].parameters)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            parameters = coming.result()
            if following:
                coming = ahead.submit(following.parameters)
            try:
                answer = transaction.run(step.text, parameters).single()
            except exceptions.ResultFailedError as error:  # names no reason; its cause does, and says whether to retry
                raise error.__cause__ or error from None
            if answer and answer["written"] != step.size:
                why = f"{answer['written']} of {step.size} rows have both ends: {step.text}"
                raise errors.StoreFailure(reason=why)


def _steps(delta: Delta, create: Text) -> Iterator[Step]:
    """Yield what is to be done in its order: retired first, then what is created or changed."""
    # Relationships go before their nodes, and come after them; a load is finished when its own node is, and its links.
    changes = sorted(delta.changes, key=lambda change: _is_of_load(change.spec))
    todo: list[tuple[Spec, pa.Table, Text]] = [(c.spec, c.retired, cypher.neo4j_retire) for c in reversed(changes)]
    for c in changes:
        todo += [(c.spec, c.changed, cypher.neo4j_change), (c.spec, c.created, create)]
    phase, last = 0, None
    for spec, rows, text in todo:
        kind = ("Load" if _is_of_load(spec) else type(spec), text is cypher.neo4j_retire)
        phase, last = phase + (kind != last), kind
        for start in range(0, len(rows), BATCH_ROWS):
            batch = rows.slice(start, BATCH_ROWS)
            first = _leading(batch) if isinstance(spec, RelationshipSpec) else ""
            yield Step(text(spec, first), len(batch), partial(_parameters, spec, batch, first), phase)


def _is_of_load(spec: Spec) -> bool:
    return (spec.name if isinstance(spec, NodeSpec) else spec.source) == "Load"


def _leading(rows: pa.Table) -> str:
    """Return the end of relationships at which there are fewer nodes: each is looked up once for all that it has."""
    return min(reversed(ENDS), key=lambda end: pc.count_distinct(rows[end]).as_py())


def _parameters(spec: Spec, rows: pa.Table, first: str) -> Parameters:
    """Return rows in the form that the texts of :mod:`graph.stores.cypher` want, and the facts that they share."""
    names = set(rows.column_names)
    shared = [c for c in rows.column_names if c not in ENDS]
    if isinstance(spec, NodeSpec):
        shared = [c for c in cypher.SHARED if c in names]
    numbers: dict[tuple[Any, ...], int] = {}
    of = [numbers.setdefault(values, len(numbers)) for values in _values(rows, shared)]
    if isinstance(spec, NodeSpec):
        own = [c for c in cypher.own_properties(spec) if c in names]
        made = [[*values, number] for values, number in zip(_values(rows, own), of, strict=True)]
    else:
        groups: dict[tuple[str, int], list[str]] = {}
        (other,) = (end for end in ENDS if end != first)
        for key, fact, beyond in zip(rows[first].to_pylist(), of, rows[other].to_pylist(), strict=True):
            groups.setdefault((key, fact), []).append(beyond)
        made = [[*group, keys] for group, keys in groups.items()]
    return {"rows": made, "facts": [_stated(shared, values) for values in numbers]}


def _values(rows: pa.Table, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    if not columns:
        return repeat((), len(rows))
    return zip(*(map(_outgoing, rows[c].to_pylist()) for c in columns), strict=True)


def _stated(names: Sequence[str], values: tuple[Any, ...]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


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
