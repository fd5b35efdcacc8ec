"""A planner before the page: what was asked for, and what went wrong."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from graph.language import Lang
from tests.support.accessibility import problems
from tests.support.soak import trials

__all__ = ["PATIENCE", "SIZES", "Planner", "in_rotation", "problems"]

PATIENCE = 60_000
"""Milliseconds that a first answer or a job may take on a busy machine."""

SIZES = {
    "desk-zh": (1440, 900, "lang=zh&theme=light"), "desk-en": (1440, 900, "lang=en&theme=dark"),
    "phone-zh": (390, 844, "lang=zh&theme=light"), "phone-en": (390, 844, "lang=en&theme=dark"),
}  # fmt: skip
"""Widths and heights at which the page is tried, and in which language and theme."""


def in_rotation(*sizes: str) -> Any:
    """Have a flow tried at some of SIZES, so that each part is at each of them; in the long run at all."""
    return pytest.mark.parametrize("reader", list(SIZES) if trials(0, 1) else sizes, indirect=True)


CLICKS = """
window.clicks = 0;
const isField = event => Boolean(event.target.matches?.("select, input"));
const counts = {
  click: event => !isField(event),
  change: event => Boolean(event.target.matches?.("select")),
  keydown: event => event.key === "Enter" && isField(event),
};
for (const [kind, is] of Object.entries(counts)) addEventListener(kind, event => { clicks += is(event); }, true);
"""
"""Counts in the page what a planner does: links and buttons pressed, choices made, what is typed and entered."""

TURN = "query => { history.pushState(null, '', query); dispatchEvent(new PopStateEvent('popstate')); }"


class Planner:
    """A page with what it asked for, and what went wrong in it."""

    def __init__(self, page: Page, origin: str, look: str = "") -> None:
        self.page, self.origin, self.look = page, origin, look
        self.outside, self.troubles = list[str](), list[str]()
        page.add_init_script(CLICKS)
        page.on("request", lambda r: None if r.url.startswith((origin, "data:")) else self.outside.append(r.url))
        page.on("console", lambda m: self.troubles.append(f"{m.text} {m.location.get('url', '')}".strip()))
        page.on("pageerror", lambda e: self.troubles.append(str(e)))
        page.on("dialog", lambda d: (self.troubles.append(d.message), d.dismiss()))

    @property
    def lang(self) -> Lang:
        """The language in which it is tried."""
        return "en" if "lang=en" in self.look else "zh"

    def say(self, zh: str, en: str) -> str:
        """Return what the page says in that language."""
        return zh if self.lang == "zh" else en

    def open(self, query: str = "") -> Page:
        self.page.goto(f"{self.origin}/{query}")
        self.settled()
        return self.page

    def turn(self, query: str) -> Page:
        """Show another address in the page as it stands, as "back" does; only the first is loaded."""
        if not self.page.url.startswith(self.origin):
            return self.open(query)
        self.page.evaluate(TURN, query)
        self.settled()
        return self.page

    def settled(self) -> None:
        expect(self.page.locator("main#view[aria-busy=false]")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".waiting, [aria-busy=true]")).to_have_count(0, timeout=PATIENCE)

    def clicks(self) -> int:
        """Return how many clicks were needed since the page was opened; a phrase with Enter is one."""
        return int(self.page.evaluate("clicks"))

    def query(self) -> dict[str, str]:
        return dict(self.page.evaluate("[...new URLSearchParams(location.search)]"))
