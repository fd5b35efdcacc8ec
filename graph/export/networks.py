"""The graph as one network: JSON lines, and the forms that networkx, Gephi and their kin read; written as it comes.

A node is called ``Label:key`` in all of them. In node-link, GraphML and GEXF every node carries ``labels``, every
relationship ``label`` with its type; a node's ``label`` is its name, which Gephi shows. What a fact rests on is
``provenance``: ``source`` is where an edge begins; and ``key`` is ``identifier``. networkx's own writers make the same
files of a graph that they hold whole in memory, four gigabytes of it at the size of the province.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from graph import schema
from graph.export.cells import SEPARATOR
from graph.export.parts import Part
from graph.schema import NodeSpec, RelationshipSpec

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


class Element(NamedTuple):
    """A node or an edge, its values strings, numbers and truth values, lists joined by ``;``."""

    id: str
    target: str | None
    """Where an edge goes; ``id`` is where it begins."""
    label: str
    values: dict[str, Any]


def elements(parts: Iterable[Part]) -> Iterator[Element]:
    """Yield all nodes, then all edges."""
    for part in parts:
        spec = part.spec
        for row in part.rows():
            values = {_name(spec, name): _plain(value) for name, value in row.items()}
            if isinstance(spec, NodeSpec):
                shown = str(values.get("name", row["key"]))
                yield Element(_id(spec.name, row["key"]), None, shown, {"labels": spec.name, **values})
            else:
                ends = _id(spec.source, values.pop("from_key")), _id(spec.target, values.pop("to_key"))
                yield Element(*ends, spec.type, values)


def _id(label: str, key: Any) -> str:
    return f"{label}:{_plain(key)}"


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


@cache
def types(*, nodes: bool) -> dict[str, object]:
    """Return the Python type of every value that nodes, or edges, may have; dates and lists are texts here."""
    found: dict[str, object] = {"labels": str} if nodes else {}
    specs = schema.nodes().values() if nodes else schema.relationships().values()
    for spec in specs:
        for p in spec.properties:
            found[_name(spec, p.name)] = p.type if p.type in (int, float, bool) else str
    return found


def write_node_link(parts: Iterable[Part], folder: Path) -> None:
    """Write node-link JSON, as ``networkx.node_link_graph(…, edges="edges")`` and D3 read it."""
    with (folder / "graph.json").open("w", encoding="utf-8") as file:
        file.write('{"directed": true, "multigraph": true, "graph": {}, "nodes": [')
        edges = 0
        separator = "\n"
        for one in elements(parts):
            if one.target is None:
                attributes = {**one.values, "label": one.label, "id": one.id}
            else:
                if not edges:
                    file.write('\n], "edges": [')
                    separator = "\n"
                attributes = {**one.values, "label": one.label, "source": one.id, "target": one.target, "key": edges}
                edges += 1
            file.write(separator + json.dumps(attributes, ensure_ascii=False))
            separator = ",\n"
        file.write("\n]}\n" if edges else '\n], "edges": []}\n')


GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
GRAPHML_TYPES: dict[object, str] = {str: "string", int: "long", float: "double", bool: "boolean"}


def write_graphml(parts: Iterable[Part], folder: Path) -> None:
    """Write GraphML, as yEd, Cytoscape, Gephi and igraph read it."""
    keys = {
        kind: {name: f"{kind[0]}{at}" for at, name in enumerate(("label", *types(nodes=kind == "node")))}
        for kind in ("node", "edge")
    }
    with (folder / "graph.graphml").open("w", encoding="utf-8") as file:
        file.write(GRAPHML)
        for kind, named in keys.items():
            of = {"label": str, **types(nodes=kind == "node")}
            for name, key in named.items():
                type_ = GRAPHML_TYPES[of[name]]
                file.write(f'<key id="{key}" for="{kind}" attr.name={quoteattr(name)} attr.type="{type_}"/>\n')
        file.write('<graph edgedefault="directed">\n')
        for number, one in enumerate(elements(parts)):
            kind = "node" if one.target is None else "edge"
            ends = f" source={quoteattr(one.id)} target={quoteattr(one.target)}" if one.target is not None else ""
            id_ = f'"e{number}"' if ends else quoteattr(one.id)
            values = {"label": one.label, **one.values}
            data = "".join(f'<data key="{keys[kind][name]}">{_text(value)}</data>' for name, value in values.items())
            file.write(f"<{kind} id={id_}{ends}>{data}</{kind}>\n")
        file.write("</graph>\n</graphml>\n")


def _text(value: object) -> str:
    """Return a value as XML says it."""
    return escape(_word(value), {"\r": "&#13;"})


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<graph defaultedgetype="directed" mode="static">
"""
GEXF_TYPES: dict[object, str] = {str: "string", int: "long", float: "double", bool: "boolean"}


def write_gexf(parts: Iterable[Part], folder: Path) -> None:
    """Write GEXF 1.2, the form of Gephi."""
    at = {kind: {name: str(n) for n, name in enumerate(types(nodes=kind == "node"))} for kind in ("node", "edge")}
    with (folder / "graph.gexf").open("w", encoding="utf-8") as file:
        file.write(GEXF)
        for kind, named in at.items():
            file.write(f'<attributes class="{kind}" mode="static">\n')
            for name, n in named.items():
                type_ = GEXF_TYPES[types(nodes=kind == "node")[name]]
                file.write(f'<attribute id="{n}" title={quoteattr(name)} type="{type_}"/>\n')
            file.write("</attributes>\n")
        file.write("<nodes>\n")
        edges = 0
        for one in elements(parts):
            kind = "node" if one.target is None else "edge"
            if one.target is not None:
                file.write("" if edges else "</nodes>\n<edges>\n")
                head = f'id="{edges}" source={quoteattr(one.id)} target={quoteattr(one.target)}'
                edges += 1
            else:
                head = f"id={quoteattr(one.id)}"
            data = "".join(
                f'<attvalue for="{at[kind][n]}" value={quoteattr(_word(v))}/>' for n, v in one.values.items()
            )
            file.write(f"<{kind} {head} label={quoteattr(one.label)}><attvalues>{data}</attvalues></{kind}>\n")
        file.write(f"{'' if edges else '</nodes><edges>'}</edges>\n</graph>\n</gexf>\n")
