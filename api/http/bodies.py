"""JSON that is sent: an object that has a name twice is refused, as all but the last would be dropped in silence."""

import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.http.parameters import TWICE
from graph.errors import BadParameter


class JsonRoute(APIRoute):
    """A route whose body is JSON in which every name of an object stands once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what serves a request."""
        serve = super().get_route_handler()
        if not self.body_field:
            return serve

        async def handler(request: Request) -> Response:
            body = await request.body()
            with suppress(json.JSONDecodeError, UnicodeDecodeError, RecursionError):  # the framework says that
                json.loads(body, object_pairs_hook=_object)
            return await serve(request)

        return handler


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what an object of JSON holds.

    Raises:
        BadParameter: it has a name twice.
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(n for n in names if names.count(n) > 1)
        raise BadParameter(name=name, value=[value for n, value in pairs if n == name][-1], reason=TWICE)
    return made
