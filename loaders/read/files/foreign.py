"""Kinds of file that people send beside or instead of tables: what each is, and how its table comes out of it.

A file is known by how it begins, whatever its name says, and else by its ending.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from graph.language import Text, listed
from loaders.read.files.archives import BROKEN, UPLOAD
from loaders.read.files.worker import COMPOUND

BEGINNING = 4096
"""Bytes by which a kind is known."""
SHOWN = 5
"""Files of one kind that are named."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that is not read: what it is, what to do, how names of it end and how it begins.

    ``begins`` sees the first bytes in small letters and without NULs, so that UTF-16 does, too. ``inside`` is in the
    names of a zip's parts, ``stream`` the name of a part of a compound file.
    """

    what: Text
    way: Text
    endings: tuple[str, ...]
    begins: re.Pattern[bytes] | None = None
    inside: re.Pattern[str] | None = None
    stream: str = ""


_SAVE = Text("请在 Excel 或 WPS 表格中打开，另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx")
_COPY = Text(
    "请把其中的表复制到 Excel 或 WPS 表格里，另存为 .xlsx", "copy its table into Excel or WPS and save that as .xlsx"
)
_ASK = Text(
    "请向报送单位要表格；没有的，识别成表格、核对后另存为 .xlsx",
    "ask its sender for the table; if there is none, turn it into one, check it and save it as .xlsx",
)
_MARK = rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*"
"""Before the first word of a text: the mark of its encoding."""
ZIP = Kind(Text("ZIP 压缩包", "a zip archive"), Text("请把后缀改为 .zip 后载入", "name it .zip and load it"), ())
KINDS = (
    Kind(
        Text("Word 或 WPS 文字的文档", "a document of Word or WPS"), _COPY,
        (".doc", ".docx", ".docm", ".wps", ".wpt", ".rtf", ".odt", ".pages"),
        re.compile(rb"^\{\\rtf"), re.compile("^word/|^mimetype:.*opendocument.text"), "WordDocument",
    ),
    Kind(
        Text("演示文稿（PPT）", "a presentation"), _COPY, (".ppt", ".pptx", ".dps", ".odp", ".key"),
        None, re.compile("^ppt/|^mimetype:.*opendocument.presentation"), "PowerPoint Document",
    ),
    Kind(Text("PDF 文件", "a PDF"), _ASK, (".pdf",), re.compile(rb"^\s*%pdf")),
    Kind(Text("OFD 版式文件", "an OFD document"), _ASK, (".ofd",), None, re.compile("(?i)^ofd.xml$")),
    Kind(
        Text("图片（截图或扫描件）", "a picture"), _ASK,
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"),
        re.compile(rb"^\x89png|^\xff\xd8\xff|^gif8[79]a|^riff.{1,4}webp", re.DOTALL),
    ),
    Kind(
        Text("苹果 Numbers 表格", "a table of Apple's Numbers"),
        Text("请在 Numbers 中导出为 Excel（文件 › 导出到）", "export it to Excel in Numbers (File › Export To)"),
        (".numbers",), None, re.compile(r"\.iwa$|^Index\.zip$"),
    ),
    Kind(
        Text("Excel 二进制工作簿", "a binary workbook of Excel"), _SAVE,
        (".xlsb",), None, re.compile(r"^xl/workbook\.bin$"),
    ),
    Kind(
        Text("RAR、7z 等压缩包", "an archive such as RAR or 7z"),
        Text("请解压后载入其中的文件，或重新压缩为 .zip", "unpack it and load the files, or pack them as .zip"),
        (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"),
        re.compile(rb"^rar!\x1a|^7z\xbc\xaf|^\x1f\x8b|^bzh\d1ay"),
    ),
    Kind(
        Text("数据库文件", "a database"),
        Text("请用其程序把各表导出为 .xlsx 或 .csv", "export its tables as .xlsx or .csv by its own program"),
        (".mdb", ".accdb", ".sqlite"), re.compile(rb"^\x01standard (?:jet|ace) db|^sqlite format 3"),
    ),
    Kind(Text("dBASE（FoxPro）数据表", "a table of dBASE or FoxPro"), _SAVE, (".dbf",)),
    Kind(
        Text("XML 表格（Excel 2003）", "an XML table of Excel 2003"), _SAVE, (".xml",),
        re.compile(_MARK + rb"<.*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL),
    ),
    Kind(
        Text("网页（HTML）", "a web page (HTML)"), _SAVE, (".html", ".htm", ".mht", ".mhtml"),
        re.compile(
            _MARK + rb"(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|meta|body|table|style|div|!--)|^mime-version:"
        ),
    ),
    Kind(
        Text("邮件", "an e-mail"), Text("请把附件另存出来后载入", "save what is attached to it and load that"),
        (".eml", ".msg"),
    ),
    Kind(
        Text("快捷方式", "a shortcut"), Text("请发送它指向的文件", "send the file that it points to"), (".lnk", ".url"),
        re.compile(rb"^\[internetshortcut\]|^l\x01\x14\x02"),
    ),
)  # fmt: skip
_KINDS = {ending: kind for kind in KINDS for ending in kind.endings}


def foreign(path: Path, name: str) -> Text | None:
    """Return what is said of a file that is of a kind which is not read, nothing of another one."""
    kind = _begun(path) or _KINDS.get(_ending(name))
    if kind is None:
        return None
    if _ending(name) in kind.endings:
        return Text(f"是{_joined(kind.what.zh)}，不能直接载入；{kind.way.zh}", f"it is {kind.what.en}; {kind.way.en}")
    return Text(
        f"内容是{_joined(kind.what.zh)}，后缀不符；{kind.way.zh}",
        f"it is {kind.what.en} under another ending; {kind.way.en}",
    )


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.casefold()


def _begun(path: Path) -> Kind | None:
    """Return the kind of a file by how it begins, or by what a zip or compound file has inside."""
    size = path.stat().st_size
    with path.open("rb") as file:
        whole = file.read(BEGINNING)
        if whole.startswith(COMPOUND) and size <= UPLOAD:
            whole += file.read()
    start = whole[:BEGINNING].replace(b"\0", b"").lower()
    parts = _parts(path) if start.startswith(b"pk") else []
    for kind in KINDS:
        if kind.begins and kind.begins.search(start):
            return kind
        if kind.inside and any(map(kind.inside.search, parts)):
            return kind
        if kind.stream and start.startswith(COMPOUND) and kind.stream.encode("utf-16-le") in whole:
            return kind
    if parts and not any(part == "content.xml" or part.startswith("xl/") for part in parts):
        return ZIP
    return None


def _parts(path: Path) -> list[str]:
    """Return the names of a zip's parts, and what it says of its kind."""
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
            said = [f"mimetype:{parts.read('mimetype')[:99]!r}"] if "mimetype" in names else []
    except (*BROKEN, OSError):
        return []
    return [*names, *said]


def not_read(names: Iterable[str]) -> tuple[Text, ...]:
    """Return what is said of files that lie beside tables: a sentence a kind, one of all that are of no kind known."""
    kinds: dict[Kind | None, list[str]] = {}
    for name in names:
        kinds.setdefault(_KINDS.get(_ending(name)), []).append(name)
    return tuple(_beside(kind, some) for kind, some in kinds.items())


def _beside(kind: Kind | None, names: list[str]) -> Text:
    n = len(names)
    zh, en = (some + "…" * (n > SHOWN) for some in listed(names[:SHOWN]))
    if kind is None:
        return Text(f"另有 {n} 个文件不是数据表，未读：{zh}", f"other files, which are not read ({n}): {en}")
    return Text(
        f"另有 {n} 个文件是{_joined(kind.what.zh)}，未读：{zh}；其中若有数据，{kind.way.zh}",
        f"other files, which are not read ({n}): {en}; each is {kind.what.en}: if there are data in it, {kind.way.en}",
    )


def _joined(what: str) -> str:
    """Return a name behind a Chinese word: a blank before Latin letters."""
    return f" {what}" if what[0].isascii() else what
