"""What every store can do, and how a question is put to it.

A store has two faces: a :class:`ReadSession` (refuses writes, has a time limit) and ``apply`` (one delta, keyed,
all or nothing). Whatever is asked, both stores answer alike, in Arrow tables of
declared types; ``tests/conformance`` proves it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from graph.delta import Delta
from graph.language import Text
from graph.schema import ARROW, NodeSpec, RelationshipSpec

READ_SECONDS = 60.0
"""Default limit of one read; the HTTP door sets its own, shorter one."""


@dataclass(frozen=True)
class Query:
    """A Cypher text that both stores understand, with the columns it returns, in order, and their Python types."""

    text: str
    columns: Mapping[str, object]

    @property
    def arrow(self) -> pa.Schema:
        """Column types of the answer."""
        return pa.schema([pa.field(name, ARROW[kind]) for name, kind in self.columns.items()])


class ReadSession(Protocol):
    """A view of a store, read-only.

    The embedded store shows one state from the first query to the last; Neo4j shows what is committed at each
    query, so an answer from several queries holds if ``version`` is the same before and after.
    """

    def table(self, query: Query, **parameters: Any) -> pa.Table:
        """Return the answer with exactly the declared columns and types.

        Raises:
            QueryTimeout: the session's limit is over.
            StoreReadOnly: the text tried to write.
        """

    def frame(self, query: Query, **parameters: Any) -> pd.DataFrame:
        """Return the answer as a pandas frame (missing values are NaN, NaT or None)."""

    def nodes(self, spec: NodeSpec, keys: pa.Array | None = None) -> pa.Table:
        """Return all nodes of a label, or those with one of ``keys``."""

    def relationships(self, spec: RelationshipSpec, end: str = "from_key", keys: pa.Array | None = None) -> pa.Table:
        """Return all relationships between one pair of labels, or those whose ``end`` has one of ``keys``."""

    def ties(self, spec: NodeSpec, key: str, *, outgoing: bool) -> pa.Table:
        """Return how many relationships of each ``type`` go from a node, or come to it, and the ``label`` beyond."""

    def ends(self, spec: RelationshipSpec, end: str, key: str, most: int) -> pa.Table:
        """Return ``key`` and ``name`` of what a node at an ``end`` is tied to, at ``most`` so many, by name."""

    def version(self) -> int:
        """Return the graph version: the sequence of the last finished load, 0 for an empty store.

        Raises:
            StoreBusy: a load is being written in several transactions, or was left so; nobody is told half of it.
        """

    def unfinished(self) -> str | None:
        """Return the key of a load that is being written in several transactions, or was left so."""


class Store(Protocol):
    """A place where the graph is kept."""

    @property
    def url(self) -> str:
        """The address without any password."""

    @property
    def home(self) -> Path:
        """A folder of this store's own for what is kept beside the graph: journal, ledger, rejects."""

    @property
    def notices(self) -> list[Text]:
        """What was noticed, or set right, when the store was opened."""

    def read(self, seconds: float = READ_SECONDS, *, loading: bool = False) -> AbstractContextManager[ReadSession]:
        """Open a read session whose queries may take ``seconds`` each; ``loading`` also of a half-written graph."""

    def settle(self) -> None:
        """Wait until what a loader who is gone sent last is committed or undone.

        A server may still commit the transaction of a client that was killed a moment ago.

        Raises:
            DatabaseShared: nobody has loaded into this database, and yet it has nodes under labels of ours.
            QueryTimeout: another machine's load takes longer than ``READ_SECONDS``.
        """

    def ensure_own(self) -> None:
        """Refuse a database that holds anything but what loads wrote: before all of it is replaced.

        Raises:
            DatabaseShared: it names what is not ours.
        """

    def apply(self, delta: Delta) -> None:
        """Write a delta: created, changed and retired nodes and relationships.

        Raises:
            DiskFull, StoreFailure, StoreUnreachable: nothing of the transaction was kept.
            StoreForbids: the database is read-only, or the user may not write.
            StoreMoved: another load with the same number was first; nothing was kept.
            StoreBeingRead: somebody read for longer than ``READ_SECONDS``; nothing was kept.
        """

    def place_for_new(self) -> Path:
        """Return where to make the embedded store whose content ``adopt`` shall put here."""

    def adopt(self, new: Path) -> list[Path]:
        """Put a closed embedded store, with the folder beside it, in the place of all that is here, whole or not.

        Return where the old files are now.

        Raises:
            StoreProblem, FileUnwritable: the store failed; everything is as it was, or is finished at the next opening.
        """

    def close(self) -> None:
        """Give the store back."""

    def __enter__(self) -> "Store": ...

    def __exit__(self, *exc: object) -> None: ...
