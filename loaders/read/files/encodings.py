"""In which encoding a text is: by its mark, else UTF-8, Big5 or GB18030; what else it may be is said by name.

GB18030 gives every pair of bytes of Big5 some character, so that nothing fails and everything is wrong. In GB 2312, in
which nearly all of a GBK text is, second bytes are A1 and above; in Big5 some four of ten are below.
"""

import codecs
import os
from pathlib import Path

from graph.errors import FileUnreadable
from graph.language import Text, listed
from loaders.read.files.foreign import foreign
from loaders.read.files.worker import COMPOUND

HEAD_BYTES = 2**18
"""What a text begins with, by which it is judged."""
BLOCK = 2**20
NAMED = 10
"""Lines that cannot be read and are named."""
WORKBOOK = Text("内容是工作簿，不是文本；请把后缀改为 .xlsx 或 .xls", "it holds a workbook; name it .xlsx or .xls")
BINARY = Text("内容不是文本", "it does not hold text")
UNMARKED = Text(
    "像是没有标记的 UTF-16（Unicode）文本，请另存为 UTF-8 的 CSV",
    "it seems to be text in UTF-16 without the mark that says so; save it as CSV in UTF-8",
)
NEITHER = Text("既不是 UTF-8 也不是 GB18030（GBK）文本", "it is neither UTF-8 nor GB18030 (GBK) text")
MAC = Text(
    "是 Mac 简体中文编码（x-mac-chinesesimp）的文本，请另存为 UTF-8 的 CSV",
    "it is text in the encoding of Chinese Macs (x-mac-chinesesimp); save it as CSV in UTF-8",
)
BIG5 = "cp950"
SAID = {
    "gb18030": Text("不是 UTF-8，按 GB18030（含 GBK）读取", "is not UTF-8 and is read as GB18030 (GBK)"),
    BIG5: Text(
        "是 Big5（繁体中文）编码，按此读取；如有乱码，请另存为 UTF-8 的 CSV",
        "is in Big5 (traditional Chinese) and is read as such; save it as CSV in UTF-8 if anything looks wrong",
    ),
}
"""What is said of a file that is read in an encoding without a mark."""
_NULS = 0.05
"""Least share of NULs of a text of two bytes a character, in which marks and line ends have one each."""
_LOW = 0.1
"""Share of low second bytes from which a text is Big5 rather than GBK."""
_COMMON, _MORE = 0.6, 0.3
"""Least share of what Big5 has for frequent characters (A4 to C6), and by how much it exceeds that of GB 2312's."""
_MAC_ALONE = frozenset((0x80, 0xA0, 0xFD, 0xFE, 0xFF))
"""Bytes that are a character by themselves on a Chinese Mac."""


class FileNameUnreadable(FileUnreadable):
    """The name of a file, or of a folder above it, is in another encoding than the names of this machine."""

    message = Text(
        "文件名（或所在目录名）不是 UTF-8 编码，像是 GBK：{path}",
        "The name of a file, or of its folder, is not UTF-8 but probably GBK: {path}",
    )
    hint = Text(
        "请改名（convmv -f gbk -t utf-8 -r --notest 目录），或直接载入解压前的 zip。",
        "Rename it (convmv -f gbk -t utf-8 -r --notest FOLDER), or load the zip that it came in.",
    )


def encoding_of(path: Path, shown: Path) -> str:
    """Return the encoding in which the whole file can be read.

    Raises:
        FileUnreadable: it is no text in any of them.
    """
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if kind := foreign(path, shown.name):
        raise FileUnreadable(path=shown, reason=kind)
    wide = _wide(start)
    if not wide and b"\0" in start:
        book = start.startswith((b"PK", COMPOUND))
        raise FileUnreadable(path=shown, reason=WORKBOOK if book else UNMARKED if _is_unmarked(start) else BINARY)
    likely = [wide] if wide else ["utf-8", *([BIG5] if _is_big5(start) else []), "gb18030"]
    for encoding in likely:
        if _readable(path, encoding):
            return encoding
        # GB18030 may have some character for every byte of a damaged UTF-8, all of them wrong.
        if encoding == "utf-8" and _is_mostly(start, encoding):
            raise FileUnreadable(path=shown, reason=_damage(path, encoding))
    if not wide and _is_mac(start):
        raise FileUnreadable(path=shown, reason=MAC)
    mostly = not wide and _is_mostly(start, "gb18030")
    raise FileUnreadable(path=shown, reason=_damage(path, "gb18030") if mostly else NEITHER)


def _readable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _is_mostly(start: bytes, encoding: str) -> bool:
    """Tell whether more of a text's first lines that are not plain ASCII can be read in an encoding than cannot."""
    lines = start.split(b"\n")
    told = [not _fails(line, encoding) for line in (lines[:-1] or lines) if not line.isascii()]
    return 2 * sum(told) > len(told)


def _fails(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return True
    return False


def _damage(path: Path, encoding: str) -> Text:
    """Return which lines of a text cannot be read in its encoding."""
    with path.open("rb") as file:
        lines = [number for number, line in enumerate(file, start=1) if _fails(line, encoding)]
    zh, en = (some + "…" * (len(lines) > NAMED) for some in listed(lines[:NAMED]))
    name = encoding.upper()
    return Text(
        f"是 {name} 文本，但有 {len(lines)} 行含读不出的字节（第 {zh} 行）：文件已损坏，或由几种编码的文字拼成；"
        "请在原来的程序中重新导出，或用文本编辑器改正这些行，另存为 UTF-8",
        f"it is text in {name}, but some lines hold bytes that are none (in all {len(lines)}: {en}): it is damaged, or"
        " put together of texts in several encodings; export it again, or mend these lines in an editor and save it as"
        " UTF-8",
    )


def _wide(start: bytes) -> str:
    """Return the encoding of a text of two or four bytes a character by its mark, nothing of another."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _is_unmarked(start: bytes) -> bool:
    """Tell whether NULs are every other byte at most, as in UTF-16, and many, and what it then says is text."""
    big = 0 in start[::2]
    if big == (0 in start[1::2]) or start.count(0) < _NULS * len(start):
        return False
    text = start[: len(start) // 2 * 2].decode("utf-16-be" if big else "utf-16-le", "replace")
    return all(letter.isprintable() or letter.isspace() for letter in text)


def _is_big5(start: bytes) -> bool:
    """Tell whether a text has the bytes of Big5 where a text in GBK hardly has any."""
    pairs, at = [], 0
    while at < len(start) - 1:
        if start[at] > 0x80:
            pairs.append((start[at], start[at + 1]))
            at += 1
        at += 1
    if not pairs:
        return False
    low = sum(0x40 <= second < 0x7F for _, second in pairs) / len(pairs)
    common = sum(0xA4 <= first <= 0xC6 for first, _ in pairs) / len(pairs)
    simple = sum(0xB0 <= first <= 0xD7 and second >= 0xA1 for first, second in pairs) / len(pairs)
    return low >= _LOW and common >= max(_COMMON, simple + _MORE)


def _is_mac(start: bytes) -> bool:
    """Tell whether a text is GB 2312 but for characters that a Chinese Mac has in a byte of their own."""
    at, alone, pairs = 0, 0, 0
    while at < len(start) - 1:
        if start[at] < 0x80:
            at += 1
        elif 0xA1 <= start[at] <= 0xFC and start[at + 1] >= 0xA1:
            at, pairs = at + 2, pairs + 1
        elif start[at] in _MAC_ALONE:
            at, alone = at + 1, alone + 1
        else:
            return False
    return alone > 0 and pairs > 0


def legible(file: Path) -> Path:
    """Return a file whose name can be written down: in a journal, a ledger, a message.

    Raises:
        FileNameUnreadable: its name is in another encoding than this machine's, as unpacking may leave it.
    """
    try:
        str(file).encode()
    except UnicodeEncodeError as error:
        raise FileNameUnreadable(path=Path(*map(_told, file.parts))) from error
    return file


def _told(name: str) -> str:
    """Return a name as it was meant, read as GBK where it is not UTF-8."""
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        return os.fsencode(name).decode("gb18030", "replace")
