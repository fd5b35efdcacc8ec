"""The explorer in a real browser, as a planner uses it: one filter, one address, keys, both languages."""

import math
import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from api.http.app import create_app
from api.security.callers import Callers
from api.security.roles import Role
from api.settings import Settings
from graph.clock import today
from graph.stores.base import Store
from queries.coverage import CoverageQuestion
from queries.kpi import last_full_months
from queries.snapshots.keeping import create
from tests.support.server import served
from tests.support.soak import trials
from tests.viz.explorer.formulas import figures, formula
from tests.viz.explorer.planner import Planner, problems
from tests.viz.scenes import HOSTILE
from viz.explorer.offline import write_explorer

VIEWS = ("overview", "matrix", "map", "network", "chains", "table")
POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"}


@pytest.mark.parametrize(
    "query",
    [
        *(f"view={v}" for v in VIEWS),
        "view=matrix&formula=ratio-before.local&base=2001-01-01",
        "cell=510700::SC03",
        "cell=510703:CH06:SC03",
        "node=510700",
        "ask=help:512000:SC05:",
        "view=network&ask=path:510700:510100&pin=510700,510100&out=513300&off=station",
        "view=chains&industry=CH01&region=513200",
        "ask=segment:CH01-04",
        "view=map&sites=flows&plan=add*name.A*place.510703*service-types.SC03&base=now&ask=whatif",
        "ask=help:512000:SC05::40-15-15-15-10-10:",
        "ask=plan:510700:::100::",
        "ask=loss:510400",
        "ask=report:510700::SC03",
        "ask=load",
        "view=network&places=site&node=510700",
        "view=network&ego=Region:510700&node=510700",
        "ask=asking:510700::SC03",
        "ask=month:511000::window",
    ],
)
def test_a_view_is_accessible_and_fits(sized: Planner, query: str) -> None:
    page = sized.turn(f"?{query}&{sized.look}")
    expect(page.locator("html")).to_have_attribute("lang", "en" if "en" in sized.look else "zh-CN")
    if "view" not in query and "=" in query:
        expect(page.locator("#detail-title")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What opens beside a view is checked where it fills the screen, in the long run at each size.
    if "view" in query or "dark" in sized.look or trials(0, 1):
        assert problems(page) == []
    assert (sized.outside, sized.troubles) == ([], [])


def test_the_policy_allows_nothing_inline(desk: Planner) -> None:
    answer = desk.page.goto(desk.origin + "/")
    assert answer
    policy = {part.strip() for part in answer.headers["content-security-policy"].split(";")}
    assert policy > POLICY
    assert not re.search("unsafe|blob|data:", answer.headers["content-security-policy"])


def test_before_its_first_sentence_it_asks_for_five_files_each_once(desk: Planner) -> None:
    page = desk.open()
    asked = page.evaluate(
        """performance.getEntriesByType("resource").toSorted((a, b) => a.startTime - b.startTime)
        .map(e => new URL(e.name).pathname)"""
    )
    files = ("caller.json", "catalogue.json", "cells.json", "page.css", "page.js")
    before = asked[: asked.index("/v1/kpi")]
    assert sorted(p for p in before if p.startswith("/explorer/")) == [f"/explorer/{name}" for name in files]
    assert {asked.count(f"/explorer/{name}") for name in files} == {1}


@pytest.mark.shows(1, 6)
def test_overview_leads_to_the_rows_in_two_clicks(desk: Planner) -> None:
    page = desk.open()
    expect(page.get_by_role("heading", level=1)).to_contain_text("次服务需求")
    gap = page.locator(".gap-list .gap").first
    named = gap.inner_text()
    gap.click()
    desk.settled()
    expect(page.locator("#detail-title")).to_have_text(named.split(" ")[0])
    page.locator(".detail tbody a").first.click()
    desk.settled()
    page.locator(".detail summary").first.click()
    expect(page.locator(".detail .source").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_have_count(0)


def test_figures_are_those_of_the_api(desk: Planner) -> None:
    page = desk.open("?view=matrix&rows=prefecture&cols=service_type&measure=unmet")
    told = page.evaluate(
        "fetch('/v1/coverage?group_by=prefecture,service_type&limit=1000').then(a => a.json()).then(a => a.data)"
    )
    cells = {(c["region_name"], c["service_type_name"]): c for c in told}
    shown = page.locator("[role=gridcell]").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    states = {
        "covered": "已覆盖",
        "partial": "部分覆盖",
        "empty": "空白",
        "unknown": "数据不明",
        "not_applicable": "不适用",
    }
    checked = 0
    for (region, type_), cell in cells.items():
        for label in shown:
            place, column, state, *_ = label.split(" ")
            if region.startswith(place) and column == type_:
                assert states[cell["state"]] == state, label
                checked += 1
    assert checked >= 13 * 15


@pytest.mark.shows(2)
def test_the_matrix_by_keyboard(desk: Planner) -> None:
    page = desk.open("?view=matrix")
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(grid).to_have_attribute("aria-activedescendant", "m1_1")
    page.keyboard.press("Enter")
    assert desk.query()["cell"] == "510100::SC01"
    desk.settled()
    page.keyboard.press("Escape")
    expect(grid).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "Enter"):  # to the row's head, and into it
        page.keyboard.press(key)
    assert desk.query() == {"view": "matrix", "region": "510100", "rows": "county"}
    expect(page.locator(".trail")).to_contain_text("成都")
    for key in ("ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert desk.query()["sort"] == "-total"
    expect(page.get_by_role("columnheader", name="合计")).to_have_attribute("aria-sort", "descending")


@pytest.mark.shows(2)
def test_many_cells_are_selected_summed_and_copied(desk: Planner) -> None:
    page = desk.open("?view=matrix&measure=demand")
    page.get_by_role("grid").focus()
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight", "Control+c"):
        page.keyboard.press(key)
    assert desk.query()["pick"] == "510100~510300~SC01~SC02"
    expect(page.locator(".picked-sum")).to_contain_text("已选 4 格")
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [line.split("\t")[0] for line in lines] == ["", "成都", "自贡"]
    assert lines[0].split("\t")[1:] == ["信息咨询", "创业辅导"]
    page.keyboard.press("Escape")
    assert "pick" not in desk.query()


@pytest.mark.shows(2)
def test_a_large_matrix_draws_what_is_in_sight(desk: Planner) -> None:
    page = desk.open("?view=matrix&rows=county&cols=chain")
    grid = page.get_by_role("grid")
    rows = int(grid.get_attribute("aria-rowcount") or 0)
    assert rows >= 183
    assert page.locator("[role=row]").count() < 60
    grid.focus()
    page.keyboard.press("Control+End")
    expect(page.locator(f"[aria-rowindex='{rows}'] [role=rowheader]")).to_be_visible()


@pytest.mark.shows(8)
def test_back_and_forward_restore_every_step(desk: Planner) -> None:
    page = desk.open()
    steps = [page.url]
    page.get_by_role("link", name="矩阵").click()
    page.get_by_label("地区").select_option("510700")
    page.get_by_role("button", name="未满足需求").click()
    page.get_by_role("link", name="地图").click()
    steps.append(page.url)
    texts = [page.locator("main").inner_text()]
    for _ in range(4):
        page.go_back()
    assert page.url == steps[0]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for _ in range(4):
        page.go_forward()
    assert page.url == steps[1]
    expect(page.get_by_label("地区")).to_have_value("510700")
    assert page.locator("main").inner_text() == texts[0]
    assert len(page.url) < 2000


@pytest.mark.shows(8)
def test_an_address_of_nonsense_opens_the_overview(desk: Planner) -> None:
    page = desk.open("?view=nowhere&rows=SC01&measure=%3Cb%3E&lang=xx&unknown=1")
    expect(page.get_by_role("link", name="概览", exact=True)).to_have_attribute("aria-current", "page")


@pytest.mark.shows(8, 11)
def test_an_address_of_years_ago_says_what_is_no_more(desk: Planner) -> None:
    page = desk.turn("?view=matrix&region=999999&type=SC99")
    expect(page.locator("main .nothing strong")).to_have_text("没有这样的地区 999999、服务类型 SC99")
    page.get_by_role("link", name="去掉它看全部").click()
    desk.settled()
    assert desk.query() == {"view": "matrix"}
    desk.turn("?day=yesterday")
    expect(page.get_by_role("heading", level=1)).to_contain_text("次服务需求")
    desk.turn("?ask=dance:510700")
    expect(page.locator("#detail-title")).to_have_text("没有这样的内容")
    desk.turn("?cell=510703:CH99:SC03")
    expect(page.locator(".detail .nothing strong")).to_have_text("没有这样的单元")
    desk.turn("?snapshot=2020-01-31-1")
    expect(page.get_by_role("alert")).to_contain_text("没有找到快照：2020-01-31-1")
    assert [bool(re.search("404.*snapshot=2020-01-31-1", text)) for text in desk.troubles] == [True]
    desk.troubles.clear()
    page.get_by_role("link", name="回到现状").click()
    desk.settled()
    expect(page.get_by_role("alert")).to_have_count(0)
    page = desk.open("?view=table&day=2026-02-31&sort=SC03")
    expect(page.get_by_role("alert")).to_have_text("参数不正确as_of：应为日期，如 2026-01-31")
    assert [bool(re.search("422.*as_of=2026-02-31", text)) for text in desk.troubles] == [True]
    desk.troubles.clear()
    page.get_by_role("link", name="回到现状").click()
    desk.settled()
    expect(page.get_by_role("columnheader", name="未满足")).to_have_attribute("aria-sort", "descending")


def test_formulas_reckon_and_leave_the_unknown_unknown(desk: Planner) -> None:
    page, rng = desk.open(), random.Random(5)
    made = [(*formula(rng), figures(rng), figures(rng)) for _ in range(1000)]
    got = page.evaluate(
        """async asked => {
          const { readFormula } = await import("/explorer/formula.js");
          const known = of => Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v === null ? NaN : v]));
          return asked.map(([text, now, then]) => {
            const value = readFormula(text).of(known(now), known(then));
            return Number.isNaN(value) ? null : String(value);
          });
        }""",
        [[text, *({k: None if math.isnan(v) else v for k, v in f.items()} for f in days)] for text, _, *days in made],
    )
    want = [reckon(now, then) for _, reckon, now, then in made]
    assert [w if g is None else float(g.replace("Infinity", "inf")) for g, w in zip(got, want, strict=True)] == (
        pytest.approx(want, rel=1e-12, nan_ok=True)
    )
    assert [g is None for g in got] == [math.isnan(w) for w in want]
    assert 200 < sum(g is None for g in got) < 900


@pytest.mark.shows(2)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("覆盖率 - 本地", "第 7 个字：没有“本地”这个指标"),
        ("ratio + ", "第 8 个字：这里应是指标、数或括号"),
        ("max(ratio", "第 10 个字：这里应是“)”"),
        ("over(50%)", "第 1 个字：先写界限，再写图层"),
        ("ratio 2", "第 7 个字：“2”多了"),
        ("ratio ^ 2", "第 6 个字：看不懂“ ^ 2”"),
    ],
)
def test_a_formula_that_cannot_be_read_says_where(desk: Planner, text: str, said: str) -> None:
    page = desk.open("?view=matrix")
    page.locator(".formula summary").click()
    page.get_by_role("combobox", name="公式").fill(text)
    page.get_by_role("button", name="算").click()
    expect(page.locator("#formula-about")).to_have_text(said)
    assert desk.query()["formula"] == text.strip()


@pytest.mark.shows(2, 3)
def test_a_formula_stands_in_matrix_map_and_address(desk: Planner) -> None:
    page = desk.open("?view=matrix&rows=zone&formula=(ratio-local)*0%2B25%25")
    cells = page.locator("[role=gridcell]").all_inner_texts()
    assert set(cells) <= {"25%", "?", "–"}
    assert cells.count("25%") > 20
    page.get_by_role("link", name="地图").click()
    assert set(page.locator(".ranking td").all_inner_texts()) <= {"25%", "—"}
    page.get_by_role("button", name="不用公式").click()
    assert "formula" not in desk.query()


@pytest.mark.shows(2)
def test_a_day_is_compared_with_a_snapshot_and_with_another_day(desk: Planner, store: Store) -> None:
    kept = create(store, CoverageQuestion()).data
    page = desk.open("?view=matrix&measure=unmet")
    page.get_by_label("比较").select_option(kept.id)
    expect(page.locator(".legend")).to_contain_text("< −0.7≥ −0.7≥ −0.30≤ +0.3≤ +0.7> +0.7不明")
    desk.settled()
    cells = page.locator("[role=gridcell]").all_inner_texts()
    assert set(cells) <= {"0", "?", "–"}
    assert cells.count("0") > 60
    page.get_by_role("button", name="本地覆盖率").click()  # a snapshot keeps none: unknown, not nought
    assert set(page.locator("[role=gridcell]").all_inner_texts()) <= {"?", "–"}


@pytest.mark.shows(1)
@pytest.mark.parametrize("asked", ["", "region=511000", "region=511000&service_type=SC03"])
def test_the_overview_tells_what_changed_since_last_month_under_the_filter(
    desk: Planner, store: Store, asked: str
) -> None:
    before, after = create(store, CoverageQuestion(as_of=date(2026, 9, 30))), create(store, CoverageQuestion())
    page = desk.open(f"?{asked.replace('service_type', 'type')}")
    address = f"/v1/snapshots/{before.data.id}/diff/{after.data.id}?limit=1&{asked}"
    told = page.evaluate(f"fetch('{address}').then(a => a.json())")
    totals = [told["summary"][day]["unmet"] for day in ("before", "after")]
    shown = round(totals[1]) - round(totals[0])  # of the figures as they stand beside it
    expect(page.locator("#changed + p + dl > div").first.locator("dd")).to_have_text(
        f"{shown:+,} {totals[0]:,.0f} → {totals[1]:,.0f}".replace("-", "−").replace("+0 ", "0 ")
    )
    page.get_by_role("link", name=f"在地图上看变化的 {told['total']:,} 个单元").click()
    asked_for = dict(pair.split("=") for pair in asked.replace("service_type", "type").split("&") if pair)
    assert desk.query() == asked_for | {"view": "map", "base": before.data.id, "measure": "unmet"}
    desk.settled()


@pytest.mark.shows(1)
@pytest.mark.parametrize(
    ("asked", "whole", "services"),
    [
        ("", "", ""),
        ("region=511002", "全省", "内江"),
        ("type=SC03", "全省 · 全部产业和服务", "全省 · 全部产业和服务"),
        ("region=511000", "全省", ""),
    ],
)
def test_what_does_not_follow_the_filter_says_what_it_is_of(
    desk: Planner, asked: str, whole: str, services: str
) -> None:
    page = desk.open(f"?{asked}")
    year, month = map(int, last_full_months(today(), 1)[1].split("-"))
    said = {name: page.locator(f"#{name}").inner_text() for name in ("targets", "month", "presence", "waiting")}
    assert said == {
        "targets": f"目标与实际 通知第二条 {whole}".strip(),
        "month": f"{year}年{month}月的服务 {services}".strip(),
        "presence": f"网络到哪一级 {whole}".strip(),
        "waiting": f"等着办的 {whole}".strip(),
    }
    regions = page.evaluate("fetch('/explorer/cells.json').then(a => a.json()).then(a => a.regions)")
    within = asked.removeprefix("region=").removesuffix("00") if "region" in asked else "51"
    counted = [r["as_of"] for r in regions if r["code"].startswith(within)]
    expect(page.locator("dl.pairs div", has_text="没有企业数量的地区").locator("dd")).to_have_text(
        f"{counted.count(None)} / {len(counted)}"
    )


@pytest.mark.shows(2)
def test_a_change_is_the_difference_of_two_answers(desk: Planner) -> None:
    page = desk.open("?view=matrix&rows=prefecture&cols=service_type&base=2001-01-01&formula=unmet-before.unmet")
    today, then = page.evaluate(
        """Promise.all(["", "&as_of=2001-01-01"].map(day =>
          fetch("/v1/coverage?group_by=prefecture&limit=1000" + day).then(a => a.json()).then(a => a.data)))"""
    )
    change = [
        None if None in (a["unmet"], b["unmet"]) else a["unmet"] - b["unmet"] for a, b in zip(today, then, strict=True)
    ]
    told = page.locator("[role=gridcell][aria-colindex='2']").all_inner_texts()[1:]
    in_order = sorted(zip((a["region"] for a in today), change, strict=True))
    assert [t.replace(",", "").replace("万", "") for t in told] == [
        "?"
        if c is None
        else (f"{c:.0f}".replace("-0", "0") if abs(c) >= 10 or not c % 1 else f"{c:.1f}").replace("-", "−")
        for _, c in in_order
    ]
    assert len({t for t in told if t != "?"}) > 3


@pytest.mark.shows(3)
def test_the_map_by_keyboard_and_its_table(desk: Planner) -> None:
    page = desk.open("?view=map&sites=presence")
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".map-card")).to_contain_text("成都")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".map-card")).not_to_contain_text("成都")
    page.keyboard.press("Enter")
    assert desk.query()["cell"].endswith("::")
    assert page.locator("path.area").count() == 21
    assert page.locator(".ranking tbody tr").count() == 21
    page.get_by_role("button", name="区县").click()
    assert page.locator("path.area").count() == 183


@pytest.mark.shows(5)
def test_the_table_sorts_chooses_columns_and_exports(desk: Planner) -> None:
    page = desk.open("?view=table&state=empty")
    page.get_by_role("button", name="需求", exact=True).click()
    expect(page.get_by_role("columnheader", name="需求")).to_have_attribute("aria-sort", "descending")
    page.locator(".columns-choice summary").click()
    page.get_by_label("机构").uncheck()
    expect(page.get_by_role("columnheader", name="机构")).to_have_count(0)
    with page.expect_download() as got:
        page.get_by_role("button", name="导出 CSV").click()
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    shown = int(page.locator(".bar-of-tools b").inner_text().replace(",", ""))
    assert text.splitlines()[0] == "地区,产业链,服务类型,状态,需求,可及供给,未满足,覆盖率,本地,原因"
    assert len(text.splitlines()) == shown + 1
    assert {line.split(",")[3] for line in text.splitlines()[1:]} == {"空白"}
    with page.expect_download() as workbook:
        page.get_by_role("link", name="导出 Excel").click()
    assert Path(workbook.value.path()).read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("view", "rows", "pages", "head", "left_off"),
    [
        ("view=table&type=SC03", 1000, 42, "可及供给", ["只打印前 1,000 个，共 7,440 个；全部请导出 Excel 或 CSV。"]),
        ("view=matrix&rows=county&measure=demand", 187, 11, "合计", []),
    ],
)
def test_on_paper_stand_all_rows_each_page_with_its_heads(
    desk: Planner, view: str, rows: int, pages: int, head: str, left_off: list[str]
) -> None:
    """Drawn on the screen are the rows in sight; printed are all, on pages that lie across."""
    page = desk.open(f"?{view}")
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as file:
        texts = [sheet.get_textpage().get_text_range() for sheet in file]
        sizes = {tuple(round(side / 72 * 25.4) for side in sheet.get_size()) for sheet in file}
    assert ([head in text for text in texts[:-1]], len(texts), sizes) == ([True] * (pages - 1), pages, {(297, 210)})
    assert ("矩阵 · 全省 · 需求（次/年）" if "matrix" in view else "明细 · 全省") in texts[0]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".sheet-row, .grid-row:not(.names)")).to_have_count(rows)
    assert page.locator(".left-off").all_inner_texts() == left_off
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".left-off")).to_have_count(0)


@pytest.mark.shows(10)
@pytest.mark.parametrize(
    ("typed", "plan", "asked"),
    [
        ("阿坝 缺 技术支持", "阿坝 的 技术支持", {"cell": "513200::SC03"}),
        ("阿坝缺技术支持", "阿坝 的 技术支持", {"cell": "513200::SC03"}),
        ("谁能帮 资阳 知识产权", "谁能帮 资阳 补上 知识产权", {"ask": "help:512000:SC05:"}),
        ("绵阳 到 成都 路径", "从 绵阳 到 成都 的协作路径", {"ask": "path:510700:510100"}),
        ("失去攀枝花的窗口", "攀枝花 的窗口失去了会怎样", {"ask": "loss:510400"}),
        ("绵阳 300万 三个站", "绵阳 300 万元，至多新建 3 处：先做什么", {"ask": "plan:510700:::300:3:build"}),
        ("mys", "绵阳", {"region": "510700", "rows": "county"}),
        ("涪城", "绵阳·涪城区", {"region": "510703", "rows": "chain"}),
    ],
)
def test_a_phrase_shows_its_plan_before_it_answers(desk: Planner, typed: str, plan: str, asked: dict[str, str]) -> None:
    page = desk.open()
    page.get_by_role("combobox", name="查找").fill(typed)
    expect(page.get_by_role("option").first).to_contain_text(plan)
    page.keyboard.press("Enter")
    desk.settled()
    assert desk.query() == asked
    expect(page.locator(".failure")).to_have_count(0)


@pytest.mark.shows(7)
def test_a_budget_is_weighed_and_its_slider_moves_the_plan(desk: Planner) -> None:
    page = desk.open("?ask=plan:510700:::100::")
    told = page.evaluate(
        """fetch("/v1/expand", {method: "POST", headers: {"Content-Type": "application/json"},
          body: JSON.stringify({budget: 100, kinds: ["build", "share", "upgrade"], region: "510700"})})
          .then(a => a.json()).then(a => a.data)"""
    )
    shown = page.locator(".detail table.rows").first.locator("tbody th").all_inner_texts()
    assert told["actions"]
    assert [text.split("\n")[0] for text in shown] == [a["name"] for a in told["actions"]]
    expect(page.locator(".plan-sum")).to_contain_text(f"{told['unmet_before']:,.0f}")
    page.get_by_label("共享").uncheck()
    desk.settled()
    assert desk.query()["ask"] == "plan:510700:::100::build,upgrade"
    page.get_by_label("预算").press("ArrowRight")
    desk.settled()
    assert desk.query()["ask"] == "plan:510700:::150::build,upgrade"
    expect(page.locator("#detail-title")).to_have_text("绵阳")


@pytest.mark.shows(1, 2, 7, 10)
def test_the_five_tasks_take_at_most_four_clicks(desk: Planner) -> None:
    def phrase(text: str) -> Page:
        page = desk.open()
        page.get_by_role("combobox", name="查找").fill(text)
        page.keyboard.press("Enter")
        desk.settled()
        expect(page.locator(".failure")).to_have_count(0)
        return page

    page = desk.open()  # the worst gap in 凉山
    page.get_by_label("地区").select_option(label="\u2003凉山")
    desk.settled()
    gaps = page.request.get(f"{desk.origin}/v1/gaps/rankings?first=5&region=513400").json()["data"]["size"]["gaps"]
    page.locator(".gap-list .gap").first.click()
    desk.settled()
    expect(page.locator("#detail-title")).to_have_text(re.compile("^凉山·"))
    expect(page.locator(".detail .main dd")).to_have_text(f"{gaps[0]['unmet']:,.0f}")
    took = [desk.clicks()]
    page = phrase("谁能帮 资阳 知识产权")
    expect(page.locator("#detail-title")).to_have_text("资阳 · 知识产权")
    took.append(desk.clicks())
    page = phrase("失去攀枝花窗口")
    expect(page.locator("#detail-title")).to_have_text("攀枝花")
    took.append(desk.clicks())
    page = phrase("300万 三个站点")
    expect(page.locator(".detail .plan-sum")).to_be_visible()
    took.append(desk.clicks())
    page = desk.open()  # what changed since last month
    page.get_by_role("link", name="矩阵").click()
    page.get_by_label("比较").select_option(label="上月同日")
    desk.settled()
    expect(page.get_by_role("columnheader", name="合计")).to_be_visible()
    assert desk.query()["base"]
    took.append(desk.clicks())
    assert took == [2, 1, 1, 1, 2]
    assert max(took) <= 4


@pytest.mark.shows(8, 11)
def test_language_and_theme_are_kept_in_the_address(desk: Planner) -> None:
    page = desk.open("?view=matrix")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Matrix")).to_be_visible()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert desk.query() == {"view": "matrix", "lang": "en", "theme": "dark"}
    page.reload()
    desk.settled()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("link", name="Matrix")).to_have_attribute("aria-current", "page")


def test_hostile_names_are_text(desk: Planner) -> None:
    page = desk.open("?node=510700")
    listed = page.locator(".detail li a").all_text_contents()
    as_read = (name.replace("\u202e", "") for name in HOSTILE)  # marks of direction are taken away at loading
    assert {" ".join(n.split()) for n in as_read} <= {" ".join(n.split()) for n in listed}
    assert page.locator("main img, .detail img").count() == 0


@pytest.mark.shows(9, at="desk-en")
def test_one_file_opens_from_a_disk(
    browser: Browser, documents: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    cells, answers = documents
    path = write_explorer(cells, answers, tmp_path / "全省.html", view="matrix", lang="en")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True, reduced_motion="reduce")
    planner = Planner(context.new_page(), "file:")
    page = planner.page
    page.goto(path.as_uri())
    page.get_by_role("gridcell").first.click()
    expect(page.locator(".detail .reasons li").first).to_be_visible()
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page.locator(".targets tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Network").click()
    expect(page.locator(".ranking tbody tr").first).to_be_visible()
    assert problems(page) == []
    page.get_by_role("link", name="Chains").click()
    chains = answers["/v1/chains?limit=1000"]["data"]
    segments = [s for s in chains if s["chain"] == "CH01" and s["segment"]]
    page.get_by_role("combobox", name="Chain", exact=True).select_option("CH01")
    expect(page.locator(".segment")).to_have_count(len(segments))
    page.locator(".segment a").first.click()
    expect(page.locator("#detail-title")).to_have_text(str(page.locator(".segment.open b").inner_text()))
    expect(page.locator(".detail h3").first).to_be_visible()
    for _ in range(5):
        page.go_back()
    expect(page.get_by_role("link", name="Matrix")).to_have_attribute("aria-current", "page")
    assert "cell=" in page.url
    assert (planner.outside, planner.troubles) == ([], [])
    context.close()


@pytest.mark.shows(11, at="desk-zh")
def test_without_the_service_it_says_so_and_tries_again(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.route("**/explorer/cells.json*", lambda route: route.abort())
    page.goto(origin)
    expect(page.locator(".failure")).to_contain_text("服务没有应答")
    page.unroute("**/explorer/cells.json*")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


@pytest.mark.shows(11, at="phone-zh")
def test_with_keys_the_page_asks_for_one(browser: Browser, store: Store, tmp_path: Path) -> None:
    app = create_app(store=store)
    app.state.callers = Callers(tmp_path, Settings())
    _, token = app.state.callers.ring.create("规划处", Role.ANALYST, None, 1)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    with served(app) as address:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("请出示密钥")
        assert problems(page) == []
        page.get_by_label("密钥").fill("shuniu_no_key")
        page.get_by_role("button", name="进入").click()
        expect(page.get_by_role("alert")).not_to_be_empty()
        page.get_by_label("密钥").fill(token)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("次服务需求")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("次服务需求")
        assert page.evaluate("document.cookie") == ""
    context.close()


def test_a_group_that_lacks_nothing_lists_no_cells_where_it_is_missing(desk: Planner) -> None:
    page = desk.open("?lang=zh")
    full, short = page.evaluate(
        """() => fetch("/v1/coverage?group_by=prefecture,service_type&limit=500").then(a => a.json()).then(({data}) =>
          ["covered", "partial"].map(s => data.find(c => c.state === s)).map(c => `${c.region}::${c.service_type}`))"""
    )
    heads = page.locator(".detail h3").filter(has_text="差在哪些单元")
    for cell, listed in ((full, 0), (short, 1)):
        desk.turn(f"?lang=zh&view=matrix&cell={cell}")
        expect(page.locator(".detail h3").filter(has_text="谁在供给")).to_have_count(1)
        expect(heads).to_have_count(listed)
