"""An assistant asks what planners ask, with tools alone, and gets what an independent computation says."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp_types import CallToolResult

from api.http import create_app
from api.http.mcp.server import ToolServer
from api.http.mcp.tools import TOOLS, operations
from api.settings import Settings
from graph.stores.opening import open_store
from tests import naive
from tests.support.loops import run_apart
from tests.support.stores import copy_store
from tests.worlds import AS_OF, random_world

Ask = Callable[..., CallToolResult]
DAY = AS_OF.isoformat()
WORLD = random_world(3)
PREFECTURES = sorted(code for code, row in naive.DIVISIONS.items() if row["level"] == "2")


@cache
def cells() -> dict[naive.Cell, naive.NaiveCell]:
    """Return every cell, computed by other means."""
    return naive.naive_coverage(WORLD, as_of=AS_OF)


@cache
def rolled_up(group_by: tuple[str, ...]) -> dict[tuple[str, ...], naive.NaiveGroup]:
    return naive.naive_rollup(cells(), group_by)


@pytest.fixture(scope="module")
def assistant(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Any], Any]]:
    """Runs a dialogue of an assistant with the tools."""
    own = copy_store(store_url, tmp_path_factory.mktemp("mcp") / "world.lbug")
    with open_store(f"ladybug://{own}", read_only=True) as store:
        api = create_app(Settings(), store, inner=True)
        derived = operations(api.openapi())

        async def run(dialogue: Any) -> Any:
            transport = httpx2.ASGITransport(api)
            async with (
                httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
                Client(ToolServer(client, derived, "zh").server) as tools,
            ):
                return await dialogue(tools)

        yield lambda dialogue: run_apart(run, dialogue)


@pytest.fixture(scope="module")
def ask(assistant: Callable[[Any], Any]) -> Ask:
    """Calls one tool."""
    return lambda name, **arguments: assistant(lambda tools: tools.call_tool(name, arguments))


def told(answer: CallToolResult) -> Any:
    """Return the answer; its text says the same."""
    text = answer.content[0].text  # type: ignore[union-attr]
    assert not answer.is_error, text
    assert json.loads(text) == answer.structured_content
    return answer.structured_content


def refused(answer: CallToolResult) -> str:
    """Return why there is no answer."""
    assert answer.is_error
    (content,) = answer.content
    return content.text  # type: ignore[union-attr]


# --- the questions of planners ------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a planner says, and how an assistant asks for it."""

    phrase: str
    tool: str
    arguments: Mapping[str, Any]
    group: tuple[str, ...]
    """By which the independent cells are rolled up."""
    key: tuple[str, ...]
    """Which of the groups is meant."""


def questions() -> Iterator[Asked]:
    """Yield sixty questions about how well a place, a type or a chain is served."""
    for code in PREFECTURES:
        name = naive.DIVISIONS[code]["name"]
        yield Asked(f"{name}的技术支持缺多少？", "coverage",
                    {"region": name, "service_type": "技术支持", "group_by": ["prefecture", "service_type"]},
                    ("prefecture", "service_type"), (code, naive.read_type("技术支持")))  # fmt: skip
    for code, row in naive.TYPES.items():
        yield Asked(f"全省的{row['category']}满足了多少？", "coverage",
                    {"service_type": row["category"], "group_by": "service_type"},
                    ("service_type",), (code,))  # fmt: skip
    for code, row in list(naive.CHAINS.items())[:16]:
        yield Asked(f"{row['chain']}企业的服务够不够？", "coverage",
                    {"industry": row["chain"], "group_by": "chain"}, ("chain",), (code,))  # fmt: skip
    for code in PREFECTURES[:10]:
        name = naive.DIVISIONS[code]["name"]
        yield Asked(f"{name}总体怎么样？", "coverage", {"region": code, "group_by": "prefecture"},
                    ("prefecture",), (code,))  # fmt: skip


QUESTIONS = list(questions())


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.phrase)
def test_a_planner_is_told_what_is_so(ask: Ask, asked: Asked) -> None:
    (row,) = told(ask(asked.tool, **asked.arguments, as_of=DAY))["data"]
    expected = rolled_up(asked.group)[asked.key]
    numbers = {name: getattr(expected, name) for name in ("demand", "supply", "unmet", "ratio", "ratio_local")}
    assert {name: row[name] for name in numbers} == {
        name: None if number is None else pytest.approx(number, rel=1e-9, abs=1e-9) for name, number in numbers.items()
    }
    assert (row["state"], row["providers"]) == (expected.state, expected.providers)


def test_there_are_sixty_questions_and_some_answers_are_unknown() -> None:
    assert len(QUESTIONS) == 60
    states = {rolled_up(q.group)[q.key].state for q in QUESTIONS}
    assert {"unknown", "partial"} <= states


# --- what else an assistant does ----------------------------------------------------------------------


def test_all_tools_are_told_and_only_read(assistant: Callable[[Any], Any]) -> None:
    tools = assistant(lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == [question.name for question in TOOLS]
    assert all(tool.annotations.read_only_hint for tool in tools)
    limit = next(tool for tool in tools if tool.name == "gaps").input_schema["properties"]["limit"]
    assert limit == {"default": 20, "description": "每页行数 / rows of a page", "maximum": 1000, "minimum": 1,
                     "type": "integer"}  # fmt: skip


def test_a_name_is_found_and_the_thing_told_with_its_sources(ask: Ask) -> None:
    name = WORLD.tables["organizations"][0]["name"]
    (found, *_) = told(ask("search", q=[name]))["data"]
    assert (found["label"], found["name"]) == ("Organization", name)
    thing = told(ask("entity", kind=found["label"], key=found["key"]))["data"]
    assert (thing["key"], thing["name"], thing["source"], thing["data_class"]) == (
        found["key"],
        name,
        "用户提交",
        "SYNTHETIC",
    )


def test_a_figure_is_explained_and_cited(ask: Ask) -> None:
    region, chain, type_ = next(key for key, cell in sorted(cells().items()) if cell.state == "partial")
    answer = ask("why", cell=f"{region}:{chain}:{type_}", as_of=DAY)
    assert told(answer)["data"]["cell"]["unmet"] == pytest.approx(cells()[region, chain, type_].unmet)
    citation = answer.content[1].text  # type: ignore[union-attr]
    at = told(answer)["meta"]["generated_at"]
    assert citation.startswith(f"出处 / source: GET /v1/gaps/{region}:{chain}:{type_}/why?as_of={DAY}; ")
    assert f"图版本 / graph version 2; {at}; 事实 / facts: SYNTHETIC 3" in citation


def test_a_plan_is_asked_for_as_over_http(ask: Ask) -> None:
    answer = ask("expand", budget=300, kinds=["build"], region="绵阳市", as_of=DAY)
    assert told(answer)["data"]["status"] in ("optimal", "feasible")
    assert 'POST /v1/expand {"budget":300,"kinds":["build"],"region":"绵阳市"' in answer.content[1].text  # type: ignore[union-attr]


def test_a_list_is_read_page_by_page(ask: Ask) -> None:
    first = told(ask("coverage", group_by="prefecture", limit=2, as_of=DAY))
    second = told(ask("coverage", group_by="prefecture", limit=2, as_of=DAY, cursor=first["next"]))
    whole = told(ask("coverage", group_by="prefecture", as_of=DAY))
    assert first["data"] + second["data"] == whole["data"][:4]


def test_what_is_wrong_is_said_with_the_way_out(ask: Ask) -> None:
    assert refused(ask("coverage", region="不存在")) == (
        "参数不正确\n无法识别的地区：不存在\n请用行政区划代码或全称，如 510700 或 绵阳市。"
    )
    assert refused(ask("coverage", limt=3)) == "参数不正确\nlimt：没有这个参数"
    assert refused(ask("drop_all", x=1)).startswith("没有工具“drop_all”；有：search, vocabularies, ")
