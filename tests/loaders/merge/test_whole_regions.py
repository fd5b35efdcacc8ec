"""What a full delivery covers, which tables can be delivered so, and which rejected row is about what is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import BadParameter, DeliveryShrunk, UnknownRegion
from graph.stores.base import Store
from loaders.identify.review import pending
from loaders.merge.full_delivery import (
    STANDING,
    FullDelivery,
    RejectedRows,
    RowPlace,
    check_standing,
    full_delivery,
    prefix,
)
from loaders.pipeline import load
from loaders.tables import TABLES

HEAD = "名称,统一社会信用代码,所在地区,地址\n"
PLACES = [RowPlace("f", "s", row) for row in range(2, 8)]


@pytest.mark.parametrize(
    ("region", "begins", "inside", "outside"),
    [
        ("510000", "51", ["510000", "510100", "511502"], ["500000", ""]),
        ("510700", "5107", ["510700", "510703", "510703001"], ["510800", "510000", ""]),
        ("510703", "510703", ["510703", "510703001"], ["510700", "510704", ""]),
    ],
)
def test_a_region_covers_what_lies_in_it(region: str, begins: str, inside: list[str], outside: list[str]) -> None:
    full = FullDelivery("organizations", region)
    assert prefix(region) == begins
    assert [full.covers(code) for code in (*inside, *outside)] == [True] * len(inside) + [False] * len(outside)


@pytest.mark.parametrize(
    ("written", "code"),
    [("绵阳", "510700"), ("510703", "510703"), ("Mianyang", "510700"), ("新津县", "510118"), ("全省", "510000")],
)
def test_a_delivery_is_whole_for_a_division(written: str, code: str) -> None:
    assert full_delivery("organizations", written) == FullDelivery("organizations", code)


def test_a_part_of_a_division_is_not_taken_for_all_of_it() -> None:
    with pytest.raises(BadParameter) as raised:
        full_delivery("organizations", "绵阳高新区")
    assert raised.value.say() == (
        "参数 complete_for (--for) 不正确：绵阳高新区（只是绵阳市涪城区的一部分：会停用绵阳市涪城区别处的全部。"
        "完整交付以区县、市州或全省为单位，请交付绵阳市涪城区的全部，或不写 --replace）"
    )
    for written in ("绵阳市本级", "盐亭工业园区", "成都市天府大道12号", "绵阳市中小企业服务中心", "攀西经济区"):
        with pytest.raises(UnknownRegion):
            full_delivery("organizations", written)


@pytest.mark.parametrize("table", [*TABLES, "none"])
def test_a_table_can_be_whole_where_its_rows_have_a_region(table: str) -> None:
    if table == "service_records" or (table in TABLES and TABLES[table].subject):
        assert full_delivery(table, "510700") == FullDelivery(table, "510700")
        return
    with pytest.raises(BadParameter) as raised:
        full_delivery(table, "510700")
    told = raised.value.details
    fit = [t.name for t in TABLES.values() if t.subject or t.bulk]
    assert (told["name"], told["value"]) == ("replace (--replace)", table)
    assert [part.split()[-1] for part in told["reason"].zh.removeprefix("可用：").split("、")] == fit
    assert "organizations" in fit
    assert "service_records" in fit


@pytest.mark.parametrize(("standing", "left", "shrink"), [(10, 5, False), (10, 4, True), (0, 0, False)])
def test_half_of_what_stands_is_enough(standing: int, left: int, *, shrink: bool) -> None:
    check_standing(FullDelivery("organizations", "510700"), standing, left, shrink=shrink)


def test_less_than_half_of_what_stands_is_refused() -> None:
    with pytest.raises(DeliveryShrunk) as raised:
        check_standing(FullDelivery("organizations", "510700"), 10, 4, shrink=False)
    told = raised.value.details
    assert (told["table"].en, told["place"], told["stored"], told["delivered"]) == ("Organisations", "绵阳市", 10, 4)


def test_a_rejected_row_is_about_what_it_names_or_about_anything() -> None:
    rejected = RejectedRows(said={"示例甲": PLACES[0], "k1": PLACES[1]}, nameless=[PLACES[2], PLACES[3]])
    assert rejected.place_of("Organization", "k", "示例-甲") == PLACES[0]
    assert rejected.place_of("Organization", "k1", "乙") == PLACES[1]
    assert rejected.place_of("Organization", "k", "乙") == PLACES[2]
    assert RejectedRows(said=rejected.said).place_of("Organization", "k", "乙") is None


def test_a_rejected_count_is_about_its_place_and_chain_as_far_as_they_are_known() -> None:
    one, other, third, last = PLACES[:4]
    counted = {("510700", "IC01"): one, ("510700", None): other, (None, "IC02"): third}
    rejected = RejectedRows(counted={**counted})
    asked = ("510700-IC01", "510700-IC02", "510800-IC02", "510800-IC01")
    assert [rejected.place_of("EnterpriseCount", key, "") for key in asked] == [one, other, third, None]
    rejected.counted[None, None] = last
    assert rejected.place_of("EnterpriseCount", "510800-IC01", "") == last


def test_who_has_a_code_now_is_not_missing(store: Store, csv: Callable[..., Path]) -> None:
    codes = ["91510722MA6000001L", "91510722MA6000002P", "91510722MA6000003T"]
    rows = [f"三台第{n}中心,,三台县,{n}号\n" for n in range(1, 5)]
    load(store, [csv("机构.csv", HEAD + "".join(rows))])
    rows = [f"三台第{n}中心,{code},三台县,\n" for n, code in enumerate(codes, start=1)]
    full = full_delivery("organizations", "三台县")
    report = load(store, [csv("新/机构.csv", HEAD + "".join(rows))], full=full)
    assert [fate.name for fate in report.gone] == ["三台第4中心"]
    with store.read() as session:
        found = session.table(STANDING["Organization"]).to_pylist()
    assert {row["key"] for row in found if row["region"] == "510722"} == set(codes)
    assert load(store, [csv("再/机构.csv", HEAD + "".join(rows))], full=full, dry_run=True).gone == ()


def test_nobody_is_asked_about_a_pair_of_which_one_is_gone(store: Store, csv: Callable[..., Path]) -> None:
    stays, goes = "绵阳科技城技术转移中心,,涪城区,\n", "绵阳科技城技转中心,,涪城区,\n"
    for rows in (stays, goes):
        load(store, [csv("机构.csv", HEAD + rows)])
    assert [{doubt.a.name, doubt.b.name} for doubt in pending(store)] == [
        {"绵阳科技城技术转移中心", "绵阳科技城技转中心"}
    ]
    load(store, [csv("新/机构.csv", HEAD + stays)], full=full_delivery("organizations", "涪城区"), shrink=True)
    assert pending(store) == []


def test_nobody_is_asked_about_those_that_go_with_their_old_codes(store: Store, csv: Callable[..., Path]) -> None:
    rows = "三台甲中心,{},三台县,\n三台乙社,91510722MA6000003T,三台县,\n"
    for code in ("", "91510722MA6000001L", "91510722MA6000002P"):
        load(store, [csv("机构.csv", HEAD + rows.format(code))])
    fourth = csv("新/机构.csv", HEAD + rows.format("91510722MA6000004X"))
    assert load(store, [fourth], dry_run=True).doubtful == 1
    report = load(store, [fourth], full=full_delivery("organizations", "三台县"), shrink=True)
    assert ([fate.name for fate in report.gone], report.doubtful) == (["三台甲中心"] * 3, 0)
    assert pending(store) == []


@pytest.mark.parametrize("table", ["organizations", "enterprises"])
def test_who_has_another_code_now_is_there_once(store: Store, csv: Callable[..., Path], table: str) -> None:
    rows = "三台甲公司,{},三台县,\n三台乙公司,91510722MA6000003T,三台县,\n"
    full, name = full_delivery(table, "三台县"), f"{TABLES[table].label.zh}.csv"
    for folder, code in enumerate(["", "91510722MA6000001L", "91510722MA6000002P", "91510722MA6000004X"]):
        report = load(store, [csv(f"{folder}/{name}", HEAD + rows.format(code))], full=full)
        assert (len(report.gone), report.doubtful) == (folder > 1, 0)
        again = load(store, [csv(f"再{folder}/{name}", HEAD + rows.format(code))], full=full)
        assert (again.written, again.gone) == (False, ())
        with store.read() as session:
            standing = session.table(STANDING[str(TABLES[table].subject)]).to_pylist()
        assert sorted(row["name"] for row in standing if row["region"] == "510722") == ["三台乙公司", "三台甲公司"]
        assert not code or code in {row["key"] for row in standing}


def test_what_the_same_load_refers_to_is_kept(store: Store, csv: Callable[..., Path]) -> None:
    load(store, [csv("机构.csv", HEAD + "三台甲中心,,三台县,\n三台乙中心,,三台县,\n")])
    files = [
        csv("新/机构.csv", HEAD + "三台甲中心,,三台县,\n"),
        csv("新/服务资源.csv", "名称,资源类别,服务类型,提供机构\n检测,服务产品,技术支持,三台乙中心\n"),
    ]
    report = load(store, files, full=full_delivery("organizations", "三台县"))
    assert ([fate.name for fate in report.kept], report.gone, report.written) == (["三台乙中心"], (), True)
