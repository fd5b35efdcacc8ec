"""Plans in the page: changes laid over the graph and the whole page after them; some facts alone; partners."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from graph.stores.base import Store
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.what_if.changes import plan_of
from queries.what_if.impact import impact_of
from tests.viz.explorer.planner import Planner, problems
from viz.explorer.catalogue import catalogue
from viz.explorer.cells import Only, cells_document, plan_document

STATION = {"action": "add", "name": "涪城站", "place": "510703", "service_types": ["SC03"], "capacity": 5000}
LINK = "add*name.涪城站*place.510703*service-types.SC03*capacity.5000"


@pytest.mark.shows(7)
def test_a_plan_is_put_together_seen_on_map_and_matrix_and_taken_back(desk: Planner) -> None:
    page = desk.open("?region=510700&ask=whatif")
    form = page.get_by_role("form", name="加一项变更")
    form.get_by_label("名称").fill("涪城站")
    form.get_by_label("地点").select_option("510703")
    form.get_by_label("服务").select_option("SC03")
    form.get_by_label("每年次数").fill("5000")
    form.get_by_role("button", name="加上").click()
    desk.settled()
    assert desk.query() == {"region": "510700", "ask": "whatif", "plan": LINK}
    told = page.evaluate(
        """body => fetch("/v1/what-if", {method: "POST", headers: {"Content-Type": "application/json"}, body})
        .then(a => a.json()).then(a => a.data.totals)""",
        json.dumps({"changes": [STATION]}),
    )
    sums = [f"{told[k]:,.0f}" for k in ("unmet_before", "unmet_after")]
    expect(page.locator(".plan-sum b")).to_have_text(f"未满足 {sums[0]} → {sums[1]}")
    assert told["unmet_after"] < told["unmet_before"]
    page.get_by_role("link", name="矩阵：与现状之差").click()
    desk.settled()
    query = desk.query()
    assert (query["view"], query["base"], query["measure"]) == ("matrix", "now", "unmet")
    changed = page.get_by_role("gridcell", name="绵阳 技术支持")
    assert float(changed.inner_text().replace(",", "").replace("−", "-")) < 0
    assert "p3" in (changed.get_attribute("class") or "")  # fewer that nobody serves: the colour of what is better
    expect(page.locator(".banner.other")).to_contain_text("目标、网络和解释按现状")
    page.get_by_role("link", name="地图：与现状之差").click()
    desk.settled()
    assert problems(page) == []
    page.get_by_role("button", name="去掉第 1 项").click()
    desk.settled()
    assert "plan" not in desk.query()
    page.go_back()
    desk.settled()
    assert desk.query()["plan"] == LINK


@pytest.mark.shows(6, 7)
def test_a_site_is_closed_from_its_own_panel(desk: Planner) -> None:
    nodes = desk.open().request.get(f"{desk.origin}/v1/network?view=graph").json()["data"]["nodes"]

    def closes(node: dict[str, str]) -> bool:
        change = {"action": "close", node["label"].lower(): node["key"]}
        return desk.page.request.post(f"{desk.origin}/v1/what-if", data={"changes": [change]}).ok

    one = next(n for n in nodes if closes(n))  # those without resources cannot be closed
    page = desk.open(f"?view=network&node={one['key']}")
    page.get_by_role("link", name="假如关闭它").click()
    desk.settled()
    assert (desk.query()["ask"], desk.query()["plan"]) == ("whatif", f"close*{one['label'].lower()}.{one['key']}")
    expect(page.locator(".plan-sum")).to_be_visible()
    page.get_by_role("combobox", name="数据", exact=True).select_option("")
    desk.settled()
    assert "plan" not in desk.query()


@pytest.mark.shows(7)
def test_a_plan_that_cannot_be_says_why_and_leads_back(desk: Planner) -> None:
    page = desk.page
    page.goto(f"{desk.origin}/?plan=close*window.no-such-window")
    expect(page.locator(".failure")).to_contain_text("no-such-window")
    page.get_by_role("link", name="回到现状").click()
    desk.settled()
    expect(page.get_by_role("heading", level=1)).to_contain_text("次服务需求")
    desk.troubles[:] = [t for t in desk.troubles if "422" not in t]  # the browser's own note of the refusal


def test_the_cells_after_a_plan_are_those_of_what_if(store: Store) -> None:
    plan = plan_of({"name": "p", "changes": [STATION]}, where="p")
    question = CoverageQuestion()
    impact = impact_of(store, plan, question)
    got, now = plan_document(store, plan, question), cells_document(impact.before, coverage(store, question).meta)
    after = cells_document(impact.after, coverage(store, question).meta)
    assert got["columns"] == after["columns"] != now["columns"]


def test_some_facts_alone_leave_the_others_out(store: Store) -> None:
    _, cube = cube_of(store, CoverageQuestion())
    facts = cube.facts
    assert Only().of(facts) is facts
    resources = facts.supply.resources
    for only, kept in (
        (Only(mode="online"), resources["online"].eq(other=True)),
        (Only(level="city"), resources["level"] == "city"),
        (Only(real=True), resources["data_class"] != "SYNTHETIC"),
    ):
        part = only.of(facts)
        assert list(part.supply.resources["resource"]) == list(resources["resource"][kept])
        assert set(part.supply.types["resource"]) <= set(part.supply.resources["resource"])
        real = int((facts.demand.counts["data_class"] != "SYNTHETIC").sum())
        assert len(part.demand.counts) == (real if only.real else len(facts.demand.counts))


@pytest.mark.shows(8)
def test_some_facts_are_chosen_in_the_filter(desk: Planner) -> None:
    page = desk.open("?view=matrix")
    page.get_by_role("combobox", name="数据", exact=True).select_option("mode online")
    desk.settled()
    assert desk.query() == {"view": "matrix", "mode": "online"}
    page.get_by_role("combobox", name="数据", exact=True).select_option("real")
    desk.settled()
    assert desk.query() == {"view": "matrix", "real": "true"}
    page.get_by_role("button", name="清除筛选").click()
    desk.settled()
    assert desk.query() == {"view": "matrix"}


@pytest.mark.shows(7)
def test_partners_by_ones_own_weights_and_the_fewest_that_suffice(desk: Planner) -> None:
    get, types = desk.page.request.get, [f"SC{n:02}" for n in range(1, 14)]

    def fewest(place: str, type_: str) -> Any:
        return get(f"{desk.origin}/v1/partners/fewest?requester={place}&service_types={type_}&share=0.8")

    places = [f"51{n:02}00" for n in (1, 3, 4, 5, 6, 7, 8, 9, 10)]
    place, wanted = next((p, t) for p in places for t in types if fewest(p, t).ok)  # where something is lacking
    page = desk.open(f"?ask=help:{place}:{wanted}:")
    page.get_by_text("权重", exact=True).click()
    slider = page.get_by_label("互补")
    slider.press("ArrowRight")
    desk.settled()
    assert desk.query()["ask"] == f"help:{place}:{wanted}::40-15-15-15-10-10:"
    expect(slider).to_be_focused()
    weights = {"complementarity": 40, "reach": 15, "relatedness": 15, "quality": 15, "record": 10, "openness": 10}
    query = "&".join(f"weight_{name}={weight}" for name, weight in weights.items())
    told = get(f"{desk.origin}/v1/partners?requester={place}&service_types={wanted}&limit=10&{query}").json()["data"]
    names = page.locator(".partners > li > b")
    expect(names).to_have_count(len(told))
    assert names.all_inner_texts() == [p["name"] for p in told]
    page.get_by_role("button", name="恢复通常的权重").click()
    desk.settled()
    assert desk.query()["ask"] == f"help:{place}:{wanted}:"
    page.get_by_role("button", name="最少找几家就够").click()
    desk.settled()
    members = fewest(place, wanted).json()["data"]["members"]
    expect(page.locator(".fewest tbody tr")).to_have_count(len(members))
    expect(page.locator(".fewest p")).to_contain_text(f"{len(members)} 家")
    page.get_by_role("link", name=f"向{told[0]['name']}提出合作请求").click()
    form = page.get_by_role("form", name="提出合作请求")
    named = {p["code"]: p["short"] for p in catalogue()["places"]}
    expect(form.locator("label b")).to_have_text([named[place], told[0]["name"]])
    assert desk.query()["ask"] == f"asking:{place}:{told[0]['key']}:{wanted}"
    expect(form.get_by_role("combobox", name="服务", exact=True)).to_have_value(wanted)
