"""A small graph in each form of a network, sign by sign; a whole one is read by other programs (``test_export``)."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from graph.export.networks import Element, elements, types, write_gexf, write_graphml, write_jsonl, write_node_link
from tests.support.handmade import part

PARTS = [
    part("Resource", {"key": "r", "name": "检测<1>\x07", "online": True, "capacity": 2.5, "since": date(2026, 1, 2),
                      "source": "表"}),
    part("Organization", {"key": "o", "former_names": ["甲", "乙"], "mentioned": False}),
    part("ServiceMonth", {"key": "m", "online": 3, "services": 4}),
    part("Load", {"key": "l", "finished": datetime(2026, 1, 2, 3, 4)}),
    part(("PROVIDES", "Organization", "Resource"), {"from_key": "o", "to_key": "r", "source": "表\r二"}),
    part(("OFFERS", "Resource", "ServiceType"), {"from_key": "r", "to_key": "SC01"}),
]  # fmt: skip
NODES = [
    Element("Resource:r", None, "检测<1>\ufffd", {
        "labels": "Resource", "identifier": "r", "name": "检测<1>\ufffd", "Resource.online": True, "capacity": 2.5,
        "since": "2026-01-02", "provenance": "表"}),
    Element("Organization:o", None, "o", {
        "labels": "Organization", "identifier": "o", "former_names": "甲;乙", "mentioned": False}),
    Element("ServiceMonth:m", None, "m", {
        "labels": "ServiceMonth", "identifier": "m", "services": 4, "ServiceMonth.online": 3}),
    Element("Load:l", None, "l", {"labels": "Load", "identifier": "l", "finished": "2026-01-02T03:04:00"}),
]  # fmt: skip
EDGES = [
    Element("Organization:o", "Resource:r", "PROVIDES", {"provenance": "表\r二"}),
    Element("Resource:r", "ServiceType:SC01", "OFFERS", {}),
]


def test_nodes_then_edges_with_plain_values() -> None:
    assert list(elements(PARTS)) == [*NODES, *EDGES]


def test_every_value_has_one_type() -> None:
    nodes, edges = types(nodes=True), types(nodes=False)
    asked = ("labels", "Resource.online", "ServiceMonth.online", "capacity", "since")
    assert {name: nodes[name] for name in asked} == {
        "labels": str, "Resource.online": bool, "ServiceMonth.online": int, "capacity": float, "since": str,
    }  # fmt: skip
    assert "online" not in nodes
    assert "labels" not in edges
    assert edges["provenance"] is str


def test_a_line_a_node_and_a_line_a_relationship(tmp_path: Path) -> None:
    write_jsonl(PARTS, tmp_path)
    text = (tmp_path / "graph.jsonl").read_text(encoding="utf-8")
    assert "检测" in text
    assert [json.loads(line) for line in text.splitlines()] == [
        {"type": "node", "id": "Resource:r", "labels": ["Resource"], "properties": {
            "key": "r", "name": "检测<1>\x07", "online": True, "capacity": 2.5, "since": "2026-01-02", "source": "表"}},
        {"type": "node", "id": "Organization:o", "labels": ["Organization"], "properties": {
            "key": "o", "former_names": ["甲", "乙"], "mentioned": False}},
        {"type": "node", "id": "ServiceMonth:m", "labels": ["ServiceMonth"], "properties": {
            "key": "m", "online": 3, "services": 4}},
        {"type": "node", "id": "Load:l", "labels": ["Load"], "properties": {
            "key": "l", "finished": "2026-01-02T03:04:00"}},
        {"type": "relationship", "label": "PROVIDES", "start": {"id": "Organization:o", "labels": ["Organization"]},
         "end": {"id": "Resource:r", "labels": ["Resource"]}, "properties": {"source": "表\r二"}},
        {"type": "relationship", "label": "OFFERS", "start": {"id": "Resource:r", "labels": ["Resource"]},
         "end": {"id": "ServiceType:SC01", "labels": ["ServiceType"]}, "properties": {}},
    ]  # fmt: skip


@pytest.mark.parametrize("held", [0, 4, 6])
def test_node_link(tmp_path: Path, held: int) -> None:
    write_node_link(PARTS[:held], tmp_path)
    text = (tmp_path / "graph.json").read_text(encoding="utf-8")
    assert json.loads(text) == {
        "directed": True, "multigraph": True, "graph": {},
        "nodes": [{**one.values, "label": one.label, "id": one.id} for one in NODES[:held]],
        "edges": [{**one.values, "label": one.label, "source": one.id, "target": one.target, "key": key}
                  for key, one in enumerate(EDGES[: max(held - 4, 0)])],
    }  # fmt: skip
    assert ("检测" in text) == bool(held)


def test_graphml(tmp_path: Path) -> None:
    write_graphml(PARTS, tmp_path)
    head, graph = (tmp_path / "graph.graphml").read_bytes().decode().split("<graph ")
    found = re.findall(r'<key id="(\w+)" for="(\w+)" attr.name="([\w.]+)" attr.type="(\w+)"/>\n', head)
    assert len({key for key, *_ in found}) == len(found) == 2 + len(types(nodes=True)) + len(types(nodes=False))
    assert found[0] == ("n0", "node", "label", "string")
    named = {f'"{key}"': f"{kind[0]}.{name}" for key, kind, name, _ in found}
    kinds = {(kind, name): type_ for _, kind, name, type_ in found}
    assert [kinds["node", name] for name in ("Resource.online", "ServiceMonth.online", "capacity", "since")] == [
        "boolean", "long", "double", "string",
    ]  # fmt: skip
    plain = re.sub(r'<data key=("\w+")>', lambda match: f"<{named[match[1]]}>", graph).replace("</data>", "")
    assert plain.splitlines() == [
        'edgedefault="directed">',
        '<node id="Resource:r"><n.label>检测&lt;1&gt;\ufffd<n.labels>Resource<n.identifier>r<n.name>检测&lt;1&gt;\ufffd'
        "<n.Resource.online>true<n.capacity>2.5<n.since>2026-01-02<n.provenance>表</node>",
        '<node id="Organization:o"><n.label>o<n.labels>Organization<n.identifier>o<n.former_names>甲;乙'
        "<n.mentioned>false</node>",
        '<node id="ServiceMonth:m"><n.label>m<n.labels>ServiceMonth<n.identifier>m<n.services>4<n.ServiceMonth.online>3'
        "</node>",
        '<node id="Load:l"><n.label>l<n.labels>Load<n.identifier>l<n.finished>2026-01-02T03:04:00</node>',
        '<edge id="e4" source="Organization:o" target="Resource:r"><e.label>PROVIDES<e.provenance>表&#13;二</edge>',
        '<edge id="e5" source="Resource:r" target="ServiceType:SC01"><e.label>OFFERS</edge>',
        "</graph>",
        "</graphml>",
    ]


@pytest.mark.parametrize("held", [4, 6])
def test_gexf(tmp_path: Path, held: int) -> None:
    write_gexf(PARTS[:held], tmp_path)
    text = (tmp_path / "graph.gexf").read_bytes().decode()
    head, graph = text.split("<nodes>\n")
    of_nodes, of_edges = (part.split("</attributes>")[0] for part in head.split("<attributes ")[1:])
    assert (of_nodes.partition(">")[0], of_edges.partition(">")[0]) == (
        'class="node" mode="static"', 'class="edge" mode="static"',
    )  # fmt: skip
    keys = [re.findall(r'<attribute id="(\d+)" title="([\w.]+)" type="(\w+)"/>\n', one) for one in (of_nodes, of_edges)]
    assert [[name for _, name, _ in one] for one in keys] == [list(types(nodes=True)), list(types(nodes=False))]
    assert {name: type_ for _, name, type_ in keys[0] if name.endswith("online") or name == "capacity"} == {
        "Resource.online": "boolean", "ServiceMonth.online": "long", "capacity": "double",
    }  # fmt: skip
    nodes, edges = ({number: name for number, name, _ in one} for one in keys)

    def plain(line: str) -> str:
        names = nodes if line.startswith("<node") else edges
        return re.sub(r'<attvalue for="(\d+)" value="([^"]*)"/>', lambda m: f"[{names[m[1]]} {m[2]}]", line)

    wanted = [
        '<node id="Resource:r" label="检测&lt;1&gt;\ufffd"><attvalues>[labels Resource][identifier r]'
        "[name 检测&lt;1&gt;\ufffd][Resource.online true][capacity 2.5][since 2026-01-02][provenance 表]"
        "</attvalues></node>",
        '<node id="Organization:o" label="o"><attvalues>[labels Organization][identifier o][former_names 甲;乙]'
        "[mentioned false]</attvalues></node>",
        '<node id="ServiceMonth:m" label="m"><attvalues>[labels ServiceMonth][identifier m][services 4]'
        "[ServiceMonth.online 3]</attvalues></node>",
        '<node id="Load:l" label="l"><attvalues>[labels Load][identifier l][finished 2026-01-02T03:04:00]'
        "</attvalues></node>",
        "</nodes>", "<edges>",
        '<edge id="0" source="Organization:o" target="Resource:r" label="PROVIDES"><attvalues>[provenance 表&#13;二]'
        "</attvalues></edge>",
        '<edge id="1" source="Resource:r" target="ServiceType:SC01" label="OFFERS"><attvalues></attvalues></edge>',
        "</edges>", "</graph>", "</gexf>",
    ]  # fmt: skip
    if held == 4:
        wanted = [*wanted[:4], "</nodes><edges></edges>", *wanted[-2:]]
    assert [plain(line) for line in graph.splitlines()] == wanted
