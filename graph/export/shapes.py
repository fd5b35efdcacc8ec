"""What the RDF of an export keeps to, as SHACL shapes made from the model; the tests hold an export to them by pyshacl.

A shape a label: its properties with their datatypes and closed lists, its relationships, either way, with the labels at
the other end. One more for the ``rdf:Statement`` of a relationship. The shapes are open: others may say more of a node.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graph import schema
from graph.export.rdf import DATATYPES, Literal, Name, Object, Word, iri, predicate
from graph.language import Text
from graph.schema import NodeSpec, Property, RelationshipSpec
from graph.vocabulary import vocabulary

PREFIXES = {"sh": "http://www.w3.org/ns/shacl#"}
REQUIRED = ("key", "name")
"""Properties of every node (``graph.model``)."""


class Blank(NamedTuple):
    """A resource without a name, by what is said of it."""

    said: list[tuple[str, "Value"]]


class Items(NamedTuple):
    """A list in its order."""

    values: list["Value"]


Value = Object | Blank | Items
Said = list[tuple[str, Value]]


class Shape(NamedTuple):
    """A shape and what is said of it."""

    subject: str
    said: Said


def shapes() -> Iterator[Shape]:
    """Yield the shape of every label in the model's order, and that of statements."""
    for node in schema.nodes().values():
        properties = [_property(p, required=p.name in REQUIRED) for p in node.properties]
        yield _shape(node.name, f"model:{node.name}", node.label, [*properties, *_relationships(node)])
    yield _shape("statement", "rdf:Statement", Text("关系", "relationship"), _statement())


def _shape(name: str, class_: str, label: Text, properties: Iterable[Said]) -> Shape:
    said: Said = [("rdf:type", Word("sh:NodeShape")), ("sh:targetClass", Word(class_)), *_labels("rdfs:label", label)]
    return Shape(iri("shape", name), [*said, *(("sh:property", Blank(p)) for p in properties)])


def _labels(word: str, text: Text) -> Said:
    return [(word, Literal(text.zh, "zh")), (word, Literal(text.en, "en"))]


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=DATATYPES[int])


def _property(p: Property, *, required: bool = False) -> Said:
    path = "prov:wasDerivedFrom" if p.name == "source" else predicate(p.name)
    said: Said = [("sh:path", Word(path)), *_labels("sh:name", p.label)]
    if required:
        said.append(("sh:minCount", _number(1)))
    if p.type != list[str]:
        said.append(("sh:maxCount", _number(1)))
    if p.name == "source":
        return [*said, ("sh:class", Word("prov:Entity"))]
    if p.vocabulary:
        terms: list[Value] = [Name(iri("vocabulary", p.vocabulary, id_)) for id_ in vocabulary(p.vocabulary).ids]
        return [*said, ("sh:in", Items(terms))]
    return [*said, ("sh:datatype", Word(DATATYPES[p.type]))]


# --- relationships ------------------------------------------------------------------------------------


def _relationships(node: NodeSpec) -> Iterator[Said]:
    """Yield those that go out from a label, then those that come in."""
    for type_, specs in schema.relationship_types().items():
        if out := {s.target: s for s in specs if s.source == node.name}:
            yield from _ends(Word(f"model:{type_}"), out, "source")
    for type_, specs in schema.relationship_types().items():
        if into := {s.source: s for s in specs if s.target == node.name}:
            yield from _ends(Blank([("sh:inversePath", Word(f"model:{type_}"))]), into, "target")


def _ends(path: Value, others: dict[str, RelationshipSpec], end: str) -> Iterator[Said]:
    """Yield the labels at the other end; the owner of a single one has one to each of them."""
    spec = next(iter(others.values()))
    said: Said = [("sh:path", path), *_labels("sh:name", spec.label)]
    classes: list[Said] = [[("sh:class", Word(f"model:{other}"))] for other in others]
    limited = spec.single and spec.owner == end
    if len(classes) == 1:
        yield [*said, *classes[0], *([("sh:maxCount", _number(1))] if limited else [])]
        return
    yield [*said, ("sh:or", Items([Blank(class_) for class_ in classes]))]
    if limited:
        for class_ in classes:
            one: Said = [("sh:qualifiedValueShape", Blank(class_)), ("sh:qualifiedMaxCount", _number(1))]
            yield [("sh:path", path), *one]


def _statement() -> Iterator[Said]:
    """Yield what a statement tells of its relationship: both ends, its type, and the properties of all types."""
    types: list[Value] = [Word(f"model:{type_}") for type_ in schema.relationship_types()]
    once: Said = [("sh:minCount", _number(1)), ("sh:maxCount", _number(1))]
    yield [("sh:path", Word("rdf:subject")), *once, ("sh:nodeKind", Word("sh:IRI"))]
    yield [("sh:path", Word("rdf:predicate")), *once, ("sh:in", Items(types))]
    yield [("sh:path", Word("rdf:object")), *once, ("sh:nodeKind", Word("sh:IRI"))]
    # A shape cannot aim at the statements of one type; but what has one name is of one kind in all of them.
    properties = {p.name: p for spec in schema.relationships().values() for p in spec.properties}
    yield from map(_property, properties.values())
