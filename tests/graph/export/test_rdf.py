"""What a small graph says in RDF, word by word; an export of a whole one is read by rdflib (``test_export``)."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from graph import schema
from graph.export import shapes, turtle
from graph.export.rdf import Description, Literal, Name, Word, descriptions, prefixes, write_json_ld
from graph.export.turtle import term
from tests.support.handmade import part

PARTNERS = ("PARTNERS_WITH", "Organization", "Organization")
PARTS = [
    part("Chain", {"key": "建材", "name": "建材", "source": "甲 表", "data_class": "REAL"}),
    part("Load", {"key": "l", "sequence": 2, "finished": datetime(2026, 1, 2, 3, 4), "source": "甲 表"}),
    part("Carrier", {"key": "c", "since": date(2026, 1, 2), "lon": 104.5, "kind": "小镇"}),
    part("Resource", {"key": "r:1", "name": "检测", "shareable": False}),
    part(PARTNERS, {"from_key": "o", "to_key": "p", "dimension": None, "source": "乙表"}),
    part(("LOCATED_IN", "Carrier", "Region"), {"from_key": "c", "to_key": "510104"}),
]
SAID = [
    ("Chain:%E5%BB%BA%E6%9D%90", [
        ("rdf:type", Word("model:Chain")), ("rdf:type", Word("skos:Concept")), ("skos:prefLabel", Literal("建材")),
        ("dcterms:identifier", Literal("建材")), ("schema:name", Literal("建材")),
        ("prov:wasDerivedFrom", Name("urn:shuniu:source:%E7%94%B2%20%E8%A1%A8")),
        ("model:data_class", Name("urn:shuniu:vocabulary:data_classes:REAL")),
    ]),
    ("source:%E7%94%B2%20%E8%A1%A8", [("rdf:type", Word("prov:Entity")), ("rdfs:label", Literal("甲 表"))]),
    ("Load:l", [
        ("rdf:type", Word("model:Load")), ("rdf:type", Word("prov:Activity")), ("dcterms:identifier", Literal("l")),
        ("model:sequence", Literal("2", datatype="xsd:integer")),
        ("prov:endedAtTime", Literal("2026-01-02T03:04:00", datatype="xsd:dateTime")),
        ("prov:wasDerivedFrom", Name("urn:shuniu:source:%E7%94%B2%20%E8%A1%A8")),
    ]),
    ("Carrier:c", [
        ("rdf:type", Word("model:Carrier")), ("rdf:type", Word("schema:Place")), ("rdf:type", Word("org:Site")),
        ("dcterms:identifier", Literal("c")), ("model:kind", Literal("小镇")),
        ("schema:longitude", Literal("104.5", datatype="xsd:double")),
        ("schema:validFrom", Literal("2026-01-02", datatype="xsd:date")),
    ]),
    ("Resource:r%3A1", [
        ("rdf:type", Word("model:Resource")), ("rdf:type", Word("schema:Service")),
        ("dcterms:identifier", Literal("r:1")), ("schema:name", Literal("检测")),
        ("model:shareable", Literal("false", datatype="xsd:boolean")),
    ]),
    ("Organization:o", [("model:PARTNERS_WITH", Name("urn:shuniu:Organization:p"))]),
    ("statement:PARTNERS_WITH:Organization:Organization:o:p:", [
        ("rdf:type", Word("rdf:Statement")), ("rdf:subject", Name("urn:shuniu:Organization:o")),
        ("rdf:predicate", Word("model:PARTNERS_WITH")), ("rdf:object", Name("urn:shuniu:Organization:p")),
        ("prov:wasDerivedFrom", Name("urn:shuniu:source:%E4%B9%99%E8%A1%A8")),
    ]),
    ("source:%E4%B9%99%E8%A1%A8", [("rdf:type", Word("prov:Entity")), ("rdfs:label", Literal("乙表"))]),
    ("Carrier:c", [
        ("model:LOCATED_IN", Name("urn:shuniu:Region:510104")), ("schema:location", Name("urn:shuniu:Region:510104")),
    ]),
    ("statement:LOCATED_IN:Carrier:Region:c:510104", [
        ("rdf:type", Word("rdf:Statement")), ("rdf:subject", Name("urn:shuniu:Carrier:c")),
        ("rdf:predicate", Word("model:LOCATED_IN")), ("rdf:object", Name("urn:shuniu:Region:510104")),
    ]),
]  # fmt: skip


def of_vocabularies(described: Description) -> bool:
    return described.subject.startswith("urn:shuniu:vocabulary:")


def test_what_is_said_of_a_small_graph() -> None:
    said = [d for d in descriptions(PARTS) if not of_vocabularies(d)]
    assert [(d.subject.removeprefix("urn:shuniu:"), d.said) for d in said] == SAID


def test_closed_lists_are_concepts_of_a_scheme() -> None:
    scheme, _, _, synthetic = (d for d in descriptions([]) if ":data_classes" in d.subject)
    assert scheme == Description(
        "urn:shuniu:vocabulary:data_classes",
        [("rdf:type", Word("skos:ConceptScheme")), ("skos:prefLabel", Literal("数据性质", "zh")),
         ("skos:prefLabel", Literal("Data class", "en"))],
    )  # fmt: skip
    assert synthetic.subject == "urn:shuniu:vocabulary:data_classes:SYNTHETIC"
    assert synthetic.said[:3] == [
        ("rdf:type", Word("skos:Concept")),
        ("skos:inScheme", Name("urn:shuniu:vocabulary:data_classes")),
        ("skos:notation", Literal("SYNTHETIC")),
    ]
    assert all(of_vocabularies(d) for d in descriptions([]))


def test_json_ld_is_one_document(tmp_path: Path) -> None:
    write_json_ld(PARTS, tmp_path)
    text = (tmp_path / "graph.jsonld").read_text(encoding="utf-8")
    assert '"建材"' in text  # a person reads it, too
    read = json.loads(text)
    assert read["@context"] == prefixes()
    assert read["@context"]["model"] == "urn:shuniu:model:"
    chain, _, load, *_ = (d for d in read["@graph"] if not d["@id"].startswith("urn:shuniu:vocabulary:"))
    assert chain == {
        "@id": "urn:shuniu:Chain:%E5%BB%BA%E6%9D%90",
        "@type": ["model:Chain", "skos:Concept"],
        "skos:prefLabel": [{"@value": "建材"}],
        "dcterms:identifier": [{"@value": "建材"}],
        "schema:name": [{"@value": "建材"}],
        "prov:wasDerivedFrom": [{"@id": "urn:shuniu:source:%E7%94%B2%20%E8%A1%A8"}],
        "model:data_class": [{"@id": "urn:shuniu:vocabulary:data_classes:REAL"}],
    }
    assert load["prov:endedAtTime"] == [{"@value": "2026-01-02T03:04:00", "@type": "xsd:dateTime"}]


def test_every_form_of_a_value_in_turtle(tmp_path: Path) -> None:
    values = [
        (Name("urn:x"), "<urn:x>"), (Word("a:b"), "a:b"), (Literal('"甲"\n'), '"\\"甲\\"\\n"'),
        (Literal("甲", "zh"), '"甲"@zh'), (Literal("1", datatype="xsd:integer"), '"1"^^xsd:integer'),
        (shapes.Blank([("p", Word("a")), ("q", Word("b"))]), "[ p a ; q b ]"),
        (shapes.Items([Word("a"), Name("urn:x")]), "( a <urn:x> )"),
    ]  # fmt: skip
    assert [term(value) for value, _ in values] == [text for _, text in values]
    turtle.write_turtle(PARTS[3:4], tmp_path)
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
    assert text.startswith("".join(f"@prefix {p}: <{n}> .\n" for p, n in prefixes().items()) + "\n<urn:shuniu:")
    assert text.endswith(
        "\n<urn:shuniu:Resource:r%3A1> rdf:type model:Resource ;\n    rdf:type schema:Service ;\n"
        '    dcterms:identifier "r:1" ;\n    schema:name "检测" ;\n    model:shareable "false"^^xsd:boolean .\n'
    )
    assert "@prefix sh: <http://www.w3.org/ns/shacl#> .\n" in (tmp_path / "shapes.ttl").read_text(encoding="utf-8")


def shape(label: str) -> list[tuple[str, Any]]:
    (found,) = (s for s in shapes.shapes() if s.subject == f"urn:shuniu:shape:{label}")
    return [(word, term(value)) for word, value in found.said]


ONE = '"1"^^xsd:integer'


def test_the_shape_of_a_label() -> None:
    said = shape("Chain")
    assert said[:4] == [
        ("rdf:type", "sh:NodeShape"), ("sh:targetClass", "model:Chain"), ("rdfs:label", '"产业链"@zh'),
        ("rdfs:label", '"Industry chain"@en'),
    ]  # fmt: skip
    told = dict.fromkeys(text for word, text in said[4:] if word == "sh:property")
    assert len(told) == len(said) - 4
    for text in (
        f'[ sh:path schema:name ; sh:name "名称"@zh ; sh:name "name as shown"@en ; sh:minCount {ONE} ; '
        f"sh:maxCount {ONE} ; sh:datatype xsd:string ]",
        f'[ sh:path model:system ; sh:name "产业体系"@zh ; sh:name "industry system"@en ; sh:maxCount {ONE} ; '
        "sh:in ( <urn:shuniu:vocabulary:industry_systems:5%2B1> <urn:shuniu:vocabulary:industry_systems:10%2B3> "
        "<urn:shuniu:vocabulary:industry_systems:4%2B6> ) ]",
        '[ sh:path prov:wasDerivedFrom ; sh:name "来源"@zh ; sh:name "where it was published or who delivered it"@en ; '
        f"sh:maxCount {ONE} ; sh:class prov:Entity ]",
        f'[ sh:path model:PART_OF ; sh:name "属于"@zh ; sh:name "is part of"@en ; sh:class model:Pillar ; '
        f"sh:maxCount {ONE} ]",
        '[ sh:path model:GOVERNED_BY ; sh:name "依据条款"@zh ; sh:name "is governed by"@en ; sh:class model:Clause ]',
        '[ sh:path [ sh:inversePath model:SERVES ] ; sh:name "服务于"@zh ; sh:name "serves"@en ; '
        "sh:or ( [ sh:class model:Window ] [ sh:class model:Carrier ] ) ]",
    ):
        assert text in told
    assert f"sh:maxCount {ONE}" not in next(t for w, t in shape("Organization") if "model:former_names" in t)


def test_of_several_ends_of_one_kind_each_may_be_there_once() -> None:
    said = [text for _, text in shape("Region") if text.startswith("[ sh:path model:PART_OF ")]
    classes = [f"[ sh:class model:{label} ]" for label in ("Region", "EconomicZone")]
    assert said == [
        f'[ sh:path model:PART_OF ; sh:name "属于"@zh ; sh:name "is part of"@en ; sh:or ( {" ".join(classes)} ) ]',
        *(f"[ sh:path model:PART_OF ; sh:qualifiedValueShape {class_} ; sh:qualifiedMaxCount {ONE} ]"
          for class_ in classes),
    ]  # fmt: skip


def test_the_shape_of_a_statement() -> None:
    said = [text for word, text in shape("statement") if word == "sh:property"]
    once = f"sh:minCount {ONE} ; sh:maxCount {ONE}"
    types = " ".join(f"model:{type_}" for type_ in schema.relationship_types())
    assert said[:3] == [
        f"[ sh:path rdf:subject ; {once} ; sh:nodeKind sh:IRI ]",
        f"[ sh:path rdf:predicate ; {once} ; sh:in ( {types} ) ]",
        f"[ sh:path rdf:object ; {once} ; sh:nodeKind sh:IRI ]",
    ]
    names = {p.name for spec in schema.relationships().values() for p in spec.properties}
    assert len(said) == 3 + len(names)
    assert not any("sh:minCount" in text for text in said[3:])
