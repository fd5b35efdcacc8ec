"""Workbooks as people keep them: titles, merged and hidden cells, dates, errors; and a worker that cannot be hurt."""

import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from struct import pack

import openpyxl
import pytest
from openpyxl.styles import Font

from graph.errors import FileUnreadable, MissingColumn, UnknownTable
from graph.language import Text
from graph.stores.base import Store
from loaders.parse.rows import parse
from loaders.pipeline import load
from loaders.read import Sheet, open_all
from loaders.read.files import workbooks, worker

Make = Callable[..., Path]
CELLS = [
    ["名称", "类型", "所在地区", "地址"],
    ["示例-甲", "服务机构", "绵阳市", "一号；院"],
    ["示例-乙", "商会", "涪城区", ""],
]
ROWS = {n: dict(zip(("name", "kind", "region", "address"), row, strict=True)) for n, row in enumerate(CELLS[1:], 2)}


def raw(sheet: Sheet) -> dict[int, dict[str, str]]:
    """Return the rows of a sheet by their number."""
    return {number: row for chunk in sheet.chunks() for number, row in chunk.rows(set(chunk.numbers.tolist()))}


def one(path: Path) -> Sheet:
    (sheet,) = open_all([path])
    return sheet


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


@pytest.mark.parametrize("part", ["content.xml", "encrypted-package"])
def test_a_locked_workbook_of_opendocument_is_told_to_be_locked(tmp_path: Path, part: str) -> None:
    path = tmp_path / "机构.ods"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(part, b"\x93" * 90)
        parts.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(FileUnreadable) as caught:
        open_all([path])
    assert caught.value.details["reason"] == workbooks.LOCKED_ODS


def test_sheets_that_are_no_table_do_not_stop_the_known_ones(xlsx: Make) -> None:
    others: Mapping[str, list[list[object]]] = {"其他": [["甲"], ["乙"]], "Sheet3": [["名称", "备注"], ["丙", "丁"]]}
    (sheet,) = open_all([xlsx("全部.xlsx", {"机构": CELLS, **others})])
    assert sheet.sheet == "机构"
    assert [warning.zh for warning in sheet.warnings] == [
        "全部.xlsx[其他] 不是已知的数据表，未载入（没有一列是认识的）；"
        "可在 source.yml 中写 tables: {其他: 表名或不载入}",
        "全部.xlsx[Sheet3] 不是已知的数据表，未载入（最接近“机构”，按第 1 行为表头还缺 所在地区）；"
        "可在 source.yml 中写 tables: {Sheet3: 表名或不载入}",
    ]
    with pytest.raises(UnknownTable, match=r"全部.xlsx\[其他\].*全部.xlsx\[Sheet3\]"):
        open_all([xlsx("全部.xlsx", others)])


def test_a_sheet_without_a_required_column(xlsx: Make) -> None:
    with pytest.raises(MissingColumn, match="所在地区") as caught:
        open_all([xlsx("全部.xlsx", {"机构": [["名称", "类型"], ["甲", "商会"]]})])
    assert "全部.xlsx[机构]" in caught.value.say("zh")
    assert "名称、类型" in caught.value.way_out("zh")


def test_titles_merged_cells_and_hidden_rows_and_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "机构"
    page["B2"] = "2026 年机构一览"
    page.merge_cells("B2:E2")
    for row, cells in enumerate(CELLS, start=4):
        for column, cell in enumerate(cells, start=2):
            page.cell(row, column, cell)
    page["B7"], page["D7"], page["D8"] = "示例-丙", "绵阳市", "只有地区"
    page.merge_cells("B7:B9")
    page.merge_cells("C5:C7")
    page.row_dimensions[6].hidden = True
    page.column_dimensions["C"].hidden = page.column_dimensions["H"].hidden = True
    book.save(tmp_path / "表.xlsx")
    sheet = one(tmp_path / "表.xlsx")
    found = raw(sheet)
    assert {n: (row["name"], row["kind"]) for n, row in found.items()} == {
        5: ("示例-甲", "服务机构"),
        6: ("示例-乙", "服务机构"),
        7: ("示例-丙", "服务机构"),
        8: ("示例-丙", ""),
    }
    said = ["有 1 行是隐藏的，照常载入", "第 3 列是隐藏的，照常载入", "表头上方的 1 行未读"]
    assert [w.zh for w in sheet.warnings] == [f"表.xlsx[机构]：{words}" for words in said]


def test_two_rows_of_headers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "机构"
    for at, title in enumerate(("名称", "所在地区", "位置"), start=1):
        page.cell(1, at, title)
    page["C2"], page["D2"] = "经度（度）", "纬度（度）"
    page.append(["示例-甲", "绵阳市", 104.7, 31.5])
    for cells in ("A1:A2", "B1:B2", "C1:D1"):
        page.merge_cells(cells)
    book.save(tmp_path / "表.xlsx")
    assert raw(one(tmp_path / "表.xlsx")) == {3: {"name": "示例-甲", "region": "绵阳市", "lon": "104.7", "lat": "31.5"}}


def test_hidden_sheets_and_columns_without_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    page = book.create_sheet("机构")
    page.sheet_state = "hidden"
    for row in (["名称", None, "所在地区"], ["示例-甲", "旧", "绵阳市"]):
        page.append(row)
    book.save(tmp_path / "表.xlsx")
    warnings = [w.zh for w in one(tmp_path / "表.xlsx").warnings]
    said = ["这个工作表是隐藏的，其中的行照常载入", "第 2 列没有表头，未读"]
    assert warnings == [f"表.xlsx[机构]：{words}" for words in said]


def test_cells_with_errors_are_issues(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "机构"
    for row in (["名称", "所在地区", "地址"], ["示例-甲", "绵阳市", "#N/A"], ["示例-乙", "绵阳市", "#DIV/0!"]):
        page.append(row)
    book.save(tmp_path / "表.xlsx")
    sheet = one(tmp_path / "表.xlsx")
    (chunk,) = sheet.chunks()
    rows, issues, _ = parse(sheet, chunk)
    assert rows["address"].tolist() == [None, None]
    assert [(i.row, i.column, i.value, i.cell_only) for i in issues] == [
        (2, "地址", "#N/A", True), (3, "地址", "#DIV/0!", True),
    ]  # fmt: skip
    assert page["C2"].data_type == "e"


def test_several_sheets_of_one_table_are_known_by_the_file(xlsx: Make) -> None:
    sheets = open_all([xlsx("机构.xlsx", {"绵阳": CELLS, "宜宾": CELLS})])
    assert [(s.table.name, s.sheet) for s in sheets] == [("organizations", "宜宾"), ("organizations", "绵阳")]


# --- the worker ---------------------------------------------------------------------------------------


def test_a_small_workbook_takes_no_second(xlsx: Make) -> None:
    paths = [xlsx(f"机构 ({n}).xlsx", {"机构": CELLS}) for n in range(10)]
    begun = time.process_time()
    assert len(open_all(paths)) == 10
    assert time.process_time() - begun < 1


def test_what_is_unpacked_is_gone_with_the_sheets(xlsx: Make) -> None:
    sheet = one(xlsx("机构.xlsx", {"机构": CELLS}))
    assert sheet.workspace
    folder = sheet.workspace.folder
    assert any(folder.rglob("*.csv"))
    del sheet
    assert not folder.exists()


def test_a_worker_without_time(xlsx: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(worker.__file__).read_text(encoding="utf-8").replace("SECONDS = 120", "SECONDS = 0")
    endless = source.replace(
        "        convert(Path(workbook)", "        while True: pass\n        convert(Path(workbook)"
    )
    (tmp_path / "worker.py").write_text(endless, encoding="utf-8")
    monkeypatch.setattr(worker, "__file__", str(tmp_path / "worker.py"))
    with pytest.raises(FileUnreadable, match="时限"):
        open_all([xlsx("机构.xlsx", {"机构": CELLS})])


def test_a_worker_that_hangs(xlsx: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "worker.py").write_text("import time; time.sleep(60)", encoding="utf-8")
    monkeypatch.setattr(worker, "__file__", str(tmp_path / "worker.py"))
    monkeypatch.setattr(workbooks, "WAIT", 0.2)
    with pytest.raises(FileUnreadable, match="时限"):
        open_all([xlsx("机构.xlsx", {"机构": CELLS})])


def test_a_worker_that_dies(xlsx: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "worker.py").write_text("raise SystemError('odd')", encoding="utf-8")
    monkeypatch.setattr(worker, "__file__", str(tmp_path / "worker.py"))
    with pytest.raises(FileUnreadable, match="odd"):
        open_all([xlsx("机构.xlsx", {"机构": CELLS})])


def test_a_cell_at_the_far_end_does_not_eat_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "机构"
    for row in CELLS:
        page.append(row)
    page["XFD1048576"] = "远"
    book.save(tmp_path / "表.xlsx")
    with pytest.raises(FileUnreadable, match="内存"):
        open_all([tmp_path / "表.xlsx"])


def test_the_second_of_two_workbooks_is_the_one_that_is_named(xlsx: Make, tmp_path: Path) -> None:
    good = xlsx("机构.xlsx", {"机构": CELLS})
    bad = tmp_path / "企业.xlsx"
    bad.write_bytes(good.read_bytes()[:-300])
    with pytest.raises(FileUnreadable, match=r"企业\.xlsx"):
        open_all([good, bad])


# --- OpenDocument, and what WPS names .et ---------------------------------------------------------------

_CELL = '<table:table-cell office:value-type="string"{span}><text:p>{text}</text:p></table:table-cell>'
_NAMES = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
_BLANK = '<table:table-cell table:number-columns-repeated="1024"/>'
_REST = f'<table:table-row table:number-rows-repeated="1048000">{_BLANK}</table:table-row>'


def opendocument(path: Path, rows: list[str]) -> Path:
    """Write a workbook of one sheet, 机构, from the XML of its rows' cells."""
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = f'<table:table table:name="机构">{lines}{_REST}</table:table>'
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(
            "content.xml",
            f"<office:document-content {_NAMES}><office:body><office:spreadsheet>{body}</office:spreadsheet>"
            "</office:body></office:document-content>",
        )
        parts.writestr(
            "META-INF/manifest.xml", '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
    return path


def test_an_opendocument_workbook_with_cells_merged_downwards(tmp_path: Path) -> None:
    def row(*texts: str) -> str:
        return "".join(_CELL.format(span="", text=text) for text in texts)

    merged = _CELL.format(span=' table:number-rows-spanned="2"', text="绵阳市")
    covered, number = (
        "<table:covered-table-cell/>",
        '<table:table-cell office:value-type="float" office:value="104.75"/>',
    )
    rows = [
        row("2026 年机构一览"),
        row("名称", "类型", "所在地区", "经度"),
        row("甲", "商会") + merged + number,
        row("乙", "商会") + covered,
        row("丙", "商会", "涪城区"),
    ]
    assert raw(one(opendocument(tmp_path / "机构.ods", rows))) == {
        3: {"name": "甲", "kind": "商会", "region": "绵阳市", "lon": "104.75"},
        4: {"name": "乙", "kind": "商会", "region": "绵阳市", "lon": ""},
        5: {"name": "丙", "kind": "商会", "region": "涪城区", "lon": ""},
    }


def test_a_workbook_that_wps_names_et(xlsx: Make) -> None:
    path = xlsx("机构.xlsx", {"机构": CELLS})
    assert list(raw(one(path.rename(path.with_suffix(".et"))))) == [2, 3]


def biff(rows: list[list[str]]) -> bytes:
    """Return the workbook stream of one sheet, 机构, of texts alone, as a spreadsheet of before 2007 has it."""

    def record(kind: int, data: bytes) -> bytes:
        return pack("<HH", kind, len(data)) + data

    def text(value: str, length: str) -> bytes:
        return pack(length, len(value)) + b"\1" + value.encode("utf-16-le")

    begin, end = record(0x809, pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), record(0x0A, b"")
    name = text("机构", "<B")
    first = len(begin) + len(record(0x85, pack("<IH", 0, 0) + name)) + len(end)
    cells = [
        record(0x204, pack("<HHH", r, c, 0) + text(value, "<H"))
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
    ]
    sheet = record(0x809, pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + b"".join(cells) + end
    return begin + record(0x85, pack("<IH", first, 0) + name) + end + sheet


def compound(stream: bytes) -> bytes:
    """Return a compound file with one stream, ``Workbook``: what WPS writes as .et."""
    sectors = max(8, -(-len(stream) // 512))
    last, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [table, last, *range(3, sectors + 2), last]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0) + pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        links = pack("<BBIII", kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + pack("<H", len(raw)) + links + bytes(36) + pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, sectors * 512)
    return (
        head
        + pack("<128I", *chain, *[free] * (128 - len(chain)))
        + folder.ljust(512, b"\0")
        + stream.ljust(sectors * 512, b"\0")
    )


@pytest.mark.parametrize("name", ["机构.et", "机构.xls", "机构.xlsx"])
def test_a_compound_workbook_by_whatever_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(compound(biff([["名称", "类型", "所在地区"], ["甲商会", "商会", "涪城区"]])))
    assert raw(one(path)) == {2: {"name": "甲商会", "kind": "商会", "region": "涪城区"}}


def test_rows_with_a_line_through_them_are_told(reference_store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page
    for n in range(4):
        page.append([f"甲{n}", "服务机构", "涪城区"] if n else ["名称", "类型", "所在地区"])
    page["A3"].font = Font(strike=True)
    page["D4"].font = Font(strike=True)  # holds nothing
    book.save(tmp_path / "机构.xlsx")
    report = load(reference_store, [tmp_path / "机构.xlsx"], dry_run=True)
    assert [(t.read, t.created) for t in report.tables] == [(3, 3)]
    assert report.warnings == (
        Text(
            "机构.xlsx[Sheet]：有 1 行带删除线，照常载入：第 3 行；已删去的请不要列入",
            "机构.xlsx[Sheet]: rows with a line through them are loaded all the same (1): 3; leave out what is no more",
        ),
    )


def test_a_month_that_excel_made_a_day_of_is_a_month(tmp_path: Path) -> None:
    formats = {
        "A2": 'yyyy"年"m"月"',
        "A3": "yyyy/m",
        "A4": "mmm-yy",
        "A5": "yyyy",
        "A6": "yyyy-mm-dd",
        "A7": "[$-804]yyyy\\年",
    }
    book = openpyxl.Workbook()
    page = book.active
    assert page
    page.append(["统计时间", "地区", "产业链", "企业数"])
    for place, form in formats.items():
        page[place] = datetime(2025, 6, 1) if form != "yyyy" else datetime(2025, 1, 1)
        page[place].number_format = form
        page[f"B{place[1:]}"], page[f"C{place[1:]}"], page[f"D{place[1:]}"] = "涪城区", "智能装备", 5
    page["A8"] = datetime(2025, 6, 2)  # shown as its month, but nobody typed a month
    page["A8"].number_format = 'yyyy"年"m"月"'
    page["B8"], page["C8"], page["D8"] = "涪城区", "智能装备", 5
    book.save(tmp_path / "企业数量.xlsx")
    sheet = one(tmp_path / "企业数量.xlsx")
    assert [row["as_of"] for row in raw(sheet).values()] == [
        "2025-06", "2025-06", "2025-06", "2025", "2025-06-01", "2025", "2025-06-02",
    ]  # fmt: skip
    (chunk,) = sheet.chunks()
    assert parse(sheet, chunk)[0]["as_of"].tolist()[:2] == [date(2025, 6, 30)] * 2


def test_zeros_that_the_format_shows_before_a_number_are_part_of_it(tmp_path: Path) -> None:
    formats = {"000000": 123, "00000;@": 7, '"T"000': 5, "0": 8, "#,##0": 1200, "0.00": 3, "0000": "A1"}
    book = openpyxl.Workbook()
    page = book.active
    assert page
    page.append(["编号", "所在地区", "服务类型"])
    for row, (form, value) in enumerate(formats.items(), start=2):
        page[f"A{row}"], page[f"B{row}"], page[f"C{row}"] = value, "涪城区", "技术支持"
        page[f"A{row}"].number_format = form
    book.save(tmp_path / "需求清单.xlsx")
    found = raw(one(tmp_path / "需求清单.xlsx")).values()
    assert [row["id"] for row in found] == ["000123", "00007", "005", "8", "1200", "3", "A1"]
