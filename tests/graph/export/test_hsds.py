"""An HSDS package: every row in its declared columns, every reference leads somewhere, the same ids each time."""

import csv
import json
from pathlib import Path

import pytest

from graph.export.export import Form, export
from graph.export.hsds.tables import NUMBERS, TABLES
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
