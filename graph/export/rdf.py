"""The graph as RDF, made as it comes, for a library's own graph takes twenty times as long; and written as JSON-LD.

Nodes are ``urn:shuniu:Label:key``. A relationship is one triple, and an ``rdf:Statement`` that carries its properties;
what both rest on is a ``prov:Entity``. Terms of closed lists are SKOS concepts. Words of schema.org, W3C ORG, SKOS and
PROV-O stand in ``rdf_terms.yml``; whatever has none is ``urn:shuniu:model:…``. The tests read both forms with rdflib.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from graph.export.parts import Part
from graph.schema import NodeSpec, Property, RelationshipSpec
from graph.shipped import read_shipped
from graph.vocabulary import names, vocabulary

BASE = "urn:shuniu:"
DATATYPES: dict[object, str] = {
    str: "xsd:string",
    int: "xsd:integer",
    float: "xsd:double",
    bool: "xsd:boolean",
    date: "xsd:date",
    datetime: "xsd:dateTime",
    list[str]: "xsd:string",
}
"""Python type of a declaration -> datatype of its values; a list is a value an element."""
Row = dict[str, Any]


class Name(NamedTuple):
    """A resource by its full name."""

    iri: str


class Word(NamedTuple):
    """A resource by a prefixed name: ``schema:name``."""

    curie: str


class Literal(NamedTuple):
    """A value, with its language or its datatype where the plain form does not say it."""

    text: str
    language: str | None = None
    datatype: str | None = None


Object = Name | Word | Literal
Triples = list[tuple[str, Object]]


class Description(NamedTuple):
    """A resource and what is said of it; predicates are prefixed names."""

    subject: str
    said: Triples


@cache
def terms() -> dict[str, Any]:
    """Return the words of others for what is in the model."""
    read: dict[str, Any] = read_shipped("graph.export", "rdf_terms.yml")
    return read


@cache
def prefixes() -> dict[str, str]:
    """Return every prefix."""
    return {**terms()["prefixes"], "model": f"{BASE}model:"}


def iri(*words: str) -> str:
    """Return a name of our own; whatever is in the words, it stays one name."""
    return BASE + ":".join(quote(word, safe="") for word in words)


def predicate(name: str) -> str:
    """Return the predicate of a property."""
    return str(terms()["properties"].get(name, f"model:{name}"))


# --- what is said -------------------------------------------------------------------------------------


def descriptions(parts: Iterable[Part]) -> Iterator[Description]:
    """Yield all that an export says: the closed lists, then nodes, relationships and, once each, their sources."""
    for name in names():
        yield from _concepts(name)
    sources: set[str] = set()
    for part in parts:
        for row in part.rows():
            if isinstance(part.spec, NodeSpec):
                yield _node(part.spec, row)
            else:
                yield from _relationship(part.spec, row)
            source = row.get("source")
            if source and source not in sources:
                sources.add(source)
                said: Triples = [("rdf:type", Word("prov:Entity")), ("rdfs:label", Literal(source))]
                yield Description(iri("source", source), said)


def _concepts(name: str) -> Iterator[Description]:
    """Yield a closed list as a concept scheme."""
    scheme, listed = iri("vocabulary", name), vocabulary(name)
    label = [("skos:prefLabel", Literal(listed.label.zh, "zh")), ("skos:prefLabel", Literal(listed.label.en, "en"))]
    yield Description(scheme, [("rdf:type", Word("skos:ConceptScheme")), *label])
    for entry in listed:
        said: Triples = [
            ("rdf:type", Word("skos:Concept")),
            ("skos:inScheme", Name(scheme)),
            ("skos:notation", Literal(entry.id)),
            ("skos:prefLabel", Literal(entry.label.zh, "zh")),
            ("skos:prefLabel", Literal(entry.label.en, "en")),
            *(("skos:altLabel", Literal(alias)) for alias in entry.aliases),
        ]
        yield Description(iri("vocabulary", name, entry.id), said)


def _node(spec: NodeSpec, row: Row) -> Description:
    classes = [f"model:{spec.name}", *terms()["classes"][spec.name]]
    said: Triples = [("rdf:type", Word(word)) for word in classes]
    if "skos:Concept" in classes and "name" in row:
        said.append(("skos:prefLabel", Literal(row["name"])))
    return Description(iri(spec.name, row["key"]), [*said, *_values(spec.properties, row)])


def _relationship(spec: RelationshipSpec, row: Row) -> Iterator[Description]:
    start, end = iri(spec.source, row["from_key"]), Name(iri(spec.target, row["to_key"]))
    known, type_ = terms()["relationships"], f"model:{spec.type}"
    word = known.get(".".join(spec.slot)) or known.get(spec.type)
    yield Description(start, [(p, end) for p in (type_, word) if p])
    statement: Triples = [
        ("rdf:type", Word("rdf:Statement")),
        ("rdf:subject", Name(start)),
        ("rdf:predicate", Word(type_)),
        ("rdf:object", end),
    ]
    told_apart = [str(row.get(name) or "") for name in spec.key]
    yield Description(iri("statement", *spec.slot, *told_apart), [*statement, *_values(spec.properties, row)])


def _values(properties: Iterable[Property], row: Row) -> Iterator[tuple[str, Object]]:
    """Yield the known properties of a node or statement."""
    for p in properties:
        value = row.get(p.name)
        if value is None:
            continue
        if p.name == "source":
            yield "prov:wasDerivedFrom", Name(iri("source", value))
            continue
        for one in value if isinstance(value, list) else [value]:
            yield predicate(p.name), _object(p, one)


def _object(property_: Property, value: object) -> Object:
    if property_.vocabulary and value in vocabulary(property_.vocabulary):
        return Name(iri("vocabulary", property_.vocabulary, str(value)))
    if isinstance(value, bool):
        return Literal(str(value).lower(), datatype=DATATYPES[bool])
    if isinstance(value, datetime | date):
        return Literal(value.isoformat(), datatype=DATATYPES[type(value)])
    if isinstance(value, int | float):
        return Literal(repr(value), datatype=DATATYPES[type(value)])
    return Literal(str(value))


# --- files --------------------------------------------------------------------------------------------


def write_json_ld(parts: Iterable[Part], folder: Path) -> None:
    """Write one JSON-LD document; what is said of a node may stand in several objects of its ``@graph``."""
    with (folder / "graph.jsonld").open("w", encoding="utf-8") as file:
        file.write(f'{{"@context": {json.dumps(prefixes())},\n"@graph": [')
        separator = "\n"
        for description in descriptions(parts):
            described: dict[str, Any] = {"@id": description.subject}
            for word, value in description.said:
                key, one = ("@type", value.curie) if word == "rdf:type" and isinstance(value, Word) else (
                    word, _json_ld(value))  # fmt: skip
                described.setdefault(key, []).append(one)
            file.write(separator + json.dumps(described, ensure_ascii=False))
            separator = ",\n"
        file.write("\n]}\n")


def _json_ld(value: Object) -> dict[str, str]:
    match value:
        case Name(iri=name) | Word(curie=name):
            return {"@id": name}
        case Literal(text=text, language=language, datatype=datatype):
            more = {"@language": language, "@type": datatype}
            return {"@value": text, **{k: v for k, v in more.items() if v}}
