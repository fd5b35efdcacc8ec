"""Network and chains as a planner explores them: pinned, hidden, taken back, the way between two places."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.viz.explorer.planner import Planner, problems
from tests.viz.scenes import prefectures


@pytest.mark.shows(4)
def test_a_place_is_pinned_hidden_and_taken_back_by_keys(desk: Planner) -> None:
    page = desk.open("?view=network")
    drawing = page.get_by_role("application")
    drawn = page.locator("g.spot").count()
    drawing.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    first = desk.query()["pin"]
    expect(page.locator("g.spot.pinned")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("h")
    hidden = desk.query()["out"]
    assert hidden != first
    expect(page.locator("g.spot")).to_have_count(drawn - 1)
    expect(page.locator(".pins")).to_contain_text("已隐藏")
    drawing.focus()
    page.keyboard.press("z")
    expect(page.locator("g.spot")).to_have_count(drawn)
    assert desk.query() == {"view": "network", "pin": first}
    page.go_forward()
    expect(page.locator("g.spot")).to_have_count(drawn - 1)
    page.get_by_role("button", name="全部放回").click()
    assert desk.query() == {"view": "network", "pin": first}
    page.get_by_role("button", name="取消钉住").click()
    assert desk.query() == {"view": "network"}
    expect(page.locator(".pins")).to_have_count(0)


@pytest.mark.shows(4)
def test_the_legend_leaves_kinds_out_and_says_how_many_there_are(desk: Planner) -> None:
    page = desk.open("?view=network&places=county")
    told = page.evaluate("fetch('/v1/network?view=graph').then(a => a.json()).then(a => a.data)")
    kinds = {k: sum(n["kind"] == k for n in told["nodes"]) for k in {n["kind"] for n in told["nodes"]}}
    shown = page.locator(".kind b").all_inner_texts()
    assert sum(kinds.values()) == len(told["nodes"])
    assert sum(int(text.replace(",", "")) for text in shown) == len(told["nodes"]) + len(told["edges"])
    page.locator(".kind", has_text="服务站点").click()
    assert desk.query()["off"] == "station"
    left = sum(n for kind, n in kinds.items() if kind != "station")
    counts = page.locator(".ranking td.num").all_inner_texts()
    assert sum(int(text) for text in counts) == left
    expect(page.locator(".kind[aria-pressed=false]")).to_have_count(1)


@pytest.mark.shows(4, 7)
def test_two_pins_ask_for_the_paths_between_them_which_are_drawn(desk: Planner) -> None:
    page = desk.open("?view=network&node=510700")
    page.get_by_role("button", name="钉住", exact=True).click()
    page.locator(".ranking a", has_text="成都").click()
    desk.settled()
    page.locator(".detail").get_by_role("button", name="钉住", exact=True).click()
    page.get_by_role("link", name="两处之间的协作路径").click()
    desk.settled()
    assert desk.query() == {"view": "network", "pin": "510700,510100", "ask": "path:510700:510100"}
    told = page.evaluate("fetch('/v1/paths?from=510700&to=510100&k=5').then(a => a.json()).then(a => a.data)")
    expect(page.locator(".paths > li")).to_have_count(len(told))
    assert len(told) > 1
    expect(page.locator("g.step").last).to_be_visible()
    page.locator(".path-head button").nth(1).click()
    assert desk.query()["route"] == "1"
    page.locator(".paths > li").nth(1).locator("summary").click()
    parts = page.locator(".paths > li").nth(1).locator("tbody tr:not(.total) td").all_inner_texts()
    assert parts == [f"{c['value']:.2f}".replace("-", "−") for c in told[1]["contributions"]]
    assert abs(sum(c["value"] for c in told[1]["contributions"]) - told[1]["score"]) < 1e-9
    page.go_back()
    expect(page.locator(".paths > li").first).to_have_class("here")


@pytest.mark.shows(4, 6)
def test_a_place_opens_to_who_is_there_and_they_to_what_they_offer(desk: Planner) -> None:
    def ties(label: str, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = page.request.get(f"{desk.origin}/v1/entities/{label}/{key}").json()["data"][
            "ties"
        ]
        return found

    page = desk.open("?view=network&node=510000")
    page.get_by_role("link", name="它连着谁").click()
    desk.settled()
    assert desk.query() == {"view": "network", "node": "510000", "ego": "Region:510000"}
    told = ties("Region", "510000")
    kinds = page.locator(".around section")
    assert sorted(kinds.locator("h2 b").all_inner_texts()) == sorted(f"{t['number']:,}" for t in told)
    prefectures = page.locator(".around section", has_text="行政区划属于此处")
    prefectures.get_by_role("button", name="还有 11 个").click()
    expect(prefectures.locator("li a")).to_have_count(21)
    prefectures.get_by_role("link", name="绵阳市").click()
    desk.settled()
    tops = kinds.evaluate_all("all => all.map(s => s.offsetTop)")
    county = next(t["key"] for t in ties("Region", "510700") if t["label"] == "Region" for t in t["first"]
                  if any(o["label"] == "Organization" for o in ties("Region", t["key"])))  # fmt: skip
    desk.open(f"?view=network&ego=Region:{county}&node={county}")
    provider = page.locator(".around a.of-Organization").first
    name = provider.inner_text()
    provider.click()
    desk.settled()
    expect(page.locator(".middle b")).to_have_text(name)
    expect(page.locator("#detail-title")).to_have_text(name)
    assert desk.query()["node"] == desk.query()["ego"]
    assert problems(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".middle b")).to_have_text(name)
    desk.open("?view=network&ego=Region:510700")
    assert kinds.evaluate_all("all => all.map(s => s.offsetTop)") == tops
    page.get_by_role("link", name="回到全图").click()
    expect(page.get_by_role("application")).to_be_visible()
    page = desk.open("?view=network&ego=Region:510700&lang=en")
    zone = page.locator(".around section", has_text="is part of Economic zone").locator("li")
    expect(zone).to_have_text(["Chengdu Plain Economic Zone"])
    names = desk.open("?view=network&places=county").locator(".ranking tbody th").all_inner_texts()
    assert [name for name in names if name[-1] in "区县" and "·" not in name] == []
    assert len(set(names)) == len(names) > 21


@pytest.mark.shows(4, 10)
def test_an_organisation_is_found_by_its_name_and_stands_in_the_middle(desk: Planner) -> None:
    page = desk.open()
    resource = page.request.get(f"{desk.origin}/v1/search?q=1&kinds=Resource&limit=1").json()["data"][0]
    page.get_by_role("combobox", name="查找").fill(resource["name"])
    option = page.get_by_role("option", name=f"{resource['name']} 服务资源")
    option.first.click()
    desk.settled()
    assert desk.query()["ego"] == f"Resource:{resource['key']}"
    told = page.request.get(f"{desk.origin}/v1/entities/Resource/{resource['key']}").json()["data"]
    provider = next(t["first"][0] for t in told["ties"] if t["type"] == "PROVIDES")
    page.locator(".around").get_by_role("link", name=provider["name"]).click()
    desk.settled()
    assert desk.query()["ego"] == f"Organization:{provider['key']}"
    page.go_back()
    expect(page.locator(".middle b")).to_have_text(resource["name"])


@pytest.mark.shows(4)
def test_a_chain_shows_what_a_place_lacks_and_what_feeds_what(desk: Planner) -> None:
    told = desk.open("?view=chains").evaluate("fetch('/v1/chains?limit=1000').then(a => a.json()).then(a => a.data)")
    chain = [s for s in told if s["chain"] == "CH01" and s["segment"]]
    one = next(s for s in chain if s["stage"] == "midstream")
    place = min(p["prefecture"] for s in told for p in s["places"] if p["prefecture"])
    there = [s for s in chain if any(p["prefecture"] == place for p in s["places"])]
    page = desk.open(f"?view=chains&industry=CH01&region={place}")
    expect(page.locator(".segment")).to_have_count(len(chain))
    expect(page.locator(".segment.missing")).to_have_count(len(chain) - len(there))
    assert len(there) < len(chain)
    page.get_by_role("link", name=one["segment_name"], exact=True).click()
    desk.settled()
    assert desk.query()["ask"] == f"segment:{one['segment']}"
    expect(page.locator("#detail-title")).to_have_text(one["segment_name"])
    ties = [(s["segment"], to) for s in chain for to in s["feeds"]]
    expect(page.locator(".feeds path.here")).to_have_count(sum(one["segment"] in tie for tie in ties))


def test_a_place_without_a_list_of_firms_is_not_said_to_lack_segments(desk: Planner) -> None:
    told = desk.open("?view=chains").evaluate("fetch('/v1/chains?limit=1000').then(a => a.json()).then(a => a.data)")
    listed = {p["prefecture"] for s in told for p in s["places"]}
    silent = next(p["adcode"] for p in prefectures() if p["adcode"] not in listed)
    page = desk.turn(f"?view=chains&industry=CH01&region={silent}")
    expect(page.locator(".segment").first).to_contain_text("不明")
    expect(page.locator(".segment.missing, .segment .bad")).to_have_count(0)
    expect(page.locator(".bar-of-tools p")).to_contain_text(
        "没有逐户名录（企业表），不明有哪些环节，也就不能说缺哪些。"
    )
    page = desk.turn(f"?view=chains&region={silent}")
    expect(page.locator(".chain-list tbody tr").first.locator("td")).to_have_text(["—", "—", "—", "—", "不明"])
