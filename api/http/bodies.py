"""JSON that is sent: read once, and whatever is not what it must be is told for what it is.

An object that has a name twice is refused, as all but the last would be dropped in silence.
"""

import json
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from api.http.parameters import TWICE
from graph.errors import BadParameter


class JsonRoute(APIRoute):
    """A route whose body is JSON in UTF-8, not packed, in which every name of an object stands once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what serves a request."""
        serve = super().get_route_handler()
        if not self.body_field:
            return serve

        async def handler(request: Request) -> Response:
            sent = _Sent(request.scope, request.receive)
            await sent.read()
            return await serve(sent)

        return handler


class _Sent(Request):
    """A request whose document is read before the framework asks for it, which would tell all faults alike."""

    _document: Any = None

    async def read(self) -> None:
        """Read the document, if one is sent as JSON.

        Raises:
            BadParameter: an object has a name twice.
            RequestValidationError: it cannot be read.
        """
        body = await self.body()
        if not body or not _is_json(self.headers.get("content-type", "")):
            return
        packed = self.headers.get("content-encoding", "identity").strip().casefold()
        if packed not in ("", "identity"):
            raise _fault("body_packed", encoding=packed)
        try:
            self._document = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object)
        except json.JSONDecodeError as error:
            raise RequestValidationError([_error("json_invalid", error.pos)]) from error
        except UnicodeDecodeError as error:
            raise _fault("body_not_utf8") from error
        except RecursionError as error:
            raise _fault("body_too_deep") from error
        except ValueError as error:  # more digits than any number has that is meant
            raise _fault("body_number_too_long") from error

    async def json(self) -> Any:
        """Return the document."""
        return self._document


def _is_json(content_type: str) -> bool:
    """Tell whether a content type is JSON, as the framework tells it."""
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _fault(kind: str, **context: str) -> RequestValidationError:
    return RequestValidationError([_error(kind, **context)])


def _error(kind: str, *place: int, **context: str) -> dict[str, Any]:
    return {"type": kind, "loc": ("body", *place), "msg": kind, "input": None, "ctx": context}


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
