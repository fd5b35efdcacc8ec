"""The page for notebooks runs as it stands, block after block, and its picture asks for nothing from outside."""

import json
import re
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from loaders.sample import write_sample
from tests.support.stores import copy_store, loaded_store
from tests.test_cypher import DAY, SCALE

PAGE = Path(__file__).parents[1] / "docs" / "notebooks.md"
BLOCKS = re.findall(r"^```python\n(.+?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the blocks have left behind, run beside a small demonstration province."""
    folder = tmp_path_factory.mktemp("notebook")
    write_sample(folder / "tables", scale=SCALE, as_of=DAY)
    with loaded_store(folder / "tables", folder / "store") as store:
        url = store.url
    copy_store(url, folder / "province.lbug")
    left: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in BLOCKS:
            exec(compile(block, str(PAGE), "exec"), left)  # noqa: S102 it is our own page
        left["page"] = Path("ego.html").read_text(encoding="utf-8")
    return left


@pytest.mark.slow
def test_who_is_most_central_is_named(ran: dict[str, Any]) -> None:
    graph, between = ran["graph"], ran["between"]
    assert len(ran["central"]) == 10
    assert [between[n] for n in ran["central"]] == sorted(between.values(), reverse=True)[:10]
    assert {graph.nodes[n]["label"] for n in ran["central"]} <= {"Region", "Window", "Carrier", "Organization"}


@pytest.mark.slow
def test_communities_part_those_who_work_together(ran: dict[str, Any]) -> None:
    members = [n for community in ran["communities"] for n in community]
    assert sorted(members) == sorted(ran["work"].nodes)
    assert nx.community.modularity(ran["work"], ran["communities"]) > 0.5


@pytest.mark.slow
def test_the_picture_shows_the_surroundings_and_asks_for_nothing(ran: dict[str, Any]) -> None:
    drawn = json.loads(re.search(r"nodes = new vis\.DataSet\((\[.*?\])\);", ran["page"])[1])  # type: ignore[index]
    assert {node["id"]: node["label"] for node in drawn} == {n: ran["told"](n) for n in ran["ego"].nodes}
    assert set(ran["ego"].nodes) == {ran["region"], *ran["graph"].neighbors(ran["region"])}
    assert re.findall(r"<(?:link|script|img|iframe)\b[^>]*https?:", ran["page"]) == []
