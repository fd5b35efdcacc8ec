"""An HSDS package: every row in its declared columns, every reference leads somewhere, the same ids each time."""

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from graph.export.export import Form, export
from graph.export.hsds.mapping import made_id, mapped
from graph.export.hsds.nesting import HsdsDirectory
from graph.export.hsds.package import description
from graph.export.hsds.tables import NUMBERS, TABLES
from graph.export.parts import Part
from tests.support.handmade import part
from tests.support.stores import loaded_store
from tests.worlds import random_world


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    with loaded_store(random_world(3).write(folder / "tables"), folder / "store") as store:
        export(store, folder / "out", Form.hsds)
    return folder / "out"


def rows(package: Path, name: str) -> list[dict[str, str]]:
    with (package / TABLES[name].file).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_package_holds_what_it_declares(package: Path) -> None:
    told = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert told["version"] == "3.1"
    tables = {one["name"]: rows(package, one["name"]) for one in told["resources"]}
    assert {one["path"] for one in told["resources"]} | {"datapackage.json", "manifest.json"} == {
        path.name for path in package.iterdir()
    }
    for one in told["resources"]:
        fields = one["schema"]["fields"]
        here = tables[one["name"]]
        assert len({row["id"] for row in here}) == len(here)
        for field in fields:
            values = [row[field["name"]] for row in here]
            if field.get("constraints"):
                assert all(values), (one["name"], field["name"])
            if field["name"] in NUMBERS:
                assert all(float(value) >= 0 for value in values if value)
        for key in one["schema"].get("foreignKeys", ()):
            there = {row["id"] for row in tables[key["reference"]["resource"]]}
            assert {row[key["fields"]] for row in here} - {""} <= there, (one["name"], key["fields"])
    links = {row["id"] for name in ("organization", "service", "location") for row in tables[name]}
    assert {row["link_id"] for row in tables["attribute"]} <= links


# --- a small directory, row by row --------------------------------------------------------------------


def located(label: str, key: str, region: str) -> Part:
    return part(("LOCATED_IN", label, "Region"), {"from_key": key, "to_key": region})


SMALL = [
    part("Load", *({"key": f"l{n}", "finished": datetime(2026, n, 2, 3, 4)} for n in (1, 5)), {"key": "l6"}),
    part("Chain", {"key": "c1", "name": "建材"}),
    part("Enterprise", {"key": "e", "name": "不在名录里"}),
    part(
        "Organization",
        {"key": "o1", "name": "甲", "kind": "industry_association", "uscc": "91", "address": "一号", "lon": 104.5,
         "lat": 30.5, "former_names": ["乙", "丙"], "mentioned": True},
        {"key": "o2"},
    ),
    part("Carrier", {"key": "k", "name": "园", "since": date(2020, 1, 1)}),
    part("Window", {"key": "w"}),
    part(
        "Resource",
        {"key": "r1", "name": "检测", "kind": "equipment", "capacity": 10.0, "used": 4.0, "fee": "免费",
         "until": date(2026, 6, 30)},
        {"key": "r2", "capacity": 3.0, "used": 5.0, "until": date(2026, 6, 29), "shareable": False},
        {"key": "r3", "capacity": 1.0},
    ),
    located("Organization", "o1", "510704"),
    located("Carrier", "k", "510700"),
    located("Enterprise", "e", "510700"),
    part(("OPERATED_BY", "Carrier", "Organization"), {"from_key": "k", "to_key": "o1"}),
    part(("PROVIDES", "Organization", "Resource"), {"from_key": "o1", "to_key": "r1"}),
    part(("HOSTS", "Carrier", "Resource"), {"from_key": "k", "to_key": "r1"}),
    part(("SERVES", "Resource", "Region"), *({"from_key": "r1", "to_key": code} for code in ("510700", "510704", "x"))),
    part(("OFFERS", "Resource", "ServiceType"), {"from_key": "r1", "to_key": "SC03"}),
    part(("SUITS", "Resource", "Chain"), {"from_key": "r1", "to_key": "c1"}, {"from_key": "r2", "to_key": "c9"}),
]  # fmt: skip
WORDS = [
    *((label, key) for label, keys in (("Organization", "o1 o2"), ("Carrier", "k"), ("Window", "w"),
                                       ("Resource", "r1 r2 r3")) for key in keys.split()),
    ("location", "o1"), ("location", "o2"), ("unit", "services a year"),
    *(("taxonomy", name)
      for name in ("shuniu", "organization_kinds", "resource_kinds", "service_types", "industry_chains")),
    *(("term", "shuniu", name)
      for name in ("key", "region", "address", "former_names", "mentioned", "capacity", "used", "shareable")),
    ("term", "organization_kinds", "industry_association"), ("term", "resource_kinds", "equipment"),
    ("term", "service_types", "SC03"), ("term", "industry_chains", "c1"), ("term", "industry_chains", "c9"),
]  # fmt: skip
NAMED = {made_id(*words): words[-1] if words[0] == "term" else " ".join(words) for words in WORDS}
MAY = "2026-05-02T03:04:00+00:00"
DIRECTORY: dict[str, list[tuple[Any, ...]]] = {
    "organization": [("甲", "行业协会，绵阳市游仙区", "91"), ("o2", "机构", None)],
    "organization_identifier": [
        ("Organization o1", "CN-USCC", "统一社会信用代码", "91"), ("Organization o1", "shuniu", "shuniu", "o1"),
        ("Organization o2", "shuniu", "shuniu", "o2"),
    ],
    "service": [
        ("Organization o1", "检测", "仪器设备", "active", "免费"), (None, "r2", None, "inactive", None),
        (None, "r3", None, "active", None),
    ],
    "location": [
        ("physical", "Organization o1", "甲", 30.5, 104.5, "o1", "shuniu:Organization"),
        ("physical", "Organization o2", None, None, None, "o2", "shuniu:Organization"),
        ("physical", "Organization o1", "园", None, None, "k", "shuniu:Carrier"),
        ("physical", None, None, None, None, "w", "shuniu:Window"),
    ],
    "service_at_location": [("Resource r1", "Carrier k")],
    "address": [
        ("location o1", "一号", "绵阳市", "游仙区", "四川省", "", "CN", "physical"),
        ("Carrier k", "绵阳市", "绵阳市", "绵阳市", "四川省", "", "CN", "physical"),
    ],
    "schedule": [
        ("Resource r1", None, None, "2026-06-30"), ("Resource r2", None, None, "2026-06-29"),
        (None, "Carrier k", "2020-01-01", None),
    ],
    "service_area": [
        ("Resource r1", "绵阳市", "510700", "GB/T 2260"), ("Resource r1", "绵阳市游仙区", "510704", "GB/T 2260"),
        ("Resource r1", None, "x", "GB/T 2260"),
    ],
    "unit": [("次/年 services a year",)],
    "service_capacity": [
        ("Resource r1", "unit services a year", 6.0, 10.0, MAY), ("Resource r2", "unit services a year", 0.0, 3.0, MAY),
    ],
    "taxonomy": [
        ("shuniu", "枢纽 shuniu"), ("industry_chains", "产业链 industry chains"),
        ("organization_kinds", "机构类型 / Organization kind"), ("resource_kinds", "资源类别 / Resource kind"),
        ("service_types", "服务类型 / Service type"),
    ],
    "taxonomy_term": [
        *((name, name, said, "shuniu", "zh", "taxonomy shuniu") for name, said in (
            ("key", "标识 / key"), ("region", "所在地区代码 / code of its region"),
            ("address", "地址 / address as stated"),
            ("former_names", "曾用名 / former names, each with its days: name(first~last)"),
            ("mentioned", "仅被提及 / known only from a mention in another table"),
            ("capacity", "年服务能力 / services a year; empty where not stated"),
            ("used", "已用能力 / services a year already used"),
            ("shareable", "可共享 / open to sharing across regions"),
        )),
        ("industry_association", "行业协会", "行业协会 / Industry association", "organization_kinds", "zh",
         "taxonomy organization_kinds"),
        ("equipment", "仪器设备", "仪器设备 / Instruments and equipment", "resource_kinds", "zh",
         "taxonomy resource_kinds"),
        ("SC03", "技术支持", "技术支持 / Technical support", "service_types", "zh", "taxonomy service_types"),
        ("c1", "建材", "建材", "industry_chains", "zh", "taxonomy industry_chains"),
        ("c9", "c9", "c9", "industry_chains", "zh", "taxonomy industry_chains"),
    ],
    "attribute": [
        *(("Organization o1", term, "organization", value, label) for term, value, label in (
            ("industry_association", None, "kind"), ("former_names", "乙", "former_names"),
            ("former_names", "丙", "former_names"), ("mentioned", "true", "mentioned"))),
        *((f"Resource {key}", term, "service", value, label) for key, term, value, label in (
            ("r1", "key", "r1", "key"), ("r1", "equipment", None, "kind"), ("r1", "capacity", "10.0", "capacity"),
            ("r1", "used", "4.0", "used"), ("r1", "SC03", None, "OFFERS"), ("r1", "c1", None, "SUITS"),
            ("r2", "key", "r2", "key"), ("r2", "capacity", "3.0", "capacity"), ("r2", "used", "5.0", "used"),
            ("r2", "shareable", "false", "shareable"), ("r2", "c9", None, "SUITS"),
            ("r3", "key", "r3", "key"), ("r3", "capacity", "1.0", "capacity"))),
        *((where, term, "location", value, term) for where, term, value in (
            ("location o1", "region", "510704"), ("location o1", "address", "一号"),
            ("Carrier k", "region", "510700"))),
    ],
}  # fmt: skip
"""Every row of every table without its own id, the ids of others by what they are made of."""


def test_a_small_directory_row_by_row() -> None:
    tables = mapped(SMALL, date(2026, 6, 30))
    told = {
        name: sorted([tuple(NAMED.get(v, v) for field, v in row.items() if field != "id") for row in rows], key=repr)
        for name, rows in tables.items()
    }
    assert told == {name: sorted(rows, key=repr) for name, rows in DIRECTORY.items()}
    assert [list(rows[0]) for rows in tables.values()] == [list(table.fields) for table in TABLES.values()]
    assert all(rows == sorted(rows, key=lambda row: row["id"]) for rows in tables.values())
    assert made_id("Organization", "o1") == "8a01f190-8570-53c3-b3fe-8effc31c1809"
    assert "unit" not in {name for name, rows in mapped(SMALL[-1:], date(2026, 6, 30)).items() if rows}


def test_objects_hold_what_belongs_to_them() -> None:
    directory = HsdsDirectory(mapped(SMALL, date(2026, 6, 30)))
    id_, resource = made_id("Organization", "o1"), made_id("Resource", "r1")
    flat = directory.flat("organization", id_)
    assert flat == {"id": id_, "name": "甲", "description": "行业协会，绵阳市游仙区", "tax_id": "91"}
    whole = directory.whole("organization", flat)
    assert list(whole) == [*flat, "organization_identifiers", "locations", "attributes", "services"]
    assert [row["identifier"] for row in whole["organization_identifiers"]] == ["91", "o1"]
    assert [row["external_identifier"] for row in whole["locations"]] == ["o1", "k"]
    assert [[a["region"] for a in row["addresses"]] for row in whole["locations"]] == [["游仙区"], ["绵阳市"]]
    assert [row.get("schedules", []) != [] for row in whole["locations"]] == [False, True]
    assert [row["id"] for row in whole["services"]] == [resource]
    service = directory.flat("service", resource)
    assert service
    made = directory.whole("service", service)
    assert made["organization"] == flat
    assert [area.get("name") for area in made["service_areas"]].count(None) == 1
    assert [one["location"]["name"] for one in made["service_at_locations"]] == ["园"]
    assert [one["unit"]["name"] for one in made["capacities"]] == ["次/年 services a year"]
    details = {a["label"]: a["taxonomy_term"]["taxonomy_detail"]["name"] for a in made["attributes"]}
    assert details == {"key": "shuniu", "kind": "resource_kinds", "capacity": "shuniu", "used": "shuniu",
                       "OFFERS": "service_types", "SUITS": "industry_chains"}  # fmt: skip
    assert sorted(term["code"] for term in directory.terms_of(resource)) == sorted(
        ["key", "equipment", "capacity", "used", "SC03", "c1"]
    )
    assert list(directory.terms_of("none")) == []
    assert directory.flat("service", "none") is None
    assert directory.whole("organization", directory.rows["organization"][1])["services"] == []


def test_a_directory_is_cut_to_some_organisations_and_places() -> None:
    directory = HsdsDirectory(mapped(SMALL, date(2026, 6, 30)))
    organization, carrier = made_id("Organization", "o1"), made_id("Carrier", "k")

    def held(cut: HsdsDirectory) -> dict[str, int]:
        return {t: len(cut.rows[t]) for t in ("organization", "location", "service", "service_at_location")}

    assert held(directory.cut({organization, carrier})) == {
        "organization": 1, "location": 1, "service": 1, "service_at_location": 1,
    }  # fmt: skip
    assert held(directory.cut({organization})) == {
        "organization": 1, "location": 0, "service": 1, "service_at_location": 0,
    }  # fmt: skip
    assert held(directory.cut({carrier})) == {
        "organization": 0, "location": 1, "service": 0, "service_at_location": 0,
    }  # fmt: skip
    assert directory.cut(set()).rows["taxonomy"] == directory.rows["taxonomy"]


def test_what_a_package_says_of_its_tables() -> None:
    said = description()
    assert {**said, "resources": None} == {
        "name": "human_services_data", "title": "枢纽 shuniu, HSDS", "profile": "tabular-data-package",
        "version": "3.1", "resources": None,
    }  # fmt: skip
    unit, capacity = (one for name in ("unit", "service_capacity") for one in said["resources"] if one["name"] == name)
    assert unit == {
        "name": "unit", "path": "units.csv", "format": "csv", "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "schema": {"primaryKey": "id", "fields": [
            {"name": name, "type": "string", "constraints": {"required": True}} for name in ("id", "name")
        ]},
    }  # fmt: skip
    assert capacity["schema"]["fields"][3:5] == [
        {"name": "available", "type": "number", "constraints": {"required": True}},
        {"name": "maximum", "type": "number"},
    ]
    assert capacity["schema"]["foreignKeys"] == [
        {"fields": "service_id", "reference": {"resource": "service", "fields": "id"}},
        {"fields": "unit_id", "reference": {"resource": "unit", "fields": "id"}},
    ]
