"""Lists that go on at the right of themselves: every block is read, and no more rows than there are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.parse.rows import parse
from loaders.read import open_all

HEAD = ["序号", "企业名称", "县区"]
Book = Callable[..., Path]


def read(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return name and place of each row by sheet; all are good."""
    found: dict[str, list[tuple[str, str]]] = {}
    for sheet in open_all([path]):
        assert sheet.table.name == "enterprises"
        for chunk in sheet.chunks():
            rows, issues, _ = parse(sheet, chunk)
            assert issues == []
            found.setdefault(sheet.sheet, []).extend(zip(rows["name"], rows["region"], strict=True))
    return found


FIRST = [("甲公司", "510703"), ("乙公司", "510704")]


@pytest.mark.parametrize(
    ("lines", "second"),
    [
        # two blocks with an empty column between them; the second one is shorter
        (
            [[*HEAD, "", *HEAD], [1, "甲公司", "涪城区", "", 3, "丙公司", "江油市"], [2, "乙公司", "游仙区"]],
            [("丙公司", "510781")],
        ),
        # side by side without one, a title above and a total below
        (
            [
                ["绵阳市专精特新企业名单"], [*HEAD, *HEAD], [1, "甲公司", "涪城区", 3, "丙公司", "江油市"],
                [2, "乙公司", "游仙区", 4, "丁公司", "三台县"], ["合计", "4家"],
            ],
            [("丙公司", "510781"), ("丁公司", "510722")],
        ),
        # the header comes once
        ([HEAD, [1, "甲公司", "涪城区"], [2, "乙公司", "游仙区"]], None),
        # one column stands twice, which is no second block
        ([[*HEAD, "序号"], [1, "甲公司", "涪城区", 1], [2, "乙公司", "游仙区", 2]], None),
    ],
)  # fmt: skip
def test_blocks(xlsx: Book, lines: list[list[object]], second: list[tuple[str, str]] | None) -> None:
    expected = {"企业": FIRST} if second is None else {"企业": FIRST, "企业 第2栏": second}
    assert read(xlsx("名单.xlsx", {"企业": lines})) == expected


def test_three_blocks_of_a_text_file(csv: Callable[..., Path]) -> None:
    text = "企业名称,县区,企业名称,县区,企业名称,县区\n甲公司,涪城区,丙公司,江油市,戊公司,安州区\n乙公司,游仙区,,,,\n"
    path = csv("企业.csv", text)
    assert [[w.zh for w in sheet.warnings] for sheet in open_all([path])] == [
        ["企业.csv：表中并排 3 栏，逐栏载入"],
        [],
        [],
    ]
    found = read(path)
    assert found == {"": FIRST, "第2栏": [("丙公司", "510781")], "第3栏": [("戊公司", "510705")]}


def test_years_side_by_side_are_rows_of_their_own_places(xlsx: Book) -> None:
    lines = [
        ["2024年", "", "", "2025年度"], ["县区", "产业链", "企业数"] * 2,
        ["涪城区", "优质白酒", 10, "游仙区", "优质白酒", 13], ["游仙区", "优质白酒", 11, "涪城区", "优质白酒", 12],
    ]  # fmt: skip
    found = []
    for sheet in open_all([xlsx("企业数量.xlsx", {"Sheet1": lines})]):
        for chunk in sheet.chunks():
            rows, issues, _ = parse(sheet, chunk)
            assert issues == []
            found += [(place, count, f"{day}") for place, count, day in rows[["region", "count", "as_of"]].to_numpy()]
    assert found == [
        ("510703", 10, "2024-12-31"), ("510704", 11, "2024-12-31"),
        ("510704", 13, "2025-12-31"), ("510703", 12, "2025-12-31"),
    ]  # fmt: skip


def test_two_tables_side_by_side(xlsx: Book) -> None:
    lines = [
        ["机构名单", "", "", "", "载体名单"], ["名称", "类型", "所在地区", "", "名称", "类型", "所在地区", "级别"],
        ["甲站", "商会", "涪城区", "", "乙空间", "众创空间", "游仙区", "省级"], ["丙站", "商会", "三台县"],
    ]  # fmt: skip
    found = {}
    for sheet in open_all([xlsx("绵阳.xlsx", {"Sheet1": lines})]):
        rows = [parse(sheet, chunk)[0] for chunk in sheet.chunks()]
        found[sheet.table.name, sheet.sheet] = [[*row] for part in rows for row in part[["name", "region"]].to_numpy()]
    assert found == {
        ("organizations", "Sheet1"): [["甲站", "510703"], ["丙站", "510722"]],
        ("carriers", "Sheet1 第2栏"): [["乙空间", "510704"]],
    }
