"""From the graph to the tables of HSDS 3.1.

Organisations are organizations, resources services, carriers, windows and the seats of organisations locations. What
HSDS has no field for goes along as an attribute whose term is the property, so that nothing is lost on the way back.
Identifiers are UUIDs made of our keys (version 5): the same thing has the same one in every package.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from graph import schema
from graph.export.hsds.tables import TABLES
from graph.export.parts import Part
from graph.places.gazetteer import places
from graph.schema import NodeSpec, Property
from graph.vocabulary import vocabulary

Row = dict[str, Any]
Tables = dict[str, list[Row]]
NAMESPACE = uuid5(NAMESPACE_URL, "urn:shuniu")
LABELS = ("Organization", "Resource", "Carrier", "Window", "Chain", "Load")
TYPES = ("LOCATED_IN", "OPERATED_BY", "PROVIDES", "HOSTS", "OFFERS", "SUITS", "COOPERATES_IN", "SERVES")
ENTITIES = {"Organization": "organization", "Resource": "service", "Carrier": "location", "Window": "location"}
"""Label -> what its nodes are in HSDS."""
SAID = {
    "Organization": ("key", "name", "uscc", "namesake", "address", "lon", "lat"),
    "Resource": ("key", "name", "fee", "since", "until"),
    "Carrier": ("key", "name", "address", "lon", "lat", "since", "until"),
    "Window": ("key", "name", "since", "until"),
}
"""Properties that have a field of their own."""
TERMS = {"OFFERS": "service_types", "COOPERATES_IN": "cooperation_dimensions", "SUITS": "industry_chains"}
"""Relationship -> the taxonomy of what a resource is tied to by it."""
OWN = "shuniu"
CHAINS = "industry_chains"
SCHEME = "GB/T 2260"
CODE = "统一社会信用代码"


def made_id(*words: str) -> str:
    """Return the UUID of a thing of ours."""
    return str(uuid5(NAMESPACE, ":".join(words)))


class _Package:
    """Tables that are being filled, of all rows of the graph by label or slot."""

    def __init__(self, parts: Iterable[Part], day: date) -> None:
        self.tables: Tables = {name: [] for name in TABLES}
        self._day = day
        self._nodes: dict[str, dict[str, Row]] = defaultdict(dict)
        self._ends: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._back: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for part in parts:
            if isinstance(part.spec, NodeSpec) and part.spec.name in LABELS:
                self._nodes[part.spec.name] = {row["key"]: row for row in part.rows()}
            elif not isinstance(part.spec, NodeSpec) and part.spec.type in TYPES:
                for row in part.rows():
                    self._ends[part.spec.slot][row["from_key"]].append(row["to_key"])
                    self._back[part.spec.slot][row["to_key"]] = row["from_key"]
        self._terms: set[tuple[str, str]] = set()

    def add(self, table: str, **values: Any) -> None:
        self.tables[table].append({field: values.get(field) for field in TABLES[table].fields})

    def fill(self) -> None:
        for key, row in self._nodes["Organization"].items():
            self._organization(key, row)
        for label in ("Carrier", "Window"):
            for key, row in self._nodes[label].items():
                self._location(label, key, row, self._one("OPERATED_BY", label, "Organization", key))
                self._schedule(label, row, location_id=made_id(label, key))
                self._attributes(label, key, row)
        for key, row in self._nodes["Resource"].items():
            self._service(key, row)

    def _one(self, type_: str, source: str, target: str, key: str) -> str | None:
        found = self._ends[type_, source, target].get(key)
        return found[0] if found else None

    def _organization(self, key: str, row: Row) -> None:
        id_ = made_id("Organization", key)
        region = self._one("LOCATED_IN", "Organization", "Region", key)
        kind = vocabulary("organization_kinds").text(row["kind"]) if row.get("kind") else "机构"
        place = places().get(region or "")
        description = f"{kind}，{place.full_name}" if place else kind
        self.add("organization", id=id_, name=row.get("name", key), description=description, tax_id=row.get("uscc"))
        for type_, identifier in ((CODE, row.get("uscc")), (OWN, key)):
            if identifier:
                scheme = {"identifier_scheme": OWN if type_ == OWN else "CN-USCC", "identifier_type": type_}
                self.add("organization_identifier", id=made_id("identifier", type_, key), organization_id=id_,
                         identifier=identifier, **scheme)  # fmt: skip
        self._location("Organization", key, row, key)
        self._attributes("Organization", key, row)

    def _location(self, label: str, key: str, row: Row, organization: str | None) -> None:
        id_ = made_id("location", key) if label == "Organization" else made_id(label, key)
        self.add(
            "location", id=id_, location_type="physical", name=row.get("name"), latitude=row.get("lat"),
            longitude=row.get("lon"), external_identifier=key, external_identifier_type=f"{OWN}:{label}",
            organization_id=organization and made_id("Organization", organization),
        )  # fmt: skip
        region = self._one("LOCATED_IN", label, "Region", key)
        place = places().get(region or "")
        if region is None or place is None:
            return
        prefecture = places().get(f"{region[:4]}00")
        self.add(
            "address", id=made_id("address", label, key), location_id=id_, country="CN", address_type="physical",
            address_1=row.get("address") or place.full_name, city=prefecture.name if prefecture else place.name,
            region=place.name, state_province="四川省", postal_code="",
        )  # fmt: skip
        self._value("location", id_, "region", "所在地区代码 / code of its region", region)
        if row.get("address"):
            self._value("location", id_, "address", "地址 / address as stated", row["address"])

    def _service(self, key: str, row: Row) -> None:
        id_ = made_id("Resource", key)
        provider = self._back["PROVIDES", "Organization", "Resource"].get(key)
        kind = vocabulary("resource_kinds").text(row["kind"]) if row.get("kind") else None
        over = row.get("until") is not None and row["until"] < self._day
        self.add(
            "service", id=id_, organization_id=provider and made_id("Organization", provider), description=kind,
            name=row.get("name", key), status="inactive" if over else "active", fees_description=row.get("fee"),
        )  # fmt: skip
        self._schedule("Resource", row, service_id=id_)
        self._value("service", id_, "key", "标识 / key", key)
        if carrier := self._back["HOSTS", "Carrier", "Resource"].get(key):
            self.add("service_at_location", id=made_id("HOSTS", carrier, key), service_id=id_,
                     location_id=made_id("Carrier", carrier))  # fmt: skip
        for region in self._ends["SERVES", "Resource", "Region"].get(key, ()):
            place = places().get(region)
            self.add("service_area", id=made_id("SERVES", key, region), service_id=id_, extent=region,
                     name=place.full_name if place else None, extent_type=SCHEME)  # fmt: skip
        self._capacity(id_, row)
        self._attributes("Resource", key, row)
        ties = (("OFFERS", "ServiceType"), ("COOPERATES_IN", "Dimension"), ("SUITS", "Chain"))
        for type_, label in ties:
            for other in self._ends[type_, "Resource", label].get(key, ()):
                self._attribute("service", id_, type_, TERMS[type_], other, None)

    def _schedule(self, label: str, row: Row, **of: str) -> None:
        valid = {name: row[p].isoformat() for name, p in (("valid_from", "since"), ("valid_to", "until")) if p in row}
        if valid:
            self.add("schedule", id=made_id("schedule", label, row["key"]), **of, **valid)

    def _capacity(self, service: str, row: Row) -> None:
        """Say how much is free, where it is stated; what is not stated is not known to be free."""
        if "capacity" not in row or "used" not in row:
            return
        unit = made_id("unit", "services a year")
        if not self.tables["unit"]:
            self.add("unit", id=unit, name="次/年 services a year")
        self.add("service_capacity", id=made_id("capacity", row["key"]), service_id=service, unit_id=unit,
                 available=max(row["capacity"] - row["used"], 0.0), maximum=row["capacity"],
                 updated=self._updated())  # fmt: skip

    def _updated(self) -> str:
        """Return when the last load ended: what is said of a capacity was true then."""
        times = [row["finished"] for row in self._nodes["Load"].values() if "finished" in row]
        return max(times, default=datetime(1970, 1, 1)).replace(tzinfo=UTC).isoformat()

    # Attributes and their terms

    def _attributes(self, label: str, key: str, row: Row) -> None:
        entity, id_ = ENTITIES[label], made_id(label, key)
        for p in schema.nodes()[label].properties:
            if p.name in row and p.name not in SAID[label]:
                for one in row[p.name] if isinstance(row[p.name], list) else [row[p.name]]:
                    self._property(entity, id_, p, one)

    def _property(self, entity: str, id_: str, p: Property, value: Any) -> None:
        if p.vocabulary and value in vocabulary(p.vocabulary):
            self._attribute(entity, id_, p.name, p.vocabulary, value, None)
        else:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self._value(entity, id_, p.name, f"{p.label.zh} / {p.label.en}", text)

    def _value(self, entity: str, id_: str, name: str, label: str, value: str) -> None:
        if (OWN, name) not in self._terms:
            self._term(OWN, name, name, label)
        self._attribute(entity, id_, name, OWN, name, value)

    def _attribute(self, entity: str, id_: str, name: str, taxonomy: str, code: str, value: str | None) -> None:
        if (taxonomy, code) not in self._terms:
            self._term(taxonomy, code, *self._called(taxonomy, code))
        self.add("attribute", id=made_id("attribute", id_, name, code, value or ""), link_id=id_, link_entity=entity,
                 taxonomy_term_id=made_id("term", taxonomy, code), value=value, label=name)  # fmt: skip

    def _called(self, taxonomy: str, code: str) -> tuple[str, str]:
        if taxonomy == CHAINS:
            name = str(self._nodes["Chain"].get(code, {}).get("name", code))
            return name, name
        entry = vocabulary(taxonomy)[code]
        return entry.label.zh, f"{entry.label.zh} / {entry.label.en}"

    def _term(self, taxonomy: str, code: str, name: str, description: str) -> None:
        if not any(of == taxonomy for of, _ in self._terms):
            title = {OWN: "枢纽 shuniu", CHAINS: "产业链 industry chains"}.get(taxonomy)
            label = None if title else vocabulary(taxonomy).label
            words = title or (f"{label.zh} / {label.en}" if label else taxonomy)
            self.add("taxonomy", id=made_id("taxonomy", taxonomy), name=taxonomy, description=words)
        self._terms.add((taxonomy, code))
        self.add("taxonomy_term", id=made_id("term", taxonomy, code), code=code, name=name, description=description,
                 taxonomy=taxonomy, language="zh", taxonomy_id=made_id("taxonomy", taxonomy))  # fmt: skip


def mapped(parts: Iterable[Part], day: date) -> Tables:
    """Return all tables, a row a thing, sorted by id; what ended before ``day`` is inactive."""
    package = _Package(parts, day)
    package.fill()
    return {name: sorted(rows, key=lambda row: row["id"]) for name, rows in package.tables.items()}
