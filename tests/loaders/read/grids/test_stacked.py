"""Tables under one another, and lists whose places stand in headings, in the sheet's name or under no header."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph import schema
from graph.errors import MissingColumn
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.read import open_all
from loaders.read.explaining import explain
from loaders.read.files.chunks import Line
from loaders.read.grids.placed import place_named
from loaders.read.grids.stacked import _start

Make = Callable[..., Path]
Cells = list[list[object]]


def rows_of(path: Path) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Return the rows of every sheet of a file by table and name of the sheet, as they are understood."""
    return {
        (sheet.table.name, sheet.sheet): [
            texts for chunk in sheet.chunks() for _, texts in chunk.rows(set(chunk.numbers.tolist()))
        ]
        for sheet in open_all([path])
    }


UNDER: Cells = [
    ["机构表"],
    ["名称", "类型", "所在地区"],
    ["甲中心", "服务机构", "绵阳市"],
    ["合计", "1"],
    [],
    ["服务载体表"],
    ["名称", "类型", "级别", "所在地区"],
    ["甲孵化器", "科技企业孵化器", "省级", "绵阳市"],
    ["名称", "类型", "级别", "所在地区"],
    ["乙孵化器", "众创空间", "市级", "江油市"],
]


def test_tables_under_one_another_are_all_loaded(store: Store, xlsx: Make) -> None:
    report = load(store, [xlsx("绵阳.xlsx", {"Sheet1": UNDER})])
    assert {t.table: (t.read, t.created) for t in report.tables if t.read} == {
        "organizations": (1, 1),
        "carriers": (2, 2),
    }
    assert [(n.table, n.sheet, n.row, n.kind) for n in report.notes] == [
        ("carriers", "Sheet1 服务载体表", 9, "header"),
        ("organizations", "Sheet1", 4, "total"),
    ]
    assert sum("上下排有 2 张表" in w.zh for w in report.warnings) == 1


def test_the_second_table_may_have_other_columns_and_fewer(csv: Make) -> None:
    path = csv("机构.csv", "名称,类型,所在地区\n甲中心,服务机构,绵阳市\n所在地区,名称\n涪城区,乙中心\n")
    assert rows_of(path) == {
        ("organizations", ""): [{"name": "甲中心", "kind": "服务机构", "region": "绵阳市"}],
        ("organizations", "第2表"): [{"region": "涪城区", "name": "乙中心"}],
    }


def test_a_header_in_two_languages_is_one(store: Store, csv: Make) -> None:
    report = load(store, [csv("机构.csv", "名称,类型,所在地区\nname,kind,region\n甲中心,服务机构,绵阳市\n")])
    assert [(t.read, t.created) for t in report.tables if t.read] == [(1, 1)]
    assert report.notes == ()


HEADED = {
    "without a column of places": "机构名称,类型\n市中区,\n甲,商会\n"
    "二、东兴区（1家）,\n乙,商会\n内江经开区：,\n丙,商会\n",
    "with one that is empty": "机构名称,类型,所在地区\n市中区,,\n甲,商会,\n"
    "东兴区,,\n乙,商会,\n内江经开区,,\n丙,商会,\n",
    "in a column nobody knows": "序号,机构名称,类型\n一、市中区,,\n1,甲,商会\n"
    "二、东兴区,,\n1,乙,商会\n三、经开区,,\n1,丙,商会\n",
}


@pytest.mark.parametrize("name", HEADED)
def test_headings_say_where_the_rows_below_them_are(store: Store, csv: Make, name: str) -> None:
    report = load(store, [csv("内江市机构名单.csv", HEADED[name])])
    assert report.issues == ()
    assert [(n.row, n.kind) for n in report.notes] == [(2, "heading"), (4, "heading"), (6, "heading")]
    assert located(store) == {"甲": "511002", "乙": "511011", "丙": "511000"}
    assert any("所在地区 按分组标题载入：内江市市中区、内江市东兴区" in w.zh for w in report.warnings)


def located(store: Store) -> dict[str, str]:
    with store.read() as session:
        links = session.relationships(schema.relationships()["LOCATED_IN", "Organization", "Region"]).to_pylist()
        names = {r["key"]: r["name"] for r in session.nodes(schema.nodes()["Organization"]).to_pylist()}
    return {names[r["from_key"]]: r["to_key"] for r in links if len(names[r["from_key"]]) == 1}


def test_a_row_of_which_the_place_alone_is_there_is_no_heading(store: Store, csv: Make) -> None:
    report = load(store, [csv("机构.csv", "名称,所在地区\n甲,涪城区\n,游仙区\n乙,江油市\n")])
    assert [(i.row, i.column) for i in report.issues] == [(3, "名称")]
    assert report.notes == ()


def test_a_rejected_row_keeps_the_place_of_its_heading(store: Store, csv: Make) -> None:
    report = load(store, [csv("内江市机构名单.csv", "机构名称,类型\n东兴区,\n,商会\n乙,商会\n")])
    assert [(i.row, i.column) for i in report.issues] == [(3, "名称")]
    assert report.rejects
    (sheet,) = rows_of(report.rejects).values()
    assert sheet == [{"name": "", "kind": "商会", "region": "内江市东兴区"}]


def test_a_sheet_for_each_county(csv: Make, xlsx: Make) -> None:
    lines = [["机构名称", "类型"], ["甲", "商会"]]
    path = xlsx("绵阳市机构名录.xlsx", {"涪城": lines, "江油市（1家）": lines})
    assert {key: rows[0]["region"] for key, rows in rows_of(path).items()} == {
        ("organizations", "涪城"): "绵阳市涪城区",
        ("organizations", "江油市（1家）"): "绵阳市江油市",
    }
    proposed = explain([path]).note
    assert "涪城:\n    所在地区: 绵阳市涪城区\n" in proposed
    csv("source.yml", proposed)
    assert {key: rows[0]["region"] for key, rows in rows_of(path).items()} == {
        ("organizations", "涪城"): "绵阳市涪城区",
        ("organizations", "江油市（1家）"): "绵阳市江油市",
    }


def test_the_county_stands_under_no_header_of_its_own(csv: Make) -> None:
    path = csv("机构.csv", "名称,所在地区,,类型\n甲,内江市,市中区,商会\n乙,,东兴区,商会\n丙,乐山市,市中区,商会\n")
    (rows,) = rows_of(path).values()
    assert [row["region"] for row in rows] == ["内江市市中区", "东兴区", "乐山市市中区"]
    other = csv("另.机构.csv", "名称,所在地区,,类型\n甲,内江市,很好,商会\n乙,内江市,一般,商会\n")
    (rows,) = rows_of(other).values()
    assert [row["region"] for row in rows] == ["内江市", "内江市"]


@pytest.mark.parametrize(
    ("text", "within", "place"),
    [
        ("涪城区", "", "绵阳市涪城区"),
        ("（一）涪城区（12家）：", "绵阳市", "绵阳市涪城区"),
        ("市中区", "", ""),
        ("市中区", "乐山市", "乐山市市中区"),
        ("东区", "绵阳市", ""),
        ("3.绵阳", "", "绵阳市"),
        ("Sheet1", "", ""),
        ("四川省", "", ""),
        ("字典", "绵阳市", ""),
    ],
)
def test_a_heading_that_names_a_place(text: str, within: str, place: str) -> None:
    assert place_named(text, within) == place


def test_a_header_that_comes_again_under_another_title_begins_a_table_of_its_own(csv: Make) -> None:
    head = "序号,名称,县区\n"
    path = csv(
        "机构.csv",
        f"内江市名单\n{head}1,甲,市中区\n乐山市名单\n{head}1,乙,市中区\n乐山市名单（续表）\n{head}2,丙,沙湾区\n",
    )
    places = {sheet: [(row["name"], row["region"]) for row in rows] for (_, sheet), rows in rows_of(path).items()}
    assert places == {
        "": [("甲", "内江市市中区")],
        "乐山市名单": [("乙", "乐山市市中区"), ("丙", "沙湾区")],
    }


@pytest.mark.parametrize(
    ("lines", "added"),
    [
        ("序号,载体名称,类型,所在地区\n（一）国家级,,,\n1,甲,众创空间,涪城区\n（二）省级（1家）,,,\n1,乙,众创空间,游仙区\n",
         [("level", "国家级"), ("level", "省级")]),
        ("序号,载体名称,所在地区\n一、科技企业孵化器,,\n1,甲,涪城区\n二、众创空间,,\n1,乙,游仙区\n",
         [("kind", "科技企业孵化器"), ("kind", "众创空间")]),
        # one heading is no list of groups
        ("序号,载体名称,类型,所在地区\n（一）国家级,,,\n1,甲,众创空间,涪城区\n1,乙,众创空间,游仙区\n", [None, None]),
    ],
)  # fmt: skip
def test_headings_say_of_what_kind_or_level_the_rows_below_them_are(
    csv: Make, lines: str, added: list[tuple[str, str] | None]
) -> None:
    (rows,) = rows_of(csv("服务载体.csv", lines)).values()
    assert [row["name"] for row in rows] == ["甲", "乙"]
    names = {name for name, _ in filter(None, added)}
    assert [next(((n, row[n]) for n in names), None) for row in rows] == added
    assert all({"level", "kind"} & set(row) == {"kind", *names} for row in rows)


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("2025年三台县中小企业服务机构名单", "绵阳市三台县"),
        ("内江市市中区机构名单", "内江市市中区"),
        ("三台县、盐亭县机构名单", ""),
        ("三台县等县机构名单", ""),
        ("绵阳市机构名单", "绵阳市"),
        ("绵阳市、德阳市机构名单", ""),
        ("四川省机构名单", ""),
    ],
)
def test_a_title_that_names_one_county_or_prefecture_says_where_the_rows_are(csv: Make, title: str, place: str) -> None:
    path = csv("机构.csv", f"{title}\n机构名称,类型\n甲,商会\n")
    if not place:
        with pytest.raises(MissingColumn):
            rows_of(path)
        return
    assert rows_of(path) == {("organizations", ""): [{"name": "甲", "kind": "商会", "region": place}]}
    assert explain([path]).sheets[0].said[0].zh == f"机构.csv：所在地区 按“{place}”载入（依标题“{title}”）"


def test_headers_may_stand_under_one_another(csv: Make, xlsx: Make) -> None:
    form = [
        ["机构登记表"],
        ["名称", "甲", "", "乙"],
        ["类型", "商会", "", "服务机构"],
        ["所在地区", "涪城区", "", "游仙区"],
    ]
    path = xlsx("机构.xlsx", {"登记": form})
    assert rows_of(path) == {
        ("organizations", "登记"): [
            {"name": "甲", "kind": "商会", "region": "涪城区"},
            {"name": "乙", "kind": "服务机构", "region": "游仙区"},
        ]
    }
    (sheet,) = open_all([path])
    assert sheet.warnings[0].zh == "机构.xlsx[登记]：表头竖排在第 1 列，逐列载入；提示中的“行”是表中的列"
    assert [chunk.numbers.tolist() for chunk in sheet.chunks()] == [[2, 4]]
    pairs = [["名称", "甲", "类型", "商会"], ["所在地区", "涪城区", "联系人", "张三"]]
    assert rows_of(xlsx("机构.xlsx", {"登记": pairs})) == {
        ("organizations", "登记"): [{"name": "甲", "kind": "商会", "region": "涪城区", "contact_name": "张三"}]
    }
    numbered = csv("机构.csv", "1,名称,甲\n2,所在地区,涪城区\n3,联系人,张三\n")
    assert rows_of(numbered) == {("organizations", ""): [{"name": "甲", "region": "涪城区", "contact_name": "张三"}]}


@pytest.mark.parametrize(
    ("numbers", "start"), [((1, 2, 3, 4), 1), ((1, 3, 4, 5), 1), ((1, 2, 4, 5), 2), ((1, 2, 3, 5), 3)]
)
def test_a_table_begins_at_all_titles_right_above_its_header(numbers: tuple[int, ...], start: int) -> None:
    """A row of two cells is no title, nor is one with an empty row below it."""
    cells = ["甲", "乙"], ["绵阳市", ""], ["涪城区", "涪城区"], ["机构名称", "类型"]
    assert _start([Line(n, c) for n, c in zip(numbers, cells, strict=True)], 3) == start


def test_what_closes_a_table_is_no_title_of_the_next(xlsx: Make) -> None:
    head = ["名称", "类型"]
    path = xlsx(
        "机构.xlsx",
        {
            "S": [
                ["涪城区服务机构名单"], head, ["甲", "商会"], ["涪城区经信局"], ["2025年1月8日"],
                ["游仙区服务机构名单"], head, ["乙", "商会"], ["2025年1月9日"],
                ["三台县服务机构名单"], ["（2025年度）"], ["2025年1月10日"], head, ["丙", "商会"], ["排名不分先后"],
                ["盐亭县服务机构名单"], head, ["丁", "商会"], ["绵阳市经信局"], ["2025年1月"], head, ["戊", "商会"],
            ]
        },
    )  # fmt: skip
    found = {row["name"]: row.get("region") for rows in rows_of(path).values() for row in rows}
    assert found == {
        "甲": "绵阳市涪城区", "乙": "绵阳市游仙区", "丙": "绵阳市三台县", "丁": "绵阳市盐亭县", "戊": "绵阳市盐亭县",
    }  # fmt: skip


def test_lists_of_names_alone_under_one_another(csv: Make) -> None:
    path = csv(
        "小巨人企业名单.csv",
        "涪城区小巨人企业名单\n企业名称\n甲公司\n乙公司\n游仙区小巨人企业名单\n企业名称\n丙公司\n",
    )
    ((_, rows),) = rows_of(path).items()
    assert [(row["name"], row["region"]) for row in rows] == [
        ("甲公司", "绵阳市涪城区"), ("乙公司", "绵阳市涪城区"), ("丙公司", "绵阳市游仙区"),
    ]  # fmt: skip
