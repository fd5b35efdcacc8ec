"""The API keeps what its last release promised, and every answer keeps to its document."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.support.promise import PROMISED, breaks, document

NOW = document()
CELL = "CoverageCell"


def test_nothing_breaks_what_was_promised() -> None:
    assert breaks(json.loads(PROMISED.read_text(encoding="utf-8")), NOW) == [], "see tests/support/promise.py"


def changed(*path: Any, to: Any = None) -> dict[str, Any]:
    """Return the document with one value changed, or taken away."""
    made = deepcopy(NOW)
    inside = made
    for step in path[:-1]:
        inside = inside[step]
    if to is None:
        del inside[path[-1]]
    else:
        inside[path[-1]] = to
    return made


def parameter(path: str, name: str) -> tuple[Any, ...]:
    asked = NOW["paths"][path]["get"]["parameters"]
    return ("paths", path, "get", "parameters", next(i for i, p in enumerate(asked) if p["name"] == name))


MODELS = ("components", "schemas")
EXPAND = (*MODELS, "ExpansionParameters")


@pytest.mark.parametrize(
    ("new", "told"),
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
def test_a_change_that_breaks_is_found(new: dict[str, Any], told: str) -> None:
    assert told in breaks(NOW, new)
    assert breaks(NOW, NOW) == []


def test_more_than_was_promised_breaks_nothing() -> None:
    new = deepcopy(NOW)
    new["paths"]["/v1/more"] = new["paths"]["/v1/kpi"]
    new["components"]["schemas"][CELL]["properties"]["more"] = {"type": "string"}
    new["components"]["schemas"]["ExpansionParameters"]["properties"]["more"] = {"type": "string"}
    new["paths"]["/v1/kpi"]["get"]["parameters"].append({"in": "query", "name": "more", "schema": {"type": "string"}})
    assert breaks(NOW, new) == []
