"""The explorer served from a small world, with one page at each size: for all tests of the folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from api.http.app import create_app
from graph.stores.base import Store
from tests.support.server import served
from tests.support.stores import loaded_store
from tests.viz.explorer.planner import Planner
from tests.viz.scenes import HOSTILE
from tests.worlds import random_world

SIZES = {"desk": (1440, 900, "lang=zh&theme=light"), "phone": (390, 844, "lang=en&theme=dark")}


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small world, with names that would run if anything let them."""
    folder = tmp_path_factory.mktemp("explorer")
    hostile = "\n".join(f'"{n.replace(chr(34), chr(34) * 2)}",服务站点,绵阳市' for n in HOSTILE)
    tables = random_world(3).write(folder / "tables")
    (tables / "枢纽与窗口.csv").write_text(f"名称,类型,所在地区\n{hostile}\n", encoding="utf-8")
    with loaded_store(tables, folder / "store") as store:
        yield store


@pytest.fixture(scope="package")
def origin(store: Store) -> Iterator[str]:
    """Address of the service."""
    with served(create_app(store=store)) as address:
        yield address


@pytest.fixture(scope="package", params=SIZES)
def sized(request: pytest.FixtureRequest, browser: Browser, origin: str) -> Iterator[Planner]:
    width, height, look = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    yield Planner(context.new_page(), origin, look)
    context.close()


@pytest.fixture(scope="package")
def room(browser: Browser, origin: str) -> Iterator[Planner]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Planner(context.new_page(), origin)
    context.close()


@pytest.fixture
def desk(room: Planner) -> Iterator[Planner]:
    """The page at 1440 pixels: one for all, in peace after every test."""
    room.troubles.clear()
    yield room
    assert room.outside == []
    assert room.troubles == []
