"""Long work in the page: a report asked for and fetched, tables tried, then loaded, a job ended, a refusal in words."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from api.http.app import create_app
from api.http.jobs import ANSWERS, Jobs, Stopped
from api.jobs.register import JobResult
from api.security.callers import Callers
from api.security.roles import Role
from api.settings import Settings
from api.webhooks import Webhooks
from graph.stores.base import Store
from loaders.pipeline import TABLES, load
from tests.support.server import PATIENT, served
from tests.support.stores import new_store
from tests.viz.explorer.planner import PATIENCE, Planner, problems

HEAD = "所在地区,产业链,企业数,统计时间"
STANDING = f"{HEAD}\n绵阳市涪城区,智能装备,1500,2026-06-30\n"
BROUGHT = f"{HEAD}\n绵阳市游仙区,智能装备,800,2026-06-30\n火星,智能装备,5,2026-06-30\n"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A world of one county, to be loaded into."""
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "企业数量.csv").write_text(STANDING, encoding="utf-8")
    with new_store(folder / "world" / "graph.lbug") as store:
        assert not load(store, [folder / "企业数量.csv"]).issues
        yield store


@pytest.fixture(scope="module")
def office(browser: Browser, own: Store) -> Iterator[Planner]:
    """The page of a service that does jobs, at 1440 pixels."""
    with served(create_app(Settings(processes=0, **PATIENT), own), "on") as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        yield Planner(context.new_page(), address)
        context.close()


@pytest.mark.shows(7)
def test_tables_are_tried_then_loaded_and_the_page_shows_them(office: Planner) -> None:
    page = office.open()
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="载入数据表").click()
    form = page.get_by_role("form", name="试载")
    file: Any = {"name": "企业数量.csv", "mimeType": "text/csv", "buffer": BROUGHT.encode()}
    form.get_by_label("文件").set_input_files(file)
    form.get_by_label("来源").fill("绵阳市经信局")
    form.get_by_role("button", name="试载（不写入）").click()
    expect(page.locator(".account")).to_be_visible(timeout=PATIENCE)
    tried = office.query()["ask"]
    assert tried.startswith("load:try:")
    expect(page.locator(".account tbody tr")).to_have_text(["企业数量210001"], timeout=PATIENCE)
    assert problems(page) == []
    with page.expect_download() as fetched:
        page.get_by_role("link", name="退回的行和原因").click()
    book = load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    assert "火星" in {cell for line in book.worksheets[0].iter_rows(values_only=True) for cell in line}
    page.get_by_role("button", name="正式载入").click()
    again = page.get_by_role("button", name="用新数据重算本页")
    expect(again).to_have_count(1, timeout=PATIENCE)  # once, in the banner that tells of any change
    expect(page.locator("main .banner")).to_contain_text("图中数据已有更新", timeout=PATIENCE)
    expect(page.locator(".account tbody tr")).to_have_text(["企业数量210001"], timeout=PATIENCE)
    assert page.get_by_role("heading", level=1).inner_text() == before
    again.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before, timeout=PATIENCE)
    expect(page.locator("main .banner")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("还没有写入")).to_be_visible(timeout=PATIENCE)
    assert office.query()["ask"] == tried
    assert (office.outside, office.troubles) == ([], [])


@pytest.mark.shows(7)
def test_a_report_is_put_together_from_the_filter_and_fetched(office: Planner) -> None:
    page = office.open("?region=510700&type=SC03")
    page.get_by_role("link", name="写一份报告").click()
    assert office.query()["ask"] == "report:510700::SC03"
    form = page.get_by_role("form", name="写报告")
    form.get_by_label("格式").select_option("xlsx")
    form.get_by_label("语言").select_option("en")
    form.get_by_role("button", name="生成报告").click()
    ready = page.get_by_role("link", name="下载 Excel 工作簿")
    expect(ready).to_be_visible(timeout=PATIENCE)
    assert problems(page) == []
    assert office.query()["ask"].startswith("report:510700::SC03:xlsx:en:")
    page.reload()
    expect(ready).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as fetched:
        ready.click()
    assert fetched.value.suggested_filename == "gap-report-510700-SC03.xlsx"
    assert load_workbook(io.BytesIO(fetched.value.path().read_bytes())).worksheets
    form.get_by_label("格式").select_option("docx")
    assert office.query()["ask"] == "report:510700::SC03:docx:en:"
    expect(form.get_by_role("button", name="生成报告")).to_be_visible()
    office.open().get_by_role("link", name="我的作业").click()
    expect(page.locator(".tasks li b").first).to_have_text("报告")
    expect(page.get_by_role("link", name="取结果").first).to_be_visible(timeout=PATIENCE)
    assert problems(page) == []
    assert (office.outside, office.troubles) == ([], [])


def test_tables_have_the_names_of_the_loaders(office: Planner) -> None:
    told = office.open().evaluate("import('/explorer/load.js').then(m => m.TABLES)")
    assert told == {name: [table.label.zh, table.label.en] for name, table in TABLES.items()}


@pytest.mark.shows(7, at="phone-en")
def test_on_a_phone_a_job_is_ended_and_an_analyst_is_told_who_may_load(
    browser: Browser, own: Store, tmp_path: Path
) -> None:
    leave = threading.Event()

    def lasting(_: Any, _folder: Path, stop: Any, _tell: Any) -> JobResult:
        stop.on(leave.set)
        leave.wait()
        raise Stopped

    app = create_app(store=own)
    app.state.jobs = Jobs(tmp_path, {ANSWERS: lasting}, lambda *_: JobResult(status=500), Webhooks("", None))
    app.state.callers = Callers(tmp_path, Settings())
    _, token = app.state.callers.ring.create("规划处", Role.ANALYST, None, 1)
    with served(app) as address:
        context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{address}/?lang=en&ask=report:510700::")
        page.get_by_label("Key").fill(token)
        page.get_by_role("button", name="Enter").click()
        page.get_by_role("button", name="Make the report").click()
        expect(page.get_by_text("Under way…")).to_be_visible(timeout=PATIENCE)
        assert problems(page) == []
        page.get_by_role("button", name="Cancel", exact=True).click()
        expect(page.get_by_text("Cancelled.")).to_be_visible(timeout=PATIENCE)
        page.goto(f"{address}/?lang=en&ask=load")
        page.get_by_label("Files").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"x"})
        page.get_by_role("button", name="Try (nothing is written)").click()
        expect(page.locator(".detail .failure")).to_contain_text(
            "A key of the role analyst may not load or change data", timeout=PATIENCE
        )
        expect(page.locator(".detail")).to_contain_text("Give the tables to one.")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()
    app.state.jobs.close()
