"""The command that lets an assistant ask: the tools of the Model Context Protocol over standard input and output."""

from typing import Annotated, Any

import anyio
import httpx2
import typer
from mcp.server.stdio import stdio_server

from api.cli.options import Language, StoreUrl, opened, speak
from api.http import create_app
from api.http.mcp.server import ToolServer
from api.http.mcp.tools import operations
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.stores.base import Store

HERE = "http://127.0.0.1"
app = typer.Typer()
Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        metavar="URL",
        help="问正在运行的服务，而不自己打开存储；密钥取自 SHUNIU_KEY"
        " / ask a running service instead of opening a store; its key comes from SHUNIU_KEY",
    ),
]


@app.command("mcp")
def serve_tools(server: Server = None, store: StoreUrl = None, lang: Language = None) -> None:
    """供智能助手调用的只读工具（MCP，标准输入输出）/ read-only tools for assistants (MCP, stdio)."""
    speaking = speak(lang)
    if server:
        anyio.run(_ask_service, server, speaking)
        return
    with opened(store) as opened_store:
        anyio.run(_ask_store, opened_store, speaking)


async def _ask_store(store: Store, lang: Lang) -> None:
    api = create_app(read_settings(), store, inner=True)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(api), base_url=HERE) as client:
        await _serve(client, api.openapi(), lang)


async def _ask_service(address: str, lang: Lang) -> None:
    key = read_settings().key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    async with httpx2.AsyncClient(base_url=address, headers=headers) as client:
        await _serve(client, await _document(client, address), lang)


async def _document(client: httpx2.AsyncClient, address: str) -> Any:
    """Return what a service says of itself.

    Raises:
        BadParameter: nothing at the address does.
    """
    try:
        said = await client.get("/openapi.json")
        return said.raise_for_status().json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        why = Text(f"那里没有枢纽服务：{error}", f"no service of ours is there: {error}")
        raise BadParameter(name="--server", value=address, reason=why) from error


async def _serve(client: httpx2.AsyncClient, document: Any, lang: Lang) -> None:
    server = ToolServer(client, operations(document), lang).server
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
