"""What changed in the graph, for whoever keeps a copy of it."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from api.questions.declaration import Name, Parameters, Question
from api.questions.held import whole_province
from api.security.roles import AccessRule, RouteRule
from graph.language import Text
from graph.stores.base import Store
from loaders.keep.changes import changes, classes
from queries.answers import meta
from queries.changes import ChangedGraph, GraphChange, GraphChanges, with_properties


class ChangesParameters(Parameters):
    """Since when."""

    since: Name = Field(
        description="起点：图版本、批次号，或上次回答的 until / a graph version, a load, or `until` of the last answer",
        examples=["1", "load-000001"],
    )


def _changed(store: Store, asked: ChangesParameters) -> ChangedGraph:
    with store.read() as session:
        version = session.version()
    found = changes(store.home, asked.since, version)
    about = meta(version, {"since": found.since}, classes(found.rows))
    return ChangedGraph(found.since, found.until, found.rows, about)


def _flat(change: GraphChange) -> Mapping[str, Any]:
    row = change.model_dump(mode="json")
    written = {name: json.dumps(row[name], ensure_ascii=False) for name in ("identity", "properties") if row[name]}
    return {**row, **written}


CHANGES = Question(
    name="changes",
    title=Text("图的变更", "Changes of the graph"),
    brief=Text("某一版本以来新增、变更和删除了什么", "what was created, changed and deleted since a version"),
    about="""某一版本以来的变更，合并计算，每个节点或关系一行：先是删除（先关系后节点），再是新增与变更（先节点后关系），附现有的
    属性。依次照做，副本即与图一致；删除节点时一并删除其关系。下次以回答中的 until 为 since。
    太久以前的、另一个历史的起点回答 410：请重新取得全图。

    What changed since a version, all loads together, a row a node or relationship: first what was deleted
    (relationships, then nodes), then what was created or changed (nodes, then relationships) with its properties as
    they are now. A copy that does so, row by row, is the graph; with a node its relationships go. The next `since` is
    `until` of this answer. A point too long ago, or of another history, is answered by 410: take the whole graph again.
    """,
    parameters=ChangesParameters,
    asked=lambda parameters, _: parameters,
    answer=_changed,
    result=GraphChanges,
    complete=with_properties,
    columns=lambda _: list(GraphChange.model_fields),
    flat=_flat,
    address="/changes",
    access=RouteRule(AccessRule.COPY, whole_province),
    tag="export",
    problems=(410,),
    page=1000,
    rated=False,
    example={"since": "1", "limit": 3},
)
