"""A prefecture's number beside those of its counties, in another file or load: it may be their sum, and is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph import schema
from graph.stores.base import Store
from loaders.pipeline import load

Make = Callable[..., Path]
HEAD = "所在地区,产业链,企业数\n"
COUNTIES = HEAD + "涪城区,智能装备,10\n游仙区,智能装备,20\n游仙区,优质白酒,7\n"
TOLD = (
    "企业数量：1 个市州的数不小于其区县之和（如 绵阳市·智能装备 {total}，区县合计 30）；若是全市总数，"
    "会与区县重复计入，请只报一种，或用 --replace 企业数量 重报"
)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("total_first", [True, False])
@pytest.mark.parametrize(("total", "told"), [(30, True), (45, True), (29, False)])  # 29 may be what the city itself has
def test_it_is_told(store: Store, csv: Make, *, together: bool, total_first: bool, total: int, told: bool) -> None:
    whole = HEAD + f"绵阳市,智能装备,{total}\n"
    files = [
        csv(f"{n}/企业数量.csv", text) for n, text in enumerate((whole, COUNTIES) if total_first else (COUNTIES, whole))
    ]
    reports = [load(store, files)] if together else [load(store, [file]) for file in files]
    if together and total == 30:
        (report,) = reports
        assert [(n.sheet, n.row, n.kind, n.text) for n in report.notes] == [("", 2, "explained_total", "绵阳市")]
        assert [(t.read, t.created) for t in report.tables] == [(3, 3)]
        told = False
    assert [w.zh for report in reports for w in report.warnings] == [TOLD.format(total=total)] * told


def test_a_rounded_total_of_another_load_is_told(store: Store, csv: Make) -> None:
    load(store, [csv("企业数量.csv", HEAD + "绵阳市,智能装备,12.3万\n")])
    report = load(store, [csv("企业数量.csv", HEAD + "涪城区,智能装备,5.12万\n游仙区,智能装备,7.22万\n")])
    assert [w.zh for w in report.warnings] == [TOLD.format(total=123000).replace("合计 30", "合计 123400")]


APART = {
    "all of a sheet are sums": (["绵阳市,智能装备,30", "绵阳市,优质白酒,9"], "游仙区,优质白酒,7\n涪城区,优质白酒,2", 2),
    "one of a sheet is none": (["绵阳市,智能装备,30", "绵阳市,优质白酒,10"], "游仙区,优质白酒,7\n涪城区,优质白酒,2", 0),
    "of one county it may be chance": (["绵阳市,智能装备,30", "绵阳市,优质白酒,7"], "游仙区,优质白酒,7", 0),
    "what it has itself": (["绵阳市本级,智能装备,30"], "", 0),
    "a prefecture without counties": (["德阳市,智能装备,30", "绵阳市,智能装备,30"], "", 1),
}


@pytest.mark.parametrize("name", APART)
def test_totals_of_another_sheet_count_once(store: Store, xlsx: Make, name: str) -> None:
    wide, more, left = APART[name]
    head = ["所在地区", "产业链", "企业数"]
    rows = "涪城区,智能装备,10\n游仙区,智能装备,20\n" + more
    sheets = {
        title: [head, *(line.split(",") for line in lines)] for title, lines in (("市州", wide), ("区县", rows.split()))
    }
    path = xlsx("企业数量.xlsx", sheets)
    report = load(store, [path])
    assert [(n.sheet, n.kind) for n in report.notes] == [("市州", "explained_total")] * left
    number = len(wide) + len(rows.split()) - left
    assert [(t.read, t.created) for t in report.tables] == [(number, number)]
    with store.read() as session:
        counts = session.nodes(schema.nodes()["EnterpriseCount"]).to_pylist()
    assert len(counts) == number
    again = load(store, [path], dry_run=True)
    assert [(t.read, t.unchanged) for t in again.tables] == [(number, number)]


def test_in_one_sheet_the_sheet_tells_it_and_nothing_else(store: Store, csv: Make) -> None:
    beside = HEAD + "绵阳市,智能装备,45\n" + COUNTIES.removeprefix(HEAD)
    (said,) = load(store, [csv("企业数量.csv", beside)]).warnings
    assert "1 个市州与其区县并列，看不出是不是总数（如第 2 行 绵阳市 45，区县合计 30）" in said.zh


def test_counties_alone_say_nothing(store: Store, csv: Make) -> None:
    assert load(store, [csv("企业数量.csv", COUNTIES)]).warnings == ()
