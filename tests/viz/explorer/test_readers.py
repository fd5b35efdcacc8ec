"""What a planner does on the way: each part of the explorer on a phone, in English, in the dark."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from graph.stores.base import Store
from queries.coverage import CoverageQuestion
from tests.viz.explorer.planner import Planner
from viz.explorer.documents import explorer_documents
from viz.explorer.offline import write_explorer

MIANYANG = "Mianyang"


def at(phone: Planner, query: str = "") -> Page:
    return phone.turn(f"?{query}&{phone.look}")


def asked(phone: Planner) -> dict[str, str]:
    """Return the address but for what every one of them says."""
    return {name: value for name, value in phone.query().items() if name not in ("lang", "theme")}


def shut(phone: Planner) -> None:
    phone.page.get_by_role("button", name="Close").click()
    expect(phone.page.locator(".detail")).to_have_count(0)


@pytest.mark.shows(1, 6)
def test_the_morning_sentence_leads_to_a_gap_and_its_rows(phone: Planner) -> None:
    page = at(phone)
    expect(page.get_by_role("heading", level=1)).to_contain_text("services asked for a year")
    page.locator(".gap-list .gap").first.click()
    phone.settled()
    expect(page.locator(".detail dl.figures")).to_contain_text("Unmet")
    page.locator(".detail tbody a").first.click()
    phone.settled()
    page.locator(".detail summary").first.click()
    expect(page.locator(".detail .source").first).to_be_visible()
    shut(phone)


@pytest.mark.shows(1, 5)
def test_cells_of_a_state_are_listed_from_the_sentence(phone: Planner) -> None:
    page = at(phone)
    number = page.locator(".spread-words a", has_text="Not covered").locator("b").inner_text()
    page.locator(".spread-words a", has_text="Not covered").click()
    phone.settled()
    assert asked(phone) == {"view": "table", "state": "empty"}
    expect(page.locator(".bar-of-tools b")).to_have_text(number)


@pytest.mark.shows(2)
def test_the_matrix_is_pivoted_sorted_and_opened(phone: Planner) -> None:
    page = at(phone, "view=matrix")
    page.get_by_role("button", name="Swap rows and columns").click()
    page.get_by_role("columnheader", name="Total").click()
    assert asked(phone) == {"view": "matrix", "rows": "service_type", "cols": "prefecture", "sort": "-total"}
    first = page.locator("[role=rowheader]").nth(1).inner_text()
    page.get_by_role("gridcell", name=first).first.click()
    phone.settled()
    expect(page.locator(".detail .kicker")).to_contain_text(first)
    shut(phone)


@pytest.mark.shows(2)
def test_layers_of_the_matrix_by_a_formula(phone: Planner) -> None:
    page = at(phone, "view=matrix&rows=zone&formula=ratio-ratio")
    cells = set(page.locator("[role=gridcell]").all_inner_texts())
    assert "0.0%" in cells
    assert cells <= {"0.0%", "?", "–"}


@pytest.mark.shows(3)
def test_a_place_on_the_map_is_explained_and_its_counties_are_shown(phone: Planner) -> None:
    page = at(phone, "view=map")
    page.get_by_role("button", name="Counties").click()
    expect(page.locator("path.area")).to_have_count(183)
    page.get_by_label("Over it").select_option("presence")
    phone.settled()
    page.locator(".ranking tbody a").first.click()
    phone.settled()
    assert asked(phone)["cell"].endswith("::")
    shut(phone)


@pytest.mark.shows(4)
def test_the_network_opens_from_a_place_to_what_it_is_tied_to(phone: Planner) -> None:
    page = at(phone, "view=network")
    page.locator(".ranking a", has_text=MIANYANG).click()
    phone.settled()
    page.locator(".detail").get_by_role("link", name="What it is tied to").click()
    phone.settled()
    shut(phone)
    expect(page.locator(".middle b")).to_have_text(MIANYANG)
    expect(page.locator(".around section").first).to_be_visible()


@pytest.mark.shows(4)
def test_a_chain_opens_to_a_segment(phone: Planner) -> None:
    page = at(phone, "view=chains&industry=CH01")
    name = page.locator(".segment a").first.inner_text()
    page.locator(".segment a").first.click()
    phone.settled()
    expect(page.locator("#detail-title")).to_have_text(name)
    shut(phone)


@pytest.mark.shows(5)
def test_the_table_is_sorted_and_saved(phone: Planner) -> None:
    page = at(phone, "view=table&region=510700")
    page.get_by_role("button", name="Demand", exact=True).click()
    expect(page.get_by_role("columnheader", name="Demand")).to_have_attribute("aria-sort", "descending")
    with page.expect_download() as got:
        page.get_by_role("button", name="Export CSV").click()
    head, *rows = Path(got.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert head.split(",")[:4] == ["Region", "Chain", "Service type", "State"]
    assert len(rows) == int(page.locator(".bar-of-tools b").inner_text().replace(",", ""))


@pytest.mark.shows(6)
def test_a_figure_leads_to_its_records(phone: Planner) -> None:
    page = at(phone)
    page.locator(".targets tr", has_text="online").get_by_role("link").click()
    phone.settled()
    expect(page.locator("#detail-title")).to_have_text("Online share")
    expect(page.locator(".detail .tasks li")).to_have_count(4)
    shut(phone)


@pytest.mark.shows(7)
def test_a_station_is_planned_and_the_difference_seen(phone: Planner) -> None:
    page = at(phone, "ask=whatif")
    form = page.get_by_role("form", name="Add a change")
    form.get_by_label("Name").fill("涪城站")
    form.get_by_label("Place").select_option("510703")
    form.get_by_role("button", name="Add it").click()
    phone.settled()
    expect(page.locator(".changes li")).to_have_count(1)
    page.get_by_role("link", name="Map: the difference").click()
    phone.settled()
    assert asked(phone)["base"] == "now"


@pytest.mark.shows(7)
def test_who_could_help_and_the_fewest_that_suffice(phone: Planner) -> None:
    page = at(phone, "ask=help:513400:SC03:")
    expect(page.locator(".partners > li, .nothing").first).to_be_visible()
    page.get_by_role("button", name="The fewest that suffice").click()
    phone.settled()
    expect(page.locator(".fewest")).to_be_visible()
    shut(phone)


@pytest.mark.shows(8)
def test_one_filter_over_all_views_goes_back_forward_and_to_a_colleague(phone: Planner) -> None:
    page = at(phone)
    page.get_by_label("Region").select_option(label=f"\u2003{MIANYANG}")
    for view in ("Matrix", "Map", "Network", "Table"):
        page.get_by_role("link", name=view, exact=True).click()
        phone.settled()
        assert asked(phone) == {"view": view.lower(), "region": "510700"}
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="Map", exact=True)).to_have_attribute("aria-current", "page")
    page.go_forward()
    expect(page.get_by_role("link", name="Network", exact=True)).to_have_attribute("aria-current", "page")
    page.goto(page.url)  # as one who was sent it
    phone.settled()
    expect(page.get_by_label("Region")).to_have_value("510700")


@pytest.mark.shows(9, at="phone")
def test_the_file_of_the_province_opens_from_a_phone(browser: Browser, store: Store, tmp_path: Path) -> None:
    cells, answers = explorer_documents(store, CoverageQuestion(), reach_km=30)
    path = write_explorer(cells, answers, tmp_path / "province.html", view="map", lang="en")
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True, reduced_motion="reduce")
    phone = Planner(context.new_page(), "file:")
    page = phone.page
    page.goto(path.as_uri())
    page.locator(".ranking tbody a").first.click()
    expect(page.locator(".detail dl.figures")).to_be_visible()
    shut(phone)
    page.get_by_role("link", name="Table", exact=True).click()
    expect(page.locator("[role=row]").nth(1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (phone.outside, phone.troubles) == ([], [])
    context.close()


@pytest.mark.shows(10)
@pytest.mark.parametrize(
    ("typed", "plan", "query"),
    [
        ("who can help Ziyang intellectual property", "Who could help Ziyang", {"ask": "help:512000:SC05:"}),
        ("Mianyang to Chengdu path", "from Mianyang to Chengdu", {"ask": "path:510700:510100"}),
        ("zys", "Ziyang", {"region": "512000", "rows": "county"}),
    ],
)
def test_a_phrase_is_understood(phone: Planner, typed: str, plan: str, query: dict[str, str]) -> None:
    page = at(phone)
    page.get_by_role("combobox", name="Search").fill(typed)
    expect(page.get_by_role("option").first).to_contain_text(plan)
    page.keyboard.press("Enter")
    phone.settled()
    assert asked(phone) == query


@pytest.mark.shows(11)
def test_the_tour_and_the_language_are_a_tap_away(phone: Planner) -> None:
    page = at(phone, "tour=1")
    page.get_by_role("region", name="Tour").get_by_role("link", name="Next").click()
    phone.settled()
    assert asked(phone) == {"view": "matrix", "tour": "2"}
    page.get_by_role("button", name="End the tour").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("link", name="矩阵")).to_have_attribute("aria-current", "page")
