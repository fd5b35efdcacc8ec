"""Kinds of file that are no tables are told for what they are, with the way out, by content and by name."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import FileUnreadable
from loaders.read import open_all
from loaders.read.files.foreign import KINDS
from loaders.read.files.worker import COMPOUND

Make = Callable[..., Path]


def zipped(*names: str, mimetype: str = "") -> bytes:
    """Return an archive of empty parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "")
        if mimetype:
            archive.writestr("mimetype", mimetype)
    return made.getvalue()


def compound(stream: str) -> bytes:
    """Return how a compound file begins that has a part of a name."""
    return COMPOUND + bytes(5000) + stream.encode("utf-16-le") + bytes(600)


DOCUMENT = "application/vnd.oasis.opendocument.text"
CONTENTS = {
    "docx": (zipped("word/document.xml"), "内容是 Word 或 WPS 文字的文档，后缀不符；请把其中的表复制到"),
    "odt": (zipped("content.xml", mimetype=DOCUMENT), "内容是 Word 或 WPS 文字的文档，后缀不符"),
    "doc": (compound("WordDocument"), "内容是 Word 或 WPS 文字的文档，后缀不符"),
    "rtf": (rb"{\rtf1\ansi}", "内容是 Word 或 WPS 文字的文档，后缀不符"),
    "ppt": (compound("PowerPoint Document"), "内容是演示文稿（PPT），后缀不符"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "内容是 PDF 文件，后缀不符；请向报送单位要表格"),
    "ofd": (zipped("OFD.xml", "Doc_0/Document.xml"), "内容是 OFD 版式文件，后缀不符"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "内容是图片（截图或扫描件），后缀不符"),
    "jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "内容是图片（截图或扫描件），后缀不符"),
    "numbers": (zipped("Index/Document.iwa"), "内容是苹果 Numbers 表格，后缀不符；请在 Numbers 中导出为 Excel"),
    "xlsb": (zipped("xl/workbook.bin"), "内容是 Excel 二进制工作簿，后缀不符；请在 Excel 或 WPS 表格中打开"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(90), "内容是 RAR、7z 等压缩包，后缀不符；请解压后载入"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(90), "内容是 RAR、7z 等压缩包，后缀不符"),
    "access": (b"\0\x01\0\0Standard Jet DB\0", "内容是数据库文件，后缀不符"),
    "html": (b"\xef\xbb\xbf\n<table><tr><td>1</td></tr></table>", "内容是网页（HTML），后缀不符"),
    "html in UTF-16": ("<html></html>".encode("utf-16"), "内容是网页（HTML），后缀不符"),
    "zip": (zipped("图.bmp"), "内容是 ZIP 压缩包，后缀不符；请把后缀改为 .zip 后载入"),
}


def refusal(path: Path, lang: str = "zh") -> str:
    with pytest.raises(FileUnreadable) as caught:
        open_all([path])
    return caught.value.say(lang).partition(path.name)[2][1:].strip()


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("name", ["机构.csv", "机构.xls"])
def test_by_its_content_under_another_name(tmp_path: Path, kind: str, name: str) -> None:
    content, said = CONTENTS[kind]
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name).startswith(said)


@pytest.mark.parametrize("ending", [ending for kind in KINDS for ending in kind.endings])
def test_by_its_name(csv: Make, ending: str) -> None:
    kind = next(kind for kind in KINDS if ending in kind.endings)
    path = csv(f"机构{ending.upper()}", "x")
    blank = " " if kind.what.zh[0].isascii() else ""
    assert refusal(path) == f"是{blank}{kind.what.zh}，不能直接载入；{kind.way.zh}"
    assert refusal(path, "en") == f"it is {kind.what.en}; {kind.way.en}"


def test_beside_tables_each_kind_is_told(csv: Make) -> None:
    folder = csv("交来/机构.csv", "名称,所在地区\n甲一中心,涪城区\n").parent
    for name in ("名单.docx", "b.JPG", "a.jpg", "其他.xyz"):
        csv(f"交来/{name}", "x")
    (sheet,) = open_all([folder])
    assert [w.zh for w in sheet.warnings] == [
        "另有 2 个文件是图片（截图或扫描件），未读：a.jpg、b.JPG；其中若有数据，"
        "请向报送单位要表格；没有的，识别成表格、核对后另存为 .xlsx",
        "另有 1 个文件不是数据表，未读：其他.xyz",
        "另有 1 个文件是 Word 或 WPS 文字的文档，未读：名单.docx；其中若有数据，"
        "请把其中的表复制到 Excel 或 WPS 表格里，另存为 .xlsx",
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_alone_they_are_told_instead_of_a_path_that_leads_nowhere(csv: Make, tmp_path: Path, packed: bool) -> None:
    path = csv("交来/名单.et.pdf", "x").parent
    if packed:
        path = tmp_path / "交来.zip"
        path.write_bytes(zipped("名单.et.pdf"))
    assert refusal(path) == (
        "其中没有数据；另有 1 个文件是 PDF 文件，未读：名单.et.pdf；其中若有数据，"
        "请向报送单位要表格；没有的，识别成表格、核对后另存为 .xlsx"
    )
    assert refusal(path, "en") == (
        "it holds no data; other files, which are not read (1): 名单.et.pdf; each is a PDF: if there are data in it, "
        "ask its sender for the table; if there is none, turn it into one, check it and save it as .xlsx"
    )


def test_a_text_that_only_speaks_of_them_is_read(csv: Make) -> None:
    (sheet,) = open_all([csv("机构.csv", "名称,所在地区,地址\nPK公司,涪城区,<html>一号</html> %PDF mime-version: 1\n")])
    assert sheet.warnings == ()
