"""The tables of HSDS 3.1 that the graph has something to say in, with the fields that it fills."""

from typing import NamedTuple

VERSION = "3.1"
NUMBERS = ("latitude", "longitude", "available", "maximum")


class HsdsTable(NamedTuple):
    """A table: its file in a package, its fields in order, those never empty, and what others they name."""

    file: str
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    refers: tuple[tuple[str, str], ...] = ()


TABLES: dict[str, HsdsTable] = {
    "organization": HsdsTable(
        "organizations.csv", ("id", "name", "description", "tax_id"), ("id", "name", "description")
    ),
    "service": HsdsTable(
        "services.csv", ("id", "organization_id", "name", "description", "status", "fees_description"),
        ("id", "name", "status"), (("organization_id", "organization"),),
    ),
    "location": HsdsTable(
        "locations.csv",
        ("id", "location_type", "organization_id", "name", "latitude", "longitude", "external_identifier",
         "external_identifier_type"),
        ("id", "location_type"), (("organization_id", "organization"),),
    ),
    "service_at_location": HsdsTable(
        "service_at_location.csv", ("id", "service_id", "location_id"), ("id", "service_id", "location_id"),
        (("service_id", "service"), ("location_id", "location")),
    ),
    "address": HsdsTable(
        "addresses.csv",
        ("id", "location_id", "address_1", "city", "region", "state_province", "postal_code", "country",
         "address_type"),
        ("id", "address_1", "city", "state_province", "country", "address_type"), (("location_id", "location"),),
    ),
    "schedule": HsdsTable(
        "schedules.csv", ("id", "service_id", "location_id", "valid_from", "valid_to"), ("id",),
        (("service_id", "service"), ("location_id", "location")),
    ),
    "service_area": HsdsTable(
        "service_areas.csv", ("id", "service_id", "name", "extent", "extent_type"), ("id",),
        (("service_id", "service"),),
    ),
    "service_capacity": HsdsTable(
        "service_capacities.csv", ("id", "service_id", "unit_id", "available", "maximum", "updated"),
        ("id", "service_id", "unit_id", "available", "updated"), (("service_id", "service"), ("unit_id", "unit")),
    ),
    "unit": HsdsTable("units.csv", ("id", "name"), ("id", "name")),
    "organization_identifier": HsdsTable(
        "organization_identifiers.csv",
        ("id", "organization_id", "identifier_scheme", "identifier_type", "identifier"),
        ("id", "organization_id", "identifier_type", "identifier"), (("organization_id", "organization"),),
    ),
    "taxonomy": HsdsTable("taxonomies.csv", ("id", "name", "description"), ("id", "name", "description")),
    "taxonomy_term": HsdsTable(
        "taxonomy_terms.csv", ("id", "code", "name", "description", "taxonomy", "language", "taxonomy_id"),
        ("id", "name", "description"), (("taxonomy_id", "taxonomy"),),
    ),
    "attribute": HsdsTable(
        "attributes.csv", ("id", "link_id", "taxonomy_term_id", "link_entity", "value", "label"),
        ("id", "link_id", "taxonomy_term_id", "link_entity"), (("taxonomy_term_id", "taxonomy_term"),),
    ),
}  # fmt: skip
