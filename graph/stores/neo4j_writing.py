"""How a delta is written to Neo4j: in batches, one transaction or several. What many rows share is sent once."""

import platform
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import neo4j
from neo4j import exceptions

from graph import errors
from graph.delta import Delta
from graph.stores import cypher
from graph.stores.neo4j_steps import Step, steps

TRANSACTION_ROWS = 300_000
"""A load of up to this many rows is one transaction; a larger one is cut, so that the server's memory holds it."""
PART_ROWS = 20_000
"""Rows of a transaction where a load is cut: while the server commits one, it works on the next."""

REPLACING: dict[str, Any] = {"key": "replacing", "sequence": None, "started": None, "model": None}
"""Stands for the load where all of a graph is replaced in several transactions: nobody is told half of it."""

Sessions = Callable[[], neo4j.Session]


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
        clear.append(Step(cypher.NEO4J_CLEAR, 1, partial(dict, rows=[mine])))
    todo = list(steps(delta, new=new))
    parts = [todo] if whole and todo else list(_cut(todo))
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


def _run_all(transaction: neo4j.ManagedTransaction, todo: list[Step]) -> None:
    """Run all steps; while the server works on one, the rows of the next are made ready."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(todo[0].parameters)
        for step, following in zip(todo, [*todo[1:], None], strict=True):
            parameters = coming.result()
            if following:
                coming = ahead.submit(following.parameters)
            try:
                answer = transaction.run(step.text, parameters).single()
            except exceptions.ResultFailedError as error:  # names no reason; its cause does, and says whether to retry
                raise error.__cause__ or error from None
            if answer and answer["written"] != step.size:
                raise errors.without_ends(answer["written"], step.size, step.text)


def _cut(todo: Iterable[Step]) -> Iterator[list[Step]]:
    """Yield the transactions of a load that is cut: steps of one phase, so many rows."""
    work: list[Step] = []
    for step in todo:
        if work and (work[-1].phase != step.phase or sum(s.size for s in work) + step.size > PART_ROWS):
            yield work
            work = []
        work.append(step)
    if work:
        yield work
