"""What offices settle among themselves: requests from asking to their outcome, and which organisations are one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.http.access import COOKIE
from api.http.app import create_app
from api.security.callers import Callers
from api.security.roles import Role
from api.settings import Settings
from graph.stores.base import Store
from loaders.pipeline import load
from tests.support.server import PATIENT, served
from tests.support.stores import new_store
from tests.viz.explorer.planner import Planner, problems

HEAD = "名称,类型,所在地区"
FIRST = [
    "绵阳科技城技术转移中心,服务机构,绵阳市涪城区",
    "宜宾技术转移中心,服务机构,宜宾市翠屏区",
    "德阳检测中心,服务机构,德阳市旌阳区",
]
AGAIN = ["绵阳科技城技转中心,服务机构,绵阳市涪城区", "宜宾技转中心,服务机构,宜宾市翠屏区"]
"""Another list, with names that may be two of the first."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A world of five organisations, of which four may be two."""
    folder = tmp_path_factory.mktemp("requests")
    with new_store(folder / "world" / "w.lbug") as store:
        for name, lines in (("first", FIRST), ("again", AGAIN)):
            (folder / name).mkdir()
            (folder / name / "机构.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
            assert not load(store, [folder / name]).issues
        yield store


@pytest.fixture(scope="module")
def office(browser: Browser, own: Store) -> Iterator[Planner]:
    """The page at 1440 pixels, in Chinese, where everybody may do everything."""
    with served(create_app(Settings(processes=0, **PATIENT), own)) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        yield Planner(context.new_page(), address)
        context.close()


def facts(page: Page) -> dict[str, str]:
    pairs = page.locator(".detail > dl > div")
    return {p.locator("dt").inner_text(): p.locator("dd").inner_text() for p in pairs.all()}


def listed(office: Planner) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.page.request.get(f"{office.origin}/v1/requests").json()["data"]
    return found


@pytest.mark.shows(7)
def test_a_request_is_asked_for_and_a_slip_is_told_in_the_form(office: Planner) -> None:
    page = office.open()
    page.get_by_role("link", name="合作请求").click()
    expect(page.get_by_text("还没有请求")).to_be_visible()
    page.get_by_role("link", name="提出合作请求").click()
    form = page.get_by_role("form", name="提出合作请求")
    assert problems(page) == []
    form.get_by_label("请求方", exact=True).fill("绵阳市")
    form.get_by_label("被请求方").fill("没有这家")
    form.get_by_label("维度").select_option("innovation")
    form.get_by_role("combobox", name="服务", exact=True).select_option("SC03")
    form.get_by_label("内容").fill("<b>共享中试线</b>")
    form.get_by_label("答复期限").fill("2026-08-01")
    form.get_by_role("button", name="提出", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("没有这家")  # and what was filled in is still there
    form.get_by_label("被请求方").fill("德阳检测中心")
    page.keyboard.press("Enter")
    expect(page.locator("#detail-title")).to_have_text("绵阳市 → 德阳检测中心")
    office.troubles[:] = [t for t in office.troubles if "404" not in t]  # the browser's own note of the refusal
    (one,) = listed(office)
    assert office.query() == {"ask": f"request:{one['key']}"}
    assert facts(page)["内容"] == one["content"] == "<b>共享中试线</b>"
    assert (facts(page)["维度"], facts(page)["服务"]) == ("创新链", "技术支持")
    assert facts(page)["状态"].startswith("已提出")
    assert ("逾期未答复" in facts(page)["状态"]) == one["overdue"]
    assert (office.outside, office.troubles) == ([], [])


@pytest.mark.shows(7)
def test_a_request_goes_by_steps_to_what_came_of_it(office: Planner) -> None:
    asked = {"a": "510700", "b": "宜宾技术转移中心", "dimension": "innovation", "due": "2026-08-01"}
    made = office.page.request.post(f"{office.origin}/v1/requests", data=asked).json()["data"]
    page = office.open(f"?ask=request:{made['key']}")
    step = page.get_by_role("form", name="下一步")
    assert step.get_by_role("button").all_inner_texts() == ["已对接", "已达成", "已谢绝"]
    step.get_by_label("依据").fill("对接会纪要")
    step.get_by_role("button", name="已对接").click()
    expect(page.locator(".detail > dl")).to_contain_text("对接会纪要")
    page.get_by_text("责任与期限").click()
    terms = page.get_by_role("form", name="责任与期限")
    terms.get_by_label("责任单位").fill("绵阳市窗口")
    terms.get_by_role("button", name="写明").click()
    expect(page.locator(".detail > dl")).to_contain_text("绵阳市窗口")
    page.get_by_text("第三方有意参与").click()
    page.get_by_label("哪一方").fill("成都市")
    page.keyboard.press("Enter")
    expect(page.locator(".detail > dl")).to_contain_text("成都市")
    step.get_by_role("button", name="已达成").click()
    page.get_by_role("form", name="成效").get_by_role("button", name="仍在推进").click()
    expect(page.locator(".detail > dl")).to_contain_text("仍在推进")
    assert problems(page) == []
    done = next(one for one in listed(office) if one["key"] == made["key"])
    wanted = {
        "state": "agreed",
        "owner": "绵阳市窗口",
        "interested": ["成都市"],
        "outcome": "going_on",
        "due": "2026-08-01",
    }
    assert {name: done[name] for name in wanted} == wanted
    page.get_by_role("link", name="全部请求").click()
    shown = page.locator(".detail .tasks li")
    expect(shown).to_have_count(len(listed(office)))
    page.locator(".detail").get_by_label("状态").select_option("agreed")
    expect(shown).to_have_text([re.compile("绵阳市 → 宜宾技术转移中心.*已达成")])
    page.go_back()
    expect(shown).to_have_count(len(listed(office)))
    assert problems(page) == []
    assert (office.outside, office.troubles) == ([], [])


@pytest.mark.shows(7)
def test_pairs_of_a_kind_are_decided_with_one_word_and_taken_back(office: Planner) -> None:
    def waiting() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = page.request.get(f"{office.origin}/v1/review").json()["data"]
        return found

    page = office.open()
    told = waiting()
    pairs = [{first.split(",")[0], again.split(",")[0]} for first, again in zip(FIRST, AGAIN, strict=False)]
    assert sorted(sorted([p["a_name"], p["b_name"]]) for p in told) == sorted(map(sorted, pairs))
    row = page.get_by_role("region", name="等着办的").locator("dl > div").first
    expect(row).to_have_text(f"疑似重复的机构{len(told)}")
    row.get_by_role("link").click()
    group = page.locator(".detail details").first
    expect(group.locator("summary")).to_have_text(f"{told[0]['group_zh']}（{len(told)}）")
    assert problems(page) == []
    group.get_by_role("button", name="这组都不同").click()
    expect(page.get_by_text("没有待判定的")).to_be_visible()
    assert waiting() == []
    page.locator(".detail .banner").get_by_role("button", name="撤销").click()
    expect(group.locator("li")).to_have_count(len(told))
    assert waiting() == told
    group.locator("li").last.get_by_role("button", name="同一家").click()
    expect(group.locator("li")).to_have_count(len(told) - 1)
    page.get_by_role("button", name="已判定").click()
    assert office.query() == {"ask": "review:decided"}
    expect(page.locator(".detail ul > li")).to_have_count(1)
    assert problems(page) == []
    page.locator(".detail ul > li").get_by_role("button", name="撤销判定").click()
    expect(page.get_by_text("还没有判定过")).to_be_visible()
    page.go_back()
    expect(group.locator("li")).to_have_count(len(told))
    assert (office.outside, office.troubles) == ([], [])


@pytest.mark.shows(7, at="phone-en")
def test_on_a_phone_each_role_is_offered_what_it_may_do(browser: Browser, own: Store, tmp_path: Path) -> None:
    app = create_app(Settings(processes=0, **PATIENT), own)
    app.state.callers = Callers(tmp_path, Settings())
    keys = {
        role: app.state.callers.ring.create(role.value, role, "510700" if role is Role.EDITOR else None, 1)[1]
        for role in (Role.ANALYST, Role.EDITOR, Role.PUBLIC)
    }
    with served(app) as address:
        context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        phone = Planner(context.new_page(), address)
        page = phone.page

        def open_as(role: Role, query: str) -> None:
            context.add_cookies([{"name": COOKIE, "value": keys[role], "url": address}])
            phone.open(f"?lang=en&theme=dark&{query}")

        open_as(Role.ANALYST, "")
        waits = page.get_by_role("region", name="What waits").locator("dt")
        expect(waits).to_have_text(["Partner requests", "Windows that report nothing", "Signals"])
        page.goto(f"{address}/?lang=en&theme=dark&ask=review")
        expect(page.locator(".detail")).to_contain_text("The hub admin and the editors of windows decide.")
        open_as(Role.EDITOR, "ask=review")
        expect(page.locator(".detail li")).to_have_count(1)  # that of Mianyang
        page.locator(".detail li").get_by_role("button", name="Different").press("Enter")
        expect(page.get_by_text("Nothing waits")).to_be_visible()
        assert problems(page) == []
        page.locator(".detail .banner").get_by_role("button", name="Take it back").press("Enter")
        expect(page.locator(".detail li")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Close").press("Enter")
        page.get_by_role("link", name="Chains").press("Enter")
        phone.settled()
        expect(page.locator(".chain-list tbody tr").first).to_be_visible()
        open_as(Role.PUBLIC, "")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("region", name="What waits")).to_have_count(0)
        assert (phone.outside, phone.troubles) == ([], [])
        context.close()
