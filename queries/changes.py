"""What became of the graph since a version: what there is now as it is, what is gone by its identity."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import pyarrow as pa
from pydantic import Field

from graph import schema
from graph.delta import Spec, key_of
from graph.errors import StoreChanged
from graph.schema import NodeSpec
from graph.stores.base import ReadSession, Store
from queries.answers import ListAnswer, Meta, Result


class GraphChange(Result):
    """What became of one node or relationship."""

    change: Literal["created", "changed", "deleted"] = Field(
        description="新增、变更或删除 / what became of it since then, all loads together"
    )
    kind: Literal["node", "relationship"] = Field(description="节点或关系 / a node or a relationship")
    label: str = Field(description="节点类别或关系类型 / label of the node, type of the relationship")
    from_label: str | None = Field(description="关系起点的类别 / label of the start of a relationship")
    to_label: str | None = Field(description="关系终点的类别 / label of the end of a relationship")
    identity: dict[str, Any] = Field(
        description="标识：节点为 key，关系为 from_key、to_key 及区分同类关系的属性"
        " / what it is known by: key, or from_key, to_key and what else tells two apart"
    )
    properties: dict[str, Any] | None = Field(
        description="现有的其他属性；已删除为空 / its other properties as they are now; null of what was deleted"
    )


class GraphChanges(ListAnswer[GraphChange]):
    """A page of what changed, in the order in which a copy can follow it."""

    since: str = Field(description="起点 / from where")
    until: str = Field(description="终点；下次以它为 since / up to where; the next `since`")


@dataclass(frozen=True)
class ChangedGraph:
    """What changed: ``rows`` with kind (``Region``, ``PART_OF.Region.EconomicZone``), change and up to three columns
    of identity as text, in order."""

    since: str
    until: str
    rows: pa.Table
    meta: Meta

    def page(self, limit: int, start: int = 0) -> GraphChanges:
        """Return changes from a position, not yet completed; ``next`` is the following position, if any."""
        end = start + limit
        following = str(end) if end < len(self.rows) else None
        data = [_change(row) for row in self.rows.slice(start, limit).to_pylist()]
        return GraphChanges(
            data=data, meta=self.meta, total=len(self.rows), next=following, since=self.since, until=self.until
        )


def _spec(change: GraphChange) -> Spec:
    if change.kind == "node":
        return schema.nodes()[change.label]
    return schema.relationships()[change.label, change.from_label or "", change.to_label or ""]


def _change(row: dict[str, Any]) -> GraphChange:
    label, _, ends = row["kind"].partition(".")
    source, _, target = ends.partition(".")
    spec: Spec = schema.relationships()[label, source, target] if ends else schema.nodes()[label]
    identity = {
        name: _typed(row[column], spec.arrow.field(name).type)
        for name, column in zip(key_of(spec), ("first", "second", "third"), strict=False)
    }
    return GraphChange(
        change=row["change"], kind="relationship" if ends else "node", label=label, from_label=source or None,
        to_label=target or None, identity=identity, properties=None,
    )  # fmt: skip


def _typed(text: str | None, type_: pa.DataType) -> Any:
    return None if text is None else pa.scalar(text).cast(type_).as_py()


def with_properties(store: Store, asked: ChangedGraph, changes: list[GraphChange]) -> list[GraphChange]:
    """Return changes with the properties of what there is now.

    Raises:
        StoreChanged: a load was finished meanwhile.
    """
    of: dict[Spec, list[GraphChange]] = {}
    for change in changes:
        if change.change != "deleted":
            of.setdefault(_spec(change), []).append(change)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    with store.read() as session:
        for spec, some in of.items():
            found |= _read(session, spec, some)
        if session.version() != asked.meta.graph_version:
            raise StoreChanged
    return [
        change
        if change.change == "deleted"
        else change.model_copy(update={"properties": found[_spec(change), *change.identity.values()]})
        for change in changes
    ]


def _read(session: ReadSession, spec: Spec, some: list[GraphChange]) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = key_of(spec)
    wanted = pa.array(sorted({change.identity[keys[0]] for change in some}), pa.string())
    rows = session.nodes(spec, wanted) if isinstance(spec, NodeSpec) else session.relationships(spec, keys[0], wanted)
    return {
        (spec, *(row[name] for name in keys)): {k: _plain(v) for k, v in row.items() if k not in keys and v is not None}
        for row in rows.to_pylist()
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
