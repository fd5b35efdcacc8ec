"""Assistants of other people are whoever their key says, by whichever way they come, and get no more than it may."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from api.security.keys import KeyRing
from api.security.roles import Role
from tests.support.loops import run_apart
from tests.support.server import Server, serving
from tests.support.stores import copy_store
from tests.support.terminal import PROGRAM, PROJECT

pytestmark = pytest.mark.slow
MIANYANG = "510700"


@pytest.fixture(scope="module")
def store(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_store(store_url, tmp_path_factory.mktemp("assistants") / "world.lbug")


@pytest.fixture(scope="module")
def tokens(store: Path) -> dict[Role, str]:
    ring = KeyRing(store.with_name("world.lbug.d"))
    return {
        Role.PUBLIC: ring.create("public", Role.PUBLIC, None, 1)[1],
        Role.EDITOR: ring.create("editor", Role.EDITOR, MIANYANG, 1)[1],
    }


@pytest.fixture(scope="module")
def server(store: Path, tokens: Mapping[Role, str]) -> Iterator[Server]:
    assert tokens
    with serving(f"ladybug://{store}", SHUNIU_PROCESSES="0") as running:
        yield running


async def over_http(server: Server, token: str | None, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"http://127.0.0.1:{server.port}/mcp"
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as client,
        Client(streamable_http_client(address, http_client=client)) as assistant,
    ):
        return await assistant.call_tool(name, dict(arguments))


async def over_stdio(asked: list[str], environment: Mapping[str, str], name: str) -> CallToolResult:
    command, *start = PROGRAM
    own = {**os.environ, "PYTHONPATH": str(PROJECT), **environment}
    async with Client(
        stdio_client(StdioServerParameters(command=command, args=[*start, *asked], env=own))
    ) as assistant:
        return await assistant.call_tool(name, {"region": "成都市", "group_by": "prefecture"})


def said(answer: CallToolResult) -> tuple[bool, str]:
    return answer.is_error, answer.content[0].text  # type: ignore[union-attr]


def test_a_key_may_over_http_what_it_may_elsewhere(server: Server, tokens: Mapping[Role, str]) -> None:
    def ask(role: Role, name: str, **arguments: object) -> CallToolResult:
        return run_apart(over_http, server, tokens[role], name, arguments)

    assert not ask(Role.PUBLIC, "coverage", region="成都市", group_by="prefecture").is_error
    refused, why = said(ask(Role.PUBLIC, "expand", budget=300))
    assert (refused, why.splitlines()[0]) == (True, "不允许")
    assert not ask(Role.EDITOR, "coverage", region="绵阳市", group_by="prefecture").is_error
    refused, why = said(ask(Role.EDITOR, "coverage", region="成都市", group_by="prefecture"))
    assert (refused, why.splitlines()[0]) == (True, "不允许")


def test_without_a_key_nobody_is_let_in(server: Server) -> None:
    initialize = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
    assert server.ask("/mcp", initialize).status == 401


def test_a_running_service_is_asked_over_stdio(server: Server, tokens: Mapping[Role, str]) -> None:
    asked = ["mcp", "--server", f"http://127.0.0.1:{server.port}"]
    answer = run_apart(over_stdio, asked, {"SHUNIU_KEY": tokens[Role.PUBLIC]}, "coverage")
    assert answer.structured_content["data"][0]["region"] == "510100"


def test_a_store_is_asked_over_stdio(store_url: str, tmp_path: Path) -> None:
    own = copy_store(store_url, tmp_path / "world.lbug")
    answer = run_apart(over_stdio, ["mcp", "--store", f"ladybug://{own}"], {}, "coverage")
    assert answer.structured_content["data"][0]["region"] == "510100"
