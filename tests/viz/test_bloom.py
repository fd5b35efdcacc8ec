"""The perspective of Neo4j Bloom follows the model and the theme."""

import json
import re
from pathlib import Path

from graph import schema
from viz import bloom
from viz.browser_style import colours

FILE = Path(__file__).parents[2] / "deploy" / "neo4j" / "perspective.json"


def test_the_file_is_current() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == bloom.perspective(), "make docs"


def test_every_label_is_a_category_in_its_colour_and_called_in_chinese() -> None:
    other, *categories = bloom.perspective()["categories"]
    assert (other["id"], other["labels"], other["properties"]) == (0, [], [])
    assert [c["id"] for c in categories] == list(range(1, len(categories) + 1))
    assert [(c["labels"], c["name"], c["color"]) for c in categories] == [
        ([label], spec.label.zh, colours()[label]) for label, spec in schema.nodes().items()
    ]
    assert {tuple(p["name"] for p in c["properties"] if p["isCaption"]) for c in categories} == {("name",)}


def test_relationships_go_by_their_types_as_bloom_writes_them() -> None:
    assert [
        (r["id"], r["name"], {p["type"] for p in r["properties"]}) for r in bloom.perspective()["relationshipTypes"]
    ] == [(type_, type_, {type_}) for type_ in schema.relationship_types()]
    known = {"string", "bigint", "number", "boolean", "array", "Date", "LocalDateTime"}
    told = [*bloom.perspective()["relationshipTypes"], *bloom.perspective()["categories"]]
    assert {p["dataType"] for one in told for p in one["properties"]} == known


def test_phrases_name_labels_types_and_their_own_parameter() -> None:
    for phrase, template in zip(bloom.PHRASES, bloom.perspective()["templates"], strict=True):
        assert set(re.findall(r"\$\w+", phrase.cypher)) == {p["name"] for p in template["params"]}
        assert {p["suggestionLabel"] for p in template["params"]} <= set(schema.nodes())
        assert set(re.findall(r":([A-Z][a-z]\w+)", phrase.cypher)) <= set(schema.nodes())
        assert set(re.findall(r"\[:(\w+)\]", phrase.cypher)) <= set(schema.relationship_types())
        assert template["text"] == phrase.text


EXPORTED = {
    "category": {"id", "name", "color", "icon", "labels", "properties", "caption", "createdAt", "lastEditedAt", "size"},
    "property": {"name", "exclude", "isCaption", "dataType"},
    "template": {"name", "id", "createdAt", "text", "cypher", "params", "hasCypherErrors"},
    "parameter": {"name", "dataType", "suggestionLabel", "suggestionProp", "cypher"},
}
WHOLE = {
    "name", "id", "version", "createdAt", "lastEditedAt", "categories", "relationshipTypes", "templates", "palette",
    "hiddenRelationshipTypes", "hiddenCategories", "hideUncategorisedData", "parentPerspectiveId",
}  # fmt: skip
"""The fields of the perspectives that Bloom exported into Neo4j's own public example (neo4j-graph-examples/bloom)."""


def test_it_has_the_fields_of_what_bloom_exports() -> None:
    made = bloom.perspective()
    assert set(made) == WHOLE | {"labels"}, "a later Bloom's, which an earlier one passes over"
    other, *categories = made["categories"]
    assert EXPORTED["category"] - set(other) == {"createdAt", "lastEditedAt"}, "Bloom's own has no times either"
    parts = {
        "category": categories,
        "property": [p for c in categories for p in c["properties"]],
        "template": made["templates"],
        "parameter": [p for t in made["templates"] for p in t["params"]],
    }
    assert {name: set().union(*rows) for name, rows in parts.items()} == EXPORTED
    assert {name: {len(row) for row in rows} for name, rows in parts.items()} == {
        name: {len(fields)} for name, fields in EXPORTED.items()
    }
    assert (made["version"], set(made["palette"])) == ("1.4.0", {"colors", "currentIndex"})
