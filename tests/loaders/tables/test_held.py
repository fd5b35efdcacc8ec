"""Titles of enterprises from cells, columns and the title of a list: all are kept, with their dates."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from graph.schema import nodes, relationships
from graph.stores.base import Store
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load

Held = set[tuple[str, str, str | None, date | None, date | None]]


def held(store: Store) -> Held:
    with store.read() as session:
        names = {row["key"]: row["name"] for row in session.nodes(nodes()["Enterprise"]).to_pylist()}
        rows = session.relationships(relationships()["HOLDS", "Enterprise", "Title"]).to_pylist()
    return {(names[r["from_key"]], r["to_key"], r["level"], r["since"], r["until"]) for r in rows}


A = ("甲公司", "specialized", "provincial", date(2024, 3, 1), date(2027, 3, 1))
B = ("乙公司", "specialized", None, None, None)
GIANT = ("甲公司", "little_giant", "national", date(2025, 1, 1), None)


def test_one_list_adds_to_what_another_said(store: Store, csv: Callable[..., Path]) -> None:
    cells = '甲公司,涪城区,"专精特新(省级,2024-03-01~2027-03-01)"\n乙公司,涪城区,专精特新\n'
    first = load(store, [csv("enterprises.csv", "名称,所在地区,资质\n" + cells)])
    assert (first.issues, held(store)) == ((), {A, B})
    titled = csv("绵阳市2025年度国家级专精特新小巨人企业名单.csv", "企业名称,所在地区\n甲公司,涪城区\n")
    second = load(store, [titled])
    assert (second.issues, held(store)) == ((), {A, B, GIANT})
    assert any("“2025年”" in w.zh for w in second.warnings)
    assert load(store, [titled]).written is False


def test_columns_say_what_the_title_alone_does_not(store: Store, csv: Callable[..., Path]) -> None:
    text = (
        "企业名称,县区,称号,认定级别,认定时间,有效期\n"
        "甲公司,涪城区,专精特新,省级,2024年3月1日,三年\n"
        "乙公司,游仙区,专精特新；小巨人(国家级；2025-01-01~2025-12-31),省级,,2024.1.1-2026.12.31\n"
        "丙公司,安州区,,省级,2024-03-01,三年\n"
    )
    report = load(store, [csv("绵阳市企业名单.csv", text)])
    assert report.issues == ()
    assert held(store) == {
        ("甲公司", "specialized", "provincial", date(2024, 3, 1), date(2027, 2, 28)),
        ("乙公司", "specialized", "provincial", date(2024, 1, 1), date(2026, 12, 31)),
        ("乙公司", "little_giant", "national", date(2025, 1, 1), date(2025, 12, 31)),
    }


def test_a_title_does_not_keep_a_firm_that_a_full_delivery_lacks(store: Store, csv: Callable[..., Path]) -> None:
    head = '名称,所在地区,资质\n甲公司,涪城区,"专精特新(省级,2024-03-01~2027-03-01)"\n'
    load(store, [csv("enterprises.csv", head + "乙公司,涪城区,专精特新\n")])
    report = load(store, [csv("enterprises.csv", head)], full=FullDelivery("enterprises", "510703"), shrink=True)
    assert [fate.name for fate in report.gone] == ["乙公司"]
    assert held(store) == {A}


def test_a_level_that_differs_from_the_titles_is_told(store: Store, csv: Callable[..., Path]) -> None:
    firms = csv("企业.csv", "名称,所在地区,资质,级别\n甲公司,涪城区,国家级小巨人,省级\n乙公司,涪城区,小巨人,省级\n")
    assert [w.zh for w in load(store, [firms]).warnings] == [
        "企业.csv：1 行的 级别 与 资质 里写的级别不同，以资质为准：第 2 行（如 级别 省级，资质 里是 国家级）"
    ]
    lists = csv("载体.csv", "名称,类型,级别,所在地区\n甲,国家级众创空间,省级,涪城区\n乙,省级众创空间,省级,涪城区\n")
    assert [w.en for w in load(store, [lists]).warnings] == [
        "载体.csv: 1 row has another level than the kind says, and the column of levels counts: row 2 (Provincial;"
        " kind says National)"
    ]
    organizations = csv("机构.csv", "名称,类型,所在地区\n甲,服务机构,涪城区\n")
    assert load(store, [organizations]).warnings == ()


def test_what_is_on_record_with_the_country_is_national(reference_store: Store, csv: Callable[..., Path]) -> None:
    text = "名称,类型,级别,所在地区\n甲,国家备案众创空间,,涪城区\n乙,众创空间,国家备案,涪城区\n"
    report = load(reference_store, [csv("载体.csv", text)], dry_run=True)
    assert report.issues == ()
    assert report.delta
    (carriers,) = report.delta.of("Carrier")
    assert {(c["name"], c["kind"], c["level"]) for c in carriers.created.to_pylist()} == {
        ("甲", "makerspace", "national"), ("乙", "makerspace", "national"),
    }  # fmt: skip
