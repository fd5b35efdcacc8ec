"""Where assistants ask: ``POST /mcp``."""

from importlib import import_module

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route
from starlette.types import Receive, Scope, Send


class Tools:
    """The tools, whose library is loaded when the first assistant comes: it takes longer than all the rest."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        endpoint = await run_in_threadpool(import_module, "api.http.mcp.endpoint")
        await endpoint.answer_tools(scope, receive, send)


def install(app: FastAPI) -> None:
    """Add the route; it is none of the API's own document, which assistants need not read."""
    app.router.routes.append(Route("/mcp", endpoint=Tools(), methods=["POST"]))
