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
