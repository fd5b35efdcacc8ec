"""The pages in a real browser with the network cut off: nothing is fetched, nothing runs that we did not write."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.accessibility import problems
from tests.viz.scenes import HOSTILE, meta, network, report
from viz.network import write_network
from viz.report.compose import gap_document
from viz.report.writing import write_report

SIZES = {"desk": {"width": 1440, "height": 1000}, "phone": {"width": 390, "height": 844}}


class Watched:
    """A page with what it asked for and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page, self.requests, self.troubles = page, list[str](), list[str]()
        page.on("request", lambda r: self.requests.append(r.url))
        page.on("console", lambda m: self.troubles.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda e: self.troubles.append(str(e)))
        page.on("dialog", lambda d: (self.troubles.append(f"dialog {d.message}"), d.dismiss()))

    def open(self, path: Path, fragment: str = "") -> Page:
        self.page.goto(path.as_uri() + fragment)
        return self.page

    def check(self) -> None:
        assert [u for u in self.requests if not u.startswith(("file:", "data:"))] == []
        assert self.troubles == []


@pytest.fixture(params=SIZES)
def watched(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=SIZES[request.param], offline=True, reduced_motion="reduce")
    yield Watched(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_network(network(300), tmp_path_factory.mktemp("network") / "网络.html", meta=meta())


BROKEN_WORDS = """[...document.querySelectorAll("thead th")].flatMap((th) => {
  const text = th.firstChild, range = document.createRange();
  const words = [...(text?.textContent ?? "").matchAll(/[A-Za-z]+/g)];
  return words.filter(({0: word, index}) => {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word);
})"""
"""Words that a heading of a table breaks in two."""


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_network_page(watched: Watched, picture: Path, lang: str) -> None:
    page = watched.open(picture, f"#lang={lang}")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
    expect(page.locator("#status")).to_have_text(
        "显示 302 个节点，共 302 个" if lang == "zh" else "Showing 302 of 302 nodes"
    )
    assert page.locator("#canvas canvas").count() == 1
    assert problems(page, long_tables=True) == []
    assert fits(page)
    watched.check()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report(watched: Watched, tmp_path: Path, lang: str) -> None:
    document = gap_document(report(), "zh" if lang == "zh" else "en")
    page = watched.open(write_report(document, tmp_path / "r.html", "html"))
    assert page.locator("img.chart").count() == 2
    assert page.evaluate(BROKEN_WORDS) == []
    assert problems(page) == []
    assert fits(page)
    watched.check()


@pytest.fixture
def desk(browser: Browser, picture: Path) -> Iterator[Watched]:
    context = browser.new_context(viewport=SIZES["desk"], offline=True, reduced_motion="reduce")
    watched = Watched(context.new_page())
    watched.open(picture)
    yield watched
    watched.check()
    context.close()


def visible_rows(page: Page) -> int:
    return page.locator("#rows tr:not([hidden])").count()


def test_search_by_keyboard(desk: Watched) -> None:
    page = desk.page
    page.get_by_label("按名称查找").focus()
    page.keyboard.type("真实载体1")
    expect(page.locator("#status")).to_contain_text("共 302 个")
    expect(page.locator("#status")).not_to_contain_text("显示 302")
    assert 0 < visible_rows(page) < 302
    page.keyboard.press("Enter")
    expect(page.locator("#details-title")).to_be_focused()
    expect(page.locator("#details-title")).to_contain_text("真实载体1")
    assert "selected=" in page.url


def test_filters_by_keyboard(desk: Watched) -> None:
    page = desk.page
    page.locator("#reality").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#status")).to_have_text("显示 150 个节点，共 302 个")
    page.locator("input[name=kind]").nth(3).focus()
    page.keyboard.press("Space")
    expect(page.locator("#status")).not_to_have_text("显示 150 个节点，共 302 个")
    page.locator("#reset").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("显示 302 个节点，共 302 个")
    page.locator("#prefecture").select_option("510700")
    expect(page.locator("#rows tr:not([hidden])").first).to_contain_text("绵阳")


def test_language_by_keyboard(desk: Watched) -> None:
    page = desk.page
    page.get_by_role("button", name="English").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sichuan SME public-service network")
    expect(page.get_by_label("Search by name")).to_be_visible()
    expect(page.locator("#rows tr").first).to_contain_text("Provincial hub")
    expect(page).to_have_url(re.compile("lang=en"))
    page.get_by_role("button", name="中文").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("四川省中小企业公共服务平台网络图")


def test_directory_opens_details_and_closing_returns(desk: Watched) -> None:
    page = desk.page
    button = page.locator("#rows button").nth(2)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#details-title")).to_have_text(HOSTILE[0])
    page.get_by_role("button", name="关闭").focus()
    page.keyboard.press("Enter")
    expect(button).to_be_focused()


def test_sorting_says_so(desk: Watched) -> None:
    page = desk.page
    heading = page.locator("thead th").nth(1)
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_hostile_names_do_nothing_wherever_they_show(desk: Watched) -> None:
    page = desk.page
    for i, name in enumerate(HOSTILE):
        page.locator("#rows button").nth(2 + i).click()
        expect(page.locator("#details-title")).to_have_text(name, use_inner_text=False)
        page.evaluate("shuniu.picture.network.moveTo({scale: 6}); shuniu.picture.adapt()")
    assert page.evaluate("document.querySelectorAll('img').length") == 1


def test_a_link_restores_the_view(desk: Watched, picture: Path) -> None:
    page = desk.page
    page.goto("about:blank")
    desk.open(picture, "#q=载体&reality=synthetic&selected=C13&lang=en")
    expect(page.locator("#search")).to_have_value("载体")
    expect(page.locator("#details-title")).to_have_text("示例-载体-013")
    assert 0 < visible_rows(page) <= 150


def test_a_page_of_one_prefecture_opens_on_it(desk: Watched, tmp_path: Path) -> None:
    """Its sites fill the picture; the hub may lie beyond the edge."""
    whole = network(300)
    graph = whole.model_copy(update={"nodes": [n for n in whole.nodes if n.prefecture in {"510700", None}]})
    page = desk.open(write_network(graph, tmp_path / "绵阳.html", meta=meta()))
    seen = page.evaluate(
        """(() => {
          const {network, data, box} = shuniu.picture;
          const own = data.nodes.filter((n) => data.facts[n.id].prefecture);
          const at = own.map((n) => network.canvasToDOM({x: n.x, y: n.y}));
          const wide = (axis) => Math.max(...at.map((p) => p[axis])) - Math.min(...at.map((p) => p[axis]));
          return [at.every((p) => p.x > 0 && p.y > 0 && p.x < box.clientWidth && p.y < box.clientHeight),
            Math.max(wide("x") / box.clientWidth, wide("y") / box.clientHeight) > 0.5];
        })()"""
    )
    assert seen == [True, True]


def test_clicking_a_county_opens_it(desk: Watched) -> None:
    page = desk.page
    spot = page.evaluate(
        "(() => { const p = shuniu.picture, c = p.data.clusters[0];"
        " return p.network.canvasToDOM({ x: c.x, y: c.y }); })()"
    )
    page.locator("#canvas").click(position=spot)
    expect(page.locator("#details")).to_contain_text("按类型")
    assert page.evaluate("shuniu.picture.near")
