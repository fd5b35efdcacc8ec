"""The explorer served from a small world, with one page at each size: for all tests of the folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from api.http.app import create_app
from api.settings import Settings
from graph.stores.base import Store
from queries.answers import today
from queries.kpi import last_full_months
from tests.support.server import PATIENT, served
from tests.support.stores import loaded_store
from tests.viz.explorer.planner import SIZES, Planner
from tests.viz.scenes import HOSTILE
from tests.worlds import random_world

LEDGER = "编号,日期,服务类型,提供机构,载体或窗口,服务地区,方式,满意度,费用"
SERVICES = (
    "s-1,{month}-05,技术支持,{provider},内江窗口,内江市,线上,5,0",
    "s-2,{month}-06,技术支持,{provider},内江窗口,内江市,线下,3,200",
    "s-3,{month}-07,知识产权,{provider},内江窗口,内江市,线上,4,0",
    "s-4,{month}-08,知识产权,{provider},,遂宁市,线上,,",
)
"""What was delivered in the last full month."""


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small world, with names that would run if anything let them."""
    folder = tmp_path_factory.mktemp("explorer")
    hostile = "\n".join(f'"{n.replace(chr(34), chr(34) * 2)}",服务站点,绵阳市' for n in HOSTILE)
    world, month = random_world(3), last_full_months(today(), 1)[1]
    world.tables["demand_counts"] += [
        {"region": place, "chain": "CH06", "count": count, "as_of": f"{month}-01"}
        for place, count in (("西昌市", "900"), ("会理市", "400"))
    ]
    tables = world.write(folder / "tables")
    (tables / "枢纽与窗口.csv").write_text(
        f"名称,类型,所在地区\n{hostile}\n内江窗口,市州窗口,内江市\n", encoding="utf-8"
    )
    provider = world.tables["organizations"][0]["name"]
    (tables / "服务台账.csv").write_text(
        "\n".join([LEDGER, *(line.format(month=month, provider=provider) for line in SERVICES)]) + "\n",
        encoding="utf-8",
    )
    with loaded_store(tables, folder / "store") as store:
        yield store


@pytest.fixture(scope="package")
def origin(store: Store) -> Iterator[str]:
    """Address of the service."""
    with served(create_app(Settings(**PATIENT), store)) as address:
        yield address


@pytest.fixture(scope="package", params=SIZES)
def sized(request: pytest.FixtureRequest, browser: Browser, origin: str) -> Iterator[Planner]:
    yield from planner(browser, origin, request.param)


@pytest.fixture(scope="package")
def pocket(browser: Browser, origin: str) -> Iterator[Planner]:
    yield from planner(browser, origin, "phone")


@pytest.fixture(scope="package")
def room(browser: Browser, origin: str) -> Iterator[Planner]:
    width, height, _ = SIZES["desk"]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Planner(context.new_page(), origin)
    context.close()


def planner(browser: Browser, origin: str, size: str) -> Iterator[Planner]:
    width, height, look = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    yield Planner(context.new_page(), origin, look)
    context.close()


@pytest.fixture
def desk(room: Planner) -> Iterator[Planner]:
    """The page at 1440 pixels: one for all, in peace after every test."""
    room.troubles.clear()
    yield room
    assert room.outside == []
    assert room.troubles == []


@pytest.fixture
def phone(pocket: Planner) -> Iterator[Planner]:
    """The page at 390 pixels, in English and dark: one for all, in peace after every test, and never wider than it."""
    pocket.troubles.clear()
    yield pocket
    assert pocket.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert pocket.outside == []
    assert pocket.troubles == []
