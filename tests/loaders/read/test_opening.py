"""Rows of a file that is none of our tables, by headers that are known."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import FileMissing, FileUnreadable
from loaders.read.files.encodings import FileNameUnreadable
from loaders.read.opening import matches_of, open_all, rows_of, source_files

Make = Callable[..., Path]


@pytest.mark.parametrize(
    "text",
    ["甲,乙\n1,2\n,4\n", "乙,丙,甲\n2,x,1\n4,y,\n"],
    ids=["the headers alone", "in another order, among others"],
)
def test_rows_stand_below_the_line_that_has_the_headers(csv: Make, text: str) -> None:
    assert list(rows_of(csv("某表.csv", text), ("甲", "乙"))) == [
        (2, {"甲": "1", "乙": "2"}),
        (3, {"甲": "", "乙": "4"}),
    ]


def test_the_headers_may_stand_on_a_later_sheet_below_a_title(xlsx: Make) -> None:
    book = xlsx("某表.xlsx", {"说明": [["甲", "丁"], ["1", "2"]], "数据": [["标题"], ["甲", "乙"], ["1", "2"]]})
    assert list(rows_of(book, ("甲", "乙"))) == [(3, {"甲": "1", "乙": "2"})]


def test_what_lacks_a_header_or_is_not_there_is_told(csv: Make, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="没有这些列：甲、乙"):
        list(rows_of(csv("某表.csv", "甲,丙\n1,2\n"), ("甲", "乙")))
    with pytest.raises(FileMissing):
        list(rows_of(tmp_path / "none.csv", ("甲",)))


@pytest.mark.parametrize("folder", ["涪城", os.fsdecode("涪城".encode("gbk"))])
@pytest.mark.parametrize("name", ["机构.csv", os.fsdecode("机构.csv".encode("gbk"))])
def test_a_name_in_another_encoding_is_told_with_the_way_out(csv: Make, tmp_path: Path, folder: str, name: str) -> None:
    (place := tmp_path / folder).mkdir()
    file = csv("a.csv", "名称,类型,所在地区\n示例-甲,服务机构,涪城区\n").rename(place / name)
    for path in (place, file):
        if (folder, name) == ("涪城", "机构.csv"):
            assert source_files([path]) == [file]
            continue
        for read in (source_files, open_all, matches_of):
            with pytest.raises(FileNameUnreadable) as raised:
                read([path])
            said = f"文件名（或所在目录名）不是 UTF-8 编码，像是 GBK：{tmp_path}/涪城/机构.csv"
            assert raised.value.say("zh") == said
