"""Two clicks from any figure of what was delivered to its records; and which windows report nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.http.app import create_app
from api.security.callers import Callers
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from graph.clock import today
from graph.stores.base import Store
from queries.kpi import last_full_months
from tests.api.support import Client
from tests.viz.explorer.planner import Planner, problems
from tests.viz.scenes import HOSTILE

MONTH = last_full_months(today(), 1)[1]


def told(desk: Planner, query: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.page.request.get(f"{desk.origin}/v1/monitoring/records?{query}").json()
    return found


def listed(page: Page) -> list[str]:
    return [text.split(" · ")[0] for text in page.locator(".detail .tasks .source").all_inner_texts()]


@pytest.mark.shows(1, 6)
def test_a_cell_a_target_and_a_month_lead_to_their_records_in_two_clicks(desk: Planner) -> None:
    page = desk.open("?view=matrix")
    page.get_by_role("gridcell", name="内江 技术支持").click()
    desk.settled()
    page.get_by_role("link", name="已办服务的记录").click()
    desk.settled()
    of_cell = told(desk, "region=511000&service_type=SC03")
    assert (listed(page), desk.clicks()) == ([r["id"] for r in of_cell["data"]], 2)
    assert sorted(listed(page)) == ["s-1", "s-2"]
    expect(page.locator(".plan-sum b")).to_have_text("2")
    page = desk.open()
    target = page.locator(".targets tr", has_text="服务满意度").get_by_role("link")
    share = target.inner_text()
    target.click()
    desk.settled()
    of_target = told(desk, "indicator=satisfaction")
    assert (listed(page), desk.clicks()) == ([r["id"] for r in of_target["data"]], 1)
    expect(page.locator(".plan-sum b")).to_have_text(share)
    expect(page.locator(".detail")).to_contain_text(f"{of_target['counted']} 条计入，分母 {of_target['among']}。")
    expect(page.locator(".detail .tasks li", has_text="s-2")).to_contain_text("不计入")
    page = desk.open()
    page.get_by_role("region", name=re.compile("的服务$")).locator("dl a").first.click()
    desk.settled()
    of_month = told(desk, f"month={MONTH}")
    assert (listed(page), desk.clicks()) == ([r["id"] for r in of_month["data"]], 1)
    expect(page.locator(".detail .tasks .source").first).to_contain_text("服务台账.csv 第")
    assert problems(page) == []


@pytest.mark.shows(6)
def test_a_month_opens_to_its_groups_and_they_to_theirs(desk: Planner) -> None:
    page = desk.open("?region=511011")  # a county's services are its prefecture's
    page.get_by_role("link", name="按市州、窗口、服务类型和月份").click()
    desk.settled()
    assert desk.query()["ask"] == f"month:511000:{MONTH}:"
    page.get_by_role("button", name="窗口、载体").click()
    desk.settled()
    row = page.locator(".detail tbody tr", has_text="甜城窗口")
    expect(row.locator("td")).to_have_text(["3", "67%*", "—"])
    row.get_by_role("link").first.click()
    desk.settled()
    assert sorted(listed(page)) == ["s-1", "s-2", "s-3"]
    page.locator(".detail").get_by_label("指标").select_option("free_share")
    desk.settled()
    expect(page.locator(".plan-sum b")).to_have_text("66.7%")
    page.locator(".detail").get_by_label("月份").select_option("")
    desk.settled()
    page.go_back()
    page.go_back()
    expect(page.locator(".plan-sum b")).to_have_text("3")
    with page.expect_download() as got:
        page.get_by_role("link", name="全部存为 CSV").click()
    assert got.value.suggested_filename == "records.csv"


@pytest.mark.shows(1)
def test_windows_that_report_nothing_wait_on_the_overview(desk: Planner) -> None:
    page = desk.open()
    silent = page.request.get(f"{desk.origin}/explorer/silent.json").json()
    names = {one["subject_name"] for one in silent["data"]}
    assert "甜城窗口" not in names
    assert {"内江市窗口平台", *HOSTILE[:2]} <= names
    row = page.get_by_role("region", name="等着办的").locator("dl > div", has_text="久未报送的窗口")
    expect(row.locator("dd")).to_have_text(str(silent["total"]))
    row.get_by_role("link").click()
    desk.settled()
    expect(page.locator(".detail .tasks li b")).to_have_text([one["subject_name"] for one in silent["data"]])
    expect(page.locator(".detail .tasks small").first).to_have_text("从未有服务记录。")
    page.locator(".detail .tasks a").first.click()
    desk.settled()
    page.locator(".detail").get_by_role("link", name="这里的服务记录").click()
    expect(page.locator(".detail .failure")).to_contain_text("有服务记录的窗口或载体")
    desk.troubles[:] = [t for t in desk.troubles if "404" not in t]  # the browser's own note of it


def test_an_editor_sees_the_silent_windows_of_the_own_region(store: Store, tmp_path: Path) -> None:
    app = create_app(Settings(processes=0), store)
    with Client(app) as client:
        app.state.callers = Callers(tmp_path, Settings())  # not those of the store, which others are served from
        for region, silent in (("510700", len(HOSTILE) + 1), ("510703", 0), ("511000", 1)):
            _, key = app.state.callers.ring.create(region, Role.EDITOR, region, 1)
            told = client.get("/explorer/silent.json", headers={"Authorization": f"Bearer {key}"}).json()
            assert (told["total"], len(told["data"])) == (silent, silent)
    assert not KeyRing(store.home).exists()
