"""A request as a job keeps it, and as it is answered later: what its answer depends on, and never a key."""

from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

HEADERS = ("content-type", "accept", "accept-language")
"""What of a request's headers its answer depends on; never who asks."""
OURS = ("shuniu.key", "shuniu.role", "shuniu.region", "shuniu.request_id", "shuniu.route")
"""What this service has noted of a request: who asks, and what is told to them."""

UNTOLD: Mapping[str, Any] = {"method": "POST", "path": "/", "query": "", "headers": [], "ours": {}}
"""What is taken of a kept request that lacks it, to tell at least that it failed."""


def kept_request(scope: Scope) -> dict[str, Any]:
    """Return what of a request its answer depends on, as plain data: never a key."""
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"] if n.decode() in HEADERS]
    ours = {name: scope[name] for name in OURS if scope.get(name)}
    query = scope["query_string"].decode("latin-1")
    return {"method": scope["method"], "path": scope["path"], "query": query, "headers": headers, "ours": ours}


def request_of(kept: Mapping[str, Any]) -> Scope:
    """Return a kept request as a server gives it to an app."""
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "client": None, "server": None, "method": kept["method"], "path": kept["path"],
        "raw_path": kept["path"].encode(), "query_string": kept["query"].encode("latin-1"),
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in kept["headers"]], **kept["ours"],
    }  # fmt: skip
