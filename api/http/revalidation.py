"""An answer that an asker has already is not sent again: ETag and 304 by the state of the graph."""

import hashlib
import json
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import Request, Response

from graph.projection import State, state_of
from graph.schema import fingerprint
from graph.stores.base import Store

NOT_MODIFIED = 304
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    NOT_MODIFIED: {"description": "与已有的答案相同（If-None-Match）/ the answer of If-None-Match still holds"}
}
LASTING = {"Cache-Control": "no-cache", "Vary": "Accept"}


def program() -> str:
    """Return the version of this program."""
    try:
        return version("shuniu")
    except PackageNotFoundError:
        return "0"


def tag(request: Request, form: str, day: date | None, rates: Any, state: State) -> str:
    """Return the ETag of an answer that rests on the graph alone.

    It is weak: the time at which the answer was made is none of what makes it another one.

    Args:
        request: Its address and query say what is asked.
        form: In which form it is sent.
        day: The day that it is about, which the address need not say.
        rates: Demand rates that hold where nothing else is said.
        state: What it rests on: a restored graph counts on from an earlier number, so that two have the same one.
    """
    of = [program(), fingerprint(), *map(str, state), form, str(day), rates, request.url.path, request.url.query]
    return f'W/"{hashlib.sha256(json.dumps(of).encode()).hexdigest()[:32]}"'


def still_holds(request: Request, store: Store, form: str, day: date | None, rates: Any) -> Response | None:
    """Return the answer 304 where the asker has what would be sent; else none."""
    if "if-none-match" not in request.headers:
        return None
    with store.read() as session:
        return not_modified(request, tag(request, form, day, rates, state_of(session)))


def not_modified(request: Request, now: str) -> Response | None:
    """Return the answer 304 where the asker has what goes by this tag; else none."""
    stated = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in stated.split(",")}
    if "*" not in known and now.removeprefix("W/") not in known:
        return None
    return Response(status_code=NOT_MODIFIED, headers={"ETag": now, **LASTING})


def tagged(
    response: Response, request: Request, store: Store, form: str, day: date | None, rates: Any, graph_version: int
) -> Response:
    """Return a response that says by which tag it can be asked for again; none where a load came meanwhile."""
    with store.read() as session:
        state = state_of(session)
    if state.sequence == graph_version:
        response.headers["ETag"] = tag(request, form, day, rates, state)
    return response
