"""Archives, and what is refused before anything is unpacked: quickly, and in little memory."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from graph.errors import FileRefused, FileUnreadable, ShuniuError, UnknownTable
from loaders.read import open_all
from loaders.read.files.archives import PARTS, UNPACKED, UPLOAD

Make = Callable[..., Path]
LINES = "名称,所在地区\n示例-甲,绵阳市\n"


def packed(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_part(workbook: Path, name: str, content: bytes) -> Path:
    """Put another part into a workbook, or in the place of one."""
    with zipfile.ZipFile(workbook) as old:
        members: dict[str, bytes | str] = {part: old.read(part) for part in old.namelist()}
    return packed(workbook, {**members, name: content})


def test_an_archive_of_everything(tmp_path: Path, xlsx: Make) -> None:
    book = xlsx("机构.xlsx", {"机构": [["名称", "所在地区"], ["示例-丙", "绵阳市"]]})
    members = {
        "source.yml": "source: 省经信厅\nverification: 二手来源\n",
        "10月/绵阳/机构.csv": LINES.encode("gbk"),
        "10月/绵阳/source.yml": "sender: 绵阳市窗口\n",
        "10月/企业.jsonl": '{"名称": "示例-乙", "所在地区": "涪城区"}\n',
        "总表.xlsx": book.read_bytes(),
        "__MACOSX/._机构.csv": b"\0",
        "说明.docx": b"PK",
    }
    sheets = open_all([packed(tmp_path / "交付.zip", members)])
    assert [(s.table.name, s.file, s.sender) for s in sheets] == [
        ("organizations", "交付.zip/10月/绵阳/机构.csv", "绵阳市窗口"),
        ("organizations", "交付.zip/总表.xlsx", ""),
        ("enterprises", "交付.zip/10月/企业.jsonl", ""),
    ]
    assert [s.origin and s.origin.verification for s in sheets] == ["secondary"] * 3
    assert [s.origin.source for s in sheets if s.origin] == ["省经信厅"] * 3
    assert [len(chunk) for s in sheets for chunk in s.chunks()] == [1, 1, 1]
    assert sum("说明.docx" in w.zh for s in sheets for w in s.warnings) == 1
    assert {s.path for s in sheets} == {tmp_path / "交付.zip"}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_of_members_as_windows_and_macs_write_them(tmp_path: Path, encoding: str) -> None:
    placeholder = "x" * len("机构.csv".encode(encoding))
    path = packed(tmp_path / "交付.zip", {placeholder: LINES})
    path.write_bytes(path.read_bytes().replace(placeholder.encode(), "机构.csv".encode(encoding)))
    (sheet,) = open_all([path])
    assert sheet.file == "交付.zip/机构.csv"


def test_an_error_names_archive_and_member(tmp_path: Path) -> None:
    with pytest.raises(UnknownTable, match=r"交付\.zip/随便\.csv"):
        open_all([packed(tmp_path / "交付.zip", {"随便.csv": LINES})])
    with pytest.raises(FileUnreadable, match="没有数据"):
        open_all([packed(tmp_path / "交付.zip", {"读我.txt": "空"})])
    (tmp_path / "交付.zip").write_bytes(b"no zip")
    with pytest.raises(FileUnreadable, match="ZIP"):
        open_all([tmp_path / "交付.zip"])


def zeros(path: Path, size: int) -> None:
    """Write an archive of one member that is nothing but zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("机构.csv", "w") as member,
    ):
        for _ in range(size // 2**20):
            member.write(b"\0" * 2**20)


def many(path: Path, number: int) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(number):
            archive.writestr(f"{n}.csv", "")


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def encrypted(path: Path) -> None:
    packed(path, {"机构.csv": LINES})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "50 MB + 1": (lambda path: sparse(path, UPLOAD + 1), "50 MB"),
    "more than 200 MB unpacked": (lambda path: zeros(path, UNPACKED + 2**20), "200 MB"),
    "too many parts": (lambda path: many(path, PARTS + 1), "10000"),
    "more parts than are counted": (lambda path: many(path, 70_000), "10000"),
    "a way out": (lambda path: packed(path, {"../机构.csv": LINES}), "路径"),
    "a way out in the middle": (lambda path: packed(path, {"甲/../../机构.csv": LINES}), "路径"),
    "a way out for Windows": (lambda path: packed(path, {"甲\\..\\..\\机构.csv": LINES}), "路径"),
    "an absolute name": (lambda path: packed(path, {"/etc/机构.csv": LINES}), "路径"),
    "a drive": (lambda path: packed(path, {"C:\\机构.csv": LINES}), "路径"),
    "an archive inside": (lambda path: packed(path, {"机构.csv": LINES, "内.ZIP": b"PK"}), "压缩包"),
    "encrypted": (encrypted, "加密"),
}


@pytest.mark.parametrize("name", ["机构.xlsx", "交付.zip"])
@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=pytest.mark.slow) if c == "more parts than are counted" else c for c in REFUSED]
)
def test_refused_before_anything_is_unpacked(tmp_path: Path, case: str, name: str) -> None:
    make, reason = REFUSED[case]
    make(tmp_path / name)
    before, begun = psutil.Process().memory_info().rss, time.process_time()
    with pytest.raises(FileRefused, match=reason):
        open_all([tmp_path / name])
    assert time.process_time() - begun < 1
    assert psutil.Process().memory_info().rss - before < 100 * 2**20


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
XXE = b'<?xml version="1.0"?><!doctype x [<!ENTITY y SYSTEM "file:///etc/passwd">]>'
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


@pytest.mark.parametrize(
    "prolog",
    [LAUGHS, XXE, b"<!-- " + b" " * 10_000 + b"-->" + XXE, b"<!-- " + b" " * 2**20 + b"-->" + XXE],
    ids=["billion laughs", "xxe", "behind a comment", "behind a long comment"],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_xml_with_a_document_type_is_refused(xlsx: Make, prolog: bytes, part: str, encoding: str) -> None:
    book = xlsx("机构.xlsx", {"机构": [["名称", "所在地区"], ["示例-甲", "绵阳市"]]})
    with_part(book, part, (prolog + SHEET).decode().encode(encoding))
    begun = time.process_time()
    with pytest.raises(FileRefused, match="DOCTYPE"):
        open_all([book])
    assert time.process_time() - begun < 1


def test_a_size_that_is_a_lie(tmp_path: Path) -> None:
    path = tmp_path / "交付.zip"
    zeros(path, 8 * 2**20)
    content = path.read_bytes()
    path.write_bytes(content.replace((8 * 2**20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(ShuniuError, match=r"交付\.zip"):
        open_all([path])


@pytest.mark.slow
def test_a_csv_may_be_larger_than_an_upload(csv: Make) -> None:
    line = "示例-甲,绵阳市," + "址" * 30_000 + "\n"
    path = csv("机构.csv", "名称,所在地区,地址\n" + line * (UPLOAD // len(line.encode()) + 1))
    assert path.stat().st_size > UPLOAD
    (sheet,) = open_all([path])
    assert sum(len(chunk) for chunk in sheet.chunks()) == UPLOAD // len(line.encode()) + 1
