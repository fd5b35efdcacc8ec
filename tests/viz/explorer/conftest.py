"""The explorer served from a small world, with one page at each size: for all tests of the folder."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.http.app import create_app
from api.settings import Settings
from graph.clock import today
from graph.stores.base import Store
from queries.coverage import CoverageQuestion
from queries.kpi import last_full_months
from tests.support.server import PATIENT, served
from tests.support.stores import loaded_store
from tests.viz.explorer.planner import SIZES, Planner
from tests.viz.scenes import HOSTILE
from tests.worlds import random_world
from viz.explorer.documents import explorer_documents

LEDGER = "编号,日期,服务类型,提供机构,载体或窗口,服务地区,方式,满意度,费用"
SERVICES = (
    "s-1,{month}-05,技术支持,{provider},甜城窗口,内江市,线上,5,0",
    "s-2,{month}-06,技术支持,{provider},甜城窗口,内江市,线下,3,200",
    "s-3,{month}-07,知识产权,{provider},甜城窗口,内江市,线上,4,0",
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
        f"名称,类型,所在地区\n{hostile}\n甜城窗口,市州窗口,内江市\n", encoding="utf-8"
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


@pytest.fixture(scope="package")
def documents(store: Store) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an offline file holds: the cells, and answers by address."""
    return explorer_documents(store, CoverageQuestion(), reach_km=30)


@pytest.fixture(scope="package")
def readers(browser: Browser, origin: str) -> Iterator[dict[str, Planner]]:
    """A page at each size, by its name."""
    made = {}
    for size, (width, height, look) in SIZES.items():
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        made[size] = Planner(context.new_page(), origin, look)
    yield made
    for reader in made.values():
        reader.page.context.close()


@pytest.fixture(params=["desk-zh", "phone-en"])
def sized(request: pytest.FixtureRequest, readers: dict[str, Planner]) -> Iterator[Planner]:
    """The page at two sizes, in both languages."""
    yield from in_peace(readers[request.param])


@pytest.fixture
def reader(request: pytest.FixtureRequest, readers: dict[str, Planner]) -> Iterator[Planner]:
    """The page at the size that a flow is tried at."""
    yield from in_peace(readers[request.param])


@pytest.fixture
def desk(readers: dict[str, Planner]) -> Iterator[Planner]:
    """The page at 1440 pixels, in Chinese."""
    yield from in_peace(readers["desk-zh"])


def in_peace(reader: Planner) -> Iterator[Planner]:
    """Yield a page that is one for all; after every test it has no trouble, and it is never wider than its window."""
    reader.troubles.clear()
    yield reader
    if reader.page.url.startswith(reader.origin):
        assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (reader.outside, reader.troubles) == ([], [])
