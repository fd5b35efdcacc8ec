"""Cross tables of numbers of firms: each number comes once, with its place and chain, and nothing is guessed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph.errors import UnknownTable
from loaders.parse.rows import parse
from loaders.read import open_all
from loaders.read.explaining import explain

Book = Callable[..., Path]
Lines = list[list[object]]
COUNTED = {("510703", "CH11", 12), ("510703", "CH06", 30), ("510704", "CH11", 3)}
"""涪城区 and 游仙区 in 优质白酒 and 智能装备; of one cell nothing is stated."""


def read(path: Path) -> set[tuple[str, str, float]]:
    """Return region, chain and number of each row, of which none comes twice."""
    found: list[tuple[str, str, float]] = []
    for sheet in open_all([path]):
        assert sheet.table.name == "demand_counts"
        for chunk in sheet.chunks():
            rows, issues, _ = parse(sheet, chunk)
            assert issues == []
            found += zip(rows["region"], rows["chain"], rows["count"], strict=True)
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize(
    "lines",
    [
        [["县区", "优质白酒", "智能装备", "小计"], ["涪城区", 12, 30, 42], ["游仙区", 3, "/", 3], ["合计", 15, 30, 45]],
        # under two rows of groups, numbered, with a footnote
        [
            ["绵阳市企业数量"], ["序号", "县区", "传统优势产业", "新兴产业"], ["", "", "其中", "其中"],
            ["", "", "白酒产业链", "智能装备企业数"], [1, "涪城区", 12, 30], [2, "游仙区", 3, ""], ["注：按月报送"],
        ],
        # chains above what was counted of them
        [
            ["县区", "优质白酒", "", "智能装备", "", "合计", ""],
            ["", "企业数（户）", "产值（亿元）", "企业数（户）", "产值（亿元）", "企业数（户）", "产值（亿元）"],
            ["涪城区", 12, 1, 30, 9, 42, 10], ["游仙区", 3, 1, "—", "—", 3, 1],
        ],
        # sums of each chain beside some of its firms
        [
            ["县区", "优质白酒", "", "智能装备", "", "合计"], ["", "总数", "其中：规上", "总数", "其中：规上", ""],
            ["涪城区", 12, 1, 30, 9, 42], ["游仙区", 3, 1, "—", "—", 3],
        ],
        # chains behind what was counted
        [["县区", "企业数（优质白酒）", "企业户数（智能装备，户）"], ["涪城区", 12, 30], ["游仙区", 3, ""]],
        # places across, with the sum of all
        [
            ["单位：户"], ["产业链", "涪城区", "游仙区", "绵阳市", "全省"],
            ["优质白酒", 12, 3, 15, 15], ["智能装备", 30, "", 30, 30],
        ],
    ],
)  # fmt: skip
def test_cross_tables(xlsx: Book, lines: Lines) -> None:
    assert read(xlsx("企业数量.xlsx", {"Sheet1": lines})) == COUNTED
    assert read(xlsx("绵阳市各产业链企业户数.xlsx", {"Sheet1": lines})) == COUNTED


def test_what_a_prefecture_has_itself_across_is_that_of_the_other_places(xlsx: Book) -> None:
    lines: Lines = [["产业链", "全市", "涪城区", "游仙区", "市本级"], ["智能装备", 45, 30, 10, 5]]
    of_each = {("510703", "CH06", 30), ("510704", "CH06", 10), ("510700", "CH06", 5)}
    assert read(xlsx("企业数量.xlsx", {"Sheet1": lines})) == of_each


NAMED_BY: dict[str, tuple[str, dict[str, Lines]]] = {
    "sheets": ("企业数量.xlsx", {
        "优质白酒": [["县区", "企业数"], ["涪城区", 12], ["游仙区", 3]],
        "智能装备": [["县区", "企业数"], ["涪城区", 30]]}),
    "titles": ("绵阳市.xlsx", {
        "1": [["绵阳市优质白酒产业链企业数量表"], ["县区", "企业数"], ["涪城区", 12], ["游仙区", 3]],
        "2": [["绵阳市智能装备产业链企业数量表"], ["县区", "企业数"], ["涪城区", 30]]}),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED_BY)
def test_a_chain_that_no_column_states_is_that_of_the_name_or_title(xlsx: Book, name: str) -> None:
    assert read(xlsx(*NAMED_BY[name])) == COUNTED


def test_a_chain_may_be_a_piece_of_the_files_name(csv: Callable[..., Path]) -> None:
    path = csv("三台县-优质白酒-企业数量.csv", "统计时间,企业数\n2026-06-30,5\n")
    assert read(path) == {("510722", "CH11", 5)}


def test_days_across(xlsx: Book) -> None:
    lines: Lines = [
        ["县区", "产业链", "2024年底", "2025年6月", "备注"],
        ["", "", "企业数", "企业数", ""],
        ["涪城区", "智能装备", 10, 12, ""],
    ]  # fmt: skip
    for head in (lines, [["县区", "产业链", "2024年企业数", "2025年6月企业数"], *lines[2:]]):
        sheets = open_all([xlsx("企业数量.xlsx", {"Sheet1": head})])
        rows = [parse(sheet, chunk)[0] for sheet in sheets for chunk in sheet.chunks()]
        assert [(*r["count"], *r["as_of"]) for r in rows] == [(10, date(2024, 12, 31)), (12, date(2025, 6, 30))]


@pytest.mark.parametrize(
    "head",
    [
        [["县区", "优质白酒", "", "智能装备", ""], ["", "2023年", "2024年", "2023年", "2024年"],
         ["", "企业数", "企业数", "企业数", "企业数"]],
        [["县区", "优质白酒", "", "", "智能装备", "", ""],
         ["", "2023年", "2024年", "同比增长", "2023年", "2024年", "同比增长"]],
        [["县区", "2023年", "", "2024年", ""], ["", "优质白酒", "智能装备", "优质白酒", "智能装备"]],
    ],
)  # fmt: skip
def test_years_of_each_chain_are_read_with_their_days(xlsx: Book, head: Lines) -> None:
    rows = {5: [10, 20, 11, 21], 7: [10, 11, "10%", 20, 21, "5%"]}[len(head[0])]
    if head[0][1] != "2023年":
        rows = [10, 11, 20, 21] if len(rows) == 4 else rows
    sheets = open_all(
        [xlsx("企业数量.xlsx", {"Sheet1": [["三台县企业数统计表"], *head, ["涪城区", *rows], ["合计", *rows]]})]
    )
    found = {
        (r.region, r.chain, r.count_, r.as_of.year)
        for sheet in sheets
        for chunk in sheet.chunks()
        for r in parse(sheet, chunk)[0].rename(columns={"count": "count_"}).itertuples()
    }
    assert found == {
        ("510703", "CH11", 10, 2023), ("510703", "CH11", 11, 2024),
        ("510703", "CH06", 20, 2023), ("510703", "CH06", 21, 2024),
    }  # fmt: skip
    assert not any("所在地区" in warning.zh for sheet in sheets for warning in sheet.warnings)


def test_units_and_short_names_across(xlsx: Book) -> None:
    lines: Lines = [["产业链", "市中区（万户）", "东兴区（户）"], ["优质白酒", 1.2, 5]]
    found = read(xlsx("内江企业数.xlsx", {"Sheet1": lines}))
    assert found == {("511002", "CH11", 12_000), ("511011", "CH11", 5)}


def test_numbers_of_who_knows_what_are_asked_for(csv: Callable[..., Path]) -> None:
    path = csv("各县区产业链产值.csv", "县区,优质白酒,智能装备\n涪城区,12,30\n游仙区,3,\n")
    with pytest.raises(UnknownTable) as caught:
        open_all([path])
    assert "最接近“企业数量”" in caught.value.say("zh")
    assert explain([path]).note == "tables:\n  各县区产业链产值: 企业数量\n"
    csv("source.yml", "tables: {各县区产业链产值: 企业数量}")
    assert read(path) == COUNTED


def test_a_list_with_columns_named_after_chains_is_no_cross_table(csv: Callable[..., Path]) -> None:
    (sheet,) = open_all([csv("机构.csv", "名称,类型,所在地区,优质白酒,智能装备\n甲站,服务机构,涪城区,√,\n")])
    assert (sheet.table.name, sheet.ignored) == ("organizations", ("优质白酒", "智能装备"))


def test_what_is_said_of_all_columns_is_said_once(xlsx: Book) -> None:
    lines: Lines = [["区县", "优质白酒", "智能装备"], ["市中区", 12, 30], ["合计", 12, 30]]
    sheets = open_all([xlsx("乐山企业数.xlsx", {"Sheet1": lines})])
    assert [(s.sheet, len(s.warnings)) for s in sheets] == [("Sheet1 优质白酒", 2), ("Sheet1 智能装备", 0)]
    chunks = [chunk for sheet in sheets for chunk in sheet.chunks()]
    assert [([n.kind for n in c.notes], len(c.remarks)) for c in chunks] == [(["total"], 1), ([], 0)]


def test_what_is_no_chain_across_is_told_with_the_nearest(csv: Callable[..., Path]) -> None:
    path = csv("企业数量.csv", "县区,优质白酒,智能装配,新材料,绿色能源,备注,合计\n涪城区,12,30,5,7,,54\n")
    warnings = [warning.zh for sheet in open_all([path]) for warning in sheet.warnings]
    assert warnings == [
        "企业数量.csv：产业链横着排（优质白酒、新材料，共 2 列），逐列按“企业数”载入，空着的格不读",
        "企业数量.csv：横排的“智能装配”不是已知的产业链，没有读：是否就是“智能装备”？若是，请改表头后再载入",
        "企业数量.csv：横排的“绿色能源”不是已知的产业链，没有读",
    ]
    path = csv("企业数量.csv", "产业链,涪城区,三苔县,江油市\n优质白酒,1,2,3\n")
    told = [warning.zh for sheet in open_all([path]) for warning in sheet.warnings]
    left = csv("企业数量.csv", "序号,县区,说明,电子信息,优质白酒,新材料\n1,涪城区,重点,8,12,30\n")
    said = [warning.zh for sheet in open_all([left]) for warning in sheet.warnings]
    assert said[1:] == ["企业数量.csv：横排的“电子信息”不是已知的产业链，没有读"]
    near = "企业数量.csv：横排的“三苔县”不是已知的所在地区，没有读：是否就是“三台县”？若是，请改表头后再载入"
    assert told[1:] == [near]


def test_a_row_of_another_shape_is_told_once(csv: Callable[..., Path]) -> None:
    sheets = open_all([csv("企业数量.csv", "县区,优质白酒,智能装备\n涪城区,12,30\n游仙区,3,4,5,6\n")])
    chunks = [chunk for sheet in sheets for chunk in sheet.chunks()]
    assert [[(m.number, m.cells) for m in c.misfits] for c in chunks] == [[(3, ("游仙区", "3", "4", "5", "6"))], []]


def test_a_cross_table_is_read_once(csv: Callable[..., Path]) -> None:
    sheets = open_all([csv("企业数量.csv", "县区,优质白酒,智能装备,新材料\n涪城区,12,30,5\n")])
    first = [list(sheet.grid.chunks(sheet.line)) for sheet in sheets]
    again = [list(sheet.grid.chunks(sheet.line)) for sheet in sheets]
    assert len({id(chunks[0].cells[0]) for chunks in (*first, *again)}) == 1
