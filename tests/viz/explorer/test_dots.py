"""Every site by itself: the same sites as the API's in the compact document, as marks or as dots on a canvas."""

import pytest
from playwright.sync_api import expect

from graph.clock import today
from graph.stores.base import Store
from queries.network.report import network_graph
from tests.viz.explorer.planner import Planner, problems


def test_the_page_reads_the_network_of_the_api(desk: Planner, store: Store) -> None:
    graph = network_graph(store, as_of=today())
    got = desk.open().evaluate(
        """async () => {
          const { decode } = await import("/explorer/sites.js");
          return decode(await (await fetch("/explorer/network.json")).json());
        }"""
    )
    known = {n.key for n in graph.nodes}
    nodes = [n.model_dump() for n in graph.nodes]
    for node in nodes:
        node |= {axis: None if node[axis] is None else round(node[axis], 5) for axis in ("lon", "lat")}
        del node["region_name"]
    assert got["nodes"] == nodes
    assert got["edges"] == [e.model_dump() for e in graph.edges if {e.source, e.target} <= known]


@pytest.mark.shows(4)
def test_every_site_is_found_by_keys_and_pointer_on_either_way(desk: Planner) -> None:
    page = desk.open("?view=network&places=site")
    dots = page.get_by_role("application")
    told = page.request.get(f"{desk.origin}/v1/network?view=graph").json()["data"]["nodes"]
    expect(dots.get_by_role("status")).to_have_text(f"图上 {len(told):,} 个")
    dots.focus()
    for key in ("n", "Enter"):
        page.keyboard.press(key)
    assert desk.query()["node"] in {n["key"] for n in told}
    page.keyboard.press("Escape")
    whole = page.locator("svg.province").get_attribute("viewBox")
    dots.focus()
    page.keyboard.press("+")
    expect(page.locator("svg.province")).not_to_have_attribute("viewBox", str(whole))
    page.keyboard.press("0")
    expect(page.locator("svg.province")).to_have_attribute("viewBox", str(whole))
    assert problems(page) == []


def test_marks_go_to_the_canvas_where_a_frame_of_them_would_be_long(desk: Planner) -> None:
    page = desk.open("?view=network")
    ways = page.evaluate(
        """async () => {
          const { wayOf, pointsOf, nearest } = await import("/explorer/dots.js");
          const { decode } = await import("/explorer/sites.js");
          const { nodes } = decode(await (await fetch("/explorer/network.json")).json());
          const points = pointsOf(nodes);
          const found = nodes.map((_, i) => nearest(points, points.x[i], points.y[i], 1)).filter((at, i) => at === i);
          return [[wayOf(500, 0.01), wayOf(500, 0.1), wayOf(100000, 0.001), wayOf(500, NaN), wayOf(700, NaN)],
                  found.length - nodes.length];
        }"""
    )
    assert ways == [["svg", "canvas", "canvas", "svg", "canvas"], 0]
