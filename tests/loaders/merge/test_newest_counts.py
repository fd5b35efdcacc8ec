"""The newest count wins, in whichever order the days are delivered; an older one is told and changes nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph.schema import nodes
from graph.stores.base import Store
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load

HEAD = "所在地区,产业链,企业数,统计时间\n"
NEW = HEAD + "涪城区,优质白酒,120,2026-06-30\n游仙区,优质白酒,30,2026-06-30\n"
OLD = HEAD + "涪城区,优质白酒,90,2025-12-31\n安州区,优质白酒,7,2025-12-31\n"
NEWEST = {"510703-": (120, date(2026, 6, 30)), "510704-": (30, date(2026, 6, 30)), "510705-": (7, date(2025, 12, 31))}


def counts(store: Store) -> dict[str, tuple[float, date | None]]:
    with store.read() as session:
        rows = session.nodes(nodes()["EnterpriseCount"]).to_pylist()
    return {row["key"][:7]: (row["count"], row["as_of"]) for row in rows}


@pytest.mark.parametrize("order", [(NEW, OLD), (OLD, NEW)])
@pytest.mark.parametrize("together", [False, True])
def test_the_newest_wins(store: Store, csv: Callable[..., Path], order: tuple[str, ...], *, together: bool) -> None:
    files = [csv(f"{n}/demand_counts.csv", text) for n, text in enumerate(order)]
    reports = [load(store, files)] if together else [load(store, [file]) for file in files]
    assert counts(store) == NEWEST
    said = [w.zh for report in reports for w in report.warnings if "保留较新的" in w.zh]
    assert len(said) == (order == (NEW, OLD))
    for tally in (t for report in reports for t in report.tables):
        assert tally.read == tally.created + tally.updated + tally.unchanged + tally.merged + tally.rejected


UNDATED = "所在地区,产业链,企业数\n涪城区,优质白酒,110\n江油市,优质白酒,5\n"


@pytest.mark.parametrize("order", [(NEW, UNDATED), (UNDATED, NEW)])
@pytest.mark.parametrize("together", [False, True])
def test_one_without_a_day_takes_none_from_another(
    store: Store, csv: Callable[..., Path], order: tuple[str, ...], *, together: bool
) -> None:
    files = [csv(f"{n}/demand_counts.csv", text) for n, text in enumerate(order)]
    reports = [load(store, files)] if together else [load(store, [file]) for file in files]
    of_new = {key: NEWEST[key] for key in ("510703-", "510704-")}
    assert counts(store) == {**of_new, "510781-": (5, None)}
    said = [w.zh for report in reports for w in report.warnings if "没有统计时间" in w.zh]
    assert [text.partition("：")[2] for text in said] == [
        "1 行没有统计时间，已有注明时间的数，予以保留：第 2 行（已有 2026-06-30 的数）；若这里的更新，请写明统计时间"
    ] * (order == (NEW, UNDATED))
    load(store, [csv("again/demand_counts.csv", UNDATED.replace(",5", ",6"))])
    assert counts(store) == {**of_new, "510781-": (6, None)}


def test_an_older_full_delivery_retires_nothing_newer(store: Store, csv: Callable[..., Path]) -> None:
    load(store, [csv("1/demand_counts.csv", NEW)])
    old = csv("2/demand_counts.csv", HEAD + "涪城区,优质白酒,90,2025-12-31\n游仙区,优质白酒,20,2025-12-31\n")
    report = load(store, [old], full=FullDelivery("demand_counts", "510700"))
    assert report.gone == ()
    assert counts(store) == {key: NEWEST[key] for key in ("510703-", "510704-")}


def test_the_same_day_again_is_a_correction(store: Store, csv: Callable[..., Path]) -> None:
    load(store, [csv("1/demand_counts.csv", NEW)])
    load(store, [csv("2/demand_counts.csv", NEW.replace("120", "125"))])
    assert counts(store)["510703-"] == (125, date(2026, 6, 30))


REASON = "涪城区（{where}）和绵阳市高新区都在绵阳市涪城区，是分开统计的两个数，请相加后只写一行"


@pytest.mark.parametrize("zone", [7, 60])
def test_a_county_and_a_zone_in_it_across_are_not_one_number(store: Store, csv: Callable[..., Path], zone: int) -> None:
    path = csv("绵阳市企业数量.csv", f"产业链,涪城区,游仙区,高新区\n优质白酒,60,40,{zone}\n")
    report = load(store, [path])
    assert counts(store) == {"510704-": (40, None)}
    reason = REASON.format(where="绵阳市企业数量.csv[涪城区]")
    assert {(i.sheet, i.row, i.value, i.reason.zh) for i in report.issues} == {
        ("涪城区", 2, "60", reason), ("绵阳市高新区", 2, str(zone), reason),
    }  # fmt: skip
    assert [(t.read, t.created, t.rejected) for t in report.tables] == [(3, 1, 2)]


def test_a_county_and_a_zone_in_it_in_two_sheets_are_not_one_number(store: Store, xlsx: Callable[..., Path]) -> None:
    head = ["产业链", "企业数"]
    sheets = {"涪城区": [head, ["优质白酒", 60]], "高新区": [head, ["优质白酒", 7]], "市本级": [head, ["优质白酒", 3]]}
    report = load(store, [xlsx("绵阳市企业数量.xlsx", sheets)])
    assert counts(store) == {"510700-": (3, None)}
    assert sorted((i.sheet, i.value) for i in report.issues) == [("涪城区", "60"), ("高新区", "7")]
    assert [(t.read, t.created, t.rejected) for t in report.tables] == [(3, 1, 2)]
