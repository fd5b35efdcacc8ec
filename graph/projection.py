"""A store's content as compact arrays for algorithms, and what is computed from a store kept while it holds.

Both rest on the last finished load: what was built for it is handed out again until another load is done.
"""

import threading
import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph import schema
from graph.arrays import Bools
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores.base import Query, ReadSession, Store

if TYPE_CHECKING:
    import networkx as nx

T = TypeVar("T")

KEPT = 16
"""How many computed values are kept for one store."""
ATTEMPTS = 3
"""How often a value is built at most while loads go on; the last one is handed out, and not kept."""

LAST_LOAD = Query(
    "MATCH (l:Load) WHERE l.state = 'done' "
    "RETURN l.sequence AS sequence, l.key AS key, l.finished AS finished, l.token AS token "
    "ORDER BY sequence DESC, key LIMIT 1",
    {"sequence": int, "key": str, "finished": datetime, "token": str},
)


# --- kept by version ----------------------------------------------------------------------------------


class State(NamedTuple):
    """What tells two states of a store apart; time and token, as a store made anew counts from 1 again."""

    sequence: int
    key: str
    finished: datetime | None
    token: str | None


@dataclass
class _Slot:
    """Room for one value; whoever holds the lock first builds it, the others wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    ready: bool = False
    value: Any = None


class _Memory:
    """The values kept for one store, least recently used first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._slots: OrderedDict[tuple[State, Hashable], _Slot] = OrderedDict()

    def slot(self, stamp: State, name: Hashable) -> _Slot:
        with self._guard:
            slot = self._slots.pop((stamp, name), None)
            if slot is None:
                slot = _Slot()
                for old in [k for k in self._slots if k[0].sequence < stamp.sequence]:
                    del self._slots[old]
            self._slots[stamp, name] = slot
            while len(self._slots) > KEPT:
                self._slots.popitem(last=False)
            return slot


_MEMORIES: weakref.WeakKeyDictionary[Store, _Memory] = weakref.WeakKeyDictionary()
_MEMORIES_GUARD = threading.Lock()


def _memory(store: Store) -> _Memory:
    with _MEMORIES_GUARD:
        return _MEMORIES.setdefault(store, _Memory())


def state_of(session: ReadSession) -> State:
    """Return the state of a store; of one without a finished load the number is 0."""
    rows = session.table(LAST_LOAD).to_pylist()
    return State(**rows[0]) if rows else State(0, "", None, None)


LOOKUPS: Counter[str] = Counter(kept=0, built=0)
"""How often a value was there, and how often it had to be built; threads do not wait for each other to count."""


def cached_by_version(
    store: Store, session: ReadSession, name: Hashable, build: Callable[[ReadSession], T]
) -> tuple[int, T]:
    """Return the graph version that ``session`` sees and the value of ``build`` for it, built once a version.

    Callers in several threads wait for one building; a failed one is tried again by the next caller. Values
    of older versions are dropped. Where a load is done while the value is built, it is built again: Neo4j's
    transactions see what others commit meanwhile. A store without a finished load (version 0) has no state
    to rely on: nothing is kept for it.

    Args:
        store: The object itself is what values are kept for; they go with it.
        session: An open session of ``store``.
        name: Tells the values of one store apart; holds every parameter that ``build`` depends on.
        build: Reads from the session. What it returns is shared and must not be changed by anyone.
    """
    stamp = state_of(session)
    if stamp.sequence == 0:
        return 0, build(session)
    for _ in range(ATTEMPTS):
        slot = _memory(store).slot(stamp, name)
        with slot.lock:
            LOOKUPS["kept" if slot.ready else "built"] += 1
            if slot.ready:
                return stamp.sequence, slot.value
            value = build(session)
            after = state_of(session)
            if after == stamp:
                slot.value, slot.ready = value, True
                return stamp.sequence, value
        stamp = after
    return stamp.sequence, value


def cached(store: Store, name: Hashable, build: Callable[[ReadSession], T]) -> tuple[int, T]:
    """Do :func:`cached_by_version` in a read session of its own."""
    with store.read() as session:
        return cached_by_version(store, session, name, build)


# --- compact arrays -----------------------------------------------------------------------------------


def in_order(session: ReadSession, query: Query) -> pd.DataFrame:
    """Return an answer sorted by its text columns: sums over it are the same to the last digit on either store."""
    by = [name for name, kind in query.columns.items() if kind is str]
    return session.frame(query).sort_values(by, kind="stable", ignore_index=True)


def among(column: "pd.Series[str]", texts: Iterable[str]) -> Bools:
    """Tell which values of a column are among some texts; pandas makes an object of each of these for it."""
    values = texts if isinstance(texts, pd.Series) else pa.array(list(texts), pa.string())
    wanted = pa.array(values, pa.string())
    found = pc.is_in(pa.array(column, pa.string()), value_set=wanted, skip_nulls=True)
    return np.asarray(found, dtype=bool)


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries of plain values, None where one is missing."""
    columns = [_plain(values) for _, values in frame.items()]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(values: "pd.Series[Any]") -> list[Any]:
    if not (missing := values.isna().to_numpy()).any():
        return values.tolist()
    return [None if lacks else value for value, lacks in zip(values.tolist(), missing, strict=True)]


NODE_COLUMNS: dict[str, object] = {
    "key": str, "name": str, "kind": str, "level": str, "since": date, "until": date, "data_class": str,
}  # fmt: skip
EDGE_COLUMNS: dict[str, object] = {"dimension": str, "since": date, "until": date, "data_class": str}


@dataclass(frozen=True)
class Projection:
    """Nodes and edges of a part of the graph; shared between callers, not to be changed.

    Attributes:
        nodes: A row a node with label, key, name, kind, level, since, until, data_class (missing where the
            label has no such property), in the model's order of labels, then by key. The index is 0, 1, 2 …
        edges: A row a relationship with source and target (row numbers in ``nodes``), type, dimension, since,
            until, data_class, in the model's order of types and pairs, then by source, target and dimension.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame

    def to_networkx(self) -> "nx.MultiDiGraph[int]":
        """Return the projection as a directed multigraph; nodes are row numbers, columns are attributes.

        Nodes carry label, key, name and kind; edges carry type and dimension; what is missing is None.
        """
        import networkx as nx  # noqa: PLC0415 it takes a second to import, and most commands never need it

        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        nodes = plain_rows(self.nodes[["label", "key", "name", "kind"]])
        graph.add_nodes_from(zip(self.nodes.index.tolist(), nodes, strict=True))
        ends = (self.edges[c].tolist() for c in ("source", "target"))
        graph.add_edges_from(zip(*ends, plain_rows(self.edges[["type", "dimension"]]), strict=True))
        return graph


def project(store: Store, labels: Sequence[str], types: Sequence[str]) -> Projection:
    """Return all nodes of ``labels`` and all relationships of ``types`` among them, kept by version.

    Raises:
        KeyError: a label or type is not in the model (a programming error).
    """
    nodes = {schema.nodes()[label].name for label in labels}
    wanted = {type_ for type_ in types if schema.relationship_types()[type_]}
    specs = tuple(spec for name, spec in schema.nodes().items() if name in nodes)
    pairs = tuple(
        s for s in schema.relationships().values() if s.type in wanted and s.source in nodes and s.target in nodes
    )
    name = ("projection", frozenset(nodes), frozenset(wanted))

    def read(session: ReadSession) -> Projection:
        return projection_of(
            ((spec, session.nodes(spec)) for spec in specs), ((pair, session.relationships(pair)) for pair in pairs)
        )

    return cached(store, name, read)[1]


def _pick(table: pa.Table, columns: dict[str, object], **first: pa.Array) -> pa.Table:
    """Return the columns of a table, nulls where it lacks one, after those of ``first``."""
    rest = {
        name: table[name] if name in table.column_names else pa.nulls(len(table), schema.ARROW[kind])
        for name, kind in columns.items()
    }
    return pa.table({**first, **rest})


def projection_of(
    nodes_of: Iterable[tuple[NodeSpec, pa.Table]], edges_of: Iterable[tuple[RelationshipSpec, pa.Table]]
) -> Projection:
    """Return tables of nodes and relationships, as a store hands them out, as one projection.

    Args:
        nodes_of: Each label once, in the model's order, with its nodes; those of all ends are among them.
        edges_of: Each pair once, in the model's order.
    """
    nodes, starts, keys = [_NO_NODES], {}, {}
    total = 0
    for spec, rows in nodes_of:
        table = rows.sort_by("key")
        starts[spec.name], keys[spec.name] = total, table["key"].combine_chunks()
        total += len(table)
        nodes.append(_pick(table, NODE_COLUMNS, label=pa.array([spec.name] * len(table), pa.string())))
    edges = [_NO_EDGES]
    for pair, table in edges_of:
        source = pc.add(pc.index_in(table["from_key"], keys[pair.source]).cast(pa.int64()), starts[pair.source])
        target = pc.add(pc.index_in(table["to_key"], keys[pair.target]).cast(pa.int64()), starts[pair.target])
        type_ = pa.array([pair.type] * len(table), pa.string())
        picked = _pick(table, EDGE_COLUMNS, source=source, target=target, type=type_)
        edges.append(picked.sort_by([(c, "ascending") for c in ("source", "target", "dimension")]))
    return Projection(_frame(nodes, ("label", "kind")), _frame(edges, ("type", "dimension")))


_NOTHING = pa.table({})
_TEXT = pa.array([], pa.string())
_NUMBERS = pa.array([], pa.int64())
_NO_NODES = _pick(_NOTHING, NODE_COLUMNS, label=_TEXT)
_NO_EDGES = _pick(_NOTHING, EDGE_COLUMNS, source=_NUMBERS, target=_NUMBERS, type=_TEXT)


def _frame(tables: list[pa.Table], enumerated: tuple[str, ...]) -> pd.DataFrame:
    frame: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    return frame.astype(dict.fromkeys(enumerated, "category"))
