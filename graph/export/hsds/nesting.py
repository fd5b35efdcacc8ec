"""Objects of HSDS as its API gives them: an object with what belongs to it inside."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graph.export.hsds.mapping import Row, Tables

INSIDE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "organization": (
        ("organization_identifiers", "organization_identifier", "organization_id"),
        ("locations", "location", "organization_id"),
    ),
    "service": (
        ("schedules", "schedule", "service_id"),
        ("service_areas", "service_area", "service_id"),
        ("service_at_locations", "service_at_location", "service_id"),
        ("capacities", "service_capacity", "service_id"),
    ),
    "location": (("addresses", "address", "location_id"), ("schedules", "schedule", "location_id")),
}
"""Table -> the lists inside its objects: name, table, and the field that says to what a row belongs."""
ONE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "service": (("organization", "organization", "organization_id"),),
    "service_at_location": (("location", "location", "location_id"),),
    "service_capacity": (("unit", "unit", "unit_id"),),
    "attribute": (("taxonomy_term", "taxonomy_term", "taxonomy_term_id"),),
    "taxonomy_term": (("taxonomy_detail", "taxonomy", "taxonomy_id"),),
}
"""Table -> the single objects inside: name, table, and the field that names it."""


class HsdsDirectory:
    """All objects, by table and id."""

    def __init__(self, tables: Tables) -> None:
        self.rows = {name: [_known(row) for row in rows] for name, rows in tables.items()}
        self._by_id = {name: {row["id"]: row for row in rows} for name, rows in self.rows.items()}
        self._of: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for inside in INSIDE.values():
            for _, table, field in inside:
                for row in self.rows[table]:
                    self._of[table, field][row.get(field, "")].append(row)
        for table, field in (("attribute", "link_id"), ("service", "organization_id")):
            for row in self.rows[table]:
                self._of[table, field][row.get(field, "")].append(row)

    def cut(self, ids: set[str]) -> "HsdsDirectory":
        """Return the directory of these organizations and locations, and of what they offer; taxonomies stay whole."""
        rows = dict(self.rows)
        for table in ("organization", "location"):
            rows[table] = [row for row in rows[table] if row["id"] in ids]
        rows["service"] = [row for row in rows["service"] if row.get("organization_id") in ids]
        offered = {row["id"] for row in rows["service"]}
        rows["service_at_location"] = [
            row for row in rows["service_at_location"] if row["service_id"] in offered and row["location_id"] in ids
        ]
        return HsdsDirectory(rows)

    def flat(self, table: str, id_: str) -> Row | None:
        """Return an object with its own fields alone."""
        return self._by_id[table].get(id_)

    def terms_of(self, service: str) -> Iterator[Row]:
        """Yield the taxonomy terms of a service."""
        for row in self._of["attribute", "link_id"].get(service, ()):
            yield self._by_id["taxonomy_term"][row["taxonomy_term_id"]]

    def whole(self, table: str, row: Row) -> dict[str, Any]:
        """Return an object with everything that belongs to it; an organisation inside another has its own fields."""
        made = dict(row)
        for name, other, field in ONE.get(table, ()):
            if found := self._by_id[other].get(row.get(field, "")):
                made[name] = dict(found) if other == "organization" else self.whole(other, found)
        for name, other, field in INSIDE.get(table, ()):
            if listed := self._of[other, field].get(row["id"]):
                made[name] = [self.whole(other, one) for one in listed]
        if attributes := self._of["attribute", "link_id"].get(row["id"]):
            made["attributes"] = [self.whole("attribute", one) for one in attributes]
        if table == "organization":
            made["services"] = self._of["service", "organization_id"].get(row["id"], [])
        return made


def _known(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}
