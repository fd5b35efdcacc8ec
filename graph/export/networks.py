"""The graph as one network: JSON lines row by row, and the forms that networkx writes, which hold it whole in memory.

A node is called ``Label:key`` in all of them. Every node of networkx's forms carries ``labels``, every relationship
``label`` with its type; a node's ``label`` is its name, which Gephi shows. What a fact rests on is ``provenance``:
``source`` is where an edge begins; and ``key`` is ``identifier``.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph import schema
from graph.export.cells import SEPARATOR
from graph.export.parts import Part
from graph.schema import NodeSpec, RelationshipSpec

if TYPE_CHECKING:
    import networkx as nx

RENAMED = {"source": "provenance", "key": "identifier"}
"""Words that the forms themselves use."""
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def _json(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


def write_jsonl(parts: Iterable[Part], folder: Path) -> None:
    """Write a line a node and a line a relationship, in the form that ``apoc.import.json`` reads."""
    with (folder / "graph.jsonl").open("w", encoding="utf-8") as file:
        for part in parts:
            for row in part.rows():
                file.write(json.dumps(_line(part, row), ensure_ascii=False, default=_json) + "\n")


def _line(part: Part, row: dict[str, Any]) -> dict[str, object]:
    spec = part.spec
    if isinstance(spec, NodeSpec):
        return {"type": "node", "id": f"{spec.name}:{row['key']}", "labels": [spec.name], "properties": row}
    ends = {"from_key": spec.source, "to_key": spec.target}
    start, end = ({"id": f"{label}:{row[column]}", "labels": [label]} for column, label in ends.items())
    properties = {name: value for name, value in row.items() if name not in ends}
    return {"type": "relationship", "label": spec.type, "start": start, "end": end, "properties": properties}


def network(parts: Iterable[Part]) -> "nx.MultiDiGraph[str]":
    """Return the graph as a directed multigraph of strings, numbers and truth values, lists joined by ``;``."""
    import networkx as nx  # noqa: PLC0415 it takes a second to import, and most commands never need it

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for part in parts:
        spec = part.spec
        for row in part.rows():
            plain = {_name(spec, name): _plain(value) for name, value in row.items()}
            if isinstance(spec, NodeSpec):
                shown = plain.get("name", row["key"])
                graph.add_node(f"{spec.name}:{row['key']}", labels=spec.name, label=shown, **plain)
            else:
                ends = f"{spec.source}:{plain.pop('from_key')}", f"{spec.target}:{plain.pop('to_key')}"
                graph.add_edges_from([(*ends, {"label": spec.type, **plain})])
    return graph


@cache
def _mixed() -> frozenset[str]:
    """Return the properties that are of one type in one label and of another in another."""
    types: dict[str, set[object]] = {}
    for p in (p for spec in schema.nodes().values() for p in spec.properties):
        types.setdefault(p.name, set()).add(p.type)
    return frozenset(name for name, found in types.items() if len(found) > 1)


def _name(spec: NodeSpec | RelationshipSpec, name: str) -> str:
    """Return what a property is called: GEXF gives a name one type, so ``Resource.online``, ``ServiceMonth.online``."""
    if isinstance(spec, NodeSpec) and name in _mixed():
        return f"{spec.name}.{name}"
    return RENAMED.get(name, name)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    text = SEPARATOR.join(value) if isinstance(value, list) else value
    return NOT_XML.sub("\ufffd", text) if isinstance(text, str) else text


def write_graphml(parts: Iterable[Part], folder: Path) -> None:
    """Write GraphML, as yEd, Cytoscape, Gephi and igraph read it."""
    import networkx as nx  # noqa: PLC0415

    nx.write_graphml_xml(network(parts), folder / "graph.graphml")


def write_gexf(parts: Iterable[Part], folder: Path) -> None:
    """Write GEXF 1.2, the form of Gephi."""
    import networkx as nx  # noqa: PLC0415

    nx.write_gexf(network(parts), folder / "graph.gexf")


def write_node_link(parts: Iterable[Part], folder: Path) -> None:
    """Write node-link JSON, as ``networkx.node_link_graph(…, edges="edges")`` and D3 read it."""
    import networkx as nx  # noqa: PLC0415

    with (folder / "graph.json").open("w", encoding="utf-8") as file:
        json.dump(nx.node_link_data(network(parts), edges="edges"), file, ensure_ascii=False)
