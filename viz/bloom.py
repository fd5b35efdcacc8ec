"""How Neo4j Bloom (Explore) shows the graph: a perspective from the model and the theme, in Chinese.

``python -m viz.bloom deploy/neo4j/perspective.json`` writes it; a test proves that it is current. Its form is that of
perspectives that Bloom exports (version 1.4, which later ones take): a category a label, with colour and caption,
relationships by their types, and phrases that a person types, with what they ask.
"""

import json
import sys
import uuid
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from graph import schema
from graph.schema import NodeSpec, Property
from viz.browser_style import colours
from viz.theme import NEUTRAL

NAME = "枢纽：中小企业公共服务网络"
SINCE = 1_606_867_200_000
"""A day, in milliseconds, for what has to have one: the perspective depends on the model alone."""
DATA_TYPES: dict[object, str] = {
    int: "bigint",
    float: "number",
    bool: "boolean",
    date: "Date",
    datetime: "LocalDateTime",
    list[str]: "array",
}
"""Type of a property -> Bloom's word for it; any other is text."""
OTHER = {
    "id": 0, "name": "其他", "color": NEUTRAL, "size": 1, "icon": "no-icon",
    "labels": [], "properties": [], "caption": [""],
}  # fmt: skip
"""Where Bloom puts nodes of labels that no category has; it is the first of every perspective."""
LARGE = 1.5
CENTRAL = ("Region", "Window", "Carrier", "Organization", "Chain")


class Phrase(NamedTuple):
    """What a person types, the label whose names stand in for its parameter, and the paths that it shows."""

    text: str
    label: str | None
    cypher: str


PHRASES = (
    Phrase(
        "$region 的窗口和载体", "Region",
        "MATCH (r:Region {name: $region}) MATCH p = (h:Region)<-[:LOCATED_IN]-(:Window|Carrier) "
        "WHERE h.key = r.key OR h.prefecture = r.key RETURN p LIMIT 300",
    ),
    Phrase(
        "$region 的缺口", "Region",
        "MATCH p = (:Region {name: $region})<-[:LOCATED_IN]-(g:CoverageFigure)-[:CONCERNS]->(:ServiceType) "
        "WHERE g.unmet > 0 RETURN p LIMIT 300",
    ),
    Phrase(
        "$region 的机构提供什么", "Region",
        "MATCH (r:Region {name: $region}) "
        "MATCH p = (h:Region)<-[:LOCATED_IN]-(:Organization)-[:PROVIDES]->(:Resource)-[:OFFERS]->(:ServiceType) "
        "WHERE h.key = r.key OR h.prefecture = r.key RETURN p LIMIT 300",
    ),
    Phrase(
        "$organization 的合作伙伴", "Organization",
        "MATCH p = (:Organization {name: $organization})-[:PARTNERS_WITH]-() RETURN p LIMIT 300",
    ),
    Phrase(
        "$chain 的上中下游", "Chain",
        "MATCH (c:Chain) WHERE c.name = $chain "
        "MATCH p = (c)<-[:BELONGS_TO]-(:ChainSegment)-[:FEEDS]->(:ChainSegment) RETURN p LIMIT 300",
    ),
    Phrase(
        "$chain 的园区和集群", "Chain",
        "MATCH (c:Chain) WHERE c.name = $chain MATCH p = (c)<-[:SPECIALIZES_IN]-(:Park|Cluster) RETURN p LIMIT 300",
    ),
    Phrase("从站点到枢纽", None, "MATCH p = (:Window)-[:REPORTS_TO]->(:Window) RETURN p LIMIT 300"),
    Phrase(
        "通知各条落实到什么", None,
        "MATCH p = ()-[:GOVERNED_BY]->(:Clause)-[:PART_OF]->(:Notice) RETURN p LIMIT 300",
    ),
)  # fmt: skip


def perspective() -> dict[str, Any]:
    """Return the whole perspective."""
    specs = schema.nodes()
    return {
        "name": NAME,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "shuniu")),
        "version": "1.4.0",
        "createdAt": SINCE,
        "lastEditedAt": SINCE,
        "categories": [OTHER, *(_category(number, spec) for number, spec in enumerate(specs.values(), 1))],
        "labels": {name: [_of(name, p) for p in spec.properties] for name, spec in specs.items()},
        "relationshipTypes": [
            {"id": type_, "name": type_, "properties": [_of(type_, p) for p in pairs[0].properties], "size": 1}
            for type_, pairs in schema.relationship_types().items()
        ],
        "templates": [_template(number, phrase) for number, phrase in enumerate(PHRASES)],
        "palette": {"colors": list(colours().values()), "currentIndex": len(specs)},
        "hiddenRelationshipTypes": [],
        "hiddenCategories": [],
        "hideUncategorisedData": False,
        "parentPerspectiveId": None,
    }


def _category(number: int, spec: NodeSpec) -> dict[str, Any]:
    """Return how the nodes of a label are drawn, called by their name."""
    return {
        "id": number,
        "name": spec.label.zh,
        "color": colours()[spec.name],
        "icon": "no-icon",
        "labels": [spec.name],
        "properties": [
            {"name": p.name, "exclude": False, "isCaption": p.name == "name", "dataType": _type(p)}
            for p in spec.properties
        ],
        "caption": [""],
        "createdAt": SINCE,
        "lastEditedAt": SINCE,
        "size": LARGE if spec.name in CENTRAL else 1,
    }


def _type(p: Property) -> str:
    return DATA_TYPES.get(p.type, "string")


def _of(label_or_type: str, p: Property) -> dict[str, str]:
    return {"propertyKey": p.name, "type": label_or_type, "dataType": _type(p)}


def _template(number: int, phrase: Phrase) -> dict[str, Any]:
    name = phrase.text.partition(" ")[0] if phrase.label else ""
    parameter = {
        "name": name, "dataType": "String", "suggestionLabel": phrase.label, "suggestionProp": "name", "cypher": None,
    }  # fmt: skip
    return {
        "name": phrase.text.removeprefix(name).strip(" 的"),
        "id": f"tmpl:{SINCE + number}",
        "createdAt": SINCE,
        "text": phrase.text,
        "cypher": phrase.cypher,
        "params": [parameter] if phrase.label else [],
        "hasCypherErrors": False,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(perspective(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
