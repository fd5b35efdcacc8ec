"""What a planner does on the way: each part of the explorer at a desk and on a phone, in both languages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.viz.explorer.planner import SIZES, Planner, in_rotation
from viz.explorer.offline import write_explorer

MIANYANG = ("绵阳", "Mianyang")


def at(reader: Planner, query: str = "") -> Page:
    return reader.turn(f"?{query}&{reader.look}")


def asked(reader: Planner) -> dict[str, str]:
    """Return the address but for what every one of them says."""
    return {name: value for name, value in reader.query().items() if name not in ("lang", "theme")}


def shut(reader: Planner) -> None:
    reader.page.get_by_role("button", name=reader.say("关闭", "Close")).click()
    expect(reader.page.locator(".detail")).to_have_count(0)


@in_rotation("phone-zh", "desk-en")
@pytest.mark.shows(1, 6)
def test_the_morning_sentence_leads_to_a_gap_and_its_rows(reader: Planner) -> None:
    page = at(reader)
    expect(page.get_by_role("heading", level=1)).to_contain_text(reader.say("次服务需求", "services asked for a year"))
    page.locator(".gap-list .gap").first.click()
    reader.settled()
    expect(page.locator(".detail dl.figures")).to_contain_text(reader.say("未满足", "Unmet"))
    page.locator(".detail tbody a").first.click()
    reader.settled()
    page.locator(".detail summary").first.click()
    expect(page.locator(".detail .source").first).to_be_visible()
    shut(reader)


@in_rotation("phone-en")
@pytest.mark.shows(1, 5)
def test_cells_of_a_state_are_listed_from_the_sentence(reader: Planner) -> None:
    page = at(reader)
    state = page.locator(".spread-words a", has_text=reader.say("空白", "Not covered"))
    number = state.locator("b").inner_text()
    state.click()
    reader.settled()
    assert asked(reader) == {"view": "table", "state": "empty"}
    expect(page.locator(".bar-of-tools b")).to_have_text(number)


@in_rotation("phone-zh", "desk-zh")
@pytest.mark.shows(2)
def test_a_large_figure_of_the_matrix_stands_in_one_line(reader: Planner) -> None:
    page = at(reader, "view=matrix&formula=supply*0-9876543")
    cells = page.locator(".grid-row.total .cell")
    over = "e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight || e.innerText.includes('\\n')"
    lines = "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getClientRects().length; }"
    assert [cell.evaluate(over) for cell in cells.all()] == [False] * cells.count()
    assert {cell.locator("span").first.evaluate(lines) for cell in cells.all()} == {1}


@in_rotation("phone-en", "desk-en")
@pytest.mark.shows(2)
def test_the_matrix_is_pivoted_sorted_and_opened(reader: Planner) -> None:
    page = at(reader, "view=matrix")
    page.get_by_role("button", name=reader.say("行列互换", "Swap rows and columns")).click()
    page.get_by_role("columnheader", name=reader.say("合计", "Total")).click()
    assert asked(reader) == {"view": "matrix", "rows": "service_type", "cols": "prefecture", "sort": "-total"}
    first = page.locator("[role=rowheader]").nth(1).inner_text()
    page.get_by_role("gridcell", name=first).first.click()
    reader.settled()
    expect(page.locator(".detail .kicker")).to_contain_text(first)
    shut(reader)


@in_rotation("phone-zh")
@pytest.mark.shows(2)
def test_layers_of_the_matrix_by_a_formula(reader: Planner) -> None:
    page = at(reader, "view=matrix&rows=zone&formula=ratio-ratio")
    cells = set(page.locator("[role=gridcell]").all_inner_texts())
    assert "0.0%" in cells
    assert cells <= {"0.0%", "?", "–"}


@in_rotation("phone-en", "phone-zh", "desk-en")
@pytest.mark.shows(3)
def test_a_place_on_the_map_is_explained_and_its_counties_are_shown(reader: Planner) -> None:
    page = at(reader, "view=map")
    page.get_by_role("button", name=reader.say("区县", "Counties")).click()
    expect(page.locator("path.area")).to_have_count(183)
    page.get_by_label(reader.say("叠加", "Over it")).select_option("presence")
    reader.settled()
    page.locator(".ranking tbody a").first.click()
    reader.settled()
    assert asked(reader)["cell"].endswith("::")
    shut(reader)


@in_rotation("phone-zh")
@pytest.mark.shows(4)
def test_the_network_opens_from_a_place_to_what_it_is_tied_to(reader: Planner) -> None:
    page = at(reader, "view=network")
    page.locator(".ranking a", has_text=reader.say(*MIANYANG)).click()
    reader.settled()
    page.locator(".detail").get_by_role("link", name=reader.say("它连着谁", "What it is tied to")).click()
    reader.settled()
    shut(reader)
    expect(page.locator(".middle b")).to_have_text(reader.say("绵阳市", "Mianyang"))
    expect(page.locator(".around section").first).to_be_visible()


@in_rotation("phone-en", "desk-en")
@pytest.mark.shows(4)
def test_a_chain_opens_to_a_segment(reader: Planner) -> None:
    page = at(reader, "view=chains&industry=CH01")
    name = page.locator(".segment a").first.inner_text()
    assert name == reader.say("电子专用材料", "Electronic materials")
    page.locator(".segment a").first.click()
    reader.settled()
    expect(page.locator("#detail-title")).to_have_text(name)
    shut(reader)


@in_rotation("phone-zh", "desk-en")
@pytest.mark.shows(5)
def test_the_table_is_sorted_and_saved(reader: Planner) -> None:
    page = at(reader, "view=table&region=510700")
    demand = reader.say("需求", "Demand")
    page.get_by_role("button", name=demand, exact=True).click()
    expect(page.get_by_role("columnheader", name=demand, exact=True)).to_have_attribute("aria-sort", "descending")
    with page.expect_download() as got:
        page.get_by_role("button", name=reader.say("导出 CSV", "Export CSV")).click()
    head, *rows = Path(got.value.path()).read_text(encoding="utf-8-sig").splitlines()
    named = reader.say("地区,产业链,服务类型,状态", "Region,Chain,Service type,State")
    assert head.split(",")[:4] == named.split(",")
    assert len(rows) == int(page.locator(".bar-of-tools b").inner_text().replace(",", ""))


@in_rotation("phone-en")
@pytest.mark.shows(6)
def test_a_figure_leads_to_its_records(reader: Planner) -> None:
    page = at(reader)
    page.locator(".targets tr", has_text=reader.say("线上", "online")).get_by_role("link").click()
    reader.settled()
    expect(page.locator("#detail-title")).to_have_text(reader.say("线上占比", "Online share"))
    expect(page.locator(".detail .tasks li")).to_have_count(4)
    shut(reader)


@in_rotation("phone-en", "phone-zh")
@pytest.mark.shows(7)
def test_a_station_is_planned_and_the_difference_seen(reader: Planner) -> None:
    page = at(reader, "ask=whatif")
    form = page.get_by_role("form", name=reader.say("加一项变更", "Add a change"))
    form.get_by_label(reader.say("名称", "Name")).fill("涪城站")
    form.get_by_label(reader.say("地点", "Place")).select_option("510703")
    form.get_by_role("button", name=reader.say("加上", "Add it")).click()
    reader.settled()
    expect(page.locator(".changes li")).to_have_count(1)
    page.get_by_role("link", name=reader.say("地图：与现状之差", "Map: the difference")).click()
    reader.settled()
    assert asked(reader)["base"] == "now"


@in_rotation("desk-en")
@pytest.mark.shows(7)
def test_who_could_help_and_the_fewest_that_suffice(reader: Planner) -> None:
    page = at(reader, "ask=help:513400:SC03:")
    expect(page.locator(".partners > li, .nothing").first).to_be_visible()
    page.get_by_role("button", name=reader.say("最少找几家就够", "The fewest that suffice")).click()
    reader.settled()
    expect(page.locator(".fewest")).to_be_visible()
    shut(reader)


@in_rotation("phone-en", "phone-zh", "desk-en")
@pytest.mark.shows(8)
def test_one_filter_over_all_views_goes_back_forward_and_to_a_colleague(reader: Planner) -> None:
    page = at(reader)
    region = page.get_by_label(reader.say("地区", "Region"))
    region.select_option(label=f"\u2003{reader.say(*MIANYANG)}")
    names = {
        "matrix": reader.say("矩阵", "Matrix"), "map": reader.say("地图", "Map"),
        "network": reader.say("网络", "Network"), "table": reader.say("明细", "Table"),
    }  # fmt: skip
    for view, name in names.items():
        page.get_by_role("link", name=name, exact=True).click()
        reader.settled()
        assert asked(reader) == {"view": view, "region": "510700"}
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name=names["map"], exact=True)).to_have_attribute("aria-current", "page")
    page.go_forward()
    expect(page.get_by_role("link", name=names["network"], exact=True)).to_have_attribute("aria-current", "page")
    page.goto(page.url)  # as one who was sent it
    reader.settled()
    expect(region).to_have_value("510700")


@pytest.mark.parametrize("size", ["phone-en", "phone-zh", "desk-zh"])
@pytest.mark.shows(9)
def test_the_file_of_the_province_opens_from_a_disk(
    browser: Browser, documents: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path, size: str
) -> None:
    width, height, look = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True, reduced_motion="reduce")
    reader = Planner(context.new_page(), "file:", look)
    page = reader.page
    path = write_explorer(*documents, tmp_path / "province.html", view="map", lang=reader.lang)
    page.goto(path.as_uri())
    page.locator(".ranking tbody a").first.click()
    expect(page.locator(".detail dl.figures")).to_be_visible()
    shut(reader)
    page.get_by_role("link", name=reader.say("明细", "Table"), exact=True).click()
    expect(page.locator("[role=row]").nth(1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (reader.outside, reader.troubles) == ([], [])
    context.close()


PHRASES = {
    "who can help Ziyang intellectual property": ("Who could help Ziyang", {"ask": "help:512000:SC05:"}),
    "谁能帮 资阳 知识产权": ("谁能帮 资阳", {"ask": "help:512000:SC05:"}),
    "Mianyang to Chengdu path": ("from Mianyang to Chengdu", {"ask": "path:510700:510100"}),
    "绵阳 到 成都 路径": ("从 绵阳 到 成都", {"ask": "path:510700:510100"}),
    "zys": ("", {"region": "512000", "rows": "county"}),
}
"""What is typed, the beginning of the plan that is shown, and where it leads."""


@pytest.mark.parametrize(
    ("reader", "typed"),
    [
        ("phone-en", "who can help Ziyang intellectual property"),
        ("phone-zh", "谁能帮 资阳 知识产权"),
        ("desk-en", "Mianyang to Chengdu path"),
        ("phone-zh", "绵阳 到 成都 路径"),
        ("phone-en", "zys"),
    ],
    indirect=["reader"],
)
@pytest.mark.shows(10)
def test_a_phrase_is_understood(reader: Planner, typed: str) -> None:
    plan, query = PHRASES[typed]
    page = at(reader)
    page.get_by_role("combobox", name=reader.say("查找", "Search")).fill(typed)
    expect(page.get_by_role("option").first).to_contain_text(plan or reader.say("资阳", "Ziyang"))
    page.keyboard.press("Enter")
    reader.settled()
    assert asked(reader) == query


@in_rotation("phone-en", "phone-zh", "desk-en")
@pytest.mark.shows(11)
def test_the_tour_and_the_language_are_a_tap_away(reader: Planner) -> None:
    page = at(reader, "tour=1")
    tour = page.get_by_role("region", name=reader.say("导览", "Tour"))
    tour.get_by_role("link", name=reader.say("下一步", "Next")).click()
    reader.settled()
    assert asked(reader) == {"view": "matrix", "tour": "2"}
    page.get_by_role("button", name=reader.say("结束导览", "End the tour")).click()
    page.get_by_role("button", name=reader.say("English", "中文")).click()
    expect(page.get_by_role("link", name=reader.say("Matrix", "矩阵"))).to_have_attribute("aria-current", "page")
