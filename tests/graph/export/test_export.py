"""Every form of an export is read back by another program and holds exactly what the store holds."""

import csv
import hashlib
import json
import os
import subprocess
import sys
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import httpx
import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pyshacl
import pytest
import rdflib
from neo4j.time import Date, DateTime
from playwright.sync_api import Page, expect
from rdflib.namespace import PROV, RDF, SH, SKOS, XSD

from benchmarks.files import driver_of
from graph import schema
from graph.errors import FileUnwritable, StoreChanged
from graph.export import rdf, turtle
from graph.export.cells import cell
from graph.export.export import Form, export
from graph.export.parts import Part, chosen, parts
from graph.schema import NodeSpec
from graph.stores.base import Store
from loaders.keep.keys import KEY
from loaders.keep.vault import Contacts, Seal
from tests.support.handmade import thin_out
from tests.support.machine import Neo4j, in_ci
from tests.support.stores import loaded_store
from tests.worlds import random_world
from viz.browser_queries import scripts
from viz.browser_style import colours

ROOT = Path(__file__).parents[3]
HOSTILE = '=1+1;"引号",逗号\\反斜杠'
PERSON = ("诸葛试", "13998765432")
PEOPLE = f"名称,类型,所在地区,联系人,联系电话\n示例-有联系人,行业协会,510104,{','.join(PERSON)}\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A random world, with a name that every form must get through whole."""
    folder = tmp_path_factory.mktemp("world")
    world = random_world(1)
    world.tables["organizations"].append({"name": HOSTILE, "kind": "行业协会", "region": "510104"})
    tables = world.write(folder / "tables")
    (tables / "联系.csv").write_text(PEOPLE, encoding="utf-8")
    with loaded_store(tables, folder / "store") as made:
        thin_out(made, "510703")
        yield made


@pytest.fixture(scope="module")
def held(store: Store) -> list[Part]:
    with store.read() as session:
        found = list(parts(session, chosen()))
    assert HOSTILE in {row["name"] for part in found if part.name == "nodes/Organization" for row in part.rows()}
    return found


Written = Callable[[Form], Path]


@pytest.fixture(scope="module")
def written(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("exports")

    def write(form: Form) -> Path:
        if not (folder / form.value).exists():
            export(store, folder / form.value, form)
        return folder / form.value

    return write


def ends(part: Part, row: dict[str, Any]) -> tuple[str, str]:
    assert not isinstance(part.spec, NodeSpec)
    return f"{part.spec.source}:{row['from_key']}", f"{part.spec.target}:{row['to_key']}"


def texts(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its days and times as text."""
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in row.items()}


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JSON holds it."""
    return {n: v for n, v in texts(row).items() if n not in ("from_key", "to_key")}


def as_plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the network forms hold it."""
    words = {"source": "provenance", "key": "identifier"}
    named = {words.get(n, n): v for n, v in as_json(row).items()}
    return {n: ";".join(v) if isinstance(v, list) else v for n, v in named.items()}


def lines(rows: Any) -> list[str]:
    return sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


# --- the manifest -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", Form)
def test_the_manifest_says_what_is_there(form: Form, written: Written, held: list[Part]) -> None:
    folder = written(form)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    there = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    assert manifest["files"] == [
        {"name": p.relative_to(folder).as_posix(), "bytes": p.stat().st_size,
         "sha256": hashlib.sha256(p.read_bytes()).hexdigest()}
        for p in there
    ]  # fmt: skip
    for kind in ("nodes", "relationships"):
        counted = {p.name.partition("/")[2]: len(p.table) for p in held if p.name.startswith(kind)}
        assert manifest[kind] == counted
    classes = [row["data_class"] for part in held for row in part.rows() if "data_class" in row]
    assert manifest["data_class"] == {
        c: {"facts": classes.count(c), "share": classes.count(c) / len(classes)}
        for c in ("REAL", "EDITORIAL", "SYNTHETIC")
    }
    assert manifest["data_class"]["SYNTHETIC"]["facts"] > 0
    assert (manifest["format"], manifest["graph_version"], manifest["model"]) == (form.value, 2, schema.fingerprint())


def test_no_form_holds_a_contact(store: Store, written: Written, held: list[Part]) -> None:
    known = Contacts(store.home, Seal(store.home / KEY)).read()
    assert [tuple(row.values()) for row in known.select(["contact_name", "contact_phone"]).to_pylist()] == [PERSON]
    (named,) = (p for p in held if p.name == "nodes/Organization")
    assert "示例-有联系人" in named.table["name"].to_pylist(), "the organisation itself is there"
    files = [path for form in Form for path in written(form).rglob("*") if path.is_file()]
    assert {path.relative_to(written(Form.csv).parent).parts[0] for path in files} == {form.value for form in Form}
    said = [word.encode() for word in PERSON]
    assert [path.name for path in files if any(word in path.read_bytes() for word in said)] == []
    for path in written(Form.parquet).rglob("*.parquet"):  # its bytes are compressed
        assert not any(word in str(pq.read_table(path).to_pylist()) for word in PERSON)


def test_a_folder_that_holds_something_is_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileUnwritable, match="不是空的"):
        export(store, tmp_path, Form.csv)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    assert [p for p in tmp_path.parent.iterdir() if p.name.startswith(f".{tmp_path.name}-")] == []


class _Loading:
    """A store in which a load is finished between two questions."""

    def __init__(self, store: Store) -> None:
        self._store, self._asked = store, 0

    @contextmanager
    def read(self, seconds: float) -> Iterator[Any]:
        with self._store.read(seconds) as self._session:
            yield self

    def version(self) -> int:
        self._asked += 1
        return self._session.version() + self._asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


def test_two_versions_are_never_mixed(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreChanged):
        export(_Loading(store), tmp_path / "out", Form.csv)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


# --- tables -------------------------------------------------------------------------------------------


def test_parquet_by_duckdb(written: Written, held: list[Part]) -> None:
    folder = written(Form.parquet)
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*.parquet")} == {f"{p.name}.parquet" for p in held}
    for part in held:
        read = duckdb.sql(f"SELECT * FROM '{folder / part.name}.parquet'").to_arrow_table()  # noqa: S608
        assert read.cast(part.table.schema).equals(part.table), part.name


def test_parquet_becomes_a_duckdb_database(written: Written, held: list[Part], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(Form.parquet))
    with duckdb.connect() as database:
        database.execute(Path("load.sql").read_text(encoding="utf-8"))
        for part in held:
            table = part.name.partition("/")[2]
            read = database.sql(f'FROM "{table}"').to_arrow_table()
            assert read.cast(part.table.schema).equals(part.table), table


def test_parquet_becomes_what_neo4j_imports(written: Written, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graph.export.neo4j_admin", str(written(Form.parquet)), str(tmp_path)]
    subprocess.run(command, check=True)
    direct = written(Form.neo4j_admin)

    def content(folder: Path) -> dict[str, bytes]:
        files = (p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}

    assert content(tmp_path) == content(direct)


def test_csv_by_duckdb(written: Written, held: list[Part]) -> None:
    folder = written(Form.csv)
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*.csv")} == {f"{p.name}.csv" for p in held}
    for part in held:
        names = part.table.column_names
        text = "SELECT * FROM read_csv(?, all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"
        read = duckdb.execute(text, [f"{folder / part.name}.csv"])
        assert [c[0] for c in read.description] == names
        shown = [tuple(cell(row[n]) or None for n in names) for row in part.table.to_pylist()]
        assert read.fetchall() == shown, part.name
    with (folder / "nodes" / "Organization.csv").open(encoding="utf-8-sig", newline="") as file:
        assert f"'{HOSTILE}" in {row["name"] for row in csv.DictReader(file)}


def test_json_lines_by_duckdb(written: Written, held: list[Part]) -> None:
    file = written(Form.jsonl) / "graph.jsonl"
    counted = duckdb.sql(
        f"SELECT type, coalesce(label, labels[1]), count(*) FROM read_json('{file}', format='newline_delimited', "  # noqa: S608
        "columns={type: 'VARCHAR', label: 'VARCHAR', labels: 'VARCHAR[]'}) GROUP BY ALL"
    ).fetchall()
    expected: dict[tuple[str, str], int] = {}
    for part in held:
        kind = part.name.partition("s/")[0], part.name.partition("/")[2].partition(".")[0]
        expected[kind] = expected.get(kind, 0) + len(part.table)
    assert {(kind, name): n for kind, name, n in counted} == expected
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    nodes = {(t["labels"][0], t["id"]): t["properties"] for t in told if t["type"] == "node"}
    assert nodes == {
        (p.spec.name, f"{p.spec.name}:{row['key']}"): as_json(row)
        for p in held if isinstance(p.spec, NodeSpec) for row in p.rows()
    }  # fmt: skip
    links = [[t["label"], t["start"]["id"], t["end"]["id"], t["properties"]] for t in told if t["type"] != "node"]
    assert lines(links) == lines(
        [p.spec.type, *ends(p, row), as_json(row)]
        for p in held if not isinstance(p.spec, NodeSpec) for row in p.rows()
    )  # fmt: skip


# --- networks -----------------------------------------------------------------------------------------

READERS: dict[Form, Callable[[Path], Any]] = {
    Form.graphml: lambda folder: nx.read_graphml(folder / "graph.graphml", force_multigraph=True),
    Form.gexf: lambda folder: nx.read_gexf(folder / "graph.gexf"),
    Form.node_link: lambda folder: nx.node_link_graph(
        json.loads((folder / "graph.json").read_text(encoding="utf-8")), edges="edges"
    ),
}


MIXED = {"changed": ("Request", "Load"), "online": ("Resource", "ServiceMonth"), "year": ("Park", "Cluster", "Target")}
"""Properties of several types: GEXF would give the type of the first to all."""


def qualified(label: str, row: dict[str, Any]) -> dict[str, Any]:
    return {f"{label}.{n}" if label in MIXED.get(n, ()) else n: v for n, v in row.items()}


@pytest.mark.parametrize("form", READERS)
def test_networks_by_networkx(form: Form, written: Written, held: list[Part]) -> None:
    read = READERS[form](written(form))
    assert read.is_directed()
    own = {"id"} if form is Form.gexf else set()  # GEXF numbers its edges
    assert dict(read.nodes(data=True)) == {
        f"{p.spec.name}:{row['key']}": {
            **qualified(p.spec.name, as_plain(row)), "labels": p.spec.name, "label": row.get("name", row["key"]),
        }
        for p in held if isinstance(p.spec, NodeSpec) for row in p.rows()
    }  # fmt: skip
    links = ([a, b, {k: v for k, v in data.items() if k not in own}] for a, b, data in read.edges(data=True))
    assert lines(links) == lines(
        [*ends(p, row), {**as_plain(row), "label": p.spec.type}]
        for p in held if not isinstance(p.spec, NodeSpec) for row in p.rows()
    )  # fmt: skip


GRAPHOLOGY = """
const text = require("fs").readFileSync(process.argv[1], "utf8");
const graph = require("graphology-gexf").parse(require("graphology").MultiDirectedGraph, text);
const { nodes, edges } = graph.export();
console.log(JSON.stringify({
  nodes: nodes.map((n) => [n.key, n.attributes]),
  edges: edges.map((e) => [e.source, e.target, e.attributes]),
}));
"""
NODE_MODULES = ROOT / ".venv" / "types" / "node_modules"
"""Made by ``make types``, as CI does before the tests."""


def test_gexf_by_graphology(written: Written, held: list[Part]) -> None:
    if not (NODE_MODULES / "graphology-gexf").exists():
        assert not in_ci(), "make types"
        pytest.skip("run: make types")
    run = subprocess.run(
        ["node", "-e", GRAPHOLOGY, str(written(Form.gexf) / "graph.gexf")],
        check=True, capture_output=True, text=True, env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
    )  # fmt: skip
    read = json.loads(run.stdout)
    assert dict(read["nodes"]) == {
        f"{p.spec.name}:{row['key']}": {
            **qualified(p.spec.name, as_plain(row)), "labels": p.spec.name, "label": row.get("name", row["key"]),
        }
        for p in held if isinstance(p.spec, NodeSpec) for row in p.rows()
    }  # fmt: skip
    assert lines(read["edges"]) == lines(
        [*ends(p, row), {**as_plain(row), "label": p.spec.type}]
        for p in held if not isinstance(p.spec, NodeSpec) for row in p.rows()
    )  # fmt: skip


# --- RDF ----------------------------------------------------------------------------------------------


def model(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(f"urn:shuniu:model:{name}")


def full(word: str) -> rdflib.URIRef:
    prefix, _, local = word.partition(":")
    return rdflib.URIRef(rdf.prefixes()[prefix] + local)


def row_of(graph: rdflib.Graph, subject: Any, part: Part) -> dict[str, Any]:
    """Return what a graph says of a subject as a row."""
    row: dict[str, Any] = {}
    for p in part.spec.properties:
        found = list(graph.objects(subject, PROV.wasDerivedFrom if p.name == "source" else full(rdf.predicate(p.name))))
        values = [_value(graph, f) for f in found]
        if values:
            row[p.name] = sorted(values) if p.type == list[str] else values[0]
            assert p.type == list[str] or len(values) == 1
    return row


def _value(graph: rdflib.Graph, found: Any) -> Any:
    if isinstance(found, rdflib.Literal):
        return found.toPython()
    told = graph.value(found, SKOS.notation) or graph.value(found, rdflib.RDFS.label)
    assert isinstance(told, rdflib.Literal)
    return told.toPython()


def sorted_lists(row: dict[str, Any]) -> dict[str, Any]:
    return {n: sorted(v) if isinstance(v, list) else v for n, v in row.items() if n not in ("from_key", "to_key")}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # in rdflib itself
@pytest.mark.parametrize(
    ("form", "file", "syntax"), [(Form.turtle, "graph.ttl", "turtle"), (Form.json_ld, "graph.jsonld", "json-ld")]
)
def test_rdf_by_rdflib(form: Form, file: str, syntax: str, written: Written, held: list[Part]) -> None:
    graph = rdflib.Graph().parse(written(form) / file, format=syntax)
    for part in held:
        spec = part.spec
        if isinstance(spec, NodeSpec):
            for class_ in (f"model:{spec.name}", *rdf.terms()["classes"][spec.name]):
                assert {rdflib.URIRef(rdf.iri(spec.name, row["key"])) for row in part.rows()} <= set(
                    graph.subjects(RDF.type, full(class_))
                )
            assert len(set(graph.subjects(RDF.type, model(spec.name)))) == len(part.table)
            for row in part.rows():
                assert row_of(graph, rdflib.URIRef(rdf.iri(spec.name, row["key"])), part) == sorted_lists(row)
            continue
        for row in part.rows():
            start, end = (rdflib.URIRef(rdf.iri(*e.split(":", 1))) for e in ends(part, row))
            assert (start, model(spec.type), end) in graph
            statement = rdflib.URIRef(rdf.iri("statement", *spec.slot, *(str(row.get(n) or "") for n in spec.key)))
            assert (statement, RDF.subject, start) in graph
            assert row_of(graph, statement, part) == sorted_lists(row)
    links = [p for p in held if not isinstance(p.spec, NodeSpec)]
    assert len(set(graph.subjects(RDF.type, RDF.Statement))) == sum(len(p.table) for p in links)
    for type_ in {p.spec.type for p in links if not isinstance(p.spec, NodeSpec)}:
        pairs = {ends(p, row) for p in links if p.name.split("/")[1].split(".")[0] == type_ for row in p.rows()}
        assert len(list(graph.subject_objects(model(type_)))) == len(pairs)
    area = graph.query(
        "PREFIX schema: <https://schema.org/> SELECT ?a WHERE { ?c schema:name '绵阳市'; schema:containedInPlace ?p . "
        "?p schema:name ?a }"
    )
    assert {str(row[0]) for row in area} >= {"四川省"}  # type: ignore[index]


def test_every_label_has_words_of_others() -> None:
    assert set(rdf.terms()["classes"]) == set(schema.nodes())
    known = {*schema.relationship_types(), *(".".join(slot) for slot in schema.relationships())}
    assert set(rdf.terms()["relationships"]) <= known
    assert set(rdf.terms()["properties"]) <= {p.name for spec in schema.nodes().values() for p in spec.properties}


def test_every_kind_of_value_in_rdf() -> None:
    values: dict[object, Any] = {
        str: 'a "b"\\\n\t\u0007甲', int: 3, float: 2.0, bool: True, date: date(2026, 1, 2),
        datetime: datetime(2026, 1, 2, 3, 4, 5, 6), list[str]: ["b", "a"],
    }  # fmt: skip
    types = dict.fromkeys(p.type for n in schema.nodes().values() for p in n.properties)
    assert set(types) == set(values)
    for kind, value in values.items():
        spec = schema.Property("x", kind, schema.nodes()["Region"].label, None)
        told = "\n".join(f"<urn:s> <urn:p> {turtle.term(o)} ." for _, o in rdf._values((spec,), {"x": value}))
        head = "".join(f"@prefix {p}: <{n}> .\n" for p, n in rdf.prefixes().items())
        read = [o.toPython() for o in rdflib.Graph().parse(data=head + told, format="turtle").objects()]  # type: ignore[attr-defined]
        assert sorted(read) == (sorted(value) if isinstance(value, list) else [value])


# --- SHACL --------------------------------------------------------------------------------------------


def some(held: list[Part], keep: Callable[[str, list[dict[str, Any]]], list[dict[str, Any]]]) -> list[Part]:
    """Return a part of a graph: some nodes of each label, by name and rows, and what lies between them."""
    found: list[Part] = []
    keys: dict[str, set[str]] = {}
    for part in held:
        rows = part.table.to_pylist()
        if isinstance(part.spec, NodeSpec):
            rows = keep(part.spec.name, rows)
            keys[part.spec.name] = {row["key"] for row in rows}
        else:
            at, to = keys[part.spec.source], keys[part.spec.target]
            rows = [row for row in rows if row["from_key"] in at and row["to_key"] in to]
        found.append(Part(part.spec, pa.Table.from_pylist(rows, schema=part.table.schema)))
    return found


def told(parts: list[Part], folder: Path) -> rdflib.Graph:
    turtle.write_turtle(parts, folder)
    return rdflib.Graph().parse(folder / "graph.ttl")


def violations(graph: rdflib.Graph, shapes: Path) -> set[tuple[Any, Any, Any]]:
    """Return focus, path and constraint of whatever a graph does not keep to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pyshacl's use of rdflib
        conforms, report, text = pyshacl.validate(graph, shacl_graph=str(shapes), inplace=True)
    assert isinstance(report, rdflib.Graph), text
    found = {
        (report.value(r, SH.focusNode), report.value(r, SH.resultPath), report.value(r, SH.sourceConstraintComponent))
        for r in report.subjects(RDF.type, SH.ValidationResult)
    }
    assert conforms is not bool(found)
    return found


@pytest.mark.slow
def test_an_export_keeps_to_its_shapes(written: Written) -> None:
    folder = written(Form.turtle)
    assert violations(rdflib.Graph().parse(folder / "graph.ttl"), folder / "shapes.ttl") == set()


@pytest.fixture(scope="module")
def sample(held: list[Part], tmp_path_factory: pytest.TempPathFactory) -> tuple[rdflib.Graph, Path]:
    """The first of every label with what they provide, and the shapes."""
    folder = tmp_path_factory.mktemp("sample")
    return told(some(held, lambda _, rows: rows[:12]), folder), folder / "shapes.ttl"


FAULTS: dict[str, tuple[str, str, Any, str]] = {
    "wrong datatype": ("Region", "model:population", rdflib.Literal("8367万"), "Datatype"),
    "missing name": ("Region", "schema:name", None, "MinCount"),
    "missing key": ("Region", "dcterms:identifier", None, "MinCount"),
    "unknown term": ("Region", "model:level", rdflib.Literal("村"), "In"),
    "end of the wrong class": ("Organization", "model:LOCATED_IN", model("Region"), "Class"),
    "one of several ends of the wrong class": ("Need", "model:CONCERNS", model("Region"), "Or"),
}
"""Fault -> the label of a node, a predicate, what stands there instead, the constraint that is violated."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_where_it_is(fault: str, sample: tuple[rdflib.Graph, Path]) -> None:
    graph, shapes = rdflib.Graph() + sample[0], sample[1]
    label, word, instead, constraint = FAULTS[fault]
    focus = min(s for s in graph.subjects(RDF.type, model(label)) if (s, full(word), None) in graph)
    graph.remove((focus, full(word), None))
    if instead is not None:
        graph.add((focus, full(word), instead))
    assert violations(graph, shapes) == {(focus, full(word), SH[f"{constraint}ConstraintComponent"])}


def test_one_more_than_one_is_found(sample: tuple[rdflib.Graph, Path]) -> None:
    """A region lies in one region and one zone; a second zone is too many, as is a second statement of a year."""
    graph, shapes = rdflib.Graph() + sample[0], sample[1]
    zones = sorted(graph.subjects(RDF.type, model("EconomicZone")))
    focus = min(s for s, o in graph.subject_objects(model("PART_OF")) if o in zones)
    for zone in zones[:2]:
        graph.add((focus, model("PART_OF"), zone))
    statement = min(graph.subjects(RDF.type, RDF.Statement))
    graph.add((statement, model("year"), rdflib.Literal(2020, datatype=XSD.integer)))
    graph.add((statement, model("year"), rdflib.Literal(2021, datatype=XSD.integer)))
    assert violations(graph, shapes) == {
        (focus, model("PART_OF"), SH.QualifiedMaxCountConstraintComponent),
        (statement, model("year"), SH.MaxCountConstraintComponent),
    }


def test_a_property_is_of_one_kind_in_all_relationships() -> None:
    """One shape holds for the statements of all types."""
    kinds = {(p.name, p.type, p.vocabulary) for spec in schema.relationships().values() for p in spec.properties}
    assert sorted(name for name, _, _ in kinds) == sorted({name for name, _, _ in kinds})


# --- the real tool ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(neo4j_url: str, written: Written, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Neo4j, int]]:
    """A server that Neo4j's own tool filled, and the port of its page."""
    assert neo4j_url  # Java and the jars are there
    server = Neo4j(tmp_path_factory.mktemp("filled"))
    server.fill(written(Form.neo4j_admin))
    page = Neo4j(Path()).port
    server.start("--http-port", str(page))
    yield server, page
    server.stop()


@pytest.mark.slow
def test_neo4j_browser_is_served_without_anything_else(filled: tuple[Neo4j, int]) -> None:
    server, page = filled
    at = f"http://127.0.0.1:{page}"
    found = httpx.get(f"{at}/browser/")
    assert found.status_code == 200
    assert "<title>Neo4j Browser</title>" in found.text
    bolt = server.url.rpartition("@")[2]
    assert httpx.get(f"{at}/", headers={"Accept": "application/json"}).json()["bolt_direct"] == f"bolt://{bolt}"
    assert httpx.post(f"{at}/db/neo4j/tx/commit", json={"statements": []}).status_code == 404


DROPPED = """([name, text]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  return dropped;
}"""


def drop(page: Page, file: Path) -> None:
    """Drop a file on the page of Neo4j Browser."""
    dropped = page.evaluate_handle(DROPPED, [file.name, b64encode(file.read_bytes()).decode()])
    page.dispatch_event(".filedrop", "drop", {"dataTransfer": dropped})


@pytest.mark.slow
def test_neo4j_browser_takes_style_and_scripts(filled: tuple[Neo4j, int], page: Page) -> None:
    server, port = filled
    answered: set[str | None] = {None}  # what stands in the page itself, as data
    refused: set[tuple[str | None, str | None]] = set()
    page.on("requestfinished", lambda request: answered.add(urlsplit(request.url).hostname))
    page.on("requestfailed", lambda request: refused.add((urlsplit(request.url).hostname, request.failure)))
    page.goto(f"http://127.0.0.1:{port}/browser/")
    user, password = server.url.partition("://")[2].rpartition("@")[0].split(":")
    page.get_by_test_id("username").fill(user)
    page.get_by_test_id("password").fill(password)
    page.get_by_test_id("connect").click()
    expect(page.get_by_test_id("connect")).to_have_count(0)
    for name in ("style.grass", "queries.zip"):
        drop(page, ROOT / "deploy" / "neo4j" / name)
    page.locator('[data-testid*="avorites"]').first.click()
    cookbook = (ROOT / "docs" / "cypher.md").read_text(encoding="utf-8")
    for folder in {path.partition("/")[0] for path in scripts(cookbook)}:
        expect(page.get_by_test_id(f"savedScriptsFolder-{folder}")).to_have_count(1)
    page.wait_for_function("() => (localStorage.getItem('neo4j.grass') ?? '').includes('node.Region')")
    drawn = json.loads(page.evaluate("() => localStorage.getItem('neo4j.grass')"))
    assert {label: drawn[f"node.{label}"]["color"] for label in schema.nodes()} == colours()
    page.wait_for_function("() => document.querySelector('script[src*=segment]')", timeout=60_000)
    assert answered == {None, "127.0.0.1"}, "nobody else is asked for anything"
    assert {why for host, why in refused if host != "127.0.0.1"} == {"csp"}, "the policy of the page refuses the rest"


EVERYTHING = {
    "nodes": "MATCH (n) RETURN [labels(n)[0]] AS of, properties(n) AS row",
    "relationships": "MATCH (a)-[r]->(b) RETURN [type(r), labels(a)[0], labels(b)[0]] AS of, "
    "r {.*, from_key: a.key, to_key: b.key} AS row",
}


@pytest.mark.slow
def test_neo4j_admin_fills_an_empty_server(filled: tuple[Neo4j, int], held: list[Part]) -> None:
    """What the tool wrote is read by the driver alone: every node and relationship, and the point of each seat."""
    with driver_of(filled[0].url) as driver:
        found = {kind: driver.execute_query(text).records for kind, text in EVERYTHING.items()}
    points = []
    for record in found["nodes"]:
        row = record["row"]
        if point := row.pop("point", None):
            points.append((point.longitude - row["lon"], point.latitude - row["lat"]))
    assert len(points) > 200
    assert set(points) == {(0.0, 0.0)}
    for kind, records in found.items():
        mine = [part for part in held if part.name.startswith(kind)]
        expected = lines([*part.name.partition("/")[2].split("."), texts(row)] for part in mine for row in part.rows())
        assert lines([*record["of"], texts(native(record["row"]))] for record in records) == expected


def native(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the driver with Python's own dates."""
    return {name: value.to_native() if isinstance(value, Date | DateTime) else value for name, value in row.items()}
