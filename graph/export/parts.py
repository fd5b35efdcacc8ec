"""The graph part by part: a table a label and a table a pair of labels that a relationship type joins."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from graph import schema
from graph.delta import Spec, key_of
from graph.errors import NotFound
from graph.language import Text
from graph.schema import NodeSpec, RelationshipSpec
from graph.stores.base import ReadSession

BATCH = 10_000
"""Rows that a writer makes plain Python of at a time."""


@dataclass(frozen=True)
class Part:
    """The rows of one label, or of one relationship type between one pair of labels; at least one."""

    spec: NodeSpec | RelationshipSpec
    table: pa.Table

    @property
    def name(self) -> str:
        """Its place among the files: ``nodes/Region``, ``relationships/PART_OF.Region.EconomicZone``."""
        if isinstance(self.spec, NodeSpec):
            return f"nodes/{self.spec.name}"
        return f"relationships/{'.'.join(self.spec.slot)}"

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows, some thousand at a time, as dictionaries without what is unknown."""
        for batch in self.table.to_batches(BATCH):
            yield [{name: value for name, value in row.items() if value is not None} for row in batch.to_pylist()]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows one by one."""
        for batch in self.batches():
            yield from batch


Substitution = Callable[[str], str]
"""How a text leaves."""
KINDS = Text("节点类别或关系类型", "label or relationship type")


def chosen(only: str | None = None) -> list[Spec]:
    """Return the specs of a label or of a relationship type, in the model's order; without one all of them.

    Raises:
        NotFound: there is no such label or type.
    """
    every: list[Spec] = [*schema.nodes().values(), *schema.relationships().values()]
    found = [s for s in every if only in (None, s.name if isinstance(s, NodeSpec) else s.type)]
    if not found:
        raise NotFound(kind=KINDS, key=only)
    return found


def parts(session: ReadSession, specs: Iterable[Spec]) -> Iterator[Part]:
    """Yield what a store holds of some specs, in their order, rows by their identity; one part is in memory.

    Contacts are no part of the graph, and so of no export.
    """
    for spec in specs:
        table = session.nodes(spec) if isinstance(spec, NodeSpec) else session.relationships(spec)
        if len(table):
            yield Part(spec, table.sort_by([(column, "ascending") for column in key_of(spec)]))


def substituted(all_parts: Iterable[Part], substitution: Substitution) -> Iterator[Part]:
    """Yield parts with every text, keys as well, substituted; the same text alike everywhere."""
    for part in all_parts:
        columns = [_substituted(column.combine_chunks(), substitution) for column in part.table.columns]
        yield Part(part.spec, pa.table(columns, schema=part.table.schema))


def _substituted(column: pa.Array, substitution: Substitution) -> pa.Array:
    if pa.types.is_list(column.type):
        return pa.ListArray.from_arrays(
            column.offsets, _substituted(column.values, substitution), mask=column.is_null()
        )
    if not pa.types.is_string(column.type):
        return column
    words = column.dictionary_encode()
    new = pa.array([substitution(word) for word in words.dictionary.to_pylist()], pa.string())
    return new.take(words.indices)
