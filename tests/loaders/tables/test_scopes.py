"""What a resource or window serves where it says 全省, 全市, 全县: places of its own home."""

from collections.abc import Callable
from pathlib import Path

from graph.schema import nodes, relationships
from graph.stores.base import Store
from loaders.pipeline import load


def served(store: Store, label: str) -> dict[str, set[str]]:
    with store.read() as session:
        names = {row["key"]: row["name"] for row in session.nodes(nodes()[label]).to_pylist()}
        rows = session.relationships(relationships()["SERVES", label, "Region"]).to_pylist()
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(names[row["from_key"]], set()).add(row["to_key"])
    return found


def test_the_whole_of_a_place_is_that_of_its_home(store: Store, csv: Callable[..., Path]) -> None:
    firms = "名称,类型,所在地区\n县里机构,服务机构,涪城区\n市里机构,服务机构,德阳市\n省里机构,服务机构,四川省\n"
    offers = [
        ("甲", "县里机构", "全市"), ("乙", "县里机构", "全县"), ("丙", "县里机构", "全市；成都市"),
        ("丁", "市里机构", "全省"),
        ("戊", "市里机构", "全国"), ("己", "市里机构", "全市"), ("庚", "市里机构", "全区"), ("辛", "省里机构", "全市"),
        ("壬", "省里机构", ""), ("癸", "县里机构", "攀西地区；成都市"),
    ]  # fmt: skip
    text = "名称,资源类别,服务类型,提供机构,服务范围\n"
    text += "".join(f"{name},服务产品,技术支持,{provider},{scope}\n" for name, provider, scope in offers)
    report = load(store, [csv("organizations.csv", firms), csv("resources.csv", text)])
    assert served(store, "Resource") == {
        "甲": {"510700"}, "乙": {"510703"}, "丙": {"510100", "510700"}, "丁": {"510000"}, "戊": {"510000"},
        "己": {"510600"}, "癸": {"510100", "510400", "513400"},
    }  # fmt: skip
    assert [(i.row, i.column, i.cell_only) for i in report.issues] == [(8, "服务地区", True), (9, "服务地区", True)]
    assert any("“全国”超出全省" in w.zh for w in report.warnings)
    windows = "名称,类型,所在地区,服务地区\n县站,服务站点,游仙区,全区\n市站,服务站点,游仙区,全市\n"
    assert load(store, [csv("windows.csv", windows)]).issues == ()
    assert served(store, "Window") == {"县站": {"510704"}, "市站": {"510700"}}


def test_a_resource_whose_chains_cannot_be_read_is_in_and_what_it_counts_as_is_told(
    reference_store: Store, csv: Callable[..., Path]
) -> None:
    said = ("某某产业", "/", "优质白酒；某某产业", "不限", "各行业", "全部产业链", "所有产业", "通用", "全产业链", "全")
    rows = "".join(f"第{n}行,甲中心,技术支持,设备,{chains}\n" for n, chains in enumerate(said, 2))
    files = [csv("机构.csv", "名称,所在地区\n甲中心,涪城区\n")]
    files += [csv("服务资源.csv", "名称,提供机构,服务类型,资源类别,服务产业\n" + rows)]
    report = load(reference_store, files, dry_run=True)
    assert report.delta
    (resources,) = report.delta.of("Resource")
    assert {r["name"]: r["any_chain"] for r in resources.created.to_pylist()} == {
        f"第{n}行": True for n in range(2, 12)
    }
    assert [(i.row, i.column, i.cell_only) for i in report.issues] == [(row, "服务产业", True) for row in (2, 4, 11)]
    assert {i.reason.zh.rpartition("；")[2] for i in report.issues} == {"改正之前按不限计"}
    assert {i.reason.en.rpartition("; ")[2] for i in report.issues} == {
        "until it is mended, the row counts without this limit"
    }
