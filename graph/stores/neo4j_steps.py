"""A delta as steps for Neo4j: texts of :mod:`graph.stores.neo4j_writes`, and batches of rows in the form they want.

New nodes are written with the relationships that they are born with. Of the two labels at the ends of a relationship
the one with more new nodes brings it, and labels are written in the order of that number: so what is at the other end
is there, and is looked up once for all that it has in a batch.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ints
from graph.delta import Delta, Spec
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores import neo4j_writes as writes
from graph.stores.neo4j_writes import Attachment

BATCH_ROWS = 10_000
ENDS = ("from_key", "to_key")

Parameters = dict[str, list[Any]]
Rows = Mapping[Spec, pa.Table]


class Step(NamedTuple):
    """A text and its batch of rows, as parameters which become the driver's own only when it is their turn.

    ``phase``: steps of one phase do not need what the others of it wrote.
    """

    text: str
    size: int
    parameters: Callable[[], Parameters]
    phase: int = 0


def steps(delta: Delta, *, new: bool) -> Iterator[Step]:
    """Yield what is to be done in its order; ``new``: nobody has begun it before, what it creates is not there.

    What is retired comes first, relationships before their nodes. A load's own node and its links come last, in
    one phase: it is finished when they are there.
    """
    graph, of_load = (
        Delta(tuple(c for c in delta.changes if _is_of_load(c.spec) is wanted)) for wanted in (False, True)
    )
    phases = (*_phases(graph, new), chain.from_iterable(_phases(of_load, new)))
    yield from (step._replace(phase=number) for number, phase in enumerate(phases) for step in phase)


def _is_of_load(spec: Spec) -> bool:
    return (spec.name if isinstance(spec, NodeSpec) else spec.source) == "Load"


def _phases(delta: Delta, new: bool) -> Iterator[Iterator[Step]]:
    retired, changed, created = (_rows(delta, kind) for kind in ("retired", "changed", "created"))
    yield _relationships(writes.retire_relationships, retired)
    yield _nodes(writes.retire_nodes, retired)
    yield _nodes(writes.write_nodes, changed)
    if new:
        there = _New(created)
        yield from there.phases()
        yield _relationships(writes.create_relationships, there.others)
    else:
        yield _nodes(_write_node, created)
        yield _relationships(writes.write_relationships, created)
    yield _relationships(writes.write_relationships, changed)


def _write_node(spec: NodeSpec) -> str:
    """Return the keyed write, but of the load's own node: of two loads with one number the second shall fail by it."""
    return (writes.create_nodes if _is_of_load(spec) else writes.write_nodes)(spec)


def _rows(delta: Delta, kind: str) -> dict[Spec, pa.Table]:
    """Return the rows of a kind by what they are of, where there are any; several changes may be of the same."""
    found: dict[Spec, list[pa.Table]] = defaultdict(list)
    for change in delta.changes:
        if len(rows := getattr(change, kind)):
            found[change.spec].append(rows)
    return {spec: pa.concat_tables(tables).combine_chunks() for spec, tables in found.items()}


def _nodes(text: Callable[[NodeSpec], str], rows: Rows) -> Iterator[Step]:
    for spec, table in rows.items():
        if isinstance(spec, NodeSpec):
            for batch in _batches(table):
                yield Step(text(spec), len(batch), partial(_node_parameters, spec, batch))


def _relationships(text: Callable[[RelationshipSpec, str], str], rows: Rows) -> Iterator[Step]:
    for spec, table in rows.items():
        if isinstance(spec, RelationshipSpec):
            for batch in _batches(table):
                first = _leading(batch)
                yield Step(text(spec, first), len(batch), partial(_relationship_parameters, batch, first))


def _batches(table: pa.Table) -> Iterator[pa.Table]:
    return (table.slice(start, BATCH_ROWS) for start in range(0, len(table), BATCH_ROWS))


def _leading(rows: pa.Table) -> str:
    """Return the end of relationships at which there are fewer nodes: each is looked up once for all that it has."""
    return min(reversed(ENDS), key=lambda end: pc.count_distinct(rows[end]).as_py())


class _Tied(NamedTuple):
    """Relationships in the order of the new nodes at their end, and the place of each one's node among all of these."""

    tie: Attachment
    rows: pa.Table
    places: Ints

    def part(self, start: int, stop: int) -> "_Tied":
        """Return those of some of the nodes."""
        first, last = np.searchsorted(self.places, (start, stop))
        return _Tied(self.tie, self.rows.slice(first, last - first), self.places[first:last] - start)


class _New:
    """New nodes with the relationships that they bring, by label; ``others`` lie between nodes that were there."""

    def __init__(self, created: Rows) -> None:
        nodes = {spec: table for spec, table in created.items() if isinstance(spec, NodeSpec)}
        self._nodes = dict(sorted(nodes.items(), key=lambda found: (len(found[1]), found[0].name)))
        self._keys = {spec.name: table["key"].combine_chunks() for spec, table in self._nodes.items()}
        self._tied: dict[str, list[_Tied]] = defaultdict(list)
        self.others: dict[Spec, pa.Table] = {}
        for spec, rows in created.items():
            if isinstance(spec, RelationshipSpec):
                self._tie(spec, rows)

    def _tie(self, spec: RelationshipSpec, rows: pa.Table) -> None:
        order = list(self._keys)
        labels = {end: label for end, label in zip(ENDS, (spec.source, spec.target), strict=True) if label in order}
        if labels and spec.source != spec.target:
            at = max(labels, key=lambda end: order.index(labels[end]))
            places = pc.index_in(rows[at].combine_chunks(), value_set=self._keys[labels[at]])
            found = pc.drop_null(places).to_numpy()
            sorting = np.argsort(found, kind="stable")
            mine = rows.filter(places.is_valid()).take(sorting)
            self._tied[labels[at]].append(_Tied(Attachment(spec, at), mine, found[sorting]))
            rows = rows.filter(places.is_null())
        if len(rows):
            self.others[spec] = rows

    def phases(self) -> Iterator[Iterator[Step]]:
        """Yield the writes: labels of one phase need nothing but what those before it wrote."""
        phase: dict[str, int] = {}
        for label in self._keys:
            beyond = {tied.tie.other_label for tied in self._tied[label]}
            phase[label] = 1 + max((phase[other] for other in beyond if other in phase), default=-1)
        for number in sorted(set(phase.values())):
            specs = [spec for spec in self._nodes if phase[spec.name] == number]
            yield chain.from_iterable(map(self._steps, specs))

    def _steps(self, spec: NodeSpec) -> Iterator[Step]:
        nodes = self._nodes[spec]
        for start in range(0, len(nodes), BATCH_ROWS):
            parts = [tied.part(start, start + BATCH_ROWS) for tied in self._tied[spec.name]]
            tied = [part for part in parts if len(part.rows)]
            batch = nodes.slice(start, BATCH_ROWS)
            text = writes.create_nodes(spec, tuple(part.tie for part in tied))
            size = len(batch) + sum(len(part.rows) for part in tied)
            yield Step(text, size, partial(_parameters_with_ties, spec, batch, tied))


def _parameters_with_ties(spec: NodeSpec, batch: pa.Table, tied: list[_Tied]) -> Parameters:
    ties = [_grouped(t.rows, t.tie.other_end, t.places) for t in tied]
    return {**_node_parameters(spec, batch), "ties": ties}


def _node_parameters(spec: NodeSpec, rows: pa.Table) -> Parameters:
    """Return rows of nodes and their facts; of what is retired there is the key alone."""
    numbers, facts = _numbered(rows, [c for c in writes.SHARED if c in rows.column_names])
    own = [rows[c].to_pylist() for c in writes.own_properties(spec) if c in rows.column_names]
    return {"rows": [list(row) for row in zip(*own, numbers.tolist(), strict=True)], "facts": facts}


def _relationship_parameters(rows: pa.Table, first: str) -> Parameters:
    (other,) = (end for end in ENDS if end != first)
    return _grouped(rows, first, rows[other].to_numpy())


def _grouped(rows: pa.Table, first: str, beyond: np.ndarray) -> Parameters:
    """Return groups, [key at the end ``first``, number of their facts, what is ``beyond``], and the facts."""
    numbers, facts = _numbered(rows, [c for c in rows.column_names if c not in ENDS])
    keys = rows[first].combine_chunks().dictionary_encode()
    group = keys.indices.to_numpy().astype(np.int64) * len(facts) + numbers
    order = np.argsort(group, kind="stable")
    of, starts = np.unique(group[order], return_index=True)
    names, there = keys.dictionary.to_pylist(), beyond[order].tolist()
    bounds = pairwise([*starts.tolist(), len(there)])
    groups = [
        [names[code // len(facts)], code % len(facts), there[start:stop]]
        for code, (start, stop) in zip(of.tolist(), bounds, strict=True)
    ]
    return {"groups": groups, "facts": facts}


def _numbered(rows: pa.Table, columns: Sequence[str]) -> tuple[Ints, list[dict[str, Any]]]:
    """Return which of the distinct facts in some columns each row has, and these: what is null in one is not there."""
    numbers = np.zeros(len(rows), np.int64)
    if not columns:
        return numbers, [{}]
    for column in columns:
        codes = rows[column].combine_chunks().dictionary_encode("encode")
        numbers = numbers * len(codes.dictionary) + codes.indices.to_numpy()
        # Small again after each column: a product of many would overflow.
        _, first, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    facts = rows.select(columns).take(first).to_pylist()
    return numbers, [{name: value for name, value in fact.items() if value is not None} for fact in facts]
