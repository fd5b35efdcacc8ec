"""The server of the tools: each call is a request to the API, whose answer or problem it hands on."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import httpx2
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, TextContent

from api.http.masks import masked_json
from api.http.mcp.tools import ROWS, Operation
from api.http.revalidation import program
from graph.language import Lang

NAME = "shuniu"
SECONDS = 120.0
"""An answer that plans may take so long; the API ends it earlier by limits of its own."""
INSTRUCTIONS = """\
四川省中小企业公共服务网络知识图谱。地区、产业链、服务类型可用代码或名称；先用 search、vocabularies 找名称。
null 是“未知”，不是 0：照实说未知，不要补数。meta.data_class 是所依据事实按性质的计数，含 SYNTHETIC 时须说明含示例数据。
引用数字时附上第二段文字里的出处（请求、图版本、日期）。费用、需求率、能力为默认值时，答案里标有“假设”，须照说。
why 解释一个单元或一组的数字，entity 给出一个对象的每条事实及其来源。

The SME public-service network of Sichuan as a knowledge graph. Places, chains and types go by code or name; look
them up with search and vocabularies. null means unknown, never 0: say so, fill nothing in. meta.data_class counts the
facts behind an answer by kind; say it where SYNTHETIC ones are among them. Cite figures with the second text of an
answer: request, graph version, day. Default rates, costs and capacities are marked as assumed; say so. why explains the
figures of a cell or group, entity gives each fact of one thing with its source."""


class ToolServer:
    """Answers calls of tools through an API."""

    def __init__(self, api: httpx2.AsyncClient, tools: Mapping[str, Operation], lang: Lang) -> None:
        self._api = api
        self._lang = lang
        self._operations = tools
        self.server: Server[Any] = Server(
            NAME,
            version=program(),
            title="枢纽 shuniu",
            instructions=INSTRUCTIONS,
            on_list_tools=self._list,
            on_call_tool=self._call,
        )

    async def _list(self, _: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[operation.tool for operation in self._operations.values()])

    async def _call(self, _: ServerRequestContext[Any], asked: CallToolRequestParams) -> CallToolResult:
        operation = self._operations.get(asked.name)
        if operation is None:
            known = ", ".join(self._operations)
            return _refused(f"没有工具“{asked.name}”；有：{known} / no tool {asked.name!r}; there are: {known}")
        request = operation.request(self._completed(operation, asked.arguments or {}))
        try:
            said = await self._api.request(**request, headers={"Accept-Language": self._lang}, timeout=SECONDS)
        except httpx2.TransportError as error:
            return _refused(f"服务没有应答：{error} / the service does not answer: {error}")
        text = masked_json(said.text)
        if said.is_error:
            return _refused(_problem(text))
        answer = json.loads(text)
        return CallToolResult(
            content=[TextContent(text=text), TextContent(text=_citation(said.request, answer))],
            structured_content=answer,
        )

    @staticmethod
    def _completed(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, Any]:
        paged = "limit" in operation.in_query
        return {**({"limit": ROWS} if paged else {}), **arguments}


def _refused(why: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=why)], is_error=True)


def _problem(text: str) -> str:
    """Return what is wrong and what to do, as the API says it."""
    try:
        problem = json.loads(text)
    except ValueError:
        return text
    return "\n".join(problem[part] for part in ("title", "detail", "hint") if problem.get(part))


def _citation(asked: httpx2.Request, answer: Mapping[str, Any]) -> str:
    """Return where an answer comes from, in one line."""
    meta = answer["meta"]
    classes = ", ".join(f"{name} {number}" for name, number in meta["data_class"].items() if number)
    address = unquote(asked.url.raw_path.decode())
    sent = f" {asked.content.decode()}" if asked.content else ""
    return (
        f"出处 / source: {asked.method} {address}{sent}; 图版本 / graph version {meta['graph_version']}; "
        f"{meta['generated_at']}; 事实 / facts: {classes or '—'}"
    )
