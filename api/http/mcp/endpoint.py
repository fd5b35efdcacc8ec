"""The tools over HTTP: each request stands alone, and what it asks is asked in the name of whoever sent it."""

from typing import cast

import httpx2
from fastapi import FastAPI
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api.http.mcp.server import ToolServer
from api.http.mcp.tools import Operation, operations
from api.http.preferences import preferred_language

HANDED_ON = (b"authorization", b"cookie", b"accept-language")
"""What tells the API who asks, and in which language."""


def _tools(api: FastAPI) -> dict[str, Operation]:
    """Return the tools of a service, derived from its document when they are first asked for."""
    if not hasattr(api.state, "tools"):
        api.state.tools = operations(api.openapi())
    tools: dict[str, Operation] = api.state.tools
    return tools


async def answer_tools(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request of the protocol."""
    api: FastAPI = scope["app"]
    tools = await run_in_threadpool(_tools, api)
    headers = Headers(scope=scope)
    handed_on = [(name, value) for name, value in scope["headers"] if name in HANDED_ON]
    lang = preferred_language(headers.get("accept-language", ""), "zh")
    transport = httpx2.ASGITransport(api, client=cast("tuple[str, int]", scope.get("client") or ("", 0)))
    base = f"http://{headers.get('host', '')}"
    async with httpx2.AsyncClient(transport=transport, base_url=base, headers=handed_on) as client:
        # A stream of events passes the masks, which would take a document inside a document for text.
        manager = StreamableHTTPSessionManager(ToolServer(client, tools, lang).server, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)
