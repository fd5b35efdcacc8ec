"""What is looked at before an archive or workbook is opened: its directory alone, and how its XML begins."""

import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath

from graph.errors import FileRefused, FileUnreadable, unwritable
from graph.language import Text

UPLOAD = 50 * 2**20
UNPACKED = 200 * 2**20
PARTS = 10_000
"""Limits of a workbook or zip: its bytes, those of all its parts unpacked, and their number."""
INCOMPLETE = Text(
    "压缩结构不完整：文件没有传完或已损坏，请重新发送或下载",
    "its zip structure is not complete: it is damaged or was not transferred whole; have it sent or download it again",
)
PROLOG = 2**16
"""An XML's root element begins within this many bytes."""
NESTED = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")
_END, _END_BYTES, _ENTRY_BYTES = b"PK\x05\x06", 22, 512
"""The record at a zip's end; the bytes of it; those of a part in the directory, at most on average."""
_ROOT = re.compile(rb"<[A-Za-z_]")


def check_archive(path: Path, shown: Path) -> bool:
    """Tell whether a workbook or archive is a zip, and refuse one that is beyond the limits or up to no good.

    Nothing of it is unpacked but the first bytes of each XML.

    Raises:
        FileRefused: with the limit.
        FileUnreadable: it begins as a zip but is none.
    """
    size = path.stat().st_size
    if size > UPLOAD:
        raise _refused(shown, f"文件超过 {UPLOAD >> 20} MB", f"it is larger than {UPLOAD >> 20} MB")
    with path.open("rb") as file:
        if not file.read(4).startswith(b"PK"):
            return False
        file.seek(max(0, size - 2**16 - _END_BYTES))
        _check_end(file.read(), shown)
    try:
        with zipfile.ZipFile(path) as parts:
            _check_directory(parts.infolist(), shown)
            for part in parts.infolist():
                if part.filename.casefold().endswith((".xml", ".rels")):
                    with parts.open(part) as file:
                        _check_prolog(file.read(PROLOG), shown, part.filename)
    except (*BROKEN, OSError) as error:
        raise FileUnreadable(path=shown, reason=error) from error
    return True


BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError, RuntimeError)
"""What zipfile raises on a damaged archive."""


def _refused(shown: Path, zh: str, en: str) -> FileRefused:
    return FileRefused(path=shown, reason=Text(zh, en))


def _check_end(tail: bytes, shown: Path) -> None:
    """Refuse a directory that is too large to be read, by what the last record says of it."""
    at = tail.rfind(_END)
    record = tail[at : at + _END_BYTES]
    if at < 0 or len(record) < _END_BYTES:
        raise FileUnreadable(path=shown, reason=INCOMPLETE)
    parts, directory = int.from_bytes(record[10:12], "little"), int.from_bytes(record[12:16], "little")
    if parts > PARTS or directory > PARTS * _ENTRY_BYTES:
        raise _refused(shown, f"内含文件超过 {PARTS} 个", f"it has more than {PARTS} parts")


def _check_directory(parts: list[zipfile.ZipInfo], shown: Path) -> None:
    if len(parts) > PARTS:
        raise _refused(shown, f"内含文件超过 {PARTS} 个", f"it has more than {PARTS} parts")
    if sum(part.file_size for part in parts) > UNPACKED:
        limit = UNPACKED >> 20
        raise _refused(shown, f"解压后超过 {limit} MB", f"it is larger than {limit} MB unpacked")
    # Where case or ./ are all that tells two apart, one of them would take the other's place on some machine.
    names = Counter(unicodedata.normalize("NFC", str(PurePosixPath(member_name(p)))).casefold() for p in parts)
    if doubled := next((name for name, times in names.items() if times > 1), None):
        raise _refused(shown, f"内有两个同名文件：{doubled}", f"it holds two files of one name: {doubled}")
    for part in parts:
        name = member_name(part)
        if part.flag_bits & 1:
            raise _refused(
                shown,
                f"已加密（{name}）；请用密码解压后载入其中的文件",
                f"it is encrypted ({name}); unpack it with its password and load what is in it",
            )
        if name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts:
            raise _refused(shown, f"内含不安全的路径：{name}", f"it has an unsafe path: {name}")
        if name.casefold().endswith(NESTED):
            raise _refused(shown, f"内含压缩包：{name}", f"it has an archive inside: {name}")


def _check_prolog(start: bytes, shown: Path, name: str) -> None:
    """Refuse an XML that declares a document type or entities, in whichever Unicode encoding."""
    plain = start.replace(b"\0", b"")
    root = _ROOT.search(plain)
    prolog = plain[: root.start()] if root else plain
    if b"<!DOCTYPE" in prolog.upper() or b"<!ENTITY" in prolog.upper() or (not root and len(start) == PROLOG):
        raise _refused(
            shown, f"XML 中含有 DOCTYPE 或实体声明：{name}", f"its XML declares a DOCTYPE or entities: {name}"
        )


def member_name(part: zipfile.ZipInfo) -> str:
    """Return a part's name; where the archive does not say its encoding, it is UTF-8 or, on Chinese Windows, GBK."""
    if part.flag_bits & 0x800:
        return part.filename.replace("\\", "/")
    raw = part.orig_filename.encode("cp437")
    try:
        return raw.decode("utf-8").replace("\\", "/")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace").replace("\\", "/")


def unpack(path: Path, folder: Path, shown: Path) -> list[tuple[str, Path]]:
    """Unpack a checked archive into an empty folder; return the parts' names and where they are now.

    Raises:
        FileUnreadable: a part is damaged.
        DiskFull, FileUnwritable: it has no place there.
    """
    found = []
    try:
        with zipfile.ZipFile(path) as parts:
            for number, part in enumerate(parts.infolist()):
                name = PurePosixPath(member_name(part))
                if not part.is_dir():
                    # Under a name of ours: theirs may be too long or too strange for this disk.
                    place = folder / f"{number}{name.suffix.casefold()[:16]}"
                    place.write_bytes(parts.read(part))
                    found.append((str(name), place))
    except BROKEN as error:
        raise FileUnreadable(path=shown, reason=error) from error
    except OSError as error:
        raise unwritable(folder, error) from error
    return found
