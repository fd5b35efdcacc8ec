"""The HSDS 3.1 view: every object of a world keeps to the official schemas, and says what the graph says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest

from api.http.app import create_app
from api.settings import Settings
from graph import schema
from graph.export.hsds.mapping import made_id
from graph.stores.base import Store
from tests.api.support import Client
from tests.support.stores import loaded_store
from tests.worlds import random_world

SCHEMAS = Path(__file__).parents[2] / "golden" / "hsds"
KINDS = {
    "organizations": "organization", "services": "service", "service_at_locations": "service_at_location",
    "locations": "location", "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("hsds")
    with loaded_store(random_world(3).write(folder / "tables"), folder / "store") as made:
        yield made


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[Client]:
    with Client(create_app(Settings(processes=0), store)) as made:
        yield made


def validator(kind: str) -> Any:
    """Return what checks an object and all inside it; formats, too. The schemas name one another by their files."""
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")}
    registry = jsonschema_rs.Registry([(f"https://hsds.invalid/{name}", one) for name, one in read.items()])
    return jsonschema_rs.Draft202012Validator(
        {"$id": "https://hsds.invalid/", "$ref": f"https://hsds.invalid/{kind}.json"},
        registry=registry,
        validate_formats=True,
    )


def everything(client: Client, collection: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"last_page": False, "page_number": 0}
    while not page["last_page"]:
        number = page["page_number"] + 1
        answer = client.get(f"/hsds/{collection}", params={"page": number, "per_page": 200, **asked})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["contents"]
        assert (page["size"], page["first_page"]) == (len(page["contents"]), number == 1)
    assert page["total_items"] == len(found)
    return found


@pytest.mark.parametrize(("collection", "kind"), KINDS.items())
def test_every_object_keeps_to_the_schema(client: Client, collection: str, kind: str) -> None:
    check = validator(kind)
    whole = everything(client, collection, full=True)
    assert whole
    for one in whole:
        check.validate(one)
        UUID(one["id"])
    assert [one["id"] for one in whole] == sorted({one["id"] for one in whole})
    assert client.get(f"/hsds/{collection}/{whole[0]['id']}").json() == whole[0]
    assert all(set(flat) <= set(full) for flat, full in zip(everything(client, collection), whole, strict=True))


def test_a_schema_refuses_what_is_none() -> None:
    good = {"id": made_id("x"), "name": "示例", "status": "active"}
    validator("service").validate(good)
    for bad in ({**good, "id": "x"}, {**good, "status": "gone"}, {**good, "capacities": [{"id": made_id("y")}]}):
        assert not validator("service").is_valid(bad), bad


def test_it_says_what_the_graph_says(store: Store, client: Client) -> None:
    with store.read() as session:
        resources = {row["key"]: row for row in session.nodes(schema.nodes()["Resource"]).to_pylist()}
        carriers = len(session.nodes(schema.nodes()["Carrier"])) + len(session.nodes(schema.nodes()["Window"]))
        organizations = session.nodes(schema.nodes()["Organization"])["key"].to_pylist()
        provided = session.relationships(schema.relationships()["PROVIDES", "Organization", "Resource"]).to_pylist()
        offered = session.relationships(schema.relationships()["OFFERS", "Resource", "ServiceType"]).to_pylist()
    services = {one["id"]: one for one in everything(client, "services", full=True)}
    assert set(services) == {made_id("Resource", key) for key in resources}
    for key, row in resources.items():
        stated = [{"available": c["available"], "maximum": c["maximum"]} for c in
                  services[made_id("Resource", key)].get("capacities", ())]  # fmt: skip
        known = row["capacity"] is not None and row["used"] is not None
        free = {"available": max(row["capacity"] - row["used"], 0.0), "maximum": row["capacity"]} if known else None
        assert stated == ([free] if free else [])
    for tie in provided:
        one = services[made_id("Resource", tie["to_key"])]
        assert one["organization"]["id"] == one["organization_id"] == made_id("Organization", tie["from_key"])
    types = {
        (id_, a["taxonomy_term"]["code"])
        for id_, one in services.items() for a in one["attributes"] if a["label"] == "OFFERS"
    }  # fmt: skip
    assert types == {(made_id("Resource", tie["from_key"]), tie["to_key"]) for tie in offered}
    assert len(everything(client, "locations")) == carriers + len(organizations)
    identifiers = {
        i["identifier"] for one in everything(client, "organizations", full=True)
        for i in one["organization_identifiers"] if i["identifier_type"] == "shuniu"
    }  # fmt: skip
    assert identifiers == set(organizations)


def test_filters_hold_together(client: Client) -> None:
    services = everything(client, "services", full=True)
    one = next(s for s in services if "organization_id" in s)
    term = next(a["taxonomy_term"] for a in one["attributes"] if a["label"] == "OFFERS")
    asked = {"organization_id": one["organization_id"], "taxonomy_term_id": term["id"]}
    expected = [
        s["id"] for s in services
        if s.get("organization_id") == one["organization_id"]
        and term["id"] in {a["taxonomy_term_id"] for a in s["attributes"]}
    ]  # fmt: skip
    assert [s["id"] for s in everything(client, "services", **asked)] == expected != []
    named = everything(client, "services", search=one["name"])
    assert one["id"] in {s["id"] for s in named}
    terms = everything(client, "taxonomy_terms", taxonomy_id=term["taxonomy_id"])
    assert {t["taxonomy"] for t in terms} == {"service_types"}
    assert client.get("/hsds/services", params={"nothing": 1}).status_code == 422
    assert client.get("/hsds/services/none").status_code == 404
    assert client.get("/hsds/nothing").status_code == 422


def test_the_view_says_what_it_is(client: Client) -> None:
    told = client.get("/hsds").json()
    assert told["version"] == "3.1"
    assert told["openapi_url"] == "http://127.0.0.1:8000/openapi.json"
