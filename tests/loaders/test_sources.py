"""From files to raw rows: every way in which people save tables."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from graph.errors import FileMissing, FileUnreadable, MissingColumn, UnknownTable
from loaders.rows import parse
from loaders.sources import Sheet, find_table, open_all
from loaders.tables import TABLES

Make = Callable[..., Path]
LINES = "名称,类型,所在地区,地址\n示例-甲,服务机构,绵阳市,一号；院\n示例-乙,商会,涪城区,\n"
ROWS = {
    2: {"name": "示例-甲", "kind": "服务机构", "region": "绵阳市", "address": "一号；院"},
    3: {"name": "示例-乙", "kind": "商会", "region": "涪城区", "address": ""},
}


def raw(sheet: Sheet) -> dict[int, dict[str, str]]:
    """Return the rows of a sheet by their number."""
    return {number: row for chunk in sheet.chunks() for number, row in chunk.rows(set(chunk.numbers.tolist()))}


def one(path: Path) -> Sheet:
    (sheet,) = open_all([path])
    return sheet


# --- CSV ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_encodings(csv: Make, encoding: str) -> None:
    assert raw(one(csv("机构.csv", LINES, encoding))) == ROWS


def test_a_rare_character_needs_gb18030(csv: Make) -> None:
    text = LINES.replace("示例-甲", "示例-𬭚㐂")
    assert raw(one(csv("机构.csv", text, "gb18030")))[2]["name"] == "示例-𬭚㐂"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(csv: Make, delimiter: str) -> None:
    assert raw(one(csv("机构.csv", LINES.replace(",", delimiter)))) == ROWS


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends(csv: Make, newline: str) -> None:
    assert raw(one(csv("机构.csv", LINES.replace("\n", newline)))) == ROWS
    assert raw(one(csv("机构.csv", LINES.replace("\n", newline).removesuffix(newline)))) == ROWS


@pytest.mark.parametrize(
    "header",
    [
        "name,kind,region,address",
        "名称*,类型,所在地区*,地址",
        " 机构名称 , 机构类型 ,地区,ADDRESS",
        "单位名称,Kind,区县,地址",
        '"名称","类型","所在地区","地址"',
    ],
)
def test_headers(csv: Make, header: str) -> None:
    assert raw(one(csv("机构.csv", LINES.replace("名称,类型,所在地区,地址", header)))) == ROWS


def test_any_order(csv: Make) -> None:
    text = "地址,所在地区,名称,类型\n一号；院,绵阳市,示例-甲,服务机构\n,涪城区,示例-乙,商会\n"
    assert raw(one(csv("机构.csv", text))) == ROWS


def test_unknown_columns_are_named(csv: Make) -> None:
    text = "名称,备注,所在地区,名称,\n示例-甲,好,绵阳市,又名,\n"
    sheet = one(csv("机构.csv", text))
    assert sheet.ignored == ("备注", "名称")
    assert raw(sheet) == {2: {"name": "示例-甲", "region": "绵阳市"}}


def test_blank_rows_are_left_out_and_counted(csv: Make) -> None:
    text = "名称,所在地区\n\n示例-甲,绵阳市\n,\n  ,\t\n\n示例-乙,涪城区\n\n"
    assert list(raw(one(csv("机构.csv", text)))) == [3, 7]


def test_quotes_commas_and_lines_in_a_cell(csv: Make) -> None:
    text = '名称,所在地区,地址\n"示例-""甲"", 一",绵阳市,"一行\n二行"\n示例-乙,涪城区,\n'
    found = list(raw(one(csv("机构.csv", text))).values())
    assert found[0] == {"name": '示例-"甲", 一', "region": "绵阳市", "address": "一行\n二行"}
    assert found[1]["name"] == "示例-乙"


def test_a_row_with_too_few_or_too_many_cells_is_an_issue_of_its_own(csv: Make) -> None:
    text = "名称,所在地区,地址\n示例-甲,绵阳市\n示例-乙,绵阳市,二号\n示例-丙,绵阳市,三号,多\n示例-丁,绵阳市,四号\n"
    sheet = one(csv("机构.csv", text))
    (chunk,) = sheet.chunks()
    rows, issues = parse(sheet, chunk)
    assert rows["name"].to_dict() == {3: "示例-乙", 5: "示例-丁"}
    assert {issue.row for issue in issues} == {2, 4}
    assert len(chunk) == 4


def test_words_that_look_like_nothing_are_words(csv: Make) -> None:
    text = "名称,所在地区\nNA,绵阳市\nnull,绵阳市\n007,绵阳市\n1e5,绵阳市\ntrue,绵阳市\n"
    assert [row["name"] for row in raw(one(csv("机构.csv", text))).values()] == ["NA", "null", "007", "1e5", "true"]


def test_a_header_alone_is_a_table_without_rows(csv: Make) -> None:
    assert raw(one(csv("机构.csv", "名称,所在地区\n"))) == {}
    assert raw(one(csv("机构.csv", "名称,所在地区"))) == {}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", MissingColumn),
        (b"\n\n", MissingColumn),
        (bytes(range(128, 256)) * 4, FileUnreadable),
        (b"\xff\xfe" + "名称,所在地区\n".encode("utf-16-le"), FileUnreadable),
        ("名称,类型\n".encode(), MissingColumn),
        ("名称,所在地区\n".encode() + b"\x00\xff\xff\xff,\xff\n", FileUnreadable),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "机构.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=r"机构\.csv"):
        for sheet in open_all([path]):
            raw(sheet)


# --- workbooks ----------------------------------------------------------------------------------------

CELLS = [["名称", "类型", "所在地区", "地址"], *([*row.values()] for row in ROWS.values())]


def test_many_sheets(xlsx: Make) -> None:
    sheets = {
        "说明": [["请从这里开始"]],
        "机构": CELLS,
        "需求清单": [["编号", "所在地区", "服务类型"], ["X1", "绵阳", "技术支持"]],
        "空": [],
        "词表": [["类型"], ["商会"]],
    }
    organizations, needs = open_all([xlsx("全部.xlsx", sheets)])
    assert (organizations.table.name, organizations.sheet) == ("organizations", "机构")
    assert raw(organizations) == ROWS
    assert raw(needs) == {2: {"id": "X1", "region": "绵阳", "service_type": "技术支持"}}


@pytest.mark.parametrize("name", ["organizations.xlsx", "机构.xlsx", "2026-机构 (1).xlsx"])
def test_one_file_a_table(xlsx: Make, name: str) -> None:
    sheet = one(xlsx(name, {"Sheet1": CELLS}))
    assert sheet.table.name == "organizations"
    assert raw(sheet) == ROWS


def test_cells_as_excel_keeps_them(xlsx: Make) -> None:
    header = ["编号", "日期", "服务类型", "提供机构", "服务地区", "方式", "满意度", "费用"]
    lines = [
        [1001, date(2026, 1, 31), "SC01", "甲", 510704, "线上", 5.0, 12.5],
        ["a", datetime(2026, 1, 31, 8, 30), "SC01", True, "510704", "线上", 4, 0],
    ]
    found = raw(one(xlsx("服务台账.xlsx", {"表": [header, *lines]})))
    assert [*found[2].values()] == ["1001", "2026-01-31", "SC01", "甲", "510704", "线上", "5", "12.5"]
    assert [*found[3].values()] == ["a", "2026-01-31", "SC01", "是", "510704", "线上", "4", "0"]


def test_blank_rows_of_a_sheet(xlsx: Make) -> None:
    lines = [CELLS[0], [], CELLS[1], ["", "  "], CELLS[2]]
    assert list(raw(one(xlsx("机构.xlsx", {"机构": lines})))) == [3, 5]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04" + b"\x00" * 200])
def test_a_workbook_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "机构.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=r"机构\.xlsx"):
        open_all([path])


def test_a_sheet_that_is_no_table(xlsx: Make) -> None:
    with pytest.raises(UnknownTable, match="其他"):
        open_all([xlsx("全部.xlsx", {"机构": CELLS, "其他": [["甲"], ["乙"]]})])


def test_a_sheet_without_a_required_column(xlsx: Make) -> None:
    with pytest.raises(MissingColumn, match="所在地区") as caught:
        open_all([xlsx("全部.xlsx", {"机构": [["名称", "类型"], ["甲", "商会"]]})])
    assert "全部.xlsx[机构]" in caught.value.say("zh")
    assert "名称、类型" in caught.value.way_out("zh")


# --- which table --------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_by_its_names(table: object) -> None:
    name, label = table.name, table.label  # type: ignore[attr-defined]
    for spelling in (name, name.upper(), label.zh, label.en, f"2026年-{label.zh}", f"{label.zh}（绵阳）", f"v2.{name}"):
        assert find_table(spelling) is table, spelling


def test_names_of_tables_and_columns_are_unambiguous() -> None:
    for table in TABLES.values():
        spellings = [header for column in table.columns for header in column.headers]
        assert len(spellings) == len(set(spellings)), table.name


@pytest.mark.parametrize("name", ["随便.csv", "organisation.csv", "data.csv"])
def test_an_unknown_table(csv: Make, name: str) -> None:
    with pytest.raises(UnknownTable) as caught:
        open_all([csv(name, LINES)])
    assert "服务资源 resources" in caught.value.way_out("zh")


def test_nothing_at_the_path(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.csv", tmp_path):
        with pytest.raises(FileMissing):
            open_all([path])


def test_a_folder_is_read_in_the_order_of_the_tables(csv: Make) -> None:
    csv("数据/服务资源.csv", "名称,资源类别,服务类型,提供机构\n")
    csv("数据/机构.csv", LINES)
    csv("数据/~机构.csv", "临时文件")
    folder = csv("数据/读我.txt", "不是表").parent
    assert [sheet.table.name for sheet in open_all([folder])] == ["organizations", "resources"]


def test_two_files_of_one_name_are_told_apart(csv: Make) -> None:
    paths = [csv("甲/机构.csv", LINES), csv("乙/机构.csv", LINES), csv("企业.csv", "名称,所在地区\n")]
    files = [sheet.file for sheet in open_all(paths)]
    assert len(set(files)) == 3
    assert "企业.csv" in files
