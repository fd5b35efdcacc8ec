"""The explorer in circumstances that nobody wishes for: another day, a service that fails, the reader's own colours."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.viz.explorer.planner import PATIENCE, Planner

COLOURS = """name => [...document.querySelectorAll(name)].map(e => getComputedStyle(e).backgroundColor)"""
INKS = (
    """name => { const of = getComputedStyle(document.querySelector(name)); return [of.color, of.backgroundColor]; }"""
)

OVER = "document.documentElement.scrollWidth - innerWidth"


def test_another_day_than_today_is_told_and_left_in_one_step(desk: Planner) -> None:
    page = desk.open("?day=2001-01-01&region=510700&lang=zh")
    banner = page.locator("main .banner")
    expect(banner).to_have_text("这是 2001年1月1日 的情形：现有记录中当日有效的。 回到今天")
    expect(page.locator("#changed")).to_have_count(0)
    banner.get_by_role("link").click()
    desk.settled()
    expect(banner).to_have_count(0)
    expect(page.locator("#changed")).to_have_text("上月以来的变化")
    assert desk.query() == {"region": "510700"}
    page = desk.open("?day=2001-01-01&lang=en")
    expect(banner).to_have_text(
        "This is as of 1 January 2001: of what is on record, what is in force on that day. Back to today"
    )
    page.get_by_role("button", name="Clear").click()
    desk.settled()
    assert desk.query() == {"lang": "en"}


def test_figures_of_before_are_never_called_what_was_chosen(desk: Planner) -> None:
    page = desk.open("?lang=en&mode=online")
    held: list[Route] = []
    page.route("**/explorer/cells.json*", lambda *asked: held.append(asked[0]))
    page.get_by_label("Day").fill("2001-01-01")
    page.get_by_label("Day").press("Tab")
    banner, back = page.locator("main .banner"), "Back to the day as it is"
    expect(banner).to_have_text(
        f"What was chosen is being loaded; these are the earlier figures. {back}", timeout=PATIENCE
    )
    held.pop().fulfill(status=503, body="<html>gateway</html>")
    expect(banner).to_have_text(f"New data could not be loaded; these are the earlier ones.  Try again {back}")
    page.unroute("**/explorer/cells.json*")
    banner.get_by_role("button").click()
    desk.settled()
    expect(banner).to_have_text(
        [
            "Coverage, demand and gaps here are of the plan, snapshot or part of the facts that was chosen; "
            "targets, network and explanations are of the day as it is. Back to the day as it is",
            "This is as of 1 January 2001: of what is on record, what is in force on that day. Back to today",
        ]
    )
    assert len(desk.troubles) == 1, "the browser itself notes what failed"
    desk.troubles.clear()


def test_narrow_windows_and_large_letters_need_no_scrolling_sideways(desk: Planner) -> None:
    page = desk.open("?lang=en")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate(OVER) == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("document.querySelectorAll('.views a').forEach(a => { a.style.fontSize = '30px'; })")
    assert page.evaluate(OVER) == 0


def test_colours_that_say_something_stay_among_those_of_the_reader(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, forced_colors="active")
    planner = Planner(context.new_page(), origin)
    page = planner.open("?view=matrix&theme=light")
    swatches = page.evaluate(COLOURS, ".legend .swatch")
    assert len(set(swatches)) == len(swatches), "every state and shade has a colour of its own"
    pressed, free = (page.evaluate(COLOURS, f'.switch button[aria-pressed="{is_}"]') for is_ in ("true", "false"))
    assert set(pressed).isdisjoint(free)
    planner.turn("?theme=light")
    assert len(set(page.evaluate(COLOURS, ".spread span"))) > 1
    page.get_by_role("combobox", name="查找").fill("绵阳")
    expect(page.locator("#offers li")).not_to_have_count(0)
    assert page.evaluate(COLOURS, '#offers li[aria-selected="true"]') == pressed[:1]
    context.close()


LATE = """async () => {
  const { ask, forget } = await import("/explorer/data.js"), given = window.fetch, waiting = [];
  const said = data => ({ ok: true, status: 200, json: async () => ({ data }) });
  window.fetch = () => new Promise(answer => waiting.push(data => answer(said(data))));
  const drawn = () => new Promise(done => setTimeout(done)), seen = [];
  ask("/v1/late");
  forget("/v1/late");
  ask("/v1/late");
  for (const [which, data] of [[1, "newer"], [0, "older"]]) {
    waiting[which](data);
    await drawn();
    seen.push(ask("/v1/late").data);
  }
  window.fetch = given;
  return seen;
}"""
"""Two answers to one question, the second of which comes first, as on a slow line; what the page holds after each."""


def test_a_late_answer_does_not_take_the_place_of_a_newer_one(desk: Planner) -> None:
    assert desk.open("?lang=zh").evaluate(LATE) == [{"data": "newer"}, {"data": "newer"}]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "图中数据已有更新，下面的覆盖、需求和缺口是更新前的。 用新数据重算本页"),
        (
            "en",
            "The graph has changed since; coverage, demand and gaps here are of before. "
            "Show the page with the new data",
        ),
    ],
)
def test_a_change_made_elsewhere_is_told_and_shown_on_request(desk: Planner, lang: str, told: str) -> None:
    def older(route: Route) -> None:
        answer = route.fetch()
        made = answer.json()
        made["meta"]["graph_version"] -= 1
        route.fulfill(response=answer, json=made)

    desk.page.route("**/explorer/cells.json*", older)
    page = desk.open(f"?lang={lang}&view=network")
    banner = page.locator("main .banner")
    expect(banner).to_have_text(told)
    page.unroute("**/explorer/cells.json*")
    banner.get_by_role("button").click()
    desk.settled()
    expect(banner).to_have_count(0)


def test_an_address_of_a_node_that_is_none_says_so(desk: Planner) -> None:
    page = desk.open("?lang=en&view=network&node=nope")
    expect(page.locator(".detail h2")).to_have_text("nope")
    expect(page.locator(".detail .nothing")).to_have_text(
        "There is no such place or site in the networkIt may have been closed or removed, or the address is miscopied."
    )
    expect(page.locator(".detail .actions")).to_have_count(0)


def test_escape_closes_a_panel_but_not_while_an_input_method_takes_it(desk: Planner) -> None:
    page = desk.open("?lang=zh&ask=load")
    source = page.get_by_label("来源")
    source.dispatch_event("keydown", {"key": "Escape", "isComposing": True})
    expect(source).to_be_visible()
    source.dispatch_event("keydown", {"key": "Escape"})
    expect(page.locator(".detail")).to_have_count(0)


def test_a_dark_screen_prints_what_a_light_one_does(desk: Planner) -> None:
    inks = []
    for theme in ("light", "dark"):
        page = desk.open(f"?view=matrix&theme={theme}")
        page.emulate_media(media="print")
        inks.append([page.evaluate(INKS, name) for name in ("body", ".view h1", ".s-unknown", ".s-not_applicable")])
        page.emulate_media(media="screen")
    assert inks[0] == inks[1]


def test_what_works_by_buttons_alone_is_not_printed(desk: Planner) -> None:
    page = desk.open("?lang=zh")
    expect(page.get_by_role("heading", name="报告与数据")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("报告与数据")).to_be_hidden()
    page.emulate_media(media="screen")
