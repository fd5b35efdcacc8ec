"""Sources on the page: by their public names, as reports tell them, and a way to look where there is an address."""

import csv
from importlib.resources import files

import pytest
from playwright.sync_api import expect

from queries.sources import public_name, where_to_look
from tests.viz.explorer.planner import Planner

WINDOW = "W00"
"""The hub."""
TABLES = [file for file in (files("graph") / "reference").iterdir() if file.name.endswith(".csv")]


def stated() -> list[str]:
    """Return every source that the reference data state, as they state it, and some of others."""
    rows = [row for table in TABLES for row in csv.DictReader(table.read_text("utf-8-sig").splitlines())]
    found = {text for row in rows for name, text in row.items() if name and "source" in name and text}
    return [
        *sorted(found),
        "绵阳市经信局",
        "https://me:word@www.example.org:8080/a?b=c#d",
        "http://example.org (no URL)",
    ]


def test_a_source_has_the_name_that_reports_give_it(desk: Planner) -> None:
    told = desk.open().evaluate(
        """async (given) => {
          const { keepCatalogue } = await import("/explorer/catalogue.js");
          keepCatalogue(await (await fetch("/explorer/catalogue.json")).json());
          return given.map((await import("/explorer/source.js")).publicSource);
        }""",
        stated(),
    )
    addresses = [to if (to := where_to_look(source)).startswith("http") else None for source in stated()]
    assert told == [{"name": public_name(s), "address": to} for s, to in zip(stated(), addresses, strict=True)]
    assert len(told) > 20
    assert None in addresses


@pytest.mark.shows(4)
def test_who_wants_to_look_is_led_there(desk: Planner) -> None:
    page = desk.open()
    stated = page.request.get(f"{desk.origin}/v1/entities/Window/{WINDOW}").json()["data"]["source"]
    page = desk.open(f"?view=network&node={WINDOW}")
    link = page.locator(".detail .source").get_by_role("link")
    expect(link).to_have_text(public_name(stated))
    expect(link).to_have_attribute("href", where_to_look(stated))
