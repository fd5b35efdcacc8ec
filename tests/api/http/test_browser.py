"""The pages in a real browser: accessible, self-contained, and the forms ask the live service."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.api.support import Client
from tests.support.accessibility import problems
from tests.support.server import served

PAGES = ("/", "/?lang=en", "/docs", "/docs?lang=en")


@pytest.fixture(scope="module")
def origin(client: Client) -> Iterator[str]:
    """Address of the app, served by uvicorn in a thread."""
    with served(client.app) as address:
        yield address


@pytest.fixture
def watched(page: Page, origin: str) -> Iterator[Page]:
    """A page that may ask nobody but us, and whose console stays silent."""
    outside: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((origin, "data:")) else outside.append(r.url))
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    yield page
    assert outside == []
    assert [s for s in said if "422" not in s] == []  # a refused question is reported by the browser itself


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits(watched: Page, origin: str, path: str, width: int) -> None:
    whole(watched, f"{origin}{path}", width)
    assert watched.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("path", "width"), [*zip(PAGES, (1440, 390, 390, 1440), strict=True)])
def test_a_page_is_accessible(watched: Page, origin: str, path: str, width: int) -> None:
    whole(watched, f"{origin}{path}", width)
    watched.evaluate(FEWER)
    assert problems(watched, long_tables=True) == []


FEWER = """document.querySelectorAll('article.route').forEach((route, n) => {
  if (n % 4) route.remove();
})"""
"""Routes are made alike, by one template: every fourth stays."""


def whole(page: Page, address: str, width: int) -> None:
    """Open a page, and everything that is folded in it."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")


def test_an_example_is_answered_when_it_comes_into_view(watched: Page, origin: str) -> None:
    watched.goto(f"{origin}/docs")
    form = watched.locator('form[data-path="/v1/kpi"]')
    form.locator(".status").scroll_into_view_if_needed()
    expect(form.locator(".status")).to_contain_text("200")
    expect(form.locator(".response")).to_contain_text('"graph_version": 2')


def test_a_form_asks_what_it_says(watched: Page, origin: str) -> None:
    watched.goto(f"{origin}/docs?lang=en")
    form = watched.locator('form[data-path="/v1/gaps"]')
    form.locator('[name="region"]').fill("it's <b>绵阳</b>")
    expect(form.locator(".curl")).to_contain_text("--data-urlencode 'region=it'\\''s <b>绵阳</b>'")
    form.locator("button").click()
    expect(form.locator(".status")).to_contain_text("422")
    expect(form.locator(".response")).to_contain_text("Unknown region: it's <b>绵阳</b>")
    form.locator('[name="region"]').fill("绵阳")
    form.locator('[name="service_type"]').select_option("")
    form.locator('[name="group_by"]').fill("prefecture")
    form.locator('[name="region"]').press("Enter")
    expect(form.locator(".status")).to_contain_text("200")
    expect(form.locator(".response")).to_contain_text('"region": "510700"')
    assert "format=csv" in (form.locator(".csv").get_attribute("href") or "")


def test_a_path_parameter_is_filled_in(watched: Page, origin: str) -> None:
    watched.goto(f"{origin}/docs")
    form = watched.locator('form[data-path="/v1/regions/{code}"]')
    form.locator('[name="code"]').fill("成都")
    form.locator("button").click()
    expect(form.locator(".response")).to_contain_text('"region": "510100"')


def test_the_language_is_switched(watched: Page, origin: str) -> None:
    watched.goto(f"{origin}/docs")
    watched.get_by_role("link", name="English").click()
    expect(watched.get_by_role("heading", level=1)).to_contain_text("API reference")
    watched.get_by_role("link", name="中文").click()
    expect(watched.get_by_role("heading", level=1)).to_contain_text("接口说明")
