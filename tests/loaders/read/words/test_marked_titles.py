"""Columns headed by a qualification: who says yes there has it; what says more is told and not read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import MissingColumn
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read import open_all
from loaders.read.words import marked_titles
from loaders.read.words.delivery import DeliveryNote
from loaders.read.words.marked_titles import title_headed
from loaders.tables import TABLES
from tests.loaders.read.test_clerks import Meant, check

Make = Callable[..., Path]


def tags(store: Store, file: Path) -> tuple[dict[str, list[str]], list[str], tuple[str, ...]]:
    """Return the qualifications of the firms of a file, what is said of them, and the headers that nobody reads."""
    report = load(store, [file], dry_run=True)
    assert report.delta
    (firms,) = report.delta.of("Enterprise")
    told = [w.zh.partition("：")[2] for w in report.warnings if "资质" in w.zh]
    return {f["name"]: f["tags"] for f in firms.created.to_pylist()}, told, report.ignored


def test_marks_of_several_columns(reference_store: Store, csv: Make) -> None:
    text = (
        "企业名称,所在地区,高新技术企业,是否专精特新,国家级小巨人,产值\n"
        "甲公司,涪城区,是,否,√,1\n乙公司,游仙区,,有,×,2\n丙公司,三台县,/,无,,\n"
    )
    assert tags(reference_store, csv("企业.csv", text)) == (
        {"甲公司": ["high_tech", "little_giant"], "乙公司": ["specialized"], "丙公司": None},
        ["资质按“高新技术企业、是否专精特新、国家级小巨人”列的是否读入"],
        ("企业.csv: 产值",),
    )


def test_marks_beside_a_column_of_qualifications_and_a_title(reference_store: Store, csv: Make) -> None:
    text = "企业名称,所在地区,资质,高新技术企业\n甲公司,涪城区,小巨人,是\n乙公司,游仙区,,是\n"
    said = ["资质按“高新技术企业”列的是否读入"]
    assert tags(reference_store, csv("企业.csv", text)) == (
        {"甲公司": ["high_tech", "little_giant"], "乙公司": ["high_tech"]}, said, (),
    )  # fmt: skip
    text = "绵阳市小巨人企业名单\n企业名称,所在地区,高新技术企业\n甲公司,涪城区,是\n乙公司,游仙区,否\n"
    found, told, _ = tags(reference_store, csv("名单.csv", text))
    assert found == {"甲公司": ["high_tech", "little_giant"], "乙公司": ["little_giant"]}
    assert said[0] in told


def test_a_column_that_says_more_is_told(reference_store: Store, csv: Make) -> None:
    text = "企业名称,所在地区,高新技术企业\n甲公司,涪城区,2023年\n乙公司,游仙区,是\n"
    assert tags(reference_store, csv("企业.csv", text)) == (
        {"甲公司": None, "乙公司": None},
        ["“高新技术企业”一列不全是“是”或“否”（如“2023年”），没有读作资质；请写入资质一列"],
        (),
    )


MATRICES = {
    "one row of headers": "名称,资源类别,提供机构,信息咨询,技术支持,线上,线下,优质白酒\n",
    "groups above them": "名称,资源类别,提供机构,服务类型,,方式,,服务产业\n,,,信息咨询,技术支持,线上,线下,优质白酒\n",
}


@pytest.mark.parametrize("head", MATRICES.values(), ids=MATRICES)
def test_types_modes_and_chains_of_resources_across(reference_store: Store, csv: Make, head: str) -> None:
    rows = "甲服务,服务产品,甲中心,√,●,v,,√\n乙服务,服务产品,甲中心,,✔,×,是,\n丙服务,服务产品,甲中心,,,,√,\n"
    folder = csv("报送/资源.csv", head + rows).parent
    csv("报送/机构.csv", "名称,类型,所在地区\n甲中心,服务机构,绵阳市\n")
    report = load(reference_store, [folder], dry_run=True)
    assert report.delta
    (resources,), (offers,), (suits,) = (report.delta.of(of) for of in ("Resource", "OFFERS", "SUITS"))
    names = {r["key"]: r["name"] for r in resources.created.to_pylist()}
    assert {r["name"]: (r["online"], r["offline"]) for r in resources.created.to_pylist()} == {
        "甲服务": (True, False), "乙服务": (False, True),
    }  # fmt: skip
    pairs = {(names[link["from_key"]], link["to_key"]) for link in offers.created.to_pylist()}
    assert pairs == {("甲服务", "SC01"), ("甲服务", "SC03"), ("乙服务", "SC03")}
    assert [(names[link["from_key"]], link["to_key"]) for link in suits.created.to_pylist()] == [("甲服务", "CH11")]
    assert [(i.column, i.value, i.cell_only) for i in report.issues] == [("服务类型", "", False)]
    assert {w.zh.partition("：")[2] for w in report.warnings if "读入" in w.zh} >= {
        "服务类型按“信息咨询、技术支持”列的是否读入",
        "服务产业按“优质白酒”列的是否读入",
        "方式按“线上、线下”列的是否读入",
    }


def test_marks_of_one_type_or_mode(reference_store: Store, csv: Make) -> None:
    text = "编号,所在地区,信息咨询,技术支持\n1,涪城区,√,\n2,游仙区,,是\n3,三台县,√,√\n"
    report = load(reference_store, [csv("需求清单.csv", text)], dry_run=True)
    assert report.delta
    asked = [row for change in report.delta.of("CONCERNS") for row in change.created.to_pylist()]
    assert sorted(row["to_key"] for row in asked) == ["SC01", "SC03"]
    assert [(i.row, i.column, i.value) for i in report.issues] == [(4, "服务类型", "信息咨询；技术支持")]


@pytest.mark.parametrize(
    "head",
    [
        "名称,类型,所在地区,国家级,省级,市级\n",
        "名称,类型,所属区县,级别,,\n,,,国家级,省级,市级\n",
        "名称,类型,区县,国家级,省级,县级\n",
    ],
)
def test_levels_across_are_no_places(reference_store: Store, csv: Make, head: str) -> None:
    rows = "甲园,孵化器,涪城区,√,,\n乙园,孵化器,游仙区,,√,\n丙园,孵化器,三台县,,,●\n丁园,孵化器,盐亭县,√,√,\n"
    report = load(reference_store, [csv("服务载体.csv", head + rows)], dry_run=True)
    assert report.delta
    (carriers,), (places,) = report.delta.of("Carrier"), report.delta.of("LOCATED_IN")
    last = "county" if "县级" in head else "city"
    levels = {r["name"]: r["level"] for r in carriers.created.to_pylist()}
    assert levels == {"甲园": "national", "乙园": "provincial", "丙园": last, "丁园": None}
    assert {r["to_key"] for r in places.created.to_pylist()} == {"510703", "510704", "510722", "510723"}
    assert [(i.column, i.value, i.cell_only) for i in report.issues] == [("级别", "国家级；省级", True)]


def test_names_of_places_under_levels_are_places(reference_store: Store, csv: Make) -> None:
    text = "名称,类型,省级,市级,县级\n甲园,孵化器,四川省,绵阳市,涪城区\n"
    report = load(reference_store, [csv("服务载体.csv", text)], dry_run=True)
    assert report.delta
    (places,) = report.delta.of("LOCATED_IN")
    assert ([r["to_key"] for r in places.created.to_pylist()], report.issues) == (["510703"], ())


@pytest.mark.parametrize(
    ("table", "header", "said"),
    [
        ("enterprises", "高新技术企业", ("tags", "高新技术企业")),
        ("enterprises", "是否为专精特新", ("tags", "专精特新")),
        ("enterprises", "备注", None), ("enterprises", "", None), ("enterprises", "是否", None),
        ("organizations", "高新技术企业", None), ("resources", "绵阳市", ("serves", "绵阳市")),
        ("service_records", "线上", ("mode", "线上")),
        ("carriers", "省级", ("level", "省级")), ("carriers", "省", None),
        ("resources", "线上/线下", None), ("resources", "创新链", ("dimensions", "创新链")),
    ],
)  # fmt: skip
def test_headers(table: str, header: str, said: tuple[str, str] | None) -> None:
    found = title_headed(TABLES[table], header)
    assert (found and (found[0].name, found[1])) == said


def test_only_headers_are_asked_what_values_they_are(csv: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    is_one = marked_titles._is_one
    monkeypatch.setattr(marked_titles, "_is_one", lambda column, said: asked.add(said) or is_one(column, said))
    rows = "".join(f"R{n},资源{n}号,设备,甲公司,涪城区,{n},是,\n" for n in range(30))
    header = ("编号", "名称", "类型", "提供机构", "所在地", "次数", "信息服务", "技术支持")
    (sheet,) = open_all([csv("资源.csv", f"{','.join(header)}\n{rows}")], DeliveryNote(), "")
    assert (sheet.table.name, sheet.header, asked - {*header}) == ("resources", header, set())
    assert {"信息服务", "技术支持"} <= asked


def test_kinds_of_carriers_across(reference_store: Store, csv: Make) -> None:
    text = "名称,所在地区,孵化器,众创空间\n甲,涪城区,√,\n乙,游仙区,,√\n丙,江油市,√,√\n丁,三台县,,\n"
    report = load(reference_store, [csv("服务载体.csv", text)], dry_run=True)
    check(
        report, "Carrier",
        Meant({"甲": {"region": "510703", "kind": "incubator"}, "乙": {"region": "510704", "kind": "makerspace"}},
              bad=[(4, "类型"), (5, "类型")], says=("类型按“孵化器、众创空间”列的是否读入",)),
    )  # fmt: skip
    with pytest.raises(MissingColumn, match="类型"):  # one alone may be anything
        open_all([csv("服务载体.csv", "名称,所在地区,孵化器\n甲,涪城区,√\n")])
