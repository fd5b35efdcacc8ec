"""On a real server: every answer keeps to the OpenAPI document, whatever is asked; what is sent wrongly is refused."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from api.http.app import create_app
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from graph.stores.opening import open_store
from tests.support.promise import document
from tests.support.server import PATIENT, served
from tests.support.soak import trials
from tests.support.stores import copy_store

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip
DEAR = {
    "/v1/expand",
    "/v1/allocate",
    "/v1/what-if",
    "/v1/what-if/compare",
    "/v1/paths:batch",
    "/v1/partners:batch",
    "/v1/export",
    "/v1/partners/fewest",
    "/v1/suggestions",
    "/v1/suggestions/flows",
    "/v1/suggestions/quality",
}
PARTS = 12


@cache
def operations() -> list[Any]:
    """Return every operation of the document."""
    schema: Any = schemathesis.openapi.from_dict(document())
    return [operation.ok() for operation in schema.get_all_operations()]


@pytest.fixture(scope="module")
def address(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on a copy of the small world."""
    own: Path = copy_store(store_url, tmp_path_factory.mktemp("contract") / "world.lbug")
    with served(create_app(Settings(store=f"ladybug://{own}", **PATIENT)), "on") as at:
        yield at


@pytest.fixture(scope="module")
def with_keys(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Address of another server, and the key of each role."""
    own = copy_store(store_url, tmp_path_factory.mktemp("roles") / "world.lbug")
    with open_store(f"ladybug://{own}") as store:
        ring = KeyRing(store.home)
        keys = {role.value: ring.create(role, role, "510700" if role is Role.EDITOR else None, 1)[1] for role in Role}
        with served(create_app(Settings(processes=0, requests_a_minute=100_000, **PATIENT), store), "on") as at:
            yield at, keys


@pytest.mark.slow
@pytest.mark.parametrize("role", ["editor", "analyst", "public", "auditor"])
def test_every_answer_to_every_role_keeps_to_the_document(role: str, with_keys: tuple[str, dict[str, str]]) -> None:
    address, keys = with_keys

    for operation in (one for one in operations() if one.path not in DEAR):

        @settings(
            max_examples=1, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            headers = {"Authorization": f"Bearer {keys[role]}"}
            case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)

        ask()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_keeps_to_the_document(part: int, address: str) -> None:
    for operation in operations()[part::PARTS]:
        most = trials(2, 10) if operation.path in DEAR else trials(4, 50)

        @settings(
            max_examples=most, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(base_url=address, checks=CHECKS)

        ask()
