"""The model's lint: everything declared once, described, and fit for both stores."""

import ast
import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest

from graph import model, schema
from graph.stores import cypher, neo4j_writes
from graph.vocabulary import names

ROOT = Path(__file__).parents[2]
SPECS = [*schema.nodes().values(), *(specs[0] for specs in schema.relationship_types().values())]
PAIRS = list(schema.relationships().values())
MEANT = {
    *("Region", "EconomicZone", "Window", "Carrier", "Organization", "Resource", "Enterprise", "Need", "Chain"),
    *("ChainSegment", "Industry", "ServiceType", "Dimension", "Park", "Cluster", "Activity", "Brand", "ServiceMonth"),
    *("Feedback", "Clause", "Target", "Load"),
}
TYPES = {
    *("PART_OF", "LOCATED_IN", "SERVES", "REPORTS_TO", "OPERATED_BY", "HOSTS", "PROVIDES", "OFFERS", "SUITS"),
    *("BELONGS_TO", "FEEDS", "PARTNERS_WITH", "NEEDS", "DELIVERED", "GOVERNED_BY"),
}

each = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: getattr(spec, "name", None) or spec.type)


def test_the_model_has_what_was_asked_for() -> None:
    assert set(schema.nodes()) >= MEANT
    assert set(schema.relationship_types()) >= TYPES


@each
def test_it_is_described_in_both_languages(spec: schema.NodeSpec | schema.RelationshipSpec) -> None:
    assert all(spec.label)
    assert spec.doc.endswith((".", "…"))
    for p in spec.properties:
        assert p.label.zh.strip() and p.label.en.strip(), p.name
        assert re.search("[\u4e00-\u9fff]", p.label.zh), p.name
        assert not re.search("[\u4e00-\u9fff]", p.label.en), p.name


@each
def test_its_lists_exist(spec: schema.NodeSpec | schema.RelationshipSpec) -> None:
    for p in spec.properties:
        assert p.vocabulary is None or p.vocabulary in names(), p.name
        assert p.vocabulary is None or p.type in (str, list[str]), p.name


@each
def test_names_need_no_care(spec: schema.NodeSpec | schema.RelationshipSpec) -> None:
    for p in spec.properties:
        assert re.fullmatch("[a-z][a-z0-9_]*", p.name)
    repeated = [name for name, times in Counter(p.name for p in spec.properties).items() if times > 1]
    assert repeated == []


@pytest.mark.parametrize("spec", schema.nodes().values(), ids=lambda spec: spec.name)
def test_key_and_name_stand_first_and_the_origin_last(spec: schema.NodeSpec) -> None:
    columns = spec.arrow.names
    assert columns[:2] == ["key", "name"]
    assert columns[-3:] == ["source", "verification", "data_class"]


@pytest.mark.parametrize("spec", PAIRS, ids=lambda spec: "-".join(spec.slot))
def test_ends_and_identity_exist(spec: schema.RelationshipSpec) -> None:
    assert {spec.source, spec.target} <= set(schema.nodes())
    assert spec.arrow.names[:2] == ["from_key", "to_key"]
    assert set(spec.identity) <= {p.name for p in spec.properties}
    assert spec.owner in ("source", "target", None)


def test_nothing_is_declared_twice() -> None:
    tree = ast.parse((ROOT / "graph" / "model.py").read_text(encoding="utf-8"))
    classes = [item.name for item in tree.body if isinstance(item, ast.ClassDef)]
    assert len(classes) == len(set(classes)) == len(model.NODES) + len(model.RELATIONSHIPS) + 4
    slots = [(cls.type, *pair) for cls in model.RELATIONSHIPS.values() for pair in cls.ends]
    assert len(slots) == len(set(slots)) == len(PAIRS)


def test_declarations_cannot_be_changed() -> None:
    for cls in (*model.NODES.values(), *model.RELATIONSHIPS.values()):
        assert dataclasses.fields(cls)
        assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]


TIES = [neo4j_writes.Attachment(pair, at) for pair in PAIRS for at in ("from_key", "to_key")]
STATEMENTS = [
    *cypher.ladybug_schema(),
    *cypher.neo4j_schema().values(),
    *(write(spec) for spec in (*schema.nodes().values(), *PAIRS) for write in (
        cypher.ladybug_copy, cypher.ladybug_create, cypher.ladybug_change, cypher.ladybug_retire,
    )),
    *(write(spec) for spec in schema.nodes().values() for write in (
        neo4j_writes.create_nodes, neo4j_writes.write_nodes, neo4j_writes.retire_nodes,
    )),
    *(write(spec) for spec in PAIRS for write in (
        neo4j_writes.create_relationships, neo4j_writes.write_relationships, neo4j_writes.retire_relationships,
    )),
    *(neo4j_writes.create_nodes(schema.nodes()[tie.label], (tie,)) for tie in TIES),
    *map(cypher.read_nodes, schema.nodes().values()),
    *map(cypher.read_relationships, PAIRS),
]  # fmt: skip


def test_labels_and_types_stand_in_quotes() -> None:
    """A name of the model that is a word of Cypher must not be read as one."""
    bare = re.compile(rf"[:(\s](?:{'|'.join([*schema.nodes(), *schema.relationship_types()])})\b(?!['`])")
    unquoted = [text for text in STATEMENTS if bare.search(re.sub("`[^`]*`|'[^']*'", "``", text))]
    assert unquoted == []


def test_writes_take_values_as_parameters_alone() -> None:
    literals = {part for text in STATEMENTS for part in re.findall(r"'([^']*)'", text)}
    assert literals <= set(schema.nodes())


def test_every_store_has_a_key_for_every_label() -> None:
    constraints, tables = " ".join(cypher.neo4j_schema().values()), " ".join(cypher.ladybug_schema())
    for label in schema.nodes():
        assert f"FOR (n:`{label}`) REQUIRE n.key IS UNIQUE" in constraints
        assert f"CREATE NODE TABLE IF NOT EXISTS `{label}`(" in tables


def test_the_fingerprint_tells_models_apart() -> None:
    assert re.fullmatch("[0-9a-f]{12}", schema.fingerprint())


def test_the_page_shows_every_declaration() -> None:
    page = schema.page()
    for spec in SPECS:
        assert f"### {getattr(spec, 'name', None) or spec.type} · {spec.label.zh}" in page
        assert all(f"`{p.name}`" in page and p.label.en in page for p in spec.properties)
    assert page.count(" --> ") == len(PAIRS)


def test_the_page_in_docs_is_the_model() -> None:
    stored = ROOT / "docs" / "schema.md"
    assert stored.read_text(encoding="utf-8") == schema.page(), "run: make docs"


def test_of_what_there_is_one_at_most() -> None:
    """By type and the end that has it; a load that states another one takes the former away."""
    found = {(s.type, s.owner, s.source if s.owner == "target" else s.target)
             for s in schema.relationships().values() if s.single}  # fmt: skip
    parties = ("Carrier", "Organization", "Region", "Window")
    assert found == {
        *(("ASKED_OF", "source", label) for label in parties), *(("ASKS", "target", label) for label in parties),
        *(("ADDRESSED_TO", "source", label) for label in ("Carrier", "Organization", "Window")),
        *(("CONCERNS", "source", label) for label in ("ServiceType", "Chain", "Region")),
        *((type_, "source", label) for type_, label in (
            ("BRANDED_AS", "Brand"), ("LOCATED_IN", "Region"), ("OPERATED_BY", "Organization"),
            ("ORGANIZED_BY", "Organization"), ("REPORTS_TO", "Window"))),
        *(("PART_OF", "source", label) for label in ("Pillar", "Notice", "System", "EconomicZone", "Region")),
        *((type_, "target", label) for type_, label in (
            ("DELIVERED", "Carrier"), ("DELIVERED", "Window"), ("HOSTS", "Carrier"), ("NEEDS", "Enterprise"),
            ("PROVIDES", "Organization"))),
    }  # fmt: skip


def test_what_a_label_is_said_to_be_is_its_docstring() -> None:
    assert schema.nodes()["Need"].doc == "One published need for a service."
    assert [spec.doc for spec in schema.nodes().values()] == [
        (cls.__doc__ or "").strip() for cls in model.NODES.values()
    ]
