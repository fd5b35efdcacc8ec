"""What a row is that is no data, row by row."""

import numpy as np
import pyarrow as pa
import pytest

from loaders.read.files.chunks import Note
from loaders.read.rows.row_notes import NoteFinder, shown
from loaders.tables import TABLES

HEADER = ("序号", "名称", "所在地区", "类型", "备注")
COLUMNS = {"name": 1, "region": 2, "kind": 3}
SAMPLE = TABLES["organizations"].examples[0]["name"]
ROWS = {
    ("", "", "", "", ""): None,
    ("1", "甲公司", "绵阳市", "服务机构", ""): None,
    # the number of a group in characters and its words, whatever place stands beside them; names are none
    ("一", "市属", "绵阳市", "", ""): "heading",
    ("二", "省级示范平台（3家）", "绵阳市", "", ""): "heading",
    ("三", "长虹", "绵阳市", "", ""): None,
    ("四", "甲公司", "绵阳市", "", ""): None,
    ("1", "市属", "绵阳市", "", ""): None,
    ("", "2025年1月8日", "绵阳市", "", ""): "footnote",
    ("7", "排名不分先后", "绵阳市", "", ""): "footnote",
    ("", "甲公司", "绵阳市", "", "2025年1月8日"): None,
    ("", "*甲公司", "绵阳市", "服务机构", ""): None,
    # repeated headers: two titles, in the header's words or others, and at least half of what stands in the row
    HEADER: "header",
    ("", "机构名称", "地区", "", ""): "header",
    ("a", "名称", "所在地区", "b", ""): "header",
    ("a", "名称", "所在地区", "b", "c"): None,
    ("", "名称", "绵阳市", "", ""): "header",
    # examples of the template, perhaps with cells emptied
    ("1", SAMPLE, "绵阳市涪城区", "服务机构", ""): "example",
    ("", SAMPLE, "绵阳市涪城区", "", "其他"): "example",
    ("", SAMPLE, "绵阳市涪城区", "高校", ""): None,
    ("", SAMPLE, "", "", ""): None,
    # sums and other figures
    ("合计", "", "", "12", ""): "total",
    ("1", "合计", "绵阳市", "", ""): "total",
    ("1", "甲公司", "小计", "", ""): "total",
    ("1", "甲公司", "绵阳市", "合计", ""): None,
    ("平均", "甲公司", "绵阳市", "", ""): "figure",
    ("1", "其他", "绵阳市", "", ""): "figure",
    ("1", "甲公司", "其他", "", ""): None,
    ("其中：规上企业", "", "绵阳市", "服务机构", ""): "figure",
    ("", "其中:专精特新", "绵阳市", "服务机构", ""): "figure",
    ("", "其中：高新区", "绵阳市", "服务机构", ""): None,
    ("", "过次页", "", "", ""): "total",
    ("承前页", "", "", "3", ""): "total",
    # nothing in the columns that are known
    ("一、工业", "", "", "", ""): "heading",
    ("绵阳市", "", "", "", ""): "heading",
    ("服务机构（共3家）", "", "", "", ""): "heading",
    ("绵阳市", "", "", "", "附"): "footnote",
    ("注：以上", "无", "", "", ""): "footnote",
    ("3", "", "", "", ""): "blank",
    ("3", "无", "/", "", "—"): "blank",
    # footnotes
    ("注：含分支", "甲公司", "绵阳市", "服务机构", ""): "footnote",
    ("", "填表人：王", "绵阳市", "", ""): "footnote",
    ("", "甲公司", "绵阳市", "服务机构", "注：含分支"): None,
    ("", "1.不含分支", "", "", ""): "footnote",
    ("", "1.不含分支", "绵阳市", "", ""): None,
    # headings of groups
    ("", "绵阳市", "", "", ""): "heading",
    ("", "绵阳市", "绵阳市", "", ""): None,
    ("", "其中：", "", "", ""): "heading",
    ("一", "市属", "", "", ""): "heading",
    ("一", "市属", "", "高校", ""): None,
    # as above
    ("", "同上", "〃", "", ""): "ditto",
    ("2", "同上", "〃", "无", "新"): "ditto",
    ("2", "同上", "绵阳市", "", ""): None,
}
"""Row -> what it is; None: it is one of the table."""


def finder(header: tuple[str, ...] = HEADER, parts: tuple[int, ...] = ()) -> NoteFinder:
    return NoteFinder(TABLES["organizations"], header, COLUMNS, parts)


@pytest.mark.parametrize("row", ROWS, ids="|".join)
def test_what_a_row_is(row: tuple[str, ...]) -> None:
    assert finder().kind(row) == ROWS[row]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (("甲", "乙", "1", "2", "3"), "header"),
        (("(1)", "(2)", "(3)", "", ""), "header"),
        (("1", "2", "", "", ""), None),
        (("甲", "乙", "3", "", ""), None),
        (("1", "2", "4", "", ""), None),
        (("1", "2", "3", "x", ""), None),
    ],
)
def test_a_row_that_numbers_the_columns_is_the_first_or_none(row: tuple[str, ...], kind: str | None) -> None:
    assert (finder().kind(row, first=True), finder().kind(row)) == (kind, None)


def test_remarks_may_stand_in_a_column_of_remarks_and_sums_in_a_part_of_the_place() -> None:
    row = ("注：含分支", "甲公司", "绵阳市", "服务机构", "")
    assert finder(("备注", *HEADER[1:])).kind(row) is None
    row = ("", "甲公司", "绵阳市", "服务机构", "合计")
    assert (finder().kind(row), finder(parts=(4,)).kind(row)) == (None, "total")
    assert finder(HEADER[:4], parts=(0,)).kind(("注：含分支", "甲公司", "绵阳市", "服务机构")) is None


def test_notes_are_found_among_the_rows_with_their_numbers() -> None:
    rows = [
        ("1", "2", "3", "4", "5"), ("1", "甲公司", "绵阳市", "高校", ""), ("2", "乙公司", "合计", "高校", ""),
        ("", "丙公司", "", "", ""), ("", "  绵阳市 ", "", "", ""), ("", "同上", "同上", "", ""),
        ("", "名称", "所在地区", "", ""), ("", SAMPLE, "绵阳市涪城区", "", ""), ("1", "2", "3", "4", "5"),
    ]  # fmt: skip
    found, cells = finder(), tuple(pa.array(column) for column in zip(*rows, strict=True))
    assert found.find(np.arange(3, 3 + len(rows)), cells) == [
        Note(3, "header", "1"), Note(5, "total", "合计"), Note(7, "heading", "绵阳市"), Note(8, "ditto", "同上"),
        Note(9, "header", "名称"), Note(10, "example", SAMPLE),
    ]  # fmt: skip
    assert found.find(np.arange(90, 91), tuple(column[:1] for column in cells)) == []
    assert found.find(np.arange(0), tuple(column[:0] for column in cells)) == []


def test_what_is_told_of_a_note_is_short_and_names_nobody() -> None:
    assert shown(("", "填表人：王小明", "x")) == "填表人：…"
    assert shown(("联系电话: 13812341234",)) == "联系电话：…"
    assert shown(("注：见附表",)) == "注：见附表"
    assert shown(("打 13812341234",)) == "打 138****1234"
    assert (shown(("注" * 60,)), shown(("注" * 61,))) == ("注" * 60, "注" * 59 + "…")
    assert shown(("", "")) == ""
