"""The explorer's pictures in docs/, taken by ``make pictures`` from the sample province, so that they show what is.

Each is the page as a planner opens it, 1440 wide, in the colours of a palette, so that it can be kept here.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from api.http.app import create_app
from api.settings import Settings
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.sample import write_sample
from tests.support.machine import BROWSER_ARGS, chromium
from tests.support.server import served

VIEWS = {
    "overview": "",
    "matrix": "view=matrix&cell=510700::SC05",
    "map": "view=map&places=county&sites=windows",
    "catchment": "view=map&reach={window}&node={window}",
    "network": "view=network&node=510700",
    "sites": "view=network&places=site",
    "chains": "view=chains&industry=CH01&region=510700",
    "table": "view=table&state=empty",
    "plan": "view=map&base=now&ask=whatif&plan=close*window.{window}_add*name.涪城站*place.510703*service-types.SC03",
}
"""Name of each picture, and the address that shows it."""
SIZE = {"width": 1440, "height": 900}
COLOURS = 160
PATIENCE = 60_000
"""Milliseconds until a view is drawn."""


@contextmanager
def _store() -> Iterator[Store]:
    """Yield a store with the sample province, which is forgotten."""
    with tempfile.TemporaryDirectory(prefix="shuniu-pictures-") as folder:
        tables = write_sample(Path(folder) / "sample").folder
        with open_store(f"ladybug://{folder}/pictures.lbug") as store:
            ensure_reference(store)
            load(store, [tables])
            yield store


def _window(page: Page) -> str:
    """Return the key of Mianyang's window."""
    nodes = page.evaluate(
        "fetch('/v1/network?view=graph&prefecture=510700').then(a => a.json()).then(a => a.data.nodes)"
    )
    return str(next(n["key"] for n in nodes if n["kind"] == "prefecture_window" and n["prefecture"] == "510700"))


def take(origin: str, folder: Path) -> None:
    """Write a picture of each view that a service shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_ARGS)
        page = browser.new_context(viewport=SIZE, reduced_motion="reduce", locale="zh-CN").new_page()  # type: ignore[arg-type]
        page.goto(origin)
        page.evaluate("localStorage.setItem('shuniu.tour', 'yes')")
        window = _window(page)
        for name, query in VIEWS.items():
            page.goto(f"{origin}/?theme=light&{query.format(window=window)}")
            expect(page.locator("main#view[aria-busy=false]")).to_be_visible(timeout=PATIENCE)
            expect(page.locator(".waiting, [aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
            Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
                folder / f"explorer-{name}.png", optimize=True
            )
        browser.close()


def main(folder: Path) -> None:
    """Take the pictures of the sample province."""
    settings = Settings(processes=0, read_seconds=PATIENCE / 1000, cheap_seconds=PATIENCE / 1000)
    with _store() as store, served(create_app(settings, store)) as origin:
        take(origin, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
