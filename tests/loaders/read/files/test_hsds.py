"""HSDS packages: our own comes back as it was; what somebody else's says is taken, and what has no place is told."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from shutil import make_archive
from typing import Any

import pytest

from graph import schema
from graph.errors import FileUnreadable
from graph.export.export import Form, export
from graph.schema import NodeSpec
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from loaders.pipeline import load
from tests.support.stores import loaded_store, new_store
from tests.worlds import random_world

LABELS = ("Organization", "Resource")
TYPES = ("PROVIDES", "HOSTS", "OFFERS", "SUITS", "COOPERATES_IN")
FOREIGN: dict[str, list[dict[str, str]]] = {
    "organization": [{"id": "o1", "name": "甲协会", "description": "协会"}],
    "service": [
        {"id": "s1", "organization_id": "o1", "name": "甲培训", "status": "active"},
        {"id": "s2", "organization_id": "o1", "name": "无类型的服务", "status": "active"},
    ],
    "location": [{"id": "l1", "location_type": "physical", "organization_id": "o1", "name": "示例楼",
                  "latitude": "31.46", "longitude": "104.7"}],
    "address": [{"id": "a1", "location_id": "l1", "address_1": "某路1号", "city": "绵阳市", "region": "涪城区",
                 "state_province": "四川省", "postal_code": "621000", "country": "CN", "address_type": "physical"}],
    "contact": [{"id": "c1", "organization_id": "o1", "name": "示例人"}],
    "taxonomy": [{"id": "t1", "name": "somebody's types", "description": "types"}],
    "taxonomy_term": [{"id": "x1", "name": "创业辅导", "description": "coaching", "taxonomy_id": "t1"}],
    "attribute": [{"id": "b1", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "x1"}],
    "service_capacity": [{"id": "k1", "service_id": "s1", "unit_id": "u1", "available": "30", "maximum": "100",
                          "updated": "2026-01-01T00:00:00Z"}],
}  # fmt: skip


def known(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return organisations and resources with what they are tied to; not whether one was only mentioned before."""
    with store.read() as session:
        found: dict[str, list[dict[str, Any]]] = {}
        for spec in (*schema.nodes().values(), *schema.relationships().values()):
            name = spec.name if isinstance(spec, NodeSpec) else spec.type
            if name not in (LABELS if isinstance(spec, NodeSpec) else TYPES):
                continue
            table = session.nodes(spec) if isinstance(spec, NodeSpec) else session.relationships(spec)
            rows = [{k: v for k, v in row.items() if k != "mentioned"} for row in table.to_pylist()]
            found[name] = sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))
        return found


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("first")
    with loaded_store(random_world(3).write(folder / "tables"), folder / "store") as made:
        yield made


def test_our_own_package_comes_back_as_it_was(first: Store, tmp_path: Path) -> None:
    export(first, tmp_path / "package", Form.hsds)
    archive = Path(make_archive(str(tmp_path / "package"), "zip", tmp_path / "package"))
    with new_store(tmp_path / "second" / "graph.lbug") as store:
        report = load(store, [tmp_path / "package"])
        assert report.issues == ()
        assert known(store) == known(first)
        again = load(store, [archive], dry_run=True)
        assert (again.delta.created, again.delta.changed, again.delta.retired) == (0, 0, 0)  # type: ignore[union-attr]


def package(folder: Path, **more: str) -> Path:
    folder.mkdir()
    resources = [{"name": name, "path": more.get(name, f"{name}.csv")} for name in FOREIGN]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    for name, rows in FOREIGN.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def test_a_package_of_somebody_else(tmp_path: Path) -> None:
    with new_store(tmp_path / "store" / "graph.lbug") as store:
        report = load(store, [package(tmp_path / "theirs")])
        found = known(store)
    (organization,) = [row for row in found["Organization"] if row["name"] == "甲协会"]
    told = {name: organization[name] for name in ("address", "lon", "lat", "kind", "data_class")}
    assert told == {"address": "某路1号", "lon": 104.7, "lat": 31.46, "kind": None, "data_class": "REAL"}
    (resource,) = found["Resource"]
    assert (resource["name"], resource["capacity"], resource["used"]) == ("甲培训", 100.0, 70.0)
    assert [(issue.row, issue.column) for issue in report.issues] == [(3, "服务类型")]
    assert "contact 1" in " ".join(warning.en for warning in report.warnings)


def test_nothing_outside_a_package_is_read(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("id,name\n1,x\n", encoding="utf-8")
    with new_store(tmp_path / "store" / "graph.lbug") as store:
        report = load(store, [package(tmp_path / "theirs", contact="../outside.csv")], dry_run=True)
    assert report.warnings == ()


def test_a_package_without_ids_is_refused(tmp_path: Path) -> None:
    folder = package(tmp_path / "theirs")
    (folder / "service.csv").write_text("name\nx\n", encoding="utf-8")
    with new_store(tmp_path / "store" / "graph.lbug") as store, pytest.raises(FileUnreadable, match="id"):
        load(store, [folder])


NESTED = {
    "id": "s1", "name": "甲培训", "status": "active", "fees_description": "免费",
    "organization": {"id": "o1", "name": "甲协会", "tax_id": "", "description": "协会"},
    "service_at_locations": [
        {"id": "sl1", "location": {"id": "l1", "name": "示例楼", "location_type": "physical", "latitude": 31.46,
                                   "longitude": 104.7, "organization_id": "o1", "addresses": [FOREIGN["address"][0]]}}
    ],
    "attributes": [{"id": "b1", "taxonomy_term": {"id": "x1", "name": "创业辅导", "taxonomy_detail": {
        "id": "t1", "name": "somebody's types"}}}],
    "capacities": [], "service_capacities": [{"id": "k1", "unit": {"id": "u1", "name": "次"}, "available": 30,
                                              "maximum": 100}],
    "contacts": [{"id": "c1", "name": "示例人"}],
}  # fmt: skip
BY_ORGANIZATION = {
    "id": "o1", "name": "甲协会", "locations": [NESTED["service_at_locations"][0]["location"]],  # type: ignore[index]
    "services": [{key: value for key, value in NESTED.items() if key != "organization"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "files",
    [
        {"one.json": NESTED},
        {"page.json": {"total_items": 1, "contents": [NESTED]}},
        {"机构.json": [BY_ORGANIZATION]},
        {"tables.json": {"organizations": [NESTED["organization"]], "services": [NESTED]}},
        {"organization.json": [NESTED["organization"]], "service.json": [NESTED], "contact.json": NESTED["contacts"]},
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_packages_in_json(tmp_path: Path, files: dict[str, Any], zipped: bool) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    path = Path(make_archive(str(folder), "zip", folder)) if zipped else folder
    with new_store(tmp_path / "store" / "graph.lbug") as store:
        report = load(store, [path])
        found = known(store)
    assert report.issues == ()
    assert any("contact 1" in told.zh for told in report.warnings)
    (resource,) = found["Resource"]
    assert (resource["name"], resource["capacity"], resource["used"], resource["fee"]) == ("甲培训", 100, 70, "免费")
    assert [t.created for t in report.tables] == [1, 1, 1]
    assert [row["to_key"] for row in found["OFFERS"]] == [vocabulary("service_types").resolve("创业辅导")]
    assert [len(found[name]) for name in ("PROVIDES", "HOSTS")] == [1, 1]
    (organization,) = [row for row in found["Organization"] if row["name"] == "甲协会"]
    assert (organization["lon"], organization["lat"]) == (104.7, 31.46)


def test_json_of_our_own_tables_stays_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "organizations.json"
    path.write_text(json.dumps([{"名称": "甲协会", "所在地区": "涪城区"}], ensure_ascii=False), encoding="utf-8")
    with new_store(tmp_path / "store" / "graph.lbug") as store:
        assert [(t.table, t.created) for t in load(store, [path]).tables] == [("organizations", 1)]
