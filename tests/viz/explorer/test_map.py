"""The map with what goes over it: flows, reach, and boundaries of the reader's own."""

import json
from math import hypot

import pytest
from playwright.sync_api import expect

from graph.stores.base import Store
from queries.resilience.shares import HOSTED
from tests.viz.explorer.planner import Planner, problems

OVERLAP = 0.7
"""Distance of two signs, in sums of their halves, from which one hides part of the other."""
SIGNS = """[...document.querySelectorAll('.province .site')].map(g => {
  const box = g.querySelector(':scope > :not(title)').getBoundingClientRect();
  return [g.dataset.kind, box.x + box.width / 2, box.y + box.height / 2, box.width / 2];
})"""


def test_no_sign_hides_another_and_the_hub_stands_where_it_is(desk: Planner) -> None:
    """Hub, windows and cluster windows of Chengdu lie within a few points of each other."""
    page = desk.open("?view=map&sites=windows")
    expect(page.locator(".province .site").first).to_be_visible()
    signs = page.evaluate(SIGNS)
    pairs = [(a, b, hypot(a[1] - b[1], a[2] - b[2]) / (a[3] + b[3])) for i, a in enumerate(signs) for b in signs[:i]]
    assert ([(a[0], b[0]) for a, b, apart in pairs if apart < OVERLAP], signs[0][0]) == ([], "hub")
    assert min(apart for *_, apart in pairs) < 1.2  # some do lie close


@pytest.mark.shows(3)
@pytest.mark.parametrize(
    "query", ["measure=unmet", "measure=surplus&lang=en", "base=2001-01-01", "formula=supply/demand"]
)
def test_what_reads_alike_has_one_colour(desk: Planner, query: str) -> None:
    page = desk.open(f"?view=map&places=county&{query}")
    colours: dict[str, set[str]] = {}
    for row in page.locator(".ranking tbody tr").all():
        swatch = row.locator(".swatch").get_attribute("class")
        colours.setdefault(row.locator("td").inner_text(), set()).add(swatch or "")
    assert {text: of for text, of in colours.items() if len(of) > 1 and text != "—"} == {}


def test_a_share_and_its_limit_are_compared_as_they_are_printed(desk: Planner) -> None:
    """−0.33 points is printed −0.3, and the legend says of the lightest colour that it ends at −0.3."""
    page = desk.open("?view=map")
    steps = page.evaluate(
        """import("/explorer/layer.js").then(({stepClass}) => [[-0.0033, 0.0083, true], [-0.0037, 0.0083, true],
        [0.41, 0.0083, true], [10_340, 31_000, false], [10_390, 31_000, false], [0.04, 31_000, false], [NaN, 1, true]]
        .map(([value, reach, share]) => stepClass(value, reach, {share})))"""
    )
    assert steps == ["n1", "n2", "p3", "p1", "p1", "z", "s-unknown"]


def test_some_is_never_told_as_none(desk: Planner) -> None:
    page = desk.open("?view=map")
    told = page.evaluate(
        """import("/explorer/words.js").then(({number, percent}) => [[0, 0.04, 0.05, 9.96].map(number),
        [0, 0.0004, 0.0005, 0.9999, 1, NaN].map((share) => percent(share)),
        [0.004, 0.005].map((share) => percent(share, 0))])"""
    )
    assert told == [
        ["0", "<0.1", "0.1", "10"],
        ["0.0%", "<0.1%", "0.1%", "99.9%", "100.0%", "—"],
        ["<1%", "1%"],
    ]


@pytest.mark.shows(3)
def test_flows_of_an_allocation_are_drawn_and_listed(desk: Planner) -> None:
    page = desk.open("?view=map")
    page.get_by_label("叠加").select_option("flows")
    desk.settled()
    told = page.evaluate(
        """fetch("/v1/allocate", {method: "POST", headers: {"Content-Type": "application/json"},
        body: JSON.stringify({level: "prefecture"})}).then(a => a.json()).then(a => a.data)"""
    )
    sums: dict[tuple[str, str], float] = {}
    for flow in told["flows"]:
        if flow["from"] != flow["to"]:
            pair = flow["from"], flow["to"]
            sums[pair] = sums.get(pair, 0) + flow["quantity"]
    assert sums
    expect(page.locator("path.flow")).to_have_count(min(40, len(sums)))
    expect(page.locator(".ranking tbody tr")).to_have_count(min(120, len(sums)))
    shown = page.locator(".ranking tbody td:nth-child(2)").first.inner_text()
    assert float(shown.replace(",", "")) == pytest.approx(max(sums.values()), abs=0.51)
    expect(page.locator(".ranking p")).to_contain_text(f"{told['met']:,.0f}")
    assert problems(page) == []


@pytest.mark.shows(3)
def test_boundaries_of_ones_own_stay_in_the_page_and_sum_what_lies_inside(desk: Planner) -> None:
    page = desk.open("?view=map&type=SC03")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    square = [[90, 20], [115, 20], [115, 40], [90, 40], [90, 20]]
    shape = {
        "type": "Feature",
        "properties": {"name": "<b>全省</b>"},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    chosen = {"name": "own.geojson", "mimeType": "application/geo+json", "buffer": json.dumps(shape).encode()}
    page.get_by_label("自己的界线", exact=True).set_input_files(chosen)
    expect(page.locator("path.own-area")).to_have_count(1)
    row = page.locator(".ranking tbody tr")
    expect(row).to_have_count(1)  # not those of the prefectures any more
    expect(row.locator("th")).to_have_text("<b>全省</b>")
    expect(row.locator("td").first).to_have_text("183")
    assert asked == []
    page.get_by_label("自己的界线", exact=True).set_input_files({**chosen, "buffer": b"no json"})
    expect(page.get_by_role("alert")).to_contain_text("不是 GeoJSON")


@pytest.mark.shows(3)
def test_what_lies_near_a_window_and_who_works_with_whom(desk: Planner) -> None:
    page = desk.open("?view=map&sites=reach")
    told = page.evaluate("fetch('/v1/network?view=graph').then(a => a.json()).then(a => a.data.nodes)")
    seen = [n for n in told if n["label"] == "Window" and n["active"] and n["lon"] is not None]
    expect(page.locator("circle.reach")).to_have_count(len(seen))
    page.get_by_label("叠加").select_option("partners")
    desk.settled()
    pairs = page.evaluate("fetch('/v1/chains?view=pairs&limit=1000').then(a => a.json()).then(a => a.data)")
    between = [p for p in pairs if p["a"] != p["b"] and p["partnerships"]]
    expect(page.locator(".ranking tbody tr")).to_have_count(len(between))


@pytest.mark.shows(3)
def test_what_a_window_reaches_is_what_was_computed(desk: Planner) -> None:
    page = desk.open("?view=map&sites=windows&region=510700")
    page.locator("g.site").first.click()
    page.get_by_role("link", name="够到哪里").click()
    desk.settled()
    query = desk.query()
    assert (query["places"], query["reach"]) == ("county", query["node"])
    told = page.request.get(f"{desk.origin}/explorer/catchment.json?of={query['reach']}").json()["data"]
    expect(page.locator(".banner.other")).to_contain_text(f"够到 {len(told['regions'])} 个地区")
    expect(page.locator(".ranking tbody tr")).to_have_count(len(told["regions"]))
    drawn = [r for r in told["regions"] if not r["region"].endswith("00")]
    assert page.locator("path.area:not(.q-none)").count() == len(drawn)
    first = max(told["regions"], key=lambda r: (r["weight"], r["services"]))
    whole = first["weight"] >= 1 or first["weight"] <= 0.99
    assert page.locator(".ranking td").first.inner_text() == (f"{first['weight']:.0%}" if whole else "99%")
    assert problems(page) == []
    page.get_by_role("button", name="回到指标").click()
    assert "reach" not in desk.query()


@pytest.mark.shows(3, 7)
def test_sites_of_a_plan_stand_on_the_map_before_and_after(desk: Planner, store: Store) -> None:
    with store.read() as session:
        hosts = sorted(set(session.frame(HOSTED)["carrier"]))
    closed, moved = hosts[:2]
    plan = f"close*carrier.{closed}_add*name.涪城站*place.510703*service-types.SC03_move*carrier.{moved}*place.510703"
    page = desk.open(f"?view=map&base=now&plan={plan}")
    marks = page.locator("svg.province .mark")
    expect(marks).to_have_count(4)
    kinds = marks.evaluate_all("all => all.map(m => m.classList[1])")
    assert kinds == ["gone", "new", "new", "gone"]
    expect(marks.nth(1)).to_contain_text("新增“涪城站”")
    expect(page.locator("svg.province .way")).to_have_count(1)
    expect(page.get_by_role("list", name="方案")).to_contain_text("方案之前：关闭或迁走")
