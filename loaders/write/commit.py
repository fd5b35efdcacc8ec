"""How anything gets into the graph: one delta, with its node and its folder in the history, whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.clock import now
from graph.comparison import plan
from graph.delta import Delta, Facts
from graph.errors import DiskFull, FileUnwritable
from graph.identity import source_key
from graph.language import Text
from graph.stores.base import ReadSession, Store
from loaders.keep import changes
from loaders.keep.events import Details
from loaders.keep.history import History
from loaders.keep.journal import Journal
from loaders.keep.recovery import check_chain, recover


@dataclass(frozen=True)
class WriteLock:
    """The right to change a store: nobody else does, and what an earlier one left half done is settled."""

    store: Store
    session: ReadSession
    history: History
    journal: Journal
    version: int
    unfinished: str | None
    started: datetime = field(default_factory=now)

    @property
    def load(self) -> str:
        """Name of the load that would come next."""
        return f"load-{self.version + 1:06d}"

    def unwritten(self) -> str:
        """Return a name for a load that writes nothing: it comes between two that did."""
        number = 1 + sum(event["load"].startswith(f"{self.load}.") for event in self.journal.loads())
        return f"{self.load}.{number}"

    @contextmanager
    def stage(self) -> Iterator["Staged"]:
        """Yield the folder of the next load; what is not committed is dropped."""
        with self.history.stage(self.load) as folder:
            staged = Staged(self, folder, secrets.token_hex(8))
            try:
                yield staged
            finally:
                if not staged.begun:
                    self.history.drop(self.load)


@dataclass
class Staged:
    """A load that is being put together in ``folder``."""

    lock: WriteLock
    folder: Path
    token: str
    begun: bool = False

    def commit(self, delta: Delta, event: Details) -> None:
        """Write the delta and make the folder part of the history; the journal gets ``event``.

        Raises:
            StoreProblem: the store failed; graph and history are as before.
        """
        lock = self.lock
        entry: Details = {**event, "created": delta.created, "changed": delta.changed, "retired": delta.retired}
        whole = with_sources(with_load(delta, lock.version + 1, lock.started, self.token), lock.session)
        changes.save(whole, self.folder)
        lock.history.begin_list()
        lock.history.seal(self.folder, self.token, entry)
        lock.journal.write(lock.load, "begun", listed=False, **entry)
        self.begun = True  # from here on the graph decides whether the folder counts
        try:
            lock.store.apply(whole)
        except Exception:
            # What failed is told; a journal that cannot be written either would only hide it.
            with suppress(DiskFull, FileUnwritable):
                lock.journal.write(lock.load, "failed")
            raise
        try:
            lock.history.publish(lock.load)
            lock.journal.write(lock.load, "done", listed=False)
            lock.history.enter(lock.load)
        except (DiskFull, FileUnwritable) as error:  # the graph has committed: whoever opens it next completes the rest
            lock.store.notices.append(
                Text(
                    f"图已写入；旁边的 {error.details['path']} 尚未写成，下次打开时补完",
                    f"The graph is written; {error.details['path']} beside it could not be and is completed at the "
                    "next opening.",
                )
            )


@contextmanager
def write_lock(store: Store) -> Iterator[WriteLock]:
    """Wait for the lock of a store, settle what was left half done, and yield it.

    Raises:
        DiskFull, FileUnwritable: the store's folder cannot be written.
        HomeDamaged: a file in it is not what was written.
        StoreBehind, HistoryApart: the graph is not the one whose history lies beside it.
    """
    history, journal = History(store.home), Journal(store.home)
    with history.home.lock():
        store.settle()
        with store.read(loading=True) as session:
            store.notices.extend(recover(history, journal, session))
            check_chain(history, session)
            yield WriteLock(store, session, history, journal, session.version(), session.unfinished())


def with_sources(delta: Delta, session: ReadSession) -> Delta:
    """Return the delta of a load with the sources that it speaks of, and its load's links with them."""
    (load,) = (key for change in delta.of("Load") for key in change.created["key"].to_pylist())
    stated = (part["source"] for change in delta.changes for part in (change.created, change.changed))
    sources = sorted({text for column in stated for text in pc.unique(column).to_pylist() if text})
    facts, spec = Facts(), schema.nodes()["Source"]
    keys = [source_key(text) for text in sources]
    columns = {
        name: pa.array(values, pa.string()) for name, values in (("key", keys), ("name", sources), ("source", sources))
    }
    facts.add(spec, pa.table(columns))
    known = {key for change in delta.of("Source") for key in change.created["key"].to_pylist()}
    known |= set(session.nodes(spec, pa.array(keys, pa.string()))["key"].to_pylist())
    facts.tables[spec] = facts.tables[spec].filter(
        pc.invert(pc.is_in(pa.array(keys, pa.string()), pa.array(sorted(known), pa.string())))
    )
    links = pa.table({"from_key": pa.array([load] * len(keys), pa.string()), "to_key": pa.array(keys, pa.string())})
    facts.add(schema.relationships()["BROUGHT", "Load", "Source"], links)
    return Delta((*delta.changes, *plan(facts, None).changes))


def with_load(delta: Delta, sequence: int, started: datetime, token: str = "") -> Delta:
    """Return the delta with the node of its own load, by which readers see it."""
    facts = Facts()
    name = f"load-{sequence:06d}"
    row = {
        "key": name,
        "name": name,
        "sequence": sequence,
        "state": "done",
        "started": started.replace(tzinfo=None),
        "finished": now().replace(tzinfo=None),
        "created": delta.created,
        "changed": delta.changed,
        "retired": delta.retired,
        "model": schema.fingerprint(),
        "token": token,
    }
    facts.add(schema.nodes()["Load"], pa.Table.from_pylist([row]))
    return Delta((*delta.changes, *plan(facts, None).changes))
