"""An HSDS 3.1 package: ``datapackage.json`` and a CSV a table."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graph.clock import today
from graph.export.hsds.mapping import mapped
from graph.export.hsds.tables import NUMBERS, TABLES, VERSION, HsdsTable
from graph.export.parts import Part

PACKAGE = "datapackage.json"


def write_hsds(parts: Iterable[Part], folder: Path) -> None:
    """Write a package; an empty cell is what is not known. Values are as they are, for programs."""
    tables = mapped(parts, today())
    for name, rows in tables.items():
        with (folder / TABLES[name].file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, TABLES[name].fields)
            writer.writeheader()
            writer.writerows(rows)
    text = json.dumps(description(), ensure_ascii=False, indent=1)
    (folder / PACKAGE).write_text(text + "\n", encoding="utf-8")


def description() -> dict[str, Any]:
    """Return what the package says of itself (Frictionless tabular data package)."""
    return {
        "name": "human_services_data",
        "title": "枢纽 shuniu, HSDS",
        "profile": "tabular-data-package",
        "version": VERSION,
        "resources": [_resource(name, table) for name, table in TABLES.items()],
    }


def _resource(name: str, table: HsdsTable) -> dict[str, Any]:
    fields = [
        {
            "name": field,
            "type": "number" if field in NUMBERS else "string",
            **({"constraints": {"required": True}} if field in table.required else {}),
        }
        for field in table.fields
    ]
    keys = [{"fields": field, "reference": {"resource": other, "fields": "id"}} for field, other in table.refers]
    return {
        "name": name,
        "path": table.file,
        "format": "csv",
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "schema": {"primaryKey": "id", "fields": fields, **({"foreignKeys": keys} if keys else {})},
    }
