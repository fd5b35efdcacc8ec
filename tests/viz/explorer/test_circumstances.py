"""The explorer in circumstances that nobody wishes for: another day, a service that fails, the reader's own colours."""

from playwright.sync_api import Browser, expect

from tests.viz.explorer.planner import PATIENCE, Planner

COLOURS = """name => [...document.querySelectorAll(name)].map(e => getComputedStyle(e).backgroundColor)"""


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


def test_what_is_still_shown_of_another_day_is_not_called_the_day_that_failed(desk: Planner) -> None:
    page = desk.open("?lang=en")
    page.route("**/explorer/cells.json*", lambda route: route.fulfill(status=503, body="<html>gateway</html>"))
    page.get_by_label("Day").fill("2001-01-01")
    page.get_by_label("Day").press("Tab")
    banner = page.locator("main .banner")
    expect(banner).to_have_text(
        "New data could not be loaded; these are the earlier ones.  Try again", timeout=PATIENCE
    )
    page.unroute("**/explorer/cells.json*")
    banner.get_by_role("button").click()
    desk.settled()
    expect(banner).to_have_text(
        "This is as of 1 January 2001: of what is on record, what is in force on that day. Back to today"
    )
    assert len(desk.troubles) == 1, "the browser itself notes what failed"
    desk.troubles.clear()


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
    context.close()
