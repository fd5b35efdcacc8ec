"""What follows from ``graph.model``: keys, endpoints, column types, what is stored, and the schema page.

``python -m graph.schema docs/schema.md`` writes the page; a test proves that it is current.
"""

import dataclasses
import hashlib
import sys
import types
import typing
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pyarrow as pa

from graph import model
from graph.errors import NotFound
from graph.language import Text

ARROW: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us"),
    list[str]: pa.list_(pa.string()),
}
"""Python type of a declaration -> column type in both stores' answers. Times are UTC without a zone."""


@dataclass(frozen=True)
class Property:
    """One property of a node or relationship."""

    name: str
    type: object
    label: Text
    vocabulary: str | None


@dataclass(frozen=True)
class NodeSpec:
    """A node label with its properties, ``key`` first."""

    name: str
    label: Text
    doc: str
    indexes: tuple[str, ...]
    properties: tuple[Property, ...]

    @property
    def arrow(self) -> pa.Schema:
        """Column types of a table of such nodes."""
        return _arrow(self.properties)


@dataclass(frozen=True)
class RelationshipSpec:
    """A relationship type between one pair of labels; its tables have ``from_key`` and ``to_key`` first."""

    type: str
    source: str
    target: str
    label: Text
    doc: str
    owner: str | None
    single: bool
    symmetric: bool
    identity: tuple[str, ...]
    indexes: tuple[str, ...]
    properties: tuple[Property, ...]

    @property
    def arrow(self) -> pa.Schema:
        """Column types of a table of such relationships."""
        ends = [pa.field("from_key", pa.string()), pa.field("to_key", pa.string())]
        return pa.schema([*ends, *_arrow(self.properties)])

    @property
    def slot(self) -> tuple[str, str, str]:
        """(type, source label, target label)."""
        return self.type, self.source, self.target

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify one relationship."""
        return ("from_key", "to_key", *self.identity)

    @property
    def owner_column(self) -> str | None:
        """Column of the end that owns the relationship."""
        return {"source": "from_key", "target": "to_key", None: None}[self.owner]


def _arrow(properties: tuple[Property, ...]) -> pa.Schema:
    return pa.schema([pa.field(p.name, ARROW[p.type]) for p in properties])


def _properties(cls: type[model.Fact]) -> tuple[Property, ...]:
    hints = typing.get_type_hints(cls)
    own = [f for f in dataclasses.fields(cls) if f.name not in {"source", "verification", "data_class"}]
    facts = [f for f in dataclasses.fields(cls) if f not in own]
    return tuple(
        Property(f.name, _plain(hints[f.name]), f.metadata["label"], f.metadata["vocabulary"]) for f in (*own, *facts)
    )


def _plain(hint: object) -> object:
    """Strip ``| None``."""
    if isinstance(hint, types.UnionType):
        return next(a for a in typing.get_args(hint) if a is not type(None))
    return hint


@cache
def nodes() -> dict[str, NodeSpec]:
    """Return every node label by name, in the order of the model."""
    return {
        name: NodeSpec(name, cls.label, (cls.__doc__ or "").strip(), cls.indexes, _properties(cls))
        for name, cls in model.NODES.items()
    }


def node_called(label: str, among: Collection[str]) -> NodeSpec:
    """Return the node of a label, written in any case.

    Raises:
        NotFound: it is none of those that can be asked for.
    """
    found = next((name for name in among if name.casefold() == label.casefold()), None)
    if found is None:
        allowed = ", ".join(among)
        way = Text(f"可用：{allowed}", f"Allowed: {allowed}")
        raise NotFound(kind=Text("节点类别", "label"), key=label, way=way)
    return nodes()[found]


@cache
def relationships() -> dict[tuple[str, str, str], RelationshipSpec]:
    """Return every relationship by (type, source label, target label), in the order of the model."""
    specs = (
        RelationshipSpec(
            cls.type,
            source,
            target,
            cls.label,
            (cls.__doc__ or "").strip(),
            cls.owner,
            cls.single,
            cls.symmetric,
            cls.identity,
            cls.indexes,
            _properties(cls),
        )
        for cls in model.RELATIONSHIPS.values()
        for source, target in cls.ends
    )
    return {spec.slot: spec for spec in specs}


DERIVED = ("ServiceMonth", "Load", "CoverageFigure")
"""Labels that nobody states: they follow from records, loads and snapshots."""


def stated(spec: NodeSpec | RelationshipSpec) -> bool:
    """Tell whether rows of a spec are what a source says."""
    labels = (spec.name,) if isinstance(spec, NodeSpec) else (spec.source, spec.target)
    return not any(label in DERIVED for label in labels)


def relationship_types() -> dict[str, list[RelationshipSpec]]:
    """Return the pairs of each relationship type."""
    types_: dict[str, list[RelationshipSpec]] = {}
    for spec in relationships().values():
        types_.setdefault(spec.type, []).append(spec)
    return types_


def type_name(kind: object) -> str:
    """Return the word for a type of a declaration."""
    return kind.__name__ if isinstance(kind, type) and not typing.get_args(kind) else str(kind)


Statement = tuple[str, ...]
"""One thing that a model says of what is stored: a label, a property and its type, a relationship type with the
properties that tell two of its relationships apart, or a pair of labels."""


@cache
def statements() -> frozenset[Statement]:
    """Return all that the model says of what is stored; its words for readers and its order are no part of it."""
    said: set[Statement] = set()
    for node in nodes().values():
        said.add(("label", node.name))
        said |= {("property", node.name, p.name, type_name(p.type)) for p in node.properties}
    for spec in relationships().values():
        said |= {("type", spec.type, *spec.identity), ("pair", *spec.slot)}
        said |= {("property", spec.type, p.name, type_name(p.type)) for p in spec.properties}
    return frozenset(said)


@cache
def fingerprint() -> str:
    """Return a short digest of what the model says of what is stored; every load notes it."""
    lines = "\n".join(sorted(map(" ".join, statements())))
    return hashlib.blake2b(lines.encode(), digest_size=6).hexdigest()


# --- the page -----------------------------------------------------------------------------------------


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "graph LR"
    for type_, specs in relationship_types().items():
        for spec in specs:
            yield f"  {spec.source} -- {type_} --> {spec.target}"
    yield "```"


def _property_rows(properties: tuple[Property, ...]) -> Iterator[str]:
    yield "| 属性 property | 类型 type | 含义 | meaning | 词表 vocabulary |"
    yield "|---|---|---|---|---|"
    for p in properties:
        yield f"| `{p.name}` | {type_name(p.type)} | {p.label.zh} | {p.label.en} | {p.vocabulary or ''} |"


def page() -> str:
    """Return docs/schema.md, derived from the model."""
    lines = [
        "# 图模型 · The graph model",
        "",
        "由 `graph/model.py` 生成（`make docs`），请勿手改。Generated from `graph/model.py`; do not edit by hand.",
        "",
        *_diagram(),
        "",
        "## 节点 · Nodes",
    ]
    for node in nodes().values():
        lines += [
            "",
            f"### {node.name} · {node.label.zh}",
            "",
            node.doc,
            "",
            *_property_rows(node.properties),
        ]
    lines += ["", "## 关系 · Relationships"]
    for type_, specs in relationship_types().items():
        pairs = "; ".join(f"{s.source} → {s.target}" for s in specs)
        lines += ["", f"### {type_} · {specs[0].label.zh}", "", specs[0].doc, "", pairs, ""]
        lines += _property_rows(specs[0].properties)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
