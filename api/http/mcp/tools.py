"""What an assistant may ask: tools derived from the document of the API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mcp_types import Tool, ToolAnnotations

from api.http.access import route_of
from api.questions.allocation import ALLOCATE
from api.questions.chains import CHAINS
from api.questions.coverage import COVERAGE, GAPS, RANKINGS
from api.questions.entities import ENTITY, NEIGHBOURS
from api.questions.expansion import EXPAND
from api.questions.explanation import WHY
from api.questions.kpi import KPI
from api.questions.monitoring import MONITORING
from api.questions.network import NETWORK
from api.questions.partner_sets import FEWEST
from api.questions.partners import PARTNERS
from api.questions.paths import PATHS
from api.questions.policy import TARGETS
from api.questions.regions import REGION
from api.questions.search import SEARCH
from api.questions.snapshots import DIFF, SNAPSHOTS
from api.questions.vocabularies import VOCABULARIES
from api.questions.what_if import WHAT_IF

TOOLS = (
    SEARCH, VOCABULARIES, REGION, COVERAGE, GAPS, RANKINGS, WHY, NETWORK, CHAINS, PARTNERS, FEWEST, PATHS, EXPAND,
    ALLOCATE, WHAT_IF, KPI, MONITORING, TARGETS, ENTITY, NEIGHBOURS, SNAPSHOTS, DIFF,
)  # fmt: skip
"""Questions that change nothing, in the order in which an assistant reads of them."""
ROWS = 20
"""Rows of a page where an assistant asks for no other number: it reads all of them."""
EXAMPLES = 3
"""Of a parameter, as many as are read."""
FORMS = ("format", "fields", "whole")
"""Parameters that are about files."""
SCHEMAS = "#/components/schemas/"
Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """A question as the API's document describes it: where each argument goes, and what describes it."""

    method: str
    address: str
    in_path: tuple[str, ...]
    in_query: tuple[str, ...]
    tool: Tool

    def request(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return method, URL, query and document that ask with these arguments; a stranger is left for the API."""
        rest = {name: value for name, value in arguments.items() if name not in self.in_path and value is not None}
        url = self.address.format(**{name: quote(str(arguments.get(name, "")), safe="") for name in self.in_path})
        if self.method == "GET":
            return {"method": "GET", "url": url, "params": rest}
        query = {name: rest.pop(name) for name in self.in_query if name in rest}
        return {"method": "POST", "url": url, "params": query, "json": rest}


def operations(document: Mapping[str, Any]) -> dict[str, Operation]:
    """Return the tools by name, as the document of an API describes their questions.

    Args:
        document: OpenAPI of a server, which may be of another version: what it does not know is left out.
    """
    made = {}
    for question, (method, address) in ((tool, route) for tool in TOOLS if (route := route_of(tool))):
        described = document["paths"].get(address, {}).get(method.lower())
        if described:
            made[question.name] = _operation(question.name, method, address, described, document)
    return made


def _operation(name: str, method: str, address: str, described: Schema, document: Mapping[str, Any]) -> Operation:
    parameters = [p for p in described.get("parameters", []) if p["name"] not in FORMS]
    properties = {p["name"]: _at_hand(p["name"], {**p["schema"], "description": p["description"]}) for p in parameters}
    required = [p["name"] for p in parameters if p.get("required")]
    if "requestBody" in described:
        sent = described["requestBody"]["content"]["application/json"]["schema"]
        body = document["components"]["schemas"][sent["$ref"].removeprefix(SCHEMAS)] if "$ref" in sent else sent
        properties |= body["properties"]
        required += body.get("required", [])
    taken = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    answered = described["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        method=method,
        address=address,
        in_path=tuple(p["name"] for p in parameters if p["in"] == "path"),
        in_query=tuple(p["name"] for p in parameters if p["in"] == "query"),
        tool=Tool(
            name=name,
            title=described["summary"],
            description=described["description"],
            input_schema=_standing_alone(taken, document),
            output_schema=_object(_standing_alone(answered, document)),
            annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
        ),
    )


def _at_hand(name: str, schema: Schema) -> Schema:
    """Return the schema of a parameter with the default that holds for assistants."""
    return {**schema, "default": ROWS} if name == "limit" else schema


def _standing_alone(schema: Schema, document: Mapping[str, Any]) -> Schema:
    """Return a schema with the models that it refers to, and no others."""
    models, needed = document["components"]["schemas"], dict[str, Schema]()
    waiting = [*_named(schema)]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = _moved(models[name])
            waiting += _named(models[name])
    return {**_moved(schema), "$defs": dict(sorted(needed.items()))} if needed else _moved(schema)


def _named(part: Any) -> Iterator[str]:
    """Yield the models that a part of a schema refers to."""
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].removeprefix(SCHEMAS)
        part = [*part.values()]
    if isinstance(part, list):
        for inner in part:
            yield from _named(inner)


def _moved(part: Any) -> Any:
    """Return a part of a schema that looks for models where a schema of its own holds them, without what is said twice.

    An assistant reads all of it: a title repeats the name, and a few examples tell as much as all.
    """
    if isinstance(part, Mapping):
        moved = {k: _moved(v) for k, v in part.items() if not (k == "title" and isinstance(v, str)) and k[:2] != "x-"}
        if isinstance(moved.get("examples"), list):
            moved["examples"] = moved["examples"][:EXAMPLES]
        if isinstance(part.get("$ref"), str):
            moved["$ref"] = f"#/$defs/{part['$ref'].removeprefix(SCHEMAS)}"
        return moved
    return [_moved(inner) for inner in part] if isinstance(part, list) else part


def _object(schema: Schema) -> Schema:
    """Return the schema of an answer as the protocol wants it: an object at its root."""
    return {"type": "object", **schema}
