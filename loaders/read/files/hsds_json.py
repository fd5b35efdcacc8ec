"""HSDS 3 as JSON: nested objects as its API gives them, or a file a table, taken apart into the tables of the standard.

A list or object within an object is a table of its own: ``service_at_locations`` of a service are rows of
``service_at_location`` with its ``service_id``; a ``location`` in one of them is a row of ``location`` whose id it has.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.errors import FileUnreadable
from graph.language import Text

TABLES = {
    "organizations": "organization", "services": "service", "locations": "location", "addresses": "address",
    "service_at_locations": "service_at_location", "schedules": "schedule", "service_areas": "service_area",
    "service_capacities": "service_capacity", "attributes": "attribute", "taxonomies": "taxonomy",
    "taxonomy_detail": "taxonomy", "taxonomy_terms": "taxonomy_term", "organization_identifiers":
    "organization_identifier", "units": "unit", "contacts": "contact", "phones": "phone", "languages": "language",
    "programs": "program", "cost_options": "cost_option", "required_documents": "required_document",
    "accessibilities": "accessibility", "fundings": "funding", "metadata": "metadata", "urls": "url",
}  # fmt: skip
"""What its lists and objects are called, by which table they belong to; what is not listed is called as its table."""
NESTED = {"service_at_locations", "locations", "services", "organization", "location", "service_areas", "schedules"}
"""Of these a list or object of objects within an object, and it is HSDS."""
BOTH = {"organization", "service"}
"""Tables without which there is no package."""
PAGE = "contents"
"""Where a page of the API has its objects."""
MOST = 50 * 2**20
"""Bytes of a JSON file that may be such a package: all of it is in memory at once."""
BEGINNING = 2**16
_LIKELY = re.compile(rb'"(?:%b)"\s*:\s*[\[{]' % "|".join(sorted({*NESTED, *BOTH, PAGE})).encode())
Rows = dict[str, list[dict[str, str]]]


def read(place: Path, shown: Path, *, named: bool = False) -> Any:
    """Return what a JSON file holds; None where it is larger than a package may be, or no JSON as a whole.

    Unless it is ``named`` as a table of HSDS, its beginning must look like it, so that no other file is read twice.

    Raises:
        FileUnreadable: it cannot be opened.
    """
    try:
        with place.open("rb") as file:
            likely = named or _LIKELY.search(file.read(BEGINNING))
        if not likely or place.stat().st_size > MOST:
            return None
        return json.loads(place.read_text(encoding="utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str)
    except OSError as error:
        raise FileUnreadable(path=shown, reason=error) from error
    except (ValueError, RecursionError):  # lines of objects; or what the reader of objects says more of
        return None


def is_nested(found: Any) -> bool:
    """Tell whether a JSON file is of HSDS by itself: tables in one object, or objects that hold others of it."""
    if isinstance(found, dict) and {TABLES.get(key, key) for key, value in found.items() if _listed(value)} >= BOTH:
        return True
    some = _objects(found)
    return bool(some) and any(_listed(v) or _object(v) for one in some for k, v in one.items() if k in NESTED)


def table_of(name: str) -> str:
    """Return the table of HSDS after which a file is named, nothing of another."""
    stem = name.casefold().removesuffix(".json")
    table = TABLES.get(stem, stem)
    return table if table in TABLES.values() else ""


def tables(files: Mapping[str, Any], shown: Path) -> Rows:
    """Return the rows of each table of HSDS, each thing once, from what some files hold by name.

    Raises:
        FileUnreadable: objects lie in each other without end.
    """
    whole = _Tables()
    try:
        for name, found in files.items():
            table = table_of(name)
            if isinstance(found, dict) and PAGE not in found and "id" not in found:
                for key, listed in found.items():
                    whole.enter_all(TABLES.get(str(key), str(key)), listed)
            else:
                for one in _objects(found):
                    whole.enter(table or _kind(one), one)
    except RecursionError as error:
        raise FileUnreadable(path=shown, reason=Text("嵌套过深", "it is nested too deeply")) from error
    return whole.rows()


class _Tables:
    def __init__(self) -> None:
        self._found: dict[str, dict[str, dict[str, str]]] = {}

    def rows(self) -> Rows:
        return {table: list(rows.values()) for table, rows in self._found.items()}

    def enter_all(self, table: str, listed: Any, **owner: str) -> None:
        for one in listed if isinstance(listed, list) else [listed]:
            if isinstance(one, dict):
                self.enter(table, one, **owner)

    def enter(self, table: str, one: dict[str, Any], **owner: str) -> str:
        """Enter one object with all that it holds; return its id."""
        rows = self._found.setdefault(table, {})
        id_ = _text(one.get("id")) or f"{table}-{len(rows) + 1}-{'-'.join(owner.values())}"
        row = rows.setdefault(id_, {"id": id_})
        row |= {key: text for key, value in one.items() if (text := _text(value))}
        for key, value in owner.items():
            row.setdefault(key, value)
        for key, value in one.items():
            inner = TABLES.get(key, key)
            if _object(value):
                row.setdefault(f"{inner}_id", self.enter(inner, value))
            elif _listed(value):
                own = {"link_id": id_, "link_entity": table} if inner == "attribute" else {f"{table}_id": id_}
                self.enter_all(inner, value, **own)
        return id_


def _kind(one: dict[str, Any]) -> str:
    """Return the table to which an object belongs that nobody names."""
    if "services" in one or "locations" in one:
        return "organization"
    return "location" if "addresses" in one and "service_at_locations" not in one else "service"


def _objects(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, dict):
        found = found[PAGE] if isinstance(found.get(PAGE), list) else [found]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _listed(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _object(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""
