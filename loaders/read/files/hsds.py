"""Packages of HSDS 3 (Open Referral) as our own tables: organizations, carriers and services, a row a row.

Locations give organisations their place, address and coordinates. Attributes of the taxonomy ``shuniu`` and of our
closed lists are what our own packages say beyond HSDS; a package of somebody else need not have them. Rows are told
apart by where they come from, so that what was invented stays invented. What has no place here is named.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from graph.errors import FileUnreadable, UnknownCode
from graph.language import Text
from graph.vocabulary import fold, vocabulary
from loaders.read.words.delivery import DeliveryNote

PACKAGE = "datapackage.json"
READ = (
    "organization", "organization_identifier", "location", "address", "service", "service_at_location", "schedule",
    "service_area", "service_capacity", "taxonomy", "taxonomy_term", "attribute", "unit",
)  # fmt: skip
OWN = "shuniu"
TYPES = vocabulary("service_types")
ORIGIN = ("source", "verification", "data_class")
SEVERAL = "；"
SERVICE, PLACE = "服务产品", "其他"
"""What a service, and a place where services are, is where its package does not say."""
ANY = ""
"""Stands for whatever taxonomy: the names of all terms of a thing."""
Row = dict[str, str]


class Converted(NamedTuple):
    """One of our tables as a CSV file, and where its rows come from."""

    name: str
    place: Path
    note: DeliveryNote


@dataclass
class _Package:
    """The rows of a package by table, and what is said of each thing beside its own fields."""

    tables: dict[str, list[Row]]
    said: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def __post_init__(self) -> None:
        names = {row["id"]: row.get("name", "") for row in self.of("taxonomy")}
        terms = {row["id"]: row for row in self.of("taxonomy_term")}
        for row in self.of("attribute"):
            term = terms.get(row.get("taxonomy_term_id", ""), {})
            taxonomy = term.get("taxonomy") or names.get(term.get("taxonomy_id", ""), "")
            code = term.get("code") or term.get("name", "")
            if taxonomy == OWN:
                self.said[row.get("link_id", "")][code].append(row.get("value", ""))
            else:
                self.said[row.get("link_id", "")][ANY].append(term.get("name", ""))
                for name in (row.get("label"), taxonomy):
                    if name:
                        self.said[row.get("link_id", "")][name].append(code)

    def of(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def by(self, table: str, column: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.of(table):
            found[row.get(column, "")].append(row)
        return found

    def word(self, id_: str, name: str) -> str:
        return SEVERAL.join(dict.fromkeys(filter(None, self.said[id_][name])))


def is_hsds(package: Path, shown: Path) -> bool:
    """Tell whether a ``datapackage.json`` describes HSDS."""
    return {"organization", "service"} <= {one.get("name") for one in _resources(package, shown)}


def _resources(package: Path, shown: Path) -> list[dict[str, Any]]:
    try:
        described = json.loads(package.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileUnreadable(path=shown, reason=error) from error
    listed = described.get("resources") if isinstance(described, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def read_tables(files: Mapping[str, Path], shown: Path) -> dict[str, list[Row]]:
    """Return the rows of a package of CSV files by table.

    ``files`` are those of the package by name; nothing else is read, whatever the package says.

    Raises:
        FileUnreadable: a table of the package is no CSV, or has no ids.
    """
    listed = {str(one.get("name")): str(one.get("path")) for one in _resources(files[PACKAGE], shown)}
    return {name: _rows(files[path], shown.parent / path) for name, path in listed.items() if path in files}


def convert(tables: dict[str, list[Row]], folder: Path) -> tuple[list[Converted], tuple[Text, ...]]:
    """Write our tables of a package into a folder, and say what of it has no place here."""
    whole = _Package(tables)
    rows = (("organizations", _organizations(whole)), ("carriers", _carriers(whole)), ("resources", _services(whole)))
    made = [part for name, found in rows for part in _written(name, list(found), folder)]
    return made, _unread(tables)


def _rows(place: Path, shown: Path) -> list[Row]:
    try:
        with place.open(encoding="utf-8-sig", newline="") as file:
            rows = [{k: v for k, v in row.items() if k and isinstance(v, str)} for row in csv.DictReader(file)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(path=shown, reason=error) from error
    if any("id" not in row for row in rows):
        raise FileUnreadable(path=shown, reason=Text("缺少 id 列", "it has no column id"))
    return rows


def _unread(tables: dict[str, list[Row]]) -> tuple[Text, ...]:
    left = {name: len(rows) for name, rows in tables.items() if name not in READ and rows}
    if not left:
        return ()
    listed = "、".join(f"{name} {rows}" for name, rows in sorted(left.items()))
    return (
        Text(f"HSDS 包中的这些表在此没有位置，未载入：{listed}",
             f"these tables of the HSDS package have no place here and are not loaded: {listed}"),
    )  # fmt: skip


def _written(name: str, rows: list[tuple[tuple[str, ...], Row]], folder: Path) -> Iterator[Converted]:
    """Write one file for each origin of rows."""
    origins: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for origin, row in rows:
        origins[origin].append(row)
    for number, (origin, some) in enumerate(origins.items(), start=1):
        place = folder / f"{name}-{number}.csv"
        with place.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(chain.from_iterable(some))))
            writer.writeheader()
            writer.writerows(some)
        source, verification, data_class = origin
        note = DeliveryNote(
            source=source, verification=verification, data_class=data_class, tables={fold(place.name): name}
        )
        yield Converted(place.name, place, note)


def _origin(package: _Package, id_: str) -> tuple[str, ...]:
    return tuple(package.word(id_, name) for name in ORIGIN)


def _place(package: _Package, location: Row, addresses: dict[str, list[Row]]) -> Row:
    """Return region, address and coordinates of a location."""
    id_ = location["id"]
    address = next(iter(addresses.get(id_, [])), {})
    parts = [address.get(name, "") for name in ("state_province", "city", "region")]
    stated = package.word(id_, "region") or "".join(dict.fromkeys(filter(None, parts)))
    written = package.word(id_, "address") if package.said[id_]["region"] else address.get("address_1", "")
    return {"region": stated, "address": written, "lon": location.get("longitude", ""),
            "lat": location.get("latitude", "")}  # fmt: skip


def _organizations(package: _Package) -> Iterator[tuple[tuple[str, ...], Row]]:
    locations, addresses = package.by("location", "organization_id"), package.by("address", "location_id")
    for row in package.of("organization"):
        own = [one for one in locations.get(row["id"], []) if _kind_of(one) in ("Organization", "")]
        place = _place(package, own[0], addresses) if own else {"region": "", "address": "", "lon": "", "lat": ""}
        yield _origin(package, row["id"]), {
            "name": row.get("name", ""), "uscc": row.get("tax_id", ""), "kind": package.word(row["id"], "kind"),
            **place,
        }  # fmt: skip


def _kind_of(location: Row) -> str:
    """Return the label of ours that a location was, empty where it is somebody else's."""
    scheme, _, label = location.get("external_identifier_type", "").partition(":")
    return label if scheme == OWN else ""


def _carriers(package: _Package) -> Iterator[tuple[tuple[str, ...], Row]]:
    names = {row["id"]: row.get("name", "") for row in package.of("organization")}
    addresses, schedules = package.by("address", "location_id"), package.by("schedule", "location_id")
    used = {row.get("location_id") for row in package.of("service_at_location")}
    for row in package.of("location"):
        if _kind_of(row) == "Carrier" or (not _kind_of(row) and row["id"] in used):
            yield _origin(package, row["id"]), {
                "name": row.get("name", ""), "kind": package.word(row["id"], "kind") or PLACE,
                "level": package.word(row["id"], "level"), "operator": names.get(row.get("organization_id", ""), ""),
                **_place(package, row, addresses), **_valid(schedules.get(row["id"], [])),
            }  # fmt: skip


def _valid(schedules: list[Row]) -> Row:
    stated = next(iter(schedules), {})
    return {"since": stated.get("valid_from", ""), "until": stated.get("valid_to", "")}


def _services(package: _Package) -> Iterator[tuple[tuple[str, ...], Row]]:
    names = {row["id"]: row.get("name", "") for row in package.of("organization")}
    places = {row["id"]: row.get("name", "") for row in package.of("location")}
    schedules, areas = package.by("schedule", "service_id"), package.by("service_area", "service_id")
    at, capacities = package.by("service_at_location", "service_id"), package.by("service_capacity", "service_id")
    for row in package.of("service"):
        id_ = row["id"]
        carrier = next((places.get(one.get("location_id", ""), "") for one in at.get(id_, [])), "")
        modes = [mode for mode in ("online", "offline") if package.word(id_, mode) == "true"]
        serves = [area.get("extent") or area.get("name", "") for area in areas.get(id_, [])]
        own = {name: package.word(id_, name) for name in ("level", "rating", "terms", "fee_class")}
        yield _origin(package, id_), {
            "name": row.get("name", ""), "kind": package.word(id_, "kind") or SERVICE,
            "service_types": package.word(id_, TYPES.name) or _types(package, id_),
            "provider": names.get(row.get("organization_id", ""), ""),
            "carrier": carrier, "chains": package.word(id_, "industry_chains"), "serves": SEVERAL.join(serves),
            "modes": SEVERAL.join(modes), "fee": row.get("fees_description", ""), **own,
            "shareable": {"true": "是", "false": "否"}.get(package.word(id_, "shareable"), ""),
            "dimensions": package.word(id_, "cooperation_dimensions"), **_valid(schedules.get(id_, [])),
            **_capacity(package, id_, capacities.get(id_, [])),
        }  # fmt: skip


def _types(package: _Package, id_: str) -> str:
    """Return the terms of a service, whatever their taxonomy, that are names of our service types."""
    found = []
    for name in package.said[id_][ANY]:
        with suppress(UnknownCode):
            found.append(TYPES.resolve(name))
    return SEVERAL.join(dict.fromkeys(found))


def _capacity(package: _Package, id_: str, stated: list[Row]) -> Row:
    """Return the yearly capacity and what is used of it; of what is free alone nothing follows."""
    capacity, used = package.word(id_, "capacity"), package.word(id_, "used")
    one = next(iter(stated), {})
    if not capacity and one.get("maximum"):
        capacity = one["maximum"]
        with suppress(ValueError):  # the row that holds it will say that it is no number
            used = f"{float(capacity) - float(one.get('available', '')):g}"
    return {"capacity": capacity, "used": used}
