"""What a planner takes away: the drawing as SVG and PNG, the network as GraphML and as a question; and the tour."""

import re
import struct
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graph.clock import today
from graph.stores.base import Query, Store
from queries.coverage import CoverageQuestion, cube_of
from tests.viz.explorer.planner import Planner, problems
from viz.numbers import day
from viz.places import REVIEW_NOTE

SUPPLY = dict.fromkeys(("region", "service_type", "provider", "resource"), str) | {"capacity": float, "until": date}
DEMAND = {"region": str, "chain": str, "enterprises": float, "as_of": date}


def saved(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as got:
        page.get_by_role("button", name=button).click()
    return got.value.suggested_filename, Path(got.value.path()).read_bytes()


LEGEND = ["已覆盖", "部分覆盖 0–100%", "空白", "数据不明", "不适用"]


def standing(page: Page) -> str:
    """What a picture says of whose figures it holds, and whether any are invented."""
    return " · ".join(["四川省中小企业公共服务网络", *["含虚构数据"] * page.locator(".fresh .badge").count()])


@pytest.mark.parametrize(
    ("query", "name", "title"),
    [
        ("view=map&measure=unmet&base=now&plan=add*name.A*place.510703*service-types.SC03", "未满足需求：比现状",
         "未满足需求：比现状（次/年） · 全省 · 方案（1 项变更）"),
        ("view=map&measure=demand&mode=online", "需求", "需求（次/年） · 全省 · 只算线上服务"),
        ("view=map&reach={window}", "甜城窗口 的服务范围", "甜城窗口 的服务范围 · 全省"),
        ("view=map&sites=flows", "覆盖率", "覆盖率 · 全省"),
        ("view=network", "网络", "网络 · 全省"),
    ],
)  # fmt: skip
def test_a_picture_says_what_it_shows_and_of_which_facts(desk: Planner, query: str, name: str, title: str) -> None:
    page = desk.open()
    nodes = page.request.get(f"{desk.origin}/v1/network?view=graph").json()["data"]["nodes"]
    window = next(n["key"] for n in nodes if n["name"] == "甜城窗口")
    page = desk.open(f"?{query.format(window=window)}")
    saved_as, text = saved(page, "存为 SVG")
    assert saved_as == f"枢纽-{name}-全省.svg"
    seen = page.locator("figcaption .legend > li:has(.swatch, svg)").all_inner_texts()
    legend = [re.sub(r"^[●○?–]\n", "", item) for item in seen]  # a sign's own letter is part of the sign
    about = page.locator(".bar-of-tools p").all_inner_texts() if name == "网络" else []
    about += ["箭头：余量可以调剂到哪里，越粗越多"] * ("flows" in query)
    drawn = ET.fromstring(text)  # noqa: S314 - the page wrote it
    texts = "".join(t.text or "" for t in drawn.iter("{http://www.w3.org/2000/svg}text"))
    said = [f"{title} · {day(today(), 'zh')}", *about, standing(page), REVIEW_NOTE.zh, *legend]
    assert texts.endswith("".join(said))
    assert (name == "网络") == (not legend)


@pytest.mark.shows(3, 5)
def test_the_map_is_saved_as_it_is_seen(desk: Planner) -> None:
    page = desk.open("?view=map&region=510700&places=county&theme=light")
    name, text = saved(page, "存为 SVG")
    assert name == "枢纽-覆盖率-绵阳.svg"
    drawn = ET.fromstring(text)  # noqa: S314 - the page wrote it
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    named = page.locator("svg.province .area-name text").all_text_contents()
    texts = [t.text or "" for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[: len(named)] == named
    assert "".join(texts[len(named) : -5]) == f"覆盖率 · 绵阳 · {day(today(), 'zh')}{standing(page)}{REVIEW_NOTE.zh}"
    assert texts[-5:] == LEGEND
    expect(page.locator("svg.province")).not_to_contain_text("四川省中小企业公共服务网络")
    paths = drawn.findall(".//{http://www.w3.org/2000/svg}path")
    assert len(paths) >= page.locator("path.area").count() == 9
    assert not re.search(r"class=|var\(|http://(?!www\.w3\.org)|<script", text.decode())
    name, picture = saved(page, "存为 PNG")
    assert name == "枢纽-覆盖率-绵阳.png"
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert max(width, height) == 2400
    colours = page.evaluate(
        """async bytes => {
          const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
          const canvas = new OffscreenCanvas(picture.width, picture.height), context = canvas.getContext("2d");
          context.drawImage(picture, 0, 0);
          const {data} = context.getImageData(0, 0, picture.width, picture.height), seen = new Set();
          for (let i = 0; i < data.length; i += 4 * 997) seen.add(data.slice(i, i + 3).join());
          return seen.size;
        }""",
        list(picture),
    )
    assert colours > 3


def test_a_dark_screen_saves_what_a_light_one_does(desk: Planner) -> None:
    files = []
    for theme in ("light", "dark"):
        page = desk.open(f"?view=network&theme={theme}")
        files.append([saved(page, "存为 SVG"), saved(page, "存为 PNG")])
        assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert files[0] == files[1]


@pytest.mark.shows(2, 5)
def test_the_matrix_is_saved_whole(desk: Planner) -> None:
    page = desk.open("?view=matrix&rows=county&region=510700&theme=light")
    name, text = saved(page, "存为 SVG")
    assert name == "枢纽-覆盖率-绵阳.svg"
    texts = [t.text for t in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - the page wrote it
    shown = page.locator("[role=gridcell]").all_inner_texts()
    columns = page.locator("[role=columnheader].name").count()
    assert columns == 14
    head = [f"覆盖率 · 绵阳 · {day(today(), 'zh')}", f"{standing(page)} · 不明为 ?，不当作 0", *LEGEND]
    assert texts[:7] == head
    assert texts[7 : 7 + columns] == page.locator("[role=columnheader].name").all_inner_texts()
    body = texts[7 + columns :]
    assert [t for i, t in enumerate(body) if i % (columns + 1)] == shown
    assert body[:: columns + 1] == page.locator("[role=rowheader]").all_inner_texts()
    name, picture = saved(page, "存为 PNG")
    assert (name, picture[:8]) == ("枢纽-覆盖率-绵阳.png", b"\x89PNG\r\n\x1a\n")
    expect(page.locator(".offstage")).to_have_count(0)


@pytest.mark.shows(5)
def test_the_questions_behind_the_table_give_its_facts(desk: Planner, store: Store) -> None:
    page = desk.open("?view=table")
    _, cube = cube_of(store, CoverageQuestion())
    filters = [{}, {"region": "510700"}, {"region": "510703", "industry": "CH06"}, {"type": "SC03", "industry": "CH01"}]
    asked = page.evaluate(
        """async filters => {
          const { tableCypher } = await import("/explorer/cypher.js");
          return filters.map(f => tableCypher({region: "", industry: "", type: "", ...f}));
        }""",
        filters,
    )
    for of, questions in zip(filters, asked, strict=True):
        with store.read() as session:
            supply = session.frame(Query(questions["supply"], SUPPLY))
            demand = session.frame(Query(questions["demand"], DEMAND))
        where = of.get("region", "51").rstrip("0")
        assert all(r.startswith(where) for r in [*supply["region"], *demand["region"]])
        assert set(demand["chain"]) <= ({of["industry"]} if "industry" in of else set(demand["chain"]))
        assert set(supply["service_type"]) <= ({of["type"]} if "type" in of else set(supply["service_type"]))
        if not of:
            assert len(demand) == len(cube.facts.demand.counts)
            assert len(supply) == len(cube.facts.supply.types)


@pytest.mark.shows(4, 5)
def test_the_network_is_saved_as_graphml_without_what_is_hidden(desk: Planner) -> None:
    page = desk.open("?view=network&off=station")
    name, text = saved(page, "存为 GraphML")
    assert name == "枢纽-网络-全省.graphml"
    ns = "{http://graphml.graphdrawing.org/xmlns}"
    graph = ET.fromstring(text)  # noqa: S314 - the page wrote it
    told = page.request.get(f"{desk.origin}/v1/network?view=graph").json()["data"]
    left = {n["key"]: n for n in told["nodes"] if n["kind"] != "station"}
    found = {n.attrib["id"]: {d.attrib["key"]: d.text for d in n} for n in graph.iter(f"{ns}node")}
    assert {key: " ".join((n["name"] or "").split()) for key, n in found.items()} == {
        key: " ".join(n["name"].split()) for key, n in left.items()
    }
    edges = [(e.attrib["source"], e.attrib["target"]) for e in graph.iter(f"{ns}edge")]
    wanted = [(e["source"], e["target"]) for e in told["edges"] if e["source"] in left and e["target"] in left]
    assert edges == wanted
    page.get_by_role("button", name="复制 Cypher").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("MATCH (w)-[:LOCATED_IN]->(r:Region)")


@pytest.mark.shows(11)
def test_the_tour_has_five_steps_and_each_is_an_address(desk: Planner) -> None:
    page = desk.open()
    page.get_by_role("link", name="导览", exact=True).click()
    tour = page.get_by_role("region", name="导览")
    for step in range(1, 5):
        expect(tour.locator(".kicker")).to_have_text(f"{step} / 5")
        desk.settled()
        tour.get_by_role("link", name="下一步").click()
    desk.settled()
    assert desk.query() == {"ask": "whatif", "tour": "5"}
    assert problems(page) == []
    page.go_back()
    expect(tour.locator(".kicker")).to_have_text("4 / 5")
    assert desk.query() == {"view": "network", "tour": "4"}
    tour.get_by_role("button", name="结束导览").click()
    expect(tour).to_have_count(0)
    desk.open()
    expect(page.get_by_text("第一次来？")).to_have_count(0)
