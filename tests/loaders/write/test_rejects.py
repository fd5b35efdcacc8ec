"""The rejects workbook: as the sender wrote it, with reasons, and good to load again."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from tracemalloc import get_traced_memory, start, stop
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.errors import FileUnwritable
from graph.stores.base import Store
from loaders.parse.issues import RowIssue
from loaders.parse.rows import parse
from loaders.pipeline import load
from loaders.read import open_all
from loaders.read.words.delivery import DeliveryNote, read_note
from loaders.write import rejects
from loaders.write.rejects import write_rejects
from tests.support.disk import short_files

Make = Callable[..., Path]


def rejected(paths: list[Path], folder: Path, note: DeliveryNote | None = None) -> Path:
    """Write the rejects of the rows that cannot be read."""
    sheets = open_all(paths, note)
    issues: list[RowIssue] = [i for sheet in sheets for chunk in sheet.chunks() for i in parse(sheet, chunk)[1]]
    return write_rejects(sheets, issues, folder / "退回", "load-000001")


def lines(path: Path, sheet: str = "机构") -> list[list[Any]]:
    page = openpyxl.load_workbook(path)[sheet]
    return [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]


def test_original_columns_under_original_headers(csv: Make, tmp_path: Path) -> None:
    text = "机构名称（全称）,备注,所在地区*,经度（度）\n示例-甲,好,绵阳市,104\n示例-乙,=1+1,无此地,很东\n"
    header, row = lines(rejected([csv("机构.csv", text)], tmp_path))
    assert header == ["机构名称（全称）", "备注", "所在地区*", "经度（度）", "退回原因", "原文件位置"]
    assert row[:4] == ["示例-乙", "=1+1", "无此地", "很东"]
    assert "所在地区：" in row[4] and "经度：“很东”不是数字" in row[4]
    assert row[5] == "机构.csv 3"


def test_bad_cells_are_marked_and_explained(csv: Make, tmp_path: Path) -> None:
    path = rejected([csv("机构.csv", "名称,所在地区,经度\n-甲,绵阳市,很东\n")], tmp_path)
    page = openpyxl.load_workbook(path)["机构"]
    name, region, lon, *_ = page[2]
    assert page.freeze_panes == "A2"
    assert [cell.font.b for cell in page[1]] == [True] * 5
    wide = page.column_dimensions["A"]
    assert (wide.min, wide.max, int(wide.width)) == (1, 5, 18)
    assert lon.comment and "不是数字" in lon.comment.text and "not a number" in lon.comment.text
    assert lon.fill.fgColor.rgb.endswith("FFD9D0")
    assert (name.comment, region.comment) == (None, None)
    assert (name.data_type, name.quotePrefix, region.quotePrefix) == ("s", True, False)


def test_misfits_keep_their_cells_in_place(csv: Make, tmp_path: Path) -> None:
    text = "名称,所在地区,地址\n示例-甲,绵阳市\n示例-乙,绵阳市,一号,二号,三号\n示例-丙,绵阳市,\n"
    _, few, many = lines(rejected([csv("机构.csv", text)], tmp_path))
    assert few[:3] == ["示例-甲", "绵阳市", ""] and "2 个，应为 3 个" in few[3]
    assert many[:3] == ["示例-乙", "绵阳市", "一号"] and many[5:] == ["二号", "三号"]
    assert (few[4], many[4]) == ("机构.csv 2", "机构.csv 3")


def test_it_loads_again_once_mended(csv: Make, tmp_path: Path) -> None:
    note = read_note(csv("说明.yml", "headers: {单位: 名称, 名称: 地址}\nvalues: {所在地区: {本市: 无此地}}"))
    text = "单位,名称,所在地区,联系人\n示例-甲,旧址,本市,张三丰\n"
    path = rejected([csv("机构.csv", text)], tmp_path, note)
    header, row = lines(path)
    assert header[:4] == ["名称", "地址", "所在地区", "联系人"]
    assert row[:3] == ["示例-甲", "旧址", "本市"]
    book = openpyxl.load_workbook(path)
    book["机构"]["C2"] = "绵阳市"
    book.save(path)
    (sheet,) = open_all([path])
    assert (sheet.ignored, sheet.warnings) == ((), ())
    (chunk,) = sheet.chunks()
    found, issues, _ = parse(sheet, chunk)
    assert issues == []
    assert found[["name", "address", "region"]].to_dict("records") == [
        {"name": "示例-甲", "address": "旧址", "region": "510700"}
    ]


def test_rejects_rejected_again_have_their_two_columns_once(csv: Make, tmp_path: Path) -> None:
    first = rejected([csv("机构.csv", "名称,所在地区\n示例-甲,无此地\n")], tmp_path)
    (tmp_path / "机构.csv").unlink()
    header, row = lines(rejected([first], tmp_path / "再"))
    assert header == ["名称", "所在地区", "退回原因", "原文件位置"]
    assert row[3] == "load-000001.xlsx 机构 2"


def test_files_with_other_columns_share_a_sheet(csv: Make, tmp_path: Path) -> None:
    paths = [
        csv("甲/机构.csv", "名称,所在地区,备注\n示例-甲,无此地,好\n"),
        csv("乙/机构.csv", "备注,地区,机构名称,地址\n差,无此地,示例-乙,一号\n"),
    ]
    header, *rows = lines(rejected(paths, tmp_path))
    assert header[:4] == ["备注", "地区", "机构名称", "地址"]
    assert [row[:4] for row in rows] == [["差", "无此地", "示例-乙", "一号"], ["好", "无此地", "示例-甲", ""]]


@pytest.mark.parametrize(
    "cells",
    [
        "示例-甲,张三丰,13800138000,无此地,x",
        "示例-甲,张三丰,13800138000",
        "示例-甲,又名,张三丰,13800138000,无此地,x",
        "一,二,示例-甲,张三丰,13800138000,绵阳市",
    ],
)
def test_people_are_masked(csv: Make, tmp_path: Path, cells: str) -> None:
    path = rejected([csv("机构.csv", f"名称,联系人,联系电话,所在地区,备注\n{cells}\n")], tmp_path)
    (_, row) = lines(path)
    assert not any("13800138000" in str(cell) for cell in row)
    assert cells.startswith("一") or "张三丰" not in row  # there it is so far off that nobody can tell a name


def test_a_long_list_goes_on_in_another_sheet(csv: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "LAST_ROW", 2)
    monkeypatch.setattr(rejects, "COMMENTS", 1)
    path = rejected([csv("机构.csv", "名称,所在地区\n" + "示例-甲,无此地\n" * 5)], tmp_path)
    book = openpyxl.load_workbook(path)
    assert [(page.title, page.max_row) for page in book] == [("机构", 3), ("机构 (2)", 3), ("机构 (3)", 2)]
    assert [sum(cell.comment is not None for row in page for cell in row) for page in book] == [1, 1, 1]
    assert {sheet.table.name for sheet in open_all([path])} == {"organizations"}


def test_a_long_text_is_cut_to_what_a_cell_holds(csv: Make, tmp_path: Path) -> None:
    path = csv("机构.csv", f"名称,所在地区,备注\n示例-甲,无此地,{'长' * 32_768}\n")
    (_, row) = lines(rejected([path], tmp_path))
    assert row[2] == "长" * 32_767


def test_a_workbook_never_replaces_another(csv: Make, tmp_path: Path) -> None:
    bad = [csv("机构.csv", "名称,所在地区\n示例-甲,无此地\n")]
    assert [rejected(bad, tmp_path).name for _ in range(2)] == ["load-000001.xlsx", "load-000001-2.xlsx"]
    (tmp_path / "文件").write_text("", encoding="utf-8")
    with pytest.raises(FileUnwritable):
        rejected(bad, tmp_path / "文件")


def test_a_workbook_that_the_disk_has_no_room_for_is_not_left_in_half(csv: Make, tmp_path: Path) -> None:
    bad = [csv("机构.csv", "名称,所在地区\n示例-甲,无此地\n")]
    with short_files(4000), pytest.raises(FileUnwritable):
        rejected(bad, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == bad


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4), st.sampled_from("=+-@"))
@example([("_x0041_", "'0"), ("甲", "'0'"), ("乙", "''0"), ("丙", '="0"'), ("丁", "甲\N{ZERO WIDTH SPACE}")], "=")
def test_every_text_comes_back_as_it_was_read(
    csv: Make, tmp_path: Path, rows: list[tuple[str, str]], mark: str
) -> None:
    """What says to a spreadsheet that a cell is text, and what nobody sees, is gone by then: '0, ="0"."""
    cells = [(mark + name, place) for name, place in rows]
    quoted = ["\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    path = csv("机构.csv", "名称\t备注\t所在地区\n" + "".join(f"{line}\t无此地\n" for line in quoted))
    (sent,) = open_all([path])
    (again,) = open_all([rejected([path], tmp_path / str(next(NUMBERS)))])
    read, came = (
        [
            tuple(map(str.strip, values[:2]))
            for chunk in sheet.chunks()
            for _, values in chunk.originals(set(chunk.numbers.tolist()))
        ]
        for sheet in (sent, again)
    )
    assert came == read
    assert len(read) == len(cells)


NUMBERS = count()


@pytest.mark.slow
def test_many_rejects_take_little_memory(csv: Make, tmp_path: Path) -> None:
    path = csv("机构.csv", "名称,所在地区,地址\n" + f"示例-甲,无此地,{'址' * 200}\n" * 20_000)
    sheets = open_all([path])
    issues = [i for sheet in sheets for chunk in sheet.chunks() for i in parse(sheet, chunk)[1]]
    start()
    write_rejects(sheets, issues, tmp_path, "load")
    peak = get_traced_memory()[1]
    stop()
    assert peak < 60 * 2**20


def test_what_headers_say_in_brackets_of_one_sheet_is_not_said_of_another(store: Store, xlsx: Make) -> None:
    """Counts in 万家 and in 家 come under one header, which says neither; corrected, each is what it was."""
    one = [["地区", "产业链", "企业数（万家，2024年）"], ["火星", "智能装备", 1.2]]
    other = [["地区", "产业链", "企业数（家，2025年）"], ["木星", "智能装备", 120]]
    report = load(store, [xlsx("企业数量.xlsx", {"企业数量（甲）": one, "企业数量（乙）": other})])
    assert report.rejects
    book = openpyxl.load_workbook(report.rejects)
    (page,) = book.worksheets
    lines = [[cell or "" for cell in row][:4] for row in page.iter_rows(values_only=True)]
    assert lines == [
        ["地区", "产业链", "企业数", "统计时间"],
        ["木星", "智能装备", "120", "2025年"],
        ["火星", "智能装备", "1.2万家", "2024年"],
    ]
    page["A2"], page["A3"] = "游仙区", "涪城区"
    book.save(report.rejects)
    again = load(store, [report.rejects])
    assert again.delta
    (made,) = again.delta.of("EnterpriseCount")
    assert {r["key"]: (r["count"], str(r["as_of"])) for r in made.created.to_pylist()} == {
        "510703-CH06": (12000, "2024-12-31"),
        "510704-CH06": (120, "2025-12-31"),
    }


@pytest.mark.parametrize("header", ["", ",,"])
def test_a_row_that_came_apart_is_refused_again_until_it_is_mended(store: Store, csv: Make, header: str) -> None:
    files = [
        csv("企业数量.csv", f"地区,产业链,企业数{header}\n涪城区,智能装备,1,234{header[:1]}\n"),
        csv("二/企业数量.csv", "地区,产业链,企业数,统计时间\n江油市,智能装备,约5,2026-01-01\n"),
    ]
    first = load(store, files)
    assert [(t.read, t.rejected) for t in first.tables] == [(2, 2)]
    assert first.rejects
    again = load(store, [first.rejects])
    assert [(t.read, t.rejected) for t in again.tables] == [(2, 2)]
    book = openpyxl.load_workbook(first.rejects)
    (row,) = (row for row in book["企业数量"].iter_rows(min_row=2) if row[0].value == "涪城区")
    for at, cell in enumerate(row):
        cell.value = "1234" if at == 2 else cell.value if at < 2 else None
    book.save(first.rejects.with_name("mended.xlsx"))
    mended = load(store, [first.rejects.with_name("mended.xlsx")])
    assert [(t.read, t.created, t.rejected) for t in mended.tables] == [(2, 1, 1)]
