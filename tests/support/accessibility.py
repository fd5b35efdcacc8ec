"""What a checker of accessibility finds wrong in a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURS = "color-contrast"
LATER_ROWS = "tr:nth-child(n + 5)"


def problems(page: Page, *, long_tables: bool = False) -> list[str]:
    """Return a line for each rule that is broken.

    Colours take the longest; in ``long_tables``, whose rows are made alike, they are looked at in the first of each.
    """
    if not long_tables:
        return _found(page)
    first_rows = {"exclude": [[LATER_ROWS]]}
    return _found(page, rules={COLOURS: {"enabled": False}}) + _found(page, first_rows, runOnly=[COLOURS])


def _found(page: Page, context: dict[str, Any] | None = None, **options: Any) -> list[str]:
    """Where all is well the checker need not describe every node."""
    found = Axe().run(page, context, {"resultTypes": ["violations"], **options}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
