"""What is one thing? What is known of it in the words of the model, and what it is tied to."""

from typing import Any

import pyarrow as pa
from pydantic import Field

from graph import schema
from graph.errors import NotFound
from graph.schema import NodeSpec
from graph.stores.base import ReadSession, Store
from graph.vocabulary import vocabulary
from queries.answers import Answer, Result, meta

NAMED = 10
"""How many of those that a thing is tied to in one way are named."""
ELSEWHERE = ("Load", "CoverageFigure")
"""What is told of elsewhere: loads in the journal, figures of a snapshot by the questions that it answers."""
LABELS = tuple(label for label in schema.nodes() if label not in ELSEWHERE)
"""What can be asked for."""
APART = ("key", "name", "source", "verification", "data_class")


class EntityFact(Result):
    """One property that is known."""

    property: str = Field(description="属性名 / name of the property")
    name_zh: str
    name_en: str
    value: Any = Field(description="值 / value")
    value_zh: str | None = Field(description="代码的中文名 / what a code is called in Chinese")


class TiedTo(Result):
    """A node at the other end."""

    key: str
    name: str | None


class Tie(Result):
    """All relationships of one type between a thing and the nodes of one label."""

    type: str = Field(description="关系类型 / type of the relationship")
    name_zh: str
    name_en: str
    outgoing: bool = Field(description="是否由本节点出发 / whether it goes from this node")
    label: str = Field(description="对端节点类别 / label of the other end")
    number: int = Field(description="关系条数 / relationships")
    first: list[TiedTo] = Field(description=f"按名称的前 {NAMED} 个 / the first {NAMED} by name")


class LastStated(Result):
    """Where a thing was stated last."""

    load: str = Field(description="载入批次 / load")
    at: str = Field(description="载入时间（UTC）/ time of the load, UTC")
    file: str = Field(description="文件 / file")
    sheet: str = Field(description="工作表 / sheet")
    row: int | None = Field(description="行号 / row")


class EntityReport(Result):
    """One node: its facts, where they come from, and its ties."""

    key: str
    label: str
    name: str | None
    facts: list[EntityFact] = Field(description="已知的属性 / what is known of it")
    source: str | None
    verification: str | None
    data_class: str | None
    stated: LastStated | None = Field(
        description="最近一次由谁说到 / where it was stated last; null: it follows from others"
    )
    ties: list[Tie] = Field(description="与其他节点的关系 / what it is tied to")


def entity(store: Store, label: str, key: str) -> Answer[EntityReport]:
    """Return a node by its label, in any case, and key; ``stated`` is left to whoever knows the history.

    Raises:
        NotFound: there is no such node.
    """
    spec = schema.node_called(label, LABELS)
    with store.read() as session:
        version = session.version()
        rows = session.nodes(spec, pa.array([key], pa.string())).to_pylist()
        if not rows:
            raise NotFound(kind=spec.label, key=key)
        ties = [*_ties(session, spec, key, outgoing=True), *_ties(session, spec, key, outgoing=False)]
    row = rows[0]
    found = EntityReport(
        **{name: row[name] for name in APART}, label=spec.name, facts=_facts(spec, row), stated=None, ties=ties
    )
    counts = {row["data_class"]: 1} if row["data_class"] else {}
    return Answer(data=found, meta=meta(version, {"kind": spec.name, "key": key}, counts))


def _facts(spec: NodeSpec, row: dict[str, Any]) -> list[EntityFact]:
    known = [p for p in spec.properties if p.name not in APART and row[p.name] is not None]
    return [
        EntityFact(
            property=p.name, name_zh=p.label.zh, name_en=p.label.en, value=row[p.name],
            value_zh=_called(p.vocabulary, row[p.name]),
        )
        for p in known
    ]  # fmt: skip


def _called(list_: str | None, value: Any) -> str | None:
    if list_ is None:
        return None
    return "、".join(vocabulary(list_).text(id_) for id_ in (value if isinstance(value, list) else [value]))


def _ties(session: ReadSession, spec: NodeSpec, key: str, *, outgoing: bool) -> list[Tie]:
    counted = session.ties(spec, key, outgoing=outgoing).to_pylist()
    made = []
    for row in sorted(counted, key=lambda r: (r["type"], r["label"])):
        ends = (spec.name, row["label"]) if outgoing else (row["label"], spec.name)
        if (found := schema.relationships().get((row["type"], *ends))) is None or row["label"] in ELSEWHERE:
            continue
        named = session.ends(found, "from_key" if outgoing else "to_key", key, NAMED).to_pylist()
        first = [TiedTo(**end) for end in named]
        names = {"name_zh": found.label.zh, "name_en": found.label.en}
        made.append(
            Tie(type=found.type, **names, outgoing=outgoing, label=row["label"], number=row["number"], first=first)
        )
    return made
