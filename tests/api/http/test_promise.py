"""The API keeps what its last release promised, and every answer keeps to its document."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.support.promise import PROMISED, Schema, breaks, document

CELL = "CoverageCell"


@pytest.fixture(scope="module")
def now() -> Schema:
    return document()


def test_nothing_breaks_what_was_promised(now: Schema) -> None:
    assert breaks(json.loads(PROMISED.read_text(encoding="utf-8")), now) == [], "see tests/support/promise.py"
    assert breaks(now, now) == []


Change = Callable[[Schema], Schema]


def changed(*path: Any, to: Any = None) -> Change:
    """Return what changes one value of a document, or takes it away; a parameter is named by ``(its name,)``."""
    return lambda now: _changed(now, path, to)


def _changed(now: Schema, path: tuple[Any, ...], to: Any) -> Schema:
    made: Schema = deepcopy(now)
    inside: Any = made
    for step in path[:-1]:
        inside = inside[_place(inside, step)]
    last = _place(inside, path[-1])
    if to is None:
        del inside[last]
    else:
        inside[last] = to
    return made


def _place(inside: Any, step: Any) -> Any:
    return next(n for n, p in enumerate(inside) if p["name"] == step[0]) if isinstance(step, tuple) else step


def parameter(path: str, name: str) -> tuple[Any, ...]:
    return ("paths", path, "get", "parameters", (name,))


MODELS = ("components", "schemas")
EXPAND = (*MODELS, "ExpansionParameters")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed("paths", "/v1/kpi"), "GET /v1/kpi: gone"),
        (changed(*parameter("/v1/gaps", "floor")), "GET /v1/gaps: parameter floor is gone"),
        (
            changed(*parameter("/v1/gaps", "floor"), "required", to=True),
            "GET /v1/gaps: parameter floor is required now",
        ),
        (
            changed(*parameter("/v1/gaps", "sort"), "schema", "enum", to=["size"]),
            "GET /v1/gaps: parameter sort: depth, empty, severity is not taken any more",
        ),
        (
            changed(*parameter("/v1/gaps", "remedies"), "schema", "maximum", to=100),
            "GET /v1/gaps: parameter remedies: maximum is 100 now",
        ),
        (
            changed(*parameter("/v1/gaps", "remedies"), "schema", "type", to="string"),
            "GET /v1/gaps: parameter remedies: integer is not taken any more",
        ),
        (changed(*EXPAND, "properties", "sites"), "POST /v1/expand: sent.sites: gone"),
        (changed(*EXPAND, "required", to=["budget"]), "POST /v1/expand: sent.budget: is required now"),
        (changed(*MODELS, CELL, "properties", "unmet"), "GET /v1/coverage: 200.data[].unmet: gone"),
        (
            changed(*MODELS, CELL, "required", to=["region"]),
            "GET /v1/coverage: 200.data[].unmet: may be missing now",
        ),
        (
            changed(*MODELS, CELL, "properties", "region", "anyOf", 0, "type", to="integer"),
            "GET /v1/coverage: 200.data[].region: integer was never answered",
        ),
        (
            changed("paths", "/v1/coverage", "get", "responses", "200", "content", "text/csv"),
            "GET /v1/coverage: 200 does not come as text/csv any more",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_change_that_breaks_is_found(change: Change, told: str, now: Schema) -> None:
    assert told in breaks(now, change(now))


def test_more_than_was_promised_breaks_nothing(now: Schema) -> None:
    new = deepcopy(now)
    new["paths"]["/v1/more"] = new["paths"]["/v1/kpi"]
    new["components"]["schemas"][CELL]["properties"]["more"] = {"type": "string"}
    new["components"]["schemas"]["ExpansionParameters"]["properties"]["more"] = {"type": "string"}
    new["paths"]["/v1/kpi"]["get"]["parameters"].append({"in": "query", "name": "more", "schema": {"type": "string"}})
    assert breaks(now, new) == []
