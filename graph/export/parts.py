"""The graph part by part: a table a label and a table a pair of labels that a relationship type joins."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from graph import schema
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


def parts(session: ReadSession) -> Iterator[Part]:
    """Yield all that a store holds, nodes first, in the model's order, rows by their identity; one part is in memory.

    Contacts are no part of the graph, and so of no export.
    """
    for node in schema.nodes().values():
        table = session.nodes(node)
        if len(table):
            yield Part(node, table.sort_by("key"))
    for spec in schema.relationships().values():
        table = session.relationships(spec)
        if len(table):
            yield Part(spec, table.sort_by([(column, "ascending") for column in spec.key]))
